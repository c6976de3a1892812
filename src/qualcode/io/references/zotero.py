"""RDF as Zotero exports it: XML in which journals and persons are things of their own."""

from __future__ import annotations

import re

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.elements import Element, parse_element
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import make_record
from qualcode.model.review.records import Record

__all__ = ["read_zotero"]

_BESIDE = {"Attachment": "attachment", "Memo": "note", "Collection": "collection"}
_PARTS = ("Journal", "Book", "Series", "Periodical")
_NAMES = {
    "title": ("title",),
    "authors": ("authors", "editors"),
    "year": ("date",),
    "journal": ("isPartOf title", "isPartOf alternative"),
    "volume": ("isPartOf volume", "volume"),
    "issue": ("isPartOf number", "number"),
    "pages": ("pages",),
    "doi": ("identifier", "isPartOf identifier", "description"),
    "abstract": ("abstract",),
    "keywords": ("subject",),
    "url": ("identifier URI",),
    "type": ("itemType",),
    "language": ("language",),
}


def read_zotero(file: ReferenceFile) -> Found:
    """Return the records of a library that Zotero exported as RDF."""
    root = parse_element(file.data, where=str(file.path), error=DocumentError)
    if root.tag != "RDF":
        raise DocumentError(f"{file.path}: is no RDF of Zotero: its root is {root.tag!r}")
    apart = {each.get("rdf:about"): each for each in root if each.get("rdf:about")}
    parts = {
        part.get("rdf:resource") for item in root for part in item.of("isPartOf") if len(part) == 0
    }
    records: list[Record] = []
    beside: dict[str, int] = {}
    for item in root:
        kind = _BESIDE.get(item.tag)
        if kind is not None:
            beside[kind] = beside.get(kind, 0) + 1
        elif item.first("itemType") is None and (
            item.get("rdf:about") in parts or item.tag in _PARTS
        ):
            continue  # the journal that articles are part of
        else:
            fields = _fields(item, apart)
            made = make_record(
                fields, _NAMES, format=file.format, file=file.name, line=item.line,
                number=len(records) + 1,
            )  # fmt: skip
            records.append(_with_pmid(made))
    if not records:
        raise DocumentError(f"{file.path}: holds no item of Zotero; export the collection anew")
    lost = [Loss("note", kind, reason="is no record", count=n) for kind, n in beside.items()]
    return Found(tuple(records), Losses(lost))


def _fields(item: Element, apart: dict[str, Element]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for child in item:
        name = child.tag
        if name in ("authors", "editors"):
            fields.setdefault(name, []).extend(_people(child))
        elif name == "isPartOf":
            whole = apart.get(child.get("rdf:resource")) if len(child) == 0 else child[0]
            for each in whole or ():
                fields.setdefault(f"{name} {each.tag}", []).append(each.text)
        elif name == "identifier" and (link := child.first("URI")) is not None:
            fields.setdefault("identifier URI", []).append(link.said("value"))
        elif name == "subject" and len(child):
            fields.setdefault(name, []).append(child[0].said("value"))
        elif child.text.strip():
            fields.setdefault(name, []).append(child.text)
    return fields


def _people(list_: Element) -> list[str]:
    people = (each for each in list_.all() if each.tag == "Person")
    return [
        ", ".join(
            filter(None, (each.said("surname"), each.said("givenName") or each.said("givenname")))
        )
        for each in people
    ]


_PMID = re.compile(r"PMID:\s*(\d+)")


def _with_pmid(record: Record) -> Record:
    extra = " ".join(record.raw.get("description", ()))
    found = _PMID.search(extra)
    return attrs.evolve(record, pmid=found[1]) if found else record
