"""Whether coders agree more in one study than in another: before and after, with and without a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.recipe import Answer
from qualcode.stats.agreement.agreement_intervals import MeasureOptions, Settings
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.measuring import measured, replicates
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.uncertainty.intervals import Interval, bootstrap_interval
from qualcode.stats.uncertainty.resampling import as_generator, bootstrap_weights, seed_of
from qualcode.stats.uncertainty.strata import stratified_jackknife

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AgreementDifference", "agreement_difference"]

_METHODS = ("jackknife", "bootstrap")


@attrs.frozen(eq=False)
class AgreementDifference(Answer):
    """A measure in one study less that in another.

    Parameters
    ----------
    first, second : AgreementResult
        The measure in each.
    value : float or None
        The first less the second; None where one of them is undefined.
    interval : qualcode.stats.Interval or None
        Of the difference, by document.
    shared, first_only, second_only : int
        Documents that two coders rated in both studies, or in one of them.
    reason, interval_reason : str or None
        Why there is no value; why there is no interval.
    """

    _figure = "qualcode.report.plot.coders:difference"

    first: AgreementResult = attrs.field(repr=False)
    second: AgreementResult = attrs.field(repr=False)
    value: float | None
    interval: Interval | None
    shared: int
    first_only: int
    second_only: int
    reason: str | None = None
    interval_reason: str | None = None

    @property
    def _print_title(self) -> str:
        title = f"Difference of two values of {self.first.defined.title}"
        if self.value is None:
            return f"{title}: undefined, {self.reason}"
        told = f"{title}: {self.value:.3f}"
        if self.interval is not None:
            low, high = self.interval.low, self.interval.high
            told += f" ({self.interval.confidence:.0%} interval {low:.3f} to {high:.3f})"
        return told.replace("-", "−")

    def to_frame(self) -> pd.DataFrame:
        """Return three rows: the first study, the second, and the difference.

        Columns: what, value, low, high, documents, reason.
        """
        import pandas as pd

        all_of = self.shared + self.first_only + self.second_only
        rows = [
            _row("first", self.first, self.shared + self.first_only),
            _row("second", self.second, self.shared + self.second_only),
            _row("difference", self, all_of),
        ]
        return pd.DataFrame(rows, columns=["what", "value", "low", "high", "documents", "reason"])


def _row(what: str, of: AgreementResult | AgreementDifference, documents: int) -> tuple[Any, ...]:
    low, high = (None, None) if of.interval is None else (of.interval.low, of.interval.high)
    return what, of.value, low, high, documents, of.reason or of.interval_reason


def agreement_difference(
    first: StudyRatings,
    second: object,
    measure: MeasureLike,
    of: str,
    options: MeasureOptions,
) -> AgreementDifference:
    """Return by how much two studies differ; the arguments as for `Study.difference`."""
    second = check_kind(
        second, StudyRatings, what="other", error=StatisticsError, advice="pass another study"
    )
    own = {field.name for field in attrs.fields(Settings)}
    settings = Settings.read(
        cast(
            Any,
            {
                "interval": "jackknife",
                **{k: v for k, v in options.items() if k in own},
                "clusters": (),
            },
        )
    )
    if settings.method not in _METHODS or "clusters" in options:
        raise StatisticsError(
            f"the interval of a difference is by whole documents: interval= {_METHODS[0]!r} or "
            f"{_METHODS[1]!r}, and no clusters"
        )
    of_measure = cast(MeasureOptions, {k: v for k, v in options.items() if k not in own})
    shown = cast(MeasureOptions, {**of_measure, "confidence": settings.confidence})
    results = measured(first, measure, of, shown), measured(second, measure, of, shown)
    rated = _rated(first, of), _rated(second, of)
    strata = [rated[0] & rated[1], rated[0] - rated[1], rated[1] - rated[0]]
    shared, first_only, second_only = map(len, strata)
    found = AgreementDifference(*results, None, None, shared, first_only, second_only)
    if results[0].value is None or results[1].value is None:
        why = results[0].reason if results[0].value is None else results[1].reason
        which = "first" if results[0].value is None else "second"
        return attrs.evolve(
            found,
            reason=f"the {which} study has no value: {why}",
            interval_reason="there is no value",
        )
    value = results[0].value - results[1].value
    documents = [sorted(each) for each in strata if each]

    def apart(draws: FloatArray) -> FloatArray:
        names = [id for each in documents for id in each]
        sides = [
            replicates(study, measure, of, of_measure, _of_study(study, of, names, draws))
            for study in (first, second)
        ]
        difference: FloatArray = sides[0] - sides[1]
        return difference

    interval = _interval(apart, [len(each) for each in documents], value, settings)
    if interval.reason is not None:
        return attrs.evolve(found, value=value, interval_reason=interval.reason)
    return attrs.evolve(found, value=value, interval=interval)


def _rated(study: StudyRatings, of: str) -> set[str]:
    """Return the documents in which two coders rated a unit."""
    return {study.documents[at] for at in np.unique(study.rated_twice(of))}


def _of_study(study: StudyRatings, of: str, names: list[str], draws: FloatArray) -> FloatArray:
    """Return how often each of a study's own documents is in each sample; those not drawn from are once."""
    column = {name: at for at, name in enumerate(names)}
    own = [study.documents[at] for at in np.unique(study.clusters_of(of))]
    taken = np.ones((len(draws), len(own)))
    for at, name in enumerate(own):
        if name in column:
            taken[:, at] = draws[:, column[name]]
    return taken


def _interval(apart: Any, sizes: list[int], value: float, settings: Settings) -> Interval:
    n = sum(sizes)
    if settings.method == "jackknife":
        values = apart(np.ones((n, n)) - np.eye(n))
        return stratified_jackknife(values, value, sizes, confidence=settings.confidence)
    generator = as_generator(settings.random_state)
    draws = np.concatenate(
        [bootstrap_weights(size, settings.n_resamples, generator) for size in sizes], axis=1
    ).astype(float)
    found = bootstrap_interval(apart(draws), value, n_clusters=n, confidence=settings.confidence)
    return attrs.evolve(found, seed=seed_of(settings.random_state))
