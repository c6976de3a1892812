"""What follows what: lag-sequential analysis of a project's turns, sentences or other units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import shown
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import check_count, check_one_of
from qualcode.stats.coefficients import CoefficientLike, coefficient
from qualcode.stats.counting.meeting import ClusterCounts
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.kernels.blocks import key_blocks
from qualcode.stats.order.sequences import LagSequential, lag_sequential, transition_counts
from qualcode.stats.order.text_order import Lines, in_text_order
from qualcode.stats.pairs.pair_intervals import PairIntervals, counts_intervals
from qualcode.stats.uncertainty.resampling import Method, RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Lag", "Sequences", "sequences"]

Flags: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Texts: TypeAlias = NDArray[np.object_]
Uncoded: TypeAlias = Literal["keep", "skip"]
Lag: TypeAlias = int | tuple[int, int]
"""How many units later; or how many at least and at most."""


@attrs.frozen(eq=False)
class Sequences(CountedResult):
    """How often one node comes a number of units after another, beside what chance would give.

    A transition is a unit and the one `lag` units after it in the same document or, with a range of
    lags, those that far after it. It counts for a pair when the one carries the first node and what
    comes then the second; a unit with several nodes counts for each of them, and margins are numbers
    of transitions, never sums over pairs.

    Parameters
    ----------
    state : State
        What was counted.
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

    state: State = attrs.field(repr=False)
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
    _lines: Lines = attrs.field(repr=False, alias="lines")

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

    @question()
    def intervals(
        self,
        measure: CoefficientLike = "yule_q",
        *,
        method: Method = "jackknife",
        min_count: int = 1,
        confidence: float = 0.95,
        n_resamples: int = 1000,
        random_state: RandomState = None,
    ) -> PairIntervals:
        """Return a coefficient of each transition with its interval by whole documents.

        Parameters
        ----------
        measure : str or Coefficient, default "yule_q"
            A name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own.
        method, confidence, n_resamples, random_state
            As for `qualcode.stats.pair_intervals`; `a` is what was given, `b` what
            came then.
        min_count : int, default 1
            As for `to_frame`.
        """
        min_count = check_count(min_count, what="min_count")
        given, then = np.nonzero(self.counts >= min_count)
        ids = np.array([node.id for node in self.nodes], dtype=object)
        both = self.counts[given, then]
        return counts_intervals(
            self, {"a": ids[given], "b": ids[then], "both": both},
            _by_document(self._lines, self.lag, given, then), measure, method=method,
            confidence=confidence, n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip


@question()
def sequences(
    state: State,
    *,
    unit: Unit = "turn",
    lag: Lag = 1,
    level: str = "code",
    rollup: str | Rollup | None = None,
    uncoded: Uncoded = "keep",
    coders: str | Iterable[str] | None = None,
) -> Sequences:
    """Count what comes after what, and compare it with a random order (lag-sequential analysis).

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable, default "turn"
        What follows what, within each document: anything but documents and cases.
    lag : int or pair of int, default 1
        How many units later. With a pair such as ``(1, 3)`` it is asked what comes within a range: at
        least one unit later, and at most three.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    uncoded : {"keep", "skip"}, default "keep"
        A unit that carries none of the nodes is a step all the same, or it is passed over, so that
        what follows is the next unit that carries one.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.

    Raises
    ------
    StatisticsError
        For units that follow nothing, and for a lag below 1 or a range that ends before it begins.

    Notes
    -----
    For each ordered pair the transitions form a table of two by two: they do or do not start from
    the first node, do or do not lead to the second. z = √n φ and Yule's Q are computed from it.
    Where every unit carries one node this is the usual analysis of a table of transitions.

    With a range of lags a transition leads to a node when any of the units that far after it carries
    it, and is there as long as the first of them is: near the end of a document the range is shorter.

    References
    ----------
    Allison & Liker 1982, doi:10.1037/0033-2909.91.2.393, eq. 3; Bakeman & Gottman 1997,
    doi:10.1017/CBO9780511527685, chapter 7.
    """
    first, last = _range(lag)
    check_one_of(uncoded, ("keep", "skip"), what="uncoded")
    state = state.counting(coders)
    lines = in_text_order(state, unit, level=level, rollup=rollup)
    if uncoded == "skip":
        lines = _without_uncoded(lines)
    n_nodes = len(lines.nodes)
    counts = np.zeros((n_nodes, n_nodes), dtype=np.int64)
    n_given, n_then = np.zeros((2, n_nodes), dtype=np.int64)
    n_transitions = 0
    for _, given, then in _transitions(lines, lag):
        counts += _together(given, then)
        n_given += given.sum(axis=0)
        n_then += then.sum(axis=0)
        n_transitions += len(given)
    overall, why = _overall(lines, lag)
    return Sequences(
        state, lines.nodes, counts, n_given, n_then, n_transitions, unit_name(unit),
        first if first == last else (first, last), uncoded, lines.rollup, overall, why, lines=lines,
    )  # fmt: skip


def _range(lag: Lag) -> tuple[int, int]:
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


def _transitions(lines: Lines, lag: Lag) -> Iterator[tuple[int, Flags, Flags]]:
    """Yield for each document its number, and transitions × nodes: what was, and what came."""
    first, last = _range(lag)
    for part in key_blocks(lines.document, 1):
        table = lines.table(part)
        start = np.arange(max(0, len(table) - first))
        # How many units up to each carry a node; a range of them holds one that does if that rises.
        so_far = np.cumsum(np.vstack([np.zeros_like(table[:1]), table]), axis=0, dtype=np.int64)
        end = np.minimum(start + last + 1, len(table))
        yield int(lines.document[part.start]), table[start], so_far[end] > so_far[start + first]


def _together(given: Flags, then: Flags) -> Longs:
    # Sums of ones are exact in double precision, and multiplied fast.
    return (given.T.astype(np.float64) @ then.astype(np.float64)).astype(np.int64)


def _by_document(lines: Lines, lag: Lag, first: Longs, second: Longs) -> ClusterCounts:
    rows = [
        (_together(given, then)[first, second], given.sum(axis=0)[first],
         then.sum(axis=0)[second], len(given))
        for _, given, then in _transitions(lines, lag)
    ]  # fmt: skip
    both, of_first, of_second, units = (
        np.array([row[at] for row in rows], dtype=np.int64) for at in range(4)
    )
    return ClusterCounts(both, of_first, of_second, units[:, None])


def _without_uncoded(lines: Lines) -> Lines:
    kept, unit = np.unique(lines.carried.unit, return_inverse=True)
    carried = attrs.evolve(
        lines.carried, unit=unit, cluster=lines.document[kept], stratum=lines.document[kept]
    )
    return attrs.evolve(lines, carried=carried)


def _overall(lines: Lines, lag: Lag) -> tuple[LagSequential | None, str | None]:
    """Test the whole table where a unit carries one node at most, and one unit follows another."""
    first, last = _range(lag)
    if first < last:
        return None, "several units come then, so transitions are not the cells of one table"
    key = np.unique(lines.carried.unit * max(1, len(lines.nodes)) + lines.carried.node)
    unit, node = np.divmod(key, max(1, len(lines.nodes)))
    if len(np.unique(unit)) < len(unit):
        return None, "some units carry several nodes, so transitions are not the cells of one table"
    event = np.full(len(lines.document), len(lines.nodes), dtype=np.int64)
    event[unit] = node
    n_events = int(event.max(initial=-1)) + 1
    if not n_events:
        return None, "there are no transitions"
    counts = transition_counts(event, n_events, document=lines.document, lag=first)
    return lag_sequential(counts, lag=first), None
