"""Where coders differ, with who has what, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np

from qualcode.io.tables.adjudication_table import write_adjudication_table
from qualcode.model.coding.adjudications import Adjudication
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.agreement.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Disagreement", "Disagreements", "find_disagreements"]


@attrs.frozen
class Disagreement:
    """A unit on which those who read it do not have the same codes.

    Parameters
    ----------
    segment : Segment
        The unit.
    had : mapping of str to tuple of str
        For each coder who read its document, the ids of the codes that they put on it.
    decision : Adjudication or None
        What was decided, if it was, in the codes that stand now for those of then.
    has_changed : bool
        Whether somebody has other codes there than when it was decided. Codes that were merged or split
        since are no change: nobody coded it otherwise.
    """

    segment: Segment
    had: Mapping[str, tuple[str, ...]] = attrs.field(converter=Frozen, hash=False)
    decision: Adjudication | None = None
    has_changed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody decided, or somebody coded it otherwise since."""
        return self.decision is None or self.has_changed

    def __str__(self) -> str:
        told = "; ".join(f"{coder}: {', '.join(ids) or '–'}" for coder, ids in self.had.items())
        place = f"{self.segment.document.id}:{self.segment.start}-{self.segment.end}"
        return f"{place} {self.segment.quote!r}: {told}"


class Disagreements(Readable, tuple[Disagreement, ...]):
    """Disagreements in document order: a tuple that can be looked at as a table, and written as one."""

    __slots__ = ()

    @property
    def open(self) -> Disagreements:
        """Those that wait for a decision."""
        return Disagreements(each for each in self if each.is_open)

    @property
    def decided(self) -> Disagreements:
        """Those that were decided."""
        return Disagreements(each for each in self if not each.is_open)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each disagreement.

        Columns: document, start, end, quote; one for each coder, with their codes (None where they did
        not read the document); decision (codes), by, time, reason, and open.
        """
        import pandas as pd

        coders = list(dict.fromkeys(coder for each in self for coder in each.had))
        rows = []
        for each in self:
            segment, made = each.segment, each.decision
            had: list[Any] = [list(each.had[c]) if c in each.had else None for c in coders]
            told = (
                (None,) * 4 if made is None else (list(made.codes), made.by, made.time, made.reason)
            )
            rows.append(
                (
                    segment.document.id,
                    segment.start,
                    segment.end,
                    segment.quote,
                    *had,
                    *told,
                    each.is_open,
                )
            )
        columns = [
            "document", "start", "end", "quote", *coders, "decision", "by", "time", "reason", "open",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def by_document(self) -> pd.DataFrame:
        """Return how far a consensus has come: a row for each document, with disagreements, decided, open."""
        import pandas as pd

        counts: dict[str, list[int]] = {}
        for each in self:
            row = counts.setdefault(each.segment.document.id, [0, 0, 0])
            row[0] += 1
            row[2 if each.is_open else 1] += 1
        rows = [(document, *row) for document, row in counts.items()]
        return pd.DataFrame(rows, columns=["document", "disagreements", "decided", "open"])

    def write(self, path: str | Path, *, replace: bool = False) -> int:
        """Write them as a table in which people decide; `Project.apply_adjudication` reads it back.

        Parameters
        ----------
        path : str or Path
            A file that ends with ``.csv`` or ``.xlsx``.
        replace : bool, default False
            Whether a file that is there may be overwritten.

        Returns
        -------
        int
            How many rows were written.
        """
        rows = [
            (
                each.segment,
                each.had,
                None if each.is_open or each.decision is None else each.decision,
            )
            for each in self
        ]
        return write_adjudication_table(rows, path, replace=replace)

    def __str__(self) -> str:
        noun = "disagreement" if len(self) == 1 else "disagreements"
        return f"{len(self)} {noun}, {len(self.decided)} decided, {len(self.open)} open"


def find_disagreements(
    state: State, study: Study, *, consensus: str, agreed: bool = False
) -> Disagreements:
    """Return the units on which coders differ; or those on which they all have the same codes.

    Parameters
    ----------
    state : State
        The project's content.
    study : Study
        Who is compared, and on which units.
    consensus : str
        Whose decisions are looked up.
    agreed : bool, default False
        Return the units with at least one code on which all who read them agree.
    """
    table = study.table
    decided = {each.place: each for each in state.adjudications}
    held = frozenset().union(*(node.codes for node in study.nodes)) if study.chosen else None
    read = table.read[:, table.clusters]
    alike = np.ones(read.shape[1], dtype=np.bool_)
    some = np.zeros(read.shape[1], dtype=np.bool_)
    for at in range(len(table.coders)):
        own = table.given[at]
        some |= read[at] & own.any(axis=1)
        for other in range(at):
            both = read[at] & read[other]
            alike &= ~(both & (own != table.given[other]).any(axis=1))
    enough = read.sum(axis=0) > 1
    chosen = some & enough & alike if agreed else enough & ~alike
    found = []
    for number in np.flatnonzero(chosen).tolist():
        segment = table.segments[number]
        had = {
            coder: tuple(np.array(table.codes, dtype=object)[table.given[at, number]].tolist())
            for at, coder in enumerate(table.coders)
            if read[at, number]
        }
        made = decided.get((segment.document.id, segment.start, segment.end, consensus))
        changed = False
        if made is not None:
            made = made.resolved(state.codebook)
            then = {
                coder: {code for code in codes if held is None or code in held}
                for coder, codes in made.had.items()
            }
            changed = any(then.get(coder) != {*codes} for coder, codes in had.items())
        found.append(Disagreement(segment, cast(Any, had), made, changed))
    return Disagreements(found)
