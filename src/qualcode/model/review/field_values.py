"""The values that fields of a template can have: each type reads what people write and says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from qualcode.errors import ProjectError, did_you_mean
from qualcode.model.checks import (
    check_number,
    check_text,
    check_texts,
    check_whole,
    plain_scalar,
    shown,
)

__all__ = ["TYPES", "FieldValue", "Reader", "read_value_of", "value_text"]

FieldValue: TypeAlias = str | int | float | bool | list[str] | dict[str, Any]
"""A value as JSON holds it: several choices are a list, a number with its unit or an effect is a mapping."""

_NUMBER = r"[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_WITH_UNIT = re.compile(rf"\s*({_NUMBER})\s*(\S.*)?\s*\Z")
_EFFECT = re.compile(
    rf"\s*(?P<measure>[A-Za-z][\w ]*?)?\s*(?P<estimate>{_NUMBER})"
    rf"\s*[(\[]\s*(?P<low>{_NUMBER})\s*(?:–|-|to|,|;)\s*(?P<high>{_NUMBER})\s*[)\]]\s*\Z"
)
_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read_value_of(
    type: str,
    value: object,
    *,
    what: str,
    choices: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
) -> FieldValue:
    """Return a value of a field as it is kept.

    Parameters
    ----------
    type : str
        One of `TYPES`.
    value : object
        What was given, also as text, as cells of a table have it.
    what : str
        What it is, to begin a message with.
    choices, units : tuple of str
        Which there are.

    Raises
    ------
    ProjectError
        When it is no such value.

    Examples
    --------
    >>> read_value_of("interval", "RR 1.04 (0.92–1.17)", what="effect")
    {'measure': 'RR', 'estimate': 1.04, 'low': 0.92, 'high': 1.17}
    >>> read_value_of("number", "12 %", what="share", units=("%",))
    12
    """
    return TYPES[type](plain_scalar(value), what, choices, units)


def value_text(value: FieldValue | None) -> str:
    """Return a value as cells of a table have it, which `read_value_of` reads.

    Examples
    --------
    >>> value_text({"measure": "RR", "estimate": 1.04, "low": 0.92, "high": 1.17})
    'RR 1.04 (0.92–1.17)'
    >>> value_text(["a", "b"]), value_text(True), value_text({"value": 3, "unit": "km"})
    ('a; b', 'yes', '3 km')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, dict):
        if "unit" in value:
            return f"{value['value']} {value['unit']}"
        measure = f"{value['measure']} " if value.get("measure") else ""
        return f"{measure}{value['estimate']} ({value['low']}–{value['high']})"
    return str(value)


Reader: TypeAlias = Callable[[Any, str, tuple[str, ...], tuple[str, ...]], FieldValue]


def _text(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    return check_text(value, what=what, error=ProjectError, empty=False)


def _numeric(text: str) -> int | float:
    plain = text.replace("−", "-")
    return int(plain) if re.fullmatch(r"[-+]?\d+", plain) else float(plain)


def _number(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    unit: Any = None
    if isinstance(value, Mapping):
        value, unit = value.get("value"), value.get("unit")
    elif isinstance(value, tuple | list) and len(value) == 2:
        value, unit = value
    elif isinstance(value, str):
        found = _WITH_UNIT.match(value)
        if found is None:
            raise ProjectError(f"{what} must be a number{_in(units)}, not {shown(value)}")
        value, unit = _numeric(found[1]), found[2] and found[2].strip()
    check_number(value, what=what, error=ProjectError)
    if unit is None and len(units) > 1:
        raise ProjectError(f"{what}: {value} has no unit; give one of {', '.join(units)} behind it")
    if unit is not None and unit not in units:
        there = f"; there are {', '.join(units)}" if units else ", and this field has none"
        raise ProjectError(
            f"{what}: {unit!r} is no unit of it{there}.{did_you_mean(str(unit), units)}"
        )
    return {"value": value, "unit": unit} if len(units) > 1 else value


def _in(units: tuple[str, ...]) -> str:
    return f" in {' or '.join(units)}" if units else ""


def _integer(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    if isinstance(value, str) and re.fullmatch(r"\s*[-+−]?\d+\s*", value):
        value = _numeric(value.strip())
    elif isinstance(value, float) and value.is_integer():
        value = int(value)  # a sheet has no other numbers
    return check_whole(value, what=what, error=ProjectError)


def _year(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    year = _integer(value, what, (), ())
    return check_whole(year, what=f"{what} (a year)", error=ProjectError, least=1000, most=2999)


def _date(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = check_text(value, what=what, error=ProjectError, empty=False).strip()
    try:
        return date.fromisoformat(text[:10] if text[10:] == " 00:00:00" else text).isoformat()
    except ValueError as problem:
        raise ProjectError(f"{what} must be a date as 2026-01-31, not {shown(value)}") from problem


def _choice(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    text = check_text(value, what=what, error=ProjectError, empty=False).strip()
    folded = {each.casefold(): each for each in choices}
    if text.casefold() not in folded:
        raise ProjectError(
            f"{what}: {text!r} is none of its choices; there are {', '.join(choices)}."
            f"{did_you_mean(text, choices)}"
        )
    return folded[text.casefold()]


def _several(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    if isinstance(value, str):
        value = [each.strip() for each in value.split(";") if each.strip()]
    given = check_texts(value, what=what, error=ProjectError)
    if not given:
        raise ProjectError(f"{what} names none of its choices; there are {', '.join(choices)}")
    found = {str(_choice(each, what, choices, ())) for each in given}
    return [each for each in choices if each in found]


def _flag(value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]) -> FieldValue:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in _YES:
        return _YES[value.strip().casefold()]
    raise ProjectError(f"{what} must be yes or no, not {shown(value)}")


def _interval(
    value: Any, what: str, choices: tuple[str, ...], units: tuple[str, ...]
) -> FieldValue:
    said: dict[str, Any]
    if isinstance(value, Mapping):
        said = dict(value)
    elif isinstance(value, tuple | list) and len(value) == 3:
        said = dict(zip(("estimate", "low", "high"), value, strict=True))
    elif isinstance(value, str) and (found := _EFFECT.match(value)):
        said = {name: each for name, each in found.groupdict().items() if each is not None}
        said |= {name: _numeric(said[name]) for name in ("estimate", "low", "high")}
    else:
        raise ProjectError(
            f"{what} must be an estimate with its interval, as 'RR 1.04 (0.92–1.17)', not {shown(value)}"
        )
    unknown = [name for name in said if name not in ("measure", "estimate", "low", "high")]
    if unknown:
        raise ProjectError(f"{what}: {unknown[0]!r} is no part of an estimate with its interval")
    numbers = {
        name: check_number(said.get(name), what=f"{what}: {name}", error=ProjectError)
        for name in ("estimate", "low", "high")
    }
    if not numbers["low"] <= numbers["estimate"] <= numbers["high"]:
        raise ProjectError(
            f"{what}: the estimate {numbers['estimate']} does not lie in its interval, {numbers['low']} to "
            f"{numbers['high']}"
        )
    measure = check_text(said.get("measure") or "", what=f"{what}: measure", error=ProjectError)
    return {"measure": measure, **numbers} if measure else dict(numbers)


TYPES: Mapping[str, Reader] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "date": _date,
    "year": _year,
    "choice": _choice,
    "choices": _several,
    "yes/no": _flag,
    "interval": _interval,
}
"""The types of fields, each with what reads its values."""
