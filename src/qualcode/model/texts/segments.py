"""Segments: a document and a span of it, and long sequences of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import DocumentError, SpanError
from qualcode.model.checks import (
    check_items,
    check_text,
)
from qualcode.model.readable import Readable
from qualcode.model.texts.documents import Document, Segment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Segment", "Segments"]


def _items(value: Iterable[Segment] | None) -> tuple[Segment, ...]:
    return check_items(value, Segment, what="segments", error=SpanError)


@attrs.frozen
class Segments(Readable, Sequence[Segment]):
    """Segments in document order; a tuple with the views an analyst needs.

    Examples
    --------
    >>> from qualcode import Span
    >>> document = Document(id="a", text="One. Two.")
    >>> found = Segments((Segment(document, Span(0, 4)), Segment(document, Span(5, 9))))
    >>> len(found), found[1].quote
    (2, 'Two.')
    """

    items: tuple[Segment, ...] = attrs.field(default=(), converter=_items, repr=False)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> Segments: ...
    def __getitem__(self, index: int | slice) -> Segment | Segments:
        if isinstance(index, slice):
            return Segments(self.items[index])
        return self.items[index]

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        documents = len({segment.document.id for segment in self.items})
        return f"<{len(self)} segments of {documents} documents>"

    def of(self, document: str | Document) -> Segments:
        """Return the segments of one document."""
        wanted = document.id if isinstance(document, Document) else document
        wanted = check_text(wanted, what="document (an id or a Document)", error=DocumentError)
        return Segments(tuple(each for each in self.items if each.document.id == wanted))

    def containing(self, text: str) -> Segments:
        """Return the segments in which `text` stands; see `Segment.find`."""
        text = check_text(text, what="the text looked for", error=SpanError, empty=False)
        return Segments(tuple(each for each in self.items if each.find_all(text)))

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        return self[:most].to_frame(), len(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each segment: document, start, end, speaker, quote.

        The speaker is whoever speaks all through the segment; None where there are several.
        """
        import pandas as pd

        return pd.DataFrame(
            [(each.document.id, each.start, each.end, each.speaker, each.quote) for each in self],
            columns=["document", "start", "end", "speaker", "quote"],
        )
