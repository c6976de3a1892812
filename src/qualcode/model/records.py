"""Codebooks as plain records: the one shape in which YAML files and the history's lines hold them.

A record is a dict of text, numbers, lists and dicts; fields that hold their default are left out, so
that files stay short and a later field does not change an earlier line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import CodebookError, did_you_mean
from qualcode.model.codebook import Codebook, Place
from qualcode.model.codes import Code, Link
from qualcode.model.rollups import Domain, Rollup, Theme

__all__ = [
    "CODE_FIELDS",
    "code_from_record",
    "code_record",
    "codebook_from_record",
    "codebook_record",
    "decisions_from_record",
    "decisions_record",
    "link_from_record",
    "link_record",
    "rollup_from_record",
    "rollup_record",
]

Record = dict[str, Any]

CODE_FIELDS = (
    "name",
    "parent",
    "definition",
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "colour",
    "codable",
    "attributes",
    "memos",
)
"""The fields of a code that people write, in the order in which files have them."""

_STATE_FIELDS = ("status", "merged_into", "parts")
_TEXTS = ("include", "exclude", "examples", "counterexamples", "memos")
_DEFAULTS: Record = {
    field.name: field.default for field in attrs.fields(Code) if field.default is not attrs.NOTHING
}


def _plain(value: Any) -> Any:
    """Return a field's value in the plainest form: one text alone, several as a list."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else list(value)
    return dict(value) if isinstance(value, Mapping) else value


def code_record(code: Code) -> Record:
    """Return a code as a record, without its id."""
    record: Record = {"name": code.name}
    for field in (*CODE_FIELDS[1:], *_STATE_FIELDS):
        value = getattr(code, field)
        if field == "parts" and value:
            record[field] = list(value)
        elif value != _DEFAULTS.get(field) and value not in ({}, ()):
            record[field] = _plain(value)
    return record


def code_from_record(id: str, record: Mapping[str, Any] | None) -> Code:
    """Return the code that a record describes.

    Raises
    ------
    CodebookError
        For a field that codes do not have, or one of the wrong type.
    """
    record = {} if record is None else record
    if not isinstance(record, Mapping):
        raise CodebookError(f"code {id!r} must be a mapping of fields, not {record!r}", code=id)
    _check_fields(record, (*CODE_FIELDS, *_STATE_FIELDS), f"code {id!r}", id)
    fields = {name: value for name, value in record.items() if value is not None}
    for name, value in fields.items():
        _check_type(id, name, value)
    return Code(id, **fields)


def _check_type(id: str, name: str, value: Any) -> None:
    if name in (*_TEXTS, "parts"):
        fits = isinstance(value, str) or (
            isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        )
        wanted = "text or a list of texts"
    elif name == "codable":
        fits, wanted = isinstance(value, bool), "true or false"
    elif name == "attributes":
        fits = isinstance(value, Mapping) and all(
            isinstance(part, str) for pair in value.items() for part in pair
        )
        wanted = "a mapping of texts to texts"
    else:
        fits, wanted = isinstance(value, str), "text"
    if not fits:
        raise CodebookError(
            f"code {id!r}: {name} is {value!r}; it must be {wanted} (quote it if YAML reads it "
            "as something else)",
            code=id,
        )


def _check_fields(record: Mapping[str, Any], known: Iterable[str], where: str, code: str) -> None:
    for name in record:
        if name not in known:
            raise CodebookError(
                f"{where} has a field {name!r}, which is not known; known are {', '.join(known)}."
                f"{did_you_mean(str(name), known)}",
                code=code,
            )


def link_record(link: Link) -> Record:
    """Return a link as a record."""
    record = {"source": link.source, "type": link.type, "target": link.target}
    return {**record, "note": link.note} if link.note else record


def link_from_record(record: Mapping[str, Any]) -> Link:
    """Return the link that a record describes."""
    if not isinstance(record, Mapping) or not {"source", "type", "target"} <= set(record):
        raise CodebookError(f"a link needs source, type and target, not {record!r}")
    _check_fields(record, ("source", "type", "target", "note"), "a link", record["source"])
    return Link(**record)


def rollup_record(rollup: Rollup) -> Record:
    """Return a rollup as a record, without its id."""
    record: Record = {"name": rollup.name}
    if rollup.attribute is not None:
        return {**record, "attribute": rollup.attribute}
    if rollup.tree:
        return {**record, "tree": True}
    if rollup.domains:
        record["domains"] = {
            domain.id: {"name": domain.name, "themes": list(domain.themes)}
            for domain in rollup.domains
        }
    record["themes"] = {}
    for theme in rollup.themes:
        record["themes"][theme.id] = {"name": theme.name}
        for field in ("codes", "subtrees"):
            if ids := getattr(theme, field):
                record["themes"][theme.id][field] = list(ids)
    return record


def rollup_from_record(id: str, record: Mapping[str, Any]) -> Rollup:
    """Return the rollup that a record describes.

    Raises
    ------
    CodebookError
        For a field that rollups do not have, or one of the wrong type.
    """
    where = f"rollup {id!r}"
    if not isinstance(record, Mapping):
        raise CodebookError(f"{where} must be a mapping of fields, not {record!r}", code=id)
    _check_fields(record, ("name", "domains", "themes", "attribute", "tree"), where, id)
    return Rollup(
        id,
        record.get("name") or "",
        themes=_parts(Theme, record.get("themes"), where),
        domains=_parts(Domain, record.get("domains"), where),
        attribute=record.get("attribute"),
        tree=bool(record.get("tree", False)),
    )


def _parts(kind: type[Any], record: Any, where: str) -> list[Any]:
    if not isinstance(record or {}, Mapping):
        raise CodebookError(
            f"{where}: its {kind.__name__.lower()}s must be a mapping of ids, not {record!r}"
        )
    known = [field.name for field in attrs.fields(kind) if field.name != "id"]
    parts = []
    for id, fields in (record or {}).items():
        label = f"{where}: {kind.__name__.lower()} {id!r}"
        if not isinstance(fields or {}, Mapping):
            raise CodebookError(f"{label} must be a mapping of fields, not {fields!r}", code=id)
        _check_fields(fields or {}, known, label, id)
        for name, value in (fields or {}).items():
            if name != "name" and not isinstance(value, list | tuple):
                raise CodebookError(
                    f"{label}: {name} must be a list of ids, not {value!r}", code=id
                )
        parts.append(kind(id, **(fields or {})))
    return parts


def decisions_record(decisions: Mapping[Place, str]) -> Record:
    """Return a split's decisions as a record: for each part, its assignments as lists."""
    record: Record = {}
    for place, part in sorted(decisions.items()):
        record.setdefault(part, []).append(list(place))
    return record


def decisions_from_record(record: Mapping[str, Any]) -> dict[Place, str]:
    """Return the decisions that a record describes."""
    return {
        (str(document), int(start), int(end), str(coder)): part
        for part, places in record.items()
        for document, start, end, coder in places
    }


def codebook_record(codebook: Codebook, *, decisions: bool = False) -> Record:
    """Return a codebook as a record; `decisions` adds where a split's assignments went."""
    record: Record = {"id": codebook.id, "name": codebook.name}
    if codebook.description:
        record["description"] = codebook.description
    if codebook.attributes:
        record["attributes"] = {name: list(values) for name, values in codebook.attributes.items()}
    record["codes"] = {code.id: code_record(code) for code in codebook.codes.values()}
    if codebook.links:
        record["links"] = [link_record(link) for link in codebook.links]
    if codebook.rollups:
        record["rollups"] = {id: rollup_record(each) for id, each in codebook.rollups.items()}
    if decisions and codebook.decisions:
        record["decisions"] = {
            source: decisions_record(places) for source, places in codebook.decisions.items()
        }
    return record


def codebook_from_record(record: Mapping[str, Any]) -> Codebook:
    """Return the codebook that a record describes.

    Raises
    ------
    CodebookError
        When the record breaks a rule of codebooks.
    """
    known = ("id", "name", "description", "attributes", "codes", "links", "rollups", "decisions")
    _check_fields(record, known, "the codebook", str(record.get("id", "")))
    for field, kind in (("codes", Mapping), ("links", list), ("rollups", Mapping)):
        if record.get(field) and not isinstance(record[field], kind):
            raise CodebookError(
                f"the codebook's {field} are {record[field]!r}: not of the right form"
            )
    return Codebook(
        record.get("id") or "",
        record.get("name") or "",
        record.get("description") or "",
        codes=[code_from_record(id, each) for id, each in (record.get("codes") or {}).items()],
        links=[link_from_record(each) for each in record.get("links") or ()],
        rollups=[
            rollup_from_record(id, each) for id, each in (record.get("rollups") or {}).items()
        ],
        attributes=record.get("attributes") or {},
        decisions={
            source: decisions_from_record(places)
            for source, places in (record.get("decisions") or {}).items()
        },
    )
