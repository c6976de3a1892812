"""What was changed at once and does not go together, of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from qualcode.model.codebooks.changes.codes import MEANING
from qualcode.model.fold.coding_rows import coding_conflicts
from qualcode.model.fold.fold import Fold
from qualcode.model.fold.removals import Removals
from qualcode.model.log.log import Log
from qualcode.model.log.registers import (
    DIFFERENTLY,
    Conflict,
    ConflictSide,
    Registers,
    assignment_said,
    said_of,
)
from qualcode.model.log.telling import told
from qualcode.model.log.withdrawals import DISPUTED

__all__ = ["conflicts"]

_CHANGED = ("name", *MEANING, "colour", "parent")


def conflicts(log: Log, made: Fold) -> tuple[Conflict, ...]:
    """Return the conflicts that nobody has settled yet, in an order that every copy agrees on.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        What its events make.
    """
    found = [*_same_name(made)]
    if made.registers is not None:
        removals = Removals(log, made)
        found += made.registers.both_set()
        found += made.registers.others()
        found += _same_id(made, made.registers)
        found += _switched(log)
        found += _withdrawn(log)
        found += _removed(made, made.registers, removals)
        found += coding_conflicts(log, made, removals)
    still = (_with_sides(each, made) for each in set(found) if not _is_settled(each, made))
    return tuple(sorted(still, key=lambda each: (each.kind, each.target, each.field, each.events)))


def _with_sides(conflict: Conflict, made: Fold) -> Conflict:
    """Return a conflict with who did what, and when."""
    events = [made.timeline.events[made.timeline.position[id]] for id in conflict.events]
    valued = conflict.kind in ("both set", DIFFERENTLY)
    values: tuple[Any, ...] = conflict.values if valued else tuple(map(told, events))
    sides = [
        ConflictSide(
            event.id,
            event.author,
            event.time,
            value,
            assignment_said(value)
            if conflict.kind == DIFFERENTLY
            else said_of(conflict.target, conflict.field, value),
        )
        for event, value in zip(events, values, strict=True)
    ]
    return attrs.evolve(conflict, sides=tuple(sides), merges=_merges(conflict, made))


def _merges(conflict: Conflict, made: Fold) -> bool:
    """Tell whether it is a text of which each corrected other words."""
    if not conflict.is_of_text or made.corrected is None:
        return False
    at = [made.timeline.position[id] for id in conflict.events]
    _, merged = made.corrected.merged(conflict.target.partition(":")[2], at)
    return merged.is_clean


def _is_settled(conflict: Conflict, made: Fold) -> bool:
    """Tell whether somebody settled it, and nobody took part in it since."""
    events = set(conflict.events)
    return bool(events) and any(
        kind == conflict.kind and events <= seen for kind, seen in made.settled
    )


def _same_name(made: Fold) -> Iterator[Conflict]:
    for codes in made.draft.namesakes():
        ids = tuple(sorted(code.id for code in codes))
        newest = {_brought(made, id) for id in ids} - {-1}
        yield Conflict(
            "same name",
            f"code:{ids[0]}",
            "name",
            tuple(made.timeline.events[at].id for at in sorted(newest)),
            ids,
            "both keep it; rename one, or merge",
        )


def _brought(made: Fold, id: str) -> int:
    """Return the position of the event that brought a code's name to where it stands."""
    if made.registers is None:
        return -1
    written = (made.registers.last(f"code:{id}", field) for field in ("name", "parent", "status"))
    return max((at for at in written if at is not None), default=-1)


def _same_id(made: Fold, registers: Registers) -> Iterator[Conflict]:
    for kind, id, added in made.letters.doubled():
        positions = [at for at in added if at not in made.hidden.added]
        if len(positions) < 2:
            continue
        yield registers.conflict(
            "same id", f"{kind}:{id}", "id", set(positions), "the first keeps it"
        )


def _switched(log: Log) -> Iterator[Conflict]:
    for id, positions in log.switches.disputed:
        ids = tuple(log.timeline.events[at].id for at in positions)
        yield Conflict("undone and redone", f"event:{id}", "", ids, (), "it is undone")


def _withdrawn(log: Log) -> Iterator[Conflict]:
    for target, positions in log.hidden.disputed:
        if all(map(log.knows, positions)):
            ids = tuple(log.timeline.events[at].id for at in positions)
            yield Conflict(DISPUTED, target, "", ids, (), "it is withdrawn")


def _removed(made: Fold, registers: Registers, removals: Removals) -> Iterator[Conflict]:
    """Yield what was changed, merged into or put below in one place while it was removed in another."""
    codes = made.draft.codes

    def between(kind: str, target: str, field: str, removed: str) -> Iterator[Conflict]:
        written = registers.last(target, field)
        apart = {at for at in removals.of(removed) if registers.apart(written, at)}
        if written is not None and apart:
            yield registers.conflict(kind, target, field, {written, *apart}, "both kept")

    for code in codes.values():
        who = f"code:{code.id}"
        if not code.is_live:
            for field in _CHANGED:
                yield from between("changed while removed", who, field, code.id)
        into = None if code.merged_into is None else codes[code.merged_into]
        if into is not None and into.status not in ("live", "merged"):
            yield from between("merged into removed", who, "status", into.id)
        if code.is_live:
            # As its author meant it: a parent that was merged meanwhile is another code by now.
            meant = registers.value(who, "parent") or code.parent
            if meant in codes and not codes[meant].is_live:
                yield from between("below removed", who, "parent", meant)
