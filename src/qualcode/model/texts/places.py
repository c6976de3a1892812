"""Places in texts as columns, and which of them overlap, lie inside, or follow which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.texts.segments import Segment
from qualcode.model.values import ByValue

__all__ = ["Places"]

Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Places(ByValue):
    """Stretches of texts: code points, half-open, in any order.

    Every comparison is of each place here with all others at once: it sorts, searches, and sums up in
    between, so that it takes as long as sorting does, however many places meet.

    Parameters
    ----------
    document : array of int64, shape (n,)
        The document of each, as a number.
    start, end : array of int64, shape (n,)
        Where each starts and ends.

    Examples
    --------
    >>> here = Places.of_columns([0, 0, 1], [0, 10, 0], [10, 20, 10])
    >>> there = Places.of_columns([0], [5], [10])
    >>> here.overlap(there).tolist(), there.lie_inside(here).tolist()
    ([True, False, False], [True])
    >>> there.are_followed_by(here, within=0).tolist()
    [True]
    """

    document: Longs
    start: Longs
    end: Longs

    @classmethod
    def of_columns(
        cls, document: npt.ArrayLike, start: npt.ArrayLike, end: npt.ArrayLike
    ) -> Places:
        """Return places from a column each for document, start and end."""
        return cls(*(np.asarray(each, dtype=np.int64) for each in (document, start, end)))

    @classmethod
    def of(cls, segments: Sequence[Segment], number: Mapping[str, int]) -> Places:
        """Return the places of segments, where each document has a number."""
        return cls.of_columns(
            [number[each.document.id] for each in segments],
            [each.start for each in segments],
            [each.end for each in segments],
        )

    def __len__(self) -> int:
        return len(self.document)

    def take(self, chosen: Flags) -> Places:
        """Return some of the places."""
        return Places(self.document[chosen], self.start[chosen], self.end[chosen])

    def overlap(self, others: Places) -> Flags:
        """Tell which share at least one code point with any of the others."""
        (start, end), (other_start, other_end) = self._on_one_line(others)
        order = np.argsort(other_start, kind="stable")
        # Of those that start before a place ends, the one that reaches furthest decides.
        reach = np.maximum.accumulate(other_end[order], axis=0)
        before = np.searchsorted(other_start[order], end, side="left")
        return _met(reach, before - 1) > start

    def lie_inside(self, others: Places) -> Flags:
        """Tell which lie wholly inside any of the others, or are the same stretch."""
        (start, end), (other_start, other_end) = self._on_one_line(others)
        order = np.argsort(other_start, kind="stable")
        reach = np.maximum.accumulate(other_end[order], axis=0)
        before = np.searchsorted(other_start[order], start, side="right")
        return _met(reach, before - 1) >= end

    def are_followed_by(self, others: Places, within: int | None = None) -> Flags:
        """Tell after which any of the others starts, where each ends or later.

        Parameters
        ----------
        others : Places
            What may follow.
        within : int, optional
            How many code points may lie between the end of the one and the start of the other; anywhere
            later in the document when not given.
        """
        (_, end), (other_start, _) = self._on_one_line(others)
        ordered = np.sort(other_start)
        at = np.searchsorted(ordered, end, side="left")
        there = at < len(ordered)
        following = ordered[np.minimum(at, len(ordered) - 1)] if len(ordered) else end
        last = end + (self._stride(others) if within is None else within)
        # The line of the next document begins behind the longest text of all.
        behind = (self.document + 1) * self._stride(others)
        found: Flags = there & (following <= last) & (following < behind)
        return found

    def are_among(self, others: Places) -> Flags:
        """Tell which are the same stretch as any of the others."""
        stride = self._stride(others)
        document = np.concatenate([self.document, others.document])
        start, end = (
            np.concatenate([getattr(each, name) for each in (self, others)])
            for name in ("start", "end")
        )
        _, beginning = np.unique(document * stride + start, return_inverse=True)
        key = beginning.reshape(-1) * stride + end
        found: Flags = np.isin(key[: len(self)], key[len(self) :])
        return found

    def _stride(self, others: Places) -> int:
        return 1 + max(int(each.end.max(initial=0)) for each in (self, others))

    def _on_one_line(self, others: Places) -> tuple[tuple[Longs, Longs], tuple[Longs, Longs]]:
        """Return starts and ends with the documents one behind the other."""
        stride = self._stride(others)
        return (
            (self.document * stride + self.start, self.document * stride + self.end),
            (others.document * stride + others.start, others.document * stride + others.end),
        )


def _met(values: Longs, at: npt.NDArray[np.intp]) -> Longs:
    """Return values by number; less than any place for the numbers that there are not."""
    if not len(values):
        return np.full(len(at), -1, dtype=np.int64)
    return np.where(at >= 0, values[np.maximum(at, 0)], -1)
