"""Dunning 1993, Accurate methods for the statistics of surprise and coincidence.

Table 1: the bigrams of a bank's newsletter ranked by the likelihood ratio, in 31,777 bigrams.
"""

import pytest

from qualcode.stats.association import association

# −2 log λ; A and B, A and not B, B and not A, neither
TABLE_1 = [
    (270.72, 110, 2442, 111, 29114, "the swiss"),
    (263.90, 29, 13, 123, 31612, "can be"),
    (256.84, 31, 23, 139, 31584, "previous year"),
    (167.23, 10, 0, 3, 31764, "mineral water"),
    (157.21, 76, 104, 2476, 29121, "at the"),
    (157.03, 16, 16, 51, 31694, "real terms"),
    (146.80, 9, 0, 5, 31763, "natural gas"),
    (115.02, 16, 0, 865, 30896, "owing to"),
    (104.53, 10, 9, 41, 31717, "health insurance"),
    (100.96, 8, 2, 27, 31740, "stiff competition"),
    (98.72, 12, 111, 14, 31640, "is likely"),
    (95.29, 8, 5, 24, 31740, "qualified personnel"),
    (94.50, 10, 93, 6, 31668, "an estimated"),
    (91.40, 12, 111, 21, 31633, "is expected"),
    (81.55, 10, 45, 35, 31687, "1 2"),
    (76.30, 5, 13, 0, 31759, "balance sheet"),
    (73.35, 16, 2536, 1, 29224, "the united"),
    (68.96, 6, 2, 45, 31724, "accident insurance"),
    (68.61, 24, 43, 1316, 30394, "terms of"),
    (61.61, 3, 0, 0, 31774, "natel c"),
    (60.77, 6, 92, 2, 31677, "will probably"),
    (57.44, 4, 11, 1, 31761, "great deal"),
    (57.14, 13, 7, 1327, 30430, "part of"),
    (53.98, 4, 1, 18, 31754, "waste paper"),
    (53.65, 4, 13, 2, 31758, "machine exhibition"),
    (52.33, 7, 61, 27, 31682, "rose slightly"),
    (52.30, 5, 9, 25, 31738, "passenger service"),
    (49.79, 4, 61, 0, 31712, "not yet"),
    (48.94, 9, 12, 429, 31327, "affected by"),
]

# Table 2: the same by Pearson's X², which overstates what is rare.
X_SQUARED = {
    "natel c": 31777.00,
    "mineral water": 24441.54,
    "natural gas": 20424.86,
    "the swiss": 525.02,
}


def test_table_1_likelihood_ratio() -> None:
    printed, a, b, c, d, _ = (list(column) for column in zip(*TABLE_1, strict=True))
    n = [sum(row) for row in zip(a, b, c, d, strict=True)]
    assert set(n) == {31777}
    n_a = [one + two for one, two in zip(a, b, strict=True)]
    n_b = [one + two for one, two in zip(a, c, strict=True)]
    found = association(a, n_a, n_b, n)
    assert found.g_squared == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize(("bigram", "printed"), X_SQUARED.items())
def test_table_2_pearson(bigram: str, printed: float) -> None:
    _, a, b, c, d, _ = next(row for row in TABLE_1 if row[-1] == bigram)
    found = association(a, a + b, a + c, a + b + c + d)
    assert float(found.x_squared) == pytest.approx(printed, abs=0.01)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("g_squared", 270.7219),
        ("x_squared", 525.021),
        ("jaccard", 0.041307),
        ("pmi", 2.63174),
        ("npmi", 0.321952),
        ("phi", 0.128538),
        ("yule_q", 0.843930),
        ("odds_ratio", 11.81479),
    ],
)
def test_the_swiss_by_every_coefficient(name: str, value: float) -> None:
    found = association(110, 110 + 2442, 110 + 111, 31777)
    assert float(found.value(name)) == pytest.approx(value, rel=2e-6)
