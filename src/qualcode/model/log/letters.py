"""Ids as their authors meant them: two people may add different things under one id at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from qualcode.model.ids import MARK
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import Timeline

__all__ = ["Letters"]

_TAG = 6


@attrs.define
class _Added:
    id: str
    content: Any
    positions: list[int]


class Letters:
    """What each id stands for, for whom.

    Of two different things that were added under one id at once, the first in the order of the log keeps it;
    the other is called by the id and the start of its event. An id means the addition that its author had
    seen. Equal additions are one.

    Parameters
    ----------
    timeline : Timeline
        Who had seen what.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._added: dict[tuple[str, str], list[_Added]] = {}
        self.ambiguous = False
        """Whether any id stands for several things."""

    def added(self, kind: str, id: str, event: Event, at: int) -> tuple[str, bool]:
        """Note an addition, and return the id of what was added, and whether it was not there yet."""
        known = self._added.setdefault((kind, id), [])
        words = {name: value for name, value in event.words.items() if name != "reason"}
        content = (event.fields, words)
        for each in known:
            if each.content == content:
                each.positions.append(at)
                return each.id, False
        if known:
            self.ambiguous = True
        own = f"{id}{MARK}{event.id[:_TAG]}" if known else id
        known.append(_Added(own, content, [at]))
        return own, True

    def meant(self, kind: str, id: str, at: int | None) -> str:
        """Return the id of what an id stands for in the event at a position, or in what is written now."""
        known = self._added.get((kind, id))
        if known is None:
            plain, mark, tag = id.rpartition(MARK)
            known = self._added.get((kind, plain), []) if mark else []
            for each in known:
                # What was a thing of its own when this was written may be the first of its kind now.
                if any(self._timeline.events[one].id.startswith(tag) for one in each.positions):
                    return each.id
            return id
        if len(known) == 1:
            return known[0].id
        if at is None:
            return known[0].id
        # The same was added by several, and this author may have seen a later one of them only: what came
        # first for them kept the id for them.
        saw = self._timeline.saw
        seen = [(one, each.id) for each in known for one in each.positions if saw(at, one)]
        return min(seen)[1] if seen else known[0].id

    def knows(self, kind: str, id: str) -> bool:
        """Tell whether anything was ever added under an id, even if that was undone."""
        return (kind, id) in self._added

    def doubled(self) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """Yield each id that stands for several things: kind, id, and where they were added."""
        for (kind, id), known in self._added.items():
            if len(known) > 1:
                yield kind, id, tuple(each.positions[0] for each in known)

    def several(self, kind: str) -> frozenset[str]:
        """Return the ids of a kind that stand for several things."""
        return frozenset(id for known, id, _ in self.doubled() if known == kind)
