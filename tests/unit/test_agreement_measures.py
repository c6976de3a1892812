"""Measures of agreement: equal to the slow oracle, and obeying their laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.reference import agreement as oracle

from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    light_kappa,
    percent_agreement,
    randolph_kappa,
    scott_pi,
)

Table = list[list[Any]]
Measure = Callable[..., AgreementResult]


@st.composite
def rating_tables(
    draw: st.DrawFn, *, coders: tuple[int, int] = (2, 4), missing: bool = True, top: int = 4
) -> Table:
    """Draw ratings of a few units by a few coders: numbers from 1, None where missing."""
    n_coders = draw(st.integers(*coders))
    label: st.SearchStrategy[int | None] = st.integers(1, top)
    cells = st.none() | label if missing else label
    units = draw(st.lists(st.tuples(*[cells] * n_coders), min_size=1, max_size=8))
    return [list(coder) for coder in zip(*units, strict=True)]


def close(result: AgreementResult, expected: float | None) -> None:
    assert (result.value is None) == (expected is None), (result, expected)
    if expected is not None:
        assert result.value == pytest.approx(expected, abs=1e-9)
    else:
        assert result.reason


# ----------------------------------------------------------------------------------- the oracle


@settings(max_examples=40)
@given(rating_tables())
def test_pooled_measures_equal_the_oracle(ratings: Table) -> None:
    close(percent_agreement(ratings), oracle.observed_agreement(ratings))
    if oracle.observed_agreement(ratings) is not None:
        close(fleiss_kappa(ratings), oracle.fleiss(ratings))
        close(gwet_ac1(ratings), oracle.gwet(ratings))
        close(brennan_prediger(ratings), oracle.brennan_prediger(ratings))
        weight = oracle.quadratic_weight(ratings)
        close(gwet_ac2(ratings), oracle.gwet(ratings, weight))
        close(fleiss_kappa(ratings, weights="quadratic"), oracle.fleiss(ratings, weight))


@given(rating_tables(coders=(2, 2)))
def test_cohen_equals_the_oracle(ratings: Table) -> None:
    close(cohen_kappa(ratings), oracle.cohen(*ratings))
    if any(len(unit) for unit in oracle.columns(ratings)):
        weight = oracle.quadratic_weight(ratings)
        close(cohen_kappa(ratings, weights="quadratic"), oracle.cohen(*ratings, weight))


@given(rating_tables())
def test_light_and_conger_equal_the_oracle(ratings: Table) -> None:
    close(light_kappa(ratings), oracle.light(ratings))
    if oracle.observed_agreement(ratings) is not None:
        close(conger_kappa(ratings), oracle.conger(ratings))


@settings(max_examples=40)
@given(rating_tables())
def test_alpha_equals_the_oracle_on_every_scale(ratings: Table) -> None:
    distances = {
        "nominal": oracle.nominal_distance,
        "ordinal": oracle.ordinal_distance(ratings),
        "interval": oracle.interval_distance,
        "ratio": oracle.ratio_distance,
    }
    for level, distance in distances.items():
        close(krippendorff_alpha(ratings, distance=level), oracle.alpha(ratings, distance))
    close(
        krippendorff_alpha(ratings, distance=oracle.interval_distance),
        oracle.alpha(ratings, oracle.interval_distance),
    )


@settings(max_examples=40)
@given(rating_tables())
def test_a_code_is_measured_against_the_rest(ratings: Table) -> None:
    for measure in (krippendorff_alpha, fleiss_kappa, conger_kappa, light_kappa, gwet_ac1):
        for row in measure(ratings).codes:
            split = [
                [None if label is None else label == row.code for label in coder]
                for coder in ratings
            ]
            alone = measure(split, categories=[False, True])
            assert (row.value is None) == (alone.value is None)
            if row.value is not None:
                assert row.value == pytest.approx(alone.value)


# ---------------------------------------------------------------------------------------- laws

NOMINAL = [
    percent_agreement, fleiss_kappa, conger_kappa, light_kappa, randolph_kappa, gwet_ac1,
    brennan_prediger, krippendorff_alpha, holsti,
]  # fmt: skip


def same(one: AgreementResult, other: AgreementResult) -> None:
    assert one.reason is None or other.reason is not None
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert one.value == pytest.approx(other.value, abs=1e-9)


@settings(max_examples=40)
@given(rating_tables(), st.randoms(use_true_random=False))
def test_the_order_of_coders_units_and_labels_does_not_matter(ratings: Table, random: Any) -> None:
    coders = random.sample(ratings, len(ratings))
    order = random.sample(range(len(ratings[0])), len(ratings[0]))
    units = [[coder[unit] for unit in order] for coder in ratings]
    names = dict(zip([1, 2, 3, 4], random.sample("wxyz", 4), strict=True))
    renamed = [[names.get(label) for label in coder] for coder in ratings]
    for measure in NOMINAL:
        found = measure(ratings)
        for changed in (coders, units, renamed):
            same(found, measure(changed))


@given(rating_tables(), st.lists(st.integers(1, 9), min_size=4, max_size=4, unique=True))
def test_ordinal_alpha_sees_the_order_only(ratings: Table, heights: list[int]) -> None:
    rising = dict(zip([1, 2, 3, 4], sorted(heights), strict=True))
    stretched = [[rising.get(label) for label in coder] for coder in ratings]
    same(
        krippendorff_alpha(ratings, distance="ordinal"),
        krippendorff_alpha(stretched, distance="ordinal"),
    )


@given(rating_tables(), st.integers(-50, 50), st.integers(1, 9))
def test_scales_allow_their_transformations(ratings: Table, shift: int, factor: int) -> None:
    moved = [[None if x is None else shift + factor * x for x in coder] for coder in ratings]
    same(
        krippendorff_alpha(ratings, distance="interval"),
        krippendorff_alpha(moved, distance="interval"),
    )
    scaled = [[None if x is None else factor * x for x in coder] for coder in ratings]
    same(
        krippendorff_alpha(ratings, distance="ratio"), krippendorff_alpha(scaled, distance="ratio")
    )


@settings(max_examples=40)
@given(rating_tables(coders=(3, 3)), st.integers(1, 4))
def test_a_unit_rated_once_leaves_alpha_as_it_was(ratings: Table, label: int) -> None:
    more = [[*ratings[0], label], [*ratings[1], None], [*ratings[2], None]]
    for level in ("nominal", "ordinal", "interval", "ratio"):
        one, other = (krippendorff_alpha(each, distance=level) for each in (ratings, more))
        assert (one.value is None) == (other.value is None)
        if one.value is not None:
            assert one.value == pytest.approx(other.value)


@given(rating_tables(missing=False))
def test_alpha_is_fleiss_kappa_with_a_correction_for_small_samples(ratings: Table) -> None:
    alpha, kappa = krippendorff_alpha(ratings), fleiss_kappa(ratings)
    assert (alpha.value is None) == (kappa.value is None)
    if alpha.value is not None and kappa.value is not None:
        n = len(ratings) * len(ratings[0])
        assert 1 - alpha.value == pytest.approx((1 - kappa.value) * (n - 1) / n)


@given(rating_tables(coders=(2, 2), missing=False))
def test_two_coders_are_a_special_case(ratings: Table) -> None:
    same(fleiss_kappa(ratings), scott_pi(ratings))
    same(conger_kappa(ratings), cohen_kappa(ratings))
    same(light_kappa(ratings), cohen_kappa(ratings))
    same(holsti(ratings), percent_agreement(ratings))


@given(rating_tables())
def test_identity_weights_change_nothing(ratings: Table) -> None:
    same(gwet_ac2(ratings, weights=None), gwet_ac1(ratings))
    same(brennan_prediger(ratings), randolph_kappa(ratings))


@given(rating_tables(), st.integers(1, 4), st.integers(1, 4))
def test_merging_codes_never_lowers_observed_agreement(ratings: Table, a: int, b: int) -> None:
    merged = [[b if label == a else label for label in coder] for coder in ratings]
    before, after = percent_agreement(ratings).value, percent_agreement(merged).value
    if before is not None:
        assert after is not None
        assert after >= before - 1e-12


@settings(max_examples=40)
@given(rating_tables(coders=(1, 1)))
def test_a_coder_agrees_with_themselves(ratings: Table) -> None:
    twice = [ratings[0], ratings[0]]
    assume(any(label is not None for label in ratings[0]))
    for measure in (*NOMINAL, scott_pi, cohen_kappa, gwet_ac2):
        result = measure(twice)
        assert result.value == pytest.approx(1.0) or result.reason


@given(rating_tables())
def test_a_value_follows_from_observed_and_expected(ratings: Table) -> None:
    for name in ("fleiss_kappa", "conger_kappa", "gwet_ac1", "krippendorff_alpha"):
        result = MEASURES[name].function(ratings)
        if result.value is not None:
            corrected = (result.observed - result.expected) / (1 - result.expected)
            assert result.value == pytest.approx(corrected)
            assert 0 <= result.observed <= 1


# ------------------------------------------------------------------------------- single facts


def test_many_units_are_counted_in_blocks() -> None:
    # Far more units than fit in a block, in two ways that must agree.
    rng = np.random.default_rng(5)
    ratings = rng.integers(0, 7, (3, 60_000)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    pieces = krippendorff_alpha(ratings, clusters=np.arange(60_000) % 13)
    whole = krippendorff_alpha(ratings)
    assert whole.value == pytest.approx(pieces.value, abs=1e-12)
    by_distance = krippendorff_alpha(ratings, distance=oracle.nominal_distance)
    assert whole.value == pytest.approx(by_distance.value, abs=1e-12)


def test_an_interval_scale_may_have_any_number_of_values() -> None:
    truth = np.random.default_rng(1).normal(size=5000)
    ratings = truth + np.random.default_rng(2).normal(scale=0.1, size=(2, 5000))
    assert krippendorff_alpha(ratings, distance="interval").value == pytest.approx(0.99, abs=0.002)


def test_large_numbers_keep_their_differences() -> None:
    near = [[1.0, 2.0, 3.0, 3.0], [1.0, 2.0, 3.0, 2.0]]
    far = [[1e9 + x for x in coder] for coder in near]
    same(
        krippendorff_alpha(near, distance="interval"), krippendorff_alpha(far, distance="interval")
    )


def test_weights_may_be_of_agreement_or_of_disagreement() -> None:
    ratings = [[1, 2, 3, 3, 1], [1, 3, 3, 2, 2]]
    agreement = [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
    disagreement = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    same(cohen_kappa(ratings, weights=agreement), cohen_kappa(ratings, weights="linear"))
    same(cohen_kappa(ratings, weights=disagreement), cohen_kappa(ratings, weights="linear"))


def test_categories_that_do_not_occur_count_for_free_margins() -> None:
    ratings = [["a", "a", "b", "b"], ["a", "a", "b", "a"]]
    assert brennan_prediger(ratings, categories="abc").value == pytest.approx(0.625)
    assert randolph_kappa(ratings, categories="abcd").n_categories == 4


def test_percent_agreement_and_holsti_are_not_corrected_for_chance() -> None:
    for measure in (percent_agreement, holsti):
        result = measure([["a", "b"], ["a", "a"]])
        assert result.expected is None
        assert result.value == result.observed


def test_sets_are_measured_member_by_member() -> None:
    ann = [frozenset("ab"), frozenset("a"), frozenset(), frozenset("b")]
    ben = [frozenset("ab"), frozenset("b"), frozenset(), frozenset("b")]
    result = krippendorff_alpha([ann, ben], distance="jaccard")
    assert [code.code for code in result.codes] == ["a", "b"]
    for code in result.codes:
        has = [[code.code in each for each in coder] for coder in (ann, ben)]
        assert code.value == pytest.approx(krippendorff_alpha(has).value)


def test_the_two_ordinal_weightings_differ() -> None:
    ratings = [[1, 2, 4, 4, 1, 1, 1], [1, 3, 4, 3, 1, 2, 1]]
    values = {krippendorff_alpha(ratings, distance=x).value for x in ("ordinal", "gwet-ordinal")}
    assert len(values) == 2
