"""Queries over assignments: by code, coder, document, variable, time and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Protocol, TypedDict, TypeVar

import attrs

from qualcode.errors import AssignmentError
from qualcode.model.checks import (
    check_flag,
    check_kind,
    check_mapping,
    check_text,
    check_texts,
    is_missing,
    plain_scalar,
    shown,
)
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Value, check_value
from qualcode.model.times import as_moment

__all__ = ["Both", "Criteria", "Criterion", "Either", "Not", "Query", "Visitor", "where"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@attrs.frozen
class Query:
    """A question that each assignment answers with yes or no; combine with ``&``, ``|``, ``~``.

    A query is a value: it compares, pickles, and prints as the call that makes it. Who reads queries, to
    answer them or to turn them into something else, is a visitor; see `Visitor`.
    """

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.criterion(self)

    @property
    def text(self) -> str:
        """The question in words."""
        return self.visit(_Words())

    def __str__(self) -> str:
        return self.visit(_Call())

    def __and__(self, other: Query) -> Query:
        return Both(self, check_kind(other, Query, what="the other query", error=AssignmentError))

    def __or__(self, other: Query) -> Query:
        return Either(self, check_kind(other, Query, what="the other query", error=AssignmentError))

    def __invert__(self) -> Query:
        return Not(self)


class Visitor(Protocol[T_co]):
    """What reads a query: a method for each kind of node, and one for all criteria."""

    def criterion(self, query: Query) -> T_co:
        """Return what is made of a single criterion; see `Criterion` for its kinds."""

    def both(self, query: Both) -> T_co:
        """Return what is made of two queries that must both hold."""

    def either(self, query: Either) -> T_co:
        """Return what is made of two queries of which one must hold."""

    def negation(self, query: Not) -> T_co:
        """Return what is made of a query that must not hold."""


@attrs.frozen
class Both(Query):
    """Two queries that must both hold."""

    left: Query
    right: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.both(self)


@attrs.frozen
class Either(Query):
    """Two queries of which at least one must hold."""

    left: Query
    right: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.either(self)


@attrs.frozen
class Not(Query):
    """A query that must not hold."""

    query: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.negation(self)


@attrs.frozen
class Criterion(Query):
    """One criterion of `where`.

    Parameters
    ----------
    name : str
        Which one, such as ``"code"``; ``"all"`` holds for everything.
    given : object
        What was given for it.
    wanted : object
        That in the form in which it is compared.
    descendants : bool
        For codes: whether those below them count too.
    """

    name: str
    given: Any = attrs.field(default=None, hash=False)
    wanted: Any = attrs.field(default=None, repr=False, eq=False)
    descendants: bool = True


class _Words:
    """Says queries in words."""

    def both(self, query: Both) -> str:
        return f"({query.left.visit(self)}) and ({query.right.visit(self)})"

    def either(self, query: Either) -> str:
        return f"({query.left.visit(self)}) or ({query.right.visit(self)})"

    def negation(self, query: Not) -> str:
        return f"not ({query.query.visit(self)})"

    def criterion(self, query: Query) -> str:
        assert isinstance(query, Criterion)
        return "all" if query.name == "all" else f"{query.name} {query.given!r}"


class _Call:
    """Writes queries as the call that makes them."""

    def both(self, query: Both) -> str:
        return f"({query.left.visit(self)} & {query.right.visit(self)})"

    def either(self, query: Either) -> str:
        return f"({query.left.visit(self)} | {query.right.visit(self)})"

    def negation(self, query: Not) -> str:
        return f"~{query.query.visit(self)}"

    def criterion(self, query: Query) -> str:
        assert isinstance(query, Criterion)
        if query.name == "all":
            return "where()"
        below = ", descendants=False" if query.name == "code" and not query.descendants else ""
        return f"where({query.name}={query.given!r}{below})"


class Criteria(TypedDict, total=False):
    """The criteria of `where` by name, for functions that hand them on."""

    code: str | Iterable[str] | None
    descendants: bool
    coder: str | Iterable[str] | None
    document: str | Iterable[str] | None
    variables: Mapping[str, Value | Iterable[Value]] | None
    since: str | date | None
    until: str | date | None
    text: str | re.Pattern[str] | None
    also: str | Iterable[str] | None
    origin: str | Iterable[str] | None
    test: Callable[[Any], bool] | None


def where(
    *,
    code: str | Iterable[str] | None = None,
    descendants: bool = True,
    coder: str | Iterable[str] | None = None,
    document: str | Iterable[str] | None = None,
    variables: Mapping[str, Value | Iterable[Value]] | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    text: str | re.Pattern[str] | None = None,
    also: str | Iterable[str] | None = None,
    origin: str | Iterable[str] | None = None,
    test: Callable[[Any], bool] | None = None,
) -> Query:
    """Make a query; every criterion that is given must hold.

    Parameters
    ----------
    code : str or iterable of str
        Ids or names of codes.
    descendants : bool, default True
        Whether the codes below them count too.
    coder, document : str or iterable of str
        Ids.
    variables : mapping
        Document variables and the value, or values, they must have.
    since, until : str, date or datetime
        Times, both included; text in ISO 8601. A date is its first moment, and a time without a zone is
        in UTC.
    text : str or compiled regular expression
        What the quote must contain, ignoring case; or what must match in it.
    also : str or iterable of str
        Ids or names of codes of which at least one lies on the same segment, by any coder.
    origin : str or iterable of str
        Such as ``"hand"`` or ``"import"``.
    test : callable
        Anything else: takes an `Assignment`, returns true or false. Slow on millions.

    Raises
    ------
    AssignmentError
        When a criterion is of a type that it cannot be.
    NotFoundError
        When the query is asked and a code, coder or document does not exist.

    Examples
    --------
    >>> (where(coder="ana") & ~where(text="budget")).text
    "(coder 'ana') and (not (text 'budget'))"
    """
    first, last = (
        None if each is None else as_moment(each, what=name, error=AssignmentError)
        for name, each in (("since", since), ("until", until))
    )
    if not (test is None or callable(test)):
        raise AssignmentError(f"test must be a function of an assignment, not {shown(test)}")
    below = check_flag(descendants, what="descendants", error=AssignmentError)
    criteria: dict[str, tuple[object, object]] = {
        "code": (code, _ids("code", code)),
        "coder": (coder, _ids("coder", coder)),
        "document": (document, _ids("document", document)),
        "variables": (variables, Frozen(_wanted(variables))),
        "since": (since, first),
        "until": (until, last),
        "text": (text, None if text is None else _pattern(text)),
        "also": (also, _ids("also", also)),
        "origin": (origin, _ids("origin", origin)),
        "test": (test, test),
    }
    parts = [
        Criterion(name, _kept(given), wanted, below)
        for name, (given, wanted) in criteria.items()
        if given is not None
    ]
    query: Query = parts[0] if parts else Criterion("all")
    for part in parts[1:]:
        query = query & part
    return query


def _kept(given: object) -> object:
    """Return what was given in a form that nobody can change."""
    if isinstance(given, Mapping):
        return Frozen({name: _kept(value) for name, value in given.items()})
    if isinstance(given, str | re.Pattern | date) or not isinstance(given, Iterable):
        return given
    return tuple(given)


def _ids(name: str, given: object) -> tuple[str, ...]:
    # What is missing in a frame must not select everything, as None does.
    if given is not None and is_missing(given):
        raise AssignmentError(f"{name} is missing ({shown(given)}): leave it out, or pass text")
    return check_texts(given, what=name, error=AssignmentError)


def _wanted(
    variables: Mapping[str, Value | Iterable[Value]] | None,
) -> dict[str, tuple[Value | None, ...]]:
    wanted: dict[str, tuple[Value | None, ...]] = {}
    given = check_mapping(variables, what="variables", error=AssignmentError)
    for name, value in given.items():
        name = check_text(name, what="variables: each name", error=AssignmentError)
        value = plain_scalar(value)
        lone = isinstance(value, str | bytes) or not isinstance(value, Iterable)
        wanted[name] = tuple(
            check_value(each, what=f"variables: {name!r}", error=AssignmentError)
            for each in ([value] if lone else value)
        )
    return wanted


def _pattern(text: str | re.Pattern[str]) -> re.Pattern[str]:
    if isinstance(text, re.Pattern) and isinstance(text.pattern, str):
        return text
    return re.compile(
        re.escape(check_text(text, what="text", error=AssignmentError)), re.IGNORECASE
    )
