"""Strona et al. (2014), a procedure to randomise binary matrices with fixed row and column totals.

What the paper claims of the curveball algorithm: every matrix with the same totals is drawn, and
each as often as any other.
"""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from qualcode.stats.pairs.nulls import _trade, fixed_margin_null

START = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 0]], dtype=np.bool_)


def same_totals(start: np.ndarray) -> list[np.ndarray]:
    rows, columns = start.sum(axis=1), start.sum(axis=0)
    lines = [np.array(bits, dtype=np.bool_) for bits in product((0, 1), repeat=start.shape[1])]
    choices = [[line for line in lines if line.sum() == total] for total in rows]
    tables = (np.array(lines) for lines in product(*choices))
    return [table for table in tables if np.array_equal(table.sum(axis=0), columns)]


def test_every_matrix_is_as_likely() -> None:
    rng = np.random.default_rng(2014)
    every = {table.tobytes() for table in same_totals(START)}
    drawn: Counter[bytes] = Counter()
    held = START.copy()
    n = 6000
    for _ in range(n):
        for _ in range(4):
            _trade(held, np.zeros(4, dtype=np.int64), rng)
        drawn[held.tobytes()] += 1
    assert set(drawn) == every
    expected = n / len(every)
    chi_squared = sum((count - expected) ** 2 / expected for count in drawn.values())
    # 99.9 % of draws from the uniform distribution lie below.
    df = len(every) - 1
    assert chi_squared < df + 3.1 * np.sqrt(2 * df) + 7


def test_expected_counts_are_the_mean_over_all_matrices() -> None:
    every = np.array([table.astype(int) @ table.T.astype(int) for table in same_totals(START)])
    code, unit = np.nonzero(START)
    found = fixed_margin_null(unit, code, 4, n_units=4, n_resamples=3000, random_state=5)
    off = ~np.eye(4, dtype=np.bool_)
    error = every.std(axis=0) / np.sqrt(3000)
    assert np.all(np.abs(found.expected - every.mean(axis=0))[off] < 4.5 * error[off] + 1e-9)
    observed = START.astype(int) @ START.T.astype(int)
    exact = (every >= observed).mean(axis=0)
    assert found.p_greater[off] == pytest.approx(exact[off], abs=0.04)
