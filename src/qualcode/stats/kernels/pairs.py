"""Pairs of codes that the same unit carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.stats.kernels.blocks import (
    BLOCK,
    Column,
    Counts,
    Flags,
    as_columns,
    check_ids,
    distinct_keys,
    first_of_runs,
    in_order,
    key_blocks,
    mirrored,
)

__all__ = ["PairCounter", "chosen_pairs", "distinct_rows", "pair_counts"]

# Codes beyond which most pairs never meet, so that a matrix of all is filled only at the end.
_MANY = 4096
# Keys made at once, to stay in the processor's cache.
_KEYS = 1 << 17


def pair_counts(unit: ArrayLike, code: ArrayLike, n_codes: int, *, block: int = BLOCK) -> Counts:
    """Count the units that carry both codes, for every pair of codes.

    Parameters
    ----------
    unit : array of int
        The unit of each row. Rows sorted by unit are read in place.
    code : array of int
        The code of each row, from 0 to `n_codes` − 1.
    n_codes : int
        The number of codes.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of int64, n_codes × n_codes
        Distinct units; symmetric; on the diagonal the units that carry the code at all.

    Raises
    ------
    StatisticsError
        When the columns differ in length or a code is out of range.

    Examples
    --------
    >>> pair_counts([0, 0, 1, 1, 1], [0, 1, 0, 0, 2], 3)
    array([[2, 1, 1],
           [1, 1, 0],
           [1, 0, 1]])
    """
    unit, code = in_order(*as_columns(unit=unit, code=code))
    if n_codes > _MANY:
        return _sparse_counts(unit, code, n_codes)
    counter = PairCounter(n_codes)
    for part in key_blocks(unit, block):
        check_ids("code", code[part], n_codes)
        counter.add(*distinct_rows(unit[part], code[part], n_codes))
    return counter.counts()


def _sparse_counts(unit: Column, code: Column, n_codes: int) -> Counts:
    """Count pairs of so many codes that most never meet."""
    from scipy.sparse import csr_array

    check_ids("code", code, n_codes)
    row = np.cumsum(first_of_runs(unit)) - 1
    shape = (int(row[-1]) + 1 if row.size else 0), n_codes
    carried = csr_array((np.ones(row.size, dtype=np.int64), (row, code)), shape=shape)
    carried.sum_duplicates()
    carried.data[:] = 1
    counts: Counts = (carried.T @ carried).toarray()
    return counts


def chosen_pairs(counts: Counts, chosen: NDArray[np.intp]) -> Counts:
    """Return the counts of some codes; the same array where these are all of them, in order."""
    if np.array_equal(chosen, np.arange(len(counts))):
        return counts
    return counts[np.ix_(chosen, chosen)]


def distinct_rows(unit: Column, code: Column, n_codes: int) -> tuple[Counts, Counts]:
    """Drop repeated rows and sort each unit's codes.

    Parameters
    ----------
    unit, code : arrays of int
        The rows of a block, sorted by unit; not empty.
    n_codes : int
        The number of codes.

    Returns
    -------
    starts : array of int
        Where each unit begins in `codes`.
    codes : array of int64
        Strictly ascending within a unit.

    Examples
    --------
    >>> starts, codes = distinct_rows(np.array([4, 4, 4, 7]), np.array([2, 0, 2, 1]), 3)
    >>> starts.tolist(), codes.tolist()
    ([0, 2], [0, 2, 1])
    """
    first = first_of_runs(unit)
    keep = first.copy()
    keep[1:] |= code[1:] > code[:-1]
    if keep.all():
        return np.flatnonzero(first), code.astype(np.int64)
    if np.all(keep[1:] | (code[1:] == code[:-1])):
        return np.flatnonzero(first[keep]), code[keep].astype(np.int64)
    row = np.cumsum(first) - 1
    keys = distinct_keys(row * n_codes + code, int(row[-1] + 1) * n_codes)
    row, codes = np.divmod(keys, n_codes)
    return np.flatnonzero(first_of_runs(row)), codes


class PairCounter:
    """Adds up, block by block, how many units carry both codes of a pair.

    Parameters
    ----------
    n_codes : int
        The number of codes.
    """

    def __init__(self, n_codes: int) -> None:
        self._n_codes = n_codes
        # Only pairs with first <= second are filled in; codes ascend within a unit.
        self._upper = np.zeros(n_codes * n_codes, dtype=np.int64)
        # Both triangles of the units that are multiplied; made when a block first has such units.
        self._square: NDArray[np.float64] | None = None

    def add(self, starts: Counts, codes: Counts) -> None:
        """Add the units of a block, as `distinct_rows` returns them."""
        self._upper[:: self._n_codes + 1] += np.bincount(codes, minlength=self._n_codes)
        size = np.diff(starts, append=codes.size)
        dense = self._dense(size)
        self._add_lists(starts, size, (size > 1) & ~dense, codes)
        if dense.any():
            self._add_matrix(size, dense, codes)

    def counts(self) -> Counts:
        """Return the symmetric matrix of what was added."""
        counts = mirrored(self._upper.reshape(self._n_codes, self._n_codes))
        if self._square is not None:
            counts += self._square.astype(np.int64)
        return counts

    def _dense(self, size: Counts) -> Flags:
        """Choose the units to multiply as a matrix; the pairs of the others are listed.

        The costs are estimates in nanoseconds, measured for 20 to 5000 codes: size² to list the
        pairs of a unit; n_codes² / 64 + n_codes to multiply it, whatever it carries; and 4 n_codes²
        for the product of a block, however few its units.
        """
        listing = size * size
        multiplying = self._n_codes**2 // 64 + self._n_codes
        dense: Flags = (size > 1) & (listing > multiplying)
        if int(np.sum(listing[dense] - multiplying)) < 4 * self._n_codes**2:
            dense[:] = False
        return dense

    def _add_lists(self, starts: Counts, size: Counts, chosen: Flags, codes: Counts) -> None:
        """List the pairs of the chosen units, those of equal size together."""
        at, size = starts[chosen], size[chosen]
        # In the narrowest type, because NumPy sorts up to 16 bits by radix.
        order = np.argsort(size.astype(np.min_scalar_type(self._n_codes)), kind="stable")
        of_size = np.bincount(size)
        ends = np.cumsum(of_size)
        for items in np.flatnonzero(of_size).tolist():
            units = at[order[ends[items] - of_size[items] : ends[items]]]
            first, second = np.triu_indices(items, 1)
            width = max(1, _KEYS // first.size)
            member = np.arange(items)[:, None]
            for start in range(0, units.size, width):
                # One column for each unit, one line for each of its codes.
                table = codes[units[start : start + width] + member]
                keys = (table * self._n_codes)[first]
                keys += table[second]
                np.add.at(self._upper, keys.ravel(), 1)

    def _add_matrix(self, size: Counts, chosen: Flags, codes: Counts) -> None:
        """Multiply the units × codes matrix of the chosen units with itself."""
        units = int(np.count_nonzero(chosen))
        row = np.repeat(np.cumsum(chosen) - 1, size)
        of_chosen = np.repeat(chosen, size)
        # Sums of ones are exact in single precision up to 2**24, in double up to 2**53.
        real = np.float32 if units <= 1 << 24 else np.float64
        matrix = np.zeros((units, self._n_codes), dtype=real)
        matrix[row[of_chosen], codes[of_chosen]] = 1
        product = matrix.T @ matrix
        np.fill_diagonal(product, 0)
        if self._square is None:
            self._square = np.zeros(product.shape, dtype=np.float64)
        self._square += product
