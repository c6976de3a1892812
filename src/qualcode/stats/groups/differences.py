"""Do groups of documents differ? Permutation of whole documents between groups."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_text, is_missing
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import (
    check_function,
    check_labels,
    check_list,
    check_resamples,
    label_names,
    numbers,
)
from qualcode.stats.counting.variable_values import natural_order
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.uncertainty.resampling import RandomState, Statistic, as_generator, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GroupDifferences", "group_differences"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]

_CELLS = 1 << 22


@attrs.frozen(eq=False)
class GroupDifferences(Answer):
    """A statistic in each group, and whether chance explains how far the groups are apart.

    Parameters
    ----------
    groups : tuple
        The groups, in the order of `values`.
    n_clusters : tuple of int
        How many documents (or cases) each group has.
    values : array of float, n_groups × n_columns
        The statistic in each group; NaN where it is undefined.
    spread : array of float
        The greatest value less the least: with two groups, the size of the difference.
    p : array of float
        The probability of so large a spread if documents belonged to groups at random; NaN where
        `reason` says why.
    reason : array of str
        Why a column is not tested; empty where it is.
    n_resamples : int
        How many regroupings were compared.
    exact : bool
        Whether these were all there are, so that `p` has no Monte Carlo error.
    seed : int or None
        The seed, where regroupings were drawn and one was given.
    """

    _says = "How far groups differ, and how likely that is by chance"
    _figure = "qualcode.report.plot.differences:group_differences"

    groups: tuple[Hashable, ...]
    n_clusters: tuple[int, ...]
    values: Floats
    spread: Floats
    p: Floats
    reason: NDArray[np.object_]
    n_resamples: int
    exact: bool
    seed: int | None = None

    @property
    def monte_carlo_error(self) -> Floats:
        """The standard error that `p` has because regroupings were drawn; 0 if all were used."""
        if self.exact:
            return self.p * 0.0
        error: Floats = np.sqrt(self.p * (1 - self.p) / self.n_resamples)
        return error

    def to_frame(self, labels: Sequence[str] | None = None, *, by: str = "group") -> pd.DataFrame:
        """Return a frame with a row for each column tested.

        Columns: label; for each group, such as ``group=north``, the value there; spread (the
        greatest less the least), p, mc_error, q (adjusted over the rows), reason.

        Parameters
        ----------
        labels : sequence of str, optional
            What the columns tested are called; their positions otherwise.
        by : str, default "group"
            What the groups are groups of: the variable, in the names of their columns.
        """
        import pandas as pd

        n_columns = self.spread.size
        names = label_names(labels, n_columns, of="columns")
        by = check_text(by, what="by", error=StatisticsError)
        groups = [str(group) for group in self.groups]
        if len(set(groups)) < len(groups):
            # The number 1 and the text "1" are two groups.
            groups = [repr(group) for group in self.groups]
        return pd.DataFrame(
            {
                "label": names,
                **{f"{by}={group}": self.values[at] for at, group in enumerate(groups)},
                "spread": self.spread,
                "p": self.p,
                "mc_error": self.monte_carlo_error,
                "q": false_discovery(self.p),
                "reason": self.reason,
            }
        )


@question()
def group_differences(
    statistic: Statistic,
    tables: Sequence[ArrayLike],
    groups: Sequence[Hashable],
    *,
    order: Sequence[Hashable] | None = None,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> GroupDifferences:
    """Test whether a statistic differs between groups of documents.

    Parameters
    ----------
    statistic : callable
        Takes sums over documents, one argument for each table, and returns an array, such as
        ``numpy.divide`` for shares or a coefficient of association.
    tables : sequence of arrays, n_documents × n_columns
        What each document adds to the sums. Where a variable belongs to cases, give one row for
        each case, so that the documents of a case stay together.
    groups : sequence, one for each row
        The group of each row.
    order : sequence, optional
        The groups in the order to report them in; others do not occur. By default that of an ordered
        pandas categorical, or else numbers by size and texts by spelling.
    n_resamples : int, default 1000
        How many regroupings to draw. All are used, exactly, where there are no more than that.
    random_state : int or numpy.random.Generator
        The seed.

    Returns
    -------
    GroupDifferences
        A regrouping on which the statistic is undefined counts as one that spreads more: the
        p-value errs on the side of caution.

    References
    ----------
    Phipson & Smyth 2010, doi:10.2202/1544-6115.1585: p = (b + 1)/(m + 1).

    Examples
    --------
    >>> carrying, units = [[9], [8], [7], [1], [2], [0]], [[10]] * 6
    >>> found = group_differences(np.divide, [carrying, units], list("aaabbb"))
    >>> found.values.round(2).tolist(), found.p.tolist(), found.n_resamples, found.exact
    ([[0.8], [0.1]], [0.1], 20, True)
    """
    check_function(statistic, what="statistic")
    n_resamples = check_resamples(n_resamples)
    each, names, position = _checked(tables, groups, order)
    n_groups = len(names)
    observed, spread = _spread(statistic, each, position[None, :], n_groups)
    sizes = np.bincount(position, minlength=n_groups)
    drawn, exact = regroupings(position, n_groups, n_resamples, random_state)
    width = max(1, _CELLS // max(1, n_groups * max(table.shape[1] for table in each)))
    at_least = np.zeros(spread.shape[1], dtype=np.int64)
    for start in range(0, len(drawn), width):
        _, other = _spread(statistic, each, drawn[start : start + width], n_groups)
        # Rounding must not decide between regroupings that spread alike.
        at_least += np.count_nonzero(~(other < spread * (1 - 1e-12)), axis=0)
    p = at_least / len(drawn) if exact else (at_least + 1) / (len(drawn) + 1)
    reason = np.full(p.shape, "", dtype=object)
    undefined = ~np.isfinite(observed[0])
    for column in np.flatnonzero(undefined.any(axis=0)):
        without = ", ".join(str(names[at]) for at in np.flatnonzero(undefined[:, column]))
        reason[column] = f"the statistic is undefined in {without}"
    if n_groups < 2:
        reason[:] = "there is one group only"
    tested = reason == ""
    return GroupDifferences(
        groups=names,
        n_clusters=tuple(sizes.tolist()),
        values=observed[0],
        spread=np.where(tested, spread[0], np.nan),
        p=np.where(tested, p, np.nan),
        reason=reason,
        n_resamples=len(drawn),
        exact=exact,
        seed=None if exact else seed_of(random_state),
    )


def regroupings(
    position: Longs, n_groups: int, n_resamples: int, random_state: RandomState
) -> tuple[Longs, bool]:
    """Return regroupings of rows, regroupings × rows, and whether these are all there are.

    Parameters
    ----------
    position : array of int
        The group of each row; every regrouping has as many rows of each.
    n_groups : int
        How many groups there are.
    n_resamples : int
        How many regroupings to draw, unless there are no more than that.
    random_state : int or numpy.random.Generator
        The seed.
    """
    sizes = np.bincount(position, minlength=n_groups).tolist()
    there_are = math.factorial(position.size)
    for size in sizes:
        there_are //= math.factorial(size)
    if there_are <= n_resamples:
        return np.array(list(_arrangements(tuple(sizes))), dtype=np.int64), True
    rng = as_generator(random_state)
    return rng.permuted(np.tile(position, (n_resamples, 1)), axis=1), False


def group_positions(groups: Sequence[Hashable]) -> tuple[tuple[Any, ...], Longs]:
    """Return the distinct groups and each row's position among them.

    Those of an ordered pandas categorical are in its order, others are sorted, with the numbers in
    texts by size.

    Raises
    ------
    StatisticsError
        When a row has no group.

    Examples
    --------
    >>> names, position = group_positions(["b", "a", "b"])
    >>> names, position.tolist()
    (('a', 'b'), [1, 0, 1])
    """
    kind: Any = getattr(groups, "dtype", None)
    groups = check_labels(groups, what="groups")
    for row, group in enumerate(groups):
        if is_missing(group) or (isinstance(group, str) and not group.strip()):
            raise StatisticsError(
                f"row {row} has no group, but {group!r}: leave it out, or name a group of those not known"
            )
    distinct: list[Any] = sorted(dict.fromkeys(groups), key=natural_order)
    if getattr(kind, "ordered", False) and hasattr(kind, "categories"):
        distinct = [name for name in kind.categories.tolist() if name in distinct]
    at = {group: number for number, group in enumerate(distinct)}
    return tuple(distinct), np.array([at[group] for group in groups], dtype=np.int64)


def groups_in_order(names: Sequence[Any], order: Sequence[Hashable]) -> tuple[Any, ...]:
    """Return the groups in an order that was given, those without rows included.

    Parameters
    ----------
    names : sequence
        The groups that occur.
    order : sequence
        All of these, and others.

    Raises
    ------
    StatisticsError
        When it leaves a group out.
    """
    wanted = check_labels(order, what="order")
    left = [str(name) for name in names if name not in wanted]
    if left:
        raise StatisticsError(f"order leaves out {', '.join(left)}: name every group there is")
    return wanted


def _checked(
    tables: Sequence[ArrayLike], groups: Sequence[Hashable], order: Sequence[Hashable] | None
) -> tuple[list[Floats], tuple[Any, ...], Longs]:
    each = [
        numbers(table, what="tables") for table in check_list(tables, what="tables", of="tables")
    ]
    names, position = group_positions(groups)
    if order is not None:
        wanted = groups_in_order(names, order)
        kept = tuple(name for name in wanted if name in names)
        position = np.array([kept.index(name) for name in names], np.int64)[position]
        names = kept
    if any(table.ndim != 2 or len(table) != position.size for table in each):
        raise StatisticsError(
            f"tables of shapes {[table.shape for table in each]} for {position.size} groups: "
            "each table needs two dimensions, and one row for each group given"
        )
    if not each:
        raise StatisticsError("tables is empty: give the tables that the statistic is made of")
    if not position.size:
        raise StatisticsError("there are no rows to compare between groups")
    return each, names, position


def _spread(
    statistic: Statistic, tables: list[Floats], position: Longs, n_groups: int
) -> tuple[Floats, Floats]:
    """Return the statistic by regrouping and group, and how far its groups are apart."""
    chosen = (position[:, None, :] == np.arange(n_groups)[:, None]).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = numbers(
            statistic(*(chosen @ table for table in tables)),
            what="statistic: what it returns",
            ndim=3,
        )
        return values, values.max(axis=1) - values.min(axis=1)


def _arrangements(sizes: tuple[int, ...]) -> Iterator[Longs]:
    """List every way to give group 0 to ``sizes[0]`` rows, group 1 to ``sizes[1]``, and so on."""
    n = sum(sizes)
    if len(sizes) == 1:
        yield np.zeros(n, dtype=np.int64)
        return
    for own in combinations(range(n), sizes[0]):
        rest = np.ones(n, dtype=np.bool_)
        rest[list(own)] = False
        for others in _arrangements(sizes[1:]):
            arrangement = np.zeros(n, dtype=np.int64)
            arrangement[rest] = others + 1
            yield arrangement
