"""Transcripts as tables: a row for each stretch of speech, with columns for speaker and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Losses, formulas_lost
from qualcode.io.raw.sheets import TITLE, read_sheets, rows_of_csv, titles_above
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.speech import Said, write_speech
from qualcode.io.readers.writing import Writing
from qualcode.model.texts.grid import columns_of

__all__ = ["read_csv", "read_xlsx"]

MOST_ROWS = 200_000


def read_csv(file: File) -> list[Read]:
    """Return the transcript in a CSV file, parted by commas, semicolons or tabs."""
    found, where = file.decoded(), str(file.path)
    rows, _ = rows_of_csv(found.text, where=where)
    writing = Writing(where)
    _write(rows, writing, where=where)
    return [
        Read(
            writing.text,
            writing.structure,
            writing.losses,
            encoding=f"{found.encoding} ({found.evidence})",
        )
    ]


def read_xlsx(file: File) -> list[Read]:
    """Return the transcript in the first sheet of a spreadsheet that has one; others are listed."""
    where = str(file.path)
    writing = Writing(where)
    uncalculated = Losses()
    for sheet in read_sheets(".xlsx", file.data, encoding=None, where=where):
        rows = [[_cell(cell) for cell in row] for row in sheet.rows]
        _, filled = _parts(rows)
        if writing.length or columns_of(filled) is None:
            if filled:
                reason = "holds no transcript, or a second one"
                writing.leave_out("sheet", reason=reason, name=sheet.name)
            continue
        _write(rows, writing, where=f"{where}, sheet {sheet.name!r}")
        uncalculated = formulas_lost(sheet.uncalculated)
    if not writing.length:
        _write([], writing, where=where)
    return [Read(writing.text, writing.structure, uncalculated + writing.losses)]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _parts(rows: Sequence[Sequence[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the titles above a table, and its rows; those that are empty are in neither."""
    filled = [
        (number, list(row)) for number, row in enumerate(rows) if any(cell.strip() for cell in row)
    ]
    titles = titles_above(filled)
    listed = [row for _, row in filled]
    return listed[:titles], listed[titles:]


def _write(rows: Sequence[Sequence[str]], writing: Writing, *, where: str) -> None:
    titles, filled = _parts(rows)
    for title in titles:
        name = " ".join("".join(title).split())
        writing.leave_out("title", reason=TITLE, name=name, severity="note")
    if len(filled) > MOST_ROWS:
        raise DocumentError(f"{where}: has more than {MOST_ROWS:,} rows, which no transcript has")
    columns = columns_of(filled)
    if columns is None:
        raise DocumentError(
            f"{where}: is no transcript: a column for the speaker and one for the words are needed, such as "
            "'speaker' and 'text'. Answers of a survey are read by read_survey and project.add_survey"
        )
    used = {columns.speaker, columns.text, columns.start, columns.stop}
    for at in range(max(map(len, filled))):
        cells = [row[at] for row in filled if at < len(row) and row[at].strip()]
        if at not in used and len(cells) > (columns.first == 1):
            writing.leave_out(
                "column",
                reason="is neither speaker, words nor time",
                name=cells[0],
                severity="note",
            )
    said = []
    for number, row in enumerate(filled[columns.first :]):
        if columns.text < len(row):
            who = (
                row[columns.speaker].strip().removesuffix(":") if columns.speaker < len(row) else ""
            )
            times = columns.time_of(row), columns.time_of(row, stop=True)
            said.append(Said(" ".join(row[columns.text].split("\0")), who or None, *times, number))
    write_speech(said, writing)
