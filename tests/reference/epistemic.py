"""Epistemic networks, slow and obvious: each step as its definition reads."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from scipy.stats import spearmanr


def weights(counts: np.ndarray) -> np.ndarray:
    """Each network divided by the root of the sum of its squares."""
    return np.array([row / sum(each**2 for each in row.tolist()) ** 0.5 for row in counts])


def points(scaled: np.ndarray, first: np.ndarray | None) -> np.ndarray:
    """Along a direction, and the eigenvectors of the covariance of what is left of it."""
    centred = scaled - scaled.mean(axis=0)
    directions = []
    rest = centred
    if first is not None:
        directions.append(first / np.sqrt(first @ first))
        rest = centred - np.outer(centred @ directions[0], directions[0])
    values, vectors = np.linalg.eigh(rest.T @ rest)
    directions += [vectors[:, at] for at in np.argsort(-values)]
    return np.array([[row @ direction for direction in directions] for row in centred])


def half_ends(scaled: np.ndarray, n_codes: int) -> np.ndarray:
    """Of each network the share of its connections that ends in each code."""
    found = []
    for row in scaled:
        ends = np.zeros(n_codes)
        pairs = [(a, b) for a in range(n_codes) for b in range(a + 1, n_codes)]
        for (a, b), weight in zip(pairs, row.tolist(), strict=True):
            ends[a] += weight / 2
            ends[b] += weight / 2
        found.append(ends / ends.sum())
    return np.array(found)


def rank_fit(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of differences over all ordered pairs."""
    pairs = list(permutations(range(len(one)), 2))
    found = spearmanr([one[a] - one[b] for a, b in pairs], [other[a] - other[b] for a, b in pairs])
    return float(found.statistic)
