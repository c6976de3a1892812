"""How often the pairs of some codes meet: what tests, intervals and networks are made from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.checks import check_texts, looked_up, shown
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.arguments import check_count, check_list
from qualcode.stats.counting.meeting import Meeting, Near, Places

__all__ = ["PairCounts"]

Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class PairCounts(CountedResult):
    """Counts of units that carry two nodes, for each pair of nodes.

    Parameters
    ----------
    state : State
        What was counted.
    nodes : tuple of Node
        The codes, themes or domains, without those that nothing carries.
    counts : array of int64, shape (nodes, nodes)
        Symmetric unless `directed`; the diagonal is each node's own number of units.
    n_units : int
        How many units there are, those without any code included where units are sentences,
        paragraphs, turns, documents or cases.
    unit : str or None
        On what units codes meet; None where spans meet without any.
    meeting : {"overlap", "contained"} or None
        How spans meet, where they are cut into no units.
    same_coder : bool
        Whether both codes had to come from one coder.
    rollup : Rollup
        Along which the nodes are.
    gap : int or None
        How far apart spans, or units, may be that meet.
    min_overlap : int, float or None
        How many code points spans share at least that meet, or how much of the shorter one.
    places : OnUnits or Near
        Which units or segments were counted, for tests and intervals.
    """

    state: State = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    n_units: int
    unit: str | None
    meeting: Meeting | None
    same_coder: bool
    rollup: Rollup = attrs.field(repr=False)
    gap: int | None
    min_overlap: int | float | None
    places: Places = attrs.field(repr=False)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {node.id: at for at, node in enumerate(self.nodes)}

    def at(self, id: str) -> int:
        """Return which row of `counts` a node has.

        Raises
        ------
        NotFoundError
            When nothing was counted for it.
        """
        if not isinstance(id, str) or id not in self._position:
            raise NotFoundError(
                f"nothing was counted for {looked_up(id)}: it is not among the {len(self.nodes)} "
                f"{self.nodes[0].level if self.nodes else 'node'}s here."
                f"{did_you_mean(id, self._position)}"
            )
        return self._position[id]

    @property
    def directed(self) -> bool:
        """Whether it matters which node is named first: the first lies inside the second."""
        return isinstance(self.places, Near) and self.places.meets.inside

    def both(self, first: str, second: str) -> int:
        """Return how many units carry both of two nodes, or of the first lie inside the second.

        Raises
        ------
        NotFoundError
            When there is no such node; of one that nothing carries, no unit does.
        """
        one, other = self._row(first), self._row(second)
        return 0 if one is None or other is None else int(self.counts[one, other])

    def units(self, first: str, second: str) -> tuple[Segment, ...] | tuple[str, ...]:
        """Return the units behind a count: segments, or ids of documents or cases.

        Where a pair of segments meets, or of units within a gap, these are the units of `first` that
        meet one of `second`.
        """
        one, other = self._row(first), self._row(second)
        return () if one is None or other is None else self.places.find(one, other)

    def _row(self, id: str) -> int | None:
        """Return which row a node has; None for one that nothing carries."""
        return None if isinstance(id, str) and id in self._uncarried else self.at(id)

    @cached_property
    def _uncarried(self) -> frozenset[str]:
        level = self.nodes[0].level if self.nodes else None
        return frozenset(
            node.id
            for node in lay_over(self.rollup, self.state.codebook).nodes
            if node.id != UNASSIGNED and level in (None, node.level)
        ).difference(self._position)

    def pairs(
        self, pairs: Iterable[tuple[str, str]] | None = None, *, min_count: int = 0
    ) -> tuple[Longs, Longs]:
        """Return the rows and columns of `counts` where some pairs are, all when none are named.

        Where `directed`, all are the pairs in both orders.
        """
        min_count = check_count(min_count, what="min_count")
        if pairs is not None:
            found = [
                (self.at(one), self.at(other))
                for one, other in (
                    _pair(each) for each in check_list(pairs, what="pairs", of="pairs of ids")
                )
            ]
            first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
            return first, second
        if self.directed:
            first, second = np.nonzero(~np.eye(len(self.nodes), dtype=np.bool_))
        else:
            first, second = np.triu_indices(len(self.nodes), k=1)
        enough = self.counts[first, second] >= min_count
        return first[enough], second[enough]

    def by_cluster(self) -> tuple[Longs, Longs]:
        """Return documents × nodes × nodes, and the units of each document.

        Where cases are the units, they stand in place of documents.
        """
        n_nodes = len(self.nodes)
        first, second = np.triu_indices(n_nodes)
        both, _, _, units = self.places.cluster_counts(first, second).tables
        counts = np.zeros((len(both), n_nodes, n_nodes), dtype=np.int64)
        counts[:, first, second] = both
        counts[:, second, first] = both
        return counts, units[:, 0]


def _pair(value: object) -> tuple[str, str]:
    pair = check_texts(value, what="pairs: each pair", error=StatisticsError)
    if len(pair) != 2:
        raise StatisticsError(f"pairs: each is of two ids, not {shown(value)}")
    return pair[0], pair[1]
