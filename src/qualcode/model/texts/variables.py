"""Values of variables: which there are, and how they are read and written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from qualcode.errors import DocumentError
from qualcode.model.checks import (
    Raised,
    check_mapping,
    check_text,
    is_missing,
    plain_scalar,
    shown,
)
from qualcode.model.mappings import Frozen

__all__ = [
    "Value",
    "check_value",
    "check_variables",
    "plain_value",
    "read_value",
    "type_name",
]

Value = str | int | float | bool | date
"""What a variable of a document or case may hold."""

_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    # bool before int: in Python every bool is an int.
    (bool, "true or false"),
    (int, "whole number"),
    (float, "number"),
    (date, "date"),
    (str, "text"),
)


_LARGEST = 2**63  # what a line of JSON can hold


def type_name(value: Value) -> str:
    """Return the name of a variable's type, as files and messages use it.

    Examples
    --------
    >>> type_name(True), type_name(3), type_name("north")
    ('true or false', 'whole number', 'text')
    """
    for kind, name in _TYPE_NAMES:
        if isinstance(value, kind):
            return name
    raise DocumentError(f"{shown(value)} cannot be a variable's value")


def check_value(value: object, *, what: str, error: Raised = DocumentError) -> Value | None:
    """Return the value of a variable as files can hold it; None for what is missing.

    Raises
    ------
    QualcodeError
        When it is neither text, nor a number, nor a date, nor true or false, or no file can hold it.

    Examples
    --------
    >>> from datetime import datetime
    >>> check_value(datetime(2026, 1, 31), what="seen"), check_value(float("nan"), what="age")
    (datetime.date(2026, 1, 31), None)
    """
    if type(value) is str:
        return check_text(value, what=what, error=error)
    value = plain_scalar(value)
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        midnight = value.time().isoformat() == "00:00:00"
        return date(value.year, value.month, value.day) if midnight else value.isoformat()
    if isinstance(value, bool | date):
        return value
    if isinstance(value, str):
        return check_text(value, what=what, error=error)
    if isinstance(value, int):
        if not -_LARGEST <= value < _LARGEST:
            raise error(f"{what} has more than 64 bits, which no file can hold: pass it as text")
        return int(value)
    if not isinstance(value, float):
        raise error(
            f"{what} holds {shown(value)}; variables hold text, numbers, dates, or true and false"
        )
    if math.isinf(value):
        raise error(f"{what} is infinite, which no file can hold")
    return float(value)


def plain_value(value: Value | None) -> Any:
    """Return a variable's value as JSON holds it; a date says that it is one."""
    return {"date": value.isoformat()} if isinstance(value, date) else value


def read_value(value: Any) -> Any:
    """Return the value that JSON holds.

    Raises
    ------
    DocumentError
        When it is an object that is no date.
    """
    if not isinstance(value, dict):
        return value
    try:
        return date.fromisoformat(value["date"])
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"{value!r} is no date of the form {{'date': 'YYYY-MM-DD'}}") from error


def check_variables(
    variables: Mapping[str, Value | None] | None, *, where: str
) -> Mapping[str, Value]:
    """Return variables as a frozen mapping; ``None`` and NaN mean "not known" and are left out.

    Raises
    ------
    DocumentError
        For a name that is not text or is empty, and for a value that variables do not have.
    """
    kept: dict[str, Value] = {}
    given = check_mapping(variables, what=f"{where}: variables", error=DocumentError)
    for name, each in given.items():
        name = check_text(
            name, what=f"{where}: a variable's name", error=DocumentError, empty=False
        )
        value = check_value(each, what=f"{where}: variable {name!r}")
        if value is not None:
            kept[name] = value
    return Frozen(dict(sorted(kept.items())))
