"""Checks of what is passed in: each returns the value it was given, or says what to pass instead.

Nothing is converted but what means the same: a NumPy scalar is its plain value, and what pandas has for
"missing" is None where None is allowed. Values check themselves when they are made, so that what a project
holds can always be written and read again.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from qualcode.errors import CodebookError, QualcodeError, did_you_mean

__all__ = [
    "Check",
    "Raised",
    "check_choice",
    "check_flag",
    "check_items",
    "check_kind",
    "check_label",
    "check_mapping",
    "check_named",
    "check_number",
    "check_optional_text",
    "check_path",
    "check_stream",
    "check_text",
    "check_text_mapping",
    "check_texts",
    "check_whole",
    "is_missing",
    "listed",
    "looked_up",
    "plain_scalar",
    "settle",
    "shown",
]

_SHOWN = 60
Raised = Callable[[str], QualcodeError]
Check = Callable[..., Any]
"""Takes a value, what it is and the error to raise, and returns the value as it is kept."""

T = TypeVar("T")


def shown(value: object) -> str:
    """Return a value as a message shows it: its repr, cut where it is long, and its type.

    Examples
    --------
    >>> shown(3), shown("trust")
    ('3 (int)', "'trust' (str)")
    """
    return f"{_cut(value)} ({type(value).__name__})"


def looked_up(key: object) -> str:
    """Return a key as a message about a missed look-up shows it; with its type if it is no text.

    Examples
    --------
    >>> looked_up(3), looked_up("trust")
    ('3 (int)', "'trust'")
    """
    return _cut(key) if isinstance(key, str) else shown(key)


def _cut(value: object) -> str:
    try:
        told = repr(value)
    except Exception:  # a value whose own repr fails must not hide the message about it
        return "a value"
    if not isinstance(value, str):
        told = " ".join(told.split())  # arrays and frames are shown in several lines
    return told if len(told) <= _SHOWN else told[: _SHOWN - 1] + "…"


def is_missing(value: object) -> bool:
    """Tell whether a value says that nothing is known: None, NaN, and what NumPy and pandas have for them."""
    if value is None:
        return True
    if isinstance(value, str):
        return False
    value = plain_scalar(value)
    # Without pandas, which need not be loaded; its NA cannot be compared, not even with itself.
    return (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float) and math.isnan(value))
    )


def plain_scalar(value: Any) -> Any:
    """Return the plain Python value of a NumPy scalar, and any other value as it is.

    Examples
    --------
    >>> import numpy as np
    >>> plain_scalar(np.int64(3)), plain_scalar(np.datetime64("2026-01-31T09:30", "ns"))
    (3, datetime.datetime(2026, 1, 31, 9, 30))
    """
    if type(value).__module__ != "numpy" or getattr(value, "ndim", None) != 0:
        return value
    kind = value.dtype.kind
    if kind == "M" and value.dtype != "datetime64[D]":
        # Finer times would come out as a number of nanoseconds.
        value = value.astype("datetime64[us]")
    plain = value.item()
    return value if kind in "mM" and isinstance(plain, int) else plain


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
        raise error(f"{what} must be text that is not empty, not {shown(value)}")
    return value


def check_optional_text(value: object, *, what: str, error: Raised) -> str | None:
    """Return a text, or None where the value is None, NaN or pandas' NA; see `check_text`."""
    return None if is_missing(value) else check_text(value, what=what, error=error)


def check_label(value: object, *, what: str, error: Raised) -> str:
    """Return a text, or the empty one where the value is None, NaN or pandas' NA; see `check_text`."""
    return "" if is_missing(value) else check_text(value, what=what, error=error)


def listed(value: Iterable[str] | None) -> tuple[str, ...]:
    """Return one text, several or none as a tuple; what is neither stays as it is, for a check to name.

    Examples
    --------
    >>> listed("once"), listed(["a", "b"]), listed(None), listed(3)
    (('once',), ('a', 'b'), (), 3)
    """
    if type(value) is tuple:
        return value
    value = plain_scalar(value)
    if isinstance(value, str):
        return (value,) if value else ()
    if is_missing(value):
        return ()
    return value if _is_no_list(value) else tuple(value)  # type: ignore[return-value]


def _is_no_list(value: object) -> bool:
    return not isinstance(value, Iterable) or isinstance(value, Mapping | bytes | bytearray)


def check_texts(value: object, *, what: str, error: Raised) -> tuple[str, ...]:
    """Return one text, several or none as a tuple of texts; see `check_text`.

    Raises
    ------
    QualcodeError
        When it is neither text nor an iterable of texts.
    """
    texts: Any = listed(value)  # type: ignore[arg-type]
    if not isinstance(texts, tuple):
        raise error(f"{what} must be text or a list of texts, not {shown(value)}")
    if all(type(each) is str and each.isascii() for each in texts):
        return texts
    return tuple(check_text(each, what=f"{what}: each entry", error=error) for each in texts)


def check_named(value: object, *, what: str, error: Raised = QualcodeError) -> tuple[str, ...]:
    """Return one text or several as a tuple of texts; naming none is no way to name all.

    Raises
    ------
    QualcodeError
        When it is neither text nor an iterable of texts, or there are none.

    Examples
    --------
    >>> check_named("ana", what="coders")
    ('ana',)
    """
    texts = check_texts(value, what=what, error=error)
    if not texts:
        raise error(f"{what} names none: leave {what}= out for all of them")
    return texts


def check_kind(value: object, kind: type[T], *, what: str, error: Raised, advice: str = "") -> T:
    """Return a value that is of a type.

    Raises
    ------
    QualcodeError
        When it is of another; `advice` says how to get one.
    """
    if not isinstance(value, kind):
        name = kind.__name__
        article = "an" if name[0] in "AEIOU" else "a"
        raise error(
            f"{what} must be {article} {name}, not {shown(value)}"
            + (f": {advice}" if advice else "")
        )
    return value


def check_items(
    value: object, kind: type[T], *, what: str, error: Raised, advice: str = ""
) -> tuple[T, ...]:
    """Return the entries of a list, of which each is of a type; nothing for what is missing.

    Raises
    ------
    QualcodeError
        When it is no list, or an entry is of another type; `advice` says how to get one.
    """
    items: tuple[Any, ...] = tuple(_listed(value, kind, what=what, error=error, advice=advice))
    if all(type(each) is kind for each in items):
        return items
    return tuple(
        check_kind(each, kind, what=f"{what}: each entry", error=error, advice=advice)
        for each in items
    )


def check_stream(value: object, kind: type[T], *, what: str, error: Raised) -> Iterator[T]:
    """Return an iterator over the entries of a list, of which each is checked when its turn comes.

    For what may be very long: nothing is read that is not asked for. What is no list is refused at once.

    Raises
    ------
    QualcodeError
        When it is no list, or an entry is of another type.
    """
    entries = _listed(value, kind, what=what, error=error, advice="")
    return (check_kind(each, kind, what=f"{what}: each entry", error=error) for each in entries)


def _listed(
    value: object, kind: type[Any], *, what: str, error: Raised, advice: str
) -> Iterable[Any]:
    value = plain_scalar(value)
    if is_missing(value):
        return ()
    # A mapping is the list of its keys, as a dict without values is where order counts.
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | bytearray | kind):
        raise error(
            f"{what} must be a list, each entry of type {kind.__name__}, not {shown(value)}"
            + (f": {advice}" if advice else "")
        )
    return value


def check_mapping(value: object, *, what: str, error: Raised) -> Mapping[Any, Any]:
    """Return a mapping; an empty one for what is missing.

    Raises
    ------
    QualcodeError
        When it is none.
    """
    if is_missing(value):
        return {}
    if not isinstance(value, Mapping):
        raise error(f"{what} must be a mapping (dict), not {shown(value)}")
    return value


def check_text_mapping(value: object, *, what: str, error: Raised) -> dict[str, str]:
    """Return a mapping of texts to texts as a dict, less the entries whose value is missing.

    Raises
    ------
    QualcodeError
        When it is no mapping, or holds something else.
    """
    return {
        check_text(name, what=f"{what}: each name", error=error): check_text(
            each, what=f"{what}[{_cut(name)}]", error=error
        )
        for name, each in check_mapping(value, what=what, error=error).items()
        if not is_missing(each)
    }


def check_path(value: object, *, what: str, error: Raised) -> Path:
    """Return a path given as text or path.

    Raises
    ------
    QualcodeError
        When it is neither, or no file can have the name.
    """
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str):
        raise error(f"{what} must be a path (str or Path), not {shown(value)}")
    try:
        named = os.fsencode(path)
    except UnicodeEncodeError:
        named = b"\0"
    if b"\0" in named:
        raise error(f"{what} {shown(path)} holds what no file's name can")
    return Path(path)


def settle(
    value: object,
    checks: Mapping[str, Check],
    *,
    where: str,
    error: Raised,
    at: tuple[str | int, ...] = (),
) -> None:
    """Check the fields of an attrs instance that is being made, and set them to what the checks return.

    Parameters
    ----------
    value : object
        An instance of an attrs class, frozen or not.
    checks : mapping of str to callable
        For each field the check that it must pass.
    where : str
        Whose fields they are, to begin messages with.
    error : type
        What is raised.
    at : tuple of str and int
        Where the value stands in a codebook's record, for `CodebookError`.
    """
    for name, check in checks.items():
        given = getattr(value, name)
        # Most fields of most values are plain text, or nothing; so this is seen without a call.
        kind = type(given)
        if kind is str:
            if given.isascii() and check in _OF_TEXT:
                continue
        elif kind is tuple:
            if not given:
                continue
        elif (given is None and check in _OR_NONE) or (given is True and check is check_flag):
            continue
        try:
            kept = check(given, what=f"{where}: {name}", error=error)
        except CodebookError as problem:
            problem.at = problem.at or ((*at, name) if at else ())
            raise
        if kept is not given:
            object.__setattr__(value, name, kept)


def check_flag(value: object, *, what: str, error: Raised) -> bool:
    """Return True or False.

    Raises
    ------
    QualcodeError
        When it is neither.
    """
    if value is True or value is False:
        return value
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
    return int(value)


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


_OF_TEXT = frozenset([check_text, check_optional_text, check_label])
_OR_NONE = frozenset([check_optional_text])
