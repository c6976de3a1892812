"""Descriptions of what is like what: similarities, clusters and maps."""

from __future__ import annotations

import numpy as np

from qualcode.model.readable import many
from qualcode.report.describing.intervals import seeded
from qualcode.report.describing.references import (
    BORG_GROENEN_2005,
    GOWER_1975,
    GREENACRE_2017,
    HENNIG_2007,
    KRUSKAL_1964,
    ROUSSEEUW_1987,
    SOKAL_MICHENER_1958,
    SOKAL_ROHLF_1962,
    TORGERSON_1952,
)
from qualcode.report.describing.units import along, by_whom, where_met
from qualcode.report.describing.wording import (
    Description,
    describe,
    drawn_by,
    each_group,
    listed,
    material,
    number,
    per_cent,
    unresolved,
)
from qualcode.stats.shape.clusterings import Clustering
from qualcode.stats.shape.correspondences import Correspondence
from qualcode.stats.shape.likenesses import ByMeeting, ByProfile, Likenesses
from qualcode.stats.shape.maps import SimilarityMap
from qualcode.stats.shape.similarities import Similarity

__all__: list[str] = []

_OF_COUNTS = {
    "cosine": "the cosine of the angle between their profiles",
    "correlation": "Pearson's correlation of their profiles",
    "bray_curtis": "1 less the Bray–Curtis dissimilarity of their profiles",
}
_LINKAGES = {
    "average": "as their members were on average (UPGMA)",
    "complete": "as their members farthest from each other were (complete linkage)",
    "single": "as their members nearest to each other were (single linkage)",
}


@describe.register
def _similarity(result: Similarity) -> Description:
    return Description(
        (*_likeness(result), material(result.state), unresolved(result.state)),
        _measure_references(result),
    )


@describe.register
def _clustering(result: Clustering) -> Description:
    of = result.of
    return Description(
        (
            *_likeness(of),
            "Their distance being 1 less that, they were put together step by step, two clusters being "
            f"as far apart {_LINKAGES[result.linkage]}; {_how_many(result)}.",
            f"The distances at which they joined in the tree correlated with those there were by "
            f"{number(result.cophenetic, 2)} (cophenetic correlation).",
            _found_again(result),
            material(of.state),
            unresolved(of.state),
        ),
        [
            *_measure_references(of),
            *([SOKAL_MICHENER_1958] if result.linkage == "average" else []),
            *([ROUSSEEUW_1987] if result.chosen_by else []),
            SOKAL_ROHLF_1962,
            *([HENNIG_2007] if result.n_resamples else []),
        ],
        ("SciPy", *(("scikit-learn",) if result.chosen_by else ()), *drawn_by(result.n_resamples)),
    )


def _how_many(result: Clustering) -> str:
    if not result.chosen_by:
        return f"{result.n_clusters} clusters were asked for"
    return (
        f"of {listed(result.chosen_by)} clusters, {result.n_clusters} had the highest mean silhouette "
        f"({number(result.chosen_by[result.n_clusters], 2)})"
    )


def _found_again(result: Clustering) -> str:
    if not result.n_resamples:
        return f"Their stability is not known: {result.reason}."
    values = "; ".join(
        f"{at}: {number(float(value), 2)}" for at, value in enumerate(result.stability, start=1)
    )
    return (
        f"They were sought again in {_samples(result.of, result.n_resamples, result.seed)}; the "
        "stability of a cluster is the mean Jaccard coefficient with the cluster of each sample that "
        f"was most like it ({values})."
    )


@describe.register
def _map(result: SimilarityMap) -> Description:
    of = result.of
    how = (
        "was sought by majorisation (SMACOF), from the map of classical scaling on, so that its distances "
        "differed least from those there were"
        if result.scaling == "smacof"
        else "holds the first axes of classical scaling, "
        f"{number(100 * result.explained, 1)} % of the positive eigenvalues"
    )
    congruence = number(float(np.mean(result.congruence)), 2) if result.n_resamples else ""
    again = (
        f"The map was made again on {_samples(of, result.n_resamples, result.seed)} and turned onto "
        f"this one; their congruence (1 less Procrustes' m²) was {congruence} on average."
        if result.n_resamples
        else f"Its stability is not known: {result.reason}."
    )
    return Description(
        (
            *_likeness(of),
            f"Their distance being 1 less that, a map of {many(result.points.shape[1], 'dimension')} {how} "
            f"(stress-1 {number(result.stress)}).",
            again,
            material(of.state),
            unresolved(of.state),
        ),
        [
            *_measure_references(of),
            TORGERSON_1952,
            *([BORG_GROENEN_2005] if result.scaling == "smacof" else []),
            KRUSKAL_1964,
            *([GOWER_1975] if result.n_resamples else []),
        ],
        ("SciPy", *(("scikit-learn",) if result.scaling == "smacof" else ()),
         *drawn_by(result.n_resamples)),
    )  # fmt: skip


@describe.register
def _correspondence(result: Correspondence) -> Description:
    groups = (
        f"each {result.by}"
        if result.by in ("document", "case")
        else each_group(result.state, result.by)
    )
    again = (
        f"Points were placed again on these axes by {many(result.n_resamples, 'bootstrap sample')} of whole "
        f"documents ({seeded(result.seed)})."
        if result.n_resamples
        else f"How far points would move is not known: {result.reason}."
    )
    return Description(
        (
            f"The distinct segments of {many(len(result.nodes), result.level)}"
            f"{along(result.level, result.rollup)} in {groups} ({listed(result.groups, most=12)}) were "
            "laid out by simple correspondence analysis, in principal coordinates of rows and columns; "
            f"two axes held {per_cent(float(result.axes.share[:2].sum()))} of an inertia of "
            f"{number(float(result.axes.inertia.sum()))}.",
            again,
            material(result.state),
            unresolved(result.state),
        ),
        [GREENACRE_2017],
        drawn_by(result.n_resamples),
    )


def _likeness(result: Likenesses) -> tuple[str, ...]:
    """Return sentences on what was compared, and by what."""
    source = result.source
    things = f"{many(len(result.ids), result.noun)}"
    left = ""
    if result.left_out:
        were = "was" if len(result.left_out) == 1 else "were"
        left = f"{many(len(result.left_out), result.noun)} without a similarity {were} left out."
    if isinstance(source, ByMeeting):
        return (
            f"How alike {things}{along(result.level, result.rollup)} are was measured by "
            f"{source.coefficient.label} = {source.coefficient.formula} (a: units with both; b and c: "
            f"with one alone; d: with neither). {where_met(source.met)}",
            by_whom(source.met.same_coder, result.level),
            left,
        )
    return (
        f"How alike {things}{along(result.level, result.rollup) if result.of == 'code' else ''} are was "
        f"measured by {_of_profiles(result, source)}.",
        left,
    )


def _of_profiles(result: Likenesses, source: ByProfile) -> str:
    if source.coefficient is not None:
        n = many(source.counts.shape[1], result.level)
        return (
            f"{source.coefficient.label} = {source.coefficient.formula} (of {n}"
            f"{along(result.level, result.rollup)}, a: those that both carry; b and c: that one carries "
            "alone; d: that neither carries)"
        )
    within = (
        f"in each {result.unit}"
        if result.of == "code"
        else f"for each of {many(source.counts.shape[1], result.level)}"
        f"{along(result.level, result.rollup)}"
    )
    return f"{_OF_COUNTS[source.measure]}: how many distinct segments there are {within}"


def _measure_references(result: Likenesses) -> list[str]:
    known = result.source.coefficient
    return [] if known is None else [known.reference]


def _samples(of: Likenesses, n: int, seed: int | None) -> str:
    what = f"{many(n, 'bootstrap sample')} of whole {of.cluster}s ({seeded(seed)})"
    if of.of == "code":
        return what
    return f"{what}, each of those that were drawn at least once"
