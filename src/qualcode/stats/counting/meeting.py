"""Where codes, themes and domains meet: on a unit that carries both, or on units near each other.

`OnUnits` and `Near` answer the same questions: how often each pair meets, where it does, and what
each document adds to that. Only on units is a node a set, which tests of independence need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import Hierarchy, Membership, Node
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.values import ByValue
from qualcode.stats import kernels
from qualcode.stats.arguments import check_unit
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.units import Coding, Unit, code_units
from qualcode.stats.kernels.blocks import Under, expand_ranges, first_of_runs, in_order, key_blocks

__all__ = [
    "ClusterCounts",
    "Meeting",
    "Near",
    "NodeUnits",
    "OnUnits",
    "Places",
    "near_units",
    "of_level",
    "on_units",
    "overlapping",
]

Longs: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Meeting: TypeAlias = Literal["overlap", "contained"]
"""How spans meet that are cut into no units: they overlap, or the first lies inside the second."""


@attrs.frozen(eq=False)
class NodeUnits(ByValue):
    """Which units carry which nodes.

    Parameters
    ----------
    unit, node : array of int64
        The rows. A row may be repeated.
    cluster : array of int64, shape (n_units,)
        The document of each unit; where units are cases, the case itself.
    stratum : array of int64, shape (n_units,)
        Among which other units its codes could have been put: those of its document or, where each
        coder's reading of a unit is a unit, of the coder's reading of the document.
    n_nodes : int
        How many nodes there are.
    """

    unit: Longs
    node: Longs
    cluster: Longs
    stratum: Longs
    n_nodes: int


@attrs.frozen(eq=False)
class ClusterCounts(ByValue):
    """What each document, or case, adds to the counts of some pairs.

    Parameters
    ----------
    both, first, second : array of int64, clusters × pairs
        Units with both nodes, with the first, with the second.
    units : array of int64, clusters × 1
        All units of the cluster.
    """

    both: Longs
    first: Longs
    second: Longs
    units: Longs

    @property
    def tables(self) -> tuple[Longs, Longs, Longs, Longs]:
        """The four tables, without clusters that have no units: those tell nothing."""
        there = self.units[:, 0] > 0
        return self.both[there], self.first[there], self.second[there], self.units[there]


@attrs.frozen(eq=False)
class OnUnits(ByValue):
    """Nodes that meet on units.

    Parameters
    ----------
    coded : Coded
        What is coded in some whole documents.
    membership : array of bool, codes × nodes
        Which code counts for which node.
    coding : Coding
        Which unit carries which assignment.
    unit : str, regular expression or callable
        What the units are.
    same_coder : bool
        Whether each coder's reading of a unit is a unit of its own.
    n_clusters : int
        How many documents, or cases where these are the units, there are.
    """

    coded: Coded
    membership: Membership
    coding: Coding
    unit: Unit
    same_coder: bool
    n_clusters: int

    @property
    def on(self) -> OnUnits:
        """Itself: which unit carries which assignment, as `Near.on` tells."""
        return self

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return int(self.membership.shape[1])

    @cached_property
    def readings(self) -> tuple[Longs, Longs, Longs]:
        """The unit of each row of the coding; and of each unit its place in the text, and its reader.

        Of coded segments there are only the readings that occur.
        """
        coding = self.coding
        if not self.same_coder:
            place = np.arange(coding.n_units, dtype=np.int64)
            return coding.unit, place, np.zeros_like(place)
        readers, reader = np.unique(self.coded.coder, return_inverse=True)
        key = coding.unit * len(readers) + reader[coding.row]
        every = np.arange(coding.n_units * len(readers), dtype=np.int64)
        if self.unit == "segment":
            every, key = np.unique(key, return_inverse=True)
        return key, *np.divmod(every, max(1, len(readers)))

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return len(self.readings[1])

    def counts(self) -> Longs:
        """Return the units that carry both, for every pair of nodes."""
        unit, code = self.readings[0], self.coded.code[self.coding.row]
        under = Under.of(self.membership)
        if np.array_equal(under.node[np.argsort(under.node)], np.arange(under.n_nodes)) and (
            np.bincount(under.code, minlength=1).max() == 1
        ):
            # A node of one code is that code, and pairs of codes are counted without bit masks.
            node = np.full(under.n_codes, -1, dtype=np.int64)
            node[under.code] = under.node
            kept = node[code] >= 0
            return kernels.pair_counts(unit[kept], node[code[kept]], under.n_nodes)
        return kernels.node_pair_counts(unit, code, self.membership)

    def find(self, first: int, second: int) -> tuple[Any, ...]:
        """Return the units that carry both of two nodes."""
        unit, place, _ = self.readings
        code = self.coded.code[self.coding.row]
        one, other = (
            unit[self.membership[:, [node]].sum(axis=1).astype(np.bool_)[code]]
            for node in (first, second)
        )
        both = np.intersect1d(one, other)
        return tuple(self.coding.labels[at] for at in np.unique(place[both]).tolist())

    def only(self, nodes: npt.NDArray[np.intp]) -> OnUnits:
        """Return the same with some of the nodes only."""
        return attrs.evolve(self, membership=self.membership[:, nodes])

    @cached_property
    def incidence(self) -> NodeUnits:
        """Which units carry which nodes."""
        unit, place, reader = self.readings
        row, node = _node_rows(self.coded.code[self.coding.row], self.membership)
        cluster = self.coding.document[place]
        stratum = cluster * (int(reader.max(initial=0)) + 1) + reader
        return NodeUnits(unit[row], node, cluster, stratum, self.n_nodes)

    def cluster_counts(self, first: Longs, second: Longs) -> ClusterCounts:
        """Return what each document, or case, adds to the counts of some pairs of nodes."""
        carried = self.incidence
        cluster, unit, node = in_order(carried.cluster[carried.unit], carried.unit, carried.node)
        found = (
            (number, present, kernels.pair_counts(unit[part], local, len(present)))
            for number, part, present, local in _clusters(cluster, node)
        )
        units = np.bincount(carried.cluster, minlength=self.n_clusters)
        return _spread_out(found, first, second, carried.n_nodes, units)


@attrs.frozen(eq=False)
class Near(ByValue):
    """Nodes that meet where a unit of the one meets a unit of the other in the same document.

    Parameters
    ----------
    on : OnUnits
        Which unit carries which assignment.
    start, end : array of int64, shape (units,)
        Where each unit is in its document: its code points or, where units are counted, its number
        and the next one.
    meets : Meets
        When one unit meets another.
    """

    on: OnUnits
    start: Longs
    end: Longs
    meets: kernels.Meets

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return self.on.n_units

    @cached_property
    def _carried(self) -> tuple[Longs, ...]:
        """Where nodes are, row by row: whose reading of which document, start, end, node; the unit."""
        on, carried = self.on, self.on.incidence
        _, place, _ = on.readings
        at = place[carried.unit]
        text = carried.stratum[carried.unit]
        columns = in_order(text, self.start[at], self.end[at], carried.node, at)
        return tuple(column.astype(np.int64, copy=False) for column in columns)

    def counts(self) -> Longs:
        """Return how often two nodes meet, for every ordered pair of them."""
        text, start, end, node, _ = self._carried
        return self._near(text, start, end, node, self.on.n_nodes)

    def _near(self, text: Longs, start: Longs, end: Longs, node: Longs, n_nodes: int) -> Longs:
        return kernels.near_pair_counts(text, start, end, node, n_nodes, meets=self.meets)

    def find(self, first: int, second: int) -> tuple[Any, ...]:
        """Return the units of the first node that meet one of the second."""
        text, start, end, node, unit = self._carried
        one, other = (np.flatnonzero(node == each) for each in (first, second))
        met = [
            unit[row]
            for row in one.tolist()
            if np.any(
                (text[other] == text[row])
                & self.meets(start[row], end[row], start[other], end[other])
            )
        ]
        return tuple(self.on.coding.labels[at] for at in np.unique(met).tolist())

    def only(self, nodes: npt.NDArray[np.intp]) -> Near:
        """Return the same with some of the nodes only."""
        return attrs.evolve(self, on=self.on.only(nodes))

    @property
    def incidence(self) -> NodeUnits:
        """Refused: here codes do not meet on units that carry both.

        Raises
        ------
        StatisticsError
            Always.
        """
        raise StatisticsError(
            "overlapping, contained and neighbouring units have no test of independence: such a test "
            "asks how often two sets of units share one, and a unit that is near another is not the "
            "same unit. Test within sentences, paragraphs or turns, without a gap; intervals by "
            "document work here too"
        )

    def cluster_counts(self, first: Longs, second: Longs) -> ClusterCounts:
        """Return what each document adds to the counts of some pairs of nodes."""
        text, start, end, node, unit = self._carried
        found = (
            (number, present, self._near(text[part], start[part], end[part], local, len(present)))
            for number, part, present, local in _clusters(self.on.coding.document[unit], node)
        )
        units = np.bincount(self.on.incidence.cluster, minlength=self.on.n_clusters)
        return _spread_out(found, first, second, self.on.n_nodes, units)


Places: TypeAlias = OnUnits | Near
"""What codes meet on: units, or spans near each other."""


def overlapping(
    coded: Coded, membership: Membership, meets: kernels.Meets, *, same_coder: bool = False
) -> Near:
    """Return which nodes meet where their coded segments do."""
    on = on_units(coded, membership, "segment", same_coder=same_coder)
    first = np.flatnonzero(first_of_runs(coded.segment))
    start, end = (column[first].astype(np.int64) for column in (coded.start, coded.end))
    return Near(on, start, end, meets)


def near_units(
    coded: Coded, membership: Membership, unit: Unit, gap: int, *, same_coder: bool = False
) -> Near:
    """Return which nodes meet on units of a document that have so many others between them."""
    if unit in ("segment", "document", "case"):
        raise StatisticsError(
            f"gap={looked_up(gap)} with unit={unit!r}: a gap is a number of units between two of a text, "
            "such as sentences or turns, or of code points with meeting='overlap'"
        )
    on = on_units(coded, membership, unit, same_coder=same_coder)
    start = np.arange(on.coding.n_units, dtype=np.int64)
    return Near(on, start, start + 1, kernels.Meets(gap=gap))


def on_units(
    coded: Coded, membership: Membership, unit: Unit, *, same_coder: bool = False
) -> OnUnits:
    """Return which units of some whole documents carry which nodes."""
    unit = check_unit(unit)
    n_clusters = len(coded.cases if unit == "case" else coded.documents)
    coding = code_units(coded, unit)
    return OnUnits(coded, membership, coding, unit, same_coder, n_clusters)


def of_level(hierarchy: Hierarchy, level: str) -> tuple[tuple[Node, ...], Membership]:
    """Return the nodes of a level, and which codes count for them.

    What rolls up to nothing is no node here.
    """
    nodes, membership = hierarchy.level(level), hierarchy.members(level)
    placed = np.flatnonzero([node.id != UNASSIGNED for node in nodes])
    return tuple(node for node in nodes if node.id != UNASSIGNED), membership[:, placed]


def _node_rows(code: npt.NDArray[Any], membership: Membership) -> tuple[Longs, Longs]:
    """Return a row for each node that holds a row's code: the number of that row, and the node."""
    under = Under.of(membership)
    row, at = expand_ranges(under.starts[code], under.starts[code.astype(np.int64) + 1])
    return row, under.node[at]


def _clusters(cluster: npt.NDArray[Any], node: Longs) -> Iterator[tuple[int, slice, Longs, Longs]]:
    """Yield each cluster with its rows, the nodes present in it, and its rows' places among them."""
    for part in key_blocks(cluster, 1):
        present, local = np.unique(node[part], return_inverse=True)
        yield int(cluster[part.start]), part, present, local


def _spread_out(
    found: Iterable[tuple[int, Longs, Longs]],
    first: Longs,
    second: Longs,
    n_nodes: int,
    units: Longs,
) -> ClusterCounts:
    """Put the counts of each cluster, over the nodes present there, where the pairs are."""
    both = np.zeros((len(units), len(first)), dtype=np.int64)
    own = np.zeros((len(units), n_nodes), dtype=np.int64)
    place = np.full(n_nodes, -1)
    for cluster, present, counts in found:
        own[cluster, present] = counts.diagonal()
        place[present] = np.arange(len(present))
        one, other = place[first], place[second]
        here = np.flatnonzero((one >= 0) & (other >= 0))
        both[cluster, here] = counts[one[here], other[here]]
        place[present] = -1
    return ClusterCounts(both, own[:, first], own[:, second], units[:, None])
