"""Queries by name, over other ids, and part by part: trees that are made from trees, or walked through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from qualcode.errors import NotFoundError, QueryError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.coding.queries import (
    AsOf,
    Both,
    Criterion,
    Either,
    Every,
    Named,
    Narrowed,
    Not,
    Query,
    Related,
    Within,
)
from qualcode.model.coding.query_parsing import parse_query

__all__ = ["called_in", "parts_of", "with_ids", "without_names"]


class Rebuilt:
    """Makes the same tree again; what reads a query to change some of it changes these methods."""

    def criterion(self, query: Query) -> Query:
        return query

    def both(self, query: Both) -> Query:
        return Both(query.left.visit(self), query.right.visit(self))

    def either(self, query: Either) -> Query:
        return Either(query.left.visit(self), query.right.visit(self))

    def negation(self, query: Not) -> Query:
        return Not(query.query.visit(self))

    def narrowed(self, query: Narrowed) -> Query:
        criterion = query.criterion.visit(self)
        assert isinstance(criterion, Criterion)
        return Narrowed(query.query.visit(self), criterion)

    def within(self, query: Within) -> Query:
        return Within(query.query.visit(self), query.unit)

    def every(self, query: Every) -> Query:
        return query

    def related(self, query: Related) -> Query:
        return attrs.evolve(query, query=query.query.visit(self), other=query.other.visit(self))

    def as_of(self, query: AsOf) -> Query:
        return AsOf(query.query.visit(self), query.revision)

    def named(self, query: Named) -> Query:
        return query


class _Named(Rebuilt):
    """Puts saved queries where they are called by their names."""

    def __init__(self, queries: Mapping[str, str], above: tuple[str, ...] = ()) -> None:
        self._queries = queries
        self._above = above

    def named(self, query: Named) -> Query:
        name = query.name
        if name not in self._queries:
            raise NotFoundError(
                f"no query has the name {looked_up(name)}.{did_you_mean(name, self._queries)}"
            )
        if name in self._above:
            raise QueryError(
                f"the saved queries {' → '.join((*self._above, name))} call each other in a circle: save one "
                "of them anew without the other"
            )
        saved = parse_query(self._queries[name])
        return saved.visit(_Named(self._queries, (*self._above, name)))


class _Ids(Rebuilt):
    """Puts ids in the place of others."""

    def __init__(self, changed: Callable[[str, str], str]) -> None:
        self._changed = changed

    def criterion(self, query: Query) -> Query:
        assert isinstance(query, Criterion)
        kind = "code" if query.name in ("code", "also") else query.name
        if kind not in ("code", "document"):
            return query
        ids = tuple(self._changed(kind, each) for each in query.wanted)
        given: Any = ids[0] if len(ids) == 1 else ids
        return attrs.evolve(query, given=given, wanted=ids)


def without_names(query: Query, queries: Mapping[str, str]) -> Query:
    """Return a query with saved queries in the place of their names.

    Parameters
    ----------
    query : Query
        Any query.
    queries : mapping of str to str
        The saved ones, as text.

    Raises
    ------
    NotFoundError
        When there is none of a name.
    QueryError
        When saved queries call each other in a circle.
    """
    return query.visit(_Named(queries))


def with_ids(query: Query, changed: Callable[[str, str], str]) -> Query:
    """Return a query with other ids of codes and documents.

    Parameters
    ----------
    query : Query
        Any query.
    changed : callable
        Takes ``"code"`` or ``"document"`` and an id, and returns the id that it becomes.
    """
    return query.visit(_Ids(changed))


def called_in(query: Query) -> frozenset[str]:
    """Return the names of the saved queries that a query calls itself."""
    return frozenset(each.name for each in parts_of(query) if isinstance(each, Named))


def parts_of(query: Query) -> Iterator[Query]:
    """Yield a query and all queries that it is made of."""
    yield query
    for field in attrs.fields(type(query)):
        part = getattr(query, field.name)
        if isinstance(part, Query):
            yield from parts_of(part)
