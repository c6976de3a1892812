"""How far apart two labels are: distances for Krippendorff's α, weights for the kappas.

A distance is 0 for equal labels and grows with the disagreement; a weight is 1 for equal labels
and 0 for the worst disagreement. Two weightings are called "ordinal" in the literature and give
different results, so neither has that name alone: Krippendorff's depends on how often each
category occurs and is ``distance="ordinal"`` of `krippendorff_alpha`; Gwet's depends on the ranks
only and is ``"gwet-ordinal"`` wherever weights or distances are named.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence, Set
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import shown
from qualcode.stats.agreement.ratings import FloatArray, Ratings
from qualcode.stats.arguments import numbers

__all__ = ["WEIGHTS", "Distance", "Weights", "jaccard_distance", "masi_distance"]

Distance: TypeAlias = Callable[[Any, Any], float]
"""A function of two labels that says how far they are apart."""
Weights: TypeAlias = str | npt.ArrayLike | Distance | None
"""Partial agreement: a name of `WEIGHTS`, a distance, a square array, or None."""


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
    return 1 - _share(np.abs(np.subtract.outer(at, at))) ** 2


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
"""Named weights of partial agreement, each a function of the places or values of the labels."""


SETS: dict[str, Distance] = {"jaccard": jaccard_distance, "masi": masi_distance}


def ratio_distances(at: FloatArray) -> FloatArray:
    """Return ((c - k) / (c + k))² for every two values of a ratio scale; 0 for two zeros."""
    if (at < 0).any():
        raise StatisticsError(
            f"a ratio scale starts at zero, but the ratings include {at.min():g}: "
            "use distance='interval' (or other weights)"
        )
    sums = np.add.outer(at, at)
    return (np.subtract.outer(at, at) / np.where(sums > 0, sums, 1.0)) ** 2


def agreement_weights(weights: Weights, ratings: Ratings) -> FloatArray:
    """Return the weight of every two categories, as a square array in the order of categories.

    Parameters
    ----------
    weights : None, str, array or callable
        None for identity (only equal labels agree), a name of `WEIGHTS`, or a square array in the
        order of the categories: of agreement weights (1 on the diagonal), or of disagreement
        weights (0 on the diagonal), which are turned around. A frame has the labels on both axes, in any
        order. For sets ``"jaccard"`` or ``"masi"``,
        which are one minus that distance; or a function of two labels that gives their distance.
    ratings : Ratings
        Gives the categories; named weights use their numbers, or else the ranks that they have been
        given.

    Raises
    ------
    StatisticsError
        When the name is unknown, the array does not fit, or labels that are no numbers have been
        given no order.
    """
    if weights is None or (isinstance(weights, str) and weights == "identity"):
        return np.eye(ratings.n_categories)
    if isinstance(weights, str) and weights in SETS:
        require_sets(ratings, f"weights={weights!r}")
        return 1 - distances(ratings, SETS[weights], "weights")
    if isinstance(weights, str):
        function = _named(weights)
        _require_places(weights, ratings)
        return function(ratings.positions)
    if callable(weights):
        return 1 - _share(distances(ratings, weights, "weights"))
    return _given(weights, ratings)


def _require_places(weights: str, ratings: Ratings) -> None:
    """Refuse named weights for labels that have no places on a scale, or two orders."""
    asked, values = f"weights={weights!r}", ratings.values
    if values is None:
        labels = list(ratings.categories)
        if weights == "ratio" and not _any_sets(labels):
            raise StatisticsError(
                f"{asked} needs numbers, but a rating is {_no_number(labels)!r}: ranks have no zero to "
                "take ratios from" + digits_hint(labels)
            )
        require_order(ratings, asked, sets="weights='masi' or 'jaccard'")
        return
    steps = np.diff(values)
    if weights != "gwet-ordinal" and not (np.all(steps > 0) or np.all(steps < 0)):
        raise StatisticsError(
            f"{asked} takes numbers as places on a scale, but the order given, "
            f"{list(ratings.categories)[:5]!r}, is not theirs: name the categories by size, use "
            "'gwet-ordinal', which goes by the order alone, or give a table of weights"
        )


def require_order(ratings: Ratings, asked: str, *, sets: str) -> None:
    """Raise a `StatisticsError` unless the labels are numbers, or have been given an order.

    Parameters
    ----------
    ratings : Ratings
        Gives the labels.
    asked : str
        What needs the order.
    sets : str
        What to ask for instead where the labels are sets.
    """
    labels = list(ratings.categories)
    if ratings.values is not None or len(labels) < 2:
        return
    if _any_sets(labels):
        raise StatisticsError(
            f"{asked} compares places on a scale, and sets have none: use {sets}, a function of two sets "
            "that returns their distance, or a table of weights"
        )
    if not ratings.ordered:
        raise StatisticsError(
            f"{asked} needs the order of the labels {labels[:5]!r}: name them from lowest to highest "
            "with categories=…, or give an ordered pandas categorical" + digits_hint(labels)
        )


def _any_sets(labels: Sequence[Hashable]) -> bool:
    return any(isinstance(label, frozenset) for label in labels)


def _no_number(labels: list[Hashable]) -> Hashable:
    return next(label for label in labels if not isinstance(label, (int, float)))


def digits_hint(labels: Sequence[Hashable]) -> str:
    """Return what to do about numbers that are kept as text, if the labels are such.

    Examples
    --------
    >>> digits_hint(["1", "2", "10"])
    '; the labels are digits kept as text: turn them into numbers first'
    >>> digits_hint(["low", "2"])
    ''
    """
    texts = [label for label in labels if isinstance(label, str)]
    if not texts:
        return ""
    try:
        for each in texts:
            float(each)
    except ValueError:
        return ""
    return "; the labels are digits kept as text: turn them into numbers first"


def require_sets(ratings: Ratings, asked: str) -> None:
    """Raise a `StatisticsError` unless every label is a frozenset."""
    for label in ratings.categories:
        if not isinstance(label, frozenset):
            raise StatisticsError(
                f"{asked} compares sets, but a rating is {label!r}: give each rating as a "
                "frozenset of codes, the empty one where a coder gave none"
            )


def distances(ratings: Ratings, distance: Distance, what: str) -> FloatArray:
    """Return the distance of every two categories.

    Parameters
    ----------
    ratings : Ratings
        Gives the categories.
    distance : callable
        A function of two labels.
    what : str
        The argument that it was given as.

    Raises
    ------
    StatisticsError
        Unless distances are finite, symmetric, not negative, 0 for equal labels, and not all 0.
    """
    labels = ratings.categories

    def measured(a: Hashable, b: Hashable) -> float:
        given: Any = distance(a, b)
        try:
            return float(given)
        except (TypeError, ValueError, OverflowError) as error:
            raise StatisticsError(
                f"{what}: the distance of {a!r} and {b!r} is {shown(given)}: the function must return a "
                "finite number"
            ) from error

    matrix = np.array([[measured(a, b) for b in labels] for a in labels])
    matrix = matrix.reshape(len(labels), len(labels))
    wrong = ~np.isclose(matrix, matrix.T) | ~(matrix >= 0) | ~np.isfinite(matrix)
    wrong |= np.eye(len(labels), dtype=bool) & (matrix != 0)
    if wrong.any():
        a, b = (int(position) for position in np.argwhere(wrong)[0])
        raise StatisticsError(
            f"{what}: the distance of {labels[a]!r} and {labels[b]!r} is {float(matrix[a, b])!r}, and back "
            f"{float(matrix[b, a])!r}: distances must be finite numbers, symmetric, not negative, and "
            "0 for equal labels"
        )
    if len(labels) > 1 and not matrix.any():
        raise StatisticsError(
            f"{what}: the distance of all labels is 0, also that of {labels[0]!r} and {labels[1]!r}: with it "
            "no two labels differ; give a distance that is above 0 where labels disagree"
        )
    return matrix


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
            "ranks (irrCAC's), or krippendorff_alpha(…, distance='ordinal') for Krippendorff's"
        )
    if name not in WEIGHTS:
        raise StatisticsError(
            f"there are no weights called {name!r}; there are "
            f"{', '.join(map(repr, [*WEIGHTS, *SETS]))}." + did_you_mean(name, [*WEIGHTS, *SETS])
        )
    return WEIGHTS[name]


def _is_frame(weights: Any) -> bool:
    return hasattr(weights, "columns") and hasattr(weights, "reindex")


def _says_order(ratings: Ratings) -> bool:
    return ratings.ordered or ratings.values is not None


def _depends_on_order(matrix: FloatArray) -> bool:
    """Tell whether weights would be others if the labels stood in another order."""
    apart = matrix[~np.eye(len(matrix), dtype=bool)]
    return len(matrix) > 2 and bool(np.ptp(apart) > 0)


def _in_order(weights: Any, labels: tuple[Hashable, ...]) -> Any:
    """Return a frame of weights with its rows and columns in the order of the labels."""
    if not _is_frame(weights):
        return weights
    across, down = list(weights.columns), list(weights.index)
    for named in (across, down):
        if len(set(named)) < len(named) or not set(labels) <= set(named):
            raise StatisticsError(
                f"the frame of weights is for the labels {shown(named)}, and the labels are "
                f"{shown(list(labels))}: give its index and its columns the names of all labels, each once"
            )
    return weights.reindex(index=list(labels), columns=list(labels)).to_numpy()


def _given(weights: npt.ArrayLike, ratings: Ratings) -> FloatArray:
    matrix = numbers(_in_order(weights, ratings.categories), what="weights")
    q = ratings.n_categories
    if matrix.shape != (q, q):
        raise StatisticsError(
            f"the weights have the shape {matrix.shape}, but there are {q} categories "
            f"{list(ratings.categories)!r}: give one row and column for each, and name "
            "categories=… where some of them do not occur"
        )
    labels = ratings.categories
    for wrong, what in (
        (~np.isfinite(matrix), "weights must be finite numbers"),
        (~np.isclose(matrix, matrix.T), "weights must be the same both ways"),
    ):
        if wrong.any():
            a, b = (int(position) for position in np.argwhere(wrong)[0])
            raise StatisticsError(
                f"the weight of {labels[a]!r} and {labels[b]!r} is {float(matrix[a, b])!r}, and back "
                f"{float(matrix[b, a])!r}: {what}"
            )
    if q > 1 and (not matrix.any() or np.all(matrix == 1)):
        raise StatisticsError(
            f"all weights are {float(matrix[0, 0]):g}: with them no two labels differ; give weights "
            "that tell equal labels from others"
        )
    diagonal = np.diag(matrix)
    apart = np.all(diagonal == 0) and np.all(matrix >= 0)
    if not apart and (not np.all(diagonal == 1) or np.any(matrix > 1)):
        raise StatisticsError(
            "the weights must be 1 on the diagonal and at most 1 elsewhere (weights of "
            "agreement), or 0 on the diagonal and positive elsewhere (weights of disagreement); "
            f"the diagonal is {diagonal.tolist()}"
        )
    if not _is_frame(weights) and not _says_order(ratings) and _depends_on_order(matrix):
        raise StatisticsError(
            f"nothing says which rows of the weights are which of the labels {list(labels)[:5]!r}: name the "
            "labels in the order of the rows with categories=…, or give a frame of weights that has the "
            "labels on both axes" + digits_hint(list(labels))
        )
    return 1 - _share(matrix) if apart else matrix
