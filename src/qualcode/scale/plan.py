"""Counting in three steps, wherever the parts are: `partial` of an Arrow table, `merge`, `finish`.

A plan is all that a part has to know. It travels to whatever counts the part, and what was counted
travels back: named arrays that unite exactly, with the ids of the documents that they cover.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import NotFoundError, QualcodeError, SpanError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.queries import Query
from qualcode.scale.columns import Columns, columns_of
from qualcode.scale.conditions import fitting, reads_texts, variables_of
from qualcode.scale.listed import Listed, cases_of, documents_of
from qualcode.scale.turn_table import heard_in
from qualcode.stats.counting.by_speech import SpokenPartial
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouped import GroupedPartial
from qualcode.stats.counting.partials import Partial, check_once

__all__ = [
    "Counted",
    "Counting",
    "Part",
    "Plan",
    "Reads",
    "Torn",
    "finish",
    "merge",
    "packed",
    "partial",
    "unpacked",
]

Counted: TypeAlias = Partial | GroupedPartial | SpokenPartial
"""What was counted in some whole documents."""


Reads: TypeAlias = Literal["nothing", "lengths", "texts"]
"""What is read of documents beside their ids, cases and variables."""


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
    coded = _coded(rows, plan, texts, cases, turns, where)
    used = frozenset(rows.coders[at] for at in np.flatnonzero(np.bincount(rows.coder)).tolist())
    if plan.where is not None:
        coded = fitting(plan.where, coded, plan.codebook)
    return Part(plan.counting.partial(coded), coded.ids, len(table), len(coded), used)


def _coded(rows: Columns, plan: Plan, texts: Any, cases: Any, turns: Any, where: str) -> Coded:
    """Return what is coded in the documents, which are numbered by their ids."""
    if texts is None:
        documents: Sequence[Any] = [Listed(id) for id in rows.documents]
        document: npt.NDArray[Any] = rows.document
    else:
        documents = _listed(texts, plan.reads)
        document = _numbers(rows, [each.id for each in documents], where)
        _check_ends(rows, document, documents, where)
        order = np.argsort(document, kind="stable")
        rows = attrs.evolve(
            rows,
            **{
                name: getattr(rows, name)[order]
                for name in ("start", "end", "code", "coder", "weight")
            },
        )
        document = document[order]
    if turns is not None:
        documents = heard_in(documents, turns.to_pydict(), "the table of turns")
    named = {} if cases is None else {each.id: each for each in cases_of(cases.to_pydict())}
    belonging = dict.fromkeys(case for each in documents for case in each.cases)
    return Coded(
        tuple(documents), (*{**belonging, **named},), tuple(plan.codebook.codes), rows.coders,
        document, rows.start, rows.end, rows.code, rows.coder, rows.weight, named=named,
    )  # fmt: skip


def _listed(texts: Any, reads: Reads) -> Sequence[Any]:
    """Return documents with what is read of them."""
    whole = reads == "texts"
    names = [name for name in texts.schema.names if whole or name != "text"]
    columns = {name: texts[name].to_pylist() for name in names}
    if reads == "lengths" and "text" in texts.schema.names:
        columns["length"] = _lengths(texts["text"])
    return documents_of(columns, whole=whole)


def _lengths(texts: Any) -> list[int]:
    compute = require("pyarrow.compute", extra="parquet")
    lengths: list[int] = compute.utf8_length(texts).to_pylist()
    return lengths


def _numbers(rows: Columns, ids: list[str], where: str) -> npt.NDArray[np.int64]:
    """Return the number of each row's document among those given."""
    number = {id: at for at, id in enumerate(ids)}
    check_once(sorted(ids))
    missing = [id for id in rows.documents if id not in number]
    if missing:
        raise NotFoundError(
            f"{where}: document {missing[0]!r} is assigned to, and not in the table of documents: give "
            "the table that has all of them"
        )
    onto = np.array([number[id] for id in rows.documents], dtype=np.int64)
    return onto[rows.document] if onto.size else rows.document.astype(np.int64)


def _check_ends(
    rows: Columns, document: npt.NDArray[Any], documents: Sequence[Any], where: str
) -> None:
    """Refuse segments that reach beyond the end of their text, where its length is known."""
    lengths = np.array([each.heard_length for each in documents], dtype=np.int64)
    if not lengths.any():
        return
    beyond = np.flatnonzero(rows.end > lengths[document])
    if beyond.size:
        at = int(beyond[0])
        one = documents[document[at]]
        raise SpanError(
            f"{where}: span {rows.start[at]}–{rows.end[at]} reaches beyond the {one.heard_length} code "
            f"points of document {one.id!r}: give the text that was coded"
        )


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
    """What was not counted, because the rows of a document do not stand together.

    Parameters
    ----------
    documents : tuple of str
        Ids of all documents that have rows there.
    repeated : tuple of str
        Of which of them rows were found apart.
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
