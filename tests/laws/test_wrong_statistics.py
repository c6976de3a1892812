"""Whatever a statistic is given, it takes it or refuses it by an error that names the argument."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.laws.entries import Entry, check_refusal, method

import qualcode as qc
from qualcode import conclusions
from qualcode.stats import coefficients
from qualcode.stats.agreement import (
    MEASURES,
    Ratings,
    atlasti_c_alpha,
    atlasti_cu_alpha,
    atlasti_holsti,
    boundary_similarity,
    code_diagnostics,
    disagreements,
    jaccard_distance,
    krippendorff_alpha,
    leave_one_coder_out,
    masi_distance,
    maxqda_kappa,
    nvivo_kappa,
    nvivo_percent_agreement,
    sample_size,
    unitizing_alpha,
)
from qualcode.stats.agreement.boundary_measures import boundary_agreement
from qualcode.stats.groups import differences as groups
from qualcode.stats.groups import proportions
from qualcode.stats.order import sequences
from qualcode.stats.pairs import association, exact_tests, network_measures, nulls, odds
from qualcode.stats.saturation import coverage_estimators, guest, richness, study_size
from qualcode.stats.saturation.accumulation_curve import accumulation, expected_codes, new_codes
from qualcode.stats.saturation.documents_needed import documents_needed
from qualcode.stats.saturation.frequency_counts import code_frequencies
from qualcode.stats.shape import clusterings, correspondences, maps
from qualcode.stats.uncertainty import intervals, resampling
from qualcode.stats.words import keywords, word_places
from qualcode.testing.odd import ODD

COUNTS = {"both": 2, "n_a": 4, "n_b": 3, "n": 9}
TABLE = [[3, 0], [1, 2], [4, 0], [2, 1]]
UNITS = [5, 5, 8, 4]
RATED = [["a", "b", "b", "a"], ["a", "b", "a", "a"]]
RESAMPLED: dict[str, Any] = {"confidence": 0.9, "n_resamples": 5, "random_state": 1}
PAIRS = [[4, 2, 0], [2, 3, 1], [0, 1, 2]]
GRAPH = network_measures.network(PAIRS, ["a", "b", "c"])
DOCUMENTS = [{"a", "b"}, {"a"}, {"a", "c"}]
ANA, BEN = [(0, 9, "a"), (9, 20, "b")], [(0, 8, "a"), (12, 20, "b")]
TOLD = {
    "ratings": "rating|coder|units|label",
    "categories": "categor",
    "continua": "continu|coder|segment",
    "lengths": "length|continua",
}
COLUMNS = {
    "unit": "unit|column",
    "code": "code|column",
    "document": "document|column|lines",
    "group": "group",
    "n_codes": "n_codes|entries",
    "n_units": "n_units|entries",
    "n_groups": "n_groups|entries",
}
LEVEL = {"level": "code", "rollup": "r"}


class _Pipeline:
    """What a spaCy pipeline has that is asked for."""

    pipe_names = ("lemmatizer",)

    def __call__(self, text: str) -> list[object]:
        return []


def calls(function: Any, words: dict[str, str] | None = None, /, **base: Any) -> Entry:
    return Entry(function.__name__, function, base, words or {})


def measured(name: str) -> Entry:
    """Return a measure of agreement with all its options."""
    base: dict[str, Any] = {
        "ratings": RATED, "categories": ["a", "b"], "clusters": [0, 0, 1, 1], "interval": "bootstrap",
        **RESAMPLED,
    }  # fmt: skip
    if name in ("intraclass_correlation", "lin_concordance"):
        del base["categories"]
        base["ratings"] = [[1, 2, 4, 3], [2, 2, 5, 1]]
        if name == "intraclass_correlation":
            base["form"] = "1,k"
    elif name == "krippendorff_alpha":
        base["distance"] = "nominal"
    elif name not in ("gwet_ac1", "holsti", "randolph_kappa"):
        base["weights"] = "linear"
    words = {**TOLD, "weights": "weight"}
    return Entry(name, MEASURES[name].function, base, words)


ENTRIES: list[Entry] = [
    *[measured(each.name) for each in MEASURES.values() if each.takes == "ratings"],
    calls(Ratings.read, TOLD, ratings=RATED,
          categories=["a", "b"]),
    method(Ratings.read(RATED), "without_coder", coder=0),
    calls(code_diagnostics, TOLD, ratings=[[True, False], [True, True]], code=True),
    calls(disagreements, {**TOLD, "units": "unit|names"},
          ratings=RATED, distance="nominal", categories=["a", "b"], units=["p", "q", "r", "s"], top=2),
    calls(leave_one_coder_out, TOLD, ratings=RATED,
          measure="cohen_kappa", categories=["a", "b"]),
    calls(jaccard_distance, a={"x"}, b={"x", "y"}),
    calls(masi_distance, a={"x"}, b={"x", "y"}),
    calls(sample_size, width=0.2, kappa=0.7, prevalence=0.3, units_per_document=40, correlation=0.05,
          confidence=0.9),
    Entry("sample_size of a pilot", sample_size,
          {"width": 0.2, "pilot": krippendorff_alpha(RATED, clusters=[0, 0, 1, 1])}),
    calls(nvivo_kappa, a=[(0, 9)], b=[(0, 8)], length=20),
    calls(nvivo_percent_agreement, a=[(0, 9)], b=[(0, 8)], length=20),
    calls(maxqda_kappa, a=ANA, b=BEN, n_codes=3, overlap=0.9),
    calls(atlasti_holsti, a=ANA, b=BEN, overlap=0.9),
    calls(atlasti_c_alpha, TOLD, continua=[ANA, BEN], lengths=20),
    calls(atlasti_cu_alpha, TOLD, continua=[ANA, BEN], lengths=20),
    calls(unitizing_alpha, TOLD, continua=[ANA, BEN], lengths=20),
    calls(boundary_similarity, {"a": "a\\b|segmentation", "b": "b\\b|segmentation"}, a=[2, 3], b=[3, 2],
          max_move=2),
    calls(boundary_agreement, {"texts": "text|segmentation"}, texts=[[[2, 3], [3, 2]]], max_move=2),
    *[
        Entry(each.name, each.function, {name: COUNTS[name] for name in
              (("both", "n_a", "n_b", "n") if each.uses_n else ("both", "n_a", "n_b"))},
              dict.fromkeys(COUNTS, "count|n_a|n_b|both"))
        for each in coefficients.COEFFICIENTS.values()
    ],
    calls(coefficients.coefficient, {"measure": "coefficient"}, measure="jaccard"),
    calls(association.association, dict.fromkeys(COUNTS, "count|n_a|n_b|both"), **COUNTS),
    method(association.association(**COUNTS), "value", {"measure": "coefficient"}, measure="jaccard"),
    method(association.association(**COUNTS), "reason", {"measure": "coefficient"}, measure="jaccard"),
    calls(odds.odds_ratio_interval, dict.fromkeys(COUNTS, "count|n_a|n_b|both"), **COUNTS, method="exact",
          confidence=0.9),
    calls(exact_tests.fisher_exact, dict.fromkeys(COUNTS, "count|n_a|n_b|both"), **COUNTS,
          alternative="greater"),
    calls(exact_tests.hypergeometric_test, dict.fromkeys(COUNTS, "count|n_a|n_b|both"), **COUNTS),
    method(exact_tests.hypergeometric_test(**COUNTS), "p", alternative="greater"),
    calls(exact_tests.stratified_hypergeometric, dict.fromkeys(COUNTS, "count|n_a|n_b|both"), **COUNTS),
    calls(exact_tests.false_discovery, p=[0.1, 0.2], method="bh"),
    calls(association.association_bounds,
          {"measure": "coefficient", **dict.fromkeys(COUNTS, "table|count|n_a|n_b|both")},
          measure="jaccard", both=[[2], [1]], n_a=[[4], [2]], n_b=[[3], [4]], n=[[9], [8]],
          method="bootstrap", **RESAMPLED),
    calls(intervals.jackknife_bounds, {"values": "value|replicate", "estimate": "estimate|replicate"},
          values=[[2.5], [2.0], [1.5]], estimate=[2.0], confidence=0.9),
    calls(intervals.jackknife_interval, {"values": "value|replicate", "estimate": "estimate|replicate"},
          values=[2.5, 2.0, 1.5], estimate=2.0, confidence=0.9),
    calls(intervals.bootstrap_bounds, {"values": "value|replicate", "estimate": "estimate|replicate"},
          values=[[2.5], [2.0], [1.5]], estimate=[2.0], n_clusters=3, confidence=0.9),
    calls(intervals.bootstrap_interval, {"values": "value|replicate", "estimate": "estimate|replicate"},
          values=[2.5, 2.0, 1.5], estimate=2.0, n_clusters=3, confidence=0.9),
    calls(resampling.as_generator, random_state=1),
    calls(resampling.bootstrap_weights, n_clusters=3, n_resamples=5, random_state=1),
    calls(resampling.leave_one_out, table=TABLE),
    calls(resampling.cluster_bounds, {"statistic": "statistic|values"}, statistic=np.divide,
          tables=[TABLE, [[each] for each in UNITS]],
          method="bootstrap", **RESAMPLED),
    calls(proportions.proportions, carrying=TABLE, units=UNITS, interval="bootstrap", **RESAMPLED),
    calls(proportions.proportions_by, carrying=TABLE, units=UNITS, groups=["p", "q", "p", "q"],
          order=["q", "p"], interval="bootstrap", **RESAMPLED),
    method(proportions.proportions(TABLE, UNITS), "to_frame", labels=["a", "b"]),
    calls(groups.group_differences, statistic=np.divide, tables=[TABLE, [[each] for each in UNITS]],
          groups=["p", "q", "p", "q"], n_resamples=3, random_state=1),
    calls(groups.group_positions, groups=["p", "q"]),
    method(groups.group_differences(np.divide, [TABLE, [[each] for each in UNITS]], list("pqpq")),
           "to_frame", labels=["a", "b"], by="site"),
    calls(nulls.within_document_null, COLUMNS,
          unit=[0, 0, 1], code=[0, 1, 0], n_codes=2, document=[0, 0, 0], n_resamples=5, random_state=1),
    calls(nulls.fixed_margin_null, COLUMNS,
          unit=[0, 0, 1], code=[0, 1, 0], n_codes=2, n_units=3, n_resamples=5, n_trades=2,
          random_state=1, progress=None),
    method(nulls.within_document_null([0, 0, 1], [0, 1, 0], 2, document=[0, 0, 0], n_resamples=5),
           "to_frame", labels=["a", "b"], adjust="bh"),
    calls(network_measures.network, counts=PAIRS, labels=["a", "b", "c"], weight=PAIRS, min_count=1),
    calls(network_measures.disparity, graph=GRAPH),
    calls(network_measures.backbone, graph=GRAPH, alpha=0.5),
    calls(network_measures.centralities, graph=GRAPH),
    calls(network_measures.communities, graph=GRAPH, resolution=1.0, random_state=1),
    calls(network_measures.community_stability, counts=[PAIRS, PAIRS], labels=["a", "b", "c"],
          measure="jaccard", units=[9, 9], min_count=1, n_resamples=3, resolution=1.0, random_state=1),
    calls(sequences.transition_counts, COLUMNS, code=[0, 1, 0], n_codes=2, document=[0, 0, 0], lag=1),
    calls(sequences.lag_sequential, counts=[[1, 2], [3, 4]], lag=1),
    method(sequences.lag_sequential([[1, 2], [3, 4]]), "to_frame", labels=["a", "b"]),
    calls(sequences.stanza_counts, COLUMNS, unit=[0, 1, 3], code=[0, 1, 0], n_codes=2, document=[0, 0, 0, 0],
          window=2, group=[0, 0, 0, 0], n_groups=1),
    calls(clusterings.linked, distances=[[0, 1, 4], [1, 0, 5], [4, 5, 0]], linkage="average", ordered=True),
    calls(clusterings.agglomerative_coefficient, tree=[[0, 1, 1.0, 2], [2, 3, 4.5, 3]]),
    calls(maps.classical_scaling, distances=[[0, 3, 4], [3, 0, 5], [4, 5, 0]], n_dimensions=2),
    calls(maps.stress, distances=[[0, 1], [1, 0]], points=[[0.0], [2.0]]),
    calls(correspondences.correspondence_axes, counts=[[4, 2, 3], [4, 3, 7], [25, 10, 12]]),
    calls(keywords.log_likelihood, count=[3, 4], reference_count=[1, 2], size=50, reference_size=60,
          formula="dunning"),
    calls(keywords.log_ratio, count=[3, 4], reference_count=[1, 2], size=50, reference_size=60),
    calls(word_places.spacy_lemmas, {"pipeline": "pipeline"}, pipeline=_Pipeline()),
    calls(accumulation, {"documents": "document|code"}, documents=DOCUMENTS, n_orders=5,
          confidence=0.9, random_state=1),
    calls(new_codes, {"documents": "document|code"}, documents=DOCUMENTS),
    calls(expected_codes, {"documents": "document|code"}, documents=DOCUMENTS, sizes=[1, 2]),
    calls(code_frequencies, {"documents": "document|code"}, documents=DOCUMENTS),
    method(code_frequencies(DOCUMENTS), "exactly", documents=1),
    calls(guest.guest_saturation, new=[3, 2, 1, 0], base=1, run=1, threshold=0.1),
    calls(richness.chao2, {"documents": "document|code"}, documents=DOCUMENTS, form="classic",
          confidence=0.9),
    calls(coverage_estimators.ice, {"documents": "document|code"}, documents=DOCUMENTS, rare=2,
          confidence=0.9),
    calls(coverage_estimators.ace, counts=[1, 2, 9], rare=2, confidence=0.9),
    calls(coverage_estimators.good_turing, counts=[1, 2, 9], confidence=0.9),
    calls(documents_needed, {"documents": "document|code"}, documents=DOCUMENTS, shares=[0.9],
          confidence=0.9, n_resamples=5, random_state=1),
    calls(richness.coverage, {"documents": "document|code"}, documents=DOCUMENTS),
    calls(richness.jackknife_1, {"documents": "document|code"}, documents=DOCUMENTS, confidence=0.9),
    calls(richness.jackknife_2, {"documents": "document|code"}, documents=DOCUMENTS, confidence=0.9),
    calls(study_size.galvin_size, prevalence=0.1, probability=0.9),
    calls(study_size.galvin_probability, n_documents=9, prevalence=0.1),
    calls(study_size.fugard_potts_size, prevalence=0.1, instances=2, power=0.8),
    calls(study_size.fugard_potts_power, n_documents=9, prevalence=0.1, instances=2),
    calls(conclusions.Ranking, rollup="r", level="theme", count="segments", top=3, name="N"),
    calls(conclusions.Share, node="a", count="documents", rollup="r", level="code", name="N", at_least=0.1,
          at_most=0.9),
    calls(conclusions.Together, first="a", second="c", measure="lift", unit="sentence",
          same_coder=True, gap=1, name="N", at_least=0.1, **LEVEL),
    calls(conclusions.Together, first="a", second="c", meeting="overlap", min_overlap=0.5),
    calls(conclusions.Agreement, unit="sentence", measure="cohen_kappa", of="a", coders=["ana", "ben"],
          uncoded="decision", name="N", at_most=0.9, **LEVEL),
    calls(conclusions.Quantity, function=len, name="N", at_least=0.1),
]  # fmt: skip

RUNS = [
    pytest.param(entry, name, id=f"{at}-{entry.label}-{name}")
    for at, entry in enumerate(ENTRIES)
    for name in entry.base
]


@pytest.mark.parametrize(("entry", "name"), RUNS)
def test_odd_arguments_are_taken_or_refused_by_name(entry: Entry, name: str) -> None:
    for odd in ODD:
        check_refusal(entry, name, odd)


def test_the_arguments_that_entries_start_from_are_taken() -> None:
    for entry in ENTRIES:
        entry.call(**entry.base)


def test_nothing_that_was_refused_was_missing_from_the_public_names() -> None:
    walked = {entry.label for entry in ENTRIES}
    assert {each.name for each in MEASURES.values() if each.takes == "ratings"} <= walked
    assert set(coefficients.COEFFICIENTS) <= walked
    assert qc.conclusions is conclusions
