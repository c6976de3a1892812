"""Lumley (2004), doi:10.18637/jss.v009.i08, and the manual of its R package survey: schools in 15 districts.

Whether a school met its growth target by its level, E, M and H, in `apiclus1`, a sample of whole districts;
the tests of r-survey.r-forge.r-project.org/survey/example-chisq.html. Pearson's χ² is the same. Rao and
Scott's F is not: the package takes the share of each cell as it was seen for its design effects, and the
library the one under the null hypothesis; and few schools missed their target, 12, 8 and 3 of the levels.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from tests.published.table import Published, check

from qualcode.stats.groups.clustered_tables import chi_squared_tests

PAPER = "Lumley (2004)"

# Of each district: schools of the levels E, M and H.
SCHOOLS = [
    (10, 3, 0), (34, 0, 0), (2, 1, 1), (10, 3, 0), (13, 3, 0), (2, 0, 0), (1, 0, 0), (2, 1, 1), (9, 2, 1),
    (16, 3, 2), (4, 1, 4), (8, 2, 1), (30, 4, 3), (1, 1, 0), (2, 1, 1),
]  # fmt: skip
MET = [
    (10, 1, 0), (31, 0, 0), (2, 0, 1), (9, 1, 0), (12, 3, 0), (2, 0, 0), (1, 0, 0), (2, 1, 1), (9, 2, 1),
    (15, 2, 1), (3, 1, 3), (8, 2, 1), (25, 4, 3), (1, 0, 0), (2, 0, 0),
]  # fmt: skip
DISTRICTS = 757
"""In the population: the package corrects for how many of them were drawn."""

UNITS, CARRYING = np.array(SCHOOLS, dtype=float), np.array(MET, dtype=float)
TESTS = chi_squared_tests(CARRYING[:, :, None], UNITS)

PUBLISHED = [
    Published(
        PAPER, "example-chisq, svychisq", "Pearson's χ², before its correction", 11.9409, 5e-5,
        lambda: float(TESTS.naive[0]),
    ),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)


def test_the_printed_f_is_that_of_shares_as_they_were_seen() -> None:
    """What the package does leads to what it prints, so the tables and the difference are understood."""
    cells = np.concatenate([UNITS - CARRYING, CARRYING], axis=1)
    total, n_districts = cells.sum(), len(cells)
    seen = cells.sum(axis=0) / total
    each = (cells - UNITS.sum(axis=1, keepdims=True) * seen) / total
    covariance = each.T @ each * n_districts / (n_districts - 1) * (1 - n_districts / DISTRICTS)
    met, level = np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)
    apart = np.stack([np.ones(6), met == 1, level == 1, level == 2], axis=1)
    both = np.stack([(met == 1) & (level == 1), (met == 1) & (level == 2)], axis=1).astype(float)
    contrast = (both - apart @ np.linalg.lstsq(apart, both, rcond=None)[0]) / seen[:, None]
    plain = contrast.T @ np.diag(seen) @ contrast / total
    effects = np.linalg.solve(plain, contrast.T @ covariance @ contrast)
    f = TESTS.naive[0] / np.trace(effects)
    df = np.trace(effects) ** 2 / np.trace(effects @ effects)
    assert (f, df) == (pytest.approx(5.1934, abs=5e-5), pytest.approx(1.495, abs=5e-4))
    assert special.fdtrc(df, df * (n_districts - 1), f) == pytest.approx(0.02175, abs=5e-6)
    # The page on prevalence has both.
    assert TESTS.statistic[0] == pytest.approx(3.08, abs=0.005)
    assert TESTS.p[0] == pytest.approx(0.080, abs=0.0005)
