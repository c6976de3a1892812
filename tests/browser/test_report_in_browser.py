"""The report in a browser: it needs no network and runs without an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import qualcode as qc
from qualcode.report.page.page import write_html

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_report_asks_for_nothing_else(new_page: Callable[..., Page], tmp_path: Path) -> None:
    write_html(qc.load_project("partnership-interviews"), tmp_path / "report.html")
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = (tmp_path / "report.html").as_uri()
    page.goto(address)
    assert page.locator("h1").count() == 1
    assert asked == [address]
