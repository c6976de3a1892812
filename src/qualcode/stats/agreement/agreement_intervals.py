"""Intervals from sums over clusters: jackknife, bootstrap, and published standard errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypedDict

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.stats.agreement.distances import Distance, Weights
from qualcode.stats.agreement.measure_kernel import Replicable, StandardError
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.arguments import check_confidence, check_resamples
from qualcode.stats.uncertainty.intervals import Interval, bootstrap_interval, jackknife_interval
from qualcode.stats.uncertainty.resampling import (
    RandomState,
    as_generator,
    bootstrap_weights,
    seed_of,
)

__all__ = [
    "IntervalOptions",
    "MeasureOptions",
    "Method",
    "Settings",
    "Uncertainty",
    "analytic",
    "by_document",
    "drawn",
    "resampled",
]

Method = Literal["jackknife", "bootstrap", "unit-bootstrap", "analytic", "irrcac"]
METHODS: tuple[Method, ...] = ("jackknife", "bootstrap", "unit-bootstrap", "analytic", "irrcac")

_INDEPENDENT = (
    "units are taken as independent: where they are of documents, such intervals of .95 held the true value "
    "in .54 to .61 of samples"
)
# Numbers of a batch of replicates held at once.
_BATCH = 1 << 22


class IntervalOptions(TypedDict, total=False):
    """Keywords that ask for an interval; every measure takes them.

    Parameters
    ----------
    clusters : array-like, one entry for each unit
        What the units were drawn in: the document of each unit. Units of one document are not
        independent, so this, and not the number of units, decides how wide an interval is.
    interval : str, optional
        ``"jackknife"`` leaves out one cluster at a time and uses Student's t (the default when
        clusters are given); ``"bootstrap"`` draws clusters with replacement and takes
        percentiles; ``"unit-bootstrap"`` draws units, as if they were independent;
        ``"analytic"`` uses the published standard error, which supposes the same, with n - 1 below
        the variance; ``"irrcac"`` is that as irrCAC has it, which has n where two coders rated
        every unit.
    confidence : float, default 0.95
        The level of the interval.
    n_resamples : int, default 1000
        The size of the bootstrap.
    random_state : int or numpy.random.Generator, optional
        The seed of the bootstrap.
    """

    clusters: npt.ArrayLike | None
    interval: Method | None
    confidence: float
    n_resamples: int
    random_state: RandomState


class MeasureOptions(IntervalOptions, total=False):
    """Keywords that measures of ratings take: each measure some of them, and all those of an interval.

    Parameters
    ----------
    distance : str or callable
        Of `krippendorff_alpha`: how far two labels are apart.
    weights : str or array
        Of the others: partial agreement.
    """

    distance: str | Distance
    weights: Weights


def _check_method(_: object, __: object, method: Method | None) -> None:
    if method is not None and not (isinstance(method, str) and method in METHODS):
        raise StatisticsError(
            f"there is no interval {looked_up(method)}; there are {', '.join(map(repr, METHODS))}"
        )


def _check_confidence(_: object, __: object, confidence: float) -> None:
    check_confidence(confidence)


def _check_resamples(_: object, __: object, n_resamples: int) -> None:
    check_resamples(n_resamples, least=2)


@attrs.frozen(eq=False)
class Settings:
    """What was asked for by `IntervalOptions`, checked."""

    clusters: npt.ArrayLike | None = None
    interval: Method | None = attrs.field(default=None, validator=_check_method)
    confidence: float = attrs.field(default=0.95, validator=_check_confidence)
    n_resamples: int = attrs.field(default=1000, validator=_check_resamples)
    random_state: RandomState = attrs.field(
        default=None, validator=lambda _, __, value: (as_generator(value), None)[1]
    )
    # How often each cluster counts, in the order of the clusters, for questions that draw themselves: those
    # of two studies at once need the same documents from both.
    draws: FloatArray | None = None

    @classmethod
    def read(cls, options: IntervalOptions) -> Settings:
        """Check the options of a call.

        Raises
        ------
        StatisticsError
            When an option is unknown, or does not go with the others.
        """
        known = [field.name for field in attrs.fields(cls)]
        for name in options:
            if name not in known:
                public = ", ".join(IntervalOptions.__annotations__)
                raise StatisticsError(f"there is no option {name!r}; there are {public}")
        settings = cls(**options)
        if settings.method in ("jackknife", "bootstrap") and settings.clusters is None:
            raise StatisticsError(
                f"interval={settings.method!r} needs clusters=…, the document of each unit "
                "('unit-bootstrap' takes units to be independent)"
            )
        return settings

    @property
    def method(self) -> Method | None:
        """The method asked for: the jackknife, where clusters are given and nothing else is."""
        if self.interval is None and self.clusters is not None:
            return "jackknife"
        return self.interval


def by_document(
    options: IntervalOptions, document_of: npt.ArrayLike, n_documents: int
) -> IntervalOptions:
    """Return options with the documents as clusters, where there is more than one or an interval.

    Raises
    ------
    StatisticsError
        When clusters are given, or a method that takes characters to be independent.
    """
    if options.get("clusters") is not None:
        raise StatisticsError("the clusters of a measure on documents are the documents: give none")
    method = options.get("interval")
    _check_method(None, None, method)
    if method in ("analytic", "irrcac", "unit-bootstrap"):
        raise StatisticsError(
            f"interval={method!r} is not known for text: use 'jackknife' or 'bootstrap', "
            "which take the documents as clusters"
        )
    if n_documents < 2 and method is None:
        return options
    return {**options, "clusters": document_of}


@attrs.frozen(eq=False)
class Uncertainty:
    """An interval with its standard error, or the reason why there is none."""

    interval: Interval | None = None
    reason: str | None = None
    z: float | None = None
    replicates: FloatArray | None = None

    @property
    def se(self) -> float | None:
        """The standard error of the interval; None where the limits came without one."""
        if self.interval is None or np.isnan(self.interval.standard_error):
            return None
        return self.interval.standard_error


def analytic(error: StandardError, value: float, settings: Settings, n_units: int) -> Uncertainty:
    """Return the interval of a published standard error: Student's t, or normal without df."""
    from scipy import special

    if settings.method == "irrcac" and error.irrcac is not None:
        error = attrs.evolve(error, size=error.irrcac)
    if error.size == 0:
        return Uncertainty(reason="the units show no spread to measure")
    if error.limits is not None:
        low, high = error.limits(settings.confidence)
    else:
        upper = (1 + settings.confidence) / 2
        quantile = special.ndtri(upper) if error.df is None else special.stdtrit(error.df, upper)
        low, high = value - float(quantile) * error.size, value + float(quantile) * error.size
    interval = Interval(
        low=low,
        high=high,
        confidence=settings.confidence,
        standard_error=error.size,
        method=str(settings.method),
        n_clusters=n_units,
    )
    return Uncertainty(interval, z=error.z)


def resampled(kernel: Replicable, sums: FloatArray, settings: Settings) -> Uncertainty:
    """Return the interval that follows from the sums over clusters.

    Clusters in which no unit was rated twice carry no information on agreement: they are neither
    counted nor drawn, and what they add to the shares of categories stays as it is.
    """
    informative = kernel.paired(sums) > 0
    drawn, fixed = sums[informative], sums[~informative].sum(axis=0)
    total = drawn.sum(axis=0) + fixed
    value = float(kernel.estimates(total).value)
    if len(drawn) < 2:
        what = "units" if settings.method == "unit-bootstrap" else "clusters"
        return Uncertainty(
            reason=f"an interval needs two {what} that two coders rated; there is {len(drawn)}"
        )
    if settings.method == "jackknife":
        values = _replicates(kernel, (total - rows for rows in _batches(drawn)))
        found = jackknife_interval(values, value, confidence=settings.confidence, scale="fisher")
        if found.reason is not None and np.isfinite(values).all():
            # One document holds all the disagreement there is.
            note = found.reason
            found = jackknife_interval(values, value, confidence=settings.confidence)
            found = attrs.evolve(found, note=note if found.reason is None else None)
        return _checked(found, settings)
    values = _replicates(kernel, (weights @ drawn + fixed for weights in _draws(drawn, settings)))
    found = bootstrap_interval(values, value, n_clusters=len(drawn), confidence=settings.confidence)
    if settings.method == "unit-bootstrap":
        found = attrs.evolve(found, note=_INDEPENDENT)
    uncertainty = _checked(attrs.evolve(found, seed=seed_of(settings.random_state)), settings)
    return attrs.evolve(uncertainty, replicates=values if uncertainty.interval else None)


def drawn(kernel: Replicable, sums: FloatArray, draws: FloatArray) -> FloatArray:
    """Return the measure for each row of how often each cluster counts; NaN where it is undefined."""
    batches = list(_batches(draws))
    values = np.concatenate([kernel.estimates(batch @ sums).value for batch in batches])
    paired = np.concatenate([kernel.paired(batch @ sums) for batch in batches])
    return np.where(paired > 0, values, np.nan)


def _checked(found: Interval, settings: Settings) -> Uncertainty:
    if found.reason is not None:
        return Uncertainty(reason=found.reason)
    return Uncertainty(attrs.evolve(found, method=str(settings.method)))


def _replicates(kernel: Replicable, batches: Iterable[FloatArray]) -> FloatArray:
    values = np.concatenate([kernel.estimates(batch).value for batch in batches])
    # Rounding in the last places is no spread between clusters.
    return np.round(values, 13)


def _batches(rows: FloatArray) -> Iterator[FloatArray]:
    step = max(1, _BATCH // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _draws(rows: FloatArray, settings: Settings) -> Iterator[FloatArray]:
    """Yield batches of bootstrap samples: how often each cluster was drawn."""
    generator = as_generator(settings.random_state)
    step = max(1, _BATCH // max(rows.shape))
    for start in range(0, settings.n_resamples, step):
        size = min(step, settings.n_resamples - start)
        yield bootstrap_weights(len(rows), size, generator).astype(float)
