"""Counting ratings, in blocks of units, into sums that add up over groups of units.

Every measure is a function of sums over units. Kept for each group of units (a document), such
sums give the delete-one jackknife by subtraction and a bootstrap by a weighted sum: the ratings
are passed over once, however many replicates follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings, factorise
from qualcode.stats.arguments import check_labels, index_of

__all__ = ["ONE_GROUP", "Groups", "add_rows", "divide", "grouped_sums", "unit_counts"]

# Numbers held at once for a block of units; small enough for the processor's cache.
_BLOCK = 1 << 18

# (counts of a block of units by category, where the block's groups start) -> one row a group.
Summary: TypeAlias = Callable[[FloatArray, IntArray], FloatArray]


@attrs.frozen(eq=False)
class Groups:
    """Which group each unit belongs to; without `of_unit`, all units are one group.

    Parameters
    ----------
    of_unit : array of int or None
        The group of each unit.
    size : int
        The number of groups.
    """

    of_unit: IntArray | None
    size: int

    @classmethod
    def read(cls, clusters: object, ratings: Ratings) -> Groups:
        """Read the cluster of each unit of ratings: any labels, none of them missing.

        Raises
        ------
        StatisticsError
            When there is not exactly one label for each unit, or their indexes name other units.
        """
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
    ordered, of_unit = _in_order(ratings, groups)
    for block, counts in unit_counts(ordered, width):
        if of_unit is None:
            out[0] += summary(counts, np.zeros(1, dtype=np.intp))[0]
            continue
        here = of_unit[block]
        starts = np.flatnonzero(np.r_[True, here[1:] != here[:-1]])
        # Units of a group lie together, so no group occurs twice in a block.
        out[here[starts]] += summary(counts, starts)
    return out


def add_rows(rows: FloatArray, starts: IntArray) -> FloatArray:
    """Return the sums of the rows that belong to each group."""
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


def _in_order(ratings: Ratings, groups: Groups) -> tuple[Ratings, IntArray | None]:
    """Return the ratings with the units of each group together, and the group of each unit."""
    if groups.of_unit is None:
        return ratings, None
    if (groups.of_unit[1:] >= groups.of_unit[:-1]).all():
        return ratings, groups.of_unit
    order = np.argsort(groups.of_unit, kind="stable")
    return attrs.evolve(ratings, codes=ratings.codes[:, order]), groups.of_unit[order]
