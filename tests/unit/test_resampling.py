"""Jackknife and bootstrap over whole documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qualcode.errors import StatisticsError
from qualcode.stats.groups.proportions import proportions
from qualcode.stats.uncertainty import resampling
from qualcode.stats.uncertainty.intervals import (
    bootstrap_bounds,
    bootstrap_interval,
    jackknife_bounds,
    jackknife_interval,
)
from qualcode.stats.uncertainty.resampling import (
    as_generator,
    bootstrap_weights,
    cluster_bounds,
    leave_one_out,
)

VALUES = st.lists(st.floats(-100, 100), min_size=2, max_size=12)


@given(VALUES)
def test_the_jackknife_of_a_mean_is_students_interval(values: list[float]) -> None:
    data = np.array(values)
    found = jackknife_interval(leave_one_out(data) / (data.size - 1), data.mean())
    if np.ptp(data) < 1e-6:
        return
    error = data.std(ddof=1) / np.sqrt(data.size)
    low, high = stats.t.interval(0.95, data.size - 1, loc=data.mean(), scale=error)
    assert found.standard_error == pytest.approx(error, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


@given(VALUES, st.permutations(range(4)))
def test_the_order_of_clusters_does_not_matter(values: list[float], order: list[int]) -> None:
    table = np.array((values * 4)[:4])[:, None]
    one = cluster_bounds(lambda sums: sums / 4, [table])
    two = cluster_bounds(lambda sums: sums / 4, [table[order]])
    assert one.low == pytest.approx(two.low, nan_ok=True)


def test_more_confidence_is_a_wider_interval() -> None:
    values = [2.5, 2.0, 1.5, 1.0]
    widths = [
        (one := jackknife_interval(values, 2.0, confidence=confidence)).high - one.low
        for confidence in (0.5, 0.8, 0.95, 0.99)
    ]
    assert widths == sorted(widths)


def test_blocks_of_columns_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    tables = [rng.integers(0, 9, (7, 11)), rng.integers(9, 20, (7, 1))]
    for method in ("jackknife", "bootstrap"):
        monkeypatch.setattr(resampling, "_CELLS", 1 << 23)
        whole = cluster_bounds(np.divide, tables, method=method, n_resamples=50, random_state=2)
        monkeypatch.setattr(resampling, "_CELLS", 60)
        parts = cluster_bounds(np.divide, tables, method=method, n_resamples=50, random_state=2)
        assert np.array_equal(whole.low, parts.low)
        assert np.array_equal(whole.reason, parts.reason)


def test_no_columns_give_no_intervals() -> None:
    found = cluster_bounds(np.divide, [np.zeros((3, 0)), np.ones((3, 1))])
    assert found.low.shape == (0,)


def test_weights_are_whole_samples() -> None:
    weights = bootstrap_weights(6, 500, random_state=1)
    assert weights.shape == (500, 6)
    assert np.all(weights.sum(axis=1) == 6)
    assert np.array_equal(weights, bootstrap_weights(6, 500, random_state=1))
    assert weights.mean(axis=0) == pytest.approx([1] * 6, abs=0.15)


def test_undefined_intervals_have_reasons() -> None:
    few = "fewer than two clusters: the spread between clusters is unknown"
    flat = "every replicate has the same value: the clusters show no spread to measure"
    nan = float("nan")
    assert jackknife_interval([1.0], 1.0).reason == few
    assert bootstrap_interval([1.0, 2.0], 1.0, n_clusters=1).reason == few
    assert jackknife_interval([0.1 + 0.2, 0.3, 0.3], 0.3).reason == flat
    assert bootstrap_interval([0.5] * 9, 0.5, n_clusters=3).reason == flat
    assert jackknife_interval([1.0, nan, 2.0], 1.0).reason == "undefined on 1 of 3 replicates"
    assert jackknife_interval([1.0, 2.0], nan).reason == "the estimate itself is undefined"
    bounds = jackknife_bounds([[1.0, nan, 3.0], [2.0, 1.0, 3.0]], [1.5, 1.0, 3.0])
    assert np.isfinite(bounds.low).tolist() == [True, False, False]
    assert bounds.reason.tolist() == ["", "undefined on 1 of 2 replicates", flat]


def test_infinite_replicates_count_as_undefined() -> None:
    found = bootstrap_bounds([[1.0], [np.inf]], [2.0], n_clusters=4)
    assert found.reason[0] == "undefined on 1 of 2 replicates"


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="a seed"):
        as_generator("seven")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="at least 1"):
        bootstrap_weights(0, 10)
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        jackknife_interval([1.0, 2.0], 1.0, confidence=1)
    with pytest.raises(StatisticsError, match="one more dimension"):
        jackknife_bounds([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(StatisticsError, match="one dimension"):
        jackknife_interval([[1.0, 2.0]], 1.0)
    with pytest.raises(StatisticsError, match="no replicates"):
        jackknife_interval([], 1.0)
    with pytest.raises(StatisticsError, match="one row for each cluster"):
        cluster_bounds(np.divide, [[1, 2], [3, 4]])
    with pytest.raises(StatisticsError, match="one row for each cluster"):
        cluster_bounds(np.divide, [1, 2])
    with pytest.raises(StatisticsError, match="no rows"):
        cluster_bounds(np.divide, [np.zeros((0, 2)), np.zeros((0, 1))])
    with pytest.raises(StatisticsError, match="'jackknife', 'bootstrap'"):
        cluster_bounds(np.divide, [[[1]], [[2]]], method="delta")  # type: ignore[arg-type]


def test_the_jackknife_covers_where_units_of_a_document_resemble_each_other() -> None:
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(400):
        share = rng.beta(6, 4, 12)
        carrying = rng.binomial(40, share)[:, None]
        found = cluster_bounds(np.divide, [carrying, np.full((12, 1), 40)])
        covered.append(found.low[0] <= 0.6 <= found.high[0])
    assert 0.91 <= np.mean(covered) <= 0.98


# --------------------------------------------------------------------- intervals that cover


def clustered(share: float, icc: float, documents: int, samples: int) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(1)
    size = (1 - icc) / icc
    return rng.binomial(40, rng.beta(share * size, (1 - share) * size, (documents, samples)))


@pytest.mark.parametrize("documents", [15, 30])
@pytest.mark.parametrize(("share", "icc"), [(0.05, 0.2), (0.05, 0.05), (0.2, 0.2), (0.5, 0.2)])
def test_intervals_of_shares_cover_from_15_documents(
    share: float, icc: float, documents: int
) -> None:
    carrying = clustered(share, icc, documents, 2000)
    bounds = proportions(carrying, np.full(documents, 40)).bounds
    there = bounds.reason == ""
    assert there.mean() > 0.98
    held = ((bounds.low <= share) & (share <= bounds.high))[there]
    assert held.mean() == pytest.approx(0.95, abs=0.03), (
        "benchmarks/interval_coverage.py has it exactly"
    )


def test_scales_are_symmetric_where_they_say() -> None:
    values, centre = [[0.2], [0.3], [0.25]], [0.25]
    for scale, there in (
        ("logit", lambda x: np.log(x / (1 - x))), ("fisher", np.arctanh), ("log", np.log),
    ):  # fmt: skip
        bounds = jackknife_bounds(values, centre, scale=scale)
        low, middle, high = (there(np.array(each)) for each in (bounds.low, centre, bounds.high))
        assert (middle - low) == pytest.approx(high - middle)
        assert bounds.standard_error == pytest.approx(
            jackknife_bounds(values, centre).standard_error
        )
    assert bounds.note is not None
    assert "3 documents are few" in bounds.note


def test_one_document_with_all_there_is_has_no_interval_but_a_reason() -> None:
    found = proportions([[3], [0], [0], [0]], [5, 5, 5, 5])
    assert np.isnan(found.bounds.low[0])
    assert str(found.bounds.reason[0]).startswith("too few documents: without one of them")
    assert "held the true value" in str(found.bounds.reason[0])


def test_samples_drawn_some_at_a_time_are_those_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(2)
    tables = [rng.integers(0, 4, (17, 5)), rng.integers(4, 9, (17, 1))]

    def bounds() -> Any:
        return cluster_bounds(
            resampling.ratio, tables, method="bootstrap", n_resamples=200, random_state=3
        )

    at_once = bounds()
    monkeypatch.setattr(resampling, "_CELLS", 17 * 7)  # seven samples at once, and few columns
    in_blocks = bounds()
    for name in ("low", "high", "standard_error"):
        assert getattr(in_blocks, name) == pytest.approx(getattr(at_once, name), rel=1e-12)
    generator = np.random.default_rng(3)
    cluster_bounds(
        resampling.ratio, tables, method="bootstrap", n_resamples=200, random_state=generator
    )
    other = np.random.default_rng(3)
    bootstrap_weights(17, 200, other)
    assert generator.integers(1 << 30) == other.integers(1 << 30)
