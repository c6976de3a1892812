"""What coders put on units by degree: the weights they gave, and codes that stand in an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_texts
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.ratings import FloatArray, Ratings
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.measuring import ALPHA
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.arguments import check_one_of

__all__ = ["Absent", "agreement_on_order", "agreement_on_weights", "weight_ratings"]

Absent = Literal["missing", "zero"]
"""What it means that a coder did not put the code on a unit of a document that they covered."""


def agreement_on_weights(
    study: StudyRatings, of: str, measure: MeasureLike, absent: Absent, options: MeasureOptions
) -> AgreementResult:
    """Return the agreement on weights; the arguments as for `Study.intensity`."""
    function = measure_of_ratings(measure).function
    ratings = weight_ratings(study, of, absent)
    if measure == ALPHA:
        options = {"distance": "interval", **options}
    result: AgreementResult = function(ratings, **{"clusters": study.clusters, **options})
    summary = attrs.evolve(study.summary(of, part="weight"), uncoded=absent)
    return attrs.evolve(result, study=summary)


def weight_ratings(study: StudyRatings, of: str, absent: Absent) -> Ratings:
    """Return the greatest weight that each coder gave to a code on each unit.

    Parameters
    ----------
    study : StudyRatings
        Who is compared, on which units.
    of : str
        Id of a code, theme or domain.
    absent : {"missing", "zero"}
        What a unit counts as on which a coder did not put it. Where they put it without a weight, it is
        missing: how strong it is there was not said.

    Raises
    ------
    StatisticsError
        When nobody gave it a weight, or units are characters.
    """
    check_one_of(absent, ("missing", "zero"), what="absent")
    number = study.number(of)
    table, rows = study.table, study.table.rows
    if table.placed is None:
        raise StatisticsError(
            "unit='character': weights are given to segments; compare by sentence, turn or paragraph"
        )
    row, unit = table.placed
    held = np.array([code in study.nodes[number].codes for code in rows.codes], dtype=np.bool_)
    weight = rows.rows.weight[row]
    taken = held[rows.code[row]] & ~np.isnan(weight)
    if not taken.any():
        raise StatisticsError(
            f"of={of!r}: nobody compared gave it a weight; whether it is there is asked by agreement(of=…)"
        )
    who = np.array([table.coders.index(id) if id in table.coders else -1 for id in rows.coders])
    values = np.full(study.rated.shape, np.nan)
    np.fmax.at(values, (who[rows.coder[row]][taken], unit[taken]), weight[taken])
    if absent == "zero":
        values[study.rated & ~study.present[:, :, number]] = 0.0
    return _on_scale(values, [*study.state.scale, *([0.0] if absent == "zero" else [])])


def _on_scale(values: FloatArray, scale: Sequence[float]) -> Ratings:
    """Return weights as ratings that know all steps of the scale, used or not."""
    there = ~np.isnan(values)
    steps = np.unique([*values[there], *scale])
    codes = np.full(values.shape, -1, dtype=np.int32)
    codes[there] = np.searchsorted(steps, values[there])
    return Ratings(codes, tuple(steps.tolist()), ordered=True)


def agreement_on_order(
    study: StudyRatings, codes: Sequence[str], measure: MeasureLike, options: MeasureOptions
) -> AgreementResult:
    """Return the agreement on codes in an order; the arguments as for `Study.ordinal`."""
    function = measure_of_ratings(measure).function
    ids = check_texts(codes, what="codes", error=StatisticsError)
    if len(set(ids)) < max(2, len(ids)):
        raise StatisticsError(
            f"codes={list(ids)!r}: give two codes or more, each once, from the lowest to the highest"
        )
    numbers = [study.number(id) for id in ids]
    present = study.present[:, :, numbers]
    # The last that is there: argmax of the reversed axis finds it first.
    highest = len(ids) - 1 - present[:, :, ::-1].argmax(axis=2)
    given = np.where(present.any(axis=2), highest, -1).astype(np.int32)
    ratings = Ratings(given, tuple(ids), ordered=True)
    own: dict[str, Any] = {"distance": "ordinal"} if measure == ALPHA else {}
    result: AgreementResult = function(ratings, **{"clusters": study.clusters, **own, **options})
    summary = study.summary(" < ".join(ids), part="order")
    return attrs.evolve(result, study=attrs.evolve(summary, uncoded="missing"))
