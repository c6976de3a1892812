"""Griffin and Gottman (1990), Statistical methods for analyzing family interaction, p. 137.

Transitions between husband and wife (positive, neutral, negative), as O'Connor 1999 reanalyses
them: LRχ² = 107.599 on 25 degrees of freedom.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats.order.sequences import lag_sequential

PAPER = "Griffin and Gottman (1990)"

TRANSITIONS = np.array(
    [
        [0, 0, 0, 0, 2, 2],
        [0, 10, 5, 5, 60, 20],
        [0, 9, 2, 1, 3, 0],
        [0, 3, 0, 1, 5, 0],
        [3, 54, 6, 2, 24, 8],
        [1, 24, 2, 1, 3, 12],
    ]
)

PUBLISHED = [
    Published(PAPER, "p. 137", "LRχ²", 107.599, 5e-4, lambda: lag_sequential(TRANSITIONS).lr_chi2),
    Published(PAPER, "p. 137", "degrees of freedom", 25, 0, lambda: lag_sequential(TRANSITIONS).df),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_adjusted_residual_of_a_cell_by_hand() -> None:
    # Ho → Wo: 60 of 268 transitions, 100 from Ho, 97 to Wo.
    found = lag_sequential(TRANSITIONS)
    expected = 100 * 97 / 268
    z = (60 - expected) / np.sqrt(expected * (1 - 100 / 268) * (1 - 97 / 268))
    assert found.expected[1, 4] == pytest.approx(expected)
    assert found.z[1, 4] == pytest.approx(z)
    assert found.z[1, 4] == pytest.approx(6.26, abs=0.005)
    assert found.yule_q[1, 4] == pytest.approx((60 * 131 - 40 * 37) / (60 * 131 + 40 * 37))
