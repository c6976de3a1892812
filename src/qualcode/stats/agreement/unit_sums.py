"""Counting ratings, in blocks of units, into sums that add up over groups of units.

Every measure is a function of sums over units. Kept for each group of units (a document), such
sums give the delete-one jackknife by subtraction and a bootstrap by a weighted sum: the ratings
are passed over once, however many replicates follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings, factorise
from qualcode.stats.arguments import check_labels, index_of

__all__ = ["ONE_GROUP", "Groups", "add_rows", "divide", "grouped_sums", "unit_counts"]

# Numbers held at once for a block of units; small enough for the processor's cache.
_BLOCK = 1 << 18

# (counts of a block of units by category, where the block's groups start, how often each unit counts) -> one
# row a group.
Summary: TypeAlias = Callable[[FloatArray, IntArray, FloatArray | None], FloatArray]


@attrs.frozen(eq=False)
class Groups:
    """Which group each unit belongs to; without `of_unit`, all units are one group.

    Parameters
    ----------
    of_unit : array of int or None
        The group of each unit.
    size : int
        The number of groups.
    times : array of int, optional
        How many units each unit stands for, where those that were rated alike in a group are given once.
    """

    of_unit: IntArray | None
    size: int
    times: IntArray | None = None

    @classmethod
    def read(cls, clusters: object, ratings: Ratings) -> Groups:
        """Read the cluster of each unit of ratings: any labels, none of them missing, or groups.

        Raises
        ------
        StatisticsError
            When there is not exactly one label for each unit, or their indexes name other units.
        """
        if isinstance(clusters, cls):
            return clusters
        n_units, index = ratings.n_units, index_of(clusters)
        named = None if index is None or ratings.units is None else ratings.units.tolist()
        if named is not None and index.tolist() != named:
            raise StatisticsError(
                f"clusters are indexed {shown(index.tolist()[:5])}, the ratings {shown(named[:5])}: "
                "give clusters.reindex(ratings.index), or clusters.to_numpy() where they are in one order"
            )
        labels = np.asarray(clusters) if hasattr(clusters, "__array__") else _labels(clusters)
        if labels.shape != (n_units,):
            raise StatisticsError(
                f"clusters have the shape {labels.shape}, but there are {n_units} units: "
                "give the cluster (the document) of each unit, in the order of the units"
            )
        codes, found = factorise(labels)
        if (codes < 0).any():
            missing = int(np.flatnonzero(codes < 0)[0])
            raise StatisticsError(f"unit {missing} has no cluster: name the document it is from")
        return cls(codes, len(found))

    @classmethod
    def each_unit(cls, n_units: int) -> Groups:
        """Return a grouping in which every unit is a group of its own."""
        return cls(np.arange(n_units), n_units)

    @property
    def single(self) -> Groups:
        """The groups with every unit by itself, as `Ratings.repeated` gives the ratings."""
        if self.times is None:
            return self
        of_unit = None if self.of_unit is None else np.repeat(self.of_unit, self.times)
        return Groups(of_unit, self.size)

    def summed(self, column: npt.NDArray[Any], among: IntArray | slice = slice(None)) -> FloatArray:
        """Return the sum in each group of a number that each unit has, or each of some units."""
        own = np.zeros(column.size, dtype=np.intp) if self.of_unit is None else self.of_unit[among]
        weights = column if self.times is None else column * self.times[among]
        return np.bincount(own, weights=weights, minlength=self.size).astype(float)

    def times_of(self, among: IntArray) -> int:
        """Return how many units some of the units stand for, given by flags."""
        return int(np.count_nonzero(among) if self.times is None else self.times[among].sum())


def _labels(clusters: object) -> IntArray:
    given = check_labels(clusters, what="clusters")
    try:
        return np.asarray(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise StatisticsError(f"clusters hold what makes no array: {error}") from error


ONE_GROUP = Groups(None, 1)


def unit_counts(ratings: Ratings, width: int = 1) -> Iterator[tuple[slice, FloatArray]]:
    """Yield blocks of units with how often each category was given to each unit.

    Parameters
    ----------
    ratings : Ratings
        The ratings to count.
    width : int
        How many numbers a caller needs for each unit; wide units come in shorter blocks.
    """
    n_coders, n_units = ratings.codes.shape
    q = ratings.n_categories
    step = max(1, _BLOCK // max(q + 1, n_coders, width))
    for start in range(0, n_units, step):
        codes = ratings.codes[:, start : start + step]
        size = codes.shape[1]
        cells = codes + (np.arange(size) * (q + 1) + 1)
        counts = np.bincount(cells.ravel(), minlength=size * (q + 1)).reshape(size, q + 1)
        yield slice(start, start + size), counts[:, 1:].astype(float)


def grouped_sums(ratings: Ratings, groups: Groups, width: int, summary: Summary) -> FloatArray:
    """Return, for each group, the sum of what `summary` gives for the units in it.

    Parameters
    ----------
    ratings : Ratings
        The ratings to pass over, once.
    groups : Groups
        The group of each unit.
    width : int
        The number of columns that `summary` gives.
    summary : callable
        From the counts of a block of units and the starts of its groups to one row a group.
    """
    out = np.zeros((groups.size, width))
    ordered, groups = _in_order(ratings, groups)
    of_unit = groups.of_unit
    for block, counts in unit_counts(ordered, width):
        times = None if groups.times is None else groups.times[block].astype(float)
        if of_unit is None:
            out[0] += summary(counts, np.zeros(1, dtype=np.intp), times)[0]
            continue
        here = of_unit[block]
        starts = np.flatnonzero(np.r_[True, here[1:] != here[:-1]])
        # Units of a group lie together, so no group occurs twice in a block.
        out[here[starts]] += summary(counts, starts, times)
    return out


def add_rows(rows: FloatArray, starts: IntArray, times: FloatArray | None = None) -> FloatArray:
    """Return the sums of the rows that belong to each group, each as often as it counts."""
    if times is not None:
        rows = rows * times[:, None]
    sums: FloatArray = (
        rows.sum(axis=0, keepdims=True) if starts.size == 1 else np.add.reduceat(rows, starts)
    )
    return sums


def divide(numerator: FloatArray, denominator: FloatArray | float) -> FloatArray:
    """Return the quotient, NaN where the denominator is 0: undefined, to be given a reason."""
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    )
    quotient: FloatArray = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient


def _in_order(ratings: Ratings, groups: Groups) -> tuple[Ratings, Groups]:
    """Return the ratings with the units of each group together, and the groups of these."""
    if groups.of_unit is None or (groups.of_unit[1:] >= groups.of_unit[:-1]).all():
        return ratings, groups
    order = np.argsort(groups.of_unit, kind="stable")
    times = None if groups.times is None else groups.times[order]
    return (
        attrs.evolve(ratings, codes=ratings.codes[:, order]),
        Groups(groups.of_unit[order], groups.size, times),
    )
