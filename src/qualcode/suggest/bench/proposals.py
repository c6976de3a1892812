"""What is shown to a coder: a few codes a segment, with a probability or the reason for giving none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag, shown
from qualcode.model.coding.suggestions import Status
from qualcode.suggest.bench.evidence import Explanation
from qualcode.suggest.bench.protocols import Scored
from qualcode.suggest.bench.trust import Cut, rank_codes

__all__ = ["Abstention", "Proposal", "Proposals", "check_top", "propose"]

Floats = NDArray[np.float64]


@frozen
class Proposal:
    """A code proposed for a segment. Nothing is assigned by it.

    Parameters
    ----------
    row : int
        The segment's place among those that were asked about.
    code : str
        The code's id.
    rank : int
        1 for the best code of the segment.
    score : float
        What it is ranked by.
    probability : float or None
        How often such a proposal was right; None where that is not known well enough.
    status : str
        How much is known of the code: cold, learning or usable.
    evidence : Explanation or None
        Why, if it was asked for.
    """

    row: int
    code: str
    rank: int
    score: float
    probability: float | None
    status: Status
    evidence: Explanation | None = None


@frozen
class Abstention:
    """A segment for which nothing is proposed.

    Parameters
    ----------
    row : int
        The segment's place among those that were asked about.
    reason : str
        Why.
    """

    row: int
    reason: str


@frozen
class Proposals:
    """The proposals for some segments.

    Parameters
    ----------
    proposals : tuple of Proposal
        By segment, then by rank.
    abstentions : tuple of Abstention
        The segments without any.
    cut : Cut or None
        The promise of precision or recall, if one was asked for.
    reason : str or None
        Why there are ranks and no probabilities.
    """

    proposals: tuple[Proposal, ...] = field(repr=False)
    abstentions: tuple[Abstention, ...] = field(repr=False)
    cut: Cut | None = None
    reason: str | None = None

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)


def propose(
    fitted: Scored,
    texts: Sequence[str],
    blocks: Iterable[tuple[int, Floats]],
    *,
    top: int = 3,
    precision: float | None = None,
    recall: float | None = None,
    evidence: bool = True,
    room: int = 0,
) -> Proposals:
    """Return what to show for some segments.

    Parameters
    ----------
    fitted : Scored
        What the suggester has learned.
    texts : sequence of str
        The segments.
    blocks : iterable of (start, scores)
        Their scores, block by block. A code with a score of 0 is never shown.
    top : int, default 3
        How many codes a segment at the most. Not for shortlists of a promised recall.
    precision : float, optional
        Show only what keeps this promise: the share of what is shown that is right.
    recall : float, optional
        Show so much that this share of a segment's codes is on its list, on average.
    evidence : bool, default True
        Whether to explain each proposal.
    room : int, default 0
        How many codes more a segment, in place of such as are not shown because they are decided about;
        what is promised does not depend on it.

    Raises
    ------
    StatisticsError
        When both precision and recall are asked for, or `top` is no positive number.
    """
    if precision is not None and recall is not None:
        raise StatisticsError("promise either a precision or a recall: both cannot be kept at once")
    check_top(top)
    check_flag(evidence, what="evidence", error=StatisticsError)
    cut = None
    if precision is not None:
        cut = fitted.trust.promise(precision, top)
    elif recall is not None:
        cut = fitted.trust.shortlist(recall)
    proposals: list[Proposal] = []
    abstentions: list[Abstention] = []
    reason = fitted.trust.reason
    if cut is not None and cut.threshold is None:
        none = tuple(Abstention(row, str(cut.reason)) for row in range(len(texts)))
        return Proposals((), none, cut, reason)
    least = 0.0 if cut is None or cut.threshold is None else cut.threshold
    longest = len(fitted.codebook) if recall is not None else top + room
    statuses = fitted.statuses
    for start, score in blocks:
        shown = (rank_codes(score) < longest) & (score >= least) & (score > 0)
        probability = fitted.calibration(score)
        known = fitted.known(texts[start : start + len(score)])
        for i in range(len(score)):
            row = start + i
            if not (known[i] and shown[i].any()):
                abstentions.append(Abstention(row, _silence(bool(known[i]), cut)))
                continue
            best = np.flatnonzero(shown[i])
            codes = best[np.argsort(-score[i, best], kind="stable")].tolist()
            why = _reasons(fitted, texts[row], codes) if evidence else repeat(None)
            proposals += [
                Proposal(
                    row,
                    fitted.codebook[code].id,
                    rank,
                    float(score[i, code]),
                    float(probability[i, code]) if reason is None else None,
                    statuses[code],
                    because,
                )
                for rank, (code, because) in enumerate(zip(codes, why, strict=False), 1)
            ]
    return Proposals(tuple(proposals), tuple(abstentions), cut, reason)


def check_top(top: object) -> None:
    """Refuse what is no number of codes to show.

    Parameters
    ----------
    top : object
        What was given for it.
    """
    if not isinstance(top, (int, np.integer)) or isinstance(top, bool) or top < 1:
        raise StatisticsError(
            f"top is {shown(top)}: show at least one code a segment, and give a whole number of them"
        )


def _reasons(fitted: Scored, text: str, codes: Sequence[int]) -> Sequence[Explanation | None]:
    """Return why codes are proposed for a segment; told when looked at, where that cannot change."""
    if not getattr(fitted, "explains_later", False):
        return fitted.explain(text, codes)
    told: list[Sequence[Explanation | None]] = []

    def tell(at: int) -> Explanation:
        if not told:
            told.append(fitted.explain(text, codes))
        return told[0][at] or Explanation()

    return [Explanation.later(partial(tell, at)) for at in range(len(codes))]


def _silence(known: bool, cut: Cut | None) -> str:
    """Return why nothing is proposed for a segment."""
    if not known:
        return (
            "none of its words, nor any piece of them, is known from other segments or the codebook"
        )
    if cut is None:
        return "nothing speaks for any code"
    return f"no code has a score that keeps the promise of {cut.wanted:.0%}"
