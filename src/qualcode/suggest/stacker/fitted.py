"""A fitted suggester: arrays that score text, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy.special import expit

from qualcode.model.coding.suggestions import Explanation, NearRow, Status
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import CodeText, Phrase, status_of
from qualcode.suggest.bench.frequencies import Rates
from qualcode.suggest.bench.texts import Encoded, TextSpace, tokens, word_grams
from qualcode.suggest.bench.trust import Calibration, Trust
from qualcode.suggest.stacker.code_pairs import Stack, pair_features
from qualcode.suggest.stacker.explaining import Explainer
from qualcode.suggest.stacker.scores import BaseScores, Scorer, Scores, context_scores, scored

__all__ = ["Block", "FittedStack", "read_blocks"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@frozen(eq=False)
class Block(ByValue):
    """Some consecutive segments, read together with their neighbours.

    Parameters
    ----------
    start : int
        The place of the first.
    texts : list of str
        The segments, and those next to them at either end.
    inner : slice
        Which of the texts are the block's own.
    before, after : array of int
        The place in `texts` of each text's neighbour in the same document, -1 where there is none.
    """

    start: int
    texts: list[str]
    inner: slice
    before: Longs
    after: Longs


def read_blocks(rows: Iterable[tuple[str, object]], size: int) -> Iterator[Block]:
    """Yield blocks of segments, the segments of a document being next to each other.

    Parameters
    ----------
    rows : iterable of (text, document)
        The segments; read once, and never held all at once.
    size : int
        How many segments a block.

    Examples
    --------
    >>> [block.texts for block in read_blocks([("a", 1), ("b", 1), ("c", 2)], 2)]
    [['a', 'b'], ['c']]
    >>> [block.texts for block in read_blocks([("a", 1), ("b", 1), ("c", 1)], 2)]
    [['a', 'b', 'c'], ['b', 'c']]
    """
    stream = iter(rows)
    last: list[tuple[str, object]] = []
    waiting = list(islice(stream, size))
    start = 0
    while waiting:
        following = list(islice(stream, size))
        halo_before = [row for row in last if row[1] == waiting[0][1]]
        halo_after = [row for row in following[:1] if row[1] == waiting[-1][1]]
        together = [*halo_before, *waiting, *halo_after]
        same = np.array([a[1] == b[1] for a, b in pairwise(together)], bool)
        place = np.arange(len(together))
        yield Block(
            start,
            [text for text, _ in together],
            slice(len(halo_before), len(halo_before) + len(waiting)),
            np.where(np.r_[False, same], place - 1, -1),
            np.where(np.r_[same, False], place + 1, -1),
        )
        start += len(waiting)
        last, waiting = waiting[-1:], following


@frozen(eq=False)
class FittedStack(ByValue):
    """Everything a fitted suggester knows.

    Parameters
    ----------
    codebook : tuple of CodeText
        The codes.
    phrases : tuple of Phrase
        Their phrases.
    phrase_terms : CSR matrix, phrases × terms
        The same, encoded.
    space : TextSpace
        The vocabulary.
    base : BaseScores
        The base scores.
    stack : Stack
        How they are scaled.
    weights : array
        What each feature of a pair counts, the intercept last.
    counts : array, 1 × codes
        How many coded segments have each code.
    n_documents : array, codes
        In how many documents.
    rates : Rates
        Their frequency.
    rows : array
        The place of each coded segment in the data that was learned from.
    calibration : Calibration
        From scores to probabilities.
    trust : Trust
        The predictions for left-out documents.
    cuts : array, codes
        The probability from which a code is expected to be worth assigning.
    scorer : callable, optional
        A scorer of the user's own.
    """

    codebook: tuple[CodeText, ...]
    phrases: tuple[Phrase, ...] = field(repr=False)
    phrase_terms: Any = field(repr=False)
    space: TextSpace
    base: BaseScores = field(repr=False)
    stack: Stack
    weights: Floats = field(repr=False)
    counts: Floats = field(repr=False)
    n_documents: Longs = field(repr=False)
    rates: Rates = field(repr=False)
    rows: Longs = field(repr=False)
    calibration: Calibration = field(repr=False)
    trust: Trust
    cuts: Floats = field(repr=False)
    scorer: Scorer | None = field(default=None, repr=False)
    explains_later: ClassVar[bool] = True

    @property
    def statuses(self) -> tuple[Status, ...]:
        """How much is known of each code: cold, learning or usable."""
        return tuple(
            status_of(int(n), int(d)) for n, d in zip(self.counts[0], self.n_documents, strict=True)
        )

    def known(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which texts have a word, or a piece of one, that is in the vocabulary.

        Parameters
        ----------
        texts : sequence of str
            Segments.
        """
        words, pieces = self.space.word_places, self.space.piece_places
        return np.array(
            [
                # Most often the first word is known, and nothing else needs to be looked up.
                any(word in words for word, _, _ in tokens(text))
                or any(gram in words for gram in word_grams(text))
                or any(piece in pieces for piece in self.space.pieces_of(text))
                for text in texts
            ],
            bool,
        )

    def explain(self, text: str, codes: Sequence[int]) -> tuple[Explanation[NearRow], ...]:
        """Return why each of some codes is suggested for a segment.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        return self._explainer.explain(text, codes)

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(
            self.phrases, self.phrase_terms, self.space, self.base, self.stack, self.weights,
            self.counts, self.rows,
        )  # fmt: skip

    def base_scores(self, encoded: Encoded, before: Longs, after: Longs, rules: Any) -> Scores:
        """Return the base scores of some texts, context and rules among them.

        Parameters
        ----------
        encoded : Encoded
            The texts.
        before, after : array of int
            Their neighbours, -1 where there is none.
        rules : sparse matrix or None
            Hits of the codes' patterns.
        """
        scores = self.base.score(encoded)
        scores["context"] = context_scores(scores["terms"], before, after)
        if rules is not None:
            scores["rules"] = np.asarray(rules.toarray(), np.float64)
        elif "rules" in self.stack.scaling:
            scores["rules"] = np.zeros_like(scores["terms"])
        return scores

    def features(self, scores: Scores) -> Floats:
        """Return the features of each pair of segment and code.

        Parameters
        ----------
        scores : mapping of str to array
            The base scores.
        """
        return pair_features(self.stack, scores, self.counts, self.rates)

    def score_block(self, block: Block, rules: Any = None) -> Floats:
        """Return the scores of a block's own segments, segments × codes.

        Parameters
        ----------
        block : Block
            The segments.
        rules : sparse matrix, optional
            Hits of the codes' patterns on the block's own segments.
        """
        encoded = self.space.encode(block.texts)
        terms = None
        if rules is not None:
            terms = _widen(rules, len(block.texts), block.inner)
        scores = self.base_scores(encoded, block.before, block.after, terms)
        if self.scorer is not None:
            scores["scorer"] = scored(self.scorer, block.texts, self.codebook)
        inner = {name: score[block.inner] for name, score in scores.items()}
        return np.asarray(expit(self.features(inner) @ self.weights[:-1] + self.weights[-1]))


def _widen(rules: Any, n_rows: int, inner: slice) -> Any:
    """Return rule hits with empty rows for the neighbours at either end."""
    indptr = np.r_[
        np.zeros(inner.start, rules.indptr.dtype),
        rules.indptr,
        np.full(n_rows - inner.stop, rules.indptr[-1]),
    ]
    return type(rules)((rules.data, rules.indices, indptr), shape=(n_rows, rules.shape[1]))
