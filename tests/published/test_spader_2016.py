"""SpadeR (Chao, Ma, Hsieh and Chiu 2016), by the estimators' author: ICE and ACE as the program prints them.

Seeds and seedlings on 16 to 120 plots, as kept with the analyses of Ruzi et al. (species on so many plots,
with the cut that they took), and trees of plot 1 of Barro Colorado Island (individuals of each species).
Frequent species are entered as on one plot more than the cut: only their number counts.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import CodeFrequencies, Richness, ace, ice

PAPER = "SpadeR (2016)"

# frequency counts from 1 on, frequent species, plots, cut; estimate, standard error, interval
ICE: dict[str, tuple[list[int], int, int, int, tuple[float, ...]]] = {
    "H25, wet season": ([9, 4, 1, 0], 1, 16, 4, (25.340, 7.432, 17.919, 51.630)),
    "A, wet season": ([8, 4, 1, 0], 5, 16, 4, (26.478, 6.361, 20.288, 49.413)),
    "P, wet season": ([5, 5, 1, 1], 2, 16, 4, (17.010, 2.770, 14.648, 27.973)),
    "Z, wet season": ([15, 2, 0, 1], 3, 16, 4, (81.926, 47.514, 36.779, 256.243)),
    "seeds below ground": ([8, 3, 1, 0, 2], 4, 120, 10, (29.309, 9.072, 20.841, 63.018)),
}
TREES = [1] * 31 + [2] * 18 + [3] * 9 + [4] * 6 + [5] * 6 + [6] * 4 + [7, 8, 9, 10] + [11] * 15
NAMES = ("", ", standard error", ", low", ", high")


def estimate(name: str) -> Richness:
    counts, frequent, plots, cut, _ = ICE[name]
    rare = [often for often, count in enumerate(counts, start=1) for _ in range(count)]
    return ice(CodeFrequencies([*rare, *[cut + 1] * frequent], plots), rare=cut)


def part(found: Richness, at: int) -> float:
    return (found.value, found.standard_error, found.low, found.high)[at]


def of_ice(name: str, at: int, value: float) -> Published:
    return Published(PAPER, name, f"ICE{NAMES[at]}", value, 5e-4, lambda: part(estimate(name), at))


def of_ace(at: int, value: float) -> Published:
    return Published(
        PAPER, "Barro Colorado Island, plot 1", f"ACE{NAMES[at]}", value, 5e-4,
        lambda: part(ace(TREES), at),
    )  # fmt: skip


PUBLISHED = [
    *(
        of_ice(name, at, each)
        for name, (*_, printed) in ICE.items()
        for at, each in enumerate(printed)
    ),
    *(of_ace(at, each) for at, each in enumerate((122.849, 11.404, 107.478, 154.537))),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
