"""Tests and intervals for pairs of codes: exact, false discovery rates, and by whole documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.stats.association import coefficient
from qualcode.stats.odds import OddsRatios, odds_ratio_interval, whole_counts
from qualcode.stats.resampling import Bounds, Method, RandomState, cluster_bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "OddsRatios",
    "PairTest",
    "StratifiedTest",
    "association_bounds",
    "false_discovery",
    "fisher_exact",
    "hypergeometric_test",
    "odds_ratio_interval",
    "stratified_hypergeometric",
]

Floats: TypeAlias = NDArray[np.float64]
Alternative: TypeAlias = Literal["two-sided", "greater", "less"]

# Probabilities that differ by rounding alone count as equal, as in R's fisher.test.
_TIES = 1 + 1e-7


@attrs.frozen(eq=False)
class PairTest:
    """A test of independence for each pair of codes.

    Parameters
    ----------
    expected : array of float
        The mean count of units with both codes under independence.
    p_greater, p_less, p_two_sided : array of float
        The probability of a count at least as large, at least as small, and of any table at most as
        likely. NaN where `reason` says why.
    reason : array of str
        Why a pair is not tested; empty where it is.
    """

    expected: Floats
    p_greater: Floats
    p_less: Floats
    p_two_sided: Floats
    reason: NDArray[np.object_]

    def p(self, alternative: Alternative = "two-sided") -> Floats:
        """Return the p-values for an alternative."""
        chosen = {"two-sided": self.p_two_sided, "greater": self.p_greater, "less": self.p_less}
        if alternative not in chosen:
            raise StatisticsError(f"alternative {alternative!r}: give one of {', '.join(chosen)}")
        return chosen[alternative]

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair; ``q`` is the false discovery rate over them."""
        import pandas as pd

        return pd.DataFrame(
            {
                "expected": self.expected.ravel(),
                "p_greater": self.p_greater.ravel(),
                "p_less": self.p_less.ravel(),
                "p": self.p_two_sided.ravel(),
                "q": false_discovery(self.p_two_sided).ravel(),
                "reason": self.reason.ravel(),
            }
        )


@attrs.frozen
class StratifiedTest:
    """A test of independence of two codes given the document.

    Parameters
    ----------
    observed : int
        Units with both codes, over all documents.
    expected, sd : float
        Mean and standard deviation of that count under independence within documents.
    p_greater, p_less, p_two_sided : float
        The probability of a count at least as large, at least as small, and at most as likely.
    reason : str or None
        Why there is no p-value.
    """

    observed: int
    expected: float
    sd: float
    p_greater: float
    p_less: float
    p_two_sided: float
    reason: str | None = None


def hypergeometric_test(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> PairTest:
    """Test whether two codes meet more, or less, often than independent codes would.

    Of all ways to put the codes on as many units as they have, which share has so many units in
    common. This is Fisher's exact test; its one-sided p-values are what the literature on
    co-occurrence calls the probabilistic model.

    Parameters
    ----------
    both, n_a, n_b, n : array
        As for `qualcode.stats.association.association`; whole numbers.

    Notes
    -----
    Units of one document are not independent; `stratified_hypergeometric` and
    `qualcode.stats.nulls.within_document_null` hold the document fixed.

    References
    ----------
    Veech 2013, doi:10.1111/j.1466-8238.2012.00789.x, eq. 1.

    Examples
    --------
    >>> test = hypergeometric_test(3, 4, 4, 8)
    >>> round(float(test.p_two_sided), 6), round(float(test.p_greater), 6)
    (0.485714, 0.242857)
    """
    stats = require("scipy.stats", extra="stats")
    a, x, y, total, reason = whole_counts(both, n_a, n_b, n)
    tested = reason == ""
    greater = np.where(tested, stats.hypergeom.sf(a - 1, total, x, y), np.nan)
    less = np.where(tested, stats.hypergeom.cdf(a, total, x, y), np.nan)
    two = np.full(a.shape, np.nan)
    two[tested] = _two_sided(a[tested], x[tested], y[tested], total[tested])
    expected = np.divide(x * y, total, out=np.full(a.shape, np.nan), where=total > 0)
    return PairTest(expected, greater, less, two, reason)


def fisher_exact(
    both: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    n: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
) -> Floats:
    """Return the p-values of Fisher's exact test, NaN where only one table is possible.

    Parameters
    ----------
    both, n_a, n_b, n : array
        As for `qualcode.stats.association.association`; whole numbers.
    alternative : {"two-sided", "greater", "less"}
        Two-sided adds up the tables that are at most as likely as the actual one.

    Examples
    --------
    >>> round(float(fisher_exact(3, 4, 4, 8)), 6)
    0.485714
    """
    return hypergeometric_test(both, n_a, n_b, n).p(alternative)


def stratified_hypergeometric(
    both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike
) -> StratifiedTest:
    """Test whether two codes meet more often than by chance within each document.

    Given how often each code is in each document, the count in a document is hypergeometric; the
    distribution of their sum is computed, not simulated.

    Parameters
    ----------
    both, n_a, n_b, n : array of int, one for each document
        The counts in each document.

    Returns
    -------
    StratifiedTest
        The limit of `qualcode.stats.nulls.within_document_null` for many randomisations.

    References
    ----------
    The exact conditional test of a common odds ratio of 1: Agresti 1992, doi:10.1214/ss/1177011454,
    section 4.

    Examples
    --------
    >>> test = stratified_hypergeometric([3, 6, 5], [3, 6, 6], [6, 8, 11], [12, 12, 12])
    >>> test.observed, round(test.expected, 2), round(test.p_greater, 4)
    (14, 11.0, 0.02)
    """
    stats = require("scipy.stats", extra="stats")
    a, x, y, total, _ = whole_counts(*np.atleast_1d(both, n_a, n_b, n))
    if a.ndim != 1:
        raise StatisticsError(f"counts of shape {a.shape}: give one number for each document")
    least = np.maximum(0, x + y - total)
    most = np.minimum(x, y)
    chances = np.ones(1)
    for at in range(a.size):
        span = np.arange(least[at], most[at] + 1)
        chances = np.convolve(chances, stats.hypergeom.pmf(span, total[at], x[at], y[at]))
    sums = np.arange(chances.size) + int(least.sum())
    observed = int(a.sum())
    expected = float(chances @ sums)
    sd = float(np.sqrt(chances @ (sums - expected) ** 2))
    if chances.size == 1:
        nan = float("nan")
        why = "no other count is possible with these margins"
        return StratifiedTest(observed, expected, 0.0, nan, nan, nan, why)
    own = chances[observed - int(least.sum())]
    return StratifiedTest(
        observed,
        expected,
        sd,
        p_greater=_probability(chances[sums >= observed]),
        p_less=_probability(chances[sums <= observed]),
        p_two_sided=_probability(chances[chances <= own * _TIES]),
    )


def false_discovery(p: ArrayLike, *, method: str = "bh") -> Floats:
    """Adjust p-values so that rejecting those below α keeps the false discovery rate at α.

    Parameters
    ----------
    p : array of float
        The p-values of the tests made; NaN where none was made, which stays and does not count.
    method : {"bh", "by"}
        Benjamini–Hochberg, for independent or positively dependent tests; Benjamini–Yekutieli, for
        any dependence.

    References
    ----------
    Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini & Yekutieli 2001,
    doi:10.1214/aos/1013699998.

    Examples
    --------
    >>> false_discovery([0.01, float("nan"), 0.04, 0.03]).round(3)
    array([0.03,  nan, 0.04, 0.04])
    """
    if method not in ("bh", "by"):
        raise StatisticsError(f"method {method!r}: give 'bh' or 'by'")
    stats = require("scipy.stats", extra="stats")
    values = np.asarray(p, dtype=np.float64)
    made = ~np.isnan(values)
    if np.any((values[made] < 0) | (values[made] > 1)):
        raise StatisticsError("a p-value lies outside 0 … 1")
    adjusted = np.full(values.shape, np.nan)
    if made.any():
        adjusted[made] = stats.false_discovery_control(values[made], method=method)
    return adjusted


def association_bounds(
    name: str,
    both: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    n: ArrayLike,
    *,
    method: Method = "jackknife",
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> Bounds:
    """Return intervals, by whole documents, of a coefficient of association.

    Parameters
    ----------
    name : str
        A coefficient of `qualcode.stats.association.COEFFICIENTS`.
    both, n_a, n_b : array, n_documents × n_pairs
        The counts that each document adds.
    n : array, n_documents × 1
        The units of each document.
    method, confidence, n_resamples, random_state
        As for `qualcode.stats.resampling.cluster_bounds`.

    Examples
    --------
    >>> both, n_a, n_b = [[2], [1], [3], [0]], [[4], [2], [5], [2]], [[3], [4], [4], [1]]
    >>> bounds = association_bounds("jaccard", both, n_a, n_b, [[9], [8], [9], [7]])
    >>> bounds.low.round(2), bounds.high.round(2)
    (array([-0.]), array([0.63]))
    """
    return cluster_bounds(
        coefficient(name),
        [both, n_a, n_b, n],
        method=method,
        confidence=confidence,
        n_resamples=n_resamples,
        random_state=random_state,
    )


def _two_sided(a: Any, x: Any, y: Any, total: Any) -> Floats:
    """Add up the chances of all counts at most as likely as the actual ones.

    What `scipy.stats.fisher_exact` does for one table, for all at once: the chances rise up to the
    mode and fall from there, so the other tail begins where a bisection finds the same chance.
    """
    chance = require("scipy.stats", extra="stats").hypergeom(total, x, y)
    own = chance.logpmf(a) + np.log(_TIES)
    mode = (x + 1) * (y + 1) // (total + 2)
    below = a <= mode
    # One bound of the other tail is at most as likely, the other bound is not.
    inside = mode
    outside = np.where(below, np.minimum(x, y) + 1, np.maximum(0, x + y - total) - 1)
    while np.any(np.abs(outside - inside) > 1):
        middle = (inside + outside) // 2
        unlikely = chance.logpmf(middle) <= own
        outside, inside = np.where(unlikely, middle, outside), np.where(unlikely, inside, middle)
    tails = np.where(
        below,
        chance.cdf(a) + chance.sf(outside - 1),
        chance.sf(a - 1) + chance.cdf(outside),
    )
    at_top: Floats = np.where(chance.logpmf(mode) <= own, 1.0, np.minimum(tails, 1.0))
    return at_top


def _probability(chances: Floats) -> float:
    return min(1.0, float(chances.sum()))
