"""Tables of units by group that come in clusters: tests and intervals that respect these.

For each code there is a table of two rows, units with and without it, and a column for each group. Units of
one document resemble each other, so how far a count strays by chance is read from how documents differ.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import cluster_bounds

__all__ = [
    "Tests",
    "chi_squared_tests",
    "ratio_bounds",
    "slope_bounds",
    "strength_bounds",
    "trend_tests",
]

Floats: TypeAlias = NDArray[np.float64]

_FEW_CLUSTERS = "no group has two documents or more: how documents differ is not known"
_EVERYWHERE = "every unit carries it"
_NOWHERE = "no unit carries it"
_NO_SPREAD = "the documents show no spread to measure"
_ONE_GROUP = "one group only has units"


@attrs.frozen(eq=False)
class Tests:
    """A test for each code, and the same with units taken for independent; NaN where there is none.

    Parameters
    ----------
    statistic, df, p : array of float
        Of the test that respects clusters; `df` of the numerator of F.
    naive, naive_p : array of float
        The statistic, and its p, if units were independent.
    reason : array of str
        Why there is none; empty where there is one.
    """

    statistic: Floats
    df: Floats
    p: Floats
    naive: Floats
    naive_p: Floats
    reason: NDArray[np.object_]


@attrs.frozen(eq=False)
class _Scores:
    """How far groups have more than their share, and how far clusters stray from their groups.

    `apart` (groups × codes) is x − p n with p the share over all groups; `strayed` (clusters × groups ×
    codes) what each cluster has over its own groups' shares, which is what chance makes of `apart`; `free`
    how many clusters are left once these shares are estimated.
    """

    apart: Floats
    strayed: Floats
    share: Floats
    sizes: Floats
    free: int

    @classmethod
    def of(cls, carrying: Floats, units: Floats) -> _Scores:
        sizes, counts = units.sum(axis=0), carrying.sum(axis=0)
        share = counts.sum(axis=0) / max(sizes.sum(), 1)
        own = counts / np.maximum(sizes, 1)[:, None]
        there, n_clusters = units > 0, len(units)
        # Where some clusters are in several groups, what they share is taken out by comparing within them.
        lost = there.any(axis=0).sum() if (there.sum(axis=1) < 2).all() else 1
        return cls(
            counts - sizes[:, None] * share, carrying - units[:, :, None] * own, share, sizes,
            int(n_clusters - lost),
        )  # fmt: skip


def chi_squared_tests(carrying: Floats, units: Floats) -> Tests:
    """Test for each code whether its share is the same in all groups, by Rao and Scott's second order.

    Pearson's χ² is divided by what the clusters make of it: with the matrix Δ of generalised design effects
    under the null hypothesis, χ² / tr Δ is compared with F, of (tr Δ)² / tr Δ² and that many times (clusters
    less groups) degrees of freedom.

    Parameters
    ----------
    carrying : array, clusters × groups × codes
        Units that carry each code.
    units : array, clusters × groups
        All units.

    References
    ----------
    Rao and Scott 1984, doi:10.1214/aos/1176346391; with F as in Thomas and Rao 1987,
    doi:10.1080/01621459.1987.10478475.
    """
    from scipy import special

    found = _Scores.of(carrying, units)
    share, sizes, n_codes = found.share, found.sizes, carrying.shape[2]
    there = np.flatnonzero(sizes)
    reason = _reasons(share, found.free, len(there))
    if len(there) < 2 or found.free < 1:
        nothing = np.full(n_codes, np.nan)
        return Tests(nothing, nothing, nothing, nothing, nothing, reason)
    kept = there[:-1]  # the last follows from the others
    spread = share * (1 - share)
    solved = np.linalg.inv(np.diag(sizes[kept]) - np.outer(sizes[kept], sizes[kept]) / sizes.sum())
    # What a cluster has too much raises the share over all, and so what each group should have.
    weighed = (sizes / sizes.sum())[:, None]
    each = (found.strayed - weighed * found.strayed.sum(axis=1, keepdims=True))[:, kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = np.einsum("gn,gh,hn->n", found.apart[kept], solved, found.apart[kept]) / spread
        seen = np.einsum("cgn,chn->ngh", each, each, optimize=True) * len(units) / found.free
        effects = (solved @ seen) / spread[:, None, None]
        first = np.trace(effects, axis1=1, axis2=2)
        df = first**2 / np.einsum("ngh,nhg->n", effects, effects)
        statistic = pearson / first
    flat = (reason == "") & ~(first > 1e-12)
    reason[flat] = _NO_SPREAD
    fine = reason == ""
    p = special.fdtrc(df, df * found.free, statistic)
    naive_p = special.chdtrc(len(kept), pearson)
    possible = (share > 0) & (share < 1)
    return Tests(
        np.where(fine, statistic, np.nan), np.where(fine, df, np.nan), np.where(fine, p, np.nan),
        np.where(possible, pearson, np.nan), np.where(possible, naive_p, np.nan), reason,
    )  # fmt: skip


def trend_tests(carrying: Floats, units: Floats, steps: Floats) -> tuple[Tests, Floats]:
    """Test for each code whether its share goes up or down along the groups, and return its slopes.

    The statistic is Cochran and Armitage's, T = Σ s (x − p n), over its standard deviation between
    clusters, compared with Student's t.

    Parameters
    ----------
    carrying, units
        As for `chi_squared_tests`.
    steps : array of float, one for each group
        Where the groups stand on the scale.

    References
    ----------
    Cochran 1954, doi:10.2307/3001616; Armitage 1955, doi:10.2307/3001775. The variance between clusters is
    that of an estimating equation, Liang and Zeger 1986, doi:10.1093/biomet/73.1.13.
    """
    from scipy import special

    found = _Scores.of(carrying, units)
    share, sizes, free = found.share, found.sizes, max(found.free, 1)
    centre = (steps * sizes).sum() / max(sizes.sum(), 1)
    reach = float((sizes * (steps - centre) ** 2).sum())
    trend = (steps - centre) @ found.apart
    each = np.einsum("g,cgn->cn", steps - centre, found.strayed)
    reason = _reasons(share, found.free, int(np.count_nonzero(sizes)))
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = trend / np.sqrt(share * (1 - share) * reach)
        seen = np.sqrt((each**2).sum(axis=0) * len(units) / free)
        robust = trend / seen
        slope = trend / reach
    flat = (reason == "") & ~(seen > 1e-12)
    reason[flat] = _NO_SPREAD
    fine, possible = reason == "", (share > 0) & (share < 1) & (reach > 0)
    p = 2 * special.stdtr(free, -np.abs(robust))
    tests = Tests(
        np.where(fine, robust, np.nan), np.full(share.shape, float(free)), np.where(fine, p, np.nan),
        np.where(possible, plain, np.nan),
        np.where(possible, 2 * special.ndtr(-np.abs(plain)), np.nan), reason,
    )  # fmt: skip
    return tests, np.where(reach > 0, slope, np.nan)


def _reasons(share: Floats, free: int, n_groups: int) -> NDArray[np.object_]:
    """Return for each code why it cannot be tested."""
    reason = np.full(share.shape, "", dtype=object)
    reason[share >= 1] = _EVERYWHERE
    reason[share <= 0] = _NOWHERE
    if n_groups < 2:
        reason[:] = _ONE_GROUP
    elif free < 1:
        reason[:] = _FEW_CLUSTERS
    return reason


def ratio_bounds(
    carrying: Floats, units: Floats, first: int, second: int, confidence: float
) -> tuple[Floats, Bounds, Floats, Bounds]:
    """Return the difference and the ratio of two groups' shares for each code, with jackknife intervals.

    Parameters
    ----------
    carrying, units
        As for `chi_squared_tests`.
    first, second : int
        Numbers of the groups: the first's share less, and over, the second's.
    confidence : float
        The level of the intervals.
    """
    tables = [
        carrying[:, first], units[:, [first]], carrying[:, second], units[:, [second]],
    ]  # fmt: skip

    def difference(x: Floats, n: Floats, y: Floats, m: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            apart: Floats = x / n - y / m
        return apart

    def ratio(x: Floats, n: Floats, y: Floats, m: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            times = (x / n) / (y / m)
        # A share of 0 has no ratio to another that could be put on a logarithmic scale.
        return np.where(np.isfinite(times) & (times > 0), times, np.nan)

    sums = [table.sum(axis=0) for table in tables]
    return (
        difference(*sums),
        cluster_bounds(difference, tables, confidence=confidence, scale="fisher"),
        ratio(*sums),
        cluster_bounds(ratio, tables, confidence=confidence, scale="log"),
    )


def strength_bounds(carrying: Floats, units: Floats, confidence: float) -> tuple[Floats, Bounds]:
    """Return Cramér's V of group and code, with jackknife intervals.

    Parameters
    ----------
    carrying, units
        As for `chi_squared_tests`.
    confidence : float
        The level of the intervals.
    """
    n_groups = units.shape[1]
    tables = [
        *(carrying[:, at] for at in range(n_groups)),
        *(units[:, [at]] for at in range(n_groups)),
    ]

    def strength(*sums: Floats) -> Floats:
        counts, sizes = np.stack(sums[:n_groups]), np.stack(sums[n_groups:])
        total = sizes.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = counts.sum(axis=0) / total
            apart = (counts - sizes * share) ** 2 / sizes
            squared = np.where(sizes > 0, apart, 0.0).sum(axis=0) / (share * (1 - share)) / total
        v: Floats = np.sqrt(np.maximum(squared, 0.0))
        return v

    bounds = cluster_bounds(strength, tables, confidence=confidence, scale="fisher")
    cut = attrs.evolve(bounds, low=np.maximum(bounds.low, 0.0))
    return strength(*(table.sum(axis=0) for table in tables)), cut


def slope_bounds(carrying: Floats, units: Floats, steps: Floats, confidence: float) -> Bounds:
    """Return jackknife intervals of the slopes that `trend_tests` returns.

    Parameters
    ----------
    carrying, units, steps
        As for `trend_tests`.
    confidence : float
        The level of the intervals.
    """
    along = np.einsum("g,cgn->cn", steps, carrying)
    tables = [
        along, carrying.sum(axis=1), (units * steps).sum(axis=1, keepdims=True),
        (units * steps**2).sum(axis=1, keepdims=True), units.sum(axis=1, keepdims=True),
    ]  # fmt: skip

    def slope(sx: Floats, x: Floats, sn: Floats, ssn: Floats, n: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            steepness: Floats = (sx - sn / n * x) / (ssn - sn**2 / n)
        return steepness

    return cluster_bounds(slope, tables, confidence=confidence)
