"""Passonneau (2006), Measuring agreement on set-valued items (MASI)."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import krippendorff_alpha, masi_distance

PAPER = "Passonneau (2006)"

PAIRS = ["", ""], ["A", ""], ["A", "A"], ["A", "B"], ["AB", "A"], ["AB", "AC"], ["ABC", "ABC"]
SETS = by_unit([[frozenset(one) for one in pair] for pair in (*PAIRS, ["C", "AC"], ["C", "AC"])])

PUBLISHED = [
    Published(
        PAPER,
        "pairs of sets",
        "α with Jaccard’s distance",
        0.31562,
        5e-07,
        lambda: krippendorff_alpha(SETS, distance="jaccard").value,
    ),
    Published(
        PAPER,
        "pairs of sets",
        "α with the distance MASI",
        0.273081,
        5e-07,
        lambda: krippendorff_alpha(SETS, distance="masi").value,
    ),
    Published(
        PAPER,
        "pairs of sets",
        "α of equal sets",
        0.238806,
        5e-07,
        lambda: krippendorff_alpha(SETS).value,
    ),
    Published(
        PAPER,
        "definition",
        "MASI distance, one set in the other",
        0.666667,
        1e-06,
        lambda: masi_distance({1, 2}, {1, 2, 3, 4}),
    ),
    Published(
        PAPER,
        "definition",
        "MASI distance, overlap",
        0.888889,
        1e-06,
        lambda: masi_distance({1, 2}, {2, 3}),
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
