"""From base scores to one probability: the features of a (segment, code) pair, the same for all codes.

One regression weighs the scores of every pair of segment and code, so a code with five examples profits
from what was learned on all the others. A score enters as a standardised value and as its contrast with
the best other code on the same segment; how far it is trusted depends on how many examples the code has.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qualcode.model.values import ByValue
from qualcode.suggest.bench.frequencies import Rates
from qualcode.suggest.stacker.scores import KINDS, best_other

__all__ = ["Scaling", "Stack", "anchors", "pair_features"]

Floats = NDArray[np.float64]

# Ridge scores that also enter as they are, frequency included.
_WHOLE = ("terms", "topics", "vectors")
_PRECISION, _FLAG_PRECISION = 30.0, 5.0
# That another code has a better score tells less against a code without examples: theirs make that score.
_NEW_CONTRAST = 0.5
_WHOLE_ANCHOR, _PRIOR_ANCHOR, _FLAG_ANCHOR = 0.1, 0.8, -0.5


@frozen(eq=False)
class Scaling(ByValue):
    """What standardises one base score.

    Parameters
    ----------
    mean, scale : array, codes
        Mean and spread by code. The spread is halfway (geometrically) between the code's own and all
        codes': a score that hardly varies for a code is not blown up to look as telling as others.
    whole_mean, whole_scale : float
        Of the score with the code's frequency left in.
    """

    mean: Floats
    scale: Floats
    whole_mean: float
    whole_scale: float

    @classmethod
    def of(cls, score: Floats, whole: Floats) -> Scaling:
        """Return the scaling of a score.

        Parameters
        ----------
        score, whole : array, segments × codes
            The score, and the score plus the code's frequency.
        """
        spread = score.std(axis=0)
        return cls(
            score.mean(axis=0),
            np.maximum(np.sqrt(spread * spread.mean()), 1e-6),
            float(whole.mean()),
            float(max(whole.std(), 1e-6)),
        )


@frozen(eq=False)
class Stack(ByValue):
    """Which base scores are combined, and how they are scaled.

    Parameters
    ----------
    scaling : mapping of str to Scaling
        By name of the base score, in the order of the features.
    """

    scaling: Mapping[str, Scaling]

    @property
    def names(self) -> tuple[str, ...]:
        """The features' names."""
        names = []
        for name in self.scaling:
            for what in ("", " over others"):
                names += [f"{name}{what} (known)", f"{name}{what} (new)"]
        names += [
            f"{name} with frequency{what}"
            for name in self.scaling
            if name in _WHOLE
            for what in ("", " over others")
        ]
        return (*names, "frequency", "no example yet")


def anchors(stack: Stack) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the anchor and precision of each feature's weight, and which may not be negative.

    Parameters
    ----------
    stack : Stack
        The features.
    """
    anchor = []
    for name in stack.scaling:
        warm, cold = KINDS[name].warm, KINDS[name].cold
        anchor += [warm, cold, warm, _NEW_CONTRAST * cold]
    anchor += [_WHOLE_ANCHOR] * (len(stack.names) - 2 - len(anchor))
    precision = np.full(len(stack.names), _PRECISION)
    precision[-1] = _FLAG_PRECISION
    signed = np.ones(len(stack.names), bool)
    signed[-1] = False
    return np.array([*anchor, _PRIOR_ANCHOR, _FLAG_ANCHOR]), precision, signed


def pair_features(
    stack: Stack, scores: Mapping[str, Floats], counts: Floats, rates: Rates
) -> Floats:
    """Return the features of every pair, segments × codes × features.

    Parameters
    ----------
    stack : Stack
        What to combine.
    scores : mapping of str to array
        The base scores, segments × codes each.
    counts : array
        How many segments have the code: one row, or one a segment.
    rates : Rates
        The codes' frequencies, in the same shape.
    """
    shape = scores[next(iter(stack.scaling))].shape
    features = np.empty((*shape, len(stack.names)))
    novelty = 1 / (1 + np.broadcast_to(counts, shape))
    column = 0
    for name, scaling in stack.scaling.items():
        value = np.clip((scores[name] - scaling.mean) / scaling.scale, -4, 8)
        for feature in (value, _contrast(value)):
            features[..., column] = feature * (1 - novelty)
            features[..., column + 1] = feature * novelty
            column += 2
    for name, scaling in stack.scaling.items():
        if name in _WHOLE:
            whole = scores[name] + rates.shrunk
            value = np.clip((whole - scaling.whole_mean) / scaling.whole_scale, -4, 8)
            features[..., column], features[..., column + 1] = value, _contrast(value)
            column += 2
    features[..., -2] = rates.log_odds
    features[..., -1] = np.broadcast_to(counts, shape) == 0
    return features


def _contrast(value: Floats) -> Floats:
    """Return how far each code is above the best other code of its segment."""
    return np.asarray(value - best_other(value), np.float64)
