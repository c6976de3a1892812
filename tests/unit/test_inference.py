"""Exact tests against every arrangement, odds ratios, false discovery rates, intervals."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import contingency, hypergeom
from scipy.stats import fisher_exact as scipy_fisher
from tests.reference import pairs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.recipe import told
from qualcode.stats.pairs.association import association, association_bounds
from qualcode.stats.pairs.exact_tests import (
    false_discovery,
    fisher_exact,
    hypergeometric_test,
    stratified_hypergeometric,
)
from qualcode.stats.pairs.odds import odds_ratio_interval


@st.composite
def strata(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Documents: units with both codes, with the first, with the second, units."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(1, 5))
        n_a, n_b = draw(st.integers(0, n)), draw(st.integers(0, n))
        both = draw(st.integers(max(0, n_a + n_b - n), min(n_a, n_b)))
        found.append((both, n_a, n_b, n))
    return found


@st.composite
def tables_of_two(draw: st.DrawFn, most: int = 40) -> tuple[int, int, int, int]:
    """Units with both codes, with the first, with the second, units."""
    n = draw(st.integers(1, most))
    n_a, n_b = draw(st.integers(0, n)), draw(st.integers(0, n))
    return draw(st.integers(max(0, n_a + n_b - n), min(n_a, n_b))), n_a, n_b, n


@given(strata())
def test_the_stratified_test_equals_listing_every_arrangement(
    documents: list[tuple[int, int, int, int]],
) -> None:
    found = stratified_hypergeometric(*zip(*documents, strict=True))
    chances = pairs.count_chances([(a, b, n) for _, a, b, n in documents])
    mean = sum(count * chance for count, chance in chances.items())
    assert found.expected == pytest.approx(float(mean))
    if len(chances) == 1:
        assert found.reason == "no other count is possible with these margins"
        assert np.isnan([found.p_greater, found.p_less, found.p_two_sided]).all()
        return
    own = chances[found.observed]
    greater = sum(chance for count, chance in chances.items() if count >= found.observed)
    less = sum(chance for count, chance in chances.items() if count <= found.observed)
    either = sum((chance for chance in chances.values() if chance <= own), Fraction())
    assert found.p_greater == pytest.approx(float(greater))
    assert found.p_less == pytest.approx(float(less))
    assert found.p_two_sided == pytest.approx(float(either))
    spread = sum((count - mean) ** 2 * chance for count, chance in chances.items())
    assert found.sd == pytest.approx(float(spread) ** 0.5)


@given(strata(), st.integers(0, 3))
def test_documents_without_units_change_nothing(
    documents: list[tuple[int, int, int, int]], at: int
) -> None:
    padded = [*documents[:at], (0, 0, 0, 0), *documents[at:]]
    one, other = (
        stratified_hypergeometric(*zip(*each, strict=True)) for each in (documents, padded)
    )
    found, again = (list(told(each).values()) for each in (one, other))
    assert found == pytest.approx(again, nan_ok=True)
    nothing = stratified_hypergeometric([0], [0], [0], [0])
    assert (nothing.observed, nothing.expected, nothing.sd) == (0, 0.0, 0.0)
    assert nothing.reason == "no other count is possible with these margins"


@given(strata())
def test_one_document_is_the_hypergeometric_test(
    documents: list[tuple[int, int, int, int]],
) -> None:
    both, n_a, n_b, n = documents[0]
    one, many = (
        hypergeometric_test(both, n_a, n_b, n),
        stratified_hypergeometric([both], [n_a], [n_b], [n]),
    )
    if many.reason is None:
        assert float(one.p_greater) == pytest.approx(many.p_greater)
        assert float(one.p_less) == pytest.approx(many.p_less)
        assert float(one.p_two_sided) == pytest.approx(many.p_two_sided)
    else:
        assert one.reason[()]
        assert np.isnan(one.p_two_sided)


@given(st.lists(tables_of_two(), min_size=1, max_size=6))
def test_many_tables_at_once_equal_scipy_one_by_one(
    tables: list[tuple[int, int, int, int]],
) -> None:
    found = fisher_exact(*np.array(tables).T)
    for p, (both, n_a, n_b, n) in zip(found, tables, strict=True):
        if min(n_a, n_b) == 0 or max(n_a, n_b) == n:
            assert np.isnan(p)
        else:
            table = [[both, n_a - both], [n_b - both, n - n_a - n_b + both]]
            assert p == pytest.approx(scipy_fisher(table).pvalue, rel=1e-9)


@given(tables_of_two(most=5000))
def test_tails_of_large_tables_equal_scipy(table: tuple[int, int, int, int]) -> None:
    both, n_a, n_b, n = table
    found = hypergeometric_test(*table)
    if found.reason[()]:
        assert np.isnan([found.p_greater, found.p_less, found.p_two_sided]).all()
        return
    cells = [[both, n_a - both], [n_b - both, n - n_a - n_b + both]]
    for p, expected in (
        (found.p_greater, hypergeom.sf(both - 1, n, n_a, n_b)),
        (found.p_less, hypergeom.cdf(both, n, n_a, n_b)),
        (found.p_two_sided, scipy_fisher(cells).pvalue),
    ):
        # No p-value is below 1e-280.
        assert float(p) == pytest.approx(expected, rel=1e-9, abs=1e-279)


def test_tables_beyond_all_chance_have_p_values() -> None:
    # Codes that go together in half a million units, and codes that never do.
    found = hypergeometric_test([500_000, 0], 500_000, 500_000, 1_000_000)
    assert np.all(found.p_two_sided < 1e-279)
    assert found.p_greater.tolist() == [pytest.approx(0, abs=1e-279), 1]
    assert found.p_less.tolist() == [1, pytest.approx(0, abs=1e-279)]


def test_a_matrix_of_pairs_is_tested_in_one_call() -> None:
    found = fisher_exact(np.array([[3, 0], [2, 1]]), np.array([[4], [5]]), np.array([[4, 3]]), 9)
    assert found.shape == (2, 2)
    assert found[0, 0] == pytest.approx(scipy_fisher([[3, 1], [1, 4]]).pvalue)


def test_results_come_as_frames() -> None:
    frame = hypergeometric_test([3, 0, 0], [4, 4, 4], [4, 2, 0], 8).to_frame()
    assert frame["reason"].tolist() == ["", "", "one of the codes is on no unit"]
    assert frame["q"].isna().tolist() == [False, False, True]


def test_empty_cells_bound_the_odds_ratio_on_one_side() -> None:
    found = odds_ratio_interval([0, 4], 4, 4, 8)
    assert (found.value.tolist(), found.low[0], found.high[1]) == ([0, np.inf], 0, np.inf)
    haldane = odds_ratio_interval([0, 4], 4, 4, 8, method="haldane")
    assert np.isfinite([haldane.value, haldane.low, haldane.high]).all()
    assert haldane.value[0] == pytest.approx(1 / haldane.value[1])


def test_an_undefined_odds_ratio_has_a_reason() -> None:
    found = odds_ratio_interval([0, 2], [0, 2], [3, 8], 8)
    assert np.isnan(found.value).all()
    assert found.reason.tolist() == [
        "one of the codes is on no unit",
        "one of the codes is on every unit",
    ]


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="whole counts"):
        hypergeometric_test(1.5, 4, 4, 8)
    with pytest.raises(StatisticsError, match="confidence"):
        odds_ratio_interval(3, 4, 4, 8, confidence=95)
    with pytest.raises(StatisticsError, match="'exact', 'haldane'"):
        odds_ratio_interval(3, 4, 4, 8, method="woolf")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="'two-sided', 'greater', 'less'"):
        fisher_exact(3, 4, 4, 8, alternative="both")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="'bh', 'by'"):
        false_discovery([0.1], method="holm")
    with pytest.raises(StatisticsError, match="outside"):
        false_discovery([1.1])
    with pytest.raises(StatisticsError, match="one number for each document"):
        stratified_hypergeometric([[1]], [[2]], [[2]], [[3]])
    with pytest.raises(NotFoundError, match="jaccard"):
        association_bounds("jacard", [[1]], [[1]], [[1]], [[1]])


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=20))
def test_adjusted_p_values_never_fall_and_keep_their_order(p: list[float]) -> None:
    adjusted = false_discovery(p)
    made = ~np.isnan(p)
    assert np.array_equal(np.isnan(adjusted), ~made)
    assert np.all(adjusted[made] >= np.array(p)[made] - 1e-12)
    order = np.argsort(np.array(p)[made])
    assert np.all(np.diff(adjusted[made][order]) >= -1e-12)


def test_intervals_of_a_coefficient_leave_out_whole_documents() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(20, 40, (12, 1))
    n_a, n_b = rng.binomial(n, 0.4, (12, 3)), rng.binomial(n, 0.5, (12, 3))
    both = rng.binomial(np.minimum(n_a, n_b), 0.6)
    n_a, n_b = n_a, np.minimum(n_b, n - n_a + both)
    found = association_bounds("jaccard", both, n_a, n_b, n)
    for pair in range(3):
        values = []
        for left_out in range(12):
            kept = np.arange(12) != left_out
            sums = [each[kept, pair].sum() for each in (both, n_a, n_b)]
            values.append(float(association(*sums, n[kept].sum()).jaccard))
        error = np.sqrt(11 / 12 * ((values - np.mean(values)) ** 2).sum())
        assert found.standard_error[pair] == pytest.approx(error)
    boot = association_bounds(
        "jaccard", both, n_a, n_b, n, method="bootstrap", n_resamples=400, random_state=1
    )
    same = association_bounds(
        "jaccard", both, n_a, n_b, n, method="bootstrap", n_resamples=400, random_state=1
    )
    assert np.array_equal(boot.low, same.low)
    assert np.all(boot.low < boot.high)
    assert boot.standard_error == pytest.approx(found.standard_error, rel=0.5)


def test_a_coefficient_undefined_without_a_document_has_no_interval() -> None:
    # Only the first document has the codes.
    found = association_bounds("jaccard", [[2], [0]], [[3], [0]], [[3], [0]], [[9], [9]])
    assert np.isnan(found.low[0])
    assert found.reason[0] == "undefined on 1 of 2 replicates"


@pytest.mark.parametrize("largest", [3, 10, 60, 400])
def test_exact_odds_ratios_equal_those_of_scipy(largest: int) -> None:
    rng = np.random.default_rng(largest)
    tables = rng.integers(0, largest + 1, (40, 2, 2))
    tables = tables[(tables.sum(axis=1).min(axis=1) > 0) & (tables.sum(axis=2).min(axis=1) > 0)]
    n_a, n_b = tables[:, 0].sum(axis=1), tables[:, :, 0].sum(axis=1)
    found = odds_ratio_interval(tables[:, 0, 0], n_a, n_b, tables.sum(axis=(1, 2)))
    for at, table in enumerate(tables):
        peer = contingency.odds_ratio(table)
        low, high = peer.confidence_interval(0.95)
        assert found.value[at] == pytest.approx(peer.statistic, rel=1e-9)
        assert found.low[at] == pytest.approx(low, rel=1e-9)
        assert found.high[at] == pytest.approx(high, rel=1e-9)


def test_exact_odds_ratios_of_a_thousand_million_units() -> None:
    n = 10**9
    both = np.array([n // 10, 0, 5])
    n_a, n_b = np.array([n // 3, n // 10, 10]), np.array([n // 3, n // 10, n // 3])
    began = time.process_time()
    exact = odds_ratio_interval(both, n_a, n_b, n)
    assert time.process_time() - began < 2, "hundredths of a second, on a quiet machine"
    # With so many in every cell, the normal approximation is as good as exact.
    normal = odds_ratio_interval(both[:1], n_a[:1], n_b[:1], n, method="haldane")
    for name in ("value", "low", "high"):
        assert getattr(exact, name)[0] == pytest.approx(getattr(normal, name)[0], rel=1e-7)
    more = odds_ratio_interval(10 * n, 100 * n // 3, 100 * n // 3, 100 * n)
    wide = odds_ratio_interval(10 * n, 100 * n // 3, 100 * n // 3, 100 * n, method="haldane")
    assert [float(more.low), float(more.high)] == pytest.approx([float(wide.low), float(wide.high)])
    with pytest.raises(StatisticsError, match="counts up to 100,000,000,000"):
        odds_ratio_interval(1, 2, 2, 101 * n)
    # With one code on ten units of a thousand million, the count is binomial.
    assert exact.value[2] == pytest.approx(2.0, rel=1e-7)
    # Two codes expected on ten million units that never meet: Poisson.
    assert (exact.value[1], exact.low[1]) == (0.0, 0.0)
