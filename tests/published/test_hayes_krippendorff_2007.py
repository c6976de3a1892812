"""Hayes and Krippendorff (2007), doi:10.1080/19312450709336664: news stories by 5 observers."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import krippendorff_alpha

PAPER = "Hayes and Krippendorff (2007)"

# p. 84: the ratings of each of 40 units, a dot where an observer gave none.
PRINTED = """
    112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111.
    .100. 0000. 1222. 33223 111.1 111.1 212.2 1233. 1101. 000.0
    0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2
    110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1
"""
RATINGS = by_unit(
    [[None if label == "." else int(label) for label in unit] for unit in PRINTED.split()]
)

PUBLISHED = [
    Published(
        PAPER,
        "p. 84",
        "α ordinal",
        0.7598,
        5e-05,
        lambda: krippendorff_alpha(RATINGS, distance="ordinal").value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
