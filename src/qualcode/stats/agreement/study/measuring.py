"""One measure on the ratings of a study, with the documents as clusters."""

from __future__ import annotations

from typing import Any

import attrs

from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.compared_ratings import ComparedRatings

__all__ = ["ALPHA", "measured", "measured_with", "replicates"]

ALPHA = "krippendorff_alpha"


def measured(
    study: ComparedRatings, measure: MeasureLike, of: str, options: MeasureOptions
) -> AgreementResult:
    """Return the agreement of the coders of a study; the arguments as for `Study.agreement`."""
    function = measure_of_ratings(measure).function
    study.check_of(of)
    result: AgreementResult = function(
        study.ratings_of(of), **measured_with(study, measure, of, options)
    )
    return attrs.evolve(result, study=study.summary(of))


def replicates(
    study: ComparedRatings,
    measure: MeasureLike,
    of: str,
    options: MeasureOptions,
    draws: FloatArray,
) -> FloatArray:
    """Return the measure on samples of the documents of a study; NaN where it is undefined.

    Parameters
    ----------
    study, measure, of, options
        As for `measured`; the options without those of an interval.
    draws : array of float, samples × documents that have units
        How often each document is in each sample.
    """
    found = measure_of_ratings(measure).function(
        study.ratings_of(of),
        **{
            **measured_with(study, measure, of, options),
            "clusters": study.clusters_of(of),
            "draws": draws,
        },
    )
    values: FloatArray = found.replicates
    return values


def measured_with(
    study: ComparedRatings, measure: MeasureLike, of: str, options: MeasureOptions
) -> dict[str, Any]:
    """Return options of a measure, with what a study has for them: its documents, and how sets compare."""
    own: dict[str, Any] = {"clusters": study.clusters_of(of)}
    if measure == ALPHA and of == SETS:
        own["distance"] = "masi"
    return {**own, **options}
