"""Writing a file of another program: whole, or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from qualcode.errors import StudyError

__all__ = ["write_file"]


def write_file(path: Path, data: bytes) -> None:
    """Write a file in the place of what was there, all or nothing.

    Raises
    ------
    StudyError
        When it cannot be written; what was there is as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
