"""Krippendorff, Mathet, Bouvry and Widlöcher (2016), doi:10.1007/s11135-015-0266-1."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import UnitizingResult, unitizing_alpha

PAPER = "Krippendorff et al. (2016)"

# Three coders of a continuum of length 60.
CONTINUUM = {
    "Alex": [(0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)],
    "Paul": [(0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)],
    "Suzan": [(0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)],
}


def result() -> UnitizingResult:
    return unitizing_alpha(CONTINUUM, 60)


PUBLISHED = [
    Published(PAPER, "worked example", "uα", 0.51, 0.0005, lambda: result().u_alpha.value),
    Published(
        PAPER, "worked example", "binary |uα", 0.413, 0.001, lambda: result().binary_alpha.value
    ),
    Published(PAPER, "worked example", "cuα", 0.724, 0.0005, lambda: result().cu_alpha.value),
    Published(PAPER, "worked example", "(1)uα", 1, 1e-09, lambda: result().cu_alpha.codes[0].value),
    Published(PAPER, "worked example", "(2)uα", 0, 1e-09, lambda: result().cu_alpha.codes[1].value),
    Published(PAPER, "worked example", "(3)uα", 0, 1e-09, lambda: result().cu_alpha.codes[2].value),
    Published(PAPER, "worked example", "(4)uα", 0, 1e-09, lambda: result().cu_alpha.codes[3].value),
    Published(PAPER, "worked example", "(5)uα", 1, 1e-09, lambda: result().cu_alpha.codes[4].value),
    Published(PAPER, "worked example", "(6)uα", 1, 1e-09, lambda: result().cu_alpha.codes[5].value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)


def test_a_label_that_no_two_coders_share_text_with_is_undefined() -> None:
    seven = result().cu_alpha.codes[6]
    assert (seven.code, seven.value) == (7, None)
    assert seven.reason
