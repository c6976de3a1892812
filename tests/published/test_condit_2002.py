"""Condit et al. 2002, trees of Barro Colorado Island: 225 species on 50 plots.

21 species are on one plot, 19 on two. Estimates as the R package vegan documents them for
``specpool(BCI)``: Chao2 236.3732 (SE 6.54361), jackknife 245.58 and 247.8722.
"""

import pytest

from qualcode.stats.saturation import CodeFrequencies, chao2, coverage, jackknife_1, jackknife_2

BCI = CodeFrequencies([1] * 21 + [2] * 19 + [10] * 185, 50)


def test_chao2() -> None:
    found = chao2(BCI)
    assert found.value == pytest.approx(236.3732, abs=5e-5)
    assert found.standard_error == pytest.approx(6.54361, abs=5e-6)
    assert found.method == "Chao2, classic"
    # Chao 1987: 225 + 11.3732/C … 225 + 11.3732 C, C = exp(1.96 √log(1 + SE²/11.3732²))
    assert (found.low, found.high) == pytest.approx((228.99, 257.44), abs=0.005)


def test_bias_corrected_chao2() -> None:
    found = chao2(BCI, form="bias-corrected")
    assert found.value == pytest.approx(225 + 49 / 50 * 21 * 20 / (2 * 20))
    assert found.unseen < chao2(BCI).unseen


def test_jackknife() -> None:
    assert jackknife_1(BCI).value == pytest.approx(245.58, abs=5e-5)
    assert jackknife_2(BCI).value == pytest.approx(247.8722, abs=5e-5)


def test_coverage_follows_from_once_and_twice() -> None:
    gap = 49 * 21 / (49 * 21 + 2 * 19)
    assert coverage(BCI).value == pytest.approx(1 - 21 / BCI.incidences * gap)
