"""How far the cells of a spreadsheet reach, found before anything makes room for all in between.

Two cells in opposite corners are a few hundred bytes of file, and as a grid more than a machine has memory
for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from qualcode.errors import DocumentError
from qualcode.io.raw.packed import Archive, parse_xml

__all__ = ["MOST_CELLS", "check_extents"]

MOST_CELLS = 20_000_000
"""How many cells the grid of a sheet may have, empty ones included."""

_COLUMNS = re.compile(rb"""\sr\s*=\s*["']\s*([A-Z]{1,4})\d""")
_ROWS = re.compile(rb"""\sr\s*=\s*["']\s*[A-Z]{0,4}(\d{1,9})\s*["']""")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ROW = 0
_CELLS = range(1, 12)
"""The types of record, in a binary sheet, that begin a row and hold a cell."""
_BEGIN = b"\x91\x01"
"""The type of record at which the rows of a binary sheet begin."""


def check_extents(archive: Archive) -> None:
    """Refuse a spreadsheet whose cells lie so far apart that the grid is more than anybody fills.

    Parameters
    ----------
    archive : Archive
        The spreadsheet, .xlsx, .xlsm, .xlsb or .ods.

    Raises
    ------
    DocumentError
        When one does, or a member of the archive unpacks to more than it may.
    """
    for name in archive.names:
        if name.endswith((".xml", ".bin")):
            data = archive.read(name)  # bounded, before anything else unpacks it
            # A sheet may lie anywhere, and is told by what it holds.
            if name == "content.xml":
                _check_repeats(parse_xml(data, where=archive.where), archive.where)
            elif name.endswith(".xml"):
                _check(_last(_ROWS.findall(data)), _columns(data), archive.where, name)
            elif _BEGIN in data:
                _check(*_binary(data), archive.where, name)


def _check(rows: int, columns: int, where: str, name: str) -> None:
    if rows * columns > MOST_CELLS:
        raise DocumentError(
            f"{where}: in {name} cells reach to row {rows:,} and column {columns:,}, so that the sheet has "
            f"more than {MOST_CELLS:,} cells, empty ones included. Delete what stands far below or to the "
            "right, or save the table as CSV UTF-8"
        )


def _last(numbers: Iterable[bytes]) -> int:
    return max(map(int, set(numbers)), default=0)


def _columns(data: bytes) -> int:
    """Return the number of the last column that is named: A is 1, AA is 27."""
    last = 0
    for name in set(_COLUMNS.findall(data)):
        number = 0
        for letter in name:
            number = number * 26 + letter - 64
        last = max(last, number)
    return last


def _binary(data: bytes) -> tuple[int, int]:
    """Return how many rows and columns a sheet of a binary workbook (.xlsb) reaches over.

    Records follow each other: a type, a size, and what they hold, which of rows and cells begins with
    their number.
    """
    rows = columns = at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        if kind == _ROW or kind in _CELLS:
            number = 1 + int.from_bytes(data[at : at + 4], "little")
            if kind == _ROW:
                rows = max(rows, number)
            else:
                columns = max(columns, number)
        at += size
    return rows, columns


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of up to so many bytes, seven bits in each, and the place behind it."""
    found = 0
    for nth, byte in enumerate(data[at : at + most]):
        found |= (byte & 0x7F) << 7 * nth
        if byte < 0x80:
            return found, at + nth + 1
    return found, at + most


def _check_repeats(root: ElementTree.Element, where: str) -> None:
    """Refuse rows and cells that are said to be repeated without end; empty ones are not made."""
    for table in root.iter(f"{_TABLE}table"):
        rows = columns = 0
        for row in table.iter(f"{_TABLE}table-row"):
            filled = [_filled(cell) for cell in row]
            if any(filled):
                rows += _repeats(row, "rows")
                columns = max(columns, sum(filled))
        _check(rows, columns, where, f"sheet {table.get(f'{_TABLE}name', '')!r}")


def _filled(cell: ElementTree.Element) -> int:
    holds = len(cell) > 0 or cell.get(f"{_OFFICE}value-type") is not None
    return _repeats(cell, "columns") if holds else 0


def _repeats(element: ElementTree.Element, what: str) -> int:
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(said) if said.isdecimal() and len(said) < 10 else 10**9 if said.isdecimal() else 1
