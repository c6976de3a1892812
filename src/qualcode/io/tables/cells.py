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
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.io.tables.guards import guarded, is_taken_for_other
from qualcode.model.checks import Raised

__all__ = [
    "CELL_LIMIT",
    "Cell",
    "Column",
    "Marked",
    "Table",
    "clean",
    "shown",
    "write_cells",
    "write_tables",
]

CELL_LIMIT = 30_000
"""No cell is longer: spreadsheet programs cut cells off after 32,767 UTF-16 units."""


_SHOWN = 5_000
_NOTE = (320, 160)
"""Width and height of a note on a cell, in pixels."""
_LINE, _HIGHEST = 15.0, 405.0
"""Points that a line of a cell takes, and a row has at the most."""
_MOST_ROWS = 1_048_575
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What spreadsheet programs read as a letter's number, so that "_x0041_" would be shown as "A".
_ESCAPE = re.compile(r"_(?=x[0-9a-f]{4}_)", re.IGNORECASE)
_LONGEST_CELL = 32_767
_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
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


@attrs.frozen
class Marked:
    """A cell that stands out, with a note that says why; in a CSV file it is like any other.

    Parameters
    ----------
    value : str
        What it holds.
    note : str
        What is said of it.
    """

    value: str
    note: str


Cell = str | int | float | Marked | None


@attrs.frozen
class Table:
    """A table for a sheet of its own.

    Parameters
    ----------
    name : str
        Of the sheet: at most 31 characters.
    columns : sequence of Column
        The columns.
    rows : sequence of sequence
        The cells of each row.
    plain : bool
        Whether cells go without layout, which a table of many thousands has no use for.
    fixed : int
        How many columns stay in sight when the sheet is scrolled; its head does always.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = attrs.field(repr=False)
    plain: bool = False
    fixed: int = 0


def clean(text: str) -> str:
    """Return a text as a cell can hold it: without control characters, its lines ended alike."""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", _LINE_ENDS.sub("\n", text))


def shown(text: str) -> str:
    """Return a text as a cell can show it: cut if very long, without control characters."""
    kept = clean(text[: _SHOWN + 1])
    return kept if len(text) <= _SHOWN else kept[: _SHOWN - 1] + "…"


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
    table = Table(sheet, columns, list(rows), plain)
    if kind == ".xlsx":
        write_tables(path, [table], error=error, replace=replace)
    else:
        _check_free(path, replace=replace, error=error)
        _put(path, _csv(columns, table.rows), error)
    return len(table.rows)


def write_tables(
    path: Path, tables: Sequence[Table], *, error: Raised, replace: bool = False
) -> None:
    """Write several tables as the sheets of one XLSX file; parameters and errors as for `write_cells`."""
    _check_free(path, replace=replace, error=error)
    for table in tables:
        if len(table.rows) > _MOST_ROWS:
            raise error(
                f"{path}: a sheet has at most {_MOST_ROWS:,} rows, and {len(table.rows):,} are to be written "
                f"to {table.name!r}: write fewer, or CSV files"
            )
        _check_sheet(path, table, error)
    _put(path, _xlsx(tables), error)


def _check_free(path: Path, *, replace: bool, error: Raised) -> None:
    if not replace and path.exists():
        raise error(
            f"{path}: exists already, and what somebody decided may stand in it. Read that first, choose "
            "another name, or say that it may be replaced"
        )


def _put(path: Path, content: bytes, error: Raised) -> None:
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise error(f"{path}: cannot be written: {fault.strerror or fault}") from fault


def _check_sheet(path: Path, table: Table, error: Raised) -> None:
    """Refuse what no cell of XLSX can hold."""
    for number, row in enumerate(table.rows, start=2):
        for column, cell in zip(table.columns, row, strict=True):
            if isinstance(cell, str) and (len(cell) > _LONGEST_CELL or _NO_CELL.search(cell)):
                long = len(cell) > _LONGEST_CELL
                why = f"has {len(cell):,} characters" if long else "holds control characters"
                raise error(
                    f"{path}, row {number}: {column.name} {why}, which a cell of XLSX cannot: write CSV"
                )


# CSV


def _csv(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(column.name for column in columns)
    writer.writerows(
        [_guarded(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows
    )
    # Without the mark, Excel takes the file for one in the encoding of the country.
    return lines.getvalue().encode("utf-8-sig")


def _guarded(cell: Cell, column: Column) -> str:
    if isinstance(cell, Marked):
        return guarded(cell.value)
    if isinstance(cell, str):
        return guarded(cell)
    if cell is None:
        return ""
    return f"{cell:.0%}" if column.format == "0%" else str(cell)


# XLSX


def _xlsx(tables: Sequence[Table]) -> bytes:
    openpyxl = require("openpyxl", extra="xlsx")
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        _add_sheet(book, table)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _add_sheet(book: Any, table: Table) -> None:
    openpyxl = require("openpyxl", extra="xlsx")
    columns, rows = table.columns, table.rows
    sheet = book.create_sheet(table.name)
    letters = [openpyxl.utils.get_column_letter(at) for at in range(1, len(columns) + 2)]
    sheet.freeze_panes = f"{letters[table.fixed]}2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(
        fitToPage=True
    )
    sheet.auto_filter.ref = f"A1:{letters[len(columns) - 1]}{len(rows) + 1}"
    for letter, column in zip(letters[:-1], columns, strict=True):
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].hidden = column.hidden
        if column.choices and rows:
            choice = _choice(book, column)
            choice.add(f"{letter}2:{letter}{len(rows) + 1}")
            sheet.data_validations.append(choice)
    styled = _Styled(sheet)
    _fit_height(sheet, 1, [column.name for column in columns], columns)
    sheet.append([styled.head(column) for column in columns])
    for number, row in enumerate(rows, start=2):
        if not table.plain:
            _fit_height(sheet, number, row, columns)
        sheet.append(
            [styled.bare(cell) for cell in row]
            if table.plain
            else [styled(cell, column) for cell, column in zip(row, columns, strict=True)]
        )


def _fit_height(sheet: Any, number: int, row: Sequence[Cell], columns: Sequence[Column]) -> None:
    """Make a row as high as its texts need, for not every program does so when it opens a file."""
    lines = max(map(_lines, row, (column.width for column in columns)), default=1)
    if lines == 1:
        return
    height = min(_LINE * lines, _HIGHEST)
    sheet.row_dimensions[number] = _fitted()(sheet, index=number, ht=height)


@cache
def _fitted() -> Any:
    """Return the class of rows whose height still grows when more is written in them."""
    dimensions = require("openpyxl", extra="xlsx").worksheet.dimensions

    class Fitted(dimensions.RowDimension):  # type: ignore[misc,name-defined]
        customHeight = False

    return Fitted


def _lines(cell: Cell, width: int) -> int:
    """Return about how many lines a cell takes in a column."""
    text = cell.value if isinstance(cell, Marked) else cell
    if not isinstance(text, str):
        return 1
    return sum(1 + len(line) // width for line in text.split("\n"))


class _Styled:
    """Makes the cells of a sheet."""

    def __init__(self, sheet: Any) -> None:
        openpyxl = require("openpyxl", extra="xlsx")
        self._sheet, self._cell = sheet, openpyxl.cell.WriteOnlyCell
        self._wrapped = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
        self._top = openpyxl.styles.Alignment(vertical="top")
        self._bold = openpyxl.styles.Font(bold=True)
        self._yellow = openpyxl.styles.PatternFill("solid", fgColor="FFF2CC")
        self._orange = openpyxl.styles.PatternFill("solid", fgColor="F8CBAD")
        self._note = openpyxl.comments.Comment
        line = openpyxl.styles.Side("thin", color="D9D9D9")
        self._lines = openpyxl.styles.Border(line, line, line, line)

    def __call__(self, value: Cell, column: Column) -> Any:
        if isinstance(value, Marked):
            marked = self(value.value, column)
            marked.fill = self._orange
            marked.comment = self._note(value.note, "qualcode", _NOTE[1], _NOTE[0])
            return marked
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
            made.border = self._lines  # which the colour hides
            made.number_format = "@"
        return made

    def bare(self, value: Cell) -> Any:
        """Return a cell without layout: the value alone, unless a program would take it for another."""
        if isinstance(value, Marked):
            return self.bare(value.value)
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
