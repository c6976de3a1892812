"""Overlapping segments by a sweep over each document, compiled by numba (extra ``fast``).

The function runs as Python, too. Of each segment it keeps in bits which codes it has met, so that each code
counts once for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qualcode.stats.kernels.blocks import Counts
from qualcode.stats.kernels.compiling import compiled

__all__ = ["sweep"]

Words: TypeAlias = NDArray[np.uint64]


def sweep(
    first: Counts, left: Counts, right: Counts, code: Counts, least: int, n_codes: int
) -> Counts:
    """Count how often two codes meet, as `qualcode.stats.kernels.near_pair_counts` does.

    Parameters
    ----------
    first : array of int64, documents + 1
        Where the segments of each document begin, and where the last end.
    left, right, code : array of int64
        Segments, distinct, those of a document sorted by where they begin.
    least : int
        How many code points they share at least that meet; below 1, how many may lie between. At most 1.
    n_codes : int
        The number of codes.

    Returns
    -------
    array of int64, n_codes × n_codes
        The upper triangle and the diagonal.
    """
    upper = np.zeros((n_codes, n_codes), dtype=np.int64)
    _kernel()(first, left, right, code, least, upper)
    return upper


@cache
def _kernel() -> Callable[[Counts, Counts, Counts, Counts, int, Counts], None]:
    return compiled(_sweep, _mark)


def _mark(seen: Words, met: Counts, row: int, own: int, other: int) -> None:
    """Note that a segment of one code has met another code, and count it at the first time."""
    bit = np.uint64(1) << np.uint64(other & 63)
    word = seen[row, other >> 6]
    if not word & bit:
        seen[row, other >> 6] = word | bit
        met[own, other] += 1


def _sweep(
    first: Counts, left: Counts, right: Counts, code: Counts, least: int, upper: Counts
) -> None:
    local = np.full(len(upper), -1, dtype=np.int64)
    present = np.zeros(len(upper), dtype=np.int64)
    for document in range(len(first) - 1):
        low, high = first[document], first[document + 1]
        # A document's codes are numbered from 0, so that tables are as wide as it needs.
        width = 0
        for row in range(low, high):
            if local[code[row]] < 0:
                local[code[row]] = width
                present[width] = code[row]
                width += 1
            upper[code[row], code[row]] += 1
        seen = np.zeros((high - low, (width + 63) // 64), dtype=np.uint64)
        met = np.zeros((width, width), dtype=np.int64)
        for row in range(low, high):
            own, later = local[code[row]], row + 1
            while later < high and left[later] <= right[row] - least:
                other = local[code[later]]
                _mark(seen, met, row - low, own, other)
                _mark(seen, met, later - low, other, own)
                later += 1
        for one in range(width):
            for other in range(one):
                both = min(met[one, other], met[other, one])
                a, b = present[one], present[other]
                upper[min(a, b), max(a, b)] += both
        for one in range(width):
            local[present[one]] = -1
