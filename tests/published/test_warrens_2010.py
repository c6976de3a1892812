"""Warrens (2010), doi:10.1007/s11634-010-0073-4: inequalities between multi-rater kappas."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import conger_kappa, fleiss_kappa, light_kappa, randolph_kappa

PAPER = "Warrens (2010)"

# p. 284, after O'Malley et al. (2006): 30 lesions by 8 pathologists.
PATHOLOGISTS = by_unit(
    14 * ["NNNNNNNN"]
    + ["NNNANNNN", "NNNNNNNA"]
    + 10 * ["AAAAAAAA"]
    + 2 * ["AANAAAAN"]
    + ["AANANAAN", "AANANANN"]
)

PUBLISHED = [
    Published(
        PAPER, "p. 284", "Randolph’s κ", 0.8358, 0.0001, lambda: randolph_kappa(PATHOLOGISTS).value
    ),
    Published(
        PAPER, "p. 284", "Fleiss’ κ", 0.8324, 0.0001, lambda: fleiss_kappa(PATHOLOGISTS).value
    ),
    Published(
        PAPER, "p. 284", "Hubert’s κ", 0.8326, 0.0001, lambda: conger_kappa(PATHOLOGISTS).value
    ),
    Published(
        PAPER, "p. 284", "Light’s κ", 0.8325, 0.0001, lambda: light_kappa(PATHOLOGISTS).value
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
