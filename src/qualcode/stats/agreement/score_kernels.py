"""Agreement of numbers: intraclass correlations and concordance, as functions of sums over units.

Of units that every coder scored, a row of sums has: how many there are, each coder's total, the squared
scores, and the squared totals of units. Analysis of variance and concordance need no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.stats.agreement.distances import digits_hint
from qualcode.stats.agreement.measure_kernel import Estimates, StandardError
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings
from qualcode.stats.agreement.unit_sums import Groups, divide

__all__ = ["FORMS", "Concordance", "Form", "Intraclass", "scored_by_all"]

Form: TypeAlias = Literal["1,1", "1,k", "2,1", "2,k", "3,1", "3,k"]
"""A form of the intraclass correlation, as Shrout and Fleiss number them."""
FORMS: tuple[Form, ...] = get_args(Form)


def scored_by_all(ratings: Ratings, asked: str) -> Ratings:
    """Return ratings that are numbers, of the units that every coder scored.

    Raises
    ------
    StatisticsError
        When a rating is no number.
    """
    if ratings.values is None:
        labels = list(ratings.categories)
        wrong = next(label for label in labels if not isinstance(label, (int, float)))
        raise StatisticsError(
            f"{asked} needs numbers, but a rating is {wrong!r}: for labels in an order use "
            f"krippendorff_alpha(…, distance='ordinal') or cohen_kappa(…, weights='quadratic')"
            f"{digits_hint(labels)}"
        )
    given = ratings.given
    every = (given.codes >= 0).all(axis=0)
    # Where there is none, the ratings are left as they are, so that it can be said why.
    return attrs.evolve(given, codes=np.where(every, given.codes, -1)) if every.any() else given


@attrs.frozen(eq=False)
class _Scores:
    """Sums of scores of units that every coder scored; see the module."""

    ratings: Ratings

    @property
    def _k(self) -> int:
        return len(self.ratings.codes)

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        values, codes = self.ratings.values, self.ratings.codes
        there: IntArray = np.logical_and((codes >= 0).all(axis=0), len(codes) > 0)
        if values is None or not values.size:
            return np.zeros((groups.size, self._k + 3))
        # Scores far from 0 would lose their last places when they are squared.
        scores = (values - values.mean())[codes[:, there]]
        columns = [
            np.ones(scores.shape[1]),
            *scores,
            (scores**2).sum(axis=0),
            scores.sum(axis=0) ** 2,
        ]
        return np.stack([groups.summed(each, there) for each in columns], axis=1)

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def per_category(self, sums: FloatArray) -> None:
        """Return the measure for each category, or None where categories mean nothing."""
        return

    def _parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return how many units there are, the coders' totals, squared scores and squared unit totals."""
        return sums[..., 0], sums[..., 1:-2], sums[..., -2], sums[..., -1]


def _nowhere(value: FloatArray) -> Estimates:
    nothing = np.full_like(value, np.nan)
    return Estimates(value, nothing, nothing)


@attrs.frozen(eq=False)
class Intraclass(_Scores):
    """One of Shrout and Fleiss's six intraclass correlations."""

    form: Form = "2,1"

    def mean_squares(
        self, sums: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the mean squares between units, within units, between coders, and of the residuals."""
        n, totals, squares, unit_squares = self._parts(sums)
        k = self._k
        grand = divide(totals.sum(axis=-1) ** 2, n * k)
        between = np.maximum(unit_squares / k - grand, 0.0)
        coders = np.maximum(divide((totals**2).sum(axis=-1), n) - grand, 0.0)
        within = np.maximum(squares - unit_squares / k, 0.0)
        rest = np.maximum(within - coders, 0.0)
        free = np.maximum(n - 1, 0.0)
        return (
            divide(between, free),
            divide(within, n * (k - 1)),
            coders / max(k - 1, 1),
            divide(rest, free * (k - 1)),
        )

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        units, within, coders, rest = self.mean_squares(sums)
        n, k = sums[..., 0], self._k
        model, _, size = self.form.partition(",")
        noise = within if model == "1" else rest
        # What the coders' own levels add to the spread of scores.
        level = divide(coders - rest, n) if model == "2" else np.zeros_like(units)
        room = units + level if size == "k" else units + (k - 1) * noise + k * level
        # Rounding is no spread.
        room = np.where(room > 1e-13 * divide(sums[..., -2], n), room, 0.0)
        return _nowhere(divide(units - noise, room))

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        if sums[0] < 2:
            return "one unit only was scored by all coders: it takes two to differ"
        return "every unit has the same scores: without variation, agreement cannot be told from chance"

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return the published limits, which are not symmetric."""
        return StandardError(np.nan, None, limits=lambda level: self._limits(sums, level))

    def _limits(self, sums: FloatArray, confidence: float) -> tuple[float, float]:
        """Return the limits of Shrout and Fleiss (1979), pp. 424–426, from the distribution of F."""
        units, within, coders, rest = map(float, self.mean_squares(sums))
        n, k = float(sums[0]), self._k
        model, _, size = self.form.partition(",")
        f = _quantile((1 + confidence) / 2)
        if model == "2":
            low, high = self._agreement_limits(units, coders, rest, n, f, confidence)
            if size == "k":
                low, high = (k * each / (1 + (k - 1) * each) for each in (low, high))
            return low, high
        noise = within if model == "1" else rest
        if noise == 0:
            return 1.0, 1.0
        df = n * (k - 1) if model == "1" else (n - 1) * (k - 1)
        ratio = units / noise
        ends = ratio / f(n - 1, df), ratio * f(df, n - 1)
        if size == "k":
            return 1 - 1 / ends[0], 1 - 1 / ends[1]
        return (ends[0] - 1) / (ends[0] + k - 1), (ends[1] - 1) / (ends[1] + k - 1)

    def _agreement_limits(
        self,
        units: float,
        coders: float,
        rest: float,
        n: float,
        f: Callable[[float, float], float],
        confidence: float,
    ) -> tuple[float, float]:
        """Return the limits of ICC(2,1), with Satterthwaite's degrees of freedom (p. 425)."""
        k = self._k
        if rest == 0:
            return (1.0, 1.0) if coders == 0 else (0.0, 1.0)
        single = float(
            divide(np.array(units - rest), units + (k - 1) * rest + k * (coders - rest) / n)
        )
        ratio = coders / rest
        level = n * (1 + (k - 1) * single) - k * single
        df = (k - 1) * (n - 1) * (k * single * ratio + level) ** 2
        df /= (n - 1) * (k * single * ratio) ** 2 + level**2
        noise = k * coders + (k * n - k - n) * rest
        upper, lower = f(n - 1, df), f(df, n - 1)
        return (
            n * (units - upper * rest) / (upper * noise + n * units),
            n * (lower * units - rest) / (noise + n * lower * units),
        )


def _quantile(level: float) -> Callable[[float, float], float]:
    from scipy import special

    return lambda first, second: float(special.fdtri(first, second, level))


@attrs.frozen(eq=False)
class Concordance(_Scores):
    """Lin's concordance: of two coders, and Barnhart's overall one of more."""

    def _moments(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return twice the covariances of pairs, the variances of both, and squared differences of means."""
        n, totals, squares, unit_squares = self._parts(sums)
        k = self._k
        means = divide(totals, n[..., None])
        spread = divide(squares, n) - (means**2).sum(axis=-1)
        together = divide(unit_squares, n) - means.sum(axis=-1) ** 2
        apart = k * (means**2).sum(axis=-1) - means.sum(axis=-1) ** 2
        return together - spread, (k - 1) * spread, apart

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        shared, spread, apart = self._moments(sums)
        room = spread + apart
        room = np.where(room > 1e-13 * divide(sums[..., -2], sums[..., 0]), room, 0.0)
        return _nowhere(divide(shared, room))

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        return "all scores are the same: without variation, agreement cannot be told from chance"

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return Lin's standard error and his limits on Fisher's scale, of two coders."""
        n = float(sums[0])
        if self._k != 2 or n < 3:
            return None
        value = float(self.estimates(sums).value)
        a, b = self._own_spread()
        shared, _, apart = map(float, self._moments(sums))
        if a == 0 or b == 0 or shared == 0:
            return None
        r, u = shared / 2 / np.sqrt(a * b), apart / np.sqrt(a * b)
        variance = (
            (1 - r**2) * value**2 * (1 - value**2) / r**2
            + 2 * value**3 * (1 - value) * u / r
            - value**4 * u**2 / (2 * r**2)
        ) / (n - 2)
        size = float(np.sqrt(max(variance, 0.0)))

        def limits(confidence: float) -> tuple[float, float]:
            from scipy import special

            reach = float(special.ndtri((1 + confidence) / 2)) * size / (1 - value**2)
            return float(np.tanh(np.arctanh(value) - reach)), float(
                np.tanh(np.arctanh(value) + reach)
            )

        return StandardError(size, None, limits=limits if abs(value) < 1 else None)

    def _own_spread(self) -> tuple[float, float]:
        """Return the variance of each of two coders, which sums over both do not hold."""
        values, codes = self.ratings.values, self.ratings.codes
        assert values is not None
        scores = values[codes[:, (codes >= 0).all(axis=0)]]
        first, second = scores.var(axis=1).tolist()
        return first, second
