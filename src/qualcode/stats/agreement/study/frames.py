"""A study shown: agreement code by code, the disputed units, and what a result says of its study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

from qualcode.stats.agreement._intervals import MeasureOptions
from qualcode.stats.agreement.diagnostics import disagreements
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.agreement.result import AgreementResult, StudySummary
from qualcode.stats.agreement.study.table import labels_in

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.agreement.study.study import Study

__all__ = ["disputed_units", "per_code", "result_row", "summary", "units"]

_PAIR = ("positive_agreement", "negative_agreement", "prevalence_index", "bias_index", "pabak")


def result_row(result: AgreementResult) -> dict[str, Any]:
    """Return what a frame shows of a result."""
    return {
        "value": result.value,
        "low": result.interval.low if result.interval else None,
        "high": result.interval.high if result.interval else None,
        "observed": result.observed,
        "reason": result.reason or result.interval_reason,
    }


def per_code(study: Study, measure: str, **options: Unpack[MeasureOptions]) -> pd.DataFrame:
    """Return a frame with a row for each code, theme or domain."""
    import pandas as pd

    rows = []
    for at, node in enumerate(study.nodes):
        units = tuple(study.present[:, :, at].sum(axis=1).tolist())
        result = study.agreement(measure, of=node.id, **options)
        row = {"id": node.id, "name": node.name, "units": units, **result_row(result)}
        if len(study.coders) == 2:
            found = study.diagnostics(node.id)
            row |= {name: getattr(found, name) for name in _PAIR}
        rows.append(row)
    return pd.DataFrame(rows)


def disputed_units(study: Study, ratings: Ratings, level: str, top: int | None) -> pd.DataFrame:
    """Return a frame with a row for each unit behind the disagreement, the most disputed first."""
    import pandas as pd

    labels = labels_in(ratings)
    rows = []
    for unit in disagreements(ratings, level=level, top=top).units:
        at = int(str(unit.unit))
        segment = study.table.segments[at]
        rows.append(
            {
                "document": segment.document.id,
                "start": segment.start,
                "end": segment.end,
                "quote": segment.quote,
                **{coder: _shown(labels[who, at]) for who, coder in enumerate(study.coders)},
                "share": unit.share,
            }
        )
    columns = ["document", "start", "end", "quote", *study.coders, "share"]
    return pd.DataFrame(rows, columns=columns)


def units(study: Study, ratings: Ratings) -> pd.DataFrame:
    """Return the units of a study with what each coder gave to them."""
    import pandas as pd

    labels = labels_in(ratings)
    columns = ["document", "start", "end", "quote", *study.coders]
    rows = [
        (
            segment.document.id, segment.start, segment.end, segment.quote,
            *(None if each is None else sorted(each) for each in labels[:, at]),
        )
        for at, segment in enumerate(study.table.segments)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def summary(study: Study, of: str, *, part: Literal["where", "what"] | None = None) -> StudySummary:
    """Return what a result says of the study that it was computed on."""
    return StudySummary(
        project=study.state.name,
        revision=f"{len(study.state.history)} ({study.state.head})",
        coders=study.coders,
        level=study.level,
        rollup=None if study.level == "code" else study.rollup.id,
        nodes=tuple(node.id for node in study.nodes),
        chosen=study.chosen,
        unit=study.unit,
        documents=len(study.documents),
        units=study.n_units,
        coverage=study.coverage,
        coverage_from=study.coverage_from,
        counted=study.counted,
        uncoded=study.uncoded,
        of=of,
        part=part,
        accepted_alike=study.accepted_alike,
    )


def _shown(rating: Any) -> str:
    """Return a rating as a table shows it."""
    if rating is None:
        return "(not coded by this coder)"
    if isinstance(rating, frozenset):
        return ", ".join(sorted(rating)) or "–"
    return "yes" if rating else "no"
