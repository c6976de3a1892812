"""Columns in blocks of whole units: what every kernel stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError

__all__ = [
    "BLOCK",
    "Column",
    "Counts",
    "Flags",
    "Under",
    "as_columns",
    "as_flags",
    "check_ids",
    "distinct_keys",
    "expand_ranges",
    "first_of_runs",
    "in_order",
    "key_blocks",
    "mirrored",
]

Column: TypeAlias = NDArray[np.signedinteger[Any]]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

BLOCK = 1 << 18
"""Rows in a block: enough to drown the cost of a call, few enough for a processor's cache."""

# Keys are sorted by marking them in a table as long as it has at most this many cells for each key.
_CELLS = 256

# Bytes; just below the most that glibc will learn (32 MiB on 64 bits).
_KEPT = 31 << 20


def key_blocks(key: Column, block: int = BLOCK) -> Iterator[slice]:
    """Cut sorted rows into blocks that never split a key.

    Parameters
    ----------
    key : array of int
        Non-decreasing; the unit or document of each row.
    block : int
        The number of rows aimed at. A block is larger only when a single key has more rows.

    Yields
    ------
    slice
        Never empty; together they cover every row in order.

    Examples
    --------
    >>> list(key_blocks(np.array([0, 0, 1, 2, 2, 2, 2]), 3))
    [slice(0, 3, None), slice(3, 7, None)]
    """
    if block < 1:
        raise StatisticsError(f"a block of {block} rows holds nothing: block must be at least 1")
    # Taken and given back untouched, hence free. It teaches the allocator of glibc to keep memory of
    # up to this size at hand instead of returning it to the system after every block and having it
    # cleared again for the next, which can cost as much as the counting itself.
    np.empty(_KEPT, dtype=np.uint8)
    start = 0
    while start < key.size:
        stop = min(start + block, key.size)
        if stop < key.size:
            # Looking for an element of the array itself keeps its dtype, hence copies nothing.
            stop = int(np.searchsorted(key, key[stop], side="left"))
            if stop <= start:
                stop = int(np.searchsorted(key, key[start], side="right"))
        yield slice(start, stop)
        start = stop


def as_columns(**named: ArrayLike) -> tuple[Column, ...]:
    """Return the named columns as arrays, having checked that they are integer and equally long."""
    columns = {name: _as_array(name, values) for name, values in named.items()}
    length = next(iter(columns.values())).size
    for name, column in columns.items():
        if column.ndim != 1 or column.size != length:
            raise StatisticsError(
                f"column {name!r} has shape {column.shape} beside columns of {length} rows: "
                "all columns need one value for each row"
            )
        if column.size and column.dtype.kind not in "iu":
            raise StatisticsError(
                f"column {name!r} holds {column.dtype}: give integers (positions in a vocabulary)"
            )
    return tuple(
        # Unsigned integers would turn into floats beside signed ones.
        column if column.dtype.kind == "i" else column.astype(np.int64)
        for column in columns.values()
    )


def _as_array(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StatisticsError(f"column {name!r} is no array of integers: {error}") from error


@attrs.frozen(eq=False)
class Under:
    """Which codes lie under which nodes, as pairs.

    Parameters
    ----------
    n_codes, n_nodes : int
        How many there are.
    code, node : array of int
        The pairs, sorted by both.
    """

    n_codes: int
    n_nodes: int
    code: Counts
    node: Counts

    @classmethod
    def of(cls, membership: Any) -> Under:
        """Return the pairs of a matrix of booleans, codes × nodes, dense or sparse."""
        if hasattr(membership, "tocsr"):
            rows = membership.tocsr()
            rows.sort_indices()
            code = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
            return cls(rows.shape[0], rows.shape[1], code, rows.indices.astype(np.int64))
        matrix = _as_membership(membership)
        code, node = np.nonzero(matrix)
        return cls(matrix.shape[0], matrix.shape[1], code, node)

    @property
    def starts(self) -> Counts:
        """Where the pairs of each code begin, and those of the last one end."""
        return np.searchsorted(self.code, np.arange(self.n_codes + 1))

    def by_node(self) -> Iterator[Counts]:
        """Yield the codes of each node."""
        order = np.argsort(self.node, kind="stable")
        ends = np.cumsum(np.bincount(self.node, minlength=self.n_nodes))
        yield from np.split(self.code[order], ends[:-1]) if self.n_nodes else ()

    def above(self, codes: Counts) -> Counts:
        """Return the nodes that any of some codes lies under."""
        return np.unique(self.node[np.isin(self.code, codes)])

    def only(self, nodes: Counts) -> Under:
        """Return the pairs of some nodes, numbered anew."""
        number = np.full(self.n_nodes, -1, dtype=np.int64)
        number[nodes] = np.arange(nodes.size)
        kept = number[self.node] >= 0
        return Under(self.n_codes, nodes.size, self.code[kept], number[self.node[kept]])


def as_flags(membership: Any) -> Flags:
    """Return a matrix of booleans that is not sparse: of few codes, or of some rows."""
    flags: Flags = membership.toarray() if hasattr(membership, "toarray") else membership
    return flags


def _as_membership(membership: ArrayLike) -> Flags:
    """Return the codes × nodes matrix, having checked that it is one of booleans."""
    matrix = np.asarray(membership)
    if matrix.ndim != 2 or matrix.dtype != np.bool_:
        raise StatisticsError(
            f"membership has shape {matrix.shape} of {matrix.dtype}: "
            "give booleans, one row for each code and one column for each node"
        )
    return matrix


def check_ids(name: str, values: Column, count: int) -> None:
    """Refuse values that are no position in a vocabulary of `count` entries."""
    if values.size:
        low, high = int(values.min()), int(values.max())
        if low < 0 or high >= count:
            raise StatisticsError(
                f"column {name!r} holds {low if low < 0 else high}, "
                f"but its {count} entries are numbered from 0 to {count - 1}"
            )


def in_order(key: Column, *columns: Column) -> tuple[Column, ...]:
    """Return the columns sorted by the key, and as they are when they are sorted already.

    Rows with equal keys keep their order. Columns that consist of a few sorted stretches, such as
    several partitions put together, are merged rather than sorted anew.
    """
    if _is_sorted(key):
        return (key, *columns)
    order = np.argsort(key, kind="stable")
    return tuple(column[order] for column in (key, *columns))


def _is_sorted(key: Column) -> bool:
    starts = range(0, key.size, BLOCK)
    return all(
        bool(np.all(piece[1:] >= piece[:-1]))
        # One more row than a block, to compare across its end.
        for piece in (key[start : start + BLOCK + 1] for start in starts)
    )


def first_of_runs(key: Column) -> Flags:
    """Mark each row whose key differs from the row before; the first row is always marked."""
    first = np.ones(key.size, dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=first[1:])
    return first


def distinct_keys(keys: Counts, size: int) -> Counts:
    """Return the sorted distinct keys, which run from 0 to `size` − 1.

    Examples
    --------
    >>> distinct_keys(np.array([5, 2, 5, 0]), 6)
    array([0, 2, 5])
    """
    if size <= _CELLS * keys.size:
        marked = np.zeros(size, dtype=np.bool_)
        marked[keys] = True
        return np.flatnonzero(marked)
    # Not np.unique, whose hashing can be many times slower on keys that are packed from two.
    keys = np.sort(keys)
    return keys[first_of_runs(keys)]


def expand_ranges(low: Counts, high: Counts) -> tuple[Counts, Counts]:
    """List the members of many ranges at once.

    Parameters
    ----------
    low, high : array of int
        Range `i` holds ``low[i], …, high[i] - 1``; it is empty when ``high[i] <= low[i]``.

    Returns
    -------
    owner, member : arrays of int
        Which range, and which member of it; ordered by range, then by member.

    Examples
    --------
    >>> owner, member = expand_ranges(np.array([5, 0, 7]), np.array([7, 0, 8]))
    >>> owner.tolist(), member.tolist()
    ([0, 0, 2], [5, 6, 7])
    """
    length = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(length.size), length)
    # From a member's place among all members to its place in its own range, starting at low.
    shift = low - (np.cumsum(length) - length)
    return owner, np.arange(owner.size) + shift[owner]


def mirrored(upper: Counts) -> Counts:
    """Return the symmetric matrix whose upper triangle and diagonal are given."""
    counts = upper + upper.T
    np.fill_diagonal(counts, upper.diagonal())
    return counts
