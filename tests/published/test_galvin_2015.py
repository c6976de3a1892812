"""Galvin 2015, How many interviews are enough? n = ln(1 − P)/ln(1 − R)."""

import pytest

from qualcode.stats.saturation import galvin_probability, galvin_size


@pytest.mark.parametrize(("prevalence", "size"), [(0.05, 59), (0.1, 29), (0.2, 14), (0.3, 9)])
def test_sizes_for_95_percent(prevalence: float, size: int) -> None:
    assert galvin_size(prevalence, probability=0.95) == size
    assert galvin_probability(size, prevalence) >= 0.95 > galvin_probability(size - 1, prevalence)


def test_an_exact_power_is_not_rounded_up() -> None:
    assert galvin_size(0.5, probability=0.75) == 2
    assert galvin_size(0.2, probability=1 - 0.8**7) in (7, 8)
