"""Coefficients that pool the coders: percent agreement, Scott, Fleiss, Brennan-Prediger, Gwet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs
import numpy as np

from qualcode.stats.agreement.measure_kernel import (
    Estimates,
    PerCategory,
    StandardError,
    chance_corrected,
    is_table,
    linearised,
)
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings
from qualcode.stats.agreement.unit_sums import Groups, add_rows, divide, grouped_sums, unit_counts

__all__ = ["CHANCE_FREE", "GWET", "SQUARES", "UNIFORM", "Chance", "Pooled", "unit_terms"]

Formula: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


@attrs.frozen
class Chance:
    """The agreement expected by chance, from shares of categories (last axis) and weights.

    `slope` is its derivative by the shares; `least` the number of categories it needs.
    """

    expected: Formula
    slope: Formula
    least: int = 1


def _no_slope(shares: FloatArray, weights: FloatArray) -> FloatArray:
    return np.zeros(shares.shape)


def _squares(shares: FloatArray, weights: FloatArray) -> FloatArray:
    expected: FloatArray = ((shares @ weights) * shares).sum(axis=-1)
    return expected


def _squares_slope(shares: FloatArray, weights: FloatArray) -> FloatArray:
    slope: FloatArray = shares @ (weights + weights.T)
    return slope


def _uniform(shares: FloatArray, weights: FloatArray) -> FloatArray:
    return np.full(shares.shape[:-1], weights.mean(), dtype=float)


def _gwet(shares: FloatArray, weights: FloatArray) -> FloatArray:
    q = shares.shape[-1]
    expected: FloatArray = weights.sum() * (shares * (1 - shares)).sum(axis=-1) / (q * (q - 1))
    return expected


def _gwet_slope(shares: FloatArray, weights: FloatArray) -> FloatArray:
    q = shares.shape[-1]
    slope: FloatArray = weights.sum() * (1 - 2 * shares) / (q * (q - 1))
    return slope


CHANCE_FREE = Chance(lambda shares, weights: np.zeros(shares.shape[:-1]), _no_slope)
SQUARES = Chance(_squares, _squares_slope)
UNIFORM = Chance(_uniform, _no_slope, least=2)
GWET = Chance(_gwet, _gwet_slope, least=2)


@attrs.frozen(eq=False)
class Pooled:
    """A coefficient whose chance agreement comes from the shares of the categories.

    A row of sums has: agreement, units rated twice, units rated, and for each category its
    agreeing pairs, its share in units rated twice, and its share in units rated (each unit
    counting once, as in Gwet's treatment of missing ratings).
    """

    ratings: Ratings
    weights: FloatArray
    chance: Chance
    # Whether to test against chance agreement as Fleiss did; that test is for identity weights.
    null_test: bool = False

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        width = 3 + 3 * self.ratings.n_categories
        return grouped_sums(self.ratings, groups, width, self._summary)

    def _summary(
        self, counts: FloatArray, starts: IntArray, times: FloatArray | None
    ) -> FloatArray:
        given = counts.sum(axis=1)
        pairs = pair_shares(given)
        rated = given > 0
        shares = counts / np.maximum(given, 1)[:, None]
        columns = (
            unit_agreement(counts, given, self.weights)[:, None],
            (pairs > 0)[:, None],
            rated[:, None],
            counts * (counts - 1) * pairs[:, None],
            shares * (pairs > 0)[:, None],
            shares,
        )
        return add_rows(np.hstack(columns), starts, times)

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 1]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        observed = divide(sums[..., 0], sums[..., 1])
        nothing = np.full(observed.shape, np.nan)
        if self.chance is CHANCE_FREE:
            return Estimates(observed, observed, nothing)
        if self.ratings.n_categories < self.chance.least:
            return Estimates(nothing, observed, nothing)
        return chance_corrected(observed, self.chance.expected(self.shares(sums), self.weights))

    def shares(self, sums: FloatArray) -> FloatArray:
        """Return each category's share of the ratings, every unit counting once."""
        return divide(sums[..., 3 + 2 * self.ratings.n_categories :], sums[..., 2, None])

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        only = self.ratings.categories[int(np.argmax(self.shares(sums)))]
        if self.ratings.n_categories < self.chance.least:
            return (
                f"every rating is {only!r}, and chance agreement needs two categories at least: "
                "name those that could have been given with categories=…"
            )
        return f"every rating is {only!r}: without variation, agreement cannot be told from chance"

    def observed_by_category(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the agreement on each category against the rest, and the specific agreement."""
        agreeing, doubled, _ = np.split(sums[3:], 3)
        return 1 - 2 * divide(doubled - agreeing, sums[1]), divide(agreeing, doubled)

    def per_category(self, sums: FloatArray) -> PerCategory:
        """Return the measure for each category, or None where categories mean nothing."""
        share = self.shares(sums)
        observed, specific = self.observed_by_category(sums)
        either = np.stack([share, 1 - share], axis=-1)
        expected = self.chance.expected(either, np.eye(2))
        if self.chance is CHANCE_FREE:
            estimates = Estimates(observed, observed, np.full(observed.shape, np.nan))
        else:
            estimates = chance_corrected(observed, expected)
        return PerCategory(self.ratings.categories, estimates, specific, share)

    def standard_error(self, sums: FloatArray) -> StandardError:
        """Return the published standard error, or None where there is none."""
        estimates = self.estimates(sums)
        share = self.shares(sums)
        slope = self.chance.slope(share, self.weights)
        agreement, paired, rated, moved = unit_terms(self.ratings, self.weights, slope)
        there = rated > 0
        if self.chance is CHANCE_FREE:
            estimates = Estimates(estimates.value, estimates.observed, np.zeros(()))
        error = linearised(
            estimates,
            agreement[there],
            paired[there],
            moved[there] - share @ slope,
            table=is_table(self.ratings),
        )
        return attrs.evolve(error, z=self._null_z(sums)) if self.null_test else error

    def _null_z(self, sums: FloatArray) -> float | None:
        """Return the value over its standard error under chance (Fleiss, Nee and Landis 1979)."""
        given = (self.ratings.codes >= 0).sum(axis=0)
        if given.size == 0 or given.min() != given.max():
            return None
        n, m = given.size, int(given[0])
        share = self.shares(sums)
        free = (share * (1 - share)).sum()
        skew = (share * (1 - share) * (1 - 2 * share)).sum()
        variance = 2 * (free**2 - skew) / (n * m * (m - 1) * free**2)
        return float(self.estimates(sums).value / np.sqrt(variance)) if variance > 0 else None


def pair_shares(given: FloatArray) -> FloatArray:
    """Return the share of one ordered pair among a unit's pairs; 0 for units rated once or not."""
    return np.where(given > 1, 1 / np.maximum(given * (given - 1), 1), 0.0)


def unit_agreement(counts: FloatArray, given: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted share of agreeing pairs of ratings in each unit."""
    agreeing: FloatArray = ((counts @ weights) * counts).sum(axis=1) - given
    return agreeing * pair_shares(given)


def unit_terms(ratings: Ratings, weights: FloatArray, slope: FloatArray) -> FloatArray:
    """Return, by unit: its agreement, whether rated twice, whether rated, and its mean slope."""
    blocks = []
    for _, counts in unit_counts(ratings):
        given = counts.sum(axis=1)
        agreement = unit_agreement(counts, given, weights)
        mean = counts @ slope / np.maximum(given, 1)
        blocks.append(np.stack([agreement, given > 1, given > 0, mean]))
    return np.concatenate(blocks, axis=1)
