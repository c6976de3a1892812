"""Fisher 1962, Confidence limits for a cross-product ratio: convictions of twins of criminals.

Table: monozygotic 10 convicted, 3 not; dizygotic 2 convicted, 15 not. Results as R documents them
for ``fisher.test``.
"""

import pytest

from qualcode.stats.inference import fisher_exact, odds_ratio_interval

DIZYGOTIC = (2, 12, 17, 30)


def test_p_values() -> None:
    assert float(fisher_exact(*DIZYGOTIC, alternative="less")) == pytest.approx(0.0004652, abs=1e-7)
    assert float(fisher_exact(*DIZYGOTIC)) == pytest.approx(0.0005367, abs=1e-7)


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(0.95, 0.003325764, 0.363182271), (0.99, 0.001386333, 0.578851645)],
)
def test_confidence_limits(confidence: float, low: float, high: float) -> None:
    found = odds_ratio_interval(*DIZYGOTIC, confidence=confidence)
    assert float(found.value) == pytest.approx(0.04693661, rel=1e-5)
    # R's search for the limits ends with a tolerance that shows in the third digit.
    assert float(found.low) == pytest.approx(low, rel=0.02)
    assert float(found.high) == pytest.approx(high, rel=1e-4)
