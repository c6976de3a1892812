"""From text to numbers, for any language and without a model: words, pieces of words, and topics.

The vocabulary comes from all of a project's text, coded or not, and from the codebook. A text is then a
sparse row of weighted word 1–2-grams (punctuation, the beginning and the end count as words) and of
pieces of three to five characters within words, which carry inflection and compounds; and a short dense
row of topics, the leading directions of that vocabulary (latent semantic analysis).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh

from qualcode.model.values import ByValue

__all__ = ["BEGIN", "END", "Encoded", "Joining", "TextSpace", "tokens", "word_grams"]

Floats = NDArray[np.float64]

BEGIN, END = "⟨", "⟩"
_MIN_TEXTS_FOR_FREQUENCY_CUT = 20
# The most common n-grams kept of either kind; beyond, memory grows and nothing is gained.
_MAX_WORDS, _MAX_PIECES = 40_000, 60_000
_TOPIC_ROWS = 800
_PIECE_SIZES = (3, 4, 5)
# What is put between phrases that are read as one text.
_JOINT = " . "

# Scripts written without spaces count each character as a word, with the vowels and tones on it; pieces of
# words do the rest.
_IDEOGRAPH = (
    "\u0e01-\u0e2e\u0e30-\u0e46\u0e81-\u0edf\u1000-\u103f\u1780-\u17b3"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_SIGNS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
# Everything that is neither space nor punctuation belongs to a word. `\w` would break words at the
# vowel signs of Indic scripts, which are marks and not letters.
_MARK = (
    "!-/:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u2bff\u3001-\u303f"
    "\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05f3\u05f4\u0606-\u060f\u061b-\u061f\u066a-\u066d"
    "\u06d4\u0700-\u070d\u0964\u0965\u0970\u0e2f\u0e4f\u0e5a\u0e5b\u0f04-\u0f12\u104a-\u104f"
    "\u1360-\u1368\u17d4-\u17da\u2e00-\u2e5d\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_TOKEN = re.compile(
    f"[{_IDEOGRAPH}][{_SIGNS}]*|[{_MARK}]|[^\\s{_MARK}{_IDEOGRAPH}]+",
)


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words and punctuation marks of a text in lower case, with where they stand.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> list(tokens("So, why?"))
    [('so', 0, 2), (',', 2, 3), ('why', 4, 7), ('?', 7, 8)]
    """
    for match in _TOKEN.finditer(text):
        yield match.group().lower(), match.start(), match.end()


def word_grams(text: str) -> list[str]:
    """Return the words of a text, and its pairs of words including its beginning and end.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> word_grams("Why so?")
    ['why', 'so', '?', '⟨ why', 'why so', 'so ?', '? ⟩']
    """
    words = [word.lower() for word in _TOKEN.findall(text)]
    return words + [f"{a} {b}" for a, b in zip([BEGIN, *words], [*words, END], strict=True)]


@frozen(eq=False)
class Encoded(ByValue):
    """Texts as numbers.

    Parameters
    ----------
    terms : CSR matrix, texts × terms
        Weighted n-grams; rows have length one, or are empty.
    topics : array, texts × topics
        Position among the topics; rows have length one, or are zero.
    length : array
        How long a text is: standardised logarithm of its characters.
    vectors : array, texts × dimensions, or None
        What the user's own encoder gives, each row of length one.
    """

    terms: Any
    topics: Floats
    length: Floats
    vectors: Floats | None = None

    def __len__(self) -> int:
        return len(self.length)

    def rows(self, index: Any) -> Encoded:
        """Return some of the texts.

        Parameters
        ----------
        index : slice or array
            Which.
        """
        vectors = None if self.vectors is None else self.vectors[index]
        return Encoded(self.terms[index], self.topics[index], self.length[index], vectors)


@frozen(eq=False)
class Joining:
    """Phrases that can be read as one text, with a full stop between each two.

    Parameters
    ----------
    inner : CSR matrix, phrases × terms
        The counts of each phrase in the middle of a text, and those of the full stop before it.
    before, after : CSR matrix, phrases × terms
        How the counts change because another phrase stands before, or after.
    mark : CSR matrix, 1 × terms
        The counts of a full stop.
    sizes : array
        The characters of each phrase.
    """

    inner: Any
    before: Any
    after: Any
    mark: Any
    sizes: Floats


@frozen(eq=False)
class TextSpace(ByValue):
    """The vocabulary of a project, its weights, and its topics.

    Parameters
    ----------
    words, pieces : tuple of str
        Word n-grams and pieces of words.
    weights : array, terms
        Inverse document frequency of words, then of pieces.
    directions : array, terms × topics
        The projection from terms to topics.
    length_mean, length_scale : float
        Of the logarithm of the number of characters.
    encode_with : callable, optional
        Takes a list of texts, gives an array with a row each.
    """

    words: tuple[str, ...] = field(repr=False)
    pieces: tuple[str, ...] = field(repr=False)
    weights: Floats = field(repr=False)
    directions: NDArray[np.float32] = field(repr=False)
    length_mean: float
    length_scale: float
    encode_with: Callable[[list[str]], Any] | None = None

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        codebook: Sequence[str],
        *,
        n_topics: int = 64,
        encode_with: Callable[[list[str]], Any] | None = None,
    ) -> tuple[TextSpace, Encoded]:
        """Return the space of some texts and a codebook's phrases, and both encoded, texts first.

        Parameters
        ----------
        texts : sequence of str
            Segments, coded or not.
        codebook : sequence of str
            Phrases of the codebook.
        n_topics : int, default 64
            How many topics at the most.
        encode_with : callable, optional
            The user's own encoder.
        """
        space, encoded, _ = cls.fit_counted(
            texts, codebook, n_topics=n_topics, encode_with=encode_with
        )
        return space, encoded

    @classmethod
    def fit_counted(
        cls,
        texts: Sequence[str],
        codebook: Sequence[str],
        *,
        n_topics: int = 64,
        encode_with: Callable[[list[str]], Any] | None = None,
    ) -> tuple[TextSpace, Encoded, Any]:
        """Return the same, and how often each term is in each text.

        Parameters
        ----------
        texts, codebook, n_topics, encode_with
            See `fit`.
        """
        everything = [*texts, *codebook]
        words, word_counts = _vocabulary(_count_words(everything), _MAX_WORDS)
        pieces, piece_counts = _vocabulary(_count_pieces(everything), _MAX_PIECES)
        counts = sparse.hstack([word_counts, piece_counts], format="csr")
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        weights = np.log((1 + len(everything)) / (1 + frequency)) + 1
        terms = _weigh(counts, weights, len(words))
        lengths = _log_lengths(texts)
        space = cls(
            words,
            pieces,
            weights,
            _directions(terms, len(texts), n_topics),
            float(lengths.mean()),
            float(lengths.std()) or 1.0,
            encode_with,
        )
        return space, space._encoded(everything, terms, space._vectors(everything)), counts

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return texts as numbers.

        Parameters
        ----------
        texts : sequence of str
            Any texts; what is not in the vocabulary counts for nothing.
        """
        return self._encoded(texts, self.terms(texts), self._vectors(texts))

    def joining(self, texts: Sequence[str], counts: Any) -> Joining:
        """Return what is needed to read several phrases as one text.

        Parameters
        ----------
        texts : sequence of str
            The phrases, none of them blank.
        counts : CSR matrix, phrases × terms
            How often each term is in them.
        """
        place, n_terms = self.word_places, len(self.words) + len(self.pieces)
        ends = []
        for text in texts:
            words = _TOKEN.findall(text)
            ends.append((words[0].lower(), words[-1].lower()))

        def changed(rows: Iterable[Sequence[tuple[int, float]]]) -> Any:
            known = [[cell for cell in row if cell[0] >= 0] for row in rows]
            columns = [column for row in known for column, _ in row]
            values = [value for row in known for _, value in row]
            bounds = np.cumsum([0, *map(len, known)])
            return sparse.csr_matrix((values, columns, bounds), (len(known), n_terms), float)

        def at(term: str) -> int:
            return place.get(term, -1)

        before = changed([(at(f"{BEGIN} {a}"), -1.0), (at(f". {a}"), 1.0)] for a, _ in ends)
        after = changed([(at(f"{b} {END}"), -1.0), (at(f"{b} ."), 1.0)] for _, b in ends)
        mark = changed([[(at("."), 1.0), (self.piece_places.get(_JOINT, -1), 1.0)]])
        every = sparse.csr_matrix(np.ones((len(texts), 1))) @ mark
        sizes = np.array([len(text) for text in texts], np.float64)
        return Joining(
            sparse.csr_matrix(counts + before + after + every), before, after, mark, sizes
        )

    def encode_joined(self, joining: Joining, kept: Any, vectors: Floats | None) -> Encoded:
        """Return several phrases as one text, as if a full stop stood between them.

        The counts of the phrases are added up, so that no text is read again however often it is joined.

        Parameters
        ----------
        joining : Joining
            The phrases.
        kept : CSR matrix of 0 and 1, joined texts × phrases
            Which phrases each joined text has, in their order.
        vectors : array, phrases × dimensions, or None
            The phrases' vectors, where the user has an encoder; a joined text has their mean.
        """
        return self.joined(joining, kept, self.joined_terms(joining, kept), vectors)

    def joined_terms(self, joining: Joining, kept: Any) -> Any:
        """Return the weighted n-grams of several phrases as one text.

        Parameters
        ----------
        joining, kept
            See `encode_joined`.
        """
        some = np.flatnonzero(np.diff(kept.indptr))
        at_ends = sparse.csr_matrix((kept.shape[0], len(self.words) + len(self.pieces)))
        if some.size:
            first = kept.indices[kept.indptr[some]]
            last = kept.indices[kept.indptr[some + 1] - 1]
            spread = sparse.csr_matrix(
                (np.ones(some.size), (some, np.arange(some.size))), (kept.shape[0], some.size)
            )
            marks = sparse.csr_matrix(np.ones((some.size, 1))) @ joining.mark
            at_ends = spread @ (joining.before[first] + joining.after[last] + marks)
        counts = sparse.csr_matrix(kept @ joining.inner - at_ends)
        counts.eliminate_zeros()
        return _weigh(counts, self.weights, len(self.words))

    def joined(self, joining: Joining, kept: Any, terms: Any, vectors: Floats | None) -> Encoded:
        """Return several phrases as one text that is taken to say other terms than its own.

        Parameters
        ----------
        joining, kept, vectors
            See `encode_joined`.
        terms : CSR matrix, joined texts × terms
            What each is taken to say.
        """
        gaps = np.maximum(np.diff(kept.indptr) - 1, 0)
        characters = kept @ joining.sizes + len(_JOINT) * gaps
        means = None if vectors is None else _unit(np.asarray(kept @ vectors, np.float64))
        return self._with_terms(terms, np.log1p(characters), means)

    def terms(self, texts: Sequence[str]) -> Any:
        """Return the weighted n-grams of texts only; the user's own encoder, which may be slow, is not asked.

        Parameters
        ----------
        texts : sequence of str
            Any texts.
        """
        return _weigh(self.counts(texts), self.weights, len(self.words))

    def counts(self, texts: Sequence[str]) -> Any:
        """Return how often each term of the vocabulary is in texts: a CSR matrix, texts × terms.

        Parameters
        ----------
        texts : sequence of str
            Any texts.
        """
        return sparse.hstack(
            [
                _known_counts(_count_words(texts), self.word_places),
                _known_counts(_count_pieces(texts), self._places_among_pieces),
            ],
            format="csr",
        )

    def _vectors(self, texts: Sequence[str]) -> Floats | None:
        if self.encode_with is None:
            return None
        return _unit(np.asarray(self.encode_with(list(texts)), np.float64))

    def _encoded(self, texts: Sequence[str], terms: Any, vectors: Floats | None) -> Encoded:
        return self._with_terms(terms, _log_lengths(texts), vectors)

    def _with_terms(self, terms: Any, log_length: Floats, vectors: Floats | None) -> Encoded:
        length = (log_length - self.length_mean) / self.length_scale
        return Encoded(terms, _unit(terms @ self.directions), np.clip(length, -3, 3), vectors)

    def pieces_of(self, word: str) -> list[str]:
        """Return the pieces that a stretch of text without spaces is counted by.

        Parameters
        ----------
        word : str
            The stretch.
        """
        return [piece for chunk in word.lower().split() for piece in _pieces(chunk)]

    @cached_property
    def word_places(self) -> dict[str, int]:
        """The column of each word n-gram."""
        return {term: i for i, term in enumerate(self.words)}

    @cached_property
    def piece_places(self) -> dict[str, int]:
        """The column of each piece of a word."""
        return {term: i + len(self.words) for i, term in enumerate(self.pieces)}

    @cached_property
    def _places_among_pieces(self) -> dict[str, int]:
        return {term: i for i, term in enumerate(self.pieces)}


def _pieces(chunk: str) -> list[str]:
    """Return the pieces of three to five characters of a word with a space on either side."""
    padded = f" {chunk} "
    found: list[str] = []
    for size in _PIECE_SIZES:
        # A word shorter than the piece is a piece by itself, and there is no longer one.
        if size >= len(padded):
            return [*found, padded]
        found += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return found


@frozen(eq=False)
class _Counted:
    """How often things are in texts, the things numbered in order of first appearance."""

    names: list[str]
    counts: Any

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]]) -> _Counted:
        # What is not known yet gets the next number.
        place: defaultdict[str, int] = defaultdict(count().__next__)
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns.extend(map(place.__getitem__, row))
            ends.append(len(columns))
        counts = sparse.csr_matrix(
            (np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, len(place))
        )
        counts.sum_duplicates()
        return cls(list(place), counts)


def _count_words(texts: Sequence[str]) -> _Counted:
    return _Counted.of(map(word_grams, texts))


def _count_pieces(texts: Sequence[str]) -> _Counted:
    """Count pieces of words; each word is cut up once, however often it comes up."""
    chunks = _Counted.of(text.lower().split() for text in texts)
    pieces = _Counted.of(map(_pieces, chunks.names))
    return _Counted(pieces.names, sparse.csr_matrix(chunks.counts @ pieces.counts))


def _known_counts(counted: _Counted, place: Mapping[str, int]) -> Any:
    """Return counts of the terms of a vocabulary, in its order."""
    column = np.array([place.get(name, -1) for name in counted.names], np.int64)
    kept = np.flatnonzero(column >= 0)
    pick = sparse.csr_matrix(
        (np.ones(kept.size), (kept, column[kept])), shape=(len(column), len(place))
    )
    return sparse.csr_matrix(counted.counts @ pick)


def _vocabulary(counted: _Counted, most: int) -> tuple[tuple[str, ...], Any]:
    """Return the terms worth keeping, in alphabetical order, and their counts in each text."""
    n_texts = counted.counts.shape[0]
    # A term met once connects nothing; in a handful of texts nearly every term is met once.
    least = 2 if n_texts >= _MIN_TEXTS_FOR_FREQUENCY_CUT else 1
    n_terms = len(counted.names)
    texts_with = np.bincount(counted.counts.indices, minlength=n_terms)
    kept = np.flatnonzero(texts_with >= least)
    names = counted.names
    kept = np.array(sorted(kept.tolist(), key=names.__getitem__), np.int64)
    if kept.size > most:
        times = np.bincount(counted.counts.indices, counted.counts.data, minlength=n_terms)[kept]
        kept = kept[np.sort(np.argsort(-times, kind="stable")[:most])]
    place = {names[at]: i for i, at in enumerate(kept.tolist())}
    return tuple(place), _known_counts(counted, place)


def _weigh(counts: Any, weights: Floats, n_words: int) -> Any:
    """Return TF-IDF rows in which words and pieces have half the length each."""
    terms = sparse.csr_matrix(counts, dtype=np.float64)
    terms.sort_indices()
    terms.data = (1 + np.log(terms.data)) * weights[terms.indices]
    row = np.repeat(np.arange(terms.shape[0]), np.diff(terms.indptr))
    kind = 2 * row + (terms.indices >= n_words)
    norm = np.sqrt(np.bincount(kind, terms.data**2, minlength=2 * terms.shape[0]))
    both = np.maximum(1, (norm.reshape(-1, 2) > 0).sum(axis=1))
    terms.data /= norm[kind] * np.sqrt(both)[row]
    return terms


def _directions(terms: Any, n_texts: int, n_topics: int) -> NDArray[np.float32]:
    """Return the leading principal directions of a sample of the rows, the codebook's always among them."""
    n_rows = terms.shape[0]
    sample = np.arange(n_rows)
    if n_rows > _TOPIC_ROWS:
        spread = np.linspace(
            0, n_texts - 1, max(_TOPIC_ROWS - (n_rows - n_texts), _TOPIC_ROWS // 2)
        )
        rest = np.arange(n_texts, n_rows)[: _TOPIC_ROWS // 2]
        sample = np.r_[np.unique(spread.astype(int)), rest]
    rows = terms[sample]
    gram = (rows @ rows.T).toarray()
    size = len(sample)
    n_topics = min(n_topics, size)
    values, vectors = eigh(gram, subset_by_index=[size - n_topics, size - 1])
    kept = values > 1e-9 * max(values[-1], 1e-300)
    # An eigenvector's sign is arbitrary; fixing it keeps runs alike.
    vectors = vectors[:, kept]
    sign = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
    return np.asarray(rows.T @ (vectors * sign / np.sqrt(values[kept])), np.float32)


def _log_lengths(texts: Sequence[str]) -> Floats:
    return np.log1p(np.array([len(text) for text in texts], np.float64))


def _unit(rows: Floats) -> Floats:
    """Return rows of length one; rows of zeros stay zero."""
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norm > 0, norm, 1), np.float64)
