"""Queries over assignments: by code, coder, document, variable, time and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import attrs
import numpy as np

from qualcode.errors import AssignmentError, NotFoundError, did_you_mean
from qualcode.model.assignments import Assignment, Assignments
from qualcode.model.checks import (
    check_flag,
    check_mapping,
    check_text,
    check_texts,
    is_missing,
    looked_up,
    plain_scalar,
    shown,
)
from qualcode.model.documents import Value, check_value
from qualcode.model.events import Flags
from qualcode.model.times import as_moment

__all__ = ["Query", "where"]


@attrs.frozen
class Query:
    """A question that each assignment answers with yes or no; combine with ``&``, ``|``, ``~``.

    Parameters
    ----------
    ask : callable
        Takes `Assignments` of length n and returns a bool array of shape (n,).
    text : str
        The question in words.
    """

    ask: Callable[[Assignments], Flags] = attrs.field(repr=False)
    text: str

    def mask(self, assignments: Assignments) -> Flags:
        """Return the answers, shape (n,)."""
        return self.ask(assignments)

    def __and__(self, other: Query) -> Query:
        return Query(
            lambda rows: self.ask(rows) & other.ask(rows), f"({self.text}) and ({other.text})"
        )

    def __or__(self, other: Query) -> Query:
        return Query(
            lambda rows: self.ask(rows) | other.ask(rows), f"({self.text}) or ({other.text})"
        )

    def __invert__(self) -> Query:
        return Query(lambda rows: ~self.ask(rows), f"not ({self.text})")


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
    test: Callable[[Assignment], bool] | None = None,
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
    parts: list[Query] = []

    def add(given: object, label: str, ask: Callable[[Assignments], Flags]) -> None:
        if given is not None:
            parts.append(Query(ask, f"{label} {given!r}"))

    codes, coders, documents = _ids("code", code), _ids("coder", coder), _ids("document", document)
    others, origins = _ids("also", also), _ids("origin", origin)
    below = check_flag(descendants, what="descendants", error=AssignmentError)
    held = _wanted(variables)
    first, last = (
        0 if each is None else as_moment(each, what=name, error=AssignmentError)
        for name, each in (("since", since), ("until", until))
    )
    pattern = None if text is None else _pattern(text)
    if not (test is None or callable(test)):
        raise AssignmentError(f"test must be a function of an assignment, not {shown(test)}")

    add(code, "code", lambda rows: _by_code(rows, codes, below))
    add(coder, "coder", lambda rows: _by_id(rows.coder, rows.coders, coders, "coder"))
    add(
        document,
        "document",
        lambda rows: _by_id(rows.document, tuple(rows.documents), documents, "document"),
    )
    add(variables, "variables", lambda rows: _by_variables(rows, held))
    add(since, "since", lambda rows: rows.rows.time >= first)
    add(until, "until", lambda rows: rows.rows.time <= last)
    add(text, "text", lambda rows: _by_text(rows, pattern))  # type: ignore[arg-type]
    add(also, "also", lambda rows: _by_other_codes(rows, others))
    add(origin, "origin", lambda rows: rows.rows.of_origin(origins))
    add(test, "test", lambda rows: np.array([bool(test(each)) for each in rows], dtype=np.bool_))  # type: ignore[misc]
    query = Query(lambda rows: np.ones(len(rows), dtype=np.bool_), "all")
    for number, part in enumerate(parts):
        query = query & part if number else part
    return query


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


def _by_code(rows: Assignments, wanted: tuple[str, ...], descendants: bool) -> Flags:
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


def _by_variables(rows: Assignments, wanted: Mapping[str, tuple[Value | None, ...]]) -> Flags:
    def fits(held: Mapping[str, Value]) -> bool:
        return all(held.get(name) in values for name, values in wanted.items())

    known = {name for document in rows.documents.values() for name in document.variables}
    for name in wanted:
        if name not in known:
            raise NotFoundError(f"no document has a variable {name!r}.{did_you_mean(name, known)}")
    answers = [fits(document.variables) for document in rows.documents.values()]
    return np.array(answers, dtype=np.bool_)[rows.document]


def _by_text(rows: Assignments, pattern: re.Pattern[str]) -> Flags:
    bodies = [document.text for document in rows.documents.values()]
    places = zip(rows.document.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True)
    found = [bool(pattern.search(bodies[at][start:end])) for at, start, end in places]
    return np.array(found, dtype=np.bool_)


def _by_other_codes(rows: Assignments, wanted: tuple[str, ...]) -> Flags:
    carrying = rows.segment[_by_code(rows, wanted, descendants=True)]
    return np.isin(rows.segment, carrying)
