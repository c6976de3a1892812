"""Documents and cases that were withdrawn: what is out of sight at every moment, past ones included.

Whether somebody consents does not depend on the moment that is asked for. So what is withdrawn is found from
all events that are known, and holds in every part of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.model.log.event import SHORT, Event
from qualcode.model.log.letters import Letters
from qualcode.model.log.timeline import WITHDRAWALS, Timeline
from qualcode.model.readable import Readable
from qualcode.model.times import time_shown, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ADDS",
    "DISPUTED",
    "HANGING",
    "NOTHING",
    "Hidden",
    "Reach",
    "Withdrawal",
    "Withdrawals",
    "hidden_in",
    "reach_of",
]

DISPUTED = "withdrawn and reinstated"
"""The kind of conflict between who withdrew and who reinstated something at once."""

ADDS = {"add-document": "document", "add-case": "case"}
"""The kinds of event that add what can be withdrawn, and what that is."""

HANGING = {"memo": "memo", "propose": "proposal"}
"""The kinds of event that make something which other events are about, and what that is."""


@attrs.frozen
class Withdrawal:
    """That a document or a case was withdrawn or erased, when and why.

    Parameters
    ----------
    target : str
        ``"document:ID"`` or ``"case:ID"``; of what was erased, ``"document"`` or ``"case"``.
    documents : int
        How many documents are out of sight by it.
    coder, time, reason : str
        Who recorded it, when (UTC), and why.
    event : str
        Short id of the event.
    erased : bool
        Whether it is gone from the files too, for good.
    """

    target: str
    documents: int
    coder: str
    time: str
    reason: str
    event: str
    erased: bool = False

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        what = f"an erased {self.target}" if self.erased else self.target
        return f"{what}, {time_shown(self.time)}, {self.coder}{why}"


@attrs.frozen
class Withdrawals(Readable, Sequence[Withdrawal]):
    """What is withdrawn, in the order that every copy agrees on.

    Parameters
    ----------
    items : tuple of Withdrawal
        The withdrawals.
    """

    items: tuple[Withdrawal, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Withdrawal: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Withdrawal]: ...
    def __getitem__(self, index: int | slice) -> Withdrawal | Sequence[Withdrawal]:
        return self.items[index]

    def __iter__(self) -> Iterator[Withdrawal]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        return "\n".join(map(str, self.items)) or "nothing was withdrawn"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: target, documents (how many), time, coder, reason, event, erased."""
        import pandas as pd

        columns = ["target", "documents", "time", "coder", "reason", "event", "erased"]
        frame = pd.DataFrame([attrs.asdict(each) for each in self.items], columns=columns)
        return with_moments(frame)


@attrs.frozen
class Hidden:
    """What is out of sight because it was withdrawn; by positions, for ids depend on what is known.

    Parameters
    ----------
    withdrawals : Withdrawals
        Those in force.
    added : frozenset of int
        Positions of the events that added what is out of sight.
    events : frozenset of int
        Positions of all events about it, those included.
    disputed : tuple of (str, tuple of int)
        What one person withdrew and another reinstated at once, with the positions of both.
    """

    withdrawals: Withdrawals = Withdrawals()
    added: frozenset[int] = frozenset()
    events: frozenset[int] = frozenset()
    disputed: tuple[tuple[str, tuple[int, ...]], ...] = ()


NOTHING = Hidden()


def hidden_in(timeline: Timeline, count: int, off: Collection[str]) -> Hidden:
    """Return what is out of sight.

    Parameters
    ----------
    timeline : Timeline
        The events.
    count : int
        How many of the first are known.
    off : collection of str
        Ids of the events that were undone.
    """
    made = [at for at in timeline.withdrawals if at < count]
    hidden = _Finding(timeline, count, off).run(made) if made else NOTHING
    erased = [_erased(timeline.events[at]) for at in timeline.erasures if at < count]
    if not any(erased):
        return hidden
    known = [*hidden.withdrawals, *(each for each in erased if each is not None)]
    place = {event.id[:SHORT]: at for at, event in enumerate(timeline.events)}
    known.sort(key=lambda each: place[each.event])
    return attrs.evolve(hidden, withdrawals=Withdrawals(tuple(known)))


def _erased(event: Event) -> Withdrawal | None:
    """Return what is kept of something that was erased; None for an event that erases what came back."""
    if event.kind != "erase" or "what" not in event.fields:
        return None
    what, documents = event.fields["what"], event.fields["count"]
    return Withdrawal(
        what, documents, event.author, event.time, event.reason, event.id[:SHORT], erased=True
    )


@attrs.frozen
class Reach:
    """What an erasure takes out that is to be made now.

    Parameters
    ----------
    targets : frozenset of str
        The documents and cases: ``"document:ID"``.
    added : tuple of str
        Ids of the events that added them.
    letters : Letters
        What each id means.
    """

    targets: frozenset[str]
    added: tuple[str, ...]
    letters: Letters


def reach_of(
    timeline: Timeline, count: int, off: Collection[str], target: str, documents: Collection[str]
) -> Reach:
    """Return what an erasure takes out.

    Parameters
    ----------
    timeline, count, off
        As for `hidden_in`.
    target : str
        ``"document:ID"`` or ``"case:ID"``, which may be withdrawn.
    documents : collection of str
        Ids of the documents that a case has.
    """
    finding = _Finding(timeline, count, off)
    return finding.reach(target, documents)


@attrs.define
class _Added:
    """The additions of one document or case, and the cases that it was ever put into."""

    positions: list[int] = attrs.field(factory=list)
    joined: list[tuple[str, int]] = attrs.field(factory=list)


class _Finding:
    """Finding what is out of sight among the first events."""

    def __init__(self, timeline: Timeline, count: int, off: Collection[str]) -> None:
        self.timeline, self.off = timeline, off
        self.events = timeline.events[:count]
        self.letters = Letters(timeline)
        self.added: dict[str, _Added] = {}
        self.last: dict[str, list[int]] = {}
        """For each target, what was said of it last, by people who had not seen each other say so."""

    def run(self, made: Sequence[int]) -> Hidden:
        self._read_additions()
        gone: dict[str, None] = {}
        withdrawals = []
        for at in self._in_force(made):
            event = self.events[at]
            targets = self._taken_out(at)
            gone.update(dict.fromkeys(targets))
            documents = sum(target.startswith("document:") for target in targets)
            withdrawals.append(
                Withdrawal(
                    self._meant(event.target, at),
                    documents,
                    event.author,
                    event.time,
                    event.reason,
                    event.id[:SHORT],
                )
            )
        added = frozenset(at for target in gone for at in self.added[target].positions)
        disputed = tuple(
            (target, tuple(own))
            for target, own in self.last.items()
            if len({self.events[at].kind for at in own}) > 1
        )
        return Hidden(
            Withdrawals(tuple(withdrawals)), added, frozenset(self._about(gone)), disputed
        )

    def reach(self, target: str, documents: Collection[str]) -> Reach:
        self._read_additions()
        gone = dict.fromkeys([target, *(f"document:{id}" for id in documents)])
        for at in self._in_force(self.timeline.withdrawals):
            if self._meant(self.events[at].target, at) == target:
                gone.update(dict.fromkeys(self._taken_out(at)))
        known = {each: self.added[each] for each in gone if each in self.added}
        added = sorted(at for held in known.values() for at in held.positions)
        return Reach(frozenset(known), tuple(self.events[at].id for at in added), self.letters)

    def _read_additions(self) -> None:
        for at, event in enumerate(self.events):
            kind = ADDS.get(event.kind)
            if kind is None:
                continue
            id, _ = self.letters.added(kind, event.target.partition(":")[2], event, at)
            self.added.setdefault(f"{kind}:{id}", _Added()).positions.append(at)
        for at, event in enumerate(self.events):
            cases = event.fields.get("cases", ()) if event.kind == "add-document" else ()
            cases = [event.fields["case"]] if event.kind == "join" else cases
            held = self.added.get(self._meant(event.target, at)) if cases else None
            if held is not None and event.id not in self.off:
                held.joined += [(self._meant(f"case:{case}", at), at) for case in cases]

    def _in_force(self, made: Sequence[int]) -> list[int]:
        """Return the withdrawals that nobody took back who had seen them."""
        for at in made:
            if self.events[at].id in self.off:
                continue
            target = self._meant(self.events[at].target, at)
            last = self.last.get(target, ())
            if target in self.added:
                kept = [each for each in last if not self.timeline.saw(at, each)]
                self.last[target] = [*kept, at]
        known = [each for own in self.last.values() for each in own]
        # Where one withdraws and another reinstates at once, it stays withdrawn.
        return sorted(at for at in known if self.events[at].kind == "withdraw")

    def _taken_out(self, at: int) -> list[str]:
        """Return what a withdrawal takes out of sight: of a case, its documents too.

        Those are the ones that it had, and those that others added to it without knowing.
        """
        event = self.events[at]
        target = self._meant(event.target, at)
        named = [self._meant(f"document:{id}", at) for id in event.fields.get("documents", ())]
        later = [
            other
            for other, held in self.added.items()
            if any(
                case == target and not self.timeline.saw(at, joined) for case, joined in held.joined
            )
        ]
        return list(
            dict.fromkeys([target, *(each for each in named if each in self.added), *later])
        )

    def _about(self, gone: Collection[str]) -> Iterator[int]:
        """Yield the positions of the events about what is gone, and about memos and proposals on it."""
        hanging: set[str] = set()
        for at, event in enumerate(self.events):
            if event.kind in WITHDRAWALS or event.fields.get("conflict") == DISPUTED:
                continue
            target = self._meant(event.target, at)
            case = event.fields.get("case") if event.kind in ("join", "leave") else None
            about = target in gone or target in hanging
            if about or (case is not None and self._meant(f"case:{case}", at) in gone):
                yield at
                if event.kind in HANGING:
                    hanging.add(f"{HANGING[event.kind]}:{event.short}")

    def _meant(self, target: str, at: int) -> str:
        """Return the document, case or whatever else a target is or lies in, by its id among all events."""
        kind, _, id = target.partition(":")
        if kind == "segment":
            kind, id = "document", id.rpartition(":")[0]
        return (
            f"{kind}:{self.letters.meant(kind, id, at)}" if kind in ("document", "case") else target
        )
