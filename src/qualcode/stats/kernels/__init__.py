"""Counting kernels: whole documents in, exact partial counts out.

Each kernel takes the columns of one partition (integer arrays of equal length, one row for each
assignment) and returns ``int64`` counts. As long as no unit or document is spread over two partitions,
the counts of the partitions add up to the counts of the whole. What lies in many documents, as a
coder or a case does, is marked in bits that unite by OR (`code_presence`), and counted at the end. So
one process, threads or a distributed engine all run the same functions and unite what they return; see
`qualcode.stats.counting.policies`. Inside a partition the rows are worked through in blocks of whole
units, so the memory needed beyond the columns does not grow with their length.

Columns sorted by unit (or document), as the library stores them, are read in place; others are
brought into order first, which costs a sorted copy. Repeated rows never change a count.
"""

from qualcode.stats.kernels.blocks import BLOCK, key_blocks
from qualcode.stats.kernels.meetings import Meets, meeting_counts, near_pair_counts
from qualcode.stats.kernels.nodes import (
    by_weight,
    crosstab,
    node_counts,
    node_pair_counts,
    weight_counts,
)
from qualcode.stats.kernels.pairs import pair_counts
from qualcode.stats.kernels.presence import (
    Bits,
    carried_codes,
    code_presence,
    presence_counts,
    presence_pair_counts,
    present_nodes,
)
from qualcode.stats.kernels.spans import covered_lengths, unit_incidence, unit_incidence_blocks

__all__ = [
    "BLOCK",
    "Bits",
    "Meets",
    "by_weight",
    "carried_codes",
    "code_presence",
    "covered_lengths",
    "crosstab",
    "key_blocks",
    "meeting_counts",
    "near_pair_counts",
    "node_counts",
    "node_pair_counts",
    "pair_counts",
    "presence_counts",
    "presence_pair_counts",
    "present_nodes",
    "unit_incidence",
    "unit_incidence_blocks",
    "weight_counts",
]


def __dir__() -> list[str]:
    return list(__all__)
