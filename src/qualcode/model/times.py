"""Times as people give them: ISO 8601, dates, and datetimes; without a time zone they are UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from qualcode.errors import QualcodeError
from qualcode.model.checks import Raised, is_missing, plain_scalar, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_moment", "optional_time", "time_shown", "time_text", "with_moments"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_RANGE = (datetime.min.replace(tzinfo=UTC) - _EPOCH, datetime.max.replace(tzinfo=UTC) - _EPOCH)
_STORED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?Z?\Z", re.ASCII)


def as_moment(value: object, *, what: str = "time", error: Raised = QualcodeError) -> int:
    """Return a time as microseconds since 1970 in UTC.

    Parameters
    ----------
    value : str, date or datetime
        ISO 8601, a date (its first moment), a datetime, or what NumPy and pandas have for them. What
        names no time zone is UTC.
    what : str
        What it is, to begin the message with.
    error : type
        What is raised.

    Raises
    ------
    QualcodeError
        When it is none of these.

    Examples
    --------
    >>> as_moment("1970-01-01T00:00:01Z"), as_moment(date(1970, 1, 2))
    (1000000, 86400000000)
    """
    value = plain_scalar(value)
    if isinstance(value, str):
        value = _parsed(value, what, error)
    elif is_missing(value) or not isinstance(value, date):
        raise error(
            f"{what} must be a time: text in ISO 8601, a date or a datetime, not {shown(value)}"
        )
    moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, datetime):
        # Made anew, since what pandas has for a datetime counts nanoseconds.
        moment = moment.replace(
            hour=value.hour,
            minute=value.minute,
            second=value.second,
            microsecond=value.microsecond,
            tzinfo=value.tzinfo or UTC,
            fold=value.fold,
        )
    since = moment - _EPOCH
    if not _RANGE[0] <= since <= _RANGE[1]:
        raise error(f"{what} must be in the years 1 to 9999 in UTC, not {shown(value)}")
    return since // _TICK


def _parsed(text: str, what: str, error: Raised) -> datetime:
    try:
        return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError as problem:
        raise error(
            f"{what} {shown(text)} is not a time in ISO 8601, such as 2026-01-31 or "
            "2026-01-31T09:30:00Z"
        ) from problem


def time_text(value: object, *, what: str = "time", error: Raised = QualcodeError) -> str:
    """Return a time as text in ISO 8601 and UTC; text that is that already stays as it is.

    Raises
    ------
    QualcodeError
        When it is no time; see `as_moment`.

    Examples
    --------
    >>> time_text(datetime(2026, 1, 31, 9, 30)), time_text("2026-01-31")
    ('2026-01-31T09:30:00Z', '2026-01-31')
    """
    if type(value) is str and _is_stored(value):
        return value
    moment = as_moment(value, what=what, error=error)
    return f"{(_EPOCH + moment * _TICK).replace(tzinfo=None).isoformat()}Z"


@lru_cache(maxsize=1_000)
def _is_stored(text: str) -> bool:
    """Tell whether a text is a time in the form that files have; many things share their time."""
    if not _STORED.match(text):
        return False
    try:
        as_moment(text)
    except QualcodeError:
        return False
    return True


def optional_time(value: object, *, what: str, error: Raised) -> str | None:
    """Return a time as text, or None where there is none; see `time_text`."""
    return None if is_missing(value) else time_text(value, what=what, error=error)


def time_shown(time: str, *, zone: bool = True) -> str:
    """Return a time of the log for people: to the minute, with its zone unless a heading has it.

    Examples
    --------
    >>> time_shown("2026-01-31T09:30:00Z"), time_shown("2026-01-31T09:30:00Z", zone=False)
    ('2026-01-31 09:30 UTC', '2026-01-31 09:30')
    >>> time_shown("2026-01-31")
    '2026-01-31'
    """
    shown = time[:16].replace("T", " ")
    return f"{shown} UTC" if zone and len(time) > len(shown) else shown


def with_moments(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose column ``time`` holds moments in UTC, and no text; those not known are NaT.

    Examples
    --------
    >>> import pandas as pd
    >>> with_moments(pd.DataFrame({"time": ["2026-01-31T09:30:00Z", "2026-01-31"]}))["time"].dtype
    datetime64[us, UTC]
    """
    import pandas as pd

    moments = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
    return frame.assign(time=moments.astype("datetime64[us, UTC]"))
