"""How transcripts write times."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

__all__ = ["BLANK", "CLOCK", "EMPHASIS", "RANGE", "STAMP", "in_order", "is_loose", "seconds"]

EMPHASIS = r"[*_]{0,3}"
BLANK = r"[ \t\u00a0\u202f]"
CLOCK = (
    r"(?:\d{1,3}:\d{2}(?::\d{2}){0,2}(?:[.,]\d{1,3}|-\d)?"
    r"|(?:\d{1,2}h ?)?\d{1,3}m ?\d{1,2}(?:\.\d{1,3})?s)"
)
# "0 minutes 5 seconds", as Teams says it.
_SPELT = r"(?:\d{1,2}\ hours?\ )?(?:\d{1,2}\ minutes?\ )?\d{1,2}\ seconds?"
# A date before it, as exports of chats have, and what half of the day it is.
_DATED = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?[ \u00a0\u202f])?"
_HALF = r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?(?!\w))?"
RANGE = rf"{_DATED}{CLOCK}{_HALF}(?:\s?(?:-->|[-–—→])\s?{CLOCK})?"
_MILLI = r"[\[(]\s?\d{1,9}(?:\.\d{1,3})?s?\s?[-–]\s?\d{1,9}(?:\.\d{1,3})?s?\s?[\])]"
STAMP = rf"(?:[\[(<{{\#]\s?{RANGE}\s?[\])>}}\#]|{_MILLI}|(?<![\d:]){RANGE}(?![\d:])|{_SPELT})"
"""A time, or two, in brackets or bare."""
_LOOSE = re.compile(rf"\d{{1,2}}:\d{{2}}{_HALF}")


def is_loose(stamp: str | None) -> bool:
    """Tell whether nothing but its place sets a time apart from one that somebody speaks of: "7:45"."""
    return stamp is not None and _LOOSE.fullmatch(stamp) is not None


def seconds(stamp: str | None) -> float | None:
    """Return the seconds of a time as transcripts write it.

    Examples
    --------
    >>> seconds("[00:01:06]"), seconds("1:02:40"), seconds("#00:00:08-2#"), seconds("[2183.00 - 15764.00]")
    (66.0, 3760.0, 8.2, 2.183)
    """
    if not stamp:
        return None
    if spelt := re.findall(r"(\d+)\s*([hms])(?:ours?|inutes?|econds?)?(?![a-z])", stamp):
        return float(sum(int(n) * {"h": 3600, "m": 60, "s": 1}[of] for n, of in spelt))
    if clock := re.search(r"(\d{1,3}(?::\d{2}){1,3})(?:[.,-](\d{1,3})(?![\d:]))?", stamp):
        parts = [int(each) for each in clock[1].split(":")][:3]
        whole = sum(each * 60**place for place, each in enumerate(reversed(parts)))
        return whole + float(f"0.{clock[2]}") if clock[2] else float(whole)
    number = re.search(r"\d+(?:\.\d+)?", stamp)
    return float(number.group()) / 1000 if number else None


def in_order(times: Sequence[float]) -> frozenset[int]:
    """Return the positions of the most times that are in order; the others stand between them by chance.

    Examples
    --------
    >>> sorted(in_order([5, 9, 390, 15, 19]))
    [0, 1, 3, 4]
    """
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for at, time in enumerate(times):
        place = bisect_right(tails, time)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [time]
        ends[place : place + 1] = [at]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return frozenset(found)
