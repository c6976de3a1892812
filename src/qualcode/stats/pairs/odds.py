"""Odds ratios of pairs of codes, with exact and with quick intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import MOST, check_confidence, check_one_of
from qualcode.stats.pairs.association import association

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OddsRatios", "odds_ratio_interval"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class OddsRatios(Answer):
    """Odds ratios with their intervals.

    Parameters
    ----------
    value, low, high : array of float
        The estimate and its bounds; 0 and ∞ are possible, NaN where `reason` says why.
    reason : array of str
        Why there is none; empty where there is.
    method : str
        ``"exact"`` or ``"haldane"``.
    confidence : float
        The nominal coverage.
    """

    _says = "Odds ratios with intervals"
    _instead = "project.cooccurrence(…).odds_ratios().plot() draws those of codes"

    value: Floats
    low: Floats
    high: Floats
    reason: NDArray[np.object_]
    method: str
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair: value, low, high, reason."""
        import pandas as pd

        columns = ("value", "low", "high", "reason")
        return pd.DataFrame({name: np.ravel(getattr(self, name)) for name in columns})


@question()
def odds_ratio_interval(
    both: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    n: ArrayLike,
    *,
    method: Literal["exact", "haldane"] = "exact",
    confidence: float = 0.95,
) -> OddsRatios:
    """Return odds ratios with confidence intervals.

    Parameters
    ----------
    both, n_a, n_b, n : array
        As for `qualcode.stats.association`; whole numbers.
    method : {"exact", "haldane"}
        Exact: the conditional maximum likelihood estimate and the interval that fits Fisher's test;
        each distinct table takes some thousandths of a second, of a thousand million units some
        hundredths.
        Haldane: half a unit is added to each cell, and the logarithm is taken as normal; quick, and
        finite where a cell is empty.
    confidence : float, default 0.95
        The nominal coverage, for independent units.

    References
    ----------
    Cornfield 1956 (exact); Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x, and Anscombe 1956,
    doi:10.1093/biomet/43.3-4.461.

    Examples
    --------
    >>> ratio = odds_ratio_interval(3, 4, 4, 8)
    >>> round(float(ratio.value), 4), round(float(ratio.low), 4), round(float(ratio.high), 2)
    (6.4083, 0.2117, 626.24)
    """
    check_one_of(method, ("exact", "haldane"), what="method")
    confidence = check_confidence(confidence)
    a, x, y, total, reason = whole_counts(both, n_a, n_b, n, most=_MOST_UNITS)
    tested = reason == ""
    value, low, high = (np.full(a.shape, np.nan) for _ in range(3))
    counts = (a[tested], x[tested], y[tested], total[tested])
    if method == "haldane":
        value[tested], low[tested], high[tested] = _haldane(*counts, confidence)
    else:
        found = _by_table(lambda table: _conditional(table, confidence), *counts)
        value[tested], low[tested], high[tested] = found.reshape(-1, 3).T
    return OddsRatios(value, low, high, reason, method, confidence)


# Of more units, the counts that have a chance would fill the memory.
_MOST_UNITS = 10**11


def whole_counts(
    both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike, *, most: int = MOST
) -> tuple[Any, ...]:
    """Return checked whole counts of one shape, and why a pair cannot be tested."""
    checked = association(both, n_a, n_b, n)
    counts = [np.asarray(each) for each in (checked.both, checked.n_a, checked.n_b, checked.n)]
    if np.any(counts[3] > most):
        raise StatisticsError(f"n: exact chances are known of counts up to {most:,}")
    if any(np.any(each != np.floor(each)) for each in counts):
        raise StatisticsError("an exact test needs whole counts; weighted ones have no table")
    return (*(each.astype(np.int64) for each in counts), checked.reason("phi"))


def _by_table(function: Any, *counts: NDArray[np.int64]) -> Floats:
    """Apply a function of one 2 × 2 table to each distinct table, and spread the results."""
    a, x, y, total = counts
    cells = np.stack([a, x - a, y - a, total - x - y + a], axis=-1)
    tables, which = np.unique(cells.reshape(-1, 4), axis=0, return_inverse=True)
    results = np.array([function(table.reshape(2, 2)) for table in tables], dtype=np.float64)
    return results[which.reshape(-1)]


# Chances below this share of the greatest add nothing to a sum of them.
_NOTHING = -37.0
# Counts on either side of the actual one: at least so many, or so many standard deviations, are looked
# at first, and at most so many.
_FIRST, _DEVIATIONS, _MOST = 32, 11, 1 << 24
# A logarithm of odds changes by no more at a step. After one so small, the next would be its square.
_STEP, _STILL = 4.0, 1e-7


def _conditional(table: NDArray[np.int64], confidence: float) -> tuple[float, float, float]:
    """Return the conditional estimate and its exact interval for a table of two by two."""
    a, b, c, d = (int(cell) for cell in table.ravel())
    cells = np.array([a, b, c, d]) + 0.5
    deviation = 1 / np.sqrt((1 / cells).sum())
    counts = _Counts(a, a + b, a + c, d - a, size=_FIRST + int(_DEVIATIONS * deviation))
    start = float(np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3]))
    reach = 2 * float(np.sqrt((1 / cells).sum()))
    tail = np.log((1 - confidence) / 2)
    lowest, highest = a == max(0, a - d), a == min(a + b, a + c)

    def likeliest(odds: float) -> tuple[float, float]:
        chances = counts.chances(odds)
        mean = chances @ counts.away
        return float(mean), float(chances @ (counts.away - mean) ** 2)

    def at_least(odds: float) -> tuple[float, float]:
        chances = counts.chances(odds)
        above = counts.away >= 0
        share = chances[above].sum()
        mean = chances @ counts.away
        return np.log(share) - tail, chances[above] @ counts.away[above] / share - mean

    def at_most(odds: float) -> tuple[float, float]:
        chances = counts.chances(odds)
        below = counts.away <= 0
        share = chances[below].sum()
        mean = chances @ counts.away
        return np.log(share) - tail, chances[below] @ counts.away[below] / share - mean

    middle = -np.inf if lowest else np.inf if highest else _root(likeliest, start)
    low = -np.inf if lowest else _root(at_least, start - reach)
    high = np.inf if highest else _root(at_most, start + reach)
    return float(np.exp(middle)), float(np.exp(low)), float(np.exp(high))


def _root(function: Callable[[float], tuple[float, float]], at: float) -> float:
    """Return where a monotone function of the logarithm of the odds is 0: Newton, kept in bounds."""
    low, high = -np.inf, np.inf
    for _ in range(200):
        value, slope = function(at)
        # Whether the zero lies above follows from the sign of the slope.
        if value * slope < 0:
            low = at
        else:
            high = at
        step = -value / slope if slope else np.inf
        step = float(np.clip(step, -_STEP, _STEP))
        if abs(step) <= _STILL * max(1.0, abs(at)):
            return at + step
        going = at + step
        if not low < going < high:
            going = (low + high) / 2
        if going == at:
            break
        at = going
    return at


class _Counts:
    """The chances of each count of units with both codes, near the actual one.

    Of a table with counts ``a``, n_a, n_b and d − a, the chance of count k is in proportion to
    C(n_a, k) C(n − n_a, n_b − k) ψᵏ. The ratio of each to the next is known, so that logarithms add
    up from the actual count without a factorial; only as many counts are looked at as have a
    chance.
    """

    def __init__(self, a: int, x: int, y: int, spare: int, *, size: int) -> None:
        self._table = a, x, y, spare
        self._limits = max(0, -spare) - a, min(x, y) - a
        self._reach(size)

    def _reach(self, size: int) -> None:
        a, x, y, spare = self._table
        self._size = size
        low, high = max(self._limits[0], -size), min(self._limits[1], size)
        self.away = np.arange(low, high + 1, dtype=np.float64)
        k = a + self.away[:-1]
        ratios = np.log((x - k) / (k + 1)) + np.log((y - k) / (spare + k + 1))
        sums = np.concatenate([[0.0], np.cumsum(ratios)])
        self._logs = sums - sums[-int(low)]

    def chances(self, odds: float) -> Floats:
        """Return the chances of the counts in reach, for the logarithm of an odds ratio."""
        while True:
            logs = self._logs + odds * self.away
            logs -= logs.max()
            ends = (
                (logs[0] > _NOTHING and self.away[0] > self._limits[0])
                or (logs[-1] > _NOTHING and self.away[-1] < self._limits[1])
            )  # fmt: skip
            if not ends or self._size >= _MOST:
                break
            self._reach(2 * self._size)
        chances = np.exp(logs)
        shares: Floats = chances / chances.sum()
        return shares


def _haldane(
    a: Any, x: Any, y: Any, total: Any, confidence: float
) -> tuple[Floats, Floats, Floats]:
    from scipy import stats

    cells = np.stack([a, x - a, y - a, total - x - y + a]) + 0.5
    log = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    reach = stats.norm.ppf((1 + confidence) / 2) * np.sqrt((1 / cells).sum(axis=0))
    return np.exp(log), np.exp(log - reach), np.exp(log + reach)
