"""Code and meaning saturation: when all codes had been met, and when each theme had shown all its sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_between, check_one_of, check_variable
from qualcode.stats.counting.grouping import NOT_KNOWN, variable_groups
from qualcode.stats.counting.rollup import evidence
from qualcode.stats.saturation.project_saturation import coding_order
from qualcode.stats.saturation.richness import Coverage, Richness, chao2, coverage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MeaningSaturation", "meaning_saturation"]

Flags: TypeAlias = NDArray[np.bool_]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class MeaningSaturation(CountedResult):
    """When all codes had been met, and when each theme had shown all its sides, by group.

    The sides of a theme (or of a domain) are the codes below it.

    Parameters
    ----------
    state : State
        What was counted.
    documents : tuple of str
        In the order in which they were taken; those of a group in the same order.
    groups : tuple
        The values of the variable; one entry, None, where there is none.
    by : str or None
        The variable.
    member : array of bool, groups × documents
        Which documents are of which group.
    codes : tuple of str
        Ids of the codes.
    table : array of bool, codes × documents
        Which code was put anywhere in which document.
    nodes : tuple of Node
        The themes or domains.
    sides : array of bool, nodes × codes
        Which codes lie below which of them.
    share : float
        Which share of its codes a group has to have met for code saturation.
    level : str
        Whether nodes are themes or domains.
    rollup : Rollup
        Along which they are.
    """

    _says = (
        "When each theme had shown all its sides, and how many documents with it came after that"
    )
    _figure = "qualcode.report.plot.course:meaning_saturation"

    state: State = attrs.field(repr=False)
    documents: tuple[str, ...] = attrs.field(repr=False)
    groups: tuple[Value | None, ...]
    by: str | None
    member: Flags = attrs.field(repr=False)
    codes: tuple[str, ...] = attrs.field(repr=False)
    table: Flags = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    sides: Flags = attrs.field(repr=False)
    share: float
    level: str
    rollup: Rollup = attrs.field(repr=False)

    def of_group(self, at: int) -> Flags:
        """Return codes × documents of one group, its documents in order."""
        own: Flags = self.table[:, self.member[at]]
        return own

    def new_sides(self, at: int) -> Longs:
        """Return how many new sides each document of a group brought to each node, nodes × documents."""
        own = self.of_group(at)
        first = np.zeros(own.shape, dtype=np.int64)
        met = np.flatnonzero(own.any(axis=1))
        first[met, own[met].argmax(axis=1)] = 1
        return self.sides.astype(np.int64) @ first

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each group and theme (or domain), in their order.

        Columns: the variable if there is one; id, name; sides (codes below it that the group has met),
        carrying (documents with any), saturated (documents of the group after which no new side came), after
        (documents with any that came later: with few of them, saturation may only be rarity).
        """
        import pandas as pd

        frames = []
        for at, group in enumerate(self.groups):
            new = self.new_sides(at)
            carrying = (self.sides.astype(np.int64) @ self.of_group(at)) > 0
            later = np.arange(1, new.shape[1] + 1)
            saturated = np.where(new > 0, later, 0).max(axis=1, initial=0)
            frame = pd.DataFrame(
                {
                    "id": [node.id for node in self.nodes],
                    "name": [node.name for node in self.nodes],
                    "sides": new.sum(axis=1),
                    "carrying": carrying.sum(axis=1),
                    "saturated": saturated,
                    "after": (carrying & (later > saturated[:, None])).sum(axis=1),
                }
            )
            if self.by is not None:
                frame.insert(0, self.by, group)
            frames.append(frame[frame["sides"] > 0])
        whole: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return whole

    def codes_frame(self) -> pd.DataFrame:
        """Return a row for each group: when its codes had been met, and how many there are.

        Columns: the variable if there is one; documents, codes (met), saturated (documents after which the
        share of these had been met), last (documents after which no code was new), chao2, low, high
        (estimate of the codes there are), coverage.
        """
        import pandas as pd

        rows = []
        for at in range(len(self.groups)):
            own = self.of_group(at)
            found = np.maximum.accumulate(own, axis=1).sum(axis=0)
            every = int(found[-1]) if found.size else 0
            there, covered = self.estimates(at)
            rows.append(
                (
                    own.shape[1], every, _after(found, self.share * every), _after(found, every),
                    there.value, there.low, there.high, covered.value,
                )
            )  # fmt: skip
        names = ("documents", "codes", "saturated", "last", "chao2", "low", "high", "coverage")
        frame = pd.DataFrame(rows, columns=list(names))
        if self.by is not None:
            frame.insert(0, self.by, list(self.groups))
        return frame

    def estimates(self, at: int) -> tuple[Richness, Coverage]:
        """Return how many codes there are for a group, and how well those it has met cover them."""
        return chao2(self.of_group(at)), coverage(self.of_group(at))


def _after(found: Longs, wanted: float) -> int:
    """Return after how many documents so many codes had been found; 0 where none are wanted."""
    return int(np.argmax(found >= wanted)) + 1 if wanted > 0 else 0


@question()
def meaning_saturation(
    state: State,
    *,
    by: str | None = None,
    level: str = "theme",
    rollup: str | Rollup | None = None,
    share: float = 0.9,
    coders: str | Iterable[str] | None = None,
) -> MeaningSaturation:
    """Return when all codes had been met, and when each theme had shown all its sides.

    Parameters
    ----------
    state : State
        The project's content; as of any revision.
    by : str, optional
        A variable of documents or cases: each of its values has a saturation of its own.
    level : {"theme", "domain"}, default "theme"
        What has sides: the codes below it.
    rollup : str or Rollup, optional
        Along which themes and domains are.
    share : float, default 0.9
        Which share of the codes that a group meets in all has to have been met for code saturation.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.

    Raises
    ------
    StatisticsError
        When nothing is coded below any theme, or nothing has the variable.

    References
    ----------
    Hennink, Kaiser & Marconi 2017, doi:10.1177/1049732316665344.
    """
    check_one_of(level, ("theme", "domain"), what="level")
    share = check_between(share, 0, 1, what="share", advice="give a share, 0 and 1 excluded")
    state = state.counting(coders)
    matrix = evidence(state, rollup=rollup, level="code")
    documents = coding_order(state)
    rows = [matrix.rows.index(id) for id in documents]
    used = matrix.counts.any(axis=0) & np.array(
        [node.id != UNASSIGNED for node in matrix.nodes], dtype=np.bool_
    )
    codes = tuple(node.id for node, shown in zip(matrix.nodes, used, strict=True) if shown)
    nodes = tuple(
        node
        for node in lay_over(state.find_rollup(rollup), state.codebook).level(level)
        if node.id != UNASSIGNED and not {*node.codes}.isdisjoint(codes)
    )
    if not nodes:
        raise StatisticsError(f"no code below any {level} is put anywhere, so that none has sides")
    groups: tuple[Value | None, ...] = (None,)
    member = np.ones((1, len(documents)), dtype=np.bool_)
    if by is not None:
        masks = variable_groups(state, check_variable(by, what="by"))
        kept = {value: mask for value, mask in masks.items() if value != NOT_KNOWN}
        groups, member = tuple(kept), np.array(list(kept.values()))[:, rows]
    return MeaningSaturation(
        state, documents, groups, by, member, codes, (matrix.counts[rows][:, used] > 0).T, nodes,
        np.array([[code in node.codes for code in codes] for node in nodes], dtype=np.bool_), share,
        level, matrix.rollup,
    )  # fmt: skip
