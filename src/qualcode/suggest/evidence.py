"""Why a code is suggested: words of the segment, coded segments like it, a phrase of the definition.

All of it is quoted from real text, with its place; nothing is made up to explain.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qualcode.model.suggestions import PhraseMatch, Term
from qualcode.suggest.data import Phrase
from qualcode.suggest.text import BEGIN, END, tokens

if TYPE_CHECKING:
    from qualcode.suggest.fitted import FittedStack

__all__ = ["Explanation", "Near", "explain", "nearest", "stretches"]

Floats = NDArray[np.float64]

# What resembles less than this is no evidence worth showing.
_LEAST_SIMILARITY = 0.05
# Words that add less than this share of what the weightiest adds are not worth a glance.
_TELLING = 0.35
_CHUNK = re.compile(r"\S+")
_LETTER = re.compile(r"\w")


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
class Explanation:
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


def explain(
    fitted: FittedStack, text: str, code: int, *, most: int = 3, terms: Any = None
) -> Explanation:
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
    terms : sparse row, optional
        The text's terms, if they are known already.
    """
    if terms is None:
        terms = fitted.space.terms([text])
    return Explanation(
        _words(fitted, text, terms, code)[:most],
        _nearest(fitted, terms, code, most),
        _phrase(fitted, terms, code),
    )


def _words(fitted: FittedStack, text: str, terms: Any, code: int) -> tuple[Term, ...]:
    """Return stretches of text by what they add to the log odds, the weightiest first."""
    added = dict(
        zip(
            terms.indices.tolist(),
            (terms.data * _log_odds_of_terms(fitted, code, terms.indices)).tolist(),
            strict=True,
        )
    )
    words = list(tokens(text))
    weight = np.zeros(len(words))
    _add_word_grams(fitted, [word for word, _, _ in words], added, weight)
    _add_pieces(fitted, text, words, added, weight)
    return stretches(text, words, weight)


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
    telling = spoken & (weight > 0) & (weight >= _TELLING * weight.max(initial=0.0))
    found: list[tuple[int, int, int, float]] = []
    for i in np.flatnonzero(telling).tolist():
        _, start, end = words[i]
        if found and found[-1][2] == i - 1:
            found[-1] = (found[-1][0], end, i, found[-1][3] + float(weight[i]))
        else:
            found.append((start, end, i, float(weight[i])))
    ordered = sorted(found, key=lambda term: -term[3])
    return tuple(Term(start, end, text[start:end], w) for start, end, _, w in ordered)


def _log_odds_of_terms(fitted: FittedStack, code: int, terms: NDArray[np.int32]) -> Floats:
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
    total = fitted.base.term_weights[terms, code] * of_ridge
    for name, profiles in (("codebook", fitted.base.profiles), ("name", fitted.base.names)):
        total += profiles.terms[code].toarray()[0, terms] * slope(name)
    return np.asarray(total, np.float64)


def _add_word_grams(
    fitted: FittedStack, words: list[str], added: dict[int, float], weight: Floats
) -> None:
    """Share what word n-grams add among their words, in place."""
    place = fitted.space.word_places
    times = Counter(words)
    for i, word in enumerate(words):
        weight[i] += added.get(place.get(word, -1), 0.0) / times[word]
    pairs = list(zip([BEGIN, *words], [*words, END], strict=True))
    times_of_pair = Counter(pairs)
    for i, pair in enumerate(pairs):
        share = added.get(place.get(" ".join(pair), -1), 0.0) / times_of_pair[pair]
        inside = [j for j in (i - 1, i) if 0 <= j < len(words)]
        for j in inside:
            weight[j] += share / len(inside)


def _add_pieces(
    fitted: FittedStack,
    text: str,
    words: list[tuple[str, int, int]],
    added: dict[int, float],
    weight: Floats,
) -> None:
    """Share what pieces of words add among the words they are of, in place."""
    place = fitted.space.piece_places
    chunks = [(match.start(), match.end()) for match in _CHUNK.finditer(text)]
    pieces = [fitted.space.pieces_of(text[start:end]) for start, end in chunks]
    times = Counter(piece for of_chunk in pieces for piece in of_chunk)
    word = 0
    for (_, chunk_end), of_chunk in zip(chunks, pieces, strict=True):
        inside = []
        while word < len(words) and words[word][1] < chunk_end:
            inside.append(word)
            word += 1
        total = sum(added.get(place.get(piece, -1), 0.0) / times[piece] for piece in of_chunk)
        length = sum(words[i][2] - words[i][1] for i in inside)
        for i in inside:
            weight[i] += total * (words[i][2] - words[i][1]) / length


def _nearest(fitted: FittedStack, terms: Any, code: int, most: int) -> tuple[Near, ...]:
    """Return the segments with the code that are most like the text."""
    with_code = fitted.base.landmark_labels[:, [code]].nonzero()[0]
    rows = fitted.rows[fitted.base.landmark_rows[with_code]]
    return nearest(terms, fitted.base.landmarks[with_code], rows, most)


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
    near = (coded @ terms.T).toarray()[:, 0]  # the short side is turned
    order = np.argsort(-near, kind="stable")[:most]
    return tuple(Near(int(rows[i]), float(near[i])) for i in order if near[i] >= _LEAST_SIMILARITY)


def _phrase(fitted: FittedStack, terms: Any, code: int) -> PhraseMatch | None:
    """Return the code's phrase that is most like the text."""
    own = [
        i for i, phrase in enumerate(fitted.phrases) if phrase.code == code and not phrase.against
    ]
    if not own:
        return None
    near = (fitted.phrase_terms[own] @ terms.T).toarray()[:, 0]
    best = int(near.argmax())
    if near[best] < _LEAST_SIMILARITY:
        return None
    phrase: Phrase = fitted.phrases[own[best]]
    return PhraseMatch(phrase.text, phrase.part, float(near[best]))
