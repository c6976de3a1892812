"""Adding and comparing the bits of `qualcode.stats.pairs.placements`, compiled by numba (extra ``fast``).

Seven lines of bits are added to three digits by a tree of full adders, whose carry waits for another
one of its weight; so each digit is touched half as often as the one below it, and all of it happens
in the processor's registers and nearest cache, which NumPy's calls cannot.

Arrays are flat and places in them unsigned: of these numba knows that they are not counted from the
end, and only then do the loops over words become instructions for many words at once.

The functions below run as Python, too. Compiling them takes some seconds, once for each installation:
the result is kept beside this file or, where that cannot be written, in the user's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qualcode.stats.kernels.compiling import compiled

__all__ = ["tally"]

Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Longs: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Word: TypeAlias = np.uint64
Kernel: TypeAlias = Callable[[Words, Words, Words, Words, Words], None]

# How many lines are added at once.
_SEVEN = 7
# The weight of their carry: the digits below it are those that they are added to.
_EIGHT = 3
# How many units are added in all placements before the next.
_UNITS = 16 * _SEVEN

_ONE, _TWO, _FOUR, _BYTE, _SHORT = (np.uint64(shift) for shift in (1, 2, 4, 8, 16))
_ONES, _PAIRS, _HALVES, _SUMS = (
    np.uint64(mask)
    for mask in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x0000003F0000003F)
)


def tally(table: Words, place: Ints, target: Words) -> tuple[Longs, Longs]:
    """Count the crossings of one code with others that exceed, and stay below, the actual counts.

    Parameters
    ----------
    table : array of uint64, n_units + 1 × words
        The bits of the others, those of one code after those of another; none in the last line.
    place : array of int, carriers × placements
        The units of the one code.
    target : array of uint64, digits × words
        The actual counts; the words are the first of those in the table.

    Returns
    -------
    more, fewer : arrays of int64
        One number for each lane.
    """
    n_carriers, n_placements = place.shape
    # Where the lines begin; up to whole sevens with the line that is empty.
    line = np.full((-(-n_carriers // _SEVEN) * _SEVEN, n_placements), len(table) - 1, np.uint64)
    line[:n_carriers] = place
    line *= np.uint64(table.shape[1])
    more, fewer = np.zeros((2, target.shape[1]), dtype=np.uint64)
    _kernel()(table.reshape(-1), line, target, more, fewer)
    return more.view(np.uint32).astype(np.int64), fewer.view(np.uint32).astype(np.int64)


@cache
def _kernel() -> Kernel:
    return compiled(_tally, _add_seven, _add_two, _add_one, _bits, _compare)


def _add_seven(
    table: Words, a: Word, b: Word, c: Word, d: Word, e: Word, f: Word, g: Word,
    digits: Words, ones: Word, carries: Words, carry: Word, n_words: Word,
) -> None:  # fmt: skip
    """Add seven lines to the lowest three digits."""
    twos, fours = ones + n_words, ones + n_words + n_words
    for at in range(n_words):
        one, two, four = digits[ones + at], digits[twos + at], digits[fours + at]
        x, y = table[a + at], table[b + at]
        some = one ^ x
        two_1 = (one & x) | (some & y)
        one = some ^ y
        x, y = table[c + at], table[d + at]
        some = one ^ x
        two_2 = (one & x) | (some & y)
        one = some ^ y
        x, y = table[e + at], table[f + at]
        some = one ^ x
        two_3 = (one & x) | (some & y)
        one = some ^ y
        x = table[g + at]
        two_4 = one & x
        digits[ones + at] = one ^ x
        some = two ^ two_1
        four_1 = (two & two_1) | (some & two_2)
        two = some ^ two_2
        some = two ^ two_3
        four_2 = (two & two_3) | (some & two_4)
        digits[twos + at] = some ^ two_4
        some = four ^ four_1
        carries[carry + at] = (four & four_1) | (some & four_2)
        digits[fours + at] = some ^ four_2


def _add_two(
    digits: Words, digit: Word, carries: Words, one: Word, carry: Word, n_words: Word
) -> None:
    """Add the two carries that wait, one after the other, to a digit of their weight."""
    two = one + n_words
    for at in range(n_words):
        here, x, y = digits[digit + at], carries[one + at], carries[two + at]
        some = here ^ x
        digits[digit + at] = some ^ y
        carries[carry + at] = (here & x) | (some & y)


def _add_one(digits: Words, digit: Word, carries: Words, one: Word, n_words: Word) -> None:
    """Add a carry to a digit of its weight; it becomes what is carried on."""
    for at in range(n_words):
        here, x = digits[digit + at], carries[one + at]
        digits[digit + at] = here ^ x
        carries[one + at] = here & x


def _bits(word: Word) -> Word:
    """Count the bits of either half of a word, in that half."""
    word = word - ((word >> _ONE) & _ONES)
    word = (word & _PAIRS) + ((word >> _TWO) & _PAIRS)
    word = (word + (word >> _FOUR)) & _HALVES
    word = word + (word >> _BYTE)
    word = word + (word >> _SHORT)
    return word & _SUMS


def _compare(digits: Words, first: Word, target: Words, more: Words, fewer: Words) -> None:
    """Add to the lanes' numbers of sums above, and below, the target."""
    n_words = np.uint64(more.size)
    for at in range(n_words):
        above, below = np.uint64(0), np.uint64(0)
        for digit in range(len(target) - 1, -1, -1):
            here, there = digits[first + np.uint64(digit) * n_words + at], target[digit, at]
            differs = (here ^ there) & ~(above | below)
            above |= differs & here
            below |= differs & there
        more[at] += _bits(above)
        fewer[at] += _bits(below)


def _tally(table: Words, line: Words, target: Words, more: Words, fewer: Words) -> None:
    n_digits, n_words, n_placements = max(len(target), _EIGHT), more.size, line.shape[1]
    words = np.uint64(n_words)
    digits = np.zeros(n_placements * n_digits * n_words, dtype=np.uint64)
    # For each weight room for two carries that wait, and how many do.
    n_weights = n_digits + 2
    carries = np.empty(n_placements * n_weights * 2 * n_words, dtype=np.uint64)
    waiting = np.zeros((n_placements, n_weights), dtype=np.int64)
    # All placements of a few units before those of the next, whose lines are elsewhere.
    for start in range(0, len(line), _UNITS):
        for number in range(n_placements):
            lowest = np.uint64(number * n_digits * n_words)
            room = number * n_weights * 2
            for at in range(start, min(start + _UNITS, len(line)), _SEVEN):
                weight = _EIGHT
                _add_seven(
                    table, line[at, number], line[at + 1, number], line[at + 2, number],
                    line[at + 3, number], line[at + 4, number], line[at + 5, number],
                    line[at + 6, number], digits, lowest, carries,
                    np.uint64((room + 2 * weight + waiting[number, weight]) * n_words), words,
                )  # fmt: skip
                waiting[number, weight] += 1
                while waiting[number, weight] == 2:
                    pair = room + 2 * weight
                    _add_two(
                        digits, lowest + np.uint64(weight * n_words), carries,
                        np.uint64(pair * n_words),
                        np.uint64((pair + 2 + waiting[number, weight + 1]) * n_words), words,
                    )  # fmt: skip
                    waiting[number, weight] = 0
                    weight += 1
                    waiting[number, weight] += 1
    for number in range(n_placements):
        lowest = np.uint64(number * n_digits * n_words)
        for weight in range(_EIGHT, n_digits):
            if waiting[number, weight]:
                one = np.uint64((number * n_weights + weight) * 2 * n_words)
                for digit in range(weight, n_digits):
                    _add_one(digits, lowest + np.uint64(digit * n_words), carries, one, words)
        _compare(digits, lowest, target, more, fewer)
