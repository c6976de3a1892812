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

__all__ = ["LANE", "Incidence", "crossings"]

Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Longs: TypeAlias = NDArray[np.int64]
Lanes: TypeAlias = NDArray[np.uint32]
Words: TypeAlias = NDArray[np.uint64]

LANE = 32
"""The number of placements is a multiple of it, so that the bits of a code fill whole lanes."""

# Codes whose bits lie side by side and are looked up together.
_BLOCK = 8
# Words added at once: enough of them to drown the cost of a call.
_WORDS = 1 << 19


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
        A multiple of `LANE`; the actual place is one of them.
    rng : numpy.random.Generator
        Draws the others.

    Returns
    -------
    at_least, at_most : array of int64, n_codes × n_codes
        Of the `n_placements`² crossings of a pair, the actual one included, how many have a count at
        least, and at most, as large as the actual one. The diagonal is all of them.
    """
    n_codes, n_units = incidence.n_codes, incidence.n_units
    crossed = n_placements * n_placements
    at_least = np.full((n_codes, n_codes), crossed, dtype=np.int64)
    at_most = at_least.copy()
    own = np.bincount(incidence.code, minlength=n_codes)
    # The rarer of two codes is looked up among the bits of the more frequent one: less to add.
    order = np.argsort(-own, kind="stable")[: np.count_nonzero(own)]
    placer = _Placer(incidence, n_placements, rng)
    n_lanes = n_placements // LANE
    n_blocks = -(-order.size // _BLOCK)
    bits = np.zeros((n_units, n_blocks, _BLOCK, n_lanes), dtype=np.uint32)
    table = bits.reshape(n_units, n_blocks, _BLOCK * n_lanes).view(np.uint64)
    for at, code in enumerate(order.tolist()):
        place = placer.place(code)
        if at:
            others = order[:at]
            more, fewer = _compare(table, place, counts[code, others], n_lanes)
            at_least[code, others] = at_least[others, code] = crossed - fewer
            at_most[code, others] = at_most[others, code] = crossed - more
        # Looked up by those still to come.
        _mark(bits[:, at // _BLOCK, at % _BLOCK], place)
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
        """Return the units of each placement, one row for each, the first being the actual."""
        rows = slice(self._ends[code], self._ends[code + 1])
        unit, low, size = (
            each[rows].astype(self._type)
            for each in (self._incidence.unit, self._incidence.low, self._incidence.size)
        )
        # Of a document that is mostly covered, the units to leave out are drawn instead.
        head = np.flatnonzero(np.diff(low, prepend=-1))
        count = np.diff(head, append=low.size)
        mostly = 2 * count > size[head]
        if mostly.any():
            drawn = np.where(mostly, size[head] - count, count)
            spot = self._draw(np.repeat(low[head], drawn), np.repeat(size[head], drawn))
            spot = self._complement(spot, low[head][mostly], size[head][mostly])
        else:
            spot = self._draw(low, size)
        placed = np.empty((self._fresh + 1, unit.size), dtype=self._type)
        placed[0] = unit
        np.subtract(spot.reshape(self._fresh, -1), self._offset(), out=placed[1:])
        return placed

    def _offset(self) -> Ints:
        """Return where each placement begins among the spots: units × placements."""
        first = np.arange(self._fresh, dtype=self._type) * self._incidence.n_units
        return first.astype(self._type)[:, None]

    def _draw(self, low: Ints, size: Ints) -> Ints:
        """Draw without replacement: of two that want the same spot, one draws again.

        The rule treats the units of a document alike, so each set of them is equally likely.
        """
        width, holder = size.astype(np.uint64), self._holder
        spot = self._below(np.broadcast_to(width, (self._fresh, width.size)))
        spot += low
        spot += self._offset()
        spot = spot.ravel()
        first, self._first = self._first, self._first + spot.size
        name = np.arange(first, self._first, dtype=self._type)
        holder[spot] = name
        lost = np.flatnonzero(holder[spot] != name)
        while lost.size:
            placement, at = np.divmod(lost, width.size)
            again = self._below(width[at]) + low[at] + self._offset()[placement, 0]
            free = holder[again] < first
            wanted, who = again[free], lost[free]
            holder[wanted] = who + first
            won = holder[wanted] == who + first
            spot[who[won]] = wanted[won]
            lost = np.concatenate([lost[~free], who[~won]])
        return spot

    def _below(self, width: Words) -> Ints:
        """Draw a number below each width, by multiplying 32 random bits (Lemire 2019)."""
        pairs = (width.size + 1) // 2
        words = self._rng.integers(0, 2**64 - 1, pairs, dtype=np.uint64, endpoint=True)
        scaled = words.view(np.uint32)[: width.size].reshape(width.shape) * width
        scaled >>= np.uint64(32)
        return scaled.astype(self._type)

    def _complement(self, spot: Ints, low: Ints, size: Ints) -> Ints:
        """Swap the drawn and the other units of the documents that start at `low`."""
        held = np.zeros((self._fresh, self._incidence.n_units), dtype=np.bool_)
        held.ravel()[spot] = True
        for start, length in zip(low.tolist(), size.tolist(), strict=True):
            part = held[:, start : start + length]
            np.logical_not(part, out=part)
        return np.flatnonzero(held)


def _mark(bits: Lanes, place: Ints) -> None:
    """Set, for each unit, the bits of the placements that cover it: units × lanes."""
    value = np.uint32(1) << np.arange(LANE, dtype=np.uint32)
    for lane in range(bits.shape[1]):
        some = place[lane * LANE : (lane + 1) * LANE]
        column = np.zeros(len(bits), dtype=np.uint32)
        # No placement covers a unit twice, so adding its bit sets it.
        np.add.at(column, some.ravel(), value.repeat(some.shape[1]))
        bits[:, lane] = column


def _compare(table: Words, place: Ints, actual: Longs, n_lanes: int) -> tuple[Longs, Longs]:
    """Count the crossings of one code with others that exceed, and stay below, the actual counts.

    Parameters
    ----------
    table : array of uint64, n_units × blocks × words
        The bits of the others, those of one code after those of another.
    place : array of int, placements × carriers
        The units of the one code.
    actual : array of int64
        The actual count of each of the others with the one code.
    n_lanes : int
        How many lanes of bits belong to each of the others.
    """
    n_blocks = -(-actual.size // _BLOCK)
    wanted = np.zeros(n_blocks * _BLOCK, dtype=np.int64)
    wanted[: actual.size] = actual
    # The digits of the actual counts, as ones or zeros in all bits of a code.
    digits = (np.uint64(1) << np.arange(64, dtype=np.uint64))[:, None] & wanted.astype(np.uint64)
    spread = np.where(digits != 0, np.uint32(2**32 - 1), np.uint32(0)).repeat(n_lanes, axis=1)
    target = spread.view(np.uint64).reshape(64, n_blocks, -1)
    more, fewer = np.zeros((2, n_blocks, _BLOCK * n_lanes), dtype=np.int64)
    for blocks, sums in _sums(table, place, n_blocks):
        above = np.zeros(sums.shape[1:], dtype=np.uint64)
        equal = ~above
        for digit in reversed(range(len(sums))):
            differs = sums[digit] ^ target[digit, blocks]
            above |= equal & differs & sums[digit]
            equal &= ~differs
        below = ~(above | equal)
        more[blocks] += np.bitwise_count(above.view(np.uint32)).sum(axis=0, dtype=np.int64)
        fewer[blocks] += np.bitwise_count(below.view(np.uint32)).sum(axis=0, dtype=np.int64)
    each = (total.reshape(-1, n_lanes).sum(axis=1)[: actual.size] for total in (more, fewer))
    return next(each), next(each)


def _sums(table: Words, place: Ints, n_blocks: int) -> Iterator[tuple[slice, Words]]:
    """Add up the table's bits over the units of each placement, as many at a time as fit.

    Yields
    ------
    blocks : slice
        Which blocks of the table.
    sums : array of uint64, digits × placements × blocks × words
        In binary: digit `d` of each bit's sum is the same bit of ``sums[d]``.
    """
    _, all_blocks, n_words = table.shape
    lines = table.reshape(-1, n_words)
    n_carriers = max(1, place.shape[1])
    room = np.empty(max(_WORDS, n_carriers * n_words), dtype=np.uint64)
    wide = min(n_blocks, max(1, _WORDS // (n_carriers * n_words)))
    step = max(1, _WORDS // (n_carriers * n_words * wide))
    for first in range(0, n_blocks, wide):
        blocks = slice(first, min(first + wide, n_blocks))
        for start in range(0, len(place), step):
            unit = place[start : start + step].T[:, :, None].astype(np.int64)
            line = unit * all_blocks + np.arange(blocks.start, blocks.stop)
            rows = room[: line.size * n_words].reshape(*line.shape, n_words)
            # Without mode="clip", take() would first fill a copy of `rows`.
            lines.take(line, axis=0, out=rows, mode="clip")
            sums = _add_bits(rows.reshape(place.shape[1], -1))
            yield blocks, sums.reshape(len(sums), *rows.shape[1:])


def _add_bits(rows: Words) -> Words:
    """Add up the rows bit by bit; the rows are used up.

    Three bits of one weight become a bit of that weight and one of the next (a full adder), until
    one of each weight is left.
    """
    digits = []
    # One piece of memory for all that is only needed at once stays in the processor's cache.
    odd = np.empty((len(rows) // 3, rows.shape[1]), dtype=np.uint64)
    while True:
        carries = []
        while len(rows) > 2:
            n = len(rows) // 3
            one, two, three, some = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], odd[:n]
            np.bitwise_xor(one, two, out=some)
            one &= two
            np.bitwise_and(some, three, out=two)
            one |= two
            three ^= some
            carries.append(one)
            rows = rows[2 * n :]
        if len(rows) == 2:
            carries.append(rows[:1] & rows[1:])
            rows = rows[:1] ^ rows[1:]
        digits.append(rows[0])
        if not carries:
            return np.stack(digits)
        rows = np.concatenate(carries)
