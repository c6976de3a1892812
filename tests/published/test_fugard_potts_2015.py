"""Fugard and Potts (2015), Supporting thinking on sample sizes for thematic analyses.

With 80 % power, 29 participants show two instances of a theme with 10 % prevalence (abstract).
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import fugard_potts_power, fugard_potts_size

PAPER = "Fugard and Potts (2015)"
SIZES = {(0.5, 1): 3, (0.1, 1): 16, (0.1, 2): 29}

PUBLISHED = [
    Published(
        PAPER,
        f"power .8, prevalence {prevalence}, instances {instances}",
        "participants",
        size,
        0,
        lambda p=prevalence, k=instances: fugard_potts_size(p, instances=k, power=0.8),
    )
    for (prevalence, instances), size in SIZES.items()
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_greenland_moore_2022() -> None:
    # Greenland & Moore 2022, p. 652: 200 participants have a 99 % chance of five instances at 6 %.
    assert fugard_potts_power(200, 0.06, instances=5) >= 0.99


def test_weller_2017() -> None:
    # Weller et al. 2017, p. 2: 15 in a group have a 90 % chance of capturing (twice) what 25 % hold.
    assert fugard_potts_power(15, 0.25, instances=2) == pytest.approx(0.92, abs=0.005)
    assert fugard_potts_size(0.25, instances=2, power=0.9) <= 15
