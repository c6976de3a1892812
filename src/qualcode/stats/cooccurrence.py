"""Co-occurrence: how often two codes, themes or domains meet, and how that compares to chance."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.assignments import Assignments
from qualcode.model.hierarchy import Node, lay_over
from qualcode.model.rollups import UNASSIGNED, Rollup
from qualcode.model.segments import Segment
from qualcode.model.state import State
from qualcode.stats import kernels
from qualcode.stats.association import COEFFICIENTS, association
from qualcode.stats.kernels.blocks import expand_ranges
from qualcode.stats.units import Coding, Within, code_units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BASIC", "Cooccurrence", "cooccur"]

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BASIC = ("jaccard", "dice", "lift", "npmi")
"""The coefficients that frames show unless others are asked for."""


@attrs.frozen(eq=False)
class Cooccurrence:
    """Counts of units that carry two nodes, for each pair of nodes.

    Parameters
    ----------
    state : State
        What was counted.
    nodes : tuple of Node
        The codes, themes or domains, without those that nothing carries.
    counts : array of int64, shape (nodes, nodes)
        Symmetric; the diagonal is each node's own number of units.
    n_units : int
        How many units there are, those without any code included where units are sentences,
        paragraphs, turns, documents or cases.
    within : str
        Where codes meet.
    coders : {"any", "same"}
        By whom.
    rollup : Rollup
        Along which the nodes are.
    gap : int or None
        How far apart spans may be that meet.
    """

    state: State = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    n_units: int
    within: str
    coders: Literal["any", "same"]
    rollup: Rollup = attrs.field(repr=False)
    gap: int | None
    _find: Any = attrs.field(repr=False, alias="find")

    @cached_property
    def _position(self) -> dict[str, int]:
        return {node.id: at for at, node in enumerate(self.nodes)}

    def _at(self, id: str) -> int:
        if id not in self._position:
            raise NotFoundError(
                f"nothing was counted for {id!r}: it is not among the {len(self.nodes)} "
                f"{self.nodes[0].level if self.nodes else 'node'}s here."
                f"{did_you_mean(id, self._position)}"
            )
        return self._position[id]

    def both(self, first: str, second: str) -> int:
        """Return how many units carry both of two nodes."""
        return int(self.counts[self._at(first), self._at(second)])

    def units(self, first: str, second: str) -> tuple[Segment, ...] | tuple[str, ...]:
        """Return the units behind a count: segments, or ids of documents or cases.

        For overlapping spans and gaps, where a pair of segments meets, these are the segments of
        `first` that meet one of `second`.
        """
        found: tuple[Segment, ...] | tuple[str, ...] = self._find(
            self.nodes[self._at(first)], self.nodes[self._at(second)]
        )
        return found

    def matrix(self, measure: str = "count") -> pd.DataFrame:
        """Return a square frame of a measure: ``"count"`` or a coefficient; NaN where undefined."""
        import pandas as pd

        ids = [node.id for node in self.nodes]
        if measure == "count":
            return pd.DataFrame(self.counts, index=ids, columns=ids)
        own = np.diagonal(self.counts)
        table = association(self.counts, own[:, None], own[None, :], self.n_units)
        return pd.DataFrame(table.value(_known(measure)), index=ids, columns=ids)

    def to_frame(self, *, measures: tuple[str, ...] = BASIC, min_count: int = 1) -> pd.DataFrame:
        """Return a frame with a row for each pair that meets often enough, strongest first.

        Columns: a, b (ids), both, n_a, n_b, n, and a column for each coefficient. All are defined on
        sets of units, so ``jaccard`` lies between 0 and 1.
        """
        import pandas as pd

        first, second = np.triu_indices(len(self.nodes), k=1)
        enough = self.counts[first, second] >= min_count
        first, second = first[enough], second[enough]
        own, both = np.diagonal(self.counts), self.counts[first, second]
        ids = np.array([node.id for node in self.nodes], dtype=object)
        table = association(both, own[first], own[second], self.n_units)
        frame = pd.DataFrame(
            {
                "a": ids[first],
                "b": ids[second],
                "both": both,
                "n_a": own[first],
                "n_b": own[second],
                "n": np.full(len(both), self.n_units, dtype=np.int64),
                **{name: table.value(_known(name)) for name in measures},
            }
        )
        order = ["both", *measures[:1], "a", "b"]
        descending = [name not in ("a", "b") for name in order]
        return frame.sort_values(
            order, ascending=[not down for down in descending], ignore_index=True
        )

    def to_graph(self, *, measure: str = "count", min_count: int = 1) -> Any:
        """Return a networkx graph: a node for each code or theme, a weighted edge for each pair.

        Nodes have ``name``, ``level`` and ``count``; edges have ``count`` and ``weight`` (the
        measure). Needs the extra ``stats``.
        """
        networkx = require("networkx", extra="stats")
        graph = networkx.Graph(within=self.within, coders=self.coders, measure=measure)
        for at, node in enumerate(self.nodes):
            graph.add_node(
                node.id, name=node.name, level=node.level, count=int(self.counts[at, at])
            )
        measures = () if measure == "count" else (_known(measure),)
        for row in self.to_frame(measures=measures, min_count=min_count).to_dict("records"):
            weight = row["both"] if measure == "count" else row[measure]
            graph.add_edge(row["a"], row["b"], count=int(row["both"]), weight=float(weight))
        return graph


def _known(measure: str) -> str:
    if measure not in COEFFICIENTS:
        raise StatisticsError(
            f"{measure!r} is no coefficient; there are {', '.join(COEFFICIENTS)}."
            f"{did_you_mean(measure, COEFFICIENTS)}"
        )
    return measure


def cooccur(
    state: State,
    *,
    within: Within = "segment",
    gap: int | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: Literal["any", "same"] = "any",
) -> Cooccurrence:
    """Count how often codes, themes or domains meet.

    Parameters
    ----------
    state : State
        The project's content.
    within : str, regular expression or callable, default "segment"
        Where: ``"segment"`` (put on exactly the same span), ``"overlap"`` (spans that share a code
        point), ``"sentence"``, ``"paragraph"``, ``"line"``, ``"turn"``, ``"document"``, ``"case"``, or
        any segmenter.
    gap : int, optional
        With ``within="overlap"``: spans also meet when at most so many code points lie between them.
    level : {"code", "theme", "domain"}, default "code"
        What is paired. A theme's units are the union of its codes', and two themes' count is the
        intersection of their units, never a sum over pairs of codes.
    rollup : str or Rollup, optional
        As for `qualcode.stats.rollup.roll_up`; matters for themes and domains.
    coders : {"any", "same"}, default "any"
        Whether both codes must come from one coder. With ``"same"`` each coder's reading of a unit is
        a unit of its own.

    Raises
    ------
    StatisticsError
        For arguments that define no co-occurrence.

    Notes
    -----
    For overlapping spans the count of A and B is, summed over documents, the smaller of the number of
    A's segments that meet one of B's, and of B's that meet one of A's. It is symmetric, never exceeds
    either code's own number of segments, and adds up over documents; the number of meeting pairs,
    which desktop programs use, does neither.
    """
    if coders not in ("any", "same"):
        raise StatisticsError(
            f"coders={coders!r}: the two codes come from 'any' coders or the 'same'"
        )
    if gap is not None and (within != "overlap" or gap < 0):
        raise StatisticsError(
            f"gap={gap} with within={within!r}: a gap of 0 or more code points goes with within='overlap'"
        )
    hierarchy = lay_over(state.rollup(rollup), state.codebook)
    nodes = hierarchy.level(level)
    rows = state.assignments
    membership = hierarchy.membership[
        :, [at for at, node in enumerate(hierarchy.nodes) if node in nodes]
    ]
    if within == "overlap":
        counts, n_units = _by_overlap(rows, membership, gap, coders)
        finder = _overlap_finder(rows, gap, coders)
    else:
        coding = code_units(state, within)
        counts, n_units = _by_unit(rows, membership, coding, coders, within)
        finder = _unit_finder(rows, coding, coders)
    own = np.diagonal(counts)
    shown = np.array(
        [at for at, node in enumerate(nodes) if own[at] and node.id != UNASSIGNED], dtype=np.intp
    )
    return Cooccurrence(
        state,
        tuple(nodes[at] for at in shown.tolist()),
        counts[np.ix_(shown, shown)],
        n_units,
        within if isinstance(within, str) else getattr(within, "pattern", repr(within)),
        coders,
        hierarchy.rollup,
        gap,
        find=finder,
    )


def _coder_key(key: Longs, rows: Assignments, row: Longs, coders: str) -> Longs:
    """Return the key alone, or one for each coder's reading of it."""
    return key * len(rows.coders) + rows.coder[row] if coders == "same" else key


def _by_unit(
    rows: Assignments, membership: Flags, coding: Coding, coders: str, within: Within
) -> tuple[Longs, int]:
    key = _coder_key(coding.unit, rows, coding.row, coders)
    n_units = coding.n_units
    if coders == "same":
        # Each coder's reading of a unit counts; of coded segments only those there are.
        readers = len(np.unique(rows.coder))
        n_units = len(np.unique(key)) if within == "segment" else n_units * readers
    return kernels.node_pair_counts(key, rows.code[coding.row], membership), n_units


def _by_overlap(
    rows: Assignments, membership: Flags, gap: int | None, coders: str
) -> tuple[Longs, int]:
    every = np.arange(len(rows))
    document = _coder_key(rows.document.astype(np.int64), rows, every, coders)
    # One row for each node that holds an assignment's code.
    code, node = np.nonzero(membership)
    width = np.bincount(code, minlength=len(membership))
    last = np.cumsum(width)
    row, at = expand_ranges((last - width)[rows.code], last[rows.code])
    counts = kernels.near_pair_counts(
        document[row], rows.start[row], rows.end[row], node[at], membership.shape[1], gap=gap
    )
    return counts, len(np.unique(_coder_key(rows.segment, rows, every, coders)))


def _carries(rows: Assignments, node: Node) -> npt.NDArray[np.bool_]:
    return np.array([code in node.codes for code in rows.codes], dtype=np.bool_)[rows.code]


def _unit_finder(rows: Assignments, coding: Coding, coders: str) -> Any:
    def find(first: Node, second: Node) -> tuple[Any, ...]:
        key = _coder_key(coding.unit, rows, coding.row, coders)
        with_first = key[_carries(rows, first)[coding.row]]
        with_second = key[_carries(rows, second)[coding.row]]
        both = np.intersect1d(with_first, with_second)
        units = np.unique(both // len(rows.coders)) if coders == "same" else both
        return tuple(coding.labels[int(unit)] for unit in units)

    return find


def _overlap_finder(rows: Assignments, gap: int | None, coders: str) -> Any:
    reach = -1 if gap is None else gap

    def meet(one: Any, other: Any) -> bool:
        apart = max(one.segment.start, other.segment.start) - min(
            one.segment.end, other.segment.end
        )
        return (
            one.segment.document.id == other.segment.document.id
            and apart <= reach
            and (coders == "any" or one.coder == other.coder)
        )

    def find(first: Node, second: Node) -> tuple[Segment, ...]:
        others = list(rows.take(_carries(rows, second)))
        met = [
            one.segment
            for one in rows.take(_carries(rows, first))
            if any(meet(one, other) for other in others)
        ]
        return tuple(dict.fromkeys(met))

    return find
