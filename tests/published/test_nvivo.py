"""NVivo's help, coding comparison query: the worked example of percentage agreement."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import nvivo_percent_agreement

PAPER = "NVivo help"

# 1,000 characters: 50 coded by both, 150 by one only, 800 by neither.
ANN, BEN = [(0, 100)], [(50, 150), (900, 950)]

PUBLISHED = [
    Published(
        PAPER,
        "Coding comparison query",
        "percentage agreement",
        0.85,
        1e-12,
        lambda: nvivo_percent_agreement(ANN, BEN, 1000).value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
