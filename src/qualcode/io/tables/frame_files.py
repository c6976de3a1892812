"""Data frames as CSV files that spreadsheet programs open rightly."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qualcode.io.tables.guards import guarded_formula
from qualcode.model.checks import Raised

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_csv"]


def write_csv(frame: pd.DataFrame, path: Path, *, error: Raised) -> None:
    """Write a frame as CSV that spreadsheet programs open rightly: with a byte order mark, formulas guarded.

    Raises
    ------
    QualcodeError
        When the file cannot be written.
    """
    safe = frame.rename(columns=_safe)
    for at in range(len(safe.columns)):
        if safe.dtypes.iloc[at].kind == "O":
            safe.isetitem(at, list(map(_safe, safe.iloc[:, at])))
    try:
        safe.to_csv(
            path,
            index=False,
            lineterminator="\n",
            quoting=_quoting(safe),
            # Without the mark, Excel takes the file for one in the encoding of the country.
            encoding="utf-8-sig",
        )
    except OSError as fault:
        raise error(f"{path}: cannot be written: {fault.strerror or fault}") from fault


def _safe(cell: Any) -> Any:
    return guarded_formula(cell) if isinstance(cell, str) else cell


def _quoting(frame: pd.DataFrame) -> Literal[0, 2]:
    """Return how to quote: as little as possible, unless that would break lines on reading."""
    cells = (cell for column in frame for cell in frame[column] if isinstance(cell, str))
    # Python's writer leaves a carriage return alone where lines end with a line feed.
    return csv.QUOTE_NONNUMERIC if any("\r" in cell for cell in cells) else csv.QUOTE_MINIMAL
