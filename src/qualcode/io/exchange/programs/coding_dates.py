"""Dates as spreadsheets have them, of which one alone does not say whether the day or the month is first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from qualcode.io.exchange.programs.gathering import as_time

__all__ = ["times_of"]

_DATE = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?:[, T]+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([ap]\.?m\.?)?)?\Z",
    re.IGNORECASE,
)


def times_of(cells: Sequence[str]) -> list[str | None]:
    """Return the times of a column in ISO 8601; None for those that are empty or cannot be told.

    Where parts stand between points, the day is first, and a year of four digits is the first part wherever
    it stands there. Else the column tells: in one of its dates a part is more than 12.

    Examples
    --------
    >>> times_of(["3/25/25", "3/4/25"]), times_of(["3/4/25"]), times_of(["04.03.2025 14:05"])
    (['2025-03-25T00:00:00Z', '2025-03-04T00:00:00Z'], [None], ['2025-03-04T14:05:00Z'])
    """
    found = [_DATE.match(cell.strip()) for cell in cells]
    slashed = [each for each in found if each is not None and each[2] != "." and len(each[1]) < 3]
    day_first = any(int(each[1]) > 12 for each in slashed)
    month_first = any(int(each[3]) > 12 for each in slashed)
    order = None if day_first == month_first else "day" if day_first else "month"
    return [
        as_time(cell) or (None if match is None else _time(match, order))
        for cell, match in zip(cells, found, strict=True)
    ]


def _time(match: re.Match[str], order: str | None) -> str | None:
    first, mark, second, third, hour, minute, seconds, half = match.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    elif mark == "." or order == "day":
        day, month, year = first, second, third
    elif order == "month":
        month, day, year = first, second, third
    else:
        return None
    whole = int(year) + (2000 if len(year) == 2 else 0)
    with suppress(ValueError):
        if hour is None:
            return as_time(f"{whole:04}-{int(month):02}-{int(day):02}")
        clock = int(hour) % 12 + 12 * (half[0] in "pP") if half else int(hour)
        moment = datetime(whole, int(month), int(day), clock, int(minute), int(seconds or 0))
        return as_time(moment.isoformat())
    return None
