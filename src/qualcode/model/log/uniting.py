"""Uniting the logs of several copies of one project: each event once, with the rows that it seals."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from qualcode.errors import HistoryError
from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import OPEN, Timeline

__all__ = ["unite"]


def unite(logs: Iterable[Log]) -> Log:
    """Return the log that holds what any of several logs hold.

    The order in which they are given does not matter, nor how often: every copy that unites the same logs
    gets the same content.

    Parameters
    ----------
    logs : iterable of Log
        Logs of one project. All rows of coding must be sealed, so that it is known which are the same.

    Raises
    ------
    HistoryError
        When rows are not sealed.
    """
    given = list(logs)
    events: dict[str, Event] = {}
    for log in given:
        for event in log:
            known = events.get(event.id)
            if known is None or _says_more(event, known):
                events[event.id] = event
    timeline = Timeline(events.values())
    for log in given:
        timeline.texts.update(log.timeline.texts)
    return Log(timeline, _united_rows(given, timeline), len(timeline))


def _says_more(event: Event, known: Event) -> bool:
    """Tell whether an event takes the place of the same one in another copy.

    What was withheld from one copy is there again; what was erased in one stays erased.
    """
    if bool(event.erased) != bool(known.erased):
        return bool(event.erased)
    if known.completeness != event.completeness:
        return event.completeness > known.completeness
    return len(event.words) < len(known.words)


def _united_rows(logs: list[Log], timeline: Timeline) -> Events:
    """Return the rows of each block once, in the order of their seals, and note the blocks."""
    parts, seals = [], []
    taken: set[str] = set()
    for log in logs:
        ids = [_seal_of(log, block) for block in range(len(log.timeline.blocks))]
        used = np.unique(log.rows.block).tolist()
        if any(ids[block] == "" for block in used):
            raise HistoryError(
                "rows of coding that no event has sealed yet cannot be united: seal them"
            )
        fresh = np.array([block for block in used if ids[block] not in taken], dtype=np.int64)
        part = log.rows.take(np.isin(log.rows.block, fresh))
        position = np.array([timeline.position.get(id, OPEN) for id in ids] or [OPEN])
        parts.append(part)
        seals.append(position[part.block])
        taken.update(ids[block] for block in fresh.tolist())
    if not parts or not taken:
        return Events.empty()
    rows, seal = Events.concatenate(parts), np.concatenate(seals)
    order = np.argsort(seal, kind="stable")
    positions, block = np.unique(seal[order], return_inverse=True)
    for at in positions.tolist():
        timeline.blocks.append(OPEN)
        timeline.seal(len(timeline.blocks) - 1, at)
    return attrs.evolve(rows.take(order), block=block.astype(np.int32))


def _seal_of(log: Log, block: int) -> str:
    """Return the id of the event that seals a block of a log, empty when it knows of none."""
    at = log.timeline.blocks[block]
    return log.timeline.events[at].id if at != OPEN and log.knows(at) else ""
