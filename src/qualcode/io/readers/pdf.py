"""PDF with a text layer, by the package pypdfium2: the words of each page, in the order it gives."""

from __future__ import annotations

import re
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_pdf"]

# A hyphen at a line's end comes as one of these: the word goes on.
_JOINED = re.compile("[\u0002\ufffe]\\s*")


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
    writing = Writing(where)
    try:
        without = _pages(document, writing)
        pages = len(document)
    finally:
        document.close()
    if not writing.length:
        raise DocumentError(
            f"{where}: its {pages} pages hold no text, as scanned ones do: have it recognised first "
            "(OCR, for example with ocrmypdf), and add what that makes"
        )
    if without:
        numbers = ", ".join(map(str, without[:20]))
        writing.leave_out(
            "page without text", reason="may be a scan: recognise it first (OCR)", name=numbers
        )
    return [Read(writing.text, writing.structure, writing.losses)]


def _pages(document: Any, writing: Writing) -> list[int]:
    """Add the text of each page, and return the numbers of those without."""
    without = []
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        layer = page.get_textpage()
        try:
            text = layer.get_text_range()
        finally:
            layer.close()
            page.close()
        text = _JOINED.sub("", text.replace("\r\n", "\n")).replace("\0", "").strip()
        if not text:
            without.append(number)
            continue
        writing.block(text, kind="page", name=str(number), level=number)
    return without
