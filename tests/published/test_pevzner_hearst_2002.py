"""Pevzner and Hearst (2002), doi:10.1162/089120102317341756: WindowDiff, as segeval 2.0 has it.

Its tests have the values; the author of boundary similarity keeps the package.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import window_diff

PAPER = "Pevzner and Hearst (2002)"
WHERE = "segeval 2.0, windowdiff_test.py"


def of(hypothesis: list[int], reference: list[int]) -> float | None:
    return window_diff(hypothesis, reference).value


PUBLISHED = [
    Published(PAPER, WHERE, "a near miss", 0.22222222, 1e-7, lambda: of([2, 3, 6], [2, 2, 7])),
    Published(PAPER, WHERE, "no boundary in one", 0.36363636, 1e-7, lambda: of([13], [4, 4, 5])),
    Published(PAPER, WHERE, "no boundary in the reference", 1, 1e-7, lambda: of([4, 4, 5], [13])),
    Published(PAPER, WHERE, "boundaries everywhere", 1, 1e-7, lambda: of([1] * 13, [4, 4, 5])),
    Published(PAPER, WHERE, "a boundary moved", 2 / 11, 1e-7, lambda: of([5, 3, 5], [4, 4, 5])),
    Published(
        PAPER, WHERE, "a boundary too many", 2 / 11, 1e-7, lambda: of([5, 3, 5], [5, 1, 2, 5])
    ),
    Published(
        PAPER, WHERE, "missed and moved", 0.27272727, 1e-7, lambda: of([4, 4, 5], [5, 1, 2, 5])
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
