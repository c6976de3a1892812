"""Which codes something carries that lies in many partitions, as bits: they unite by OR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.stats.kernels.blocks import (
    BLOCK,
    Counts,
    Flags,
    Under,
    as_columns,
    check_ids,
    distinct_keys,
    expand_ranges,
    first_of_runs,
)
from qualcode.stats.kernels.nodes import node_counts, node_pair_counts

__all__ = [
    "Bits",
    "carried_codes",
    "code_presence",
    "presence_counts",
    "presence_pair_counts",
    "present_nodes",
]

Bits: TypeAlias = NDArray[np.uint8]

# Cells of a table of things × codes that is unpacked at once.
_CELLS = 1 << 22


def code_presence(
    thing: ArrayLike, n_things: int, code: ArrayLike, n_codes: int, *, block: int = BLOCK
) -> Bits:
    """Mark which things carry which codes.

    Parameters
    ----------
    thing, code : arrays of int
        Which thing carries which code, in any order.
    n_things, n_codes : int
        How many there are.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of uint8, things × (codes / 8, rounded up)
        A bit for each code, the lowest of a byte first. Those of several partitions are united by
        OR: 25 MB for a million things and 200 codes.

    Raises
    ------
    StatisticsError
        When the columns differ in length or an entry is out of range.

    Examples
    --------
    >>> code_presence([0, 1, 0], 2, [0, 9, 2], 10)
    array([[5, 0],
           [0, 2]], dtype=uint8)
    """
    things, codes = as_columns(thing=thing, code=code)
    check_ids("thing", things, n_things)
    check_ids("code", codes, n_codes)
    width = (n_codes + 7) // 8
    bits = np.zeros(n_things * width, dtype=np.uint8)
    for start in range(0, things.size, block):
        part = things[start : start + block]
        # From the least thing of the block on, so that sorted things need a small table.
        low = int(part.min())
        size = (int(part.max()) - low + 1) * width * 8
        own = part.astype(np.int64) - low
        keys = distinct_keys(own * (width * 8) + codes[start : start + block], size)
        byte = keys >> 3
        first = np.flatnonzero(first_of_runs(byte))
        found = np.bitwise_or.reduceat(np.left_shift(1, keys & 7).astype(np.uint8), first)
        bits[low * width + byte[first]] |= found
    return bits.reshape(n_things, width)


def presence_counts(bits: Bits, membership: ArrayLike) -> Counts:
    """Count the things that carry any code of a node, for every node.

    Parameters
    ----------
    bits : array of uint8
        As `code_presence` returns.
    membership : array of bool, codes × nodes
        As for `node_counts`.

    Examples
    --------
    >>> bits = code_presence([0, 1, 1], 2, [0, 0, 1], 2)
    >>> presence_counts(bits, [[True, False, True], [False, True, True]])
    array([2, 1, 2])
    """
    under = Under.of(membership)
    counts = np.zeros(under.n_nodes, dtype=np.int64)
    for thing, code in carried_codes(bits, under.n_codes):
        counts += node_counts(thing, code, membership)
    return counts


def present_nodes(bits: Bits, membership: ArrayLike) -> Flags:
    """Tell which things carry any code of which node.

    Parameters
    ----------
    bits : array of uint8
        As `code_presence` returns.
    membership : array of bool, codes × nodes
        As for `node_counts`.

    Returns
    -------
    array of bool, nodes × things

    Examples
    --------
    >>> bits = code_presence([0, 1, 1], 2, [0, 0, 1], 2)
    >>> present_nodes(bits, [[True, False], [True, True]]).astype(int)
    array([[1, 1],
           [0, 1]])
    """
    under = Under.of(membership)
    found = np.zeros((under.n_nodes, len(bits)), dtype=np.bool_)
    starts = under.starts
    for thing, code in carried_codes(bits, under.n_codes):
        owner, place = expand_ranges(starts[code], starts[code + 1])
        found[under.node[place], thing[owner]] = True
    return found


def presence_pair_counts(bits: Bits, membership: ArrayLike) -> Counts:
    """Count the things that carry codes of both nodes, for every pair of nodes.

    Parameters
    ----------
    bits : array of uint8
        As `code_presence` returns.
    membership : array of bool, codes × nodes
        As for `node_counts`.

    Examples
    --------
    >>> bits = code_presence([0, 1, 1], 2, [0, 0, 1], 2)
    >>> presence_pair_counts(bits, [[True, False], [False, True]])
    array([[2, 1],
           [1, 1]])
    """
    under = Under.of(membership)
    counts = np.zeros((under.n_nodes, under.n_nodes), dtype=np.int64)
    for thing, code in carried_codes(bits, under.n_codes):
        counts += node_pair_counts(thing, code, membership)
    return counts


def carried_codes(bits: Bits, n_codes: int) -> Iterator[tuple[Counts, Counts]]:
    """Yield which thing carries which code, some things at a time."""
    at_once = max(1, _CELLS // max(1, n_codes))
    for start in range(0, len(bits), at_once):
        part = bits[start : start + at_once]
        flags = np.unpackbits(part, axis=1, count=n_codes, bitorder="little").view(np.bool_)
        thing, code = np.divmod(np.flatnonzero(flags), max(1, n_codes))
        yield thing, code
