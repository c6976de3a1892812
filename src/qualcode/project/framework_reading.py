"""Taking over a framework matrix that was worked on in a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import NotFoundError, ProjectError, RollupError
from qualcode.io.tables.cells import clean
from qualcode.io.tables.framework_sheet import SheetCell, read_framework_cells
from qualcode.model.checks import check_flag, check_path
from qualcode.model.coding.summaries import CellKey, Place, Summary
from qualcode.model.readable import Readable
from qualcode.model.times import time_shown
from qualcode.project.summarising import Summarising

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameworkReading", "ReadCell", "ReadingFrameworks"]


@attrs.frozen
class ReadCell:
    """What became of a cell that was changed in a file.

    Parameters
    ----------
    case, level, node, rollup : str
        Which cell it is.
    how : {"written", "withdrawn", "conflict", "overwritten", "left"}
        Written as the file has it; emptied; left as it is because it was changed here as well since the file
        was made; written all the same, because that was asked for; or left because there is no such cell.
    before : str
        What stood there in the project.
    after : str
        What the file says.
    note : str
        What there is to say of it.
    """

    case: str
    level: str
    node: str
    rollup: str
    how: str
    before: str
    after: str
    note: str = ""

    def __str__(self) -> str:
        why = f" ({self.note})" if self.note else ""
        return f"{self.case}, {self.node}: {self.how}{why}"


@attrs.frozen(repr=False)
class FrameworkReading(Readable, Sequence[ReadCell]):
    """What reading a framework matrix changed, or would change; cells that were not edited are not listed.

    Parameters
    ----------
    items : tuple of ReadCell
        The cells that the file has otherwise than it was made.
    unchanged : int
        How many cells it has as they are.
    dry_run : bool
        Whether nothing was changed.
    """

    items: tuple[ReadCell, ...]
    unchanged: int
    dry_run: bool = False

    _print_columns = ("case", "node", "how", "before", "after", "note")

    @overload
    def __getitem__(self, index: int) -> ReadCell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ReadCell]: ...
    def __getitem__(self, index: int | slice) -> ReadCell | Sequence[ReadCell]:
        return self.items[index]

    def __iter__(self) -> Iterator[ReadCell]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{self.caption.splitlines()[0]}>"

    @property
    def conflicts(self) -> tuple[ReadCell, ...]:
        """The cells that were changed on both sides; the project keeps what it has."""
        return tuple(each for each in self.items if each.how == "conflict")

    @property
    def caption(self) -> str:
        """How many cells were written, withdrawn, and so on."""
        counts: dict[str, int] = {}
        for each in self.items:
            counts[each.how] = counts.get(each.how, 0) + 1
        told = [f"{number:,} {how}" for how, number in counts.items()]
        told.append(f"{self.unchanged:,} as they are")
        lines = [f"Cells of the framework matrix: {', '.join(told)}"]
        if self.conflicts:
            lines.append(
                "in conflict: changed in the file and in the project; the project keeps what it has"
            )
        if self.dry_run:
            lines.append("a dry run: nothing was changed")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each cell that was edited.

        Columns: case, level, node, rollup, how, before (in the project), after (in the file), note.
        """
        import pandas as pd

        columns = [field.name for field in attrs.fields(ReadCell)]
        return pd.DataFrame([attrs.astuple(each) for each in self.items], columns=columns)


class ReadingFrameworks(Summarising):
    """A project that takes over framework matrices."""

    def read_framework(
        self,
        path: str | Path,
        *,
        coder: str | None = None,
        reason: str = "",
        overwrite: bool = False,
        dry_run: bool = False,
    ) -> FrameworkReading:
        """Take over what somebody wrote into a framework matrix in a spreadsheet program, as one step.

        Cells that were edited become summaries of the coder; those that were emptied are withdrawn. They rest
        on the segments that were coded so when the file was made: where these have changed since, the cell is
        stale at once. What was changed in the project as well is a conflict, told and left as it is.

        Parameters
        ----------
        path : str or Path
            A file that `qualcode.write_framework` wrote, .xlsx or .csv.
        coder : str, optional
            Who wrote it; the project's author when not given.
        reason : str
            Why.
        overwrite : bool, default False
            Whether the file's words take the place of those in conflict; the log keeps both.
        dry_run : bool, default False
            Say what would change, and change nothing.

        Raises
        ------
        ProjectError
            When the file cannot be read as one. Nothing is changed then.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> file = qc.write_framework(project.framework("direction"), "cells.csv")
        >>> print(project.read_framework(file, coder="ana", dry_run=True))
        Cells of the framework matrix: 30 as they are
        a dry run: nothing was changed
        """
        file = check_path(path, what="path", error=ProjectError)
        overwrite = check_flag(overwrite, what="overwrite", error=ProjectError)
        dry_run = check_flag(dry_run, what="dry_run", error=ProjectError)
        cells = read_framework_cells(file)
        found = [(cell, self._compared(cell, overwrite)) for cell in cells]
        edited = [(cell, each) for cell, each in found if each is not None]
        reading = FrameworkReading(
            tuple(each for _, each in edited), len(found) - len(edited), dry_run
        )
        if edited and not dry_run:
            with self._step_or_nothing(self._who(coder)):
                for cell, each in edited:
                    self._take_cell(cell, each, coder, reason)
        return reading

    def _take_cell(self, cell: SheetCell, each: ReadCell, coder: str | None, reason: str) -> None:
        if each.how == "withdrawn" or (each.how == "overwritten" and not each.after):
            self._withdraw_summary(cell.key, coder, reason)
        elif each.how in ("written", "overwritten"):
            seen = cell.places(self.documents)
            places = self._places_now(cell) if seen is None else seen
            self._write_summary(cell.key, each.after, places, coder, reason)

    def _places_now(self, cell: SheetCell) -> frozenset[Place]:
        return self._places_of(cell.key[0], cell.key[1:])

    def _compared(self, cell: SheetCell, overwrite: bool) -> ReadCell | None:
        """Return what becomes of a cell of a file; None where it is as it was, or as it is."""
        held = self._recorder.fold.summaries.get(cell.key)
        now = "" if held is None else held.text
        text = cell.text if cell.text.strip() else ""
        base = self._stood(cell, held)
        if clean(text) in (clean(now), base):
            return None
        lacking = self._lacking(cell.key)
        if lacking:
            return ReadCell(*cell.key, "left", now, text, f"{lacking} ({cell.where})")
        changed = base is None or (held.id if held is not None else "") != cell.written
        if changed:
            how = "overwritten" if overwrite else "conflict"
            return ReadCell(*cell.key, how, now, text, self._otherwise(base, held))
        if not text:
            return ReadCell(*cell.key, "withdrawn", now, "")
        seen = cell.places(self.documents)
        stale = seen is not None and seen != self._places_now(cell)
        note = "stale: its segments have changed since the file was made" if stale else ""
        return ReadCell(*cell.key, "written", now, text, note)

    def _stood(self, cell: SheetCell, held: Summary | None) -> str | None:
        """Return what stood in a cell when the file was made; None where this project does not know."""
        if not cell.written:
            return ""
        if held is not None and held.id == cell.written:
            return clean(held.text)
        for event in self._recorder.timeline.events:
            if event.kind == "summarise" and event.short == cell.written:
                return clean(event.words.get("text", ""))
        return None

    def _otherwise(self, base: str | None, held: Summary | None) -> str:
        if base is None:
            return "the file was made of what this project does not have"
        if held is None:
            return "withdrawn in the project since"
        return f"{held.coder} wrote it otherwise since, {time_shown(held.time)}"

    def _lacking(self, key: CellKey) -> str:
        """Say what a cell is about that the project does not have; empty where it has all."""
        case, level, node, rollup = key
        if case not in self.cases:
            return f"there is no case {case!r}"
        try:
            self._cell(case, node, rollup or None, level)
        except (NotFoundError, RollupError) as error:
            return str(error)
        return ""
