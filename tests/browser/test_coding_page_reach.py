"""The page for everybody: axe on every view and window, contrast, and the list that is read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import qualcode as qc

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import Served, codings_of, enter, press, run_server, settle
from tests.browser.studies import PLAIN, make_study, touch_over

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Callable[..., "Page"]

PANELS = {
    "d": "Documents", "o": "Codes", "l": "Codings", "g": "Suggest",
    "/": "Search", "q": "Work", "h": "History", "i": "Figures",
}  # fmt: skip


def make_busy_study(folder: Path) -> Path:
    """Make a study in which every view has something to show."""
    make_study(folder)
    project = qc.Project.open(folder)
    sentences = [each for each in project.segments(unit="sentence") if each.document.id == "plain"]
    for sentence in sentences:
        project.assign(sentence, "trust", coder="ana", memo="Said twice.")
    for sentence in sentences[::2]:
        project.assign(sentence, "money", coder="ben")
    gone = PLAIN.index("Nobody counts")
    project.assign(("plain", gone, gone + 13), "money", coder="ana")
    with project.revise(coder="ana", reason="Nobody uses it.") as codebook:
        codebook.redefine("trust", definition="Partners rely on what the other says.")
        codebook.retire("evil")
    project.finish("plain", coder="ana")
    project.finish("plain", coder="ben")
    project.save()
    other = qc.Project.open(folder)
    project.correct("plain", PLAIN.replace("Nobody counts every penny.", "All is well here."))
    for each, name in ((project, "Confidence"), (other, "Faith")):
        with each.revise(coder="ana" if each is project else "ben") as codebook:
            codebook.rename("trust", name)
        each.save()
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with run_server(make_busy_study(tmp_path_factory.mktemp("reach") / "study")) as server:
        yield server


def views(page: Page) -> Iterator[str]:
    """Go through everything that the page can show, and yield the name of each."""
    yield "text"
    for key, name in PANELS.items():
        press(page, key)
        page.locator("#panel h2", has_text=name).wait_for()
        if key == "/":
            page.keyboard.type("we")
            page.locator(".hit").first.wait_for()
        page.wait_for_timeout(150)
        yield name
        if key == "q":
            for tab, shown in (("Disagreements", ".sides"), ("To settle", ".settle")):
                page.get_by_role("button", name=tab).click()
                page.locator(shown).first.wait_for()
                yield tab
            page.locator("#text").focus()
        press(page, "Escape", key)
    yield from windows_on_codes(page)
    press(page, "Control+Home", "s", "Enter")
    page.locator(".palette").wait_for()
    yield "palette"
    press(page, "Alt+Enter")
    page.locator(".palette.form").wait_for()
    yield "new code on a passage"
    press(page, "Escape", "Escape", "Control+Home", "j", "m")
    for name, key in {"memo": "", "keys": "?", "correction": "e"}.items():
        press(page, *key)
        page.locator("dialog").wait_for()
        yield name
        press(page, "Escape")
        page.locator("dialog").wait_for(state="detached")
    page.get_by_role("button", name="You are ana").click()
    page.locator("dialog").wait_for()
    yield "who works"


def windows_on_codes(page: Page) -> Iterator[str]:
    press(page, "o")
    page.locator(".codebook .go", has_text="Money").first.click()
    yield "a code"
    page.locator("#panel summary", has_text="Retired").click()
    yield "retired codes"
    for change in ("Edit", "Rename", "Move", "Merge", "Split", "Retire", "Memo"):
        button = page.locator(".about .tools").get_by_role("button", name=change, exact=True)
        button.click()
        page.locator("dialog").wait_for()
        if change == "Merge":
            page.locator("dialog select").select_option(index=1)
            page.locator("dialog .preview").wait_for()
        yield change
        press(page, "Escape")
        page.locator("dialog").wait_for(state="detached")
        assert button.evaluate("each => each === document.activeElement")
    page.get_by_role("button", name="New code").click()
    page.locator("dialog").wait_for()
    yield "new code"
    press(page, "Escape")
    page.locator(".about .tools").get_by_role("button", name="Passages").click()
    page.locator(".hits .go").first.wait_for()
    yield "passages of a code"
    press(page, "Escape", "/")


TOUCHED = {"width": 390, "height": 844, "has_touch": True}


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark", "contrast": "more", **TOUCHED}],
    ids=["light", "phone-dark-contrast"],
)
def test_every_view_and_window_is_accessible(
    served: Served,
    new_page: NewPage,
    violations: Callable[[Page], list[str]],
    options: dict[str, Any],
) -> None:
    page = enter(new_page(**options), served.address, "plain", "ana")
    wrong = {name: violations(page) for name in views(page)}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(wrong) == 28


def test_codings_are_a_list_that_keys_go_through_and_that_is_read_aloud(
    served: Served, new_page: NewPage
) -> None:
    page = enter(new_page(), served.address, "plain", "ana")
    press(page, "Control+Home", "j")
    said = page.locator("#aloud").inner_text()
    assert "Dr. Okafor said so" in said
    assert "by you" in said
    press(page, "l")
    place = "document.activeElement.closest('li').ariaPosInSet"
    first = int(page.evaluate(place))
    press(page, "ArrowDown", "ArrowDown")
    assert int(page.evaluate(place)) == first + 2
    press(page, "Enter")
    chosen = page.evaluate("document.activeElement.querySelector('q').innerText")
    assert page.locator("#aloud").inner_text().rstrip().endswith(chosen.strip("“”"))
    press(page, "ArrowUp")
    assert int(page.evaluate(place)) == first + 1


def test_forced_colours_keep_what_is_chosen_and_how_codings_overlap(
    served: Served, new_page: NewPage
) -> None:
    page = enter(new_page(forced_colors="active"), served.address, "plain", "ana")
    stripes = page.locator("mark").first.evaluate("each => getComputedStyle(each).backgroundImage")
    assert "gradient" in stripes
    press(page, "Control+Home", "s", "Enter")
    chosen = page.locator(".palette [aria-selected=true]")
    assert chosen.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


def test_what_a_finger_selects_stays_for_a_second_code_and_goes_for_a_new_selection(
    tmp_path: Path, serve: Callable[..., Served], new_page: NewPage
) -> None:
    study = make_study(tmp_path / "study")
    address = serve(study, "--coder", "ana").address
    page = enter(new_page(width=820, height=1100, has_touch=True), address, "plain", "ana")
    bar = page.locator(".quick")
    # Over two paragraphs, which are drawn anew when they are coded.
    touch_over(page, "every penny.", "We met")
    for name in ("Trust", "Money"):
        bar.get_by_role("button", name="Code", exact=True).tap()
        page.locator(".palette [role=option]", has_text=name).first.tap()
        settle(page)
    quotes = {quote for quote, _, _ in codings_of(study, "plain")}
    assert quotes == {"every penny.\n\nMARIA: We met"}
    assert len(codings_of(study, "plain")) == 2
    touch_over(page, "It helped")
    assert bar.count() == 0
    bar.get_by_role("button", name="Money").tap()
    settle(page)
    assert ("It helped", "money", "ana") in codings_of(study, "plain")
