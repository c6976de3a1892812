"""The jackknife where clusters come in several strata: documents of one study, of another, and of both."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qualcode.errors import StatisticsError
from qualcode.stats.arguments import check_confidence, check_count, check_list, numbers
from qualcode.stats.uncertainty.intervals import Interval, jackknife_interval

__all__ = ["stratified_jackknife"]


def stratified_jackknife(
    values: ArrayLike, estimate: float, sizes: Sequence[int], *, confidence: float = 0.95
) -> Interval:
    """Turn the estimates without each cluster, stratum after stratum, into an interval with Student's t.

    Parameters
    ----------
    values : array, one for each cluster
        The statistic with each cluster left out; those of a stratum lie together.
    estimate : float
        The statistic on all clusters.
    sizes : sequence of int
        How many clusters each stratum has.
    confidence : float, default 0.95
        The nominal coverage.

    Returns
    -------
    Interval
        With one stratum, that of `qualcode.stats.jackknife_interval`. Undefined where a stratum has one
        cluster only: its part in the spread is not known.

    References
    ----------
    Wolter 2007, Introduction to variance estimation, 2nd edition, section 4.5:
    se² = Σ_h (n_h − 1)/n_h · Σ dᵢ², with n − H degrees of freedom.

    Examples
    --------
    >>> found = stratified_jackknife([0.4, 0.5, 0.6, 0.2, 0.8], 0.5, [3, 2])
    >>> round(found.standard_error, 3), round(found.low, 3), round(found.high, 3)
    (0.321, -0.523, 1.523)
    """
    confidence = check_confidence(confidence)
    each = numbers(values, what="values", ndim=1)
    counts = [
        check_count(size, what="sizes", least=1)
        for size in check_list(sizes, what="sizes", of="numbers")
    ]
    if sum(counts) != each.size:
        raise StatisticsError(f"sizes add up to {sum(counts)}, but there are {each.size} values")
    plain = jackknife_interval(each, estimate, confidence=confidence)
    if len(counts) < 2:
        return plain
    if min(counts) < 2:
        reason = "a stratum has one cluster only: its part in the spread is not known"
        return attrs.evolve(
            plain, low=np.nan, high=np.nan, standard_error=np.nan, reason=reason, note=None
        )
    if plain.reason is not None:
        return plain
    from scipy import special

    parts = np.split(each, np.cumsum(counts)[:-1])
    variance = sum(
        (len(part) - 1) / len(part) * ((part - part.mean()) ** 2).sum() for part in parts
    )
    error = float(np.sqrt(variance))
    reach = float(special.stdtrit(each.size - len(counts), (1 + confidence) / 2)) * error
    return attrs.evolve(plain, low=estimate - reach, high=estimate + reach, standard_error=error)
