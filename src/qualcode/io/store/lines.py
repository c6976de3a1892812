"""Reading files whole, and knowing what a merge left in them."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import StoreError

__all__ = ["is_conflict_mark", "read_bytes"]


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


def is_conflict_mark(line: bytes) -> bool:
    """Tell whether a line is a mark that git leaves where it could not merge."""
    return line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"))
