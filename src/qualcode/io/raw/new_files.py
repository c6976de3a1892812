"""Files that are handed out: written whole, and over another one only when that was said."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import StoreError

__all__ = ["write_file"]


def write_file(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file, and refuse to write over one unless that was said.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes
        What is in it.
    replace : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    StoreError
        When it is there already, or cannot be written.
    """
    try:
        with path.open("wb" if replace else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise StoreError(
            f"{path}: exists already: choose another name, or write over it with replace=True"
        ) from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
