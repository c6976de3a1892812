"""What data frames hold, cell by cell: texts, labels and what is missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from qualcode.errors import QualcodeError
from qualcode.model.checks import Raised, check_text, is_missing, plain_scalar, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cell_label", "cell_text", "check_frame", "named_columns"]


def check_frame(frame: Any, *, error: Raised) -> pd.DataFrame:
    """Return a pandas data frame.

    Raises
    ------
    QualcodeError
        When it is something else, such as a frame of another library.
    """
    if not (hasattr(frame, "columns") and hasattr(frame, "iloc")):
        raise error(f"frame must be a pandas DataFrame, not {shown(frame)}")
    checked: pd.DataFrame = frame
    return checked


def named_columns(frame: pd.DataFrame, *, error: Raised) -> list[str]:
    """Return the names of a frame's columns; numbers and dates as text.

    Raises
    ------
    QualcodeError
        When a column has no name, or two columns have the same.
    """
    names: list[str] = []
    for given in frame.columns:
        name = given if type(given) is str else None
        if name is None:
            name = cell_label(given, what="the name of a column of the frame", error=error)
        if name is None:
            raise error(f"a column of the frame has no name but {shown(given)}: rename it")
        check_text(name, what="the name of a column of the frame", error=error)
        if name in names:
            raise error(f"the frame has more than one column {name!r}: keep one, or rename it")
        names.append(name)
    return names


def cell_label(value: object, *, what: str, error: Raised = QualcodeError) -> str | None:
    """Return a cell as the label of something; None where it is empty.

    A number is its digits: pandas makes 1.0 of the whole number 1 where a column has gaps.

    Raises
    ------
    QualcodeError
        When it is neither text, nor a number, nor a date.

    Examples
    --------
    >>> cell_label(" P12 ", what="id"), cell_label(1.0, what="id"), cell_label(float("nan"), what="id")
    ('P12', '1', None)
    """
    if is_missing(value):
        return None
    value = plain_scalar(value)
    if isinstance(value, str):
        return check_text(value, what=what, error=error).strip() or None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | date) and not isinstance(value, bool) and not _is_endless(value):
        return str(value)
    raise error(f"{what} must be text or a number, not {shown(value)}")


def _is_endless(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > 1_000  # Python writes no such number


def cell_text(value: object, *, what: str, error: Raised = QualcodeError) -> str | None:
    """Return a cell's text as it is; None where it is missing or holds nothing but white space.

    Raises
    ------
    QualcodeError
        When it holds anything but text.
    """
    if is_missing(value):
        return None
    text = check_text(value, what=what, error=error)
    return text if text.strip() else None
