"""What was changed at once and does not go together, of every kind."""

from __future__ import annotations

from collections.abc import Iterator

from qualcode.model.changes.codes import MEANING
from qualcode.model.log.coding import coding_conflicts
from qualcode.model.log.fold import Fold
from qualcode.model.log.log import Log
from qualcode.model.log.registers import Conflict, Registers

__all__ = ["conflicts"]


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
        found += made.registers.both_set()
        found += made.registers.others
        found += _same_id(made, made.registers)
        found += _switched(log)
        found += _removed(made, made.registers)
        found += coding_conflicts(log, made)
    return tuple(
        sorted(set(found), key=lambda each: (each.kind, each.target, each.field, each.events))
    )


def _same_name(made: Fold) -> Iterator[Conflict]:
    for codes in made.draft.namesakes():
        positions = set()
        if made.registers is not None:
            named = (made.registers.last(f"code:{code.id}", "name") for code in codes)
            positions = {at for at in named if at is not None}
        ids = tuple(sorted(code.id for code in codes))
        events = tuple(made.timeline.events[at].id for at in sorted(positions))
        target = f"code:{ids[0]}"
        yield Conflict(
            "same name", target, "name", events, ids, "both keep it; rename one, or merge"
        )


def _same_id(made: Fold, registers: Registers) -> Iterator[Conflict]:
    for kind, id, positions in made.letters.doubled():
        yield registers.conflict(
            "same id", f"{kind}:{id}", "id", set(positions), "the first keeps it"
        )


def _switched(log: Log) -> Iterator[Conflict]:
    for id, positions in log.switches.disputed:
        ids = tuple(log.timeline.events[at].id for at in positions)
        yield Conflict("undone and redone", f"event:{id}", "", ids, (), "it is undone")


def _removed(made: Fold, registers: Registers) -> Iterator[Conflict]:
    """Yield what was changed, merged into or put below in one place while it was removed in another."""
    codes = made.draft.codes
    for code in codes.values():
        who = f"code:{code.id}"
        status = registers.last(who, "status")
        if not code.is_live:
            for field in ("name", *MEANING, "colour", "parent"):
                written = registers.last(who, field)
                if registers.apart(written, status):
                    yield _between(registers, "changed while removed", who, field, written, status)
        if code.merged_into is not None and not codes[code.merged_into].is_live:
            other = registers.last(f"code:{code.merged_into}", "status")
            if registers.apart(status, other):
                yield _between(registers, "merged into removed", who, "status", status, other)
        if code.is_live and code.parent is not None and not codes[code.parent].is_live:
            placed = registers.last(who, "parent")
            other = registers.last(f"code:{code.parent}", "status")
            if registers.apart(placed, other):
                yield _between(registers, "below removed", who, "parent", placed, other)


def _between(
    registers: Registers, kind: str, target: str, field: str, one: int | None, other: int | None
) -> Conflict:
    positions = {at for at in (one, other) if at is not None}
    return registers.conflict(kind, target, field, positions, "both kept")
