"""Cohen (1968), doi:10.1037/h0026256: weighted κ."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Cohen (1968)"

TABLE_1 = two_coders([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
DISAGREEMENT = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]

PUBLISHED = [
    Published(
        PAPER,
        "worked example",
        "weighted κ with its disagreement weights",
        0.348,
        0.0005,
        lambda: cohen_kappa(TABLE_1, weights=DISAGREEMENT).value,
    ),
    Published(PAPER, "worked example", "κ", 0.492, 0.0005, lambda: cohen_kappa(TABLE_1).value),
    Published(
        PAPER,
        "linear weights, on Cohen (1960) p. 45",
        "weighted κ",
        0.473684,
        5e-07,
        lambda: cohen_kappa(TABLE_1, weights="linear").value,
    ),
    Published(
        PAPER,
        "quadratic weights, on Cohen (1960) p. 45",
        "weighted κ",
        0.454545,
        5e-07,
        lambda: cohen_kappa(TABLE_1, weights="quadratic").value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
