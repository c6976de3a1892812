"""Benjamini and Hochberg (1995), Controlling the false discovery rate, section 4.1 (p. 295).

Fifteen p-values of a study of thrombolysis; at .05 the Bonferroni procedure rejects three, the
false discovery procedure four.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats.pairs.exact_tests import false_discovery

PAPER = "Benjamini and Hochberg (1995)"

P = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
    0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip
ADJUSTED = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765]

PUBLISHED = [
    Published(
        PAPER,
        "section 4.1, p. 295",
        "hypotheses rejected at .05",
        4,
        0,
        lambda: float(np.count_nonzero(false_discovery(P) <= 0.05)),
    )
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_adjusted_p_values() -> None:
    assert false_discovery(P)[:9] == pytest.approx(ADJUSTED, abs=1e-6)


def test_tests_that_were_not_made_do_not_count() -> None:
    with_gaps = np.insert(np.array(P), [0, 7, 15], np.nan)
    adjusted = false_discovery(with_gaps)
    assert np.isnan(adjusted).sum() == 3
    assert adjusted[~np.isnan(adjusted)] == pytest.approx(false_discovery(P))


def test_benjamini_yekutieli_is_stricter_by_the_harmonic_sum() -> None:
    harmonic = sum(1 / k for k in range(1, 16))
    expected = np.minimum(false_discovery(P) * harmonic, 1)
    assert false_discovery(P, method="by")[:9] == pytest.approx(expected[:9])
