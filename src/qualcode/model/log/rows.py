"""The log of assigning and retracting: append-only, columnar, one row for each event.

Ten million events are eleven NumPy arrays and a few tuples of texts; objects are made only for the
rows that somebody looks at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import AssignmentError
from qualcode.model.checks import looked_up
from qualcode.model.log.columns import Order, by_place, joined, taken

__all__ = [
    "ORIGINS",
    "ByDocument",
    "Events",
    "Ints",
    "Key",
    "check_origin",
    "format_time",
    "intern",
    "parse_times",
]

T = TypeVar("T")
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[str, int, int, str, str]
"""Document, start, end, code as assigned, coder."""

VOCABULARIES = ("document", "code", "coder", "origin")
ORIGINS = ("hand", "import", "suggestion")
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?Z?\Z")
_EPOCH = datetime(1970, 1, 1)  # in UTC, as the letter behind it says
_FIRST, _LAST = (
    int(np.datetime64(each, "us").astype(np.int64)) for each in (datetime.min, datetime.max)
)
PLAIN = ("start", "end", "time", "weight", "retracted", "block")
COLUMNS = (*VOCABULARIES, *PLAIN)


def intern(values: Iterable[str], known: Sequence[str] = ()) -> tuple[Ints, tuple[str, ...]]:
    """Return texts as numbers into a vocabulary, and the vocabulary, `known` first.

    Examples
    --------
    >>> numbers, vocabulary = intern(["b", "a", "b"])
    >>> numbers.tolist(), vocabulary
    ([0, 1, 0], ('b', 'a'))
    """
    table = defaultdict[str, int](int, {value: number for number, value in enumerate(known)})
    table.default_factory = table.__len__  # a value not met before gets the next number
    numbers = np.fromiter(map(table.__getitem__, values), dtype=np.int32)
    return numbers, tuple(table)


def parse_times(values: Sequence[str]) -> Longs:
    """Return times in ISO 8601 as microseconds since 1970 in UTC.

    Raises
    ------
    AssignmentError
        When a text is not a time.

    Examples
    --------
    >>> parse_times(["1970-01-01T00:00:01Z"]).tolist()
    [1000000]
    """
    # Most events share their time with others, so only the distinct ones are parsed.
    numbers, distinct = intern(values)
    for value in distinct:
        if not _ISO_8601.match(value):  # NumPy also takes "now" and the like
            raise AssignmentError(f"{value!r} is not a time in ISO 8601 and UTC")
    try:
        parsed = np.array([value.removesuffix("Z") for value in distinct], dtype="datetime64[us]")
    except ValueError as error:
        raise AssignmentError(f"this is not a time in ISO 8601 and UTC: {error}") from error
    return parsed.astype(np.int64)[numbers]


def format_time(moment: int) -> str:
    """Return microseconds since 1970 as a time in ISO 8601 and UTC.

    Examples
    --------
    >>> format_time(1_000_000), format_time(1_500_000)
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.500000Z')
    """
    if not _FIRST <= moment <= _LAST:  # for which datetime has no year
        precision = "us" if moment % 1_000_000 else "s"
        return f"{np.datetime64(moment, 'us').astype(f'datetime64[{precision}]')}Z"
    return f"{(_EPOCH + timedelta(microseconds=moment)).isoformat()}Z"


@attrs.frozen(eq=False, kw_only=True)
class Events:
    """Assignments made and retracted, in the order in which they were logged.

    Parameters
    ----------
    documents, codes, coders, origins : tuple of str
        Vocabularies that the columns of the same name count into. `codes` holds ids as assigned,
        before merges and splits.
    document, code, coder, origin : array of int32, shape (n,)
        Numbers into the vocabularies.
    start, end : array of int32, shape (n,)
        Code points, 0-based, half-open.
    time : array of int64, shape (n,)
        When each was logged: microseconds since 1970 in UTC.
    weight : array of float64, shape (n,)
        NaN where none was given.
    retracted : array of bool, shape (n,)
        Whether the event takes an assignment back.
    block : array of int32, shape (n,)
        Number of the log's block that the row stands in.
    memos : mapping of int to str
        Memos by row.
    made : mapping of int to int
        By row, when it was assigned in another program: microseconds since 1970 in UTC.
    hint : array of int, shape (n,), or None
        The numbers of the rows in some order, at best that of `order`, which is then found without sorting.
    """

    documents: tuple[str, ...]
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    origins: tuple[str, ...]
    document: Ints = attrs.field(repr=False)
    code: Ints = attrs.field(repr=False)
    coder: Ints = attrs.field(repr=False)
    origin: Ints = attrs.field(repr=False)
    start: Ints = attrs.field(repr=False)
    end: Ints = attrs.field(repr=False)
    time: Longs = attrs.field(repr=False)
    weight: Floats = attrs.field(repr=False)
    retracted: Flags = attrs.field(repr=False)
    block: Ints = attrs.field(repr=False)
    memos: Mapping[int, str] = attrs.field(factory=dict, repr=False)
    made: Mapping[int, int] = attrs.field(factory=dict, repr=False)
    hint: Order | None = attrs.field(default=None, repr=False)
    _placed: tuple[Order, Flags] | None = attrs.field(default=None, init=False, repr=False)

    @classmethod
    def from_rows(
        cls,
        *,
        document: Iterable[str],
        start: npt.ArrayLike,
        end: npt.ArrayLike,
        code: Iterable[str],
        coder: Iterable[str],
        time: Sequence[str],
        origin: Iterable[str],
        weight: npt.ArrayLike | Sequence[float | None],
        retracted: npt.ArrayLike,
        memo: Iterable[str | None] = (),
        made: Iterable[int | None] = (),
        block: npt.ArrayLike | None = None,
    ) -> Events:
        """Return events from a sequence for each column, all of the same length."""
        columns: dict[str, Any] = {}
        for name, values in (
            ("document", document),
            ("code", code),
            ("coder", coder),
            ("origin", origin),
        ):
            columns[name], columns[f"{name}s"] = intern(values)
        return cls(
            **columns,
            start=np.asarray(start, dtype=np.int32),
            end=np.asarray(end, dtype=np.int32),
            time=parse_times(time),
            weight=np.array(weight, dtype=np.float64),
            retracted=np.asarray(retracted, dtype=np.bool_),
            block=(
                np.zeros(len(columns["document"]), dtype=np.int32)
                if block is None
                else np.asarray(block, dtype=np.int32)
            ),
            memos={row: text for row, text in enumerate(memo) if text},
            made={row: moment for row, moment in enumerate(made) if moment is not None},
        )

    @classmethod
    def empty(cls) -> Events:
        """Return a log without events."""
        return cls.from_rows(
            document=(), start=(), end=(), code=(), coder=(), time=(), origin=(), weight=(),
            retracted=(),
        )  # fmt: skip

    @classmethod
    def concatenate(cls, parts: Sequence[Events]) -> Events:
        """Return the events of several logs, one after the other."""
        filled = [part for part in parts if len(part)]
        if len(filled) == 1:
            return filled[0]
        if not filled:
            return parts[0] if parts else cls.empty()
        columns: dict[str, Any] = {}
        for name in VOCABULARIES:
            vocabulary: tuple[str, ...] = ()
            mapped = []
            for part in filled:
                onward, vocabulary = intern(getattr(part, f"{name}s"), vocabulary)
                numbers = getattr(part, name)
                same = np.array_equal(onward, np.arange(len(onward)))
                mapped.append(numbers if same else onward.take(numbers))
            columns[name], columns[f"{name}s"] = joined(mapped), vocabulary
        for name in PLAIN:
            columns[name] = joined([getattr(part, name) for part in filled])
        memos: dict[int, str] = {}
        made: dict[int, int] = {}
        is_hinted = any(part.hint is not None for part in filled)
        hints: list[Order] = []
        offset = 0
        for part in filled:
            memos.update((row + offset, text) for row, text in part.memos.items())
            made.update((row + offset, moment) for row, moment in part.made.items())
            if is_hinted:
                hints.append(offset + (np.arange(len(part)) if part.hint is None else part.hint))
            offset += len(part)
        return cls(**columns, memos=memos, made=made, hint=np.concatenate(hints) if hints else None)

    def __len__(self) -> int:
        return len(self.document)

    def __eq__(self, other: object) -> bool:
        """Tell whether both logs hold the same events in the same order."""
        if not isinstance(other, Events):
            return NotImplemented
        if len(self) != len(other):
            return False
        for name in VOCABULARIES:
            onward, _ = intern(getattr(other, f"{name}s"), getattr(self, f"{name}s"))
            if not np.array_equal(getattr(self, name), onward[getattr(other, name)]):
                return False
        # Blocks are where the log keeps a row, and no part of what it says.
        said = [name for name in PLAIN if name != "block"]
        return (
            dict(self.memos) == dict(other.memos)
            and dict(self.made) == dict(other.made)
            and all(
                np.array_equal(
                    getattr(self, name), getattr(other, name), equal_nan=name == "weight"
                )
                for name in said
            )
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def when(self) -> Longs:
        """When each was assigned: in another program where that is known, else when it was logged."""
        if not self.made:
            return self.time
        moments = self.time.copy()
        at = np.fromiter(self.made, dtype=np.intp, count=len(self.made))
        moments[at] = np.fromiter(self.made.values(), dtype=np.int64, count=len(self.made))
        return moments

    def take(self, rows: Order | Flags) -> Events:
        """Return some of the events, given by row numbers or a mask."""
        numbers: Order = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows  # type: ignore[assignment]
        memos: dict[int, str] = {}
        made: dict[int, int] = {}
        if self.memos or self.made:
            listed = numbers.tolist()
            memos = {at: self.memos[row] for at, row in enumerate(listed) if row in self.memos}
            made = {at: self.made[row] for at, row in enumerate(listed) if row in self.made}
        columns: dict[str, Any] = {name: taken(getattr(self, name), numbers) for name in COLUMNS}
        return attrs.evolve(self, **columns, memos=memos, made=made, hint=None)

    def between(self, first: int, end: int) -> Events:
        """Return the rows from one to before another, without copying them."""
        return attrs.evolve(
            self,
            **{name: getattr(self, name)[first:end] for name in COLUMNS},
            memos=_within(self.memos, first, end),
            made=_within(self.made, first, end),
            hint=None,
        )

    def over(self, name: str, vocabulary: tuple[str, ...]) -> Events:
        """Return the events with one column counting into a given vocabulary.

        Events whose value the vocabulary lacks are left out: as of an earlier revision, a document
        added later is not there yet.
        """
        if vocabulary == getattr(self, f"{name}s"):
            return self
        onward, whole = intern(getattr(self, f"{name}s"), vocabulary)
        numbers = onward[getattr(self, name)] if len(self) else getattr(self, name)
        moved = attrs.evolve(self, **{name: numbers, f"{name}s": vocabulary})
        known = numbers < len(vocabulary)
        return moved if len(whole) == len(vocabulary) or known.all() else moved.take(known)

    def renumbered(self, **first: Sequence[str]) -> Events:
        """Return the same events, their vocabularies beginning with given ones.

        Parameters
        ----------
        **first : sequence of str
            By the name of a column, the values that come first; those that it lacks keep their order.
        """
        changed: dict[str, Any] = {}
        for name, known in first.items():
            onward, vocabulary = intern(getattr(self, f"{name}s"), known)
            if vocabulary != getattr(self, f"{name}s"):
                numbers = getattr(self, name)
                changed[name] = onward[numbers] if len(self) else numbers
                changed[f"{name}s"] = vocabulary
        return attrs.evolve(self, **changed)

    def numbered_as_counted(
        self, documents: Iterable[str], codes: Iterable[str], coders: Iterable[str] = ()
    ) -> Events:
        """Return the rows numbered as they are counted, given the order of documents and codes.

        Rows that lie in the order of the numbers need not be sorted to be counted.
        """
        return self.renumbered(
            document=tuple(dict.fromkeys(documents)),
            code=tuple(codes),
            coder=sorted({*self.coders, *coders}),
        )

    @property
    def placed(self) -> tuple[Order, Flags]:
        """The numbers of the rows by place, and which of them are not one with the one before.

        See `by_place`. Rows are sorted once, whoever asks, and other columns of them get the order as a hint.
        """
        if self._placed is None:
            found = by_place(self, self.hint)
            object.__setattr__(self, "_placed", found)
            object.__setattr__(self, "hint", found[0])
            return found
        return self._placed

    def standing(self) -> Events:
        """Return the assignments that stand: the last event for each place, unless it retracts."""
        if not len(self):
            return self
        order, new = self.placed
        stands = np.append(new[1:], True)
        if self.retracted.any():
            stands &= ~self.retracted[order]
        elif stands.all():
            return self
        kept = np.zeros(len(self), dtype=np.bool_)
        kept[order[stands]] = True
        number = np.cumsum(kept) - 1
        return attrs.evolve(self.take(kept), hint=number[order[stands]])

    def joined(self, order: npt.NDArray[np.intp], duplicate: Flags) -> Events:
        """Return the rows with what is said of assignments that are one on the first of each.

        It has their memos, one below the other, and the greatest of their weights.

        Parameters
        ----------
        order : array of int
            Numbers of rows; those that are one stand together.
        duplicate : array of bool
            For each of them, whether it is one with the row before it.
        """
        weight, memos = self.weight, dict(self.memos)
        if not np.isnan(weight).all():
            first = np.flatnonzero(~duplicate)
            weight = weight.copy()
            weight[order[first]] = np.fmax.reduceat(self.weight[order], first)
        if memos:
            kept = -1
            for row, double in zip(order.tolist(), duplicate.tolist(), strict=True):
                if not double:
                    kept = row
                elif row in self.memos and memos.get(kept) != self.memos[row]:
                    memos[kept] = "\n".join(filter(None, (memos.get(kept), self.memos[row])))
        return attrs.evolve(self, weight=weight, memos=memos)

    def of_origin(self, kinds: Sequence[str]) -> Flags:
        """Return which events have one of some origins; ``"suggestion"`` is any suggestion.

        Parameters
        ----------
        kinds : sequence of str
            Origins, with or without the detail behind the colon.
        """
        wanted = [
            any(each == kind or each.startswith(f"{kind}:") for kind in kinds)
            for each in self.origins
        ]
        if not wanted:
            return np.zeros(len(self), dtype=np.bool_)
        chosen: Flags = np.array(wanted, dtype=np.bool_)[self.origin]
        return chosen

    def news(
        self, known: int
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return which of some candidates assign what does not stand yet, and what the others repeat.

        Parameters
        ----------
        known : int
            The rows below this number are logged already; the rest are candidates, all assigning.

        Returns
        -------
        fresh : array of int
            Rows of the first candidates of their kind that do not stand.
        repeated, standing : array of int
            Rows of the first candidates of their kind that do, and the rows by which they stand.
        """
        order, new = self.placed
        if not len(order):
            return order, order, order
        kind = np.cumsum(new)
        # Stable order: within a kind, logged rows come first, in the order of their logging.
        logged = order < known
        last = np.full(int(kind[-1]) + 1, -1, dtype=np.intp)
        last[kind[logged]] = order[logged]
        stands = last >= 0
        stands[stands] = ~self.retracted[last[stands]]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = new[1:] | logged[:-1]
        candidates = ~logged & first
        fresh = order[candidates & ~stands[kind]]
        repeated = candidates & stands[kind]
        return np.sort(fresh), order[repeated], last[kind[repeated]]


class ByDocument:
    """Rows found by document; sorted once, so that touching a thousand documents does not scan all as often.

    Parameters
    ----------
    rows : Events
        The rows.
    """

    def __init__(self, rows: Events) -> None:
        self.rows = rows
        self._order = np.argsort(rows.document, kind="stable")
        self._column = rows.document[self._order]

    def of(self, document: str) -> Iterator[tuple[int, Key, float | None]]:
        """Yield number, key and weight of each row of a document, in their order."""
        rows = self.rows
        if document not in rows.documents:
            return
        number = rows.documents.index(document)
        first, last = np.searchsorted(self._column, [number, number + 1])
        for row in self._order[first:last].tolist():
            key = (
                document,
                int(rows.start[row]),
                int(rows.end[row]),
                rows.codes[rows.code[row]],
                rows.coders[rows.coder[row]],
            )
            weight = float(rows.weight[row])
            yield row, key, None if weight != weight else weight


def _within(noted: Mapping[int, T], first: int, end: int) -> dict[int, T]:
    """Return what is noted of the rows from one to before another, counted from the first."""
    if not noted:
        return {}
    return {row - first: noted[row] for row in range(first, end) if row in noted}


def check_origin(origin: str) -> None:
    """Check that an assignment's origin is one of `ORIGINS`, perhaps with a detail behind a colon."""
    if not isinstance(origin, str) or origin.partition(":")[0] not in ORIGINS:
        raise AssignmentError(
            f"origin {looked_up(origin)} is not 'hand', 'import' or 'suggestion' (with a detail after "
            "a colon)"
        )
