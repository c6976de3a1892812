"""Where in a corrected text a passage might be: places for a person to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice

import attrs

from qualcode.model.texts.spans import Span

__all__ = ["Candidate", "likeness", "ranked"]

_MANY = 20
"""Places with the same words that are looked at."""
_COMPARED = 400
"""Code points that are compared, since that takes the product of two lengths."""
_PIECE = 3
"""Words in a row by which a reworded passage is looked for."""
_PIECES = 12


@attrs.frozen
class Candidate:
    """A place where a passage might be now.

    Parameters
    ----------
    span : Span
        In the new text.
    score : float
        From 0 to 1: how much of the wording is the same. The very same words have 1 where they stand once,
        and more than a half anywhere.
    reason : str
        Why it is proposed.
    """

    span: Span
    score: float
    reason: str


def likeness(one: str, other: str) -> float:
    """Return how much two texts have in common, from 0 to 1; of long ones the beginning and end count.

    Examples
    --------
    >>> likeness("wrods", "words"), likeness("we", "they")
    (0.8, 0.3333333333333333)
    """
    one, other = (
        each if len(each) <= _COMPARED else each[: _COMPARED // 2] + each[-_COMPARED // 2 :]
        for each in (one, other)
    )
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def ranked(quote: str, text: str, near: Span | None, *, limit: int = 5) -> tuple[Candidate, ...]:
    """Return where in a text a passage might be, best first.

    Parameters
    ----------
    quote : str
        The passage as it was.
    text : str
        The text in which it is looked for.
    near : Span or None
        What stands in its place now, if anything does.
    limit : int, default 5
        How many at the most.

    Examples
    --------
    >>> ranked("We share.", "They pay. We share.", None)
    (Candidate(span=Span(start=10, end=19), score=1.0, reason='the same words, found once'),)
    """
    found: dict[Span, Candidate] = {}
    for each in _all(quote, text, near):
        if each.span not in found or found[each.span].score < each.score:
            found[each.span] = each
    middle = near.start + near.end if near else 0
    order = sorted(
        found.values(),
        key=lambda each: (
            -each.score,
            abs(each.span.start + each.span.end - middle),
            each.span.start,
        ),
    )
    return tuple(order[:limit])


def _all(quote: str, text: str, near: Span | None) -> Iterator[Candidate]:
    exact = list(_exact(quote, text))
    yield from exact
    if near is not None:
        yield from _judged(quote, text, near, "what stands in its place")
    if not exact:
        yield from _loose(quote, text)
        yield from _pieced(quote, text)


def _exact(quote: str, text: str) -> Iterator[Candidate]:
    places = list(islice((match.start() for match in re.finditer(re.escape(quote), text)), _MANY))
    several = f"{len(places)}{' or more' if len(places) == _MANY else ''}"
    reason = "the same words, found once" if len(places) == 1 else f"the same words, 1 of {several}"
    for start in places:
        score = round(0.5 + 0.5 / len(places), 3)
        yield Candidate(Span(start, start + len(quote)), score, reason)


def _judged(quote: str, text: str, span: Span, reason: str) -> Iterator[Candidate]:
    """Yield a place without the white space around it, if it has anything in common with the passage."""
    there = text[span.start : span.end]
    start = span.start + len(there) - len(there.lstrip())
    end = span.start + len(there.rstrip())
    if start < end:
        score = round(likeness(quote, text[start:end]), 3)
        # 1 is for the very same words alone.
        yield Candidate(Span(start, end), min(score, 0.99), reason)


def _loose(quote: str, text: str) -> Iterator[Candidate]:
    words = quote.split()
    if not words:
        return
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    for match in islice(pattern.finditer(text), _MANY):
        yield from _judged(quote, text, Span(*match.span()), "the same words but for case or space")


def _pieced(quote: str, text: str) -> Iterator[Candidate]:
    """Yield the stretch around the places of a few pieces of the passage, where they agree on one."""
    words = list(re.finditer(r"\w+", quote))
    if len(words) < _PIECE:
        return
    step = max(1, (len(words) - _PIECE + 1) // _PIECES)
    shifts: list[int] = []
    for at in range(0, len(words) - _PIECE + 1, step):
        start = words[at].start()
        place = text.find(quote[start : words[at + _PIECE - 1].end()])
        if place >= 0:
            shifts.append(place - start)
    if not shifts:
        return
    middle = sorted(shifts)[len(shifts) // 2]
    near = [shift for shift in shifts if abs(shift - middle) <= len(quote)]
    start = max(0, min(near))
    end = min(len(text), max(near) + len(quote))
    yield from _judged(quote, text, Span(start, end), "some of the same words")
