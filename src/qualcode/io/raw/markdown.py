"""Texts as they stand in Markdown."""

from __future__ import annotations

import re

__all__ = ["literal"]

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*\d*)((?<=\d)[.)]|(?<!\d)[-+])", re.MULTILINE)


def literal(text: str) -> str:
    r"""Return a text whose signs mean nothing in Markdown.

    Examples
    --------
    >>> print(literal("*really*? 1. yes"))
    \*really\*? 1. yes
    """
    return _LINE_START.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
