"""Confidence intervals from replicates: delete-one jackknife and bootstrap percentiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_confidence, check_count, numbers

__all__ = [
    "Bounds",
    "Interval",
    "Scale",
    "bootstrap_bounds",
    "bootstrap_interval",
    "jackknife_bounds",
    "jackknife_interval",
]

Floats: TypeAlias = NDArray[np.float64]
Scale: TypeAlias = Literal["identity", "logit", "fisher", "log"]
"""On what scale a jackknife interval is symmetric."""

# From so many clusters on, intervals cover within .02 of what they say but where a note says otherwise.
_ENOUGH = 15
# Percentiles cover .93 to .94 from here on.
_ENOUGH_DRAWN = 100
_AT_END = (
    "too few documents: without one of them it is at the end of its scale, as a share of 0 or complete "
    "agreement is; symmetric intervals of such codes held the true value in .7 to .9 of samples, not .95"
)
_SCALES: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "logit": (lambda x: np.log(x) - np.log1p(-x), lambda y: 1 / (1 + np.exp(-y))),
    "fisher": (np.arctanh, np.tanh),
    "log": (np.log, np.exp),
}

_TOO_FEW = "fewer than two clusters: the spread between clusters is unknown"
_NO_SPREAD = "every replicate has the same value: the clusters show no spread to measure"


@attrs.frozen
class Interval:
    """A confidence interval of one number.

    Parameters
    ----------
    low, high : float
        The bounds; NaN where the interval is undefined, which `reason` then explains.
    confidence : float
        The nominal coverage, such as 0.95.
    standard_error : float
        The spread that the clusters show.
    method : str
        ``"jackknife"`` (delete one cluster, t distribution) or ``"bootstrap"`` (percentiles).
    n_clusters : int
        How many clusters there were.
    reason : str or None
        Why the interval is undefined.
    n_resamples : int or None
        How many samples the bootstrap drew.
    seed : int or None
        Its seed, where one was given.
    note : str or None
        What to bear in mind: that there are too few documents for it to cover as it says.
    scale : {"identity", "logit", "fisher", "log"}
        On which scale it is symmetric, if it is a jackknife.
    """

    low: float
    high: float
    confidence: float
    standard_error: float
    method: str
    n_clusters: int
    reason: str | None = None
    n_resamples: int | None = None
    seed: int | None = None
    note: str | None = None
    scale: Scale = "identity"


@attrs.frozen(eq=False)
class Bounds(ByValue):
    """Confidence intervals of many numbers at once.

    Parameters
    ----------
    low, high, standard_error : array of float
        Of one shape; NaN where undefined.
    reason : array of str
        Why an interval is undefined; empty where it is defined.
    confidence : float
        The nominal coverage.
    method : str
        ``"jackknife"`` or ``"bootstrap"``.
    n_clusters : int
        How many clusters there were.
    n_resamples : int or None
        How many samples the bootstrap drew.
    seed : int or None
        Its seed, where one was given.
    note : str or None
        What to bear in mind, as for an `Interval`.
    scale : {"identity", "logit", "fisher", "log"}
        As for an `Interval`.
    """

    low: Floats
    high: Floats
    standard_error: Floats
    reason: NDArray[np.object_]
    confidence: float
    method: str
    n_clusters: int
    n_resamples: int | None = None
    seed: int | None = None
    note: str | None = None
    scale: Scale = "identity"

    def single(self) -> Interval:
        """Return the interval of a statistic that is one number."""
        return Interval(
            low=float(self.low),
            high=float(self.high),
            confidence=self.confidence,
            standard_error=float(self.standard_error),
            method=self.method,
            n_clusters=self.n_clusters,
            reason=str(self.reason[()]) or None,
            n_resamples=self.n_resamples,
            seed=self.seed,
            note=self.note,
            scale=self.scale,
        )


def jackknife_bounds(
    values: ArrayLike, estimate: ArrayLike, *, confidence: float = 0.95, scale: Scale = "identity"
) -> Bounds:
    """Turn delete-one estimates into intervals, with Student's t.

    Parameters
    ----------
    values : array, n_clusters × …
        The statistic with each cluster left out.
    estimate : array
        The statistic on all clusters; the intervals are centred on it.
    confidence : float, default 0.95
        The nominal coverage.
    scale : {"identity", "logit", "fisher", "log"}
        On which scale the interval is symmetric: the number's own; ln(θ/(1 − θ)) for shares; artanh θ
        for what ends at 1; ln θ for ratios. On all but its own, the degrees of freedom follow from how
        evenly the clusters contribute.

    Returns
    -------
    Bounds
        Undefined, with the reason, for fewer than two clusters, where a delete-one estimate is
        undefined or at the end of the scale, and where all of them are equal. The standard error is
        that of the number itself, whatever the scale.

    Notes
    -----
    Near the end of a scale, the estimates of samples are skewed, and so are good intervals.
    ``benchmarks/interval_coverage.py`` measures how often each kind holds the true value.

    References
    ----------
    Efron & Stein 1981, doi:10.1214/aos/1176345462, eq. 1.4:
    se² = (n − 1)/n · Σ dᵢ², dᵢ = θ₍ᵢ₎ − θ₍.₎. Degrees of freedom from the spread of the squares, after
    Satterthwaite 1946, doi:10.2307/3002019: 2 (Σ dᵢ²)² / Σ dᵢ⁴ − 1, between 1 and n − 1.

    Examples
    --------
    >>> bounds = jackknife_bounds([[2.5], [2.0], [1.5]], [2.0])
    >>> bounds.standard_error.round(4), bounds.low.round(4), bounds.high.round(4)
    (array([0.5774]), array([-0.4841]), array([4.4841]))
    """
    confidence = check_confidence(confidence)
    replicates, centre = _replicates(values, estimate)
    n = len(replicates)
    if n < 2:
        return _undefined(centre, _TOO_FEW, confidence, "jackknife", n)
    ours = np.isfinite(replicates).all(axis=0) & np.isfinite(centre)
    finite = np.where(ours, replicates, 0.0)
    error = np.sqrt((n - 1) / n * ((finite - finite.mean(axis=0)) ** 2).sum(axis=0))
    # Rounding leaves a spread of some 1e-17 where every replicate is the same number.
    flat = np.ptp(finite, axis=0) <= 1e-12 * np.maximum(np.abs(finite).max(axis=0), 1e-300)
    reason = _reasons(replicates, centre, ours, flat)
    error = np.where(ours & ~flat, error, np.nan)
    if scale == "identity":
        reach = error * _t_quantile(confidence, n - 1)
        return Bounds(
            centre - reach, centre + reach, error, reason, confidence, "jackknife", n, note=_few(n)
        )
    there, back = _SCALES[scale]
    good = ours & ~flat
    with np.errstate(divide="ignore", invalid="ignore"):
        # Rounding may leave a share of 1 a hair above it.
        middle, moved = there(centre), there(replicates)
    at_end = good & ~(np.isfinite(moved).all(axis=0) & np.isfinite(middle))
    good = good & ~at_end
    reason[at_end] = _AT_END
    moved = np.where(good, moved, 0.0)
    squares = (moved - moved.mean(axis=0)) ** 2
    total = squares.sum(axis=0)
    evenly = np.divide(
        total**2,
        (squares**2).sum(axis=0),
        out=np.full(total.shape, n / 2),
        where=good & (total > 0),
    )
    df = np.clip(2 * evenly - 1, 1, n - 1)
    reach = np.sqrt((n - 1) / n * total) * _t_quantile(confidence, df)
    low, high = (back(np.where(good, middle, 0.0) + way * reach) for way in (-1, 1))
    return Bounds(
        np.where(good, low, np.nan), np.where(good, high, np.nan), np.where(good, error, np.nan),
        reason, confidence, "jackknife", n, note=_few(n), scale=scale,
    )  # fmt: skip


_SELDOM = (
    "percentiles cover too seldom: those that are to hold the true value in .95 of all samples did so in "
    ".76 to .94 of them, the less the rarer the code and the fewer the documents; jackknife intervals do "
    "better (benchmarks/interval_coverage.py)"
)


def _few(n: int) -> str | None:
    """Return what to bear in mind with so few clusters."""
    if n >= _ENOUGH:
        return None
    return (
        f"{n} documents are few: from 8, intervals that are to hold the true value in .95 of all samples "
        "did so in .87 to .97 of them, least often for rare codes and pairs of them "
        "(benchmarks/interval_coverage.py)"
    )


def jackknife_interval(
    values: ArrayLike, estimate: float, *, confidence: float = 0.95, scale: Scale = "identity"
) -> Interval:
    """Turn the delete-one estimates of one number into its interval.

    Parameters
    ----------
    values : array of float
        The statistic with each cluster left out.
    estimate : float
        The statistic on all clusters.
    confidence, scale
        As for `jackknife_bounds`.

    See Also
    --------
    jackknife_bounds : the same for an array of statistics, with the formula.

    Examples
    --------
    >>> interval = jackknife_interval([2.5, 2.0, 1.5], 2.0)
    >>> round(interval.low, 4), round(interval.high, 4)
    (-0.4841, 4.4841)
    >>> jackknife_interval([2.5], 2.5).reason
    'fewer than two clusters: the spread between clusters is unknown'
    """
    return jackknife_bounds(
        _one_column(values), estimate, confidence=confidence, scale=scale
    ).single()


def bootstrap_bounds(
    values: ArrayLike, estimate: ArrayLike, *, n_clusters: int, confidence: float = 0.95
) -> Bounds:
    """Turn bootstrap replicates into percentile intervals.

    Parameters
    ----------
    values : array, n_resamples × …
        The statistic on each bootstrap sample.
    estimate : array
        The statistic on the data itself.
    n_clusters : int
        How many clusters the samples were drawn from.
    confidence : float, default 0.95
        The nominal coverage.

    Returns
    -------
    Bounds
        Undefined, with the reason, for fewer than two clusters, where the statistic is undefined on
        a sample, and where no sample differs from another.

    References
    ----------
    Davison & Hinkley 1997, doi:10.1017/CBO9780511802843, section 5.3.1.

    Examples
    --------
    >>> bounds = bootstrap_bounds(np.arange(101.0), 50.0, n_clusters=10, confidence=0.9)
    >>> round(float(bounds.low), 6), round(float(bounds.high), 6)
    (5.0, 95.0)
    """
    confidence = check_confidence(confidence)
    n_clusters = check_count(n_clusters, what="n_clusters")
    replicates, centre = _replicates(values, estimate)
    if n_clusters < 2:
        return _undefined(centre, _TOO_FEW, confidence, "bootstrap", n_clusters)
    ours = np.isfinite(replicates).all(axis=0) & np.isfinite(centre)
    finite = np.where(ours, replicates, 0.0)
    flat = np.ptp(finite, axis=0) == 0
    reason = _reasons(replicates, centre, ours, flat)
    tail = (1 - confidence) / 2
    low, high = np.quantile(finite, [tail, 1 - tail], axis=0)
    good = ours & ~flat
    return Bounds(
        low=np.where(good, low, np.nan),
        high=np.where(good, high, np.nan),
        standard_error=np.where(good, finite.std(axis=0, ddof=min(1, len(finite) - 1)), np.nan),
        reason=reason,
        confidence=confidence,
        method="bootstrap",
        n_clusters=n_clusters,
        n_resamples=len(replicates),
        note=None if n_clusters >= _ENOUGH_DRAWN else _SELDOM,
    )


def bootstrap_interval(
    values: ArrayLike, estimate: float, *, n_clusters: int, confidence: float = 0.95
) -> Interval:
    """Turn the bootstrap replicates of one number into its interval.

    See Also
    --------
    bootstrap_bounds : the same for an array of statistics, with the parameters.

    Examples
    --------
    >>> interval = bootstrap_interval(np.arange(101.0), 50.0, n_clusters=10, confidence=0.9)
    >>> round(interval.low, 6), round(interval.high, 6), interval.method
    (5.0, 95.0, 'bootstrap')
    """
    return bootstrap_bounds(
        _one_column(values), estimate, n_clusters=n_clusters, confidence=confidence
    ).single()


def _replicates(values: ArrayLike, estimate: ArrayLike) -> tuple[Floats, Floats]:
    replicates = numbers(values, what="values")
    centre = numbers(estimate, what="estimate")
    if replicates.ndim == 0 or replicates.shape[1:] != centre.shape:
        raise StatisticsError(
            f"replicates of shape {replicates.shape} for estimates of shape {centre.shape}: "
            "the replicates need one more dimension, the first"
        )
    if not len(replicates):
        raise StatisticsError("there are no replicates to make an interval of")
    return replicates, centre


def _one_column(values: ArrayLike) -> Floats:
    replicates = numbers(values, what="values")
    if replicates.ndim != 1:
        raise StatisticsError(
            f"replicates of one number have one dimension, not shape {replicates.shape}"
        )
    return replicates


def _reasons(
    replicates: Floats, centre: Floats, ours: NDArray[np.bool_], flat: NDArray[np.bool_]
) -> NDArray[np.object_]:
    reason = np.full(centre.shape, "", dtype=object)
    missing = np.count_nonzero(~np.isfinite(replicates), axis=0)
    for at in np.argwhere(~ours):
        index = tuple(at.tolist())
        if np.isfinite(centre[index]):
            lost, total = int(np.asarray(missing)[index]), len(replicates)
            reason[index] = f"undefined on {lost} of {total} replicates"
        else:
            reason[index] = "the estimate itself is undefined"
    reason[ours & flat] = _NO_SPREAD
    return reason


def _undefined(centre: Floats, reason: str, confidence: float, method: str, n: int) -> Bounds:
    nothing = np.full(centre.shape, np.nan)
    return Bounds(
        nothing, nothing, nothing, np.full(centre.shape, reason, dtype=object),
        confidence, method, n,
    )  # fmt: skip


def _t_quantile(confidence: float, df: Any) -> Any:
    from scipy import special

    return special.stdtrit(df, (1 + confidence) / 2)
