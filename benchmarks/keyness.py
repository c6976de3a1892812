"""How often intervals of the log ratio of a word hold the true value, by simulation.

Documents differ in how much they use a word (gamma), and either belong to one of two groups each, or hold a
fifth of the group's words each, as segments of a code do. Nominally .95 of the intervals hold. Beside them
stand those that take words as independent, √(1/a + 1/b).

    python benchmarks/keyness.py
"""

from __future__ import annotations

from itertools import product

import numpy as np

from qualcode.stats import cluster_bounds
from qualcode.stats.words.keywords import _smoothed

WORDS, TRUE, LENGTH = 2000, 1.0, (600, 1400)


def sample(
    rng: np.random.Generator, documents: int, rate: float, shape: float, *, within: bool
) -> list[np.ndarray]:
    """Return what each document adds to the uses of many words, and to all words, in both groups."""
    size = rng.integers(*LENGTH, documents)
    share = np.full(documents, 0.2) if within else (np.arange(documents) % 2 == 0).astype(float)
    own = np.round(size * share).astype(np.int64)
    liking = rng.gamma(shape, 1 / shape, (documents, WORDS))
    a = rng.poisson(own[:, None] * rate * 2**TRUE * liking)
    b = rng.poisson((size - own)[:, None] * rate * liking)
    return [a, b, own[:, None], (size - own)[:, None]]


def main() -> None:
    """Print the share of intervals that hold the true value."""
    rng = np.random.default_rng(1)
    print("documents  group-is  per-1000  shape  by-documents  independent")
    for documents, within, rate, shape in product(
        (8, 12, 30), (True, False), (0.001, 0.004, 0.01), (1.0, 5.0)
    ):
        tables = sample(rng, documents, rate, shape, within=within)
        bounds = cluster_bounds(_smoothed, tables)
        a, b, c, d = (table.sum(axis=0) for table in tables)
        error = np.sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) / np.log(2)
        alone = np.abs(_smoothed(a, b, c, d) - TRUE) <= 1.96 * error
        held = np.mean((bounds.low <= TRUE) & (bounds.high >= TRUE))
        what = "within " if within else "between"
        print(
            f"{documents:9}  {what:8}  {1000 * rate:8g}  {shape:5g}  {held:12.3f}  {alone.mean():11.3f}"
        )


if __name__ == "__main__":
    main()
