"""Units under nodes: codes, themes, domains, or whatever else is a set of codes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from qualcode.errors import StatisticsError
from qualcode.stats.kernels.blocks import (
    BLOCK,
    Column,
    Counts,
    Flags,
    Under,
    as_columns,
    check_ids,
    expand_ranges,
    first_of_runs,
    in_order,
    key_blocks,
)
from qualcode.stats.kernels.pairs import PairCounter, distinct_rows

__all__ = ["by_weight", "crosstab", "node_counts", "node_pair_counts", "weight_counts"]

Weights = npt.NDArray[np.float64]

_WORD = 64
# Cells of a table of pairs of codes that is always worth its memory.
_PAIRS = 1 << 18


def node_counts(
    unit: ArrayLike, code: ArrayLike, membership: ArrayLike, *, block: int = BLOCK
) -> Counts:
    """Count the units that carry any code of a node, for every node.

    Parameters
    ----------
    unit : array of int
        The unit of each row. Rows sorted by unit are read in place.
    code : array of int
        The code of each row: a row of `membership`.
    membership : array of bool, codes × nodes
        Which codes lie under which node. A node may hold any codes: in a tree those of its subtree,
        in a graph those of all its descendants.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of int64, one for each node
        Distinct units. A unit that carries several codes of a node counts once.

    Raises
    ------
    StatisticsError
        When the columns differ in length or a code is out of range.

    Examples
    --------
    >>> both = [[True, True], [False, True]]
    >>> node_counts([0, 0, 1, 2], [0, 1, 1, 1], both)
    array([1, 3])
    """
    counts = _Tally(membership, 1)
    unit, code = in_order(*as_columns(unit=unit, code=code))
    for part in key_blocks(unit, counts.masks.rows_at_once(block)):
        counts.add(unit[part], code[part], None)
    return counts.total()[:, 0]


def crosstab(
    unit: ArrayLike,
    code: ArrayLike,
    membership: ArrayLike,
    group: ArrayLike,
    n_groups: int,
    *,
    block: int = BLOCK,
) -> Counts:
    """Count the units that carry any code of a node, for every node and group of units.

    Parameters
    ----------
    unit, code, membership, block
        As for `node_counts`.
    group : array of int
        The group of each row's unit, from 0 to `n_groups` − 1.
    n_groups : int
        The number of groups.

    Returns
    -------
    array of int64, nodes × groups
        Distinct units; the sum over the groups is `node_counts`.

    Raises
    ------
    StatisticsError
        When the columns differ in length, an entry is out of range, or a unit lies in two groups.

    Examples
    --------
    >>> crosstab([0, 0, 1, 2], [0, 1, 1, 1], [[True, True], [False, True]], [0, 0, 1, 1], 2)
    array([[1, 0],
           [1, 2]])
    """
    counts = _Tally(membership, n_groups)
    unit, code, group = in_order(*as_columns(unit=unit, code=code, group=group))
    for part in key_blocks(unit, counts.masks.rows_at_once(block)):
        counts.add(unit[part], code[part], group[part])
    return counts.total()


def node_pair_counts(
    unit: ArrayLike, code: ArrayLike, membership: ArrayLike, *, block: int = BLOCK
) -> Counts:
    """Count the units that carry codes of both nodes, for every pair of nodes.

    Parameters
    ----------
    unit, code, membership, block
        As for `node_counts`.

    Returns
    -------
    array of int64, nodes × nodes
        Distinct units; symmetric; on the diagonal `node_counts`. It is the size of the intersection
        of two sets of units, not the sum of the cells of `pair_counts`, and a unit with one code
        that lies under both nodes is in it.

    Raises
    ------
    StatisticsError
        When the columns differ in length or a code is out of range.

    Examples
    --------
    >>> node_pair_counts([0, 0, 1, 2], [0, 1, 1, 1], [[True, True], [False, True]])
    array([[1, 1],
           [1, 3]])
    """
    under = Under.of(membership)
    masks = _Masks(under)
    counter = PairCounter(under.n_nodes)
    unit, code = in_order(*as_columns(unit=unit, code=code))
    for part in key_blocks(unit, masks.rows_at_once(block)):
        check_ids("code", code[part], under.n_codes)
        owner, node = masks.rows(np.flatnonzero(first_of_runs(unit[part])), code[part])
        counter.add(np.flatnonzero(first_of_runs(owner)), node)
    return counter.counts()


def weight_counts(
    unit: ArrayLike,
    code: ArrayLike,
    weight: ArrayLike,
    membership: ArrayLike,
    *,
    block: int = BLOCK,
) -> tuple[Counts, Weights, Counts]:
    """Count the units by the greatest weight that any code of a node has there, for every node.

    Parameters
    ----------
    unit, code, membership, block
        As for `node_counts`.
    weight : array of float
        The weight of each row; NaN where there is none.

    Returns
    -------
    node : array of int64
        Ascending.
    weight : array of float64
        Ascending for each node.
    count : array of int64
        How many units have it; a unit without any weight on the node's codes is not counted.

    Raises
    ------
    StatisticsError
        When the columns differ in length or a code is out of range.

    Examples
    --------
    >>> both = [[True, True], [False, True]]
    >>> node, weight, count = weight_counts([0, 0, 1, 2], [0, 1, 1, 1], [1, 3, 3, float("nan")], both)
    >>> node.tolist(), weight.tolist(), count.tolist()
    ([0, 1], [1.0, 3.0], [1, 2])
    """
    under = Under.of(membership)
    n_codes, n_nodes, nodes = under.n_codes, under.n_nodes, under.node
    begins, ends = under.starts[:-1], under.starts[1:]
    weights = np.asarray(weight, dtype=np.float64)
    units, codes = as_columns(unit=unit, code=code)
    if weights.shape != units.shape:
        raise StatisticsError(
            f"column 'weight' has shape {weights.shape} beside columns of {units.size} rows: "
            "all columns need one value for each row"
        )
    check_ids("code", codes, n_codes)
    given = np.flatnonzero(~np.isnan(weights))
    units, codes, places = in_order(units[given], codes[given], given)
    weights = weights[places]
    found = [(np.zeros(0, np.int64), np.zeros(0, np.float64), np.zeros(0, np.int64))]
    # A row is worked on once for each of its nodes.
    deepest = int(np.max(ends - begins, initial=1))
    for part in key_blocks(units, max(1, block // deepest)):
        row, member = expand_ranges(begins[codes[part]], ends[codes[part]])
        levels = np.unique(weights[part])
        # Whole numbers in the order of the weights stand for them.
        level = np.searchsorted(levels, weights[part])[row]
        ordinal = np.cumsum(first_of_runs(units[part])) - 1
        key = ordinal[row] * n_nodes + nodes[member]
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(first_of_runs(key))
        if first.size:
            greatest = np.maximum.reduceat(level[order], first)
            held = (key[first] % n_nodes) * levels.size + greatest
            cells, number = _number_of_each(held, n_nodes * levels.size)
            node, at = np.divmod(cells, levels.size)
            found.append((node, levels[at], number))
    return by_weight(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def by_weight(node: Counts, weight: Weights, count: Counts) -> tuple[Counts, Weights, Counts]:
    """Add up the counts of the same node and weight, and sort them by both."""
    order = np.lexsort((weight, node))
    node, weight, count = node[order], weight[order], count[order]
    new = first_of_runs(node)
    new[1:] |= weight[1:] != weight[:-1]
    first = np.flatnonzero(new)
    if not first.size:
        return node, weight, count
    return node[first], weight[first], np.add.reduceat(count, first)


def _number_of_each(keys: Counts, size: int) -> tuple[Counts, Counts]:
    """Return the distinct keys, which are below `size`, and how often each occurs."""
    if size <= 4 * keys.size:
        number = np.bincount(keys, minlength=size)
        there = np.flatnonzero(number)
        return there, number[there]
    keys = np.sort(keys)
    first = np.flatnonzero(first_of_runs(keys))
    return keys[first], np.diff(first, append=keys.size)


class _Masks:
    """For each code a row of bits, one for each node, so that a union of nodes is one OR.

    Parameters
    ----------
    under : Under
        Which codes lie under which nodes.
    """

    def __init__(self, under: Under) -> None:
        self._words: int = (under.n_nodes + _WORD - 1) // _WORD
        # Packed and unpacked through bytes, so that the order of bytes in a word does not matter.
        packed = np.zeros((under.n_codes, self._words * _WORD // 8), dtype=np.uint8)
        bit = np.left_shift(1, under.node & 7).astype(np.uint8)
        np.bitwise_or.at(packed, (under.code, under.node >> 3), bit)
        self._of_code = np.ascontiguousarray(packed.view(np.uint64).T)

    def rows_at_once(self, block: int) -> int:
        """Return how many rows to take at once so that more nodes do not take more memory."""
        return max(1, block // max(1, self._words))

    def rows(self, starts: Counts, code: Column) -> tuple[Counts, Counts]:
        """Return the distinct (unit, node) rows of a block's units, sorted by unit and node."""
        union = np.empty((starts.size, self._words), dtype=np.uint64)
        for word, of_code in enumerate(self._of_code):
            union[:, word] = np.bitwise_or.reduceat(of_code[code], starts)
        bits = np.unpackbits(union.reshape(-1).view(np.uint8), bitorder="little")
        owner, node = np.divmod(np.flatnonzero(bits.view(np.bool_)), max(1, self._words) * _WORD)
        return owner, node


class _Tally:
    """Adds up, block by block, how many units of a group carry a node.

    A node of a single code is that code's own count, so only the others go through bit masks: with
    hundreds of codes below dozens of themes that is the smaller part.
    """

    def __init__(self, membership: ArrayLike, n_groups: int) -> None:
        under = Under.of(membership)
        self._n_codes, self._n_nodes = under.n_codes, under.n_nodes
        self._n_groups = n_groups
        size = np.bincount(under.node, minlength=self._n_nodes)
        last = np.zeros(self._n_nodes, dtype=np.int64)
        last[under.node] = under.code
        self._single = np.flatnonzero(size == 1)
        self._single_code = last[self._single]
        self._several = np.flatnonzero(size > 1)
        self._under = under.only(self._several)
        self.masks = _Masks(self._under)
        self._of_two: Counts | None = None
        self._by_code, self._alone = np.zeros((2, self._n_codes, n_groups), dtype=np.int64)
        self._by_node = np.zeros((self._several.size, n_groups), dtype=np.int64)

    def add(self, unit: Column, code: Column, group: Column | None) -> None:
        """Add the rows of a block, sorted by unit."""
        check_ids("code", code, self._n_codes)
        first = first_of_runs(unit)
        if group is not None:
            self._check_groups(unit, group, first)
        if self._single.size:
            self._add_codes(unit, code, group, first)
        if self._several.size:
            self._add_nodes(code, group, first)

    def _add_codes(self, unit: Column, code: Column, group: Column | None, first: Flags) -> None:
        """Count the units with each code."""
        ahead = code[1:] > code[:-1]
        again = ~(first[1:] | ahead)
        if np.any(again & (code[1:] != code[:-1])):  # the codes of a unit are in no order
            starts, codes = distinct_rows(unit, code, self._n_codes)
            size = np.diff(starts, append=codes.size)
            of_unit = None if group is None else np.repeat(group[first], size)
            self._add(self._by_code, codes, of_unit)
            return
        if again.any():
            kept = np.append(True, ~again)
            code, group = code[kept], None if group is None else group[kept]
        self._add(self._by_code, code, group)

    def _add_nodes(self, code: Column, group: Column | None, first: Flags) -> None:
        """Count the units with each node of several codes."""
        # Most units have a row or two, of which their codes tell all; only more go through masks.
        ends = np.append(first[1:], True)
        alone = np.flatnonzero(first & ends)
        self._add(self._alone, code[alone], None if group is None else group[alone])
        left = np.ones(code.size, dtype=np.bool_)
        left[alone] = False
        if group is None and self._n_codes**2 <= max(_PAIRS, code.size):
            one = np.flatnonzero(first[:-1] & ~ends[:-1] & ends[1:])
            pair = code[one].astype(np.int64) * self._n_codes + code[one + 1]
            self._add(self._pairs(), pair, None)
            left[one] = left[one + 1] = False
        rows = np.flatnonzero(left)
        if rows.size:
            starts = np.flatnonzero(first[rows])
            owner, node = self.masks.rows(starts, code[rows])
            self._add(self._by_node, node, None if group is None else group[rows[starts]][owner])

    def _pairs(self) -> Counts:
        """Return how many units have which two codes in their two rows."""
        if self._of_two is None:
            self._of_two = np.zeros((self._n_codes, self._n_codes), dtype=np.int64)
        return self._of_two

    def total(self) -> Counts:
        """Return nodes × groups."""
        counts = np.zeros((self._n_nodes, self._n_groups), dtype=np.int64)
        counts[self._single] = self._by_code[self._single_code]
        counts[self._several] = self._by_node
        either = (
            None if self._of_two is None else self._of_two.sum(axis=0) + self._of_two.sum(axis=1)
        )
        for node, under in zip(self._several.tolist(), self._under.by_node(), strict=True):
            counts[node] += self._alone[under].sum(axis=0)
            if self._of_two is not None and either is not None:
                both = self._of_two[under][:, under].sum()
                counts[node, 0] += either[under].sum() - both
        return counts

    def _add(self, counts: Counts, line: Counts | Column, group: Column | None) -> None:
        key = line if group is None else line.astype(np.int64) * self._n_groups + group
        flat = counts.reshape(-1)
        if flat.size <= 4 * key.size:
            flat += np.bincount(key, minlength=flat.size)
        else:
            np.add.at(flat, key, 1)

    def _check_groups(self, unit: Column, group: Column, first: Flags) -> None:
        check_ids("group", group, self._n_groups)
        torn = np.flatnonzero(first_of_runs(group) & ~first)
        if torn.size:
            row = int(torn[0])
            raise StatisticsError(
                f"unit {unit[row]} lies in group {group[row - 1]} and in group {group[row]}: "
                "every row of a unit needs the same group"
            )
