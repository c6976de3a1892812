"""Why a code is suggested: words of the segment, coded segments like it, a phrase of the definition.

All of it is quoted from real text, with its place; nothing is made up to explain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qualcode._extras import require
from qualcode.model.coding.suggestions import PhraseMatch, Term
from qualcode.model.later import Later
from qualcode.suggest.bench.coded_texts import Phrase
from qualcode.suggest.bench.texts import BEGIN, END, tokens

if TYPE_CHECKING:
    from qualcode.suggest.stacker.fitted import FittedStack

__all__ = ["Explainer", "Explanation", "Near", "explain", "function_words", "nearest", "stretches"]

Floats = NDArray[np.float64]

# What resembles less than this is no evidence worth showing.
_LEAST_SIMILARITY = 0.05
# Words that add less than this share of what the weightiest adds are not worth a glance.
_TELLING = 0.35
_CHUNK = re.compile(r"\S+")
_LETTER = re.compile(r"\w")
_APOSTROPHES = ("'", "’")
# A stretch of more words is read no longer at a glance.
_MOST_WORDS = 6
# Stop words that can be what a segment is about.
_NO_FUNCTION_WORDS = frozenset(
    [
        "alone",
        "amount",
        "bill",
        "bottom",
        "call",
        "cry",
        "describe",
        "detail",
        "empty",
        "fill",
        "find",
        "fire",
        "found",
        "full",
        "interest",
        "mill",
        "mine",
        "move",
        "nobody",
        "part",
        "serious",
        "show",
        "side",
        "sincere",
        "system",
        "thick",
        "thin",
        "together",
        "top",
    ]
) | frozenset(
    [
        "don",
        "didn",
        "doesn",
        "isn",
        "wasn",
        "aren",
        "weren",
        "won",
        "wouldn",
        "couldn",
        "shouldn",
        "ain",
        "hasn",
        "haven",
        "hadn",
        "ll",
        "ve",
    ]
)


@cache
def function_words() -> frozenset[str]:
    """Return the English words that say nothing by themselves: scikit-learn's stop words, less a few."""
    text = require("sklearn.feature_extraction.text", extra="suggest")
    return frozenset(text.ENGLISH_STOP_WORDS) - _NO_FUNCTION_WORDS


@frozen
class Near:
    """A segment that a human gave the code to.

    Parameters
    ----------
    row : int
        Its place in the data that was learned from.
    similarity : float
        How alike the texts are, 1 for the same.
    """

    row: int
    similarity: float


@frozen
class Explanation(Later):
    """Why a code is suggested for a segment.

    Parameters
    ----------
    terms : tuple of Term
        Words of the segment, the weightiest first.
    nearest : tuple of Near
        Segments that humans coded so, the most similar first.
    phrase : PhraseMatch or None
        The phrase of the codebook that is most like the segment.
    """

    terms: tuple[Term, ...] = ()
    nearest: tuple[Near, ...] = ()
    phrase: PhraseMatch | None = None


def explain(fitted: FittedStack, text: str, code: int, *, most: int = 3) -> Explanation:
    """Return why a code is suggested for a segment.

    Parameters
    ----------
    fitted : FittedStack
        The suggester.
    text : str
        The segment's text.
    code : int
        The code's place in the codebook.
    most : int, default 3
        How many words, and how many segments, at the most.
    """
    return Explainer(fitted, most=most).explain(text, [code])[0]


class Explainer:
    """Explains suggestions of one suggester: what is the same for all of them is looked up once.

    Parameters
    ----------
    fitted : FittedStack
        The suggester.
    most : int, default 3
        How many words, and how many segments, at the most.
    """

    def __init__(self, fitted: FittedStack, *, most: int = 3) -> None:
        self._fitted = fitted
        self._most = most
        self._labels = fitted.base.landmark_labels.tocsc()
        self._log_odds: dict[int, Floats] = {}
        self._phrases: dict[int, list[int]] = {}
        for place, phrase in enumerate(fitted.phrases):
            if not phrase.against:
                self._phrases.setdefault(phrase.code, []).append(place)

    def explain(self, text: str, codes: Sequence[int]) -> tuple[Explanation, ...]:
        """Return why each of some codes is suggested for a segment.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        fitted = self._fitted
        terms = fitted.space.terms([text])
        near = (fitted.base.landmarks @ terms.T).toarray()[:, 0]  # the short side is turned
        alike = (fitted.phrase_terms @ terms.T).toarray()[:, 0]
        parts = _Parts.of(fitted, text)
        return tuple(
            Explanation(
                self._words(parts, terms, code)[: self._most],
                self._nearest(near, code),
                self._phrase(alike, code),
            )
            for code in codes
        )

    def _words(self, parts: _Parts, terms: Any, code: int) -> tuple[Term, ...]:
        """Return stretches of text by what they add to the log odds, the weightiest first."""
        if code not in self._log_odds:
            self._log_odds[code] = _log_odds_of_terms(self._fitted, code)
        added = terms.data * self._log_odds[code][terms.indices]
        weight = parts.shared(dict(zip(terms.indices.tolist(), added.tolist(), strict=True)))
        return stretches(parts.text, parts.words, weight)

    def _nearest(self, near: Floats, code: int) -> tuple[Near, ...]:
        base = self._fitted.base
        having = self._labels.indices[self._labels.indptr[code] : self._labels.indptr[code + 1]]
        with_code = np.sort(having)
        return _most_alike(
            near[with_code], self._fitted.rows[base.landmark_rows[with_code]], self._most
        )

    def _phrase(self, alike: Floats, code: int) -> PhraseMatch | None:
        """Return the code's phrase that is most like the text."""
        own = self._phrases.get(code)
        if own is None:
            return None
        best = int(alike[own].argmax())
        likeness = float(alike[own[best]])
        if likeness < _LEAST_SIMILARITY:
            return None
        phrase: Phrase = self._fitted.phrases[own[best]]
        return PhraseMatch(phrase.text, phrase.part, likeness)


def stretches(text: str, words: list[tuple[str, int, int]], weight: Floats) -> tuple[Term, ...]:
    """Return stretches of telling words, the weightiest first.

    Parameters
    ----------
    text : str
        The segment's text.
    words : list of (word, start, end)
        Its words.
    weight : array
        What each adds to the log odds.
    """
    spoken = np.array([bool(_LETTER.search(word)) for word, _, _ in words], bool)
    whole = _contractions(words)
    joined = (
        np.bincount(whole, weight * spoken, minlength=len(words))[whole] if len(words) else weight
    )
    telling = spoken & (joined > 0) & (joined >= _TELLING * joined.max(initial=0.0))
    found: list[list[int]] = []
    for number in np.unique(whole[telling]).tolist():
        parts = _parts(whole, number)
        near = found and found[-1][-1] == parts[0] - 1
        if near and len(found[-1]) + len(parts) <= _MOST_WORDS:
            found[-1] += parts
        else:
            found.append(parts)
    kept = [some for each in found if (some := _without_function_words(each, whole, words))]
    weights = [float(weight[some].sum()) for some in kept]
    ordered = sorted(zip(kept, weights, strict=True), key=lambda each: -each[1])
    return tuple(
        Term(start, end, text[start:end], total)
        for some, total in ordered
        for start, end in [(words[some[0]][1], words[some[-1]][2])]
        if total > 0
    )


def _contractions(words: list[tuple[str, int, int]]) -> NDArray[np.int64]:
    """Return a number for each word, the same for those that an apostrophe joins: don, ', t."""
    number = np.arange(len(words))
    for i in range(1, len(words) - 1):
        touching = words[i - 1][2] == words[i][1] and words[i][2] == words[i + 1][1]
        spoken = _LETTER.search(words[i - 1][0]) and _LETTER.search(words[i + 1][0])
        if words[i][0] in _APOSTROPHES and touching and spoken:
            number[i] = number[i + 1] = number[i - 1]
    return number


def _parts(whole: NDArray[np.int64], number: int) -> list[int]:
    """Return the words of one number, which stand next to each other."""
    first, last = np.searchsorted(whole, [number, number + 1])
    return list(range(int(first), int(last)))


def _without_function_words(
    some: list[int], whole: NDArray[np.int64], words: list[tuple[str, int, int]]
) -> list[int]:
    """Return a stretch without the words at its ends that say nothing by themselves."""

    def says_nothing(at: int) -> bool:
        parts = [words[i][0] for i in _parts(whole, int(whole[at]))]
        return all(
            part in function_words()
            or (part.isascii() and len(part) <= 2)
            or not _LETTER.search(part)
            for part in parts
        )

    kept = list(some)
    while kept and says_nothing(kept[0]):
        kept.pop(0)
    while kept and says_nothing(kept[-1]):
        kept.pop()
    return kept


def _log_odds_of_terms(fitted: FittedStack, code: int) -> Floats:
    """Return what a unit of each term adds to a code's log odds, through all scores linear in terms."""
    weight = dict(zip(fitted.stack.names, fitted.weights, strict=False))
    novelty = 1 / (1 + fitted.counts[0, code])

    def slope(name: str) -> float:
        known = weight[f"{name} (known)"] + weight[f"{name} over others (known)"]
        new = weight[f"{name} (new)"] + weight[f"{name} over others (new)"]
        scale = fitted.stack.scaling[name].scale[code]
        return float((known * (1 - novelty) + new * novelty) / scale)

    whole = weight["terms with frequency"] + weight["terms with frequency over others"]
    of_ridge = slope("terms") + whole / fitted.stack.scaling["terms"].whole_scale
    total = fitted.base.term_weights[:, code] * of_ridge
    for name, profiles in (("codebook", fitted.base.profiles), ("name", fitted.base.names)):
        total += profiles.terms[code].toarray()[0] * slope(name)
    return np.asarray(total, np.float64)


class _Parts:
    """The words of a text, and what n-grams and pieces of words they are parts of."""

    def __init__(self, text: str, words: list[tuple[str, int, int]]) -> None:
        self.text, self.words = text, words
        # A term, the share of it that one occurrence has, and the words that share it, by weight.
        self._shares: list[tuple[int, list[tuple[int, float]]]] = []

    @classmethod
    def of(cls, fitted: FittedStack, text: str) -> _Parts:
        """Return the parts of a text, as far as a suggester knows them."""
        parts = cls(text, list(tokens(text)))
        parts._add_word_grams(fitted)
        parts._add_pieces(fitted)
        return parts

    def shared(self, added: dict[int, float]) -> Floats:
        """Return what each word adds, given what each term of the text does."""
        weight = np.zeros(len(self.words))
        for term, shares in self._shares:
            total = added.get(term, 0.0)
            if total:
                for word, share in shares:
                    weight[word] += total * share
        return weight

    def _add_word_grams(self, fitted: FittedStack) -> None:
        """Word n-grams are shared among their words."""
        place = fitted.space.word_places
        words = [word for word, _, _ in self.words]
        times = Counter(words)
        for i, word in enumerate(words):
            if (term := place.get(word)) is not None:
                self._shares.append((term, [(i, 1 / times[word])]))
        pairs = list(zip([BEGIN, *words], [*words, END], strict=True))
        times_of_pair = Counter(pairs)
        for i, pair in enumerate(pairs):
            inside = [j for j in (i - 1, i) if 0 <= j < len(words)]
            if inside and (term := place.get(" ".join(pair))) is not None:
                share = 1 / (times_of_pair[pair] * len(inside))
                self._shares.append((term, [(j, share) for j in inside]))

    def _add_pieces(self, fitted: FittedStack) -> None:
        """Pieces of words are shared among the words they are of, by their length."""
        place = fitted.space.piece_places
        chunks = [(match.start(), match.end()) for match in _CHUNK.finditer(self.text)]
        pieces = [fitted.space.pieces_of(self.text[start:end]) for start, end in chunks]
        times = Counter(piece for of_chunk in pieces for piece in of_chunk)
        word = 0
        for (_, chunk_end), of_chunk in zip(chunks, pieces, strict=True):
            inside = []
            while word < len(self.words) and self.words[word][1] < chunk_end:
                inside.append(word)
                word += 1
            lengths = [self.words[i][2] - self.words[i][1] for i in inside]
            total = sum(lengths)
            for piece in of_chunk:
                if (term := place.get(piece)) is not None:
                    shares = [
                        (i, length / total / times[piece])
                        for i, length in zip(inside, lengths, strict=True)
                    ]
                    self._shares.append((term, shares))


def nearest(terms: Any, coded: Any, rows: NDArray[np.int64], most: int) -> tuple[Near, ...]:
    """Return the coded segments that are most like a text.

    Parameters
    ----------
    terms : sparse row
        The text.
    coded : CSR matrix, segments × terms
        Coded segments.
    rows : array of int
        Their places in the data that was learned from.
    most : int
        How many at the most.
    """
    return _most_alike((coded @ terms.T).toarray()[:, 0], rows, most)


def _most_alike(near: Floats, rows: NDArray[np.int64], most: int) -> tuple[Near, ...]:
    order = np.argsort(-near, kind="stable")[:most]
    return tuple(Near(int(rows[i]), float(near[i])) for i in order if near[i] >= _LEAST_SIMILARITY)
