"""Steps: what one call did, to be undone and done again as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from qualcode.model.fold.coding_rows import RowRange
from qualcode.model.log.timeline import Timeline
from qualcode.project.recording import Recorder

__all__ = ["Doing", "Step", "found", "written"]


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


def written(step: Step, recorder: Recorder) -> dict[str, Any]:
    """Return a step as JSON holds it, by names that hold when the log is read again.

    Parameters
    ----------
    step : Step
        A step of the recorder's log, in which each author has one block of rows at most that is not sealed.
    recorder : Recorder
        The log.
    """
    rows = [(*recorder.block_name(block), first, end) for block, first, end in step.rows]
    return {"coder": step.coder, "events": list(step.events), "rows": rows}


def found(steps: Iterable[Mapping[str, Any]], recorder: Recorder) -> Iterator[Step]:
    """Yield steps that were `written`, but for those of which the log does not hold all.

    Parameters
    ----------
    steps : iterable of mapping
        The steps.
    recorder : Recorder
        The log.
    """
    blocks, sizes = recorder.blocks(), np.bincount(recorder.coding.events.block)
    for each in steps:
        rows = tuple((blocks.get((log, n), -1), first, end) for log, n, first, end in each["rows"])
        is_there = all(id in recorder.timeline.position for id in each["events"]) and all(
            0 <= block < len(sizes) and 0 <= first < end <= sizes[block]
            for block, first, end in rows
        )
        if is_there:
            yield Step(each["coder"], tuple(each["events"]), rows)


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
