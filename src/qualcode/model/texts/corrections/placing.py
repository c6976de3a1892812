"""Where spans of an old text are in the new: kept, changed within, or not certain.

What is certain: a stretch that both texts have, between runs of words that stand once in either, is the same
stretch. Elsewhere, words that stand once between two such places, in the old text and in the new, are the
same words. Everything else has more than one reading, or none, and is for a person to decide.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.model.texts.corrections.candidates import Candidate, likeness, ranked
from qualcode.model.texts.corrections.tokens import cuts_word
from qualcode.model.texts.spans import Span

__all__ = ["Placement", "Placer"]

KEPT, CHANGED, QUARANTINED = "kept", "changed", "quarantined"

_CONTEXT = 60
_NEARBY = 32
"""Code points beside the end of a span that help to tell where it is."""
_FAR = 50_000
"""Code points of changed text between two certain places in which copies are looked for, at the most."""
_MANY = 100
"""Changes between two certain places among which copies are looked for, at the most."""
_SOUND = 32
"""Code points that no two texts have in common by accident."""
_WORD = 48
"""Code points up to which a changed passage can be the same word, spelt otherwise."""
_ALIKE = 0.6

DELETED = "its words were deleted"
REWRITTEN = "its words were replaced"
MOSTLY = "most of its words were replaced"
START = "the words around its start were replaced"
END = "the words around its end were replaced"
REPEATED = "the same words stand more than once where the text was changed"
REPEATED_END = "the words at one of its ends stand more than once where the text was changed"


@attrs.frozen
class Placement:
    """What became of a span of an old text.

    Parameters
    ----------
    old : Span
        Where it was.
    new : Span or None
        Where it is; None where that is not certain.
    reason : str
        Why it is not certain.
    old_text, new_text : str
        The texts.
    near : Span or None
        What stands in the new text about where it was.
    """

    old: Span
    new: Span | None
    reason: str = ""
    old_text: str = attrs.field(default="", repr=False)
    new_text: str = attrs.field(default="", repr=False)
    near: Span | None = attrs.field(default=None, repr=False)

    @classmethod
    def unmoved(cls, span: Span, text: str) -> Placement:
        """Return the placement of a span of a text that was not changed."""
        return cls(span, span, "", text, text, span)

    @property
    def outcome(self) -> str:
        """``"kept"``: the same words; ``"changed"``: other words within; ``"quarantined"``: not certain."""
        if self.new is None:
            return QUARANTINED
        return KEPT if self.quote == self.new_quote else CHANGED

    @property
    def quote(self) -> str:
        """The words as they were."""
        return self.old_text[self.old.start : self.old.end]

    @property
    def new_quote(self) -> str | None:
        """The words as they are; None where their place is not certain."""
        return None if self.new is None else self.new_text[self.new.start : self.new.end]

    def context(self, width: int = _CONTEXT) -> tuple[str, str]:
        """Return what stood before and after the span in the old text."""
        start, end = self.old.start, self.old.end
        return self.old_text[max(0, start - width) : start], self.old_text[end : end + width]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Where the words might be in the new text, best first; looked for when asked."""
        return ranked(self.quote, self.new_text, self.near)

    def then(self, later: Placement) -> Placement:
        """Return what became of the span after a second correction, in which its new place was placed."""
        return Placement(
            self.old, later.new, later.reason, self.old_text, later.new_text, later.near
        )

    def lost_in(self, text: str, around: Callable[[Span], Span | None]) -> Placement:
        """Return a placement that was not certain, after a second correction."""
        near = None if self.near is None else around(self.near)
        return attrs.evolve(self, new_text=text, near=near)


class Placer:
    """Places spans; see `Placement`.

    Parameters
    ----------
    old, new : str
        The texts.
    blocks, pinned : array of int
        As a `Correction` has them.
    """

    def __init__(
        self, old: str, new: str, blocks: NDArray[np.int64], pinned: NDArray[np.int64]
    ) -> None:
        self.old = old
        self.new = new
        self._blocks = blocks
        self._pinned = pinned
        self._start: list[int] = blocks[:, 0].tolist()
        self._shift: list[int] = (blocks[:, 1] - blocks[:, 0]).tolist()
        self._end: list[int] = (blocks[:, 0] + blocks[:, 2]).tolist()
        self._common: list[int] = [0, *np.cumsum(blocks[:, 2]).tolist()]
        self._sound: list[bool] = ((pinned[:, 0] >= 0) | (blocks[:, 2] >= _SOUND)).tolist()
        some = np.flatnonzero(pinned[:, 0] >= 0)
        self._firm: list[int] = some.tolist()
        self._firm_from: list[int] = pinned[some, 0].tolist()
        self._firm_to: list[int] = pinned[some, 1].tolist()

    @cached_property
    def gaps(self) -> list[tuple[int, int, int, int]]:
        """What was changed: from, to in the old text, from, to in the new."""
        return [
            gap
            for gap in map(self._gap, range(len(self._start) + 1))
            if gap[0] < gap[1] or gap[2] < gap[3]
        ]

    def _gap(self, number: int) -> tuple[int, int, int, int]:
        """Return the change before a block, or after the last: from, to in the old text, and in the new."""
        first = self._end[number - 1] if number else 0
        new_first = first + self._shift[number - 1] if number else 0
        if number == len(self._start):
            return first, len(self.old), new_first, len(self.new)
        last = self._start[number]
        return first, last, new_first, last + self._shift[number]

    # One span

    def place_all(self, spans: Sequence[Span]) -> tuple[Placement, ...]:
        """Return what became of spans, in their order."""
        if not spans:
            return ()
        if not len(self._blocks):
            return tuple(self._place(span) for span in spans)
        start = np.array([span.start for span in spans])
        end = np.array([span.end for span in spans])
        block = np.maximum(np.searchsorted(self._blocks[:, 0], start, side="right") - 1, 0)
        firm = self._pinned[block]
        certain = ((firm[:, 0] >= 0) & (firm[:, 0] <= start) & (end <= firm[:, 1])).tolist()
        shifts = (self._blocks[block, 1] - self._blocks[block, 0]).tolist()
        return tuple(
            self._moved(span, span.start + by, span.end + by) if sure else self._place(span)
            for span, by, sure in zip(spans, shifts, certain, strict=True)
        )

    def _moved(self, span: Span, start: int, end: int) -> Placement:
        new = Span(start, end)
        return Placement(span, new, "", self.old, self.new, new)

    def _uncertain(self, span: Span, reason: str) -> Placement:
        return Placement(span, None, reason, self.old, self.new, self.around(span))

    def around(self, span: Span) -> Span | None:
        """Return what stands where a span was, as widely as it may be; None for nothing."""
        start, end = self._touched(span)
        first = self._gap(start)[2] if start <= end else 0
        last = self._gap(end)[3] if start <= end else 0
        at, behind = self._block_at(span.start), self._block_at(span.end - 1)
        if at is not None:
            first = span.start + self._shift[at]
        if behind is not None:
            last = span.end + self._shift[behind]
        return Span(first, last) if first < last else None

    def _block_at(self, offset: int) -> int | None:
        number = bisect_right(self._start, offset) - 1
        return number if number >= 0 and offset < self._end[number] else None

    def _touched(self, span: Span) -> tuple[int, int]:
        """Return the numbers of the first and the last change that a span meets; none if they cross."""
        first = bisect_right(self._start, span.start)
        last = bisect_right(self._start, span.end - 1) - 1
        return first, last if last >= 0 and span.end <= self._end[last] else last + 1

    def _place(self, span: Span) -> Placement:
        first, last = self._touched(span)
        if first > last:
            if not self._known(span.start, span.end):
                return self._uncertain(span, REPEATED)
            by = self._shift[last]
            return self._moved(span, span.start + by, span.end + by)
        if first == last:
            whole = self._unbroken(span, first)
            if whole is not None:
                return whole
        return self._changed(span, first, last)

    def _unbroken(self, span: Span, number: int) -> Placement | None:
        """Return a span that one insertion or deletion leaves whole, as the change may be read.

        Where the same words stand before and after a change, it can be read as one on either side of them:
        of *the the cat* with one *the* deleted, *the cat* is left.
        """
        old_from, old_to, *_ = self._gap(number)
        if old_from <= span.start and span.end <= old_to:
            return None
        before, after = self._before(number, span.start), self._after(number, span.end)
        by = after if before is None else before
        if by is None:
            return None
        start = span.start + by
        if None not in (before, after) or not self._alone(span.start, span.end, start, number):
            return self._uncertain(span, REPEATED)
        return self._moved(span, start, start + span.length)

    def _before(self, number: int, start: int) -> int | None:
        """Return the shift of what begins at an offset if a change can be read as one before it, or None.

        An insertion or deletion moves over words that are the same on its two sides, though not into a word.
        """
        old_from, old_to, new_from, new_to = self._gap(number)
        least = self._start[number - 1] if number else old_from
        if (old_from < old_to and new_from < new_to) or old_from - (old_to - start) < least:
            return None
        by = new_to - old_to
        if not self.new.startswith(self.old[start:old_to], start + by):
            return None
        return by if cuts_word(self.old, start) or not cuts_word(self.new, start + by) else None

    def _after(self, number: int, end: int) -> int | None:
        """Return the shift of what ends at an offset if a change can be read as one after it, or None."""
        old_from, old_to, new_from, new_to = self._gap(number)
        most = self._end[number] if number < len(self._end) else old_to
        if (old_from < old_to and new_from < new_to) or old_to + (end - old_from) > most:
            return None
        by = new_from - old_from
        if not self.new.startswith(self.old[old_from:end], new_from):
            return None
        return by if cuts_word(self.old, end) or not cuts_word(self.new, end + by) else None

    # What is certain

    def _known(self, start: int, end: int) -> bool:
        """Tell whether it is certain where a part of one block is."""
        number = bisect_right(self._start, start) - 1
        first, last = self._pinned[number].tolist()
        if first >= 0 and first <= start and end <= last:
            return True
        return self._alone(start, end, start + self._shift[number])

    def _zone(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Return from where to where words can have moved: between the nearest certain places.

        From, to in the old text, from, to in the new.
        """
        old_from = new_from = 0
        old_to, new_to = len(self.old), len(self.new)
        before = bisect_right(self._firm_to, start) - 1
        if before >= 0:
            old_from = self._firm_to[before]
            new_from = old_from + self._shift[self._firm[before]]
        after = bisect_left(self._firm_from, end)
        if after < len(self._firm):
            old_to = self._firm_from[after]
            new_to = old_to + self._shift[self._firm[after]]
        # Or an end of it is certain itself.
        for number in (before + 1, after - 1):
            if 0 <= number < len(self._firm):
                by = self._shift[self._firm[number]]
                if self._firm_from[number] <= start <= self._firm_to[number]:
                    old_from, new_from = start, start + by
                if self._firm_from[number] <= end <= self._firm_to[number]:
                    old_to, new_to = end, end + by
        return old_from, old_to, new_from, new_to

    def _alone(self, start: int, end: int, new: int, moved: int = -1) -> bool:
        """Tell whether words that stand elsewhere too were neither deleted nor inserted nearby.

        Nearby is between the nearest certain places. If all other copies there are in both texts, the words
        are what they were: else one copy might have been deleted and another have moved up. A change that is
        read as `moved` over the words touches as much on its either side.
        """
        old_from, old_to, new_from, new_to = self._zone(start, end)
        first, last = bisect_left(self._end, old_from), bisect_right(self._start, old_to)
        if last - first > _MANY:
            return False
        reach = end - start - 1
        doubtful = [*self._doubtful(start, end, first, last)]
        if moved >= 0:
            old_first, old_last, new_first, new_last = self._gap(moved)
            by = max(old_last - start, end - old_first)
            doubtful.append((old_first - by, old_last + by, new_first - by, new_last + by))
        old = [(max(a - reach, old_from), min(b + reach, old_to)) for a, b, _, _ in doubtful]
        new_ones = [(max(a - reach, new_from), min(b + reach, new_to)) for *_, a, b in doubtful]
        if sum(b - a for a, b in old + new_ones) > _FAR + 4 * reach:
            return False
        quote = self.old[start:end]
        return not any(_stands(quote, self.old, *window, but=start) for window in old) and not any(
            _stands(quote, self.new, *window, but=new) for window in new_ones
        )

    def _doubtful(
        self, start: int, end: int, first: int, last: int
    ) -> Iterator[tuple[int, int, int, int]]:
        """Yield what can be read otherwise: changes, and short blocks that nothing pins.

        From, to in the old text, from, to in the new.
        """
        for number in range(first, last + 1):
            yield self._gap(number)
            if number == last or self._sound[number]:
                continue
            block = self._start[number], self._end[number]
            if block[1] <= start or end <= block[0]:
                yield *block, block[0] + self._shift[number], block[1] + self._shift[number]

    def _known_before(self, offset: int, number: int) -> bool:
        """Tell whether it is certain what stands directly before an offset at which a block ends."""
        if number < 0:
            return True  # the start of the text
        return self._known(max(self._start[number], offset - _NEARBY), offset)

    def _known_after(self, offset: int, number: int) -> bool:
        if number == len(self._start):
            return True  # the end of the text
        return self._known(offset, min(self._end[number], offset + _NEARBY))

    # Changed words

    def _changed(self, span: Span, first: int, last: int) -> Placement:
        if first == last:
            old_from, old_to, *_ = self._gap(first)
            if old_from <= span.start and span.end <= old_to:
                return self._replaced(span, first)
        start = self._new_start(span, first, several=first < last)
        end = self._new_end(span, last, several=first < last)
        for each in (start, end):
            if isinstance(each, str):
                return self._uncertain(span, each)
        assert isinstance(start, int)
        assert isinstance(end, int)
        if start >= end:
            return self._uncertain(span, DELETED)
        if 2 * self._survived(span, first, last) < span.length:
            return self._uncertain(span, MOSTLY)
        if not self._rooted(span, first, last):
            return self._uncertain(span, REPEATED)
        return self._moved(span, start, end)

    def _rooted(self, span: Span, first: int, last: int) -> bool:
        """Tell whether it is certain of any words of a span where they are, without those around it."""
        blocks = range(max(0, first - 1), min(last + 1, len(self._start), first + _MANY))
        parts = (
            (max(span.start, self._start[number]), min(span.end, self._end[number]))
            for number in blocks
        )
        return any(start < end and self._known(start, end) for start, end in parts)

    def _gone(self, number: int) -> str:
        _, _, new_from, new_to = self._gap(number)
        return DELETED if new_from == new_to else REWRITTEN

    def _replaced(self, span: Span, number: int) -> Placement:
        """Return what became of a span that lies in one change: if it is a word spelt anew, the word."""
        old_from, old_to, new_from, new_to = self._gap(number)
        exact = span.start == old_from and span.end == old_to
        if not exact or not self._alike(number):
            return self._uncertain(span, self._gone(number))
        if self._known_before(old_from, number - 1) and self._known_after(old_to, number):
            return self._moved(span, new_from, new_to)
        return self._uncertain(span, REPEATED_END)

    def _alike(self, number: int) -> bool:
        return self._likeness(number) >= _ALIKE

    def _likeness(self, number: int) -> float:
        old_from, old_to, new_from, new_to = self._gap(number)
        if not (0 < old_to - old_from <= _WORD and 0 < new_to - new_from <= _WORD):
            return 0.0
        return likeness(self.old[old_from:old_to], self.new[new_from:new_to])

    def _new_start(self, span: Span, number: int, *, several: bool) -> int | str:
        """Return where a span starts that meets a change (its first) but does not lie in it, or why not.

        If it meets `several`, the first may be read as one before it, and then is none of its own.
        """
        by = self._before(number, span.start) if several else None
        if by is not None:
            head = span.start, min(self._end[number], span.end)
            return span.start + by if self._alone(*head, span.start + by, number) else REPEATED_END
        block = self._block_at(span.start)
        if block is not None:
            head = max(self._start[block], span.start - _NEARBY), min(self._end[block], span.end)
            return span.start + self._shift[block] if self._known(*head) else REPEATED_END
        old_from, old_to, new_from, new_to = self._gap(number)
        if new_from < new_to and not (span.start == old_from and self._alike(number)):
            return START
        if self._known_before(old_from, number - 1) and self._known_after(old_to, number):
            return new_from
        return REPEATED_END

    def _new_end(self, span: Span, number: int, *, several: bool) -> int | str:
        by = self._after(number, span.end) if several else None
        if by is not None:
            start = max(self._start[number - 1], span.start)
            return (
                span.end + by if self._alone(start, span.end, start + by, number) else REPEATED_END
            )
        block = self._block_at(span.end - 1)
        if block is not None:
            tail = max(self._start[block], span.start), min(self._end[block], span.end + _NEARBY)
            return span.end + self._shift[block] if self._known(*tail) else REPEATED_END
        old_from, old_to, new_from, new_to = self._gap(number)
        if new_from < new_to and not (span.end == old_to and self._alike(number)):
            return END
        if self._known_before(old_from, number - 1) and self._known_after(old_to, number):
            return new_to
        return REPEATED_END

    def _survived(self, span: Span, first: int, last: int) -> float:
        """Return how many code points of a span are in the new text, given the changes that it meets."""
        head = max(0, self._gap(first)[0] - span.start)
        tail = max(0, span.end - self._gap(last)[1])
        whole = self._common[last] - self._common[first]
        respelt = 0.0
        for number, inside in {
            first: self._gap(first)[0] >= span.start,
            last: self._gap(last)[1] <= span.end,
        }.items():
            if inside:
                respelt += self._likeness(number) * (self._gap(number)[1] - self._gap(number)[0])
        return head + whole + tail + respelt


def _stands(quote: str, text: str, first: int, last: int, *, but: int) -> bool:
    """Tell whether words stand between two offsets, other than at one."""
    at = text.find(quote, max(0, first), max(0, last))
    if at == but:
        at = text.find(quote, at + 1, last)
    return at >= 0
