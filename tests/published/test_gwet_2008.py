"""Gwet (2008), doi:10.1348/000711006X126600: AC1 where nearly all units are in one category."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa, gwet_ac1, scott_pi

PAPER = "Gwet (2008)"

PARADOX = two_coders([[80, 7], [8, 5]])
ABSTRACTORS = two_coders([[13, 0, 0], [0, 20, 7], [0, 4, 56]])

PUBLISHED = [
    Published(PAPER, "high prevalence", "AC1", 0.808, 5e-4, lambda: gwet_ac1(PARADOX).value),
    Published(PAPER, "high prevalence", "κ", 0.314442, 5e-7, lambda: cohen_kappa(PARADOX).value),
    Published(PAPER, "3 × 3", "AC1", 0.849331, 5e-7, lambda: gwet_ac1(ABSTRACTORS).value),
    Published(PAPER, "3 × 3", "π", 0.796240, 5e-7, lambda: scott_pi(ABSTRACTORS).value),
    Published(
        PAPER,
        "3 × 3, equation for two raters",
        "standard error of AC1",
        0.043217,
        5e-7,
        lambda: gwet_ac1(ABSTRACTORS, interval="irrcac").se,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
