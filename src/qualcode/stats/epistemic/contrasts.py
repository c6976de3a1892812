"""Groups of networks: where each lies, how far two are apart, and whether chance explains that."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from typing import Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.model.values import ByValue
from qualcode.stats.groups.differences import regroupings
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

__all__ = ["GroupPlace", "NetworkContrast", "Regrouped", "group_places", "network_contrast"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Regrouped: TypeAlias = Literal["network", "cluster", "within clusters"]
"""What is given to groups at random: networks, all networks of a cluster, or networks within each cluster."""

# Numbers of a block of regroupings, so that these fit into memory.
_CELLS = 1 << 23
_NOTHING = 1e-20


@attrs.frozen(eq=False)
class GroupPlace(ByValue):
    """Where a group of networks lies.

    Parameters
    ----------
    group : hashable
        The group.
    n : int
        How many networks it has that connect anything.
    mean, low, high : array of float, one for each axis
        The mean of its points, with Student's interval; NaN where there are too few.
    weights : array of float, one for each pair
        Its mean network.
    """

    group: Hashable
    n: int
    mean: Floats
    low: Floats
    high: Floats
    weights: Floats


@attrs.frozen(eq=False)
class NetworkContrast(ByValue):
    """How far the networks of one group are from those of another.

    Parameters
    ----------
    group, reference : hashable
        The groups.
    difference, low, high : array of float, one for each axis
        The mean of the group less that of the reference, with Welch's interval.
    t, df, p : array of float, one for each axis
        Welch's test.
    u, u_p : array of float, one for each axis
        Mann and Whitney's U of the reference, and its p.
    d : array of float, one for each axis
        Cohen's d, with the standard deviation of both groups.
    distance : float
        The distance of the two mean networks, over all connections and not along axes only.
    distance_p : float
        The probability of so large a distance if networks belonged to groups at random. It takes into
        account that the first axis was sought between the groups, which the tests by axis do not.
    regrouped : {"network", "cluster", "within clusters"}
        What was given to groups at random.
    n_resamples : int
        How many regroupings were compared.
    exact : bool
        Whether these were all there are.
    seed : int or None
        The seed, where regroupings were drawn and one was given.
    """

    group: Hashable
    reference: Hashable
    difference: Floats
    low: Floats
    high: Floats
    t: Floats
    df: Floats
    p: Floats
    u: Floats
    u_p: Floats
    d: Floats
    distance: float
    distance_p: float
    regrouped: Regrouped
    n_resamples: int
    exact: bool
    seed: int | None = None


def group_places(
    groups: Sequence[Hashable], position: Longs, weights: Floats, points: Floats, confidence: float
) -> tuple[GroupPlace, ...]:
    """Return where each group lies; `position` tells the group of each network."""
    from scipy import stats

    connected = ~np.isnan(weights).any(axis=1)
    places = []
    for at, group in enumerate(groups):
        own = connected & (position == at)
        n = int(np.count_nonzero(own))
        nothing = np.full(points.shape[1], np.nan)
        mean = points[own].mean(axis=0) if n else nothing
        half = nothing
        if n > 1:
            error = points[own].std(axis=0, ddof=1) / np.sqrt(n)
            half = stats.t.ppf((1 + confidence) / 2, n - 1) * error
        middle = weights[own].mean(axis=0) if n else np.full(weights.shape[1], np.nan)
        places.append(GroupPlace(group, n, mean, mean - half, mean + half, middle))
    return tuple(places)


def network_contrast(
    reference: GroupPlace,
    group: GroupPlace,
    points: tuple[Floats, Floats],
    weights: tuple[Floats, Floats],
    clusters: tuple[Longs, Longs],
    *,
    confidence: float,
    n_resamples: int,
    random_state: RandomState,
) -> NetworkContrast:
    """Return how far a group is from the reference.

    Parameters
    ----------
    reference, group : GroupPlace
        The groups.
    points, weights : tuple of array
        Of the networks of the reference that connect anything, and of those of the group.
    clusters : tuple of array
        The cluster of each of these.
    confidence, n_resamples, random_state
        As for `qualcode.stats.epistemic_networks`.
    """
    from scipy import stats

    one, other = points
    n_axes = one.shape[1]
    # At right angles to the axis between means groups do not differ at all, but for rounding.
    difference = np.round(other.mean(axis=0) - one.mean(axis=0), 12) + 0.0
    low = high = t = df = p = d = np.full(n_axes, np.nan)
    if min(len(one), len(other)) > 1:
        inside = len(one) - 1, len(other) - 1
        spread = inside[0] * one.var(0, ddof=1) + inside[1] * other.var(0, ddof=1)
        varied = spread > _NOTHING
        with warnings.catch_warnings():
            # SciPy warns of a group that does not vary; where neither does there is no test here.
            warnings.simplefilter("ignore", RuntimeWarning)
            welch = stats.ttest_ind(
                np.where(varied, other, np.nan), np.where(varied, one, np.nan), equal_var=False
            )
            bounds = welch.confidence_interval(confidence)
        t, df, p = np.round(welch.statistic, 12) + 0.0, welch.df, welch.pvalue
        low, high = bounds.low, bounds.high
        d = difference / np.sqrt(np.where(varied, spread, np.nan) / sum(inside))
    ranked = stats.mannwhitneyu(one, other, axis=0)
    distance = float(np.linalg.norm(group.weights - reference.weights))
    at_least, drawn, exact, regrouped = _regrouped(
        np.concatenate(weights), [len(one), len(other)], np.concatenate(clusters), distance,
        n_resamples, random_state,
    )  # fmt: skip
    return NetworkContrast(
        group.group, reference.group, difference, low, high, t, df, p,
        np.asarray(ranked.statistic, dtype=np.float64), np.asarray(ranked.pvalue), d, distance,
        at_least / drawn if exact else (at_least + 1) / (drawn + 1), regrouped, drawn, exact,
        None if exact else seed_of(random_state),
    )  # fmt: skip


def _regrouped(
    weights: Floats,
    sizes: list[int],
    cluster: Longs,
    distance: float,
    n_resamples: int,
    random_state: RandomState,
) -> tuple[int, int, bool, Regrouped]:
    """Return how many regroupings are as far apart, of how many, whether all, and what was regrouped."""
    position = np.repeat([0, 1], sizes)
    number = np.unique(cluster, return_inverse=True)[1]
    n_clusters = int(number.max()) + 1
    second = np.bincount(number, position, n_clusters)
    size = np.bincount(number, minlength=n_clusters)
    regrouped: Regrouped = "network" if n_clusters == len(number) else "cluster"
    if np.any((second > 0) & (second < size)):
        # What the networks of a cluster have in common is in both groups, and has to stay there.
        regrouped, exact = "within clusters", False
        rng = as_generator(random_state)
        drawn = np.tile(position, (n_resamples, 1))
        for each in range(n_clusters):
            own = np.flatnonzero(number == each)
            drawn[:, own] = rng.permuted(drawn[:, own], axis=1)
        sums, size = weights, np.ones(len(weights), np.int64)
    else:
        sums = np.zeros((n_clusters, weights.shape[1]))
        np.add.at(sums, number, weights)
        drawn, exact = regroupings((second > 0).astype(np.int64), 2, n_resamples, random_state)
    # Rounding must not decide between regroupings that are as far apart.
    wanted, at_least = distance * (1 - 1e-12), 0
    step = max(1, _CELLS // max(1, *sums.shape))
    for start in range(0, len(drawn), step):
        own = drawn[start : start + step].astype(np.float64)
        means = [each @ sums / (each @ size)[:, None] for each in (1 - own, own)]
        at_least += int(np.count_nonzero(np.linalg.norm(means[1] - means[0], axis=1) >= wanted))
    return at_least, len(drawn), exact, regrouped
