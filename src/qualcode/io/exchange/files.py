"""Writing a file of another program: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from qualcode.errors import StudyError

__all__ = ["new_file"]


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write, which stands in the place of what was there at the end: all or nothing.

    Raises
    ------
    StudyError
        When it cannot be written; what was there is as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("wb") as file:
            yield file
        os.replace(draft, path)
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
