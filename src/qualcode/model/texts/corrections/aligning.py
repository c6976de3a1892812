"""What two texts have in common: stretches of the same words in the same order, found in two levels.

First by runs of words that stand once in either text (as patience diff does with lines, but with runs of 16
words down to one, and all places at once in NumPy); then by `difflib` within what is left, where that is
small. So the work grows as n log n whatever the texts are: what is large and full of repetition is left as
changed. A coarse answer is no wrong one, it only makes less certain.
"""

from __future__ import annotations

from bisect import bisect_left
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qualcode.model.texts.corrections.tokens import tokenise

__all__ = ["Aligned", "align"]

Ints = NDArray[np.int64]
Blocks = list[tuple[int, int, int]]
"""Where equal stretches begin in the old and in the new, and how long they are."""

_GRAMS = (16, 8, 4, 2, 1, 1)
_PIN = 4
"""Tokens in a row by which a place is known, where they stand once in either text."""
_SMALL = 1600
"""The product of two lengths up to which difflib is asked, whose work may grow with its square."""
_PATIENCE = 1_000_000
"""The sum of those products after which it is not."""
_SOLID = 32
"""Code points that no two texts have in common by accident."""

Aligned = tuple[Ints, Ints]
"""The blocks and what is pinned of each; see `align`."""


def align(old: str, new: str) -> Aligned:
    """Return what two texts have in common.

    Parameters
    ----------
    old, new : str
        The texts.

    Returns
    -------
    blocks : array of int, shape (k, 3)
        Stretches that are the same: where they begin in the old text and in the new, and their length in
        code points. In order, none overlaps another, and between any two something was changed.
    pinned : array of int, shape (k, 2)
        Of each block, in the old text, where the first run of words ends that stands once in either text,
        and where the last begins: what is between is certain. The ends of the texts count as such runs.
        -1 where there is none.
    """
    a, b = _numbered(tokenise(old), tokenise(new))
    (old_ids, old_at), (new_ids, new_at) = a, b
    blocks = _refined(old_ids, new_ids)
    blocks = _solid(blocks, old_at, new_at)
    pins = _pins(blocks, old_ids, new_ids)
    rows = np.array(
        [(old_at[i], new_at[j], old_at[i + size] - old_at[i]) for i, j, size in blocks],
        dtype=np.int64,
    ).reshape(-1, 3)
    pinned = np.array(
        [(old_at[i], old_at[j]) if i >= 0 else (-1, -1) for i, j in pins], dtype=np.int64
    ).reshape(-1, 2)
    return rows, pinned


def _numbered(*texts: list[str]) -> tuple[tuple[Ints, Ints], ...]:
    """Return for each text a number for each token, and where each begins (and the last ends)."""
    numbers: dict[str, int] = {}
    made = []
    for tokens in texts:
        ids = np.array(
            [numbers.setdefault(token, len(numbers)) for token in tokens], dtype=np.int64
        )
        starts = np.zeros(len(tokens) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, tokens), np.int64, len(tokens)), out=starts[1:])
        made.append((ids, starts))
    return tuple(made)


def _refined(old: Ints, new: Ints) -> Blocks:
    listed = old.tolist(), new.tolist()
    blocks = _extended([], *listed)
    for size in _GRAMS:
        found = _anchors(blocks, old, new, size)
        if found:
            blocks = _extended(sorted(blocks + found), *listed)
    return _extended(sorted(blocks + _small_ones(blocks, *listed)), *listed)


def _changed(blocks: Blocks, old: int, new: int) -> list[tuple[int, int, int, int]]:
    """Return what lies between blocks, before the first and after the last: from, to, in old and new."""
    bounds = [(0, 0, 0), *blocks, (old, new, 0)]
    return [(i + size, k, j + size, m) for (i, j, size), (k, m, _) in pairwise(bounds)]


def _extended(blocks: Blocks, old: list[int], new: list[int]) -> Blocks:
    """Return blocks made longer on both sides as far as they go, and joined where they meet."""
    kept: Blocks = []
    k = m = 0
    for i, j, size in [*blocks, (len(old), len(new), 0)]:
        room = min(i - k, j - m)
        forward = 0
        while forward < room and old[k + forward] == new[m + forward]:
            forward += 1
        room -= forward
        back = 0
        while back < room and old[i - back - 1] == new[j - back - 1]:
            back += 1
        _join(kept, (k, m, forward))
        _join(kept, (i - back, j - back, size + back))
        k, m = i + size, j + size
    return kept


def _join(kept: Blocks, block: tuple[int, int, int]) -> None:
    i, j, size = block
    if not size:
        return
    if kept and kept[-1][0] + kept[-1][2] == i and kept[-1][1] + kept[-1][2] == j:
        kept[-1] = (kept[-1][0], kept[-1][1], kept[-1][2] + size)
    else:
        kept.append(block)


# Anchors: what stands once in either text, at all open places at once


def _open(blocks: Blocks, old: int, new: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the positions that are open in either text, and the number of the place each lies in."""
    places = np.array(
        [each for each in _changed(blocks, old, new) if each[0] < each[1] and each[2] < each[3]],
        dtype=np.int64,
    ).reshape(-1, 4)
    made: list[Ints] = []
    for first, last in ((places[:, 0], places[:, 1]), (places[:, 2], places[:, 3])):
        lengths = last - first
        number = np.repeat(np.arange(len(places)), lengths)
        skipped = first - (np.cumsum(lengths) - lengths)
        made += [np.arange(len(number)) + np.repeat(skipped, lengths), number]
    return made[0], made[1], made[2], made[3]


def _grams(ids: Ints, place: Ints, size: int) -> tuple[NDArray[np.uint64], Ints]:
    """Return a number for each run of tokens within one place, and where in `ids` it begins."""
    count = len(ids) - size + 1
    if count <= 0:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    whole = np.flatnonzero(place[:count] == place[size - 1 :])
    made = place[whole].astype(np.uint64)
    tokens = ids.astype(np.uint64)
    for at in range(size):
        # A digest may be the same for two runs: what is found by it is compared before it is believed.
        made = (made ^ tokens[whole + at]) * np.uint64(0x9E3779B97F4A7C15)
        made ^= made >> np.uint64(29)
    return made, whole


def _once(
    old: NDArray[np.uint64], new: NDArray[np.uint64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where what stands once in either stands in both."""
    single = []
    for grams in (old, new):
        values, first, counts = np.unique(grams, return_index=True, return_counts=True)
        single.append((values[counts == 1], first[counts == 1]))
    _, left, right = np.intersect1d(
        single[0][0], single[1][0], assume_unique=True, return_indices=True
    )
    return single[0][1][left], single[1][1][right]


def _anchors(blocks: Blocks, old: Ints, new: Ints, size: int) -> Blocks:
    old_at, old_place, new_at, new_place = _open(blocks, len(old), len(new))
    a, a_at = _grams(old[old_at], old_place, size)
    b, b_at = _grams(new[new_at], new_place, size)
    left, right = _once(a, b)
    i, j = old_at[a_at[left]], new_at[b_at[right]]
    same = old_place[a_at[left]] == new_place[b_at[right]]
    for at in range(size):
        same &= old[i + at] == new[j + at]
    i, j = i[same], j[same]
    order = np.argsort(i)
    i, j = i[order], j[order]
    rising = _longest_rise(j)
    return _runs(i[rising], j[rising], size)


def _longest_rise(values: Ints) -> Ints:
    """Return the positions of a longest rising subsequence."""
    if len(values) < 2 or bool((np.diff(values) > 0).all()):
        return np.arange(len(values))
    tops: list[int] = []
    ends: list[int] = []
    previous = []
    for at, value in enumerate(values.tolist()):
        length = bisect_left(tops, value)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tops):
            tops.append(value)
            ends.append(at)
        else:
            tops[length] = value
            ends[length] = at
    chain = [ends[-1]]
    while previous[chain[-1]] >= 0:
        chain.append(previous[chain[-1]])
    return np.array(chain[::-1], dtype=np.int64)


def _runs(i: Ints, j: Ints, size: int) -> Blocks:
    """Return the blocks that overlapping runs of tokens make."""
    if not len(i):
        return []
    breaks = np.flatnonzero((np.diff(i - j) != 0) | (np.diff(i) > size)) + 1
    first = np.concatenate(([0], breaks))
    last = np.concatenate((breaks, [len(i)])) - 1
    rows = np.column_stack((i[first], j[first], i[last] - i[first] + size)).tolist()
    made: Blocks = []
    old_end = new_end = 0
    for old, new, length in rows:
        # Two runs with different shifts may share tokens in one of the texts: the first has them.
        cut = max(old_end - old, new_end - new, 0)
        if cut < length:
            made.append((old + cut, new + cut, length - cut))
            old_end, new_end = old + length, new + length
    return made


def _small_ones(blocks: Blocks, old: list[int], new: list[int]) -> Blocks:
    """Return what difflib finds where little is open."""
    found: Blocks = []
    spent = 0
    for i, k, j, m in _changed(blocks, len(old), len(new)):
        work = (k - i) * (m - j)
        spent += work if work <= _SMALL else 0
        if 1 < work <= _SMALL and spent <= _PATIENCE:
            matcher = SequenceMatcher(None, old[i:k], new[j:m], autojunk=False)
            found += [(i + a, j + b, n) for a, b, n in matcher.get_matching_blocks() if n]
    return found


# What is believed of it


def _solid(blocks: Blocks, old_at: Ints, new_at: Ints) -> Blocks:
    """Leave out what is short beside the changes on both sides: there it is the same by accident.

    This is what is elsewhere called semantic clean-up. What was only deleted or only inserted has no words of
    the other text that could be the same by accident, so it does not count. What both texts begin or end with
    stays too, however short it is: the ends of the texts are places, and it lies at one.
    """
    old, new = old_at.tolist(), new_at.tolist()
    kept: Blocks = []

    def replaced(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
        gone = int(old[other[0]] - old[one[0] + one[2]])
        come = int(new[other[1]] - new[one[1] + one[2]])
        return max(gone, come) if gone and come else 0

    for block in [*blocks, (len(old) - 1, len(new) - 1, 0)]:
        while kept:
            i, j, size = kept[-1]
            if i == j == 0 or (i + size == len(old) - 1 and j + size == len(new) - 1):
                break
            before = replaced(kept[-2] if len(kept) > 1 else (0, 0, 0), kept[-1])
            after = replaced(kept[-1], block)
            length = old[i + size] - old[i]
            if length >= _SOLID or 2 * length >= min(before or after, after or before):
                break
            kept.pop()
        kept.append(block)
    return kept[:-1]


def _pins(blocks: Blocks, old: Ints, new: Ints) -> list[tuple[int, int]]:
    everywhere = np.zeros(max(len(old), len(new)), np.int64)
    grams, _ = _grams(old, everywhere[: len(old)], _PIN)
    others, _ = _grams(new, everywhere[: len(new)], _PIN)
    pins = np.sort(_once(grams, others)[0])
    made = []
    for i, j, size in blocks:
        first, behind = np.searchsorted(pins, (i, i + size - _PIN + 1))
        # From the end of the first to the start of the last: the words at its own edge, beside a change, may
        # have been said twice, and it does not tell which of the two is left.
        bounds = [int(pins[first]) + _PIN, int(pins[behind - 1])] if first < behind else []
        # The ends of the texts are places too.
        if i == j == 0:
            bounds = [0, *bounds]
        if i + size == len(old) and j + size == len(new):
            bounds = [*bounds, len(old)]
        made.append((bounds[0], bounds[-1]) if bounds else (-1, -1))
    return made
