"""Constant comparison: the segments of a code side by side, from first to last."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from qualcode.errors import AssignmentError
from qualcode.model.checks import check_choice
from qualcode.model.coding.assignments import Assignment
from qualcode.model.ids import MARK
from qualcode.model.log.rows import format_time
from qualcode.model.readable import Readable
from qualcode.model.state import State
from qualcode.model.times import time_shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Compared", "Comparison", "Order", "compare"]

Order = Literal["time", "document", "coder"]


@attrs.frozen
class Compared:
    """A segment that carries a code, with what the code meant to who put it there.

    Parameters
    ----------
    assignment : Assignment
        The segment, who coded it, when, and the memo.
    revision : int
        Number of the newest revision of the codebook that the coder had seen.
    definition : str
        The definition of the code then.
    changed : bool
        Whether it is another than for the segment before.
    """

    assignment: Assignment
    revision: int
    definition: str
    changed: bool = False

    def __str__(self) -> str:
        each = self.assignment
        place = f"{each.segment.document.id}:{each.segment.start}-{each.segment.end}"
        lines = [f"{time_shown(each.time)}  {each.coder}  {place}"]
        if self.changed:
            lines.insert(0, f"— revision {self.revision}: {self.definition or '(no definition)'}")
        lines.append(f"    {' '.join(each.segment.quote.split())}")
        if each.memo:
            lines.append(f"    memo: {each.memo}")
        return "\n".join(lines)


class Comparison(Readable, tuple[Compared, ...]):
    """Segments of a code in order: a tuple that can be looked at as a table, or printed to be read."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each segment and coder.

        Columns: time, coder, document, start, end, quote, memo, assigned_as, revision, definition (of then),
        changed (whether the definition is another than in the row before).
        """
        import pandas as pd

        columns = [
            "time", "coder", "document", "start", "end", "quote", "memo", "assigned_as", "revision",
            "definition", "changed",
        ]  # fmt: skip
        rows = []
        for one in self:
            each, segment = one.assignment, one.assignment.segment
            rows.append(
                (
                    each.time, each.coder, segment.document.id, segment.start, segment.end,
                    segment.quote, each.memo, each.assigned_as, one.revision, one.definition,
                    one.changed,
                )
            )  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "nothing carries the code"


def compare(state: State, code: str, *, order: Order = "time") -> Comparison:
    """Return the segments of a code side by side.

    Parameters
    ----------
    state : State
        The project's content.
    code : str
        Id or name of the code; what was merged into it is there too.
    order : {"time", "document", "coder"}, default "time"
        From the first that was coded to the last; in the order of the text; or one coder after the other,
        each by time.
    """
    check_choice(order, ("time", "document", "coder"), what="order", error=AssignmentError)
    rows = state.uncounted.assignments
    wanted = rows.codes.index(state.codebook.resolve(state.codebook[code].id))
    rows = rows.take(rows.code == wanted)
    eras, meanings = state.log.eras(), _Meanings(state)
    used = {rows.rows.codes[at] for at in np.unique(rows.rows.code).tolist()}
    first = _first_rows(state, used)
    found: list[tuple[Assignment, int]] = []
    for each in rows:
        row = first[(*each.place[:3], each.assigned_as, each.coder)]
        moment = state.events.made.get(row, int(state.events.time[row]))
        found.append(
            (attrs.evolve(each, time=format_time(moment)), int(eras[state.events.block[row]]))
        )
    if order == "time":
        found.sort(key=lambda one: one[0].time)
    elif order == "coder":
        found.sort(key=lambda one: (one[0].coder, one[0].time))
    compared: list[Compared] = []
    for each, era in found:
        definition = meanings.of(each.assigned_as, era)
        changed = not compared or compared[-1].definition != definition
        compared.append(Compared(each, era, definition, changed))
    return Comparison(compared)


def _first_rows(state: State, codes: Collection[str]) -> dict[tuple[str, int, int, str, str], int]:
    """Return by which row each assignment of some codes was first made, since it was last taken back."""
    rows = state.events
    wanted = np.array([id in codes for id in rows.codes], dtype=np.bool_)
    first: dict[tuple[str, int, int, str, str], int] = {}
    for row in np.flatnonzero(wanted[rows.code]).tolist() if len(rows) else []:
        key = (
            rows.documents[rows.document[row]],
            int(rows.start[row]),
            int(rows.end[row]),
            rows.codes[rows.code[row]],
            rows.coders[rows.coder[row]],
        )
        if rows.retracted[row]:
            first.pop(key, None)
        else:
            first.setdefault(key, row)
    return first


class _Meanings:
    """What codes meant as of a revision; only revisions that change it are looked back at."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[tuple[str, int], str] = {}
        self._changes: dict[str, list[int]] = {}

    def of(self, code: str, era: int) -> str:
        """Return the definition of a code as long as a revision was the newest."""
        last = max((number for number in self._touching(code) if number <= era), default=0)
        if (code, last) not in self._known:
            book = self._state.history.at(last).codes if last else {}
            self._known[code, last] = book[code].definition if code in book else ""
        return self._known[code, last]

    def _touching(self, code: str) -> list[int]:
        if code not in self._changes:
            log, target = self._state.log, f"code:{code.partition(MARK)[0]}"
            self._changes[code] = [
                number
                for number, at in enumerate(log.revisions, start=1)
                if (event := log.timeline.events[at]).kind in ("adopt", "undo", "redo")
                or (event.kind in ("add", "redefine") and event.target == target)
            ]
        return self._changes[code]
