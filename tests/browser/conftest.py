"""A real browser: Chromium, driven by Playwright.

Where one of them is missing the tests are skipped and say so, unless the environment variable
QUALCODE_REQUIRE names ``browser``, as it does where every gate must hold.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without the network the browser's own errands fail, many at a time.
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _missing(what: str) -> None:
    if "browser" in os.environ.get("QUALCODE_REQUIRE", "").split(","):
        pytest.fail(f"QUALCODE_REQUIRE names browser, and {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        _missing("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make pages, each in a context of its own: ``new_page(width=390, height=844, color_scheme="dark")``.

    What a page writes to its console as an error, and what it throws, fails the test at its end; with
    ``quiet`` only what it throws, for a page that loses its server.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def note(said: ConsoleMessage) -> None:
        # A refusal is an answer, which the page shows; the browser writes it to the console all the same.
        if said.type == "error" and "409 (Conflict)" not in said.text:
            errors.append(f"{said.text} {said.location['url']}")

    def make(width: int = 1400, height: int = 900, quiet: bool = False, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        # A page hears of a new address a moment after it has it; tests wait for that by `leading`.
        page.add_init_script(
            "window.heard = location.hash;"
            "addEventListener('hashchange', () => { window.heard = location.hash; });"
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        if not quiet:
            page.on("console", note)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def serve() -> Iterator[Callable[..., Any]]:
    """Start servers that outlive the pages of a test, where it is named before ``new_page``."""
    from tests.browser.serving import run_server

    with ExitStack() as stack:
        yield lambda study, *options: stack.enter_context(run_server(study, *options))


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """Return what axe finds wrong with a page: the rule, how many nodes, and the first of them."""

    def look(page: Page) -> list[str]:
        from axe_playwright_python.base import AXE_SCRIPT

        # To read the script and to hand back all that is right takes several times as long as to look.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found: list[str] = page.evaluate(
            """async () => {
              const { violations } = await axe.run(document, { resultTypes: ["violations"] });
              const first = (nodes) => nodes[0].html.slice(0, 200);
              return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${first(nodes)}`);
            }"""
        )
        return found

    return look
