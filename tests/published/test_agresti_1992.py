"""Agresti (1992), doi:10.1177/096228029200100205, after Landis and Koch (1977)."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Agresti (1992)"

BIOPSIES = two_coders([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]])

PUBLISHED = [
    Published(PAPER, "p. 202", "κ", 0.493, 0.0005, lambda: cohen_kappa(BIOPSIES).value),
    Published(
        PAPER,
        "p. 202",
        "standard error of κ",
        0.057,
        0.0005,
        lambda: cohen_kappa(BIOPSIES, interval="analytic").se,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
