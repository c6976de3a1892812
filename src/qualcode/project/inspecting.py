"""What is in a file of any kind, and what of it would be lost, before anything is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import CodebookFileError, DocumentError, QualcodeError, StudyError
from qualcode.io.codebooks.codebook_file import read_codebook
from qualcode.io.exchange.losses import Losses
from qualcode.io.exchange.programs.coding_heads import HEADS, head_key
from qualcode.io.exchange.refi.qdc import qdc_left
from qualcode.io.exchange.study import ElementCount, elements_frame
from qualcode.io.raw.sheets import TABLES, TITLE
from qualcode.io.readers.files import documents_from_files
from qualcode.io.tables.reading import Cells, read_tables
from qualcode.model.checks import check_path
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.texts.documents import Document
from qualcode.project.formats import format_named, format_of
from qualcode.project.studies import Imported, report_lines

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Inspected", "inspect_file"]

_CODEBOOKS = (".qdc", ".yaml", ".yml")
_COLUMNS = 2
"""From how many columns on that would be left a table is likelier one of answers than a transcript."""
_LONG = 40
"""From how many letters on the cells of a column are more likely words than values."""


@attrs.frozen(repr=False)
class Inspected:
    """What is in a file.

    Parameters
    ----------
    name : str
        What it calls itself, or its name.
    kind : {"project", "codebook", "documents", "table"}
        What it can be read as.
    source : str
        Whose it is: a program, or what reads it.
    elements : tuple of ElementCount
        For each kind of element, how many there are, and how many would be kept, carried and lost.
    losses : Losses
        What would be lost, or may be wrong.
    remarks : tuple of str
        How it would be read, and with what.
    """

    name: str
    kind: str
    source: str
    elements: tuple[ElementCount, ...]
    losses: Losses
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Inspected {self.name!r}: {self.kind}, {self.losses!r}>"

    def __str__(self) -> str:
        what = "" if self.kind == "project" else f"{self.kind} "
        how = "read as" if self.kind == "documents" else "from"
        head = f"{self.name} ({what}{how} {self.source})"
        return "\n".join([head, *report_lines(self.elements, self.remarks), str(self.losses)])

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each kind of element: element, read, kept, carried, lost."""
        return elements_frame(self.elements)


def inspect_file(path: str | Path, *, program: str | None = None, **options: Any) -> Inspected:
    r"""Say what is in a file, and what of it would be lost; nothing is written.

    Parameters
    ----------
    path : str or Path
        A project of another program, a codebook, a document, a table, or a folder of any of these.
    program : str, optional
        Whose project it is, by the name of a format; found when not given.
    **options
        As for the function that reads it: `texts`, `codebook`, `columns`, `project`, `encoding`, `offsets`.

    Raises
    ------
    StudyError
        When it cannot be read as anything, or an option means nothing for it.

    Examples
    --------
    >>> _ = Path("joan.txt").write_text("I: Who pays?\nR: We do.\nI: All?\nR: Yes.")
    >>> print(inspect_file("joan.txt"))
    joan (documents read as plain)
      document          1 read, 1 kept
      character        38 read, 38 kept
      word             10 read, 10 kept
      turn              4 read, 4 kept
      joan: speakers I, R
      encoding: utf-8 (ASCII)
      qualcode add reads it (add_documents in a script)
    nothing was lost
    """
    place = check_path(path, what="path", error=StudyError)
    given = {name: value for name, value in options.items() if value is not None}
    if program is None and place.exists() and not place.is_dir():
        if place.suffix.lower() in _CODEBOOKS:
            return _codebook(place)
        if place.suffix.lower() in TABLES:
            tables = read_tables(place, error=StudyError, encoding=given.get("encoding"))
            if not _are_of_coding(tables, given):
                return _table(place, tables, given)
    try:
        found = format_of(place) if program is None else format_named(program)
    except StudyError:
        if program is not None or not place.exists():
            raise
        return _documents(place, given)
    return _of_project(found.read_with(place, given))


def _of_project(report: Imported) -> Inspected:
    return Inspected(
        report.project.name,
        "project",
        report.program,
        report.elements,
        report.losses,
        report.remarks,
    )


# Codebooks


def _codebook(path: Path) -> Inspected:
    if path.suffix.lower() == ".qdc":
        losses = qdc_left(path)
        return _of_codebook(read_codebook(path), "REFI-QDA", losses)
    return _of_codebook(read_codebook(path), "qualcode", Losses())


def _of_codebook(book: Codebook, source: str, losses: Losses) -> Inspected:
    depth = max((1 + len(book.ancestors(id)) for id in book.codes), default=0)
    numbers = {
        "code": len(book.codes),
        "definition": sum(bool(each.definition) for each in book.codes.values()),
        "link": len(book.links),
        "rollup": len(book.rollups),
        "theme": sum(len(each.themes) for each in book.rollups.values()),
    }
    remarks = (
        f"codes lie up to {depth} deep",
        "qualcode codebook show reads it (read_codebook in a script)",
    )
    return Inspected(book.name, "codebook", source, _counted(numbers, losses), losses, remarks)


def _counted(numbers: dict[str, int], losses: Losses) -> tuple[ElementCount, ...]:
    """Return what there is of each kind with what would be lost of it."""
    lost: Counter[str] = Counter()
    for each in losses:
        lost[each.element] += each.count
    return tuple(
        ElementCount(name, numbers.get(name, 0) + lost[name], numbers.get(name, 0), 0, lost[name])
        for name in dict.fromkeys((*numbers, *lost))
        if numbers.get(name) or lost[name]
    )


# Documents


def _documents(path: Path, given: dict[str, Any]) -> Inspected:
    _check_options(path, given, ("encoding",), "a document")
    try:
        documents, files = documents_from_files(path, **given)
    except DocumentError as error:
        raise StudyError(str(error)) from error
    losses = sum((each.losses for each in files), Losses())
    numbers: Counter[str] = Counter(document=len(documents))
    for document in documents:
        numbers["character"] += len(document)
        numbers["word"] += len(document.text.split())
        numbers.update(document.structure.kinds)
    remarks = [_spoken(each) for each in documents if each.speakers]
    remarks += [str(each) for each in files if each.reason]
    remarks += dict.fromkeys(f"encoding: {each.encoding}" for each in files if each.encoding)
    readers = ", ".join(dict.fromkeys(each.reader for each in files if each.reader))
    return Inspected(
        path.stem, "documents", readers, _counted(dict(numbers), losses), losses,
        (*remarks, "qualcode add reads it (add_documents in a script)"),
    )  # fmt: skip


def _spoken(document: Document) -> str:
    return f"{document.id}: speakers {', '.join(document.speakers)}"


# Tables


def _are_of_coding(tables: Iterable[Cells], given: dict[str, Any]) -> bool:
    """Tell whether tables say what is coded: codes, and words or where these are."""
    if "columns" in given:
        return True  # which only tables of coded segments take
    keys = _keys(tables)
    words = "texts" in given or any(keys & {*HEADS[field]} for field in ("quote", "range", "start"))
    codes = keys & {*HEADS["code"]} or any("applied" in each for each in keys)
    return bool(words and codes)


def _keys(tables: Iterable[Cells]) -> set[str]:
    return {head_key(each) for cells in tables for each in cells.columns}


def _table(path: Path, tables: tuple[Cells, ...], given: dict[str, Any]) -> Inspected:
    _check_options(path, given, ("encoding",), "a table without coded segments")
    if _keys(tables) & {*HEADS["code"]}:
        try:
            return _of_codebook(read_codebook(path, **given), "a table", Losses())
        except CodebookFileError:
            pass  # it has a column of that name, and is another table
    try:
        read = _documents(path, given)
    except QualcodeError:
        read = None
    left = 0 if read is None else sum(e.count for e in read.losses if e.element == "column")
    if read is not None and left < _COLUMNS and any(e.element == "turn" for e in read.elements):
        return read
    return _of_answers(path, tables)


def _of_answers(path: Path, tables: tuple[Cells, ...]) -> Inspected:
    """Return what a table has in its columns, for surveys and other tables."""
    remarks, numbers = [], Counter[str]()
    for cells in tables:
        numbers["row"] += len(cells.table)
        numbers["column"] += sum(map(bool, cells.heads))
        where = cells.where.removeprefix(str(path)).strip(", ")
        remarks += [f"{title!r}: {TITLE}" for title in cells.titles]
        for head, column in zip(cells.heads, zip(*cells.table, strict=True), strict=True):
            filled = [cell for cell in column if cell.strip()]
            long = sum(len(cell) > _LONG for cell in filled) * 2 > len(filled)
            what = "words, as of an open question" if long else f"{len({*filled})} different values"
            remarks.append(f"{where + ': ' if where else ''}{head!r}: {len(filled)} filled, {what}")
    remarks.append(
        "qualcode survey reads it (read_survey in a script), with open= for questions answered in words"
    )
    losses = Losses()
    return Inspected(
        path.stem, "table", "a table", _counted(dict(numbers), losses), losses, tuple(remarks)
    )


def _check_options(path: Path, given: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    unknown = next((option for option in given if option not in known), None)
    if unknown is not None:
        raise StudyError(f"{path}: {unknown}= means nothing for {what}: leave it out")
