"""PDF with a text layer, by the package pypdfium2: the words of each page, in the order it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.readers.pages import Page, Printed, write_pages
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_pdf"]

# A line's end; or a hyphen there, which comes as one of these: the word goes on.
_LINE_END = re.compile("\r\n|[\r\n]|(?P<hyphen>[\u0002\ufffe])\\s*|\\Z")


def read_pdf(file: File) -> list[Read]:
    """Return the text of a PDF, its pages apart by a blank line, each a part with its number.

    Raises
    ------
    DocumentError
        When it has no text, as scans do; when a password protects it, or it is damaged.
    """
    where = str(file.path)
    pdfium = require("pypdfium2", extra="documents")
    if b"%PDF-" not in file.data[:1024]:
        raise DocumentError(
            f"{where}: does not begin as PDF does (%PDF-): give it the ending of what it is"
        )
    try:
        document = pdfium.PdfDocument(file.data)
    except pdfium.PdfiumError as error:
        advice = "save it without the password" if "assword" in str(error) else "take the original"
        raise DocumentError(f"{where}: cannot be opened ({error}): {advice}") from error
    try:
        pages = []
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            try:
                pages.append(_page(page, number))
            finally:
                page.close()
    finally:
        document.close()
    writing = Writing(where)
    write_pages([page for page in pages if page.lines], writing)
    without = [page.number for page in pages if not page.lines]
    if not writing.length:
        raise DocumentError(
            f"{where}: its {len(pages)} pages hold no text, as scanned ones do: have it recognised first "
            "(OCR, for example with ocrmypdf), and add what that makes"
        )
    if without:
        numbers = ", ".join(map(str, without[:20]))
        writing.leave_out(
            "page without text", reason="may be a scan: recognise it first (OCR)", name=numbers
        )
    return [Read(writing.text, writing.structure, writing.losses)]


def _page(page: Any, number: int) -> Page:
    """Return the lines of a page, and where they stand."""
    raw = require("pypdfium2.raw", extra="documents")
    layer = page.get_textpage()
    try:
        # Letter by letter, so that numbers of letters are those of their boxes.
        codes = (raw.FPDFText_GetUnicode(layer, at) for at in range(layer.count_chars()))
        lines = tuple(_lines("".join(map(chr, codes)), layer))
    finally:
        layer.close()
    return Page(number, page.get_height(), lines)


def _lines(text: str, layer: Any) -> Iterator[Printed]:
    start = 0
    for end in _LINE_END.finditer(text):
        said = text[start : end.start()]
        words = _paired(said.replace("\0", "").strip())
        if words:
            first = start + len(said) - len(said.lstrip("\0 \t\u00a0"))
            last = start + len(said.rstrip("\0 \t\u00a0")) - 1
            left, base, _, _ = layer.get_charbox(first, loose=True)
            right = layer.get_charbox(last, loose=True)[2]
            yield Printed(words, left, right, base, joins=bool(end["hyphen"]))
        start = end.end()


def _paired(text: str) -> str:
    """Return text whose letters beyond the first 65,536 are one code point each, on every system."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
