"""What is known of the file that something was read from, which is kept beside the project as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import check_text, check_whole

__all__ = ["ORIGINALS", "Original", "read_originals"]

ORIGINALS = "originals"
"""Under this key the words of an event name the files that it needs, whatever the event is about."""

_SHA256 = re.compile("[0-9a-f]{64}")


@attrs.frozen
class Original:
    """A file that is kept as it was, known by its digest.

    Parameters
    ----------
    sha256 : str
        The SHA-256 of what it holds, in hexadecimal.
    name : str
        What it was called, without its folder.
    size : int
        How many bytes it has.

    Raises
    ------
    DocumentError
        When the digest is none, or the size is no number.
    """

    sha256: str
    name: str
    size: int

    def __attrs_post_init__(self) -> None:
        check_text(self.name, what="the name of an original file", error=DocumentError)
        check_whole(self.size, what="the size of an original file", error=DocumentError, least=0)
        if not (isinstance(self.sha256, str) and _SHA256.fullmatch(self.sha256)):
            raise DocumentError(
                f"{self.sha256!r} is no SHA-256 of a file: it has 64 hexadecimal digits"
            )

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return attrs.asdict(self)


def read_originals(words: Mapping[str, Any]) -> tuple[Original, ...]:
    """Return the files that the words of an event name.

    Raises
    ------
    DocumentError
        When they name them in no way that is known.
    """
    try:
        return tuple(Original(**each) for each in words.get(ORIGINALS, ()))
    except TypeError as error:
        raise DocumentError(f"this names no original files: {error}") from error
