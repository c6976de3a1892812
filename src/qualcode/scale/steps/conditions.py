"""Which assignments of a table fit a query: asked of whole documents, wherever these are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from qualcode.errors import NotFoundError, QueryError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.answering import answered
from qualcode.model.coding.queries import Criterion, Every, Query, Within
from qualcode.model.coding.query_names import parts_of
from qualcode.model.coding.query_parsing import as_query
from qualcode.scale.sources.listed import Listed
from qualcode.stats.counting.coded import Coded, Ints, Longs

__all__ = ["as_condition", "asks_turns", "check_there", "fitting", "reads_texts", "variables_of"]

_WITHOUT_TEXTS = ("segment", "document")


def as_condition(where: Query | str | None, codebook: Codebook) -> Query | None:
    """Return a query that tables can answer, document by document.

    Parameters
    ----------
    where : Query or str or None
        As it was given.
    codebook : Codebook
        Whose codes it names.

    Raises
    ------
    QueryError
        When it cannot be read, or asks for what a table does not say: when and how something was assigned,
        how things stood before, saved queries, and cases, whose documents may lie in several parts.
    NotFoundError
        For a code that the codebook does not have.
    """
    if where is None:
        return None
    query = as_query(where, what="where")
    for part in parts_of(query):
        if isinstance(part, Within | Every) and part.unit == "case":
            raise QueryError(
                f"{part} cannot be asked of a table: a case may have documents in several parts, which are "
                "counted apart. Ask within 'document', or the project that the table is from"
            )
    # What cannot be answered cannot be answered of no rows either, and nothing was counted yet.
    fitting(query, _no_rows(tuple(codebook.codes)), codebook)
    return query


def _no_rows(codes: tuple[str, ...]) -> Coded:
    none = np.zeros(0, dtype=np.int64)
    return Coded((), (), codes, (), none, none, none, none, none, np.zeros(0, dtype=np.float64))


def fitting(query: Query, coded: Coded, codebook: Codebook) -> Coded:
    """Return what of some whole documents fits a query; documents and cases stay.

    Parameters
    ----------
    query : Query
        Of `as_condition`.
    coded : Coded
        What is coded in them.
    codebook : Codebook
        What the codes mean.
    """
    return coded.only_rows(answered(query, _Rows(coded, codebook), part=True))


def reads_texts(query: Query, *, turns: bool = False) -> bool:
    """Tell whether a query is about words, or about units that are cut from texts.

    Parameters
    ----------
    query : Query
        Of `as_condition`.
    turns : bool, default False
        Whether who speaks is told elsewhere, and not found in texts.
    """
    return any(
        part.unit not in _WITHOUT_TEXTS
        if isinstance(part, Within | Every)
        else isinstance(part, Criterion) and part.name == "text"
        for part in parts_of(query)
    ) or (not turns and _asks_who_speaks(query))


def asks_turns(query: Query) -> bool:
    """Tell whether a query asks who speaks, or may cut texts where somebody else begins to."""
    return _asks_who_speaks(query) or reads_texts(query)


def _asks_who_speaks(query: Query) -> bool:
    return any(
        isinstance(part, Criterion) and part.name in ("speaker", "role") for part in parts_of(query)
    )


def variables_of(query: Query) -> frozenset[str]:
    """Return the variables of documents or cases that a query is about."""
    return frozenset(name for wanted in _wanted(query, "variables") for name in wanted)


def check_there(query: Query, *, coders: Iterable[str], documents: Iterable[str]) -> None:
    """Refuse a query that names who or what there is not, which only all parts together tell.

    Parameters
    ----------
    query : Query
        Of `as_condition`.
    coders, documents : iterable of str
        Ids of all there are.

    Raises
    ------
    NotFoundError
        For a coder or document that is not among them.
    """
    for what, there in (("coder", frozenset(coders)), ("document", frozenset(documents))):
        for ids in _wanted(query, what):
            for id in ids:
                if id not in there:
                    raise NotFoundError(
                        f"no {what} of the table has the id {looked_up(id)}, which where= names."
                        f"{did_you_mean(id, there)}"
                    )


def _wanted(query: Query, name: str) -> list[Any]:
    """Return what the criteria of one name are to have."""
    return [
        part.wanted for part in parts_of(query) if isinstance(part, Criterion) and part.name == name
    ]


@attrs.frozen(eq=False, slots=False)
class _Rows:
    """What is coded in some documents, as queries ask for it."""

    coded: Coded
    codebook: Codebook

    @cached_property
    def documents(self) -> Mapping[str, Any]:
        """The documents by id; where nobody told how long one is, it ends with its last segment."""
        documents: Sequence[Any] = self.coded.documents
        last = np.zeros(len(documents), dtype=np.int64)
        np.maximum.at(last, self.coded.document, self.coded.end)
        return {
            each.id: attrs.evolve(each, heard_length=end)
            if isinstance(each, Listed) and not len(each)
            else each
            for each, end in zip(documents, last.tolist(), strict=True)
        }

    @property
    def cases(self) -> Mapping[str, Any]:
        return self.coded.named

    @property
    def code(self) -> Ints:
        return self.coded.code

    @property
    def codes(self) -> tuple[str, ...]:
        return self.coded.codes

    @property
    def coder(self) -> Ints:
        return self.coded.coder

    @property
    def coders(self) -> tuple[str, ...]:
        return self.coded.coders

    @property
    def document(self) -> Ints:
        return self.coded.document

    @property
    def segment(self) -> Longs:
        return self.coded.segment

    @property
    def start(self) -> Ints:
        return self.coded.start

    @property
    def end(self) -> Ints:
        return self.coded.end

    def __len__(self) -> int:
        return len(self.coded)
