"""E-books: their chapters in reading order, each read as a web page."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from qualcode.errors import DocumentError
from qualcode.io.raw.decoding import decode
from qualcode.io.raw.packed import Archive, parse_xml
from qualcode.io.readers.html import write_page
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_epub"]

_CONTAINER = "META-INF/container.xml"
# Older books name a document type, which is not looked up.
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>", re.IGNORECASE)


def read_epub(file: File) -> list[Read]:
    """Return the text of an e-book as one document, its chapters as parts."""
    where = str(file.path)
    archive = Archive(file.data, where=where, kind="e-book (.epub)")
    if "META-INF/encryption.xml" in archive and b"EncryptedData" in archive.read(
        "META-INF/encryption.xml"
    ):
        writing_note = "some of it is encrypted"
    else:
        writing_note = ""
    package = next(
        (
            each.get("full-path", "")
            for each in archive.xml(_CONTAINER).iter()
            if each.tag.endswith("}rootfile")
        ),
        "",
    )
    writing = Writing(where)
    if writing_note:
        writing.leave_out("encrypted part", reason=writing_note, severity="damage")
    for name in _chapters(archive, package):
        if name not in archive:
            writing.leave_out(
                "chapter", reason="is named but not there", name=name, severity="damage"
            )
            continue
        page = decode(archive.read(name), where=f"{where}, {name}").text
        start = writing.length
        write_page(page, writing)
        if writing.length > start:
            writing.part("chapter", start + (2 if start else 0), writing.length, name=name)
    return [Read(writing.text, writing.structure, writing.losses)]


def _chapters(archive: Archive, package: str) -> list[str]:
    """Return the names of the pages in reading order."""
    if package not in archive:
        raise DocumentError(f"{archive.where}: names no table of what it holds, so it is no e-book")
    data = _DOCTYPE.sub(b"", archive.read(package), count=1)
    root = parse_xml(data, where=f"{archive.where}, {package}")
    pages, order = {}, []
    for each in root.iter():
        if each.tag.endswith("}item") and "html" in each.get("media-type", ""):
            pages[each.get("id", "")] = each.get("href", "")
        elif each.tag.endswith("}itemref"):
            order.append(each.get("idref", ""))
    folder = posixpath.dirname(package)
    return [
        posixpath.normpath(posixpath.join(folder, unquote(pages[id].partition("#")[0])))
        for id in dict.fromkeys(order)
        if id in pages
    ]
