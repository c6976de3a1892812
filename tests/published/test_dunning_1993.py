"""Dunning (1993), Accurate methods for the statistics of surprise and coincidence.

Bigrams of a bank's newsletter, 31,777 in all, ranked by the likelihood ratio and by Pearson's X².
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.pairs.association import Association, association

PAPER = "Dunning (1993)"

# −2 log λ; A and B, A and not B, B and not A, neither
TABLE_1 = {
    "the swiss": (270.72, 110, 2442, 111, 29114),
    "can be": (263.90, 29, 13, 123, 31612),
    "previous year": (256.84, 31, 23, 139, 31584),
    "mineral water": (167.23, 10, 0, 3, 31764),
    "at the": (157.21, 76, 104, 2476, 29121),
    "real terms": (157.03, 16, 16, 51, 31694),
    "natural gas": (146.80, 9, 0, 5, 31763),
    "owing to": (115.02, 16, 0, 865, 30896),
    "health insurance": (104.53, 10, 9, 41, 31717),
    "stiff competition": (100.96, 8, 2, 27, 31740),
    "is likely": (98.72, 12, 111, 14, 31640),
    "qualified personnel": (95.29, 8, 5, 24, 31740),
    "an estimated": (94.50, 10, 93, 6, 31668),
    "is expected": (91.40, 12, 111, 21, 31633),
    "1 2": (81.55, 10, 45, 35, 31687),
    "balance sheet": (76.30, 5, 13, 0, 31759),
    "the united": (73.35, 16, 2536, 1, 29224),
    "accident insurance": (68.96, 6, 2, 45, 31724),
    "terms of": (68.61, 24, 43, 1316, 30394),
    "natel c": (61.61, 3, 0, 0, 31774),
    "will probably": (60.77, 6, 92, 2, 31677),
    "great deal": (57.44, 4, 11, 1, 31761),
    "part of": (57.14, 13, 7, 1327, 30430),
    "waste paper": (53.98, 4, 1, 18, 31754),
    "machine exhibition": (53.65, 4, 13, 2, 31758),
    "rose slightly": (52.33, 7, 61, 27, 31682),
    "passenger service": (52.30, 5, 9, 25, 31738),
    "not yet": (49.79, 4, 61, 0, 31712),
    "affected by": (48.94, 9, 12, 429, 31327),
}
TABLE_2 = {
    "natel c": 31777.00,
    "mineral water": 24441.54,
    "natural gas": 20424.86,
    "the swiss": 525.02,
}
# From the cells of Table 1 by the formulas of the coefficients.
THE_SWISS = {
    "g_squared": 270.7219,
    "x_squared": 525.021,
    "jaccard": 0.041307,
    "pmi": 2.63174,
    "npmi": 0.321952,
    "phi": 0.128538,
    "yule_q": 0.843930,
    "odds_ratio": 11.81479,
}


def of(bigram: str) -> Association:
    _, a, b, c, d = TABLE_1[bigram]
    return association(a, a + b, a + c, a + b + c + d)


PUBLISHED = [
    *(
        Published(
            PAPER,
            f"Table 1, {bigram}",
            "G²",
            row[0],
            0.005,
            lambda b=bigram: float(of(b).g_squared),
        )
        for bigram, row in TABLE_1.items()
    ),
    *(
        Published(
            PAPER, f"Table 2, {bigram}", "X²", value, 0.006, lambda b=bigram: float(of(b).x_squared)
        )
        for bigram, value in TABLE_2.items()
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


@pytest.mark.parametrize(("name", "value"), THE_SWISS.items())
def test_the_swiss_by_every_coefficient(name: str, value: float) -> None:
    assert float(of("the swiss").value(name)) == pytest.approx(value, rel=1e-5)


def test_the_cells_are_those_of_one_text() -> None:
    assert {sum(row[1:]) for row in TABLE_1.values()} == {31777}
