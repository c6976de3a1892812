"""The order of events that everybody agrees on, and who had seen what.

The key of an event is the latest of its own time and all times that its author had seen, then how deep it
lies, then its id. So an event comes after everything that its author had seen, wherever the clocks stand,
and a union of logs never changes the order of what both had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from qualcode.model.log.event import WITHHELD, Event

__all__ = [
    "CODEBOOK",
    "ERASURES",
    "OPEN",
    "SWITCHES",
    "TEXTS",
    "WITHDRAWALS",
    "Missing",
    "Timeline",
]

CODEBOOK = frozenset(
    (
        "add", "adopt", "decide", "describe", "drop-rollup", "link", "merge", "move", "recolour",
        "redefine", "rename", "reorder", "restore", "retire", "set-rollup", "split", "unlink",
    )
)  # fmt: skip
"""The kinds of event that change the codebook: its revisions."""
SWITCHES = frozenset(("undo", "redo"))
WITHDRAWALS = frozenset(("withdraw", "reinstate"))
"""The kinds of event that take a document or a case out of sight, or bring it back."""
ERASURES = frozenset(("erase", "pseudonymise"))
"""The kinds of event that say which others were rewritten, and what holds of them now."""
TEXTS = frozenset(("add-document", "correct"))
"""The kinds of event that bring a version of a text."""

MIGRATED = "1-"
"""How the names of replicas begin that were made of files of format 1."""

_ON_CODING = ("seal", WITHHELD)

OPEN = -1
"""The position of a block of rows that no event has sealed yet."""


class Missing(Exception):
    """Events that others name are not there.

    Parameters
    ----------
    waiting : mapping of str to Event
        For each id that is missing, an event that names it.
    """

    def __init__(self, waiting: Mapping[str, Event]) -> None:
        super().__init__(f"missing: {', '.join(waiting)}")
        self.waiting = waiting


class Timeline:
    """Events in order, with blocks of coding rows between them; it only ever grows at its end.

    Parameters
    ----------
    events : iterable of Event
        In any order, each once.

    Raises
    ------
    Missing
        When an event names one that is not there.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.events: list[Event] = []
        self.position: dict[str, int] = {}
        self.revisions: list[int] = []
        """Positions of the events that changed the codebook."""
        self.switches: list[int] = []
        """Positions of undos and redos."""
        self.withdrawals: list[int] = []
        """Positions of the events that withdraw or reinstate something."""
        self.erasures: list[int] = []
        """Positions of the events that say which others were rewritten."""
        self.era: list[int] = []
        """For each event, how many revisions are the first that hold it and all its author had seen."""
        self.under: list[int] = []
        """The same without the event itself: the rows of coding that it seals were logged under it."""
        self.since: list[str] = []
        """For each event, the latest time of anything that its author had seen, but for coding."""
        self.blocks: list[int] = []
        """For each block of rows, the position of the event that sealed it, or OPEN."""
        self.block_of: dict[str, int] = {}
        """The number of the block that an event sealed, by the event's id."""
        self.texts: dict[str, str] = {}
        """The documents' texts, by their SHA-256."""
        self.worked_out: dict[Any, Any] = {}
        """What follows from events and texts alone, such as where spans are: kept while the log grows."""
        self.linear = True
        """Whether every author had seen all that came before, so that nothing was done at once."""
        self._label: list[int] = []
        self._place: list[int] = []
        self._clock: list[dict[int, int]] = []
        self._key: list[tuple[str, int, str]] = []
        self._changed: list[str] = []
        self._names: list[str] = []
        self._taken: set[str] = set()
        self._leaves: dict[int, int] = {}
        for event in _in_order({event.id: event for event in events}):
            self.append(event)

    def __len__(self) -> int:
        return len(self.events)

    @property
    def project(self) -> str:
        """The id of the project: the same in every copy, whatever it is called and wherever it lies."""
        begun = next(event for event in self.events if event.kind == "begin")
        return str(begun.fields["project"])

    # Growing

    def append(self, event: Event) -> int:
        """Add an event that comes after all others, and return its position."""
        at = len(self.events)
        parents = [self.position[id] for id in (event.prev, *event.seen) if id]
        time, depth, clock = event.time, 0, _NONE
        if event.prev:
            prev = self.position[event.prev]
            label, clock = self._label[prev], self._clock[prev]
            if self._leaves.get(label) != prev:
                # Somebody else went on from there too: from here on it is a log of its own.
                clock = {**clock, label: self._place[prev]}
                label = self._new_label(self._names[label], event)
            place = self._place[prev] + 1
        else:
            label, place = self._new_label(event.log, event), 1
        if event.seen:
            clock = dict(clock)
        for parent in parents:
            other_time, other_depth, _ = self._key[parent]
            time, depth = max(time, other_time), max(depth, other_depth + 1)
        # Who has seen an event has seen all that its author had: most often the newest has seen the others.
        for seen in sorted((self.position[id] for id in event.seen), reverse=True):
            if clock.get(self._label[seen], 0) >= self._place[seen]:
                continue
            for other, number in (
                *self._clock[seen].items(),
                (self._label[seen], self._place[seen]),
            ):
                if clock.get(other, 0) < number:
                    clock[other] = number
        self._leaves[label] = at
        if self.linear:
            self.linear = all(
                other == label or clock.get(other) == self._place[leaf]
                for other, leaf in self._leaves.items()
            )
        since = max((self._changed[parent] for parent in parents), default="")
        under = era = max((self.era[parent] for parent in parents), default=0)
        if event.kind in SWITCHES:
            self.switches.append(at)
        if event.kind in WITHDRAWALS:
            self.withdrawals.append(at)
        if event.kind in ERASURES:
            self.erasures.append(at)
        if self.is_revision(event):
            self.revisions.append(at)
            era = len(self.revisions)
        self.events.append(event)
        self.position[event.id] = at
        self._label.append(label)
        self._place.append(place)
        self._clock.append(clock)
        self._key.append((time, depth, event.id))
        self.era.append(era)
        self.under.append(under)
        self.since.append(since)
        self._changed.append(since if event.kind in _ON_CODING else max(since, event.time))
        return at

    def _new_label(self, name: str, event: Event) -> int:
        """Return the number of a branch that begins with an event, under a name that no other has."""
        if name in self._taken:
            name = f"{name}~{event.id[:6]}"
        self._taken.add(name)
        self._names.append(name)
        return len(self._names) - 1

    def is_revision(self, event: Event) -> bool:
        """Tell whether an event changes the codebook, or undoes what did."""
        if event.kind in CODEBOOK:
            return True
        return event.kind in SWITCHES and any(
            self.events[self.position[id]].kind in CODEBOOK for id in event.fields.get("of", ())
        )

    def seal(self, block: int, at: int) -> None:
        """Note which event sealed a block of rows."""
        self.blocks[block] = at
        self.block_of[self.events[at].id] = block

    # Asking

    def saw(self, later: int, earlier: int) -> bool:
        """Tell whether the author of one event had seen another, or it is the same; by positions."""
        label = self._label[earlier]
        if self._label[later] == label:
            return self._place[earlier] <= self._place[later]
        return self._clock[later].get(label, 0) >= self._place[earlier]

    def knew(self, later: int, earlier: int) -> bool:
        """Tell whether an author had seen another event, or must be taken to have.

        In what was migrated from format 1 nobody noted what they had seen, but there was one history.
        """
        if self.saw(later, earlier):
            return True
        logs = self.events[later].log, self.events[earlier].log
        return earlier < later and logs[0] != logs[1] and all(map(_is_migrated, logs))

    def apart(self, one: int, other: int) -> bool:
        """Tell whether neither author had seen the other's event."""
        return not self.knew(one, other) and not self.knew(other, one)

    def branch(self, at: int) -> int:
        """Return a number for the log that an event stands in; each branch of a fork has its own."""
        return self._label[at]

    def moment(self, at: int) -> str:
        """Return the latest of an event's time and all times that its author had seen."""
        return self._key[at][0]

    def heads(self) -> dict[str, str]:
        """Return the id of the newest event of each log, by the log's name; a fork has one of its own."""
        return {self._names[label]: self.events[at].id for label, at in self._leaves.items()}

    def unseen(self, prev: str) -> list[str]:
        """Return the newest events that an author would see now and had not by an event of theirs."""
        if not prev:
            return sorted(self.heads().values())
        before = self.position[prev]
        return sorted(
            self.events[leaf].id for leaf in self._leaves.values() if not self.saw(before, leaf)
        )

    def upto(self, count: int, blocks: int) -> Timeline:
        """Return the first events and blocks, all of them sealed, as a timeline that can grow differently."""
        part = Timeline()
        for event in self.events[:count]:
            part.append(event)
        part.blocks = self.blocks[:blocks]
        part.block_of = {self.events[at].id: block for block, at in enumerate(part.blocks)}
        part.texts = dict(self.texts)
        return part


_NONE: dict[int, int] = {}


def _is_migrated(log: str) -> bool:
    return log.rpartition(".")[2].startswith(MIGRATED)


def _in_order(events: Mapping[str, Event]) -> list[Event]:
    """Return events by their keys.

    Raises
    ------
    Missing
        When one names another that is not there.
    """
    following: defaultdict[str, list[Event]] = defaultdict(list)
    waiting: dict[str, int] = {}
    missing: dict[str, Event] = {}
    ready: list[Event] = []
    keys: dict[str, Any] = {}
    for event in events.values():
        parents = _parents(event)
        waiting[event.id] = len(parents)
        if not parents:
            ready.append(event)
        for parent in parents:
            following[parent].append(event)
            if parent not in events:
                missing.setdefault(parent, event)
    if missing:
        raise Missing(missing)
    while ready:
        event = ready.pop()
        time, depth = event.time, 0
        for parent in _parents(event):
            other, below, _ = keys[parent]
            time, depth = max(time, other), max(depth, below + 1)
        keys[event.id] = (time, depth, event.id)
        for child in following.get(event.id, ()):
            waiting[child.id] -= 1
            if not waiting[child.id]:
                ready.append(child)
    return sorted(events.values(), key=lambda event: keys[event.id])


def _parents(event: Event) -> list[str]:
    return [event.prev, *event.seen] if event.prev else event.seen
