"""From a measure on ratings to a result: value, reason, interval and the table of codes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import attrs
import numpy as np

from qualcode.stats.agreement.agreement_intervals import (
    IntervalOptions,
    Settings,
    Uncertainty,
    analytic,
    drawn,
    resampled,
)
from qualcode.stats.agreement.measure_kernel import Kernel, PerCategory, Replicable
from qualcode.stats.agreement.measure_registry import MEASURES, MeasureLike
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult, CodeAgreement
from qualcode.stats.agreement.unit_sums import ONE_GROUP, Groups
from qualcode.stats.uncertainty.intervals import Interval

__all__ = ["code_rows", "estimate", "estimate_of_texts", "number", "result_row", "within"]


def estimate(
    measure: MeasureLike,
    kernel: Kernel,
    options: IntervalOptions,
    *,
    weighting: str | None = None,
    unpaired: str = "no unit was rated by two coders",
) -> AgreementResult:
    """Return the result of a measure, given as a kernel that holds the ratings.

    Parameters
    ----------
    measure : str or Measure
        The measure, or its name in `MEASURES`.
    kernel : Kernel
        The measure on the ratings.
    options : IntervalOptions
        What the caller asked for.
    weighting : str, optional
        What the result says of how two different labels compare.
    unpaired : str
        Why there is no value where nothing can be compared.
    """
    settings = Settings.read(options)
    ratings = kernel.ratings
    groups = Groups.read(settings.clusters, ratings) if settings.clusters is not None else ONE_GROUP
    if settings.method in _BY_UNIT and groups.times is not None:
        ratings = ratings.repeated(groups.times)
        kernel, groups = attrs.evolve(kernel, ratings=ratings), groups.single  # type: ignore[misc]
    there = ratings.codes >= 0
    n_coders = int(there.any(axis=1).sum())
    n_units = groups.times_of(there.sum(axis=0) > 1)
    if settings.method == "unit-bootstrap":
        groups = Groups.each_unit(ratings.n_units)
    sums = kernel.sums(groups)
    total = sums.sum(axis=0)
    reason = _nothing_to_compare(n_coders, float(kernel.paired(total)), unpaired)
    value = observed = expected = None
    codes: tuple[CodeAgreement, ...] = ()
    if reason is None:
        estimates = kernel.estimates(total)
        value, observed = number(estimates.value), number(estimates.observed)
        expected = number(estimates.expected)
        codes = code_rows(kernel.per_category(total))
        if value is None:
            reason = kernel.undefined(total)
    uncertainty = _uncertainty(kernel, sums, settings, value, n_units)
    entry = MEASURES[measure] if isinstance(measure, str) else measure
    interval = within(uncertainty.interval, entry.lowest)
    if interval is not None and entry.name in _SKEWED:
        rare = _rare(codes, interval.method)
        interval = attrs.evolve(interval, note=interval.note if rare is None else rare)
    return AgreementResult(
        measure=entry.name,
        value=value,
        observed=observed,
        expected=expected,
        n_units=n_units,
        n_coders=n_coders,
        n_categories=ratings.n_categories,
        reference=str(entry.reference),
        se=uncertainty.se,
        interval=interval,
        z=uncertainty.z,
        reason=reason,
        interval_reason=uncertainty.reason,
        codes=codes,
        replicates=uncertainty.replicates,
        weighting=weighting,
        own=None if entry.name in MEASURES else entry,
    )


def estimate_of_texts(
    measure: str,
    kernel: Replicable,
    sums: FloatArray,
    settings: Settings,
    *,
    n_coders: int,
    n_categories: int,
    reason: str | None,
    weighting: str,
) -> AgreementResult:
    """Return the result of a measure of segmentations.

    Parameters
    ----------
    measure : str
        Its name in `MEASURES`.
    kernel : Replicable
        Computes it from sums.
    sums : array of float, texts × 4
        The second column has the places where a text could have a boundary.
    settings : Settings
        What the caller asked for.
    n_coders, n_categories, reason, weighting
        As the result has them.
    """
    total = sums.sum(axis=0)
    value = observed = None
    uncertainty = Uncertainty(reason="there is no value" if settings.method else None)
    if reason is None:
        estimates = kernel.estimates(total)
        value, observed = number(estimates.value), number(estimates.observed)
        if settings.method is not None:
            uncertainty = resampled(kernel, sums, settings)
    entry = MEASURES[measure]
    return AgreementResult(
        measure=measure,
        value=value,
        observed=observed,
        expected=None,
        n_units=int(total[1]),
        n_coders=n_coders,
        n_categories=n_categories,
        reference=str(entry.reference),
        se=uncertainty.se,
        interval=within(uncertainty.interval, entry.lowest),
        reason=reason,
        interval_reason=uncertainty.reason,
        replicates=uncertainty.replicates,
        weighting=weighting,
    )


# Intervals that take every unit by itself.
_BY_UNIT = ("unit-bootstrap", "analytic", "irrcac")
# Measures that rare labels make uncertain: chance agreement on them is nearly complete.
_SKEWED = {
    "cohen_kappa", "light_kappa", "conger_kappa", "scott_pi", "fleiss_kappa", "krippendorff_alpha",
}  # fmt: skip
# Below which share of the ratings a label of two is rare; on what share of the units that was, and how often
# intervals held the true value.
_MEASURED = ((0.032, "1 %", ".60", ".80", ".86"), (0.045, "2 %", ".87", ".92", ".93"))
_RARE = _MEASURED[-1][0]


def _rare(codes: tuple[CodeAgreement, ...], method: str) -> str | None:
    """Return what to bear in mind of intervals by document on a rare code."""
    least = min((each.share or 0.0 for each in codes), default=1.0)
    if len(codes) != 2 or least >= _RARE or method != "jackknife":
        return None
    units, of_8, of_15, of_30 = next(row for row in _MEASURED if least < row[0])[1:]
    return (
        f"too few documents for a code on {least:.1%} of what was rated: of codes on {units} of the units, "
        f"intervals that are to hold the true value in .95 of all samples did so in {of_8} of those of 8 "
        f"documents, {of_15} of those of 15 and {of_30} of those of 30 (benchmarks/interval_coverage.py)"
    )


def number(value: FloatArray | float) -> float | None:
    """Return a computed number, None where it is undefined."""
    return None if np.isnan(value) else float(value)


def _nothing_to_compare(n_coders: int, paired: float, unpaired: str) -> str | None:
    if n_coders == 0:
        return "there are no ratings"
    if n_coders == 1:
        return "only one coder gave ratings: agreement needs two"
    if paired == 0:
        return unpaired
    return None


def _uncertainty(
    kernel: Kernel,
    sums: FloatArray,
    settings: Settings,
    value: float | None,
    n_units: int,
) -> Uncertainty:
    if settings.draws is not None:
        return Uncertainty(replicates=drawn(kernel, sums, settings.draws))
    if settings.method is None:
        return Uncertainty()
    if value is None:
        return Uncertainty(reason="there is no value")
    if settings.method not in ("analytic", "irrcac"):
        return resampled(kernel, sums, settings)
    if n_units < 2:
        return Uncertainty(reason="a standard error needs two units that were rated twice")
    error = kernel.standard_error(sums.sum(axis=0))
    if error is None:
        return Uncertainty(
            reason="no standard error is published for this case: give clusters=…, the document "
            "of each unit, for a jackknife"
        )
    return analytic(error, value, settings, n_units)


def within(interval: Interval | None, lowest: float = -np.inf) -> Interval | None:
    """Return an interval cut off at what the measure can be."""
    if interval is None:
        return None
    return attrs.evolve(interval, low=max(interval.low, lowest), high=min(interval.high, 1.0))


def code_rows(table: PerCategory | None) -> tuple[CodeAgreement, ...]:
    """Return a table of categories as values, each with its reason where it is undefined."""
    if table is None:
        return ()
    columns = (
        table.estimates.value,
        table.estimates.observed,
        table.estimates.expected,
        table.specific,
        table.share,
    )
    rows = zip(table.labels, *(column.tolist() for column in columns), strict=True)
    return tuple(_code_row(*row) for row in rows)


def _code_row(
    code: Hashable, value: float, observed: float, expected: float, specific: float, share: float
) -> CodeAgreement:
    reason = None
    if np.isnan(value):
        if share == 0:
            reason = "nothing that two coders rated has this code"
        elif share == 1:
            reason = "everything that two coders rated has this code"
        else:
            reason = "agreement on this code cannot be told from chance"
    return CodeAgreement(
        code,
        number(value),
        number(observed),
        number(expected),
        number(specific),
        number(share),
        reason,
    )


def result_row(result: AgreementResult) -> dict[str, Any]:
    """Return what a frame shows of a result."""
    return {
        "value": result.value,
        "low": result.interval.low if result.interval else None,
        "high": result.interval.high if result.interval else None,
        "observed": result.observed,
        "reason": result.reason or result.interval_reason,
    }
