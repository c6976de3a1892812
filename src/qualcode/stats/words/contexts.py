"""Keywords in context: every place where words stand, with what stands before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_texts
from qualcode.model.coding.assignments import Assignments
from qualcode.model.readable import shown_width
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
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
    codes : tuple of str
        Ids of the codes that lie on it, in the order of the codebook.
    """

    segment: Segment
    keyword: str
    left: str
    right: str
    codes: tuple[str, ...] = ()


@attrs.frozen(eq=False, repr=False)
class KeywordsInContext(CountedResult, Sequence[InContext]):
    """Places of keywords, in the order of documents.

    Parameters
    ----------
    items : tuple of InContext
        The places.
    keywords : tuple of str
        What was looked for.
    only : tuple of str
        Ids of the codes of which a place had to carry one; none for any place.
    state : State
        Where it was looked for.
    """

    _instead = "project.words().plot() draws how often words are used"

    items: tuple[InContext, ...]
    keywords: tuple[str, ...]
    only: tuple[str, ...]
    state: State

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
        under = f" coded with {', '.join(self.only)}" if self.only else ""
        of = f"{len(self.state.documents):,} documents"
        return f"{told}: {len(self):,} {noun}{under} in {found:,} of {of}"

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

        Columns: document, speaker, start, end (code points, half-open), left, words, right, keyword, codes
        (a list of ids).
        """
        import pandas as pd

        columns = [
            "document",
            "speaker",
            "start",
            "end",
            "left",
            "words",
            "right",
            "keyword",
            "codes",
        ]
        rows = [
            (
                each.segment.document.id, each.segment.speaker, each.segment.start, each.segment.end,
                each.left, each.segment.quote, each.right, each.keyword, list(each.codes),
            )
            for each in self.items
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


@question(first=("keywords",))
def keywords_in_context(
    state: State,
    keywords: str | Iterable[str],
    *,
    width: int = 30,
    codes: str | Iterable[str] | None = None,
    coders: str | Iterable[str] | None = None,
) -> KeywordsInContext:
    """Find every place of keywords in the texts, coded or not, with what stands before and after.

    Parameters
    ----------
    state : State
        The project's content; narrow it to documents or speakers with `State.restricted`.
    keywords : str or iterable of str
        Whole words, whatever their case; ``*`` stands for any letters.
    width : int, default 30
        How many characters of context on each side.
    codes : str or iterable of str, optional
        Ids: only places on which one of these codes, or one below it, lies.
    coders : str or iterable of str, optional
        Whose codes: ids of the coders; by the rule of `State.counting` when not given.

    Raises
    ------
    StatisticsError
        When nothing is asked for.
    NotFoundError
        For a code that there is not.
    """
    width = check_count(width, what="width")
    given = check_texts(keywords, what="keywords", error=StatisticsError)
    if not given or not all(each.strip() for each in given):
        raise StatisticsError(f"keywords={keywords!r}: say which keywords are looked for")
    state = state.counting(coders)
    only = () if codes is None else check_texts(codes, what="codes", error=StatisticsError)
    book = state.codebook
    wanted = {below.id for each in only for below in (book[each], *book.descendants(each))}
    searched = Keywords.of(given)
    found = []
    for number, document in enumerate(state.documents.values()):
        rows = _of_document(state.assignments, number)
        for keyword, start, end in searched.find(document.text):
            if not _is_heard(document, start, end):
                continue
            carried = _codes(rows, start, end)
            if only and not wanted.intersection(carried):
                continue
            left = " ".join(document.text[max(0, start - width) : start].split())
            right = " ".join(document.text[end : end + width].split())
            segment = Segment(document, Span(start, end))
            found.append(InContext(segment, given[keyword], left, right, carried))
    return KeywordsInContext(tuple(found), given, only, state)


def _is_heard(document: Document, start: int, end: int) -> bool:
    heard = document.heard
    return heard is None or any(map(heard.includes, document.spoken(start, end)))


def _of_document(rows: Assignments, number: int) -> Assignments:
    low, high = np.searchsorted(rows.document, [number, number + 1])
    return rows.take(np.arange(low, high))


def _codes(rows: Assignments, start: int, end: int) -> tuple[str, ...]:
    """Return the codes that lie on a stretch."""
    meeting = np.unique(rows.code[(rows.start < end) & (rows.end > start)])
    return tuple(rows.codes[at] for at in meeting.tolist())
