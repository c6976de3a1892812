"""The real server in a process of its own, as a user starts it, and a page on it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

import qualcode as qc

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = [
    "Served",
    "code",
    "codings_of",
    "enter",
    "press",
    "run_server",
    "settle",
    "wait_until",
]

_SECONDS = 30


@attrs.define
class Served:
    """A server that runs, and the address it printed."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(_SECONDS)


@contextmanager
def run_server(study: Path, *options: str) -> Iterator[Served]:
    """Start ``qualcode serve`` and wait for its address."""
    command = [sys.executable, "-m", "qualcode", "serve", str(study), "--no-browser", *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    # A server that says nothing ends the test, and not the patience of who runs it.
    timer = threading.Timer(_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://\S+", line):
                timer.cancel()
                yield Served(process, found.group())
                break
        else:
            raise AssertionError(f"the server did not start: {said}")
    finally:
        timer.cancel()
        process.kill()
        process.wait(_SECONDS)
        told = process.stdout.read() if process.stdout is not None else ""
        if process.stdout is not None:
            process.stdout.close()
    assert "Traceback" not in told, told


def codings_of(study: Path, document: str) -> list[tuple[str, str, str]]:
    """Return what is on the disk: the quote, the code and the coder of each assignment in a document."""
    project = qc.Project.open(study)
    found = [each for each in project.assignments if each.segment.document.id == document]
    return sorted((each.segment.quote, each.code.id, each.coder) for each in found)


def wait_until(page: Page, condition: str, **given: Any) -> None:
    """Wait for a condition in JavaScript, without a loop in the page, which its content policy forbids."""
    for _ in range(500):
        if page.evaluate(condition, given or None):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"did not come true: {condition}")


def enter(page: Page, address: str, document: str, coder: str) -> Page:
    """Open the page as a coder, on a document."""
    origin = address.split("/?")[0]
    page.request.get(address)
    page.request.post(f"{origin}/api/me", data={"coder": coder}, headers={"Origin": origin})
    page.goto(f"{origin}/#{document}")
    page.wait_for_selector("p.row")
    page.locator("#text").focus()
    return page


def press(page: Page, *keys: str) -> None:
    """Press keys, one after another."""
    for key in keys:
        page.keyboard.press(key)


def settle(page: Page, left: int = 0) -> None:
    """Wait until the server has everything on the disk, but for what is left for another one."""
    wait_until(
        page,
        """({ left }) => Object.keys(localStorage).filter(
          (key) => key.startsWith('qualcode.waiting.')).length === left""",
        left=left,
    )


def code(page: Page, name: str, left: int = 0) -> None:
    """Put a code on what is selected, by the keyboard."""
    press(page, "Enter")
    page.keyboard.type(name)
    press(page, "Enter")
    settle(page, left)
