"""Accumulation against every order of documents, and estimates of what was not seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import saturation
from tests.reference.coded import coded_project

from qualcode.errors import StatisticsError
from qualcode.report import methods
from qualcode.stats.saturation import (
    CodeFrequencies,
    accumulation,
    ace,
    chao2,
    code_frequencies,
    code_table,
    coverage,
    documents_needed,
    expected_codes,
    fugard_potts_power,
    fugard_potts_size,
    galvin_probability,
    galvin_size,
    good_turing,
    guest_saturation,
    ice,
    jackknife_1,
    jackknife_2,
    new_codes,
)

DOCUMENTS = st.lists(st.sets(st.integers(0, 7), max_size=5), max_size=6)


@given(DOCUMENTS.filter(bool))
def test_the_expectation_is_the_mean_over_all_orders(documents: list[set[int]]) -> None:
    curve = accumulation(documents, n_orders=5, random_state=1)
    assert curve.observed.tolist() == saturation.curve(documents)
    exact = [float(step) for step in saturation.mean_curve(documents)]
    assert curve.expected == pytest.approx(exact)
    assert curve.low[-1] == curve.high[-1] == curve.observed[-1]


@given(DOCUMENTS.filter(bool), st.randoms(use_true_random=False))
def test_the_order_changes_only_what_was_observed(documents: list[set[int]], rng: object) -> None:
    shuffled = list(documents)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = accumulation(documents, n_orders=2), accumulation(shuffled, n_orders=2)
    assert one.expected == pytest.approx(two.expected)
    assert chao2(documents).value == pytest.approx(chao2(shuffled).value, nan_ok=True)
    assert coverage(documents).value == pytest.approx(coverage(shuffled).value, nan_ok=True)


def test_the_band_holds_what_random_orders_do() -> None:
    rng = np.random.default_rng(1)
    table = rng.random((30, 20)) < rng.beta(0.5, 3, (30, 1))
    curve = accumulation(table, n_orders=2000, random_state=1)
    inside = []
    for _ in range(300):
        order = rng.permutation(20)
        steps = np.cumsum(new_codes(table[:, order]))
        inside.append((curve.low <= steps) & (steps <= curve.high))
    assert np.mean(inside, axis=0).min() > 0.9
    assert np.all((curve.low <= curve.expected) & (curve.expected <= curve.high))
    again = accumulation(table, n_orders=2000, random_state=1)
    assert np.array_equal(curve.low, again.low)


@given(DOCUMENTS)
def test_sets_and_tables_say_the_same(documents: list[set[int]]) -> None:
    table = code_table(documents)
    one, two = code_frequencies(documents), code_frequencies(table)
    assert one == two
    assert table.sum() == sum(map(len, documents))
    assert new_codes(documents).sum() == one.observed == len(set().union(*documents))
    assert np.array_equal(new_codes(documents), new_codes(table))


@given(DOCUMENTS.filter(lambda documents: any(documents) and len(documents) > 1))
def test_estimates_never_fall_below_what_was_seen(documents: list[set[int]]) -> None:
    for estimate in (
        chao2(documents),
        chao2(documents, form="bias-corrected"),
        jackknife_1(documents),
    ):
        assert estimate.value >= estimate.observed
        assert estimate.unseen == pytest.approx(estimate.value - estimate.observed)
        if not math.isnan(estimate.low):
            assert estimate.observed <= estimate.low <= estimate.value <= estimate.high
            assert estimate.uncertainty_reason is None
        else:
            assert estimate.uncertainty_reason
    found = coverage(documents)
    assert found.reason or 0 <= found.value <= 1


@given(
    DOCUMENTS.filter(lambda documents: any(documents) and len(documents) > 1), st.integers(1, 30)
)
def test_extrapolation_tends_to_chao2(documents: list[set[int]], more: int) -> None:
    m = len(documents)
    steps = expected_codes(documents, [m, m + more, m + more + 1, 10**9])
    assert steps[0] == pytest.approx(len(set().union(*documents)))
    assert np.all(np.diff(steps) >= -1e-9)
    assert steps[-1] == pytest.approx(chao2(documents).value, rel=1e-6)


def test_jackknife_of_the_number_of_codes_is_the_delete_one_estimate() -> None:
    documents = [{1, 2, 3}, {2}, {2, 4, 5}, {1, 2}, {6}]
    m, whole = len(documents), len(set().union(*documents))
    pseudo = [
        m * whole - (m - 1) * len(set().union(*documents[:at], *documents[at + 1 :]))
        for at in range(m)
    ]
    found = jackknife_1(documents)
    assert found.value == pytest.approx(np.mean(pseudo))
    assert found.standard_error == pytest.approx(np.std(pseudo, ddof=1) / math.sqrt(m))


def test_forms_of_chao2() -> None:
    no_doubles = CodeFrequencies([1, 1, 1, 3], 6)
    found = chao2(no_doubles)
    assert found.method == "Chao2, bias-corrected"
    assert found.value == pytest.approx(4 + 5 / 6 * 3 * 2 / 2)
    no_singles = chao2(CodeFrequencies([2, 3, 4], 6))
    assert no_singles.unseen == 0
    assert no_singles.uncertainty_reason == (
        "the estimate adds no unseen code, and the log-normal interval needs some"
    )
    assert no_singles.standard_error > 0


@pytest.mark.parametrize("estimate", [chao2, jackknife_1, jackknife_2, coverage])
def test_nothing_to_estimate_from_has_a_reason(estimate: object) -> None:
    empty, blank = estimate([]), estimate([set(), set()])  # type: ignore[operator]
    assert math.isnan(empty.value)
    assert empty.reason == "there are no documents"
    assert math.isnan(blank.value)
    assert blank.reason == "no document has any code"
    assert estimate([{1}, {1, 2}]).to_frame().shape[0] == 1  # type: ignore[operator]


def test_one_document_tells_little() -> None:
    for estimate in (chao2, jackknife_1, jackknife_2, coverage):
        found = estimate([{1, 2}])  # type: ignore[operator]
        assert math.isnan(found.value)
        assert found.observed == 2
        assert found.reason == (
            "with one document every code is in one document: nothing tells common from rare"
        )


def test_frequencies_alone_give_no_standard_error_to_the_jackknife() -> None:
    found = jackknife_1(CodeFrequencies([1, 2, 2], 4))
    assert found.value == 3.75
    assert found.uncertainty_reason == "no standard error is known from what was given"


def test_no_documents_no_curve() -> None:
    curve = accumulation([])
    assert curve.reason == "there are no documents"
    assert curve.to_frame().empty
    blank = accumulation([set(), set()], n_orders=3)
    assert blank.observed.tolist() == [0, 0]
    assert blank.expected.tolist() == [0, 0]


@given(st.lists(st.integers(0, 9), max_size=14), st.integers(1, 5), st.integers(1, 3))
def test_runs_of_new_codes(new: list[int], base: int, run: int) -> None:
    found = guest_saturation(np.array(new, dtype=int), base=base, run=run)
    assert found.new.tolist() == saturation.new_in_runs(new, base, run)
    assert (found.reached is None) == (found.reason is not None)
    assert (found.notation is None) == (found.reached is None)
    frame = found.to_frame()
    if found.reached is not None:
        first = frame[frame["saturated"]].iloc[0]
        assert first["first"] == found.reached + 1
        assert first["share"] <= 0.05


def test_saturation_that_cannot_be_told() -> None:
    assert guest_saturation([3, 1, 0]).reason == (
        "3 documents are fewer than a base of 4 and a run of 2"
    )
    nothing = guest_saturation([0, 0, 0, 0, 1, 0])
    assert nothing.reason == "the first 4 documents have no codes to compare with"
    assert np.isnan(nothing.share).all()
    assert nothing.to_frame()["reason"].tolist() == [nothing.reason]
    assert guest_saturation([3, 0, 0, 0, 1, 0]).to_frame()["reason"].tolist() == [""]


@given(st.floats(0.01, 0.95), st.integers(1, 6), st.floats(0.05, 0.99))
def test_a_planned_size_is_the_least_that_does(
    prevalence: float, instances: int, power: float
) -> None:
    n = fugard_potts_size(prevalence, instances=instances, power=power)
    assert fugard_potts_power(n, prevalence, instances=instances) >= power
    if n > instances:
        assert fugard_potts_power(n - 1, prevalence, instances=instances) < power
    if instances == 1:
        assert galvin_size(prevalence, probability=power) == n
        assert galvin_probability(n, prevalence) >= power


def test_bad_arguments_are_refused() -> None:
    for call, message in (
        (lambda: code_table(["trust"]), "sets? of codes"),
        (lambda: code_table("trust"), "sets? of codes"),
        (lambda: code_table(np.array([1, 0])), "one row for each code"),
        (lambda: code_table(np.array([[2]])), "give booleans"),
        (lambda: CodeFrequencies([3], 2), "at least one and at most all"),
        (lambda: CodeFrequencies([0], 2), "at least one and at most all"),
        (lambda: accumulation([{1}], n_orders=0), "n_orders must be at least 1"),
        (lambda: accumulation([{1}], confidence=2), "between 0 and 1"),
        (lambda: expected_codes([{1}], [1.5]), "whole numbers"),
        (lambda: expected_codes([], [1]), "no documents"),
        (lambda: chao2([{1}], form="new"), "'classic', 'bias-corrected'"),  # type: ignore[arg-type]
        (lambda: chao2([{1}], confidence=0), "between 0 and 1"),
        (lambda: guest_saturation([1, 2], base=0), "base must be at least 1"),
        (lambda: guest_saturation([1.5, 2]), "number of new codes"),
        (lambda: guest_saturation([-1, 2]), "number of new codes"),
        (lambda: galvin_size(0), "prevalence must lie"),
        (lambda: galvin_size(0.1, probability=1), "probability must lie"),
        (lambda: fugard_potts_size(0.1, instances=0), "instances must be at least 1"),
        (lambda: fugard_potts_power(True, 0.1), "n_documents must be a whole number"),
    ):
        with pytest.raises(StatisticsError, match=message):
            call()


def test_after_the_documents_needed_the_curve_has_the_share() -> None:
    found = CodeFrequencies([1] * 21 + [2] * 19 + [9] * 185, 50)
    needed = documents_needed(found, [0.5, 0.96, 0.98, 1.0], n_resamples=20, random_state=1)
    before, after = (
        expected_codes(found, 50 + step(needed.more[1:3])) for step in (np.floor, np.ceil)
    )
    assert np.all(before <= needed.shares[1:3] * needed.estimated)
    assert np.all(after >= needed.shares[1:3] * needed.estimated)
    assert needed.more[0] == 0, "half of the codes were met long ago"
    last = expected_codes(found, [50 + int(np.ceil(needed.more[3]))])
    assert needed.estimated - last[0] <= 0.5
    assert np.all(needed.low <= needed.more)
    assert np.all(needed.more <= needed.high)


def test_nothing_more_is_needed_where_no_code_was_met_once() -> None:
    needed = documents_needed([{"a", "b"}] * 6, n_resamples=10, random_state=1)
    assert needed.more.tolist() == [0, 0, 0, 0]
    assert documents_needed([{"a"}]).reason is not None
    with pytest.raises(StatisticsError, match="shares"):
        documents_needed([{"a"}, {"b"}], [0])


def test_the_interval_of_documents_needed_holds_what_other_documents_lead_to() -> None:
    rng = np.random.default_rng(3)
    chance = rng.beta(0.6, 3, 40)
    drawn = [
        documents_needed(
            rng.random((40, 30)) < chance[:, None], [0.9], n_resamples=60, random_state=1
        )
        for _ in range(40)
    ]
    middle = np.median([each.more[0] for each in drawn])
    assert np.mean([each.low[0] <= middle <= each.high[0] for each in drawn]) > 0.8


def test_estimates_by_coverage_at_their_edges() -> None:
    assert ice([{"a", "b"}, {"a", "b"}, {"a"}]).value == pytest.approx(2.0, abs=0.2)
    assert ice([{"a"}, {"b"}, {"c"}]).value >= 3
    assert "once only" in (ace([1, 1, 1]).reason or "")
    assert ace([]).reason == "no segment has any code"
    assert ace([30, 40]).value == 2
    assert good_turing([0, 5]).value == 1
    assert good_turing([]).reason is not None
    assert ice([]).reason == "there are no documents"
    frequent = ice(CodeFrequencies([11] * 5, 20))
    assert (frequent.value, frequent.standard_error) == (5, 0)


def test_meaning_is_saturated_after_the_last_new_side() -> None:
    lines = {"w": ["a"], "x": ["ab", "c"], "y": ["a", "c"], "z": ["a", "d"]}
    project = coded_project(
        lines, variables={id: {"town": "north" if id in "wx" else "south"} for id in lines}
    )
    with project.revise() as codebook:
        codebook.move("b", "a")
        codebook.move("d", "c")
    found = project.meaning_saturation(rollup="tree", level="domain")
    assert found.to_frame()[["id", "sides", "carrying", "saturated", "after"]].to_dict("list") == {
        "id": ["a", "c"], "sides": [2, 2], "carrying": [4, 3], "saturated": [2, 4], "after": [2, 0],
    }  # fmt: skip
    assert found.codes_frame()[["documents", "codes", "saturated", "last"]].iloc[0].tolist() == [
        4, 4, 4, 4,
    ]  # fmt: skip
    # Codes met by each document, one after another, as the curve of saturation has it.
    assert found.table.any(axis=1).sum() == project.saturation(random_state=1).curve.observed[-1]
    apart = project.meaning_saturation(rollup="tree", level="domain", by="town", share=0.5)
    assert apart.to_frame()[["town", "id", "sides", "saturated"]].values.tolist() == [
        ["north", "a", 2, 2], ["north", "c", 1, 2], ["south", "a", 1, 1], ["south", "c", 2, 2],
    ]  # fmt: skip
    assert apart.codes_frame()["saturated"].tolist() == [2, 1]
    assert apart.recipe is not None
    assert apart.recipe.run(project) == apart
    assert "Hennink" in methods(apart)
    with pytest.raises(StatisticsError, match="share"):
        project.meaning_saturation(share=1)
    with pytest.raises(StatisticsError, match="no document has a variable"):
        project.meaning_saturation(rollup="tree", by="nothing")


@given(st.lists(st.sets(st.sampled_from("abcde")), min_size=1, max_size=6))
def test_small_studies_have_an_estimate_or_a_reason(documents: list[set[str]]) -> None:
    found = ice(documents)
    assert found.reason or found.value >= found.observed - 1e-9
    needed = documents_needed(documents, n_resamples=5, random_state=1)
    assert needed.reason or np.all(needed.more >= 0)
    counts = code_table(documents).sum(axis=1)
    plain = ace(counts)
    assert plain.reason or plain.value >= plain.observed - 1e-9
