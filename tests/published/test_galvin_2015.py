"""Galvin (2015), How many interviews are enough? n = ln(1 − P)/ln(1 − R)."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import galvin_probability, galvin_size

PAPER = "Galvin (2015)"
SIZES = {0.05: 59, 0.1: 29, 0.2: 14, 0.3: 9}

PUBLISHED = [
    Published(
        PAPER,
        f"P = .95, R = {prevalence}",
        "interviews",
        size,
        0,
        lambda r=prevalence: galvin_size(r, probability=0.95),
    )
    for prevalence, size in SIZES.items()
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


@pytest.mark.parametrize(("prevalence", "size"), SIZES.items())
def test_one_interview_less_is_not_enough(prevalence: float, size: int) -> None:
    assert galvin_probability(size, prevalence) >= 0.95 > galvin_probability(size - 1, prevalence)


def test_an_exact_power_is_not_rounded_up() -> None:
    assert galvin_size(0.5, probability=0.75) == 2
    assert galvin_size(0.2, probability=1 - 0.8**7) in (7, 8)
