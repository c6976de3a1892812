"""Odd values: what people pass by mistake, and what frames, other libraries and other systems hand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

__all__ = ["ODD", "odd_values"]


def _pandas(name: str, *arguments: Any) -> Any:
    import pandas as pd

    found = getattr(pd, name)
    return found(*arguments) if arguments else found


class _Unprintable:
    """An object that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def _of_itself() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


ODD: Mapping[str, Callable[[], Any]] = {
    "None": lambda: None,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "pd.NA": lambda: _pandas("NA"),
    "pd.NaT": lambda: _pandas("NaT"),
    "True": lambda: True,
    "0": lambda: 0,
    "-1": lambda: -1,
    "3": lambda: 3,
    "3.5": lambda: 3.5,
    "10**30": lambda: 10**30,
    "10**5000": lambda: 10**5000,
    "1j": lambda: 1j,
    "empty text": lambda: "",
    "blank text": lambda: " \n",
    "text": lambda: "x",
    "NUL": lambda: "\0",
    "half a surrogate pair": lambda: "\ud800",
    "con": lambda: "con",
    "bytes": lambda: b"x",
    "[]": lambda: [],
    "['x']": lambda: ["x"],
    "[3]": lambda: [3],
    "[None]": lambda: [None],
    "a list of itself": _of_itself,
    "('x', 3)": lambda: ("x", 3),
    "{}": dict,
    "{'x': 3}": lambda: {"x": 3},
    "{3: 'x'}": lambda: {3: "x"},
    "{'x'}": lambda: {"x"},
    "an iterator": lambda: iter(["x"]),
    "object()": object,
    "an object without a repr": _Unprintable,
    "a class": lambda: int,
    "a function": lambda: lambda *given, **named: None,
    "date": lambda: date(2026, 1, 31),
    "datetime": lambda: datetime(2026, 1, 31, 9, 30),
    "datetime with a zone": lambda: datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
    "Path": lambda: Path("x"),
    "np.int64": lambda: np.int64(3),
    "np.float32 NaN": lambda: np.float32("nan"),
    "np.bool": lambda: np.bool_(True),
    "np.str_": lambda: np.str_("x"),
    "np.datetime64": lambda: np.datetime64("2026-01-31T09:30", "ns"),
    "np.datetime64 NaT": lambda: np.datetime64("NaT"),
    "array": lambda: np.array([1, 2]),
    "array of texts": lambda: np.array(["x", "y"]),
    "array without axes": lambda: np.array(3),
    "Series": lambda: _pandas("Series", ["x", "y"]),
    "DataFrame": lambda: _pandas("DataFrame", {"x": [1, 2]}),
    "Timestamp": lambda: _pandas("Timestamp", "2026-01-31 09:30"),
}
"""Odd values by name, each made anew when it is asked for."""


def odd_values() -> st.SearchStrategy[Any]:
    """Return a strategy for what people pass by mistake.

    Draws None, NaN and pandas' NA, numbers, texts that no file can hold, bytes, lists, mappings, functions,
    dates, paths, and what NumPy and pandas have for all these. Whatever the public functions do not refuse
    must survive being written and read.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(odd_values(), lambda value: isinstance(value, bytes))
    b'x'
    """
    return st.sampled_from(list(ODD.values())).map(lambda make: make())
