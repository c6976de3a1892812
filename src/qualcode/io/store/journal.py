"""All-or-nothing writing of several files.

Before a file of the project is touched, the journal says how to put everything back: which file is new,
to what length one that is added to is to be cut, where the copy of one that is replaced lies. Taking the
journal away is the moment of commit. If the process dies before, or the disk is full, everything is put
back, which needs no room; what a dead process left is put back by whoever opens the project next. So
adding to a long file writes the added bytes only.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from qualcode.errors import StoreError

__all__ = [
    "JOURNAL",
    "PENDING",
    "Write",
    "add_flushed",
    "commit",
    "cut",
    "journal_text",
    "put_back",
]

_log = logging.getLogger(__name__)

JOURNAL = "journal.json"
PENDING = "pending"


class Write(msgspec.Struct, frozen=True):
    """New content for a file: in place of the old, or behind its first `offset` bytes; None takes it away.

    Much of it may come in pieces, which are made as they are written, those of earlier files first. Where
    `of` is given, the content of a new file is that of another, which need not fit into memory.
    """

    content: bytes | Iterable[bytes] | None
    offset: int | None = None
    of: Path | None = None

    @property
    def whole(self) -> bytes:
        """The content, in one piece."""
        return b"".join(_pieces(self.content or b""))


class _Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """How to put one file back: cut it to a size, or put a copy in its place, or remove it."""

    target: str
    size: int | None = None
    copy: str | None = None
    digest: str = ""


def commit(root: Path, private: Path, writes: Mapping[str, Write]) -> None:
    """Write several files of a folder, all or nothing; what was interrupted before is put back already.

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
        When the disk is full or not writable. Everything is then as it was.
    """
    try:
        steps = _prepared(root, private / PENDING, writes)
        _begin(private, steps)
        for number, (target, write) in enumerate(writes.items()):
            _perform(write, root / target, private / PENDING / f"{number}.new")
        for folder in _folders(root, writes):
            _flush_folder(folder)
        (private / JOURNAL).unlink()
    except BaseException as error:
        # Also when interrupted from the keyboard: half a save must not be left behind.
        put_back(root, private)
        shutil.rmtree(private / PENDING, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, StoreError):
            raise StoreError(
                f"{root}: nothing was saved: {error.strerror or error}. The project on disk is as it "
                "was; make room or allow writing, and save again"
            ) from error
        raise
    _settle(private)


def put_back(root: Path, private: Path) -> bool:
    """Take back a save that was interrupted, if there is one; return whether there was.

    Doing it again after another interruption is safe.

    Raises
    ------
    StoreError
        When the disk does not allow it.
    """
    journal = private / JOURNAL
    if not journal.exists():
        return False
    try:
        steps = _steps_of(journal)
        for step in steps:
            _check_copy(step, private / PENDING)
        for step in steps:
            _put_back(step, root / step.target, private / PENDING)
        for folder in _folders(root, [step.target for step in steps]):
            _flush_folder(folder)
        journal.unlink()
    except _DamagedError as error:
        raise StoreError(
            f"{root}: a save was interrupted, and what it left cannot be put back: {error}, so it cannot say "
            f"how the project was before. Take the project from version control or a copy; {PENDING} in "
            f"{private} has files as they were"
        ) from error
    except OSError as error:
        raise StoreError(
            f"{root}: a save was interrupted, and what it left cannot be put back: {error}. Nothing that "
            f"was saved before is lost: allow writing to {root}, and open the project again"
        ) from error
    _settle(private)
    _log.warning("%s: a save that was interrupted was taken back", root)
    return True


class _DamagedError(Exception):
    """A journal, or a copy that it names, is not what was written."""


def journal_text(steps: Sequence[_Step]) -> bytes:
    """Return what a journal holds: how to put files back, and a digest of that.

    Whoever follows it removes and cuts files, so that nobody shall who cannot be sure what it says.
    """
    said = msgspec.json.encode(steps)
    return said + b"\n" + _digest(said).encode() + b"\n"


def _steps_of(journal: Path) -> list[_Step]:
    said, _, digest = journal.read_bytes().partition(b"\n")
    if digest != _digest(said).encode() + b"\n":
        raise _DamagedError(f"{journal} is damaged")
    return msgspec.json.decode(said, type=list[_Step])


def _check_copy(step: _Step, pending: Path) -> None:
    if step.copy is None or not (pending / step.copy).exists():
        return
    if _digest((pending / step.copy).read_bytes()) != step.digest:
        raise _DamagedError(f"{pending / step.copy}, the copy of {step.target}, is damaged")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _prepared(root: Path, pending: Path, writes: Mapping[str, Write]) -> list[_Step]:
    """Return how to put each file back, having copied those that will be replaced."""
    shutil.rmtree(pending, ignore_errors=True)  # strays of a process that died before it began
    pending.mkdir(parents=True)
    steps = []
    for number, (name, write) in enumerate(writes.items()):
        target = root / name
        if write.offset is not None:
            steps.append(_Step(name, size=write.offset))
        elif target.exists():
            copy, content = f"{number}.old", target.read_bytes()
            _write_flushed(pending / copy, content)
            shutil.copymode(target, pending / copy)
            steps.append(_Step(name, copy=copy, digest=_digest(content)))
        else:
            steps.append(_Step(name))
    return steps


def _begin(private: Path, steps: list[_Step]) -> None:
    draft = private / PENDING / JOURNAL
    _write_flushed(draft, journal_text(steps))
    _flush_folder(private / PENDING)
    os.replace(draft, private / JOURNAL)
    _flush_folder(private)


def _perform(write: Write, target: Path, draft: Path) -> None:
    if write.of is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with write.of.open("rb") as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
    elif write.content is None:
        target.unlink(missing_ok=True)
    elif write.offset is not None:
        add_flushed(target, write.content, write.offset)
    elif target.exists():
        _write_flushed(draft, write.content)
        shutil.copymode(target, draft)
        os.replace(draft, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_flushed(target, write.content)


def _put_back(step: _Step, target: Path, pending: Path) -> None:
    if step.size is not None:
        if target.exists() and target.stat().st_size > step.size:
            cut(target, step.size)
    elif step.copy is None:
        target.unlink(missing_ok=True)
        if "/" in step.target:
            with suppress(OSError):
                target.parent.rmdir()  # when it was made for this file: then it is empty now
    elif (pending / step.copy).exists():
        # Gone when an earlier attempt was interrupted after this step.
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(pending / step.copy, target)


def _settle(private: Path) -> None:
    """Sweep what is not needed once the journal is gone; the project's own files are flushed already."""
    # Should this fail, a power cut right now might bring the journal back, and so the state before.
    with suppress(OSError):
        _flush_folder(private)
    shutil.rmtree(private / PENDING, ignore_errors=True)


def _folders(root: Path, names: Iterable[str]) -> set[Path]:
    """Return the folders in which names may have come or gone."""
    parents = {(root / name).parent for name in names}
    return {folder for folder in {*parents, root, root.parent} if folder.is_dir()}


def _pieces(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return [content] if isinstance(content, bytes) else content


def _write_flushed(path: Path, content: bytes | Iterable[bytes]) -> None:
    with open(path, "wb") as file:
        for piece in _pieces(content):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def add_flushed(path: Path, content: bytes | Iterable[bytes], offset: int) -> None:
    """Write behind the first bytes of a file, in place of what may stand there, to the disk itself."""
    with open(path, "r+b") as file:
        file.seek(offset)
        for piece in _pieces(content):
            file.write(piece)
        file.truncate()  # half a line may stand behind it, of a process that died
        file.flush()
        os.fsync(file.fileno())


def cut(path: Path, size: int) -> None:
    """Leave the first bytes of a file only, on the disk itself."""
    with open(path, "r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot flush a folder
            raise
    finally:
        os.close(handle)
