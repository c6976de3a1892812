"""Church and Hanks (1990), Word association norms, mutual information, and lexicography.

Associations with "doctor" in the 1987 AP corpus. The paper rounds N to 15 million, so the values
that follow from its counts differ by up to 0.06 from those it prints.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.coefficients import pmi

PAPER = "Church and Hanks (1990)"
N = 15_000_000

# I(x, y), f(x, y), f(x), f(y)
TABLE_3 = {
    "honorary doctor": (11.3, 12, 111, 621),
    "doctors dentists": (11.3, 8, 1105, 44),
    "doctors nurses": (10.7, 30, 1105, 241),
    "doctors treating": (9.4, 8, 1105, 154),
    "examined doctor": (9.0, 6, 275, 621),
    "doctors treat": (8.9, 11, 1105, 317),
    "doctor bills": (8.7, 25, 621, 1407),
    "doctor visits": (8.7, 6, 621, 350),
    "doctors hospitals": (8.6, 19, 1105, 676),
    "nurses doctors": (8.4, 6, 241, 1105),
    "doctor with": (0.96, 6, 621, 73785),
    "a doctors": (0.95, 41, 284690, 1105),
    "is doctors": (0.93, 12, 84716, 1105),
}

PUBLISHED = [
    Published(PAPER, f"Table 3, {words}", "PMI", row[0], 0.065, lambda c=row[1:]: float(pmi(*c, N)))
    for words, row in TABLE_3.items()
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
