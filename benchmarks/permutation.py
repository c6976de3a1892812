"""Permutation: 1,000 placements of all codes within documents, beside one count and one by one.

"One by one" shuffles every code's units within documents and counts all pairs anew, a thousand
times, as is usual; a tenth of the permutations is timed. The library crosses a few placements of
each code instead, which gives as many independent counts of every pair (`qualcode.stats.placements`);
both estimate the same p-values, and the benchmark checks that they do.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import common
import numpy as np
from numpy.typing import NDArray

from qualcode.stats.kernels import pair_counts
from qualcode.stats.nulls import NullModel, within_document_null

ROWS = 100_000
N_RESAMPLES = 1000
SAMPLED = 100
UNITS_OF_A_DOCUMENT = 100

Longs = NDArray[np.int64]
# The codes of a codebook and the codes on a segment: a usual project, and a large codebook used
# heavily (the input of the co-occurrence benchmark).
SHAPES = {"50 codes, 2.5 on a segment": (50, 2.5), "500 codes, 10 on a segment": (500, 10.0)}


def coding(rows: int, n_codes: int, on_a_unit: float) -> tuple[Longs, Longs, Longs]:
    """Return unit and code of each assignment, sorted, and the document of each unit."""
    rng = np.random.default_rng(20261122)
    n_units = round(rows / on_a_unit)
    weight = 1 / np.arange(1, n_codes + 1) ** 0.7
    drawn = rng.choice(n_codes, 2 * rows, p=weight / weight.sum())
    cells = np.unique(rng.integers(0, n_units, 2 * rows) * n_codes + drawn)
    unit, code = np.divmod(np.sort(rng.permutation(cells)[:rows]), n_codes)
    return unit, code, np.arange(n_units) // UNITS_OF_A_DOCUMENT


def one_by_one(
    unit: Longs, code: Longs, n_codes: int, document: Longs, n_resamples: int
) -> NDArray[np.float64]:
    """Return the share of permutations with at least the actual count, the actual one included."""
    rng = np.random.default_rng(1)
    actual = pair_counts(unit, code, n_codes)
    at_least = np.ones_like(actual)
    first = np.searchsorted(document, document[unit])
    last = np.searchsorted(document, document[unit], side="right")
    cell = document[unit] * n_codes + code
    order = np.argsort(cell, kind="stable")
    rank = np.arange(unit.size) - np.searchsorted(cell[order], cell[order])
    for _ in range(n_resamples):
        # As many units of the document as the code has there, without replacement.
        drawn = first[order] + (rank + rng.integers(0, 1 << 30)) % (last - first)[order]
        shuffle = np.empty(document.size, dtype=np.int64)
        chance = rng.random(document.size)
        shuffle[np.lexsort((chance, document))] = np.arange(document.size)
        placed = shuffle[drawn]
        sort = np.argsort(placed, kind="stable")
        at_least += pair_counts(placed[sort], code[order][sort], n_codes) >= actual
    return at_least / (n_resamples + 1)


def timed(function: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the median time, and the last result."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), result
