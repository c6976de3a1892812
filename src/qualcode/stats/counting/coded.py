"""What is coded in some whole documents, as columns: what every counting policy counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from itertools import pairwise
from threading import RLock
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.coding.assignments import Assignments
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.values import ByValue, same
from qualcode.stats.counting.variable_values import Holder
from qualcode.stats.kernels.blocks import expand_ranges, first_of_runs

__all__ = ["Coded"]

Ints: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Longs: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_NUMBERING = RLock()


@attrs.frozen(eq=False)
class Coded(ByValue):
    """What is coded in some whole documents.

    Each column has a value for each assignment that counts. Assignments are distinct, and sorted by
    document, start and end.

    Parameters
    ----------
    documents : tuple of Document
        All documents of this part, coded or not.
    cases : tuple of str
        Ids of the cases that they belong to; of a whole project, of all cases there are.
    codes : tuple of str
        Ids of the codes that the column `code` counts into; the same ones for every part.
    coders : tuple of str
        Ids of the coders that the column `coder` counts into.
    document : array of int
        Numbers into `documents`.
    start, end : array of int
        Code points, half-open.
    code, coder : array of int
        Numbers into `codes` and `coders`.
    weight : array of float64
        NaN where there is none.
    named : mapping
        The cases by id, with their variables, as far as what is counted asks for these.
    """

    documents: tuple[Document, ...] = attrs.field(repr=False)
    cases: tuple[str, ...] = attrs.field(repr=False)
    codes: tuple[str, ...] = attrs.field(repr=False)
    coders: tuple[str, ...] = attrs.field(eq=False)
    document: Ints = attrs.field(repr=False)
    start: Ints = attrs.field(repr=False)
    end: Ints = attrs.field(repr=False)
    code: Ints = attrs.field(repr=False)
    coder: Ints = attrs.field(eq=False, repr=False)
    weight: npt.NDArray[np.float64] = attrs.field(repr=False)
    # Numbers the segments, where that was done, or is kept, elsewhere.
    _numbered: Callable[[], Longs] | None = attrs.field(
        default=None, eq=False, repr=False, alias="numbered"
    )
    named: Mapping[str, Holder] = attrs.field(factory=dict, eq=False, repr=False, kw_only=True)

    @classmethod
    def of(cls, state: State, rows: Assignments | None = None) -> Coded:
        """Return what is coded in a state: the assignments that it says count, or some of them.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> coded = Coded.of(project.state.counting())
        >>> len(coded.documents), len(coded), coded.n_segments
        (12, 396, 395)
        """
        rows = state.assignments if rows is None else rows
        return cls(
            tuple(state.documents.values()), tuple(state.cases), rows.codes, rows.coders,
            rows.document, rows.start, rows.end, rows.code, rows.coder, rows.rows.weight,
            partial(getattr, rows, "segment"), named=state.cases,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        """Tell whether the same is coded by the same coders, whoever else is known to either."""
        if not isinstance(other, Coded):
            return NotImplemented
        return super().__eq__(other) and same(self._who, other._who)

    __hash__ = None

    @property
    def _who(self) -> npt.NDArray[np.object_]:
        return np.array(self.coders, dtype=object)[self.coder]

    def __len__(self) -> int:
        return len(self.code)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the documents."""
        return tuple([each.id for each in self.documents])  # a list is faster than a generator

    @cached_property
    def segment(self) -> Longs:
        """A number for each distinct segment, ascending, shape (n,)."""
        if self._numbered is not None:
            return self._numbered()
        new = first_of_runs(self.document)
        for column in (self.start, self.end):
            new |= first_of_runs(column)
        return np.cumsum(new, dtype=np.int64) - 1

    @property
    def n_segments(self) -> int:
        """How many distinct segments are coded."""
        return int(np.count_nonzero(first_of_runs(self.segment)))

    def only_rows(self, kept: Flags) -> Coded:
        """Return the same documents with some of the assignments, given by a mask."""
        columns = ("document", "start", "end", "code", "coder", "weight")
        some = {name: getattr(self, name)[kept] for name in columns}
        return attrs.evolve(self, numbered=None, **some)

    def split(self, part: Sequence[int] | Longs) -> tuple[Coded, ...]:
        """Return parts of whole documents, which can be counted apart.

        Parameters
        ----------
        part : array of int, one for each document
            Which part it is in. There are as many as the largest number says, and may be empty. Cases
            that no document belongs to are in the first.

        Raises
        ------
        StatisticsError
            When there is not one number for each document.
        """
        of = np.asarray(part, dtype=np.int64)
        if of.shape != (len(self.documents),) or of.min(initial=0) < 0:
            raise StatisticsError(
                f"part has shape {of.shape} for {len(self.documents)} documents: give a number, 0 or "
                "more, for each"
            )
        if not of.any():
            return (self,)
        order = np.argsort(of, kind="stable")
        ends = np.cumsum(np.bincount(of))
        found = [
            self._only(order[low:high]) for low, high in zip([0, *ends[:-1]], ends, strict=True)
        ]
        found[0] = attrs.evolve(found[0], cases=(*found[0].cases, *self._empty_cases()))
        return tuple(found)

    def cut(self, before: Sequence[int]) -> tuple[Coded, ...]:
        """Return parts of documents that follow each other, which can be counted apart; nothing is copied.

        Parameters
        ----------
        before : sequence of int
            Numbers of documents, ascending, before which is cut. Cases that no document belongs to are in
            the first part.
        """
        ends = [0, *before, len(self.documents)]
        rows = np.searchsorted(self.document, np.array(ends, dtype=self.document.dtype)).tolist()
        found = [
            self._stretch(slice(*part), slice(*row))
            for part, row in zip(pairwise(ends), pairwise(rows), strict=True)
        ]
        found[0] = attrs.evolve(found[0], cases=(*found[0].cases, *self._empty_cases()))
        return tuple(found)

    def _stretch(self, part: slice, row: slice) -> Coded:
        """Return documents that follow each other, and their rows."""

        def numbered() -> Longs:
            with _NUMBERING:  # which is done once, for all parts, and kept
                segment = self.segment
            return segment[row] - segment[row.start] if row.start < row.stop else segment[row]

        documents = self.documents[part]
        return Coded(
            documents, self._cases_of(documents), self.codes, self.coders,
            self.document[row] - part.start, self.start[row], self.end[row], self.code[row],
            self.coder[row], self.weight[row], numbered, named=self.named,
        )  # fmt: skip

    def _cases_of(self, documents: Sequence[Document]) -> tuple[str, ...]:
        known = self._case_number
        there = {case for each in documents for case in each.cases if case in known}
        return tuple(sorted(there, key=known.__getitem__))

    @cached_property
    def _case_number(self) -> dict[str, int]:
        return {case: at for at, case in enumerate(self.cases)}

    def _empty_cases(self) -> list[str]:
        used = {case for each in self.documents for case in each.cases}
        return [case for case in self.cases if case not in used]

    def _only(self, numbers: Longs) -> Coded:
        """Return some of the documents, given by ascending numbers."""
        # In the column's own type, or the search would copy the column.
        wanted = numbers.astype(self.document.dtype)
        document, row = expand_ranges(
            np.searchsorted(self.document, wanted, side="left"),
            np.searchsorted(self.document, wanted, side="right"),
        )
        documents = tuple(self.documents[at] for at in numbers.tolist())
        return Coded(
            documents, self._cases_of(documents), self.codes, self.coders,
            document, self.start[row], self.end[row], self.code[row], self.coder[row], self.weight[row],
            named=self.named,
        )  # fmt: skip
