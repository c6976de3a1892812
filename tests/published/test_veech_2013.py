"""Veech (2013), A probabilistic model for analysing species co-occurrence.

Equation 1, p_j = C(N, j) C(N − j, N₂ − j) C(N − N₂, N₁ − j) / (C(N, N₂) C(N, N₁)), on the finches of
the Galápagos (13 species on 17 islands; Sanderson 2000, as in Griffith, Veech & Marsh 2016).
"""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from qualcode.stats.pairs.exact_tests import hypergeometric_test

FINCHES = np.array(
    [
        [int(cell) for cell in row]
        for row in (
            "00111111110111111",
            "11111111110101100",
            "11111111111101100",
            "00111001010110111",
            "11101111110101100",
            "00000000001010000",
            "00111111100101100",
            "00000000000100000",
            "00111111110100100",
            "00111111110101100",
            "00111011010000000",
            "00110000000000000",
            "11111111111111111",
        )
    ]
)
BOTH = FINCHES @ FINCHES.T
OWN = FINCHES.sum(axis=1)


def chance(j: int, n_1: int, n_2: int, n: int) -> float:
    if n_1 - j > n - n_2:
        return 0.0
    ways = comb(n, j) * comb(n - j, n_2 - j) * comb(n - n_2, n_1 - j)
    return ways / (comb(n, n_2) * comb(n, n_1))


def test_equation_1_is_the_hypergeometric_test() -> None:
    first, second = np.triu_indices(12, 1)
    found = hypergeometric_test(BOTH[first, second], OWN[first], OWN[second], 17)
    for at, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        n_1, n_2, observed = int(OWN[a]), int(OWN[b]), int(BOTH[a, b])
        chances = [chance(j, n_1, n_2, 17) for j in range(min(n_1, n_2) + 1)]
        assert sum(chances) == pytest.approx(1)
        assert found.p_less[at] == pytest.approx(sum(chances[: observed + 1]))
        assert found.p_greater[at] == pytest.approx(sum(chances[observed:]))
        assert found.expected[at] == pytest.approx(n_1 * n_2 / 17)


def test_a_species_on_every_island_is_not_tested() -> None:
    found = hypergeometric_test(BOTH[0, 12], OWN[0], OWN[12], 17)
    assert np.isnan(found.p_two_sided)
    assert found.reason[()] == "one of the codes is on every unit"
