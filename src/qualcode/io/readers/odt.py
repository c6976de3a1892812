"""OpenDocument texts: paragraphs, headings and tables; notes and comments are kept out of the words."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from qualcode.errors import DocumentError
from qualcode.io.raw.packed import Archive, parse_xml
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_odt"]

_SPACES = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE, _TABLE = (f"{{{_SPACES}{name}:1.0}}" for name in ("text", "office", "table"))
_DRAW = f"{{{_SPACES}drawing:1.0}}"
_LEFT_OUT = {
    f"{_TEXT}note": ("footnote", "stands outside the text"),
    f"{_OFFICE}annotation": ("comment", "stands beside the text"),
    f"{_DRAW}frame": ("picture", "has no text"),
}
_PASSED_OVER = frozenset(
    [
        f"{_OFFICE}annotation-end",
        f"{_TEXT}sequence-decls",
        f"{_TEXT}variable-decls",
        f"{_OFFICE}forms",
        f"{_TEXT}table-of-content-source",
    ]
)
_MOST_SPACES = 1000  # a file may ask for more than there is memory
_MOST_CELLS = 200


def read_odt(file: File) -> list[Read]:
    """Return the text of an OpenDocument text, zipped (.odt) or flat (.fodt).

    Footnotes, comments, pictures and deleted text of tracked changes are listed as left out.
    """
    where = str(file.path)
    if file.data.lstrip()[:5] == b"<?xml":
        root = parse_xml(file.data, where=where)
    else:
        archive = Archive(file.data, where=where, kind="OpenDocument text (.odt)")
        root = archive.xml("content.xml")
    body = root.find(f".//{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise DocumentError(
            f"{where}: holds no text document, but perhaps a spreadsheet or drawing"
        )
    writing = Writing(where)
    _blocks(body, writing)
    return [Read(writing.text, writing.structure, writing.losses)]


def _blocks(parent: Element, writing: Writing) -> None:
    for each in parent:
        if each.tag == f"{_TEXT}h":
            level = each.get(f"{_TEXT}outline-level", "1")
            writing.block(
                _words(each, writing),
                kind="heading",
                level=int(level) if level.isdecimal() else 1,
            )
        elif each.tag == f"{_TEXT}p":
            writing.block(_words(each, writing))
        elif each.tag == f"{_TABLE}table":
            writing.table([_row(row, writing) for row in each.iter(f"{_TABLE}table-row")])
        elif each.tag == f"{_TEXT}tracked-changes":
            _deleted(each, writing)
        elif each.tag in _LEFT_OUT:
            _leave_out(each, writing)
        elif each.tag not in _PASSED_OVER:
            _blocks(each, writing)


def _row(row: Element, writing: Writing) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            said = "\n".join(_words(each, writing) for each in cell.iter(f"{_TEXT}p"))
            repeated = cell.get(f"{_TABLE}number-columns-repeated", "1")
            times = min(int(repeated), _MOST_CELLS) if repeated.isdecimal() else 1
            cells += [said] * times
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _words(parent: Element, writing: Writing) -> str:
    found = [_collapsed(parent.text)]
    for each in parent:
        if each.tag in _LEFT_OUT:
            _leave_out(each, writing)
        elif each.tag == f"{_TEXT}s":
            number = each.get(f"{_TEXT}c", "1")
            found.append(" " * (min(int(number), _MOST_SPACES) if number.isdecimal() else 1))
        elif each.tag == f"{_TEXT}tab":
            found.append("\t")
        elif each.tag == f"{_TEXT}line-break":
            found.append("\n")
        elif each.tag not in _PASSED_OVER:
            found.append(_words(each, writing))
        found.append(_collapsed(each.tail))
    return "".join(found)


def _collapsed(text: str | None) -> str:
    """Return text with white space as the format reads it: runs of it are one space."""
    if not text:
        return ""
    words = " ".join(text.split())
    return (
        (" " if text[0].isspace() else "") + words + (" " if words and text[-1].isspace() else "")
    )


def _leave_out(element: Element, writing: Writing) -> None:
    kind, reason = _LEFT_OUT[element.tag]
    said = " ".join("".join(each.itertext()) for each in element.iter(f"{_TEXT}p"))
    if kind == "picture" and said.strip():
        kind, reason = "text box", "stands outside the text"
    if kind == "footnote" and element.get(f"{_TEXT}note-class") == "endnote":
        kind = "endnote"
    writing.leave_out(
        kind, reason=reason, name=said, severity="loss" if kind == "text box" else "note"
    )


def _deleted(changes: Element, writing: Writing) -> None:
    for each in changes.iter(f"{_TEXT}deletion"):
        said = " ".join("".join(paragraph.itertext()) for paragraph in each.iter(f"{_TEXT}p"))
        writing.leave_out("deleted text", reason="a tracked change takes it out", name=said)
