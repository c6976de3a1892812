"""A table in which people decide what holds where coders differ, in a spreadsheet, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from qualcode.errors import AssignmentError, QualcodeError
from qualcode.io.tables.cells import Column, shown, write_cells
from qualcode.io.tables.reading import check_told, letters, read_cells
from qualcode.io.tables.table_columns import Fault, first_faults
from qualcode.model.checks import check_flag, check_path
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.adjudications import Adjudication
from qualcode.model.texts.documents import Document, Registry
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span

__all__ = ["DecidedRow", "read_adjudication_table", "write_adjudication_table"]

NEEDED = ("document", "start", "end", "quote", "decision", "reason")
NONE = ("none", "no code", "-", "–")
_CONTEXT = 60
_OF = "codes of "


@attrs.frozen
class DecidedRow:
    """A row in which somebody decided.

    Parameters
    ----------
    row : int
        Its number in the spreadsheet, where the heads of the columns are row 1.
    segment : Segment
        What it is about.
    codes : tuple of str
        Ids of the codes that hold; none where no code applies.
    reason : str
        Why.
    had : mapping of str to tuple of str
        For each coder who read the document, the codes that the table says they had.
    """

    row: int
    segment: Segment
    codes: tuple[str, ...]
    reason: str
    had: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)


def write_adjudication_table(
    rows: Iterable[tuple[Segment, Mapping[str, tuple[str, ...]], Adjudication | None]],
    path: str | Path,
    *,
    replace: bool = False,
) -> int:
    """Write where coders differ as a table with a column for the decision.

    Parameters
    ----------
    rows : iterable of (Segment, mapping, Adjudication or None)
        The places, what each coder had, and what was decided already.
    path : str or Path
        A file that ends with ``.csv`` or ``.xlsx``.
    replace : bool, default False
        Whether a file that is there may be overwritten.

    Returns
    -------
    int
        How many rows were written.
    """
    file = check_path(path, what="path", error=AssignmentError)
    replace = check_flag(replace, what="replace", error=AssignmentError)
    listed = list(rows)
    coders = list(dict.fromkeys(coder for _, had, _ in listed for coder in had))
    folded = {coder.casefold(): coder for coder in coders}
    if len(folded) < len(coders):
        raise AssignmentError(
            f"{file}: the ids of two coders differ by case only, and the columns of a table could not be "
            "told apart: name one of them in coders="
        )
    columns = [
        Column("document", 14),
        Column("before", 24),
        Column("quote", 50),
        Column("after", 24),
        *(Column(f"{_OF}{coder}", 24) for coder in coders),
        Column("decision", 30, fill_in=True, prompt="codes, with ; between them, or: none"),
        Column("reason", 30, fill_in=True),
        Column("start", 8),
        Column("end", 8),
    ]
    cells = []
    for segment, had, made in listed:
        before, after = segment.context(_CONTEXT)
        cells.append(
            [
                segment.document.id,
                shown(before),
                shown(segment.quote),
                shown(after),
                *(_codes(had[coder]) if coder in had else None for coder in coders),
                None if made is None else _codes(made.codes),
                None if made is None else shown(made.reason),
                segment.start,
                segment.end,
            ]
        )
    return write_cells(file, columns, cells, error=AssignmentError, replace=replace)


def read_adjudication_table(
    path: str | Path, documents: Registry[Document], codebook: Codebook, coders: Iterable[str]
) -> tuple[DecidedRow, ...]:
    """Read a table of decisions that somebody filled in; rows without one are left out.

    Parameters
    ----------
    path : str or Path
        A file as `write_adjudication_table` wrote it, or as a spreadsheet program saved it.
    documents : Registry of Document
        The project's documents.
    codebook : Codebook
        The project's codebook.
    coders : iterable of str
        Ids of the project's coders.

    Raises
    ------
    AssignmentError
        When rows do not fit; the first are named, and nothing is read.
    """
    file = check_path(path, what="path", error=AssignmentError)
    cells = read_cells(file, needed=NEEDED, error=AssignmentError, lossy=True)
    # The heads of columns are read without regard to case.
    columns = {
        head: id
        for id in coders
        if (head := " ".join(f"{_OF}{id}".split()).casefold()) in cells.columns
    }
    if not columns:
        raise AssignmentError(
            f"{file}: the table has no column '{_OF}…' of a coder, so what each of them had is not known. "
            "Take these columns from the file as it was written"
        )
    found: list[DecidedRow] = []
    faults: list[Fault] = []
    for number, row in cells.rows:
        if not row["decision"].strip():
            continue
        try:
            found.append(_decided(number, row, cells.lossy, columns, documents, codebook))
        except QualcodeError as error:
            faults.append(Fault(number - 1, str(error)))
    faults += _twice(found)
    if faults:
        noun = "row" if len(faults) == 1 else "rows"
        raise AssignmentError(
            f"{file}: {len(faults)} {noun} cannot be read, so nothing was decided: {first_faults(faults)}"
        )
    return tuple(found)


def _decided(
    number: int,
    row: Mapping[str, str],
    lossy: bool,
    columns: Mapping[str, str],
    documents: Registry[Document],
    codebook: Codebook,
) -> DecidedRow:
    check_told(row["decision"] + row["reason"], lossy=lossy, error=AssignmentError)
    try:
        span = Span(int(row["start"]), int(row["end"]))
    except ValueError:
        raise AssignmentError(f"{row['start']!r}–{row['end']!r} are no offsets") from None
    segment = Segment(documents[row["document"].strip()], span)
    if letters(row["quote"], lossy=lossy) != letters(shown(segment.quote), lossy=lossy):
        raise AssignmentError(
            f"its quote is {row['quote'][:40]!r}, and the text there {segment.quote[:40]!r}: was the cell "
            "changed, were some columns sorted without the others, or was the text corrected since? Then "
            "write the table anew"
        )
    codes = tuple(codebook.assignable(each).id for each in _labels(row["decision"]))
    had = {
        coder: tuple(codebook[each].id for each in _labels(row[name]))
        for name, coder in columns.items()
        if row[name].strip()
    }
    return DecidedRow(number, segment, tuple(dict.fromkeys(codes)), row["reason"].strip(), had)


def _codes(ids: Iterable[str]) -> str:
    return "; ".join(ids) or NONE[0]


def _labels(cell: str) -> list[str]:
    said = cell.strip()
    return (
        []
        if said.casefold() in NONE
        else [each.strip() for each in said.split(";") if each.strip()]
    )


def _twice(rows: Iterable[DecidedRow]) -> Iterator[Fault]:
    first: dict[Segment, DecidedRow] = {}
    for row in rows:
        known = first.setdefault(row.segment, row)
        if known.codes != row.codes:
            yield Fault(row.row - 1, f"it decides otherwise than row {known.row} on the same words")
