"""Counting in three steps, wherever the parts are: `partial` of an Arrow table, `merge`, `finish`.

A plan is all that a part has to know. It travels to whatever counts the part, and what was counted
travels back: named arrays that unite exactly, with the ids of the documents that they cover.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import QualcodeError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.queries import Query
from qualcode.scale.sources.coded_rows import coded_of
from qualcode.scale.sources.columns import columns_of
from qualcode.scale.sources.listed import Reads
from qualcode.scale.steps.conditions import fitting, reads_texts, variables_of
from qualcode.stats.counting.by_speech import SpokenPartial
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouped import GroupedPartial
from qualcode.stats.counting.partials import Partial, check_once

__all__ = [
    "Counted",
    "Counting",
    "Part",
    "Plan",
    "Torn",
    "finish",
    "merge",
    "packed",
    "partial",
    "unpacked",
]

Counted: TypeAlias = Partial | GroupedPartial | SpokenPartial
"""What was counted in some whole documents."""


class Counting(Protocol):
    """What is counted, in three steps; it travels between processes."""

    @property
    def reads(self) -> Reads:
        """What it reads of the documents beside their ids, cases and variables."""
        ...

    def partial(self, coded: Coded) -> Counted:
        """Count some whole documents."""
        ...

    def merge(self, partials: Iterable[Any]) -> Any:
        """Return what was counted in all parts together, in whatever order they are given."""
        ...

    def finish(self, partial: Any) -> Any:
        """Return the counts."""
        ...


@attrs.frozen(eq=False)
class Plan:
    """What is counted of whom, through which codebook: all that counting a part takes.

    Parameters
    ----------
    codebook : Codebook
        What the codes mean now.
    counting : Counting
        What is counted.
    coders : tuple of str, optional
        Ids of the coders who count; all when not given.
    where : Query, optional
        Which of their assignments count, decided within each document; all when not given.
    variables : tuple of str
        By which variables of documents or cases is counted.
    turns : bool
        Whether a table of turns is read, which tells who speaks.
    """

    codebook: Codebook
    counting: Counting
    coders: tuple[str, ...] | None = None
    where: Query | None = None
    variables: tuple[str, ...] = ()
    turns: bool = False

    @property
    def of_cases(self) -> frozenset[str]:
        """The variables that documents may have from their cases."""
        return frozenset(self.variables) | (variables_of(self.where) if self.where else frozenset())

    @property
    def reads(self) -> Reads:
        """What is read of the documents beside their ids, cases and variables."""
        if self.where is not None and reads_texts(self.where, turns=self.turns):
            return "texts"
        return self.counting.reads


@attrs.frozen(eq=False)
class Part:
    """What was counted in a part.

    Parameters
    ----------
    counted : Partial, GroupedPartial or SpokenPartial
        The arrays.
    documents : tuple of str
        Ids of the documents.
    rows : int
        How many rows were read.
    assignments : int
        How many distinct assignments counted.
    coders : frozenset of str
        Ids of those who count and have assigned anything, whether it counts or not.
    """

    counted: Counted
    documents: tuple[str, ...]
    rows: int
    assignments: int
    coders: frozenset[str]


def partial(
    table: Any,
    plan: Plan,
    texts: Any = None,
    *,
    cases: Any = None,
    turns: Any = None,
    where: str = "the table of assignments",
) -> Part:
    """Count a part: the assignments of some whole documents.

    Parameters
    ----------
    table : pyarrow.Table
        Assignments, with columns document, start, end, code and coder (ids, and code points,
        half-open); a weight where there are weights.
    plan : Plan
        What to count.
    texts : pyarrow.Table, optional
        The documents: their ids (``document``) and, as far as the plan asks for these, their text, length
        (code points), cases and variables. Those without any assignment count too. When not given, the
        documents are those that have assignments.
    cases : pyarrow.Table, optional
        The cases of these documents: their ids (``case``), and variables as far as the plan asks for these.
        Those without documents are in the base of what counts cases.
    turns : pyarrow.Table, optional
        All turns of these documents: ``document``, ``start``, ``end`` (code points, half-open), ``speaker``
        and, where they are known, ``role`` and ``case``. Else speakers are found in the texts.
    where : str
        What the table is called in messages.

    Raises
    ------
    AssignmentError
        When the table is not one of assignments.
    NotFoundError
        For a code that the codebook, or a document that `texts` does not have.
    """
    rows = columns_of(table, plan.codebook, coders=plan.coders, where=where)
    coded = coded_of(rows, plan.codebook, plan.reads, texts, cases, turns, where=where)
    used = frozenset(rows.coders[at] for at in np.flatnonzero(np.bincount(rows.coder)).tolist())
    if plan.where is not None:
        coded = fitting(plan.where, coded, plan.codebook)
    return Part(plan.counting.partial(coded), coded.ids, len(table), len(coded), used)


def merge(parts: Iterable[Part], plan: Plan) -> Part:
    """Return what was counted in all parts together, in whatever order they are given.

    Raises
    ------
    DuplicateDocumentError
        When a document is in two of them, and would count twice.
    """
    several = list(parts)
    if len(several) == 1:
        return several[0]
    documents = tuple(sorted(id for part in several for id in part.documents))
    check_once(documents)
    return Part(
        plan.counting.merge([part.counted for part in several]),
        documents,
        sum(part.rows for part in several),
        sum(part.assignments for part in several),
        frozenset().union(*(part.coders for part in several)),
    )


def finish(part: Part, plan: Plan) -> Any:
    """Return the counts of what was counted in all parts together."""
    return plan.counting.finish(part.counted)


# On the way


class _Packer(pickle.Pickler):
    """Writes arrays that are mostly 0, as those of pairs are, by what is not."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, np.ndarray) and obj.dtype == np.int64 and obj.size > 1 << 10:
            held = np.flatnonzero(obj)
            if 4 * held.size < obj.size:
                return _spread, (obj.shape, held, obj.reshape(-1)[held])
        return NotImplemented


def _spread(shape: tuple[int, ...], at: npt.NDArray[Any], values: npt.NDArray[Any]) -> Any:
    whole = np.zeros(shape, dtype=np.int64)
    whole.reshape(-1)[at] = values
    return whole


@attrs.frozen
class Torn:
    """What was not counted: because the rows of a document do not stand together, or not yet.

    Parameters
    ----------
    documents : tuple of str
        Ids of all documents that have rows there.
    repeated : tuple of str
        Of which of them rows were found apart; none where it was only looked at.
    rows : int
        How many rows were read.
    """

    documents: tuple[str, ...]
    repeated: tuple[str, ...]
    rows: int


def packed(found: Part | Torn | QualcodeError) -> bytes:
    """Return what was counted, or why it could not be, as bytes."""
    into = io.BytesIO()
    _Packer(into, pickle.HIGHEST_PROTOCOL).dump(found)
    return into.getvalue()


def unpacked(data: bytes) -> Part | Torn:
    """Return what was counted; what could not be is raised here as it was there."""
    found = pickle.loads(data)
    if isinstance(found, QualcodeError):
        raise found
    assert isinstance(found, Part | Torn)
    return found
