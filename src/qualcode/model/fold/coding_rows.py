"""The rows of coding that are in force: without what was undone, with ids as their authors meant them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.fold.fold import Fold
from qualcode.model.fold.removals import Removals
from qualcode.model.log.log import Log
from qualcode.model.log.registers import DIFFERENTLY, Conflict, assignment_said
from qualcode.model.log.rows import Events, Flags
from qualcode.model.log.timeline import OPEN

__all__ = ["RowRange", "as_written", "coding_conflicts", "in_force", "seals_of"]

RowRange = tuple[int, int, int]
"""A block of rows, the first row in it, and the one behind the last."""


def in_force(log: Log, made: Fold, *, without: Iterable[RowRange] = ()) -> Events:
    """Return the rows of a log that count, in the order of the log.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        What its events make.
    without : iterable of RowRange
        Rows to leave out besides.
    """
    rows = _kept(log, made, without)
    if log.timeline.linear or not len(rows):
        return rows
    return rows.take(~_outrun(log, rows)[0])


def coding_conflicts(log: Log, made: Fold, removals: Removals) -> Iterator[Conflict]:
    """Yield what coders did at once to one assignment in two copies, and what was used while removed."""
    rows = _kept(log, made)
    if log.timeline.linear or not len(rows):
        return
    events, seals = log.timeline.events, seals_of(log)
    for place, members in _outrun(log, rows)[1]:
        sealed = sorted({int(seals[rows.block[row]]) for row in members})
        ids = tuple(events[at].id for at in sealed if at < log.count)
        yield Conflict("retracted and assigned", place, "", ids, (), "it stands")
    for place, members in _said_apart(log, rows):
        if any(seals[rows.block[row]] >= log.count for row in members):
            continue
        ids = tuple(events[int(seals[rows.block[row]])].id for row in members)
        values = tuple(_said(rows, row) for row in members)
        shown = f"shown is {assignment_said(values[-1])}"
        yield Conflict(DIFFERENTLY, place, "", ids, values, shown)
    yield from _used_while_removed(log, made, rows, removals)


def as_written(log: Log, made: Fold, without: Iterable[RowRange] = ()) -> Events:
    """Return the rows that were not undone, at the places of the texts that their authors had."""
    rows = log.rows
    ranges = (*log.switches.rows, *without)
    if ranges and len(rows):
        rows = rows.take(~_in_ranges(rows.block, ranges))
    if made.letters.ambiguous:
        rows = _meant(log, made, rows)
    return _in_sight(made, rows) if made.out or "" in rows.documents else rows


def _in_sight(made: Fold, rows: Events) -> Events:
    """Return the rows less those in documents that were withdrawn, which are named no more, or erased."""
    kept = tuple(id for id in rows.documents if id and f"document:{id}" not in made.out)
    if len(kept) == len(rows.documents):
        return rows
    number = {id: at for at, id in enumerate(kept)}
    onward = np.array([number.get(id, -1) for id in rows.documents], dtype=np.int32)
    shown = attrs.evolve(rows, document=onward[rows.document])
    return attrs.evolve(shown.take(shown.document >= 0), documents=kept)


def _kept(log: Log, made: Fold, without: Iterable[RowRange] = ()) -> Events:
    """Return the rows that were not undone, as their authors meant them, in the order of the log."""
    rows = as_written(log, made, without)
    if made.corrected is not None:
        rows = made.corrected.placed(rows, seals_of(log)).rows
    if log.timeline.linear or not len(rows):
        return rows
    place = seals_of(log)[rows.block]
    return rows if np.all(place[1:] >= place[:-1]) else rows.take(np.argsort(place, kind="stable"))


def _in_ranges(block: npt.NDArray[np.int32], ranges: Iterable[RowRange]) -> Flags:
    """Return which rows lie in ranges that count from the beginning of a block."""
    order = np.argsort(block, kind="stable")
    number, first, end = np.array(list(ranges), dtype=np.int64).T
    begin = np.searchsorted(block[order], number, side="left")
    behind = np.searchsorted(block[order], number, side="right")
    steps = np.zeros(len(block) + 1, dtype=np.int64)
    np.add.at(steps, np.minimum(begin + first, behind), 1)
    np.add.at(steps, np.minimum(begin + end, behind), -1)
    inside = np.zeros(len(block), dtype=np.bool_)
    inside[order] = np.cumsum(steps[:-1]) > 0
    return inside


def _used_while_removed(
    log: Log, made: Fold, rows: Events, removals: Removals
) -> Iterator[Conflict]:
    for id, sealed in _sealing(log, rows, "code"):
        code = made.draft.codes.get(id)
        if code is not None and code.status in ("retired", "reverted"):
            yield from _unaware(made, f"code:{id}", "status", removals.of(id), sealed)
    for id, sealed in _sealing(log, rows, "document"):
        if id in made.withdrawn:
            yield from _unaware(made, f"document:{id}", "", removals.of_document(id), sealed)


def _sealing(log: Log, rows: Events, kind: str) -> Iterator[tuple[str, set[int]]]:
    """Yield each code or document that is used, with the positions of the events that seal its rows."""
    seals = seals_of(log)
    vocabulary = getattr(rows, f"{kind}s")
    pairs = np.unique(np.stack([getattr(rows, kind), rows.block]), axis=1)
    used: dict[int, set[int]] = {}
    for number, block in pairs.T.tolist():
        if seals[block] < log.count:
            used.setdefault(number, set()).add(int(seals[block]))
    for number, sealed in used.items():
        yield vocabulary[number], sealed


def _unaware(
    made: Fold, target: str, field: str, removed: set[int], sealed: set[int]
) -> Iterator[Conflict]:
    """Yield the conflict between the removal of something and its use by who did not know of it."""
    registers = made.registers
    if registers is None:
        return
    unaware = {at for at in sealed if any(registers.apart(each, at) for each in removed)}
    if unaware:
        yield registers.conflict(
            "used while removed", target, field, {*removed, *unaware}, "both kept"
        )


def seals_of(log: Log) -> npt.NDArray[np.int64]:
    """Return for each block the position of its seal; behind all events where there is none yet."""
    blocks = np.array(log.timeline.blocks or [OPEN], dtype=np.int64)
    return np.where((blocks == OPEN) | (blocks >= log.count), log.count, blocks)


def _meant(log: Log, made: Fold, rows: Events) -> Events:
    """Return the rows with documents and codes as their authors meant them."""
    seals = seals_of(log)
    for kind in ("document", "code"):
        vocabulary = getattr(rows, f"{kind}s")
        column = getattr(rows, kind).copy()
        several = made.letters.several(kind)
        unclear = [at for at, id in enumerate(vocabulary) if id in several or "#" in id]
        new = list(vocabulary)
        for number in unclear:
            own = np.flatnonzero(column == number)
            for block in np.unique(rows.block[own]).tolist():
                at = int(seals[block]) if seals[block] < log.count else None
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
    disputed: list[tuple[str, list[int]]] = []
    for own in _told_apart(log, rows, rows.retracted):
        newest = _newest(log, rows, own)
        standing = [row for row in newest if not rows.retracted[row]]
        if not standing:
            continue
        if rows.retracted[own[-1]]:
            gone[[row for row in own if row not in standing]] = True
        if len(standing) < len(newest):
            disputed.append((_place(rows, own[0]), newest))
    return gone, disputed


def _said_apart(log: Log, rows: Events) -> Iterator[tuple[str, list[int]]]:
    """Yield each assignment that one coder made at once in copies with other memos or weights."""
    noted = rows.weight == rows.weight
    noted[list(rows.memos)] = True
    for own in _told_apart(log, rows, noted):
        standing = [row for row in _newest(log, rows, own) if not rows.retracted[row]]
        if len({_said(rows, row) for row in standing}) > 1:
            yield _place(rows, own[0]), standing


def _said(rows: Events, row: int) -> tuple[str | None, float | None]:
    """Return the memo and the weight of a row."""
    weight = float(rows.weight[row])
    return rows.memos.get(row), weight if weight == weight else None


def _told_apart(log: Log, rows: Events, some: Flags) -> Iterator[list[int]]:
    """Yield the rows of each assignment that is told of in several logs, and in some of these rows."""
    order, new = rows.placed
    first = np.flatnonzero(new)
    behind = np.append(first[1:], len(order))
    branch = _branches(log)[rows.block[order]]
    several = np.minimum.reduceat(branch, first) != np.maximum.reduceat(branch, first)
    among = np.logical_or.reduceat(some[order], first)
    for each in np.flatnonzero(several & among).tolist():
        yield order[first[each] : behind[each]].tolist()


def _branches(log: Log) -> npt.NDArray[np.int64]:
    """Return for each block the log that it stands in, by number."""
    blocks = log.timeline.blocks or [OPEN]
    return np.array([OPEN if at == OPEN else log.timeline.branch(at) for at in blocks])


def _newest(log: Log, rows: Events, own: list[int]) -> list[int]:
    """Return the rows of one assignment that no author of another one had seen."""
    seals, saw = seals_of(log), log.timeline.saw
    where = {row: int(seals[rows.block[row]]) for row in own}

    def knew(later: int, earlier: int) -> bool:
        # What has no seal yet is written here, where everything is known.
        same = where[later] == where[earlier]
        return same or where[later] >= log.count or saw(where[later], where[earlier])

    newest: list[int] = []
    for row in own:
        newest = [each for each in newest if not knew(row, each)] + [row]
    return newest


def _place(rows: Events, row: int) -> str:
    return (
        f"segment:{rows.documents[rows.document[row]]}:{rows.start[row]}-{rows.end[row]} "
        f"{rows.codes[rows.code[row]]} by {rows.coders[rows.coder[row]]}"
    )
