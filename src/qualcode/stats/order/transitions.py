"""What follows what: lag-sequential analysis of a project's turns, sentences or other units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.model.asking import question
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import check_count, check_one_of
from qualcode.stats.coefficients import CoefficientLike
from qualcode.stats.counting.meeting import ClusterCounts
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.order.text_order import CodedLines, in_text_order
from qualcode.stats.order.transition_table import (
    Lag,
    TransitionTable,
    Uncoded,
    lag_range,
    transition_fields,
    transition_partial,
    transitions_in,
    without_uncoded,
)
from qualcode.stats.pairs.pair_intervals import PairIntervals, counts_intervals
from qualcode.stats.uncertainty.resampling import Method, RandomState

__all__ = ["Sequences", "sequences"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class Sequences(TransitionTable, CountedResult):
    """How often one node of a project comes a number of units after another, beside what chance would give.

    Its fields are those of `TransitionTable`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)
    _lines: CodedLines = attrs.field(repr=False, alias="lines", kw_only=True)

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
    lag_range(lag)
    check_one_of(uncoded, ("keep", "skip"), what="uncoded")
    state = state.counting(coders)
    counted = in_text_order(state, unit, level=level, rollup=rollup)
    lines = counted if uncoded == "keep" else without_uncoded(counted)
    found = transition_fields(
        transition_partial(tuple(state.documents), lines, lag), counted.nodes, unit=unit_name(unit),
        lag=lag, uncoded=uncoded, rollup=counted.rollup,
    )  # fmt: skip
    return Sequences(**found, state=state, lines=lines)


def _together(given: NDArray[np.bool_], then: NDArray[np.bool_]) -> Longs:
    # Sums of ones are exact in double precision, and multiplied fast.
    return (given.T.astype(np.float64) @ then.astype(np.float64)).astype(np.int64)


def _by_document(lines: CodedLines, lag: Lag, first: Longs, second: Longs) -> ClusterCounts:
    rows = [
        (_together(given, then)[first, second], given.sum(axis=0)[first],
         then.sum(axis=0)[second], len(given))
        for _, given, then in transitions_in(lines, lag)
    ]  # fmt: skip
    both, of_first, of_second, units = (
        np.array([row[at] for row in rows], dtype=np.int64) for at in range(4)
    )
    return ClusterCounts(both, of_first, of_second, units[:, None])
