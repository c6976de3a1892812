"""What follows what: transitions counted in partitions of whole documents, and compared with chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_count
from qualcode.stats.coefficients import coefficient
from qualcode.stats.counting.partials import Added, Partial
from qualcode.stats.counting.sums_by_key import SumsByKey
from qualcode.stats.kernels.blocks import key_blocks
from qualcode.stats.order.sequences import LagSequential, lag_sequential
from qualcode.stats.order.text_order import CodedLines

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Lag",
    "TransitionTable",
    "Uncoded",
    "lag_range",
    "transition_fields",
    "transition_partial",
    "transitions_in",
    "without_uncoded",
]

Flags: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Texts: TypeAlias = NDArray[np.object_]
Uncoded: TypeAlias = Literal["keep", "skip"]
Lag: TypeAlias = int | tuple[int, int]
"""How many units later; or how many at least and at most."""

_CELLS = 1 << 20
"""Units × nodes that are multiplied at once."""


@attrs.frozen(eq=False)
class TransitionTable(Answer):
    """How often one node comes a number of units after another, beside what chance would give.

    A transition is a unit and the one `lag` units after it in the same document or, with a range of
    lags, those that far after it. It counts for a pair when the one carries the first node and what
    comes then the second; a unit with several nodes counts for each of them, and margins are numbers
    of transitions, never sums over pairs.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains that any unit carries.
    counts : array of int64, nodes × nodes
        Transitions from the node of the row to that of the column.
    n_given, n_then : array of int64, one for each node
        Transitions that start from it, and that lead to it.
    n_transitions : int
        All transitions, those from or to a unit without any node included.
    unit : str
        What follows what.
    lag : int, or tuple of int
        How many units later; or how many at least and at most.
    uncoded : {"keep", "skip"}
        Whether a unit that carries none of the nodes is a step.
    rollup : Rollup
        Along which the nodes are.
    overall : LagSequential or None
        The test of the whole table, where no unit carries several nodes; its last row and column are
        units without any, if there are such.
    overall_reason : str or None
        Why there is no such test.
    """

    _figure = "qualcode.report.plot.order:sequences"

    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    n_given: Longs = attrs.field(repr=False)
    n_then: Longs = attrs.field(repr=False)
    n_transitions: int
    unit: str
    lag: Lag
    uncoded: Uncoded
    rollup: Rollup = attrs.field(repr=False)
    overall: LagSequential | None = attrs.field(repr=False)
    overall_reason: str | None

    @property
    def expected(self) -> Floats:
        """The counts if what comes did not depend on what was."""
        product = self.n_given[:, None] * self.n_then.astype(np.float64)
        return product / self.n_transitions if self.n_transitions else np.full_like(product, np.nan)

    @property
    def z(self) -> Floats:
        """Adjusted residuals; NaN where `reason` says why."""
        z: Floats = self._measure("phi") * np.sqrt(self.n_transitions)
        return z

    @property
    def yule_q(self) -> Floats:
        """The strength of each transition, from −1 to 1; NaN where `reason` says why."""
        return self._measure("yule_q")

    def _measure(self, name: str) -> Floats:
        return coefficient(name)(
            self.counts, self.n_given[:, None], self.n_then, self.n_transitions
        )

    @cached_property
    def reason(self) -> Texts:
        """Why z and Q are undefined, pair by pair; empty where they are defined."""
        reason = np.full(self.counts.shape, "", dtype=object)
        given, then, n = self.n_given[:, None], self.n_then, self.n_transitions
        for text, holds in (
            ("every transition leads to it", then == n),
            ("every transition starts from it", given == n),
            ("nothing leads to it", then == 0),
            ("nothing follows it", given == 0),
        ):
            reason[np.broadcast_to(holds, reason.shape)] = text
        return reason if n else np.full(reason.shape, "there are no transitions", dtype=object)

    @property
    def _print_title(self) -> str:
        lag = f"{self.lag}" if isinstance(self.lag, int) else f"{self.lag[0]} to {self.lag[1]}"
        return f"What comes {lag} {self.unit}{'s' if lag != '1' else ''} later, by how far above chance"

    def to_frame(self, *, min_count: int = 1) -> pd.DataFrame:
        """Return a frame with a row for each ordered pair that comes often enough, by z.

        Columns: given, then (ids), count, expected, probability (of the second, given the first), z,
        yule_q, reason.
        """
        import pandas as pd

        min_count = check_count(min_count, what="min_count")
        given, then = np.nonzero(self.counts >= min_count)
        ids = np.array([node.id for node in self.nodes], dtype=object)
        starts = self.n_given[given]
        probability = np.full(len(given), np.nan)
        np.divide(self.counts[given, then], starts, out=probability, where=starts > 0)
        frame = pd.DataFrame(
            {
                "given": ids[given],
                "then": ids[then],
                "count": self.counts[given, then],
                "expected": self.expected[given, then],
                "probability": probability,
                "z": self.z[given, then],
                "yule_q": self.yule_q[given, then],
                "reason": self.reason[given, then],
            }
        )
        return frame.sort_values(
            ["z", "given", "then"], ascending=[False, True, True], ignore_index=True
        )


def lag_range(lag: Lag) -> tuple[int, int]:
    """Return how many units later at least and at most."""
    if isinstance(lag, tuple | list):
        if len(lag) != 2:
            raise StatisticsError(f"lag={shown(lag)}: a range of lags has a first and a last one")
        first, last = (check_count(each, what="lag", least=1) for each in lag)
    else:
        first = last = check_count(lag, what="lag", least=1)
    if last < first:
        raise StatisticsError(f"lag={lag}: the range of lags ends before it begins")
    return first, last


def transitions_in(
    lines: CodedLines, lag: Lag, at_once: int = 1
) -> Iterator[tuple[int, Flags, Flags]]:
    """Yield transitions × nodes: what was, and what came; before these, the number of the first document.

    Parameters
    ----------
    lines : CodedLines
        The units.
    lag : int, or pair of int
        How many units later.
    at_once : int
        How many units at least, in whole documents; each document alone when not given.
    """
    first, last = lag_range(lag)
    for part in key_blocks(lines.document, at_once):
        table, document = lines.table(part), lines.document[part]
        ends = np.searchsorted(document, document, side="right")
        start = np.flatnonzero(np.arange(len(table)) + first < ends)
        if first == last:
            then = table[start + first]
        else:
            # How many units up to each carry a node; a range of them holds one that does if that rises.
            so_far = np.cumsum(np.vstack([np.zeros_like(table[:1]), table]), axis=0, dtype=np.int64)
            end = np.minimum(start + last + 1, ends[start])
            then = so_far[end] > so_far[start + first]
        yield int(document[0]), table[start], then


def without_uncoded(lines: CodedLines) -> CodedLines:
    """Return the units that carry any node: what follows one of them is the next one."""
    kept, unit = np.unique(lines.carried.unit, return_inverse=True)
    carried = attrs.evolve(
        lines.carried, unit=unit, cluster=lines.document[kept], stratum=lines.document[kept]
    )
    return attrs.evolve(lines, carried=carried)


def transition_partial(documents: Sequence[str], lines: CodedLines, lag: Lag) -> Partial:
    """Count the transitions in some whole documents.

    Partial results of several parts unite by `qualcode.stats.counting.partials.merged`.

    Parameters
    ----------
    documents : sequence of str
        Their ids.
    lines : CodedLines
        Their units; those without a node only where these are steps.
    lag : int, or pair of int
        How many units later.
    """
    from scipy.sparse import csr_array

    n_nodes = lines.carried.n_nodes
    used, lines = lines.used()
    width = max(1, len(used))
    found = csr_array((len(used), len(used)), dtype=np.int64)
    margins = np.zeros((2, n_nodes), dtype=np.int64)
    n_transitions = 0
    for _, given, then in transitions_in(lines, lag, max(1, _CELLS // width)):
        # Units carry few of the nodes, so that a product of what they carry is far less than one of tables.
        found += csr_array(given, dtype=np.int64).T @ csr_array(then, dtype=np.int64)
        margins[:, used] += [given.sum(axis=0), then.sum(axis=0)]
        n_transitions += len(given)
    pairs = found.tocoo()
    place = used[pairs.row] * n_nodes + used[pairs.col]
    whole = csr_array((pairs.data, (np.zeros_like(place), place)), shape=(1, n_nodes * n_nodes))
    unit, node = np.divmod(np.unique(lines.carried.unit * width + lines.carried.node), width)
    carrying = np.unique(unit, return_counts=True)[1]
    sums = {
        "given": margins[0],
        "then": margins[1],
        "carried": np.bincount(used[node], minlength=n_nodes),
        "transitions": np.array([n_transitions]),
        "uncoded units": np.array([len(lines.document) - len(carrying)]),
        "units of several": np.array([np.count_nonzero(carrying > 1)]),
    }
    arrays = {name: Added(each) for name, each in sums.items()}
    return Partial(
        "transitions", tuple(documents), {"pairs": SumsByKey(((None,),), whole), **arrays}
    )


def transition_fields(
    partial: Partial,
    nodes: Sequence[Node],
    *,
    unit: str,
    lag: Lag,
    uncoded: Uncoded,
    rollup: Rollup,
) -> dict[str, Any]:
    """Return the fields of a `TransitionTable`.

    Parameters
    ----------
    partial : Partial
        By `transition_partial`, of all parts together.
    nodes : sequence of Node
        The nodes that were counted.
    unit, lag, uncoded, rollup
        As for `TransitionTable`.
    """
    used = np.flatnonzero(partial.added("carried"))
    first, last = lag_range(lag)
    pairs = partial.arrays["pairs"]
    assert isinstance(pairs, SumsByKey)
    given, then = np.divmod(pairs.values.indices, len(nodes))
    counts = np.zeros((len(used), len(used)), dtype=np.int64)
    counts[np.searchsorted(used, given), np.searchsorted(used, then)] = pairs.values.data
    found: dict[str, Any] = {
        "counts": counts,
        "n_given": partial.added("given")[used],
        "n_then": partial.added("then")[used],
        "n_transitions": int(partial.added("transitions")[0]),
    }
    n_events = len(used) + bool(partial.added("uncoded units")[0])
    overall, why = None, None
    if first < last:
        why = "several units come then, so transitions are not the cells of one table"
    elif partial.added("units of several")[0]:
        why = "some units carry several nodes, so transitions are not the cells of one table"
    elif not n_events:
        why = "there are no transitions"
    else:
        overall = lag_sequential(_whole_table(**found)[:n_events, :n_events], lag=first)
    return {
        **found, "nodes": tuple(nodes[at] for at in used.tolist()), "unit": unit,
        "lag": first if first == last else (first, last), "uncoded": uncoded, "rollup": rollup,
        "overall": overall, "overall_reason": why,
    }  # fmt: skip


def _whole_table(counts: Longs, n_given: Longs, n_then: Longs, n_transitions: int) -> Longs:
    """Return the table of nodes and, last, of units without any, where a unit carries one at most."""
    whole = np.zeros((len(counts) + 1, len(counts) + 1), dtype=np.int64)
    whole[:-1, :-1] = counts
    whole[:-1, -1] = n_given - counts.sum(axis=1)
    whole[-1, :-1] = n_then - counts.sum(axis=0)
    whole[-1, -1] = n_transitions - whole.sum()
    return whole
