"""Intervals of agreement: by document, by unit when asked, and as published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import agreement as oracle

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    light_kappa,
    percent_agreement,
    scott_pi,
)

Table = list[list[Any]]

ORACLES = {
    "percent_agreement": oracle.observed_agreement,
    "fleiss_kappa": oracle.fleiss,
    "conger_kappa": oracle.conger,
    "light_kappa": oracle.light,
    "krippendorff_alpha": lambda ratings: oracle.alpha(ratings, oracle.nominal_distance),
}


def study(documents: int = 12, seed: int = 0) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Make ratings of two coders who agree in some documents more than in others."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, documents * 20)
    clusters = np.repeat(np.arange(documents), 20)
    accuracy = rng.beta(8, 2, documents)[clusters]
    coders = [
        np.where(rng.random(truth.size) < accuracy, truth, rng.integers(0, 3, truth.size))
        for _ in range(2)
    ]
    return np.array(coders), clusters.tolist()


@st.composite
def clustered(draw: st.DrawFn) -> tuple[Table, list[int]]:
    cells = st.none() | st.integers(1, 3)
    units = draw(st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=9))
    clusters = draw(st.lists(st.integers(0, 3), min_size=len(units), max_size=len(units)))
    return [list(coder) for coder in zip(*units, strict=True)], clusters


@settings(max_examples=60)
@given(clustered())
def test_the_jackknife_equals_computing_anew_without_each_document(
    drawn: tuple[Table, list[int]],
) -> None:
    ratings, clusters = drawn
    for name, measure in ORACLES.items():
        result: AgreementResult = MEASURES[name].function(ratings, clusters=clusters)
        if result.value is None:
            continue
        # Documents without a shared unit are kept by the library, so the oracle keeps them too.
        error = oracle.jackknife_error(measure, ratings, clusters)
        if error is None or error < 1e-9:
            assert result.interval is None
            assert result.interval_reason
        else:
            assert result.se == pytest.approx(error)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio", "gwet-ordinal"])
def test_the_jackknife_of_alpha_works_on_every_scale(level: str) -> None:
    ratings, clusters = study()
    ratings = ratings + 1
    result = krippendorff_alpha(ratings, distance=level, clusters=clusters)
    without = []
    for document in range(12):
        kept = ratings[:, np.array(clusters) != document]
        without.append(float(krippendorff_alpha(kept, distance=level)))
    spread = np.sum((np.array(without) - np.mean(without)) ** 2)
    assert result.se == pytest.approx(np.sqrt(11 / 12 * spread))


def test_the_bootstrap_equals_computing_anew_on_documents_drawn() -> None:
    ratings, clusters = study(documents=5)
    rng, drawn_rng = np.random.default_rng(4), np.random.default_rng(4)
    result = krippendorff_alpha(
        ratings, clusters=clusters, interval="bootstrap", n_resamples=30, random_state=rng
    )
    weights = drawn_rng.multinomial(5, np.full(5, 0.2), size=30)
    anew = []
    for often in weights:
        units = [u for u, c in enumerate(clusters) for _ in range(often[c])]
        anew.append(float(krippendorff_alpha(ratings[:, units])))
    assert result.replicates == pytest.approx(anew)
    assert result.interval is not None
    assert result.interval.low == pytest.approx(np.quantile(anew, 0.025))


def test_clusters_alone_ask_for_the_jackknife() -> None:
    ratings, clusters = study()
    interval = gwet_ac1(ratings, clusters=clusters).interval
    assert interval is not None
    assert (interval.method, interval.n_clusters, interval.confidence) == ("jackknife", 12, 0.95)
    assert gwet_ac1(ratings).interval is None


def test_taking_units_to_be_independent_has_to_be_asked_for_and_is_narrower() -> None:
    ratings, clusters = study(seed=3)
    by_document = fleiss_kappa(ratings, clusters=clusters)
    by_unit = fleiss_kappa(ratings, interval="unit-bootstrap", random_state=1)
    assert by_document.se is not None
    assert by_unit.se is not None
    assert by_unit.interval is not None
    assert by_unit.interval.n_clusters == 240
    assert by_unit.se < by_document.se
    analytic = fleiss_kappa(ratings, interval="analytic")
    assert by_unit.se == pytest.approx(analytic.se, rel=0.1)


def test_a_seed_repeats_the_bootstrap() -> None:
    ratings, clusters = study(documents=6)
    options: Any = {"clusters": clusters, "interval": "bootstrap", "n_resamples": 50}
    one, two, other = (cohen_kappa(ratings, random_state=s, **options) for s in (1, 1, 2))
    assert one == two
    assert one != other


def test_the_probability_of_missing_a_threshold_is_a_share_of_the_bootstrap() -> None:
    ratings, clusters = study(documents=6)
    result = krippendorff_alpha(
        ratings, clusters=clusters, interval="bootstrap", random_state=1, n_resamples=400
    )
    assert result.interval is not None
    assert result.probability_below(result.interval.low) == pytest.approx(0.025, abs=0.003)
    assert result.probability_below(0.0) == 0.0
    assert result.probability_below(0.667) <= result.probability_below(0.800)
    with pytest.raises(StatisticsError, match="bootstrap"):
        krippendorff_alpha(ratings, clusters=clusters).probability_below(0.667)


def test_documents_that_one_coder_coded_are_not_counted() -> None:
    ratings, clusters = study(documents=4)
    more = np.concatenate([ratings.astype(float), [[0, 1, 2], [np.nan] * 3]], axis=1)
    for measure in (krippendorff_alpha, percent_agreement, fleiss_kappa):
        interval = measure(more, clusters=[*clusters, 7, 8, 9]).interval
        assert interval is not None
        assert interval.n_clusters == 4


def test_the_order_of_units_does_not_matter() -> None:
    ratings, clusters = study(documents=5)
    order = np.random.default_rng(0).permutation(100)
    shuffled = ratings[:, order]
    for name in ("krippendorff_alpha", "gwet_ac1", "conger_kappa", "cohen_kappa", "holsti"):
        function = MEASURES[name].function
        one = function(ratings, clusters=clusters)
        other = function(shuffled, clusters=np.array(clusters)[order])
        assert one.se == pytest.approx(other.se)


def test_too_few_or_too_similar_documents_are_a_reason() -> None:
    ratings = [["a", "b", "a", "b"], ["a", "b", "b", "b"]]
    one = krippendorff_alpha(ratings, clusters=["x"] * 4)
    assert "needs two clusters" in str(one.interval_reason)
    alike = krippendorff_alpha([coder * 2 for coder in ratings], clusters=[1] * 4 + [2] * 4)
    assert "no spread" in str(alike.interval_reason)
    rare = krippendorff_alpha([["a", "a", "b"], ["a", "a", "b"]], clusters=[1, 2, 3])
    assert "undefined" in str(rare.interval_reason)


def test_what_has_no_published_standard_error_says_so() -> None:
    ratings = [[1, 2, 3, 1], [1, 2, 2, 1], [1, 3, 3, 2]]
    for result in (
        light_kappa(ratings, interval="analytic"),
        krippendorff_alpha(ratings, distance="ordinal", interval="analytic"),
    ):
        assert result.interval is None
        assert "clusters" in str(result.interval_reason)


def test_an_interval_stays_within_what_the_measure_can_be() -> None:
    ratings = [["a", "b", "a", "b", "a", "b"], ["a", "b", "a", "b", "b", "a"]]
    interval = percent_agreement(ratings, clusters=[1, 1, 2, 2, 3, 3]).interval
    assert interval is not None
    assert (interval.low, interval.high) == (0.0, 1.0)


@pytest.mark.parametrize("documents", [8, 20])
def test_intervals_by_document_cover_and_by_unit_do_not(documents: int) -> None:
    # The simulation behind the default, small: 40 units a document, accuracy by document.
    rng = np.random.default_rng(documents)
    truth = 0.5  # agreement that coders have beyond chance on average, by construction below
    covered = {"jackknife": 0, "analytic": 0}
    runs = 150
    for _ in range(runs):
        clusters = np.repeat(np.arange(documents), 40)
        agreeing = rng.random(clusters.size) < rng.beta(2, 2, documents)[clusters]
        first = rng.integers(0, 2, clusters.size)
        second = np.where(agreeing, first, rng.integers(0, 2, clusters.size))
        for method in covered:
            result = krippendorff_alpha(
                np.array([first, second]), clusters=clusters, interval=method
            )
            assert result.interval is not None
            covered[method] += result.interval.low <= truth <= result.interval.high
    assert covered["jackknife"] / runs > 0.88
    assert covered["analytic"] / runs < 0.75


# ------------------------------------------------------------- published errors, whatever the shape

ONE = [1, 2, 1, 2, 1, 1, 2, 2, 1, 2, 1, 1, 2, 1]
OTHER = [1, 2, 2, 2, 1, 1, 2, 1, 1, 2, 1, 2, 2, 1]
EMPTY = [None] * len(ONE)


@pytest.mark.parametrize(
    "measure",
    [percent_agreement, scott_pi, fleiss_kappa, conger_kappa, brennan_prediger, gwet_ac1, gwet_ac2],
)
def test_analytic_errors_do_not_depend_on_the_shape_of_the_table(measure: Any) -> None:
    alone = measure([ONE, OTHER], interval="analytic")
    if measure is not scott_pi:
        beside = measure([ONE, OTHER, EMPTY], interval="analytic")
        assert beside.se == pytest.approx(alone.se)
        assert beside.interval.low == pytest.approx(alone.interval.low)
    more = measure([[*ONE, None], [*OTHER, None]], interval="analytic")
    assert more.se == pytest.approx(alone.se)
    # The variance of the units' terms has n - 1 below; irrCAC's has n for a table of two.
    beside = measure([ONE, OTHER], interval="irrcac")
    assert alone.se == pytest.approx(beside.se * np.sqrt(14 / 13))
    assert beside.interval.method == "irrcac"


def test_the_error_of_alpha_with_unequal_ratings() -> None:
    n = None
    coders = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, n],
        [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n],
    ]
    # irrCAC's.
    for level, error, low in (
        ("nominal", 0.145573887, 0.4190622192),
        ("interval", 0.1291299657, 0.5613876493),
    ):
        found = krippendorff_alpha(coders, distance=level, interval="analytic")
        assert found.se == pytest.approx(error, abs=5e-10)
        assert found.interval is not None
        assert found.interval.low == pytest.approx(low, abs=5e-10)
