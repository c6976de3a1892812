"""Plain text and Markdown: the text as it is, and where Markdown has headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualcode.io.readers.registry import File, Read
from qualcode.model.texts.structure import Part, Structure

__all__ = ["read_markdown", "read_plain"]

_HEADING = re.compile(
    r"^(?P<level>#{1,6})[ \t]+(?P<title>[^\r\n]*[^\s#])[ \t]*#*[ \t]*$", re.MULTILINE
)
_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)


def read_plain(file: File) -> list[Read]:
    """Return a text exactly as it is; its encoding is found with evidence."""
    found = file.decoded()
    return [Read(found.text, encoding=f"{found.encoding} ({found.evidence})")]


def read_markdown(file: File) -> list[Read]:
    """Return a Markdown file's text exactly as it is, with its headings as parts."""
    found = file.decoded()
    structure = Structure(headings(found.text))
    return [Read(found.text, structure, encoding=f"{found.encoding} ({found.evidence})")]


def headings(text: str) -> Iterator[Part]:
    """Yield the headings with number signs, without the signs; not those in blocks of code."""
    fences = [(each.start(), each.end()) for each in _FENCE.finditer(text)]
    for found in _HEADING.finditer(text):
        if not any(start <= found.start() < end for start, end in fences):
            yield Part("heading", *found.span("title"), level=len(found["level"]))
