"""Several people on one study: one after another, at once, blind, and by git."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qualcode as qc

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import (
    Served,
    code,
    codings_of,
    enter,
    press,
    run_server,
    settle,
    wait_until,
)
from tests.browser.studies import FIND, PLAIN, make_study

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Callable[..., "Page"]
Serve = Callable[..., Served]
MORE_LANES = "({ n }) => document.querySelectorAll('.lane').length > n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "study")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A study with documents for several tests, and the address of its server."""
    study = make_study(tmp_path_factory.mktemp("team") / "study", "same", "differ", "held", "read")
    with run_server(study) as server:
        yield study, server.address


def test_who_works_is_asked_once_and_changed_on_the_page(
    shared: tuple[Path, str], new_page: NewPage
) -> None:
    study, address = shared
    page = new_page()
    page.goto(f"{address}#plain")
    page.locator("dialog", has_text="Who are you?").wait_for()
    page.keyboard.type("dora")
    press(page, "Enter")
    page.locator("dialog").wait_for(state="detached")
    page.locator("#text").focus()
    press(page, "ArrowDown")
    code(page, "trust")
    assert page.locator(".lane.other").count() == 0
    page.get_by_role("button", name="You are dora").click()
    page.locator("dialog .choices button", has_text="ana").click()
    page.locator(".lane.other").wait_for()
    # What Dora did is hers to take back.
    assert page.get_by_role("button", name="Undo", exact=True).is_disabled()
    page.reload()
    page.wait_for_selector("p.row")
    page.get_by_role("button", name="You are ana").wait_for()
    page.locator("#text").focus()
    press(page, "ArrowDown", "ArrowDown")
    code(page, "money")
    assert [each[1:] for each in codings_of(study, "plain")] == [
        ("money", "ana"),
        ("trust", "dora"),
    ]


def test_who_is_blind_sees_others_only_after_having_finished(
    study: Path, serve: Serve, new_page: NewPage
) -> None:
    project = qc.Project.open(study)
    secret = "only ana says this"
    for sentence in project.segments(unit="sentence"):
        if sentence.document.id == "plain":
            project.assign(sentence, "trust", coder="ana", memo=secret)
    project.add_memo("document:plain", secret, coder="ana")
    with project.revise(coder="ana", reason="new") as codebook:
        codebook.add("rumour", name="Rumour")
    project.finish("plain", coder="ana")
    project.save()
    page = enter(new_page(), serve(study, "--coder", "ben", "--blind").address, "plain", "ben")
    press(page, "ArrowDown")
    code(page, "money")
    seen = [page.content()]
    for key in "dolgqh/i":
        page.locator("#text").focus()
        press(page, key)
        page.wait_for_timeout(150)
        seen.append(page.content())
        press(page, "Escape", key)
    assert page.locator(".lane").count() == 1
    assert not any(secret in each or "ana:" in each for each in seen)
    assert not any("finished by ana" in each for each in seen)
    # What Ana does meanwhile is not told either, only what both code with.
    project = qc.Project.open(study)
    project.assign(("plain", 7, 20), "money", coder="ana", memo=secret)
    with project.revise(coder="ana", reason="new") as codebook:
        codebook.add("doubt", name="Doubt")
    project.save()
    press(page, "o")
    page.locator(".codebook .name", has_text="Doubt").wait_for()
    assert page.locator(".lane").count() == 1
    assert "ana" not in page.locator(".notes").inner_text()
    page.locator("#text").focus()
    press(page, "f")
    page.locator(".lane.other").first.wait_for()
    press(page, "l")
    page.locator(".coding", has_text=secret).first.wait_for()


def test_codes_in_the_same_words_are_one_code(shared: tuple[Path, str], new_page: NewPage) -> None:
    study, address = shared
    ana = enter(new_page(), address, "same", "ana")
    ben = enter(new_page(), address, "same", "ben")
    for page in (ana, ben):
        press(page, "Control+End", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight")
    press(ana, "v")
    settle(ana)
    wait_until(ben, MORE_LANES, n=0)
    press(ben, "v")
    settle(ben)
    assert {each[1] for each in codings_of(study, "same")} == {"monday-it"}
    # Words that are much like it: the code is shown first, and another is one key more.
    press(ben, "Shift+ArrowRight", "v")
    ben.locator(".palette .hint", has_text="There are similar codes").wait_for()
    assert ben.locator(".palette [aria-selected=true]").inner_text().startswith("Monday. It")
    press(ben, "ArrowDown", "Enter")
    settle(ben)
    assert {each[1] for each in codings_of(study, "same")} == {"monday-it", "monday-it-helped"}


def test_what_others_do_leaves_a_selection_that_is_being_made(
    shared: tuple[Path, str], new_page: NewPage
) -> None:
    study, address = shared
    page = enter(new_page(), address, "held", "ana")
    box = page.evaluate(f"({FIND})('on Monday').getBoundingClientRect().toJSON()")
    middle = (box["top"] + box["bottom"]) / 2
    page.mouse.move(box["left"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["left"] + 30, middle, steps=2)
    project = qc.Project.open(study)
    project.assign(("held", PLAIN.index("We met"), len(PLAIN)), "trust", coder="ben")
    project.save()
    page.locator(".notes", has_text="ben").wait_for()
    page.mouse.move(box["right"] - 1, middle, steps=2)
    page.mouse.up()
    page.locator(".palette blockquote", has_text=re.compile("^on Monday$")).wait_for()
    page.locator(".lane.other").wait_for()


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder)]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_git_pulls_is_seen_as_it_comes(
    study: Path, tmp_path: Path, serve: Serve, new_page: NewPage
) -> None:
    git(tmp_path, "init", "-q", "-b", "main", str(study))
    git(study, "add", ".")
    git(study, "commit", "-q", "-m", "begin")
    git(tmp_path, "clone", "-q", str(study), str(tmp_path / "ben"))
    ana = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    ben = enter(new_page(), serve(tmp_path / "ben", "--coder", "ben").address, "plain", "ben")
    # Both make a code of the same words, and neither knows of the other.
    for page in (ana, ben):
        press(page, "Control+End", "v")
        settle(page)
    press(ben, "ArrowUp")
    code(ben, "trust")
    for folder in (study, tmp_path / "ben"):
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "code")
    before = ana.locator(".lane").count()
    git(study, "pull", "-q", "--no-rebase", "--no-edit", str(tmp_path / "ben"), "main")
    wait_until(ana, MORE_LANES, n=before + 1)
    assert "ben" in ana.locator(".notes").inner_text()
    # The server goes on writing where git put something beside it.
    press(ana, "Control+Home")
    code(ana, "money")
    found = codings_of(study, "plain")
    assert sorted({each[2] for each in found}) == ["ana", "ben"]
    assert [each[1] for each in found if each[0] == "helped"] == ["helped", "helped"]
    assert qc.Project.open(study).documents["plain"].text == PLAIN


def test_who_finished_what_and_who_is_here(shared: tuple[Path, str], new_page: NewPage) -> None:
    address = shared[1]
    ana = enter(new_page(), address, "held", "ana")
    ben = enter(new_page(), address, "read", "ben")
    ana.locator(".people", has_text="ben reads read").wait_for()
    press(ben, "f")
    press(ana, "d")
    ana.locator(".documents li", has_text="read").locator("text=finished by ben").wait_for()
    bar = ana.locator(".bars li", has_text="ben")
    assert int(bar.inner_text().split()[1]) >= 1
    ben.context.close()
    ana.locator(".people", has_text="ben reads read").wait_for(state="detached")
    press(ana, "h")
    ana.locator(".history li", has_text="finish").first.wait_for()
    assert "ben" in ana.locator(".history li", has_text="finish").first.inner_text()


def test_where_coders_differ_is_decided_side_by_side(
    shared: tuple[Path, str], new_page: NewPage
) -> None:
    study, address = shared
    project = qc.Project.open(study)
    start = PLAIN.index("We met")
    for coder, put in (("ana", "trust"), ("ben", "money")):
        project.assign(("differ", start, start + 17), put, coder=coder)
        project.finish("differ", coder=coder)
    project.save()
    page = enter(new_page(), address, "odd", "ana")
    press(page, "q")
    page.get_by_role("button", name="Disagreements").click()
    sides = page.locator(".sides")
    sides.wait_for()
    shown = sides.locator(".columns section").all_inner_texts()
    assert sorted(shown) == ["ana\nTrust", "ben\nMoney"]
    # The passage stands where it was said, and not in the document that was open.
    page.locator("h1", has_text="differ").wait_for()
    sides.locator(".check", has_text="Money").click()
    sides.get_by_label("Reason").fill("Joan says who pays.")
    sides.get_by_role("button", name="Decide").click()
    sides.wait_for(state="detached")
    settle(page)
    found = codings_of(study, "differ")
    assert [each[1] for each in found if each[2] == "consensus"] == ["money"]
    press(page, "Escape", "Escape")
    page.locator("#text").focus()
    press(page, "z")
    settle(page)
    assert [each[2] for each in codings_of(study, "differ")] == ["ben", "ana"]
