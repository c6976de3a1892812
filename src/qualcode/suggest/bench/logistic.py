"""Logistic regression that starts from what is already known of its coefficients.

A suggester has to weigh its scores from the first segments on. Each weight has an anchor: a value that
served on other material, from which the data may pull it away as evidence gathers. No weight of a score
is ever negative, so that more resemblance cannot lower a suggestion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import lsq_linear
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

__all__ = ["AnchoredLogistic"]

Floats = NDArray[np.float64]

# So many rows at once stay in a processor's cache.
_ROWS = 2048
# Steps on so small a part of the rows cost little, and save most of those on all of them.
_PART, _STEPS = 11, 50


class AnchoredLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Binary logistic regression shrunk to given coefficients, some of them kept from being negative.

    Parameters
    ----------
    anchor : array or float, default 0.0
        The coefficients to shrink to.
    precision : array or float, default 1.0
        How strongly: the inverse of the variance of a normal prior.
    nonnegative : array of bool or bool, default False
        Which coefficients may not be negative.
    intercept_anchor : float, default 0.0
        What the intercept is shrunk to, weakly.
    max_iter : int, default 50
        How many steps of Newton's method at the most.
    tol : float, default 1e-8
        Stop when a step gains less than this part of the objective.

    Attributes
    ----------
    coef_ : array, 1 × features
    intercept_ : array, 1
    classes_ : array, 2
    left_out_ : array, groups × (features + 1)
        Given `groups`: coefficients and intercept of a fit without each group, in the order of
        ``np.unique(groups)``, by one step of Newton's method from the whole fit.
    n_iter_ : int

    References
    ----------
    Stark PB, Parker RL (1995). Bounded-variable least-squares: an algorithm and applications.
    Computational Statistics 10, 129–141, for the step of Newton's method within the bounds.
    Rad KR, Maleki A (2020). A scalable estimate of the out-of-sample prediction error via approximate
    leave-one-out. Journal of the Royal Statistical Society B 82(4), 965–996. doi:10.1111/rssb.12374

    Examples
    --------
    >>> X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> model = AnchoredLogistic(precision=0.1).fit(X, [0, 0, 1, 1])
    >>> model.predict([[-3.0], [3.0]])
    array([0, 1])
    """

    coef_: Floats
    intercept_: Floats
    classes_: NDArray[Any]
    left_out_: Floats
    n_iter_: int

    def __init__(
        self,
        *,
        anchor: ArrayLike = 0.0,
        precision: ArrayLike = 1.0,
        nonnegative: ArrayLike = False,
        intercept_anchor: float = 0.0,
        max_iter: int = 50,
        tol: float = 1e-8,
    ) -> None:
        self.anchor = anchor
        self.precision = precision
        self.nonnegative = nonnegative
        self.intercept_anchor = intercept_anchor
        self.max_iter = max_iter
        self.tol = tol

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        groups: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> AnchoredLogistic:
        """Fit, and with `groups` also without each group.

        Parameters
        ----------
        X : array, rows × features
            The features.
        y : array, rows
            The classes, two at the most.
        groups : array of int, optional
            The group of each row.
        sample_weight : array, optional
            How much each row counts.
        """
        checked: tuple[Floats, NDArray[Any]] = validate_data(self, X, y, dtype=np.float64)
        rows, y = checked
        check_classification_targets(y)
        self.classes_, target = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. {len(self.classes_)} classes were given."
            )
        if len(self.classes_) == 1:
            raise ValueError("y holds one class only; two are needed to tell them apart")
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        n = rows.shape[1]
        problem = _Problem(
            np.column_stack([rows, np.ones(len(rows))]),
            target.astype(np.float64),
            weight,
            np.r_[np.broadcast_to(self.anchor, n), self.intercept_anchor].astype(float),
            # The intercept is nearly free: how rare codes are is for the data to say.
            np.r_[np.broadcast_to(self.precision, n), 0.1].astype(float),
            np.r_[np.broadcast_to(self.nonnegative, n), False].astype(bool),
        )
        solution, self.n_iter_ = problem.solve(problem.start(self.tol), self.max_iter, self.tol)
        self.coef_, self.intercept_ = solution[None, :-1], solution[-1:]
        if groups is not None:
            self.left_out_ = problem.leave_out(solution, np.asarray(groups))
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return the log odds of the second class.

        Parameters
        ----------
        X : array, rows × features
            The features.
        """
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64)
        return np.asarray(rows @ self.coef_[0] + self.intercept_[0], np.float64)

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probability of both classes.

        Parameters
        ----------
        X : array, rows × features
            The features.
        """
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class.

        Parameters
        ----------
        X : array, rows × features
            The features.
        """
        decision = self.decision_function(X)
        return np.asarray(self.classes_[(decision > 0).astype(int)])


class _Problem:
    """The penalised likelihood, its minimum, and its minimum without a group."""

    def __init__(
        self,
        X: Floats,
        y: Floats,
        weight: Floats,
        anchor: Floats,
        precision: Floats,
        nonnegative: NDArray[np.bool_],
    ) -> None:
        self.X, self.y, self.weight = X, y, weight
        self.anchor, self.precision, self.nonnegative = anchor, precision, nonnegative

    def value(self, b: Floats, eta: Floats) -> float:
        likelihood = self.weight @ (np.logaddexp(0, eta) - self.y * eta)
        return float(likelihood + 0.5 * self.precision @ (b - self.anchor) ** 2)

    def derivatives(self, b: Floats, eta: Floats) -> tuple[Floats, Floats]:
        p = expit(eta)
        gradient = self.X.T @ (self.weight * (p - self.y)) + self.precision * (b - self.anchor)
        root = np.sqrt(self.weight * p * (1 - p))[:, None]
        hessian = np.diag(self.precision)
        for start in range(0, len(self.X), _ROWS):
            rows = slice(start, start + _ROWS)
            rooted = self.X[rows] * root[rows]
            hessian += rooted.T @ rooted
        return gradient, hessian

    def project(self, b: Floats) -> Floats:
        return np.where(self.nonnegative, np.maximum(b, 0), b)

    def aim(self, b: Floats, gradient: Floats, hessian: Floats) -> Floats:
        """Return the minimum of the quadratic model, within the bounds."""
        root = cholesky(hessian, check_finite=False)
        wanted = solve_triangular(root, hessian @ b - gradient, trans="T", check_finite=False)
        lowest = np.where(self.nonnegative, 0.0, -np.inf)
        found = lsq_linear(root, wanted, (lowest, np.inf), method="bvls")
        # What is held at zero is zero but for rounding.
        return np.where(found.active_mask < 0, 0.0, found.x)

    def free(self, b: Floats, gradient: Floats) -> NDArray[np.bool_]:
        """Return which coefficients may move: not those held at zero."""
        return ~(self.nonnegative & (b <= 0) & (gradient > 0))

    def start(self, tol: float) -> Floats:
        """Return where to start: with many rows, at the minimum for a part of them."""
        b = self.project(self.anchor)
        if len(self.X) < _PART * _ROWS:
            return b
        some = slice(None, None, _PART)
        part = _Problem(
            np.ascontiguousarray(self.X[some]),
            self.y[some],
            self.weight[some] * _PART,
            self.anchor,
            self.precision,
            self.nonnegative,
        )
        return part.solve(b, _STEPS, tol)[0]

    def solve(self, b: Floats, max_iter: int, tol: float) -> tuple[Floats, int]:
        eta = self.X @ b
        value = self.value(b, eta)
        for n_iter in range(1, max_iter + 1):
            aim = self.aim(b, *self.derivatives(b, eta))
            # Halve the step until it gains: Newton's may be too long far from the minimum.
            for halving in range(30):
                part = 0.5**halving
                moved = (1 - part) * b + part * aim
                moved_eta = self.X @ moved
                new = self.value(moved, moved_eta)
                if new <= value:
                    break
            else:
                return b, n_iter
            gained, b, eta, value = value - new, moved, moved_eta, new
            if gained <= tol * max(1.0, abs(value)):
                return b, n_iter
        return b, max_iter

    def leave_out(self, b: Floats, groups: NDArray[Any]) -> Floats:
        gradient, hessian = self.derivatives(b, self.X @ b)
        free = self.free(b, gradient)
        names, group = np.unique(groups, return_inverse=True)
        order = np.argsort(group, kind="stable")
        left_out = np.empty((names.size, b.size))
        for place, rows in enumerate(np.split(order, np.cumsum(np.bincount(group))[:-1])):
            X, weight = self.X[rows], self.weight[rows]
            p = expit(X @ b)
            rest = hessian - (X * (weight * p * (1 - p))[:, None]).T @ X
            slope = gradient - X.T @ (weight * (p - self.y[rows]))
            step = np.zeros_like(b)
            step[free] = np.linalg.solve(rest[np.ix_(free, free)], slope[free])
            left_out[place] = self.project(b - step)
        return left_out
