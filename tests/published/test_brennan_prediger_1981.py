"""Brennan and Prediger (1981), doi:10.1177/001316448104100307."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import brennan_prediger, cohen_kappa

PAPER = "Brennan and Prediger (1981)"

P689 = two_coders([[50, 0, 0], [10, 10, 10], [20, 0, 0]])
P691 = two_coders([[50, 0, 10], [0, 10, 10], [10, 10, 0]])

PUBLISHED = [
    Published(
        PAPER, "p. 689", "observed agreement", 0.6, 0.005, lambda: cohen_kappa(P689).observed
    ),
    Published(
        PAPER, "p. 689", "chance agreement of κ", 0.45, 0.0051, lambda: cohen_kappa(P689).expected
    ),
    Published(PAPER, "p. 689", "κ", 0.27, 0.005, lambda: cohen_kappa(P689).value),
    Published(
        PAPER, "p. 689", "κ with free margins", 0.4, 0.005, lambda: brennan_prediger(P689).value
    ),
    Published(
        PAPER, "p. 691", "observed agreement", 0.6, 0.005, lambda: cohen_kappa(P691).observed
    ),
    Published(
        PAPER, "p. 691", "chance agreement of κ", 0.44, 0.0051, lambda: cohen_kappa(P691).expected
    ),
    Published(PAPER, "p. 691", "κ", 0.29, 0.005, lambda: cohen_kappa(P691).value),
    Published(
        PAPER, "p. 691", "κ with free margins", 0.4, 0.005, lambda: brennan_prediger(P691).value
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
