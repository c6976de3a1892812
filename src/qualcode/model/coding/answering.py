"""Answering queries about assignments, each criterion for all rows at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.queries import Both, Criterion, Either, Not, Query
from qualcode.model.log.rows import Events, Flags, Ints, Longs
from qualcode.model.texts.documents import Document, Value

__all__ = ["Rows", "answered"]


class Rows(Protocol):
    """What is asked about: columns of equal length, and what their numbers stand for."""

    @property
    def rows(self) -> Events:
        """The assignments as they were made."""

    @property
    def codebook(self) -> Codebook:
        """What the codes mean."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""

    @property
    def code(self) -> Ints:
        """Of each row its code, a place in `codes`."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Ids of codes."""

    @property
    def coder(self) -> Ints:
        """Of each row its coder, a place in `coders`."""

    @property
    def coders(self) -> tuple[str, ...]:
        """Ids of coders."""

    @property
    def document(self) -> Ints:
        """Of each row its document, a place among the documents."""

    @property
    def segment(self) -> Longs:
        """Of each row a number that its segment has alone."""

    @property
    def start(self) -> Ints:
        """Of each row where its segment begins, in code points."""

    @property
    def end(self) -> Ints:
        """Of each row where its segment ends, in code points, half-open."""

    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...


def answered(query: Query, rows: Rows) -> Flags:
    """Return for each row whether the query holds, shape (n,)."""
    return query.visit(_Answers(rows))


class _Answers:
    """Answers queries about assignments."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def both(self, query: Both) -> Flags:
        return query.left.visit(self) & query.right.visit(self)

    def either(self, query: Either) -> Flags:
        return query.left.visit(self) | query.right.visit(self)

    def negation(self, query: Not) -> Flags:
        return ~query.query.visit(self)

    def criterion(self, query: Query) -> Flags:
        rows = self._rows
        assert isinstance(query, Criterion)
        wanted = query.wanted
        match query.name:
            case "code":
                return _by_code(rows, wanted, query.descendants)
            case "coder":
                return _by_id(rows.coder, rows.coders, wanted, "coder")
            case "document":
                return _by_id(rows.document, tuple(rows.documents), wanted, "document")
            case "variables":
                return _by_variables(rows, wanted)
            case "since":
                return np.asarray(rows.rows.time >= wanted)
            case "until":
                return np.asarray(rows.rows.time <= wanted)
            case "text":
                return _by_text(rows, wanted)
            case "also":
                return _by_other_codes(rows, wanted)
            case "origin":
                return rows.rows.of_origin(wanted)
            case "test":
                return np.array([bool(wanted(each)) for each in rows], dtype=np.bool_)
            case _:
                return np.ones(len(rows), dtype=np.bool_)


def _by_code(rows: Rows, wanted: tuple[str, ...], descendants: bool) -> Flags:
    ids: set[str] = set()
    for key in wanted:
        found = rows.codebook[rows.codebook.resolve(rows.codebook[key].id)]
        ids.add(found.id)
        if descendants:
            ids.update(below.id for below in rows.codebook.descendants(found.id, all=True))
    return np.array([code in ids for code in rows.codes], dtype=np.bool_)[rows.code]


def _by_id(
    column: np.ndarray, vocabulary: tuple[str, ...], wanted: tuple[str, ...], what: str
) -> Flags:
    for id in wanted:
        if id not in vocabulary:
            raise NotFoundError(
                f"no {what} has the id {looked_up(id)} here.{did_you_mean(id, vocabulary)}"
            )
    return _chosen(vocabulary, wanted)[column] if len(vocabulary) else np.zeros(0, dtype=np.bool_)


def _chosen(vocabulary: tuple[str, ...], wanted: tuple[str, ...]) -> Flags:
    return np.array([each in wanted for each in vocabulary], dtype=np.bool_)


def _by_variables(rows: Rows, wanted: Mapping[str, tuple[Value | None, ...]]) -> Flags:
    def fits(held: Mapping[str, Value]) -> bool:
        return all(held.get(name) in values for name, values in wanted.items())

    known = {name for document in rows.documents.values() for name in document.variables}
    for name in wanted:
        if name not in known:
            raise NotFoundError(f"no document has a variable {name!r}.{did_you_mean(name, known)}")
    answers = [fits(document.variables) for document in rows.documents.values()]
    return np.array(answers, dtype=np.bool_)[rows.document]


def _by_text(rows: Rows, pattern: re.Pattern[str]) -> Flags:
    bodies = [document.text for document in rows.documents.values()]
    places = zip(rows.document.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True)
    found = [bool(pattern.search(bodies[at][start:end])) for at, start, end in places]
    return np.array(found, dtype=np.bool_)


def _by_other_codes(rows: Rows, wanted: tuple[str, ...]) -> Flags:
    carrying = rows.segment[_by_code(rows, wanted, descendants=True)]
    return np.isin(rows.segment, carrying)
