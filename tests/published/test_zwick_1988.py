"""Zwick (1988), doi:10.1037/0033-2909.103.3.374: another look at interrater agreement."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import brennan_prediger, cohen_kappa, percent_agreement, scott_pi

PAPER = "Zwick (1988)"

FIRST = two_coders([[20, 0, 0, 5], [0, 10, 15, 0], [0, 15, 10, 0], [5, 0, 0, 20]])
SECOND = two_coders([[20, 10, 10, 0], [10, 10, 0, 0], [10, 0, 10, 0], [0, 0, 0, 20]])
THIRD = two_coders([[20, 5, 5, 10], [0, 10, 5, 5], [0, 5, 10, 5], [0, 0, 0, 20]])

PUBLISHED = [
    Published(
        PAPER,
        "p. 376, first table",
        "agreement",
        0.6,
        0.0005,
        lambda: percent_agreement(FIRST).value,
    ),
    Published(
        PAPER, "p. 376, first table", "S", 0.467, 0.0005, lambda: brennan_prediger(FIRST).value
    ),
    Published(PAPER, "p. 376, first table", "π", 0.467, 0.0005, lambda: scott_pi(FIRST).value),
    Published(PAPER, "p. 376, first table", "κ", 0.467, 0.0005, lambda: cohen_kappa(FIRST).value),
    Published(
        PAPER,
        "p. 376, second table",
        "agreement",
        0.6,
        0.0005,
        lambda: percent_agreement(SECOND).value,
    ),
    Published(
        PAPER, "p. 376, second table", "S", 0.467, 0.0005, lambda: brennan_prediger(SECOND).value
    ),
    Published(PAPER, "p. 376, second table", "π", 0.444, 0.0005, lambda: scott_pi(SECOND).value),
    Published(PAPER, "p. 376, second table", "κ", 0.444, 0.0005, lambda: cohen_kappa(SECOND).value),
    Published(
        PAPER,
        "p. 376, third table",
        "agreement",
        0.6,
        0.0005,
        lambda: percent_agreement(THIRD).value,
    ),
    Published(
        PAPER, "p. 376, third table", "S", 0.467, 0.0005, lambda: brennan_prediger(THIRD).value
    ),
    Published(PAPER, "p. 376, third table", "π", 0.46, 0.001, lambda: scott_pi(THIRD).value),
    Published(PAPER, "p. 376, third table", "κ", 0.474, 0.0005, lambda: cohen_kappa(THIRD).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
