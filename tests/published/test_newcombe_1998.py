"""Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.

Wilson's score interval without continuity correction.
"""

import numpy as np
import pytest

from qualcode.stats.proportions import proportions

TABLE_I = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("with_code", "n", "low", "high"), TABLE_I)
def test_table_i(with_code: int, n: int, low: float, high: float) -> None:
    carrying = (np.arange(n) < with_code).astype(int)[:, None]
    found = proportions(carrying, np.ones(n), interval="wilson")
    assert found.bounds.low[0] == pytest.approx(low, abs=5e-5)
    assert found.bounds.high[0] == pytest.approx(high, abs=5e-5)
    assert found.bounds.reason[0] == ""
