"""Assignments from data frames: every row is checked, and placed in its text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import attrs
import numpy as np

from qualcode.errors import AssignmentError, QualcodeError, did_you_mean
from qualcode.io.tables.frames import cell_label, cell_text, check_frame, named_columns
from qualcode.io.tables.placing import (
    Located,
    Place,
    convert,
    locate,
    quote_fault,
    unit_told_by_quotes,
)
from qualcode.model.checks import (
    Raised,
    check_choice,
    check_kind,
    check_number,
    check_optional_text,
    is_missing,
    looked_up,
    plain_scalar,
    shown,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.memos import Coder
from qualcode.model.log.rows import Events
from qualcode.model.texts.documents import Document, Registry
from qualcode.model.texts.offsets import UNITS
from qualcode.model.texts.spans import LARGEST_OFFSET
from qualcode.model.times import as_moment

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "Fault",
    "Rows",
    "events_from_frame",
    "first_faults",
    "rows_from_frame",
]

T = TypeVar("T")

REQUIRED = ("document", "code")
PLACED = ("start", "end")
COLUMNS = (
    *REQUIRED, *PLACED, "coder", "memo", "weight", "quote", "time",
    "name", "origin", "assigned_as",
)  # fmt: skip
"""The columns that a table of assignments may have."""


@attrs.frozen
class Fault:
    """What is wrong with a row, which is counted from 0."""

    row: int
    message: str


def first_faults(faults: Iterable[Fault], numbers: Sequence[int] | None = None) -> str:
    """Return what is wrong with the first rows at fault, and how many more there are.

    Rows are called by their numbers in the table's program where these are given, else counted from 1.
    """
    ordered = sorted(faults, key=lambda fault: fault.row)
    told = "; ".join(
        f"row {numbers[fault.row] if numbers else fault.row + 1}: {fault.message}"
        for fault in ordered[:5]
    )
    return told + (f"; and {len(ordered) - 5} more" if len(ordered) > 5 else "")


@attrs.frozen(kw_only=True)
class Rows:
    """The assignments that a frame holds, each once.

    Parameters
    ----------
    document, code, coder : list of str
        Ids.
    start, end : list of int
        Code points, 0-based, half-open.
    memo : list of str or None
        The memos of repeated rows are joined.
    weight : list of float or None
        Weights, where they are given.
    made : list of int or None
        When an assignment was made, in microseconds since 1970 in UTC, where the frame says so.
    """

    document: list[str]
    start: list[int]
    end: list[int]
    code: list[str]
    coder: list[str]
    memo: list[str | None]
    weight: list[float | None]
    made: list[int | None]

    def __len__(self) -> int:
        return len(self.document)


def rows_from_frame(
    frame: pd.DataFrame,
    documents: Registry[Document],
    codebook: Codebook,
    *,
    coder: str | None = None,
    find: Callable[[str], str] | None = None,
    offsets: str | None = None,
    numbers: Sequence[int] | None = None,
) -> Rows:
    """Return the assignments that a frame holds, having checked every row.

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
    table = _Table(frame, numbers)
    named = _ids_by_name(documents)
    found = table.labels("document", lambda label: _document(label, documents, named))
    quotes = table.cells("quote", _quote)
    placed = _place(table, found, quotes, documents, offsets)
    rows = Rows(
        document=found,
        start=[start for start, _ in placed.places],
        end=[end for _, end in placed.places],
        code=table.labels("code", find or (lambda key: codebook.assignable(key).id)),
        coder=(
            table.labels("coder", lambda id: Coder(id).id)
            if "coder" in frame
            else [Coder(coder).id if coder is not None else ""] * len(frame)
        ),
        memo=table.cells("memo", cell_text),
        weight=table.cells("weight", _weight),
        made=table.cells("time", _made),
    )
    table.add(_span_faults(frame, rows, documents))
    if not table.faults:
        table.add(_quote_faults(placed, rows.document, quotes, documents))
    once = _once(rows, table)
    if faults := table.faults:
        raise AssignmentError(
            f"{len(faults)} rows cannot be assigned, so none was: {first_faults(faults, numbers)}",
            rows=sorted(fault.row for fault in faults),
        )
    return once


@attrs.frozen
class _Placed:
    """Where rows stand, what their offsets were, and which had none."""

    places: list[Place]
    given: list[Place]
    bare: list[bool]


def _place(
    table: _Table,
    found: Sequence[str],
    quotes: Sequence[str | None],
    documents: Mapping[str, Document],
    offsets: str | None,
) -> _Placed:
    """Return where the rows stand, by their offsets, or else where their words do."""
    given = list(zip(table.offsets("start"), table.offsets("end"), strict=True))
    bare = table.bare()
    rows = [row for row, empty in enumerate(bare) if not empty]
    named, ends = [found[row] for row in rows], [given[row] for row in rows]
    unit = offsets or unit_told_by_quotes(documents, named, ends, [quotes[row] for row in rows])
    places = [(-1, -1)] * len(found)
    for row, converted in zip(rows, convert(documents, named, ends, unit), strict=True):
        places[row] = converted
    seen: dict[tuple[str, str], Located] = {}
    for row, (id, quote) in enumerate(zip(found, quotes, strict=True)):
        if not bare[row] or not id:
            continue
        if quote is None:
            if "quote" in table:
                table.add([Fault(row, "it has neither start and end nor a quote")])
            continue
        if (id, quote) not in seen:
            seen[id, quote] = locate(quote, documents[id])
        place = seen[id, quote].place
        if place is None:
            table.add([Fault(row, seen[id, quote].fault)])
        else:
            places[row] = place
    return _Placed(places, given, bare)


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
    """Return the assignments that a frame holds as events; see `rows_from_frame`.

    Parameters
    ----------
    frame, documents, codebook, coder, find, offsets, numbers
        As for `rows_from_frame`.
    origin, time : str
        For all events; the frame's own times are kept as when they were made.
    """
    rows = rows_from_frame(
        frame, documents, codebook, coder=coder, find=find, offsets=offsets, numbers=numbers
    )
    count = len(rows)
    if not count:
        return Events.empty()
    return Events.from_rows(
        document=rows.document,
        start=rows.start,
        end=rows.end,
        code=rows.code,
        coder=rows.coder,
        time=[time] * count,
        origin=[origin] * count,
        weight=rows.weight,
        retracted=[False] * count,
        memo=rows.memo,
        made=rows.made,
    )


class _Table:
    """Reads the columns of a frame, and collects what is wrong with its rows: the first fault of each."""

    def __init__(self, frame: pd.DataFrame, numbers: Sequence[int] | None = None) -> None:
        self._frame = frame
        self._numbers = numbers
        self._faults: dict[int, Fault] = {}

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults.values())

    def add(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._faults.setdefault(fault.row, fault)

    def __contains__(self, name: str) -> bool:
        return name in self._frame

    def number(self, row: int) -> int:
        """Return what a row is called in messages."""
        return row + 1 if self._numbers is None else self._numbers[row]

    def bare(self) -> list[bool]:
        """Tell of each row whether it says nothing of where it starts and ends."""
        empty = [
            [_is_empty(cell) for cell in self._frame[name]]
            for name in PLACED
            if name in self._frame
        ]
        return (
            [all(row) for row in zip(*empty, strict=True)] if empty else [True] * len(self._frame)
        )

    def cells(self, name: str, read: Callable[..., T | None]) -> list[T | None]:
        """Return what each cell of a column holds; None where it is empty or there is no such column."""
        if name not in self._frame:
            return [None] * len(self._frame)
        found: list[T | None] = []
        seen: dict[str, T | None] = {}  # most cells hold a text that others hold too
        for row, value in enumerate(self._frame[name].tolist()):
            if type(value) is str and value in seen:
                found.append(seen[value])
                continue
            try:
                found.append(read(value, what=name, error=AssignmentError))
                if type(value) is str:
                    seen[value] = found[-1]
            except QualcodeError as error:
                found.append(None)
                self.add([Fault(row, str(error))])
        return found

    def labels(self, name: str, find: Callable[[str], str]) -> list[str]:
        """Return what the label in each row stands for."""
        labels = self.cells(name, cell_label)
        known: dict[str, str] = {}
        wrong: dict[str | None, str] = {None: f"it has no {name}"}
        for label in dict.fromkeys(labels):
            if label is not None:
                try:
                    known[label] = find(label)
                except QualcodeError as error:
                    wrong[label] = str(error)
        if len(known) < len({*labels}):
            self.add(Fault(row, wrong[label]) for row, label in enumerate(labels) if label in wrong)
        return ["" if label is None else known.get(label, "") for label in labels]

    def offsets(self, name: str) -> list[int]:
        """Return the whole numbers of a column; -1 where it has something else."""
        import pandas as pd

        if name not in self._frame:
            return [-1] * len(self._frame)
        column = self._frame[name]
        if column.dtype.kind in "bmMc":  # what pandas would count as numbers, and is none
            return [-1] * len(column)
        if column.dtype == object:
            # Not left to pandas, which may refuse what is no Unicode, and names no row.
            column = pd.Series([*map(_number, column)], index=column.index, dtype=np.float64)
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        whole = (numbers == np.floor(numbers)) & (np.abs(numbers) <= LARGEST_OFFSET)
        offsets: list[int] = np.where(whole, numbers, -1).astype(np.int64).tolist()
        return offsets


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


def _is_no_offset(cell: object) -> bool:
    plain = plain_scalar(cell)
    if isinstance(plain, int) and not isinstance(plain, bool):
        return abs(plain) > LARGEST_OFFSET
    return not isinstance(plain, float | str | Decimal)


def _number(cell: object) -> float:
    """Return the number that a cell is or says; NaN for none."""
    if _is_no_offset(cell) or (isinstance(cell, str) and "_" in cell):
        return math.nan
    try:
        return float(plain_scalar(cell))
    except ValueError:
        return math.nan


def _is_empty(cell: object) -> bool:
    return is_missing(cell) or (isinstance(cell, str) and not cell.strip())


def _weight(value: object, *, what: str, error: Raised) -> float | None:
    if _is_empty(value):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise error(f"the {what} {shown(value)} is no finite number") from None
    return check_number(
        value, what=f"the {what} {shown(value)} is no finite number: it", error=error
    )


def _made(value: object, *, what: str, error: Raised) -> int | None:
    return None if _is_empty(value) else as_moment(value, what=what, error=error)


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


def _span_faults(frame: pd.DataFrame, rows: Rows, documents: Registry[Document]) -> Iterator[Fault]:
    lengths = {id: len(document) for id, document in documents.items()}
    places = zip(rows.document, rows.start, rows.end, strict=True)
    for row, (document, start, end) in enumerate(places):
        if document and not 0 <= start < end <= lengths[document]:
            if not {*PLACED} <= {*frame}:
                continue  # that its words stand nowhere is told already
            first, last = (_offset_shown(frame[name].iloc[row]) for name in ("start", "end"))
            span = f"{first}–{last}"
            yield Fault(
                row,
                f"{span} is no span of document {document!r}, which has {lengths[document]} code points",
            )


def _offset_shown(cell: object) -> str:
    plain = plain_scalar(cell)
    if isinstance(plain, str) and plain.strip().isdecimal():
        return plain.strip()
    if isinstance(plain, float) or (isinstance(plain, int) and abs(plain) <= LARGEST_OFFSET):
        return str(plain)
    return looked_up(cell)


def _quote_faults(
    placed: _Placed,
    found: list[str],
    quotes: list[str | None],
    documents: Registry[Document],
) -> Iterator[Fault]:
    for row, (id, place, quote) in enumerate(zip(found, placed.places, quotes, strict=True)):
        if quote is not None and not placed.bare[row]:
            fault = quote_fault(documents[id], placed.given[row], place, quote)
            if fault:
                yield Fault(row, fault)


def _once(rows: Rows, table: _Table) -> Rows:
    """Return the rows without repetitions: memos are joined; weights must not contradict each other."""
    places = list(zip(rows.document, rows.start, rows.end, rows.code, rows.coder, strict=True))
    first: dict[tuple[object, ...], int] = {}
    for row, place in enumerate(places):
        first.setdefault(place, row)
    if len(first) == len(places):
        return rows
    memos: dict[int, dict[str, None]] = {}
    weight, made = list(rows.weight), list(rows.made)
    for row, place in enumerate(places):
        at = first[place]
        if (memo := rows.memo[row]) is not None:
            memos.setdefault(at, {})[memo] = None
        given = rows.weight[row]
        if weight[at] is None:
            weight[at] = given
        elif given is not None and given != weight[at]:
            other = f"row {table.number(at)} on the same assignment, {weight[at]:g}"
            table.add([Fault(row, f"the weight {given:g} is not that of {other}")])
        if made[at] is None:
            made[at] = rows.made[row]
    kept = list(first.values())
    return Rows(
        document=[rows.document[row] for row in kept],
        start=[rows.start[row] for row in kept],
        end=[rows.end[row] for row in kept],
        code=[rows.code[row] for row in kept],
        coder=[rows.coder[row] for row in kept],
        memo=["\n".join(memos[row]) if row in memos else None for row in kept],
        weight=[weight[row] for row in kept],
        made=[made[row] for row in kept],
    )
