"""Fitting the shared stacker: read the text, compute base scores, weigh them, see what can be promised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import expit

from qualcode.errors import AssignmentError
from qualcode.model.values import ByValue
from qualcode.suggest.bench.coded_texts import CodedTexts, Phrase, group_numbers, neighbours
from qualcode.suggest.bench.frequencies import Labels, Rates
from qualcode.suggest.bench.logistic import AnchoredLogistic
from qualcode.suggest.bench.texts import Encoded, TextSpace
from qualcode.suggest.bench.trust import (
    Calibration,
    Trust,
    best_f1_cuts,
    effective_documents,
)
from qualcode.suggest.stacker.code_pairs import Scaling, Stack, anchors, pair_features
from qualcode.suggest.stacker.fitted import FittedStack
from qualcode.suggest.stacker.scores import (
    BaseScores,
    Profiles,
    Scorer,
    Scores,
    context_scores,
    fit_scores,
    scored,
)

__all__ = ["Reading", "fit_stack", "quoted_rows", "read_text"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Encoder = Callable[[list[str]], Any]

# How alike segments of one document are taken to be.
_RESEMBLANCE = 0.03
# Of text that nobody has coded yet: so many segments for the vocabulary, and so many to scale scores by.
_READ, _SCALED = 5000, 2000
# More pairs of segment and code than this teach the few weights nothing: negatives are thinned out.
_PAIRS = 120_000
_PAIR_BLOCK = 60_000
# Untouched segments enough to choose cuts on them: they are what the cuts are for.
_ENOUGH = 30
# Where there are too few documents to leave out one by one, so many stretches of them are.
_STRETCHES, _FEW = 8, 2.0
# A few words may stand in any text without being quoted from it.
_SHORT = 3


@frozen(eq=False)
class Reading(ByValue):
    """What depends on text and codebook only, and is kept from one fit to the next.

    Parameters
    ----------
    fingerprint : str
        Of the text, the codebook and the documents with coded segments.
    rows : array of int
        The segments that were read: all of documents with coded segments, and a sample of other documents.
    encoded : Encoded
        Those segments.
    codebook : Profiles
        The codebook.
    space : TextSpace
        The vocabulary.
    """

    fingerprint: str
    rows: Longs
    encoded: Encoded
    codebook: Profiles
    space: TextSpace

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The codebook's phrases."""
        return self.codebook.phrases


def read_text(
    data: CodedTexts, *, n_topics: int, encode: Encoder | None, known: Reading | None = None
) -> Reading:
    """Return the text of a project as numbers; nothing is read again that was read before.

    Parameters
    ----------
    data : CodedTexts
        The data.
    n_topics : int
        How many topics at the most.
    encode : callable or None
        The user's own encoder.
    known : Reading, optional
        An earlier reading.
    """
    rows = _rows_to_read(data)
    phrases = tuple(phrase for i, code in enumerate(data.codebook) for phrase in code.phrases(i))
    texts, quoted = [data.texts[i] for i in rows], [phrase.text for phrase in phrases]
    fingerprint = _fingerprint(texts, quoted, n_topics)
    if known is not None and known.fingerprint == fingerprint and known.space.encode_with is encode:
        same = known.phrases == phrases and known.codebook.n_codes == len(data.codebook)
        codebook = (
            known.codebook
            if same
            else attrs.evolve(known.codebook, phrases=phrases, n_codes=len(data.codebook))
        )
        return attrs.evolve(known, rows=rows, codebook=codebook)
    space, encoded, counts = TextSpace.fit_counted(
        texts, quoted, n_topics=n_topics, encode_with=encode
    )
    read = encoded.rows(slice(0, len(rows)))
    codebook = Profiles(
        phrases,
        encoded.rows(slice(len(rows), None)),
        space.joining(quoted, counts[len(rows) :]),
        space,
        len(data.codebook),
        read,
    )
    return Reading(fingerprint, rows, read, codebook, space)


def _fingerprint(texts: Sequence[str], quoted: Sequence[str], n_topics: int) -> str:
    digest = sha256(f"{len(texts)} {len(quoted)} {n_topics}".encode())
    for text in (*texts, *quoted):
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def _rows_to_read(data: CodedTexts) -> Longs:
    """Return all segments of documents with coded ones, then whole other documents, evenly spread."""
    sizes = np.bincount(data.document)
    with_coded = np.bincount(data.document, data.coded) > 0
    others = np.flatnonzero(~with_coded)
    room = max(0, _READ - int(sizes[with_coded].sum()))
    if sizes[others].sum() > room:
        every = max(1, round(sizes[others].sum() / max(1, room)))
        others = others[::every]
        # Where nothing is coded yet, something has to be read, however long the first document is.
        least = 0 if with_coded.any() else int(sizes[others[0]])
        others = others[np.cumsum(sizes[others]) <= max(room, least)]
    read = with_coded.copy()
    read[others] = True
    return np.flatnonzero(read[data.document])


def fit_stack(
    data: CodedTexts, reading: Reading, *, context: bool, scorer: Scorer | None = None
) -> FittedStack:
    """Return the suggester that learned from some data.

    Parameters
    ----------
    data : CodedTexts
        The data.
    reading : Reading
        Its text.
    context : bool
        Whether neighbouring segments count.
    scorer : callable, optional
        A scorer of the user's own, for one more base score.

    Raises
    ------
    AssignmentError
        When there is neither a coded segment nor any text in the codebook.
    """
    if data.n_coded == 0 and not reading.phrases:
        raise AssignmentError(
            "there is nothing to learn from: no segment is coded, and the codebook has no text"
        )
    rows = np.flatnonzero(data.coded)
    place = np.searchsorted(reading.rows, rows)
    document = group_numbers(data.document[rows].tolist())
    labels = Labels(
        np.asarray(data.assigned[rows].toarray(), bool), _left_out_together(document), _RESEMBLANCE
    )
    texts = [data.texts[i] for i in rows]
    quoted = _quoted_from(reading.codebook, place, texts, labels.document)
    base, left_out = fit_scores(place, labels, reading.codebook, quoted)
    fresh = _fresh_scores(data, reading, base, context, scorer)
    if context:
        left_out["context"] = context_scores(left_out["terms"], *neighbours(document))
    if data.rules is not None:
        left_out["rules"] = np.asarray(data.rules[rows].toarray(), np.float64)
    if scorer is not None:
        left_out["scorer"] = scored(scorer, texts, data.codebook)
    (counts, counts_outside), (rates, rates_outside) = labels.counts(), labels.rates()
    stack = Stack(
        {
            name: Scaling.of(
                np.vstack([score, fresh[name]]),
                np.vstack([score + rates_outside.shrunk, fresh[name] + rates.shrunk]),
            )
            for name, score in left_out.items()
        }
    )
    features = _Features(stack, left_out, counts_outside, rates_outside)
    weights, without = _weigh(features, labels)
    score = _left_out_score(features, labels, without)
    through = data.coded_through[rows]
    trust = Trust(
        score[through],
        labels.assigned[through],
        group_numbers(document[through].tolist()),
        rows[through],
    )
    calibration = Calibration.of(trust.score, trust.assigned)
    fresh_score = _score(_Features(stack, fresh, counts, rates), weights)
    n_documents = _documents_of(labels.assigned, document)
    enough = len(fresh_score) >= _ENOUGH or not len(score)
    return FittedStack(
        codebook=data.codebook,
        phrases=reading.phrases,
        phrase_terms=reading.codebook.encoded.terms,
        space=reading.space,
        base=base,
        stack=stack,
        weights=weights,
        counts=counts,
        n_documents=n_documents,
        rates=rates,
        rows=rows,
        calibration=calibration,
        trust=trust,
        cuts=best_f1_cuts(calibration(fresh_score if enough else score)),
        scorer=scorer,
    )


def _left_out_together(document: Longs) -> Longs:
    """Return what is left out together to see how scores carry over: documents or, of few, stretches.

    From one document to the next more changes than from one stretch to the next, so stretches say too
    much; but of the weights of the scores they tell more than nothing does. Percentages rest on documents.
    """
    if document.size < 2 * _STRETCHES or effective_documents(document) >= _FEW:
        return document
    most = document.size / _STRETCHES
    number = np.zeros(document.size, np.int64)
    for each in np.unique(document):
        rows = np.flatnonzero(document == each)
        pieces = max(1, round(rows.size / most))
        number[rows] = number.max() + 1 + np.arange(rows.size) * pieces // rows.size
    return group_numbers(number.tolist())


def _documents_of(assigned: NDArray[np.bool_], document: Longs) -> Longs:
    n_codes = assigned.shape[1]
    row, code = np.nonzero(assigned)
    cells = np.unique(document[row] * n_codes + code)
    return np.bincount(cells % n_codes, minlength=n_codes)


def _quoted_from(codebook: Profiles, place: Longs, texts: Sequence[str], document: Longs) -> Longs:
    """Return the document that each phrase of the codebook is quoted from, -1 if from none.

    A quote in the codebook is no test of a suggester on the segment it was taken from.
    """
    quoted = np.full(len(codebook.phrases), -1)
    quotes = codebook.quotes
    if not quotes.size or not texts:
        return quoted
    joined: dict[int, list[str]] = {}
    for text, number in zip(texts, document.tolist(), strict=True):
        joined.setdefault(number, []).append(_plain(text))
    whole = [" ".join(parts) for parts in joined.values()]
    # In a plain text there is no line break, so that no phrase is found across two documents.
    together = "\n".join(whole)
    starts = np.cumsum([0, *(len(text) + 1 for text in whole)])
    numbers = list(joined)
    coded = np.full(len(codebook.read), -1)
    coded[place] = np.arange(place.size)
    for i, alike in zip(quotes.tolist(), codebook.copied, strict=True):
        same = coded[alike]
        phrase = _plain(codebook.phrases[i].text)
        if (same >= 0).any():
            quoted[i] = document[same[same >= 0].min()]
        elif len(phrase.split()) > _SHORT and (found := together.find(phrase)) >= 0:
            quoted[i] = numbers[int(np.searchsorted(starts, found, side="right")) - 1]
    return quoted


def quoted_rows(data: CodedTexts) -> NDArray[np.bool_]:
    """Return which segments the codebook quotes, word for word.

    Parameters
    ----------
    data : CodedTexts
        The data.
    """
    quotes = {
        _plain(quote)
        for code in data.codebook
        for quote in (*code.examples, *code.counterexamples)
        if len(quote.split()) > _SHORT
    }
    plain = [_plain(text) for text in data.texts]
    return np.array([any(quote in text for quote in quotes) for text in plain], bool)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fresh_scores(
    data: CodedTexts, reading: Reading, base: BaseScores, context: bool, scorer: Scorer | None
) -> Scores:
    """Return the base scores of a sample of documents in which nothing is coded."""
    untouched = np.bincount(data.document, data.coded) == 0
    rows = np.flatnonzero(untouched[data.document[reading.rows]])
    document = data.document[reading.rows[rows]]
    rows = rows[np.isin(document, _first_documents(document, _SCALED))]
    scores = base.score(reading.encoded.rows(rows))
    if context:
        around = neighbours(data.document[reading.rows[rows]])
        scores["context"] = context_scores(scores["terms"], *around)
    if data.rules is not None:
        scores["rules"] = np.asarray(data.rules[reading.rows[rows]].toarray(), np.float64)
    if scorer is not None:
        texts = [data.texts[i] for i in reading.rows[rows]]
        scores["scorer"] = scored(scorer, texts, data.codebook)
    return scores


def _first_documents(document: Longs, most: int) -> Longs:
    """Return documents evenly spread, of so many segments at the most."""
    numbers, sizes = np.unique(document, return_counts=True)
    every = max(1, round(int(sizes.sum()) / most))
    numbers, sizes = numbers[::every], sizes[::every]
    return numbers[np.cumsum(sizes) <= max(most, int(sizes[:1].sum()))]


class _Features:
    """The features of every pair of segment and code, a block of segments at a time."""

    def __init__(self, stack: Stack, scores: Scores, counts: Floats, rates: Rates) -> None:
        self.stack, self.scores, self.counts, self.rates = stack, scores, counts, rates
        self.shape = scores["terms"].shape
        step = max(1, _PAIR_BLOCK // self.shape[1])
        self.blocks = [
            slice(start, min(start + step, self.shape[0]))
            for start in range(0, self.shape[0], step)
        ]
        self._last: tuple[slice, Floats] | None = None

    def __getitem__(self, rows: slice) -> Floats:
        """Return the features of a block; of a single block, they are not made again."""
        if self._last is None or self._last[0] != rows:
            self._last = rows, self._of(rows)
        return self._last[1]

    def _of(self, rows: slice) -> Floats:
        own = {name: score[rows] for name, score in self.scores.items()}
        if len(self.counts) == 1:
            return pair_features(self.stack, own, self.counts, self.rates)
        rates = self.rates
        inside = Rates(rates.count[rows], rates.size[rows], rates.extra, rates.mean)
        return pair_features(self.stack, own, self.counts[rows], inside)


def _weigh(features: _Features, labels: Labels) -> tuple[Floats, Floats]:
    """Return the weights of the features, and those without each document; intercept last."""
    anchor, precision, signed = anchors(features.stack)
    n_documents = int(labels.document.max(initial=-1)) + 1
    density = float(labels.assigned.mean()) if labels.assigned.size else 0.0
    intercept = float(np.log(max(density, 1e-3) / (1 - min(density, 0.99))))
    # A document by itself shows nothing of how scores carry over to the next one.
    if n_documents < 2 or not 0 < density < 1:
        start = np.r_[anchor, intercept]
        return start, np.tile(start, (n_documents, 1))
    share = min(1.0, _PAIRS / labels.assigned.size)
    # The golden ratio spreads the kept pairs evenly, whatever the number of codes.
    number = np.arange(labels.assigned.size).reshape(labels.assigned.shape)
    kept = labels.assigned | ((number * 0.6180339887498949) % 1 < share)
    target = labels.assigned[kept]
    model = AnchoredLogistic(
        anchor=anchor, precision=precision, nonnegative=signed, intercept_anchor=intercept
    ).fit(
        np.vstack([features[rows][kept[rows]] for rows in features.blocks]),
        target,
        np.repeat(labels.document, kept.sum(axis=1)),
        np.repeat(labels.weight, kept.sum(axis=1)) / np.where(target, 1, share),
    )
    return np.r_[model.coef_[0], model.intercept_], model.left_out_


def _score(features: _Features, weights: Floats) -> Floats:
    """Return the scores of texts outside the coded documents."""
    score = np.empty(features.shape)
    for rows in features.blocks:
        score[rows] = expit(features[rows] @ weights[:-1] + weights[-1])
    return score


def _left_out_score(features: _Features, labels: Labels, without: Floats) -> Floats:
    """Return the scores of coded segments as if their documents had never been seen."""
    score = np.empty(features.shape)
    for rows in features.blocks:
        weights = without[labels.document[rows]]
        # One product of matrices a segment, which is faster than a sum over indices.
        linear = (features[rows] @ weights[:, :-1, None])[..., 0] + weights[:, -1:]
        score[rows] = expit(linear)
    return score
