"""Differences between groups of documents against SciPy, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from qualcode.errors import StatisticsError
from qualcode.stats.coefficients import coefficient
from qualcode.stats.groups.differences import _arrangements, group_differences, group_positions


def ratio_difference(one: np.ndarray, two: np.ndarray, axis: int) -> np.ndarray:
    """The size of the difference of two ratios of sums; a document is carrying + 1000 units."""
    shares = [(each % 1000).sum(axis) / (each // 1000).sum(axis) for each in (one, two)]
    return np.abs(shares[0] - shares[1])


def test_all_regroupings_equal_scipys_exact_test() -> None:
    carrying, units = np.array([5, 3, 8, 2, 1, 4, 0, 2]), np.array([9, 8, 12, 9, 7, 11, 6, 9])
    found = group_differences(np.divide, [carrying[:, None], units[:, None]], list("aaaabbbb"))
    packed = carrying + 1000 * units
    exact = permutation_test(
        (packed[:4], packed[4:]),
        ratio_difference,
        vectorized=True,
        n_resamples=np.inf,
        alternative="greater",
    )
    assert found.exact
    assert found.n_resamples == 70
    assert found.p[0] == pytest.approx(exact.pvalue)
    assert found.spread[0] == pytest.approx(exact.statistic)
    assert found.monte_carlo_error[0] == 0


def test_drawn_regroupings_tend_to_the_exact_test() -> None:
    rng = np.random.default_rng(1)
    carrying, units = rng.integers(0, 9, (10, 3)), np.full((10, 1), 9)
    groups = list("aaaaabbbbb")
    exact = group_differences(np.divide, [carrying, units], groups)
    drawn = group_differences(np.divide, [carrying, units], groups, n_resamples=251, random_state=2)
    assert exact.n_resamples == 252
    assert not drawn.exact
    assert np.all(np.abs(drawn.p - exact.p) < 4 * np.maximum(drawn.monte_carlo_error, 0.005))


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_every_arrangement_is_listed_once(sizes: list[int]) -> None:
    from math import factorial, prod

    listed = [tuple(each.tolist()) for each in _arrangements(tuple(sizes))]
    assert len(set(listed)) == len(listed) == factorial(sum(sizes)) // prod(map(factorial, sizes))
    assert all(np.bincount(each).tolist() == sizes for each in listed)


def test_three_groups_and_a_coefficient() -> None:
    rng = np.random.default_rng(4)
    n = np.full((9, 1), 30)
    n_a, n_b = rng.binomial(15, 0.5, (9, 2)), rng.binomial(15, 0.5, (9, 2))
    both = rng.binomial(np.minimum(n_a, n_b), 0.5)
    found = group_differences(
        coefficient("jaccard"),
        [both, n_a, n_b, n],
        [2020, 2021, 2022] * 3,
        n_resamples=200,
        random_state=1,
    )
    assert found.groups == (2020, 2021, 2022)
    assert found.n_clusters == (3, 3, 3)
    assert found.spread == pytest.approx(found.values.max(axis=0) - found.values.min(axis=0))
    frame = found.to_frame(labels=["trust–roles", "trust–time"])
    assert frame.columns.tolist()[:5] == [
        "label",
        "group=2020",
        "group=2021",
        "group=2022",
        "spread",
    ]
    assert (frame["q"] >= frame["p"]).all()


def test_groups_may_be_called_what_they_like() -> None:
    names = ["p", "q", "spread", "label", "reason"]
    counts = np.arange(10.0)[:, None]
    found = group_differences(
        np.divide, [counts, np.full((10, 1), 10)], 2 * names, n_resamples=9, random_state=1
    )
    frame = found.to_frame(by="site")
    assert frame.columns.tolist() == [
        "label", *(f"site={name}" for name in sorted(names)), "spread", "p", "mc_error", "q",
        "reason",
    ]  # fmt: skip
    for at, name in enumerate(found.groups):
        assert frame[f"site={name}"].tolist() == found.values[at].tolist()
    assert frame["spread"].tolist() == found.spread.tolist()
    assert frame["p"].tolist() == found.p.tolist()


def test_a_number_and_its_text_are_two_groups() -> None:
    found = group_differences(np.divide, [[[1], [2]], [[4], [4]]], [1, "1"])
    frame = found.to_frame()
    assert frame[["group=1", "group='1'"]].iloc[0].tolist() == [0.25, 0.5]


def test_p_values_are_valid_where_groups_do_not_differ() -> None:
    rng = np.random.default_rng(9)
    carrying = rng.binomial(20, rng.beta(2, 2, (12, 400)))
    found = group_differences(
        np.divide,
        [carrying, np.full((12, 1), 20)],
        list("ab") * 6,
        n_resamples=199,
        random_state=1,
    )
    assert np.mean(found.p <= 0.1) < 0.1 + 3 * np.sqrt(0.09 / 400)
    assert np.mean(found.p <= 0.1) > 0.04


def test_what_cannot_be_compared_has_a_reason() -> None:
    one = group_differences(np.divide, [[[1], [2]], [[3], [3]]], ["a", "a"])
    assert one.reason[0] == "there is one group only"
    assert np.isnan([one.p[0], one.spread[0]]).all()
    units = [[4], [4], [0], [0]]
    gone = group_differences(np.divide, [[[1], [2], [0], [0]], units], list("aabb"))
    assert gone.reason[0] == "the statistic is undefined in b"
    assert np.isnan(gone.p[0])


def test_groups_are_sorted_where_they_can_be() -> None:
    assert group_positions([2, 1, 2])[0] == (1, 2)
    assert group_positions(["x 10", 1, "x 9"])[0] == (1, "x 9", "x 10")


@pytest.mark.parametrize("missing", [None, float("nan"), "", " "])
def test_a_row_without_a_group_is_refused(missing: object) -> None:
    with pytest.raises(StatisticsError, match="row 1 has no group"):
        group_positions(["a", missing])


def test_groups_come_in_the_order_that_is_given() -> None:
    carrying, units = [[9], [8], [1], [2]], [[10]] * 4
    found = group_differences(np.divide, [carrying, units], list("bbaa"), order=["b", "c", "a"])
    assert (found.groups, found.n_clusters) == (("b", "a"), (2, 2))
    assert found.values.ravel().tolist() == [0.85, 0.15]
    with pytest.raises(StatisticsError, match="order leaves out b"):
        group_differences(np.divide, [carrying, units], list("bbaa"), order=["a"])


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="one row for each group"):
        group_differences(np.divide, [[[1], [2]], [[3], [3]]], ["a"])
    with pytest.raises(StatisticsError, match="no rows"):
        group_differences(np.divide, [np.zeros((0, 1)), np.zeros((0, 1))], [])
    with pytest.raises(StatisticsError, match="n_resamples must be at least 1"):
        group_differences(np.divide, [[[1]], [[3]]], ["a"], n_resamples=0)
    with pytest.raises(StatisticsError, match="1 labels for 2 columns"):
        group_differences(np.divide, [[[1, 2]], [[3, 3]]], ["a"]).to_frame(labels=["x"])
