"""Descriptions of agreement: of a study, of a table of ratings, of free segmentation."""

from __future__ import annotations

from qualcode.report.describing.counts import cut_unit
from qualcode.report.describing.intervals import (
    interval_method,
    interval_options,
    interval_references,
)
from qualcode.report.describing.references import JACCARD_1912, PASSONNEAU_2006
from qualcode.report.describing.wording import (
    Description,
    call,
    describe,
    listed,
    many,
    number,
    per_cent,
    project_call,
    unit_argument,
)
from qualcode.stats.agreement import MEASURES, AgreementResult, StudySummary, UnitizingResult
from qualcode.stats.study import POOLED, SETS

__all__ = ["measure_name"]

_UNITIZING = {
    "u_alpha": "uα (where segments are and how they are labelled)",
    "binary_alpha": "|uα (where text is coded at all)",
    "cu_alpha": "cuα (how the text that both coded is labelled)",
}
_WEIGHTINGS = {"masi": PASSONNEAU_2006, "jaccard": JACCARD_1912}


def measure_name(measure: str) -> str:
    """Return what papers call a measure.

    Examples
    --------
    >>> measure_name("krippendorff_alpha"), measure_name("unitizing_alpha.cu_alpha")
    ("Krippendorff's α", 'cuα (how the text that both coded is labelled)')
    """
    family, _, part = measure.partition(".")
    return _UNITIZING[part] if part else MEASURES[family].title


@describe.register
def _agreement(result: AgreementResult) -> Description:
    study = result.study
    cluster = "document" if study else "cluster"
    about = _on_study(study) if study else _on_ratings(result)
    return Description(
        (
            *about,
            f"The measure was {_measure(result)}.",
            _value(result),
            _interval(result, cluster),
        ),
        _references(result),
        _study_call(result, study) if study else _ratings_call(result),
    )


@describe.register
def _unitizing(result: UnitizingResult) -> Description:
    parts = (result.u_alpha, result.binary_alpha, result.cu_alpha)
    first = parts[0]
    family = MEASURES["unitizing_alpha"]
    sentences = [
        f"{many(first.n_coders, 'coder')} had each put segments on "
        f"{many(first.n_units, 'continuum', 'continua')}; the places of these segments were compared"
        + (
            ", each character counting."
            if first.n_categories < 2
            else " and their labels, each character counting."
        ),
        f"The measures were {listed(measure_name(each.measure) for each in parts)}, all "
        f"{family.formula} on the lengths of text that coders agree and differ on.",
    ]
    for each in parts:
        name = measure_name(each.measure).partition(" ")[0]
        sentences.append(_value(each, name))
        if each.interval is not None or each.interval_reason is not None:
            sentences.append(_interval(each, "document"))
    options = {} if first.interval is None else interval_options(first.interval)
    return Description(
        sentences, _references(first), call("unitizing_alpha", "continua", "lengths", **options)
    )


def _on_study(study: StudySummary) -> tuple[str, ...]:
    nodes = many(len(study.nodes), study.level)
    which = (
        f"{nodes} ({listed(study.nodes, most=12)})" if study.chosen else f"{nodes} they had used"
    )
    where = f" of the rollup {study.rollup}" if study.rollup else ""
    if study.of == SETS:
        what = f"the set of codes on a unit, among the {which}{where}"
        what = what.replace("codes", f"{study.level}s", 1)
    elif study.of == POOLED:
        what = f"for each of the {which}{where} whether it was on a unit, all of them together"
    else:
        what = f"whether the {study.level} {study.of}{where} was on a unit"
    return (
        f"Agreement between {many(len(study.coders), 'coder')} ({listed(study.coders)}) was measured "
        f"on the {many(study.documents, 'document')} that at least two of them had covered, of the "
        f"project “{study.project}” with the codebook as of revision {study.revision}.",
        f"Compared was {what}.",
        f"A unit was {_unit(study.unit)}; there were {many(study.units, 'unit')}.",
        _coverage(study),
        "A unit that a coder had left uncoded in a document they had covered counted as the decision "
        "that nothing applied."
        if study.uncoded == "decision"
        else "A unit that a coder had left uncoded counted as missing, not as a decision.",
    )


def _unit(unit: str) -> str:
    if unit == "character":
        return "a code point of text, which carried every code with a segment that covered it"
    if unit == "segment":
        return "a distinct coded segment, so that coders met only where their spans were identical"
    return cut_unit(unit)


def _coverage(study: StudySummary) -> str:
    if study.coverage is None:
        return "A coder was taken to have covered a document in which they had assigned anything."
    sizes = "; ".join(
        f"{coder}: {many(len(documents), 'document')}"
        for coder, documents in study.coverage.items()
    )
    return f"Which documents a coder had covered was stated ({sizes})."


def _on_ratings(result: AgreementResult) -> tuple[str, ...]:
    return (
        f"Agreement between {many(result.n_coders, 'coder')} was measured on "
        f"{many(result.n_units, 'unit')} that two or more of them had rated, with "
        f"{many(result.n_categories, 'category', 'categories')}.",
    )


def _measure(result: AgreementResult) -> str:
    family = MEASURES[result.measure.partition(".")[0]]
    text = f"{measure_name(result.measure)}: {family.formula}"
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


def _value(result: AgreementResult, name: str = "") -> str:
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


def _interval(result: AgreementResult, cluster: str) -> str:
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


def _study_call(result: AgreementResult, study: StudySummary) -> str:
    options = dict(study.options)
    if result.measure == "krippendorff_alpha" and study.of == SETS and options["level"] == "'masi'":
        del options["level"]  # as without it
    measure = [] if result.measure == "krippendorff_alpha" else [repr(result.measure)]
    coverage = None
    if study.coverage is not None:
        coverage = repr({coder: list(ids) for coder, ids in study.coverage.items()})
    return project_call(
        study.provenance,
        call(
            "study",
            unit=unit_argument(study.unit),
            coders=repr(list(study.coders)),
            level=None if study.level == "code" else repr(study.level),
            rollup=None if study.rollup is None else repr(study.rollup),
            codes=repr(list(study.nodes)) if study.chosen else None,
            coverage=coverage,
            uncoded=None if study.uncoded == "decision" else repr(study.uncoded),
        ),
        call(
            "agreement",
            *measure,
            of=None if study.of == SETS else repr(study.of),
            **options,
        ),
    )


def _ratings_call(result: AgreementResult) -> str | None:
    name, _, part = result.measure.partition(".")
    if part or MEASURES[name].function.__module__.rpartition(".")[2] != "measures":
        return None  # measures of text take spans, which the result does not hold
    weighting = result.weighting
    written = None
    if weighting is not None:
        written = "weights" if " " in weighting else repr(weighting)
    options = {} if result.interval is None else interval_options(result.interval)
    by_cluster = result.interval is not None and result.interval.method in (
        "jackknife",
        "bootstrap",
    )
    return call(
        name,
        "ratings",
        **{"level" if name == "krippendorff_alpha" else "weights": written},
        clusters="clusters" if by_cluster else None,
        **options,
    )
