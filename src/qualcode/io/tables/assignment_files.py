"""Tables of assignments in files: CSV and spreadsheets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from qualcode._extras import require
from qualcode.errors import AssignmentError
from qualcode.io.tables.assignment_tables import COLUMNS
from qualcode.io.tables.cells import CELL_LIMIT, Column, write_cells
from qualcode.io.tables.frame_files import write_csv
from qualcode.io.tables.reading import read_tables
from qualcode.model.checks import check_kind, check_path, check_text, is_missing, plain_scalar
from qualcode.model.coding.assignments import Assignments
from qualcode.model.log.rows import format_time

if TYPE_CHECKING:
    import pandas as pd

PARQUET = ".parquet"
_WRITTEN = ("", ".csv", ".txt", ".xlsx", PARQUET)
"""Endings of what is written; one that promises another format is refused."""

__all__ = ["AssignmentTable", "read_assignment_table", "write_assignment_table"]


@attrs.frozen(eq=False)
class AssignmentTable:
    """A table of assignments as a file has it.

    Parameters
    ----------
    where : str
        The file, and the sheet where there are several.
    frame : pandas.DataFrame
        Its cells, as text.
    numbers : tuple of int
        The number of each row, as the table's program shows it.
    """

    where: str
    frame: pd.DataFrame = attrs.field(repr=False)
    numbers: tuple[int, ...] = attrs.field(repr=False)


def read_assignment_table(path: str | Path, *, encoding: str | None = None) -> AssignmentTable:
    """Read a file of assignments, as `write_assignment_table` or a spreadsheet program writes it.

    Parameters
    ----------
    path : str or Path
        CSV (cells parted by comma, semicolon, tab or bar), a spreadsheet or Parquet; heads in any case, and
        rows with nothing in them are passed over.
    encoding : str, optional
        Of CSV; UTF-8, or what a byte order mark says, when not given.

    Raises
    ------
    AssignmentError
        When the file cannot be read as a table, or CSV is in another encoding.
    """
    import pandas as pd

    path = check_path(path, what="path", error=AssignmentError)
    if encoding is not None:
        encoding = check_text(encoding, what="encoding", error=AssignmentError)
    if path.suffix.lower() == PARQUET:
        frame = _read_parquet(path)
        return AssignmentTable(str(path), frame, tuple(range(1, len(frame) + 1)))
    tables = read_tables(path, error=AssignmentError, encoding=encoding)
    cells = max(tables, key=lambda each: len({*COLUMNS}.intersection(each.columns)))
    twice = next((each for each in cells.columns if each and cells.columns.count(each) > 1), None)
    if twice is not None:
        raise AssignmentError(f"{cells.where}: has more than one column {twice!r}: keep one")
    names = [name for name in cells.columns if name or any(map(str.strip, cells.column(name)))]
    frame = pd.DataFrame({name: pd.Series(cells.column(name), dtype=object) for name in names})
    return AssignmentTable(cells.where, frame, cells.numbers)


def write_assignment_table(assignments: Assignments, path: str | Path) -> None:
    """Write assignments as a table, a row for each: as CSV in UTF-8, as XLSX or as Parquet.

    Parameters
    ----------
    assignments : Assignments
        What to write.
    path : str or Path
        XLSX or Parquet where it ends so, else CSV, in which a text that a spreadsheet program would run
        as a formula has an apostrophe before it, which reading takes away.

    Raises
    ------
    AssignmentError
        When the file cannot be written or ends otherwise, or a text is too long for a cell of XLSX.
    MissingExtraError
        When what writes it is not installed (extras ``xlsx`` and ``parquet``).
    """
    check_kind(assignments, Assignments, what="assignments", error=AssignmentError)
    path = check_path(path, what="path", error=AssignmentError)
    kind = path.suffix.lower()
    if kind not in _WRITTEN:
        raise AssignmentError(
            f"{path}: assignments are written as CSV, .xlsx or .parquet, and not as {kind}"
        )
    frame = assignments.to_frame()
    frame["time"] = [format_time(moment) for moment in assignments.rows.when.tolist()]
    if kind == ".xlsx":
        _write_xlsx(frame, path)
        return
    if kind == PARQUET:
        _write_parquet(frame, path)
        return
    write_csv(frame, path, error=AssignmentError)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    require("pyarrow", extra="parquet")
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except (OSError, ValueError, NotImplementedError) as error:
        raise AssignmentError(f"{path}: cannot be read as a table: {error}") from error
    return frame.rename(columns=lambda name: " ".join(str(name).split()).casefold())


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    require("pyarrow", extra="parquet")
    try:
        frame.to_parquet(path, index=False, engine="pyarrow")
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be written: {error.strerror or error}") from error


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    rows = [
        [None if is_missing(cell) else plain_scalar(cell) for cell in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    for number, row in enumerate(rows, start=2):
        for name, cell in zip(frame.columns, row, strict=True):
            if isinstance(cell, str) and (len(cell) > CELL_LIMIT or _UNSHOWN.search(cell)):
                long = len(cell) > CELL_LIMIT
                why = f"has {len(cell):,} characters" if long else "holds control characters"
                raise AssignmentError(
                    f"{path}, row {number}: the {name} {why}, which a cell of XLSX cannot: write CSV"
                )
    columns = [Column(name, 50 if name == "quote" else 14) for name in map(str, frame.columns)]
    write_cells(
        path, columns, rows, error=AssignmentError, replace=True, sheet="assignments", plain=True
    )


_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
