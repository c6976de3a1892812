"""Changes as plain records, and as what the events of the log say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from qualcode.errors import ChangeError
from qualcode.model.checks import check_mapping, shown
from qualcode.model.codebooks import records
from qualcode.model.codebooks.changes.base import Change
from qualcode.model.codebooks.changes.codes import (
    Add,
    Move,
    Recolour,
    Redefine,
    Rename,
    Reorder,
    Restore,
    Retire,
)
from qualcode.model.codebooks.changes.merging import Decide, Merge, Split
from qualcode.model.codebooks.changes.structure import (
    Adopt,
    Describe,
    DropRollup,
    LinkCodes,
    Revert,
    SetRollup,
    UnlinkCodes,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.patterns import plain
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.log.event import Event

__all__ = ["change_from_record", "change_of", "change_record", "content_of"]

_KINDS: dict[str, Any] = {
    kind.kind: kind
    for kind in (
        Add,
        Adopt,
        Decide,
        Describe,
        DropRollup,
        LinkCodes,
        Merge,
        Move,
        Recolour,
        Redefine,
        Rename,
        Reorder,
        Restore,
        Retire,
        Revert,
        SetRollup,
        Split,
        UnlinkCodes,
    )
}

_FIELDS = {
    name: frozenset(each.name for each in attrs.fields(kind)) for name, kind in _KINDS.items()
}

# Fields that are not plain text are written and read by their own functions.
_WRITERS: dict[type, Any] = {
    Codebook: lambda codebook: records.codebook_record(codebook, decisions=True),
    Code: lambda code: {"id": code.id, **records.code_record(code)},
    Link: records.link_record,
    Rollup: lambda rollup: {"id": rollup.id, **records.rollup_record(rollup)},
}


def change_record(change: Change) -> dict[str, Any]:
    """Return a change as a record: its kind and its fields."""
    record: dict[str, Any] = {"kind": change.kind}
    for field in attrs.fields(_KINDS[change.kind]):
        value = getattr(change, field.name)
        if field.name == "decisions":
            value = records.decisions_record(value)
        elif type(value) in _WRITERS:
            value = _WRITERS[type(value)](value)
        else:
            value = plain(value)
        record[field.name] = value
    return record


def change_from_record(record: Mapping[str, Any]) -> Change:
    """Return the change that a record describes.

    Raises
    ------
    ChangeError
        For a kind that is not known, or fields that do not fit it.
    """
    record = check_mapping(record, what="a change", error=ChangeError)
    kind = _KINDS.get(str(record.get("kind")))
    if kind is None:
        raise ChangeError(
            f"{record.get('kind')!r} is no kind of change; there are {', '.join(_KINDS)}. "
            "A newer version of qualcode may have written it"
        )
    fields = {name: value for name, value in record.items() if name != "kind"}
    known = _FIELDS[kind.kind]
    if fields.keys() != known:
        raise ChangeError(
            f"a change of kind {kind.kind!r} has the fields {', '.join(sorted(known))}, "
            f"not {', '.join(sorted(map(str, fields)))}"
        )
    change: Change = kind(**{name: _read(kind, name, each) for name, each in fields.items()})
    return change


def _read(kind: type[Change], name: str, value: Any) -> Any:
    if name == "decisions":
        return records.decisions_from_record(value)
    if kind in (Add, SetRollup) and not (isinstance(value, Mapping) and "id" in value):
        raise ChangeError(
            f"the change {kind.kind!r} needs a mapping with an id, not {shown(value)}"
        )
    if kind is Adopt:
        return records.codebook_from_record(value)
    if kind is Add:
        return records.code_from_record(value["id"], {k: v for k, v in value.items() if k != "id"})
    if kind in (LinkCodes, UnlinkCodes):
        return records.link_from_record(value)
    if kind is SetRollup:
        return records.rollup_from_record(
            value["id"], {k: v for k, v in value.items() if k != "id"}
        )
    return value


# Events

_WORDS = frozenset(
    (
        "name", "definition", "include", "exclude", "examples", "counterexamples", "keywords", "patterns",
        "memos", "description", "note", "codebook", "rollup",
    )
)  # fmt: skip
"""What people put in their own words, and may have to take back some day."""

Content = tuple[str, dict[str, Any], dict[str, Any]]
"""Target, fields and words of an event."""


def content_of(change: Change) -> Content:
    """Return what an event says that makes a change."""
    record = change_record(change)
    del record["kind"]
    match change:
        case Add():
            record = record["code"]
            target = f"code:{record.pop('id')}"
        case Redefine():
            record = record["fields"]
            target = f"code:{change.code}"
        case Adopt():
            target, record = "codebook", {"codebook": record["codebook"]}
        case SetRollup():
            record["rollup"].pop("id")
            target = f"rollup:{change.rollup.id}"
        case DropRollup():
            target, record = f"rollup:{change.rollup}", {}
        case LinkCodes() | UnlinkCodes():
            target, record = "link", record["link"]
        case Merge():
            target = f"code:{record.pop('into')}"
        case Describe() | Reorder():
            target = "codebook"
        case _:
            target = f"code:{record.pop('code')}"
    words = {name: value for name, value in record.items() if name in _WORDS}
    return target, {k: v for k, v in record.items() if k not in words}, words


def change_of(event: Event) -> Change:
    """Return the change that an event makes.

    Raises
    ------
    QualcodeError
        When what it says makes none.
    """
    kind, id = event.kind, event.target.partition(":")[2]
    if kind in ("undo", "redo"):
        return Revert(tuple(event.fields.get("undone", event.fields["of"])))
    record = {**event.fields, **event.words}
    record.pop("reason", None)
    match kind:
        case "add":
            return Add(records.code_from_record(id, record))
        case "redefine":
            return Redefine(id, record)
        case "adopt":
            return Adopt(records.codebook_from_record(record["codebook"]))
        case "set-rollup":
            return SetRollup(records.rollup_from_record(id, record["rollup"]))
        case "drop-rollup":
            return DropRollup(id)
        case "link":
            return LinkCodes(records.link_from_record(record))
        case "unlink":
            return UnlinkCodes(records.link_from_record(record))
        case "merge":
            return Merge(tuple(record["sources"]), id)
        case "describe" | "reorder":
            return change_from_record({"kind": kind, **record})
        case _:
            return change_from_record({"kind": kind, "code": id, **record})
