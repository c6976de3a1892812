"""Shrout and Fleiss (1979), doi:10.1037/0033-2909.86.2.420: six intraclass correlations of one table.

Four judges and six targets (Table 2); the six forms of Table 4.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import Form, intraclass_correlation

PAPER = "Shrout and Fleiss (1979)"
RATINGS = by_unit(
    [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
)
PRINTED: dict[Form, float] = {
    "1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91,
}  # fmt: skip

PUBLISHED = [
    Published(
        PAPER,
        "Table 4, p. 424",
        f"ICC({form})",
        value,
        0.005,
        lambda form=form: intraclass_correlation(RATINGS, form=form).value,  # type: ignore[misc]
    )
    for form, value in PRINTED.items()
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
