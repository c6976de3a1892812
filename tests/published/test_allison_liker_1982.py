"""Allison and Liker (1982), equation 3: z on lag-1 transitions, which corrects that of Gottman 1979.

z = (P(t|g) − P(t)) / √(P(t)(1 − P(t))(1 − P(g)) / (n P(g))), with g the given and t the target code.
"""

from __future__ import annotations

import numpy as np
import pytest

from qualcode.stats.order.sequences import lag_sequential, transition_counts

# Bakeman & Quera 2011, Sequential analysis and observational methods, p. 159: 75 events, 5 codes.
EVENTS = [
    2, 1, 4, 3, 3, 4, 3, 4, 2, 1, 4, 4, 5, 4, 1, 3, 4, 5, 3, 2, 2, 1, 4, 1, 2,
    5, 2, 1, 2, 3, 3, 1, 4, 4, 1, 4, 1, 3, 3, 3, 1, 5, 2, 1, 1, 3, 1, 4, 1, 2,
    3, 3, 4, 5, 5, 2, 3, 3, 5, 2, 5, 4, 4, 2, 3, 1, 5, 5, 2, 2, 1, 3, 3, 3, 3,
]  # fmt: skip


def test_equation_3() -> None:
    counts = transition_counts(np.array(EVENTS) - 1, 5)
    found = lag_sequential(counts)
    n = counts.sum()
    given, target = counts.sum(axis=1) / n, counts.sum(axis=0) / n
    for g in range(5):
        for t in range(5):
            conditional = counts[g, t] / counts[g].sum()
            variance = target[t] * (1 - target[t]) * (1 - given[g]) / (n * given[g])
            z = (conditional - target[t]) / np.sqrt(variance)
            assert found.z[g, t] == pytest.approx(z)
    assert n == 74
    assert found.df == 16
