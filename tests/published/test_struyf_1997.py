"""Struyf, Hubert and Rousseeuw (1997), doi:10.18637/jss.v001.i04: the agriculture of twelve countries.

Gross national product and the share of people in agriculture; agnes of the authors' R package cluster
prints the heights at which countries join by average linkage (tests/agnes-ex.Rout.save), and the
agglomerative coefficient.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats import agglomerative_coefficient, linked

PAPER = "Struyf et al. (1997)"
# B, DK, D, GR, E, F, IRL, I, L, NL, P, UK
COUNTRIES = np.array(
    [
        [16.8, 2.7], [21.3, 5.7], [18.7, 3.5], [5.9, 22.2], [11.4, 10.9], [17.8, 6.0],
        [10.9, 14.0], [16.6, 8.5], [21.0, 3.5], [16.4, 4.3], [7.8, 17.4], [14.0, 2.3],
    ]
)  # fmt: skip
# In the order in which they join.
HEIGHTS = (
    1.64924, 2.22036, 2.24836, 2.76918, 3.14006, 4.02677, 4.78835, 5.16236, 5.29409, 8.55075, 14.77963,
)  # fmt: skip


def tree() -> np.ndarray:
    return linked(np.linalg.norm(COUNTRIES[:, None] - COUNTRIES[None], axis=2), "average")


PUBLISHED = [
    *(
        Published(PAPER, f"agnes, step {at + 1}", "height", height, 5e-6,
                  lambda at=at: float(tree()[at, 2]))
        for at, height in enumerate(HEIGHTS)
    ),
    Published(
        PAPER, "agnes", "agglomerative coefficient", 0.781893, 5e-7,
        lambda: agglomerative_coefficient(tree()),
    ),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
