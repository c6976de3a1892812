"""How alike texts are, and groups of those that are alike."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from qualcode.suggest.bench.texts import Encoded
from qualcode.suggest.stacker.scores import similarities

__all__ = ["joined", "likeness", "without_shared"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Rows compared at a time.
_BLOCK = 512


def likeness(some: Encoded, others: Encoded) -> Floats:
    """Return how alike texts are: the mean cosine of their words, topics and, if there are, vectors.

    Parameters
    ----------
    some, others : Encoded
        The texts.

    Returns
    -------
    array, some × others
    """
    alike = np.empty((len(some), len(others)))
    for start in range(0, len(some), _BLOCK):
        rows = some.rows(slice(start, start + _BLOCK))
        parts = [similarities(rows.terms, others.terms), rows.topics @ others.topics.T]
        if rows.vectors is not None and others.vectors is not None:
            parts.append(rows.vectors @ others.vectors.T)
        alike[start : start + _BLOCK] = sum(parts) / len(parts)
    return alike


def without_shared(encoded: Encoded) -> Encoded:
    """Return texts with the topics (and vectors) that all share taken out.

    Parameters
    ----------
    encoded : Encoded
        The texts.
    """
    vectors = None if encoded.vectors is None else _less_mean(encoded.vectors)
    return attrs.evolve(encoded, topics=_less_mean(encoded.topics), vectors=vectors)


def _less_mean(rows: Floats) -> Floats:
    """Return rows less their mean, of length one; what says nothing (zeros) stays so."""
    says = np.linalg.norm(rows, axis=1, keepdims=True) > 0
    left = np.where(says, rows - rows.sum(axis=0) / max(1, int(says.sum())), 0.0)
    norm = np.linalg.norm(left, axis=1, keepdims=True)
    return np.asarray(left / np.where(norm > 0, norm, 1), np.float64)


def joined(alike: Floats, least: float) -> Iterator[Longs]:
    """Yield groups of two rows or more, joined as long as they are alike enough, on average.

    Parameters
    ----------
    alike : array, rows × rows
        How alike rows are, at most 1.
    least : float
        How alike two groups must be to be joined.

    Examples
    --------
    >>> alike = np.array([[1.0, 0.8, 0.1], [0.8, 1.0, 0.2], [0.1, 0.2, 1.0]])
    >>> [group.tolist() for group in joined(alike, 0.5)]
    [[0, 1]]

    References
    ----------
    Sokal RR, Michener CD (1958). A statistical method for evaluating systematic relationships. University
    of Kansas Science Bulletin 38, 1409–1438 (average linkage).
    """
    above = np.triu_indices(len(alike), 1)
    tree = linkage(1 - alike[above], method="average")
    # Rows that share nothing are never joined, even where that is as alike as segments usually are.
    label = fcluster(tree, 1 - max(least, 1e-9), criterion="distance")
    order = np.argsort(label, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if members.size > 1:
            yield members
