"""The decisions that are learned from, and how often each code is used outside a segment's own document."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import sparse

from qualcode.model.values import ByValue

__all__ = ["Labels", "Rates"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@frozen(eq=False)
class Labels(ByValue):
    """The decisions about the coded segments, and what they say of each code's frequency.

    Parameters
    ----------
    assigned : array of bool, segments × codes
        The codes on each.
    document : array of int
        The document of each segment, numbered from 0 without gaps.
    resemblance : float
        How alike segments of one document are: the intraclass correlation by which a long document counts
        for fewer segments than it has.
    """

    assigned: NDArray[np.bool_]
    document: Longs
    resemblance: float
    weight: Floats = field(init=False)

    def __attrs_post_init__(self) -> None:
        sizes = np.bincount(self.document)[self.document]
        object.__setattr__(self, "weight", 1 / (1 + self.resemblance * (sizes - 1.0)))

    def _by_document(self, values: Floats) -> Floats:
        n = self.document.size
        n_documents = int(self.document.max(initial=-1)) + 1
        index = sparse.csr_matrix(
            (np.ones(n), (self.document, np.arange(n))), shape=(n_documents, n)
        )
        return np.asarray(index @ values, np.float64)

    def counts(self) -> tuple[Floats, Floats]:
        """Return how many segments have each code, in all and in other documents than a segment's own."""
        inside = self._by_document(self.assigned.astype(float))
        total = inside.sum(axis=0)
        return total[None, :], total - inside[self.document]

    def rates(self) -> tuple[Rates, Rates]:
        """Return the codes' weighted frequency, in all and in other documents than a segment's own."""
        inside = self._by_document(self.assigned * self.weight[:, None])
        size = self._by_document(self.weight[:, None])
        total, n = inside.sum(axis=0), float(size.sum())
        # Frequencies are shrunk towards the average code by one document's worth of segments.
        extra, mean = n / max(1, len(size)), max(float(total.mean()) / max(n, 1.0), 1e-6)
        return (
            Rates(total[None, :], np.array([[n]]), extra, mean),
            Rates(total - inside[self.document], n - size[self.document], extra, mean),
        )


@frozen(eq=False)
class Rates(ByValue):
    """Weighted frequencies of the codes.

    Parameters
    ----------
    count, size : array
        Weighted segments with the code, and of all segments; one row, or one a segment.
    extra, mean : float
        How many segments of average frequency are added to shrink, and that frequency.
    """

    count: Floats
    size: Floats
    extra: float
    mean: float

    @property
    def plain(self) -> Floats:
        """The frequency as counted."""
        return np.asarray(self.count / np.maximum(self.size, 1e-9), np.float64)

    @property
    def shrunk(self) -> Floats:
        """The frequency, drawn towards the average code's."""
        return np.asarray(
            (self.count + self.extra * self.mean) / np.maximum(self.size + self.extra, 1e-9),
            np.float64,
        )

    @property
    def log_odds(self) -> Floats:
        """The log odds of the shrunk frequency."""
        having = self.count + self.extra * self.mean + 0.5
        lacking = self.size - self.count + self.extra * (1 - self.mean) + 0.5
        return np.asarray(np.log(having / lacking), np.float64)
