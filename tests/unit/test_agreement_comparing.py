"""Agreement by pair, by document and between two studies: what each must do, against slow twins."""

from __future__ import annotations

from itertools import combinations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    cohen_kappa,
    krippendorff_alpha,
    own_measure,
    pairwise_agreement,
)
from qualcode.stats.uncertainty.strata import stratified_jackknife


@pytest.fixture(scope="module")
def interviews() -> qc.Project:
    return qc.load_project("partnership-interviews")


tables = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from(["a", "b", None]), min_size=coders, max_size=coders),
        min_size=3,
        max_size=8,
    )
)


@given(tables)
@settings(max_examples=40)
def test_each_pair_is_measured_as_if_there_were_no_others(units: list[list[str | None]]) -> None:
    ratings = [list(row) for row in zip(*units, strict=True)]
    found = pairwise_agreement(ratings, "cohen_kappa", categories=["a", "b"])
    for (a, b), result in zip(combinations(range(len(ratings)), 2), found.pairs, strict=True):
        assert result.value == cohen_kappa([ratings[a], ratings[b]], categories=["a", "b"]).value
        assert found.of(a, b) is found.of(b, a) is result
    matrix = found.values
    assert np.array_equal(matrix, matrix.T, equal_nan=True)
    assert np.isnan(np.diagonal(matrix)).all()


def test_pairs_need_two_coders_and_a_name_for_each() -> None:
    with pytest.raises(StatisticsError, match="1 names for 2 coders"):
        pairwise_agreement([["a"], ["a"]], coders=["ana"])
    with pytest.raises(StatisticsError, match="pairs need two coders or more"):
        pairwise_agreement([["a"]])
    with pytest.raises(StatisticsError, match="no pair of 0 and 7"):
        pairwise_agreement([["a"], ["a"]]).of(0, 7)


@pytest.mark.parametrize("measure", ["krippendorff_alpha", "cohen_kappa", "gwet_ac1", "holsti"])
def test_a_document_alone_has_the_value_of_a_study_of_it(
    interviews: qc.Project, measure: str
) -> None:
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    course = study.by_document(measure, of="trust")
    for at, id in enumerate(course.documents):
        mask = study.clusters == study.documents.index(id)
        ratings = attrs.evolve(
            study.ratings_of("trust"), codes=study.ratings_of("trust").codes[:, mask]
        )
        function = qc.stats.agreement.MEASURES[measure].function
        alone = function(ratings).value
        assert course.values[at] == pytest.approx(np.nan if alone is None else alone, nan_ok=True)
    whole = study.agreement(measure, of="trust").value
    assert course.so_far[-1] == pytest.approx(whole)
    assert course.overall.value == whole
    assert course.units.sum() == study.n_units


def test_documents_are_in_the_order_of_coding(interviews: qc.Project) -> None:
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    times = [time for time in study.by_document().times if time is not None]
    assert times == sorted(times)
    assert study.by_document(order="document").documents == study.documents
    with pytest.raises(StatisticsError, match="order"):
        study.by_document(order="alphabet")  # type: ignore[arg-type]


def test_a_measure_of_ones_own_goes_by_document_too(interviews: qc.Project) -> None:
    alike = own_measure(
        "alike_here",
        lambda ratings: float(np.mean(ratings.codes[0] == ratings.codes[1])),
        formula="share",
        reference="this test",
        lowest=0,
    )
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    shares = study.by_document(alike, of="trust").values
    assert shares == pytest.approx(study.by_document("percent_agreement", of="trust").values)


def test_too_few_documents_have_no_trend(interviews: qc.Project) -> None:
    few = interviews.restricted(documents=["int-01", "int-02", "int-03"])
    course = few.study(unit="turn", coders=["ana", "ben"]).by_document()
    assert course.tau is None
    assert course.reason == "a trend needs 4 documents with a value; there are 3"


def test_a_study_does_not_differ_from_itself(interviews: qc.Project) -> None:
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    found = study.difference(study)
    assert found.value == 0.0
    assert found.interval is None
    assert "no spread" in str(found.interval_reason)


def test_the_difference_of_the_same_documents_is_the_paired_jackknife(
    interviews: qc.Project,
) -> None:
    """Against the definition: both studies without each document in turn."""
    all_codes = interviews.study(unit="turn", coders=["ana", "ben"])
    few = interviews.study(unit="turn", coders=["ana", "ben"], codes=["trust", "communication"])
    found = few.difference(all_codes)
    assert (found.shared, found.first_only, found.second_only) == (9, 0, 0)
    without = []
    for id in all_codes.documents:
        rest = interviews.restricted(documents=[d for d in all_codes.documents if d != id])
        values = [
            rest.study(unit="turn", coders=["ana", "ben"], codes=codes).agreement().value
            for codes in (["trust", "communication"], None)
        ]
        without.append(values[0] - values[1])
    spread = np.array(without) - np.mean(without)
    assert found.interval is not None
    assert found.interval.standard_error == pytest.approx(np.sqrt(8 / 9 * (spread**2).sum()))


def test_studies_of_other_documents_differ_with_the_sum_of_their_variances(
    interviews: qc.Project,
) -> None:
    ids = interviews.study(unit="turn", coders=["ana", "ben"]).documents
    early = interviews.restricted(documents=ids[:4]).study(unit="turn", coders=["ana", "ben"])
    late = interviews.restricted(documents=ids[4:]).study(unit="turn", coders=["ana", "ben"])
    found = late.difference(early)
    assert (found.shared, found.first_only, found.second_only) == (0, 5, 4)
    errors = [each.agreement().interval.standard_error for each in (early, late)]
    assert found.interval is not None
    assert found.interval.standard_error == pytest.approx(np.hypot(*errors))
    assert late.agreement().value - early.agreement().value == found.value
    drawn = late.difference(early, interval="bootstrap", random_state=1, n_resamples=300)
    assert drawn.interval is not None
    assert drawn.interval.low < found.value < drawn.interval.high
    assert drawn.recipe is not None
    assert drawn.recipe.run(interviews) == drawn


def test_a_difference_says_what_it_cannot_take(interviews: qc.Project) -> None:
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    with pytest.raises(StatisticsError, match="pass another study"):
        study.difference(study.agreement())  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="by whole documents"):
        study.difference(study, interval="analytic")
    with pytest.raises(StatisticsError, match="of='trust'"):
        study.difference(
            interviews.study(unit="turn", coders=["ana", "ben"], codes=["communication"]),
            of="trust",
        )


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=9), st.floats(-1, 1))
@settings(max_examples=50)
def test_one_stratum_is_the_plain_jackknife(values: list[float], estimate: float) -> None:
    plain = qc.stats.jackknife_interval(values, estimate)
    assert stratified_jackknife(values, estimate, [len(values)]) == plain or np.isnan(plain.low)


def test_a_stratum_of_one_has_no_spread() -> None:
    found = stratified_jackknife([0.1, 0.2, 0.3], 0.2, [2, 1])
    assert found.reason == "a stratum has one cluster only: its part in the spread is not known"
    with pytest.raises(StatisticsError, match="add up to 4"):
        stratified_jackknife([0.1, 0.2], 0.2, [2, 2])


def test_draws_of_whole_documents_are_those_of_the_bootstrap(interviews: qc.Project) -> None:
    study = interviews.study(unit="turn", coders=["ana", "ben"])
    ones = np.ones((2, 9))
    found = krippendorff_alpha(
        study.ratings_of("trust"),
        clusters=study.clusters,
        draws=ones,  # type: ignore[call-arg]
    )
    assert found.replicates == pytest.approx([found.value, found.value])
