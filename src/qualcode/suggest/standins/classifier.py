"""What can stand in for the shared stacker: here, any scikit-learn classifier.

A stand-in reads neither the codebook, nor the neighbours of a segment, nor the hits of a code's patterns.
It is held to the same account as the stacker: judged on documents it has not seen, percentages only where
enough is known for them, evaluation beside the same baselines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from qualcode.errors import SuggestionError
from qualcode.suggest.bench.coded_texts import CodedTexts, group_numbers
from qualcode.suggest.bench.scoring import (
    Scoring,
    calibrate,
    digest_of,
    one_thread,
    statuses_of,
    trust_of,
)
from qualcode.suggest.bench.trust import Trust
from qualcode.suggest.stacker.saving import save_fitted
from qualcode.suggest.standins.percode import FittedClassifier, Model, read_once, split_reader

__all__ = ["ClassifierSuggester", "StandIn"]

Floats = NDArray[np.float64]

# Documents are left out one by one up to so many, and else in so many groups.
_FOLDS = 10


class StandIn(Scoring):
    """A suggester that scores each segment by its own text."""

    block_size: int

    def score_blocks(
        self, rows: Iterable[tuple[str, object]], rules: Any = None
    ) -> Iterator[tuple[int, Floats]]:
        """Yield the place of the first segment of each block, and the block's scores, in bounded memory.

        Parameters
        ----------
        rows : iterable of (text, document)
            The segments.
        rules : object, optional
            Not used.
        """
        check_is_fitted(self)
        stream = iter(rows)
        start = 0
        while texts := [text for text, _ in islice(stream, self.block_size)]:
            yield start, self.fitted_.score(texts)
            start += len(texts)

    def _trust(self, data: CodedTexts, score: Callable[[list[str]], Floats]) -> Trust:
        """Return how right scores are that were not learned, on documents coded from beginning to end."""
        rows = np.flatnonzero(data.coded_through & data.coded)
        texts = [data.texts[i] for i in rows]
        blocks = [
            score(texts[start : start + self.block_size])
            for start in range(0, len(texts), self.block_size)
        ]
        return trust_of(data, rows, np.vstack([np.empty((0, len(data.codebook))), *blocks]))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Refuse: only the shared stacker can be written to a file that is safe to read.

        Parameters
        ----------
        path : str or path
            The file.

        Raises
        ------
        StoreError
            Always.
        """
        check_is_fitted(self)
        save_fitted(self.fitted_, path)


class ClassifierSuggester(StandIn):
    """Suggests codes by a scikit-learn classifier, fitted for each code against the rest.

    What it can promise is judged on documents left out: one by one where there are ten or fewer, and else in
    ten groups. A code that no segment has is never suggested.

    Parameters
    ----------
    estimator : classifier or Pipeline
        Any that tells two classes apart, by `predict_proba`, `decision_function` or `predict`. Where it, or
        anything in it, asks for `groups` by metadata routing, it gets the documents.
    vectorizer : {"auto", "tfidf"} or None, default "auto"
        Whether TF-IDF is put in front. *auto*: in front of anything but a `Pipeline`, or a search over one,
        whose first step is taken to read text. That step is fitted once for all codes. None: never.
    block_size : int, default 2048
        How many segments are scored together; bounds the memory.

    Attributes
    ----------
    fitted_ : FittedClassifier
        Everything that was learned.

    Examples
    --------
    >>> from qualcode.suggest.bench.coded_texts import CodeText
    >>> from sklearn.naive_bayes import ComplementNB
    >>> data = CodedTexts(
    ...     ["We trust them.", "Money is short.", "They trust us.", "No money, no staff."],
    ...     ["a", "a", "b", "b"],
    ...     [[1, 0], [0, 1], [1, 0], [0, 1]],
    ...     [CodeText("trust", "Trust"), CodeText("money", "Lack of money")],
    ... )
    >>> model = ClassifierSuggester(ComplementNB()).fit(data)
    >>> model.suggest(["There is a lot of trust here."], top=1).codes
    ('trust',)
    """

    fitted_: FittedClassifier

    def __init__(
        self, estimator: Any, *, vectorizer: str | None = "auto", block_size: int = 2048
    ) -> None:
        self.estimator = estimator
        self.vectorizer = vectorizer
        self.block_size = block_size

    def fit(self, data: CodedTexts) -> ClassifierSuggester:
        """Learn from coded texts.

        Parameters
        ----------
        data : CodedTexts
            The data.

        Raises
        ------
        SuggestionError
            When nothing is coded.
        """
        rows = np.flatnonzero(data.coded)
        if rows.size == 0:
            raise SuggestionError(
                f"{type(self.estimator).__name__} has nothing to learn from: no segment is coded. The shared "
                "stacker can begin with the codebook's text"
            )
        reader, classifier = split_reader(self.estimator, self.vectorizer)
        texts = [data.texts[i] for i in rows]
        assigned = np.asarray(data.assigned[rows].toarray(), bool)
        document = group_numbers(data.document[rows].tolist())
        with one_thread():
            read = read_once(reader, texts)
            left_out = np.zeros(assigned.shape)
            n_documents = int(document.max()) + 1
            if n_documents > 1:
                folds = GroupKFold(min(_FOLDS, n_documents)).split(document, groups=document)
                for train, test in folds:
                    model = Model.fit(
                        reader, classifier, read[train], assigned[train], document[train]
                    )
                    left_out[test] = model.score(read[test])
            model = Model.fit(reader, classifier, read, assigned, document)
            trust = trust_of(data, rows, left_out)
            similar, coded = FittedClassifier.vocabulary(texts)
            self.fitted_ = FittedClassifier(
                codebook=data.codebook,
                statuses=statuses_of(data),
                trust=trust,
                calibration=calibrate(trust),
                model=model,
                rows=rows,
                assigned=assigned,
                similar=similar,
                coded=coded,
                fingerprint=digest_of(
                    data,
                    type(self.estimator).__name__,
                    left_out.tobytes(),
                    model.score(read).tobytes(),
                ),
            )
        return self
