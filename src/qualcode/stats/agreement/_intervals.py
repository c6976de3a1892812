"""Intervals from sums over clusters: jackknife, bootstrap, and published standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.stats.agreement._kernel import Replicable, StandardError
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import Interval

__all__ = [
    "IntervalOptions",
    "Method",
    "Settings",
    "Uncertainty",
    "analytic",
    "by_document",
    "resampled",
]

Method = Literal["jackknife", "bootstrap", "unit-bootstrap", "analytic"]
METHODS: tuple[Method, ...] = ("jackknife", "bootstrap", "unit-bootstrap", "analytic")

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
        ``"analytic"`` uses the published standard error, which supposes the same.
    confidence : float, default 0.95
        The level of the interval.
    replicates : int, default 1000
        The size of the bootstrap.
    random_state : int or numpy.random.Generator, optional
        The seed of the bootstrap.
    """

    clusters: npt.ArrayLike | None
    interval: Method | None
    confidence: float
    replicates: int
    random_state: int | np.random.Generator | None


def _check_method(_: object, __: object, method: Method | None) -> None:
    if method is not None and method not in METHODS:
        raise StatisticsError(
            f"there is no interval {method!r}; there are {', '.join(map(repr, METHODS))}"
        )


def _check_confidence(_: object, __: object, confidence: float) -> None:
    if not 0 < confidence < 1:
        raise StatisticsError(f"confidence is {confidence!r}, but must lie between 0 and 1")


def _check_replicates(_: object, __: object, replicates: int) -> None:
    if replicates < 2:
        raise StatisticsError(f"replicates is {replicates!r}, but a bootstrap needs 2 at least")


@attrs.frozen(eq=False)
class Settings:
    """What was asked for by `IntervalOptions`, checked."""

    clusters: npt.ArrayLike | None = None
    interval: Method | None = attrs.field(default=None, validator=_check_method)
    confidence: float = attrs.field(default=0.95, validator=_check_confidence)
    replicates: int = attrs.field(default=1000, validator=_check_replicates)
    random_state: int | np.random.Generator | None = None

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
                raise StatisticsError(f"there is no option {name!r}; there are {', '.join(known)}")
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
    if method in ("analytic", "unit-bootstrap"):
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

    se: float | None = None
    interval: Interval | None = None
    z: float | None = None
    reason: str | None = None
    replicates: FloatArray | None = None


def analytic(error: StandardError, value: float, settings: Settings, n_units: int) -> Uncertainty:
    """Return the interval of a published standard error: Student's t, or normal without df."""
    interval = _symmetric(value, error.size, error.df, settings, n_units)
    return Uncertainty(error.size, interval, error.z)


def resampled(kernel: Replicable, sums: FloatArray, settings: Settings) -> Uncertainty:
    """Return the interval that follows from the sums over clusters.

    Clusters in which no unit was rated twice carry no information on agreement: they are neither
    counted nor drawn, and what they add to the shares of categories stays as it is.
    """
    informative = kernel.paired(sums) > 0
    drawn, fixed = sums[informative], sums[~informative].sum(axis=0)
    if len(drawn) < 2:
        what = "units" if settings.method == "unit-bootstrap" else "clusters"
        return Uncertainty(
            reason=f"an interval needs two {what} that were rated twice; there is {len(drawn)}"
        )
    if settings.method == "jackknife":
        return _jackknife(kernel, drawn, fixed, settings)
    return _bootstrap(kernel, drawn, fixed, settings)


def _jackknife(
    kernel: Replicable, drawn: FloatArray, fixed: FloatArray, settings: Settings
) -> Uncertainty:
    total = drawn.sum(axis=0) + fixed
    value = float(kernel.estimates(total).value)
    # The estimates of many rows at once may need more room than the rows.
    step = max(1, _BATCH // (total.size + 1))
    batches = [total - drawn[start : start + step] for start in range(0, len(drawn), step)]
    without = np.concatenate([kernel.estimates(batch).value for batch in batches])
    g = len(drawn)
    if np.isnan(without).any():
        return Uncertainty(reason="the value rests on one cluster: without it, it is undefined")
    se = float(np.sqrt((g - 1) / g * ((without - without.mean()) ** 2).sum()))
    return Uncertainty(se, _symmetric(value, se, g - 1, settings, g))


def _bootstrap(
    kernel: Replicable, drawn: FloatArray, fixed: FloatArray, settings: Settings
) -> Uncertainty:
    values = np.concatenate(
        [
            kernel.estimates(weights @ drawn + fixed).value
            for weights in _draws(len(drawn), drawn.shape[1], settings)
        ]
    )
    defined = values[~np.isnan(values)]
    undefined = values.size - defined.size
    if undefined * 2 >= values.size:
        return Uncertainty(
            reason=f"the value is undefined in {undefined} of {values.size} bootstrap replicates"
        )
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    interval = Interval(
        float(low),
        float(high),
        settings.confidence,
        str(settings.method),
        len(drawn),
        undefined,
    )
    return Uncertainty(float(defined.std(ddof=1)), interval, replicates=defined)


def _draws(n: int, width: int, settings: Settings) -> Iterator[FloatArray]:
    """Yield batches of replicates: how often each of n clusters was drawn, with replacement."""
    generator = np.random.default_rng(settings.random_state)
    step = max(1, _BATCH // max(n, width))
    for start in range(0, settings.replicates, step):
        rows = min(step, settings.replicates - start)
        drawn = generator.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(float)


def _symmetric(
    value: float, se: float, df: int | None, settings: Settings, n_clusters: int
) -> Interval:
    """Return value ± quantile · se, cut off at perfect agreement."""
    special = require("scipy.special", extra="stats")
    upper = 1 - (1 - settings.confidence) / 2
    quantile = special.ndtri(upper) if df is None else special.stdtrit(df, upper)
    reach = float(quantile) * se
    return Interval(
        value - reach,
        min(1.0, value + reach),
        settings.confidence,
        str(settings.method),
        n_clusters,
    )
