"""What a file holds, whatever the ending of its name says."""

from __future__ import annotations

import re
from pathlib import Path

from qualcode.errors import DocumentError
from qualcode.io.raw.packed import Archive

__all__ = ["kind_held"]

_MARK = rb"(?:\xef\xbb\xbf)?\s*"
_BEGINNINGS = (
    (re.compile(rb"\s*\{\\rtf"), "rtf"),
    (re.compile(rb"%PDF-"), "pdf"),
    (re.compile(_MARK + rb"(?:<!doctype html|<html\b)", re.IGNORECASE), "html"),
    (re.compile(_MARK + rb"WEBVTT\b"), "vtt"),
    (re.compile(_MARK + rb"\d+\s+\d\d:\d\d:\d\d,\d{3} --> "), "srt"),
)
_MEMBERS = {
    "word/document.xml": "docx",
    "META-INF/container.xml": "epub",
    "xl/workbook.xml": "xlsx",
    "content.xml": "odt",
}
_OLD = b"\xd0\xcf\x11\xe0"


def kind_held(data: bytes, path: Path) -> str:
    r"""Return the name of the reader for what a file holds, where it can be told; or nothing.

    Parameters
    ----------
    data : bytes
        What the file holds.
    path : Path
        Where it is; spreadsheets of every kind are known by the ending.

    Raises
    ------
    DocumentError
        When it is a document of an old Word, which nothing reads.

    Examples
    --------
    >>> kind_held(b"{\\rtf1 I: Why?}", Path("a.txt")), kind_held(b"I: Why?", Path("a.txt"))
    ('rtf', '')
    """
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        return ""
    if data.startswith(_OLD):
        raise DocumentError(
            f"{path}: is a document of an old program, such as Word 97 (.doc), or protected by a password: "
            "open it there and save it as .docx"
        )
    if data.startswith(b"PK\x03\x04"):
        names = Archive(data, where=str(path), kind="document").names
        return next((kind for member, kind in _MEMBERS.items() if member in names), "")
    return next((name for begins, name in _BEGINNINGS if begins.match(data[:1024])), "")
