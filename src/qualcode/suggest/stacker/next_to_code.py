"""What to code next, by named strategies, with chance among them as the control.

On some codebooks asking for the uncertain saves coding, on others it saves nothing; the only way to know
is to compare with `random` on the project at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.stats.uncertainty.resampling import RandomState, as_generator
from qualcode.suggest.bench.texts import Encoded
from qualcode.suggest.stacker.fitted import FittedStack
from qualcode.suggest.stacker.scores import similarities

__all__ = ["STRATEGIES", "next_to_code"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Only so many of the most wanted segments are compared with each other for diversity.
_POOL = 400


def _uncertainty(fitted: FittedStack, encoded: Encoded, score: Floats) -> Floats:
    """Return how unsure each segment's codes are, rare codes counting more."""
    weight = 1 / np.sqrt(1 + fitted.counts[0])
    return np.asarray((score * (1 - score)) @ (weight / weight.sum()), np.float64)


def _novelty(fitted: FittedStack, encoded: Encoded, score: Floats) -> Floats:
    """Return how unlike any coded segment and any code's text each segment is."""
    known = similarities(encoded.terms, fitted.base.landmarks).max(axis=1, initial=0.0)
    told = similarities(encoded.terms, fitted.base.profiles.terms).max(axis=1, initial=0.0)
    return np.asarray(1 - np.maximum(known, told), np.float64)


STRATEGIES: Mapping[str, Callable[[FittedStack, Encoded, Floats], Floats] | None] = {
    "random": None,
    "uncertainty": _uncertainty,
    "novelty": _novelty,
}


def next_to_code(
    fitted: FittedStack,
    encoded: Encoded,
    score: Floats,
    n: int,
    *,
    strategy: str = "uncertainty",
    random_state: RandomState = 0,
) -> Longs:
    """Return which segments to code next, the most wanted first.

    Parameters
    ----------
    fitted : FittedStack
        The suggester.
    encoded : Encoded
        The segments that are not coded yet.
    score : array, segments × codes
        Their scores.
    n : int
        How many are wanted.
    strategy : {"uncertainty", "novelty", "random"}, default "uncertainty"
        *uncertainty* prefers segments whose codes are unsure, rare codes counting more, and unlike each
        other; *novelty* those unlike all that is coded or defined, and unlike each other; *random* none.
    random_state : int or numpy.random.Generator, default 0
        For *random*.

    Raises
    ------
    NotFoundError
        When there is no such strategy.
    """
    if strategy not in STRATEGIES:
        raise NotFoundError(
            f"there is no strategy {strategy!r}: {', '.join(STRATEGIES)} are known."
            + did_you_mean(strategy, STRATEGIES)
        )
    want = STRATEGIES[strategy]
    if want is None:
        order: Longs = as_generator(random_state).permutation(len(encoded))
        return order[:n]
    return _diverse(want(fitted, encoded, score), encoded, n)


def _diverse(wanted: Floats, encoded: Encoded, n: int) -> Longs:
    """Return wanted segments, each unlike those before it."""
    order = np.argsort(-wanted, kind="stable")
    pool, rest = order[: max(_POOL, n)], order[max(_POOL, n) :]
    terms = encoded.terms[pool]
    alike = np.zeros(pool.size)
    left = np.ones(pool.size, bool)
    chosen: list[int] = []
    while len(chosen) < min(n, pool.size):
        best = int(np.where(left, wanted[pool] * (1 - alike), -np.inf).argmax())
        chosen.append(best)
        left[best] = False
        alike = np.maximum(alike, similarities(terms, terms[[best]])[:, 0])
    return np.asarray(np.r_[pool[chosen], rest][:n], np.int64)
