"""Permutation: a thousand placements of all codes within documents, beside one count of the pairs.

"One by one" is the usual way: shuffle the labels of each document's assignments, count all pairs
anew, and again. The library crosses a few placements of each code instead, which gives as many
independent counts of each pair; see `qualcode.stats.placements`.
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
from qualcode.stats.nulls import within_document_null

ROWS = 100_000
N_RESAMPLES = 1000
# Of the permutations one by one, how many are timed.
TIMED = 50
UNITS_OF_A_DOCUMENT = 100

Longs = NDArray[np.int64]

# Codes of the codebook, codes on a segment: a usual project, and the input of the other benchmarks.
SHAPES = ((50, 2.5), (100, 4.0), (500, 10.0))


def coding(rows: int, n_codes: int, on_a_unit: float) -> tuple[Longs, Longs, Longs]:
    """Return unit and code of each assignment, sorted, and the document of each unit."""
    rng = np.random.default_rng(20261122)
    n_units = round(rows / on_a_unit)
    weight = 1 / np.arange(1, n_codes + 1) ** 0.7
    drawn = rng.choice(n_codes, 2 * rows, p=weight / weight.sum())
    cells = np.unique(rng.integers(0, n_units, 2 * rows) * n_codes + drawn)
    unit, code = np.divmod(np.sort(rng.permutation(cells)[:rows]), n_codes)
    return unit, code, np.arange(n_units) // UNITS_OF_A_DOCUMENT


def one_by_one(unit: Longs, code: Longs, n_codes: int, document: Longs, n_resamples: int) -> Longs:
    """Return how many permutations have at least the actual counts."""
    rng = np.random.default_rng(1)
    actual = pair_counts(unit, code, n_codes)
    at_least = np.zeros_like(actual)
    # By document, then by chance; the lowest bits carry the label.
    labels = (document[unit] << 48) | code
    for _ in range(n_resamples):
        chance = rng.integers(0, 1 << 32, unit.size) << 16
        at_least += pair_counts(unit, np.sort(labels | chance) & 0xFFFF, n_codes) >= actual
    return at_least


def median_time(function: Callable[[], Any], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def row(n_codes: int, on_a_unit: float, rows: int, rounds: int) -> str:
    unit, code, document = coding(rows, n_codes, on_a_unit)
    count = median_time(lambda: pair_counts(unit, code, n_codes), 5 * rounds)
    crossed = median_time(
        lambda: within_document_null(
            unit, code, n_codes, document=document, n_resamples=N_RESAMPLES, random_state=1
        ),
        rounds,
    )
    singly = median_time(lambda: one_by_one(unit, code, n_codes, document, TIMED), 1)
    singly *= N_RESAMPLES / TIMED
    return (
        f"| {n_codes} | {on_a_unit:g} | {count * 1000:.2f} | {crossed:.2f} "
        f"| {crossed / count:.0f} | {singly / count:.0f} |"
    )


def main() -> None:
    args = common.arguments("Permutation within documents")
    rows = ROWS // 100 if args.small else ROWS
    print(f"{N_RESAMPLES:,} permutations of {rows:,} assignments, medians of {args.rounds} runs\n")
    print(
        "| codes | on a segment | one count, ms | permutations, s | counts | one by one, counts |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    for n_codes, on_a_unit in SHAPES:
        print(row(n_codes, on_a_unit, rows, args.rounds), flush=True)


if __name__ == "__main__":
    main()
