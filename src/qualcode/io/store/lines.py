"""Reading files whole, and knowing what a merge left in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import StoreError

__all__ = ["is_conflict_mark", "parts_of", "read_bytes"]

_PART = 1 << 24


def read_bytes(path: Path) -> bytes:
    """Return a file's content, or nothing when there is no such file.

    Raises
    ------
    StoreError
        When the file cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error


def parts_of(path: Path, size: int) -> Iterator[bytes]:
    """Yield the first bytes of a file, which end with a line, some whole lines at a time.

    Raises
    ------
    StoreError
        When the file is gone, or has not as many.
    """
    left, rest = size, b""
    try:
        with path.open("rb") as file:
            while left and (data := file.read(min(left, _PART))):
                left -= len(data)
                whole = data.rfind(b"\n") + 1
                if whole:
                    yield rest + data[:whole]
                    rest = b""
                rest += data[whole:]
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    if left or rest:
        raise StoreError(f"{path}: was changed or is gone since the project was opened")


def is_conflict_mark(line: bytes) -> bool:
    """Tell whether a line is a mark that git leaves where it could not merge."""
    return line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"))
