"""Krippendorff (2004), Content analysis, 2nd edition: the reliability examples."""

from __future__ import annotations

from typing import Any

import pytest
from tests.published.table import Published, by_unit, check, two_coders

from qualcode.stats.agreement import (
    brennan_prediger,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)

PAPER = "Krippendorff (2004)"

P224 = [[1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]]
P227 = [list("aabbbbbccccc"), list("abbbbbcccccc")]
# Symbols on a screen: book, letter, phone, computer, folder.
P230 = by_unit(
    [
        ("B", "B", None, "B"),
        ("L", "L", "P", "L"),
        ("P", "P", "P", "P"),
        ("P", "P", "P", "P"),
        ("L", "L", "L", "L"),
        ("B", "L", "P", "C"),
        ("C", "C", "C", "C"),
        ("B", "B", "L", "B"),
        ("L", "L", "L", "L"),
        (None, "F", "F", "F"),
        (None, None, "B", "B"),
        (None, None, "P", None),
    ]
)
NUMBERS = [[label and "BLPCF".index(str(label)) + 1 for label in coder] for coder in P230]
LEFT = two_coders([[12, 9, 9], [9, 14, 9], [9, 9, 20]])
RIGHT = two_coders([[12, 18, 18], [0, 14, 18], [0, 0, 20]])


def result(ratings: list[list[object]]) -> Any:
    return krippendorff_alpha(ratings)


PUBLISHED = [
    Published(
        PAPER, "p. 224", "expected disagreement", 0.442, 0.0005, lambda: 1 - result(P224).expected
    ),
    Published(PAPER, "p. 224", "α", 0.095, 0.0005, lambda: result(P224).value),
    Published(
        PAPER, "p. 227", "observed disagreement", 0.1667, 5e-05, lambda: 1 - result(P227).observed
    ),
    Published(
        PAPER, "p. 227", "expected disagreement", 0.6268, 5e-05, lambda: 1 - result(P227).expected
    ),
    Published(PAPER, "p. 227", "α", 0.734, 0.0005, lambda: result(P227).value),
    Published(
        PAPER, "p. 230", "observed disagreement", 0.2, 0.0005, lambda: 1 - result(P230).observed
    ),
    Published(
        PAPER, "p. 230", "expected disagreement", 0.779, 0.0005, lambda: 1 - result(P230).expected
    ),
    Published(PAPER, "p. 230", "α", 0.743, 0.0005, lambda: result(P230).value),
    Published(
        PAPER,
        "p. 230, as numbers",
        "α interval",
        0.849,
        0.0005,
        lambda: krippendorff_alpha(NUMBERS, distance="interval").value,
    ),
    Published(
        PAPER,
        "p. 230, as numbers",
        "observed disagreement, interval",
        0.433,
        0.0005,
        lambda: 16 * (1 - krippendorff_alpha(NUMBERS, distance="interval").observed),
    ),
    Published(
        PAPER,
        "p. 230, as numbers",
        "expected disagreement, interval",
        2.872,
        0.0005,
        lambda: 16 * (1 - krippendorff_alpha(NUMBERS, distance="interval").expected),
    ),
    Published(
        PAPER,
        "p. 246",
        "agreement, left table",
        0.46,
        0.0005,
        lambda: percent_agreement(LEFT).value,
    ),
    Published(PAPER, "p. 246", "S, left table", 0.19, 0.0005, lambda: brennan_prediger(LEFT).value),
    Published(PAPER, "p. 246", "π, left table", 0.186, 0.0005, lambda: scott_pi(LEFT).value),
    Published(PAPER, "p. 246", "κ, left table", 0.186, 0.0005, lambda: cohen_kappa(LEFT).value),
    Published(
        PAPER,
        "p. 246",
        "agreement, right table",
        0.46,
        0.0005,
        lambda: percent_agreement(RIGHT).value,
    ),
    Published(
        PAPER, "p. 246", "S, right table", 0.19, 0.0005, lambda: brennan_prediger(RIGHT).value
    ),
    Published(PAPER, "p. 246", "π, right table", 0.186, 0.0005, lambda: scott_pi(RIGHT).value),
    Published(PAPER, "p. 246", "κ, right table", 0.258, 0.0005, lambda: cohen_kappa(RIGHT).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
