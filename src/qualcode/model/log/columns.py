"""Columns of rows: those that hold one value cost nothing, and five of them are sorted as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Order", "by_place", "is_constant", "joined", "repeated", "taken"]

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Order = npt.NDArray[np.intp]
"""Numbers of rows."""

_BITS = 63
"""Of a number that is packed: one for the sign is left."""
_RADIX = 16
"""Bits of numbers that NumPy sorts by their digits, in time that grows with their count alone."""


def is_constant(column: npt.NDArray[Any]) -> bool:
    """Tell whether a column has one value in all rows, as many have."""
    if len(column) and column[0] != column[0]:
        return bool(np.isnan(column).all())
    return column.strides == (0,) or bool((column == column[:1]).all())


def repeated(value: Any, count: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return a column with one value in all rows, which is in memory once and cannot be written to.

    Examples
    --------
    >>> repeated(7, 3, np.int32).tolist()
    [7, 7, 7]
    """
    return np.broadcast_to(np.array(value, dtype=dtype), (count,))


def taken(column: npt.NDArray[Any], rows: Order) -> npt.NDArray[Any]:
    """Return some rows of a column."""
    if len(rows) and is_constant(column):
        return repeated(column[0], len(rows), column.dtype)
    return column.take(rows)


def joined(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return columns one after the other, none of them empty."""
    first = np.array([column[0] for column in columns], dtype=columns[0].dtype)
    if is_constant(first) and all(map(is_constant, columns)):
        return repeated(first[0], sum(map(len, columns)), first.dtype)
    return np.concatenate(columns)


def by_place(rows: Any, hint: Order | None = None) -> tuple[Order, Flags]:
    """Return the stable order of rows by document, start, end, code and coder, and where one is new.

    Parameters
    ----------
    rows : object
        Anything with these five columns.
    hint : array of int, optional
        The numbers of all rows in an order that may be the one looked for, or nearly. It is looked through
        before it is believed, so a wrong one costs time and nothing else.

    Returns
    -------
    order : array of int
        Numbers of rows.
    new : array of bool
        For each of them, whether it is about another assignment than the one before; so of the first.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> one = np.zeros(3, dtype=np.int32)
    >>> start, end = np.array([5, 0, 5]), np.array([9, 2, 9])
    >>> rows = SimpleNamespace(document=one, start=start, end=end, code=one, coder=one)
    >>> order, new = by_place(rows)
    >>> order.tolist(), new.tolist()
    ([1, 0, 2], [True, True, False])
    """
    packed = _packed(rows)
    if packed is None:
        columns = [rows.document, rows.start, rows.end, rows.code, rows.coder]
        order = np.lexsort(columns[::-1])
        return order, _new_at([column[order] for column in columns])
    key, bits = packed
    count = len(key)
    if _is_sorted(key):
        return np.arange(count), _new_at([key])
    told = hint is not None and len(hint) == count
    order = hint if hint is not None and told else np.arange(count)
    along = key[order] if told else key
    if 0 < np.count_nonzero(along[1:] < along[:-1]) < count >> 6:
        # A few long runs, as of several files, or of rows added since: merged, they cost a tenth of sorting.
        again = np.argsort(along, kind="stable")
        along, order = along[again], order[again]
    new = _new_at([along])
    if _is_sorted(along) and bool(np.all(new[1:] | (order[1:] > order[:-1]))):
        return order, new
    order = _sorting(key, bits)
    return order, _new_at([key[order]])


def _packed(rows: Any) -> tuple[Longs, int] | None:
    """Return the five columns in one, and how many bits it has; None where they are more than fit."""
    if not len(rows.document):
        return np.zeros(0, dtype=np.int64), 0
    # Of ends that follow the same start, the longer is the later, and lengths need fewer bits.
    columns = rows.document, rows.start, rows.end - rows.start, rows.code, rows.coder
    if min(int(column.min()) for column in columns) < 0:
        return None
    sizes = [int(column.max()).bit_length() for column in columns]
    if sum(sizes) > _BITS:
        return None
    key = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        key <<= size
        key |= column
    return key, sum(sizes)


def _sorting(key: Longs, bits: int) -> Order:
    """Return the stable order of numbers of so many bits."""
    # Numbers with their row below them are sorted as such, several times as quickly as rows by numbers.
    room = len(key).bit_length()
    above = bits + room - _BITS
    if above > _RADIX:
        return np.argsort(key, kind="stable")
    low = bits - max(above, 0)
    top = (key >> low).astype(np.uint16)
    order = np.argsort(top, kind="stable") if above > 0 else np.arange(len(key))
    both = key[order] if above > 0 else key.copy()
    both &= (1 << low) - 1
    both <<= room
    both |= np.arange(len(key))
    first = 0
    for end in np.cumsum(np.bincount(top)).tolist() if above > 0 else [len(key)]:
        both[first:end].sort()
        first = end
    both &= (1 << room) - 1
    return order[both] if above > 0 else both


def _is_sorted(key: Longs) -> bool:
    return bool(np.all(key[1:] >= key[:-1]))


def _new_at(columns: Sequence[npt.NDArray[Any]]) -> Flags:
    """Return where sorted columns hold something else than one row above."""
    new = np.zeros(len(columns[0]), dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new
