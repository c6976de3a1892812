"""Coverage: how often the library's intervals by document hold the true value, by simulation.

An interval of .95 is to hold the true value in .95 of all samples. Here samples are drawn of which the
truth is known: documents of 40 units, in which a code is on a share of the units that varies from
document to document (beta-binomial, with the given intraclass correlation); two coders who find four
in five of its units, in some documents more than in others, and put it on one in fifty others; a second
code whose odds are raised where the first is. Every sample is a column of one call of what the library
itself calls, so that four thousand take seconds.

The columns say how often the interval held the truth, how often there was none (with its reason), and
how wide it was in the middle.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from qualcode.stats.agreement.alpha_kernels import MatrixAlpha
from qualcode.stats.agreement.pooled_kernels import GWET, Pooled
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.groups.proportions import proportions
from qualcode.stats.pairs.association import association_bounds
from qualcode.stats.uncertainty.intervals import Bounds, jackknife_bounds

UNITS = 40
MANY = 200_000

Floats = NDArray[np.float64]
CODES = ((0.01, 0.2), (0.02, 0.1), (0.05, 0.2), (0.05, 0.05), (0.2, 0.2), (0.5, 0.2))
DOCUMENTS = (8, 15, 30)


def shares(rng: np.random.Generator, share: float, icc: float, shape: tuple[int, int]) -> Floats:
    """Return the chance that a unit carries the code, for documents × samples."""
    size = (1 - icc) / icc
    return rng.beta(share * size, (1 - share) * size, shape)


def carried(rng: np.random.Generator, share: float, icc: float, shape: tuple[int, int]) -> Any:
    return rng.binomial(UNITS, shares(rng, share, icc, shape))


def coded_twice(
    rng: np.random.Generator, share: float, icc: float, shape: tuple[int, int]
) -> tuple[Any, Any]:
    """Return on how many units both coders have the code, and on how many one of them."""
    truly = carried(rng, share, icc, shape)
    found = [np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)]
    for units, chance in ((truly, rng.beta(8, 2, shape)), (UNITS - truly, rng.beta(1, 49, shape))):
        both = rng.binomial(units, chance**2)
        found[0] += both
        found[1] += rng.binomial(units - both, 2 * chance / (1 + chance))
    return found[0], found[1]


def with_another(
    rng: np.random.Generator, share: float, icc: float, shape: tuple[int, int]
) -> tuple[Any, ...]:
    """Return the units with both of two codes, with the first, and with the second."""
    first = carried(rng, share, icc, shape)
    rest = shares(rng, share, icc, shape)
    raised = special.expit(special.logit(np.clip(rest, 1e-12, 1 - 1e-12)) + 1)
    both = rng.binomial(first, raised)
    return both, first, both + rng.binomial(UNITS - first, rest)


# Two categories, as a code that is or is not on a unit.
_EITHER = Ratings.read([[0, 1], [0, 1]])
_ALPHA = MatrixAlpha(_EITHER, None)
_AC1 = Pooled(_EITHER, np.eye(2), GWET)


def alpha_of(both: Any, one: Any, n: Any) -> Floats:
    """Return α from sums as `MatrixAlpha` takes them."""
    neither = n - both - one
    sums = [n, 2 * one, 2 * neither, 2 * both, 2 * neither + one, 2 * both + one]
    return _ALPHA.estimates(np.stack(np.broadcast_arrays(*sums), axis=-1).astype(float)).value


def ac1_of(both: Any, one: Any, n: Any) -> Floats:
    """Return AC1 from sums as `Pooled` takes them."""
    neither = n - both - one
    share = [neither + one / 2, both + one / 2]
    sums = [both + neither, n, n, 2 * neither, 2 * both, *share, *share]
    return _AC1.estimates(np.stack(np.broadcast_arrays(*sums), axis=-1).astype(float)).value


def agreement(of: Callable[[Any, Any, Any], Floats]) -> Callable[..., tuple[float, Bounds]]:
    def run(
        rng: np.random.Generator, code: tuple[float, float], documents: int, samples: int
    ) -> tuple[float, Bounds]:
        truth = [each.sum() for each in coded_twice(rng, *code, (MANY, 1))]
        both, one = coded_twice(rng, *code, (documents, samples))
        n = documents * UNITS
        replicates = of(both.sum(0) - both, one.sum(0) - one, n - UNITS)
        found = jackknife_bounds(replicates, of(both.sum(0), one.sum(0), n), scale="fisher")
        return float(of(*truth, MANY * UNITS)), found

    return run


def prevalence(method: Any) -> Callable[..., tuple[float, Bounds]]:
    def run(
        rng: np.random.Generator, code: tuple[float, float], documents: int, samples: int
    ) -> tuple[float, Bounds]:
        carrying = carried(rng, *code, (documents, samples))
        units = np.full(documents, UNITS)
        found = proportions(carrying, units, interval=method, random_state=rng)
        return code[0], found.bounds

    return run


def documents_with(method: Any) -> Callable[..., tuple[float, Bounds]]:
    """Return the share of documents that carry the code at all: so many documents as carry a unit."""

    def run(
        rng: np.random.Generator, code: tuple[float, float], documents: int, samples: int
    ) -> tuple[float, Bounds]:
        truth = float((carried(rng, *code, (MANY, 1)) > 0).mean())
        carrying = rng.random((documents, samples)) < truth
        return truth, proportions(carrying, np.ones(documents), interval=method).bounds

    return run


def pairs(measure: str, method: Any) -> Callable[..., tuple[float, Bounds]]:
    def run(
        rng: np.random.Generator, code: tuple[float, float], documents: int, samples: int
    ) -> tuple[float, Bounds]:
        both, first, second = (each.sum() for each in with_another(rng, *code, (MANY, 1)))
        truth = {
            "odds_ratio": both * (MANY * UNITS - first - second + both)
            / ((first - both) * (second - both)),
            "jaccard": both / (first + second - both),
        }  # fmt: skip
        tables = with_another(rng, *code, (documents, samples))
        units = np.full((documents, 1), UNITS)
        found = association_bounds(measure, *tables, units, method=method, random_state=rng)
        return float(truth[measure]), found

    return run


ROWS: tuple[tuple[str, Callable[..., tuple[float, Bounds]]], ...] = (
    ("share", prevalence("jackknife")),
    ("share, bootstrap", prevalence("bootstrap")),
    ("share of documents", documents_with(None)),
    ("share of documents, jackknife", documents_with("jackknife")),
    ("AC1", agreement(ac1_of)),
    ("α", agreement(alpha_of)),
    ("odds ratio", pairs("odds_ratio", "jackknife")),
    ("odds ratio, bootstrap", pairs("odds_ratio", "bootstrap")),
    ("Jaccard", pairs("jaccard", "jackknife")),
    ("Jaccard, bootstrap", pairs("jaccard", "bootstrap")),
)


def cells(
    run: Callable[..., tuple[float, Bounds]], code: tuple[float, float], documents: int,
    samples: int, seed: int,
) -> list[str]:  # fmt: skip
    truth, found = run(np.random.default_rng(seed), code, documents, samples)
    there = np.isfinite(found.low) & np.isfinite(found.high)
    held = ((found.low <= truth) & (truth <= found.high))[there]
    width = np.median((found.high - found.low)[there]) if there.any() else np.nan
    return [f"{held.mean():.3f}" if there.any() else "", f"{1 - there.mean():.3f}", f"{width:.3g}"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage of intervals by document")
    parser.add_argument("--samples", type=int, default=4_000, help="replicates a row")
    parser.add_argument("--small", action="store_true", help="400 replicates a row")
    parser.add_argument("--seed", type=int, default=20261130)
    args = parser.parse_args()
    samples = 400 if args.small else args.samples
    print(f"{samples:,} samples a row, seed {args.seed}; nominal .95\n")
    heads = [f"{documents} documents | none | width" for documents in DOCUMENTS]
    print(f"| interval of | prevalence | icc | {' | '.join(heads)} |")
    print(f"|---|{'---:|' * (2 + 3 * len(DOCUMENTS))}")
    for name, run in ROWS:
        for code in CODES:
            line = [name, f"{code[0]:g}", f"{code[1]:g}"]
            for documents in DOCUMENTS:
                line += cells(run, code, documents, samples, args.seed)
            print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main()
