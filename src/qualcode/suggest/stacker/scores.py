"""The base scores: independent reasons to put a code on a segment, each weak by itself.

The codebook is training data. Its phrases are compared with a segment directly, and they are weak
examples for the ridge regressions that learn from coded segments; so a code that was never assigned has
scores too. Every score of a coded segment is also computed as if its document had never been seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from qualcode.errors import SuggestionError
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import CodeText, Phrase
from qualcode.suggest.bench.frequencies import Labels
from qualcode.suggest.bench.texts import Encoded, Joining, TextSpace
from qualcode.suggest.stacker.ridge import GroupedRidge

__all__ = [
    "KINDS",
    "BaseScores",
    "Kind",
    "Profiles",
    "Scorer",
    "best_other",
    "context_scores",
    "fit_scores",
    "scored",
]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Scores = dict[str, Floats]
Scorer = Callable[[list[str], Sequence[CodeText]], Any]
"""From texts and the codebook to an array of scores, texts × codes."""

# How much a phrase of the codebook counts beside a coded segment; a code's phrases share it as the root of
# their number, so that a long definition helps more than a short one, but not in proportion.
_PHRASE_WEIGHT = 0.5
_LENGTH_SCALE = 0.2
_NEAREST = 15
# Rows that span the space in which the ridge on terms is fitted: exact up to so many, then an approximation.
_LANDMARKS = 1024
# A code's text is enlarged with the words of so many segments that resemble it more than they resemble other
# codes, which count as this part of its own words; they are looked for among so many that were read.
_ECHOES, _ECHO_WEIGHT, _ECHOES_AMONG = 20, 0.7, 5000
# Codes' texts without what they quote from a document, made together: bounds the memory.
_PAIRS_AT_ONCE = 512
# Their scores, kept from one fit to the next.
_PAIRS_KEPT = 20_000
# So many cosines of texts are kept from one fit to the next.
_PRODUCTS_KEPT = 4_000_000
# A quote this similar to a segment is taken for a quote of it.
_SAME = 0.9
# How much of the resemblance to another code counts against an echo.
_EXCLUSION = 0.75


@frozen
class Kind:
    """A kind of base score.

    Parameters
    ----------
    warm, cold : float
        The weight it is trusted with at first, for codes with many examples and with none.
    learned : bool
        Whether it comes from coded segments, and so includes how often the code is used.
    """

    warm: float
    cold: float
    learned: bool = False


KINDS: Mapping[str, Kind] = {
    "codebook": Kind(0.06, 0.5),
    "name": Kind(0.06, 0.1),
    "codebook_topics": Kind(0.06, 0.12),
    "terms": Kind(0.23, 0.06, learned=True),
    "topics": Kind(0.23, 0.06, learned=True),
    "nearest": Kind(0.11, 0.0, learned=True),
    "context": Kind(0.06, 0.06),
    "codebook_vectors": Kind(0.1, 0.3),
    "vectors": Kind(0.3, 0.15, learned=True),
    "rules": Kind(0.2, 0.3),
    "scorer": Kind(0.2, 0.3),
}


@frozen(eq=False)
class BaseScores(ByValue):
    """Everything that is needed to score text: arrays, and nothing of the coded text but the landmarks.

    Parameters
    ----------
    profiles, names : Encoded
        The codebook's text of each code, enlarged with words of the project's text; and its name alone.
    term_weights : array, terms × codes
        What each term adds to a code's score: the ridge regression on terms.
    length_weights : array, codes
        What length adds.
    topic_weights, vector_weights : array, dimensions × codes
        The ridge regressions on topics and on vectors.
    rates : array, codes
        The codes' frequency, taken out of the learned scores.
    landmarks : CSR matrix, rows × terms
        Coded segments, to find the nearest among.
    landmark_rows : array
        Which coded segments they are.
    landmark_labels : CSR matrix, rows × codes
        Their codes.
    """

    profiles: Encoded
    names: Encoded
    term_weights: Floats
    length_weights: Floats
    term_intercept: Floats
    topic_weights: Floats
    topic_intercept: Floats
    rates: Floats
    landmarks: Any
    landmark_rows: Longs
    landmark_labels: Any
    vector_weights: Floats | None = None
    vector_intercept: Floats | None = None

    def score(self, encoded: Encoded) -> Scores:
        """Return every base score of some texts but their context, texts × codes each.

        Parameters
        ----------
        encoded : Encoded
            The texts.
        """
        near = similarities(encoded.terms, self.landmarks)
        scores = codebook_scores(encoded, self.profiles) | {
            "name": similarities(encoded.terms, self.names.terms),
            "terms": encoded.terms @ self.term_weights
            + np.outer(encoded.length, self.length_weights)
            + (self.term_intercept - self.rates),
            "topics": _by_row(encoded.topics, self.topic_weights)
            + (self.topic_intercept - self.rates),
            "nearest": vote(near, self.landmark_labels) - self.rates,
        }
        if encoded.vectors is not None and self.vector_weights is not None:
            scores["vectors"] = _by_row(encoded.vectors, self.vector_weights) + (
                np.asarray(self.vector_intercept) - self.rates
            )
        return scores


def _by_row(rows: Floats, weights: Floats) -> Floats:
    """Return the product of each row with some weights, to the last bit whatever other rows there are.

    Of many rows at once, linear algebra adds some in another order than others, by their number and place.
    """
    return np.asarray(np.matmul(rows[:, None, :], weights)[:, 0, :], np.float64)


def scored(scorer: Scorer, texts: Sequence[str], codebook: Sequence[CodeText]) -> Floats:
    """Return the scores of a scorer of the user's own.

    Parameters
    ----------
    scorer : callable
        From texts and the codebook to scores, texts × codes.
    texts : sequence of str
        Segments.
    codebook : sequence of CodeText
        The codes.

    Raises
    ------
    SuggestionError
        When it gives no finite number for each.
    """
    try:
        found = np.asarray(scorer(list(texts), codebook), np.float64)
    except (TypeError, ValueError) as error:
        raise SuggestionError(f"the scorer gave no scores: {error}") from error
    wanted = len(texts), len(codebook)
    if found.shape != wanted or not np.isfinite(found).all():
        raise SuggestionError(
            f"the scorer was given {wanted[0]:,} texts and {wanted[1]:,} codes: return an array of that "
            f"shape, of finite numbers, not one of shape {found.shape}"
        )
    return found


def similarities(rows: Any, others: Any) -> Floats:
    """Return the cosine of sparse rows of length one with others, as a dense array."""
    return np.asarray((rows @ others.T).toarray(), np.float64)


def vote(similarity: Floats, labels: Any) -> Floats:
    """Return the share of each code among the nearest rows, nearer ones counting more."""
    nearest = min(_NEAREST, similarity.shape[1])
    if nearest == 0:
        return np.zeros((len(similarity), labels.shape[1]))
    least = np.partition(similarity, -nearest, axis=1)[:, -nearest, None]
    weight = np.where((similarity >= least) & (similarity > 0), similarity, 0.0) ** 2
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray((weight @ labels) / np.where(total > 0, total, 1), np.float64)


def best_other(score: Floats) -> Floats:
    """Return, for each code of each segment, the best score of another code; its own if there is no other.

    Parameters
    ----------
    score : array, segments × codes
        Scores.

    Examples
    --------
    >>> best_other(np.array([[0.1, 0.9, 0.5]]))
    array([[0.9, 0.5, 0.9]])
    """
    if score.shape[1] == 1:
        return score
    best_two = np.partition(score, -2, axis=1)[:, -2:]
    second, best = best_two[:, :1], best_two[:, 1:]
    return np.where(score == best, second, best)


def context_scores(terms: Floats, before: Longs, after: Longs) -> Floats:
    """Return what the scores on terms of a segment's neighbours add up to.

    Parameters
    ----------
    terms : array, segments × codes
        The scores on terms.
    before, after : array of int
        The neighbours of each segment, -1 where there is none.
    """
    # A last row of zeros answers for the missing neighbours, whose index is -1.
    padded = np.vstack([terms, np.zeros((1, terms.shape[1]))])
    return np.asarray(padded[before] + padded[after], np.float64)


def fit_scores(
    place: Longs, labels: Labels, codebook: Profiles, quoted_from: Longs
) -> tuple[BaseScores, Scores]:
    """Return the base scores, and those of the coded segments as if their documents were unseen.

    Parameters
    ----------
    place : array of int
        The coded segments, among those that were read.
    labels : Labels
        Their codes.
    codebook : Profiles
        The codebook.
    quoted_from : array of int
        The document that each phrase is quoted from, -1 if from none.
    """
    coded = codebook.read.rows(place)
    phrases, phrase_encoded = codebook.phrases, codebook.encoded
    n_codes = labels.assigned.shape[1]
    owner = np.array([phrase.code for phrase in phrases], np.int64)
    against = np.array([phrase.against for phrase in phrases], bool)
    share = _PHRASE_WEIGHT / np.sqrt(np.bincount(owner, minlength=n_codes)[owner])
    targets = np.vstack([labels.assigned, np.eye(n_codes)[owner] * ~against[:, None]])
    weight = np.r_[np.ones(len(coded)), share]
    groups = np.r_[labels.document, quoted_from]
    plain, outside = (rates.plain for rates in labels.rates())

    landmark, phrase = _landmarks(place, len(phrases))
    # Phrases are numbered from -1 downwards, apart from the segments that were read.
    every = np.r_[place, -1 - np.arange(len(phrases))]
    spanning = np.r_[landmark, len(coded) + phrase]
    near = codebook.inner_products(every, every[spanning])
    length = _LENGTH_SCALE * np.r_[coded.length, np.zeros(len(owner))]
    # A ridge regression on terms whose coefficients are sums of the spanning rows' terms (Nyström).
    penalty = np.eye(spanning.size + 1)
    penalty[:-1, :-1] = near[spanning]
    # The same text twice would make it singular.
    penalty[np.diag_indices(spanning.size)] += 1e-6
    ridge = GroupedRidge().fit(
        np.column_stack([near, length]), targets, groups, weight, penalty=penalty
    )

    topics = GroupedRidge().fit(
        np.vstack([coded.topics, phrase_encoded.topics]), targets, groups, weight
    )
    n = len(coded)
    near = near[:n, : landmark.size].copy()
    near[labels.document[:, None] == labels.document[landmark]] = 0.0
    marked = sparse.csr_matrix(labels.assigned[landmark], dtype=np.float64)
    left_out = {name: score[place] for name, score in codebook.told.items()} | {
        "terms": ridge.left_out_[:n] - outside,
        "topics": topics.left_out_[:n] - outside,
        "nearest": vote(near, marked) - outside,
    }
    vectors: dict[str, Any] = {}
    if coded.vectors is not None and phrase_encoded.vectors is not None:
        by_vector = GroupedRidge().fit(
            np.vstack([coded.vectors, phrase_encoded.vectors]), targets, groups, weight
        )
        left_out["vectors"] = by_vector.left_out_[:n] - outside
        vectors = {
            "vector_weights": by_vector.coef_,
            "vector_intercept": by_vector.intercept_,
        }
    codebook.left_out(place, labels.document, quoted_from, left_out)
    base = BaseScores(
        profiles=codebook.whole,
        names=codebook.names,
        term_weights=np.asarray(
            coded.terms[landmark].T @ ridge.coef_[: landmark.size]
            + phrase_encoded.terms[phrase].T @ ridge.coef_[landmark.size : -1],
            np.float64,
        ),
        length_weights=_LENGTH_SCALE * ridge.coef_[-1],
        term_intercept=np.asarray(ridge.intercept_),
        topic_weights=topics.coef_,
        topic_intercept=np.asarray(topics.intercept_),
        rates=plain[0],
        landmarks=coded.terms[landmark],
        landmark_rows=landmark,
        landmark_labels=marked,
        **vectors,
    )
    return base, left_out


def _landmarks(place: Longs, n_phrases: int) -> tuple[Longs, Longs]:
    """Return the coded segments and phrases, evenly spread, that span the space of terms."""
    for_phrases = min(n_phrases, max(_LANDMARKS - place.size, _LANDMARKS // 3))
    # The golden ratio spreads them evenly, and most stay when more is coded.
    order = np.argsort((place * 0.6180339887498949) % 1, kind="stable")
    return np.sort(order[: _LANDMARKS - for_phrases]), _spread(n_phrases, for_phrases)


def _spread(n: int, most: int) -> Longs:
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.int64))


@frozen(eq=False)
class Profiles(ByValue):
    """What the codebook says of each code, as one text a code.

    Parameters
    ----------
    phrases : tuple of Phrase
        The codebook.
    encoded : Encoded
        The same, encoded.
    joining : Joining
        The same, to be read together.
    space : TextSpace
        Encodes the texts.
    n_codes : int
        How many codes there are.
    read : Encoded
        Segments, coded or not, whose words may enlarge the profiles; their codes are not looked at.
    """

    phrases: tuple[Phrase, ...]
    encoded: Encoded
    joining: Joining
    space: TextSpace
    n_codes: int
    read: Encoded
    _left_out: dict[tuple[bytes, int, bytes], Scores] = field(factory=dict, init=False)
    _products: tuple[Longs, Longs, Floats] | None = field(default=None, init=False)

    @cached_property
    def _told(self) -> Longs:
        """The phrases that say what their code is, by code."""
        told = [i for i, phrase in enumerate(self.phrases) if not phrase.against]
        return np.array(sorted(told, key=lambda i: self.phrases[i].code), np.int64)

    def _kept(
        self, codes: Longs, *, without: Sequence[Longs] | None = None, names: bool = False
    ) -> Any:
        """Return which phrases make up the text of some codes: 0 or 1, codes × phrases."""
        phrase = self._told
        if names:
            phrase = phrase[[self.phrases[i].part == "name" for i in phrase.tolist()]]
        owner = np.array([self.phrases[i].code for i in phrase.tolist()], np.int64)
        first, last = np.searchsorted(owner, codes), np.searchsorted(owner, codes, side="right")
        own = [phrase[start:stop] for start, stop in zip(first, last, strict=True)]
        if without is not None:
            own = [some[~np.isin(some, gone)] for some, gone in zip(own, without, strict=True)]
        ends = np.cumsum([0, *(len(some) for some in own)])
        columns = np.concatenate([*own, np.zeros(0, np.int64)])
        return sparse.csr_matrix(
            (np.ones(columns.size), columns, ends), shape=(len(own), len(self.phrases))
        )

    @cached_property
    def quotes(self) -> Longs:
        """The phrases that are quotes."""
        parts = ("examples", "counterexamples")
        return np.array([i for i, p in enumerate(self.phrases) if p.part in parts], np.int64)

    @cached_property
    def copied(self) -> tuple[Longs, ...]:
        """For each quote, the segments that were read and are the same or nearly so."""
        near = sparse.csr_matrix(self.encoded.terms[self.quotes] @ self.read.terms.T)
        return tuple(row.indices[row.data >= _SAME] for row in near)

    @cached_property
    def whole(self) -> Encoded:
        """All codes' profiles, enlarged."""
        return self.enlarged(np.arange(self.n_codes))

    @cached_property
    def names(self) -> Encoded:
        """All codes' names."""
        kept = self._kept(np.arange(self.n_codes), names=True)
        return self.space.encode_joined(self.joining, kept, self.encoded.vectors)

    @cached_property
    def told(self) -> Scores:
        """How similar all segments that were read are to what the codebook says."""
        return codebook_scores(self.read, self.whole) | {
            "name": similarities(self.read.terms, self.names.terms)
        }

    @cached_property
    def _sample(self) -> Any:
        return self.read.terms[_spread(len(self.read), _ECHOES_AMONG)]

    @cached_property
    def _terms(self) -> Any:
        """What the codebook itself says of all codes."""
        return self.space.joined_terms(self.joining, self._kept(np.arange(self.n_codes)))

    @cached_property
    def _near(self) -> Floats:
        return similarities(self._sample, self._terms)

    @cached_property
    def _claimed(self) -> Floats:
        return best_other(self._near)

    def enlarged(self, codes: Longs, *, without: Sequence[Longs] | None = None) -> Encoded:
        """Return some codes' profiles with the words of the segments that resemble them most added.

        A name of two words rarely comes up in a segment; what is said around those words does. This is
        pseudo-relevance feedback: the best finds are taken for relevant and lend the query their words.

        Parameters
        ----------
        codes : array of int
            Which codes.
        without : sequence of array of int, optional
            For each, the phrases to leave out.

        References
        ----------
        Rocchio JJ (1971). Relevance feedback in information retrieval. In: Salton G (ed.), The SMART
        Retrieval System, 313–323. Prentice-Hall.
        """
        # As one text: a word that comes up in every phrase then counts little more than once.
        kept, read = self._kept(codes, without=without), self._sample
        if without is None:
            terms, near = self._terms[codes], self._near[:, codes]
        else:
            terms = self.space.joined_terms(self.joining, kept)
            near = similarities(read, terms)
        most = min(_ECHOES, read.shape[0])
        if most == 0:
            return self.space.joined(self.joining, kept, terms, self.encoded.vectors)
        # A segment that another code explains as well says nothing of this one.
        near = np.maximum(near - _EXCLUSION * self._claimed[:, codes], 0.0)
        near[near < np.partition(near, -most, axis=0)[-most]] = 0.0
        echo = normalize(sparse.csr_matrix(near.T) @ read)
        terms = normalize(terms + _ECHO_WEIGHT * echo)
        return self.space.joined(self.joining, kept, terms, self.encoded.vectors)

    def inner_products(self, some: Longs, others: Longs) -> Floats:
        """Return the cosines of texts with others; those that were asked for last are not made again.

        Parameters
        ----------
        some, others : array of int
            Segments by their place among those that were read, and phrases: -1 for the first, -2 for the
            second.
        """
        terms = sparse.vstack([self.read.terms, self.encoded.terms[::-1]], format="csr")
        known_some, known_others, known = self._products or (some[:0], others[:0], np.empty((0, 0)))
        row, column = _places(known_some, some), _places(known_others, others)
        old_row, old_column = row >= 0, column >= 0
        if old_row.all() and old_column.all():
            return known[np.ix_(row, column)]
        near = np.empty((some.size, others.size))
        near[np.ix_(old_row, old_column)] = known[np.ix_(row[old_row], column[old_column])]
        near[~old_row] = similarities(terms[some[~old_row]], terms[others])
        near[np.ix_(old_row, ~old_column)] = similarities(
            terms[some[old_row]], terms[others[~old_column]]
        )
        kept = (some, others, near) if near.size <= _PRODUCTS_KEPT else None
        object.__setattr__(self, "_products", kept)
        return near

    def left_out(self, place: Longs, document: Longs, quoted_from: Longs, scores: Scores) -> None:
        """Replace the scores of segments whose documents the codebook quotes by those without the quotes.

        Parameters
        ----------
        place : array of int
            The segments, among those that were read.
        document : array of int
            Their documents.
        quoted_from : array of int
            The document that each phrase is quoted from, -1 if from none.
        scores : mapping of str to array
            Their scores, which are changed.
        """
        quoting = np.flatnonzero(quoted_from >= 0)
        owner = np.array([phrase.code for phrase in self.phrases], np.int64)
        pairs = np.unique(np.column_stack([quoted_from[quoting], owner[quoting]]), axis=0)
        order = np.argsort(document, kind="stable")
        rows: list[Longs] = []
        gone: list[Longs] = []
        for number, code in pairs.tolist():
            first, last = np.searchsorted(document[order], [number, number + 1])
            rows.append(order[first:last])
            gone.append(quoting[(quoted_from[quoting] == number) & (owner[quoting] == code)])
        keys = [
            (place[own].tobytes(), code, without.tobytes())
            for own, (_, code), without in zip(rows, pairs.tolist(), gone, strict=True)
        ]
        new = [at for at, key in enumerate(keys) if key not in self._left_out]
        if len(self._left_out) + len(new) > _PAIRS_KEPT:
            self._left_out.clear()
            new = list(range(len(keys)))
        for start in range(0, len(new), _PAIRS_AT_ONCE):
            some = new[start : start + _PAIRS_AT_ONCE]
            profiles = self.enlarged(pairs[some, 1], without=[gone[at] for at in some])
            for number in np.unique(pairs[some, 0]).tolist():
                own = [i for i, at in enumerate(some) if pairs[at, 0] == number]
                texts = self.read.rows(place[rows[some[own[0]]]])
                found = codebook_scores(texts, profiles.rows(own))
                for column, i in enumerate(own):
                    self._left_out[keys[some[i]]] = {
                        name: score[:, column] for name, score in found.items()
                    }
        for at, key in enumerate(keys):
            for name, values in self._left_out[key].items():
                scores[name][rows[at], pairs[at, 1]] = values


def _places(known: Longs, wanted: Longs) -> Longs:
    """Return where each of some numbers is among others, -1 for nowhere."""
    if not known.size:
        return np.full(wanted.size, -1)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], wanted), known.size - 1)]
    return np.where(known[at] == wanted, at, -1)


def codebook_scores(texts: Encoded, profiles: Encoded) -> Scores:
    """Return how similar texts are to what the codebook says of codes."""
    scores = {
        "codebook": similarities(texts.terms, profiles.terms),
        "codebook_topics": _by_row(texts.topics, profiles.topics.T),
    }
    if texts.vectors is not None and profiles.vectors is not None:
        scores["codebook_vectors"] = _by_row(texts.vectors, profiles.vectors.T)
    return scores
