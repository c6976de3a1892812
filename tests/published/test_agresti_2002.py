"""Agresti (2002), Categorical data analysis, 2nd edition: aspirin, and alcohol and malformation.

Heart attacks of 11,034 doctors on placebo and 11,037 on aspirin, with intervals (section 3.1).
Malformations of infants by their mothers' drinking, at scores of 0, 0.5, 1.5, 4 and 7 drinks a day
(Table 3.7), with the linear trend in section 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats import chi_squared_tests, ratio_bounds, trend_tests

PAPER = "Agresti (2002)"
Table = tuple[np.ndarray, np.ndarray]


def units(carrying: Sequence[int], without: Sequence[int]) -> Table:
    """Return a table of groups with every unit a cluster of its own."""
    rows, sizes = [], []
    for group, counts in enumerate(zip(carrying, without, strict=True)):
        for value, count in zip((1.0, 0.0), counts, strict=True):
            own = np.zeros((count, len(carrying)))
            own[:, group] = 1.0
            rows.append(own * value)
            sizes.append(own)
    return np.concatenate(rows)[:, :, None], np.concatenate(sizes)


def aspirin(at: int) -> float:
    difference, apart, ratio, times = ratio_bounds(*units([189, 104], [10845, 10933]), 0, 1, 0.95)
    return float(
        (difference, apart.low, apart.high, ratio, times.low, times.high)[at][0]  # type: ignore[index]
    )


def alcohol() -> float:
    table = units([48, 38, 5, 1, 1], [17066, 14464, 788, 126, 37])
    tests, _ = trend_tests(*table, np.array([0, 0.5, 1.5, 4, 7]))
    return float(tests.naive[0] ** 2)


def pearson() -> float:
    return float(
        chi_squared_tests(*units([48, 38, 5, 1, 1], [17066, 14464, 788, 126, 37])).naive[0]
    )


PUBLISHED = [
    Published(
        PAPER,
        "section 3.1, aspirin",
        "difference of proportions",
        0.0077,
        5e-05,
        lambda: aspirin(0),
    ),
    Published(
        PAPER, "section 3.1, aspirin", "its interval, low", 0.005, 0.0005, lambda: aspirin(1)
    ),
    Published(
        PAPER, "section 3.1, aspirin", "its interval, high", 0.011, 0.0005, lambda: aspirin(2)
    ),
    Published(PAPER, "section 3.1, aspirin", "relative risk", 1.82, 0.005, lambda: aspirin(3)),
    Published(PAPER, "section 3.1, aspirin", "its interval, low", 1.43, 0.005, lambda: aspirin(4)),
    Published(PAPER, "section 3.1, aspirin", "its interval, high", 2.31, 0.005, lambda: aspirin(5)),
    Published(PAPER, "Table 3.7, alcohol", "X²", 12.1, 0.05, pearson),
    Published(PAPER, "section 5.3, alcohol", "Cochran and Armitage's z²", 6.57, 0.005, alcohol),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
