"""Rows of table files, CSV and spreadsheets: cells as the file has them, within bounds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.raw.decoding import decode
from qualcode.io.raw.extents import check_extents
from qualcode.io.raw.formulas import without_results
from qualcode.io.raw.packed import Archive

__all__ = [
    "MOST_ROWS",
    "TABLES",
    "TEXTS",
    "TITLE",
    "Sheet",
    "read_sheets",
    "rows_of_csv",
    "titles_above",
]

MOST_ROWS = 1_048_576
"""How many rows a table may have: as many as a spreadsheet program shows."""

_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
TABLES = (*TEXTS, *_SPREADSHEETS)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LOOKED_AT = 20_000
TITLE = "stands above the heads, as a title"
"""What is said of a row that is passed over."""
_TITLES = 12
"""Of so many first rows it is told whether they are titles."""
_NUMBER = re.compile(r"[-+−]?[\d.,:/]+")


@attrs.frozen
class Sheet:
    """One table: its name, and its rows of cells.

    Parameters
    ----------
    name : str
        Of a sheet in a spreadsheet; empty for CSV.
    rows : list of list
        Text alone in CSV; in a spreadsheet numbers, dates, true and false as well.
    comma : bool
        Whether numbers may have a decimal comma: where something else parts the cells.
    uncalculated : tuple of str
        Cells that look empty and are not: their formulas have no result in the file.
    """

    name: str
    rows: list[list[Any]] = attrs.field(repr=False)
    comma: bool = False
    uncalculated: tuple[str, ...] = ()


def titles_above(rows: Sequence[tuple[int, Sequence[Any]]]) -> int:
    """Return how many of the first rows are titles, which stand above the heads of a table.

    A title is the only thing in its row. What follows it are heads if there are three or more of them, or two
    and an empty row before them; nothing that is only a number is a head.

    Parameters
    ----------
    rows : sequence of (int, sequence)
        The rows that are not empty, each with its number.

    Examples
    --------
    >>> titles_above([(1, ["Survey of 2025", None]), (3, ["nr", "why"]), (4, [1, "They trust us."])])
    1
    >>> titles_above([(1, ["why", ""]), (2, ["They trust us.", "yes"]), (3, ["Money.", "no"])])
    0
    """
    filled = [
        [cell for cell in row if cell is not None and str(cell).strip()]
        for _, row in rows[:_TITLES]
    ]
    count = next((at for at, cells in enumerate(filled) if len(cells) != 1), 0)
    if not count or len(rows) < count + 2:
        return 0
    heads = filled[count]
    apart = rows[count][0] > rows[count - 1][0] + 1
    named = all(isinstance(each, str) and not _NUMBER.fullmatch(each.strip()) for each in heads)
    return count if named and len(heads) >= (2 if apart else 3) else 0


def read_sheets(suffix: str, data: bytes, *, encoding: str | None, where: str) -> list[Sheet]:
    r"""Return the tables of a file.

    Parameters
    ----------
    suffix : str
        How the file's name ends, which says what it is.
    data : bytes
        What it holds.
    encoding : str or None
        Of CSV; found by what the bytes tell when not given.
    where : str
        The file's name, for messages.

    Raises
    ------
    DocumentError
        When it is no table, is damaged, or has too many rows.
    MissingExtraError
        For a spreadsheet, when what reads it is not installed.

    Examples
    --------
    >>> read_sheets(".csv", b"id;age\n007;31,5\n", encoding=None, where="a.csv")[0].rows
    [['id', 'age'], ['007', '31,5']]
    """
    kind = suffix.lower()
    if kind in _SPREADSHEETS:
        return _spreadsheet(data, where)
    if kind not in TEXTS:
        raise DocumentError(
            f"{where}: tables are read from {', '.join((*TEXTS, *_SPREADSHEETS))}; save it as one of "
            "these, or pass a pandas frame"
        )
    rows, mark = rows_of_csv(decode(data, encoding=encoding, where=where).text, where=where)
    return [Sheet("", rows, comma=mark != ",")]


def rows_of_csv(text: str, *, where: str) -> tuple[list[list[str]], str]:
    """Return the rows of a text in CSV, and what parts its cells: comma, semicolon, tab or bar.

    Raises
    ------
    DocumentError
        When a quotation mark is never closed, or there are too many rows.
    """
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    mark = said.group(1) if said else _mark_of(text)
    csv.field_size_limit(10_000_000)
    try:
        try:
            rows = _parsed(text, mark, strict=True)
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise
            rows = _parsed(text, mark, strict=False)  # quotation marks within words, as some write
    except csv.Error as error:
        raise DocumentError(
            f"{where}: is no table that can be read: {error}; a quotation mark that is opened may not be "
            "closed. Save it again as CSV UTF-8 from the spreadsheet program"
        ) from error
    _check_number(rows, where)
    return rows, mark


def _parsed(text: str, mark: str, *, strict: bool) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=strict))


def _mark_of(text: str) -> str:
    """Return what parts the cells of the first row; what stands in quotation marks does not count."""
    bare = _QUOTED.sub("", text[:_LOOKED_AT]).lstrip()
    head = re.split(r"[\r\n]", bare, maxsplit=1)[0]
    return max(",;\t|", key=head.count)


def _spreadsheet(data: bytes, where: str) -> list[Sheet]:
    calamine = require("python_calamine", extra="xlsx")
    empty: Mapping[str, tuple[str, ...]] = {}
    if data[:2] == b"PK":
        archive = Archive(data, where=where, kind="spreadsheet")
        check_extents(archive)
        empty = without_results(archive)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [
            Sheet(each, _cells(book.get_sheet_by_name(each)), uncalculated=empty.get(each, ()))
            for each in book.sheet_names
        ]
    except BaseException as error:
        # What the reader in Rust did not foresee comes as an exception that is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise DocumentError(f"{where}: is no spreadsheet, or damaged: {error}") from error
    for sheet in found:
        _check_number(sheet.rows, f"{where}, sheet {sheet.name!r}")
    return found


def _cells(sheet: Any) -> list[list[Any]]:
    # From the first row on, though it may be empty: rows are called by their numbers.
    return [[_whole(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _whole(cell: Any) -> Any:
    """Return a whole number as one; programs keep it as 1.0."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _check_number(rows: list[list[Any]], where: str) -> None:
    if len(rows) > MOST_ROWS:
        raise DocumentError(
            f"{where}: has more than {MOST_ROWS:,} rows; split it into several files"
        )
