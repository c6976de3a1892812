"""How often tests of groups say that groups differ where they do not.

Documents differ among each other (beta-binomial, with an intraclass correlation) and are dealt to groups
whatever they say, or are in all groups at once. A test at .05 should reject in .05 of the samples.

    python benchmarks/group_tests.py
"""

from __future__ import annotations

from itertools import product

import numpy as np

from qualcode.stats import chi_squared_tests, trend_tests

SAMPLES, UNITS = 2000, 40


def sample(
    rng: np.random.Generator,
    documents: int,
    groups: int,
    share: float,
    alike: float,
    *,
    crossed: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return units that carry each of many codes, and all units, by document and group."""
    sizes = rng.poisson(UNITS, size=documents) + 1
    a, b = share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike
    chance = rng.beta(a, b, size=(documents, SAMPLES))
    units, carrying = np.zeros((documents, groups)), np.zeros((documents, groups, SAMPLES))
    for group in range(groups):
        there = (
            np.ones(documents, dtype=bool) if crossed else np.arange(documents) % groups == group
        )
        units[there, group] = sizes[there]
        carrying[there, group] = rng.binomial(sizes[there, None], chance[there])
    return carrying, units


def main() -> None:
    """Print the share of samples in which each test rejects."""
    rng = np.random.default_rng(1)
    print("documents groups share alike documents-in  rao-scott trend independent")
    sizes = ((8, 2), (12, 3), (24, 2))
    for (documents, groups), share, alike, crossed in product(
        sizes, (0.05, 0.3), (0.01, 0.1), (False, True)
    ):
        carrying, units = sample(rng, documents, groups, share, alike, crossed=crossed)
        tested = chi_squared_tests(carrying, units)
        trend, _ = trend_tests(carrying, units, np.arange(groups, dtype=float))
        fine = ~np.isnan(tested.p)
        rates = [np.mean(p[fine] < 0.05) for p in (tested.p, trend.p, tested.naive_p)]
        told = "all groups" if crossed else "one group "
        print(
            f"{documents:9} {groups:6} {share:5} {alike:5} {told:12} "
            + " ".join(f"{rate:9.3f}" for rate in rates)
        )


if __name__ == "__main__":
    main()
