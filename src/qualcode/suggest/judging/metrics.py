"""How good suggestions are: measures of ranks, of decisions and of probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualcode.suggest.bench.trust import rank_codes

__all__ = [
    "average_precision",
    "calibration_error",
    "code_f1",
    "precision_at_1",
    "recall_at_3",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def code_f1(decided: Bools, assigned: Bools) -> Floats:
    """Return the F1 of each code; NaN for one that was never assigned.

    Parameters
    ----------
    decided, assigned : array of bool, segments × codes
        What was decided, and what humans assigned.

    Examples
    --------
    >>> code_f1(np.array([[True], [True]]), np.array([[True], [False]])).round(3)
    array([0.667])
    """
    both = (decided & assigned).sum(axis=0)
    total = decided.sum(axis=0) + assigned.sum(axis=0)
    f1 = 2 * both / np.maximum(total, 1)
    return np.where(assigned.any(axis=0), f1, np.nan)


def average_precision(score: Floats, assigned: Bools) -> Floats:
    """Return each code's average precision over the ranking of segments; NaN if it was never assigned.

    Parameters
    ----------
    score : array, segments × codes
        Scores.
    assigned : array of bool, segments × codes
        What humans assigned.

    Examples
    --------
    >>> average_precision(np.array([[0.9], [0.5], [0.1]]), np.array([[True], [False], [True]])).round(3)
    array([0.833])
    """
    order = np.argsort(-score, axis=0, kind="stable")
    right = np.take_along_axis(assigned, order, axis=0)
    precision = np.cumsum(right, axis=0) / np.arange(1, len(score) + 1)[:, None]
    found = right.sum(axis=0)
    mean = (precision * right).sum(axis=0) / np.maximum(found, 1)
    return np.where(found > 0, mean, np.nan)


def precision_at_1(score: Floats, assigned: Bools) -> float:
    """Return how often the best code is right, among segments that have a code.

    Parameters
    ----------
    score : array, segments × codes
        Scores.
    assigned : array of bool, segments × codes
        What humans assigned.
    """
    some = assigned.any(axis=1)
    best = score[some].argmax(axis=1)
    return float(assigned[some][np.arange(best.size), best].mean()) if some.any() else np.nan


def recall_at_3(score: Floats, assigned: Bools) -> float:
    """Return which share of a segment's codes is among its best three, on average.

    Parameters
    ----------
    score : array, segments × codes
        Scores.
    assigned : array of bool, segments × codes
        What humans assigned.
    """
    some = assigned.any(axis=1)
    if not some.any():
        return np.nan
    found = (assigned[some] & (rank_codes(score[some]) < 3)).sum(axis=1)
    return float((found / assigned[some].sum(axis=1)).mean())


def calibration_error(probability: Floats, right: Bools, *, bins: int = 10) -> float:
    """Return the expected calibration error in bins of equal width.

    Parameters
    ----------
    probability : array
        What was claimed.
    right : array of bool
        What came true.
    bins : int, default 10
        How many bins.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML, eq. 3.

    Examples
    --------
    >>> calibration_error(np.array([0.75, 0.75]), np.array([True, False]))
    0.25
    """
    number = np.minimum((probability * bins).astype(int), bins - 1)
    size = np.bincount(number, minlength=bins)
    claimed = np.bincount(number, probability, minlength=bins)
    came = np.bincount(number, right, minlength=bins)
    return float(np.abs(claimed - came).sum() / size.sum())
