"""What a suggester has to beat: how often codes are used, the codebook's words, a plain text classifier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from qualcode.suggest.bench.coded_texts import CodedTexts

__all__ = ["BASELINES", "keyword_match", "logistic_regression", "prevalence"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Baseline = Callable[[CodedTexts, Sequence[str]], tuple[Floats, Bools | None]]
"""Returns scores, and decisions; None for these where it is held to the rule that suggesters decide by."""

_WORD = re.compile(r"\w{3,}")


def prevalence(data: CodedTexts, texts: Sequence[str]) -> tuple[Floats, None]:
    """Return the codes' frequencies as scores.

    By the rule for decisions every segment then gets every code. Without looking at the text, that has the
    best expected F1; with common codes it is high already.

    Parameters
    ----------
    data : CodedTexts
        What was coded.
    texts : sequence of str
        What to decide about.
    """
    rate = np.asarray(data.assigned[data.coded].mean(axis=0), np.float64).ravel()
    return np.tile(rate, (len(texts), 1)), None


def keyword_match(data: CodedTexts, texts: Sequence[str]) -> tuple[Floats, None]:
    """Return scores by words that segment and codebook share, rare words counting more.

    Parameters
    ----------
    data : CodedTexts
        The codebook.
    texts : sequence of str
        What to decide about.
    """
    keywords = [
        {word for p in code.phrases(0) if not p.against for word in _WORD.findall(p.text.lower())}
        for code in data.codebook
    ]
    times = Counter(word for words in keywords for word in words)
    score = np.zeros((len(texts), len(keywords)))
    owners: dict[str, list[int]] = {}
    for code, words in enumerate(keywords):
        for word in words:
            owners.setdefault(word, []).append(code)
    for row, text in enumerate(texts):
        for word in set(_WORD.findall(text.lower())) & owners.keys():
            score[row, owners[word]] += 1 / times[word]
    return score / (1 + score), None


def logistic_regression(data: CodedTexts, texts: Sequence[str]) -> tuple[Floats, None]:
    """Return scores of TF-IDF and logistic regression, one code against the rest.

    With balanced classes: without, it hardly ever ranks a rare code first at these sizes.

    Parameters
    ----------
    data : CodedTexts
        What was coded.
    texts : sequence of str
        What to decide about.
    """
    coded = np.flatnonzero(data.coded)
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    known = vectorizer.fit_transform([data.texts[i] for i in coded])
    new = vectorizer.transform(texts)
    assigned = np.asarray(data.assigned[coded].toarray(), bool)
    score = np.tile(assigned.all(axis=0).astype(float), (len(texts), 1))
    for code in np.flatnonzero(assigned.any(axis=0) & ~assigned.all(axis=0)):
        model = LogisticRegression(class_weight="balanced", max_iter=1000)
        score[:, code] = model.fit(known, assigned[:, code]).predict_proba(new)[:, 1]
    return score, None


BASELINES: Mapping[str, Baseline] = {
    "prevalence": prevalence,
    "keywords": keyword_match,
    "TF-IDF logistic regression": logistic_regression,
}
