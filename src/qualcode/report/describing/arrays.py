"""Descriptions of statistics on tables that a script made itself: tests, shares, networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from qualcode.report.describing.intervals import (
    interval_method,
    interval_options,
    interval_references,
    seeded,
)
from qualcode.report.describing.references import (
    AGRESTI_1992,
    ALLISON_LIKER_1982,
    BENJAMINI_HOCHBERG_1995,
    BLONDEL_2008,
    CORNFIELD_1956,
    HALDANE_1956,
    HUBERT_ARABIE_1985,
    PHIPSON_SMYTH_2010,
    STRONA_2014,
    VEECH_2013,
)
from qualcode.report.describing.wording import (
    Description,
    call,
    describe,
    listed,
    many,
    number,
    per_cent,
)
from qualcode.stats.groups import GroupDifferences
from qualcode.stats.inference import OddsRatios, PairTest, StratifiedTest
from qualcode.stats.networks import Communities
from qualcode.stats.nulls import NullModel
from qualcode.stats.proportions import Proportions
from qualcode.stats.sequences import LagSequential

__all__: list[str] = []

_RATES = "p-values were adjusted to false discovery rates (Benjamini–Hochberg) over those tested."
_WITHIN = "each code on other units of its documents"


@describe.register
def _proportions(result: Proportions) -> Description:
    bounds = result.bounds
    return Description(
        (
            f"The share of {many(int(result.total), 'unit')} that carried it was computed for each of "
            f"{many(result.value.size, 'code')}.",
            f"{per_cent(bounds.confidence)} intervals: {interval_method(bounds, 'document')}.",
            _left_out(bounds.reason, "interval"),
        ),
        interval_references(bounds.method),
        call("proportions", "carrying", "units", **interval_options(bounds)),
    )


@describe.register
def _pair_test(result: PairTest) -> Description:
    return Description(
        (
            f"Independence of the two codes was tested for {_tested(result.reason)} by Fisher's exact "
            "test: given how many units carry each code, the number that carry both was compared "
            "with its hypergeometric distribution; two-sided p-values add up the tables that are "
            "at most as likely as the actual one. Units were taken as independent.",
            f"Two-sided {_RATES}",
            _left_out(result.reason, "test"),
        ),
        [VEECH_2013, BENJAMINI_HOCHBERG_1995],
        call("hypergeometric_test", "both", "n_a", "n_b", "n"),
    )


@describe.register
def _odds_ratios(result: OddsRatios) -> Description:
    how = (
        "by conditional maximum likelihood with the exact interval that fits Fisher's test"
        if result.method == "exact"
        else "with half a unit added to each cell, their logarithm being taken as normal"
    )
    return Description(
        (
            f"Odds ratios were estimated for {_tested(result.reason)}, {how}, with "
            f"{per_cent(result.confidence)} intervals. Units were taken as independent.",
            _left_out(result.reason, "odds ratio"),
        ),
        [CORNFIELD_1956 if result.method == "exact" else HALDANE_1956],
        call(
            "odds_ratio_interval",
            "both",
            "n_a",
            "n_b",
            "n",
            method=repr(result.method),
            confidence=repr(result.confidence),
        ),
    )


@describe.register
def _stratified(result: StratifiedTest) -> Description:
    found = (
        f"{many(result.observed, 'unit')} carried both codes, where {number(result.expected)} "
        f"(standard deviation {number(result.sd)}) were expected"
    )
    p = (
        f"; there was no p-value: {result.reason}."
        if result.reason is not None
        else f" (two-sided p {_p(result.p_two_sided)}, p of so many or more {_p(result.p_greater)})."
    )
    return Description(
        (
            "Whether two codes met more often than by chance within each document was tested "
            "exactly: given how many units of each document carry each code, the sum over documents "
            "of those that carry both was compared with its distribution under independence within "
            "documents.",
            found + p,
        ),
        [AGRESTI_1992],
        call("stratified_hypergeometric", "both", "n_a", "n_b", "n"),
    )


@describe.register
def _null(result: NullModel) -> Description:
    within = result.null == _WITHIN
    kept = (
        "each code was put on as many other units of each document as it has there"
        if within
        else "units were traded between codes (curveball) so that each code and each unit kept its "
        "total"
    )
    return Description(
        (
            f"For {_tested(result.reason[np.triu_indices(len(result.reason), 1)])}, the number of units "
            f"with both codes was compared with {many(result.n_resamples, 'randomisation')} in which "
            f"{kept} ({seeded(result.seed)}); p-values are (b + 1)/(m + 1), b of m randomisations "
            "being at least as extreme.",
            f"Two-sided {_RATES}",
        ),
        [PHIPSON_SMYTH_2010, *([] if within else [STRONA_2014]), BENJAMINI_HOCHBERG_1995],
        call(
            "within_document_null" if within else "fixed_margin_null",
            "unit",
            "code",
            repr(len(result.observed)),
            document="document" if within else None,
            n_resamples=repr(result.n_resamples),
            random_state=_seed(result.seed),
        ),
    )


@describe.register
def _groups(result: GroupDifferences) -> Description:
    sizes = listed(
        f"{group}, {many(size, 'document')}"
        for group, size in zip(result.groups, result.n_clusters, strict=True)
    )
    drawn = (
        f"all {result.n_resamples:,} ways to regroup them"
        if result.exact
        else f"{result.n_resamples:,} random regroupings ({seeded(result.seed)})"
    )
    return Description(
        (
            f"The statistic was computed in each of {many(len(result.groups), 'group')} ({sizes}), and "
            f"its spread between groups compared with that under {drawn}, whole documents being "
            f"regrouped, for {_tested(result.reason, 'column')}.",
            _RATES[0].upper() + _RATES[1:],
            _left_out(result.reason, "test"),
        ),
        [PHIPSON_SMYTH_2010, BENJAMINI_HOCHBERG_1995],
        call(
            "group_differences",
            "statistic",
            "tables",
            "groups",
            n_resamples=None if result.exact else repr(result.n_resamples),
            random_state=None if result.exact else _seed(result.seed),
        ),
    )


@describe.register
def _communities(result: Communities) -> Description:
    options = {"resolution": repr(result.resolution), "random_state": _seed(result.seed)}
    if result.reason is not None:
        sentences = [f"There were no communities: {result.reason}."]
    else:
        sentences = [
            f"Communities among {many(len(result.nodes), 'code')} were found by the Louvain method "
            f"(resolution {result.resolution:g}, {seeded(result.seed)}): "
            f"{many(len(result.groups), 'community', 'communities')}, modularity "
            f"{number(result.modularity)}."
        ]
    if not len(result.agreement):
        return Description(sentences, [BLONDEL_2008], call("communities", "graph", **options))
    sentences.append(
        f"They were found again in {many(len(result.agreement), 'bootstrap sample')} of whole "
        "documents; the adjusted Rand index with them was "
        f"{number(float(result.agreement.mean()))} on average."
    )
    return Description(
        sentences,
        [BLONDEL_2008, HUBERT_ARABIE_1985],
        call(
            "community_stability",
            "counts",
            "labels",
            n_resamples=repr(len(result.agreement)),
            **options,
        ),
    )


@describe.register
def _lags(result: LagSequential) -> Description:
    total = (
        f"The order as a whole: likelihood ratio {number(result.lr_chi2)} on "
        f"{many(result.df, 'degree')} of freedom (p {_p(result.p)})."
        if result.df
        else "The order as a whole could not be tested: there was no degree of freedom."
    )
    return Description(
        (
            f"{many(int(result.counts.sum()), 'transition')} between {many(len(result.counts), 'code')} "
            f"at lag {result.lag} were compared with a random order, by adjusted residuals (z) and, "
            "as a strength that does not grow with their number, Yule's Q.",
            total,
        ),
        [ALLISON_LIKER_1982],
        call("lag_sequential", "counts", lag=repr(result.lag)),
    )


def _tested(reason: npt.NDArray[Any], what: str = "pair") -> str:
    """Return how many pairs of codes were tested, of how many."""
    every, made = np.size(reason), int(np.count_nonzero(np.asarray(reason) == ""))
    of = "" if made == every else f" of {every:,}"
    noun = "pair of codes" if what == "pair" else what
    more = "pairs of codes" if what == "pair" else f"{what}s"
    return f"{made:,}{of} {noun if every == 1 else more}"


def _left_out(reason: npt.NDArray[Any], what: str) -> str:
    """Return why some have none, if some have none."""
    why = list(dict.fromkeys(text for text in np.ravel(reason).tolist() if text))
    if not why:
        return ""
    count = int(np.count_nonzero(np.asarray(reason) != ""))
    return f"For {count:,} there was no {what}: {'; '.join(why)}."


def _p(value: float) -> str:
    """Return a p-value; below a thousandth it only matters that it is."""
    return "< 0.001" if value < 0.001 else number(value)


def _seed(seed: int | None) -> str:
    return "…" if seed is None else repr(seed)
