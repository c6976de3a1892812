"""Tables for people to read and fill in with a spreadsheet program, written as CSV and XLSX.

Spreadsheet programs guess: what begins with ``=`` is a formula, ``1-2`` is a date, ``007`` is 7. So in a
CSV file an apostrophe is put before what they would take for something else, and taken away on reading; in
an XLSX file such cells are marked as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.io.tables.guards import guarded, is_taken_for_other
from qualcode.model.checks import Raised

__all__ = ["CELL_LIMIT", "Column", "shown", "write_cells"]

CELL_LIMIT = 30_000
"""No cell is longer: spreadsheet programs cut cells off after 32,767 UTF-16 units."""

Cell = str | int | float | None

_SHOWN = 5_000
_MOST_ROWS = 1_048_575
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What spreadsheet programs read as a letter's number, so that "_x0041_" would be shown as "A".
_ESCAPE = re.compile(r"_(?=x[0-9a-f]{4}_)", re.IGNORECASE)
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


@attrs.frozen
class Column:
    """A column, and how an XLSX file shows it.

    Parameters
    ----------
    name : str
        The head of the column.
    width : int
        In characters.
    fill_in : bool
        Whether people are to write in it.
    hidden : bool
        Whether it is hidden.
    format : str or None
        How numbers are shown, such as ``"0%"``.
    choices : sequence of sequence of str
        What can be chosen there: the first of each is what is chosen, the rest explains it.
    prompt : str
        What is said when a cell is entered.
    """

    name: str
    width: int = 12
    fill_in: bool = False
    hidden: bool = False
    format: str | None = None
    choices: Sequence[Sequence[str]] = ()
    prompt: str = ""


def shown(text: str) -> str:
    """Return a text as a cell can show it: cut if very long, without control characters."""
    clean = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", _LINE_ENDS.sub("\n", text[: _SHOWN + 1]))
    return clean if len(text) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def write_cells(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    error: Raised,
    replace: bool = False,
    sheet: str = "review",
    plain: bool = False,
) -> int:
    """Write a table as CSV or XLSX, and return how many rows it has.

    Parameters
    ----------
    path : Path
        Its suffix says which.
    columns : sequence of Column
        The columns.
    rows : iterable of sequence
        The cells of each row.
    error : callable
        What is raised.
    replace : bool, default False
        Whether a file that is there may be overwritten.
    sheet : str, default "review"
        Of XLSX, the name of the sheet.
    plain : bool, default False
        Whether cells of XLSX go without layout, which a table of many thousands has no use for.

    Raises
    ------
    QualcodeError
        When the file is there already, cannot be written, or would be neither CSV nor XLSX.
    MissingExtraError
        For XLSX, when openpyxl is not installed (extra ``xlsx``).
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise error(f"{path}: such a table is a file that ends with .csv or .xlsx")
    if not replace and path.exists():
        raise error(
            f"{path}: exists already, and what somebody decided may stand in it. Read that first, choose "
            "another name, or say that it may be replaced"
        )
    listed = list(rows)
    if kind == ".xlsx" and len(listed) > _MOST_ROWS:
        raise error(
            f"{path}: a sheet has at most {_MOST_ROWS:,} rows, and {len(listed):,} are to be written: write "
            "fewer, or a CSV file"
        )
    content = _csv(columns, listed) if kind == ".csv" else _xlsx(columns, listed, sheet, plain)
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise error(f"{path}: cannot be written: {fault.strerror or fault}") from fault
    return len(listed)


# CSV


def _csv(columns: Sequence[Column], rows: list[Sequence[Cell]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(column.name for column in columns)
    writer.writerows(
        [_guarded(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows
    )
    # Without the mark, Excel takes the file for one in the encoding of the country.
    return lines.getvalue().encode("utf-8-sig")


def _guarded(cell: Cell, column: Column) -> str:
    if isinstance(cell, str):
        return guarded(cell)
    if cell is None:
        return ""
    return f"{cell:.0%}" if column.format == "0%" else str(cell)


# XLSX


def _xlsx(columns: Sequence[Column], rows: list[Sequence[Cell]], name: str, plain: bool) -> bytes:
    openpyxl = require("openpyxl", extra="xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    letters = [openpyxl.utils.get_column_letter(at) for at in range(1, len(columns) + 1)]
    sheet.auto_filter.ref = f"A1:{letters[-1]}{len(rows) + 1}"
    for letter, column in zip(letters, columns, strict=True):
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].hidden = column.hidden
        if column.choices and rows:
            choice = _choice(book, column)
            choice.add(f"{letter}2:{letter}{len(rows) + 1}")
            sheet.data_validations.append(choice)
    styled = _Styled(sheet)
    sheet.append([styled.head(column) for column in columns])
    for row in rows:
        sheet.append(
            [styled.bare(cell) for cell in row]
            if plain
            else [styled(cell, column) for cell, column in zip(row, columns, strict=True)]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Styled:
    """Makes the cells of a sheet."""

    def __init__(self, sheet: Any) -> None:
        openpyxl = require("openpyxl", extra="xlsx")
        self._sheet, self._cell = sheet, openpyxl.cell.WriteOnlyCell
        self._wrapped = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
        self._top = openpyxl.styles.Alignment(vertical="top")
        self._bold = openpyxl.styles.Font(bold=True)
        self._yellow = openpyxl.styles.PatternFill("solid", fgColor="FFF2CC")

    def __call__(self, value: Cell, column: Column) -> Any:
        kept = _ESCAPE.sub("_x005F_", value) if isinstance(value, str) else value
        made = self._cell(self._sheet, value=None if kept == "" else kept)
        made.alignment = self._top if column.hidden else self._wrapped
        if value and isinstance(value, str):
            made.data_type = "s"
            # Otherwise it would become a formula as soon as somebody enters the cell and leaves it.
            made.quotePrefix = is_taken_for_other(value)
        elif column.format:
            made.number_format = column.format
        if column.fill_in:
            made.fill = self._yellow
            made.number_format = "@"
        return made

    def bare(self, value: Cell) -> Any:
        """Return a cell without layout: the value alone, unless a program would take it for another."""
        if not isinstance(value, str) or not value:
            return None if value == "" else value
        kept = _ESCAPE.sub("_x005F_", value)
        if not is_taken_for_other(kept):
            return kept
        made = self._cell(self._sheet, value=kept)
        made.data_type, made.quotePrefix = "s", True
        return made

    def head(self, column: Column) -> Any:
        made = self(column.name, column)
        made.font = self._bold
        return made


def _choice(book: Any, column: Column) -> Any:
    """Return what lets a cell be chosen from a list; one with explanations is on a sheet of its own."""
    if all(len(option) == 1 for option in column.choices):
        formula = '"' + ",".join(option[0] for option in column.choices) + '"'
    else:
        formula = f"'{column.name}'!$A$1:$A${len(column.choices)}"
        options = book.create_sheet(column.name)
        for letter, width in zip("ABC", (30, 40, 100), strict=True):
            options.column_dimensions[letter].width = width
        styled = _Styled(options)
        for option in column.choices:
            options.append([styled(shown(part), Column("")) for part in option])
    openpyxl = require("openpyxl", extra="xlsx")
    return openpyxl.worksheet.datavalidation.DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=False,  # what else is written there, such as a name, is looked at on reading
        showInputMessage=True,
        promptTitle=column.name,
        prompt=column.prompt,
    )
