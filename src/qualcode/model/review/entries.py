"""Entries: what coders filled into the fields of forms for sources, each with its grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, unquote

import attrs

from qualcode.model.coding.summaries import Anchor

if TYPE_CHECKING:
    from qualcode.model.review.field_values import FieldValue

__all__ = [
    "RECORDED",
    "Entry",
    "EntryKey",
    "entry_event",
    "entry_field",
    "entry_target",
    "form_target",
]

RECORDED = "recorded"
"""The field of an instrument that holds the rating an appraiser recorded."""

EntryKey: TypeAlias = tuple[str, str, str, str, str]
"""Source, form, row, field and coder: one register."""

_NO_ROW = "-"


@attrs.frozen
class Entry:
    """What a coder filled into a field of a form for a source.

    Parameters
    ----------
    source : str
        The source as targets have it, ``"document:ID"`` or ``"case:ID"``.
    form : str
        Which form: ``"instrument:ID"`` or ``"template:ID"``.
    row : str
        Which row, where the source has several; empty for none.
    field : str
        Id of the item or field; ``"recorded"`` is the rating that an appraiser recorded.
    coder : str
        Who filled it in.
    value : str, number, bool, list or dict
        The answer or value.
    note : str
        What the coder noted on it.
    anchors : tuple of Anchor
        The passages it rests on.
    time, id : str
        When it was filled in (UTC, ISO 8601), and by which event.
    """

    source: str
    form: str
    row: str
    field: str
    coder: str
    value: FieldValue = attrs.field(hash=False)
    note: str = ""
    anchors: tuple[Anchor, ...] = ()
    time: str = ""
    id: str = ""

    @property
    def key(self) -> EntryKey:
        """Which register it is."""
        return self.source, self.form, self.row, self.field, self.coder


def form_target(kind: str, id: str) -> str:
    """Return what a form is called in events.

    Examples
    --------
    >>> form_target("instrument", "amstar2")
    'instrument:amstar2'
    """
    return f"{kind}:{id}"


def entry_target(source: str, form: str, row: str) -> str:
    """Return what the registers of a source, a form and a row belong to.

    Examples
    --------
    >>> entry_target("document:int 03", "template:impacts", "length of stay")
    'entry:template:impacts length%20of%20stay document:int 03'
    """
    return f"entry:{form} {quote(row, safe='') or _NO_ROW} {source}"


def entry_field(field: str, coder: str) -> str:
    """Return the register of a field that a coder's value sets."""
    return f"{field} by {coder}"


def entry_event(
    target: str, field: str, value: Any
) -> tuple[str, str, dict[str, Any], dict[str, Any]] | None:
    """Return the event that sets a register of a form: kind, target, fields and words; None for another's.

    Examples
    --------
    >>> entry_event("entry:instrument:amstar2 - document:a", "9a by ana", ("yes", "", (("a", 0, 4),)))[1:]
    ('document:a', {'form': 'instrument:amstar2', 'coder': 'ana', 'named': ['9a'],
    'had': {'9a': {'a': [[0, 4]]}}}, {'values': {'9a': 'yes'}})
    """
    kind, _, what = target.partition(":")
    if kind in ("instrument", "template") and field == "definition":
        return "form", target, {}, {"definition": value} if value else {}
    if kind != "entry":
        return None
    form, row, source = what.split(" ", 2)
    name, _, coder = field.partition(" by ")
    said, note, places = value or (None, "", ())
    had: dict[str, list[list[int]]] = {}
    for document, start, end in places:
        had.setdefault(document, []).append([start, end])
    fields: dict[str, Any] = {"form": form, "coder": coder, "named": [name]}
    fields |= {} if row == _NO_ROW else {"row": unquote(row)}
    fields |= {"had": {name: had}} if had else {}
    words: dict[str, Any] = {} if said is None else {"values": {name: said}}
    return "fill", source, fields, words | ({"notes": {name: note}} if note else {})
