"""Rich Text Format: its paragraphs, by the package striprtf."""

from __future__ import annotations

import re

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_rtf"]


def read_rtf(file: File) -> list[Read]:
    """Return the text of an RTF file, its paragraphs apart by a blank line; pictures are left out."""
    where = str(file.path)
    if not file.data.lstrip()[:5].startswith(b"{\\rtf"):
        raise DocumentError(
            f"{where}: does not begin as RTF does ({{\\rtf): give the file the ending of what it is"
        )
    striprtf = require("striprtf.striprtf", extra="documents")
    code = file.data.decode("latin-1")
    page = re.search(r"\\ansicpg(\d{3,5})", code)
    encoding = file.encoding or (f"cp{page[1]}" if page else "cp1252")
    try:
        text = striprtf.rtf_to_text(code, encoding=encoding, errors="strict")
    except (UnicodeError, LookupError) as error:
        raise DocumentError(
            f"{where}: says that it is in {encoding}, and is not ({error}): save it anew, or pass encoding="
        ) from error
    writing = Writing(where)
    for paragraph in text.split("\n"):
        writing.block(paragraph.strip(" \r"))
    for _ in range(len(re.findall(r"\\pict\b", code))):
        writing.leave_out("picture", reason="has no text")
    return [Read(writing.text, writing.structure, writing.losses, encoding=encoding)]
