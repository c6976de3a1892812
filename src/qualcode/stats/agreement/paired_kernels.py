"""Coefficients that keep the coders apart: Cohen, Light, Conger, and Holsti's ratio."""

from __future__ import annotations

from itertools import combinations

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
from qualcode.stats.agreement.pooled_kernels import SQUARES, Pooled, unit_terms
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings
from qualcode.stats.agreement.unit_sums import Groups, divide

__all__ = ["Conger", "Holsti", "PairTables", "table_error", "table_estimates"]


def table_estimates(tables: FloatArray, weights: FloatArray) -> Estimates:
    """Return Cohen's κ for each contingency table of two coders (in the last two axes)."""
    shares = divide(tables, tables.sum(axis=(-2, -1), keepdims=True))
    rows, columns = shares.sum(axis=-1), shares.sum(axis=-2)
    observed = (shares * weights).sum(axis=(-2, -1))
    expected = ((rows @ weights) * columns).sum(axis=-1)
    return chance_corrected(observed, expected)


def table_error(table: FloatArray, weights: FloatArray) -> StandardError:
    """Return the large-sample standard error of κ for one table, and its z under chance.

    References
    ----------
    Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106, eq. 10 and 14.
    """
    n = table.sum()
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    estimates = table_estimates(table, weights)
    value, expected = float(estimates.value), float(estimates.expected)
    means = np.add.outer(weights @ columns, rows @ weights)
    centre = value - expected * (1 - value)
    variance = (shares * (weights - means * (1 - value)) ** 2).sum() - centre**2
    chance = (np.outer(rows, columns) * (weights - means) ** 2).sum() - expected**2
    # Rounding can leave a variance of 0 (perfect agreement) slightly below it.
    size = np.sqrt(max(variance, 0.0) / n) / (1 - expected)
    null = np.sqrt(max(chance, 0.0) / n) / (1 - expected)
    return StandardError(float(size), None, float(value / null) if null > 0 else None)


@attrs.frozen(eq=False)
class PairTables:
    """The mean of Cohen's κ over the pairs of coders: Light's κ, and Cohen's for two coders.

    A row of sums has the contingency table of each pair of coders.
    """

    ratings: Ratings
    weights: FloatArray

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.ratings.codes)), 2))

    def _tables(self, sums: FloatArray) -> FloatArray:
        q = self.ratings.n_categories
        return sums.reshape(*sums.shape[:-1], len(self._pairs), q, q)

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        q = self.ratings.n_categories
        of_unit = 0 if groups.of_unit is None else groups.of_unit
        tables = []
        for first, second in self._pairs:
            a, b = self.ratings.codes[first], self.ratings.codes[second]
            cells = (np.zeros(a.size, dtype=np.intp) + of_unit) * (q * q) + a * np.intp(q) + b
            both = (a >= 0) & (b >= 0)
            times = None if groups.times is None else groups.times[both]
            tables.append(np.bincount(cells[both], times, minlength=groups.size * q * q))
        rows = [table.reshape(groups.size, q * q) for table in tables]
        return np.hstack(rows).astype(float) if rows else np.zeros((groups.size, 0))

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        # Units in some pair: with more than two coders, at least as many as in any one pair.
        most: FloatArray = self._tables(sums).sum(axis=(-2, -1)).max(axis=-1, initial=0.0)
        return most

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        tables = self._tables(sums)
        each = table_estimates(tables, self.weights)
        shared = tables.sum(axis=(-2, -1)) > 0
        expected = each.expected[..., 0] if len(self._pairs) == 1 else np.nan
        observed = _mean(each.observed, shared)
        return Estimates(
            _mean(each.value, shared), observed, np.broadcast_to(expected, observed.shape)
        )

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        tables = self._tables(sums)
        values = table_estimates(tables, self.weights).value
        stuck = np.isnan(values) & (tables.sum(axis=(-2, -1)) > 0)
        pair = int(np.argmax(stuck))
        only = self.ratings.categories[int(np.argmax(tables[pair].sum(axis=1)))]
        who = "" if len(self._pairs) == 1 else f" by coders {self._pairs[pair]}"
        return (
            f"every rating{who} is {only!r}: without variation, agreement cannot be told from "
            "chance"
        )

    def per_category(self, sums: FloatArray) -> PerCategory:
        """Return the measure for each category, or None where categories mean nothing."""
        tables = self._tables(sums)
        both = np.diagonal(tables, axis1=-2, axis2=-1)
        rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
        total = tables.sum(axis=(-2, -1))[:, None]
        neither = total - rows - columns + both
        # One 2 × 2 table for each pair of coders and category.
        split = np.stack([both, rows - both, columns - both, neither], axis=-1)
        each = table_estimates(split.reshape(*split.shape[:-1], 2, 2), np.eye(2))
        shared = np.broadcast_to(total > 0, both.shape).T
        observed = _mean(each.observed.T, shared)
        alone = len(self._pairs) == 1
        expected = each.expected[0] if alone else np.full(observed.shape, np.nan)
        marginal = (rows + columns).sum(axis=0)
        return PerCategory(
            self.ratings.categories,
            Estimates(_mean(each.value.T, shared), observed, expected),
            divide(2 * both.sum(axis=0), marginal),
            divide(marginal, marginal.sum()),
        )

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return the published standard error, or None where there is none."""
        if len(self._pairs) != 1:
            return None
        return table_error(self._tables(sums)[0], self.weights)


def _mean(values: FloatArray, among: FloatArray | IntArray) -> FloatArray:
    """Return the mean along the last axis of the values chosen, NaN if one is undefined."""
    return divide(np.where(among, values, 0.0).sum(axis=-1), among.sum(axis=-1).astype(float))


@attrs.frozen(eq=False)
class Conger:
    """Conger's κ: observed agreement as Fleiss', chance agreement from each coder's own shares.

    A row of sums has those of `Pooled`, then how often each coder gave each category.
    """

    ratings: Ratings
    weights: FloatArray

    @property
    def _pooled(self) -> Pooled:
        return Pooled(self.ratings, self.weights, SQUARES)

    @property
    def _split(self) -> int:
        return 3 + 3 * self.ratings.n_categories

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        q = self.ratings.n_categories
        columns = [self._pooled.sums(groups)]
        for codes in self.ratings.codes:
            there = codes >= 0
            cells = codes[there].astype(np.intp)
            if groups.of_unit is not None:
                cells += groups.of_unit[there] * q
            times = None if groups.times is None else groups.times[there]
            given = np.bincount(cells, times, minlength=groups.size * q)
            columns.append(given.reshape(groups.size, q).astype(float))
        return np.hstack(columns)

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 1]

    def _coder_shares(self, sums: FloatArray) -> FloatArray:
        given = sums[..., self._split :]
        given = given.reshape(*given.shape[:-1], len(self.ratings.codes), -1)
        return divide(given, given.sum(axis=-1, keepdims=True))

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        observed = divide(sums[..., 0], sums[..., 1])
        return chance_corrected(observed, _conger(self._coder_shares(sums), self.weights))

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        return self._pooled.undefined(sums[: self._split])

    def per_category(self, sums: FloatArray) -> PerCategory:
        """Return the measure for each category, or None where categories mean nothing."""
        head = sums[: self._split]
        observed, specific = self._pooled.observed_by_category(head)
        own = self._coder_shares(sums).T[..., None]
        expected = _conger(np.concatenate([own, 1 - own], axis=-1), np.eye(2))
        return PerCategory(
            self.ratings.categories,
            chance_corrected(observed, expected),
            specific,
            self._pooled.shares(head),
        )

    def standard_error(self, sums: FloatArray) -> StandardError:
        """Return the published standard error, or None where there is none."""
        shares = self._coder_shares(sums)
        coding = ~np.isnan(shares).any(axis=-1)
        r = int(coding.sum())
        rated = (self.ratings.codes >= 0).any(axis=0)
        n = int(rated.sum())
        moved = np.zeros(rated.size)
        all_shares = shares[coding].sum(axis=0)
        for codes, own in zip(self.ratings.codes[coding], shares[coding], strict=True):
            pull = (all_shares - own) @ (self.weights + self.weights.T) / (r * (r - 1))
            there = codes >= 0
            moved += np.where(there, n / there.sum() * (pull[codes] - pull @ own), 0.0)
        agreement, paired, _, _ = unit_terms(self.ratings, self.weights, np.zeros(own.size))
        return linearised(
            self.estimates(sums),
            agreement[rated],
            paired[rated],
            moved[rated],
            table=is_table(self.ratings),
        )


def _conger(shares: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the mean chance agreement over pairs of coders; shares are (…, coders, categories).

    A coder without ratings has undefined shares, and no part in any pair.
    """
    coding = ~np.isnan(shares).any(axis=-1)
    r = coding.sum(axis=-1)
    own = np.where(np.isnan(shares), 0.0, shares)
    together = own.sum(axis=-2)
    every = ((together @ weights) * together).sum(axis=-1)
    same = ((own @ weights) * own).sum(axis=(-2, -1))
    return divide(every - same, (r * (r - 1)).astype(float))


@attrs.frozen(eq=False)
class Holsti:
    """Holsti's 2M / (N1 + N2), the mean over pairs of coders.

    A row of sums has, for each pair: units coded alike, and ratings given by either coder.
    """

    ratings: Ratings

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""
        columns = []
        # Who rated nothing at all is no coder of these units, as in the other measures.
        coders = [codes for codes in self.ratings.codes if (codes >= 0).any()]
        for first, second in combinations(coders, 2):
            alike = (first == second) & (first >= 0)
            given = (first >= 0).astype(float) + (second >= 0)
            columns += [groups.summed(alike), groups.summed(given)]
        return np.stack(columns, axis=1) if columns else np.zeros((groups.size, 0))

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        # Where coders chose different segments no unit is shared, yet 2M/(N1 + N2) is defined.
        most: FloatArray = sums[..., 1::2].max(axis=-1, initial=0.0)
        return most

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        alike, given = sums[..., 0::2], sums[..., 1::2]
        value = _mean(divide(2 * alike, given), given > 0)
        return Estimates(value, value, np.full(value.shape, np.nan))

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""
        return "no pair of coders gave any rating"

    def per_category(self, sums: FloatArray) -> None:
        """Return the measure for each category, or None where categories mean nothing."""
        return

    def standard_error(self, sums: FloatArray) -> None:
        """Return the published standard error, or None where there is none."""
        return
