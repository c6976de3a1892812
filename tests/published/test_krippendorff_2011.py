"""Krippendorff (2011), Computing Krippendorff's alpha-reliability: its worked examples."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import krippendorff_alpha

PAPER = "Krippendorff (2011)"

BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]]
NOMINAL = [list("aabbdcccedda"), list("babbbccceddd")]
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]

PUBLISHED = [
    Published(
        PAPER, "section A, binary", "α", 0.095, 0.0005, lambda: krippendorff_alpha(BINARY).value
    ),
    Published(
        PAPER, "section B, nominal", "α", 0.692, 0.0005, lambda: krippendorff_alpha(NOMINAL).value
    ),
    Published(
        PAPER,
        "sections C and D, four observers",
        "α nominal",
        0.743421053,
        5e-10,
        lambda: krippendorff_alpha(FOUR, distance="nominal").value,
    ),
    Published(
        PAPER,
        "sections C and D, four observers",
        "α ordinal",
        0.815387504,
        5e-10,
        lambda: krippendorff_alpha(FOUR, distance="ordinal").value,
    ),
    Published(
        PAPER,
        "sections C and D, four observers",
        "α interval",
        0.849107143,
        5e-10,
        lambda: krippendorff_alpha(FOUR, distance="interval").value,
    ),
    Published(
        PAPER,
        "sections C and D, four observers",
        "α ratio",
        0.797402775,
        5e-10,
        lambda: krippendorff_alpha(FOUR, distance="ratio").value,
    ),
    Published(
        PAPER,
        "sections C and D, weights of Gwet (2014)",
        "α with irrCAC’s ordinal weights",
        0.83364,
        5e-06,
        lambda: krippendorff_alpha(FOUR, distance="gwet-ordinal").value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
