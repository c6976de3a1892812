"""Agreement document by document, in the order of coding: whether it rises with practice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import Measure, MeasureLike, measure_of_ratings
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult, OfStudy, StudySummary
from qualcode.stats.agreement.study.measuring import measured, replicates
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.arguments import check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AgreementCourse", "agreement_course"]

# With fewer documents no order can be told from chance: of three, one in six is as good.
_FEWEST = 4


@attrs.frozen(eq=False)
class AgreementCourse(OfStudy):
    """A measure in each document, and over all documents up to each.

    Parameters
    ----------
    documents : tuple of str
        Ids, in order.
    times : tuple of datetime or None
        When the compared coders last coded in each; None where none of them put anything.
    units : array of int64
        The units of each document that two coders rated.
    values, so_far : array of float
        The measure in each document alone, and in all up to it; NaN where it is undefined.
    overall : AgreementResult
        The measure in all documents.
    tau, p : float or None
        Kendall's τ-b between the order and the values, and the probability of one so far from 0 if the
        order did not matter; None where `reason` says why.
    reason : str or None
        Why there is no τ.
    order : {"time", "document"}
        By what the documents are in order.
    study : StudySummary
        What was compared.
    """

    _figure = "qualcode.report.plot.coders:by_document"

    documents: tuple[str, ...]
    times: tuple[datetime | None, ...] = attrs.field(repr=False)
    units: npt.NDArray[np.int64] = attrs.field(repr=False)
    values: FloatArray
    so_far: FloatArray = attrs.field(repr=False)
    overall: AgreementResult = attrs.field(repr=False)
    tau: float | None
    p: float | None
    reason: str | None
    order: Literal["time", "document"]
    study: StudySummary = attrs.field(repr=False)

    @property
    def defined(self) -> Measure:
        """The measure, with its title, formula and reference."""
        return self.overall.defined

    @property
    def _print_title(self) -> str:
        told = f"{self.defined.title} in each of {len(self.documents)} documents"
        if self.tau is None:
            return f"{told}; no trend: {self.reason}"
        return f"{told}; Kendall's τ with the order {self.tau:.2f} (p = {self.p:.3f})".replace(
            "-", "−"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each document.

        Columns: document, time (UTC), units, value, so_far (over all documents up to it).
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "document": self.documents,
                "time": pd.DatetimeIndex(self.times),
                "units": self.units,
                "value": self.values,
                "so_far": self.so_far,
            }
        )


def agreement_course(
    study: StudyRatings,
    measure: MeasureLike,
    of: str,
    order: Literal["time", "document"],
    options: MeasureOptions,
) -> AgreementCourse:
    """Return the agreement document by document; the arguments as for `Study.by_document`."""
    measure_of_ratings(measure)
    study.check_of(of)
    check_one_of(order, ("time", "document"), what="order")
    times = _times(study)
    # Who has no units there does not occur among the clusters.
    there = np.unique(study.clusters_of(of))
    last = np.array([np.inf if times[at] is None else times[at].timestamp() for at in there])
    if order == "time":
        there = there[np.argsort(last, kind="stable")]
    places = np.searchsorted(np.sort(there), there)
    alone, upto = np.eye(len(there))[places], np.zeros((len(there), len(there)))
    for row in range(len(there)):
        upto[row, places[: row + 1]] = 1.0
    found = replicates(study, measure, of, options, np.concatenate([alone, upto]))
    values, so_far = np.split(found, 2)
    units = np.bincount(study.rated_twice(of), minlength=len(study.documents))[there]
    tau, p, reason = _trend(values)
    return AgreementCourse(
        tuple(study.documents[at] for at in there), tuple(times[at] for at in there), units, values,
        so_far, measured(study, measure, of, options), tau, p, reason, order, study.summary(of),
    )  # fmt: skip


def _times(study: StudyRatings) -> list[datetime | None]:
    """Return when somebody last coded in each document."""
    rows = study.table.rows
    last = np.full(len(study.documents), -1, dtype=np.int64)
    np.maximum.at(last, rows.document, rows.rows.time)
    return [
        None if micros < 0 else datetime.fromtimestamp(micros / 1e6, tz=UTC)
        for micros in last.tolist()
    ]


def _trend(values: FloatArray) -> tuple[float | None, float | None, str | None]:
    """Return Kendall's τ-b of values in order, its p, and why there is none."""
    from scipy.stats import kendalltau

    known = values[~np.isnan(values)]
    if known.size < _FEWEST:
        return None, None, f"a trend needs {_FEWEST} documents with a value; there are {known.size}"
    if np.ptp(known) == 0:
        return None, None, "the value is the same in all documents"
    found = kendalltau(np.arange(known.size), known)
    return float(found.statistic), float(found.pvalue), None
