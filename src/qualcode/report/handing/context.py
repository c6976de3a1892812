"""Keywords in context: every place where words stand, with what stands before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.readable import Readable, shown_width
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.project.view import View
from qualcode.stats.arguments import check_count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["InContext", "KeywordsInContext", "keywords_in_context"]


@attrs.frozen
class InContext:
    """A place where a keyword stands.

    Parameters
    ----------
    segment : Segment
        The keyword's own words.
    keyword : str
        As it was asked for.
    left, right : str
        What stands before and after, white space made one space.
    """

    segment: Segment
    keyword: str
    left: str
    right: str


@attrs.frozen(repr=False)
class KeywordsInContext(Readable, Sequence[InContext]):
    """Places of keywords, in the order of documents.

    Parameters
    ----------
    items : tuple of InContext
        The places.
    keywords : tuple of str
        What was looked for.
    documents : int
        In how many documents.
    """

    items: tuple[InContext, ...]
    keywords: tuple[str, ...]
    documents: int

    @overload
    def __getitem__(self, index: int) -> InContext: ...
    @overload
    def __getitem__(self, index: slice) -> KeywordsInContext: ...
    def __getitem__(self, index: int | slice) -> InContext | KeywordsInContext:
        if isinstance(index, slice):
            return attrs.evolve(self, items=self.items[index])
        return self.items[index]

    def __iter__(self) -> Iterator[InContext]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{self.caption}>"

    @property
    def caption(self) -> str:
        """How often what was found, in how many documents."""
        found = len({each.segment.document.id for each in self.items})
        noun = "place" if len(self) == 1 else "places"
        told = ", ".join(map(repr, self.keywords))
        return f"{told}: {len(self):,} {noun} in {found:,} of {self.documents:,} documents"

    def __str__(self) -> str:
        ids = max((shown_width(each.segment.document.id) for each in self.items), default=0)
        left = max((shown_width(each.left) for each in self.items), default=0)
        lines = []
        for each in self.items:
            id = each.segment.document.id
            pad = " " * (ids - shown_width(id) + 2 + left - shown_width(each.left))
            word = " ".join(each.segment.quote.split())
            lines.append(f"{id}{pad}{each.left}  {word}  {each.right}".rstrip())
        return "\n".join([self.caption, *lines])

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each place.

        Columns: document, speaker, start, end (code points, half-open), left, words, right, keyword.
        """
        import pandas as pd

        columns = ["document", "speaker", "start", "end", "left", "words", "right", "keyword"]
        rows = [
            (
                each.segment.document.id, each.segment.speaker, each.segment.start, each.segment.end,
                each.left, each.segment.quote, each.right, each.keyword,
            )
            for each in self.items
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def keywords_in_context(
    view: View, keywords: str | Iterable[str], *, width: int = 30
) -> KeywordsInContext:
    """Find every place of keywords in the texts, coded or not, with what stands before and after.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was; narrow it to documents or speakers with `View.restricted`.
    keywords : str or iterable of str
        Whole words, whatever their case; ``*`` stands for any letters.
    width : int, default 30
        How many characters of context on each side.

    Raises
    ------
    StatisticsError
        When nothing is asked for.

    Examples
    --------
    >>> from qualcode import Project
    >>> project = Project.new("Study")
    >>> _ = project.add_document("We trust them. Trust takes time.", id="a")
    >>> print(keywords_in_context(project, "trust*", width=12))
    'trust*': 2 places in 1 of 1 documents
    a           We  trust  them. Trust
    a  trust them.  Trust  takes time.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    width = check_count(width, what="width")
    given = (keywords,) if isinstance(keywords, str) else tuple(keywords)
    if not given or not all(isinstance(each, str) and each.strip() for each in given):
        raise StatisticsError("say which keywords are looked for")
    searched = Keywords.of(given)
    found = []
    for document in view.documents.values():
        for number, start, end in searched.find(document.text):
            left = " ".join(document.text[max(0, start - width) : start].split())
            right = " ".join(document.text[end : end + width].split())
            segment = Segment(document, Span(start, end))
            found.append(InContext(segment, given[number], left, right))
    return KeywordsInContext(tuple(found), given, len(view.documents))
