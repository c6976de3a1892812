"""Steps: what one call did, to be undone and done again as one."""

from __future__ import annotations

import attrs

from qualcode.model.fold.coding_rows import RowRange
from qualcode.model.log.timeline import Timeline

__all__ = ["Doing", "Step"]


@attrs.frozen
class Step:
    """What one call did: what `Project.undo` takes back.

    Parameters
    ----------
    coder : str
        Who did it.
    events : tuple of str
        Ids of the events it made.
    rows : tuple of (int, int, int)
        The rows of coding that it made: block, first row in it, and the one behind the last.
    """

    coder: str
    events: tuple[str, ...] = ()
    rows: tuple[RowRange, ...] = attrs.field(default=(), repr=False)

    def moved(self, before: Timeline, after: Timeline) -> Step:
        """Return the step as it is named in a log that holds all of another, whose rows are all sealed."""
        rows = tuple(
            (after.block_of[before.events[before.blocks[block]].id], first, end)
            for block, first, end in self.rows
        )
        return attrs.evolve(self, rows=rows)


@attrs.define
class Doing:
    """What the step that is going on has recorded so far."""

    events: list[str] = attrs.field(factory=list)
    rows: list[RowRange] = attrs.field(factory=list)

    @property
    def mark(self) -> tuple[int, int]:
        """How far it has come."""
        return len(self.events), len(self.rows)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what was recorded since."""
        del self.events[mark[0] :]
        del self.rows[mark[1] :]
