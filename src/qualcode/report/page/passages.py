"""A document's text cut into lines, and lines into runs that the same segments cover."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from qualcode.model.texts.segments import Segment

__all__ = ["Line", "Run", "Tag", "cut"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_HEADING = re.compile(r"#{1,6} ")
DEEPEST = 3
"""Segments that lie over each other are told apart by shade up to so many."""


@attrs.frozen
class Tag:
    """A code that begins in a line: what the margin shows.

    Parameters
    ----------
    code : str
        Its id.
    segments : tuple of int
        Numbers of the segments that begin in this line and carry it.
    """

    code: str
    segments: tuple[int, ...]


@attrs.frozen
class Run:
    """A stretch of text that the same segments cover all along.

    Parameters
    ----------
    text : str
        Exactly as it stands in the document.
    segments : tuple of int
        Numbers of the segments that cover it.
    begins : tuple of int
        Numbers of the segments that begin with it.
    colours : tuple of str
        Of the codes on it, those of the shortest segment first; at most three.
    """

    text: str
    segments: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    colours: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """How deep segments lie over each other here, up to `DEEPEST`."""
        return min(len(self.segments), DEEPEST)


@attrs.frozen
class Line:
    """A line of a document, with the codes that begin in it."""

    runs: tuple[Run, ...]
    tags: tuple[Tag, ...]

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading in Markdown."""
        return bool(self.runs) and bool(_HEADING.match(self.runs[0].text))

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to see in it."""
        return not any(run.text.strip() for run in self.runs)


def cut(
    text: str,
    segments: Mapping[int, Segment],
    codes: Mapping[int, Sequence[str]],
    colours: Mapping[str, str],
) -> tuple[Line, ...]:
    """Return the lines of a document's text.

    Parameters
    ----------
    text : str
        Of the document.
    segments : mapping of int to Segment
        The document's segments by number; any of them may lie over others.
    codes : mapping of int to sequence of str
        Ids of the codes that each of them carries.
    colours : mapping of str to str
        Colour of each code.

    Examples
    --------
    >>> from qualcode.model.texts.documents import Document
    >>> from qualcode.model.texts.spans import Span
    >>> document = Document(id="a", text="One two. Three.")
    >>> both = {0: Segment(document, Span(0, 8)), 1: Segment(document, Span(4, 15))}
    >>> line, = cut(document.text, both, {0: ["x"], 1: ["y"]}, {"x": "#000000", "y": "#ffffff"})
    >>> [(run.text, run.segments) for run in line.runs]
    [('One ', (0,)), ('two.', (0, 1)), (' Three.', (1,))]
    """
    edges: dict[int, list[tuple[int, bool]]] = {}
    for number, segment in segments.items():
        edges.setdefault(segment.start, []).append((number, True))
        edges.setdefault(segment.end, []).append((number, False))
    places = sorted(edges)
    covering: set[int] = set()
    lines: list[Line] = []
    at = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        runs: list[Run] = []
        begun: list[int] = []
        while start < end:
            begins: list[int] = []
            while at < len(places) and places[at] <= start:
                for number, opens in edges[places[at]]:
                    (covering.add if opens else covering.discard)(number)
                    if opens:
                        begins.append(number)
                at += 1
            stop = min(end, places[at]) if at < len(places) else end
            begun += begins
            runs.append(_run(text[start:stop], covering, begins, segments, codes, colours))
            start = stop
        lines.append(Line(tuple(runs), _tags(begun, codes)))
    return tuple(lines)


def _run(
    text: str,
    covering: set[int],
    begins: Sequence[int],
    segments: Mapping[int, Segment],
    codes: Mapping[int, Sequence[str]],
    colours: Mapping[str, str],
) -> Run:
    shortest_first = sorted(covering, key=lambda each: (segments[each].span.length, each))
    found = dict.fromkeys(colours[code] for each in shortest_first for code in codes[each])
    return Run(text, tuple(sorted(covering)), tuple(sorted(begins)), tuple(found)[:3])


def _tags(begun: Sequence[int], codes: Mapping[int, Sequence[str]]) -> tuple[Tag, ...]:
    carrying: dict[str, list[int]] = {}
    for number in begun:
        for code in codes[number]:
            carrying.setdefault(code, []).append(number)
    return tuple(Tag(code, tuple(numbers)) for code, numbers in carrying.items())
