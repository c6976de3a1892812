"""Checks of the arguments that many statistics share; see `qualcode.model.checks` for the others."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import (
    Raised,
    check_choice,
    check_number,
    check_text,
    check_whole,
    looked_up,
    plain_scalar,
    shown,
)
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segmenters import SEGMENTERS, Segmenter

__all__ = [
    "MOST",
    "check_aligned",
    "check_between",
    "check_confidence",
    "check_count",
    "check_function",
    "check_labels",
    "check_list",
    "check_one_of",
    "check_progress",
    "check_resamples",
    "check_unit",
    "check_variable",
    "check_whole_texts",
    "index_of",
    "is_among",
    "is_blank",
    "label_names",
    "numbers",
]

MOST = 10**9
"""More than this of anything is a mistake, and would never end."""

T = TypeVar("T")
_UNITS = tuple(dict.fromkeys(["segment", "document", "case", *SEGMENTERS]))


def check_unit(unit: object, *, also: Iterable[str] = ()) -> str | re.Pattern[str] | Segmenter:
    """Return a unit of counting: a name, a compiled regular expression or a segmenter.

    Parameters
    ----------
    unit : object
        What was passed.
    also : iterable of str
        Names beside those of all units of counting.

    Raises
    ------
    StatisticsError
        When it is none of these; the message suggests the nearest name.
    """
    if isinstance(unit, re.Pattern) or callable(unit):
        return unit
    known = (*also, *_UNITS)
    if not isinstance(unit, str) or unit not in known:
        raise StatisticsError(
            f"{looked_up(unit)} is no unit of counting; there are {', '.join(known)}, a compiled regular "
            f"expression, and any segmenter.{did_you_mean(unit, known)}"
        )
    return str(unit)


def check_variable(name: object, *, what: str = "variable") -> str:
    """Return the name of a variable."""
    return check_text(name, what=f"{what}: the name of a variable", error=StatisticsError)


def check_one_of(value: object, choices: Iterable[str], *, what: str) -> Any:
    """Return one of some words."""
    return check_choice(value, choices, what=what, error=StatisticsError)


def check_count(value: object, *, what: str, least: int = 0, most: int = MOST) -> int:
    """Return a number of things."""
    number = check_whole(value, what=what, error=StatisticsError, least=least)
    if number > most:
        raise StatisticsError(f"{what} must be at most {most:,}, not {shown(value)}")
    return number


def check_resamples(value: object, *, what: str = "n_resamples", least: int = 1) -> int:
    """Return how many samples are to be drawn."""
    return check_count(value, what=what, least=least, most=MOST)


def check_between(value: object, low: float, high: float, *, what: str, advice: str = "") -> float:
    """Return a number strictly between two others."""
    number = check_number(value, what=what, error=StatisticsError)
    if not low < number < high:
        raise StatisticsError(
            f"{what} must lie between {low:g} and {high:g}, not {shown(value)}"
            + (f": {advice}" if advice else "")
        )
    return number


def check_confidence(value: object) -> float:
    """Return the level of an interval."""
    return check_between(
        value, 0, 1, what="confidence", advice="give a share between 0 and 1, such as 0.95"
    )


def check_function(value: T, *, what: str) -> T:
    """Return what can be called."""
    if not callable(value):
        raise StatisticsError(f"{what} must be a function, not {shown(value)}")
    return value


def check_labels(value: object, *, what: str) -> tuple[Any, ...]:
    """Return a list of labels as a tuple; whatever can be a key of a dict is a label, and a text is many."""
    labels = tuple(value) if isinstance(value, str) else check_list(value, what=what, of="labels")
    for label in labels:
        if not isinstance(label, Hashable) or not _is_hashed(label):
            raise StatisticsError(f"{what}: {shown(label)} is no label: give texts or numbers")
    return labels


def label_names(labels: object, count: int, *, of: str = "codes") -> npt.NDArray[Any]:
    """Return a name for each of some columns: labels, or their positions where there are none."""
    if labels is None:
        return np.arange(count)
    given = check_labels(labels, what="labels")
    if len(given) != count:
        raise StatisticsError(f"{len(given)} labels for {count} {of}: give one for each")
    names = np.empty(count, dtype=object)
    names[:] = given
    return names


def _is_hashed(label: Hashable) -> bool:
    try:
        hash(label)
    except TypeError:  # a tuple that holds a list says that it is hashable
        return False
    return True


def index_of(table: Any) -> Any:
    """Return the index of a pandas object, or None where it has none or only counts."""
    index = getattr(table, "index", None)
    if not hasattr(table, "iloc") or index is None:
        return None
    counted = getattr(index, "step", None) == 1 and getattr(index, "start", None) == 0
    return None if counted else index


def is_blank(label: Any) -> bool:
    """Tell whether a label is a text of nothing but white space."""
    return isinstance(label, (str, bytes)) and not label.strip()


def check_aligned(**tables: object) -> None:
    """Check that the indexes of pandas objects name the same rows in the same order.

    Parameters
    ----------
    **tables : object
        What was passed, by the name of its argument; what is no pandas object names no rows.

    Raises
    ------
    StatisticsError
        When two differ: taken by position, numbers of one row would meet those of another.

    Examples
    --------
    >>> check_aligned(carrying=[1, 2], units=(3, 4))
    """
    first: tuple[str, Any] | None = None
    for name, table in tables.items():
        if (index := index_of(table)) is None:
            continue
        if first is not None and index.tolist() != first[1].tolist():
            raise StatisticsError(
                f"{name} is indexed {shown(index.tolist()[:5])} and {first[0]} "
                f"{shown(first[1].tolist()[:5])}: bring them into one order with {name}.reindex, or give "
                ".to_numpy() where they are in one"
            )
        first = first or (name, index)


def is_among(value: object, known: Iterable[object]) -> bool:
    """Tell whether something is one of some plain values, whatever it is."""
    return any(type(value) is type(each) and value == each for each in known)


def check_progress(value: T) -> T:
    """Return what is told how far a computation is: a function, or nothing."""
    return value if value is None else check_function(value, what="progress")


def check_list(value: object, *, what: str, of: str = "texts") -> tuple[Any, ...]:
    """Return a list as a tuple; a text is no list.

    Raises
    ------
    StatisticsError
        When it is none.
    """
    value = plain_scalar(value)
    if (
        not isinstance(value, Iterable)
        or isinstance(value, str | bytes | bytearray)
        or getattr(value, "ndim", 1) != 1
    ):
        raise StatisticsError(f"{what} must be a list of {of}, not {shown(value)}")
    return tuple(value)


def numbers(
    value: object,
    *,
    what: str,
    ndim: int | None = None,
    whole: bool = False,
    least: float | None = None,
    keep: bool = False,
    error: Raised = StatisticsError,
) -> npt.NDArray[Any]:
    """Return an array of numbers: of float64 or, where they must be whole, of int64.

    Parameters
    ----------
    value : object
        What was passed.
    what : str
        What it is, to begin the message with.
    ndim : int, optional
        How many dimensions it must have.
    whole : bool, default False
        Whether all numbers must be whole.
    least : float, optional
        The least that a number may be; NaN is refused with it.
    keep : bool, default False
        Whether whole numbers stay what they are.
    error : type
        What is raised.

    Raises
    ------
    StatisticsError
        When it holds anything but numbers, or is of another shape.

    Examples
    --------
    >>> numbers([1, 2], what="counts", whole=True)
    array([1, 2])
    """
    try:
        table = np.asarray(value)
        if table.dtype.kind == "O" and _all_numbers(table):
            table = table.astype(np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError):
        table = np.empty(0, dtype=object)  # rows of several lengths, or no table at all
    if table.dtype.kind not in "biuf":
        raise error(f"{what} must be numbers, an array or a list of them, not {shown(value)}")
    if ndim is not None and table.ndim != ndim:
        raise error(f"{what} must have {ndim} dimensions, not the shape {table.shape}")
    if whole:
        if not _is_whole(table):
            raise error(f"{what} must be whole numbers, not {shown(value)}")
        table = table.astype(np.int64, copy=False)
    elif not keep:
        table = table.astype(np.float64, copy=False)
    if least is not None and not np.all(table >= least):
        raise error(f"{what} must be at least {least:g}, not {shown(value)}")
    return table


def _all_numbers(table: npt.NDArray[Any]) -> bool:
    return all(
        isinstance(each, int | float | np.number) and not isinstance(each, bool)
        for each in table.ravel().tolist()
    )


def _is_whole(table: npt.NDArray[Any]) -> bool:
    if table.dtype.kind != "f":
        return table.dtype != np.uint64 or bool(np.all(table <= np.iinfo(np.int64).max))
    small = np.isfinite(table) & (np.abs(np.where(np.isfinite(table), table, 0)) < 2.0**53)
    return bool(np.all(small) and np.all(table == np.floor(table)))


def check_whole_texts(documents: Iterable[Document]) -> None:
    """Refuse to go through texts by characters of which the words of some count only.

    Raises
    ------
    StatisticsError
        When others' words would count as text that both left uncoded.
    """
    if any(each.heard is not None for each in documents):
        raise StatisticsError(
            "agreement by characters is of whole texts, and here the words of some speakers count only: "
            "compare by unit='turn' or 'sentence', or all of the text"
        )
