"""Negotiated agreement: how far coders agreed before they talked, and after what they settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_text
from qualcode.model.coding.adjudications import Adjudication
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.result import AgreementResult, OfStudy, StudySummary
from qualcode.stats.agreement.study.coding_table import SETS, Flags
from qualcode.stats.agreement.study.measuring import measured
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.uncertainty.intervals import Interval
from qualcode.stats.uncertainty.resampling import cluster_bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Negotiation", "negotiation"]


@attrs.frozen(eq=False)
class Negotiation(OfStudy):
    """Agreement on coded units before coders talked about them, and after.

    Parameters
    ----------
    documents : tuple of str
        The documents compared.
    coded, agreed, decided : array of int64, one for each document
        Units on which any of the coders had put a code; those on which all had the same codes; and those,
        of the others, that were settled in the name of the consensus.
    before, after : float or None
        The share of coded units on which they agreed, and on which they agreed or settled; None where
        nothing is coded.
    before_interval, after_interval : qualcode.stats.Interval
        By document; undefined where their `reason` says so.
    independent : AgreementResult
        The measure on what coders had before they talked.
    upheld : mapping of str to int
        For each coder, how many decisions gave what they had had.
    neither : int
        How many decisions gave what nobody had had.
    consensus : str
        In whose name was settled.
    study : StudySummary
        What was compared.
    """

    _figure = "qualcode.report.plot.coders:negotiation"

    documents: tuple[str, ...] = attrs.field(repr=False)
    coded: npt.NDArray[np.int64] = attrs.field(repr=False)
    agreed: npt.NDArray[np.int64] = attrs.field(repr=False)
    decided: npt.NDArray[np.int64] = attrs.field(repr=False)
    before: float | None
    after: float | None
    before_interval: Interval = attrs.field(repr=False)
    after_interval: Interval = attrs.field(repr=False)
    independent: AgreementResult = attrs.field(repr=False)
    upheld: dict[str, int]
    neither: int
    consensus: str
    study: StudySummary = attrs.field(repr=False)

    @property
    def _print_title(self) -> str:
        coded, agreed = int(self.coded.sum()), int(self.agreed.sum())
        return (
            f"Agreement on {coded} coded units: {agreed} before discussion, "
            f"{agreed + int(self.decided.sum())} after it"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each document.

        Columns: document, coded, agreed, decided, open, before and after (shares of the coded units).
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "document": self.documents,
                "coded": self.coded,
                "agreed": self.agreed,
                "decided": self.decided,
                "open": self.coded - self.agreed - self.decided,
            }
        )
        coded = frame["coded"].where(frame["coded"] > 0)
        return frame.assign(
            before=frame["agreed"] / coded, after=(frame["agreed"] + frame["decided"]) / coded
        )


def negotiation(
    study: StudyRatings, consensus: str, measure: MeasureLike, options: MeasureOptions
) -> Negotiation:
    """Return the agreement before and after discussion; the arguments as for `Study.negotiated`."""
    consensus = check_text(consensus, what="consensus", error=StatisticsError)
    if study.unit == "character":
        raise StatisticsError(
            "unit='character': coders settle segments; compare by what they settled"
        )
    made = _decisions(study, consensus)
    given = _as_it_was(study, made)
    earlier = attrs.evolve(study, table=attrs.evolve(study.table, given=given))
    present, rated = earlier.present, study.table.read[:, study.clusters]
    coded = (rated.sum(axis=0) > 1) & (present & rated[:, :, None]).any(axis=(0, 2))
    agreed = coded & _alike(present, rated)
    settled = np.zeros(len(coded), dtype=np.bool_)
    settled[list(made)] = True
    settled &= coded & ~agreed
    upheld = dict.fromkeys(study.coders, 0)
    neither = 0
    for at in np.flatnonzero(settled).tolist():
        wanted = _nodes(study, made[at].codes)
        same = [
            coder
            for who, coder in enumerate(study.coders)
            if rated[who, at] and (present[who, at] == wanted).all()
        ]
        for coder in same:
            upheld[coder] += 1
        neither += not same
    n_coded, n_agreed, n_settled = (_by_document(study, each) for each in (coded, agreed, settled))
    before, before_interval = _share(n_agreed, n_coded)
    after, after_interval = _share(n_agreed + n_settled, n_coded)
    return Negotiation(
        study.documents, n_coded, n_agreed, n_settled, before, after, before_interval, after_interval,
        measured(earlier, measure, SETS, options), upheld, neither, consensus, study.summary(SETS),
    )  # fmt: skip


def _decisions(study: StudyRatings, consensus: str) -> dict[int, Adjudication]:
    """Return by number of the unit what was settled about it, in the codes that stand now."""
    settled = {
        each.place[:3]: each for each in study.state.adjudications if each.coder == consensus
    }
    found = {}
    for at, segment in enumerate(study.table.segments):
        made = settled.get((segment.document.id, segment.start, segment.end))
        if made is not None:
            found[at] = made.resolved(study.state.codebook)
    return found


def _as_it_was(study: StudyRatings, made: dict[int, Adjudication]) -> Flags:
    """Return who had put which code where, before what they settled changed their minds."""
    table = study.table
    given = table.given.copy()
    for at, decision in made.items():
        for who, coder in enumerate(table.coders):
            if coder in decision.had:
                given[who, at] = [code in decision.had[coder] for code in table.codes]
    return given


def _nodes(study: StudyRatings, codes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.array([bool(node.codes & {*codes}) for node in study.nodes], dtype=np.bool_)


def _alike(present: Flags, rated: Flags) -> npt.NDArray[np.bool_]:
    """Return on which units all who rated them put the same."""
    anyone = (present & rated[:, :, None]).any(axis=0)
    everyone = (present | ~rated[:, :, None]).all(axis=0)
    alike: npt.NDArray[np.bool_] = (anyone == everyone).all(axis=1)
    return alike


def _by_document(study: StudyRatings, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.bincount(study.clusters[chosen], minlength=len(study.documents)).astype(np.int64)


def _share(
    part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]
) -> tuple[float | None, Interval]:
    def ratio(x: npt.NDArray[np.float64], n: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        with np.errstate(divide="ignore", invalid="ignore"):
            share: npt.NDArray[np.float64] = np.asarray(x / n)
        return share

    interval = cluster_bounds(ratio, [part[:, None], whole[:, None]], scale="logit")
    single = attrs.evolve(
        interval, low=interval.low[0], high=interval.high[0],
        standard_error=interval.standard_error[0], reason=np.asarray(interval.reason[0]),
    ).single()  # fmt: skip
    return (float(part.sum() / whole.sum()) if whole.sum() else None), single
