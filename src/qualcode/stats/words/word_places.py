"""Where the words of documents stand: what people say, without labels and signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.model.texts.documents import Document
from qualcode.model.texts.folded_text import Folded, spoken_words
from qualcode.model.values import ByValue

__all__ = ["Cutter", "cut_into_words", "spacy_lemmas"]

Longs: TypeAlias = NDArray[np.int64]
Cutter: TypeAlias = Callable[[str], Iterable[tuple[str, int, int]]]
"""What cuts a text into words: it returns each with its start and end, in order."""


def cut_into_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text without differences of case, with where each starts and ends.

    Words are those that keywords find: runs of letters and digits, an apostrophe within a word being part
    of it. In scripts without spaces each character is one; `spacy_lemmas` of a pipeline for the language
    knows better.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> [word for word, start, end in cut_into_words("We don’t co-produce, WE pay £3.")]
    ['we', "don't", 'co', 'produce', 'we', 'pay', '3']
    """
    folded = Folded.of(text)
    for word, start, end in spoken_words(folded.text):
        yield word, *folded.place(start, end)


def spacy_lemmas(pipeline: Any) -> Cutter:
    """Return what cuts texts into lemmas by a spaCy pipeline, so that *trusted* counts as *trust*.

    Parameters
    ----------
    pipeline : spaCy pipeline
        A loaded one that sets lemmas, such as ``spacy.load("en_core_web_sm")``.

    Raises
    ------
    StatisticsError
        When it is no pipeline; and when a text is cut, where it sets no lemmas.
    """
    if not callable(pipeline) or not hasattr(pipeline, "pipe_names"):
        raise StatisticsError(f"pipeline must be a spaCy pipeline, not {shown(pipeline)}")

    def lemmas(text: str) -> Iterator[tuple[str, int, int]]:
        found = pipeline(text)
        if len(found) and not found.has_annotation("LEMMA"):
            raise StatisticsError(
                f"the spaCy pipeline ({', '.join(pipeline.pipe_names) or 'a blank one'}) sets no lemmas: "
                "load one with a lemmatizer, or leave words= out"
            )
        for token in found:
            if not token.is_space and not token.is_punct:
                yield token.lemma_.lower(), token.idx, token.idx + len(token)

    return lemmas


@attrs.frozen(eq=False)
class Cut(ByValue):
    """The words of a document.

    Parameters
    ----------
    word : array of int64
        Numbers into a vocabulary.
    start, end : array of int64
        Where each stands; code points, half-open.
    turn : array of int64
        The turn that each is of; −1 for what belongs to none.
    """

    word: Longs
    start: Longs
    end: Longs
    turn: Longs

    def within(self, start: Longs, end: Longs) -> NDArray[np.bool_]:
        """Tell which words share text with any of some spans."""
        edges = np.zeros(len(self.word) + 1, dtype=np.int64)
        np.add.at(edges, np.searchsorted(self.end, start, "right"), 1)
        np.add.at(edges, np.searchsorted(self.start, end, "left"), -1)
        inside: NDArray[np.bool_] = np.cumsum(edges)[:-1] > 0
        return inside


def cut_document(document: Document, words: Cutter, vocabulary: dict[str, int]) -> Cut:
    """Return the words that people say in a document, and let the vocabulary grow by them.

    Where turns are known, these are the words in turns, without labels and times; and where the words of some
    speakers only count, those of their turns.

    Parameters
    ----------
    document : Document
        The document.
    words : callable
        What cuts a text into words.
    vocabulary : dict of str to int
        The words there are, with their numbers.
    """
    turns = document.speakers.turns
    parts = [(turn.start, turn.end, at) for at, turn in enumerate(turns)]
    if document.heard is not None:
        speaking = map(document.heard.includes, document.voices)
        parts = [part for part, heard in zip(parts, speaking, strict=True) if heard]
    elif not parts:
        parts = [(0, len(document.text), -1)]
    rows: list[tuple[int, int, int, int]] = []
    for start, end, turn in parts:
        found: Iterable[tuple[str, int, int]] = words(document.text[start:end])
        if words is not cut_into_words:
            found = _checked(found, document, end - start)
        rows += [
            (vocabulary.setdefault(word, len(vocabulary)), start + first, start + last, turn)
            for word, first, last in found
        ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Cut(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _checked(found: object, document: Document, length: int) -> list[tuple[str, int, int]]:
    """Return what a function of one's own cut a text into, if these are words in order."""
    where = f"words: what it returns for document {document.id!r}"
    advice = "return a triple of word, start and end for each, in order"
    if not isinstance(found, Iterable):
        raise StatisticsError(f"{where} is {shown(found)}: {advice}")
    rows, last = [], 0
    for each in found:
        if not (
            isinstance(each, tuple | list)
            and len(each) == 3
            and isinstance(each[0], str)
            and all(isinstance(at, int | np.integer) for at in each[1:])
            and last <= each[1] < each[2] <= length
        ):
            raise StatisticsError(f"{where} holds {shown(each)}: {advice}")
        last = int(each[2])
        rows.append((each[0], int(each[1]), last))
    return rows
