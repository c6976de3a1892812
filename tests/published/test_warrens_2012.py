"""Warrens (2012), Equivalences of weighted kappas for multiple raters."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import cohen_kappa, conger_kappa

PAPER = "Warrens (2012)"

P3 = by_unit(10 * ["1111"] + 2 * ["1010"] + 2 * ["1000"] + ["0001"] + 15 * ["0000"])
P9 = by_unit(6 * ["1111"] + 5 * ["1010"] + 4 * ["0000"])

PUBLISHED = [
    Published(PAPER, "p. 3", "κ of four raters", 0.802479, 5e-07, lambda: conger_kappa(P3).value),
    Published(
        PAPER, "p. 3, first two raters", "κ", 0.727273, 5e-07, lambda: cohen_kappa(P3[:2]).value
    ),
    Published(PAPER, "p. 9", "κ of four raters", 0.564, 0.0005, lambda: conger_kappa(P9).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
