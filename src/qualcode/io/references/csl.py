"""CSL-JSON, as Zotero, Mendeley and citation processors write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qualcode.errors import DocumentError, StudyError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.json_files import read_json
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import make_record, split_keywords
from qualcode.model.review.records import Record

__all__ = ["read_csl"]

_NAMES = {
    "title": ("title",),
    "authors": ("author", "editor"),
    "year": ("issued",),
    "journal": ("container-title", "container-title-short"),
    "volume": ("volume",),
    "issue": ("issue",),
    "pages": ("page",),
    "doi": ("DOI", "URL", "note"),
    "pmid": ("PMID",),
    "abstract": ("abstract",),
    "keywords": ("keyword",),
    "url": ("URL",),
    "type": ("type",),
    "language": ("language",),
    "issn": ("ISSN",),
}


def read_csl(file: ReferenceFile) -> Found:
    """Return the records of a file in CSL-JSON: a list of items, or an object that has one as ``"items"``."""
    try:
        whole = read_json(file.path)
    except StudyError as error:
        raise DocumentError(str(error)) from error
    if isinstance(whole, Mapping):
        whole = whole.get("items", [whole])
    records: list[Record] = []
    lost: list[Loss] = []
    for number, item in enumerate(whole if isinstance(whole, list) else [], start=1):
        if not isinstance(item, Mapping) or not ({"title", "type"} & set(item)):
            reason = "is no item of CSL-JSON: has neither a title nor a type"
            lost.append(Loss("loss", "item", f"item {number}", json.dumps(item)[:60], reason))
            continue
        fields = {str(key): _texts(key, value) for key, value in item.items()}
        made = make_record(fields, _NAMES, format=file.format, file=file.name, number=number)
        records.append(made)
    if not records:
        raise DocumentError(
            f"{file.path}: holds no item of CSL-JSON: that is a list of objects with a title and a type; "
            "export it anew"
        )
    return Found(tuple(records), Losses(lost))


def _texts(key: str, value: Any) -> list[str]:
    if key in ("author", "editor") and isinstance(value, list):
        return [_name(each) for each in value]
    if isinstance(value, Mapping) and "date-parts" in value:
        return ["-".join(map(str, part)) for part in value["date-parts"] if isinstance(part, list)]
    if key == "keyword" and isinstance(value, str):
        return split_keywords(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return list(value)
    return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]


def _name(name: Any) -> str:
    if not isinstance(name, Mapping):
        return str(name)
    family = " ".join(
        str(name[key]) for key in ("non-dropping-particle", "family") if name.get(key)
    )
    given = str(name.get("given") or "")
    return ", ".join(filter(None, (family, given))) or str(name.get("literal") or "")
