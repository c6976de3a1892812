"""Rows that two events sealed, each without knowing of the other: they are rows of one coder, and count once.

Rows can be saved before an event seals them: when a project saves by itself, and in files of format 1. Two
copies that go on from there seal the same rows each for itself, and perhaps more behind them. Whichever
sealed fewer is taken to have been first: it keeps those that both begin with, and the other counts as having
seen it. So a retraction in either takes back the rows that both had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile

from qualcode.io.store.rows import RowTuple
from qualcode.model.log.event import Event

__all__ = ["repeated_rows"]


def repeated_rows(
    events: Iterable[Event], rows_of: Callable[[Event], list[RowTuple]]
) -> Mapping[str, int]:
    """Return how many rows at the start of a block another block has, by the id of the event that seals it.

    Such an event is made to have seen the other.

    Parameters
    ----------
    events : iterable of Event
        All of them.
    rows_of : callable
        Returns the rows that an event seals.
    """
    following: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.rows:
            following[event.prev or event.log].append(event)
    repeated: dict[str, int] = {}
    for siblings in following.values():
        if len(siblings) < 2:
            continue
        siblings.sort(key=lambda event: (event.rows, event.id))
        held = {event.id: rows_of(event) for event in siblings}
        for number, event in enumerate(siblings):
            common = [
                (_alike(held[event.id], held[each.id]), each.id) for each in siblings[:number]
            ]
            count, other = max(common, default=(0, ""))
            if count:
                repeated[event.id] = count
                event.seen = [*event.seen, other]
    return repeated


def _alike(rows: list[RowTuple], others: list[RowTuple]) -> int:
    """Return with how many rows both begin; what was erased of both need not have been the same."""
    pairs = zip(rows, others, strict=False)
    common = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return len(common) if any(row[0] for row in common) else 0
