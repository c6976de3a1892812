"""Queries: what is coded, by code, coder, place and text, and by where that lies.

A query is a tree of frozen values. It selects assignments or, once it is put `within` units, these units;
`docs/definitions/queries.md` says what each part selects. Trees are read by visitors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, Protocol, TypeVar, Unpack

import attrs

from qualcode.errors import AssignmentError
from qualcode.model.checks import check_kind, check_text, check_whole, plain_scalar, shown
from qualcode.model.coding.criteria import (
    OF_PLACES,
    Criteria,
    Unit,
    check_query_unit,
    checked_criteria,
)
from qualcode.model.coding.query_writing import as_call, as_words
from qualcode.model.texts.documents import Value

__all__ = [
    "AsOf",
    "Both",
    "Criteria",
    "Criterion",
    "Either",
    "Every",
    "Named",
    "Narrowed",
    "Not",
    "Query",
    "Related",
    "Visitor",
    "Within",
    "code",
    "query",
    "units",
    "where",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Relation = Literal["overlaps", "inside", "followed by"]


@attrs.frozen(repr=False)
class Query:
    """A question that each assignment answers with yes or no; combine with ``&``, ``|``, ``~``.

    A query is a value: it compares and pickles, its repr is the call that makes it, and ``str`` writes it
    as `parse_query` reads it. Who reads queries, to answer them or to turn them into something else, is a
    visitor; see `Visitor`.

    Examples
    --------
    >>> query = (code("trust").by("ana") & ~code("conflict")).within("paragraph")
    >>> query
    (code('trust').by('ana') & ~code('conflict')).within('paragraph')
    >>> print(query)
    code(trust) by(ana) and not code(conflict) within paragraph
    """

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.criterion(self)

    def __repr__(self) -> str:
        return as_call(self)

    def __str__(self) -> str:
        return as_words(self)

    def __and__(self, other: Query) -> Query:
        return Both(self, _checked(other))

    def __or__(self, other: Query) -> Query:
        return Either(self, _checked(other))

    def __invert__(self) -> Query:
        return Not(self)

    # Where it lies

    def within(self, unit: Unit) -> Query:
        """Return the units that hold something of the query.

        What is combined with ``&``, ``|`` and ``~`` is looked for separately:
        ``(code("a") & ~code("b")).within("paragraph")`` are the paragraphs that hold an assignment of the one
        and none of the other.

        Parameters
        ----------
        unit : str, regular expression or callable
            ``"segment"``, ``"sentence"``, ``"line"``, ``"paragraph"``, ``"turn"``, ``"document"``,
            ``"case"``, a compiled regular expression, or a segmenter.
        """
        return Within(self, unit)

    def overlaps(self, other: Query) -> Query:
        """Return what of the query shares at least one code point with something of another."""
        return Related(self, _checked(other), "overlaps")

    def inside(self, other: Query) -> Query:
        """Return what of the query lies inside something of another, or is the same stretch."""
        return Related(self, _checked(other), "inside")

    def followed_by(self, other: Query, within: int | None = None) -> Query:
        """Return what of the query comes before something of another in the same document.

        Parameters
        ----------
        other : Query
            What starts where it ends, or later.
        within : int, optional
            How many code points lie between at the most; any number when not given.
        """
        return Related(self, _checked(other), "followed by", within)

    # Which of it

    def narrowed(self, **criteria: Unpack[Criteria]) -> Query:
        """Return what of the query meets criteria; see `where` for these.

        Unlike what is combined with ``&``, criteria are of the very same assignment, or unit, also where the
        query is put `within` units afterwards.
        """
        found: Query = self
        for part in _criteria(**criteria):
            found = Narrowed(found, part)
        return found

    def by(self, *coders: str) -> Query:
        """Return what of the query these coders assigned."""
        return self.narrowed(coder=_named(coders, "by"))

    def where(
        self,
        variables: Mapping[str, Value | Iterable[Value]] | None = None,
        /,
        **named: Value | Iterable[Value],
    ) -> Query:
        """Return what of the query lies in documents with these values of variables, as ``site="north"``.

        Parameters
        ----------
        variables : mapping, optional
            Variables whose names are no names in Python.
        **named
            The value of a variable, or several of which it must be one.
        """
        if not (variables is None or isinstance(variables, Mapping)):
            raise AssignmentError(
                f"variables must be a mapping (dict), not {shown(variables)}: for other criteria there is "
                "narrowed(…)"
            )
        return self.narrowed(variables={**(variables or {}), **named})

    def speaker(self, *names: str) -> Query:
        """Return what of the query only these speak: see ``speaker`` of `where`."""
        return self.narrowed(speaker=_named(names, "speaker"))

    def role(self, *roles: str) -> Query:
        """Return what of the query only people with these roles speak: see ``role`` of `where`."""
        return self.narrowed(role=_named(roles, "role"))

    def text(self, *texts: str | re.Pattern[str]) -> Query:
        """Return what of the query holds one of these texts: see ``text`` of `where`."""
        if len(texts) == 1 and isinstance(texts[0], re.Pattern):
            return self.narrowed(text=texts[0])
        return self.narrowed(text=_named(texts, "text"))

    def at(self, revision: int | str) -> Query:
        """Return what was of the query when a revision of the codebook was the newest, and still stands.

        Parameters
        ----------
        revision : int or str
            Its number (negative from the end), or the start of its id.
        """
        return AsOf(self, revision)


def _checked(other: object) -> Query:
    return check_kind(
        other,
        Query,
        what="the other query",
        error=AssignmentError,
        advice="make one with qualcode.code(…), where(…) or parse_query(…)",
    )


def _named(given: tuple[Any, ...], what: str) -> Any:
    if not given:
        raise AssignmentError(f"{what}() names nothing: give what it is narrowed to")
    return given[0] if len(given) == 1 else given


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

    def narrowed(self, query: Narrowed) -> T_co:
        """Return what is made of a query with a criterion that the same assignment, or unit, must meet."""

    def within(self, query: Within) -> T_co:
        """Return what is made of units that hold something of a query."""

    def every(self, query: Every) -> T_co:
        """Return what is made of all units."""

    def related(self, query: Related) -> T_co:
        """Return what is made of a query with a relation to another."""

    def as_of(self, query: AsOf) -> T_co:
        """Return what is made of a query as of a revision."""

    def named(self, query: Named) -> T_co:
        """Return what is made of a query that is called by its name."""


@attrs.frozen(repr=False)
class Both(Query):
    """Two queries that must both hold."""

    left: Query
    right: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.both(self)


@attrs.frozen(repr=False)
class Either(Query):
    """Two queries of which at least one must hold."""

    left: Query
    right: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.either(self)


@attrs.frozen(repr=False)
class Not(Query):
    """A query that must not hold."""

    query: Query

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.negation(self)


@attrs.frozen(repr=False)
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
    wanted: Any = attrs.field(default=None, eq=False)
    descendants: bool = True

    @property
    def is_of_places(self) -> bool:
        """Whether it can be asked of any place, coded or not."""
        return self.name in OF_PLACES


@attrs.frozen(repr=False)
class Narrowed(Query):
    """What of a query meets a criterion too.

    Parameters
    ----------
    query : Query
        What is narrowed.
    criterion : Criterion
        What each assignment, or unit, of it must meet.
    """

    query: Query
    criterion: Criterion

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.narrowed(self)


@attrs.frozen(repr=False)
class Within(Query):
    """The units that hold something of a query.

    Parameters
    ----------
    query : Query
        What they hold; its parts are looked for separately.
    unit : str, regular expression or callable
        What the units are.
    """

    query: Query
    unit: Unit = attrs.field(converter=check_query_unit)

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.within(self)


@attrs.frozen(repr=False)
class Every(Query):
    """All units, whether anything is coded in them or not; see `units`.

    Parameters
    ----------
    unit : str, regular expression or callable
        What the units are.
    """

    unit: Unit = attrs.field(converter=check_query_unit)

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.every(self)


@attrs.frozen(repr=False)
class Related(Query):
    """What of a query lies somewhere in relation to something of another.

    Parameters
    ----------
    query : Query
        What is selected from.
    other : Query
        The other.
    how : {"overlaps", "inside", "followed by"}
        The relation.
    distance : int or None
        Of what follows: how many code points lie between at the most.
    """

    query: Query
    other: Query
    how: Relation
    distance: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.distance is not None:
            number = check_whole(self.distance, what="within", error=AssignmentError, least=0)
            object.__setattr__(self, "distance", number)

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.related(self)


@attrs.frozen(repr=False)
class AsOf(Query):
    """What was of a query when a revision of the codebook was the newest one, and still stands.

    Parameters
    ----------
    query : Query
        What is asked.
    revision : int or str
        The number of the revision, or the start of its id.
    """

    query: Query
    revision: int | str

    def __attrs_post_init__(self) -> None:
        given = plain_scalar(self.revision)
        if isinstance(given, str):
            given = check_text(given, what="revision", error=AssignmentError, empty=False)
        else:
            given = check_whole(
                given, what="revision", error=AssignmentError, least=-_MOST, most=_MOST
            )
        object.__setattr__(self, "revision", given)

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.as_of(self)


_MOST = 10**9


@attrs.frozen(repr=False)
class Named(Query):
    """A query that was saved in a project under a name; see `query`.

    Parameters
    ----------
    name : str
        Its name.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        name = check_text(self.name, what="name", error=AssignmentError, empty=False)
        object.__setattr__(self, "name", name)

    def visit(self, visitor: Visitor[T]) -> T:
        """Return what a visitor makes of the query."""
        return visitor.named(self)


# Making them


def code(*codes: str, descendants: bool = True) -> Query:
    """Make a query for what is coded with a code, or with one of several.

    Parameters
    ----------
    *codes : str
        Ids or names.
    descendants : bool, default True
        Whether the codes below them count too.

    Examples
    --------
    >>> code("trust") & ~code("conflict")
    (code('trust') & ~code('conflict'))
    """
    return where(code=_named(codes, "code"), descendants=descendants)


def units(unit: Unit) -> Query:
    """Make a query for all units of a kind, coded or not, to be narrowed, and combined with others.

    Parameters
    ----------
    unit : str, regular expression or callable
        As for `Query.within`.

    Examples
    --------
    >>> print(units("sentence").text("budget*") & ~code("money").within("sentence"))
    units(sentence) text("budget*") and not (code(money) within sentence)
    """
    return Every(unit)


def query(name: str) -> Query:
    """Make a query that stands for the one that a project saved under a name; see `Project.save_query`.

    Parameters
    ----------
    name : str
        The name.
    """
    return Named(name)


def where(
    *given: object,
    code: str | Iterable[str] | None = None,
    descendants: bool = True,
    coder: str | Iterable[str] | None = None,
    document: str | Iterable[str] | None = None,
    variables: Mapping[str, Value | Iterable[Value]] | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    text: str | Iterable[str] | re.Pattern[str] | None = None,
    speaker: str | Iterable[str] | None = None,
    role: str | Iterable[str] | None = None,
    also: str | Iterable[str] | None = None,
    origin: str | Iterable[str] | None = None,
    test: Callable[[Any], bool] | None = None,
) -> Query:
    """Make a query; every criterion that is given must hold.

    Parameters
    ----------
    *given
        Nothing: criteria have names.
    code : str or iterable of str
        Ids or names of codes.
    descendants : bool, default True
        Whether the codes below them count too.
    coder, document : str or iterable of str
        Ids.
    variables : mapping
        Variables and the value, or values, they must have: of the document or, where it has none, of its
        cases.
    since, until : str, date or datetime
        Times, both included; text in ISO 8601. A date is its first moment, and a time without a zone is
        in UTC.
    text : str, iterable of str or compiled regular expression
        Words that must stand in the quote, any of them: whole words, whatever their case, ``*`` for any
        letters, on one line or over several, as everywhere (see `qualcode.suggest.find`). Or what must match
        in it.
    speaker : str or iterable of str
        Who speaks: each turn that the segment shares text with is one of theirs. Names or aliases.
    role : {"interviewer", "participant"}
        The role of everybody who speaks there.
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
    >>> print(where(coder="ana", code="trust") & ~where(text="budget"))
    code(trust) by(ana) and not text("budget")
    """
    if given:
        raise AssignmentError(
            f"where takes its criteria by name, as where(code='trust'), not {shown(given[0])} alone"
        )
    first, *rest = _criteria(
        code=code, descendants=descendants, coder=coder, document=document, variables=variables,
        since=since, until=until, text=text, speaker=speaker, role=role,
        also=also, origin=origin, test=test,
    ) or [Criterion("all")]  # fmt: skip
    found: Query = first
    for part in rest:
        found = Narrowed(found, part)
    return found


def _criteria(**criteria: Any) -> list[Criterion]:
    return [Criterion(*each) for each in checked_criteria(**criteria)]
