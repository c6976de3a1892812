"""Descriptions of agreement: of a study, of a table of ratings, of free segmentation."""

from __future__ import annotations

import attrs

from qualcode.model.readable import many
from qualcode.report.describing.intervals import (
    interval_method,
    interval_references,
    interval_software,
)
from qualcode.report.describing.references import JACCARD_1912, PASSONNEAU_2006
from qualcode.report.describing.study import (
    any_of,
    coverage_said,
    measured_on,
    on_study,
    which_nodes,
)
from qualcode.report.describing.units import cut_unit
from qualcode.report.describing.wording import (
    Description,
    describe,
    listed,
    number,
    per_cent,
    there_were,
)
from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    StudySummary,
    UnitizingResult,
)
from qualcode.stats.agreement.study import POOLED, SETS

__all__ = [
    "agreement_interval",
    "agreement_value",
    "measure_name",
    "measure_said",
    "on_ratings",
    "rated",
]

_UNITIZING = {
    "u_alpha": "uα (where segments are and how they are labelled)",
    "binary_alpha": "|uα (where text is coded at all)",
    "cu_alpha": "cuα (how the text that both coded is labelled)",
}
_WEIGHTINGS = {"masi": PASSONNEAU_2006, "jaccard": JACCARD_1912}


def measure_name(result: AgreementResult) -> str:
    """Return what papers call the measure of a result."""
    part = result.measure.partition(".")[2]
    return _UNITIZING[part] if part else result.defined.title


@describe.register
def _agreement(result: AgreementResult) -> Description:
    study = result.study
    if result.measure in ("boundary_similarity", "window_diff", "pk"):
        return _boundaries(result)
    cluster = "document" if study else "cluster"
    return Description(
        (
            *rated(result),
            f"The measure was {measure_said(result)}.",
            agreement_value(result),
            agreement_interval(result, cluster),
        ),
        _references(result),
        interval_software(result.interval),
    )


def _boundaries(result: AgreementResult) -> Description:
    study = result.study
    text = "text" if study is None else "document"
    edits = result.measure == "boundary_similarity"
    added = "Edits and matches" if edits else "Windows"
    return Description(
        (
            *(_cut(result) if study is None else _cut_in_study(study)),
            f"The measure was {measure_said(result)}. {added} were added up over pairs of coders and {text}s"
            f"{'' if edits else ', and it is an error: 0 where both cut alike'}.",
            agreement_value(attrs.evolve(result, study=None)),
            agreement_interval(result, text),
        ),
        _references(result),
        interval_software(result.interval),
    )


def _cut(result: AgreementResult) -> tuple[str, ...]:
    return (
        f"The segmentations by {many(result.n_coders, 'coder')} were compared at "
        f"{many(result.n_units, 'place')} where there could have been a boundary.",
    )


def _cut_in_study(study: StudySummary) -> tuple[str, ...]:
    between = "from one unit to the next in the same document"
    return (
        f"{measured_on(study)}.",
        f"Compared was where the set of {study.level}s changed {between}, among the "
        f"{which_nodes(study)}."
        if study.of == SETS
        else f"Compared was where the {study.level} {study.of} began or ended {between}.",
        f"A unit was {cut_unit(study.unit)}; {there_were(study.units, 'unit')}.",
        coverage_said(study),
    )


@describe.register
def _unitizing(result: UnitizingResult) -> Description:
    parts = (result.u_alpha, result.binary_alpha, result.cu_alpha)
    first, study = parts[0], result.study
    family = MEASURES["unitizing_alpha"]
    sentences = [
        *(_placed(first) if study is None else _placed_in_study(study)),
        f"The measures were {listed(measure_name(each) for each in parts)}, all "
        f"{family.formula} on the lengths of text that coders agree and differ on.",
    ]
    for each in parts:
        name = measure_name(each).partition(" ")[0]
        sentences.append(agreement_value(each, name))
        if each.interval is not None or each.interval_reason is not None:
            sentences.append(agreement_interval(each, "document"))
    return Description(sentences, _references(first), interval_software(first.interval))


def _placed(first: AgreementResult) -> tuple[str, ...]:
    labels = "" if first.n_categories < 2 else " and their labels"
    return (
        f"{many(first.n_coders, 'coder')} had each put segments on "
        f"{many(first.n_units, 'continuum', 'continua')}; the places of these segments were compared"
        f"{labels}, each character counting.",
    )


def _placed_in_study(study: StudySummary) -> tuple[str, ...]:
    return (
        f"{measured_on(study)}.",
        f"Compared was where they had put {any_of(study)}, as they had marked it, each character "
        "counting.",
        coverage_said(study),
    )


def rated(result: AgreementResult) -> tuple[str, ...]:
    """Return sentences on whose ratings of what were compared, those of a study or others."""
    return on_study(result.study) if result.study else on_ratings(result)


def on_ratings(result: AgreementResult) -> tuple[str, ...]:
    """Return a sentence on ratings that are not those of a study."""
    return (
        f"Agreement between {many(result.n_coders, 'coder')} was measured on "
        f"{many(result.n_units, 'unit')} that two or more of them had rated, with "
        f"{many(result.n_categories, 'category', 'categories')}.",
    )


def measure_said(result: AgreementResult) -> str:
    """Return what was computed: the measure, its formula, and how two different labels compare."""
    text = f"{measure_name(result)}: {result.defined.formula}"
    weighting = result.weighting
    if weighting is None:
        return text
    if result.measure != "krippendorff_alpha":
        return (
            f"{text}; with {weighting} weights" if " " not in weighting else f"{text}; {weighting}"
        )
    if weighting == "masi":
        return f"{text}, δ² being the MASI distance between sets"
    if weighting == "jaccard":
        return f"{text}, δ² being the Jaccard distance between sets"
    known = ("nominal", "ordinal", "interval", "ratio", "gwet-ordinal")
    return (
        f"{text}, δ² being the {weighting} difference"
        if weighting in known
        else f"{text}, δ² being the distance {weighting}"
    )


def agreement_value(result: AgreementResult, name: str = "") -> str:
    """Return a sentence on the value of a measure, or why it has none."""
    subject = name or "It"
    if result.value is None:
        return f"{subject} was undefined: {result.reason}."
    of = rated = ""
    if result.observed is not None and result.expected is not None:
        of = f" (observed agreement {number(result.observed)}, expected {number(result.expected)})"
    if result.study is not None:
        level = result.study.level
        units = many(result.n_units, "unit")
        if result.study.of == POOLED:
            units = many(
                result.n_units, f"pair of a unit and a {level}", f"pairs of unit and {level}"
            )
        rated = f" over {units} that two or more coders had rated"
    return f"{subject} was {number(result.value)}{of}{rated}."


def agreement_interval(result: AgreementResult, cluster: str) -> str:
    """Return a sentence on the interval of a measure, or why it has none."""
    if result.interval is None:
        if result.interval_reason is not None:
            return f"There was no interval: {result.interval_reason}."
        return "" if result.value is None else "No interval was computed."
    found = result.interval
    return (
        f"The {per_cent(found.confidence)} interval was {number(found.low)} to {number(found.high)} "
        f"({interval_method(found, cluster)}; standard error {number(found.standard_error)})."
    )


def _references(result: AgreementResult) -> list[str]:
    found = [result.reference]
    if result.weighting in _WEIGHTINGS:
        found.append(_WEIGHTINGS[result.weighting])
    if result.interval is not None:
        found += interval_references(result.interval.method)
    return found
