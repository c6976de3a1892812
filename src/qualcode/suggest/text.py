"""From text to numbers, for any language and without a model: words, pieces of words, and topics.

The vocabulary comes from all of a project's text, coded or not, and from the codebook. A text is then a
sparse row of weighted word 1–2-grams (punctuation, the beginning and the end count as words) and of
pieces of three to five characters within words, which carry inflection and compounds; and a short dense
row of topics, the leading directions of that vocabulary (latent semantic analysis).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh
from sklearn.feature_extraction.text import CountVectorizer

from qualcode.model.values import ByValue

__all__ = ["BEGIN", "END", "Encoded", "TextSpace", "tokens", "word_grams"]

Floats = NDArray[np.float64]

BEGIN, END = "⟨", "⟩"
_MIN_TEXTS_FOR_FREQUENCY_CUT = 20
# The most common n-grams kept of either kind; beyond, memory grows and nothing is gained.
_MAX_WORDS, _MAX_PIECES = 40_000, 60_000
_TOPIC_ROWS = 800

# Scripts written without spaces count each character as a word; pieces of words do the rest.
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Everything that is neither space nor punctuation belongs to a word. `\w` would break words at the
# vowel signs of Indic scripts, which are marks and not letters.
_MARK = (
    "!-/:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u2bff\u3001-\u303f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_TOKEN = re.compile(f"[{_IDEOGRAPH}]|[{_MARK}]|[^\\s{_MARK}{_IDEOGRAPH}]+")


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
        everything = [*texts, *codebook]
        words, word_counts = _vocabulary(_word_counter, everything, _MAX_WORDS)
        pieces, piece_counts = _vocabulary(_piece_counter, everything, _MAX_PIECES)
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
        return space, space._encoded(everything, terms, space._vectors(everything))

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return texts as numbers.

        Parameters
        ----------
        texts : sequence of str
            Any texts; what is not in the vocabulary counts for nothing.
        """
        return self._encoded(texts, self.terms(texts), self._vectors(texts))

    def encode_joined(
        self, texts: Sequence[Sequence[str]], vectors: Sequence[Floats] | None
    ) -> Encoded:
        """Return several phrases as one text, and their vectors as their mean.

        Parameters
        ----------
        texts : sequence of sequence of str
            The phrases of each text.
        vectors : sequence of array, or None
            The phrases' vectors, where the user has an encoder.
        """
        joined = [" . ".join(phrases) for phrases in texts]
        means = None
        if vectors is not None:
            means = _unit(np.vstack([rows.sum(axis=0, keepdims=True) for rows in vectors]))
        return self._encoded(joined, self.terms(joined), means)

    def like(self, encoded: Encoded, terms: Any) -> Encoded:
        """Return texts with other terms than their own, and the topics that follow from those.

        Parameters
        ----------
        encoded : Encoded
            The texts.
        terms : CSR matrix, texts × terms
            What they are now taken to say.
        """
        topics = _unit(terms @ self.directions)
        return Encoded(terms, topics, encoded.length, encoded.vectors)

    def terms(self, texts: Sequence[str]) -> Any:
        """Return the weighted n-grams of texts only; the user's own encoder, which may be slow, is not asked.

        Parameters
        ----------
        texts : sequence of str
            Any texts.
        """
        word_counter, piece_counter = self._counters
        counts = sparse.hstack(
            [word_counter.transform(texts), piece_counter.transform(texts)], format="csr"
        )
        return _weigh(counts, self.weights, len(self.words))

    def _vectors(self, texts: Sequence[str]) -> Floats | None:
        if self.encode_with is None:
            return None
        return _unit(np.asarray(self.encode_with(list(texts)), np.float64))

    def _encoded(self, texts: Sequence[str], terms: Any, vectors: Floats | None) -> Encoded:
        length = (_log_lengths(texts) - self.length_mean) / self.length_scale
        return Encoded(terms, _unit(terms @ self.directions), np.clip(length, -3, 3), vectors)

    def pieces_of(self, word: str) -> list[str]:
        """Return the pieces that a stretch of text without spaces is counted by.

        Parameters
        ----------
        word : str
            The stretch.
        """
        pieces: list[str] = self._piece_analyzer(word)
        return pieces

    @cached_property
    def word_places(self) -> dict[str, int]:
        """The column of each word n-gram."""
        return {term: i for i, term in enumerate(self.words)}

    @cached_property
    def piece_places(self) -> dict[str, int]:
        """The column of each piece of a word."""
        return {term: i + len(self.words) for i, term in enumerate(self.pieces)}

    @cached_property
    def _piece_analyzer(self) -> Any:
        return _piece_counter().build_analyzer()

    @cached_property
    def _counters(self) -> tuple[Any, Any]:
        return (
            _word_counter(vocabulary=self.word_places),
            _piece_counter(vocabulary={term: i for i, term in enumerate(self.pieces)}),
        )


def _word_counter(**options: Any) -> Any:
    return CountVectorizer(analyzer=word_grams, **options)


def _piece_counter(**options: Any) -> Any:
    return CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), **options)


def _vocabulary(
    counter: Callable[..., Any], texts: Sequence[str], most: int
) -> tuple[tuple[str, ...], Any]:
    """Return the terms worth keeping and their counts in each text."""
    # A term met once connects nothing; in a handful of texts nearly every term is met once.
    least = 2 if len(texts) >= _MIN_TEXTS_FOR_FREQUENCY_CUT else 1
    try:
        fitted = counter(min_df=least, max_features=most)
        counts = fitted.fit_transform(texts)
    except ValueError:  # no text has a term: all are empty
        return (), sparse.csr_matrix((len(texts), 0))
    return tuple(fitted.get_feature_names_out()), counts


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
