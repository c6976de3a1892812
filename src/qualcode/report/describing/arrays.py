"""Descriptions of statistics on tables that a script made itself: tests, shares, networks."""

from __future__ import annotations

from typing import Literal

import numpy as np

from qualcode.model.readable import many
from qualcode.report.describing.inference import (
    FISHER,
    FIXED_MARGINS,
    ODDS_RATIOS,
    RANDOMISED,
    RATES,
    WITHIN_DOCUMENTS,
    curveball,
    left_out,
    number_tested,
    p_value,
    regrouping_software,
    regroupings,
)
from qualcode.report.describing.intervals import (
    interval_method,
    interval_references,
    interval_software,
    seeded,
)
from qualcode.report.describing.references import (
    AGRESTI_1992,
    ALLISON_LIKER_1982,
    BAKEMAN_GOTTMAN_1997,
    BENJAMINI_HOCHBERG_1995,
    BLONDEL_2008,
    HABERMAN_1973,
    HUBERT_ARABIE_1985,
    PHIPSON_SMYTH_2010,
    VEECH_2013,
    YULE_1900,
)
from qualcode.report.describing.wording import (
    Description,
    describe,
    drawn_by,
    listed,
    number,
    per_cent,
)
from qualcode.stats.coefficients import COEFFICIENTS
from qualcode.stats.groups.differences import GroupDifferences
from qualcode.stats.groups.proportions import Proportions
from qualcode.stats.order.sequences import LagSequential
from qualcode.stats.pairs.association import Association
from qualcode.stats.pairs.exact_tests import PairTest, StratifiedTest
from qualcode.stats.pairs.network_measures import Communities
from qualcode.stats.pairs.nulls import NullModel
from qualcode.stats.pairs.odds import OddsRatios

__all__ = ["NETWORK_SOFTWARE", "community_references", "community_sentences", "order_as_a_whole"]

NETWORK_SOFTWARE = (*drawn_by(1), "networkx")
"""Communities are sought in an order that is drawn."""

_RATES = f"{RATES['bh']} over those tested."


@describe.register
def _proportions(result: Proportions) -> Description:
    bounds = result.bounds
    return Description(
        (
            f"The share of {many(int(result.total), 'unit')} that carried it was computed for each of "
            f"{many(result.value.size, 'code')}.",
            f"{per_cent(bounds.confidence)} intervals: {interval_method(bounds, 'document')}.",
            left_out(bounds.reason, "interval"),
        ),
        interval_references(bounds.method),
        interval_software(bounds),
    )


@describe.register
def _pair_test(result: PairTest) -> Description:
    return Description(
        (
            f"Independence of the two codes was tested for {number_tested(result.reason)} by Fisher's exact "
            f"test: {FISHER}",
            f"Two-sided {_RATES}",
            left_out(result.reason, "test"),
        ),
        [VEECH_2013, BENJAMINI_HOCHBERG_1995],
    )


@describe.register
def _odds_ratios(result: OddsRatios) -> Description:
    how, references = ODDS_RATIOS[result.method]
    return Description(
        (
            f"Odds ratios were estimated for {number_tested(result.reason)}, {how}, with "
            f"{per_cent(result.confidence)} intervals. Units were taken as independent.",
            left_out(result.reason, "odds ratio"),
        ),
        references,
    )


@describe.register
def _stratified(result: StratifiedTest) -> Description:
    both = f"{many(result.observed, 'unit')} carried both codes"
    if result.reason is not None:
        found = f"{both}; there was no p-value: {result.reason}."
    else:
        found = (
            f"{both}, where {number(result.expected)} (standard deviation {number(result.sd)}) were "
            f"expected (two-sided p {p_value(result.p_two_sided)}, p of so many or more "
            f"{p_value(result.p_greater)})."
        )
    return Description(
        (
            "Whether two codes met more often than by chance within each document was tested "
            "exactly: given how many units of each document carry each code, the sum over documents "
            "of those that carry both was compared with its distribution under independence within "
            "documents.",
            found,
        ),
        [AGRESTI_1992],
    )


@describe.register
def _null(result: NullModel) -> Description:
    placed = result.n_trades is None
    pairs = np.triu_indices(len(result.reason), 1)
    if placed:
        kept = "each code was put on as many other units of each document as it has there"
    else:
        where = ", in each document," if result.within_documents else ""
        kept = (
            f"units were traded between codes ({curveball(result.n_trades)}) so that each code{where} "
            "and each unit kept its total"
        )
    return Description(
        (
            f"For {number_tested(result.reason[pairs])}, the number of units "
            f"with both codes was compared with {many(result.n_resamples, 'randomisation')} in which "
            f"{kept} ({seeded(result.seed)}). {RANDOMISED}",
            f"Two-sided {_RATES}",
        ),
        [*(WITHIN_DOCUMENTS if placed else FIXED_MARGINS), BENJAMINI_HOCHBERG_1995],
        drawn_by(result.n_resamples),
    )


@describe.register
def _groups(result: GroupDifferences) -> Description:
    sizes = listed(
        f"{group}, {many(size, 'document')}"
        for group, size in zip(result.groups, result.n_clusters, strict=True)
    )
    return Description(
        (
            f"The statistic was computed in each of {many(len(result.groups), 'group')} ({sizes}), and "
            f"its spread between groups compared with that under {regroupings(result, 'whole documents')}, "
            f"for {number_tested(result.reason, 'column', 'columns')}.",
            _RATES[0].upper() + _RATES[1:],
            left_out(result.reason, "test"),
        ),
        [*([] if result.exact else [PHIPSON_SMYTH_2010]), BENJAMINI_HOCHBERG_1995],
        regrouping_software(result),
    )


@describe.register
def _communities(result: Communities) -> Description:
    return Description(
        community_sentences(result),
        community_references(result),
        NETWORK_SOFTWARE,
    )


def community_sentences(
    result: Communities, level: str = "code", cluster: Literal["document", "case"] = "document"
) -> tuple[str, ...]:
    """Return what communities were found, and whether in other samples too."""
    if result.reason is not None:
        return (f"There were no communities: {result.reason}.",)
    found = (
        f"Communities among {many(len(result.nodes), level)} were found by the Louvain method "
        f"(resolution {result.resolution:g}, {seeded(result.seed)}): "
        f"{many(len(result.groups), 'community', 'communities')}, modularity "
        f"{number(result.modularity)}."
    )
    if not len(result.agreement):
        return (found,)
    return (
        found,
        f"They were sought again in {many(len(result.agreement), 'bootstrap sample')} of whole "
        f"{cluster}s; the adjusted Rand index with them was "
        f"{number(float(result.agreement.mean()))} on average.",
    )


def community_references(result: Communities) -> list[str]:
    """Return what to cite for communities."""
    return [BLONDEL_2008, *([HUBERT_ARABIE_1985] if len(result.agreement) else [])]


@describe.register
def _lags(result: LagSequential) -> Description:
    return Description(
        (
            f"{many(int(result.counts.sum()), 'transition')} between {many(len(result.counts), 'code')} "
            f"at lag {result.lag} were compared with a random order, by adjusted residuals (z) and, "
            "as a strength that does not grow with their number, Yule's Q.",
            order_as_a_whole(result),
        ),
        [ALLISON_LIKER_1982, HABERMAN_1973, YULE_1900, BAKEMAN_GOTTMAN_1997],
    )


def order_as_a_whole(result: LagSequential) -> str:
    """Return a sentence on the test of a whole table of transitions."""
    if result.p_reason is not None:
        return f"The order as a whole could not be tested: {result.p_reason}."
    return (
        f"The order as a whole: likelihood ratio {number(result.lr_chi2)} on "
        f"{many(result.df, 'degree')} of freedom (p {p_value(result.p)})."
    )


@describe.register
def _association(result: Association) -> Description:
    coefficients = [COEFFICIENTS[name] for name in result.values]
    formulas = "; ".join(f"{each.label}, {each.formula}" for each in coefficients)
    return Description(
        (
            "Of how many units carry both codes of a pair (a), one of them alone (b and c), neither (d), "
            f"and all (n), coefficients of association were computed for "
            f"{many(result.both.size, 'pair')} of codes: {formulas}.",
            "A coefficient that would divide zero by zero was left undefined.",
        ),
        [each.reference for each in coefficients],
    )
