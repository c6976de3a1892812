"""What the events of forms make: definitions, and what coders filled in; asked for by the fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from qualcode.model.coding.summaries import Anchor
from qualcode.model.log.event import Event
from qualcode.model.log.letters import Letters
from qualcode.model.review.entries import Entry, EntryKey, entry_field, entry_target

__all__ = ["FORM_KINDS"]


class _Filled(Protocol):
    forms: dict[str, Mapping[str, Any]]
    entries: dict[EntryKey, Entry]


class _Fold(Protocol):
    """What of the fold these functions need."""

    letters: Letters
    out: set[str]
    review: _Filled

    def _is_off(self, event: Event) -> bool: ...
    def _meant(self, target: str, at: int) -> str: ...
    def _note(self, target: str, field: str, value: Any, at: int) -> None: ...
    def _anchors(self, had: Mapping[str, list[list[int]]], at: int) -> Iterator[Anchor]: ...


def _form(fold: _Fold, event: Event, at: int) -> None:
    if fold._is_off(event):
        return
    definition = event.words.get("definition")
    if definition is None:
        fold.review.forms.pop(event.target, None)
    else:
        fold.review.forms[event.target] = definition
    fold._note(event.target, "definition", definition, at)


def _fill(fold: _Fold, event: Event, at: int) -> None:
    source = fold._meant(event.target, at)
    if fold._is_off(event) or source in fold.out:
        return
    said, held = event.fields, fold.review.entries
    form, row, coder = said["form"], said.get("row", ""), said["coder"]
    for field in said["named"]:
        had = {
            fold.letters.meant("document", id, at): spans
            for id, spans in said.get("had", {}).get(field, {}).items()
        }
        value = event.words.get("values", {}).get(field)
        if any(f"document:{id}" in fold.out for id in had):
            # It rests on what somebody said who consents no more; nor does an older one come back for it.
            value = None
        note = event.words.get("notes", {}).get(field, "")
        anchors = tuple(fold._anchors(had, at))
        key = source, form, row, field, coder
        held.pop(key, None)
        if value is not None:
            held[key] = Entry(*key, value, note, anchors, event.time, event.short)
        noted = None if value is None else (value, note, _places(anchors))
        fold._note(entry_target(source, form, row), entry_field(field, coder), noted, at)


def _places(anchors: Iterable[Anchor]) -> tuple[tuple[str, int, int], ...]:
    return tuple((each.document, each.start, each.end) for each in anchors)


FORM_KINDS: Mapping[str, Callable[[Any, Event, int], None]] = {"form": _form, "fill": _fill}
"""What each kind of event of a form does."""
