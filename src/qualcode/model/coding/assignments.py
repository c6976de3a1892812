"""Assignments: one code on one segment by one coder; columnar inside, objects outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Unpack, overload

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.answering import answered
from qualcode.model.coding.following import follow
from qualcode.model.coding.queries import Criteria, Query, where
from qualcode.model.coding.query_parsing import as_query
from qualcode.model.log.rows import Events, Flags, Ints, format_time
from qualcode.model.readable import Card, Readable
from qualcode.model.texts.documents import Case, Document, Registry
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.model.times import time_shown
from qualcode.model.values import ByValue

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["Assignment", "Assignments"]


@attrs.frozen
class Assignment(Card):
    """One code put on one segment by one coder.

    Parameters
    ----------
    segment : Segment
        Where.
    code : Code
        The code that stands for it now, after merges and splits.
    coder : str
        Who assigned.
    time : str
        When, in UTC (ISO 8601). Of what was read from another program's file or from a table, when it was
        assigned there, where that is said; the log has when it was read.
    origin : str
        ``"hand"``, ``"import"`` or ``"suggestion"``, with a detail behind a colon where there is one.
    assigned_as : str
        Id of the code as it was assigned, before merges and splits.
    memo : str or None
        A note on this assignment.
    weight : float or None
        A weight, such as an intensity.
    """

    segment: Segment
    code: Code = attrs.field(repr=lambda code: repr(code.id))
    coder: str
    time: str
    origin: str
    assigned_as: str
    memo: str | None = None
    weight: float | None = None

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Document id, start, end and coder: what a split's decisions go by."""
        return self.segment.document.id, self.segment.start, self.segment.end, self.coder

    @property
    def _head(self) -> str:
        who = f"{self.coder}, {time_shown(self.time)}"
        how = "" if self.origin == "hand" else f", by {self.origin}"
        return f"{self.code.name} ({self.code.id}): {self.segment._head}, coded by {who}{how}"

    @property
    def _words(self) -> str:
        return self.segment.quote

    @property
    def _notes(self) -> list[str]:
        before = self.assigned_as if self.assigned_as != self.code.id else None
        told = {"assigned as": before, "memo": self.memo, "weight": self.weight}
        return [f"{name}: {value}" for name, value in told.items() if value is not None]


@attrs.frozen(eq=False)
class Assignments(Readable, Sequence[Assignment], ByValue):
    """Assignments read through a codebook: distinct, in document order.

    Merges and splits are followed on reading, so two assignments that a merge made the same are one.
    The columns are NumPy arrays over interned documents, codes and coders; indexing makes objects.

    Parameters
    ----------
    rows : Events
        The assignments that stand, as they were made.
    documents : Registry
        The documents, in the order in which they are counted.
    codebook : Codebook
        What the codes mean.
    cases : Registry
        The cases, for queries by their variables.
    """

    _instead = "project.plot() draws where they lie, project.rollup().plot() how many there are"

    rows: Events = attrs.field(repr=False)
    documents: Registry[Document] = attrs.field(repr=False)
    codebook: Codebook = attrs.field(repr=False)
    code: Ints = attrs.field(repr=False)
    cases: Registry[Case] = attrs.field(
        factory=lambda: Registry(what="case"), repr=False, eq=False, kw_only=True
    )

    @classmethod
    def read(
        cls,
        standing: Events,
        documents: Registry[Document],
        codebook: Codebook,
        *,
        coders: Iterable[str] = (),
        cases: Registry[Case] | None = None,
        distinct: bool = True,
    ) -> Assignments:
        """Return the standing assignments as a codebook has them: followed, sorted, distinct.

        Parameters
        ----------
        standing : Events
            The assignments that stand, as they were made.
        documents : Registry
            The documents, in the order in which they are counted.
        codebook : Codebook
            What the codes mean.
        coders : iterable of str
            Ids of coders to know besides those who assigned something.
        cases : Registry, optional
            The cases.
        distinct : bool, default True
            Whether assignments that a merge made the same are one; else each stays as it was made.
        """
        standing = standing.over("document", tuple(documents))
        # In whatever order coders turned up, and their files are read, rows come in the same.
        known = tuple(sorted({*standing.coders, *coders}))
        if standing.coders != known:
            standing = standing.over("coder", known)
        code = _followed(standing, codebook)
        same = code is standing.code
        keyed = standing if same else attrs.evolve(standing, code=code, codes=tuple(codebook.codes))
        order, new = keyed.placed
        rows = standing
        if distinct and not new.all():
            rows = standing.joined(order, ~new)
            order = order[new]
        if not np.array_equal(order, np.arange(len(standing))):
            rows, code = rows.take(order), code[order]
        cases = Registry[Case](what="case") if cases is None else cases
        return cls(rows, documents, codebook, code, cases=cases)

    def reread(self, rows: Events) -> Assignments:
        """Return other standing assignments, read over the documents and through the codebook of these."""
        return Assignments.read(
            rows, self.documents, self.codebook, coders=self.coders, cases=self.cases
        )

    # Columns

    @property
    def document(self) -> Ints:
        """Numbers into `documents`, shape (n,), ascending."""
        return self.rows.document

    @property
    def start(self) -> Ints:
        """Where each starts, in code points, shape (n,)."""
        return self.rows.start

    @property
    def end(self) -> Ints:
        """Where each ends, in code points, not included, shape (n,)."""
        return self.rows.end

    @property
    def coder(self) -> Ints:
        """Numbers into `coders`, shape (n,)."""
        return self.rows.coder

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders that the column `coder` counts into."""
        return self.rows.coders

    @property
    def codes(self) -> tuple[str, ...]:
        """Ids of all codes of the codebook, which the column `code` counts into."""
        return tuple(self.codebook.codes)

    @cached_property
    def segment(self) -> npt.NDArray[np.int64]:
        """A number for each distinct segment, ascending, shape (n,)."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        new = np.zeros(len(self), dtype=np.bool_)
        for column in (self.document, self.start, self.end):
            new[1:] |= column[1:] != column[:-1]
        return np.cumsum(new, dtype=np.int64)

    @property
    def n_segments(self) -> int:
        """How many distinct segments there are."""
        return int(self.segment[-1]) + 1 if len(self) else 0

    # Objects

    def __len__(self) -> int:
        return len(self.code)

    @overload
    def __getitem__(self, index: int) -> Assignment: ...
    @overload
    def __getitem__(self, index: slice) -> Assignments: ...
    def __getitem__(self, index: int | slice) -> Assignment | Assignments:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        return self._object(range(len(self))[index])

    def __iter__(self) -> Iterator[Assignment]:
        return (self._object(row) for row in range(len(self)))

    def __repr__(self) -> str:
        coders = len(np.unique(self.coder))
        return f"<{len(self)} assignments by {coders} coders>"

    @cached_property
    def _document_list(self) -> list[Document]:
        return list(self.documents.values())

    def _object(self, row: int) -> Assignment:
        rows = self.rows
        weight = float(rows.weight[row])
        return Assignment(
            self.segment_at(row),
            self.codebook.codes[self.codes[self.code[row]]],
            rows.coders[rows.coder[row]],
            format_time(rows.made.get(row, int(rows.time[row]))),
            rows.origins[rows.origin[row]],
            rows.codes[rows.code[row]],
            rows.memos.get(row),
            None if np.isnan(weight) else weight,
        )

    def segment_at(self, row: int) -> Segment:
        """Return the segment of one row."""
        span = Span(int(self.start[row]), int(self.end[row]))
        return Segment(self._document_list[self.document[row]], span)

    def take(self, rows: npt.NDArray[np.intp] | Flags) -> Assignments:
        """Return some of the assignments, given by ascending row numbers or a mask."""
        return attrs.evolve(self, rows=self.rows.take(rows), code=self.code[rows])

    def segments(self) -> tuple[Segment, ...]:
        """Return the distinct segments that carry a code, in document order."""
        _, first = np.unique(self.segment, return_index=True)
        return tuple(self.segment_at(int(row)) for row in first)

    def mask(self, query: Query | str) -> Flags:
        """Return for each row whether a query holds, shape (n,).

        A query of units holds for the assignments that share text with one of them. What else there is to
        look at, such as the other side of ``overlaps``, are these assignments, and no others.
        """
        return answered(as_query(query), self)

    def where(self, query: Query | str | None = None, **criteria: Unpack[Criteria]) -> Assignments:
        """Return the assignments that fit.

        Parameters
        ----------
        query : Query or str, optional
            A query, or its text; see `qualcode.code`, `qualcode.where` and `qualcode.parse_query`. Queries as
            of a revision, and saved ones, are asked of the project: `View.find`, `View.restricted`.
        **criteria
            Or its criteria by name; see `qualcode.where`.
        """
        return self.take(self.mask(where(**criteria) if query is None else query))

    _print_columns = ("document", "start", "end", "name", "coder", "quote")

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        return self[:most].to_frame(), len(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each assignment.

        Columns: document, start, end (code points, half-open), code, name, coder, time, origin, weight,
        memo, assigned_as, quote.
        """
        import pandas as pd

        rows = self.rows
        texts = [document.text for document in self._document_list]
        codes = np.array(self.codes, dtype=object)
        names = np.array([code.name for code in self.codebook.codes.values()], dtype=object)

        def named(vocabulary: tuple[str, ...], column: Ints) -> npt.NDArray[np.object_]:
            return np.array(vocabulary, dtype=object)[column]

        return pd.DataFrame(
            {
                "document": named(rows.documents, rows.document),
                "start": rows.start,
                "end": rows.end,
                "code": codes[self.code],
                "name": names[self.code],
                "coder": named(rows.coders, rows.coder),
                "time": pd.DatetimeIndex(rows.when.astype("datetime64[us]"), tz="UTC"),
                "origin": named(rows.origins, rows.origin),
                "weight": rows.weight,
                "memo": [rows.memos.get(row) for row in range(len(self))],
                "assigned_as": named(rows.codes, rows.code),
                "quote": [
                    texts[document][start:end]
                    for document, start, end in zip(
                        rows.document.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True
                    )
                ],
            }
        )


def _followed(rows: Events, codebook: Codebook) -> Ints:
    """Return for each row the number of the code that stands for it now."""

    def place(row: int) -> tuple[str, int, int, str]:
        return (
            rows.documents[rows.document[row]],
            int(rows.start[row]),
            int(rows.end[row]),
            rows.coders[rows.coder[row]],
        )

    return follow(rows.code, rows.codes, codebook, place)
