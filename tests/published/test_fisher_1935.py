"""Fisher (1935), The design of experiments, chapter 2: the lady tasting tea, [[3, 1], [1, 3]].

P-values as Agresti (2002), Categorical data analysis, p. 92, prints them.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.pairs.association import association
from qualcode.stats.pairs.exact_tests import fisher_exact, hypergeometric_test
from qualcode.stats.pairs.odds import odds_ratio_interval

PAPER = "Fisher (1935)"
TEA = (3, 4, 4, 8)

PUBLISHED = [
    Published(
        PAPER, "lady tasting tea", "two-sided p", 0.486, 5e-4, lambda: float(fisher_exact(*TEA))
    ),
    Published(
        PAPER,
        "lady tasting tea",
        "one-sided p",
        0.243,
        5e-4,
        lambda: float(fisher_exact(*TEA, alternative="greater")),
    ),
    Published(
        PAPER,
        "lady tasting tea",
        "conditional odds ratio",
        6.408309,
        2e-5,
        lambda: float(odds_ratio_interval(*TEA).value),
    ),
    Published(
        PAPER,
        "lady tasting tea",
        "lower limit of the odds ratio",
        0.211733,
        5e-6,
        lambda: float(odds_ratio_interval(*TEA).low),
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_p_values_are_seventieths() -> None:
    assert float(fisher_exact(*TEA)) == pytest.approx(34 / 70)
    assert float(fisher_exact(*TEA, alternative="greater")) == pytest.approx(17 / 70)
    assert float(hypergeometric_test(*TEA).p_less) == pytest.approx(69 / 70)


def test_limits_of_the_odds_ratio_solve_their_equations() -> None:
    # R prints .2117329 and 621.9338, because its search for the limits stops early. They solve
    # P(X ≥ 3) = P(X ≤ 3) = .025, where X has the weights 1, 16ω, 36ω², 16ω³, ω⁴.
    found = odds_ratio_interval(*TEA)
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
