"""Krippendorff's α: one minus observed over expected disagreement, for every scale of measurement.

Only pairable ratings count: a unit rated once is left out. Disagreements are reported as
agreement on a scale of 0 to 1 by dividing them by the largest distance of two categories, which
leaves α as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Literal

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.stats.agreement.distances import (
    SETS,
    Distance,
    agreement_weights,
    digits_hint,
    distances,
    ratio_distances,
    require_order,
    require_sets,
)
from qualcode.stats.agreement.measure_kernel import (
    Estimates,
    PerCategory,
    StandardError,
    chance_corrected,
    spread,
)
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings
from qualcode.stats.agreement.unit_sums import (
    ONE_GROUP,
    Groups,
    add_rows,
    divide,
    grouped_sums,
    unit_counts,
)

__all__ = ["AlphaKernel", "alpha_kernel", "unit_disagreement"]

DISTANCES = ("nominal", "ordinal", "interval", "ratio", "jaccard", "masi", "gwet-ordinal")


def alpha_kernel(ratings: Ratings, distance: str | Distance) -> AlphaKernel:
    """Return α for ratings for a distance between labels.

    Raises
    ------
    StatisticsError
        When the distance is unknown, or the labels are not on such a scale.
    """
    if not isinstance(distance, str) and not callable(distance):
        raise StatisticsError(
            f"distance must be one of {', '.join(map(repr, DISTANCES))}, or a function of two labels, "
            f"not {shown(distance)}"
        )
    if callable(distance):
        return MatrixAlpha(ratings, distances(ratings, distance, "distance"))
    if distance not in DISTANCES:
        raise StatisticsError(
            f"there is no distance {distance!r}; there are {', '.join(map(repr, DISTANCES))}, "
            "or give a function of two labels that returns their distance"
        )
    if distance == "nominal":
        return MatrixAlpha(ratings, None)
    if distance == "ordinal":
        require_order(ratings, "distance='ordinal'", sets="distance='masi' or 'jaccard'")
        return OrdinalAlpha(ratings)
    if distance == "gwet-ordinal":
        return MatrixAlpha(ratings, 1 - agreement_weights(distance, ratings), published=True)
    if distance in SETS:
        require_sets(ratings, f"distance={distance!r}")
        return MatrixAlpha(ratings, distances(ratings, SETS[distance], "distance"), each="member")
    at = _numbers(ratings, distance)
    if distance == "interval":
        return IntervalAlpha(ratings, at)
    return MatrixAlpha(ratings, ratio_distances(at), each="nothing", published=True)


def _numbers(ratings: Ratings, distance: str) -> FloatArray:
    at = ratings.values
    if at is None:
        odd = next(label for label in ratings.categories if not isinstance(label, (int, float)))
        raise StatisticsError(
            f"distance={distance!r} needs numbers, but a rating is {odd!r}: "
            "use distance='nominal', or distance='ordinal' with categories=… in order"
            + digits_hint(ratings.categories)
        )
    return at


def _pairable(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each unit's number of ratings, and 1 / (that - 1) for units rated twice or more."""
    given = counts.sum(axis=1)
    return given, np.where(given > 1, 1 / np.maximum(given - 1, 1), 0.0)


def _no_variation(ratings: Ratings, occurs: FloatArray) -> str:
    only = ratings.categories[int(np.argmax(occurs))]
    return (
        f"every rating in units rated twice is {only!r}: without variation, agreement cannot be "
        "told from chance"
    )


def _by_category(
    labels: Sequence[Hashable], agreeing: FloatArray, occurs: FloatArray, n: float
) -> PerCategory:
    """Return nominal α for each label against the rest, from its coincidences."""
    observed = 1 - 2 * divide(occurs - agreeing, n)
    expected = 1 - divide(2 * occurs * (n - occurs), n * (n - 1))
    estimates = chance_corrected(observed, expected)
    return PerCategory(tuple(labels), estimates, divide(agreeing, occurs), divide(occurs, n))


@attrs.frozen(eq=False)
class MatrixAlpha:
    """α for a fixed distance of every two categories; None is the nominal distance.

    A row of sums has: pairable units, observed disagreement, for each category its pairable ratings, and
    the agreeing coincidences of each that has a row of its own in a table. `each` says what that is: every
    label, every member of the sets that are labels, or nothing (numbers of a scale).
    """

    ratings: Ratings
    distances: FloatArray | None
    each: Literal["label", "member", "nothing"] = "label"
    published: bool = False

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        width = 2 + self.ratings.n_categories + len(self._rows)
        return grouped_sums(self.ratings, groups, width, self._summary)

    @cached_property
    def _rows(self) -> tuple[Hashable, ...]:
        """What has a row of its own in a table."""
        if self.each == "label":
            return self.ratings.categories
        if self.each == "nothing":
            return ()
        sets = (label for label in self.ratings.categories if isinstance(label, frozenset))
        return tuple(sorted(frozenset().union(*sets), key=str))

    @cached_property
    def _belongs(self) -> FloatArray:
        """Which categories are, or have in them, what has a row of its own, categories × rows."""
        if self.each == "label":
            return np.eye(self.ratings.n_categories)
        has = [[member in label for member in self._rows] for label in self.ratings.categories]  # type: ignore[operator]
        return np.array(has, dtype=float).reshape(self.ratings.n_categories, len(self._rows))

    def _summary(
        self, counts: FloatArray, starts: IntArray, times: FloatArray | None
    ) -> FloatArray:
        given, inverse = _pairable(counts)
        pairable = (given > 1).astype(float)
        apart = self._apart(counts, given) * inverse
        each = counts if self.each == "label" else counts @ self._belongs
        if starts.size == 1:
            # The same sums as below, without a row for each unit.
            if times is not None:
                pairable, apart, inverse = pairable * times, apart * times, inverse * times
            agreeing = inverse @ (each * each) - inverse @ each
            return np.hstack([pairable.sum(), apart.sum(), pairable @ counts, agreeing])[None, :]
        agree = each * (each - 1) * inverse[:, None]
        columns = pairable[:, None], apart[:, None], counts * pairable[:, None], agree
        return add_rows(np.hstack(columns), starts, times)

    def _apart(self, counts: FloatArray, given: FloatArray) -> FloatArray:
        """Return the sum of distances over ordered pairs of a unit's ratings."""
        if self.distances is None:
            apart: FloatArray = given * given - np.einsum("uk,uk->u", counts, counts)
        else:
            apart = np.einsum("uk,uk->u", counts @ self.distances, counts)
        return apart

    def _occurs(self, sums: FloatArray) -> FloatArray:
        return sums[..., 2 : 2 + self.ratings.n_categories]

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        occurs = self._occurs(sums)
        n = occurs.sum(axis=-1)
        if self.distances is None:
            scale = 1.0
            expected = n * n - (occurs * occurs).sum(axis=-1)
        else:
            scale = self.distances.max(initial=0.0)
            expected = ((occurs @ self.distances) * occurs).sum(axis=-1)
        return chance_corrected(
            1 - divide(sums[..., 1], n * scale), 1 - divide(expected, n * (n - 1) * scale)
        )

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        return _no_variation(self.ratings, self._occurs(sums))

    def per_category(self, sums: FloatArray) -> PerCategory | None:
        """Return the measure for each category, or None where categories mean nothing."""
        if self.each == "nothing":
            return None
        occurs = self._occurs(sums)
        agreeing = sums[2 + self.ratings.n_categories :]
        each = occurs if self.each == "label" else occurs @ self._belongs
        return _by_category(self._rows, agreeing, each, occurs.sum())

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return the published standard error, or None where there is none."""
        if self.distances is None:
            return _alpha_error(self.ratings, np.eye(self.ratings.n_categories))
        if not self.published:
            return None
        return _alpha_error(self.ratings, 1 - self.distances / self.distances.max())


def coincidence_sums(ratings: Ratings, groups: Groups) -> FloatArray:
    """Return, for each group, its pairable units and then its coincidence matrix, flattened."""
    width = 1 + ratings.n_categories**2
    return grouped_sums(ratings, groups, width, _coincidences)


def _coincidences(counts: FloatArray, starts: IntArray, times: FloatArray | None) -> FloatArray:
    given, inverse = _pairable(counts)
    rows = np.empty((starts.size, 1 + counts.shape[1] ** 2))
    rows[:, 0] = add_rows((given > 1).astype(float)[:, None], starts, times)[:, 0]
    inverse = inverse if times is None else inverse * times
    ends = np.append(starts[1:], len(counts))
    for row, start, end in zip(rows, starts, ends, strict=True):
        block, each = counts[start:end], inverse[start:end]
        matrix = (block * each[:, None]).T @ block
        matrix[np.diag_indices_from(matrix)] -= each @ block
        row[1:] = matrix.ravel()
    return rows


@attrs.frozen(eq=False)
class OrdinalAlpha:
    """α for ranks: the distance of two categories is how many ratings lie between them.

    A row of sums has: pairable units, and the coincidence matrix; the distances follow from it.
    """

    ratings: Ratings

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        return coincidence_sums(self.ratings, groups)

    def _coincidences(self, sums: FloatArray) -> FloatArray:
        q = self.ratings.n_categories
        return sums[..., 1:].reshape(*sums.shape[:-1], q, q)

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        coincidences = self._coincidences(sums)
        occurs = coincidences.sum(axis=-1)
        n = occurs.sum(axis=-1)
        distances = _rank_distances(occurs)
        largest = np.where(occurs[..., :, None] * occurs[..., None, :] > 0, distances, 0.0)
        scale = largest.max(axis=(-2, -1), initial=0.0)
        observed = (coincidences * distances).sum(axis=(-2, -1))
        expected = ((occurs[..., None, :] @ distances)[..., 0, :] * occurs).sum(axis=-1)
        return chance_corrected(
            1 - divide(observed, n * scale), 1 - divide(expected, n * (n - 1) * scale)
        )

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        return _no_variation(self.ratings, self._coincidences(sums).sum(axis=-1))

    def per_category(self, sums: FloatArray) -> PerCategory:
        """Return the measure for each category, or None where categories mean nothing."""
        coincidences = self._coincidences(sums)
        occurs = coincidences.sum(axis=-1)
        agreeing = np.diagonal(coincidences)
        return _by_category(self.ratings.categories, agreeing, occurs, occurs.sum())

    def standard_error(self, sums: FloatArray) -> None:
        """Return the published standard error, or None where there is none."""
        return


def _rank_distances(occurs: FloatArray) -> FloatArray:
    """Return the squared difference of the middle ranks of every two categories."""
    # The middle rank of a category: the ratings below it and half of its own.
    rank = occurs.cumsum(axis=-1) - occurs / 2
    distances: FloatArray = (rank[..., :, None] - rank[..., None, :]) ** 2
    return distances


@attrs.frozen(eq=False)
class IntervalAlpha:
    """α for numbers: the distance is the squared difference.

    A row of sums has: pairable units, observed disagreement, and the number, sum and sum of
    squares of the pairable ratings; so a scale may have any number of values.
    """

    ratings: Ratings
    values: FloatArray

    @property
    def _at(self) -> FloatArray:
        # From -1 to 1, which leaves α as it is: squares of large numbers would drown their
        # differences, or overflow.
        if not self.values.size:
            return self.values
        low, high = self.values.min() / 2, self.values.max() / 2
        at: FloatArray = (self.values - (high + low)) / (high - low or 1.0)
        return at

    @property
    def _scale(self) -> float:
        return 4.0 if self.values.size > 1 else 0.0

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        # The code -1 of a missing rating takes the 0 at the end.
        at = np.append(self._at, 0.0)
        given = np.zeros(self.ratings.n_units)
        total = np.zeros(self.ratings.n_units)
        squares = np.zeros(self.ratings.n_units)
        for codes in self.ratings.codes:
            numbers = at[codes]
            given += codes >= 0
            total += numbers
            squares += numbers * numbers
        twice = given > 1
        apart = 2 * (given * squares - total * total) / np.maximum(given - 1, 1)
        columns = (twice, apart * twice, given * twice, total * twice, squares * twice)
        return np.stack([groups.summed(column) for column in columns], axis=1)

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        _, apart, n, total, squares = np.moveaxis(sums, -1, 0)
        expected = 2 * (n * squares - total * total)
        return chance_corrected(
            1 - divide(apart, n * self._scale), 1 - divide(expected, n * (n - 1) * self._scale)
        )

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        twice = (self.ratings.codes >= 0).sum(axis=0) > 1
        codes = self.ratings.codes[:, twice]
        occurs = np.bincount(codes[codes >= 0], minlength=self.ratings.n_categories)
        return _no_variation(self.ratings, occurs.astype(float))

    def per_category(self, sums: FloatArray) -> None:
        """Return the measure for each category, or None where categories mean nothing."""
        return

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return the published standard error, or None where there is none."""
        if self.ratings.n_categories > 1000:
            return None
        weights = 1 - np.subtract.outer(self._at, self._at) ** 2 / self._scale
        return _alpha_error(self.ratings, weights)


AlphaKernel = MatrixAlpha | OrdinalAlpha | IntervalAlpha


def unit_disagreement(kernel: AlphaKernel) -> FloatArray:
    """Return what each unit adds to the observed disagreement."""
    if isinstance(kernel, OrdinalAlpha):
        q = kernel.ratings.n_categories
        occurs = kernel.sums(ONE_GROUP)[0, 1:].reshape(q, q).sum(axis=1)
        kernel = MatrixAlpha(kernel.ratings, _rank_distances(occurs))
    # Rounding can leave what is 0 slightly beside it.
    sums = kernel.sums(Groups.each_unit(kernel.ratings.n_units))
    return np.where(sums[:, 1] > 1e-12 * sums[:, 1].max(initial=0.0), sums[:, 1], 0.0)


def _alpha_error(ratings: Ratings, weights: FloatArray) -> StandardError:
    """Return Gwet's standard error of α for agreement weights, conditional on the coders.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, ch. 5.
    """
    blocks = []
    for _, counts in unit_counts(ratings):
        given, inverse = _pairable(counts)
        weighted = counts @ weights
        agreeing = ((weighted * counts).sum(axis=1) - given) * inverse
        blocks.append(np.column_stack([given, agreeing, counts]))
    units = np.concatenate(blocks)
    units = units[units[:, 0] > 1]
    given, counts = units[:, 0], units[:, 2:]
    mean = given.mean()
    excess = (given - mean) / mean
    agreement = units[:, 1] / mean
    shares = counts.mean(axis=0) / mean
    observed, expected = agreement.mean(), shares @ weights @ shares
    value = (observed - expected) / (1 - expected)
    # Units with more ratings than others weigh more in the agreement that α rests on, which has
    # Krippendorff's correction for few ratings; so does irrCAC.
    least = 1 / given.sum()
    corrected = (1 - least) * observed + least
    terms = (agreement - corrected * excess - expected) / (1 - expected)
    chance = counts @ (weights @ shares) / mean - expected * excess
    terms -= 2 * (1 - value) * (chance - expected) / (1 - expected)
    return StandardError(spread(terms, value), len(units) - 1)
