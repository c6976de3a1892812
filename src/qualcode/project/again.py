"""Scripts that are run again: nothing is done twice, and nothing restored that was taken back since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from qualcode.model.fold.fold import NAMED_PARTS
from qualcode.model.ids import fold
from qualcode.model.log.event import Event
from qualcode.model.log.rows import ByDocument, Events, Key

__all__ = ["Earlier"]

_encode = msgspec.json.Encoder(order="sorted").encode
Row = tuple[Any, ...]
Said = tuple[str | None, float | None]
"""Memo and weight."""

_AT_FIRST = (b"null", b'"leave"', b'"unfinish"', b"false")
"""What properties are before anybody sets them."""


class Earlier:
    """What was in the log when a script began, to be matched with what it does.

    Each event matches one call only, so that a script that does a thing twice does it twice again. What sets
    several properties matches property by property, for some may be so already when it is done again.

    Parameters
    ----------
    events : iterable of Event
        What was done before.
    rows : Events
        What was coded before.
    """

    def __init__(self, events: Iterable[Event], rows: Events) -> None:
        self._events: dict[bytes, list[Event]] = defaultdict(list)
        self._named: dict[str, str] = {}
        self._known: dict[tuple[bytes, str], Event] = {}
        self._now: dict[bytes, tuple[bytes, Event]] = {}  # what the events matched so far have set
        self._ended: set[bytes] = set()
        for event in events:
            for said in _said(event.kind, event.target, event.fields, event.words, event.author):
                self._events[said].append(event)
            for name, id in _names(event):
                self._named.setdefault(fold(name), id)
            for register, _ in _registers(event.kind, event.target, event.fields, event.words):
                self._known.setdefault((register, event.author), event)
        for each in self._events.values():
            each.reverse()
        self._rows = rows
        self._by_document: ByDocument | None = None
        self._read: dict[str, dict[Key, list[Row]]] = {}
        self._at: dict[Key, tuple[int, Said | None]] = {}  # rows matched, and what stood after them
        self.matched: dict[str, Event] = {}
        """The events that calls of this run were matched with, by id."""
        self.left: set[Key] = set()
        """Assignments that calls of this run would have restored, had they not been retracted since."""

    def named(self, name: str) -> str | None:
        """Return the id of the code that ever had a name, whatever it is called now."""
        return self._named.get(fold(name))

    def did(
        self,
        kind: str,
        target: str,
        fields: Mapping[str, Any],
        words: Mapping[str, Any],
        coder: str,
    ) -> Event | None:
        """Return the event by which an earlier run did this, and take it as matched; None if none did.

        What was so already at this point of the earlier run was nothing to log, and is nothing to do.
        """
        registers = dict(_registers(kind, target, fields, words))
        if not self._ended.isdisjoint(registers):
            return None
        found: Event | None = None
        for number, said in enumerate(_said(kind, target, fields, words, coder)):
            waiting = self._events.get(said)
            event = waiting.pop() if waiting else None
            if number == 0:
                found = event
        if found is not None:
            self.matched[found.id] = found
            self._now.update({each: (value, found) for each, value in registers.items()})
            return found
        held = [self._held(each, value, coder) for each, value in registers.items()]
        if held and all(each is not None for each in held):
            return held[0]
        # This is new: from here on the present counts.
        self._ended.update(registers)
        return None

    def _held(self, register: bytes, value: bytes, coder: str) -> Event | None:
        """Return an event of the earlier run, if a property had a value at this point of it."""
        if register in self._now:
            now, event = self._now[register]
            return event if now == value else None
        return self._known.get((register, coder)) if value in _AT_FIRST else None

    def coded(self, key: Key, memo: str | None, weight: float | None) -> bool:
        """Tell whether an earlier run assigned this at this point, and take that as matched.

        What was told of one assignment is gone through in its order, so that what a script retracts and
        assigns anew is matched call by call. To assign what stood by then was nothing to log.
        """
        at, stood = self._place(key)
        if stood is not None and _says(memo, weight, stood):
            return True
        rows = self._of(key[0]).get(key, [])
        for number in range(at, len(rows)):
            was_memo, was_weight, retracted = rows[number]
            if not retracted and _says(memo, weight, (was_memo, was_weight)):
                self._at[key] = number + 1, (was_memo, was_weight)
                return True
        return False

    def took_back(self, key: Key) -> bool:
        """Tell whether an earlier run, or anybody since, took this back, and take that as matched."""
        rows = self._of(key[0]).get(key, [])
        for number in range(self._place(key)[0], len(rows)):
            if rows[number][2]:
                self._at[key] = number + 1, None
                return True
        return False

    def retracted(self, key: Key) -> bool:
        """Tell whether an earlier run, or anybody since, took this back, matched or not."""
        return self.took_back(key) or any(row[2] for row in self._of(key[0]).get(key, ()))

    def acted(self, key: Key) -> None:
        """Note that this run has done something to an assignment: what comes now is new."""
        if key in self._at or key in self._of(key[0]):
            self._at[key] = len(self._of(key[0]).get(key, ())), None

    def _place(self, key: Key) -> tuple[int, Said | None]:
        return self._at.get(key, (0, None))

    def _of(self, document: str) -> dict[Key, list[Row]]:
        if document not in self._read:
            self._read[document] = dict(self._rows_of(document))
        return self._read[document]

    def _rows_of(self, document: str) -> dict[Key, list[Row]]:
        if self._by_document is None:
            self._by_document = ByDocument(self._rows)
        found: dict[Key, list[Row]] = {}
        for row, key, weight in self._by_document.of(document):
            said = (self._rows.memos.get(row), weight)
            found.setdefault(key, []).append((*said, bool(self._rows.retracted[row])))
        return found


def _says(memo: str | None, weight: float | None, held: Said) -> bool:
    """Tell whether an assignment says what is asked for; what is not given may be anything."""
    return memo in (None, held[0]) and weight in (None, held[1])


def _names(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the names that an event gives to codes, with their ids."""
    id = event.target.partition(":")[2]
    if event.kind in ("add", "rename"):
        yield str(event.words.get("name", id)), id
    elif event.kind == "adopt":
        for code, record in event.words["codebook"].get("codes", {}).items():
            yield str((record or {}).get("name", code)), code


def _registers(
    kind: str, target: str, fields: Mapping[str, Any], words: Mapping[str, Any]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the properties that an event sets, with their values."""
    told = {**fields, **words}
    if kind in ("join", "leave"):
        yield _encode((target, "case", told.get("case"))), _encode(kind)
    elif kind in ("finish", "unfinish"):
        yield _encode((target, "finished")), _encode(kind)
    elif kind == "judge":
        part = fields["component"], fields["coder"]
        yield _encode((target, *part)), _encode(fields["judged"] and [fields["judged"], words])
    elif kind == "screen":
        decided = fields["decision"] and [fields["decision"], words]
        yield _encode((target, fields["stage"], fields["coder"])), _encode(decided)
    elif kind == "tie-records":
        for pair in fields["pairs"]:
            yield _encode((target, pair, fields.get("by", ""))), _encode(fields["same"])
    elif kind == "set-review":
        for name, value in words.items():
            yield _encode((target, name)), _encode(value)
    elif kind == "fill":
        of = target, fields["form"], fields.get("row", ""), fields["coder"]
        for field in fields["named"]:
            value = words.get("values", {}).get(field)
            said = None if value is None else [value, words.get("notes", {}).get(field, "")]
            yield _encode((*of, field)), _encode(said)
    elif kind == "back-link":
        for source in fields["sources"]:
            yield _encode((target, source)), _encode(fields["there"])
    elif kind in ("set", "add-document", "add-case", "rename", "move", "recolour", "redefine"):
        for name, value in told.items():
            if name in ("variables", *NAMED_PARTS):
                for each, one in value.items():
                    yield _encode((target, name, each)), _encode(one)
            elif name == "cases":
                for case in value:
                    yield _encode((target, "case", case)), _encode("join")
            elif name != "reason":
                yield _encode((target, name)), _encode(value)


def _said(
    kind: str, target: str, fields: Mapping[str, Any], words: Mapping[str, Any], author: str
) -> Iterator[bytes]:
    """Yield what an event says, the event as a whole first, and then each property that it sets."""
    # A split and its decisions depend on what was coded by then, and a reason says why, not what.
    what = {name: value for name, value in fields.items() if name not in ("decisions", "had")}
    told = {name: value for name, value in words.items() if name != "reason"}
    if kind != "set":
        yield _encode((kind, target, what, told, author))
    if kind in ("set", "add-document", "add-case", "add-coder"):
        for name, value in {**what, **told}.items():
            if name in ("variables", *NAMED_PARTS):
                for each, one in value.items():
                    yield _encode(("set", target, [name, each], one, author))
            elif name == "cases":
                for case in value:
                    yield _encode(("join", target, {"case": case}, {}, author))
            else:
                yield _encode(("set", target, [name], value, author))
