"""Random placements of codes within documents, and how often each pair of them meets.

Every code is placed afresh `T` − 1 times: within each document, on as many units as it has there,
drawn without replacement. Its actual place counts as one placement more. Crossing the `T` placements
of one code with the `T` of another gives `T`² counts for the pair. Whatever place the first code has,
a fresh place of the second makes their count hypergeometric in each document, so any two of these
counts are independent of each other: `T`² crossings estimate a p-value exactly as well as `T`²
separate permutations of the whole table, for `T` of them. And as the placements of a code are
exchangeable if the null hypothesis holds, so are the crossings, the actual one among them: the share
of crossings at least as large as the actual one is a valid p-value, not an approximate one.

The two codes of a pair must be placed independently, different pairs need not be. So the units of each
document are shuffled `T` − 1 times for all codes that look up, and as often for all that are looked
up: a code that is on k units of a document is put on the first k. What differs between pairs is then
less by chance; the Monte Carlo error of each is the same.

Rotation places a code otherwise: all its units of a document move on by the same number, which is
drawn for each document and placement. Only by how much one code has moved on beside the other makes a
difference, and that is again independent from crossing to crossing.

Each placement is a bit of a word, so that one addition of words is 64 additions of counts; the sums
over units are kept in binary, one word for each digit (a carry-save adder), and compared with the
actual count digit by digit. `qualcode.stats.pairs.compiled` does the adding and comparing where it is much
and numba is installed; the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.model.values import ByValue
from qualcode.stats.kernels.blocks import first_of_runs
from qualcode.stats.kernels.compiling import available
from qualcode.stats.pairs import compiled

__all__ = ["LANE", "Incidence", "crossings"]

Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Longs: TypeAlias = NDArray[np.int64]
Lanes: TypeAlias = NDArray[np.uint32]
Words: TypeAlias = NDArray[np.uint64]
Tally: TypeAlias = Callable[[Words, Ints, Words], tuple[Longs, Longs]]

LANE = 32
"""The number of placements is a multiple of it, so that the bits of a code fill whole lanes."""

# Words that lie side by side and are looked up together: those of so many codes with one lane each.
_LINE = 4
_BLOCK = 2 * _LINE
# Words added at once: enough of them to drown the cost of a call.
_WORDS = 1 << 18
# Documents in which no code is on more units are shuffled together, unit by unit.
_STEPS = 64
# Words to add, for NumPy about a twentieth of a second, from which on numba is imported if installed.
_WORTH_COMPILING = 1 << 23


@attrs.frozen(eq=False)
class Incidence(ByValue):
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
    incidence: Incidence,
    counts: Longs,
    n_placements: int,
    rng: np.random.Generator,
    *,
    rotated: bool = False,
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
    rotated : bool, default False
        Whether a code keeps its pattern in each document, which begins elsewhere: all its units there
        move on by the same number, those beyond the end to the beginning. Otherwise it is put on any
        units.

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
    spot = _spots(incidence)
    documents = _Documents.of(incidence, spot)
    draw = documents.moved_on if rotated else documents.shuffled
    looking, looked_up = (draw(n_placements, rng) for _ in range(2))

    def placed(drawn: Ints, rows: slice) -> Ints:
        if not rotated:
            return drawn[spot[rows]]
        low, size = incidence.low[rows, None], incidence.size[rows, None]
        return low + (incidence.unit[rows, None] - low + drawn[low[:, 0]]) % size

    ends = np.cumsum(own)
    n_lanes = n_placements // LANE
    n_blocks = -(-order.size // _BLOCK)
    # The last line stays empty, for whoever looks up more lines than there are units to add.
    bits = np.zeros((n_units + 1, n_blocks, _BLOCK, n_lanes), dtype=np.uint32)
    table = bits.reshape(n_units + 1, -1).view(np.uint64)
    n_words = int(own[order] @ np.arange(order.size)) * n_placements * n_lanes // 2
    tally = _tally_for(n_words)
    for at, code in enumerate(order.tolist()):
        rows = slice(ends[code] - own[code], ends[code])
        if at:
            others = order[:at]
            place = _place(incidence.unit[rows], placed(looking, rows))
            target = _digits(counts[code, others], n_lanes, len(place))
            more, fewer = (
                lanes.reshape(-1, n_lanes).sum(axis=1)[:at] for lanes in tally(table, place, target)
            )
            at_least[code, others] = at_least[others, code] = crossed - fewer
            at_most[code, others] = at_most[others, code] = crossed - more
        # Looked up by those still to come.
        place = _place(incidence.unit[rows], placed(looked_up, rows))
        _mark(bits[:, at // _BLOCK, at % _BLOCK], place)
    return at_least, at_most


def _spots(incidence: Incidence) -> Longs:
    """Count the rows of a code in each document, from the document's first unit on."""
    rows = np.arange(incidence.unit.size)
    document = incidence.code * (incidence.n_units + 1) + incidence.low
    start = np.maximum.accumulate(np.where(first_of_runs(document), rows, 0))
    return incidence.low + rows - start


@attrs.frozen(eq=False)
class _Documents:
    """The documents that carry codes.

    Parameters
    ----------
    low, size : array of int64
        The first unit of each, and the number of its units.
    steps : array of int64
        On how many of them the most frequent code is.
    n_units : int
        How many units there are in all.
    """

    low: Longs
    size: Longs
    steps: Longs
    n_units: int

    @classmethod
    def of(cls, incidence: Incidence, spot: Longs) -> _Documents:
        low, first = np.unique(incidence.low, return_index=True)
        last = np.zeros(incidence.n_units, dtype=np.int64)
        np.maximum.at(last, incidence.low, spot)
        return cls(low, incidence.size[first], last[low] + 1 - low, incidence.n_units)

    def moved_on(self, n_placements: int, rng: np.random.Generator) -> Ints:
        """Draw by how much each document's codes move on, in the line of its first unit."""
        drawn = np.zeros((self.n_units, n_placements), dtype=np.int64)
        drawn[self.low] = _below(self.size, n_placements, rng)
        return drawn

    def shuffled(self, n_placements: int, rng: np.random.Generator) -> Ints:
        """Shuffle each document's units as far as any code goes there: units × placements."""
        kind = np.int32 if self.n_units < 2**31 else np.int64
        order: Ints = np.repeat(np.arange(self.n_units, dtype=kind)[:, None], n_placements, axis=1)
        whole = self.steps > _STEPS
        for size in np.unique(self.size[whole]).tolist():
            low = self.low[whole & (self.size == size)]
            units = low[:, None] + np.arange(size, dtype=kind)
            drawn = rng.permuted(np.tile(units, (n_placements, 1, 1)), axis=2)
            order[units] = np.moveaxis(drawn, 0, -1)
        # One unit after the other is drawn from those left, in all other documents and placements.
        some = np.flatnonzero(~whole)[np.argsort(-self.steps[~whole], kind="stable")]
        low, size_of, steps = self.low[some], self.size[some], self.steps[some]
        column = np.arange(n_placements)
        for step in range(steps.max(initial=0)):
            n = np.count_nonzero(steps > step)
            here = low[:n] + step
            there = here[:, None] + _below(size_of[:n] - step, n_placements, rng)
            left = order[here]
            order[here] = order[there, column]
            order[there, column] = left
        return order


def _below(width: Longs, n: int, rng: np.random.Generator) -> Longs:
    """Draw `n` numbers below each width, by multiplying 32 random bits (Lemire 2019)."""
    bits = rng.integers(0, 2**32 - 1, (width.size, n), dtype=np.uint32, endpoint=True)
    return ((bits * width.astype(np.uint64)[:, None]) >> np.uint64(32)).astype(np.int64)


def _place(actual: Longs, placed: Ints) -> Ints:
    """Make the actual place the first of the placements: carriers × placements."""
    placed[:, 0] = actual
    return placed


def _mark(bits: Lanes, place: Ints) -> None:
    """Set, for each unit, the bits of the placements that cover it: units × lanes."""
    value = np.uint32(1) << np.arange(LANE, dtype=np.uint32)
    for lane in range(bits.shape[1]):
        some = place[:, lane * LANE : (lane + 1) * LANE]
        column = np.zeros(len(bits), dtype=np.uint32)
        # No placement covers a unit twice, so adding its bit sets it.
        np.add.at(column, some.ravel(), np.tile(value, len(some)))
        bits[:, lane] = column


def _digits(actual: Longs, n_lanes: int, most: int) -> Words:
    """Return the binary digits of the actual counts, as ones or zeros in all bits of a code.

    Parameters
    ----------
    actual : array of int64
        The actual count of each of the others with the one code, up to `most`.
    n_lanes : int
        How many lanes of bits belong to each of the others.

    Returns
    -------
    array of uint64, digits × words
        Of whole blocks of codes; the lowest digit first.
    """
    wanted = np.zeros(-(-actual.size // _BLOCK) * _BLOCK, dtype=np.int64)
    wanted[: actual.size] = actual
    ones = (wanted >> np.arange(most.bit_length())[:, None]) & 1
    return (ones.astype(np.uint32) * np.uint32(2**32 - 1)).repeat(n_lanes, axis=1).view(np.uint64)


def _tally_for(n_words: int) -> Tally:
    """Choose how to add up so many words."""
    much = n_words >= _WORTH_COMPILING
    return compiled.tally if much and available() else _tally


def _tally(table: Words, place: Ints, target: Words) -> tuple[Longs, Longs]:
    """Count the crossings of one code with others that exceed, and stay below, the actual counts.

    Parameters
    ----------
    table : array of uint64, n_units + 1 × words
        The bits of the others, those of one code after those of another.
    place : array of int, carriers × placements
        The units of the one code.
    target : array of uint64, digits × words
        The actual counts; the words are the first of those in the table.

    Returns
    -------
    more, fewer : arrays of int64
        One number for each lane.
    """
    n_digits, n_words = target.shape
    more, fewer = np.zeros((2, 2 * n_words), dtype=np.int64)
    for words, sums in _sums(table, place, n_words):
        above = np.zeros(sums.shape[1:], dtype=np.uint64)
        equal = ~above
        for digit in reversed(range(n_digits)):
            differs = sums[digit] ^ target[digit, words]
            above |= equal & differs & sums[digit]
            equal &= ~differs
        below = ~(above | equal)
        lanes = slice(2 * words.start, 2 * words.stop)
        more[lanes] += np.bitwise_count(above.view(np.uint32)).sum(axis=0, dtype=np.int64)
        fewer[lanes] += np.bitwise_count(below.view(np.uint32)).sum(axis=0, dtype=np.int64)
    return more, fewer


def _sums(table: Words, place: Ints, n_words: int) -> Iterator[tuple[slice, Words]]:
    """Add up the table's bits over the units of each placement, as many at a time as fit.

    Yields
    ------
    words : slice
        Which words of the table.
    sums : array of uint64, digits × placements × words
        In binary: digit `d` of each bit's sum is the same bit of ``sums[d]``.
    """
    lines = table.reshape(-1, _LINE)
    n_carriers, n_lines = len(place), n_words // _LINE
    room = np.empty(max(_WORDS, n_carriers * _LINE), dtype=np.uint64)
    wide = min(n_lines, max(1, _WORDS // (n_carriers * _LINE)))
    step = max(1, _WORDS // (n_carriers * _LINE * wide))
    for first in range(0, n_lines, wide):
        stop = min(first + wide, n_lines)
        for start in range(0, place.shape[1], step):
            unit = place[:, start : start + step, None].astype(np.int64)
            line = unit * (table.shape[1] // _LINE) + np.arange(first, stop)
            rows = room[: line.size * _LINE].reshape(*line.shape, _LINE)
            # Without mode="clip", take() would first fill a copy of `rows`.
            lines.take(line, axis=0, out=rows, mode="clip")
            sums = _add_bits(rows.reshape(n_carriers, -1))
            yield slice(first * _LINE, stop * _LINE), sums.reshape(len(sums), line.shape[1], -1)


def _add_bits(rows: Words) -> Words:
    """Add up the rows bit by bit; the rows are used up.

    Three bits of one weight become a bit of that weight and one of the next (a full adder), until
    one of each weight is left.
    """
    digits = []
    # Memory that is used again and again stays in the processor's cache.
    odd = np.empty((len(rows) // 3, rows.shape[1]), dtype=np.uint64)
    room = np.empty((len(rows), rows.shape[1]), dtype=np.uint64)
    while True:
        n_carries = 0
        while len(rows) > 2:
            n = len(rows) // 3
            one, two, three, some = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], odd[:n]
            carry = room[n_carries : n_carries + n]
            np.bitwise_xor(one, two, out=some)
            one &= two
            np.bitwise_and(some, three, out=carry)
            carry |= one
            three ^= some
            n_carries += n
            rows = rows[2 * n :]
        if len(rows) == 2:
            np.bitwise_and(rows[0], rows[1], out=room[n_carries])
            n_carries += 1
            rows = rows[:1] ^ rows[1:]
        digits.append(rows[0])
        if not n_carries:
            return np.stack(digits)
        rows, room = room[:n_carries], room[n_carries:]
