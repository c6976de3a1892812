"""What an erasure takes out of a log, event by event, and what other copies bring back of it.

Of an event about what is erased stays that it is there: its id, which the chain goes through, its number, its
time and what its author had seen. Of others goes what they say about it, and all else means what it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import attrs
import msgspec
import numpy as np

from qualcode.model.ids import MARK
from qualcode.model.log.event import ERASED, Event, stub
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events, Flags
from qualcode.model.log.timeline import OPEN, Timeline
from qualcode.model.log.withdrawals import ADDS, HANGING, Reach

__all__ = ["IsGone", "Scrubbing", "blank", "came_back", "scrubbing"]

IsGone = Callable[[str, str, int], bool]
"""Tells whether a kind and an id, as written in the event at a position, name what is erased."""


@attrs.define
class Scrubbing:
    """Taking what is erased out of a log.

    Parameters
    ----------
    timeline : Timeline
        The events.
    is_gone : IsGone
        What is erased.
    quotes : collection of str
        Examples in the codebook that quote it.
    """

    timeline: Timeline
    is_gone: IsGone
    quotes: Collection[str] = ()
    hanging: set[str] = attrs.field(factory=set)
    """Short ids of memos and proposals that are erased."""

    def events(self) -> dict[int, Event]:
        """Return what becomes of each event that says something about what is erased, by its position."""
        changed: dict[int, Event] = {}
        for at, event in enumerate(self.timeline.events):
            if event.kind == ERASED:
                self.hanging.add(event.short)
                continue
            left = self._left(event, at)
            if left is not event:
                changed[at] = left
                self.hanging.add(event.short)
        return changed

    def gone_rows(self, rows: Events) -> Flags:
        """Tell which rows of coding are about what is erased."""
        gone = np.zeros(len(rows), dtype=np.bool_)
        if not len(rows):
            return gone
        seals = np.array(self.timeline.blocks or [OPEN], dtype=np.int64)
        seals[seals == OPEN] = len(self.timeline)
        pairs = rows.block.astype(np.int64) * len(rows.documents) + rows.document
        named, where = np.unique(pairs, return_inverse=True)
        blocks, numbers = np.divmod(named, len(rows.documents))
        about = [
            rows.documents[number] != ""
            and self.is_gone("document", rows.documents[number], int(seals[block]))
            for block, number in zip(blocks.tolist(), numbers.tolist(), strict=True)
        ]
        chosen: Flags = np.array(about, dtype=np.bool_)[where]
        return chosen

    def _left(self, event: Event, at: int) -> Event:
        """Return what is left of an event; the event itself where nothing of it goes."""
        kind, _, id = event.target.partition(":")
        if kind in HANGING.values() and id in self.hanging:
            return stub(event)
        if kind == "segment":
            kind, id = "document", id.rpartition(":")[0]
        if kind in ("document", "case") and self.is_gone(kind, id, at):
            return stub(event)
        case = event.fields.get("case") if event.kind in ("join", "leave") else None
        if case is not None and self.is_gone("case", case, at):
            return stub(event)
        if event.kind == "carry" and self._carries(event, at):
            return stub(event)
        fields, words = self._fields(event, at), self._words(event, at)
        if event.kind == "summarise" and fields != event.fields:
            # Written from what is erased, it may tell what was said there; the event stays, so that no
            # older summary of the cell comes back in its place.
            words.pop("text", None)
        if event.kind == "fill" and fields != event.fields:
            words = _without_grounds(words, event.fields["had"], fields["had"])
        if fields == event.fields and words == event.words:
            return event
        return msgspec.structs.replace(event, fields=fields, words=words)

    def _carries(self, event: Event, at: int) -> bool:
        """Tell whether another program's file that is carried says something about what is erased.

        It is one file, which is not taken apart, so all of it goes.
        """
        named = [target.partition(":") for target in event.words.get("ids", ())]
        named += [("document", ":", id) for id in event.words.get("texts", ()) if id is not None]
        return any(
            kind in ("document", "case") and self.is_gone(kind, id, at) for kind, _, id in named
        )

    def _fields(self, event: Event, at: int) -> dict[str, Any]:
        fields = dict(event.fields)
        for name, kind in (("cases", "case"), ("documents", "document")):
            if isinstance(fields.get(name), list):
                fields[name] = [id for id in fields[name] if not self.is_gone(kind, id, at)]
        if isinstance(fields.get("decisions"), dict):
            fields["decisions"] = {
                part: kept
                for part, places in fields["decisions"].items()
                if (kept := [each for each in places if not self.is_gone("document", each[0], at)])
            }
        if event.kind == "back-link":
            fields["sources"] = [
                each
                for each in fields["sources"]
                for kind, _, id in [each.partition(":")]
                if not self.is_gone(kind, id, at)
            ]
        if event.kind == "fill" and "had" in fields:
            left = {field: self._spans(had, at) for field, had in fields["had"].items()}
            fields["had"] = {field: had for field, had in left.items() if had}
        if event.kind == "summarise":
            fields["had"] = self._spans(fields["had"], at)
        return fields

    def _spans(self, had: Mapping[str, Any], at: int) -> dict[str, Any]:
        """Return the passages of documents that something rests on, without those that are erased."""
        return {id: spans for id, spans in had.items() if not self.is_gone("document", id, at)}

    def _words(self, event: Event, at: int) -> dict[str, Any]:
        words = dict(event.words)
        if isinstance(words.get("views"), dict):
            words["views"] = {
                name: self._view(view, at) if isinstance(view, dict) else view
                for name, view in words["views"].items()
            }
        for name in ("explanation", "evidence"):
            if isinstance(words.get(name), dict):
                words[name] = self._explanation(words[name], at)
        return without_quotes(words, self.quotes) if self.quotes else words

    def _view(self, view: Mapping[str, Any], at: int) -> dict[str, Any]:
        if "documents" not in view:
            return dict(view)
        kept = [id for id in view["documents"] if not self.is_gone("document", id, at)]
        return {**view, "documents": kept}

    def _explanation(self, said: Mapping[str, Any], at: int) -> dict[str, Any]:
        left = dict(said)
        if said.get("nearest"):
            left["nearest"] = [
                each
                for each in said["nearest"]
                if not self.is_gone("document", each["document"], at)
            ]
        phrase = said.get("phrase")
        if isinstance(phrase, dict) and phrase.get("text") in self.quotes:
            left["phrase"] = None
        return left


def _without_grounds(
    words: dict[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is filled in without what rests on something that is erased: it may tell what was said."""
    gone = {field for field, had in before.items() if had != now.get(field)}
    return {
        name: {field: value for field, value in said.items() if field not in gone}
        if isinstance(said, dict)
        else said
        for name, said in words.items()
    }


def without_quotes(said: Any, quotes: Collection[str]) -> Any:
    """Return what an event says of codes without the examples that are quotes of what is erased."""
    if isinstance(said, list):
        return [without_quotes(each, quotes) for each in said]
    if not isinstance(said, dict):
        return said
    left = {}
    for name, value in said.items():
        if name in ("examples", "counterexamples"):
            listed = [value] if isinstance(value, str) else list(value or ())
            kept = [each for each in listed if each not in quotes]
            left[name] = value if len(kept) == len(listed) else kept
        else:
            left[name] = without_quotes(value, quotes)
    return left


def blank(rows: Events, gone: Flags) -> Events:
    """Return rows with some of them saying nothing any more: they keep their place in their block."""
    if not gone.any():
        return rows
    changed: dict[str, Any] = {}
    for name, value in (("document", ""), ("code", ""), ("origin", "hand")):
        vocabulary = getattr(rows, f"{name}s")
        known = vocabulary if value in vocabulary else (*vocabulary, value)
        column = getattr(rows, name).copy()
        column[gone] = known.index(value)
        # What no row names any more is not to be named here either.
        used, numbers = np.unique(column, return_inverse=True)
        changed[name] = numbers.astype(np.int32)
        changed[f"{name}s"] = tuple(known[each] for each in used.tolist())
    plain: tuple[tuple[str, Any], ...] = (
        ("start", 0), ("end", 0), ("time", 0), ("weight", np.nan), ("retracted", False),
    )  # fmt: skip
    for name, value in plain:
        column = getattr(rows, name).copy()
        column[gone] = value
        changed[name] = column
    for name in ("memos", "made"):
        changed[name] = {at: value for at, value in getattr(rows, name).items() if not gone[at]}
    return attrs.evolve(rows, **changed)


def scrubbing(log: Log, reach: Reach, quotes: Collection[str] = ()) -> Scrubbing:
    """Return how to take out of a log what an erasure reaches that is to be made now."""

    def is_gone(kind: str, id: str, at: int) -> bool:
        where = None if at >= log.count else at
        return f"{kind}:{reach.letters.meant(kind, id, where)}" in reach.targets

    return Scrubbing(log.timeline, is_gone, quotes)


def came_back(log: Log) -> Scrubbing | None:
    """Return how to take out what people wrote about what was erased without knowing; None for nothing.

    Whoever wrote about a document had seen it added. So where an author had not seen all erasures, and no
    document is left that they could have meant, it was one that was erased.
    """
    timeline = log.timeline
    erasures = [at for at in timeline.erasures if timeline.events[at].kind == "erase"]
    if not erasures:
        return None
    return _CameBack(log, erasures).run()


class _CameBack:
    def __init__(self, log: Log, erasures: list[int]) -> None:
        self.log, self.timeline, self.erasures = log, log.timeline, erasures
        events = self.timeline.events
        erased = {id for at in erasures for id in events[at].fields.get("added", ())}
        self.added: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self.unaware: dict[int, bool] = {}
        self.taken: set[int] = set()
        """Positions where a document was added that somebody put into an erased case elsewhere."""
        for at, event in enumerate(events):
            kind = ADDS.get(event.kind)
            if kind is not None and event.id not in erased:
                self.added[kind, event.target.partition(":")[2]].append(at)

    def run(self) -> Scrubbing:
        for at, case in self._joined():
            if self._is_unaware(at) and not list(self._meant("case", case, at)):
                id = self.timeline.events[at].target.partition(":")[2]
                self.taken.update(
                    # Who erased the case knew the others, and that they were none of its documents.
                    each
                    for each in self._meant("document", id, at)
                    if not any(self.timeline.saw(erasure, each) for erasure in self.erasures)
                )
        return Scrubbing(self.timeline, self.is_gone)

    def is_gone(self, kind: str, id: str, at: int) -> bool:
        """Tell whether an id means something that is not there any more."""
        if not self.taken and not self._is_unaware(at):
            return False
        return all(each in self.taken for each in self._meant(kind, id, at))

    def _is_unaware(self, at: int) -> bool:
        """Tell whether the author of an event had not seen all erasures."""
        if at not in self.unaware:
            self.unaware[at] = at >= self.log.count or not all(
                self.timeline.saw(at, each) for each in self.erasures
            )
        return self.unaware[at]

    def _meant(self, kind: str, id: str, at: int) -> Iterator[int]:
        """Yield the positions of the additions that an id in an event can mean."""
        plain, mark, tag = id.partition(MARK)
        for each in self.added.get((kind, plain), ()):
            if mark and not self.timeline.events[each].id.startswith(tag):
                continue
            if at >= self.log.count or self.timeline.knew(at, each):
                yield each

    def _joined(self) -> Iterator[tuple[int, str]]:
        off = self.log.switches.off
        for at, event in enumerate(self.timeline.events):
            if event.erased or event.id in off:
                continue
            if event.kind == "add-document":
                yield from ((at, case) for case in event.fields.get("cases", ()))
            elif event.kind == "join":
                yield at, event.fields["case"]
