"""What one criterion of a query may be: each is checked, and kept in the form in which it is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypedDict

from qualcode.errors import AssignmentError, did_you_mean
from qualcode.model.checks import (
    check_choice,
    check_flag,
    check_mapping,
    check_text,
    check_texts,
    is_missing,
    looked_up,
    plain_scalar,
    shown,
)
from qualcode.model.log.rows import format_time
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Heard, Value, check_value
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.segmenters import SEGMENTERS, Segmenter
from qualcode.model.texts.speakers import ROLES
from qualcode.model.texts.spoken import speaker_names
from qualcode.model.times import as_moment

__all__ = ["OF_PLACES", "UNITS", "Criteria", "Unit", "check_query_unit", "checked_criteria"]

Unit = str | re.Pattern[str] | Segmenter
"""What text is cut into: a name, a compiled regular expression, or a segmenter."""

UNITS = tuple(dict.fromkeys(["segment", *SEGMENTERS, "case"]))
"""The units that have a name."""

OF_PLACES = frozenset(["all", "document", "variables", "text", "speaker", "role"])
"""The criteria that are of a place, whoever coded it; the others are of an assignment."""


class Criteria(TypedDict, total=False):
    """The criteria of `where` by name, for functions that hand them on."""

    code: str | Iterable[str] | None
    descendants: bool
    coder: str | Iterable[str] | None
    document: str | Iterable[str] | None
    variables: Mapping[str, Value | Iterable[Value]] | None
    since: str | date | None
    until: str | date | None
    text: str | Iterable[str] | re.Pattern[str] | None
    speaker: str | Iterable[str] | None
    role: str | Iterable[str] | None
    also: str | Iterable[str] | None
    origin: str | Iterable[str] | None
    test: Callable[[Any], bool] | None


def checked_criteria(
    *,
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
) -> Iterator[tuple[str, Any, Any, bool]]:
    """Yield each criterion that is given: its name, what was given, that to be compared, and descendants.

    Raises
    ------
    AssignmentError
        When one is of a type that it cannot be.
    """
    if not (test is None or callable(test)):
        raise AssignmentError(f"test must be a function of an assignment, not {shown(test)}")
    below = check_flag(descendants, what="descendants", error=AssignmentError)
    checks: tuple[tuple[str, object, Callable[[str, Any], tuple[Any, Any]]], ...] = (
        ("code", code, _ids),
        ("coder", coder, _ids),
        ("document", document, _ids),
        ("variables", variables, _variables),
        ("since", since, _moment),
        ("until", until, _moment),
        ("text", text, _text),
        ("speaker", speaker, _speaker),
        ("role", role, _role),
        ("also", also, _ids),
        ("origin", origin, _ids),
        ("test", test, lambda _, given: (given, given)),
    )
    # All are checked before anything is made of the first.
    found = [
        (name, *check(name, given), below if name == "code" else True)
        for name, given, check in checks
        if given is not None
    ]
    yield from found


def check_query_unit(unit: object) -> Unit:
    """Return a unit that queries know.

    Raises
    ------
    AssignmentError
        When it is none; the message suggests the nearest name.
    """
    if isinstance(unit, re.Pattern) and isinstance(unit.pattern, bytes):
        raise AssignmentError(f"unit {shown(unit.pattern)} finds bytes: make it of text")
    if isinstance(unit, re.Pattern) or callable(unit):
        return unit
    if not isinstance(unit, str) or unit not in UNITS:
        raise AssignmentError(
            f"{looked_up(unit)} is no unit; there are {', '.join(UNITS)}, a compiled regular expression, "
            f"and any segmenter.{did_you_mean(unit, UNITS)}"
        )
    return str(unit)


def _lone(values: tuple[Any, ...]) -> Any:
    """Return one value by itself, so that the same question is written, and compared, in one way."""
    return values[0] if len(values) == 1 else values


def _ids(name: str, given: Any) -> tuple[Any, tuple[str, ...]]:
    # What is missing in a frame must not select everything, as None does.
    if is_missing(given):
        raise AssignmentError(f"{name} is missing ({shown(given)}): leave it out, or pass text")
    # An empty text is listed as nothing, but was meant to be an id.
    ids = ("",) if isinstance(given, str) and not given else check_texts(
        given, what=name, error=AssignmentError
    )  # fmt: skip
    return _lone(ids), ids


def _variables(name: str, given: Any) -> tuple[Any, Any]:
    wanted: dict[str, tuple[Value | None, ...]] = {}
    for each, value in check_mapping(given, what=name, error=AssignmentError).items():
        each = check_text(each, what=f"{name}: each name", error=AssignmentError)
        value = plain_scalar(value)
        lone = isinstance(value, str | bytes) or not isinstance(value, Iterable)
        wanted[each] = tuple(
            check_value(one, what=f"{name}: {each!r}", error=AssignmentError)
            for one in ([value] if lone else value)
        )
    return Frozen({each: _lone(values) for each, values in wanted.items()}), Frozen(wanted)


def _moment(name: str, given: Any) -> tuple[Any, int]:
    moment = as_moment(given, what=name, error=AssignmentError)
    if isinstance(given, str):
        return str(given), moment
    return format_time(moment).removesuffix("T00:00:00Z"), moment


def _text(name: str, given: Any) -> tuple[Any, Any]:
    if isinstance(given, re.Pattern):
        if isinstance(given.pattern, bytes):
            raise AssignmentError(f"{name} {shown(given.pattern)} finds bytes: make it of text")
        return given, given
    if is_missing(given):
        raise AssignmentError(f"{name} is missing ({shown(given)}): leave it out, or pass text")
    wanted = (given,) if isinstance(given, str) else given
    wanted = check_texts(wanted, what=name, error=AssignmentError)
    if not wanted:
        raise AssignmentError(f"{name} is an empty list: give the words to find")
    Keywords.of(wanted, error=lambda message: AssignmentError(f"{name}: {message}"))
    return _lone(wanted), wanted


def _speaker(name: str, given: Any) -> tuple[Any, Heard]:
    names = speaker_names(given, error=AssignmentError)
    return _lone(check_texts(given, what=name, error=AssignmentError)), Heard(speakers=names)


def _role(name: str, given: Any) -> tuple[Any, Heard]:
    roles = check_texts(given, what=name, error=AssignmentError)
    if not roles:
        raise AssignmentError(f"{name} is an empty list: give {' or '.join(ROLES)}")
    for each in roles:
        check_choice(each, ROLES, what=name, error=AssignmentError)
    return _lone(roles), Heard(roles=frozenset(roles))
