"""Tables that people made or filled in, read: CSV and spreadsheets, every cell as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError, did_you_mean
from qualcode.io.raw.decoding import decode, read_bytes
from qualcode.io.raw.sheets import TEXTS, read_sheets, rows_of_csv, titles_above
from qualcode.io.tables.guards import unguarded
from qualcode.model.checks import Raised

__all__ = ["Cells", "check_told", "columns_said", "letters", "read_cells", "read_tables"]


@attrs.frozen(eq=False)
class Cells:
    """The cells of a table, as text.

    Parameters
    ----------
    columns : tuple of str
        The heads: in lower case, with single spaces.
    numbers : tuple of int
        The number of each row that is not empty, the first of the table being row 1.
    table : sequence of sequence of str
        The cells of these rows, as many in each as there are columns.
    lossy : bool
        Whether letters beyond ASCII were lost: each is U+FFFD then.
    where : str
        The table's name, for messages.
    heads : tuple of str
        The heads as they are written.
    titles : tuple of str
        Rows above the heads that are passed over.
    """

    columns: tuple[str, ...]
    numbers: tuple[int, ...] = attrs.field(repr=False)
    table: Sequence[Sequence[str]] = attrs.field(repr=False)
    lossy: bool = False
    where: str = ""
    heads: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Each row: its number, and its cells by column."""
        for number, cells in zip(self.numbers, self.table, strict=True):
            yield number, dict(zip(self.columns, cells, strict=True))

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        at = self.columns.index(name)
        return [cells[at] for cells in self.table]


def read_cells(
    path: Path,
    *,
    needed: Sequence[str],
    error: Raised,
    encoding: str | None = None,
    lossy: bool = False,
) -> Cells:
    """Read the table in a file that has certain columns.

    Parameters
    ----------
    path : Path
        CSV (cells parted by comma, semicolon, tab or bar) or a spreadsheet; what its name ends with says
        which. Of several sheets the one with most of the columns is read. Heads may be in any case.
    needed : sequence of str
        Columns that the table must have.
    error : callable
        What is raised.
    encoding : str, optional
        Of CSV; UTF-8, or what a byte order mark says, when not given.
    lossy : bool, default False
        Whether CSV in another encoding is read all the same, without its letters beyond ASCII.

    Raises
    ------
    QualcodeError
        When it cannot be read, or lacks a column, or has it twice.
    MissingExtraError
        For a spreadsheet, when what reads it is not installed (extra ``xlsx``).
    """
    tables = read_tables(path, error=error, encoding=encoding, lossy=lossy)
    found = max(tables, key=lambda each: len({*needed}.intersection(each.columns)))
    lacking = [name for name in needed if name not in found.columns]
    if lacking:
        told = [name for name in found.columns if name]
        raise error(
            f"{found.where}: the table has no column {', '.join(map(repr, lacking))}; it has "
            f"{', '.join(told) or 'none'}. Take these columns from the file as it was written."
            f"{did_you_mean(lacking[0], told)}"
        )
    twice = next((name for name in needed if found.columns.count(name) > 1), None)
    if twice is not None:
        raise error(f"{found.where}: the table has more than one column {twice!r}: keep one")
    return found


def read_tables(
    path: Path, *, error: Raised, encoding: str | None = None, lossy: bool = False
) -> tuple[Cells, ...]:
    """Return the tables in a file, one for each sheet; at least one. Parameters as for `read_cells`."""
    lost = False
    try:
        data = read_bytes(path)
        if path.suffix.lower() in TEXTS:
            text, lost = _text(data, str(path), encoding, lossy)
            rows, mark = rows_of_csv(text, where=str(path))
            if any(before + "'" in text for before in (mark, '"', "\n", "\r")) or text[:1] == "'":
                rows = [list(map(unguarded, row)) for row in rows]
            sheets = [("", rows)]
        else:
            found = read_sheets(path.suffix, data, encoding=None, where=str(path))
            for sheet in found:
                if sheet.uncalculated:
                    raise DocumentError(
                        f"the formula in cell {sheet.uncalculated[0]} has no result in the file: open it "
                        "in a spreadsheet program and save it anew"
                    )
            sheets = [(each.name, [list(map(_told, row)) for row in each.rows]) for each in found]
    except DocumentError as fault:
        told = str(fault).removeprefix(f"{path}: ")
        raise error(f"{path}: cannot be read as a table: {told}") from fault
    many = len(sheets) > 1
    return tuple(
        _cells(rows, f"{path}, sheet {name!r}" if many else str(path), lost)
        for name, rows in sheets or [("", [])]
    )


def columns_said(
    cells: Cells, columns: Mapping[str, str], known: Collection[str], *, what: str, error: Raised
) -> dict[str, str]:
    """Return the column of each field for which somebody said one.

    Parameters
    ----------
    cells : Cells
        The table.
    columns : mapping of str to str
        By field, the head of its column, however it is spaced and whatever its case.
    known : collection of str
        The fields that there are.
    what : str
        Begins the sentence that says of an unknown field what it is not, as ``"codes have no field"``.
    error : callable
        What is raised for a field that is not known, or a head that is not there.
    """
    said: dict[str, str] = {}
    for field, head in columns.items():
        sought = " ".join(head.split()).casefold()
        if field not in known:
            raise error(
                f"columns: {what} {field!r}; there are {', '.join(known)}.{did_you_mean(field, known)}"
            )
        if sought not in cells.columns:
            raise error(
                f"{cells.where}: there is no column {head!r}; there are {', '.join(cells.heads)}."
                f"{did_you_mean(head, cells.heads)}"
            )
        said[field] = sought
    return said


def _cells(rows: Sequence[Sequence[str]], where: str, lossy: bool) -> Cells:
    filled = [
        (number, row)
        for number, row in enumerate(rows, start=1)
        if row and (row[0].strip() or any(map(str.strip, row)))
    ]
    titles = titles_above(filled)
    above, filled = filled[:titles], filled[titles:]
    heads = tuple(" ".join(name.split()) for name in filled[0][1]) if filled else ()
    width = len(heads)
    return Cells(
        tuple(name.casefold() for name in heads),
        tuple(number for number, _ in filled[1:]),
        [
            row if len(row) == width else [*row[:width], *[""] * (width - len(row))]
            for _, row in filled[1:]
        ],
        lossy,
        where,
        heads,
        tuple(" ".join(" ".join(row).split()) for _, row in above),
    )


def _told(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | datetime) else str(cell)


def _text(data: bytes, where: str, encoding: str | None, lossy: bool) -> tuple[str, bool]:
    """Return the text of a table, and whether letters were lost.

    Without being told, no encoding is guessed: codings have few letters to tell it by, and a code whose
    name was read wrongly is another code.
    """
    if encoding is not None:
        return decode(data, encoding=encoding, where=where).text, False
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return decode(data, where=where).text, False
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError as fault:
        if lossy:  # what has to be known is in ASCII
            return data.decode("ascii", errors="replace"), True
        line = data.count(b"\n", 0, fault.start) + 1
        raise DocumentError(
            f"line {line}: byte {fault.start} ({data[fault.start]:#04x}) is not UTF-8: in the spreadsheet "
            f"program save it as 'CSV UTF-8' or XLSX, or say what it is in{_fitting(data, where)}"
        ) from fault


def _fitting(data: bytes, where: str) -> str:
    try:
        return f": encoding={decode(data, where=where).encoding!r} fits"
    except DocumentError:
        return ", as encoding='cp1252'"


def letters(text: str, *, lossy: bool) -> str:
    """Return letters and digits only: spreadsheet programs change the rest.

    Parameters
    ----------
    text : str
        A cell.
    lossy : bool
        Whether letters beyond ASCII were lost on reading.
    """
    if lossy:
        text = text.encode("ascii", errors="ignore").decode()
    return re.sub(r"[\W_]+", "", text)


def check_told(written: str, *, lossy: bool, error: Raised) -> None:
    """Raise an error where letters were lost in what somebody wrote."""
    if lossy and "\N{REPLACEMENT CHARACTER}" in written:
        raise error(
            "letters beyond ASCII cannot be told, because the file is not in UTF-8: save it as 'CSV UTF-8' "
            "or XLSX"
        )
