"""Codebooks as plain records: the one shape in which YAML files and the history's lines hold them.

A record is a dict of text, numbers, lists and dicts; fields that hold their default are left out, so
that files stay short and a later field does not change an earlier line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_args

import attrs

from qualcode.errors import CodebookError, did_you_mean
from qualcode.model.checks import check_mapping, looked_up, shown
from qualcode.model.codebooks.codebook import Codebook, Place, check_decisions
from qualcode.model.codebooks.codes import Code, Link, Status
from qualcode.model.codebooks.patterns import plain
from qualcode.model.codebooks.themes import Domain, Rollup, Theme

__all__ = [
    "CODE_FIELDS",
    "code_from_record",
    "code_record",
    "codebook_fields",
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
Path = tuple[str | int, ...]
"""Where something stands in a record: the keys and list positions that lead to it."""

CODE_FIELDS = (
    "name",
    "parent",
    "definition",
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "keywords",
    "patterns",
    "colour",
    "codable",
    "attributes",
    "memos",
)
"""The fields of a code that people write, in the order in which files have them."""

_STATE_FIELDS = ("status", "merged_into", "parts")
_DEFAULTS: Record = {
    field.name: field.default for field in attrs.fields(Code) if field.default is not attrs.NOTHING
}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


def _is_text_or_list(value: Any) -> bool:
    return _is_text(value) or _is_list(value)


def _is_text_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(part, str) for pair in value.items() for part in pair
    )


_Kind = tuple[Callable[[Any], bool], str]
_TEXT: _Kind = (_is_text, "text")
_TEXTS: _Kind = (_is_text_or_list, "text or a list of texts")
_IDS: _Kind = (_is_list, "a list of ids")
_FLAG: _Kind = (lambda value: isinstance(value, bool), "true or false")
_MAPPING: _Kind = (lambda value: isinstance(value, Mapping), "a mapping by id")

_CODE: dict[str, _Kind] = {
    "name": _TEXT,
    "parent": _TEXT,
    "definition": _TEXT,
    "include": _TEXTS,
    "exclude": _TEXTS,
    "examples": _TEXTS,
    "counterexamples": _TEXTS,
    "keywords": _TEXTS,
    "patterns": (lambda value: isinstance(value, list | tuple), "a list of patterns"),
    "colour": _TEXT,
    "codable": _FLAG,
    "attributes": (_is_text_mapping, "a mapping of texts to texts"),
    "memos": _TEXTS,
    "status": (lambda value: value in get_args(Status), f"one of {', '.join(get_args(Status))}"),
    "merged_into": _TEXT,
    "parts": _IDS,
}
_LINK = {"source": _TEXT, "type": _TEXT, "target": _TEXT, "note": _TEXT}
_ROLLUP = {
    "name": _TEXT,
    "domains": _MAPPING,
    "themes": _MAPPING,
    "attribute": _TEXT,
    "tree": _FLAG,
}
_THEME = {"name": _TEXT, "codes": _IDS, "subtrees": _IDS}
_DOMAIN = {"name": _TEXT, "themes": _IDS}
_CODEBOOK: dict[str, _Kind] = {
    "id": _TEXT,
    "name": _TEXT,
    "description": _TEXT,
    "attributes": _MAPPING,
    "codes": _MAPPING,
    "links": (lambda value: isinstance(value, list), "a list of links"),
    "rollups": _MAPPING,
    "decisions": _MAPPING,
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
        if field in ("patterns", "parts") and value:
            record[field] = plain(value)
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
    at = ("codes", id)
    fields = _fields(record, _CODE, f"code {id!r}", at)
    with _located(*at):
        return Code(id, **fields)


def _fields(record: Any, known: Mapping[str, _Kind], where: str, at: Path) -> Record:
    """Return the fields that a record gives, having checked that they are known and of their type."""
    if not isinstance(record, Mapping | None):
        raise CodebookError(f"{where} must be a mapping of fields, not {record!r}", at=at)
    fields: Record = {}
    for name, value in (record or {}).items():
        if name not in known:
            raise CodebookError(
                f"{where} has a field {looked_up(name)}, which is not known; known are {', '.join(known)}."
                f"{did_you_mean(str(name), known)}",
                at=(*at, name),
            )
        fits, wanted = known[name]
        if value is None:
            continue
        if not fits(value):
            raise CodebookError(
                f"{where}: {name} is {value!r}; it must be {wanted} (quote it if YAML reads it as "
                "something else)",
                at=(*at, name),
            )
        fields[name] = value
    return fields


@contextmanager
def _located(*at: str | int) -> Iterator[None]:
    """Say where in the record an error arose that does not know it itself."""
    try:
        yield
    except CodebookError as error:
        error.at = error.at or at
        raise


def link_record(link: Link) -> Record:
    """Return a link as a record."""
    record = {"source": link.source, "type": link.type, "target": link.target}
    return {**record, "note": link.note} if link.note else record


def link_from_record(record: Mapping[str, Any], *, at: Path = ()) -> Link:
    """Return the link that a record describes."""
    fields = _fields(record, _LINK, "a link", at)
    with _located(*at):
        if not {"source", "type", "target"} <= set(fields):
            raise CodebookError(f"a link needs source, type and target, not {dict(record)!r}")
        return Link(**fields)


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
    at = ("rollups", id)
    fields = _fields(record, _ROLLUP, f"rollup {id!r}", at)
    parts: dict[str, Any] = {}
    for group, kind, known in (("themes", Theme, _THEME), ("domains", Domain, _DOMAIN)):
        parts[group] = []
        for part, given in fields.pop(group, {}).items():
            place = (*at, group, part)
            own = _fields(given, known, f"rollup {id!r}: {group[:-1]} {part!r}", place)
            with _located(*place):
                parts[group].append(kind(part, **own))
    with _located(*at):
        return Rollup(id, **fields, **parts)


def decisions_record(decisions: Mapping[Place, str]) -> Record:
    """Return a split's decisions as a record: for each part, its assignments as lists."""
    record: Record = {}
    for place, part in sorted(decisions.items()):
        record.setdefault(part, []).append(list(place))
    return record


def decisions_from_record(record: Mapping[str, Any]) -> dict[Place, str]:
    """Return the decisions that a record describes.

    Raises
    ------
    CodebookError
        When it does not give for each part a list of (document, start, end, coder).
    """
    decided: dict[Place, str] = {}
    for part, places in check_mapping(record, what="decisions", error=CodebookError).items():
        if not isinstance(places, list | tuple):
            raise CodebookError(
                f"decisions: {part!r} must have a list of assignments, not {shown(places)}"
            )
        for place in places:
            if not isinstance(place, list | tuple) or len(place) != 4:
                raise CodebookError(
                    f"decisions: {shown(place)} is no assignment (document, start, end, coder)"
                )
            document, start, end, coder = place
            decided[document, start, end, coder] = part
    return dict(check_decisions(decided, what="decisions", error=CodebookError))


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


def codebook_fields(record: Mapping[str, Any]) -> Record:
    """Return the fields of a codebook's record, having checked that they are known and of their type."""
    return _fields(record, _CODEBOOK, "the codebook", ())


def codebook_from_record(record: Mapping[str, Any]) -> Codebook:
    """Return the codebook that a record describes.

    Raises
    ------
    CodebookError
        When the record breaks a rule of codebooks.
    """
    fields = codebook_fields(check_mapping(record, what="a codebook", error=CodebookError))
    for name, values in fields.get("attributes", {}).items():
        if not isinstance(name, str) or not _is_list(values):
            raise CodebookError(
                f"the codebook's attribute {name!r} has the allowed values {values!r}; they must be a "
                "list of texts",
                at=("attributes", name),
            )
    links = []
    for number, each in enumerate(fields.get("links", ())):
        links.append(link_from_record(each, at=("links", number)))
    with _located("id"):
        return Codebook(
            fields.get("id", ""),
            fields.get("name", ""),
            fields.get("description", ""),
            codes=[code_from_record(id, each) for id, each in fields.get("codes", {}).items()],
            links=links,
            rollups=[
                rollup_from_record(id, each) for id, each in fields.get("rollups", {}).items()
            ],
            attributes=fields.get("attributes", {}),
            decisions={
                source: decisions_from_record(places)
                for source, places in fields.get("decisions", {}).items()
            },
        )
