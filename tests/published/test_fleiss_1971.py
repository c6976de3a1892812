"""Fleiss (1971), doi:10.1037/h0031619: 30 patients, 6 psychiatrists, 5 diagnoses."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import (
    conger_kappa,
    fleiss_kappa,
    light_kappa,
    percent_agreement,
    randolph_kappa,
)

PAPER = "Fleiss (1971)"

# Table 1, p. 379: the diagnoses of each patient. The paper gives counts; who gave which diagnosis,
# on which Conger's and Light's coefficients depend, is as in the data set of R's package irr.
PRINTED = """
    444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
    144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
    555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""
TABLE_1 = by_unit([[int(label) for label in unit] for unit in PRINTED.split()])


def code(category: int) -> float | None:
    return fleiss_kappa(TABLE_1).codes[category - 1].value


PUBLISHED = [
    Published(
        PAPER,
        "Table 1",
        "observed agreement",
        0.5556,
        5e-05,
        lambda: fleiss_kappa(TABLE_1).observed,
    ),
    Published(
        PAPER, "Table 1", "chance agreement", 0.2201, 0.0005, lambda: fleiss_kappa(TABLE_1).expected
    ),
    Published(PAPER, "Table 1", "κ", 0.430245, 5e-06, lambda: fleiss_kappa(TABLE_1).value),
    Published(
        PAPER,
        "Table 1, test of Fleiss, Nee and Landis (1979)",
        "z",
        17.652,
        0.0005,
        lambda: fleiss_kappa(TABLE_1, interval="analytic").z,
    ),
    Published(PAPER, "Table 1", "κ of category 1", 0.245, 0.0005, lambda: code(1)),
    Published(PAPER, "Table 1", "κ of category 2", 0.245, 0.0005, lambda: code(2)),
    Published(PAPER, "Table 1", "κ of category 3", 0.52, 0.0005, lambda: code(3)),
    Published(PAPER, "Table 1", "κ of category 4", 0.471, 0.0005, lambda: code(4)),
    Published(PAPER, "Table 1", "κ of category 5", 0.566, 0.0005, lambda: code(5)),
    Published(PAPER, "Table 1", "Conger’s κ", 0.441809, 5e-07, lambda: conger_kappa(TABLE_1).value),
    Published(
        PAPER, "Table 1", "Randolph’s κ", 0.444444, 5e-07, lambda: randolph_kappa(TABLE_1).value
    ),
    Published(PAPER, "Table 1", "Light’s κ", 0.459412, 5e-07, lambda: light_kappa(TABLE_1).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)


def test_agreement_on_each_patient() -> None:
    # P_i of Table 1, p. 379.
    printed = [
        1,
        0.4,
        0.4,
        1,
        0.4,
        0.467,
        0.467,
        0.267,
        0.467,
        1,
        0.667,
        0.4,
        0.4,
        0.667,
        0.267,
        0.667,
        0.267,
    ]
    printed += [0.667, 0.467, 0.267, 1, 0.667, 0.267, 0.467, 0.4, 0.667, 0.467, 0.467, 0.667, 1]
    for unit, value in enumerate(printed):
        computed = percent_agreement([[coder[unit]] for coder in TABLE_1]).value
        assert computed == pytest.approx(value, abs=0.0005)
