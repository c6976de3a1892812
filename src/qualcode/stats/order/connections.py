"""What is close to what: connections within a moving window, counted in partitions of whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.recipe import Answer
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_count, is_among
from qualcode.stats.counting.partials import Partial
from qualcode.stats.counting.sums_by_key import Key, SumsByKey
from qualcode.stats.kernels.blocks import key_blocks
from qualcode.stats.order.sequences import stanza_counts
from qualcode.stats.order.text_order import CodedLines
from qualcode.stats.pairs.network_measures import network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ConnectionTable", "connection_counts", "connection_fields", "connection_partial"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]

_CELLS = 1 << 22
"""Kinds × nodes × nodes that are counted at once."""
_MOST = 1 << 28
"""Groups × nodes × nodes of a result at the most: 2 GiB."""


@attrs.frozen(eq=False)
class ConnectionTable(Answer):
    """Connections of nodes within a moving window, as in epistemic network analysis.

    A unit connects two nodes when it carries one of them and the window, which ends with the unit,
    the other.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains that any unit carries.
    groups : tuple
        Whose connections; one entry, None, where all are counted together.
    counts : array of int64, groups × nodes × nodes
        Units that connect both; on the diagonal, units that carry the node.
    n_units : array of int64, one for each group
        Its units.
    unit : str
        What the window moves over.
    window : int
        How many units it holds, that one included.
    by : str or None
        ``"speaker"``, or the variable that the groups are values of.
    rollup : Rollup
        Along which the nodes are.
    """

    _says = "Pairs that are connected within a moving window, the strongest first"
    _figure = "qualcode.report.plot.differences:stanzas"

    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value | None, ...]
    counts: Longs = attrs.field(repr=False)
    n_units: Longs = attrs.field(repr=False)
    unit: str
    window: int
    by: str | None
    rollup: Rollup = attrs.field(repr=False)

    @property
    def weights(self) -> Floats:
        """Each group's connections scaled to a vector of length 1; NaN where it has none."""
        first, second = np.triu_indices(len(self.nodes), k=1)
        length = np.sqrt((self.counts[:, first, second].astype(np.float64) ** 2).sum(axis=1))
        weights = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, length[:, None, None], out=weights, where=length[:, None, None] > 0)
        return weights

    def to_frame(self, *, min_count: int = 1) -> pd.DataFrame:
        """Return a frame with a row for each group and pair that connects often enough.

        Columns: the variable if there is one, a, b (ids), count (units that connect them), weight
        (scaled to a vector of length 1, as networks of different size are compared), n (units of the
        group). Strongest first within each group.
        """
        import pandas as pd

        min_count = check_count(min_count, what="min_count")
        ids = np.array([node.id for node in self.nodes], dtype=object)
        first, second = np.triu_indices(len(self.nodes), k=1)
        frames = []
        for at, group in enumerate(self.groups):
            counts = self.counts[at, first, second]
            frame = pd.DataFrame(
                {
                    "a": ids[first],
                    "b": ids[second],
                    "count": counts,
                    "weight": self.weights[at, first, second],
                    "n": self.n_units[at],
                }
            )
            frame = frame[counts >= min_count]
            frame = frame.sort_values(["count", "a", "b"], ascending=[False, True, True])
            if self.by is not None:
                frame.insert(0, self.by, [group] * len(frame))
            frames.append(frame)
        whole: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return whole

    def to_graph(self, group: Value | None = None) -> Any:
        """Return the networkx graph of a group's connections, with ``count`` and ``weight``."""
        if not is_among(group, self.groups):
            raise StatisticsError(
                f"there is no group {looked_up(group)}; there are {', '.join(map(repr, self.groups))}"
            )
        return network(self.counts[self.groups.index(group)], [node.id for node in self.nodes])


def connection_counts(lines: CodedLines, window: int, kind: Longs, n_kinds: int) -> Any:
    """Count the connections of each kind of lines within a moving window.

    Parameters
    ----------
    lines : CodedLines
        The units of some whole documents.
    window : int
        How many units it holds, the last one included.
    kind : array of int64, one for each line
        Whose connections the line adds to.
    n_kinds : int
        How many kinds there are.

    Returns
    -------
    sparse array of int64, kinds × (nodes × nodes)
        As `qualcode.stats.stanza_counts` counts.
    """
    from scipy.sparse import csr_array

    width, carried = lines.carried.n_nodes, lines.carried
    used, node = np.unique(carried.node, return_inverse=True)
    cells = max(1, len(used)) ** 2
    # Few kinds are counted at once; of many, as where each document is one, those of some lines are.
    at_once = len(kind) + 1 if n_kinds * cells <= _CELLS else max(1, _CELLS // cells)
    rows: list[tuple[Longs, Longs, Longs]] = []
    for part in key_blocks(lines.document, at_once):
        own, local = np.unique(kind[part], return_inverse=True)
        first, last = np.searchsorted(carried.unit, [part.start, part.stop])
        counts = stanza_counts(
            carried.unit[first:last] - part.start, node[first:last], len(used),
            document=lines.document[part], window=window, group=local, n_groups=len(own),
        )  # fmt: skip
        group, a, b = np.nonzero(counts)
        rows.append((own[group], used[a] * width + used[b], counts[group, a, b]))
    row, column, count = (
        np.concatenate([each[at] for each in rows]) if rows else np.zeros(0, np.int64)
        for at in range(3)
    )
    # What is given twice is added up.
    return csr_array((count, (row, column)), shape=(n_kinds, width * width))


def connection_partial(
    documents: Sequence[str],
    lines: CodedLines,
    window: int,
    keys: Sequence[Key],
    kind: Longs,
) -> Partial:
    """Count the connections in some whole documents.

    Partial results of several parts unite by `qualcode.stats.counting.partials.merged`.

    Parameters
    ----------
    documents : sequence of str
        Their ids.
    lines, window
        As for `connection_counts`.
    keys : sequence of tuple
        The kinds of lines: whose connections they add to, each combination once.
    kind : array of int64, one for each line
        The kind of each line.
    """
    from scipy.sparse import csr_array

    units = np.bincount(kind, minlength=len(keys)).reshape(-1, 1)
    return Partial(
        "connections",
        tuple(documents),
        {
            "connections": SumsByKey(
                tuple(keys), connection_counts(lines, window, kind, len(keys))
            ),
            "units": SumsByKey(tuple(keys), csr_array(units)),
        },
    )


def connection_fields(
    partial: Partial, nodes: Sequence[Node], groups: Sequence[Value | None], *, by: str | None
) -> dict[str, Any]:
    """Return the nodes, groups, counts and n_units of a `ConnectionTable`.

    Parameters
    ----------
    partial : Partial
        By `connection_partial`, of all parts together.
    nodes : sequence of Node
        The nodes that were counted.
    groups : sequence
        The groups, in order.
    by : str or None
        What they are values of.

    Raises
    ------
    StatisticsError
        When groups are too many for their tables to be held.
    """
    connections, units = partial.arrays["connections"], partial.arrays["units"]
    assert isinstance(connections, SumsByKey)
    assert isinstance(units, SumsByKey)
    first, second = np.divmod(connections.values.indices, len(nodes))
    used = np.unique(first[first == second])
    if len(groups) * len(used) ** 2 > _MOST:
        raise StatisticsError(
            f"by={by!r}: the connections of {len(used)} nodes in each of {len(groups):,} groups are too many "
            "to hold: choose a variable with fewer values, or a higher level"
        )
    held = connections.by_group(groups).tocoo()
    first, second = np.divmod(held.col, len(nodes))
    counts = np.zeros((len(groups), len(used), len(used)), dtype=np.int64)
    counts[held.row, np.searchsorted(used, first), np.searchsorted(used, second)] = held.data
    return {
        "nodes": tuple(nodes[at] for at in used.tolist()),
        "groups": tuple(groups),
        "counts": counts,
        "n_units": units.by_group(groups).toarray()[:, 0],
    }
