"""A project in REFI-QDA and the files of its sources: in one archive, or in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Self

from qualcode.errors import StudyError
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.raw.packed import Archive

__all__ = ["Package"]

_SCHEME = re.compile(r"(?:internal|relative|absolute):/{0,3}", re.IGNORECASE)
_LARGEST_PROJECT = 1 << 28
_CHUNK = 1 << 18


class Package:
    """What a .qdpx holds, or a .qde and the folder beside it.

    Parameters
    ----------
    path : Path
        The file.
    progress : callable, optional
        Called with how many bytes of the project are read, and of how many.

    Raises
    ------
    StudyError
        When it holds no project, or names files outside of itself.
    DocumentError
        When it cannot be read, or is made to harm.
    """

    def __init__(self, path: Path, *, progress: Callable[[int, int], None] | None = None) -> None:
        self.path, self._progress = path, progress
        self._archive: Archive | None = None
        self._data = b""
        if _first_bytes(path) == b"PK":
            # From the disk: with recordings inside, an archive may be more than there is memory.
            self._archive = Archive(path, where=str(path), kind=".qdpx file")
            names = [each for each in self._archive.names if not each.endswith(("/", "\\"))]
            try:
                for name in names:
                    _check_inside(name, path)
                self.project = self._only_project(names)
            except StudyError:
                self.close()
                raise
        else:
            self._data = read_bytes(path, most=_LARGEST_PROJECT)
            self.project = path.name
            folder = path.parent
            names = [
                f"{each.name}/{file.name}"
                for each in sorted(folder.iterdir())
                if each.name.lower() == "sources" and each.is_dir()
                for file in sorted(each.iterdir())
                if file.is_file()
            ]
        self.sources = tuple(
            each for each in names if each != self.project and not _is_hidden(each)
        )
        """The files besides the project, as the archive or folder calls them."""
        self._by_name: dict[str, str] = {}
        for name in self.sources:
            self._by_name.setdefault(_base(name).lower(), name)
        self._by_path = {_slashed(name).lower(): name for name in self.sources}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._archive is not None:
            self._archive.close()

    @property
    def where(self) -> str:
        """The project's file, for messages."""
        return f"{self.path}, {self.project}" if self._archive is not None else str(self.path)

    def _only_project(self, names: list[str]) -> str:
        found = [each for each in names if each.lower().endswith(".qde") and not _is_hidden(each)]
        top = [each for each in found if "/" not in _slashed(each)] or found
        if len(top) != 1:
            told = f"holds {len(top)} projects: {', '.join(top[:5])}" if top else "holds no project"
            raise StudyError(
                f"{self.path}: {told}; a .qdpx has one file whose name ends in .qde. Export it anew"
            )
        return top[0]

    def chunks(self) -> Iterator[bytes]:
        """Yield the project's XML, piece by piece."""
        if self._archive is not None:
            whole, chunks = self._archive.size(self.project), self._archive.chunks(self.project)
        else:
            whole = len(self._data)
            chunks = (self._data[at : at + _CHUNK] for at in range(0, whole, _CHUNK))
        read = 0
        for chunk in chunks:
            yield chunk
            read += len(chunk)
            if self._progress is not None:
                self._progress(min(read, whole), whole)

    def find(self, path: str) -> str | None:
        """Return the file that a path of the project means; None where it is not inside."""
        name = _SCHEME.sub("", path).lstrip("/")
        slashed = _slashed(name).lower()
        for candidate in (f"sources/{slashed}", slashed):
            if candidate in self._by_path:
                return self._by_path[candidate]
        return self._by_name.get(_base(slashed))

    def read(self, name: str) -> bytes:
        """Return what one of `sources` holds."""
        if self._archive is not None:
            return self._archive.read(name)
        return read_bytes(self.path.parent / name)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(2)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror or error}") from error


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _base(name: str) -> str:
    return _slashed(name).rpartition("/")[2]


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in _slashed(name).split("/"))


def _check_inside(name: str, path: Path) -> None:
    slashed = PurePosixPath(_slashed(name))
    if (
        slashed.is_absolute()
        or ".." in slashed.parts
        or re.match(r"[A-Za-z]:", name)
        or "\0" in name
    ):
        raise StudyError(
            f"{path}: names a file outside of itself, {name!r}; such files are made to harm, and are not read"
        )
