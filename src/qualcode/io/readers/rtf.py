"""Rich Text Format: its paragraphs, by the package striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_rtf"]

_BESIDE = {
    "header": ("page header", "stands outside the text"),
    "footer": ("page footer", "stands outside the text"),
    "footnote": ("footnote", "stands outside the text"),
    "annotation": ("comment", "stands beside the text"),
    "deleted": ("deleted text", "a tracked change takes it out"),
    "v": ("hidden text", "is not shown"),
}
_BRACE = re.compile(r"\\[\\{}]|[{}]")
# What a group begins with: its destination, or how its letters look.
_CONTROLS = re.compile(r"\{((?:\\(?:\*|[a-z]+-?\d*)[ \r\n]*)*)")
_CONTROL = re.compile(r"\\([a-z]+)(-?\d*)")
# What says where a group belongs, and not what is in it.
_MARKS = re.compile(
    r"\\(?:\*|(?:(?:header|footer)[lrf]?|footnote|annotation|chftn|chatn|revised|deleted|revauth|revdttm|v)"
    r"(?:-?\d+)?(?![a-z])) ?"
)
_TABLE = re.compile(r"\\((?:nest)?(?:cell|row))\b ?")
_CHARACTER_SETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def read_rtf(file: File) -> list[Read]:
    """Return the text of an RTF file, its paragraphs apart by a blank line.

    Page heads, footnotes, comments, deleted and hidden text, and pictures are listed as left out.
    """
    where = str(file.path)
    if not file.data.lstrip()[:5].startswith(b"{\\rtf"):
        raise DocumentError(
            f"{where}: does not begin as RTF does ({{\\rtf): give the file the ending of what it is"
        )
    striprtf = require("striprtf.striprtf", extra="documents")
    code = file.data.decode("latin-1")
    encoding = file.encoding or _encoding(code)
    writing = Writing(where)

    def words(part: str) -> str:
        try:
            return str(striprtf.rtf_to_text(part, encoding=encoding, errors="strict"))
        except (UnicodeError, LookupError) as error:
            raise DocumentError(
                f"{where}: says that it is in {encoding}, and is not ({error}): save it anew, or pass "
                "encoding="
            ) from error

    kept, last = [], 0
    for start, end, word in _groups_beside(code):
        kept.append(code[last:start])
        last = end
        inside = _MARKS.sub("", code[start + 1 : end - 1])
        if said := words(f"{{\\rtf1 {inside}}}").strip(" \r\n|"):
            element, reason = _BESIDE[word]
            severity = "loss" if word in ("deleted", "v") else "note"
            writing.leave_out(element, reason=reason, name=said, severity=severity)
    _write(words(_TABLE.sub(_cell_or_row, "".join([*kept, code[last:]]))), writing)
    for _ in range(len(re.findall(r"\\pict\b", code))):
        writing.leave_out("picture", reason="has no text")
    return [Read(writing.text, writing.structure, writing.losses, encoding=encoding)]


def _cell_or_row(found: re.Match[str]) -> str:
    return r"\u1?" if "cell" in found[1] else r"\u2?"


def _write(text: str, writing: Writing) -> None:
    """Add paragraphs and tables; cells end with the letter 1, and rows with 2, which no text has."""
    rows: list[list[str]] = []
    for part in text.split("\2"):
        *cells, rest = part.split("\1")
        if not cells:
            rest, cells = part, []
        first, _, cell = (cells[0] if cells else rest + "\n").rpartition("\n")
        for paragraph in first.split("\n"):
            if paragraph.strip():
                writing.table(rows)
                rows = []
                writing.block(paragraph.strip(" \r"))
        if cells:
            rows.append([cell.strip(), *(each.strip() for each in cells[1:])])
    writing.table(rows)


def _encoding(code: str) -> str:
    """Return the encoding that a file says its letters beyond ASCII are in."""
    if page := re.search(r"\\ansicpg(\d{3,5})", code):
        number = page[1]
        return "mac_roman" if number == "10000" else f"cp{number}"
    said = re.search(r"\\(mac|pca|pc)\b", code[:200])
    return _CHARACTER_SETS[said[1]] if said else "cp1252"


def _groups_beside(code: str) -> Iterator[tuple[int, int, str]]:
    """Yield the groups that hold no text of the document: start, end, and the word that says so."""
    stack: list[tuple[int, str]] = []
    depth_beside = 0
    for brace in _BRACE.finditer(code):
        if brace.group() == "{":
            word = "" if depth_beside else _beside(code, brace.start())
            depth_beside += bool(word or depth_beside)
            stack.append((brace.start(), word))
        elif brace.group() == "}" and stack:
            start, word = stack.pop()
            depth_beside -= bool(depth_beside)
            if word:
                yield start, brace.end(), word


def _beside(code: str, start: int) -> str:
    found: Any = _CONTROLS.match(code, start)
    for control in _CONTROL.finditer(found[1]):
        word = re.sub(r"^(header|footer)[lrf]$", r"\1", control[1])
        if word in _BESIDE and control[2] != "0":
            return word
    return ""
