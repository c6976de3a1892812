"""Checks of what is passed in: each returns the value it was given, or says what to pass instead.

Nothing is converted but what means the same: a NumPy scalar is its plain value, and what pandas has for
"missing" is None where None is allowed. Values check themselves when they are made, so that what a project
holds can always be written and read again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from qualcode.errors import QualcodeError, did_you_mean

__all__ = [
    "check_choice",
    "check_flag",
    "check_number",
    "check_optional_text",
    "check_text",
    "check_texts",
    "check_whole",
    "is_missing",
    "plain_scalar",
    "shown",
]

_SHOWN = 60
Raised = type[QualcodeError]


def shown(value: object) -> str:
    """Return a value as a message shows it: its repr, cut where it is long, and its type.

    Examples
    --------
    >>> shown(3), shown("trust")
    ('3 (int)', "'trust' (str)")
    """
    try:
        told = repr(value)
    except Exception:  # a value whose own repr fails must not hide the message about it
        told = "a value"
    if len(told) > _SHOWN:
        told = told[: _SHOWN - 1] + "…"
    return f"{told} ({type(value).__name__})"


def is_missing(value: object) -> bool:
    """Tell whether a value says that nothing is known: None, NaN, and what pandas has for them."""
    # Without pandas, which need not be loaded; its NA cannot be compared, not even with itself.
    return (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float) and math.isnan(value))
    )


def plain_scalar(value: Any) -> Any:
    """Return the plain Python value of a NumPy scalar, and any other value as it is."""
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return value.item()
    return value


def check_text(value: object, *, what: str, error: Raised, empty: bool = True) -> str:
    """Return a text that a file can hold.

    Parameters
    ----------
    value : object
        What was passed.
    what : str
        What it is, to begin the message with: ``"code 'a': definition"``.
    error : type
        What is raised.
    empty : bool, default True
        Whether nothing but white space will do.

    Raises
    ------
    QualcodeError
        When it is no text, holds half of a surrogate pair or, unless `empty`, nothing but white space.
    """
    if not isinstance(value, str):
        advice = "leave it out" if is_missing(value) and empty else "pass text (str)"
        raise error(f"{what} must be text, not {shown(value)}: {advice}")
    if type(value) is not str:
        value = str.__str__(value)  # numpy.str_ and the like: files hold plain text
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as problem:
            raise error(
                f"{what}: code point {problem.start} is half of a surrogate pair, which no file can hold; "
                "decode the source again with the right encoding"
            ) from problem
    if not empty and not value.strip():
        raise error(f"{what} must not be empty")
    return value


def check_optional_text(value: object, *, what: str, error: Raised) -> str | None:
    """Return a text, or None where the value is None, NaN or pandas' NA; see `check_text`."""
    return None if is_missing(value) else check_text(value, what=what, error=error)


def check_texts(value: object, *, what: str, error: Raised) -> tuple[str, ...]:
    """Return one text, several or none as a tuple of texts; see `check_text`.

    Raises
    ------
    QualcodeError
        When it is neither text nor an iterable of texts.
    """
    if is_missing(value) or value == "":
        return ()
    if isinstance(value, str):
        return (check_text(value, what=what, error=error),)
    if not isinstance(value, Iterable) or isinstance(value, Mapping | bytes):
        raise error(f"{what} must be text or a list of texts, not {shown(value)}")
    return tuple(check_text(each, what=f"{what}: each entry", error=error) for each in value)


def check_flag(value: object, *, what: str, error: Raised) -> bool:
    """Return True or False.

    Raises
    ------
    QualcodeError
        When it is neither.
    """
    value = plain_scalar(value)
    if not isinstance(value, bool):
        raise error(f"{what} must be True or False, not {shown(value)}")
    return value


def check_whole(
    value: object, *, what: str, error: Raised, least: int | None = None, most: int | None = None
) -> int:
    """Return a whole number within bounds.

    Raises
    ------
    QualcodeError
        When it is no whole number (1.0 is none either, nor is True) or outside the bounds.
    """
    value = plain_scalar(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise error(f"{what} must be a whole number (int), not {shown(value)}")
    _check_bounds(value, what, error, least, most)
    return value


def check_number(
    value: object,
    *,
    what: str,
    error: Raised,
    least: float | None = None,
    most: float | None = None,
) -> float:
    """Return a finite number within bounds, as a float.

    Raises
    ------
    QualcodeError
        When it is no number, is infinite or NaN, or outside the bounds.
    """
    value = plain_scalar(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise error(f"{what} must be a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise error(f"{what} must be a finite number, not {shown(value)}")
    _check_bounds(number, what, error, least, most)
    return number


def _check_bounds(
    value: float, what: str, error: Raised, least: float | None, most: float | None
) -> None:
    if (least is not None and value < least) or (most is not None and value > most):
        if most is None:
            bounds = f"at least {least}"
        elif least is None:
            bounds = f"at most {most}"
        else:
            bounds = f"from {least} to {most}"
        raise error(f"{what} must be {bounds}, not {shown(value)}")


def check_choice(value: object, choices: Iterable[str], *, what: str, error: Raised) -> str:
    """Return one of some words.

    Raises
    ------
    QualcodeError
        When it is none of them; the message lists them and suggests the nearest.
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        guess = did_you_mean(value, known) if isinstance(value, str) else ""
        raise error(
            f"{what} must be one of {', '.join(map(repr, known))}, not {shown(value)}.{guess}"
        )
    return str.__str__(value)
