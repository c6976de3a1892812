"""How alike things are, pair by pair, and how alike they would be on other documents.

Clusters and maps are made from this, and made again on samples of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.values import ByValue
from qualcode.stats.coefficients import Coefficient
from qualcode.stats.pairs.pair_counts import PairCounts
from qualcode.stats.uncertainty.resampling import (
    RandomState,
    as_generator,
    bootstrap_weights,
    weight_blocks,
)

__all__ = ["ByMeeting", "ByProfile", "Likenesses", "ProfileMeasure", "SimilarityOf"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
SimilarityOf: TypeAlias = Literal["code", "document", "case", "speaker", "role"]
"""What is compared with what."""
ProfileMeasure: TypeAlias = Literal["cosine", "correlation", "bray_curtis"]
"""How counts of two things are compared; the name of a coefficient compares what they have at all."""
Sample: TypeAlias = tuple[Longs, Floats]
"""Which of the things are in a sample, and the distances between these."""

_CELLS = 1 << 22
"""Numbers of resampled counts that are held at once."""
PROFILE_MEASURES = {"cosine": "cosine", "correlation": "correlation", "bray_curtis": "braycurtis"}
"""Measures of counts, by what SciPy calls them."""


@attrs.frozen(eq=False)
class ByMeeting(ByValue):
    """Codes that are alike where they meet.

    Parameters
    ----------
    met : PairCounts
        How often each pair does.
    coefficient : Coefficient
        How that becomes a likeness.
    """

    met: PairCounts
    coefficient: Coefficient

    def values(self) -> Floats:
        """Return the likeness of each pair of codes."""
        own = np.diagonal(self.met.counts)
        return self.coefficient(self.met.counts, own[:, None], own[None, :], self.met.n_units)

    def samples(self, n: int, random_state: RandomState) -> Iterator[Floats]:
        """Yield the likenesses on samples of whole documents; none where there is one document."""
        both, units = self.met.by_cluster()
        if len(both) < 2:
            return
        # Sums of counts are exact as floats too, and of many samples at once many times faster.
        each, shape = both.reshape(len(both), -1).astype(np.float64), both.shape[1:]
        width = max(1, _CELLS // max(each.shape))
        generator = as_generator(random_state)
        for first in range(0, n, width):
            drawn = bootstrap_weights(len(both), min(width, n - first), generator)
            some = drawn.astype(np.float64)
            for counts, n_units in zip(some @ each, some @ units, strict=True):
                table = counts.reshape(shape)
                own = np.diagonal(table)
                yield self.coefficient(table, own[:, None], own[None, :], n_units)


@attrs.frozen(eq=False)
class ByProfile(ByValue):
    """Things that are alike in what is counted of them.

    Parameters
    ----------
    counts : array of int64, things × what is counted
        The profile of each.
    coefficient : Coefficient or None
        For what they have at all; None where counts are compared.
    measure : str
        How counts are compared.
    drawn : {"things", "columns"}
        Whether samples are of the things (documents, which are compared) or of the columns (documents, in
        which codes are counted).
    """

    counts: Longs = attrs.field(repr=False)
    coefficient: Coefficient | None
    measure: str
    drawn: Literal["things", "columns"]

    def values(self) -> Floats:
        """Return the likeness of each pair of things."""
        return self._likeness(self.counts)

    def samples(self, n: int, random_state: RandomState) -> Iterator[Floats]:
        """Yield the likenesses on samples; what is not in a sample has none."""
        axis = 0 if self.drawn == "things" else 1
        if self.counts.shape[axis] < 2:
            return
        whole = self.values() if axis == 0 else None
        for weights in chain.from_iterable(weight_blocks(self.counts.shape[axis], n, random_state)):
            if whole is not None:
                # A document that is drawn twice is no second document that happens to be the same.
                there = weights > 0
                yield np.where(there[:, None] & there[None, :], whole, np.nan)
            else:
                yield self._likeness(np.repeat(self.counts, weights, axis=1))

    def _likeness(self, counts: Longs) -> Floats:
        if self.coefficient is not None:
            has = (counts > 0).astype(np.int64)
            both, own = has @ has.T, has.sum(axis=1)
            return self.coefficient(both, own[:, None], own[None, :], has.shape[1])
        from scipy.spatial.distance import cdist

        # What has a profile of zeros points nowhere; SciPy divides by its length.
        empty = ~counts.any(axis=1)
        if self.measure == "correlation":
            empty |= np.ptp(counts, axis=1) == 0
        found = np.full((len(counts), len(counts)), np.nan)
        there = np.flatnonzero(~empty)
        if there.size:
            profiles = counts[there].astype(np.float64)
            found[np.ix_(there, there)] = 1.0 - cdist(
                profiles, profiles, PROFILE_MEASURES[self.measure]
            )
        return found


@attrs.frozen(eq=False)
class Likenesses(CountedResult):
    """How alike codes, documents, cases or speakers are.

    Parameters
    ----------
    state : State
        What was counted.
    of : {"code", "document", "case", "speaker", "role"}
        What is compared with what.
    level : {"code", "theme", "domain"}
        Which nodes are compared, or counted in what is compared.
    ids, names : tuple of str
        Of what is compared.
    values : array of float
        How alike each pair is: at most 1, which is what each is with itself.
    measure : str
        By what.
    unit, meeting : str or None
        On what codes meet, or how their spans do; None where profiles are compared.
    rollup : Rollup
        Along which the nodes are.
    left_out : tuple of str
        Ids of what has no likeness, such as documents without codes.
    source : ByMeeting or ByProfile
        What it was computed from.
    kept : array of int64
        Which of what was compared there have a likeness.
    """

    _instead = "project.similarity(…).plot() draws it"

    state: State = attrs.field(repr=False)
    of: SimilarityOf
    level: str
    ids: tuple[str, ...] = attrs.field(repr=False)
    names: tuple[str, ...] = attrs.field(repr=False)
    values: Floats = attrs.field(repr=False)
    measure: str
    unit: str | None
    meeting: str | None
    rollup: Rollup = attrs.field(repr=False)
    left_out: tuple[str, ...]
    source: ByMeeting | ByProfile = attrs.field(repr=False)
    kept: Longs = attrs.field(repr=False)

    @property
    def noun(self) -> str:
        """What is compared, in one word."""
        return self.level if self.of == "code" else self.of

    @property
    def cluster(self) -> str:
        """What is drawn as a whole where samples are."""
        if self.of != "code":
            return self.of
        return "case" if self.unit == "case" else "document"

    @property
    def distances(self) -> Floats:
        """How far apart each pair is: 1 less its likeness."""
        return _apart(self.values)

    def samples(self, n: int, random_state: RandomState) -> Iterator[Sample]:
        """Yield, for samples of whole documents, what is there and how far apart it is.

        Parameters
        ----------
        n : int
            How many samples.
        random_state : int, numpy.random.Generator or None
            Their seed.
        """
        for likeness in self.source.samples(n, random_state):
            own = likeness[np.ix_(self.kept, self.kept)]
            there = defined(own)
            yield there, _apart(own[np.ix_(there, there)])


def _apart(values: Floats) -> Floats:
    apart = 1.0 - (values + values.T) / 2
    np.fill_diagonal(apart, 0.0)
    return np.maximum(apart, 0.0)  # rounding leaves a hair below 0


def defined(values: Floats) -> Longs:
    """Return which things have a likeness with all others that are returned.

    What is not even like itself, such as a document without codes, is left out first, and then what has
    fewest, one by one.
    """
    there = np.flatnonzero(~np.isnan(np.diagonal(values)))
    while True:
        lacking = np.isnan(values[np.ix_(there, there)]).sum(axis=1)
        if not lacking.any():
            return there
        there = np.delete(there, int(lacking.argmax()))


def check_several(likenesses: Likenesses, *, least: int, what: str) -> None:
    """Refuse to make something of too few things.

    Raises
    ------
    StatisticsError
        When there are fewer.
    """
    number = len(likenesses.ids)
    if number < least:
        left = f"; {len(likenesses.left_out)} have no likeness" if likenesses.left_out else ""
        raise StatisticsError(
            f"{what} needs {least} {likenesses.noun}s that can be compared, and there are {number}{left}"
        )


def why_no_samples(likenesses: Likenesses, n_resamples: int) -> str:
    """Return why nothing is known of other samples."""
    if not n_resamples:
        return "no samples were asked for"
    return f"there are too few {likenesses.cluster}s to draw samples of"
