"""The slow obvious way for what the suggester computes in closed form or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]


def ridge(X: Floats, Y: Floats, weight: Floats, alpha: float, constant: float) -> Floats:
    """Return the coefficients, the constant's last, by solving the weighted least squares."""
    design = np.column_stack([X, np.full(len(X), constant)])
    root = np.sqrt(weight)[:, None]
    shrunk = np.vstack([design * root, np.sqrt(alpha) * np.eye(design.shape[1])])
    targets = np.vstack([Y * root, np.zeros((design.shape[1], Y.shape[1]))])
    return np.asarray(np.linalg.lstsq(shrunk, targets, rcond=None)[0])


def ridge_without_each_group(
    X: Floats, Y: Floats, groups: NDArray[Any], weight: Floats, alpha: float, constant: float
) -> Floats:
    """Return the prediction of each row by a new fit on all rows of other groups."""
    predicted = np.empty(Y.shape)
    for i, group in enumerate(groups):
        others = groups != group if group != -1 else np.ones(len(X), bool)
        coefficients = ridge(X[others], Y[others], weight[others], alpha, constant)
        predicted[i] = np.r_[X[i], constant] @ coefficients
    return predicted


def anchored_logistic(
    X: Floats,
    y: Floats,
    weight: Floats,
    anchor: Floats,
    precision: Floats,
    nonnegative: NDArray[np.bool_],
) -> Floats:
    """Return the coefficients that a general minimiser finds; the intercept is a column of X."""

    def value(b: Floats) -> float:
        eta = X @ b
        loss = (weight * (np.logaddexp(0, eta) - y * eta)).sum()
        return float(loss + 0.5 * (precision * (b - anchor) ** 2).sum())

    bounds = [(0, None) if held else (None, None) for held in nonnegative]
    start = np.where(nonnegative, np.maximum(anchor, 0), anchor)
    options = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 10**6}
    return np.asarray(minimize(value, start, bounds=bounds, options=options).x)


def best_f1_cut(probability: Sequence[float]) -> float:
    """Return the cut with the best expected F1, trying each."""
    best, cut = -1.0, 1.0
    for threshold in sorted(set(probability), reverse=True):
        shown = [p for p in probability if p >= threshold]
        f1 = 2 * sum(shown) / (len(shown) + sum(probability))
        if f1 > best + 1e-12:
            best, cut = f1, threshold
    return cut


def average_precision(score: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean, over right ones, of the precision of the list that ends with each."""
    order = sorted(range(len(score)), key=lambda i: -score[i])
    hits = [rank for rank, i in enumerate(order, 1) if right[i]]
    return float(np.mean([found / rank for found, rank in enumerate(hits, 1)]))


def recall_of_lists(score: Floats, assigned: NDArray[np.bool_], threshold: float) -> float:
    """Return the mean share of a segment's codes with a score from the threshold upwards."""
    shares = [
        sum(s >= threshold for s, a in zip(row, codes, strict=True) if a) / sum(codes)
        for row, codes in zip(score.tolist(), assigned.tolist(), strict=True)
        if any(codes)
    ]
    return float(np.mean(shares))


def neighbours(document: Sequence[int]) -> list[tuple[int, int]]:
    """Return the places of the segments before and after each one in its document."""
    found = []
    for i, own in enumerate(document):
        before = [j for j in range(i) if document[j] == own]
        after = [j for j in range(i + 1, len(document)) if document[j] == own]
        found.append((before[-1] if before else -1, after[0] if after else -1))
    return found
