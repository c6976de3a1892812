"""Why the shared stacker suggests a code: words of the segment, segments coded so, a phrase of the codebook.

All of it is quoted from real text, with its place; nothing is made up to explain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.model.coding.suggestions import Explanation, NearRow, PhraseMatch, Term
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import Phrase
from qualcode.suggest.bench.function_words import function_words
from qualcode.suggest.bench.quoting import LEAST_SIMILARITY, most_alike, stretches
from qualcode.suggest.bench.texts import BEGIN, END, TextSpace, tokens
from qualcode.suggest.stacker.code_pairs import Stack
from qualcode.suggest.stacker.scores import BaseScores

__all__ = ["Explainer"]

Floats = NDArray[np.float64]

_CHUNK = re.compile(r"\S+")
# How many words, and how many segments, at the most.
_MOST = 3


@frozen(eq=False)
class Explainer(ByValue):
    """Explains suggestions of one fitted stack: what is the same for all of them is looked up once.

    Parameters
    ----------
    phrases, phrase_terms, space, base, stack, weights, counts, rows
        See `qualcode.suggest.stacker.fitted.FittedStack`.
    """

    phrases: tuple[Phrase, ...] = field(repr=False)
    phrase_terms: Any = field(repr=False)
    space: TextSpace
    base: BaseScores = field(repr=False)
    stack: Stack
    weights: Floats = field(repr=False)
    counts: Floats = field(repr=False)
    rows: NDArray[np.int64] = field(repr=False)

    @cached_property
    def _labels(self) -> Any:
        return self.base.landmark_labels.tocsc()

    @cached_property
    def _log_odds(self) -> dict[int, Floats]:
        """What a unit of each term adds, by code; filled as codes are asked about."""
        return {}

    @cached_property
    def _own_phrases(self) -> dict[int, list[int]]:
        """The places of the phrases that speak for each code."""
        found: dict[int, list[int]] = {}
        for place, phrase in enumerate(self.phrases):
            if not phrase.against:
                found.setdefault(phrase.code, []).append(place)
        return found

    def explain(self, text: str, codes: Sequence[int]) -> tuple[Explanation[NearRow], ...]:
        """Return why each of some codes is suggested for a segment.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        terms = self.space.terms([text])
        near = (self.base.landmarks @ terms.T).toarray()[:, 0]  # the short side is turned
        alike = (self.phrase_terms @ terms.T).toarray()[:, 0]
        parts = _Parts.of(self.space, text)
        return tuple(
            Explanation(
                terms=self._words(parts, terms, code)[:_MOST],
                nearest=self._nearest(near, code),
                phrase=self._phrase(alike, code),
            )
            for code in codes
        )

    def _words(self, parts: _Parts, terms: Any, code: int) -> tuple[Term, ...]:
        """Return stretches of text by what they add to the log odds, the weightiest first."""
        if code not in self._log_odds:
            self._log_odds[code] = self._log_odds_of_terms(code)
        added = terms.data * self._log_odds[code][terms.indices]
        weight = parts.shared(dict(zip(terms.indices.tolist(), added.tolist(), strict=True)))
        return stretches(parts.text, parts.words, weight, self._silent)

    @cached_property
    def _silent(self) -> frozenset[str]:
        """Words that say nothing by themselves; how rare each is tells how frequent."""
        rarity = self.space.weights[: len(self.space.words)]
        return function_words(dict(zip(self.space.words, np.exp(-rarity).tolist(), strict=True)))

    def _nearest(self, near: Floats, code: int) -> tuple[NearRow, ...]:
        having = self._labels.indices[self._labels.indptr[code] : self._labels.indptr[code + 1]]
        with_code = np.sort(having)
        return most_alike(near[with_code], self.rows[self.base.landmark_rows[with_code]], _MOST)

    def _phrase(self, alike: Floats, code: int) -> PhraseMatch | None:
        """Return the code's phrase that is most like the text."""
        own = self._own_phrases.get(code)
        if own is None:
            return None
        best = int(alike[own].argmax())
        likeness = float(alike[own[best]])
        if likeness < LEAST_SIMILARITY:
            return None
        phrase: Phrase = self.phrases[own[best]]
        return PhraseMatch(phrase.text, phrase.part, likeness)

    def _log_odds_of_terms(self, code: int) -> Floats:
        """Return what a unit of each term adds to a code's log odds, through all scores linear in terms."""
        weight = dict(zip(self.stack.names, self.weights, strict=False))
        novelty = 1 / (1 + self.counts[0, code])

        def slope(name: str) -> float:
            known = weight[f"{name} (known)"] + weight[f"{name} over others (known)"]
            new = weight[f"{name} (new)"] + weight[f"{name} over others (new)"]
            scale = self.stack.scaling[name].scale[code]
            return float((known * (1 - novelty) + new * novelty) / scale)

        whole = weight["terms with frequency"] + weight["terms with frequency over others"]
        of_ridge = slope("terms") + whole / self.stack.scaling["terms"].whole_scale
        total = self.base.term_weights[:, code] * of_ridge
        for name, profiles in (("codebook", self.base.profiles), ("name", self.base.names)):
            total += profiles.terms[code].toarray()[0] * slope(name)
        return np.asarray(total, np.float64)


class _Parts:
    """The words of a text, and what n-grams and pieces of words they are parts of."""

    def __init__(self, text: str, words: list[tuple[str, int, int]]) -> None:
        self.text, self.words = text, words
        # A term, the share of it that one occurrence has, and the words that share it, by weight.
        self._shares: list[tuple[int, list[tuple[int, float]]]] = []

    @classmethod
    def of(cls, space: TextSpace, text: str) -> _Parts:
        """Return the parts of a text, as far as a vocabulary has them."""
        parts = cls(text, list(tokens(text)))
        parts._add_word_grams(space)
        parts._add_pieces(space)
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

    def _add_word_grams(self, space: TextSpace) -> None:
        """Word n-grams are shared among their words."""
        place = space.word_places
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

    def _add_pieces(self, space: TextSpace) -> None:
        """Pieces of words are shared among the words they are of, by their length."""
        place = space.piece_places
        chunks = [(match.start(), match.end()) for match in _CHUNK.finditer(self.text)]
        pieces = [space.pieces_of(self.text[start:end]) for start, end in chunks]
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
