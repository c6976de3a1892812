"""Krippendorff (1995), On the reliability of unitizing continuous data: digitised examples."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import cohen_kappa, krippendorff_alpha, scott_pi

PAPER = "Krippendorff (1995)"

A = [list("001111111100001111110000"), list("000011110000000110000000")]
B = [list("111111111111111111000000"), list("111111111100000000000000")]
C = [list("001111110011001111001100"), list("110011110011110011001100")]

PUBLISHED = [
    Published(PAPER, "p. 57", "κ of pair A", 0.385, 0.0005, lambda: cohen_kappa(A).value),
    Published(PAPER, "p. 57", "π of pair A", 0.314, 0.0005, lambda: scott_pi(A).value),
    Published(PAPER, "p. 57", "κ of pair B", 0.385, 0.0005, lambda: cohen_kappa(B).value),
    Published(PAPER, "p. 57", "π of pair B", 0.314, 0.0005, lambda: scott_pi(B).value),
    Published(PAPER, "p. 57", "κ of pair C", 0.314, 0.0005, lambda: cohen_kappa(C).value),
    Published(PAPER, "p. 57", "π of pair C", 0.314, 0.0005, lambda: scott_pi(C).value),
    Published(PAPER, "p. 57", "α of pair A", 0.329, 0.0005, lambda: krippendorff_alpha(A).value),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)


def test_one_category_is_undefined() -> None:
    # Pair D, p. 57: both code everything.
    everything = [list("1" * 24), list("1" * 24)]
    for measure in (cohen_kappa, scott_pi, krippendorff_alpha):
        result = measure(everything)
        assert (result.value, result.observed) == (None, 1.0)
