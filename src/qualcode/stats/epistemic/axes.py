"""The space that networks of codes lie in: its axes, the points of networks, and the places of codes."""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.values import ByValue

__all__ = ["CodePlacement", "EpistemicAxes", "axes_of", "normalised", "placed"]

Floats: TypeAlias = NDArray[np.float64]

# Networks of which each pair is ranked: more pairs than these have would not fit into memory.
_MOST_RANKED = 5000
_NOTHING = 1e-10


@attrs.frozen(eq=False)
class EpistemicAxes(ByValue):
    """Directions in the space of connections, and where networks lie along them.

    Parameters
    ----------
    names : tuple of str
        ``"MR1"`` for the axis between two groups' means, ``"SVD1"`` and so on for the others.
    loadings : array of float, pairs × axes
        The directions, each of length 1 and at right angles to the others.
    points : array of float, networks × axes
        The networks; NaN where one connects nothing.
    variance : array of float, one for each axis
        The share of the variance of all networks that lies along it.
    """

    names: tuple[str, ...]
    loadings: Floats
    points: Floats
    variance: Floats


@attrs.frozen(eq=False)
class CodePlacement(ByValue):
    """Codes placed so that the middle of each network's connections lies close to its point.

    Parameters
    ----------
    codes : array of float, codes × axes
        The places of codes; NaN for one without any connection.
    centroids : array of float, networks × axes
        The middle of each network's connections between codes at these places.
    pearson, spearman : array of float, one for each axis
        How far distances between centroids go with distances between points; NaN where `reason` says why.
    reason : str or None
        Why the fit tells nothing.
    """

    codes: Floats
    centroids: Floats
    pearson: Floats
    spearman: Floats
    reason: str | None = None


def normalised(counts: NDArray[np.int64]) -> Floats:
    """Return networks as vectors of length 1, networks × pairs; NaN where one connects nothing."""
    length = np.sqrt((counts.astype(np.float64) ** 2).sum(axis=1))
    weights = np.full(counts.shape, np.nan)
    np.divide(counts, length[:, None], out=weights, where=length[:, None] > 0)
    return weights


def axes_of(weights: Floats, between: Floats | None, n_axes: int) -> EpistemicAxes:
    """Return the axes along which networks differ most.

    Parameters
    ----------
    weights : array of float, networks × pairs
        As `normalised` returns them.
    between : array of float, one for each pair, optional
        A direction that the first axis has to take; the others are at right angles to it.
    n_axes : int
        How many axes at the most; there are fewer where networks differ in fewer ways.
    """
    connected = ~np.isnan(weights).any(axis=1)
    if np.count_nonzero(connected) < 2:
        raise StatisticsError(
            f"{np.count_nonzero(connected)} of {len(weights)} networks connect any codes, and a space "
            "takes two at least: use a wider window, or more documents"
        )
    deviation = weights - weights[connected].mean(axis=0)
    spread, first = deviation[connected], np.empty((0, weights.shape[1]))
    names: tuple[str, ...] = ()
    if between is not None:
        length = float(np.sqrt(between @ between))
        if length < _NOTHING:
            raise StatisticsError(
                "both groups connect the same on average, so that no axis lies between them: use "
                "rotation='svd'"
            )
        first, names = between[None, :] / length, ("MR1",)
        spread = spread - (spread @ first.T) @ first
    _, strength, others = np.linalg.svd(spread, full_matrices=False)
    others = others[strength > _NOTHING * max(1.0, float(strength.max(initial=0.0)))]
    # A direction can as well be turned round: its largest part is made positive.
    largest = np.abs(others).argmax(axis=1)
    others = others * np.sign(others[np.arange(len(others)), largest])[:, None]
    loadings = np.concatenate([first, others])[:n_axes].T
    if not loadings.shape[1]:
        raise StatisticsError("all networks connect the same, so that nothing tells them apart")
    points = deviation @ loadings
    total = (deviation[connected] ** 2).sum()
    # Counted on as rENA does: the axis between means is the first, the next the second.
    named = (*names, *(f"SVD{at + 1}" for at in range(len(names), loadings.shape[1])))
    return EpistemicAxes(named, loadings, points, (points[connected] ** 2).sum(axis=0) / total)


def placed(weights: Floats, points: Floats, n_codes: int) -> CodePlacement:
    """Return places of codes, by least squares.

    Parameters
    ----------
    weights : array of float, networks × pairs
        As `normalised` returns them; pairs as of ``numpy.triu_indices(n_codes, k=1)``.
    points : array of float, networks × axes
        Where networks lie.
    n_codes : int
        How many codes there are.
    """
    from scipy.sparse import csr_array

    connected = ~np.isnan(weights).any(axis=1)
    first, second = np.triu_indices(n_codes, k=1)
    # Half of each connection belongs to either end.
    ends = csr_array(
        (
            np.full(2 * len(first), 0.5),
            (np.concatenate([first, second]), np.tile(np.arange(len(first)), 2)),
        ),
        shape=(n_codes, len(first)),
    )
    part = (ends @ weights[connected].T).T
    used = part.any(axis=0)
    part = part[:, used] / part.sum(axis=1, keepdims=True)
    found, _, rank, _ = np.linalg.lstsq(part, points[connected], rcond=None)
    # Each row of shares adds up to 1, so that centroids have the mean of the points, which is 0.
    codes = np.full((n_codes, points.shape[1]), np.nan)
    codes[used] = found
    centroids = np.full(points.shape, np.nan)
    centroids[connected] = part @ found
    if why := _fits_anything(int(rank), *part.shape):
        nothing = np.full(points.shape[1], np.nan)
        return CodePlacement(codes, centroids, nothing, nothing, why)
    one, other = points[connected], centroids[connected]
    columns = range(points.shape[1])
    pearson = np.array([_correlation(one[:, at], other[:, at]) for at in columns])
    if len(part) > _MOST_RANKED:
        return CodePlacement(
            codes, centroids, pearson, np.full(len(pearson), np.nan),
            f"distances are not ranked between more than {_MOST_RANKED:,} networks",
        )  # fmt: skip
    spearman = np.array([_rank_correlation(one[:, at], other[:, at]) for at in columns])
    return CodePlacement(codes, centroids, pearson, spearman)


def _fits_anything(rank: int, n_networks: int, n_codes: int) -> str | None:
    """Return why places of codes would fit any networks as well."""
    if rank < n_codes:
        return (
            f"{n_codes} codes can be placed in more than one way by {n_networks} networks; of these places "
            "the nearest to the middle were taken"
        )
    if n_networks <= n_codes:
        return f"{n_codes} codes can be placed so that they fit {n_networks} networks exactly"
    return None


def _correlation(one: Floats, other: Floats) -> float:
    """Return Pearson's correlation of values of mean 0: the same as that of all their differences."""
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > _NOTHING else float("nan")


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's correlation of the differences of all pairs, each taken in both directions.

    In both directions, because otherwise the order of networks would matter. Differences come with
    their opposites then, so that half of them are ranked by size: the sign says on which side they are.
    """
    from scipy.stats import rankdata

    first, second = np.triu_indices(len(one), k=1)
    ranks = []
    for values in (one, other):
        # Rounding must not tell apart what is equal.
        difference = np.round(values[first] - values[second], 12)
        ranks.append(np.sign(difference) * (rankdata(np.abs(difference)) - 0.5))
    return _correlation(*ranks)
