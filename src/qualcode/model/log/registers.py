"""Registers: what is in force where several wrote the same thing, some without having seen the others.

A register is one property of one thing. In force are the writes that nobody overwrote, shown is the last of
them in the order of the log. Where they differ, the register is in conflict until somebody writes it who has
seen them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from qualcode.model.log.timeline import Timeline

__all__ = ["Conflict", "Registers"]

Key = tuple[str, str]
"""What is written, such as ``"code:trust"``, and which property of it, such as ``"name"``."""


@attrs.frozen
class Conflict:
    """What was changed at once and does not go together; the project shows one side of it.

    Parameters
    ----------
    kind : str
        ``"both set"``, ``"same id"``, ``"same name"``, ``"merge circle"``, ``"move circle"``,
        ``"changed while removed"``, ``"merged into removed"``, ``"below removed"``, ``"used while removed"``,
        ``"undone and redone"`` or ``"retracted and assigned"``.
    target : str
        What it is about, such as ``"code:trust"``.
    field : str
        Which property of it.
    events : tuple of str
        Ids of the events that were made without each other's knowledge, in order.
    values : tuple
        What each of them says.
    taken : str
        What is shown meanwhile.
    """

    kind: str
    target: str
    field: str
    events: tuple[str, ...]
    values: tuple[Any, ...] = attrs.field(default=(), hash=False)
    taken: str = ""

    def __str__(self) -> str:
        told = f"{self.target}: {self.kind}" + (f" ({self.field})" if self.field else "")
        values = " | ".join(map(str, self.values))
        return f"{told}: {values}; {self.taken}" if values else f"{told}; {self.taken}"


class Registers:
    """The writes in force, register by register.

    Parameters
    ----------
    timeline : Timeline
        Who had seen what.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._writes: dict[Key, list[tuple[int, Any]]] = {}
        self._met: list[tuple[Conflict, int]] = []

    def write(self, target: str, field: str, value: Any, at: int) -> None:
        """Note that the event at a position wrote a register; events come in their order."""
        knew = self._timeline.knew
        before = self._writes.get((target, field), ())
        kept = [write for write in before if not knew(at, write[0])]
        self._writes[target, field] = [*kept, (at, value)]

    def last(self, target: str, field: str) -> int | None:
        """Return the position of the write that is shown, if there is any."""
        writes = self._writes.get((target, field))
        return writes[-1][0] if writes else None

    def value(self, target: str, field: str) -> Any:
        """Return what is shown, or None when nothing was written."""
        writes = self._writes.get((target, field))
        return writes[-1][1] if writes else None

    def is_open(self, target: str, field: str) -> bool:
        """Tell whether a register holds different values."""
        writes = self._writes.get((target, field), [])
        return any(value != writes[0][1] for _, value in writes[1:])

    def met(
        self, kind: str, target: str, field: str, positions: set[int], taken: str, *, at: int
    ) -> None:
        """Note that what the event at a position wrote does not go with what others wrote elsewhere."""
        self._met.append((self.conflict(kind, target, field, positions, taken), at))

    def others(self) -> Iterator[Conflict]:
        """Yield the conflicts between registers: each lasts until somebody overwrites what did not go."""
        for conflict, at in self._met:
            if any(
                at == each for each, _ in self._writes.get((conflict.target, conflict.field), ())
            ):
                yield conflict

    def conflict(
        self, kind: str, target: str, field: str, positions: set[int], taken: str
    ) -> Conflict:
        """Return a conflict between events given by position."""
        ids = tuple(self._timeline.events[at].id for at in sorted(positions))
        return Conflict(kind, target, field, ids, (), taken)

    def apart(self, one: int | None, other: int | None) -> bool:
        """Tell whether two events were made without each other's knowledge."""
        return one is not None and other is not None and self._timeline.apart(one, other)

    def both_set(self) -> Iterator[Conflict]:
        """Yield the registers that hold different values."""
        for (target, field), writes in self._writes.items():
            if self.is_open(target, field):
                yield Conflict(
                    "both set",
                    target,
                    field,
                    tuple(self._timeline.events[at].id for at, _ in writes),
                    tuple(value for _, value in writes),
                    f"shown is {writes[-1][1]!r}, by {self._timeline.events[writes[-1][0]].author}",
                )
