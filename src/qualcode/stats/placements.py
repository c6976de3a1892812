"""Random placements of codes within documents, and how often each pair of them meets.

Every code is placed afresh `T` − 1 times, independently of all others: within each document, on as
many units as it has there, drawn without replacement. Its actual place counts as one placement
more. Crossing the `T` placements of one code with the `T` of another gives `T`² counts for the
pair. Whatever place the first code has, a fresh place of the second makes their count
hypergeometric in each document, so any two of these counts are independent of each other: `T`²
crossings estimate a p-value exactly as well as `T`² separate permutations of the whole table, for
`T` of them. And as the placements of a code are exchangeable if the null hypothesis holds, so are
the crossings, the actual one among them: the share of crossings at least as large as the actual
one is a valid p-value, not an approximate one.

Each placement is a bit of a word, so that one addition of words is 64 additions of counts; the sums
over units are kept in binary, one word for each digit (a carry-save adder), and compared with the
actual count digit by digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Incidence", "crossings"]

Longs: TypeAlias = NDArray[np.int64]
Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Words: TypeAlias = NDArray[np.uint64]

# Codes whose bits lie side by side; a code meets those of its own group at once.
_GROUP = 8
# Words added at once: enough of them to drown the cost of a call.
_WORDS = 1 << 19
# Words side by side, from which on a new table is begun.
_WIDE = 32
_WORD = 64


@attrs.frozen(eq=False)
class Incidence:
    """Which units carry which codes, by document.

    Parameters
    ----------
    unit, code : array of int64
        The distinct pairs, sorted by code; units of one document are numbered one after another.
    low, size : array of int64
        For each pair, the first unit of its document and the number of units there.
    n_units, n_codes : int
        How many there are.
    """

    unit: Longs
    code: Longs
    low: Longs
    size: Longs
    n_units: int
    n_codes: int


def crossings(
    incidence: Incidence, counts: Longs, n_placements: int, rng: np.random.Generator
) -> tuple[Longs, Longs]:
    """Cross `n_placements` placements of each code with those of every other.

    Parameters
    ----------
    incidence : Incidence
        The actual places.
    counts : array of int64, n_codes × n_codes
        How many units actually carry both.
    n_placements : int
        A multiple of 8; the actual place is one of them.
    rng : numpy.random.Generator
        Draws the others.

    Returns
    -------
    at_least, at_most : array of int64, n_codes × n_codes
        Of the `n_placements`² crossings of a pair, the actual one included, how many have a count at
        least, and at most, as large as the actual one. The diagonal is all of them.
    """
    n_codes = incidence.n_codes
    crossed = n_placements * n_placements
    at_least = np.full((n_codes, n_codes), crossed, dtype=np.int64)
    at_most = at_least.copy()
    own = np.bincount(incidence.code, minlength=n_codes)
    # The rarer of two codes is looked up among the bits of the more frequent one: less to add.
    order = np.argsort(-own, kind="stable")
    order = order[: np.count_nonzero(own)]
    placer = _Placer(incidence, n_placements, rng)
    group_words = _GROUP * n_placements // _WORD
    room = np.empty(max(_WORDS, int(own.max(initial=0)) * (_WIDE + group_words)), dtype=np.uint64)
    tables: list[tuple[Words, Longs]] = []
    for start in range(0, order.size, _GROUP):
        group = order[start : start + _GROUP]
        bits = np.zeros((incidence.n_units, group_words * _WORD // 8), dtype=np.uint8)
        words = bits.view(np.uint64)
        for at, code in enumerate(group.tolist()):
            place = placer.place(code)
            for table, others in (*tables, (words, group[:at])):
                if others.size:
                    more, fewer = _compare(table, place, counts[code, others], n_placements, room)
                    at_least[code, others] = at_least[others, code] = crossed - fewer
                    at_most[code, others] = at_most[others, code] = crossed - more
            _mark(bits, at, place)
        if tables and tables[-1][0].shape[1] < _WIDE:
            table, others = tables.pop()
            words, group = np.hstack([table, words]), np.concatenate([others, group])
        tables.append((words, group))
    return at_least, at_most


class _Placer:
    """Draws the placements of one code after another."""

    def __init__(self, incidence: Incidence, n_placements: int, rng: np.random.Generator) -> None:
        self._incidence = incidence
        self._fresh = n_placements - 1
        self._rng = rng
        self._ends = np.searchsorted(incidence.code, np.arange(incidence.n_codes + 1))
        # Who holds a unit in a placement; a holder of an earlier code is below `_first`.
        names = max(incidence.unit.size, incidence.n_units) * n_placements
        self._type: np.dtype[np.signedinteger[Any]] = np.dtype(
            np.int32 if names < 2**31 else np.int64
        )
        self._holder: Ints = np.full(self._fresh * incidence.n_units, -1, dtype=self._type)
        self._first = 0

    def place(self, code: int) -> Ints:
        """Return the units of each placement, one column for each, the first being the actual."""
        rows = slice(self._ends[code], self._ends[code + 1])
        unit, low, size = (
            each[rows] for each in (self._incidence.unit, self._incidence.low, self._incidence.size)
        )
        # Of a document that is mostly covered, the units to leave out are drawn instead.
        head = np.flatnonzero(np.diff(low, prepend=-1))
        count = np.diff(head, append=low.size)
        mostly = 2 * count > size[head]
        drawn = np.where(mostly, size[head] - count, count)
        spot = self._draw(np.repeat(low[head], drawn), np.repeat(size[head], drawn))
        if mostly.any():
            spot = self._complement(spot, low[head][mostly], size[head][mostly])
        placed = spot.reshape(self._fresh, -1)
        placed -= (np.arange(self._fresh) * self._incidence.n_units)[:, None]
        return np.concatenate([unit[:, None], placed.T], axis=1)

    def _draw(self, low: Longs, size: Longs) -> Ints:
        """Draw without replacement: of two that want the same spot, one draws again.

        The rule treats the units of a document alike, so each set of them is equally likely.
        """
        rng, fresh, n_units, holder = self._rng, self._fresh, self._incidence.n_units, self._holder
        shift = (low + (np.arange(fresh) * n_units)[:, None]).ravel().astype(self._type)
        width = np.tile(size.astype(np.uint64), fresh)
        first, self._first = self._first, self._first + shift.size
        name = np.arange(first, self._first, dtype=self._type)
        spot = _below(rng, width).astype(self._type)
        spot += shift
        holder[spot] = name
        lost = np.flatnonzero(holder[spot] != name)
        while lost.size:
            again = _below(rng, width[lost]) + shift[lost]
            free = holder[again] < first
            wanted, who = again[free], lost[free]
            holder[wanted] = who + first
            won = holder[wanted] == who + first
            spot[who[won]] = wanted[won]
            lost = np.concatenate([lost[~free], who[~won]])
        return spot

    def _complement(self, spot: Ints, low: Longs, size: Longs) -> Ints:
        """Swap the drawn and the other units of the documents that start at `low`."""
        held = np.zeros((self._fresh, self._incidence.n_units), dtype=np.bool_)
        held.ravel()[spot] = True
        for start, length in zip(low.tolist(), size.tolist(), strict=True):
            part = held[:, start : start + length]
            np.logical_not(part, out=part)
        return np.flatnonzero(held)


def _below(rng: np.random.Generator, width: Words) -> Longs:
    """Draw a number below each width, by multiplying 32 random bits (Lemire 2019)."""
    pairs = rng.integers(0, 2**64 - 1, (width.size + 1) // 2, dtype=np.uint64, endpoint=True)
    scaled = pairs.view(np.uint32)[: width.size] * width
    scaled >>= np.uint64(32)
    return scaled.view(np.int64)


def _mark(bits: NDArray[np.uint8], at: int, place: Ints) -> None:
    """Set the bits of a code's placements in the columns of its group."""
    n_bytes = place.shape[1] // 8
    for byte in range(n_bytes):
        column = np.zeros(len(bits), dtype=np.uint8)
        for bit in range(8):
            column[place[:, 8 * byte + bit]] |= np.uint8(1 << bit)
        bits[:, at * n_bytes + byte] = column


def _compare(
    table: Words, place: Ints, actual: Longs, n_placements: int, room: Words
) -> tuple[Longs, Longs]:
    """Count the crossings of one code with others that exceed, and stay below, the actual counts.

    Parameters
    ----------
    table : array of uint64, n_units × words
        The bits of the others, those of one code after those of another.
    place : array of int64, carriers × n_placements
        The units of the one code.
    actual : array of int64
        The actual count of each of the others with the one code.
    n_placements : int
        How many bits belong to each of the others.
    room : array of uint64
        Memory to work in.
    """
    n_words = table.shape[1]
    n_bytes = n_placements // 8
    more = np.zeros(n_words * 8, dtype=np.int64)
    fewer = more.copy()
    # The digits of the actual counts, as bytes of ones and zeros, spread over each code's bits.
    digits = np.zeros((63, n_words * 8), dtype=np.uint8)
    wanted = np.repeat(actual, n_bytes)
    for digit in range(int(actual.max(initial=0)).bit_length()):
        digits[digit, : wanted.size] = 255 * ((wanted >> digit) & 1)
    target = digits.view(np.uint64)
    for sums in _sums(table, place, room):
        above = np.zeros(sums.shape[1:], dtype=np.uint64)
        equal = ~above
        for digit in reversed(range(len(sums))):
            differs = sums[digit] ^ target[digit]
            above |= equal & differs & sums[digit]
            equal &= ~differs
        more += np.bitwise_count(above.view(np.uint8)).sum(axis=0, dtype=np.int64)
        fewer += np.bitwise_count((~(above | equal)).view(np.uint8)).sum(axis=0, dtype=np.int64)
    kept = actual.size * n_bytes
    return (
        more[:kept].reshape(-1, n_bytes).sum(axis=1),
        fewer[:kept].reshape(-1, n_bytes).sum(axis=1),
    )


def _sums(table: Words, place: Ints, room: Words) -> Iterator[Words]:
    """Add up the table's bits over the units of some placements at a time.

    Yields
    ------
    array of uint64, digits × placements × words
        The sums, in binary: digit `d` of each bit's sum is the same bit of ``sums[d]``.
    """
    n_words = table.shape[1]
    step = max(1, _WORDS // max(1, len(place) * n_words))
    for start in range(0, place.shape[1], step):
        chosen = np.ascontiguousarray(place[:, start : start + step])
        rows = room[: chosen.size * n_words].reshape(*chosen.shape, n_words)
        # Without mode="clip", take() would fill a copy of `rows` first.
        table.take(chosen, axis=0, out=rows, mode="clip")
        yield _add_bits(rows.reshape(len(place), -1)).reshape(-1, chosen.shape[1], n_words)


def _add_bits(rows: Words) -> Words:
    """Add up the rows bit by bit; the rows are used up.

    Three bits of one weight become a bit of that weight and one of the next (a full adder), until
    one of each weight is left.
    """
    digits = []
    while True:
        carries = []
        while len(rows) > 2:
            third = len(rows) // 3
            one, two, three = (rows[at * third : (at + 1) * third] for at in range(3))
            odd = one ^ two
            one &= two
            np.bitwise_and(odd, three, out=two)
            one |= two
            three ^= odd
            carries.append(one)
            rows = rows[2 * third :]
        if len(rows) == 2:
            carries.append(rows[:1] & rows[1:])
            rows = rows[:1] ^ rows[1:]
        digits.append(rows[0])
        if not carries:
            return np.stack(digits)
        rows = np.concatenate(carries)
