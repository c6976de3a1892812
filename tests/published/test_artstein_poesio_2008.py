"""Artstein and Poesio (2008), doi:10.1162/coli.07-034-R2: dialogue acts by two coders."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import (
    brennan_prediger,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)

PAPER = "Artstein and Poesio (2008)"

P558 = two_coders([[20, 10], [20, 50]], ["STAT", "IReq"])
P568 = two_coders([[46, 0, 0], [6, 32, 6], [0, 0, 10]], ["STAT", "IReq", "Chck"])
CATEGORIES = ["Chck", "IReq", "STAT"]
WEIGHTS = [[0, 0.5, 0.5], [0.5, 0, 1], [0.5, 1, 0]]


def distance(a: str, b: str) -> float:
    if a == b:
        return 0.0
    return 0.5 if "Chck" in (a, b) else 1.0


PUBLISHED = [
    Published(
        PAPER,
        "p. 558",
        "S: chance agreement",
        0.5,
        0.0005,
        lambda: brennan_prediger(P558).expected,
    ),
    Published(PAPER, "p. 558", "S", 0.4, 0.0005, lambda: brennan_prediger(P558).value),
    Published(
        PAPER,
        "p. 558",
        "π: chance agreement",
        0.545,
        0.0005,
        lambda: scott_pi(P558).expected,
    ),
    Published(PAPER, "p. 558", "π", 0.341, 0.0005, lambda: scott_pi(P558).value),
    Published(
        PAPER,
        "p. 558",
        "κ: chance agreement",
        0.54,
        0.0005,
        lambda: cohen_kappa(P558).expected,
    ),
    Published(PAPER, "p. 558", "κ", 0.348, 0.0005, lambda: cohen_kappa(P558).value),
    Published(
        PAPER,
        "p. 558",
        "observed agreement",
        0.7,
        1e-09,
        lambda: percent_agreement(P558).value,
    ),
    Published(
        PAPER,
        "p. 568",
        "S: chance agreement",
        0.333,
        0.0005,
        lambda: brennan_prediger(P568).expected,
    ),
    Published(PAPER, "p. 568", "S", 0.82, 0.0005, lambda: brennan_prediger(P568).value),
    Published(
        PAPER,
        "p. 568",
        "π: chance agreement",
        0.401,
        0.0005,
        lambda: scott_pi(P568).expected,
    ),
    Published(PAPER, "p. 568", "π", 0.7995, 5e-05, lambda: scott_pi(P568).value),
    Published(
        PAPER,
        "p. 568",
        "κ: chance agreement",
        0.396,
        0.0005,
        lambda: cohen_kappa(P568).expected,
    ),
    Published(PAPER, "p. 568", "κ", 0.8013, 5e-05, lambda: cohen_kappa(P568).value),
    Published(PAPER, "p. 568", "π to five places", 0.79953, 5e-06, lambda: scott_pi(P568).value),
    Published(PAPER, "p. 568", "α", 0.8, 0.001, lambda: krippendorff_alpha(P568).value),
    Published(
        PAPER,
        "p. 568, weighted",
        "α",
        0.8156,
        5e-05,
        lambda: krippendorff_alpha(P568, distance=distance).value,
    ),
    Published(
        PAPER,
        "p. 568, weighted",
        "weighted κ",
        0.8163,
        5e-05,
        lambda: cohen_kappa(P568, weights=WEIGHTS, categories=CATEGORIES).value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
