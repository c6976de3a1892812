"""Spans of text: code points, 0-based, half-open, never empty."""

from __future__ import annotations

import attrs

from qualcode.errors import SpanError

__all__ = ["Span"]


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
        When the span is empty, reversed or negative.

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
        if self.start < 0:
            raise SpanError(
                f"span {self.start}–{self.end} starts before the text: start must be >= 0"
            )
        if self.end <= self.start:
            raise SpanError(
                f"span {self.start}–{self.end} is empty or reversed: end must be greater than start"
            )

    @property
    def length(self) -> int:
        """How many code points the span covers."""
        return self.end - self.start

    def overlap(self, other: Span) -> int:
        """Return how many code points both spans cover; 0 when they only touch or lie apart."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def contains(self, other: Span) -> bool:
        """Tell whether every code point of `other` lies in this span."""
        return self.overlap(other) == other.length

    def gap(self, other: Span) -> int:
        """Return how many code points lie between the spans; 0 when they touch or overlap."""
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
