"""EndNote's XML, in which each text may lie in pieces of different styles."""

from __future__ import annotations

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Losses
from qualcode.io.raw.elements import Element, parse_element
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import make_record
from qualcode.model.review.records import Record

__all__ = ["read_endnote"]

_NAMES = {
    "title": ("titles/title", "titles/secondary-title"),
    "authors": ("contributors/authors/author", "contributors/secondary-authors/author"),
    "year": ("dates/year", "dates/pub-dates/date"),
    "journal": ("periodical/full-title", "titles/secondary-title", "periodical/abbr-1"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages",),
    "doi": ("electronic-resource-num", "urls/related-urls/url", "notes"),
    "abstract": ("abstract",),
    "keywords": ("keywords/keyword",),
    "url": ("urls/related-urls/url", "urls/web-urls/url"),
    "type": ("ref-type",),
    "language": ("language",),
    "issn": ("isbn",),
}


def read_endnote(file: ReferenceFile) -> Found:
    """Return the records of a library that EndNote exported as XML."""
    root = parse_element(file.data, where=str(file.path), error=DocumentError)
    records: list[Record] = []
    for element in root.all():
        if element.tag != "record":
            continue
        fields: dict[str, list[str]] = {}
        _gather(element, "", fields)
        kind = element.first("ref-type")
        if kind is not None and kind.get("name"):
            fields["ref-type"] = [kind.get("name")]
        made = make_record(
            fields, _NAMES, format=file.format, file=file.name, line=element.line,
            number=len(records) + 1,
        )  # fmt: skip
        records.append(made)
    if not records:
        raise DocumentError(
            f"{file.path}: is no XML of EndNote: it has no element 'record'; export it anew"
        )
    return Found(tuple(records), Losses())


def _gather(element: Element, path: str, fields: dict[str, list[str]]) -> None:
    """Put the texts of an element under the path of names to it; pieces of a style are one text."""
    for child in element:
        name = f"{path}/{child.tag}" if path else child.tag
        if all(each.tag == "style" for each in child):
            text = "".join([child.text, *(each.text for each in child)]).strip()
            if text:
                fields.setdefault(name, []).append(text)
        else:
            _gather(child, name, fields)
