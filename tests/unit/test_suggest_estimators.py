"""The two regressions inside the suggester, against refits and a general minimiser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.utils.estimator_checks import parametrize_with_checks
from tests.reference import suggest as slow

from qualcode.suggest.bench.logistic import AnchoredLogistic
from qualcode.suggest.stacker.ridge import GroupedRidge


@parametrize_with_checks([GroupedRidge(), AnchoredLogistic()])
def test_scikit_learn_compatible(estimator: Any, check: Any) -> None:
    check(estimator)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 14),
    n_features=st.integers(1, 6),
    n_groups=st.integers(1, 5),
)
def test_left_out_predictions_equal_refits(
    seed: int, n: int, n_features: int, n_groups: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, n_features)), rng.integers(0, 2, (n, 3)).astype(float)
    weight, groups = rng.uniform(0.1, 2, n), rng.integers(-1, n_groups, n)
    model = GroupedRidge(alpha=0.7, constant=1.5).fit(X, Y, groups, weight)
    expected = slow.ridge_without_each_group(X, Y, groups, weight, 0.7, 1.5)
    np.testing.assert_allclose(model.left_out_, expected, atol=1e-8)


def test_a_row_without_weight_is_predicted_and_teaches_nothing() -> None:
    rng = np.random.default_rng(1)
    X, y, groups = rng.normal(size=(8, 3)), rng.normal(size=8), np.repeat([0, 1], 4)
    weight = np.array([0.0, 1, 1, 1, 1, 1, 1, 1])
    other = y.copy()
    other[0] = 99.0
    first = GroupedRidge().fit(X, y, groups, weight)
    second = GroupedRidge().fit(X, other, groups, weight)
    np.testing.assert_allclose(first.left_out_, second.left_out_)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(6, 40), n_features=st.integers(1, 5))
def test_logistic_finds_the_constrained_minimum(seed: int, n: int, n_features: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, n_features))
    y = np.r_[0.0, 1.0, rng.integers(0, 2, n - 2)]
    weight = rng.uniform(0.2, 2, n)
    anchor, precision = rng.normal(0, 0.5, n_features), rng.uniform(0.5, 5, n_features)
    nonnegative = rng.random(n_features) < 0.6
    model = AnchoredLogistic(
        anchor=anchor, precision=precision, nonnegative=nonnegative, tol=1e-13
    ).fit(X, y, sample_weight=weight)
    expected = slow.anchored_logistic(
        np.column_stack([X, np.ones(n)]),
        y,
        weight,
        np.r_[anchor, 0.0],
        np.r_[precision, 0.1],
        np.r_[nonnegative, False],
    )
    np.testing.assert_allclose(np.r_[model.coef_[0], model.intercept_], expected, atol=2e-3)
    assert (model.coef_[0][nonnegative] >= 0).all()


def test_one_step_is_close_to_a_refit_without_the_group() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(400, 3))
    y = rng.random(400) < 1 / (1 + np.exp(-X @ [1.0, 0.5, 0.0]))
    groups = rng.integers(0, 20, 400)
    options: dict[str, Any] = {"anchor": 0.2, "precision": 3.0, "nonnegative": True}
    left_out = AnchoredLogistic(**options).fit(X, y, groups).left_out_
    for group in range(20):
        refit = AnchoredLogistic(**options).fit(X[groups != group], y[groups != group])
        whole = np.r_[refit.coef_[0], refit.intercept_]
        np.testing.assert_allclose(left_out[group], whole, atol=0.01)


def test_strong_anchors_hold_where_there_is_little_evidence() -> None:
    X, y = np.array([[1.0], [-1.0]]), [0, 1]
    model = AnchoredLogistic(anchor=0.8, precision=1e6).fit(X, y)
    assert model.coef_[0, 0] == pytest.approx(0.8, abs=1e-4)


def test_logistic_meets_the_conditions_of_a_minimum_within_its_bounds_with_many_rows() -> None:
    """So many rows that the first steps are taken on a part of them, and several weights held at zero."""
    rng = np.random.default_rng(4)
    X = rng.standard_normal((24_000, 8)) * np.array([1, 1, 1, 1, 1, 3, 0.2, 1])
    truth = np.array([0.8, -0.5, 0.4, -0.6, 0.0, 0.1, 1.0, -0.1])
    y = (rng.random(len(X)) < expit(X @ truth - 2)).astype(int)
    nonnegative = np.arange(8) != 3
    model = AnchoredLogistic(anchor=0.3, precision=30.0, nonnegative=nonnegative, tol=1e-14).fit(
        X, y
    )
    b = model.coef_[0]
    gradient = X.T @ (expit(X @ b + model.intercept_[0]) - y) + 30 * (b - 0.3)
    held = nonnegative & (b == 0)
    assert held.tolist() == [False, True, False, False, False, False, False, True]
    assert np.abs(gradient[~held]).max() < 1e-3
    assert (gradient[held] > 0).all()
    assert b[3] < 0
