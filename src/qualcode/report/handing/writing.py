"""Quotes as a file: Word, Markdown, or a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import StatisticsError, StoreError
from qualcode.io.raw.markdown import literal
from qualcode.io.raw.new_files import write_file
from qualcode.io.tables.cells import Column, write_cells
from qualcode.model.checks import check_kind, check_path
from qualcode.report.handing.collecting import Quotes
from qualcode.report.word import WordFile

__all__ = ["write_quotes"]


def write_quotes(found: Quotes, path: str | Path, *, replace: bool = False) -> Path:
    """Write quotes for a word processor, as Markdown, or as a table.

    Parameters
    ----------
    found : Quotes
        From `quotes`.
    path : str or Path
        A file that ends with ``.docx``, ``.md``, ``.xlsx`` or ``.csv``.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        When it ends otherwise, is there already, or cannot be written.
    MissingExtraError
        For .docx without python-docx (extra ``docx``), for .xlsx without openpyxl (extra ``xlsx``).
    """
    check_kind(
        found, Quotes, what="found", error=StatisticsError, advice="pass what quotes(…) returns"
    )
    target = check_path(path, what="path", error=StoreError)
    kind = target.suffix.lower()
    if kind in (".csv", ".xlsx"):
        _write_table(found, target, replace=replace)
        return target
    if kind not in _TEXTS:
        raise StoreError(f"{target}: quotes are written as .docx, .md, .xlsx or .csv")
    write_file(target, _TEXTS[kind](found), replace=replace)
    return target


def _write_table(found: Quotes, path: Path, *, replace: bool) -> None:
    frame = found.to_frame()
    wide = {"quote": 80, "path": 40, "memos": 40}
    columns = [Column(str(name), width=wide.get(str(name), 16)) for name in frame.columns]
    rows = [[*map(_plain, row)] for row in frame.itertuples(index=False, name=None)]
    write_cells(path, columns, rows, error=StoreError, replace=replace, sheet="quotes")


def _plain(value: Any) -> str | int | float | None:
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return "yes" if value else ""
    return value if isinstance(value, str | int | float) else str(value)


def _markdown(found: Quotes) -> bytes:
    lines = [f"# Quotes: {literal(found.of)}", "", *map(literal, found.caption.splitlines())]
    for path, quotes in found.by_path().items():
        lines += ["", f"## {literal(' › '.join(path))}"]
        if definition := found.definitions.get(quotes[0].code):
            lines += ["", literal(definition)]
        for quote in quotes:
            said = literal(quote.segment.quote).splitlines() or [""]
            exemplary = "; an example in the codebook" if quote.exemplary else ""
            lines += ["", *(f"> {line}".rstrip() for line in said), ">"]
            lines.append(f"> — {literal(quote.source)}{exemplary}")
            lines += [f">\n> Memo: {literal(memo)}" for memo in quote.memos]
    return ("\n".join(lines) + "\n").encode()


def _docx(found: Quotes) -> bytes:
    title = f"Quotes: {found.of}"
    book = WordFile(title)
    book.heading(title, level=1)
    for line in found.caption.splitlines():
        book.small(line)
    for path, quotes in found.by_path().items():
        book.heading(" › ".join(path), level=2)
        if definition := found.definitions.get(quotes[0].code):
            book.paragraph(definition, italic=True)
        for quote in quotes:
            exemplary = " (an example in the codebook)" if quote.exemplary else ""
            notes = [f"Memo: {memo}" for memo in quote.memos]
            book.quote(quote.segment.quote, f"{quote.source}{exemplary}", notes)
    return book.content()


_TEXTS: Mapping[str, Callable[[Quotes], bytes]] = {".docx": _docx, ".md": _markdown}
