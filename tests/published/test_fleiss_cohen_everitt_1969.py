"""Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106: large-sample standard errors."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import AgreementResult, cohen_kappa

PAPER = "Fleiss, Cohen and Everitt (1969)"

P45 = two_coders([[88, 14, 18], [10, 40, 10], [2, 6, 12]])


def result() -> AgreementResult:
    return cohen_kappa(P45, interval="analytic")


PUBLISHED = [
    Published(
        PAPER,
        "formulas 10 and 13, on Cohen (1960) p. 45",
        "κ",
        0.491525,
        5e-07,
        lambda: result().value,
    ),
    Published(
        PAPER,
        "formula 13, on Cohen (1960) p. 45",
        "standard error of κ",
        0.051002,
        5e-07,
        lambda: result().se,
    ),
    Published(
        PAPER,
        "formula 13, on Cohen (1960) p. 45",
        "lower end, 95 %",
        0.39156,
        5e-06,
        lambda: result().interval.low,
    ),
    Published(
        PAPER,
        "formula 13, on Cohen (1960) p. 45",
        "upper end, 95 %",
        0.59149,
        5e-06,
        lambda: result().interval.high,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
