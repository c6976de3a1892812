"""How far apart two labels are: distances for Krippendorff's α, weights for the kappas.

A distance is 0 for equal labels and grows with the disagreement; a weight is 1 for equal labels
and 0 for the worst disagreement. Two weightings are called "ordinal" in the literature and give
different results, so neither has that name alone: Krippendorff's depends on how often each
category occurs and is ``level="ordinal"`` of `krippendorff_alpha`; Gwet's depends on the ranks
only and is ``"gwet-ordinal"`` wherever weights or levels are named.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Set
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import shown
from qualcode.stats.agreement.ratings import FloatArray, Ratings
from qualcode.stats.arguments import numbers

__all__ = [
    "WEIGHTS",
    "Distance",
    "Weights",
    "agreement_weights",
    "jaccard_distance",
    "masi_distance",
    "weighting_name",
]

Distance: TypeAlias = Callable[[Any, Any], float]
Weights: TypeAlias = str | npt.ArrayLike | None


def jaccard_distance(a: Set[Hashable], b: Set[Hashable]) -> float:
    """Return one minus the share of the labels of either set that are in both.

    Two empty sets are equal, so their distance is 0.

    Parameters
    ----------
    a, b : set or frozenset
        The codes that two coders gave to a unit.

    Examples
    --------
    >>> jaccard_distance({"trust"}, {"trust", "roles"})
    0.5
    >>> jaccard_distance(frozenset(), frozenset())
    0.0
    """
    _check_sets(a, b)
    union = len(a | b)
    return 1.0 - len(a & b) / union if union else 0.0


def _check_sets(a: object, b: object) -> None:
    for name, given in (("a", a), ("b", b)):
        if not isinstance(given, Set):
            raise StatisticsError(f"{name} must be a set of codes, not {shown(given)}")


def masi_distance(a: Set[Hashable], b: Set[Hashable]) -> float:
    """Return the distance of two sets that is mild on one containing the other.

    It is 1 - J·M, with Jaccard's J and with M = 1 for equal sets, 2/3 where one contains the
    other, 1/3 where they overlap, and 0 where they share nothing. Two empty sets are equal.

    Parameters
    ----------
    a, b : set or frozenset
        The codes that two coders gave to a unit.

    References
    ----------
    Passonneau (2006), Measuring agreement on set-valued items (MASI) for semantic and pragmatic
    annotation, LREC.

    Examples
    --------
    >>> round(masi_distance({"trust"}, {"trust", "roles"}), 4)
    0.6667
    """
    _check_sets(a, b)
    if a == b:
        return 0.0
    if not a & b:
        return 1.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1.0 - (1.0 - jaccard_distance(a, b)) * monotonicity


def _linear(at: FloatArray) -> FloatArray:
    return 1 - _share(np.abs(np.subtract.outer(at, at)))


def _quadratic(at: FloatArray) -> FloatArray:
    return 1 - _share(np.subtract.outer(at, at) ** 2)


def _radical(at: FloatArray) -> FloatArray:
    return 1 - _share(np.sqrt(np.abs(np.subtract.outer(at, at))))


def _ratio(at: FloatArray) -> FloatArray:
    return 1 - _share(ratio_distances(at))


def _gwet_ordinal(at: FloatArray) -> FloatArray:
    ranks = np.arange(at.size)
    apart = np.abs(np.subtract.outer(ranks, ranks))
    return 1 - _share(apart * (apart + 1) / 2)


def _share(distances: FloatArray) -> FloatArray:
    """Return distances as shares of the largest, which is 0 where there is one category only."""
    largest = distances.max(initial=0.0)
    return distances / largest if largest > 0 else distances


WEIGHTS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "linear": _linear,
    "quadratic": _quadratic,
    "radical": _radical,
    "ratio": _ratio,
    "gwet-ordinal": _gwet_ordinal,
}


def ratio_distances(at: FloatArray) -> FloatArray:
    """Return ((c - k) / (c + k))² for every two values of a ratio scale; 0 for two zeros."""
    if (at < 0).any():
        raise StatisticsError(
            f"a ratio scale starts at zero, but the ratings include {at.min():g}: "
            "use level='interval' (or other weights)"
        )
    sums = np.add.outer(at, at)
    return (np.subtract.outer(at, at) / np.where(sums > 0, sums, 1.0)) ** 2


def agreement_weights(weights: Weights, ratings: Ratings) -> FloatArray:
    """Return the weight of every two categories, as a square array in the order of categories.

    Parameters
    ----------
    weights : None, str or array
        None for identity (only equal labels agree), a name of `WEIGHTS`, or a square array in the
        order of the categories: of agreement weights (1 on the diagonal), or of disagreement
        weights (0 on the diagonal), which are turned around.
    ratings : Ratings
        Gives the categories; named weights use their numbers, or else their ranks.

    Raises
    ------
    StatisticsError
        When the name is unknown or the array does not fit.
    """
    if weights is None or (isinstance(weights, str) and weights == "identity"):
        return np.eye(ratings.n_categories)
    if isinstance(weights, str):
        return _named(weights)(ratings.positions)
    return _given(weights, ratings)


def weighting_name(weighting: Weights | Distance) -> str | None:
    """Return what to call weights or a distance; None where only equal labels agree.

    Examples
    --------
    >>> weighting_name("linear"), weighting_name("identity"), weighting_name([[1, 0], [0, 1]])
    ('linear', None, 'a table of weights')
    """
    if weighting is None or isinstance(weighting, str):
        return None if weighting == "identity" else weighting
    return getattr(weighting, "__name__", "a table of weights")


def _named(name: str) -> Callable[[FloatArray], FloatArray]:
    if name == "ordinal":
        raise StatisticsError(
            "two weightings are called 'ordinal': use weights='gwet-ordinal' for the one by "
            "ranks (irrCAC's), or krippendorff_alpha(…, level='ordinal') for Krippendorff's"
        )
    if name not in WEIGHTS:
        raise StatisticsError(
            f"there are no weights called {name!r}; there are {', '.join(map(repr, WEIGHTS))}."
            + did_you_mean(name, WEIGHTS)
        )
    return WEIGHTS[name]


def _given(weights: npt.ArrayLike, ratings: Ratings) -> FloatArray:
    matrix = numbers(weights, what="weights")
    q = ratings.n_categories
    if matrix.shape != (q, q):
        raise StatisticsError(
            f"the weights have the shape {matrix.shape}, but there are {q} categories "
            f"{list(ratings.categories)!r}: give one row and column for each, and name "
            "categories=… where some of them do not occur"
        )
    diagonal = np.diag(matrix)
    if np.all(diagonal == 0) and np.all(matrix >= 0):
        return 1 - _share(matrix)
    if not np.all(diagonal == 1) or np.any(matrix > 1):
        raise StatisticsError(
            "the weights must be 1 on the diagonal and at most 1 elsewhere (weights of "
            "agreement), or 0 on the diagonal and positive elsewhere (weights of disagreement); "
            f"the diagonal is {diagonal.tolist()}"
        )
    return matrix
