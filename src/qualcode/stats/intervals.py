"""Confidence intervals from replicates: delete-one jackknife and bootstrap percentiles."""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError

__all__ = [
    "Bounds",
    "Interval",
    "bootstrap_bounds",
    "bootstrap_interval",
    "jackknife_bounds",
    "jackknife_interval",
]

Floats: TypeAlias = NDArray[np.float64]

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


@attrs.frozen(eq=False)
class Bounds:
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
        )


def jackknife_bounds(values: ArrayLike, estimate: ArrayLike, *, confidence: float = 0.95) -> Bounds:
    """Turn delete-one estimates into intervals, with Student's t on n − 1 degrees of freedom.

    Parameters
    ----------
    values : array, n_clusters × …
        The statistic with each cluster left out.
    estimate : array
        The statistic on all clusters; the intervals are centred on it.
    confidence : float, default 0.95
        The nominal coverage.

    Returns
    -------
    Bounds
        Undefined, with the reason, for fewer than two clusters, where a delete-one estimate is
        undefined, and where all of them are equal.

    References
    ----------
    Efron & Stein 1981, doi:10.1214/aos/1176345462, eq. 1.4:
    se² = (n − 1)/n · Σ (θ₍ᵢ₎ − θ₍.₎)².

    Examples
    --------
    >>> bounds = jackknife_bounds([[2.5], [2.0], [1.5]], [2.0])
    >>> bounds.standard_error.round(4), bounds.low.round(4), bounds.high.round(4)
    (array([0.5774]), array([-0.4841]), array([4.4841]))
    """
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
    reach = error * _t_quantile(_checked_confidence(confidence), n - 1)
    return Bounds(centre - reach, centre + reach, error, reason, confidence, "jackknife", n)


def jackknife_interval(values: ArrayLike, estimate: float, *, confidence: float = 0.95) -> Interval:
    """Turn the delete-one estimates of one number into its interval.

    Parameters
    ----------
    values : array of float
        The statistic with each cluster left out.
    estimate : float
        The statistic on all clusters.
    confidence : float, default 0.95
        The nominal coverage.

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
    return jackknife_bounds(_one_column(values), estimate, confidence=confidence).single()


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
    replicates, centre = _replicates(values, estimate)
    if n_clusters < 2:
        return _undefined(centre, _TOO_FEW, confidence, "bootstrap", n_clusters)
    ours = np.isfinite(replicates).all(axis=0) & np.isfinite(centre)
    finite = np.where(ours, replicates, 0.0)
    flat = np.ptp(finite, axis=0) == 0
    reason = _reasons(replicates, centre, ours, flat)
    tail = (1 - _checked_confidence(confidence)) / 2
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
    replicates = np.asarray(values, dtype=np.float64)
    centre = np.asarray(estimate, dtype=np.float64)
    if replicates.ndim == 0 or replicates.shape[1:] != centre.shape:
        raise StatisticsError(
            f"replicates of shape {replicates.shape} for estimates of shape {centre.shape}: "
            "the replicates need one more dimension, the first"
        )
    if not len(replicates):
        raise StatisticsError("there are no replicates to make an interval of")
    return replicates, centre


def _one_column(values: ArrayLike) -> Floats:
    replicates = np.asarray(values, dtype=np.float64)
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
        _checked_confidence(confidence), method, n,
    )  # fmt: skip


def _checked_confidence(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise StatisticsError(
            f"confidence {confidence!r}: give a share between 0 and 1, such as 0.95"
        )
    return confidence


def _t_quantile(confidence: float, df: int) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + confidence) / 2, df))
