"""Whether being shown a suggestion changes what coders decide.

A suggestion that was shown may be accepted because it fits, or because it was shown. Pairs of segment and
code that were shown are compared with pairs that were as likely by the suggester's own account, but coded
blind: the coder did not see the suggestion.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.values import ByValue
from qualcode.stats.groups.proportions import proportions
from qualcode.stats.uncertainty.resampling import cluster_bounds
from qualcode.suggest.bench.coded_texts import group_numbers
from qualcode.suggest.judging.shown_and_blind import Anchoring, Contrast, Share

__all__ = ["Pairs", "measure_anchoring"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A bin counts if both kinds of pairs are in so many documents: leaving one out must leave something.
_DOCUMENTS = 2


def _floats(value: Any) -> Floats:
    return np.asarray(value, np.float64)


def _flags(value: Any) -> Bools:
    array = np.asarray(value)
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise StatisticsError("a decision is neither yes nor no: give True or False for each pair")
    return array.astype(bool)


@frozen(eq=False)
class Pairs(ByValue):
    """Pairs of segment and code that a coder decided about.

    Parameters
    ----------
    probability : array of float
        What the suggester claimed of each pair, or would have claimed: from decisions on other documents.
    yes : array of bool
        Whether the code was put on the segment.
    documents : sequence
        The document of each pair's segment.
    coders : sequence, optional
        Who decided.

    Raises
    ------
    StatisticsError
        When the parts do not fit each other, or a probability is none.

    Examples
    --------
    >>> Pairs([0.9, 0.2], [True, False], ["a", "b"]).yes.mean()
    np.float64(0.5)
    """

    probability: Floats = field(converter=_floats)
    yes: Bools = field(converter=_flags)
    documents: tuple[Hashable, ...] = field(converter=tuple[Hashable, ...])
    coders: tuple[Hashable, ...] | None = field(
        default=None, converter=attrs.converters.optional(tuple[Hashable, ...])
    )

    def __attrs_post_init__(self) -> None:
        n = self.probability.size
        lengths = {
            "yes": self.yes.shape,
            "documents": (len(self.documents),),
            "coders": (n,) if self.coders is None else (len(self.coders),),
            "probability": self.probability.shape,
        }
        for name, shape in lengths.items():
            if shape != (n,):
                raise StatisticsError(f"{name} has the shape {shape}, but there are {n} pairs")
        bad = ~((self.probability >= 0) & (self.probability <= 1))
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            raise StatisticsError(
                f"the probability of pair {at} is {self.probability[at]}: it must lie between 0 and 1"
            )

    def __len__(self) -> int:
        return self.probability.size


def measure_anchoring(
    shown: Pairs,
    blind: Pairs,
    *,
    bins: int | Sequence[float] = 10,
    low: float = 0.3,
    high: float = 0.7,
    confidence: float = 0.95,
) -> Anchoring:
    """Compare what was accepted after being shown with what was coded blind.

    Parameters
    ----------
    shown : Pairs
        Suggestions that were shown and decided on. An edit counts as yes if the code was kept.
    blind : Pairs
        Pairs that a human decided about without seeing a suggestion, and that would have been shown: with
        the same number of codes for each segment.
    bins : int or sequence of float, default 10
        How many bins of equal width from 0 to 1, or their edges. Pairs are as likely as each other if they
        are in one bin.
    low, high : float, default 0.3 and 0.7
        Below and from which probability a pair counts as unlikely, and as likely.
    confidence : float, default 0.95
        Of the intervals: delete-one-document jackknife.

    Returns
    -------
    Anchoring

    Raises
    ------
    StatisticsError
        When bins or limits make no sense.

    Notes
    -----
    The difference is the mean, over the shown pairs, of the share of shown pairs of their bin that got the
    code less that of blind pairs (post-stratification, or direct standardisation). Bins without pairs of
    both kinds from two documents each are left out, and `covered` tells how much remains.

    It is the effect of showing only if nothing else differs between the pairs: best, if chance decided
    which segments were coded blind, and the same coders did both.

    References
    ----------
    Holt D, Smith TMF (1979). Post stratification. Journal of the Royal Statistical Society A 142(1),
    33–46. doi:10.2307/2344652

    Examples
    --------
    >>> shown = Pairs([0.5] * 8, [1, 1, 1, 0, 1, 1, 1, 1], list("aabbccdd"))
    >>> blind = Pairs([0.5] * 8, [1, 0, 0, 0, 1, 0, 1, 1], list("eeffgghh"))
    >>> found = measure_anchoring(shown, blind)
    >>> found.overall.difference
    0.375
    """
    edges = _edges(bins)
    if not 0 < low <= high < 1:
        raise StatisticsError(f"low={low!r} and high={high!r}: give 0 < low ≤ high < 1")
    both = _Both.of(shown, blind, edges, confidence)
    every = slice(None)
    bounds = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    return Anchoring(
        overall=both.contrast("all", every, every),
        bins=tuple(
            both.contrast(f"{a:.3g}–{b:.3g}", both.shown_bin == number, both.blind_bin == number)
            for number, (a, b) in enumerate(bounds)
        ),
        coders=both.by_coder(),
        unlikely=both.contrast(f"below {low:g}", shown.probability < low, blind.probability < low),
        likely=both.contrast(
            f"{high:g} and more", shown.probability >= high, blind.probability >= high
        ),
        confidence=confidence,
    )


def _edges(bins: int | Sequence[float]) -> Floats:
    if isinstance(bins, int | np.integer):
        if bins < 1:
            raise StatisticsError(f"bins={bins}: give at least one bin")
        return np.linspace(0, 1, int(bins) + 1)
    edges = np.asarray(bins, np.float64)
    rising = edges.ndim == 1 and edges.size > 1 and bool((np.diff(edges) > 0).all())
    if not rising or edges[0] != 0 or edges[-1] != 1:
        raise StatisticsError(f"bins={list(bins)!r}: give rising edges from 0 to 1")
    return edges


@frozen(eq=False)
class _Both:
    """Shown and blind pairs with their bins, and their documents by one numbering."""

    shown: Pairs
    blind: Pairs
    shown_bin: Longs
    blind_bin: Longs
    shown_document: Longs
    blind_document: Longs
    n_bins: int
    confidence: float

    @classmethod
    def of(cls, shown: Pairs, blind: Pairs, edges: Floats, confidence: float) -> _Both:
        number = group_numbers([*shown.documents, *blind.documents])
        inner = edges[1:-1]
        return cls(
            shown,
            blind,
            np.searchsorted(inner, shown.probability, side="right"),
            np.searchsorted(inner, blind.probability, side="right"),
            number[: len(shown)],
            number[len(shown) :],
            edges.size - 1,
            confidence,
        )

    def by_coder(self) -> tuple[Contrast, ...]:
        """Return the contrast of each coder who was shown suggestions."""
        if self.shown.coders is None:
            return ()
        by, blind_by = self.shown.coders, self.blind.coders
        found = []
        for coder in sorted(set(by), key=str):
            own = np.array([other == coder for other in by], bool)
            blind = (
                np.ones(len(self.blind), bool)
                if blind_by is None
                else np.array([other == coder for other in blind_by], bool)
            )
            found.append(self.contrast(str(coder), own, blind))
        return tuple(found)

    def contrast(self, label: str, of_shown: Any, of_blind: Any) -> Contrast:
        """Return the contrast of some of the pairs."""
        accepted, n_shown, assigned, n_blind = tables = (
            self._counts(self.shown_document, self.shown_bin, of_shown, self.shown.yes),
            self._counts(self.shown_document, self.shown_bin, of_shown),
            self._counts(self.blind_document, self.blind_bin, of_blind, self.blind.yes),
            self._counts(self.blind_document, self.blind_bin, of_blind),
        )
        shown, blind = self._share(accepted, n_shown), self._share(assigned, n_blind)
        if not shown.n or not blind.n:
            lacking = "shown" if not shown.n else "coded blind"
            return Contrast(label, shown, blind, reason=f"no such pair was {lacking}")
        usable = np.minimum((n_shown > 0).sum(axis=0), (n_blind > 0).sum(axis=0)) >= _DOCUMENTS
        covered = float(n_shown[:, usable].sum() / shown.n)
        if not usable.any():
            return Contrast(
                label,
                shown,
                blind,
                covered,
                reason=f"no bin has shown and blind pairs from {_DOCUMENTS} documents each",
            )
        kept = [table[:, usable] for table in tables]
        there = (kept[1] + kept[3]).any(axis=1)
        bounds = cluster_bounds(
            _difference, [table[there] for table in kept], confidence=self.confidence
        )
        sums = [table.sum(axis=0) for table in kept]
        reason = str(bounds.reason[0]) or None
        return Contrast(
            label,
            shown,
            blind,
            covered,
            expected=float((sums[1] * sums[2] / sums[3]).sum() / sums[1].sum()),
            difference=float(_difference(*sums)[0]),
            low=None if reason else max(-1.0, float(bounds.low[0])),
            high=None if reason else min(1.0, float(bounds.high[0])),
            reason=reason,
        )

    def _counts(self, document: Longs, number: Longs, of: Any, yes: Bools | None = None) -> Floats:
        """Return how many of some pairs each document adds to each bin."""
        n_documents = 1 + max(
            self.shown_document.max(initial=-1), self.blind_document.max(initial=-1)
        )
        counts = np.zeros((int(n_documents), self.n_bins))
        weight = 1.0 if yes is None else yes[of]
        np.add.at(counts, (document[of], number[of]), weight)
        return counts

    def _share(self, yes: Floats, n: Floats) -> Share:
        carrying, units = yes.sum(axis=1, keepdims=True), n.sum(axis=1)
        there = units > 0
        if not there.any():
            return Share(0, None, None, None, "there are no such pairs")
        found = proportions(carrying[there], units[there], confidence=self.confidence)
        reason = str(found.bounds.reason[0]) or None
        return Share(
            int(found.total),
            float(found.value[0]),
            None if reason else float(found.bounds.low[0]),
            None if reason else float(found.bounds.high[0]),
            reason,
        )


def _difference(accepted: Floats, n_shown: Floats, assigned: Floats, n_blind: Floats) -> Floats:
    """Return the difference of shares, averaged over bins as the shown pairs are spread over them."""
    apart = accepted / n_shown - assigned / n_blind
    total = (n_shown * apart).sum(axis=-1, keepdims=True)
    return np.asarray(total / n_shown.sum(axis=-1, keepdims=True), np.float64)
