"""Several tables as the sheets of one XLSX file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import StoreError
from qualcode.io.tables.cells import CELL_LIMIT, Cell, Column, Table, clean, write_tables
from qualcode.model.ids import unique_slug

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_workbook"]

_LONGEST_NAME = 31
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\]")
_WIDEST = 70
_LOOKED_AT = 200
"""Rows that say how wide a column is."""
_LAID_OUT = 5_000
"""Rows up to which cells are wrapped: beyond, a spreadsheet program is slow with them."""


def write_workbook(path: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write data frames as the sheets of one file, which is replaced where it is there.

    Parameters
    ----------
    path : Path
        A file that ends with ``.xlsx``.
    frames : mapping of str to DataFrame
        The tables, by the names of their sheets.

    Raises
    ------
    StoreError
        When the file cannot be written, or a table has more rows than a sheet.
    MissingExtraError
        When openpyxl is not installed (extra ``xlsx``).
    """
    taken: set[str] = set()
    tables = []
    for name, frame in frames.items():
        sheet = _sheet_name(name, taken)
        taken.add(sheet.casefold())
        tables.append(_table(sheet, frame))
    write_tables(path, tables, error=StoreError, replace=True)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet can have and that no other has, whatever its case."""
    plain = _UNNAMEABLE.sub("-", name)[:_LONGEST_NAME]
    if plain.casefold() not in taken:
        return plain
    slug = unique_slug(plain[: _LONGEST_NAME - 4], taken, default="t")
    return slug[:_LONGEST_NAME]


def _table(name: str, frame: pd.DataFrame) -> Table:
    rows = [[*map(_cell, row)] for row in frame.itertuples(index=False, name=None)]
    heads = [clean(str(each)) for each in frame.columns] or ["(nothing)"]
    columns = [
        Column(head, _width(head, at, rows), format=_format(at, rows))
        for at, head in enumerate(heads)
    ]
    return Table(name, columns, rows, plain=len(rows) > _LAID_OUT, fixed=1)


def _width(head: str, at: int, rows: Sequence[Sequence[Cell]]) -> int:
    cells = (row[at] for row in rows[:_LOOKED_AT])
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(len(head), longest) + 2, _WIDEST)


def _format(at: int, rows: Sequence[Sequence[Cell]]) -> str | None:
    """Return how a column's numbers are shown; None where they are whole, or no numbers."""
    cells = (row[at] for row in rows[:_LOOKED_AT])
    parts = any(isinstance(cell, float) and not cell.is_integer() for cell in cells)
    return "0.000" if parts else None


def _cell(value: Any) -> Cell:
    """Return a value as a cell holds it: lists with commas, times in UTC, what is missing as nothing."""
    if isinstance(value, Mapping):
        return _cell(", ".join(f"{name}: {each}" for name, each in value.items()))
    if isinstance(value, list | tuple | set | frozenset):
        return _cell("; ".join(map(str, value)))
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return value
    text = clean(str(value))
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"
