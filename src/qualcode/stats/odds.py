"""Odds ratios of pairs of codes, with exact and with quick intervals."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.stats.association import association

__all__ = ["OddsRatios", "odds_ratio_interval", "whole_counts"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class OddsRatios:
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

    value: Floats
    low: Floats
    high: Floats
    reason: NDArray[np.object_]
    method: str
    confidence: float


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
        As for `qualcode.stats.association.association`; whole numbers.
    method : {"exact", "haldane"}
        Exact: the conditional maximum likelihood estimate and the interval that fits Fisher's test;
        each distinct table takes some hundredths of a second.
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
    if not 0 < confidence < 1:
        raise StatisticsError(f"confidence {confidence!r}: give a share between 0 and 1")
    a, x, y, total, reason = whole_counts(both, n_a, n_b, n)
    tested = reason == ""
    value, low, high = (np.full(a.shape, np.nan) for _ in range(3))
    counts = (a[tested], x[tested], y[tested], total[tested])
    if method == "haldane":
        value[tested], low[tested], high[tested] = _haldane(*counts, confidence)
    elif method == "exact":
        found = _by_table(lambda table: _conditional(table, confidence), *counts)
        value[tested], low[tested], high[tested] = found.reshape(-1, 3).T
    else:
        raise StatisticsError(f"method {method!r}: give 'exact' or 'haldane'")
    return OddsRatios(value, low, high, reason, method, confidence)


def whole_counts(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> tuple[Any, ...]:
    """Return checked whole counts of one shape, and why a pair cannot be tested."""
    checked = association(both, n_a, n_b, n)
    counts = [np.asarray(each) for each in (checked.both, checked.n_a, checked.n_b, checked.n)]
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


def _conditional(table: NDArray[np.int64], confidence: float) -> tuple[float, float, float]:
    from scipy.stats import contingency

    result = contingency.odds_ratio(table)
    low, high = result.confidence_interval(confidence)
    return float(result.statistic), float(low), float(high)


def _haldane(
    a: Any, x: Any, y: Any, total: Any, confidence: float
) -> tuple[Floats, Floats, Floats]:
    from scipy import stats

    cells = np.stack([a, x - a, y - a, total - x - y + a]) + 0.5
    log = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    reach = stats.norm.ppf((1 + confidence) / 2) * np.sqrt((1 / cells).sum(axis=0))
    return np.exp(log), np.exp(log - reach), np.exp(log + reach)
