"""A project on its way out: what it holds, what is carried beside it, and by which GUID a thing is known."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

import attrs

from qualcode.io.exchange.losses import Loss
from qualcode.io.exchange.refi.values import as_value, guid_key
from qualcode.io.raw.elements import Element, element
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.originals import Original

__all__ = ["Carrying", "Leaving", "Written", "reference"]

Place = tuple[int, int]


@attrs.frozen
class Carrying:
    """What was carried beside a project from one file.

    Parameters
    ----------
    number : int
        Which event carried it, for `Leaving.moved`.
    target : str
        ``"project"`` or ``"document:ID"``.
    said : mapping
        What was to be known to write it again.
    originals : mapping of str to Original
        The files, by their digest.
    """

    number: int
    target: str
    said: Mapping[str, Any]
    originals: Mapping[str, Original]


@attrs.frozen(kw_only=True)
class Leaving:
    """What there is to write.

    Parameters
    ----------
    state : State
        The project's content.
    namespace : UUID
        What GUIDs are made from that no file gave.
    carried : sequence of Carrying
        What other programs' files held besides.
    memo_ids : mapping of str to str
        By id of a memo, how the file that it came from knew it: ``"description"`` or a GUID.
    gone : frozenset of (str, str)
        Target and such an id of memos that were there and are not any more.
    read : callable
        Returns what an original file holds.
    author : str
        Who did what files name nobody for.
    text_then : callable
        Takes a document and the number of something carried; returns the text as it was then.
    moved : callable
        Takes a document, spans in its text as it was when something was carried, and the number of that;
        returns where they are now, None for what has no place any more.
    """

    state: State
    namespace: uuid.UUID
    carried: Sequence[Carrying]
    memo_ids: Mapping[str, str]
    gone: frozenset[tuple[str, str]]
    read: Callable[[Original], bytes]
    author: str
    text_then: Callable[[str, int], str]
    moved: Callable[[str, Sequence[Place], int], Sequence[Place | None]]


def _value(held: Element) -> Value | None:
    try:
        return as_value(held.tag, held.text)
    except (ValueError, OverflowError):
        return None


@attrs.define(slots=False)
class Written:
    """What is written so far: GUIDs, files, and what does not come along.

    Parameters
    ----------
    leaving : Leaving
        What there is to write.
    inside : bool
        Whether files go into an archive, or texts into the project itself.
    """

    leaving: Leaving
    inside: bool
    ids: dict[str, str] = attrs.field(factory=dict)
    """By target, the GUID as the file it came from spells it."""
    files: dict[str, Callable[[], bytes]] = attrs.field(factory=dict)
    """By name, what returns what a file holds, since there may be recordings among them."""
    notes: dict[str, Element] = attrs.field(factory=dict)
    """Notes that are new, by their GUIDs."""
    links: list[Element] = attrs.field(factory=list)
    """Links from new notes to what has no place for one."""
    note_texts: dict[str, str] = attrs.field(factory=dict)
    """By key, what the notes say that a file had."""
    types: dict[str, str] = attrs.field(factory=dict)
    """By name of a variable, its type."""
    losses: list[Loss] = attrs.field(factory=list)
    without: Iterator[int] = attrs.field(factory=count)
    """Numbers those elements that have no GUID and must have one."""

    def guid(self, target: str) -> str:
        """Return the GUID by which a thing is known: that of its file, or one made from its id."""
        found = self.ids.get(target)
        if not found:
            found = self.ids[target] = self.made(target)
        return found

    def made(self, what: str) -> str:
        """Return a GUID for something that has no id here."""
        # As uuid.uuid5, which takes four times as long, and there may be half a million.
        hex = hashlib.sha1(self._namespace + what.encode(), usedforsecurity=False).hexdigest()
        variant = "89ab"[int(hex[16], 16) & 3]
        return f"{hex[:8]}-{hex[8:12]}-5{hex[13:16]}-{variant}{hex[17:20]}-{hex[20:32]}"

    @cached_property
    def _namespace(self) -> bytes:
        return self.leaving.namespace.bytes

    def targets(self) -> dict[str, str]:
        """Return by key of a GUID the thing that has it."""
        return {guid_key(guid): target for target, guid in self.ids.items()}

    def lose(
        self, severity: str, what: str, reason: str, *, count: int = 1, name: str = ""
    ) -> None:
        """Note what does not come along."""
        if count:
            self.losses.append(Loss(severity, what, name=name, reason=reason, count=count))

    def values(self, holder: Element, variables: Mapping[str, Value]) -> None:
        """Bring the values of variables of a source or a case up to date."""
        left = dict(variables)
        targets = self.targets_of_variables
        for each in holder.of("VariableValue"):
            ref = each.first("VariableRef")
            name = targets.get(guid_key("" if ref is None else ref.get("targetGUID")))
            held = next((child for child in each if child.tag != "VariableRef"), None)
            if name is None or held is None:
                continue  # of a variable that the file did not have: it was carried
            if name not in left:
                if _value(held) is not None:
                    holder.remove(each)
                continue
            value = left.pop(name)
            if _value(held) != value or held.tag != f"{self.types[name]}Value":
                each[:] = [each[0], self._value_element(name, value)]
        for name, value in left.items():
            made = element("VariableValue")
            made.append(reference("VariableRef", self.guid(f"variable:{name}")))
            made.append(self._value_element(name, value))
            holder.append(made)

    def _value_element(self, name: str, value: Value) -> Element:
        kind = self.types[name]
        if isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, float):
            text = format(Decimal(repr(value)), "f")
        else:
            text = str(value)
        return element(f"{kind}Value", text=text)

    @cached_property
    def targets_of_variables(self) -> dict[str, str]:
        """By key of a GUID, the name of the variable that has it."""
        return {
            guid_key(guid): target.partition(":")[2]
            for target, guid in self.ids.items()
            if target.startswith("variable:")
        }

    def note(self, what: str, text: str, *, user: str | None, time: str | None) -> str:
        """Add a note, and return its GUID."""
        guid = self.made(f"note:{what}")
        if guid not in self.notes:
            first = " ".join(text.split())
            made = element("Note", {"guid": guid, "name": first[:60]})
            if user:
                made.attributes["creatingUser"] = self.guid(f"coder:{user}")
            if time:
                made.attributes["creationDateTime"] = time if "T" in time else f"{time}T00:00:00Z"
            made.append(element("PlainTextContent", text=text))
            self.notes[guid] = made
        return guid

    def link_note(self, note: str, target: str) -> None:
        """Link a note to what has no place for one."""
        guid = self.made(f"link:{note}:{target}")
        given = {
            "guid": guid,
            "direction": "OneWay",
            "originGUID": note,
            "targetGUID": self.guid(target),
        }
        self.links.append(element("Link", given))


def reference(tag: str, guid: str) -> Element:
    """Return an element that refers to another."""
    return element(tag, {"targetGUID": guid})
