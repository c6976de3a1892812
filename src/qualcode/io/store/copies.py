"""Which files of the log this copy of a project may go on writing.

Two copies that add to one file make a conflict in git. So a file is added to only where its end is what this
copy wrote last, on this machine; otherwise a new one is begun. The note lies in the private folder, which
no copy carries along without the file's identity changing.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import attrs
import msgspec
from filelock import FileLock, Timeout

from qualcode.io.store.layout import make_private

__all__ = ["Home", "Note", "begin_session", "is_in_session", "read_notes", "write_notes"]

_NOTES = "copies.json"
_SESSIONS = "sessions"


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

    def is_about(self, path: Path) -> bool:
        """Tell whether a file is the one that the note is about."""
        try:
            status = path.stat()
        except OSError:
            return False
        grown = self.autosave and status.st_size > self.size
        same = self.machine == _machine() and status.st_ino == self.inode
        return same and (grown or status.st_size == self.size)

    def fits(self, path: Path, head: str) -> bool:
        """Tell whether a file ends with what this copy wrote last."""
        return self.is_about(path) and (self.autosave or self.head == head)


@attrs.frozen
class Home:
    """A file that this process goes on writing.

    Parameters
    ----------
    file : str
        Its name.
    head : str
        Id of its last event.
    end : int
        Where its last whole line ends, so where to add.
    size : int
        How many bytes it had when it was read or written last.
    inode : int
        Of the file then.
    """

    file: str
    head: str
    end: int
    size: int
    inode: int

    @classmethod
    def of(cls, path: Path, head: str) -> Home:
        """Return a file as it was written just now."""
        status = path.stat()
        return cls(path.name, head, status.st_size, status.st_size, status.st_ino)

    def is_unchanged(self, path: Path) -> bool:
        """Tell whether nobody else wrote to the file since."""
        try:
            status = path.stat()
        except OSError:
            return False
        return (status.st_size, status.st_ino) == (self.size, self.inode)


def read_notes(private: Path) -> dict[str, Note]:
    """Return the notes by the name of the file; none where there are none that can be read."""
    try:
        return msgspec.json.decode((private / _NOTES).read_bytes(), type=dict[str, Note])
    except (OSError, msgspec.DecodeError):
        return {}


def write_notes(private: Path, notes: Mapping[str, Note], *, flush: bool = False) -> bool:
    """Write the notes, to the disk itself if asked; should that fail, the next save begins new files.

    Returns
    -------
    bool
        Whether they are written.
    """
    try:
        make_private(private)
        draft = private / f"{_NOTES}.new"
        with open(draft, "wb") as file:
            file.write(msgspec.json.encode(dict(notes)))
            if flush:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(private / _NOTES)
    except OSError:
        return False
    return True


def begin_session(private: Path, file: str) -> FileLock:
    """Say that this process saves to a file by itself, for as long as it holds what is returned."""
    lock = _session(private, file)
    lock.acquire(timeout=1)  # another process may be looking whether there is a session
    return lock


def is_in_session(private: Path, file: str) -> bool:
    """Tell whether a process that saves to a file by itself is alive."""
    try:
        lock = _session(private, file)
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def _session(private: Path, file: str) -> FileLock:
    folder = private / _SESSIONS
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / hashlib.sha256(file.encode()).hexdigest()[:16])


@cache
def _machine() -> str:
    try:
        own = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        own = ""
    return f"{platform.node()} {own}".strip()
