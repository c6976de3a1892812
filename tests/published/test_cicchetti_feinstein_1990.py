"""Cicchetti and Feinstein (1990), doi:10.1016/0895-4356(90)90159-M: resolving the paradoxes."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import code_diagnostics, gwet_ac1

PAPER = "Cicchetti and Feinstein (1990)"

# High prevalence: 80 units with the code by both, 7 and 8 by one only, 5 by neither.
PDX = two_coders([[80, 7], [8, 5]], ["yes", "no"])
DIAGNOSTICS = code_diagnostics(PDX, "yes")

PUBLISHED = [
    Published(
        PAPER,
        "positive and negative agreement",
        "positive agreement",
        0.914,
        0.0005,
        lambda: DIAGNOSTICS.positive_agreement,
    ),
    Published(
        PAPER,
        "positive and negative agreement",
        "negative agreement",
        0.4,
        0.0005,
        lambda: DIAGNOSTICS.negative_agreement,
    ),
    Published(
        PAPER,
        "Byrt, Bishop and Carlin (1993)",
        "prevalence index",
        0.75,
        1e-09,
        lambda: DIAGNOSTICS.prevalence_index,
    ),
    Published(
        PAPER,
        "Byrt, Bishop and Carlin (1993)",
        "bias index",
        0.01,
        1e-09,
        lambda: DIAGNOSTICS.bias_index,
    ),
    Published(
        PAPER, "Byrt, Bishop and Carlin (1993)", "PABAK", 0.7, 1e-09, lambda: DIAGNOSTICS.pabak
    ),
    Published(PAPER, "Cohen (1960)", "κ", 0.314442, 5e-07, lambda: DIAGNOSTICS.kappa),
    Published(PAPER, "Gwet (2008)", "AC1", 0.808, 0.0005, lambda: gwet_ac1(PDX).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
