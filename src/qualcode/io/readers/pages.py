"""Printed pages as text: what is printed on most pages, and the paragraphs that go on over their ends."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import attrs

from qualcode.io.readers.writing import BETWEEN, Writing
from qualcode.model.texts.label_words import kind_of
from qualcode.model.texts.labels import Line, candidate

__all__ = ["Page", "Printed", "write_pages"]

_NUMBER = re.compile(r"\d{1,6}")
_SENTENCE_END = re.compile(r"[.?!…。？！؟][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
_STRIPS = 50
"""Into how many strips a page is cut, to tell that lines stand at the same place."""
_MOST_RUNNING = 4
"""How many lines may be printed above or below the words of each page."""
_FULL = 0.85
"""How much of a line's room is taken, at least, by one that ends because there is no more."""
_WIDE = 1.3
"""How many times as far apart as lines of a paragraph are lines of two."""


@attrs.frozen
class Printed:
    """A line as it is printed.

    Parameters
    ----------
    text : str
        Its words.
    left, right : float
        Where it begins and ends, from the page's left.
    base : float
        How high it stands, from the page's bottom.
    joins : bool
        Whether a hyphen at its end parts a word that goes on in the next line.
    """

    text: str
    left: float
    right: float
    base: float
    joins: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether a sentence ends with it."""
        return _SENTENCE_END.search(self.text) is not None


@attrs.frozen
class Page:
    """The lines of a page, in the order in which they are read; none is blank.

    Parameters
    ----------
    number : int
        The page's number in the file, from 1.
    height : float
        How high the page is.
    lines : tuple of Printed
        Its lines.
    """

    number: int
    height: float
    lines: tuple[Printed, ...]


def write_pages(pages: Sequence[Page], writing: Writing) -> None:
    """Add pages to a document, with their paragraphs; lines stay lines.

    What is printed at the same place on most pages, and numbers that count the pages, are no words of
    it: they become parts without length, named by what they say, where a page begins and ends.
    """
    heads, feet = _running(pages, top=True), _running(pages, top=False)
    bodies = [
        [line for line in page.lines if line not in heads[at] and line not in feet[at]]
        for at, page in enumerate(pages)
    ]
    _join_over_pages(bodies)
    look = _Look.of(bodies)
    before: Printed | None = None
    opened = 0
    for page, lines, head, foot in zip(pages, bodies, heads, feet, strict=True):
        first = writing.length
        for at, line in enumerate(lines):
            if before is not None:
                between, apart = look.between(before, line, new_page=at == 0)
                if apart:
                    writing.part("paragraph", opened, writing.length)
                writing.gap(between)
                opened = writing.length if apart else opened
            place = writing.put(line.text)
            first = place[0] if at == 0 else first
            before = line
        if lines:
            writing.part("page", first, writing.length, name=str(page.number), level=page.number)
        _note("page header", head, first, writing)
        _note("page footer", foot, writing.length, writing)
    if before is not None:
        writing.part("paragraph", opened, writing.length)


def _join_over_pages(bodies: Sequence[list[Printed]]) -> None:
    """Let a word go on that is parted at a page's end, where no reader of one page sees that it does."""
    filled = [lines for lines in bodies if lines]
    for lines, following in pairwise(filled):
        if following[0].text[:1].islower() and _HYPHEN.search(lines[-1].text):
            lines[-1] = attrs.evolve(lines[-1], text=lines[-1].text[:-1], joins=True)


def _note(kind: str, lines: Sequence[Printed], place: int, writing: Writing) -> None:
    for line in lines:
        writing.part(kind, place, place, name=line.text)
        reason = "stands on most pages, outside the text"
        writing.leave_out(kind, reason=reason, name=line.text, severity="note")


# What is printed on most pages


def _running(pages: Sequence[Page], *, top: bool) -> list[tuple[Printed, ...]]:
    """Return for each page the lines above its words, or below them, that other pages have as well."""
    outer = [
        sorted(page.lines, key=lambda line: line.base, reverse=top)[: _MOST_RUNNING + 1]
        for page in pages
    ]
    met = Counter(
        key
        for page, lines in zip(pages, outer, strict=True)
        for key in {key for line in lines for key in _keys(page, line)}
    )
    enough = max(2, math.ceil(0.4 * len(pages)))
    pitch = _pitch([page.lines for page in pages])
    found = []
    for page, lines in zip(pages, outer, strict=True):
        own: list[Printed] = []
        for line in lines[:_MOST_RUNNING]:
            if not any(_times(met, key) >= enough for key in _keys(page, line)):
                break
            own.append(line)
        behind = lines[len(own) : len(own) + 1]
        if len(pages) < 4 and own and behind:
            # So few pages may begin alike by chance, but not set apart from what follows.
            own = own if abs(own[-1].base - behind[0].base) > _WIDE * pitch else []
        found.append(tuple(own))
    left = sum(len(page.lines) > len(own) for page, own in zip(pages, found, strict=True))
    return found if 2 * left > len(pages) else [()] * len(pages)


def _keys(page: Page, line: Printed) -> Iterator[tuple[str, int]]:
    """Yield what a line is compared by: its words, and these with a number counted from the page's."""
    strip = round(_STRIPS * line.base / max(page.height, 1.0))
    said = " ".join(line.text.split())
    yield said, strip
    for number in _NUMBER.finditer(said):
        offset = int(number.group()) - page.number
        yield f"{said[: number.start()]}\0{offset}\0{said[number.end() :]}", strip


def _times(met: Counter[tuple[str, int]], key: tuple[str, int]) -> int:
    """Return on how many pages a line was met there, or a strip higher or lower."""
    said, strip = key
    return sum(met[said, each] for each in (strip - 1, strip, strip + 1))


# Paragraphs


def _pitch(bodies: Sequence[Sequence[Printed]]) -> float:
    """Return how far apart lines of a paragraph stand: what is most often between two lines."""
    gaps = Counter(
        round(2 * (one.base - other.base)) / 2
        for lines in bodies
        for one, other in pairwise(lines)
        if one.base - other.base > 1
    )
    return min(gaps, key=lambda gap: (-gaps[gap], gap), default=0.0)


@attrs.frozen
class _Look:
    """How lines of a document are set.

    Parameters
    ----------
    pitch : float
        How far apart lines of a paragraph stand.
    left, right : float
        Where lines begin, and where long ones end.
    """

    pitch: float
    left: float
    right: float

    @classmethod
    def of(cls, bodies: Sequence[Sequence[Printed]]) -> _Look:
        lines = [line for each in bodies for line in each]
        lefts = Counter(round(line.left) for line in lines)
        rights = sorted(line.right for line in lines)
        return cls(
            _pitch(bodies),
            float(lefts.most_common(1)[0][0]) if lefts else 0.0,
            rights[int(0.95 * (len(rights) - 1))] if rights else 0.0,
        )

    def between(self, before: Printed, line: Printed, *, new_page: bool) -> tuple[str, bool]:
        """Return what stands between two lines, and whether they are of two paragraphs."""
        if before.joins:
            return "", False
        if not before.is_finished and line.text[:1].islower():
            return "\n", False
        gap = before.base - line.base
        new_column = gap < 0
        full = before.right - self.left >= _FULL * (self.right - self.left)
        apart = (
            _begins_a_turn(before, line)
            or (before.is_finished and not full)
            or self._is_indented(before, line)
        )
        if new_page or new_column:
            return (BETWEEN, True) if apart else ("\n", False)
        return (BETWEEN, True) if gap > _WIDE * self.pitch else ("\n", apart)

    def _is_indented(self, before: Printed, line: Printed) -> bool:
        """Tell the first line of a paragraph that is set in, and not one whose label hangs out."""
        return before.is_finished and line.left - self.left > 6 and abs(before.left - self.left) < 3


def _begins_a_turn(before: Printed, line: Printed) -> bool:
    found = candidate(line.text, Line(1, 0, len(line.text), True))
    if found is None or found.form == "alone":
        return False
    kind = kind_of(found.label)
    return kind in ("code", "role") or (kind == "name" and before.is_finished)
