"""Registers: what is in force where several wrote the same thing, some without having seen the others.

A register is one property of one thing. In force are the writes that nobody overwrote, shown is the last of
them in the order of the log. Where they differ, the register is in conflict until somebody writes it who has
seen them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.model.log.timeline import Timeline
from qualcode.model.readable import Readable
from qualcode.model.times import time_shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conflict", "ConflictSide", "Conflicts", "Registers", "assignment_said", "said_of"]

_ADDITIONS = frozenset(("add", "add-document", "add-case", "memo"))

Key = tuple[str, str]
"""What is written, such as ``"code:trust"``, and which property of it, such as ``"name"``."""


DIFFERENTLY = "assigned differently"
"""The kind of conflict in which one coder gave an assignment other memos or weights in two copies."""


def assignment_said(value: tuple[str | None, float | None]) -> str:
    """Return the memo and the weight of an assignment as they are told.

    Examples
    --------
    >>> assignment_said(("sure", 0.5)), assignment_said((None, None))
    ("memo 'sure', weight 0.5", 'no memo, no weight')
    """
    memo, weight = value
    return ", ".join(
        (
            "no memo" if memo is None else f"memo {memo!r}",
            "no weight" if weight is None else f"weight {weight:g}",
        )
    )


def said_of(target: str, field: str, value: Any, say: Callable[[Any], str] = str) -> str:
    """Return a value of a register as it is told: of a text how its file ends, of a passage its place.

    Examples
    --------
    >>> said_of("code:trust", "name", "Trust"), said_of("document:a", "text", "88aa08f8b7a4679d")
    ('Trust', 'text 88aa08f8')
    >>> said_of("document:a", "place 88aa08f8:0-9", ["88aa08f8b7a4679d", [3, 12]])
    '3-12'
    """
    if target.startswith("document:") and field == "text":
        return f"text {value[:8]}"
    if target.startswith("document:") and field.startswith("place "):
        _, to = value
        return "nowhere" if to is None else f"{to[0]}-{to[1]}"
    if target.startswith("entry:") and value is not None:
        filled, note, _ = value
        return f"{filled} ({note})" if note else str(filled)
    if target.startswith("record:") and value is not None:
        return " ".join(filter(None, (value[0], value[1] and f"({value[1]})", value[2])))
    if target.startswith("finding:") and value is not None:
        level, reason = value
        return f"{level} ({reason})" if reason else str(level)
    return say(value)


@attrs.frozen
class ConflictSide:
    """What one of those did who take part in a conflict.

    Parameters
    ----------
    event : str
        Id of the event.
    coder, time : str
        Who did it, and when (UTC).
    value : object
        What it set, where the conflict is about a value; else what it did, in words.
    told : str
        The same as it is printed.
    """

    event: str
    coder: str
    time: str
    value: Any = attrs.field(default=None, hash=False)
    told: str = attrs.field(default="", eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.coder}, {time_shown(self.time)}: {self.told or self.value}"


_PROPOSALS = {
    "both set": "take the later value, which is shown",
    "same id": "merge the two, or rename one; then take='shown'",
    "same name": "rename one, or merge them",
    "merge circle": "leave the first merge, which is shown",
    "move circle": "leave the first move, which is shown",
    "changed while removed": "take who changed it, to have it back; or leave it out of use",
    "merged into removed": "take who merged, to have the target back; or leave it out of use",
    "below removed": "move it elsewhere, or take who moved it, to have the parent back",
    "used while removed": "take who used it, to have it back; or leave it out of use, and coded",
    "withdrawn and reinstated": "take who reinstated it, or leave it withdrawn",
    "undone and redone": "take who did it again, or leave it undone",
    DIFFERENTLY: "take the one with what is to stay, or assign anew with both",
    "retracted and assigned": "look at the segment: take 'retracted', or leave it assigned",
}


@attrs.frozen
class Conflict:
    """What was changed at once and does not go together; the project shows one side of it.

    Parameters
    ----------
    kind : str
        ``"both set"``, ``"same id"``, ``"same name"``, ``"merge circle"``, ``"move circle"``,
        ``"changed while removed"``, ``"merged into removed"``, ``"below removed"``, ``"used while removed"``,
        ``"undone and redone"``, ``"withdrawn and reinstated"``, ``"retracted and assigned"`` or
        ``"assigned differently"``.
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
    sides : tuple of ConflictSide
        Who did what, and when, in order.
    merges : bool
        Whether it is about a document's text of which each side corrected other words, so that ``"merged"``
        can be taken.
    """

    kind: str
    target: str
    field: str
    events: tuple[str, ...]
    values: tuple[Any, ...] = attrs.field(default=(), hash=False)
    taken: str = ""
    sides: tuple[ConflictSide, ...] = attrs.field(default=(), eq=False, repr=False)
    merges: bool = attrs.field(default=False, eq=False, repr=False)

    @property
    def is_of_text(self) -> bool:
        """Whether a document's text was corrected in several copies."""
        of_document = self.target.startswith("document:")
        return of_document and (self.kind, self.field) == ("both set", "text")

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that name it: the same in every copy, as long as nobody joins in."""
        said = "\n".join((self.kind, self.target, self.field, *self.events))
        return hashlib.sha256(said.encode()).hexdigest()[:8]

    @property
    def proposal(self) -> str:
        """What would settle it, most likely."""
        if self.merges:
            return "take 'merged', which has what each changed; or the later text, which is shown"
        if self.is_of_text:
            return "take one of the texts, the later of which is shown; or correct it anew"
        return _PROPOSALS.get(self.kind, "")

    def __str__(self) -> str:
        told = f"{self.target}: {self.kind}" + (f" ({self.field})" if self.field else "")
        values = " | ".join(
            assignment_said(value)
            if self.kind == DIFFERENTLY
            else said_of(self.target, self.field, value)
            for value in self.values
        )
        return f"{told}: {values}; {self.taken}" if values else f"{told}; {self.taken}"


class Conflicts(Readable, tuple[Conflict, ...]):
    """Conflicts in order: a tuple that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each conflict.

        Columns: kind, target, field, values, taken, events (ids), coders (of the sides), proposal, id.
        """
        import pandas as pd

        columns = [
            "kind", "target", "field", "values", "taken", "events", "coders", "proposal", "id",
        ]  # fmt: skip
        rows = [
            (
                each.kind, each.target, each.field, list(each.values), each.taken, list(each.events),
                [side.coder for side in each.sides], each.proposal, each.id,
            )
            for each in self
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


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
        """Note that the event at a position wrote a register; events come in their order.

        Whoever writes a property of a thing knew the thing, though perhaps by another equal addition.
        """
        knew, events = self._timeline.knew, self._timeline.events
        before = self._writes.get((target, field), ())
        kept = [
            write
            for write in before
            if not (events[write[0]].kind in _ADDITIONS or knew(at, write[0]))
        ]
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
                at, value = writes[-1]
                shown = said_of(target, field, value, repr)
                yield Conflict(
                    "both set",
                    target,
                    field,
                    tuple(self._timeline.events[at].id for at, _ in writes),
                    tuple(value for _, value in writes),
                    f"shown is {shown}, by {self._timeline.events[at].author}",
                )
