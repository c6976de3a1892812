"""Efron and Tibshirani (1993), An introduction to the bootstrap: the law schools (table 3.1, chapter 11).

Correlation of LSAT and GPA over 15 schools: .776; its jackknife standard error is .1425. And the
mice of table 2.1: the jackknife standard error of a mean is s/√n, 25.24 for the treated.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats.uncertainty.intervals import Interval, bootstrap_interval, jackknife_interval
from qualcode.stats.uncertainty.resampling import bootstrap_weights, leave_one_out

PAPER = "Efron and Tibshirani (1993)"

LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [
    3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96
]  # fmt: skip
TREATED = [94, 197, 16, 38, 99, 141, 23]


def law_schools() -> Interval:
    schools = np.array([LSAT, GPA])
    without = [np.corrcoef(np.delete(schools, at, axis=1))[0, 1] for at in range(15)]
    return jackknife_interval(without, np.corrcoef(schools)[0, 1])


def mice() -> Interval:
    return jackknife_interval(leave_one_out(TREATED) / 6, float(np.mean(TREATED)))


PUBLISHED = [
    Published(
        PAPER,
        "law schools, chapter 11",
        "jackknife standard error of a correlation",
        0.1425,
        5e-5,
        lambda: law_schools().standard_error,
    ),
    Published(
        PAPER,
        "mice, Table 2.1",
        "jackknife standard error of a mean",
        25.24,
        0.005,
        lambda: mice().standard_error,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_law_schools_bootstrap() -> None:
    # Table 6.1: the standard error settles at about .132 as samples grow.
    rng = np.random.default_rng(15)
    values = []
    for weights in bootstrap_weights(15, 3200, rng):
        drawn = np.repeat(np.array([LSAT, GPA]), weights, axis=1)
        values.append(np.corrcoef(drawn)[0, 1])
    found = bootstrap_interval(values, 0.776, n_clusters=15)
    assert found.standard_error == pytest.approx(0.132, abs=0.006)


def test_mice() -> None:
    found = mice()
    # 86.86 ± t(6) × 25.24
    assert found.high - found.low == pytest.approx(2 * 2.446912 * 25.2355, rel=1e-4)
