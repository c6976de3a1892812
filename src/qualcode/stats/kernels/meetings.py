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
    expand_ranges,
    first_of_runs,
    in_order,
    key_blocks,
)
from qualcode.stats.kernels.spans import check_spans

__all__ = ["meeting_counts", "near_pair_counts"]

# Fewer rows than elsewhere: a block holds a table of its segments × the codes of their document.
_BLOCK = 1 << 13
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
    counts = np.zeros((n_codes, n_codes), dtype=np.int64)
    for met in _meetings(document, start, end, code, n_codes, gap, block):
        np.add.at(counts.reshape(-1), met.cell, np.minimum(met.there, met.back))
        counts.reshape(-1)[:: n_codes + 1] += met.own
    return counts


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
    counts = np.zeros((n_codes, n_codes), dtype=np.int64)
    for met in _meetings(document, start, end, code, n_codes, gap, block):
        np.add.at(counts.reshape(-1), met.cell, met.there)
        counts.reshape(-1)[:: n_codes + 1] += met.own
    return counts


@attrs.frozen(eq=False)
class _Met:
    """What met in a block: for each document and ordered pair of its codes, where not zero."""

    own: Counts  # distinct segments of each code
    cell: Counts  # A * n_codes + B
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
    order = np.lexsort((group, right, left))
    left, right, group = left[order], right[order], group[order]
    keep = np.concatenate([[True], _ahead(left, right, group)])
    return left[keep], right[keep], group[keep]


def _ahead(left: Counts, right: Counts, group: Counts) -> Flags:
    """Mark the segments, from the second on, that sort strictly behind the one before."""
    ahead: Flags = group[1:] > group[:-1]
    for column in (right, left):
        ahead = (column[1:] > column[:-1]) | ((column[1:] == column[:-1]) & ahead)
    return ahead


def _met(left: Counts, right: Counts, group: Counts, gap: int | None, n_codes: int) -> _Met:
    """Count the meetings of sorted, distinct segments; a group is a code of a document."""
    groups, of_segment = np.unique(group, return_inverse=True)
    ordinal, code = np.divmod(groups, n_codes)
    # A document's codes are numbered from 0, so that tables are as wide as a document needs.
    first = np.flatnonzero(first_of_runs(ordinal))[ordinal]
    local = np.arange(groups.size) - first
    width = int(local.max()) + 1

    met = _hits(left, right, local[of_segment], width, gap)
    segment, other = np.divmod(met, width)
    cells = of_segment[segment] * width + other
    count = np.bincount(cells, minlength=groups.size * width)
    # Looking for what is marked is several times faster than looking for what was counted.
    marked = np.zeros(count.size, dtype=np.bool_)
    marked[cells] = True
    mine, other = np.divmod(np.flatnonzero(marked), width)
    other += first[mine]
    apart = mine != other
    mine, other = mine[apart], other[apart]
    return _Met(
        own=np.bincount(code[of_segment], minlength=n_codes),
        cell=code[mine] * n_codes + code[other],
        there=count[mine * width + local[other]],
        back=count[other * width + local[mine]],
    )


def _hits(left: Counts, right: Counts, local: Counts, width: int, gap: int | None) -> Counts:
    """Return segment * width + code for every code of its document that a segment meets."""
    # Of two segments the earlier one decides: the later meets it if it starts before its end.
    low = np.arange(1, left.size + 1)
    if gap is None:
        high = np.searchsorted(left, right, side="left")
    else:
        high = np.searchsorted(left, right + gap, side="right")
    so_far = np.cumsum(high - low)
    met = np.zeros(left.size * width, dtype=np.bool_)
    start = 0
    while start < left.size:
        listed = int(so_far[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(so_far, listed + _PAIRS, side="right")))
        earlier, later = expand_ranges(low[start:stop], high[start:stop])
        earlier += start
        met[earlier * width + local[later]] = True
        met[later * width + local[earlier]] = True
        start = stop
    return np.flatnonzero(met)
