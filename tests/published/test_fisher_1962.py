"""Fisher (1962), Confidence limits for a cross-product ratio: convictions of twins of criminals.

Monozygotic: 10 convicted, 3 not; dizygotic: 2 convicted, 15 not. Results as R documents them for
``fisher.test``, whose search for the limits ends with a tolerance that shows in the third digit.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.pairs.exact_tests import fisher_exact
from qualcode.stats.pairs.odds import odds_ratio_interval

PAPER = "Fisher (1962)"
DIZYGOTIC = (2, 12, 17, 30)


def upper(confidence: float) -> float:
    return float(odds_ratio_interval(*DIZYGOTIC, confidence=confidence).high)


PUBLISHED = [
    Published(
        PAPER,
        "convictions",
        "one-sided p",
        0.0004652,
        5e-8,
        lambda: float(fisher_exact(*DIZYGOTIC, alternative="less")),
    ),
    Published(
        PAPER,
        "convictions",
        "two-sided p",
        0.0005367,
        5e-8,
        lambda: float(fisher_exact(*DIZYGOTIC)),
    ),
    Published(
        PAPER,
        "convictions",
        "conditional odds ratio",
        0.04693661,
        1e-7,
        lambda: float(odds_ratio_interval(*DIZYGOTIC).value),
    ),
    Published(PAPER, "convictions", "upper limit, 95 %", 0.363182271, 1e-5, lambda: upper(0.95)),
    Published(PAPER, "convictions", "upper limit, 99 %", 0.578851645, 1e-6, lambda: upper(0.99)),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


@pytest.mark.parametrize(("confidence", "low"), [(0.95, 0.003325764), (0.99, 0.001386333)])
def test_lower_limits_are_close_to_rs(confidence: float, low: float) -> None:
    found = odds_ratio_interval(*DIZYGOTIC, confidence=confidence)
    assert float(found.low) == pytest.approx(low, rel=0.02)
