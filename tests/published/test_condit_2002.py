"""Condit et al. (2002), trees of Barro Colorado Island: 225 species on 50 plots.

21 species are on one plot, 19 on two. Estimates as the R package vegan documents them for
``specpool(BCI)``: Chao2 236.3732 (SE 6.54361), jackknife 245.58 and 247.8722.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import CodeFrequencies, chao2, coverage, jackknife_1, jackknife_2

BCI = CodeFrequencies([1] * 21 + [2] * 19 + [10] * 185, 50)

PAPER = "Condit et al. (2002)"
WHERE = "Barro Colorado Island, 50 plots"

PUBLISHED = [
    Published(PAPER, WHERE, "Chao2", 236.3732, 5e-5, lambda: chao2(BCI).value),
    Published(
        PAPER,
        WHERE,
        "Chao2, standard error",
        6.54361,
        5e-6,
        lambda: chao2(BCI).standard_error,
    ),
    Published(PAPER, WHERE, "first-order jackknife", 245.58, 5e-5, lambda: jackknife_1(BCI).value),
    Published(
        PAPER, WHERE, "second-order jackknife", 247.8722, 5e-5, lambda: jackknife_2(BCI).value
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_log_normal_interval() -> None:
    found = chao2(BCI)
    assert found.method == "Chao2, classic"
    # Chao (1987): 225 + 11.3732/C … 225 + 11.3732 C, C = exp(1.96 √log(1 + SE²/11.3732²))
    assert (found.low, found.high) == pytest.approx((228.99, 257.44), abs=0.005)


def test_bias_corrected_chao2() -> None:
    found = chao2(BCI, form="bias-corrected")
    assert found.value == pytest.approx(225 + 49 / 50 * 21 * 20 / (2 * 20))
    assert found.unseen < chao2(BCI).unseen


def test_coverage_follows_from_once_and_twice() -> None:
    gap = 49 * 21 / (49 * 21 + 2 * 19)
    assert coverage(BCI).value == pytest.approx(1 - 21 / BCI.incidences * gap)
