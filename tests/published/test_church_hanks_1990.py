"""Church & Hanks 1990, Word association norms, mutual information, and lexicography.

Table 3: associations with "doctor" in the 1987 AP corpus, N = 15 million (rounded in the paper, so
its values are off by up to 0.06).
"""

import pytest

from qualcode.stats.association import pmi

# I(x, y), f(x, y), f(x), f(y)
TABLE_3 = [
    (11.3, 12, 111, 621, "honorary doctor"),
    (11.3, 8, 1105, 44, "doctors dentists"),
    (10.7, 30, 1105, 241, "doctors nurses"),
    (9.4, 8, 1105, 154, "doctors treating"),
    (9.0, 6, 275, 621, "examined doctor"),
    (8.9, 11, 1105, 317, "doctors treat"),
    (8.7, 25, 621, 1407, "doctor bills"),
    (8.7, 6, 621, 350, "doctor visits"),
    (8.6, 19, 1105, 676, "doctors hospitals"),
    (8.4, 6, 241, 1105, "nurses doctors"),
    (0.96, 6, 621, 73785, "doctor with"),
    (0.95, 41, 284690, 1105, "a doctors"),
    (0.93, 12, 84716, 1105, "is doctors"),
]


@pytest.mark.parametrize(("printed", "both", "n_a", "n_b"), [row[:4] for row in TABLE_3])
def test_table_3(printed: float, both: int, n_a: int, n_b: int) -> None:
    assert float(pmi(both, n_a, n_b, 15_000_000)) == pytest.approx(printed, abs=0.065)
