"""When a suggester may give a percentage, what it may promise, and when it must not.

All is judged on predictions for documents left out, and only in documents coded from beginning to end.
Segments of one document resemble each other, so wherever evidence is counted, it counts as fewer segments
than there are (the design effect).
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit
from sklearn.isotonic import IsotonicRegression

from qualcode.errors import StatisticsError
from qualcode.model.checks import shown
from qualcode.model.values import ByValue

__all__ = [
    "Calibration",
    "Cut",
    "Trust",
    "best_f1_cuts",
    "check_share",
    "effective_documents",
    "rank_codes",
    "wanting",
]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

MIN_SEGMENTS, MIN_DOCUMENTS = 100, 3.0
# The stacker's score is a probability already, fitted to predictions for left-out documents. Isotonic
# regression on top assumes nothing and needs many segments; from a few large documents it learns what is
# peculiar to them. It counts for nothing up to so many, for a third at twice, for half at three times.
_ISOTONIC_FROM = 500
_CONFIDENCE = 0.95
# The longest list that keeps a promise is also the luckiest of those tested: where so few documents stand for
# those to come, only so much of it is shown.
_MANY_DOCUMENTS, _SHOWN_OF_LONGEST = 10.0, 0.75
# A score of 0, which the shared stacker never gives, says that nothing speaks for the code: it is not shown.
_SILENT = "the suggester is silent about too many of the codes that were assigned"


def effective_documents(document: Longs) -> float:
    """Return how many equally long documents carry as much evidence as these.

    Parameters
    ----------
    document : array of int
        The document of each segment.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley, section 11.7.

    Examples
    --------
    >>> effective_documents(np.array([0, 0, 1, 1]))
    2.0
    >>> round(effective_documents(np.array([0] * 98 + [1, 2])), 2)
    1.04
    """
    sizes = np.bincount(document)
    return float(sizes.sum() ** 2 / max(1, (sizes**2).sum()))


def wanting(document: Longs) -> str | None:
    """Return what is missing for probabilities, or None when there is enough.

    Parameters
    ----------
    document : array of int
        The document of each segment in documents coded from beginning to end.
    """
    if document.size < MIN_SEGMENTS:
        return (
            f"ranks only: {document.size} segments are in documents coded from beginning to end, and "
            f"probabilities need {MIN_SEGMENTS}"
        )
    documents = effective_documents(document)
    if documents < MIN_DOCUMENTS:
        return (
            f"ranks only: the coded segments are as unevenly spread as {documents:.2f} documents, and "
            f"probabilities need {MIN_DOCUMENTS:.0f}"
        )
    return None


@frozen(eq=False)
class Calibration(ByValue):
    """A rising curve from the stacker's score to the share of such suggestions that were right.

    Parameters
    ----------
    score, observed : array
        Knots of the curve; empty where there are too few segments to correct the score.
    share : float
        How much the curve counts; the rest is the score itself.
    """

    score: Floats
    observed: Floats
    share: float

    @classmethod
    def of(cls, score: Floats, assigned: Bools) -> Calibration:
        """Return the calibration of scores of left-out segments, pooled over codes.

        Parameters
        ----------
        score : array, segments × codes
            Scores.
        assigned : array of bool, segments × codes
            What the human decided.
        """
        n = len(score)
        if n <= _ISOTONIC_FROM:
            return cls(np.empty(0), np.empty(0), 0.0)
        curve = IsotonicRegression(out_of_bounds="clip").fit(score.ravel(), assigned.ravel())
        return cls(
            np.asarray(curve.X_thresholds_, np.float64),
            np.asarray(curve.y_thresholds_, np.float64),
            (n - _ISOTONIC_FROM) / (n + _ISOTONIC_FROM),
        )

    def __call__(self, score: Floats) -> Floats:
        """Return calibrated probabilities.

        Parameters
        ----------
        score : array
            Scores.
        """
        if self.share == 0:
            return score
        curve = np.interp(score, self.score, self.observed)
        return np.asarray(self.share * curve + (1 - self.share) * score, np.float64)


@frozen
class Cut:
    """A score from which suggestions are shown, and what is known of those.

    Parameters
    ----------
    kind : {"precision", "recall"}
        What is promised.
    wanted : float
        How much of it was asked for.
    threshold : float or None
        The least score that is shown; None where the wish cannot be kept.
    observed : float or None
        What was attained on documents left out.
    bound : float or None
        The bound that the choice rests on.
    n : int
        On how many suggestions (or, for recall, segments) it rests.
    reason : str or None
        Why there is no threshold.
    """

    kind: Literal["precision", "recall"]
    wanted: float
    threshold: float | None
    observed: float | None
    bound: float | None
    n: int
    reason: str | None = None


@frozen(eq=False)
class Trust(ByValue):
    """Predictions for segments of documents left out, beside what the human decided.

    Parameters
    ----------
    score : array, segments × codes
        The stacker's scores.
    assigned : array of bool, segments × codes
        The decisions.
    document : array of int
        The document of each segment.
    rows : array of int
        The place of each segment in the data that was learned from.
    """

    score: Floats = field(repr=False)
    assigned: Bools = field(repr=False)
    document: Longs = field(repr=False)
    rows: Longs = field(repr=False)

    @property
    def reason(self) -> str | None:
        """Why there are no probabilities, or None."""
        return wanting(self.document)

    def promise(self, precision: float, top: int = 3, *, code: int | None = None) -> Cut:
        """Return the score from which at least a share of what is shown is right.

        Of some forty ever longer lists of the best suggestions on left-out documents, the longest is taken
        whose precision is surely enough: its lower Clopper–Pearson bound reaches the wish, with its size
        divided by the design effect of documents, which is larger the fewer documents there are. The bound is
        the one-sided 95 % bound. As the longest of many lists was chosen, luck has a part in it; so with
        fewer than ten effective documents only its better three quarters are shown.

        Parameters
        ----------
        precision : float
            The share that must be right.
        top : int, default 3
            How many codes a segment is shown at the most.
        code : int, optional
            Promise for this code alone: its place in the codebook. By default for all of them together, of
            which some may then be right less often.

        References
        ----------
        Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of
        the binomial. Biometrika 26(4), 404–413. doi:10.1093/biomet/26.4.404
        """
        check_share(precision, "precision")
        if self.reason is not None:
            return Cut("precision", precision, None, None, None, 0, self.reason)
        shown = (rank_codes(self.score) < top) & (self.score > 0)
        if code is not None:
            shown &= np.arange(shown.shape[1]) == code
        if not shown.any():
            return Cut("precision", precision, None, None, None, 0, _SILENT)
        score, right = self.score[shown], self.assigned[shown].astype(float)
        document = np.repeat(self.document, shown.sum(axis=1))
        order = np.argsort(-score, kind="stable")
        score, right, document = score[order], right[order], document[order]
        sizes = _list_sizes(score)
        few = effective_documents(self.document) < _MANY_DOCUMENTS
        for longest in reversed(sizes):
            bound = _precision_bound(right[:longest], document[:longest])
            if bound < precision:
                continue
            least = _SHOWN_OF_LONGEST * longest if few else longest
            size = max((n for n in sizes if n <= least), default=longest)
            observed = float(right[:size].mean())
            return Cut("precision", precision, float(score[size - 1]), observed, bound, size)
        return Cut(
            "precision",
            precision,
            None,
            None,
            None,
            score.size,
            f"no list of suggestions was right often enough on documents left out to promise "
            f"{precision:.0%}",
        )

    def shortlist(self, recall: float) -> Cut:
        """Return the score from which a segment's list holds at least a share of its codes, on average.

        Parameters
        ----------
        recall : float
            The share of a segment's codes that its list should hold.

        References
        ----------
        Angelopoulos AN, Bates S, Fisch A, Lei L, Schuster T (2024). Conformal risk control. ICLR.
        arXiv:2208.02814, eq. 4.
        """
        check_share(recall, "recall")
        if self.reason is not None:
            return Cut("recall", recall, None, None, None, 0, self.reason)
        some = self.assigned.any(axis=1)
        score, assigned, document = self.score[some], self.assigned[some], self.document[some]
        share = assigned / np.maximum(assigned.sum(axis=1, keepdims=True), 1)
        row, code = np.nonzero(assigned)
        order = np.argsort(-score[row, code], kind="stable")
        found = np.cumsum(share[row, code][order]) / max(1, some.sum())
        threshold = score[row, code][order]
        for place in np.flatnonzero(found >= recall):
            if threshold[place] <= 0:
                return Cut("recall", recall, None, None, None, int(some.sum()), _SILENT)
            lost = (share * (score < threshold[place])).sum(axis=1)
            n = lost.size / _design_effect(lost, document)
            bound = (n * float(lost.mean()) + 1) / (n + 1)
            if bound <= 1 - recall:
                attained = 1 - float(lost.mean())
                return Cut(
                    "recall", recall, float(threshold[place]), attained, 1 - bound, lost.size
                )
        return Cut(
            "recall",
            recall,
            None,
            None,
            None,
            int(some.sum()),
            f"{int(some.sum())} coded segments are too few to promise that {recall:.0%} of the codes "
            "are found",
        )


def rank_codes(score: Floats) -> Longs:
    """Return the rank of each code on its segment, 0 for the best; ties go to the earlier code.

    Parameters
    ----------
    score : array, segments × codes
        Scores.

    Examples
    --------
    >>> rank_codes(np.array([[0.2, 0.9, 0.2]]))
    array([[1, 0, 2]])
    """
    order = np.argsort(-score, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(score.shape[1])[None, :], axis=1)
    return rank


def best_f1_cuts(probability: Floats) -> Floats:
    """Return, for each code, the cut that is expected to give the best F1.

    Parameters
    ----------
    probability : array, segments × codes
        Probabilities of the segments to decide about; no decisions are needed.

    References
    ----------
    Ye N, Chai KM, Lee WS, Chieu HL (2012). Optimizing F-measures: a tale of two approaches. ICML.
    arXiv:1206.4625.

    Examples
    --------
    >>> best_f1_cuts(np.array([[0.9], [0.4], [0.1]]))
    array([0.4])
    """
    ordered = -np.sort(-probability, axis=0)
    hits = np.cumsum(ordered, axis=0)
    f1 = 2 * hits / (np.arange(1, len(ordered) + 1)[:, None] + hits[-1:])
    return np.asarray(ordered[f1.argmax(axis=0), np.arange(ordered.shape[1])], np.float64)


def _list_sizes(score: Floats) -> list[int]:
    """Return the sizes of the lists that are tested: some forty, none of them cutting through a tie."""
    last_of_tie = np.flatnonzero(np.r_[score[1:] != score[:-1], True]) + 1
    wanted = np.geomspace(10, max(10, score.size), 40).astype(int)
    places = np.unique(np.searchsorted(last_of_tie, np.minimum(wanted, score.size)))
    return [int(last_of_tie[place]) for place in places]


def _precision_bound(right: Floats, document: Longs) -> float:
    """Return the lower confidence bound of a share, its evidence divided by the design effect.

    Few documents tell little of their own resemblance. As a mean of few values has the t distribution and not
    the normal one, the design effect is enlarged by the square of the ratio of their quantiles.
    """
    number = np.unique(document, return_inverse=True)[1]
    freedom = max(1.0, effective_documents(number) - 1)
    few = float(stdtrit(freedom, _CONFIDENCE) / ndtri(_CONFIDENCE)) ** 2
    n = right.size / (_design_effect(right, document) * few)
    hits = float(right.mean()) * n
    return float(betaincinv(hits, n - hits + 1, 1 - _CONFIDENCE)) if hits > 0 else 0.0


def _design_effect(value: Floats, document: Longs) -> float:
    """Return by how much the resemblance within documents inflates the variance of a mean, at least 1."""
    n, mean = value.size, float(value.mean())
    size = np.bincount(document)
    total = np.bincount(document, value)[size > 0]
    size = size[size > 0]
    if size.size == 1:
        return float(n)
    simple = float(value.var()) / n
    if simple == 0:
        return 1.0
    between = size.size / (size.size - 1) * float(((total - mean * size) ** 2).sum()) / n**2
    return max(1.0, between / simple)


def check_share(value: Any, name: str) -> None:
    """Refuse what is no share between 0 and 1.

    Parameters
    ----------
    value : object
        What was given.
    name : str
        What it was given as.
    """
    number = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if not number or not 0 < value < 1:
        meant = f"; {value / 100:g} for {value:g} %" if number and 1 < value < 100 else ""
        raise StatisticsError(
            f"{name} is {shown(value)}: give a share between 0 and 1, such as 0.8{meant}"
        )
