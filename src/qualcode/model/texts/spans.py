"""Spans of text: code points, 0-based, half-open, never empty."""

from __future__ import annotations

import attrs

from qualcode.errors import SpanError
from qualcode.model.checks import check_kind, check_whole, shown

__all__ = ["LARGEST_OFFSET", "Span"]

LARGEST_OFFSET = 2**31 - 1
"""What a column of offsets can hold; no text is as long."""


@attrs.frozen(order=True)
class Span:
    """A stretch of text from `start` up to, not including, `end`.

    Parameters
    ----------
    start, end : int
        Offsets in Unicode code points (what ``len`` and slicing of a ``str`` count), 0-based and
        half-open: ``text[start:end]``.

    Raises
    ------
    SpanError
        When an offset is no whole number, or the span is empty, reversed, negative or beyond any text.

    Examples
    --------
    >>> Span(3, 8).length
    5
    >>> Span(0, 5).overlap(Span(3, 8))
    2
    >>> Span(5, 5)
    Traceback (most recent call last):
        ...
    qualcode.errors.SpanError: span 5–5 is empty or reversed: end must be greater than start
    """

    start: int
    end: int

    def __attrs_post_init__(self) -> None:
        if type(self.start) is not int or type(self.end) is not int:
            self._make_plain()
        if not 0 <= self.start < self.end <= LARGEST_OFFSET:
            raise SpanError(self._fault())

    def _make_plain(self) -> None:
        for name in ("start", "end"):
            whole = check_whole(getattr(self, name), what=f"a span's {name}", error=SpanError)
            object.__setattr__(self, name, whole)

    def _fault(self) -> str:
        for name, offset in (("start", self.start), ("end", self.end)):
            if abs(offset) > LARGEST_OFFSET:
                return f"a span's {name} must be at most {LARGEST_OFFSET}, not {shown(offset)}"
        if self.start < 0:
            fault = "starts before the text: start must be >= 0"
        else:
            fault = "is empty or reversed: end must be greater than start"
        return f"span {self.start}–{self.end} {fault}"

    @property
    def length(self) -> int:
        """How many code points the span covers."""
        return self.end - self.start

    def overlap(self, other: Span) -> int:
        """Return how many code points both spans cover; 0 when they only touch or lie apart."""
        check_kind(other, Span, what="other", error=SpanError)
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def contains(self, other: Span) -> bool:
        """Tell whether every code point of `other` lies in this span."""
        return self.overlap(other) == other.length

    def gap(self, other: Span) -> int:
        """Return how many code points lie between the spans; 0 when they touch or overlap."""
        check_kind(other, Span, what="other", error=SpanError)
        return max(0, max(self.start, other.start) - min(self.end, other.end))

    def check_within(self, length: int, *, where: str) -> Span:
        """Return the span itself if it lies within a text of `length` code points.

        Raises
        ------
        SpanError
            When it ends after the text; the message names `where` and both offsets.
        """
        if self.end > length:
            raise SpanError(
                f"{where}: span {self.start}–{self.end} ends after the text, "
                f"which has {length} code points"
            )
        return self
