"""One measure on the ratings of a study, with the documents as clusters."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.study_ratings import StudyRatings

__all__ = ["ALPHA", "measured", "measured_with", "rated_twice", "replicates"]

ALPHA = "krippendorff_alpha"


def measured(
    study: StudyRatings, measure: MeasureLike, of: str, options: MeasureOptions
) -> AgreementResult:
    """Return the agreement of the coders of a study; the arguments as for `Study.agreement`."""
    function = measure_of_ratings(measure).function
    study.check_of(of)
    result: AgreementResult = function(
        study.ratings_of(of), **measured_with(study, measure, of, options)
    )
    return attrs.evolve(result, study=study.summary(of))


def replicates(
    study: StudyRatings, measure: MeasureLike, of: str, options: MeasureOptions, draws: FloatArray
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
    study: StudyRatings, measure: MeasureLike, of: str, options: MeasureOptions
) -> dict[str, Any]:
    """Return options of a measure, with what a study has for them: its documents, and how sets compare."""
    own: dict[str, Any] = {"clusters": study.clusters_of(of)}
    if measure == ALPHA and of == SETS:
        own["distance"] = "masi"
    return {**own, **options}


def rated_twice(study: StudyRatings, of: str) -> npt.NDArray[np.int64]:
    """Return the document, as a number, of each unit that two coders rated."""
    twice = (study.ratings_of(of).codes >= 0).sum(axis=0) > 1
    documents: npt.NDArray[np.int64] = study.clusters_of(of)[twice]
    return documents
