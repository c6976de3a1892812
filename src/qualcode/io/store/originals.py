"""Original files, kept by their digest: where their bytes are until a project's folder holds them.

A file is put by once and never changed, so two copies of a project that keep the same file agree on it, and
to unite them is to have all files of both. Until it is saved, a file lies in a folder for passing things,
and not in memory: a hundred recordings of interviews may be more than there is.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path, PurePath

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.model.log.timeline import Timeline
from qualcode.model.texts.originals import ORIGINALS, Original, read_originals

__all__ = ["Originals", "original_faults", "original_file", "originals_of"]

_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


def original_file(original: Original) -> str:
    """Return where an original file lies, below the project's folder; its ending is kept for programs."""
    ending = PurePath(original.name).suffix.lower()
    kept = ending if _ENDING.fullmatch(ending) else ""
    return f"{layout.ORIGINALS}/{original.sha256[:16]}{kept}"


def originals_of(timeline: Timeline) -> dict[str, Original]:
    """Return every original file that events name, by where it lies."""
    return {
        original_file(each): each
        for event in timeline.events
        if ORIGINALS in event.words
        for each in read_originals(event.words)
    }


class _Passing:
    """A folder that is there until nobody asks for it any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="qualcode-"))
        # A project is not closed, so its folder for passing things goes with it.
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Originals:
    """Where the original files of a project are.

    Parameters
    ----------
    folders : iterable of Path
        Projects' folders that may hold them.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._folders = list(dict.fromkeys(folders))
        self._passing: list[_Passing] = []

    def with_those_of(self, others: Iterable[Originals]) -> Originals:
        """Return one that finds what any of them does."""
        found = Originals(self._folders)
        found._passing = list(self._passing)
        for each in others:
            found._folders = list(dict.fromkeys([*found._folders, *each._folders]))
            found._passing += [held for held in each._passing if held not in found._passing]
        return found

    def also_in(self, folder: Path) -> None:
        """Take note of a project's folder that may hold them."""
        if folder not in self._folders:
            self._folders.append(folder)

    def put(self, data: bytes, name: str) -> Original:
        """Put a file by, and return what an event is to say of it.

        Raises
        ------
        StoreError
            When the disk does not allow it.
        """
        original = Original(hashlib.sha256(data).hexdigest(), name, len(data))
        if self.path_of(original) is None:
            if not self._passing:
                self._passing.append(_Passing())
            path = self._passing[0].path / original.sha256
            try:
                path.write_bytes(data)
            except OSError as error:
                path.unlink(missing_ok=True)
                raise StoreError(
                    f"{name}: cannot be put by in {path.parent} ({error.strerror or error}): make room, or "
                    "do without original files (originals=False)"
                ) from error
        return original

    def path_of(self, original: Original) -> Path | None:
        """Return a file that has the size of an original and its name; None where there is none."""
        places = [each.path / original.sha256 for each in self._passing]
        places += [folder / original_file(original) for folder in self._folders]
        for path in places:
            try:
                if path.stat().st_size == original.size:
                    return path
            except OSError:
                continue
        return None

    def read(self, original: Original) -> bytes:
        """Return what an original file holds.

        Raises
        ------
        StoreError
            When it is nowhere, or was changed.
        """
        path = self.path_of(original)
        if path is None:
            raise StoreError(
                f"the original file {original.name!r} ({original_file(original)}) is not there any more, or "
                "has another size: take it from version control or a copy"
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
        if hashlib.sha256(data).hexdigest() != original.sha256:
            raise StoreError(
                f"{path}: was changed since it was added: take it from version control or a copy"
            )
        return data


def original_faults(root: Path, timeline: Timeline) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the original files in a project's folder: the file, and what."""
    named = originals_of(timeline)
    for name, original in named.items():
        path = root / name
        if not path.exists():
            yield name, f"is missing: it is the original of {original.name!r}"
            continue
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != original.sha256:
            yield name, f"was changed since it was added: it is the original of {original.name!r}"
    for path in sorted((root / layout.ORIGINALS).glob("*")):
        if f"{layout.ORIGINALS}/{path.name}" not in named:
            yield f"{layout.ORIGINALS}/{path.name}", "is no original file that the log names"
