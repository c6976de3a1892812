"""What all scoring suggesters share: from scores of blocks to scores of segments, and to what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import logit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from qualcode._extras import require
from qualcode.model.coding.suggestions import Status
from qualcode.suggest.bench.coded_texts import CodedTexts, group_numbers, status_of
from qualcode.suggest.bench.logistic import AnchoredLogistic
from qualcode.suggest.bench.shortlists import Shortlists, shortlists
from qualcode.suggest.bench.trust import Calibration, Trust

__all__ = ["Scoring", "calibrate", "digest_of", "one_thread", "statuses_of", "trust_of"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# A score is read as a probability no closer to 0 or 1 than this, so that a plain yes can be corrected.
_SURE = 1e-3
_KNOTS = 256


class Scoring(BaseEstimator):  # type: ignore[misc]
    """A suggester that gives scores block by block; what is shown follows from them.

    A subclass sets `fitted_`, a `qualcode.suggest.bench.scored.Scored`, in `fit`, and has `score_blocks`.
    """

    fitted_: Any

    def score_blocks(
        self, rows: Iterable[tuple[str, object]], rules: Any = None
    ) -> Iterator[tuple[int, Floats]]:
        """Yield the place of the first segment of each block, and the block's scores, in bounded memory.

        Parameters
        ----------
        rows : iterable of (text, document)
            The segments; those of a document next to each other, in its order.
        rules : CSR matrix of bool, optional
            Hits of the codes' own patterns.
        """
        raise NotImplementedError

    def score_codes(
        self, X: Sequence[str], groups: Sequence[object] | None = None, rules: Any = None
    ) -> Floats:
        """Return the scores of segments, segments × codes: to rank by, not probabilities.

        Parameters
        ----------
        X : sequence of str
            The segments.
        groups : sequence, optional
            The document of each segment.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns.
        """
        check_is_fitted(self)
        labels = range(len(X)) if groups is None else groups
        order = np.argsort(group_numbers(list(labels)), kind="stable")
        hits = None if rules is None else sparse.csr_matrix(rules)[order]
        score = np.empty((len(X), len(self.fitted_.codebook)))
        rows = ((X[i], labels[i]) for i in order)
        for start, block in self.score_blocks(rows, hits):
            score[order[start : start + len(block)]] = block
        return score

    def suggest(
        self,
        X: Sequence[str],
        groups: Sequence[object] | None = None,
        rules: Any = None,
        *,
        top: int = 3,
        precision: float | None = None,
        recall: float | None = None,
        explain: bool = True,
        room: int = 0,
    ) -> Shortlists:
        """Return what to show to a coder.

        Parameters
        ----------
        X : sequence of str
            The segments; those of a document next to each other.
        groups : sequence, optional
            The document of each segment.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns.
        top, precision, recall, explain, room
            See `qualcode.suggest.bench.shortlists.shortlists`.
        """
        check_is_fitted(self)
        labels = range(len(X)) if groups is None else groups
        hits = None if rules is None else sparse.csr_matrix(rules)
        blocks = self.score_blocks(zip(X, labels, strict=True), hits)
        return shortlists(
            self.fitted_,
            X,
            blocks,
            top=top,
            precision=precision,
            recall=recall,
            explain=explain,
            room=room,
        )


def one_thread() -> AbstractContextManager[Any]:
    """Keep linear algebra to one thread: sums are then added in the same order in every run."""
    limits: AbstractContextManager[Any] = require(
        "threadpoolctl", extra="suggest"
    ).threadpool_limits(1)
    return limits


def statuses_of(data: CodedTexts) -> tuple[Status, ...]:
    """Return how much is known of each code: cold, learning or usable.

    Parameters
    ----------
    data : CodedTexts
        What was coded.
    """
    return tuple(status_of(int(n), int(d)) for n, d in zip(*data.uses(), strict=True))


def trust_of(data: CodedTexts, rows: Longs, score: Floats) -> Trust:
    """Return what can be promised by scores that owe nothing to the segment's own document.

    Only documents that were coded from beginning to end tell anything of it.

    Parameters
    ----------
    data : CodedTexts
        What was coded.
    rows : array of int
        The segments that have scores.
    score : array, segments × codes
        Their scores.
    """
    through = data.coded_through[rows]
    rows = rows[through]
    return Trust(
        score[through],
        np.asarray(data.assigned[rows].toarray(), bool),
        group_numbers(data.document[rows].tolist()),
        rows,
    )


def calibrate(trust: Trust) -> Calibration:
    """Return a rising curve from scores that need not be probabilities at all to probabilities.

    Two parameters are learned (a slope, taken to be 1 until there is evidence, and a shift), and with more
    evidence an isotonic curve on top, as for the shared stacker.

    Parameters
    ----------
    trust : Trust
        Scores of segments of documents left out.

    References
    ----------
    Platt J (1999). Probabilistic outputs for support vector machines. In: Advances in Large Margin
    Classifiers. MIT Press, 61–74.
    """
    spoken = trust.score > 0
    right = trust.assigned[spoken]
    if right.all() or not right.any():
        # All alike: the best guess is their share, a segment of either kind added.
        share = (float(right.sum()) + 1) / (right.size + 2)
        return Calibration(np.array([0.0, 1.0]), np.array([0.0, share]), 1.0)
    model = AnchoredLogistic(anchor=1.0, nonnegative=True).fit(
        _log_odds(trust.score[spoken]), right
    )

    def platt(score: Floats) -> Floats:
        odds = model.predict_proba(_log_odds(score.ravel()))[:, 1]
        return np.where(score > 0, odds.reshape(score.shape), 0.0)

    then = Calibration.of(platt(trust.score), trust.assigned)
    knots = np.unique(np.quantile(trust.score[spoken], np.linspace(0, 1, _KNOTS)))
    silent = float(trust.assigned[~spoken].mean()) if not spoken.all() else 0.0
    observed = np.maximum.accumulate(then(platt(knots)))
    return Calibration(np.r_[0.0, knots], np.r_[min(silent, observed[0]), observed], 1.0)


def _log_odds(score: Floats) -> Floats:
    return np.asarray(logit(np.clip(score, _SURE, 1 - _SURE))[:, None], np.float64)


def digest_of(data: CodedTexts, *parts: str | bytes) -> str:
    """Return a digest of what was learned from, and of what else tells one suggester from another.

    Parameters
    ----------
    data : CodedTexts
        What was coded.
    *parts : str or bytes
        The rest.
    """
    digest = sha256()
    coded = np.flatnonzero(data.coded)
    texts = (f"{data.documents[i]}\n{data.texts[i]}" for i in coded)
    decisions = data.assigned[coded].toarray().tobytes()
    for part in (repr(data.codebook), *texts, decisions, *parts):
        piece = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(piece).to_bytes(8, "little") + piece)
    return digest.hexdigest()
