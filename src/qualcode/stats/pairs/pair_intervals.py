"""How strongly pairs of codes go together, with intervals by whole documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.results import CountedOf
from qualcode.stats.coefficients import Coefficient, CoefficientLike, coefficient
from qualcode.stats.counting.meeting import ClusterCounts
from qualcode.stats.pairs.association import association_bounds
from qualcode.stats.pairs.odds import odds_ratio_interval
from qualcode.stats.pairs.pair_counts import PairCounts
from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import Method, RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PairIntervals", "pair_intervals", "pair_odds_ratios"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Texts: TypeAlias = NDArray[np.object_]
Pairs: TypeAlias = Iterable[tuple[str, str]] | None


@attrs.frozen(eq=False)
class PairIntervals(CountedOf):
    """A coefficient of association of each pair, with its confidence interval.

    Parameters
    ----------
    of : object
        The result that the pairs are of.
    coefficient : Coefficient
        What was computed; `measure` is its name.
    a, b : array of str
        The ids of each pair.
    both : array of int
        Units with both.
    value, low, high, standard_error : array of float
        The estimate, its bounds and the standard error that documents show; NaN where undefined.
    reason : array of str
        Why there is no interval; empty where there is.
    method : {"jackknife", "bootstrap", "exact", "haldane"}
        By whole documents (the first two), or of independent units.
    confidence : float
        The nominal coverage.
    n_clusters, n_resamples, seed : int or None
        Documents (or cases), bootstrap samples and their seed.
    note : array of str
        What to bear in mind of each interval, such as that there are too few documents for so rare a
        code; empty where there is nothing.
    """

    _says = "How strongly pairs go together, with intervals"
    _figure = "qualcode.report.plot.pair_rows:pair_intervals"

    of: Any = attrs.field(repr=False)
    coefficient: Coefficient
    a: Texts = attrs.field(repr=False)
    b: Texts = attrs.field(repr=False)
    both: Longs = attrs.field(repr=False)
    value: Floats = attrs.field(repr=False)
    low: Floats = attrs.field(repr=False)
    high: Floats = attrs.field(repr=False)
    standard_error: Floats = attrs.field(repr=False)
    reason: Texts = attrs.field(repr=False)
    method: str
    confidence: float
    n_clusters: int | None = None
    n_resamples: int | None = None
    seed: int | None = None
    note: Texts = attrs.field(repr=False, kw_only=True)

    @property
    def measure(self) -> str:
        """The name of the coefficient."""
        return self.coefficient.name

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair, the most frequent first.

        Columns: a, b (ids), both, the measure, low, high, standard_error (by document only), reason
        (why there is no interval), note (what to bear in mind of it).
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "a": self.a,
                "b": self.b,
                "both": self.both,
                self.measure: self.value,
                "low": self.low,
                "high": self.high,
                "standard_error": self.standard_error,
                "reason": self.reason,
                "note": self.note,
            }
        )
        order = np.lexsort((self.b, self.a, -self.value, -self.both))
        frame = frame.iloc[order].reset_index(drop=True)
        return frame if self.n_clusters else frame.drop(columns="standard_error")


@question("odds_ratios")
def pair_odds_ratios(
    met: PairCounts,
    method: Literal["exact", "haldane"] = "exact",
    *,
    pairs: Pairs = None,
    min_count: int = 1,
    confidence: float = 0.95,
) -> PairIntervals:
    """Return odds ratios with intervals that take units as independent.

    Parameters
    ----------
    met : PairCounts
        On units: segments, sentences, documents …, not overlaps.
    method : {"exact", "haldane"}, default "exact"
        As for `qualcode.stats.odds_ratio_interval`.
    pairs, min_count, confidence
        As for `pair_intervals`.

    Raises
    ------
    StatisticsError
        For overlaps.
    """
    _ = met.places.incidence  # refused for overlaps
    first, second = met.pairs(pairs, min_count=min_count)
    own = np.diagonal(met.counts)
    found = odds_ratio_interval(
        met.counts[first, second], own[first], own[second], met.n_units, method=method,
        confidence=confidence,
    )  # fmt: skip
    return PairIntervals(
        of=met,
        coefficient=coefficient("odds_ratio"),
        **pair_ids(met, first, second),
        value=found.value,
        low=found.low,
        high=found.high,
        standard_error=np.full(found.value.shape, np.nan),
        reason=found.reason,
        method=method,
        confidence=confidence,
        note=_independent(met, found.reason),
    )


@question("intervals")
def pair_intervals(
    met: PairCounts,
    measure: CoefficientLike = "jaccard",
    *,
    method: Method = "jackknife",
    pairs: Pairs = None,
    min_count: int = 1,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> PairIntervals:
    """Return a coefficient of each pair with its interval by whole documents.

    Where units are cases, a case is left out or drawn as a whole.

    Parameters
    ----------
    met : PairCounts
        On units or overlaps.
    measure : str or Coefficient, default "jaccard"
        A name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own; one that
        measures strength.
    method : {"jackknife", "bootstrap"}, default "jackknife"
        As for `qualcode.stats.cluster_bounds`. Bounds are cut off at the least and the
        greatest value that the coefficient can take.
    pairs : iterable of pairs of ids, optional
        Of which pairs; of those that meet at least `min_count` times when not given.
    min_count : int, default 1
        As for `qualcode.stats.Cooccurrence.to_frame`.
    confidence, n_resamples, random_state
        Of the interval.

    Raises
    ------
    StatisticsError
        For G² and X², which measure evidence and grow with the number of units.
    """
    first, second = met.pairs(pairs, min_count=min_count)
    counts = met.places.cluster_counts(first, second)
    return counts_intervals(
        met, pair_ids(met, first, second), counts, measure, method=method, confidence=confidence,
        n_resamples=n_resamples, random_state=random_state,
    )  # fmt: skip


def counts_intervals(
    of: Any,
    ids: dict[str, Any],
    counts: ClusterCounts,
    measure: CoefficientLike,
    *,
    method: Method,
    confidence: float,
    n_resamples: int,
    random_state: RandomState,
) -> PairIntervals:
    """Return intervals of a coefficient from what each document adds to the counts of pairs.

    Parameters
    ----------
    of : object
        The result that the pairs are of.
    ids : dict
        The columns ``a``, ``b`` and ``both``.
    counts : ClusterCounts
        What each document adds.
    measure, method, confidence, n_resamples, random_state
        As for `pair_intervals`.
    """
    known = coefficient(measure)
    if not known.strength:
        raise StatisticsError(
            f"{known.name} measures how much evidence there is, not how strong the association is, and "
            "grows with the number of units: ask for the interval of phi or an odds ratio"
        )
    tables = counts.tables
    if not len(tables[0]):
        raise StatisticsError("there are no units to make an interval of")
    bounds = association_bounds(
        known, *tables, method=method, confidence=confidence, n_resamples=n_resamples,
        random_state=random_state,
    )  # fmt: skip
    return PairIntervals(
        of=of,
        coefficient=known,
        **ids,
        value=known(*(table.sum(axis=0) for table in tables)),
        # Adding 0 turns −0 into 0.
        low=np.clip(bounds.low, known.low, known.high) + 0.0,
        high=np.clip(bounds.high, known.low, known.high) + 0.0,
        standard_error=bounds.standard_error,
        reason=bounds.reason,
        method=method,
        confidence=confidence,
        n_clusters=bounds.n_clusters,
        n_resamples=bounds.n_resamples,
        seed=bounds.seed,
        note=_notes(bounds, tables),
    )


# Of pairs whose rarer code is on less than this share of the units, what was measured holds.
_RARE = 0.045


def _notes(bounds: Bounds, tables: tuple[Longs, ...]) -> Texts:
    """Return what to bear in mind of intervals by document, pair by pair."""
    _, first, second, units = (table.sum(axis=0) for table in tables)
    note = np.full(bounds.low.shape, bounds.note or "", dtype=object)
    if bounds.method == "jackknife":
        rarer = np.minimum(first, second) / np.maximum(units, 1)
        for at in np.flatnonzero(rarer < _RARE).tolist():
            note[at] = (
                f"too few documents for a code on {rarer[at]:.1%} of the units: of pairs of codes on 2 %, "
                "most had no interval, and of those that had one, intervals that are to hold the true value "
                "in .95 of all samples did so in .86 to .91 of those of 15 documents and in .93 to .97 of "
                "those of 30 (benchmarks/interval_coverage.py)"
            )
    note[bounds.reason != ""] = ""
    return note


def _independent(met: PairCounts, reason: Texts) -> Texts:
    """Return what to bear in mind of intervals that take units as independent."""
    note = np.full(reason.shape, "", dtype=object)
    if met.unit not in ("document", "case"):
        note[reason == ""] = (
            "units of one document are taken as independent, which makes intervals far too narrow: "
            "intervals('odds_ratio') goes by documents"
        )
    return note


def pair_ids(met: PairCounts, first: Longs, second: Longs) -> dict[str, Any]:
    """Return the columns that say which pairs these are, and how often they meet."""
    ids = np.array([node.id for node in met.nodes], dtype=object)
    return {"a": ids[first], "b": ids[second], "both": met.counts[first, second]}
