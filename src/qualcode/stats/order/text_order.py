"""The units of a project's texts in the order in which they come, and what each carries."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_unit
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import NodeUnits, of_level, on_units
from qualcode.stats.counting.units import Unit

__all__ = ["Lines", "in_text_order"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class Lines(ByValue):
    """The units of all documents in order, and which nodes each carries.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains that any unit carries.
    carried : NodeUnits
        Which unit carries which of them, sorted by unit.
    labels : sequence
        The units themselves, those without any node included.
    rollup : Rollup
        Along which the nodes are.
    """

    nodes: tuple[Node, ...]
    carried: NodeUnits
    labels: Any
    rollup: Rollup

    @property
    def document(self) -> Longs:
        """The document of each unit, ascending."""
        return self.carried.cluster

    def table(self, part: slice) -> NDArray[np.bool_]:
        """Return units × nodes for a stretch of units."""
        first, last = np.searchsorted(self.carried.unit, [part.start, part.stop])
        table = np.zeros((part.stop - part.start, len(self.nodes)), dtype=np.bool_)
        table[self.carried.unit[first:last] - part.start, self.carried.node[first:last]] = True
        return table


def in_text_order(
    state: State, unit: Unit, *, level: str = "code", rollup: str | Rollup | None = None
) -> Lines:
    """Return the units of all documents in order; they are anything but documents and cases."""
    unit = check_unit(unit)
    if unit in ("document", "case"):
        raise StatisticsError(
            f"unit={unit!r}: units must follow each other within a document: turns, sentences, "
            "paragraphs, lines, coded segments, or what a segmenter cuts"
        )
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    on = on_units(Coded.of(state), membership, unit)
    used = np.flatnonzero(np.bincount(on.incidence.node, minlength=len(nodes)))
    on = on.only(used)
    carried = on.incidence
    order = np.argsort(carried.unit, kind="stable")
    carried = attrs.evolve(carried, unit=carried.unit[order], node=carried.node[order])
    chosen = tuple(nodes[at] for at in used.tolist())
    return Lines(chosen, carried, on.coding.labels, hierarchy.rollup)
