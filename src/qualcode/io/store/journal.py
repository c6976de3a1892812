"""All-or-nothing writing of several files.

What is to be written goes to files of its own first, flushed to the disk. Then one rename puts the
journal in place: that is the moment of commit. Only then are the files of the project touched. If the
process dies before, nothing has changed; if it dies later, whoever opens the project next finds the
journal and finishes the work. Adding to a long file writes the added bytes only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from qualcode.errors import StoreError

__all__ = ["Write", "commit", "recover"]

JOURNAL = "journal.json"
PENDING = "pending"


class Write(msgspec.Struct, frozen=True):
    """New content for a file: in place of the old, or behind its first `offset` bytes."""

    content: bytes
    offset: int | None = None


class _Step(msgspec.Struct, frozen=True):
    """A line of the journal: from which payload to which file."""

    payload: str
    target: str
    how: Literal["replace", "append"]
    offset: int = 0


def commit(root: Path, private: Path, writes: Mapping[str, Write]) -> None:
    """Write several files of a folder, all or nothing.

    Parameters
    ----------
    root : Path
        The project's folder.
    private : Path
        The folder for the journal; on the same file system.
    writes : mapping of str to Write
        Paths below `root`, and their new content.

    Raises
    ------
    StoreError
        When the disk is full or not writable. Then nothing has changed, or, when even finishing a
        committed write failed, the next opening finishes it; the message says which.
    """
    if not writes:
        return
    pending = private / PENDING
    try:
        shutil.rmtree(pending, ignore_errors=True)
        pending.mkdir(parents=True)
        steps = []
        for number, (target, write) in enumerate(writes.items()):
            payload = f"{number:06d}"
            _write_flushed(pending / payload, write.content)
            how: Literal["replace", "append"] = "replace" if write.offset is None else "append"
            steps.append(_Step(payload, target, how, write.offset or 0))
        _flush_folder(pending)
        draft = private / f"{JOURNAL}.new"
        _write_flushed(draft, msgspec.json.encode(steps))
        os.replace(draft, private / JOURNAL)
        _flush_folder(private)
    except OSError as error:
        shutil.rmtree(pending, ignore_errors=True)
        raise StoreError(
            f"{root}: nothing was saved: {error.strerror or error}. The project on disk is as it was; "
            "make room or allow writing, and save again"
        ) from error
    recover(root, private)


def recover(root: Path, private: Path) -> bool:
    """Finish a committed write, if one was interrupted; return whether there was one.

    Running it again after another interruption is safe.

    Raises
    ------
    StoreError
        When the disk does not let it finish.
    """
    journal = private / JOURNAL
    if not journal.exists():
        return False
    try:
        steps = msgspec.json.decode(journal.read_bytes(), type=list[_Step])
        folders = {journal.parent}
        for step in steps:
            target = root / step.target
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.update((target.parent, target.parent.parent))
            _perform(step, private / PENDING / step.payload, target)
        for folder in folders:
            _flush_folder(folder)
        journal.unlink()
        _flush_folder(private)
        shutil.rmtree(private / PENDING, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"{root}: a save was committed but could not be finished: {error.strerror or error}. "
            "Nothing is lost: make room or allow writing, and open the project again"
        ) from error
    return True


def _perform(step: _Step, payload: Path, target: Path) -> None:
    if step.how == "replace":
        # Already renamed when an earlier recovery was interrupted after this step.
        if payload.exists():
            os.replace(payload, target)
        return
    with open(target, "ab") as file:
        # What an interrupted attempt added is cut off first, so repeating adds nothing twice.
        file.truncate(step.offset)
        file.seek(0, os.SEEK_END)
        file.write(payload.read_bytes())
        file.flush()
        os.fsync(file.fileno())


def _write_flushed(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
