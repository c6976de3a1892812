"""Beeferman, Berger and Lafferty (1999), doi:10.1023/A:1007506220214: Pk, as segeval 2.0 has it."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import pk

PAPER = "Beeferman, Berger and Lafferty (1999)"
WHERE = "segeval 2.0, pk_test.py"


def of(hypothesis: list[int], reference: list[int]) -> float | None:
    return pk(hypothesis, reference).value


PUBLISHED = [
    Published(PAPER, WHERE, "a near miss", 0.22222222, 1e-7, lambda: of([2, 3, 6], [2, 2, 7])),
    Published(PAPER, WHERE, "no boundary in one", 0.36363636, 1e-7, lambda: of([13], [4, 4, 5])),
    Published(PAPER, WHERE, "no boundary in the reference", 1, 1e-7, lambda: of([4, 4, 5], [13])),
    Published(
        PAPER, WHERE, "boundaries everywhere", 0.63636363, 1e-7, lambda: of([1] * 13, [4, 4, 5])
    ),
    Published(PAPER, WHERE, "everywhere and nowhere", 1, 1e-7, lambda: of([1] * 13, [13])),
    Published(PAPER, WHERE, "a boundary moved", 0.18181818, 1e-7, lambda: of([5, 3, 5], [4, 4, 5])),
    Published(
        PAPER, WHERE, "a boundary too many", 0.09090909, 1e-7, lambda: of([5, 3, 5], [5, 1, 2, 5])
    ),
    Published(
        PAPER, WHERE, "missed and moved", 0.27272727, 1e-7, lambda: of([4, 4, 5], [5, 1, 2, 5])
    ),
    Published(
        PAPER,
        f"{WHERE}, The Moonstone (Kazantseva and Szpakowicz 2012), chapter 1",
        "Pk of an3 and an1",
        3 / 10,
        1e-9,
        lambda: of([9, 4], [11, 2]),
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
