"""Regular expressions, in a process of their own: some take for ever, and nothing else would be answered."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from qualcode.errors import SuggestionError
from qualcode.serve.refusals import Refusal

__all__ = ["matches"]

PATIENCE = 10.0
"""Seconds that an expression may take."""


class _Asked(msgspec.Struct):
    """An expression and the texts to look in."""

    pattern: str
    flags: int
    texts: list[str]


def matches(
    pattern: str, texts: Sequence[str], *, ignore_case: bool
) -> list[list[tuple[int, int]]]:
    """Return for each text where an expression matches; a match of nothing is none.

    Parameters
    ----------
    pattern : str
        The regular expression.
    texts : sequence of str
        Where to look.
    ignore_case : bool
        Whether upper and lower case are the same.

    Raises
    ------
    SuggestionError
        When it is no regular expression.
    Refusal
        When it takes too long.
    """
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    try:
        re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise SuggestionError(f"{pattern!r} is not a regular expression: {error}") from error
    asked = msgspec.json.encode(_Asked(pattern, int(flags), list(texts)))
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=asked, capture_output=True, timeout=PATIENCE
        )
        done.check_returncode()
    except subprocess.TimeoutExpired as error:
        raise Refusal(
            f"the expression {pattern!r} takes more than {PATIENCE:.0f} seconds, so it was given up: repeat "
            "less within what is repeated",
            status=400,
            kind="Search",
        ) from error
    return msgspec.json.decode(done.stdout, type=list[list[tuple[int, int]]])


def _answer() -> None:
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Asked)
    compiled = re.compile(asked.pattern, asked.flags)
    found = [
        [match.span() for match in compiled.finditer(text) if match.group()] for text in asked.texts
    ]
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    _answer()
