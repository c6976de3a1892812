"""Tan, Swiecki, Ruis and Shaffer (2024), doi:10.1007/978-3-031-54464-4_18: epistemic networks of RescuShell.

Learning Analytics Methods and Tutorials, chapter 18, sections 3.8 and 3.9, by rENA on its own data: 48
students of two games, a window of seven lines within a game, group and activity, means rotation. What
the text prints of the second axis is 0 by construction; one SD is cut off there and not rounded (0.10). The
data are rENA's and no part of this: `tests/published/rescushell.py` says how to check these values.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.published.rescushell import CODES, lines, needs_data
from tests.published.table import Published, check

from qualcode.stats import EpistemicSpace, epistemic_space

PAPER = "Tan et al. (2024)"

pytestmark = needs_data


@cache
def space() -> EpistemicSpace:
    return epistemic_space(
        lines(), codes=CODES, network=["game", "person"], conversation=["game", "group", "activity"],
        by="game", window=7, random_state=1,
    )  # fmt: skip


def mean(at: int) -> float:
    return float(space().places[at].mean[0])


def spread(at: int, axis: int = 0) -> float:
    group = space().groups[at]
    own = [each == group for each in space().group]
    return float(space().axes.points[own, axis].std(ddof=1))


def middle(at: int, axis: int) -> float:
    group = space().groups[at]
    return float(np.median(space().axes.points[[each == group for each in space().group], axis]))


def contrast(name: str, axis: int = 0) -> float:
    found: Any = getattr(space().contrast, name)
    return float(found[axis])


PRINTED = [
    Published(
        PAPER, "section 3.9.1, variance", "share of MR1", 0.32, 0.005,
        lambda: float(space().axes.variance[0]),
    ),
    Published(PAPER, "section 3.8, t test", "MR1, first game, mean", -0.09, 0.005, lambda: mean(0)),
    Published(PAPER, "section 3.8, t test", "MR1, first game, SD", 0.11, 0.005, lambda: spread(0)),
    Published(PAPER, "section 3.8, t test", "MR1, second game, mean", 0.11, 0.005, lambda: mean(1)),
    Published(PAPER, "section 3.8, t test", "MR1, second game, SD", 0.10, 0.01, lambda: spread(1)),
    Published(PAPER, "section 3.8, t test", "MR1, t", -6.52, 0.005, lambda: -contrast("t")),
    Published(PAPER, "section 3.8, t test", "MR1, df", 45.31, 0.005, lambda: contrast("df")),
    Published(PAPER, "section 3.8, t test", "MR1, d", 1.88, 0.005, lambda: contrast("d")),
    Published(PAPER, "section 3.8, t test", "SVD2, first game, SD", 0.13, 0.005, lambda: spread(0, 1)),
    Published(PAPER, "section 3.8, t test", "SVD2, t", 0.0, 0.005, lambda: contrast("t", 1)),
    Published(PAPER, "section 3.8, t test", "SVD2, df", 43.17, 0.005, lambda: contrast("df", 1)),
    Published(PAPER, "section 3.8, U test", "MR1, first game, median", -0.08, 0.005, lambda: middle(0, 0)),
    Published(PAPER, "section 3.8, U test", "MR1, U", 50, 0, lambda: contrast("u")),
    Published(PAPER, "section 3.8, U test", "SVD2, U", 287, 0, lambda: contrast("u", 1)),
    Published(PAPER, "section 3.8, U test", "SVD2, p", 0.99, 0.005, lambda: contrast("u_p", 1)),
]  # fmt: skip


@pytest.mark.parametrize("entry", PRINTED, ids=str)
def test_values_of_the_chapter(entry: Published) -> None:
    check(entry)


def test_there_are_as_many_networks() -> None:
    assert [place.n for place in space().places] == [26, 22]


def test_chance_does_not_set_the_games_so_far_apart() -> None:
    found = space().contrast
    assert found is not None
    assert found.distance_p == pytest.approx(1 / 1001)
