"""Feinstein and Cicchetti (1990), doi:10.1016/0895-4356(90)90158-L: two paradoxes of kappa."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Feinstein and Cicchetti (1990)"

BALANCED = two_coders([[40, 9], [6, 45]])
PREVALENT = two_coders([[80, 10], [5, 5]])
SYMMETRIC = two_coders([[45, 15], [25, 15]])
ASYMMETRIC = two_coders([[25, 35], [5, 35]])

PUBLISHED = [
    Published(
        PAPER,
        "balanced margins",
        "observed agreement",
        0.85,
        0.005,
        lambda: cohen_kappa(BALANCED).observed,
    ),
    Published(PAPER, "balanced margins", "κ", 0.7, 0.005, lambda: cohen_kappa(BALANCED).value),
    Published(
        PAPER,
        "prevalent margins",
        "observed agreement",
        0.85,
        0.005,
        lambda: cohen_kappa(PREVALENT).observed,
    ),
    Published(PAPER, "prevalent margins", "κ", 0.32, 0.005, lambda: cohen_kappa(PREVALENT).value),
    Published(
        PAPER,
        "symmetric margins",
        "observed agreement",
        0.6,
        0.005,
        lambda: cohen_kappa(SYMMETRIC).observed,
    ),
    Published(PAPER, "symmetric margins", "κ", 0.13, 0.005, lambda: cohen_kappa(SYMMETRIC).value),
    Published(
        PAPER,
        "asymmetric margins",
        "observed agreement",
        0.6,
        0.005,
        lambda: cohen_kappa(ASYMMETRIC).observed,
    ),
    Published(PAPER, "asymmetric margins", "κ", 0.26, 0.005, lambda: cohen_kappa(ASYMMETRIC).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
