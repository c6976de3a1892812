"""Segments of two codes that meet: share text, or lie within a gap of each other."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qualcode.errors import StatisticsError
from qualcode.stats.kernels.blocks import (
    Counts,
    Flags,
    as_columns,
    check_ids,
    distinct_keys,
    expand_ranges,
    first_of_runs,
    in_order,
    key_blocks,
    mirrored,
)
from qualcode.stats.kernels.spans import check_spans

__all__ = ["meeting_counts", "near_pair_counts"]

# Fewer rows than elsewhere: a block holds a table of its segments × the codes of their document.
_BLOCK = 1 << 11
# Pairs of segments listed at once.
_PAIRS = 1 << 17


def near_pair_counts(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    gap: int | None = None,
    block: int = _BLOCK,
) -> Counts:
    """Count the segments in which two codes meet, for every pair of codes.

    In a document, let m(A, B) be the number of distinct segments of A that meet at least one
    segment of B. The document counts min(m(A, B), m(B, A)) for the pair, and documents add up.
    Unlike a count of overlapping pairs of quotations, this never exceeds the smaller of the codes'
    own counts, so that coefficients made of it stay in their range.

    Parameters
    ----------
    document, start, end, code : arrays of int
        One segment with its code for each row; the same segment and code in several rows is one.
        Rows sorted by document, start, end and code are read in place.
    n_codes : int
        The number of codes.
    gap : int, optional
        None: segments meet when they share at least one code point. A number: also when at most
        that many code points lie between them, so that 0 takes in segments that touch.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of int64, n_codes × n_codes
        Symmetric; on the diagonal the distinct segments of the code.

    Raises
    ------
    StatisticsError
        When the columns differ in length, a code is out of range, a span is empty or the gap is
        negative.

    Examples
    --------
    Two segments of code 0 meet one long segment of code 1:

    >>> near_pair_counts([0, 0, 0], [0, 5, 0], [3, 8, 9], [0, 0, 1], 2)
    array([[2, 1],
           [1, 1]])
    """
    upper = np.zeros(n_codes * n_codes, dtype=np.int64)
    for met in _meetings(document, start, end, code, n_codes, gap, block):
        np.add.at(upper, met.one * n_codes + met.other, np.minimum(met.there, met.back))
        upper[:: n_codes + 1] += met.own
    return mirrored(upper.reshape(n_codes, n_codes))


def meeting_counts(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    gap: int | None = None,
    block: int = _BLOCK,
) -> Counts:
    """Count each code's segments that meet another code, for every ordered pair of codes.

    Parameters
    ----------
    document, start, end, code, n_codes, gap, block
        As for `near_pair_counts`.

    Returns
    -------
    array of int64, n_codes × n_codes
        In row A and column B the distinct segments of A that meet at least one segment of B; on the
        diagonal the distinct segments of the code.

    Raises
    ------
    StatisticsError
        As `near_pair_counts`.

    Examples
    --------
    >>> meeting_counts([0, 0, 0], [0, 5, 0], [3, 8, 9], [0, 0, 1], 2)
    array([[2, 2],
           [1, 1]])
    """
    counts = np.zeros(n_codes * n_codes, dtype=np.int64)
    for met in _meetings(document, start, end, code, n_codes, gap, block):
        np.add.at(counts, met.one * n_codes + met.other, met.there)
        np.add.at(counts, met.other * n_codes + met.one, met.back)
        counts[:: n_codes + 1] += met.own
    return counts.reshape(n_codes, n_codes)


@attrs.frozen(eq=False)
class _Met:
    """What met in a block, for each document and pair of its codes A < B."""

    own: Counts  # distinct segments of each code
    one: Counts  # A
    other: Counts  # B
    there: Counts  # m(A, B)
    back: Counts  # m(B, A)


def _meetings(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    gap: int | None,
    block: int,
) -> Iterator[_Met]:
    if gap is not None and gap < 0:
        raise StatisticsError(
            f"a gap of {gap} code points is none: give 0 or more, or None for shared text"
        )
    columns = in_order(*as_columns(document=document, start=start, end=end, code=code))
    for part in key_blocks(columns[0], block):
        doc, left, right, codes = (column[part] for column in columns)
        check_spans(doc, left, right)
        check_ids("code", codes, n_codes)
        # The documents end to end, too far apart for a gap to reach across.
        ordinal = np.cumsum(first_of_runs(doc)) - 1
        reach = 0 if gap is None else gap
        origin = ordinal * (int(right.max()) + reach + 1)
        segments = _distinct(origin + left, origin + right, ordinal * n_codes + codes)
        yield _met(*segments, gap, n_codes)


def _distinct(left: Counts, right: Counts, group: Counts) -> tuple[Counts, Counts, Counts]:
    """Sort segments by start, end and group, and drop repeated ones."""
    ahead = _ahead(left, right, group)
    if ahead.all():
        return left, right, group
    stays = np.flatnonzero(~ahead)
    if any(np.any(column[stays + 1] != column[stays]) for column in (left, right, group)):
        order = np.lexsort((group, right, left))
        left, right, group = left[order], right[order], group[order]
        ahead = _ahead(left, right, group)
    keep = np.concatenate([[True], ahead])
    return left[keep], right[keep], group[keep]


def _ahead(left: Counts, right: Counts, group: Counts) -> Flags:
    """Mark the segments, from the second on, that sort strictly behind the one before."""
    ahead: Flags = group[1:] > group[:-1]
    for column in (right, left):
        ahead = (column[1:] > column[:-1]) | ((column[1:] == column[:-1]) & ahead)
    return ahead


def _met(left: Counts, right: Counts, group: Counts, gap: int | None, n_codes: int) -> _Met:
    """Count the meetings of sorted, distinct segments; a group is a code of a document."""
    groups = distinct_keys(group, (int(group[-1]) // n_codes + 1) * n_codes)
    of_segment = np.searchsorted(groups, group)
    ordinal, code = np.divmod(groups, n_codes)
    # A document's codes are numbered from 0, so that tables are as wide as a document needs.
    first = np.flatnonzero(first_of_runs(ordinal))[ordinal]
    local = np.arange(groups.size) - first
    width = int(local.max()) + 1

    place = local[of_segment]
    seen_codes, seen_cells = _Seen(left.size * width), _Seen(groups.size * width)
    count = np.zeros(groups.size * width, dtype=np.int64)
    found = []
    for earlier, later in _meeting_pairs(left, right, gap):
        # Each segment with each code it meets, once.
        segment = np.concatenate([earlier, later])
        other = np.concatenate([place[later], place[earlier]])
        new = seen_codes.first(segment * width + other)
        mine, other = of_segment[segment[new]], other[new]
        cell = mine * width + other
        np.add.at(count, cell, 1)
        # Each pair of groups, once.
        other += first[mine]
        upper = np.flatnonzero(mine < other)
        mine, other = mine[upper], other[upper]
        new = seen_cells.first(cell[upper])
        found.append((mine[new], other[new]))
    mine, other = (np.concatenate(part) for part in zip(*found, strict=True))
    return _Met(
        own=np.bincount(code[of_segment], minlength=n_codes),
        one=code[mine],
        other=code[other],
        there=count[mine * width + local[other]],
        back=count[other * width + local[mine]],
    )


class _Seen:
    """Tells which keys come for the first time, without sorting them.

    Parameters
    ----------
    size : int
        Keys run from 0 to `size` − 1.
    """

    def __init__(self, size: int) -> None:
        self._turn_of = np.zeros(size, dtype=np.int32)

    def first(self, keys: Counts) -> Counts:
        """Return the positions of the keys not seen before, one for each distinct key."""
        new = self._turn_of[keys] == 0
        # Of several that write their turn to the same place only one reads its own there again.
        turn = np.arange(1, keys.size + 1, dtype=np.int32)
        self._turn_of[keys] = turn
        return np.flatnonzero(new & (self._turn_of[keys] == turn))


def _meeting_pairs(left: Counts, right: Counts, gap: int | None) -> Iterator[tuple[Counts, Counts]]:
    """Yield the pairs of segments that meet, the one that starts earlier first, some at a time."""
    # The later meets the earlier if it starts before that ends, or soon enough after.
    low = np.arange(1, left.size + 1)
    if gap is None:
        high = np.searchsorted(left, right, side="left")
    else:
        high = np.searchsorted(left, right + gap, side="right")
    pairs = np.cumsum(high - low)
    start = 0
    while start < left.size:
        done = int(pairs[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(pairs, done + _PAIRS, side="right")))
        earlier, later = expand_ranges(low[start:stop], high[start:stop])
        yield earlier + start, later
        start = stop
