"""Events not yet in the columns: cheap to add one by one, turned into columns when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qualcode.model.log.rows import ByDocument, Events, Key

__all__ = ["EventLog", "Held"]

Held = tuple[str | None, float | None, str]
"""Memo, weight and origin."""

_FIELDS = (
    "document", "start", "end", "code", "coder", "time", "origin", "weight", "retracted", "memo", "made",
    "block",
)  # fmt: skip


class EventLog:
    """A growing log of rows that knows, for each document, what stands.

    Parameters
    ----------
    events : Events
        What is logged already.
    """

    def __init__(self, events: Events) -> None:
        self._columns = events
        self._rows: list[tuple[Any, ...]] = []
        self._standing: dict[str, dict[Key, Held]] = {}
        self._read_from: ByDocument | None = None
        self._since: dict[str, list[tuple[Any, ...]]] = {}
        """By document, the rows logged since what stands was read."""

    @property
    def columns(self) -> Events:
        """The rows that are columns already: all but the last ones that were logged one by one."""
        return self._columns

    @property
    def events(self) -> Events:
        """All rows as columns."""
        if self._rows:
            fields = dict(zip(_FIELDS, zip(*self._rows, strict=True), strict=True))
            self._columns = Events.concatenate([self._columns, Events.from_rows(**fields)])
            self._rows = []
        return self._columns

    def standing(self, document: str, in_force: Callable[[], Events]) -> dict[Key, Held]:
        """Return memo, weight and origin of each assignment that stands in one document, by its key.

        Parameters
        ----------
        document : str
            Its id.
        in_force : callable
            Returns the rows in force.
        """
        if document not in self._standing:
            if self._read_from is None:
                self._read_from = ByDocument(in_force())
                self._since = {}
            known = _standing(self._read_from, document)
            for row in self._since.get(document, ()):
                _take(known, row)
            self._standing[document] = known
        return self._standing[document]

    def add(self, row: tuple[Any, ...], block: int) -> None:
        """Log one row: document, start, end, code, coder, time, origin, weight, retracted, memo, made."""
        self._rows.append((*row, block))
        known = self._standing.get(row[0])
        if known is not None:
            _take(known, row)
        elif self._read_from is not None:
            self._since.setdefault(row[0], []).append(row)

    def extend(self, events: Events) -> None:
        """Log many rows at once."""
        self._columns = Events.concatenate([self.events, events])
        self.forget()

    def __len__(self) -> int:
        return len(self._columns) + len(self._rows)

    def cut(self, count: int) -> None:
        """Keep the first rows only."""
        if count < len(self):
            self._columns = self.events.take(np.arange(count))
        self.forget()

    def forget(self) -> None:
        """Forget what stands, which an undo or redo has changed."""
        self._standing.clear()
        self._read_from = None
        self._since = {}


def _standing(read: ByDocument, document: str) -> dict[Key, Held]:
    events = read.rows
    standing: dict[Key, Held] = {}
    for row, key, weight in read.of(document):
        if events.retracted[row]:
            standing.pop(key, None)
        else:
            standing[key] = (events.memos.get(row), weight, events.origins[events.origin[row]])
    return standing


def _take(standing: dict[Key, Held], row: tuple[Any, ...]) -> None:
    """Note what one more row makes of what stands."""
    key = row[:5]
    origin, weight, retracted, memo = row[6:10]
    if retracted:
        standing.pop(key, None)
    else:
        standing[key] = (memo, weight, origin)
