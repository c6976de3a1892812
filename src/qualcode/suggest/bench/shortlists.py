"""What is shown to a coder: a few codes a segment, with a probability or the reason for giving none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag, shown
from qualcode.model.coding.suggestions import Explanation, NearRow, Status
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable
from qualcode.model.values import ByValue
from qualcode.suggest.bench.scored import Scored
from qualcode.suggest.bench.trust import Cut, rank_codes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Shortlists", "check_top", "shortlists"]

Floats = NDArray[np.float64]
Because = Explanation[NearRow] | None


@frozen(eq=False, kw_only=True)
class Shortlists(ByValue, Readable):
    """The codes to show for some texts, in columns: those of a text together, the best first.

    A text is known by its row, its place among those that were asked about; a project makes a
    `Suggestion` of each entry.

    Parameters
    ----------
    rows : tuple of int
        The text of each entry.
    codes : tuple of str
        The id of the code that is suggested for it.
    scores : tuple of float
        What codes are ranked by.
    probabilities : tuple of (float or None)
        How often such a suggestion was right; None where that is not known well enough.
    explanations : tuple of (Explanation or None)
        Why, if it was asked for.
    statuses : mapping of str to {"cold", "learning", "usable"}
        How much is known of each code.
    silent : mapping of int to str
        The rows for which nothing is shown, and why.
    cut : Cut or None
        The promise of precision or recall, if one was asked for.
    reason : str or None
        Why there are ranks and no probabilities.

    Examples
    --------
    >>> found = Shortlists(
    ...     rows=(0, 0), codes=("trust", "money"), scores=(0.9, 0.2), probabilities=(0.8, 0.1),
    ...     statuses={"trust": "usable", "money": "learning"}, silent={1: "nothing speaks for any code"},
    ... )
    >>> len(found), found.ranks
    (2, (1, 2))
    """

    rows: tuple[int, ...]
    codes: tuple[str, ...]
    scores: tuple[float, ...] = field(repr=False)
    probabilities: tuple[float | None, ...] = field(repr=False)
    explanations: tuple[Because, ...] = field(repr=False)
    statuses: Mapping[str, Status] = field(repr=False)
    silent: Mapping[int, str] = field(factory=Frozen[int, str])
    cut: Cut | None = None
    reason: str | None = None

    @explanations.default
    def _no_explanations(self) -> tuple[Because, ...]:
        return (None,) * len(self.rows)

    def __attrs_post_init__(self) -> None:
        columns = (self.codes, self.scores, self.probabilities, self.explanations)
        if any(len(column) != len(self.rows) for column in columns):
            raise StatisticsError(
                f"{len(self.rows)} rows, and columns of {', '.join(str(len(each)) for each in columns)} "
                "codes, scores, probabilities and explanations: give as many of each"
            )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ranks(self) -> tuple[int, ...]:
        """1 for the best code of each text."""
        rows = np.array(self.rows, np.int64)
        begins = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if rows.size else rows
        first = np.repeat(begins, np.diff(np.r_[begins, rows.size]))
        return tuple((np.arange(rows.size) - first + 1).tolist())

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each entry: row, code, rank, score, probability, status."""
        import pandas as pd

        return pd.DataFrame(
            {
                "row": self.rows,
                "code": self.codes,
                "rank": self.ranks,
                "score": self.scores,
                "probability": self.probabilities,
                "status": [self.statuses[code] for code in self.codes],
            }
        )


def shortlists(
    fitted: Scored,
    texts: Sequence[str],
    blocks: Iterable[tuple[int, Floats]],
    *,
    top: int = 3,
    precision: float | None = None,
    recall: float | None = None,
    explain: bool = True,
    room: int = 0,
) -> Shortlists:
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
    explain : bool, default True
        Whether to explain each entry.
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
    check_flag(explain, what="explain", error=StatisticsError)
    cut = None
    if precision is not None:
        cut = fitted.trust.promise(precision, top)
    elif recall is not None:
        cut = fitted.trust.shortlist(recall)
    made = _Columns(fitted, texts, cut)
    if cut is not None and cut.threshold is None:
        made.silent = dict.fromkeys(range(len(texts)), str(cut.reason))
        return made.shortlists()
    least = 0.0 if cut is None or cut.threshold is None else cut.threshold
    longest = len(fitted.codebook) if recall is not None else top + room
    for start, score in blocks:
        shown = (rank_codes(score) < longest) & (score >= least) & (score > 0)
        made.add(start, score, shown, explain=explain)
    return made.shortlists()


class _Columns:
    """Shortlists in the making."""

    def __init__(self, fitted: Scored, texts: Sequence[str], cut: Cut | None) -> None:
        self._fitted, self._texts, self._cut = fitted, texts, cut
        self._rows: list[int] = []
        self._codes: list[str] = []
        self._scores: list[float] = []
        self._probabilities: list[float | None] = []
        self._explanations: list[Because] = []
        self.silent: dict[int, str] = {}

    def add(self, start: int, score: Floats, shown: NDArray[np.bool_], *, explain: bool) -> None:
        """Add what is to be shown for a block of segments."""
        fitted = self._fitted
        probability = fitted.calibration(score)
        known = fitted.known(self._texts[start : start + len(score)])
        for i in range(len(score)):
            row = start + i
            if not (known[i] and shown[i].any()):
                self.silent[row] = _silence(bool(known[i]), self._cut)
                continue
            best = np.flatnonzero(shown[i])
            codes = best[np.argsort(-score[i, best], kind="stable")].tolist()
            why = _reasons(fitted, self._texts[row], codes) if explain else [None] * len(codes)
            sure = fitted.trust.reason is None
            self._rows += [row] * len(codes)
            self._codes += [fitted.codebook[code].id for code in codes]
            self._scores += score[i, codes].tolist()
            self._probabilities += probability[i, codes].tolist() if sure else [None] * len(codes)
            self._explanations += why

    def shortlists(self) -> Shortlists:
        """Return all that was added."""
        ids = [code.id for code in self._fitted.codebook]
        return Shortlists(
            rows=tuple(self._rows),
            codes=tuple(self._codes),
            scores=tuple(self._scores),
            probabilities=tuple(self._probabilities),
            explanations=tuple(self._explanations),
            statuses=Frozen(zip(ids, self._fitted.statuses, strict=True)),
            silent=Frozen(self.silent),
            cut=self._cut,
            reason=self._fitted.trust.reason,
        )


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


def _reasons(fitted: Scored, text: str, codes: Sequence[int]) -> Sequence[Because]:
    """Return why codes are suggested for a segment; told when looked at, where that cannot change."""
    if not getattr(fitted, "explains_later", False):
        return fitted.explain(text, codes)
    told: list[Sequence[Because]] = []

    def tell(at: int) -> Explanation[NearRow]:
        if not told:
            told.append(fitted.explain(text, codes))
        return told[0][at] or Explanation[NearRow]()

    return [Explanation[NearRow].later(partial(tell, at)) for at in range(len(codes))]


def _silence(known: bool, cut: Cut | None) -> str:
    """Return why nothing is suggested for a segment."""
    if not known:
        return (
            "none of its words, nor any piece of them, is known from other segments or the codebook"
        )
    if cut is None:
        return "nothing speaks for any code"
    return f"no code has a score that keeps the promise of {cut.wanted:.0%}"
