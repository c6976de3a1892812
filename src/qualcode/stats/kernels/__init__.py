"""Counting kernels: whole documents in, exact partial counts out.

Each kernel takes the columns of one partition (integer arrays of equal length, one row for each
assignment) and returns ``int64`` counts (`node_weights`: sums, of ``float64``). As long as no unit
or document is spread over two partitions, the counts of the partitions add up to the counts of the
whole, so one process, threads or a distributed engine all run the same functions and sum what they
return. Inside a partition the rows are worked through in blocks of whole units, so the memory needed
beyond the columns does not grow with their length.

Columns sorted by unit (or document), as the library stores them, are read in place; others are
brought into order first, which costs a sorted copy. Repeated rows never change a count.
"""

from qualcode.stats.kernels.blocks import BLOCK, key_blocks
from qualcode.stats.kernels.meetings import Meets, meeting_counts, near_pair_counts
from qualcode.stats.kernels.nodes import crosstab, node_counts, node_pair_counts, node_weights
from qualcode.stats.kernels.pairs import pair_counts
from qualcode.stats.kernels.spans import covered_lengths, unit_incidence, unit_incidence_blocks

__all__ = [
    "BLOCK",
    "Meets",
    "covered_lengths",
    "crosstab",
    "key_blocks",
    "meeting_counts",
    "near_pair_counts",
    "node_counts",
    "node_pair_counts",
    "node_weights",
    "pair_counts",
    "unit_incidence",
    "unit_incidence_blocks",
]


def __dir__() -> list[str]:
    return list(__all__)
