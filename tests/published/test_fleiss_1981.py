"""Fleiss (1981), Statistical methods for rates and proportions, 2nd edition, ch. 13."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Fleiss (1981)"

# Diagnoses of 100 subjects by two raters: psychotic, neurotic, organic.
RESULT = cohen_kappa(two_coders([[75, 1, 4], [5, 4, 1], [0, 0, 10]]), interval="analytic")

PUBLISHED = [
    Published(PAPER, "Table 13.1", "κ", 0.68, 0.005, lambda: RESULT.value),
    Published(PAPER, "Table 13.1", "standard error of κ", 0.087, 0.001, lambda: RESULT.se),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
