"""Which files of the log this copy of a project may go on writing.

Two copies that add to one file make a conflict in git. So a file is added to only where its end is what this
copy wrote last, on this machine; otherwise a new one is begun. The note lies in the private folder, which
no copy carries along without the file's identity changing.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from qualcode.io.store.layout import make_private

__all__ = ["Note", "may_continue", "read_notes", "write_notes"]

_NOTES = "copies.json"


class Note(msgspec.Struct, frozen=True):
    """What this copy wrote last to a file of the log.

    Parameters
    ----------
    head : str
        Id of the last event.
    size : int
        Of the file, in bytes.
    inode : int
        Of the file.
    machine : str
        Where that was.
    autosave : bool
        Whether lines may stand behind that which were written as they were made.
    """

    head: str
    size: int
    inode: int
    machine: str
    autosave: bool = False

    @classmethod
    def of(cls, path: Path, head: str, *, autosave: bool = False) -> Note:
        """Return the note on a file that was written just now."""
        status = path.stat()
        return cls(head, status.st_size, status.st_ino, _machine(), autosave)


def may_continue(note: Note | None, path: Path) -> bool:
    """Tell whether a file is the one that a note is about."""
    if note is None or note.machine != _machine():
        return False
    try:
        status = path.stat()
    except OSError:
        return False
    grown = status.st_size > note.size if note.autosave else False
    return status.st_ino == note.inode and (status.st_size == note.size or grown)


def read_notes(private: Path) -> dict[str, Note]:
    """Return the notes by the name of the file; none where there are none that can be read."""
    try:
        return msgspec.json.decode((private / _NOTES).read_bytes(), type=dict[str, Note])
    except (OSError, msgspec.DecodeError):
        return {}


def write_notes(private: Path, notes: Mapping[str, Note]) -> None:
    """Write the notes; should that fail, the next save begins new files."""
    with suppress(OSError):
        make_private(private)
        draft = private / f"{_NOTES}.new"
        draft.write_bytes(msgspec.json.encode(dict(notes)))
        draft.replace(private / _NOTES)


@cache
def _machine() -> str:
    try:
        own = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        own = ""
    return f"{platform.node()} {own}".strip()
