"""Uncertainty from whole documents: delete-one jackknife and cluster bootstrap.

Segments of one document resemble each other, so a formula that counts them as independent promises
too much. Here a *cluster* (a document, or a case) is left out or drawn as a whole. A statistic that
is a function of sums over clusters needs nothing else: `tables` hold what each cluster adds, and
the statistic is computed on the sums that remain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import plain_scalar, shown
from qualcode.stats.arguments import (
    check_confidence,
    check_count,
    check_function,
    check_list,
    check_one_of,
    check_resamples,
    numbers,
)
from qualcode.stats.uncertainty.intervals import (
    Bounds,
    Scale,
    bootstrap_bounds,
    jackknife_bounds,
)

__all__ = ["Method", "RandomState", "bootstrap_weights", "cluster_bounds", "leave_one_out"]

Method: TypeAlias = Literal["jackknife", "bootstrap"]
"""How whole documents are resampled: one is left out, or they are drawn with replacement."""
RandomState: TypeAlias = int | np.random.Generator | None
"""A seed, a generator, or None for a seed that is drawn."""
Statistic: TypeAlias = Callable[..., Any]

# Resampled sums held at once, so that a bootstrap of many pairs stays within some 64 MB.
_CELLS = 1 << 23
_LARGEST_SEED = 1 << 1024


def as_generator(random_state: RandomState) -> np.random.Generator:
    """Return the generator that a `random_state` stands for.

    Parameters
    ----------
    random_state : int, numpy.random.Generator or None
        A seed, or the generator itself. None draws fresh entropy: the result cannot be repeated.

    Examples
    --------
    >>> int(as_generator(3).integers(100)) == int(as_generator(3).integers(100))
    True
    """
    if random_state is None or isinstance(random_state, np.random.Generator):
        return np.random.default_rng(random_state)
    seed = plain_scalar(random_state)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < _LARGEST_SEED:
        raise StatisticsError(
            f"random_state is {shown(random_state)}: give a whole number that is not negative (a seed) or a "
            "numpy Generator"
        )
    return np.random.default_rng(seed)


def seed_of(random_state: RandomState) -> int | None:
    """Return the seed that a `random_state` is, for the record; None where it cannot be told.

    Parameters
    ----------
    random_state : int, numpy.random.Generator or None
        A generator has moved on from its seed, and None never had one.

    Examples
    --------
    >>> seed_of(3), seed_of(np.random.default_rng(3))
    (3, None)
    """
    return int(random_state) if isinstance(random_state, int | np.integer) else None


def ratio(total: Any, number: Any) -> Any:
    """Return a ratio of sums for `cluster_bounds`; NaN of nothing, as where the only cluster is left out.

    Examples
    --------
    >>> ratio(np.array([3.0, 0.0]), np.array([4, 0])).tolist()
    [0.75, nan]
    """
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def bootstrap_weights(
    n_clusters: int, n_resamples: int, random_state: RandomState = None
) -> NDArray[np.int64]:
    """Draw how often each cluster appears in each bootstrap sample.

    Parameters
    ----------
    n_clusters : int
        How many clusters there are.
    n_resamples : int
        How many samples to draw.
    random_state : int or numpy.random.Generator
        The seed.

    Returns
    -------
    array of int64, n_resamples × n_clusters
        Each row adds up to `n_clusters`.

    Examples
    --------
    >>> bootstrap_weights(4, 3, random_state=0).sum(axis=1)
    array([4, 4, 4])
    """
    n_clusters = check_count(n_clusters, what="n_clusters", least=1)
    n_resamples = check_resamples(n_resamples)
    share = np.full(n_clusters, 1 / n_clusters)
    return as_generator(random_state).multinomial(n_clusters, share, size=n_resamples)


def leave_one_out(table: ArrayLike) -> NDArray[Any]:
    """Return the sum over all clusters but one, for each cluster.

    Parameters
    ----------
    table : array, n_clusters × …
        What each cluster adds to the sum.

    Examples
    --------
    >>> leave_one_out([[1, 10], [2, 20], [4, 40]])
    array([[ 6, 60],
           [ 5, 50],
           [ 3, 30]])
    """
    each = numbers(table, what="table", keep=True)
    if not np.all(np.isfinite(each)):
        raise StatisticsError("table holds what is no finite number")
    rest: NDArray[Any] = each.sum(axis=0) - each
    return rest


def cluster_bounds(
    statistic: Statistic,
    tables: Sequence[ArrayLike],
    *,
    method: Method = "jackknife",
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
    scale: Scale = "identity",
) -> Bounds:
    """Return cluster intervals of any statistic that is a function of sums over clusters.

    Parameters
    ----------
    statistic : callable
        Takes the sums, one argument for each table, and returns an array, element by element; NaN
        where it is undefined.
    tables : sequence of arrays, n_clusters × n_columns
        What each cluster adds; a table with one column is shared by all columns of the others.
    method : {"jackknife", "bootstrap"}
        Delete one cluster, or draw clusters with replacement.
    confidence : float, default 0.95
        The nominal coverage.
    n_resamples : int, default 1000
        How many bootstrap samples to draw.
    random_state : int or numpy.random.Generator
        The seed of the bootstrap.
    scale : {"identity", "logit", "fisher", "log"}
        Of the jackknife, as for `qualcode.stats.jackknife_bounds`.

    Examples
    --------
    >>> carrying, units = [[3], [1], [4], [2]], [[5], [5], [8], [4]]
    >>> bounds = cluster_bounds(np.divide, [carrying, units])
    >>> bounds.low.round(3), bounds.high.round(3)
    (array([0.205]), array([0.704]))
    """
    check_one_of(method, ("jackknife", "bootstrap"), what="method")
    check_function(statistic, what="statistic")
    confidence = check_confidence(confidence)
    n_resamples = check_resamples(n_resamples)
    each = [
        numbers(table, what="tables", keep=True)
        for table in check_list(tables, what="tables", of="tables")
    ]
    lengths = {table.shape[:1] for table in each}
    if any(table.ndim != 2 for table in each) or len(lengths) != 1:
        raise StatisticsError(
            f"tables have shapes {[table.shape for table in each]}: "
            "each needs one row for each cluster, and two dimensions"
        )
    (n,) = lengths.pop()
    if n == 0:
        raise StatisticsError("the tables have no rows: there is no cluster to resample")
    draws = _Draws(n, n_resamples, random_state) if method == "bootstrap" else None
    rows = n if draws is None else n_resamples
    parts = []
    for columns in _column_blocks(max(table.shape[1] for table in each), rows):
        chosen = [table[:, columns] if table.shape[1] > 1 else table for table in each]
        centre = statistic(*(table.sum(axis=0) for table in chosen))
        if draws is None:
            values = statistic(*(leave_one_out(table) for table in chosen))
            parts.append(jackknife_bounds(values, centre, confidence=confidence, scale=scale))
        else:
            values = statistic(*draws.sums(chosen))
            parts.append(bootstrap_bounds(values, centre, n_clusters=n, confidence=confidence))
    return Bounds(
        low=np.concatenate([part.low for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        standard_error=np.concatenate([part.standard_error for part in parts]),
        reason=np.concatenate([part.reason for part in parts]),
        confidence=confidence,
        method=method,
        n_clusters=n,
        n_resamples=None if draws is None else n_resamples,
        seed=None if draws is None else seed_of(random_state),
        note=parts[0].note,
        scale=parts[0].scale,
    )


def weight_blocks(
    n_clusters: int, n_resamples: int, random_state: RandomState
) -> Iterator[NDArray[np.int64]]:
    """Yield the samples of `bootstrap_weights` some at a time: the same, for each is drawn after another.

    Of a million clusters a thousand samples at once would take sixteen gigabytes.

    Parameters
    ----------
    n_clusters, n_resamples, random_state
        As for `bootstrap_weights`.
    """
    generator = as_generator(random_state)
    at_once = max(1, _CELLS // n_clusters)
    for done in range(0, n_resamples, at_once):
        yield bootstrap_weights(n_clusters, min(at_once, n_resamples - done), generator)


class _Draws:
    """Bootstrap samples that are summed over some columns after others: kept where they are few."""

    def __init__(self, n_clusters: int, n_resamples: int, random_state: RandomState) -> None:
        self._shape = n_clusters, n_resamples
        self._generator = as_generator(random_state)
        self._start = self._generator.bit_generator.state
        self._all: list[NDArray[np.float64]] | None = None

    def _blocks(self) -> Iterator[NDArray[np.float64]]:
        self._generator.bit_generator.state = self._start
        for drawn in weight_blocks(*self._shape, self._generator):
            yield drawn.astype(np.float64)

    def sums(self, tables: Sequence[NDArray[Any]]) -> list[NDArray[np.float64]]:
        """Return the sums of tables over the clusters of each sample."""
        n_clusters, n_resamples = self._shape
        if self._all is None and n_clusters * n_resamples <= _CELLS:
            self._all = [*self._blocks()]
        sums = [np.empty((n_resamples, table.shape[1])) for table in tables]
        done = 0
        for weights in self._blocks() if self._all is None else self._all:
            for total, table in zip(sums, tables, strict=True):
                total[done : done + len(weights)] = weights @ table
            done += len(weights)
        return sums


def _column_blocks(n_columns: int, rows: int) -> Iterator[slice]:
    """Cut columns into blocks of which `rows` replicates fit into memory."""
    width = max(1, _CELLS // rows)
    # One block even without columns, so that an empty result has its type.
    for start in range(0, max(n_columns, 1), width):
        yield slice(start, start + width)
