"""Whose lines are whose: the groups of units in text order, by document, case, speaker or a variable."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.state import State
from qualcode.model.texts.places import Places
from qualcode.model.texts.segments import Segment
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.speaking import is_of_speakers, speech_groups
from qualcode.stats.counting.variable_values import variable_names
from qualcode.stats.kernels.blocks import expand_ranges
from qualcode.stats.order.text_order import Lines

__all__ = ["LineGroups", "line_groups"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class LineGroups:
    """Groups of lines. Lines that are in the same groups are of one kind, and are counted together.

    Parameters
    ----------
    values : tuple
        The groups.
    kind : array of int64, one for each line
        The kind of each line.
    member : sparse array of int64, kinds × groups
        1 where the lines of a kind are in a group.
    """

    values: tuple[Any, ...]
    kind: Longs
    member: Any

    @property
    def n_lines(self) -> Longs:
        """How many lines each group has."""
        return np.asarray(np.bincount(self.kind, minlength=self.member.shape[0]) @ self.member)

    def total(self, counts: Longs) -> Longs:
        """Add up what was counted of each kind, by group."""
        flat = counts.reshape(len(counts), -1)
        return np.asarray(self.member.T @ flat).reshape(len(self.values), *counts.shape[1:])

    def within(self, other: LineGroups) -> LineGroups:
        """Return the groups that these and others make together: the values are pairs of values."""
        from scipy.sparse import csr_array

        width = other.member.shape[0]
        kinds, kind = np.unique(self.kind * width + other.kind, return_inverse=True)
        mine, theirs = self.member[kinds // width].tocoo(), other.member[kinds % width]
        # Each group of a kind here meets each group that the kind has there.
        of, at = expand_ranges(theirs.indptr[mine.row], theirs.indptr[mine.row + 1])
        pair = mine.col[of].astype(np.int64) * len(other.values) + theirs.indices[at]
        there, column = np.unique(pair, return_inverse=True)
        member = csr_array(
            (np.ones(len(of), np.int64), (mine.row[of], column)), shape=(len(kinds), len(there))
        )
        values = [
            (self.values[one], other.values[two])
            for one, two in zip(*np.divmod(there, len(other.values)), strict=True)
        ]
        return LineGroups(tuple(values), kind, member)

    def only(self, wanted: NDArray[np.bool_]) -> LineGroups:
        """Return some of the groups."""
        chosen = np.flatnonzero(wanted)
        values = tuple(self.values[at] for at in chosen.tolist())
        return LineGroups(values, self.kind, self.member[:, chosen])


def line_groups(state: State, lines: Lines, by: str | None) -> LineGroups:
    """Return the groups of lines.

    Parameters
    ----------
    state : State
        What is counted.
    lines : Lines
        The units of its documents in order.
    by : str or None
        ``"speaker"``, ``"role"`` and so on; a variable of documents or cases; or ``"document"`` or
        ``"case"``, where no variable is called so. None for one group of all. A document whose cases
        differ is in each of their groups.

    Raises
    ------
    StatisticsError
        When nothing has the variable, or units have no speaker.
    """
    from scipy.sparse import csr_array

    document, documents = lines.document, state.documents
    if by is None:
        return LineGroups((None,), np.zeros(len(document), np.int64), csr_array([[1]]))
    if by in ("document", "case") and by not in variable_names(state):
        if by == "document":
            return LineGroups(tuple(documents), document, _alone(len(documents)))
        column = {case: at for at, case in enumerate(state.cases)}
        of = [
            (at, column[case]) for at, each in enumerate(documents.values()) for case in each.cases
        ]
        row, case = np.array(of, dtype=np.int64).reshape(-1, 2).T
        held = csr_array(
            (np.ones(len(of), np.int64), (row, case)), shape=(len(documents), len(column))
        )
        return LineGroups(tuple(column), document, held)
    if not is_of_speakers(state, by):
        masks = variable_groups(state, by)
        return LineGroups(
            tuple(masks), document, csr_array(np.array(list(masks.values()), np.int64).T)
        )
    units = [each for each in lines.labels if isinstance(each, Segment)]
    if len(units) < len(lines.labels):
        raise StatisticsError(f"these units have no speaker: count by unit='turn', not {by!r}")
    number = {id: at for at, id in enumerate(documents)}
    spoken = speech_groups(state, by, Places.of(units, number))
    # Each line is in exactly one of these.
    kind = np.zeros(len(document), dtype=np.int64)
    for at, mask in enumerate(spoken.values()):
        kind[mask] = at
    return LineGroups(tuple(spoken), kind, _alone(len(spoken)))


def _alone(size: int) -> Any:
    """Return the member table of groups of which each line is in one."""
    from scipy.sparse import eye_array

    return eye_array(size, dtype=np.int64, format="csr")
