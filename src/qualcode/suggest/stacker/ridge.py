"""Ridge regression of many codes at once, with exact predictions for documents left out.

A suggester must be judged, and its scores combined, on documents it has not seen. Refitting without each
document in turn costs a fit a document; the block inverse gives the same numbers from one fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

__all__ = ["GroupedRidge"]

Floats = NDArray[np.float64]


class GroupedRidge(MultiOutputMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    r"""Ridge regression that also predicts each group as if it had never seen it.

    The constant is one more feature, of value `constant`, and shrunk like the others: a code that was
    hardly ever assigned is expected to be rare.

    Parameters
    ----------
    alpha : float, default 1.0
        How strongly coefficients are shrunk to zero.
    constant : float, default 1.0
        The value of the constant feature.

    Attributes
    ----------
    coef_ : array, features × targets
    intercept_ : array, targets
    left_out_ : array, rows × targets
        The prediction for each row of a fit without any row of its group. Exact, not an approximation:
        with the hat matrix :math:`H = X (X'WX + \alpha I)^{-1} X'W` and a group's rows :math:`B`, the
        residuals are :math:`(I - H_{BB})^{-1} (y_B - \hat y_B)`.

    References
    ----------
    Cook RD, Weisberg S (1982). Residuals and Influence in Regression. Chapman & Hall, eq. 2.2.23 for
    single rows, here for blocks.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = GroupedRidge(alpha=1e-9).fit(X, 2 * X[:, 0] + 1, groups=[0, 0, 1, 1])
    >>> model.left_out_.round(3)
    array([1., 3., 5., 7.])
    """

    coef_: Floats
    intercept_: Any
    left_out_: Floats

    def __init__(self, *, alpha: float = 1.0, constant: float = 1.0) -> None:
        self.alpha = alpha
        self.constant = constant

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        groups: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        penalty: ArrayLike | None = None,
    ) -> GroupedRidge:
        r"""Fit, and predict every group from the others.

        Parameters
        ----------
        X : array, rows × features
            The features.
        y : array, rows or rows × targets
            What to predict.
        groups : array of int, optional
            The group of each row; rows of group -1 are never left out. Default: every row by itself.
        sample_weight : array, optional
            How much each row counts.
        penalty : array, features × features, optional
            A positive definite matrix :math:`P`: coefficients :math:`b` are shrunk by
            :math:`\alpha\,b'Pb`. With inner products of rows as features and as penalty, the ridge
            regression is one on the rows. Default: the identity.
        """
        checked: tuple[Floats, Floats] = validate_data(
            self, X, y, multi_output=True, y_numeric=True, dtype=np.float64
        )
        rows, y = checked
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        targets = np.asarray(y, np.float64).reshape(len(rows), -1)
        design = np.empty((len(rows), rows.shape[1] + 1))
        design[:, :-1], design[:, -1] = rows, self.constant
        # A matrix times itself turned takes half as long as two different ones.
        rooted = design * np.sqrt(weight)[:, None]
        gram = rooted.T @ rooted
        if penalty is None:
            gram[np.diag_indices_from(gram)] += self.alpha
        else:
            gram[:-1, :-1] += self.alpha * np.asarray(penalty, np.float64)
            gram[-1, -1] += self.alpha
        factor = cholesky(gram, lower=True, check_finite=False)
        moments = design.T @ (targets * weight[:, None])
        coefficients = cho_solve((factor, True), moments, check_finite=False)
        group = np.arange(len(rows)) if groups is None else np.asarray(groups)
        left_out = _leave_out(design, targets, weight, group, gram, moments, factor, coefficients)
        flat = np.ndim(y) == 1
        # As a copy from a file or another process has it: how numbers lie decides how they are added.
        self.coef_ = np.ascontiguousarray(coefficients[:-1, 0] if flat else coefficients[:-1])
        self.intercept_ = self.constant * (coefficients[-1, 0] if flat else coefficients[-1])
        self.left_out_ = left_out[:, 0] if flat else left_out
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Return the predicted targets.

        Parameters
        ----------
        X : array, rows × features
            The features.
        """
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64)
        return np.asarray(rows @ self.coef_ + self.intercept_, np.float64)


def _leave_out(
    design: Floats,
    targets: Floats,
    weight: Floats,
    group: NDArray[Any],
    gram: Floats,
    moments: Floats,
    factor: Floats,
    coefficients: Floats,
) -> Floats:
    """Return what fits without a row's group predict for the row."""
    left_out = np.asarray(design @ coefficients, np.float64)
    order = np.flatnonzero(group != -1)
    order = order[np.argsort(group[order], kind="stable")]
    starts = np.flatnonzero(group[order][1:] != group[order][:-1]) + 1
    # The hat matrix of any rows is the product of their columns here.
    roots = solve_triangular(
        factor, design[order].T, lower=True, overwrite_b=True, check_finite=False
    )
    for place in np.split(np.arange(order.size), starts):
        rows, w = order[place], weight[order[place], None]
        if rows.size > design.shape[1]:
            # A group larger than the features: cheaper to take it out of the normal equations.
            inside = design[rows]
            rest = cho_factor(gram - (inside * w).T @ inside, check_finite=False)
            moment = moments - inside.T @ (targets[rows] * w)
            left_out[rows] = inside @ cho_solve(rest, moment, check_finite=False)
        elif rows.size:
            hat = (roots[:, place].T @ roots[:, place]) * w.T
            residual = targets[rows] - left_out[rows]
            left_out[rows] = targets[rows] - np.linalg.solve(np.eye(rows.size) - hat, residual)
    return left_out
