"""How often the pairs of some codes meet: what tests, intervals and networks are made from."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.counting.meeting import Places
from qualcode.stats.pairs.pair_table import PairTable

__all__ = ["PairCounts"]

Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class PairCounts(PairTable, CountedResult):
    """Counts of a project's units that carry two nodes, for each pair of nodes.

    Its fields are those of `PairTable`, and two more.

    Parameters
    ----------
    state : State
        What was counted.
    places : OnUnits or Near
        Which units or segments were counted, for tests and intervals.
    """

    state: State = attrs.field(repr=False, kw_only=True)
    places: Places = attrs.field(repr=False, kw_only=True)

    @property
    def codebook(self) -> Codebook:
        """The codebook as of the project's moment."""
        return self.state.codebook

    def units(self, first: str, second: str) -> tuple[Segment, ...] | tuple[str, ...]:
        """Return the units behind a count: segments, or ids of documents or cases.

        Where a pair of segments meets, or of units within a gap, these are the units of `first` that
        meet one of `second`.
        """
        one, other = self._row(first), self._row(second)
        return () if one is None or other is None else self.places.find(one, other)

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
