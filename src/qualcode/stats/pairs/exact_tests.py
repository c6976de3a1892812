"""Exact tests of whether pairs of codes meet by chance, and false discovery rates, from counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer, told
from qualcode.stats.arguments import check_one_of, numbers
from qualcode.stats.pairs.odds import whole_counts

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PairTest",
    "StratifiedTest",
    "false_discovery",
    "family_wise",
    "fisher_exact",
    "hypergeometric_test",
    "stratified_hypergeometric",
]

Floats: TypeAlias = NDArray[np.float64]
Alternative: TypeAlias = Literal["two-sided", "greater", "less"]

# Probabilities that differ by rounding alone count as equal, as in R's fisher.test.
_TIES = 1 + 1e-7
# Chances, in proportion to that of the actual count: so small that all that follow add nothing, and
# so great that the next could be more than a number holds; no p-value is below one over it.
_NOTHING, _HUGE = 1e-19, 1e280


@attrs.frozen(eq=False)
class PairTest(Answer):
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

    _instead = "project.cooccurrence(…).test(…).plot() draws the tests of codes"

    expected: Floats
    p_greater: Floats
    p_less: Floats
    p_two_sided: Floats
    reason: NDArray[np.object_]

    def p(self, alternative: Alternative = "two-sided") -> Floats:
        """Return the p-values for an alternative."""
        chosen = {"two-sided": self.p_two_sided, "greater": self.p_greater, "less": self.p_less}
        return chosen[check_one_of(alternative, chosen, what="alternative")]

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


@attrs.frozen(eq=False)
class StratifiedTest(Answer):
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

    _instead = "project.cooccurrence(…).test(…).plot() draws the tests of codes"

    observed: int
    expected: float
    sd: float
    p_greater: float
    p_less: float
    p_two_sided: float
    reason: str | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return a frame of one row: observed, expected, sd, p_greater, p_less, p_two_sided, reason."""
        import pandas as pd

        return pd.DataFrame([told(self)])


@question()
def hypergeometric_test(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> PairTest:
    """Test whether two codes meet more, or less, often than independent codes would.

    Of all ways to put the codes on as many units as they have, which share has so many units in
    common. This is Fisher's exact test; its one-sided p-values are what the literature on
    co-occurrence calls the probabilistic model.

    Parameters
    ----------
    both, n_a, n_b, n : array
        As for `qualcode.stats.association`; whole numbers.

    Notes
    -----
    Units of one document are not independent; `stratified_hypergeometric` and
    `qualcode.stats.within_document_null` hold the document fixed.

    p-values below 1e-280 are given as about that.

    References
    ----------
    Veech 2013, doi:10.1111/j.1466-8238.2012.00789.x, eq. 1.

    Examples
    --------
    >>> test = hypergeometric_test(3, 4, 4, 8)
    >>> round(float(test.p_two_sided), 6), round(float(test.p_greater), 6)
    (0.485714, 0.242857)
    """
    a, x, y, total, reason = whole_counts(both, n_a, n_b, n)
    tested = reason == ""
    greater, less, two = (np.full(a.shape, np.nan) for _ in range(3))
    counts = (each[tested].astype(np.float64) for each in (a, x, y, total))
    greater[tested], less[tested], two[tested] = _tails(*counts)
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
        As for `qualcode.stats.association`; whole numbers.
    alternative : {"two-sided", "greater", "less"}
        Two-sided adds up the tables that are at most as likely as the actual one.

    Examples
    --------
    >>> round(float(fisher_exact(3, 4, 4, 8)), 6)
    0.485714
    """
    check_one_of(alternative, get_args(Alternative), what="alternative")
    return hypergeometric_test(both, n_a, n_b, n).p(alternative)


@question()
def stratified_hypergeometric(
    both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike
) -> StratifiedTest:
    """Test whether two codes meet more often than by chance within each document.

    Given how often each code is in each document, the count in a document is hypergeometric; the
    distribution of their sum is computed, not simulated.

    Parameters
    ----------
    both, n_a, n_b, n : array of int, one for each document
        The counts in each document. Documents without any unit tell nothing.

    Returns
    -------
    StratifiedTest
        The limit of `qualcode.stats.within_document_null` for many randomisations.

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
    from scipy import stats

    a, x, y, total, _ = (np.atleast_1d(each) for each in whole_counts(both, n_a, n_b, n))
    if a.ndim != 1:
        raise StatisticsError(f"counts of shape {a.shape}: give one number for each document")
    a, x, y, total = (each[total > 0] for each in (a, x, y, total))
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
    check_one_of(method, ("bh", "by"), what="method")
    from scipy import stats

    values, made = _p_values(p)
    adjusted = np.full(values.shape, np.nan)
    if made.any():
        adjusted[made] = stats.false_discovery_control(values[made], method=method)
    return adjusted


def family_wise(p: ArrayLike) -> Floats:
    """Adjust p-values by Holm's method: rejecting those below α errs in any of them with probability α.

    Parameters
    ----------
    p : array of float
        The p-values of the tests made, however they depend on each other; NaN where none was made, which
        stays and does not count.

    References
    ----------
    Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> family_wise([0.01, float("nan"), 0.04, 0.03]).round(3)
    array([0.03,  nan, 0.06, 0.06])
    """
    values, made = _p_values(p)
    adjusted = np.full(values.shape, np.nan)
    order = np.argsort(values[made], kind="stable")
    steps = np.maximum.accumulate(values[made][order] * np.arange(order.size, 0, -1))
    back = np.empty_like(steps)
    back[order] = np.minimum(steps, 1.0)
    adjusted[made] = back
    return adjusted


def _p_values(p: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Return p-values, and which of them are of tests that were made."""
    values = numbers(p, what="p")
    made = ~np.isnan(values)
    if np.any((values[made] < 0) | (values[made] > 1)):
        raise StatisticsError("a p-value lies outside 0 … 1")
    return values, made


def _tails(a: Floats, x: Floats, y: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the chances of counts at least and at most as large, and at most as likely.

    All in proportion to the chance of the actual count, so that no factorial is needed.
    """
    higher, higher_and_rare = _beyond(a, x, y, total)
    # The fewer units carry both codes, the more carry the first without the second.
    lower, lower_and_rare = _beyond(x - a, x, total - y, total)
    every = 1 + higher + lower
    return (1 + higher) / every, (1 + lower) / every, (1 + higher_and_rare + lower_and_rare) / every


def _beyond(a: Floats, x: Floats, y: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Add up the chances of counts above `a`, and of those among them that are at most as likely.

    The chance of each count follows from that of the one below it; they rise up to the mode and fall
    from there, until those left add nothing.
    """
    above, rare = np.zeros((2, a.size))
    which, chance, count, neither = np.arange(a.size), np.ones(a.size), a, total - x - y
    while which.size:
        ratio = (x - count) * (y - count) / ((count + 1) * (neither + count + 1))
        chance, count = np.minimum(chance * ratio, _HUGE), count + 1
        above[which] += chance
        rare[which] += np.where(chance <= _TIES, chance, 0.0)
        going = ((ratio >= 1) | (chance > _NOTHING)) & (chance < _HUGE)
        if not going.all():
            which, chance, count = which[going], chance[going], count[going]
            x, y, neither = x[going], y[going], neither[going]
    return above, rare


def _probability(chances: Floats) -> float:
    return min(1.0, float(chances.sum()))
