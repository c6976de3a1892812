"""Randolph (2005), Free-marginal multirater kappa: why margins matter."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import fleiss_kappa, randolph_kappa

PAPER = "Randolph (2005)"

BALANCED = by_unit(["YYY", "YYN", "NNY", "NNN"])
SKEWED = by_unit(["YYY", "YYN", "YYN", "YYY"])

PUBLISHED = [
    Published(
        PAPER,
        "p. 17, balanced",
        "κ with fixed margins",
        0.33,
        0.005,
        lambda: fleiss_kappa(BALANCED).value,
    ),
    Published(
        PAPER,
        "p. 17, balanced",
        "κ with free margins",
        0.33,
        0.005,
        lambda: randolph_kappa(BALANCED).value,
    ),
    Published(
        PAPER,
        "p. 17, skewed",
        "κ with fixed margins",
        -0.2,
        0.005,
        lambda: fleiss_kappa(SKEWED).value,
    ),
    Published(
        PAPER,
        "p. 17, skewed",
        "κ with free margins",
        0.33,
        0.005,
        lambda: randolph_kappa(SKEWED).value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
