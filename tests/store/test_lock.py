"""One writer at a time; the others learn who it is."""

from __future__ import annotations

import getpass
import logging
import os
import platform
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.store.making import clock, contents, step

import qualcode as qc
from qualcode.errors import LockedError, StoreError
from qualcode.io.store.journal import JOURNAL, journal_text
from qualcode.io.store.locking import Holder, locked

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from qualcode.io.store.locking import locked
with locked(Path(sys.argv[1]) / ".qualcode"):
    print("locked", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock of a project."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()


def test_the_message_says_who_is_writing(project: qc.Project, folder: Path) -> None:
    before = contents(folder)
    step(project)
    with another_process(folder) as other, pytest.raises(LockedError) as caught:
        project.save()
    message = str(caught.value)
    who = rf"{re.escape(getpass.getuser())} \(process {other.pid} on {re.escape(platform.node())}, "
    assert re.search(who + r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)", message), message
    assert message.startswith(str(folder))
    assert isinstance(caught.value, StoreError | OSError)
    assert contents(folder) == before
    project.save()
    assert qc.Project.open(folder).state == project.state


def test_a_process_that_died_holds_no_lock(project: qc.Project, folder: Path) -> None:
    with another_process(folder) as other:
        other.kill()
        other.wait()
        assert (folder / ".qualcode" / "lock.json").exists(), "it had no time to tidy up"
        step(project)
        project.save()
    assert not (folder / ".qualcode" / "lock.json").exists()
    assert qc.check_folder(folder) == []


@pytest.mark.parametrize("left", [None, b"", b"{}", b'{"user": "x'])
def test_a_holder_that_left_no_name_is_another_process(
    project: qc.Project, folder: Path, left: bytes | None
) -> None:
    step(project)
    with another_process(folder):
        name = folder / ".qualcode" / "lock.json"
        name.unlink() if left is None else name.write_bytes(left)
        with pytest.raises(LockedError, match="another process is writing to it; try again later"):
            project.save()


def test_two_projects_of_one_process_do_not_write_at_once(
    project: qc.Project, folder: Path
) -> None:
    step(project)
    with (
        locked(folder / ".qualcode"),
        pytest.raises(LockedError, match=rf"process {os.getpid()}"),
    ):
        project.save()
    project.save()


def test_opening_does_not_need_the_lock(project: qc.Project, folder: Path) -> None:
    with another_process(folder):
        assert qc.Project.open(folder).state == project.state
        assert qc.check_folder(folder) == []


def test_opening_waits_for_a_save_that_goes_on(project: qc.Project, folder: Path) -> None:
    private = folder / ".qualcode"
    begun = threading.Event()

    def save() -> None:
        with locked(private):
            (private / JOURNAL).write_bytes(journal_text([]))
            begun.set()
            threading.Event().wait(0.3)
            (private / JOURNAL).unlink()

    other = threading.Thread(target=save)
    other.start()
    begun.wait()
    assert qc.Project.open(folder).state == project.state
    other.join()


def test_a_save_that_goes_on_for_long_is_named(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualcode.io.store.reading.PATIENCE", 0.1)
    (folder / ".qualcode" / JOURNAL).write_bytes(journal_text([]))
    with another_process(folder) as other, pytest.raises(LockedError, match=f"process {other.pid}"):
        qc.Project.open(folder)
    assert qc.check_folder(folder)[0].message.startswith("a save was interrupted")
    assert qc.Project.open(folder).state == project.state, "the journal held nothing to take back"


def test_what_is_taken_back_is_noticed(
    project: qc.Project, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / ".qualcode" / JOURNAL).write_bytes(journal_text([]))
    with caplog.at_level(logging.INFO, logger="qualcode"):
        qc.Project.open(folder)
    assert caplog.messages == [f"{folder}: a save that was interrupted was taken back"]


def test_a_reader_gives_up_on_a_writer_that_does_not_stop(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(1000))
    monkeypatch.setattr("qualcode.io.store.reading._last_save", lambda root: next(moments))
    monkeypatch.setattr("qualcode.io.store.reading.ATTEMPTS", 4)
    with pytest.raises(LockedError, match="another process saves it over and over"):
        qc.Project.open(folder)


def test_a_lock_that_cannot_be_signed_is_given_back(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with locked(folder / ".qualcode"):
        signed = (folder / ".qualcode" / "lock.json").read_bytes()
    assert msgspec.json.decode(signed, type=Holder).user == "unknown user"
    again = qc.Project.open(folder, clock=clock)
    step(again)
    again.save()
