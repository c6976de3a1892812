"""What the codebook lacks: text without a code that belongs together and is far from every code.

A gap is a group of uncoded segments that resemble each other across documents, and resemble neither what
codes stand for nor what was coded. It is a proposal to look, and perhaps to add a code; its name, and
whether it is one idea at all, are left to the analyst.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar, overload

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.codes import Code
from qualcode.model.recipe import Answer
from qualcode.model.texts.segments import Segment, Segments
from qualcode.stats.uncertainty.resampling import RandomState, as_generator
from qualcode.suggest.bench.coded_texts import CodedTexts
from qualcode.suggest.bench.telling_words import TellingWord, TextsWith, telling_words, word_list
from qualcode.suggest.bench.texts import TextSpace
from qualcode.suggest.codebook.likeness import joined, likeness, without_shared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gap", "Gaps", "find_gaps"]

At = TypeVar("At")
Of = TypeVar("Of")

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

# So many coded segments stand for all that are coded.
_CODED = 1000
_QUOTES = 3
# Groups join as long as they are more alike than this share of pairs that have nothing to do with each other.
_ALIKE = 0.95
# A word that more than this share of other segments have says how people speak, not what of.
_RARE = 0.05


@frozen
class Gap(Generic[At, Of]):
    """Uncoded segments that belong together and are far from every code. The name is the analyst's to give.

    On plain text a segment is its row in the data, and a code its id.

    Parameters
    ----------
    segments : Segments, or tuple of int on plain text
        All of them.
    quotes : tuple of Segment, or of int on plain text
        Those that resemble the others most, of different documents where there are.
    words : tuple of TellingWord
        Words that set them apart from coded segments and other uncoded ones, the weightiest first.
    n_documents : int
        In how many documents they are.
    cohesion : float
        How much they resemble each other, on average; segments of one document are not compared, unless
        groups within one document were asked for.
    nearest : Code, or str on plain text
        The existing code that they are closest to, on average, which may only need a wider definition.
    closeness : float
        How close.
    nearest_coded : float or None
        How much they resemble, on average, the coded segment that is most like each; None where nothing
        is coded.
    """

    segments: Sequence[At] = field(repr=False)
    quotes: tuple[At, ...]
    words: tuple[TellingWord, ...]
    n_documents: int
    cohesion: float
    nearest: Of = field(repr=lambda code: repr(getattr(code, "id", code)))
    closeness: float
    nearest_coded: float | None

    @property
    def importance(self) -> float:
        """Segments × documents × cohesion: what gaps are ordered by."""
        return len(self.segments) * self.n_documents * self.cohesion

    def __str__(self) -> str:
        nearest = self.nearest.name if isinstance(self.nearest, Code) else self.nearest
        words = ", ".join(word.text for word in self.words)
        quotes = [
            f"  “{each.quote}” ({each.document.id})"
            for each in self.quotes
            if isinstance(each, Segment)
        ]
        head = (
            f"{len(self.segments)} segments of {self.n_documents} documents: {words} "
            f"(closest code: {nearest})"
        )
        return "\n".join([head, *quotes])

    def placed(
        self: Gap[int, str], segments: Sequence[Segment], codes: Mapping[str, Code]
    ) -> Gap[Segment, Code]:
        """Return the gap in a project.

        Parameters
        ----------
        segments : sequence of Segment
            The segment of each row.
        codes : mapping of str to Code
            The codes by id.
        """
        return Gap(
            Segments(tuple(segments[row] for row in self.segments)),
            tuple(segments[row] for row in self.quotes),
            self.words, self.n_documents, self.cohesion, codes[self.nearest], self.closeness,
            self.nearest_coded,
        )  # fmt: skip


@frozen(eq=False, repr=False)
class Gaps(Sequence[Gap[At, Of]], Answer):
    """The gaps that were found, the most important first.

    Parameters
    ----------
    gaps : tuple of Gap
        The gaps.
    n_uncoded : int
        Segments without a code.
    n_short, n_repeated : int
        Of these, segments too short to say anything, and segments that repeat another word for word.
    n_far : int
        Of the rest, those far from every code.
    n_compared : int
        Of these, those that were compared with each other: all, or a sample.
    reason : str or None
        Why there is no gap.
    """

    _says = "What no code covers yet"
    _instead = "it is a list to read: print it"

    gaps: tuple[Gap[At, Of], ...]
    n_uncoded: int
    n_short: int
    n_repeated: int
    n_far: int
    n_compared: int
    reason: str | None = None

    def __len__(self) -> int:
        return len(self.gaps)

    def __iter__(self) -> Iterator[Gap[At, Of]]:
        return iter(self.gaps)

    @overload
    def __getitem__(self, place: int) -> Gap[At, Of]: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Gap[At, Of], ...]: ...

    def __getitem__(self, place: int | slice) -> Gap[At, Of] | tuple[Gap[At, Of], ...]:
        return self.gaps[place]

    def __repr__(self) -> str:
        return f"<{len(self)} gaps{f': {self.reason}' if self.reason else ''}>"

    def placed(
        self: Gaps[int, str], segments: Sequence[Segment], codes: Mapping[str, Code]
    ) -> Gaps[Segment, Code]:
        """Return the gaps in a project.

        Parameters
        ----------
        segments : sequence of Segment
            The segment of each row.
        codes : mapping of str to Code
            The codes by id.
        """
        return Gaps(
            tuple(gap.placed(segments, codes) for gap in self.gaps),
            self.n_uncoded, self.n_short, self.n_repeated, self.n_far, self.n_compared, self.reason,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each gap.

        Columns: segments, documents, cohesion, importance, words (the telling ones, the weightiest first),
        nearest (the id of the closest code), closeness, nearest_coded, quote (the segment most like the
        others, or its row on plain text), document (of that segment; missing on plain text).
        """
        import pandas as pd

        columns = (
            "segments", "documents", "cohesion", "importance", "words", "nearest", "closeness",
            "nearest_coded", "quote", "document",
        )  # fmt: skip
        return pd.DataFrame([_row(gap) for gap in self.gaps], columns=list(columns))


def _row(gap: Gap[At, Of]) -> tuple[object, ...]:
    quote = gap.quotes[0]
    nearest = gap.nearest
    told = (quote.quote, quote.document.id) if isinstance(quote, Segment) else (quote, None)
    return (
        len(gap.segments),
        gap.n_documents,
        gap.cohesion,
        gap.importance,
        ", ".join(word.text for word in gap.words),
        nearest.id if isinstance(nearest, Code) else nearest,
        gap.closeness,
        gap.nearest_coded,
        *told,
    )


def find_gaps(
    data: CodedTexts,
    space: TextSpace,
    closeness: ArrayLike,
    *,
    min_words: int = 4,
    min_segments: int = 5,
    min_documents: int = 2,
    most: int = 3000,
    random_state: RandomState = 0,
) -> Gaps[int, str]:
    """Return groups of uncoded segments that are far from every code.

    Parameters
    ----------
    data : CodedTexts
        All segments. Uncoded are those without a code, whether somebody decided so or has not looked.
    space : TextSpace
        The vocabulary, to compare segments by words and topics (and by the user's own vectors).
    closeness : array, segments × codes
        How close each segment is to each code, such as a suggester's scores. Those of segments that it
        learned from should be its scores for documents left out.
    min_words : int, default 4
        What is shorter is small talk ("yes, exactly") and left out. Where words are not separated by
        spaces, two neighbouring characters count as one.
    min_segments : int, default 5
        The least size of a gap.
    min_documents : int, default 2
        In how many documents a gap must be. Only with 1 does likeness within a document count: otherwise
        every document would be a group of its own.
    most : int, default 3000
        How many segments are compared with each other at the most: a random sample beyond. Memory grows
        with the square of this number, and not with the project.
    random_state : int or numpy.random.Generator, default 0
        The seed of the sample.

    Returns
    -------
    Gaps
        Empty, with the reason, where there is too little text.

    Raises
    ------
    StatisticsError
        When `closeness` does not fit the data, or a number makes no sense.

    Notes
    -----
    Far from every code is a segment whose closeness to all codes adds up to less than that of half of the
    coded segments: with probabilities, fewer codes are expected on it than on a typical coded segment.
    Without any coded segment, all are far.

    How alike two segments are is the mean cosine of their words and of their topics, these less the
    average topics, which all texts share. Groups of far segments are joined, the most alike first, as long
    as two groups are on average more alike than 95 of 100 pairs of such a segment and a coded one (without
    any coded segment: of two such segments) from another document. Most segments end in no group that is
    large enough. A group is a gap if its segments resemble the most similar fellow more than they resemble
    the most similar coded segment, on average, and if they are less close to their closest code than half
    of the coded segments are to theirs. Most of its segments have a telling word that hardly any others
    have: otherwise it is a way of speaking that they share, and no subject. At most 1000 coded segments are
    looked at. Text that is repeated word for word counts once.

    References
    ----------
    Sokal RR, Michener CD (1958). A statistical method for evaluating systematic relationships. University
    of Kansas Science Bulletin 38, 1409–1438 (average linkage).
    """
    close = _checked(data, closeness, min_words, min_segments, min_documents, most)
    has_code = np.diff(data.assigned.indptr) > 0
    uncoded = np.flatnonzero(~has_code)
    long = uncoded[[_is_long(data.texts[row], min_words) for row in uncoded]]
    fresh = long[_first_of_each([data.texts[row] for row in long])]
    total = close.sum(axis=1)
    limit = np.median(total[has_code]) if has_code.any() else np.inf
    far = fresh[total[fresh] < limit]
    compared = _sample(far, most, random_state)
    found: tuple[Gap[int, str], ...] = ()
    reason = _too_little(uncoded, far, data.document, min_words, min_segments, min_documents)
    if reason is None:
        coded = _sample(np.flatnonzero(has_code), _CODED, random_state)
        found = _grouped(data, space, close, compared, coded, min_segments, min_documents)
        if not found:
            reason = (
                f"no {min_segments} of {compared.size} uncoded segments are alike, and unlike what is "
                "coded"
            )
    return Gaps(
        found,
        n_uncoded=uncoded.size,
        n_short=uncoded.size - long.size,
        n_repeated=long.size - fresh.size,
        n_far=far.size,
        n_compared=compared.size,
        reason=reason,
    )


def _checked(data: CodedTexts, closeness: ArrayLike, *least: int) -> Floats:
    close = np.asarray(closeness, np.float64)
    if close.shape != data.assigned.shape:
        raise StatisticsError(
            f"closeness has the shape {close.shape}, but there are {data.assigned.shape[0]} segments "
            f"(rows) and {data.assigned.shape[1]} codes (columns)"
        )
    if not np.isfinite(close).all():
        row, code = np.argwhere(~np.isfinite(close))[0].tolist()
        raise StatisticsError(
            f"closeness of segment {row} to code {data.codebook[code].id!r} is {close[row, code]}: "
            "give a number for every segment and code"
        )
    for name, value, floor in zip(
        ("min_words", "min_segments", "min_documents", "most"), least, (1, 2, 1, 2), strict=True
    ):
        if value < floor:
            raise StatisticsError(f"{name} is {value}: give {floor} or more")
    return close


def _is_long(text: str, min_words: int) -> bool:
    return len(word_list(text)) >= min_words


def _first_of_each(texts: list[str]) -> Longs:
    """Return the places of texts that no earlier text equals but for case and spaces."""
    first: dict[str, int] = {}
    for place, text in enumerate(texts):
        first.setdefault(" ".join(text.casefold().split()), place)
    return np.fromiter(first.values(), np.int64, len(first))


def _sample(rows: Longs, most: int, random_state: RandomState) -> Longs:
    if rows.size <= most:
        return rows
    return np.sort(as_generator(random_state).choice(rows, most, replace=False))


def _too_little(
    uncoded: Longs,
    far: Longs,
    document: Longs,
    min_words: int,
    min_segments: int,
    min_documents: int,
) -> str | None:
    if uncoded.size == 0:
        return "every segment has a code"
    if far.size < min_segments:
        return (
            f"{far.size} of {uncoded.size} uncoded segments have at least {min_words} words and are far "
            f"from every code; a gap needs {min_segments}"
        )
    n_documents = np.unique(document[far]).size
    if n_documents < min_documents:
        return (
            f"the uncoded segments far from every code are in {n_documents} document(s), and a gap needs "
            f"{min_documents}: lower min_documents to look within documents"
        )
    return None


def _grouped(
    data: CodedTexts,
    space: TextSpace,
    close: Floats,
    rows: Longs,
    coded: Longs,
    min_segments: int,
    min_documents: int,
) -> tuple[Gap[int, str], ...]:
    """Return the gaps among some uncoded segments, the most important first."""
    both = without_shared(space.encode([data.texts[row] for row in (*rows, *coded)]))
    encoded, known = both.rows(slice(0, rows.size)), both.rows(slice(rows.size, None))
    across = min_documents > 1
    document = data.document[rows]
    apart = _apart(document, document) if across else ~np.eye(rows.size, dtype=bool)
    alike = np.where(apart, likeness(encoded, encoded), 0.0)
    elsewhere = _apart(document, data.document[coded]) | (not across)
    to_coded = np.where(elsewhere, likeness(encoded, known), 0.0)
    nearest = to_coded.max(axis=1, initial=0.0)
    usual = np.quantile(to_coded[elsewhere] if elsewhere.any() else alike[apart], _ALIKE)
    # What is close to one code as typical segments are to theirs is not lacking in the codebook.
    usually_close = np.median(close[coded].max(axis=1)) if coded.size else np.inf
    texts = [data.texts[row] for row in rows]
    spoken = TextsWith.of([*texts, *(data.texts[row] for row in coded)])
    found = []
    for members in joined(alike, float(usual)):
        own = np.ix_(members, members)
        near = close[rows[members]].mean(axis=0)
        if (
            members.size >= min_segments
            and np.unique(document[members]).size >= min_documents
            and alike[own].max(axis=1).mean() > nearest[members].mean()
            and near.max() < usually_close
        ):
            inside = TextsWith.of(texts[i] for i in members)
            outside = spoken - inside
            words = telling_words(inside, outside)
            if not _shares_a_subject([texts[i] for i in members], words, outside.n):
                continue
            coded_like = float(nearest[members].mean()) if coded.size else None
            found.append(_gap(data, rows[members], alike[own], apart[own], near, coded_like, words))
    return tuple(sorted(found, key=lambda gap: (-gap.importance, gap.segments)))


def _shares_a_subject(texts: list[str], words: tuple[TellingWord, ...], elsewhere: int) -> bool:
    """Return whether most texts have a telling word that is rare elsewhere.

    Otherwise it is a way of speaking that they share ("it was …"), which is no code.
    """
    rare = {word.text for word in words if word.outside <= _RARE * elsewhere}
    return sum(not rare.isdisjoint(word_list(text)) for text in texts) > len(texts) / 2


def _apart(some: Longs, others: Longs) -> Bools:
    return np.asarray(some[:, None] != others, bool)


def _gap(
    data: CodedTexts,
    rows: Longs,
    alike: Floats,
    apart: Bools,
    close: Floats,
    nearest_coded: float | None,
    words: tuple[TellingWord, ...],
) -> Gap[int, str]:
    to_others = (alike * apart).sum(axis=1) / np.maximum(apart.sum(axis=1), 1)
    nearest = int(close.argmax())
    return Gap(
        segments=tuple(rows.tolist()),
        quotes=tuple(
            int(rows[i]) for i in islice(_by_document(to_others, data.document[rows]), _QUOTES)
        ),
        words=words,
        n_documents=np.unique(data.document[rows]).size,
        cohesion=float(alike[apart].mean()),
        nearest=data.codebook[nearest].id,
        closeness=float(close[nearest]),
        nearest_coded=nearest_coded,
    )


def _by_document(likeness: Floats, document: Longs) -> Iterator[int]:
    """Yield members by their likeness, the best of each document before any second."""
    order = np.argsort(-likeness, kind="stable").tolist()
    seen: set[int] = set()
    later = []
    for i in order:
        if int(document[i]) in seen:
            later.append(i)
        else:
            seen.add(int(document[i]))
            yield i
    yield from later
