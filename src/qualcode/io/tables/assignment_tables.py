"""Assignments from data frames: every row is checked, and placed in its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.errors import AssignmentError, did_you_mean
from qualcode.io.tables.frames import cell_text, check_frame, named_columns
from qualcode.io.tables.placing import (
    Located,
    convert,
    locate,
    quote_fault,
    unit_told_by_quotes,
)
from qualcode.io.tables.table_columns import Cells, Fault, TableColumns, first_faults, is_empty
from qualcode.model.checks import (
    Raised,
    check_choice,
    check_kind,
    check_optional_text,
    looked_up,
    plain_scalar,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.memos import Coder
from qualcode.model.log.columns import repeated
from qualcode.model.log.rows import Events, Flags, Ints, Longs, parse_times
from qualcode.model.texts.documents import Document, Registry
from qualcode.model.texts.offsets import UNITS
from qualcode.model.texts.spans import LARGEST_OFFSET
from qualcode.model.times import as_moment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "events_from_frame"]

REQUIRED = ("document", "code")
PLACED = ("start", "end")
COLUMNS = (
    *REQUIRED, *PLACED, "coder", "memo", "weight", "quote", "time",
    "name", "origin", "assigned_as",
)  # fmt: skip
"""The columns that a table of assignments may have."""


def events_from_frame(
    frame: pd.DataFrame,
    documents: Registry[Document],
    codebook: Codebook,
    *,
    coder: str | None,
    origin: str,
    time: str,
    find: Callable[[str], str] | None = None,
    offsets: str | None = None,
    numbers: Sequence[int] | None = None,
) -> Events:
    """Return the assignments that a frame holds, each once, having checked every row.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns document, start, end (half-open), code (id or name); optionally coder, quote, memo, weight
        and time. A quote is checked against the text; where start and end are missing, its words are
        looked for, and must stand in one place. What else `Assignments.to_frame` writes may stand there
        too.
    documents, codebook
        What the rows must fit.
    coder : str or None
        For all rows; needed when the frame has no column coder.
    origin, time : str
        For all events; the frame's own times are kept as when they were made.
    find : callable, optional
        Returns the id of the code with an id or name; one that can be assigned, when not given.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What start and end count. When not given, code points; or, if every row has its quote and none
        but another unit makes all of them fit, that unit.
    numbers : sequence of int, optional
        The numbers of the rows, for messages; counted from 1 when not given.

    Raises
    ------
    AssignmentError
        When a column is not known, or rows do not fit: the first ones are named, with what is wrong.
    """
    frame = check_frame(frame, error=AssignmentError)
    check_kind(documents, Registry, what="documents", error=AssignmentError)
    check_kind(codebook, Codebook, what="codebook", error=AssignmentError)
    if offsets is not None:
        check_choice(offsets, UNITS, what="offsets", error=AssignmentError)
    _check_columns(frame, coder)
    table = TableColumns(frame, numbers)
    placing = _Placing(table, documents, offsets)
    code, codes = table.labels("code", find or (lambda key: codebook.assignable(key).id)).over(
        {id: at for at, id in enumerate(codebook.codes)}
    )
    who, coders = _coders(table, coder)
    count = len(frame)
    events = Events(
        document=placing.document, documents=placing.ids, code=code, codes=codes, coder=who, coders=coders,
        start=placing.start.astype(np.int32), end=placing.end.astype(np.int32),
        memos=table.cells("memo", cell_text).by_row(), weight=table.weights("weight"),
        made=table.cells("time", _made).by_row(),
        origin=repeated(0, count, np.int32), origins=(origin,),
        time=repeated(parse_times([time])[0], count, np.int64),
        retracted=repeated(False, count, np.bool_), block=repeated(0, count, np.int32),
    )  # fmt: skip
    table.add(_span_faults(frame, placing))
    if not table.faults:
        table.add(placing.quote_faults())
    once = _once(events, table)
    if faults := table.faults:
        raise AssignmentError(
            f"{len(faults)} rows cannot be assigned, so none was: {first_faults(faults, numbers)}",
            rows=sorted(fault.row for fault in faults),
        )
    return once


class _Placing:
    """Where the rows of a table stand, by their offsets, or else where their words do.

    Parameters
    ----------
    table : TableColumns
        The table; what is wrong with its rows is noted there.
    documents : Registry
        The texts.
    offsets : str or None
        What offsets count, where that is said.
    """

    ids: tuple[str, ...]
    """The documents that rows are in, in the order of the registry."""
    document: Ints
    """For each row the number of its document; -1 where it has none."""
    start: Longs
    end: Longs
    """Code points, 0-based, half-open; -1 where a row has none."""

    def __init__(
        self, table: TableColumns, documents: Registry[Document], offsets: str | None
    ) -> None:
        named = _ids_by_name(documents)
        found = table.labels("document", lambda label: _document(label, documents, named))
        self.document, self.ids = found.over({id: at for at, id in enumerate(documents)})
        self.texts = [documents[id] for id in self.ids]
        self.quotes: Cells[str] = table.cells("quote", _quote)
        self.given = table.offsets("start"), table.offsets("end")
        self.start, self.end = self.given[0].copy(), self.given[1].copy()
        self.bare = _bare(table)
        self._convert(documents, offsets)
        self._find_words(table)

    def _convert(self, documents: Registry[Document], offsets: str | None) -> None:
        """Make code points of offsets that count something else."""
        rows = np.flatnonzero(~self.bare)
        quotes = self.quotes.number[rows]
        self.start[self.bare] = self.end[self.bare] = -1
        if offsets is None and (not len(rows) or (quotes < 0).any()):
            return  # no other unit is believed unless every row has its words
        if offsets == UNITS[0]:
            return
        ids = ["" if at < 0 else self.ids[at] for at in self.document[rows].tolist()]
        given = [*zip(*(each[rows].tolist() for each in self.given), strict=True)]
        unit = offsets or unit_told_by_quotes(
            documents, ids, given, [self.quotes[row] for row in rows.tolist()]
        )
        if unit != UNITS[0]:
            places = np.array(convert(documents, ids, given, unit), dtype=np.int64).reshape(-1, 2)
            self.start[rows], self.end[rows] = places.T

    def _find_words(self, table: TableColumns) -> None:
        """Put rows without offsets where their words stand."""
        seen: dict[tuple[int, str], Located] = {}
        for row in np.flatnonzero(self.bare & (self.document >= 0)).tolist():
            at, quote = int(self.document[row]), self.quotes[row]
            if quote is None:
                if "quote" in table:
                    table.add([Fault(row, "it has neither start and end nor a quote")])
                continue
            if (at, quote) not in seen:
                seen[at, quote] = locate(quote, self.texts[at])
            place = seen[at, quote].place
            if place is None:
                table.add([Fault(row, seen[at, quote].fault)])
            else:
                self.start[row], self.end[row] = place

    def quote_faults(self) -> Iterator[Fault]:
        """Yield the rows whose words are not what stands at their offsets."""
        for row, quote in self.quotes.by_row().items():
            if not self.bare[row]:
                given = int(self.given[0][row]), int(self.given[1][row])
                place = int(self.start[row]), int(self.end[row])
                fault = quote_fault(self.texts[self.document[row]], given, place, quote)
                if fault:
                    yield Fault(row, fault)


def _bare(table: TableColumns) -> Flags:
    """Tell of each row whether it says nothing of where it starts and ends."""
    bare = np.ones(len(table), dtype=np.bool_)
    for name in PLACED:
        if name in table:
            bare &= table.empty(name)
    return bare


def _coders(table: TableColumns, coder: str | None) -> tuple[Ints, tuple[str, ...]]:
    """Return who assigned each row."""
    if "coder" in table:
        found = table.labels("coder", lambda id: Coder(id).id)
        return found.over({id: at for at, id in enumerate(sorted({*found.values}))})
    return np.zeros(len(table), dtype=np.int32), (Coder(coder).id if coder is not None else "",)


def _ids_by_name(documents: Registry[Document]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in documents.values():
        found.setdefault(each.name, []).append(each.id)
    return found


def _document(label: str, documents: Registry[Document], named: dict[str, list[str]]) -> str:
    """Return the id of the document that a label names, by id or else by name."""
    if label in documents:
        return label
    ids = named.get(label, [])
    if len(ids) > 1:
        raise AssignmentError(
            f"several documents are called {label!r}: {', '.join(ids)}; give the id of the one meant"
        )
    if not ids:
        known = [*documents, *named]
        raise AssignmentError(f"the document {label!r} does not exist.{did_you_mean(label, known)}")
    return ids[0]


def _made(value: object, *, what: str, error: Raised) -> int | None:
    return None if is_empty(value) else as_moment(value, what=what, error=error)


def _quote(value: object, *, what: str, error: Raised) -> str | None:
    # A quote may be white space, and is compared as it is.
    return check_optional_text(value, what=what, error=error) or None


def _check_columns(frame: pd.DataFrame, coder: str | None) -> None:
    known = named_columns(frame, error=AssignmentError)
    # Without offsets the words say where a row stands.
    only_words = "quote" in known and not {*PLACED} & {*known}
    needed = REQUIRED if only_words else (*REQUIRED[:1], *PLACED, *REQUIRED[1:])
    for name in needed:
        if name not in frame:
            raise AssignmentError(
                f"the table has no column {name!r}; it has {', '.join(known)}.{did_you_mean(name, known)}"
            )
    for name in known:
        if name not in COLUMNS:
            raise AssignmentError(
                f"the table has a column {name!r}, which is not known: rename it or take it out. Known are "
                f"{', '.join(COLUMNS)}.{did_you_mean(name, COLUMNS)}"
            )
    if "coder" not in frame and coder is None:
        raise AssignmentError("the table has no column 'coder': say who assigned with coder=…")


def _span_faults(frame: pd.DataFrame, placing: _Placing) -> Iterator[Fault]:
    if not {*PLACED} <= {*frame}:
        return  # that words stand nowhere is told already
    lengths = np.array([*map(len, placing.texts), 0], dtype=np.int64)[placing.document]
    start, end = placing.start, placing.end
    outside = ~((start >= 0) & (start < end) & (end <= lengths)) & (placing.document >= 0)
    for row in np.flatnonzero(outside).tolist():
        first, last = (_offset_shown(frame[name].iloc[row]) for name in PLACED)
        yield Fault(
            row,
            f"{first}–{last} is no span of document {placing.ids[placing.document[row]]!r}, which has "
            f"{lengths[row]} code points",
        )


def _offset_shown(cell: object) -> str:
    plain = plain_scalar(cell)
    if isinstance(plain, str) and plain.strip().isdecimal():
        return plain.strip()
    if isinstance(plain, float) or (isinstance(plain, int) and abs(plain) <= LARGEST_OFFSET):
        return str(plain)
    return looked_up(cell)


def _once(events: Events, table: TableColumns) -> Events:
    """Return rows without repetitions: memos are joined; weights must not contradict each other."""
    order, new = events.placed
    if new.all():
        return events
    first = order[new][np.cumsum(new) - 1]
    weight, made = events.weight.copy(), dict(events.made)
    memos: dict[int, dict[str, None]] = {}
    doubled = np.flatnonzero(~new)
    again = order[doubled]
    # In the order of the table, which decides whose weight and time are the first.
    for row, at in sorted(zip(again.tolist(), first[doubled].tolist(), strict=True)):
        own = [events.memos[each] for each in (at, row) if each in events.memos]
        memos.setdefault(at, {}).update(dict.fromkeys(own))
        given = events.weight[row]
        if np.isnan(weight[at]):
            weight[at] = given
        elif not np.isnan(given) and given != weight[at]:
            other = f"row {table.called(at)} on the same assignment, {weight[at]:g}"
            table.add([Fault(row, f"the weight {given:g} is not that of {other}")])
        if row in made:
            made.setdefault(at, made[row])
    joined = {at: "\n".join(several) for at, several in memos.items() if several}
    united = attrs.evolve(events, weight=weight, made=made, memos={**events.memos, **joined})
    return united.take(np.sort(order[new]))
