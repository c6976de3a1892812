"""Epistemic networks of many lines: seconds, beside a plain pass with NumPy that comes to the same.

The plain pass adds up, for each line, which pairs of codes it connects with the lines of its window. It
normalises the networks to the sphere, centres them and takes the singular value decomposition. The quickest
of three runs, in one process, on made-up lines without groups. It fails unless both find the same variances.

    python benchmarks/networks.py [LINES] [CODES]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qualcode.stats.epistemic.space import epistemic_space

WINDOW = 4
CONVERSATION = 100
"""Lines of each."""
NETWORKS = 500
STEP = 10_000
"""Lines that the plain pass takes at once, so that their pairs fit into memory."""

T = TypeVar("T")
Floats = NDArray[np.float64]


def lines(count: int, n_codes: int) -> pd.DataFrame:
    """Return lines of which each carries a code with a probability of its own, .02 to .2."""
    rng = np.random.default_rng(1)
    carried = rng.random((count, n_codes)) < rng.uniform(0.02, 0.2, n_codes)
    frame = pd.DataFrame(carried.astype(np.int8), columns=[f"c{at}" for at in range(n_codes)])
    frame["conversation"] = np.arange(count) // CONVERSATION
    frame["who"] = frame["conversation"] % (NETWORKS // 5) * 5 + rng.integers(0, 5, count)
    return frame


def plain(frame: pd.DataFrame, codes: list[str]) -> Floats:
    """Return the shares of the variance of networks along the axes."""
    table = frame[codes].to_numpy().astype(bool)
    talk, who = frame["conversation"].to_numpy(), frame["who"].to_numpy()
    together = table.copy()
    for lag in range(1, WINDOW):
        same = talk[lag:] == talk[:-lag]
        together[lag:] |= table[:-lag] & same[:, None]
    first, second = np.triu_indices(len(codes), k=1)
    totals = np.zeros((who.max() + 1, len(first)))
    for start in range(0, len(table), STEP):
        own, near = (each[start : start + STEP] for each in (table, together))
        made = (own[:, first] & near[:, second]) | (near[:, first] & own[:, second])
        np.add.at(totals, who[start : start + STEP], made)
    lengths = np.linalg.norm(totals, axis=1)
    weights = totals[lengths > 0] / lengths[lengths > 0, None]
    values = np.linalg.svd(weights - weights.mean(axis=0), compute_uv=False) ** 2
    return np.asarray(values / values.sum())


def timed(ask: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of the quickest of three runs, and what it returned."""
    runs: list[tuple[float, Any]] = []
    for _ in range(3):
        began = time.perf_counter()
        found = ask()
        runs.append((time.perf_counter() - began, found))
    return min(runs, key=lambda each: each[0])


def main() -> None:
    """Print a row."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    n_codes = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    frame = lines(count, n_codes)
    codes = [f"c{at}" for at in range(n_codes)]
    own, space = timed(
        lambda: epistemic_space(
            frame, codes=codes, network="who", conversation="conversation", window=WINDOW
        )
    )
    beside, variance = timed(lambda: plain(frame, codes))
    if not np.allclose(space.axes.variance, variance[: len(space.axes.variance)]):
        raise SystemExit(f"the variances differ: {space.axes.variance}, {variance[:2]}")
    print("| lines | codes | networks | qualcode, s | NumPy, s |\n|---:|---:|---:|---:|---:|")
    print(f"| {count:,} | {n_codes} | {frame['who'].nunique()} | {own:.2f} | {beside:.2f} |")


if __name__ == "__main__":
    main()
