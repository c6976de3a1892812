"""Longino and Colwell (2011), ants along an elevational gradient in Costa Rica: five assemblages.

Species by number of plots; estimates as Chao et al. (2014) define them and their package iNEXT
prints them: sample coverage, Chao2, and expected species in fewer and in more plots.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import CodeFrequencies, chao2, coverage, expected_codes

PAPER = "Longino and Colwell (2011)"

# elevation: plots, {plots that have the species: species}
ANTS = {
    "50m": (
        599,
        {
            1: 49, 2: 23, 3: 18, 4: 14, 5: 9, 6: 10, 7: 4, 8: 8, 9: 6, 10: 2, 11: 1, 12: 2, 13: 2,
            14: 5, 15: 2, 16: 4, 17: 3, 18: 2, 19: 2, 20: 3, 21: 1, 22: 1, 23: 2, 25: 1, 27: 2,
            29: 1, 30: 2, 31: 1, 33: 1, 39: 1, 40: 1, 43: 1, 46: 2, 47: 1, 48: 1, 51: 1, 52: 2,
            56: 2, 58: 2, 61: 2, 65: 1, 69: 1, 72: 1, 77: 1, 79: 1, 82: 1, 83: 1, 84: 1, 86: 1,
            91: 1, 95: 1, 97: 1, 98: 2, 106: 1, 113: 1, 124: 1, 126: 1, 127: 1, 128: 1, 129: 2,
            182: 1, 183: 1, 186: 1, 195: 1, 222: 1, 236: 1, 263: 1, 330: 1,
        },
    ),
    "500m": (
        230,
        {
            1: 71, 2: 34, 3: 12, 4: 14, 5: 9, 6: 11, 7: 8, 8: 4, 9: 7, 10: 5, 11: 2, 12: 3, 13: 4,
            14: 2, 15: 1, 16: 2, 17: 4, 18: 1, 19: 1, 20: 1, 21: 2, 23: 1, 24: 1, 25: 3, 26: 1,
            27: 1, 30: 1, 31: 2, 32: 2, 33: 1, 34: 1, 36: 1, 37: 1, 38: 4, 39: 2, 41: 1, 42: 1,
            43: 1, 44: 1, 45: 1, 46: 1, 47: 1, 49: 1, 52: 2, 53: 1, 54: 1, 56: 1, 60: 2, 65: 1,
            73: 1, 78: 1, 123: 1, 131: 1, 133: 1,
        },
    ),
    "1070m": (
        150,
        {
            1: 28, 2: 16, 3: 13, 4: 3, 5: 1, 6: 3, 7: 6, 8: 1, 9: 1, 10: 1, 11: 4, 12: 3, 13: 4,
            14: 1, 15: 1, 16: 4, 18: 1, 19: 2, 21: 1, 22: 1, 23: 1, 24: 1, 25: 3, 26: 1, 30: 1,
            31: 3, 32: 1, 34: 1, 36: 1, 38: 1, 39: 1, 43: 2, 45: 2, 46: 1, 54: 1, 60: 1, 68: 1,
            74: 1, 80: 1, 96: 1, 99: 1,
        },
    ),
    "1500m": (
        200,
        {
            1: 13, 2: 4, 3: 2, 4: 2, 5: 4, 6: 2, 9: 4, 11: 2, 17: 2, 18: 1, 19: 1, 23: 2, 24: 1,
            25: 3, 29: 1, 30: 1, 32: 1, 33: 1, 43: 1, 50: 1, 53: 1, 73: 1, 74: 1, 76: 1, 79: 1,
            113: 1, 144: 1,
        },
    ),
    "2000m": (
        200,
        {
            1: 1, 2: 2, 3: 1, 4: 1, 8: 2, 13: 1, 15: 1, 19: 1, 23: 1, 34: 1, 59: 1, 80: 1,
        },
    ),
}  # fmt: skip

# elevation: species, incidences, coverage, Chao2
SUMMARY = {
    "50m": (227, 5976, 0.9918134, 279.108514),
    "500m": (241, 2943, 0.9759754, 314.810038),
    "1070m": (122, 1730, 0.9839382, 146.336667),
    "1500m": (56, 1170, 0.9889231, 77.019375),
    "2000m": (14, 271, 0.9963827, 14.248750),
}

# elevation: {plots: expected species}
EXPECTED = {
    "50m": {1: 9.976628, 299: 193.069392, 599: 227.0, 883: 245.732481, 1198: 258.745498},
    "500m": {1: 12.795652, 115: 194.186777, 230: 241.0, 339: 267.977661, 460: 286.546519},
    "1070m": {1: 11.533333, 75: 102.135118, 150: 122.0, 221: 132.189999, 300: 138.600961},
    "1500m": {1: 5.85, 100: 47.982643, 200: 56.0, 295: 61.343524, 400: 65.684073},
    "2000m": {1: 1.355, 100: 12.811923, 200: 14.0, 295: 14.211194, 400: 14.244103},
}


def ants(elevation: str) -> CodeFrequencies:
    n_plots, species = ANTS[elevation]
    return CodeFrequencies([plots for plots, n in species.items() for _ in range(n)], n_plots)


PUBLISHED = [
    *(
        Published(
            PAPER, f"{at}", "sample coverage", row[2], 5e-8, lambda e=at: coverage(ants(e)).value
        )
        for at, row in SUMMARY.items()
    ),
    *(
        Published(PAPER, f"{at}", "Chao2", row[3], 5e-7, lambda e=at: chao2(ants(e)).value)
        for at, row in SUMMARY.items()
    ),
    *(
        Published(
            PAPER,
            f"{at}, {plots} plots",
            "expected species",
            value,
            1e-6,
            lambda e=at, j=plots: float(expected_codes(ants(e), [j])[0]),
        )
        for at, row in EXPECTED.items()
        for plots, value in row.items()
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


@pytest.mark.parametrize("elevation", ANTS)
def test_species_and_incidences(elevation: str) -> None:
    found = ants(elevation)
    assert (found.observed, found.incidences) == SUMMARY[elevation][:2]
