"""Times: every form in which people have them is one moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualcode.errors import ProjectError
from qualcode.model.log.rows import format_time, parse_times
from qualcode.model.times import as_moment, optional_time, time_text

MOMENT = 1_769_851_800_000_000  # 2026-01-31T09:30:00Z


@pytest.mark.parametrize(
    "given",
    [
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30",
        "2026-01-31 09:30",
        "2026-01-31T10:30+01:00",
        datetime(2026, 1, 31, 9, 30),
        datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        datetime(2026, 1, 31, 11, 30, tzinfo=timezone(timedelta(hours=2))),
        pd.Timestamp("2026-01-31 09:30:00.000000500"),
        np.datetime64("2026-01-31T09:30", "ns"),
        np.datetime64("2026-01-31T09:30", "m"),
    ],
    ids=str,
)
def test_a_moment_is_the_same_in_every_form(given: Any) -> None:
    assert as_moment(given) == MOMENT
    assert parse_times([time_text(given)]).tolist() == [MOMENT]


@pytest.mark.parametrize("given", ["2026-01-31", date(2026, 1, 31), np.datetime64("2026-01-31")])
def test_a_date_is_its_first_moment(given: Any) -> None:
    assert as_moment(given) == parse_times(["2026-01-31"])[0]


@pytest.mark.parametrize(
    "given",
    [None, "", "soon", "now", "2026-13-01", 3, 3.5, True, pd.NaT, b"2026", [], "2026-01-31T25:00"],
)
def test_anything_else_is_no_time(given: Any) -> None:
    with pytest.raises(ProjectError, match=r"since .*time"):
        as_moment(given, what="since", error=ProjectError)


def test_times_at_the_ends_of_the_calendar() -> None:
    for given in (datetime.min, datetime.max):
        assert time_text(given) == format_time(as_moment(given))
    early = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    with pytest.raises(ProjectError, match="years 1 to 9999"):
        as_moment(early, error=ProjectError)


def test_a_time_in_the_form_of_files_stays_as_it_is() -> None:
    assert time_text("2026-01-31T09") == "2026-01-31T09"
    assert optional_time(pd.NaT, what="time", error=ProjectError) is None
