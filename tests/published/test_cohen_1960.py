"""Cohen (1960), doi:10.1177/001316446002000104: the two worked examples."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import cohen_kappa

PAPER = "Cohen (1960)"

P37 = two_coders([[25, 12, 3], [13, 2, 15], [12, 16, 2]])
P45 = two_coders([[88, 14, 18], [10, 40, 10], [2, 6, 12]])

PUBLISHED = [
    Published(PAPER, "p. 37", "observed agreement", 0.29, 0.005, lambda: cohen_kappa(P37).observed),
    Published(PAPER, "p. 37", "chance agreement", 0.35, 0.005, lambda: cohen_kappa(P37).expected),
    Published(PAPER, "p. 45", "observed agreement", 0.7, 0.005, lambda: cohen_kappa(P45).observed),
    Published(PAPER, "p. 45", "chance agreement", 0.41, 0.005, lambda: cohen_kappa(P45).expected),
    Published(PAPER, "p. 45", "κ", 0.492, 0.0005, lambda: cohen_kappa(P45).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
