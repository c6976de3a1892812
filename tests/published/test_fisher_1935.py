"""Fisher 1935, The design of experiments, chapter 2: the lady tasting tea, [[3, 1], [1, 3]]."""

import pytest

from qualcode.stats.association import association
from qualcode.stats.inference import fisher_exact, hypergeometric_test, odds_ratio_interval

TEA = (3, 4, 4, 8)


def test_p_values() -> None:
    # Agresti 2002, Categorical data analysis, p. 92: .243 one-sided, .486 two-sided.
    assert float(fisher_exact(*TEA)) == pytest.approx(0.485714, abs=1e-6)
    assert float(fisher_exact(*TEA, alternative="greater")) == pytest.approx(17 / 70)
    assert float(hypergeometric_test(*TEA).p_less) == pytest.approx(69 / 70)


def test_conditional_odds_ratio() -> None:
    found = odds_ratio_interval(*TEA)
    assert float(found.value) == pytest.approx(6.408309, rel=1e-5)
    # R prints .2117329 and 621.9338: it stops its search early. The exact bounds solve
    # P(X ≥ 3) = P(X ≤ 3) = .025, for which X has the weights 1, 16ω, 36ω², 16ω³, ω⁴.
    assert float(found.low) == pytest.approx(0.2117329, rel=2e-5)
    assert float(found.high) == pytest.approx(621.9338, rel=0.01)
    for bound, upper in ((float(found.low), True), (float(found.high), False)):
        weights = [1, 16 * bound, 36 * bound**2, 16 * bound**3, bound**4]
        tail = sum(weights[3:]) if upper else sum(weights[:4])
        assert tail / sum(weights) == pytest.approx(0.025, rel=1e-6)


def test_haldane_anscombe_interval() -> None:
    # exp(log(3.5² / 1.5²) ± 1.959964 √(2/3.5 + 2/1.5))
    found = odds_ratio_interval(*TEA, method="haldane")
    assert float(found.value) == pytest.approx(5.444444, rel=1e-6)
    assert float(found.low) == pytest.approx(0.364069, rel=1e-5)
    assert float(found.high) == pytest.approx(81.41854, rel=1e-5)


def test_sample_coefficients() -> None:
    found = association(*TEA)
    assert float(found.odds_ratio) == 9
    assert float(found.phi) == pytest.approx(0.5)
    assert float(found.yule_q) == pytest.approx(0.8)
