"""Segments: a document and a span of it, and long sequences of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import DocumentError, NotFoundError, SpanError
from qualcode.model.checks import (
    check_flag,
    check_items,
    check_kind,
    check_optional_text,
    check_text,
    check_whole,
)
from qualcode.model.readable import Readable, card
from qualcode.model.texts.documents import Document
from qualcode.model.texts.folded_text import Folded
from qualcode.model.texts.spans import LARGEST_OFFSET, Span

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Segment", "Segments"]


@attrs.frozen
class Segment:
    r"""A span of a document, of any length; segments may overlap.

    Parameters
    ----------
    document : Document
        The document it lies in.
    span : Span
        Code points, 0-based, half-open.
    speaker : str or None
        Who speaks, where a segmenter found it; else whoever speaks all through it.

    Raises
    ------
    SpanError
        When the span ends after the text.

    Examples
    --------
    >>> whole = Segment.whole(Document(id="a", text="Before. We share one budget. After."))
    >>> part = whole.find("we share one budget")
    >>> part.quote, part.span.start
    ('We share one budget', 8)
    >>> part.context(4)
    ('re. ', '. Af')
    >>> said = Document(id="b", text="I: Is it ours?\nR: We share one budget.")
    >>> budget = Segment.whole(said).find("one budget")
    >>> budget.speaker, budget.role, Segment.whole(said).speaker
    ('R', 'participant', None)
    """

    document: Document = attrs.field(repr=lambda document: repr(document.id))
    span: Span
    _speaker: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if type(self.document) is not Document:
            check_kind(self.document, Document, what="a segment's document", error=SpanError)
        if type(self.span) is not Span:
            advice = "pass qc.Span(start, end)"
            check_kind(self.span, Span, what="a segment's span", error=SpanError, advice=advice)
        if self._speaker is not None:
            said = check_optional_text(self._speaker, what="a segment's speaker", error=SpanError)
            object.__setattr__(self, "_speaker", said)
        if self.span.end > len(self.document.text):
            self.span.check_within(len(self.document.text), where=f"document {self.document.id!r}")

    @classmethod
    def whole(cls, document: Document) -> Segment:
        """Return the segment that is the whole document.

        Raises
        ------
        SpanError
            When the document's text is empty.
        """
        check_kind(document, Document, what="document", error=SpanError)
        if not document.text:
            raise SpanError(f"document {document.id!r} has no text, so it has no segment")
        return cls(document, Span(0, len(document.text)))

    @property
    def speaker(self) -> str | None:
        """Who speaks all through it; None where there are several, or nobody is named."""
        if self._speaker is not None:
            return self._speaker
        spoken = self.document.spoken(self.start, self.end)
        names = {None if each is None else each.name for each in spoken}
        return names.pop() if len(names) == 1 else None

    @property
    def named_speaker(self) -> str | None:
        """The speaker that a segmenter found in it, if one did."""
        return self._speaker

    @property
    def role(self) -> str | None:
        """The role of whoever speaks: ``"interviewer"`` or ``"participant"``; None as for `speaker`.

        Several who have the same role have it together.
        """
        if self._speaker is not None:
            known = self.document.speakers.of(self._speaker)
            return None if known is None else known.role
        spoken = self.document.spoken(self.start, self.end)
        roles = {None if each is None else each.role for each in spoken}
        return roles.pop() if len(roles) == 1 else None

    @property
    def quote(self) -> str:
        """The text of the segment, exactly as it stands in the document."""
        return self.document.text[self.span.start : self.span.end]

    def __str__(self) -> str:
        return f"{self._head}: “{self.quote}”"

    def _repr_html_(self) -> str:
        return card(self._head, self.quote)

    @property
    def _head(self) -> str:
        speaker = f", {self.speaker}" if self.speaker else ""
        return f"{self.document.id} {self.start}–{self.end}{speaker}"

    @property
    def start(self) -> int:
        """Where it starts, in code points from the start of the document."""
        return self.span.start

    @property
    def end(self) -> int:
        """Where it ends, in code points from the start of the document; not included."""
        return self.span.end

    def context(self, width: int = 60) -> tuple[str, str]:
        """Return up to `width` code points of text before and after the segment."""
        width = check_whole(width, what="width", error=SpanError, least=0)
        text = self.document.text
        return text[max(0, self.start - width) : self.start], text[self.end : self.end + width]

    def part(self, start: int, end: int) -> Segment:
        """Return a part of this segment; offsets count code points from its own start.

        Raises
        ------
        SpanError
            When the part is empty or ends after the segment.
        """
        part = Span(start, end).check_within(
            self.span.length, where=f"segment of {self.document.id!r}"
        )
        return Segment(
            self.document, Span(self.start + part.start, self.start + part.end), self._speaker
        )

    def find(self, text: str, *, occurrence: int = 1, exact: bool = False) -> Segment:
        """Return where `text` stands in this segment.

        Parameters
        ----------
        text : str
            The words looked for. Differences of case, of white space (line breaks included), of Unicode
            form, and between apostrophes or hyphens that look alike, do not matter.
        occurrence : int, default 1
            Which one, counted from 1.
        exact : bool, default False
            Compare letter by letter instead.

        Raises
        ------
        NotFoundError
            When it does not stand there so often.
        """
        occurrence = check_whole(
            occurrence, what="occurrence", error=SpanError, most=LARGEST_OFFSET
        )
        found = self.find_all(text, exact=exact)
        if not 1 <= occurrence <= len(found):
            times = {0: "does not occur", 1: "occurs once"}.get(
                len(found), f"occurs {len(found)} times"
            )
            raise NotFoundError(
                f"{text!r} {times} in document {self.document.id!r} between {self.start} and "
                f"{self.end}; occurrence {occurrence} was asked for"
            )
        return found[occurrence - 1]

    def find_all(self, text: str, *, exact: bool = False) -> tuple[Segment, ...]:
        """Return every place where `text` stands in this segment, in order; see `find`."""
        text = check_text(text, what="the text looked for", error=SpanError)
        exact = check_flag(exact, what="exact", error=SpanError)
        if not text.strip():
            raise SpanError("nothing to find: the text looked for is empty")
        quote = self.quote
        folded = Folded(quote) if exact else _folded(quote)
        wanted = re.escape(text)
        if not exact:
            wanted = r"\s+".join(map(re.escape, Folded.of(text).text.split()))
        found: list[Segment] = []
        last = 0
        for match in re.finditer(wanted, folded.text):
            start, end = folded.place(*match.span())
            # Half of a character that stands for two is the whole character, and found once.
            if start >= last:
                found.append(self.part(start, end))
                last = end
        return tuple(found)


@lru_cache(8)  # of one long text, many quotes are looked for one after the other
def _folded(text: str) -> Folded:
    return Folded.of(text)


def _items(value: Iterable[Segment] | None) -> tuple[Segment, ...]:
    return check_items(value, Segment, what="segments", error=SpanError)


@attrs.frozen
class Segments(Readable, Sequence[Segment]):
    """Segments in document order; a tuple with the views an analyst needs.

    Examples
    --------
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
