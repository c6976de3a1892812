"""The units of texts in the order in which they come, and what each carries."""

from __future__ import annotations

from typing import Any, Self, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Membership, Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_unit
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import NodeUnits, of_level, on_units
from qualcode.stats.counting.units import Unit

__all__ = ["CodedLines", "Lines", "check_ordered", "coded_lines", "in_text_order"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class CodedLines(ByValue):
    """The units of some whole documents in order, and which nodes each carries.

    Parameters
    ----------
    carried : NodeUnits
        Which unit carries which nodes, sorted by unit.
    labels : sequence
        The units themselves, those without any node included.
    """

    carried: NodeUnits
    labels: Any

    @property
    def document(self) -> Longs:
        """The document of each unit, ascending."""
        return self.carried.cluster

    def table(self, part: slice) -> NDArray[np.bool_]:
        """Return units × nodes for a stretch of units."""
        first, last = np.searchsorted(self.carried.unit, [part.start, part.stop])
        table = np.zeros((part.stop - part.start, self.carried.n_nodes), dtype=np.bool_)
        table[self.carried.unit[first:last] - part.start, self.carried.node[first:last]] = True
        return table

    def used(self) -> tuple[Longs, Self]:
        """Return which nodes any unit carries, and the same units with these only."""
        used, node = np.unique(self.carried.node, return_inverse=True)
        carried = attrs.evolve(self.carried, node=node.astype(np.int64), n_nodes=len(used))
        return used, attrs.evolve(self, carried=carried)


@attrs.frozen(eq=False)
class Lines(CodedLines):
    """The units of all documents of a project in order, and which nodes each carries.

    Its fields are those of `CodedLines`, and two more.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains that any unit carries.
    rollup : Rollup
        Along which the nodes are.
    """

    nodes: tuple[Node, ...]
    rollup: Rollup


def check_ordered(unit: Unit) -> Unit:
    """Return units that follow each other: anything but documents and cases."""
    unit = check_unit(unit)
    if unit in ("document", "case"):
        raise StatisticsError(
            f"unit={unit!r}: units must follow each other within a document: turns, sentences, "
            "paragraphs, lines, coded segments, or what a segmenter cuts"
        )
    return unit


def coded_lines(coded: Coded, membership: Membership, unit: Unit) -> CodedLines:
    """Return the units of some whole documents in order."""
    on = on_units(coded, membership, check_ordered(unit))
    carried = on.incidence
    order = np.argsort(carried.unit, kind="stable")
    carried = attrs.evolve(carried, unit=carried.unit[order], node=carried.node[order])
    return CodedLines(carried, on.coding.labels)


def in_text_order(
    state: State, unit: Unit, *, level: str = "code", rollup: str | Rollup | None = None
) -> Lines:
    """Return the units of all documents of a project in order."""
    unit = check_ordered(unit)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    used, lines = coded_lines(Coded.of(state), membership, unit).used()
    chosen = tuple(nodes[at] for at in used.tolist())
    return Lines(lines.carried, lines.labels, chosen, hierarchy.rollup)
