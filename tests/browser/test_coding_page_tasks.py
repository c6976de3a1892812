"""What tasks take on the page, counted and compared with the table of other programs in the docs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import Served, codings_of, enter, press, settle
from tests.browser.studies import PLAIN, drag_over, make_study

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Callable[..., "Page"]
Serve = Callable[..., Served]

TABLE = (
    Path(__file__).parents[2] / "docs" / "explanation" / "page-and-other-programs.md"
).read_text(encoding="utf-8")

# Seconds of the keystroke-level model (Card, Moran and Newell 1980): 0.2 for a key, 1.1 for pointing, and
# 0.1 for pressing or releasing a button. A command is its 19 letters and Enter.
SECONDS = {"click": 1.3, "drag": 2.4, "key": 0.2, "letter": 0.2, "command": 4.0}

# What a hand does, counted before the page hears of it.
COUNTING = """() => {
  const done = (window.done = { drag: 0, click: 0, letter: 0, key: 0 });
  let [x, y] = [0, 0];
  addEventListener("pointerdown", (event) => ([x, y] = [event.clientX, event.clientY]), true);
  addEventListener("pointerup", (event) => {
    done[Math.hypot(event.clientX - x, event.clientY - y) > 5 ? "drag" : "click"]++;
  }, true);
  addEventListener("keydown", (event) => {
    if (!["Shift", "Control", "Alt"].includes(event.key)) done.key++;
  }, true);
  // A key that a field takes in is a letter.
  addEventListener("input", (event) => {
    if (event.inputType !== "insertText") return;
    done.letter++;
    done.key--;
  }, true);
}"""


def taken(page: Page) -> dict[str, int]:
    """Return what was done since it was asked last."""
    settle(page)
    done: dict[str, int] = page.evaluate("({ ...window.done })")
    page.evaluate("Object.keys(window.done).forEach((each) => { window.done[each] = 0; })")
    return done


def counts(cell: str) -> dict[str, int]:
    """Return what a cell of the table counts."""
    found = re.findall(r"(a|\d+) (command|click|drag|letter|key)s?\b", cell)
    return {name: 1 if n == "a" else int(n) for n, name in found}


def rows() -> dict[str, dict[str, str]]:
    lines = [line for line in TABLE.split("## ")[1].splitlines() if line.startswith("| ")]
    head, *body = ([each.strip() for each in line.strip("|").split("|")] for line in lines)
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


def with_the_mouse(page: Page) -> dict[str, dict[str, int]]:
    found = {}
    drag_over(page, "We trust them")
    page.keyboard.type("tru")
    press(page, "Enter")
    found["a code that there is"] = taken(page)
    drag_over(page, "they trust us")
    press(page, "1")
    found["a code used before"] = taken(page)
    drag_over(page, "every penny")
    page.keyboard.type("Thriftly")
    press(page, "Enter")
    found["a new code"] = taken(page)
    drag_over(page, "on Monday")
    page.locator(".palette [role=option]", has_text="In vivo").click()
    found["a code in the words of the text"] = taken(page)
    press(page, "z")
    found["take it back"] = taken(page)
    return found


def with_keys(page: Page) -> dict[str, dict[str, int]]:
    found = {}
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("tru")
    press(page, "Enter")
    found["a code that there is"] = taken(page)
    press(page, "ArrowDown", "1")
    found["a code used before"] = taken(page)
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("Thriftly")
    press(page, "Enter")
    found["a new code"] = taken(page)
    press(page, "ArrowDown", "v")
    found["a code in the words of the text"] = taken(page)
    press(page, "z")
    found["take it back"] = taken(page)
    return found


@pytest.mark.parametrize("how", [with_the_mouse, with_keys], ids=["mouse", "keys"])
def test_each_task_takes_what_the_table_says(
    tmp_path: Path, serve: Serve, new_page: NewPage, how: Callable[[Page], dict[str, Any]]
) -> None:
    study = make_study(tmp_path / "study")
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    page.evaluate(COUNTING)
    column = "qualcode, mouse" if how is with_the_mouse else "qualcode, keys"
    found = {task: {name: n for name, n in done.items() if n} for task, done in how(page).items()}
    assert found == {task: counts(rows()[task][column]) for task in found}
    assert [each[1] for each in codings_of(study, "plain")].count("trust") == 2


def test_letters_that_come_before_a_slow_page_has_opened_the_list_go_into_it(
    tmp_path: Path, serve: Serve, new_page: NewPage
) -> None:
    study = make_study(tmp_path / "study")
    page = enter(new_page(), serve(study, "--coder", "ana").address, "plain", "ana")
    page.evaluate(
        "() => { const real = setTimeout; window.setTimeout = (f, ms = 0) => real(f, ms + 400); }"
    )
    drag_over(page, "every penny")
    page.keyboard.type("Thriftly")
    press(page, "Enter")
    settle(page)
    assert codings_of(study, "plain") == [("every penny", "thriftly", "ana")]


def test_the_first_coding_from_nothing_takes_what_the_table_says(
    tmp_path: Path, serve: Serve, new_page: NewPage
) -> None:
    study = tmp_path / "study"
    command = [sys.executable, "-m", "qualcode", "init", str(study), "--coder", "ana"]
    subprocess.run(command, check=True, capture_output=True)
    page = new_page()
    page.goto(serve(study, "--coder", "ana").address)
    page.locator("#panel h2").wait_for()
    page.evaluate(COUNTING)
    with page.expect_file_chooser() as choosing:
        page.locator("label.button", has_text="Add documents").click()
    choosing.value.set_files(
        {"name": "Joan Day.txt", "mimeType": "text/plain", "buffer": PLAIN.encode()}
    )
    page.locator("h1", has_text="Joan Day").wait_for()
    page.wait_for_selector("p.row")
    drag_over(page, "every penny")
    page.keyboard.type("Thriftly")
    press(page, "Enter")
    done = {"command": 1, **taken(page)}
    assert done == counts(rows()["the first coding, from nothing"]["qualcode, mouse"])
    assert codings_of(study, "joan-day") == [("every penny", "thriftly", "ana")]


def test_the_table_counts_alike_and_no_task_takes_more_clicks_than_elsewhere() -> None:
    for task, row in rows().items():
        own = counts(row["qualcode, mouse"])
        for program, cell in row.items():
            other = counts(cell)
            if not other:
                continue
            seconds = sum(SECONDS[name] * n for name, n in other.items())
            assert cell.endswith(f": {seconds:.1f} s"), (task, program, seconds)
            if program in ("AQDA", "Taguette"):
                clicks, more = own.get("click", 0), other.get("click", 0)
                assert clicks < more or clicks == more == 0, (task, program)
