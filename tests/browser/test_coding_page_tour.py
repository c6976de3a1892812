"""The tour of the docs: its pictures, and its page of keys.

``QUALCODE_PICTURES=1`` writes the pictures anew; look at them before they are committed.
"""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qualcode as qc

pytest.importorskip("starlette", reason="needs the extra serve")
pytest.importorskip("uvicorn", reason="needs the extra serve")

from tests.browser.serving import Served, press, run_server, settle, wait_until
from tests.browser.studies import touch_over

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "tutorial" / "pictures"
TOUR = (DOCS / "tutorial" / "coding-on-a-page.md").read_text(encoding="utf-8")

# An interview that nobody coded yet.
NEW = (
    "INTERVIEWER: How does the work with the council go?\n\n"
    "ROSA LIND: I trust Pauline, because she rings back when she says she will. The money for the "
    "rooms ends in March, and nobody knows what comes after it. We cannot share a list of names, since "
    "each office has its own rules about data.\n\n"
    "INTERVIEWER: And the team?\n\n"
    "ROSA LIND: Half of it left within a year. Those who stay do the visits in their own time, because "
    "they want people at home.\n"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    study = tmp_path_factory.mktemp("tour") / "study"
    project = qc.load_project("partnership-interviews")
    project.add_document(NEW, id="int-13", name="Rosa Lind, community nurse", coder="ana")
    project.save(study)
    with run_server(study, "--coder", "ana") as server:
        yield server


def picture(page: Page, name: str) -> None:
    """Take a picture of the tour: the docs show it, and it is written when that is asked for."""
    assert f"pictures/{name}.png" in TOUR
    seen = page.screenshot()
    if os.environ.get("QUALCODE_PICTURES"):
        from PIL import Image

        PICTURES.mkdir(exist_ok=True)
        with Image.open(io.BytesIO(seen)) as image:
            image.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)
    assert (PICTURES / f"{name}.png").exists()


def start(page: Page, address: str, document: str = "int-08") -> Page:
    page.request.get(address)
    page.goto(f"{address.split('?')[0]}#{document}")
    page.wait_for_selector("mark")
    page.locator("#text").focus()
    return page


def test_the_pictures_of_the_tour(served: Served, new_page: Callable[..., Page]) -> None:
    page = start(new_page(width=1200, height=760), served.address)
    press(page, "ArrowDown", "ArrowDown", "ArrowDown")
    picture(page, "reading")
    press(page, "Enter")
    page.keyboard.type("po")
    picture(page, "palette")
    press(page, "Enter")
    settle(page)
    press(page, "l")
    page.locator(".coding").first.wait_for()
    picture(page, "codings")
    press(page, "Escape", "o")
    page.locator(".codebook .go", has_text="Trust").first.click()
    picture(page, "codebook")
    page.locator(".about button", has_text="Merge").click()
    page.locator("dialog select").select_option(label="\u2003Communication")
    page.locator("dialog .preview").wait_for()
    picture(page, "merge")
    press(page, "Escape", "Escape", "z")
    settle(page)
    page.locator(".bar .title").click()
    page.locator(".documents button", has_text="Rosa Lind").click()
    page.locator("h1", has_text="Rosa Lind").wait_for()
    page.locator("#text").focus()
    press(page, "g")
    page.locator(".suggestion").wait_for(timeout=30_000)
    picture(page, "suggestions")
    first = page.locator(".suggestion h3").inner_text()
    press(page, "Escape", "a")
    settle(page)
    shown = "({ first }) => document.querySelector('.suggestion h3')?.innerText !== first"
    wait_until(page, shown, first=first)
    assert page.locator("mark").count() > 0
    press(page, "n")
    settle(page)
    press(page, "q")
    page.get_by_role("button", name="Disagreements").click()
    page.locator("h1", has_text="Ruth Adeyemi").wait_for()
    page.locator(".sides").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("h1", has_text="Ruth Adeyemi").count() == 1
    picture(page, "sides")
    dark = start(new_page(width=1200, height=760, color_scheme="dark"), served.address, "int-01")
    dark.evaluate("scrollTo(0, 620)")
    dark.wait_for_timeout(300)
    picture(dark, "dark")
    phone = start(new_page(width=390, height=760, has_touch=True), served.address, "int-01")
    picture(phone, "phone")
    tablet = start(new_page(width=820, height=760, has_touch=True), served.address, "int-01")
    touch_over(tablet, "when there are no beds")
    tablet.locator(".quick button").first.tap()
    tablet.locator(".palette [role=option]", has_text="Unequal power").tap()
    settle(tablet)
    touch_over(tablet, "want the same thing really")
    tablet.wait_for_timeout(500)
    tablet.locator(".quick", has_text="Unequal power").wait_for()
    picture(tablet, "tablet")
    assert {each.stem for each in PICTURES.glob("*.png")} == set(
        re.findall(r"pictures/([\w-]+)\.png", TOUR)
    )


def test_another_page_sees_a_coding_at_once(served: Served, new_page: Callable[..., Page]) -> None:
    page, other = start(new_page(), served.address), start(new_page(), served.address)
    before = other.locator(".lane").count()
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("trust")
    began = time.monotonic()
    press(page, "Enter")
    wait_until(other, "({ n }) => document.querySelectorAll('.lane').length > n", n=before)
    assert time.monotonic() - began < 4


def test_the_page_of_keys_has_the_keys_that_there_are(
    served: Served, new_page: Callable[..., Page]
) -> None:
    page = start(new_page(), served.address)
    rows = page.evaluate(
        """async () => {
          const { GROUPS, written } = await import("/static/keys.js");
          const { WORDS } = await import("/static/words-en.js");
          const shown = (keys) => keys.map((key) => "{kbd}`" + written(key) + "`").join(" or ");
          const all = GROUPS.flatMap(({ actions }) => Object.entries(actions));
          return all.map(([action, keys]) => `| ${shown(keys)} | ${WORDS[`do.${action}`]} |`);
        }"""
    )
    told = (DOCS / "reference" / "page-keys.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in told if line.startswith("| {kbd}")] == rows
