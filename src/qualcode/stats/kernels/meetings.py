"""Segments of two codes that meet: share text, lie near each other, or one inside the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from numbers import Integral, Real

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.stats.kernels.blocks import (
    BLOCK,
    Column,
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
from qualcode.stats.kernels.compiling import available
from qualcode.stats.kernels.spans import check_spans
from qualcode.stats.kernels.sweeping import sweep

__all__ = ["Meets", "meeting_counts", "near_pair_counts"]

# Fewer rows than elsewhere: a block holds a table of its segments × the codes of their document.
_BLOCK = 1 << 11
# Rows that are worth the second that importing what was compiled takes.
_WORTH_COMPILING = 1 << 17
# Pairs of segments listed at once.
_PAIRS = 1 << 17
# Shares are taken for the simplest fraction this close, so that a third is one of 30 code points.
_FINEST = 1_000_000
# No text is as long.
_LONGEST = 1 << 40


@attrs.frozen
class Meets:
    """When one segment of a text meets another.

    Parameters
    ----------
    gap : int, optional
        They share text, or at most so many code points lie between them; 0 takes in segments that
        touch.
    min_overlap : int or float, optional
        They share so many code points at least or, with a float from 0 to 1, so much of the shorter
        one. Neither this nor a gap: they share one at least.
    inside : bool, default False
        The one lies inside the other, or is the same stretch. Of the three only one goes.

    Raises
    ------
    StatisticsError
        For a combination that says nothing.

    Examples
    --------
    >>> Meets(min_overlap=0.5)(np.array([0, 4]), np.array([6, 9]), np.array([3, 0]), np.array([9, 6]))
    array([ True, False])
    """

    gap: int | None = None
    min_overlap: int | float | None = None
    inside: bool = False

    def __attrs_post_init__(self) -> None:
        if (self.gap is not None) + (self.min_overlap is not None) + self.inside > 1:
            raise StatisticsError(
                "segments meet within a gap, by a least overlap, or by one being inside the other: "
                "only one of these can be asked for"
            )
        if self.gap is not None and not self._is_whole(self.gap, 0):
            raise StatisticsError(
                f"a gap of {looked_up(self.gap)} is none: give 0 or more, or None for shared text"
            )
        if self.min_overlap is not None and not self._is_amount(self.min_overlap):
            raise StatisticsError(
                f"min_overlap={looked_up(self.min_overlap)}: give a number of code points, 1 or more, "
                "or a share of the shorter segment, written with a decimal point, above 0 and up to 1.0"
            )

    @staticmethod
    def _is_whole(number: object, least: int) -> bool:
        whole = isinstance(number, Integral) and not isinstance(number, bool)
        return whole and least <= int(number) < _LONGEST  # type: ignore[call-overload]

    @staticmethod
    def _is_amount(amount: object) -> bool:
        if isinstance(amount, Integral):
            return Meets._is_whole(amount, 1)
        return isinstance(amount, Real) and 0 < float(amount) <= 1

    @property
    def least(self) -> int:
        """How many code points they share at least; below 1, how many may lie between."""
        if self.gap is not None:
            return -self.gap
        return int(self.min_overlap) if isinstance(self.min_overlap, Integral) else 1

    @property
    def is_near(self) -> bool:
        """Whether segments meet whenever the later begins soon enough: no more is asked of them."""
        return self.least < 2 and self.min_overlap is None and not self.inside

    @property
    def is_compiled(self) -> bool:
        """Whether a compiled loop can find what meets, which is many times as fast and lets threads run."""
        return self.is_near and available()

    def __call__(self, start: Column, end: Column, other_start: Column, other_end: Column) -> Flags:
        """Tell which segments meet the others, row by row."""
        met: Flags
        if self.inside:
            met = (other_start <= start) & (end <= other_end)
            return met
        shared = np.minimum(end, other_end) - np.maximum(start, other_start)
        if self.min_overlap is None or isinstance(self.min_overlap, Integral):
            met = shared >= self.least
            return met
        share = Fraction(float(self.min_overlap)).limit_denominator(_FINEST)
        shorter = np.minimum(end - start, other_end - other_start)
        met = shared * share.denominator >= shorter * share.numerator
        return met


_SHARED = Meets()


def near_pair_counts(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    meets: Meets = _SHARED,
    block: int = _BLOCK,
) -> Counts:
    """Count the segments in which two codes meet, for every pair of codes.

    In a document, let m(A, B) be the number of distinct segments of A that meet at least one
    segment of B, and m'(B, A) that of segments of B that one of A meets. The document counts
    min(m(A, B), m'(B, A)) for the pair, and documents add up. Unlike a count of overlapping pairs of
    quotations, this never exceeds the smaller of the codes' own counts, so that coefficients made of
    it stay in their range.

    Parameters
    ----------
    document, start, end, code : arrays of int
        One segment with its code for each row; the same segment and code in several rows is one.
        Rows sorted by document, start, end and code are read in place.
    n_codes : int
        The number of codes.
    meets : Meets
        When one segment meets another: when they share a code point, if not given.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of int64, n_codes × n_codes
        In row A and column B how often A meets B: symmetric unless the one has to be inside the other;
        on the diagonal the distinct segments of the code.

    Raises
    ------
    StatisticsError
        When the columns differ in length, a code is out of range or a span is empty.

    Examples
    --------
    Two segments of code 0 meet one long segment of code 1, which they lie inside of:

    >>> near_pair_counts([0, 0, 0], [0, 5, 0], [3, 8, 9], [0, 0, 1], 2)
    array([[2, 1],
           [1, 1]])
    >>> near_pair_counts([0, 0, 0], [0, 5, 0], [3, 8, 9], [0, 0, 1], 2, meets=Meets(inside=True))
    array([[2, 1],
           [0, 1]])
    """
    columns = as_columns(document=document, start=start, end=end, code=code)
    # What one part has imported is there for the others, which may be small.
    worth = columns[0].size >= _WORTH_COMPILING or "qualcode.stats.kernels.sweeping" in sys.modules
    if worth and meets.is_compiled:
        return _swept(columns, n_codes, meets)
    counts = np.zeros(n_codes * n_codes, dtype=np.int64)
    for met in _meetings(columns, n_codes, meets, block):
        np.add.at(counts, met.one * n_codes + met.other, np.minimum(met.there, met.back))
        counts[:: n_codes + 1] += met.own
    square = counts.reshape(n_codes, n_codes)
    return square if meets.inside else mirrored(square)


def meeting_counts(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    meets: Meets = _SHARED,
    block: int = _BLOCK,
) -> Counts:
    """Count each code's segments that meet another code, for every ordered pair of codes.

    Parameters
    ----------
    document, start, end, code, n_codes, meets, block
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
    columns = as_columns(document=document, start=start, end=end, code=code)
    counts = np.zeros(n_codes * n_codes, dtype=np.int64)
    for met in _meetings(columns, n_codes, meets, block):
        np.add.at(counts, met.one * n_codes + met.other, met.there)
        if not meets.inside:
            np.add.at(counts, met.other * n_codes + met.one, met.back)
        counts[:: n_codes + 1] += met.own
    return counts.reshape(n_codes, n_codes)


@attrs.frozen(eq=False)
class _Met:
    """What met in a block, for each document and pair of its codes that did.

    Where meeting goes both ways, each pair is there once, the lower code first.
    """

    own: Counts  # distinct segments of each code
    one: Counts  # A
    other: Counts  # B
    there: Counts  # m(A, B)
    back: Counts  # m'(B, A)


def _meetings(
    columns: tuple[Column, ...], n_codes: int, meets: Meets, block: int
) -> Iterator[_Met]:
    for segments in _segments(columns, n_codes, meets, block):
        yield _met(*segments, meets, n_codes)


def _segments(
    columns: tuple[Column, ...], n_codes: int, meets: Meets, block: int
) -> Iterator[tuple[Counts, Counts, Counts]]:
    """Yield the distinct segments of some documents: start, end, and the code of which document."""
    columns = in_order(*columns)
    for part in key_blocks(columns[0], block):
        doc, left, right, codes = (column[part] for column in columns)
        check_spans(doc, left, right)
        check_ids("code", codes, n_codes)
        # The documents end to end, too far apart for a gap to reach across.
        ordinal = np.cumsum(first_of_runs(doc)) - 1
        origin = ordinal * (int(right.max()) + max(0, -meets.least) + 1)
        yield _distinct(origin + left, origin + right, ordinal * n_codes + codes)


def _swept(columns: tuple[Column, ...], n_codes: int, meets: Meets) -> Counts:
    """Count how often codes meet by the compiled sweep."""
    upper = np.zeros((n_codes, n_codes), dtype=np.int64)
    for left, right, group in _segments(columns, n_codes, meets, BLOCK):
        ordinal, code = np.divmod(group, n_codes)
        first = np.append(np.flatnonzero(first_of_runs(ordinal)), len(group))
        upper += sweep(first, left, right, code, meets.least, n_codes)
    return mirrored(upper)


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


def _met(left: Counts, right: Counts, group: Counts, meets: Meets, n_codes: int) -> _Met:
    """Count the meetings of sorted, distinct segments; a group is a code of a document."""
    groups = distinct_keys(group, (int(group[-1]) // n_codes + 1) * n_codes)
    of_segment = np.searchsorted(groups, group)
    ordinal, code = np.divmod(groups, n_codes)
    # A document's codes are numbered from 0, so that tables are as wide as a document needs.
    first = np.flatnonzero(first_of_runs(ordinal))[ordinal]
    local = np.arange(groups.size) - first
    width = int(local.max()) + 1

    place = local[of_segment]
    there = _Tally(of_segment, place, width)
    back = _Tally(of_segment, place, width) if meets.inside else there
    seen, found = _Seen(groups.size * width), []
    for one, other in _meeting_pairs(left, right, meets):
        cell = there.add(one, other)
        if meets.inside:
            back.add(other, one)
        # Each pair of groups, once.
        mine = cell // width
        theirs = first[mine] + cell % width
        kept = np.flatnonzero(mine != theirs if meets.inside else mine < theirs)
        new = kept[seen.first(cell[kept])]
        found.append((mine[new], theirs[new]))
    mine, theirs = (np.concatenate(part) for part in zip(*found, strict=True))
    return _Met(
        own=np.bincount(code[of_segment], minlength=n_codes),
        one=code[mine],
        other=code[theirs],
        there=there.count[mine * width + local[theirs]],
        back=back.count[theirs * width + local[mine]],
    )


class _Tally:
    """Counts the segments of each group that meet each of their document's codes.

    Parameters
    ----------
    group, place : array of int64
        The group of each segment, and the place of its code among those of its document.
    width : int
        How many codes a document has at most.
    """

    def __init__(self, group: Counts, place: Counts, width: int) -> None:
        self._group, self._place, self._width = group, place, width
        self._seen = _Seen(group.size * width)
        self.count = np.zeros((int(group.max()) + 1) * width, dtype=np.int64)

    def add(self, segment: Counts, other: Counts) -> Counts:
        """Count each segment with the code of each other that it meets; return what was new."""
        place = self._place[other]
        new = self._seen.first(segment * self._width + place)
        cell: Counts = self._group[segment[new]] * self._width + place[new]
        np.add.at(self.count, cell, 1)
        return cell


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


def _meeting_pairs(left: Counts, right: Counts, meets: Meets) -> Iterator[tuple[Counts, Counts]]:
    """Yield which segment meets which, some at a time; where it goes both ways, both are there."""
    # The later meets the earlier only if it starts so far before that ends, or soon enough after.
    low = np.arange(1, left.size + 1)
    high = np.maximum(low, np.searchsorted(left, right - meets.least, side="right"))
    pairs = np.cumsum(high - low)
    start = 0
    while start < left.size:
        done = int(pairs[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(pairs, done + _PAIRS, side="right")))
        earlier, later = expand_ranges(low[start:stop], high[start:stop])
        earlier = earlier + start
        one, other = np.concatenate([earlier, later]), np.concatenate([later, earlier])
        if meets.is_near:
            yield one, other
        else:
            met = np.flatnonzero(meets(left[one], right[one], left[other], right[other]))
            yield one[met], other[met]
        start = stop
