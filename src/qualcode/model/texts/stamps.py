"""Which times of a transcript are stamps, which belong to no quote, and which somebody speaks of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import attrs

from qualcode.model.texts.clock import (
    BLANK,
    CLOCK,
    EMPHASIS,
    RANGE,
    STAMP,
    in_order,
    is_loose,
    seconds,
)
from qualcode.model.texts.label_words import kind_of
from qualcode.model.texts.labels import WORDS_BELOW, Candidate, Line

__all__ = ["Stamps", "is_time", "settled"]

# Times that are no words: alone on a line, first or last on it, or in square brackets anywhere.
_LONG = r"\d{1,2}:\d{2}:\d{2}(?:[.,:-]\d{1,3})?"
_LEADING = re.compile(rf"{BLANK}{{0,40}}{EMPHASIS}(?:{STAMP}){EMPHASIS}(?=\s|$|[\[(])")
_TRUE_STAMP = re.compile(rf"{BLANK}{{0,40}}{EMPHASIS}(?:[\[({{\#<]|{_LONG})")
_TRAILING = re.compile(
    rf"{BLANK}{{0,8}}{EMPHASIS}(?:[\[{{\#<]\s?{RANGE}\s?[\]}}\#>]|\({_LONG}\)){EMPHASIS}\s*$"
)
_INSIDE = re.compile(rf"[\[{{\#]\s?{_LONG}\s?[\]}}\#]|\({_LONG}\)")
_CUE_TIMES = re.compile(rf"\s*{CLOCK}\s?-->\s?{CLOCK}(?:\s+\w+:\S{{1,20}})*\s*$")
_CLOSED = re.compile(r"</v>\s*$")
_STAMP_ALONE = re.compile(rf"\s*{EMPHASIS}{STAMP}{EMPHASIS}\s*$")
# "(00:05)" at a line's end, which may be said as well, "(10:30)".
_ROUND = re.compile(rf"{BLANK}{{0,8}}\((?P<time>\d{{1,2}}:\d{{2}})\)\s*$")
_MOST = 0.6
"""Of how many lines of a kind a time must be a part, to be no words there."""


def is_time(text: str, line: Line) -> bool:
    """Tell whether a line holds a time and nothing else."""
    return _STAMP_ALONE.match(text, line.start, line.end) is not None


def settled(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates without times that somebody speaks of.

    "R: 7:45 at the gate" has a stamp where most labels are followed by a time, and these are in order. A line
    "at 6:30" has a label where its time is in order with those of the other lines, and where it does not
    stand below such a line, in the place of the words.
    """
    colons = [each for each in candidates if each.form == "colon" and kind_of(each.label) != "stop"]
    loose = [each for each in colons if each.loose is not None]
    if not (len(loose) >= _MOST * len(colons) and _rising([each.time for each in loose])):
        candidates = [_spoken(each) if each.loose is not None else each for each in candidates]
    timed = [
        each
        for each in candidates
        if each.form in ("name time", "time name") and each.time is not None
    ]
    kept = in_order([each.time or 0.0 for each in timed])
    if len(kept) <= _MOST * len(timed):  # a recording in several parts
        kept = frozenset(range(len(timed)))
    apart = {each.line.start for at, each in enumerate(timed) if at not in kept}
    return [
        _spoken(each) if each.line.start in apart or _in_the_place_of_words(before, each) else each
        for before, each in zip([None, *candidates], candidates, strict=False)
    ]


def _spoken(each: Candidate) -> Candidate:
    """Return a candidate whose time is spoken of."""
    if each.loose is None:
        return attrs.evolve(each, time=None, marked=False)
    return attrs.evolve(each, time=None, marked=False, words=each.loose, below=False, loose=None)


def _in_the_place_of_words(before: Candidate | None, each: Candidate) -> bool:
    """Tell "at 6:30" below a line with name and time."""
    return (
        before is not None
        and before.form == each.form
        and each.form in WORDS_BELOW
        and not each.line.after_blank
        and before.line.number == each.line.number - 1
        and kind_of(each.label) in ("low", "words")
    )


def _rising(times: Sequence[float | None]) -> bool:
    """Tell whether all but a few times are in order, as those of a recording are."""
    known = [time for time in times if time is not None]
    return len(known) > 1 and len(in_order(known)) >= 0.9 * len(known)


class Stamps:
    """The times of a transcript that belong to no quote.

    Parameters
    ----------
    text : str
        The whole text.
    lines : sequence of Line
        Its lines.
    heads : sequence of Candidate
        The lines at which turns begin.
    """

    def __init__(self, text: str, lines: Sequence[Line], heads: Sequence[Candidate]) -> None:
        self._text = text
        timed = [each for each in heads if each.time is not None]
        self._starts = [each.line.start for each in timed]
        self._times = [each.time or 0.0 for each in timed]
        own = {each.line.start for each in heads}
        alone = [
            seconds(said)
            for line in lines
            if line.start not in own and is_loose(said := text[line.start : line.end].strip())
        ]
        self._alone = _rising(alone)
        tails = [
            found["time"] for line in lines if (found := _ROUND.search(text, line.start, line.end))
        ]
        self._round = len(tails) >= max(3, 0.5 * len(heads)) and _rising([*map(seconds, tails)])

    def of(self, line: Line, start: int) -> Iterator[tuple[int, int, float | None]]:
        """Yield the times in a line from `start` on: start, end and seconds.

        Parameters
        ----------
        line : Line
            The line.
        start : int
            Where to look from: the line's start, or the words behind a label.
        """
        said = self._text[start : line.end]
        if _CUE_TIMES.match(said) or (
            _STAMP_ALONE.match(said) and self._is_alone(said.strip(), start)
        ):
            yield start, line.end, seconds(said)
            return
        at = 0
        found = _LEADING.match(said) if start == line.start else None
        if found and (_TRUE_STAMP.match(said) or self._is_between(seconds(found.group()), start)):
            yield start, start + found.end(), seconds(found.group())
            at = found.end()
        tail = (
            _TRAILING.search(said, max(at, len(said) - 60))
            or _CLOSED.search(said, at)
            or (_ROUND.search(said, at) if self._round else None)
        )
        stop = tail.start() if tail else len(said)
        for found in _INSIDE.finditer(said, at, stop):
            yield start + found.start(), start + found.end(), seconds(found.group())
        if tail:
            yield start + stop, line.end, seconds(tail.group())

    def _is_alone(self, said: str, start: int) -> bool:
        return not is_loose(said) or self._alone or self._is_between(seconds(said), start)

    def _is_between(self, time: float | None, start: int) -> bool:
        """Tell whether a time is one between those of the heads around it."""
        at = bisect_right(self._starts, start)
        if time is None or not at:
            return False
        after = self._times[at] if at < len(self._times) else time
        return self._times[at - 1] <= time <= after
