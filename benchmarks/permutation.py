"""Permutation: a thousand placements of all codes within documents, beside one co-occurrence count.

Both are asked of a whole project: ``project.cooccurrence()``, and ``.test()`` of what it gives, once
with NumPy alone and once with numba, where it is installed. "One by one" is the usual way instead:
shuffle the labels of each document's assignments, count all pairs anew, and again. The library
crosses a few placements of each code, which gives as many independent counts of each pair; see
`qualcode.stats.pairs.placements`.

All of it happens in one process, after a rehearsal. The quickest of all runs counts: work of others
slows down a long run more surely than a short one. What numba saves on the first test of a process it
takes to import itself and what it has compiled, about half a second.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from unittest import mock

import common
import cooccurrence
import numpy as np
from numpy.typing import NDArray

from qualcode.stats.kernels import pair_counts
from qualcode.stats.pairs import placements
from qualcode.stats.pairs.cooccurrence import cooccur

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


def seconds(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def row(n_codes: int, on_a_unit: float, rows: int, rounds: int, ways: Iterable[str]) -> str:
    unit, code, document = coding(rows, n_codes, on_a_unit)
    columns = {"segment": unit.astype(np.int32), "code": code.astype(np.int32)}
    state = cooccurrence.project_state(columns, n_codes)

    def count() -> Any:
        return cooccur(state)

    met = count()
    counts, tests, p = [], [], []
    for way in ways:
        worth = 0 if way == "numba" else sys.maxsize
        with mock.patch.object(placements, "_WORTH_COMPILING", worth):
            p.append(met.test(n_resamples=N_RESAMPLES, random_state=1).p)
            taken = []
            for _ in range(rounds):
                taken.append(seconds(lambda: met.test(n_resamples=N_RESAMPLES, random_state=1)))
                counts.append(seconds(count))
        tests.append(min(taken))
    if any(other.tobytes() != p[0].tobytes() for other in p):
        raise SystemExit(f"the p-values of {' and '.join(ways)} differ")
    one = min(counts)
    singly = seconds(lambda: one_by_one(unit, code, n_codes, document, TIMED)) * N_RESAMPLES / TIMED
    cells = [f"{n_codes}", f"{on_a_unit:g}", f"{one * 1000:.1f}"]
    cells += [cell for test in tests for cell in (f"{test:.2f}", f"{test / one:.0f}")]
    return f"| {' | '.join([*cells, f'{singly / one:.0f}'])} |"


def main() -> None:
    args = common.arguments("Permutation within documents")
    rows = ROWS // 100 if args.small else ROWS
    ways = ["NumPy", *(["numba"] if importlib.util.find_spec("numba") else [])]
    print(
        f"{N_RESAMPLES:,} permutations of {rows:,} assignments, the quickest of {args.rounds} runs\n"
    )
    heads = ["codes", "on a segment", "one count, ms"]
    heads += [head for way in ways for head in (f"{way}, s", f"{way}, counts")]
    heads.append("one by one, counts")
    print(f"| {' | '.join(heads)} |\n|{'---:|' * len(heads)}")
    for n_codes, on_a_unit in SHAPES:
        print(row(n_codes, on_a_unit, rows, args.rounds, ways), flush=True)


if __name__ == "__main__":
    main()
