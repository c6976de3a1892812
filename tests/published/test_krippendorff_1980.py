"""Krippendorff (1980), Content analysis, 1st edition: the reliability examples."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import krippendorff_alpha

PAPER = "Krippendorff (1980)"

P133 = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]]
P139 = [[1, 1, 2, 4, 1, 2, 1, 3, 2], [1, 2, 2, 4, 4, 2, 2, 3, 2], [1, 2, 2, 4, 4, 2, 3, 3, 2]]


def disagreement(ratings: list[list[int]]) -> tuple[float, float]:
    result = krippendorff_alpha(ratings)
    assert result.observed is not None
    assert result.expected is not None
    return 1 - result.observed, 1 - result.expected


PUBLISHED = [
    Published(PAPER, "p. 133", "agreement", 0.6, 0.0005, lambda: krippendorff_alpha(P133).observed),
    Published(
        PAPER, "p. 133", "expected disagreement", 0.442, 0.0005, lambda: disagreement(P133)[1]
    ),
    Published(PAPER, "p. 133", "α", 0.095, 0.0005, lambda: krippendorff_alpha(P133).value),
    Published(
        PAPER, "p. 139", "observed disagreement", 0.259, 0.0005, lambda: disagreement(P139)[0]
    ),
    Published(
        PAPER, "p. 139", "expected disagreement", 0.724, 0.0011, lambda: disagreement(P139)[1]
    ),
    Published(PAPER, "p. 139", "α", 0.642, 0.0005, lambda: krippendorff_alpha(P139).value),
    Published(
        PAPER,
        "p. 139",
        "α interval",
        0.547,
        0.0005,
        lambda: krippendorff_alpha(P139, distance="interval").value,
    ),
    Published(
        PAPER,
        "p. 139",
        "α ratio",
        0.483,
        0.0005,
        lambda: krippendorff_alpha(P139, distance="ratio").value,
    ),
    Published(
        PAPER,
        "p. 139",
        "α of category 1",
        0.381,
        0.0005,
        lambda: krippendorff_alpha(P139).codes[0].value,
    ),
    Published(
        PAPER,
        "p. 139",
        "agreement on category 1",
        0.777,
        0.001,
        lambda: krippendorff_alpha(P139).codes[0].observed,
    ),
    Published(
        PAPER,
        "p. 139",
        "α of category 2",
        0.711,
        0.0005,
        lambda: krippendorff_alpha(P139).codes[1].value,
    ),
    Published(
        PAPER,
        "p. 139",
        "agreement on category 2",
        0.852,
        0.001,
        lambda: krippendorff_alpha(P139).codes[1].observed,
    ),
    Published(
        PAPER,
        "p. 139",
        "α of category 3",
        0.717,
        0.0005,
        lambda: krippendorff_alpha(P139).codes[2].value,
    ),
    Published(
        PAPER,
        "p. 139",
        "agreement on category 3",
        0.926,
        0.001,
        lambda: krippendorff_alpha(P139).codes[2].observed,
    ),
    Published(
        PAPER,
        "p. 139",
        "α of category 4",
        0.764,
        0.0005,
        lambda: krippendorff_alpha(P139).codes[3].value,
    ),
    Published(
        PAPER,
        "p. 139",
        "agreement on category 4",
        0.926,
        0.001,
        lambda: krippendorff_alpha(P139).codes[3].observed,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
