"""The rows of coding that are in force: without what was undone, with ids as their authors meant them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.events import Events, Flags, differs, row_order
from qualcode.model.log.fold import Fold
from qualcode.model.log.log import Log
from qualcode.model.log.registers import Conflict
from qualcode.model.log.timeline import OPEN

__all__ = ["coding_conflicts", "in_force"]


def in_force(log: Log, made: Fold, *, without: Iterable[tuple[int, int, int]] = ()) -> Events:
    """Return the rows of a log that count, in the order of the log.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        What its events make.
    without : iterable of (int, int, int)
        Rows to leave out besides: block, first row in it, and the one behind the last.
    """
    rows = log.rows
    off = _switched_off(log, rows, without)
    if off is not None:
        rows = rows.take(~off)
    if made.letters.ambiguous:
        rows = _meant(log, made, rows)
    if log.timeline.linear:
        return rows
    rows = rows.take(np.argsort(_seals(log)[rows.block], kind="stable")) if len(rows) else rows
    return rows.take(~_outrun(log, rows)[0])


def coding_conflicts(log: Log, made: Fold) -> Iterator[Conflict]:
    """Yield what coders did at once to one assignment in two copies, and codes used while removed."""
    if log.timeline.linear:
        return
    rows = log.rows
    off = _switched_off(log, rows)
    rows = rows if off is None else rows.take(~off)
    rows = _meant(log, made, rows) if made.letters.ambiguous else rows
    if not len(rows):
        return
    rows = rows.take(np.argsort(_seals(log)[rows.block], kind="stable"))
    events = log.timeline.events
    seals = _seals(log)
    for place, members in _outrun(log, rows)[1]:
        sealed = sorted({int(seals[rows.block[row]]) for row in members})
        ids = tuple(events[at].id for at in sealed if at < log.count)
        yield Conflict("retracted and assigned", place, "", ids, (), "it stands")
    yield from _used_while_removed(log, made, rows, seals)


def _used_while_removed(
    log: Log, made: Fold, rows: Events, seals: npt.NDArray[np.int64]
) -> Iterator[Conflict]:
    registers, timeline = made.registers, log.timeline
    if registers is None:
        return
    used: dict[str, set[int]] = {}
    pairs = np.unique(np.stack([rows.code, rows.block]), axis=1).T.tolist()
    for number, block in pairs:
        used.setdefault(rows.codes[number], set()).add(int(seals[block]))
    for id, blocks in used.items():
        code = made.draft.codes.get(id)
        if code is None or code.status not in ("retired", "reverted"):
            continue
        removed = _removals(log, made, id, code.status)
        unaware = {
            at for at in blocks if at < log.count and any(timeline.apart(r, at) for r in removed)
        }
        if unaware and removed:
            yield registers.conflict(
                "used while removed", f"code:{id}", "status", {*removed, *unaware}, "both kept"
            )


def _removals(log: Log, made: Fold, id: str, status: str) -> set[int]:
    if status == "retired":
        last = made.registers.last(f"code:{id}", "status") if made.registers else None
        return set() if last is None else {last}
    events = log.timeline.events
    added = {
        events[at].id
        for at in log.revisions
        if events[at].kind == "add" and made.letters.meant("code", events[at].target[5:], at) == id
    }
    return {
        at
        for at in log.timeline.switches
        if log.knows(at) and events[at].kind == "undo" and added & {*events[at].fields["of"]}
    }


def _switched_off(
    log: Log, rows: Events, without: Iterable[tuple[int, int, int]] = ()
) -> Flags | None:
    """Return which rows were undone or are to be left out, or None when there are none."""
    ranges = (*log.switches.rows, *without)
    if not ranges or not len(rows):
        return None
    off = np.zeros(len(rows), dtype=np.bool_)
    for block, first, end in ranges:
        own = np.flatnonzero(rows.block == block)
        off[own[first:end]] = True
    return off


def _seals(log: Log) -> npt.NDArray[np.int64]:
    """Return for each block the position of its seal; behind all events where there is none yet."""
    blocks = np.array(log.timeline.blocks or [OPEN], dtype=np.int64)
    return np.where((blocks == OPEN) | (blocks >= log.count), log.count, blocks)


def _meant(log: Log, made: Fold, rows: Events) -> Events:
    """Return the rows with documents and codes as their authors meant them."""
    seals = _seals(log)
    for kind in ("document", "code"):
        vocabulary = getattr(rows, f"{kind}s")
        column = getattr(rows, kind).copy()
        several = made.letters.several(kind)
        unclear = [at for at, id in enumerate(vocabulary) if id in several or "#" in id]
        new = list(vocabulary)
        for number in unclear:
            own = np.flatnonzero(column == number)
            for block in np.unique(rows.block[own]).tolist():
                at = min(int(seals[block]), log.count - 1)
                id = made.letters.meant(kind, vocabulary[number], at)
                if id not in new:
                    new.append(id)
                column[own[rows.block[own] == block]] = new.index(id)
        rows = attrs.evolve(rows, **{kind: column, f"{kind}s": tuple(new)})
    return rows


def _outrun(log: Log, rows: Events) -> tuple[Flags, list[tuple[str, list[int]]]]:
    """Return which rows are out of force by what was done at once, and the assignments concerned.

    A retraction takes back only what its author had seen. So where one coder, working in two copies,
    retracted here what they assigned again there, the assignment stands.
    """
    gone = np.zeros(len(rows), dtype=np.bool_)
    if not len(rows) or not rows.retracted.any():
        return gone, []
    order = row_order(rows)
    kind = np.cumsum(np.concatenate([[True], differs(rows, order)]))
    retracting = np.unique(kind[rows.retracted[order]])
    seals, saw = _seals(log), log.timeline.saw
    disputed: list[tuple[str, list[int]]] = []
    starts = np.searchsorted(kind, retracting)
    ends = np.searchsorted(kind, retracting, side="right")
    for first, end in zip(starts.tolist(), ends.tolist(), strict=True):
        own = order[first:end].tolist()
        where = {row: int(seals[rows.block[row]]) for row in own}
        assigned = [row for row in own if not rows.retracted[row]]
        taken = [row for row in own if rows.retracted[row]]

        def back(row: int, taken: list[int] = taken, where: dict[int, int] = where) -> bool:
            return any(_saw(saw, log.count, where, other, row) for other in taken)

        standing = [row for row in assigned if not back(row)]
        if standing and own[-1] != standing[-1]:
            gone[[row for row in own if row not in standing]] = True
        unseen = [
            row for row in standing for other in taken
            if not _saw(saw, log.count, where, row, other)
        ]  # fmt: skip
        if unseen:
            disputed.append((_place(rows, own[0]), own))
    return gone, disputed


def _saw(saw: object, count: int, where: dict[int, int], later: int, earlier: int) -> bool:
    """Tell whether the author of one row had seen another, by the events that seal them."""
    if where[later] == where[earlier]:
        return earlier < later
    if where[later] >= count:
        return True  # logged here, where everything is known
    if where[earlier] >= count:
        return False
    return bool(saw(where[later], where[earlier]))  # type: ignore[operator]


def _place(rows: Events, row: int) -> str:
    return (
        f"segment:{rows.documents[rows.document[row]]}:{rows.start[row]}-{rows.end[row]} "
        f"{rows.codes[rows.code[row]]} by {rows.coders[rows.coder[row]]}"
    )
