"""One classifier for each code: how a scikit-learn classifier of two classes becomes a suggester."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from sklearn import config_context
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import get_routing_for_object

from qualcode.errors import SuggestionError
from qualcode.model.coding.suggestions import Explanation, NearRow, Status, Term
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import CodeText
from qualcode.suggest.bench.function_words import function_words
from qualcode.suggest.bench.quoting import nearest, stretches
from qualcode.suggest.bench.scoring import one_thread
from qualcode.suggest.bench.texts import tokens, word_grams
from qualcode.suggest.bench.trust import Calibration, Trust

__all__ = ["FittedClassifier", "Model", "read_once", "split_reader"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MOST = 3
# So many of a segment's weightiest terms are looked for in its text.
_TERMS = 24


def split_reader(estimator: Any, vectorizer: Any) -> tuple[Any, Any]:
    """Return what reads the text, once for all codes, and the classifier that is fitted for each.

    Parameters
    ----------
    estimator : classifier
        The user's.
    vectorizer : {"auto", "tfidf"} or None
        See `qualcode.suggest.standins.classifier.ClassifierSuggester`.

    Raises
    ------
    SuggestionError
        When the classifier learns several codes at once, or there is no such vectoriser.
    """
    if vectorizer not in ("auto", "tfidf", None):
        raise SuggestionError(
            f"vectorizer is {vectorizer!r}: give 'auto', 'tfidf' or None; put any other vectoriser in front "
            "of the classifier with sklearn.pipeline.make_pipeline"
        )
    if not get_tags(estimator).target_tags.single_output:
        raise SuggestionError(
            f"{type(estimator).__name__} learns several codes at once: give the classifier inside it, which "
            "is fitted for each code"
        )
    if vectorizer == "tfidf" or (vectorizer == "auto" and not _takes_text(estimator)):
        return TfidfVectorizer(sublinear_tf=True), estimator
    if isinstance(estimator, Pipeline) and len(estimator) > 1:
        rest = estimator[1:]
        return estimator[0], rest[0] if len(rest) == 1 else rest
    return None, estimator


def _takes_text(estimator: Any) -> bool:
    """Return whether a classifier is, or searches over, a pipeline, whose first step reads the text."""
    inner = getattr(estimator, "estimator", None)
    return isinstance(estimator, Pipeline) or (inner is not None and _takes_text(inner))


@frozen(eq=False)
class Model(ByValue):
    """Classifiers that were fitted, one for each code.

    Parameters
    ----------
    reader : transformer or None
        What turns texts into numbers.
    classifiers : tuple
        For each code a classifier, or its score where all segments or none have it.
    """

    reader: Any
    classifiers: tuple[Any, ...] = field(repr=False)

    @classmethod
    def fit(cls, reader: Any, classifier: Any, texts: Any, assigned: Bools, groups: Longs) -> Model:
        """Return classifiers fitted to some segments.

        Parameters
        ----------
        reader, classifier : estimator
            From `split_reader`; copies are fitted.
        texts : sequence of str, or what `read_once` made of them
            The segments.
        assigned : array of bool, segments × codes
            Their codes.
        groups : array of int
            Their documents, for classifiers that ask for groups.
        """
        if _is_fitted_by_text(reader):
            reader = clone(reader)
            texts = reader.fit_transform(texts)
        routed = {"groups": groups} if _wants_groups(classifier) else {}
        learned: list[Any] = []
        for has in assigned.T:
            if has.all() or not has.any():
                learned.append(float(has[0]))
            else:
                with config_context(enable_metadata_routing=bool(routed)):
                    learned.append(clone(classifier).fit(texts, has.astype(int), **routed))
        return cls(reader, tuple(learned))

    def score(self, texts: Any) -> Floats:
        """Return scores from 0 to 1, segments × codes.

        Parameters
        ----------
        texts : sequence of str, or what `read_once` made of them
            The segments.
        """
        n = texts.shape[0] if hasattr(texts, "shape") else len(texts)
        score = np.zeros((n, len(self.classifiers)))
        if _is_fitted_by_text(self.reader):
            texts = self.reader.transform(texts)
        for code, classifier in enumerate(self.classifiers):
            score[:, code] = (
                classifier if isinstance(classifier, float) else _score(classifier, texts)
            )
        return score


def read_once(reader: Any, texts: list[str]) -> Any:
    """Return texts as numbers where the reader learns nothing from text, and else as they are.

    Parameters
    ----------
    reader : transformer or None
        From `split_reader`.
    texts : list of str
        The segments.
    """
    if reader is None or _is_fitted_by_text(reader):
        return np.array(texts, dtype=object)
    return reader.transform(texts)


def _is_fitted_by_text(reader: Any) -> bool:
    return reader is not None and bool(get_tags(reader).requires_fit)


def _wants_groups(classifier: Any) -> bool:
    """Return whether a classifier, or anything within it, asks for groups by metadata routing."""
    try:
        request = get_routing_for_object(classifier)
        return "groups" in request.consumes("fit", ["groups"])
    except NotImplementedError:  # something within it takes no metadata at all
        return False


def _score(classifier: Any, X: Any) -> Floats:
    """Return how much a classifier of two classes takes each row to be of the second, from 0 to 1."""
    if hasattr(classifier, "predict_proba"):
        score = classifier.predict_proba(X)[:, 1]
    elif hasattr(classifier, "decision_function"):
        score = expit(np.ravel(classifier.decision_function(X)))
    else:
        score = classifier.predict(X)
    score = np.asarray(score, np.float64)
    if not np.isfinite(score).all():
        raise SuggestionError(
            f"{type(classifier).__name__} gave a score that is not a finite number"
        )
    return score.clip(0, 1)


@frozen(eq=False)
class FittedClassifier(ByValue):
    """What classifiers have learned, and the coded segments that are shown to explain.

    Parameters
    ----------
    codebook, statuses, trust, calibration
        See `qualcode.suggest.bench.scored.Scored`.
    model : Model
        The classifiers.
    rows : array of int
        The place of each coded segment in the data that was learned from.
    assigned : array of bool, segments × codes
        Their codes.
    similar : TfidfVectorizer
        The vocabulary in which segments are compared.
    coded : CSR matrix, segments × terms
        The coded segments in it.
    fingerprint : str
        A digest of what was learned from and of what is made of it.
    """

    codebook: tuple[CodeText, ...]
    statuses: tuple[Status, ...] = field(repr=False)
    trust: Trust
    calibration: Calibration = field(repr=False)
    model: Model = field(repr=False)
    rows: Longs = field(repr=False)
    assigned: Bools = field(repr=False)
    similar: Any = field(repr=False)
    coded: Any = field(repr=False)
    fingerprint: str
    explains_later: ClassVar[bool] = True

    @classmethod
    def vocabulary(cls, texts: Sequence[str]) -> tuple[Any, Any]:
        """Return the vocabulary of coded segments, in any script, and the segments in it.

        Parameters
        ----------
        texts : sequence of str
            Coded segments.
        """
        similar = TfidfVectorizer(analyzer=word_grams, sublinear_tf=True)
        return similar, similar.fit_transform(texts)

    def score(self, texts: list[str]) -> Floats:
        """Return scores from 0 to 1, segments × codes.

        Parameters
        ----------
        texts : list of str
            The segments.
        """
        with one_thread():
            return self.model.score(read_once(self.model.reader, texts))

    def known(self, texts: Sequence[str]) -> Bools:
        """Return which texts have a term of the vocabulary; all, where the classifier has no vocabulary.

        Parameters
        ----------
        texts : sequence of str
            Segments.
        """
        if not isinstance(self.model.reader, CountVectorizer):
            return np.ones(len(texts), bool)
        return np.asarray(np.diff(self.model.reader.transform(texts).indptr) > 0, bool)

    def explain(self, text: str, codes: Sequence[int]) -> tuple[Explanation[NearRow], ...]:
        """Return coded segments like this one, and the words that speak for a code where that is known.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        row = self.similar.transform([text])
        has_words = isinstance(self.model.reader, CountVectorizer)
        terms = self.model.reader.transform([text]) if has_words else None
        found = []
        for code in codes:
            having = np.flatnonzero(self.assigned[:, code])
            near = nearest(row, self.coded[having], self.rows[having], _MOST)
            words = () if terms is None else self._words(text, terms, code)
            found.append(Explanation(terms=words[:_MOST], nearest=near))
        return tuple(found)

    @cached_property
    def _names(self) -> Any:
        return self.model.reader.get_feature_names_out()

    def _words(self, text: str, row: Any, code: int) -> tuple[Term, ...]:
        """Return words by what they add, where the classifier is linear in the terms of a vocabulary."""
        slope = getattr(self.model.classifiers[code], "coef_", None)
        if slope is None:
            return ()
        added = row.data * np.asarray(sparse.csr_matrix(slope)[0, row.indices].todense()).ravel()
        best = np.argsort(-added, kind="stable")[:_TERMS]
        words = list(tokens(text))
        weight = np.zeros(len(words))
        for i in best[added[best] > 0].tolist():
            term, analyzer = self._names[row.indices[i]], self.model.reader.analyzer
            places = list(_pattern(term, analyzer).finditer(text))
            for place in places:
                inside = [
                    j
                    for j, (_, start, end) in enumerate(words)
                    if start < place.end() and place.start() < end
                ]
                for j in inside:
                    weight[j] += added[i] / len(places) / len(inside)
        return stretches(text, words, weight, self._silent)

    @cached_property
    def _silent(self) -> frozenset[str]:
        """Words that say nothing by themselves, in the language of the vocabulary."""
        return function_words(dict.fromkeys(self._names, 1.0))


def _pattern(term: str, analyzer: Any) -> re.Pattern[str]:
    """Return what finds a term of a vocabulary in a text.

    Examples
    --------
    >>> _pattern("staff time", "word").search("Staff – time").span()
    (0, 12)
    >>> bool(_pattern("art", "word").search("start")), bool(_pattern("art", "char").search("start"))
    (False, True)
    """
    whole = analyzer not in ("char", "char_wb")
    body = r"\W+".join(re.escape(part) for part in term.split())
    before = r"(?<!\w)" if whole or term[:1].isspace() else ""
    after = r"(?!\w)" if whole or term[-1:].isspace() else ""
    return re.compile(before + body + after if body else r"(?!)", re.IGNORECASE)
