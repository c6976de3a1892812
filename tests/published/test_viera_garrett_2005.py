"""Viera and Garrett (2005), Understanding interobserver agreement, Family Medicine 37."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Viera and Garrett (2005)"

USEFUL = two_coders([[15, 5], [10, 70]])

PUBLISHED = [
    Published(PAPER, "worked example", "κ", 0.57, 0.005, lambda: cohen_kappa(USEFUL).value),
    Published(
        PAPER,
        "worked example",
        "chance agreement",
        0.65,
        0.005,
        lambda: cohen_kappa(USEFUL).expected,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
