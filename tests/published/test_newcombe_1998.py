"""Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.

Wilson's score interval without continuity correction.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats.groups.proportions import proportions
from qualcode.stats.uncertainty.intervals import Bounds

PAPER = "Newcombe (1998)"

TABLE_I = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


def bounds(with_code: int, n: int) -> Bounds:
    carrying = (np.arange(n) < with_code).astype(int)[:, None]
    return proportions(carrying, np.ones(n), interval="wilson").bounds


PUBLISHED = [
    Published(
        PAPER,
        f"Table I, method 3, {with_code}/{n}",
        f"{side} limit",
        value,
        5e-5,
        lambda c=with_code, n=n, s=side: float(
            getattr(bounds(c, n), "low" if s == "lower" else "high")[0]
        ),
    )
    for with_code, n, low, high in TABLE_I
    for side, value in (("lower", low), ("upper", high))
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
