"""What is done with codes and around them: changes of the codebook, memos, the consensus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qualcode as qc

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import Served, code, codings_of, enter, press, settle, wait_until
from tests.browser.studies import PLAIN, drag_over, make_study

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Callable[..., "Page"]
Serve = Callable[..., Served]
Violations = Callable[["Page"], list[str]]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "study")


def test_codes_are_renamed_after_a_look_at_what_it_does(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "o")
    page.locator(".codebook .go", has_text="Money").first.click()
    page.locator(".codebook .about button", has_text="Rename").first.click()
    page.locator("dialog input[name=name]").fill("Funds")
    press(page, "Tab")
    page.locator("dialog .preview").wait_for()
    page.locator("dialog button.main").click()
    page.locator("dialog").wait_for(state="detached")
    page.locator(".codebook .name", has_text="Funds").wait_for()
    assert qc.Project.open(study).codebook["money"].name == "Funds"
    press(page, "Escape", "z")
    settle(page)


def test_what_the_server_says_is_said_in_the_language_of_the_page(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    project = qc.Project.open(study)
    with project.revise(coder="ana", reason="clearer") as codebook:
        codebook.rename("trust", "Confidence")
    project.save()
    address = serve(study, "--coder", "ana").address
    page = enter(new_page(locale="de-DE"), address, "plain", "ana")
    drag_over(page, "The budget is shared.")
    page.keyboard.type("Money")
    press(page, "Enter")
    page.get_by_role("button", name="Rückgängig: zugeordnet: Money: „The budget").wait_for()
    press(page, "h")
    page.locator(".history", has_text="trust umbenannt in „Confidence“").wait_for()
    press(page, "q")
    page.get_by_text("Dokument odd hat keinen Code, und niemand hat es zu Ende gelesen").wait_for()
    page.locator("summary", has_text="nicht codiert").wait_for()


def test_a_code_is_split_by_hand_and_what_is_left_open_decided(
    study: Path, serve: Serve, new_page: NewPage, violations: Violations
) -> None:
    project = qc.Project.open(study)
    for words in ("We trust them.", "they trust us", "The budget is shared."):
        at = PLAIN.index(words)
        project.assign(("plain", at, at + len(words)), "trust", coder="ana")
    project.save()
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "o")
    page.locator(".codebook .go", has_text="Trust").click()
    page.get_by_role("button", name="Split").click()
    page.get_by_label("Part 1").fill("Trust in them")
    page.get_by_label("Part 2").fill("money")
    dialog, panel = page.locator("dialog"), page.locator("#panel")
    dialog.get_by_label("Filter").fill("TRUST")
    dialog.get_by_label("Give all 2 that are shown to").select_option("Trust in them")
    page.locator("dialog .preview tr", has_text="Trust in them").wait_for()
    rows = [
        [cell.strip() for cell in each.locator("th, td").all_inner_texts()]
        for each in page.locator("dialog .preview tbody tr").all()
    ]
    assert rows == [["Trust in them", "0", "2"], ["Trust", "3", "1"], ["Money", "0", "0"]]
    assert "1 passage stays undecided" in page.locator("dialog .preview").inner_text()
    assert violations(page) == []
    dialog.get_by_label("Reason").fill("two in one")
    dialog.get_by_role("button", name="Apply").click()
    dialog.wait_for(state="detached")
    # What is left open is listed, and decided by the same form; one looks at what it does, too.
    panel.get_by_role("button", name="Decide").click()
    dialog.get_by_label("Part: The budget is shared.").select_option("Money")
    page.locator("dialog .preview tr", has_text="Money").get_by_text("1").wait_for()
    dialog.get_by_role("button", name="Apply").click()
    dialog.wait_for(state="detached")
    panel.get_by_role("button", name="Decide").wait_for(state="detached")
    assert codings_of(study, "plain") == [
        ("The budget is shared.", "money", "ana"),
        ("We trust them.", "trust-in-them", "ana"),
        ("they trust us", "trust-in-them", "ana"),
    ]
    assert {each.reason for each in qc.Project.open(study).history} >= {"two in one"}


def test_everything_about_a_code_is_edited_in_one_form_and_one_step(
    study: Path, serve: Serve, new_page: NewPage, violations: Violations
) -> None:
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "o")
    page.locator(".codebook .go", has_text="Shared budget").click()
    page.get_by_role("button", name="Edit").click()
    dialog = page.locator("dialog")
    dialog.get_by_text("Examples, keywords, colour").click()
    dialog.get_by_label("Definition").fill("One purse for all.")
    dialog.get_by_label("Examples", exact=True).fill("We share it.\n\n One pot. ")
    dialog.get_by_label("Counterexamples").fill("Each pays.")
    dialog.get_by_label("Keywords").fill("budget*\npurse")
    dialog.get_by_label("A colour of its own").check()
    dialog.get_by_label("Colour", exact=True).fill("#aa3377")
    assert violations(page) == []
    dialog.get_by_role("button", name="Apply").click()
    dialog.wait_for(state="detached")
    page.locator(".about", has_text="budget*, purse").wait_for()
    made = qc.Project.open(study).codebook["shared-budget"]
    assert (made.definition, made.colour) == ("One purse for all.", "#aa3377")
    assert (made.examples, made.counterexamples) == (("We share it.", "One pot."), ("Each pays.",))
    assert (made.keywords, made.include) == (("budget*", "purse"), ())
    press(page, "Escape", "z")
    settle(page)
    assert qc.Project.open(study).codebook["shared-budget"].colour is None
    # A code that only groups others is not offered for a passage.
    page.locator("#panel").get_by_role("button", name="New code").click()
    dialog.get_by_label("Name").fill("Groups")
    dialog.get_by_text("Examples, keywords, colour").click()
    dialog.get_by_label("Can be put on passages").uncheck()
    dialog.get_by_role("button", name="Apply").click()
    dialog.wait_for(state="detached")
    assert not qc.Project.open(study).codebook["groups"].codable
    page.locator("#text").focus()
    press(page, "z")
    settle(page)


def test_memos_on_documents_and_codes_are_written_edited_and_withdrawn(
    study: Path, serve: Serve, new_page: NewPage, violations: Violations
) -> None:
    project = qc.Project.open(study)
    project.add_memo("document:plain", "She laughs here.", coder="ben")
    project.save()
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    memos, area = page.locator(".memos"), page.locator("dialog textarea")

    def write(text: str) -> None:
        area.fill(text)
        press(page, "Control+Enter")
        area.wait_for(state="detached")
        settle(page)

    press(page, "d")
    memos.get_by_text("She laughs here.").wait_for()
    # What somebody else wrote is theirs.
    assert memos.get_by_role("button").count() == 0
    page.get_by_role("button", name="New memo").click()
    write("Recorded in the\ncanteen.")
    memos.get_by_text("canteen").wait_for()
    assert violations(page) == []
    memos.get_by_role("button", name="Edit the memo").click()
    assert area.input_value() == "Recorded in the\ncanteen."
    write("Recorded in the hall.")
    memos.get_by_text("hall").wait_for()
    # And on a passage that has no code: its words lead to it.
    page.locator("#text").focus()
    press(page, "Control+End", "s", "m")
    page.locator("dialog blockquote", has_text="It helped.").wait_for()
    write("How?")
    memos.locator("q", has_text="It helped.").wait_for()
    press(page, "Control+Home")
    memos.locator(".go").click()
    wait_until(page, "() => document.querySelector('#aloud').textContent.includes('It helped.')")
    page.locator("#text").focus()
    press(page, "o")
    page.locator(".codebook .go", has_text="Trust").click()
    page.locator(".about").get_by_role("button", name="Memo").click()
    write("Too wide?")
    memos.get_by_text("Too wide?").wait_for()
    kept = [(each.target, each.text) for each in qc.Project.open(study).memos]
    assert sorted(kept) == [
        ("code:trust", "Too wide?"),
        ("document:plain", "Recorded in the hall."),
        ("document:plain", "She laughs here."),
        (f"segment:plain:{len(PLAIN) - 10}-{len(PLAIN)}", "How?"),
    ]
    memos.get_by_role("button", name="Withdraw the memo").click()
    settle(page)
    memos.get_by_text("Too wide?").wait_for(state="detached")
    assert len(qc.Project.open(study).memos) == 3
    page.locator("#text").focus()
    press(page, "z")
    settle(page)
    memos.get_by_text("Too wide?").wait_for()


def test_what_is_decided_is_finished_for_the_consensus(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    project = qc.Project.open(study)
    at = PLAIN.index("We trust them.")
    for coder, id in (("ana", "trust"), ("ben", "money")):
        project.assign(("plain", at, at + 14), id, coder=coder)
        project.finish("plain", coder=coder)
    project.save()
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "q")
    page.get_by_role("button", name="Disagreements").click()
    page.locator(".sides").wait_for()
    finish = page.get_by_role("button", name="Finish what is decided")
    finish.click()
    page.locator(".notes", has_text="a disagreement that is open").wait_for()
    page.locator(".sides .check", has_text="Trust").click()
    page.get_by_role("button", name="Decide", exact=True).click()
    page.locator("#panel", has_text="No disagreements are open").wait_for()
    finish.click()
    page.locator(".notes", has_text="Finished for the consensus: plain").wait_for()
    made = qc.Project.open(study)
    assert made.finished["consensus"] == {"plain"}
    assert ("We trust them.", "trust", "consensus") in codings_of(study, "plain")


def test_what_waits_and_what_was_done_follow_the_coding(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    panel = page.locator("#panel")
    press(page, "q")
    panel.get_by_text("document 'plain' has no code").wait_for()
    page.locator("#text").focus()
    press(page, "ArrowDown")
    code(page, "trust")
    panel.get_by_text("document 'plain' has no code").wait_for(state="detached")
    press(page, "h")
    panel.get_by_text("Trust: “We trust them.”").wait_for()
    page.locator("#text").focus()
    press(page, "ArrowDown")
    code(page, "money")
    panel.get_by_text("Money: “Dr. Okafor said so").wait_for()


def test_a_merge_of_last_month_is_reverted_from_the_history(
    study: Path, serve: Serve, new_page: NewPage, violations: Violations
) -> None:
    project = qc.Project.open(study)
    project.assign(("plain", 7, 21), "trust", coder="ben")
    with project.revise(coder="ben", reason="the same") as codebook:
        codebook.merge("trust", "money")
    project.assign(("plain", 22, 40), "money", coder="ben")
    project.save()
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "h")
    row = page.locator(".history li", has_text="merge trust into money")
    row.get_by_role("button", name="Revert").click()
    page.locator("dialog .preview tr", has_text="Trust").get_by_text("1").wait_for()
    assert violations(page) == []
    page.locator("dialog").get_by_role("button", name="Apply").click()
    page.locator("dialog").wait_for(state="detached")
    row.locator(".undone").wait_for()
    assert [each[1] for each in codings_of(study, "plain")] == ["money", "trust"]


def test_passages_left_out_of_a_search_stay_so_when_somebody_changes_a_code(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    press(page, "/")
    page.keyboard.type("trust")
    page.locator(".hit").nth(1).wait_for()
    page.locator(".hit input").first.uncheck()
    page.get_by_role("button", name="Code 1 passage").wait_for()
    project = qc.Project.open(study)
    with project.revise(coder="ben", reason="clearer") as codebook:
        codebook.rename("money", "Means")
    project.save()
    with page.expect_response("**/api/search*"):
        page.locator(".notes", has_text="ben").wait_for()
    page.get_by_role("button", name="Code 1 passage").click()
    page.keyboard.type("means")
    press(page, "Enter")
    settle(page)
    assert [each[:2] for each in codings_of(study, "plain")] == [("trust", "money")]
