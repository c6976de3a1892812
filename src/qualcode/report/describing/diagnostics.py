"""Descriptions of what is behind an agreement, and of how much to code for one."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.agreement import (
    agreement_value,
    measure_name,
    on_ratings,
    rated,
)
from qualcode.report.describing.intervals import interval_software
from qualcode.report.describing.references import (
    BYRT_1993,
    CANTOR_1996,
    CICCHETTI_FEINSTEIN_1990,
    FLEISS_COHEN_EVERITT_1969,
    KISH_1965,
)
from qualcode.report.describing.study import on_study
from qualcode.report.describing.wording import Description, describe, listed, number, per_cent
from qualcode.stats.agreement import (
    MEASURES,
    AgreementResult,
    CodeDiagnostics,
    Disagreements,
    LeaveOneOut,
    SampleSize,
)

__all__: list[str] = []

_DIAGNOSTICS = {
    "observed": "observed agreement",
    "positive_agreement": "positive agreement",
    "negative_agreement": "negative agreement",
    "prevalence_index": "prevalence index",
    "bias_index": "bias index",
    "kappa": "Cohen's κ",
    "kappa_max": "the greatest κ that these coders' shares allow",
    "pabak": "PABAK",
}


@describe.register
def _diagnostics(result: CodeDiagnostics) -> Description:
    study = result.study
    units = result.both + result.only_first + result.only_second + result.neither
    about = [f"Agreement between 2 coders on the code {result.code!r} was taken apart."]
    values = [
        f"{name} {number(value)}"
        for field, name in _DIAGNOSTICS.items()
        if (value := getattr(result, field)) is not None
    ]
    missing = "; ".join(
        f"{_DIAGNOSTICS[field]} ({reason})" for field, reason in result.reasons.items()
    )
    return Description(
        (
            *(about if study is None else on_study(study)),
            f"Of the {many(units, 'unit')} that both had decided about, both gave it to "
            f"{result.both:,}, the first alone to {result.only_first:,}, the second alone to "
            f"{result.only_second:,} and neither to {result.neither:,}.",
            f"From these counts: {listed(values)}." if values else "",
            f"Undefined were: {missing}." if missing else "",
        ),
        [
            CICCHETTI_FEINSTEIN_1990,
            BYRT_1993,
            str(MEASURES["cohen_kappa"].reference),
        ],
    )


@describe.register
def _left_out(result: LeaveOneOut) -> Description:
    everyone = result.everyone
    return Description(
        (
            *on_ratings(everyone),
            f"The measure was {measure_name(everyone)}: {everyone.defined.formula}.",
            agreement_value(everyone),
            f"It was computed again without each of the {many(len(result.without), 'coder')} in turn: "
            f"{listed(_without(result))}.",
        ),
        [everyone.reference],
        interval_software(everyone.interval),
    )


def _without(result: LeaveOneOut) -> list[str]:
    return [
        f"{number(each.value)} without coder {coder}"
        if each.value is not None
        else f"undefined without coder {coder} ({each.reason})"
        for coder, each in enumerate(result.without, start=1)
    ]


@describe.register
def _disagreements(result: Disagreements) -> Description:
    shown = len(result.units)
    top = "all of them" if shown == result.n_disagreeing else f"the first {shown:,} of them"
    return Description(
        (
            f"{result.n_disagreeing:,} of the {many(result.n_units, 'unit')} that two or more coders had "
            f"rated had any disagreement ({result.weighting} difference). They were ranked by their "
            f"share of the observed disagreement of Krippendorff's α, and {top} looked at.",
        ),
        [str(MEASURES["krippendorff_alpha"].reference)],
    )


@describe.register
def _sample_size(result: SampleSize) -> Description:
    about, references = _from_pilot(result.pilot)
    return Description(
        (
            f"That {many(result.documents, 'document')} be coded by two coders or more was planned so "
            f"that a {per_cent(result.confidence)} interval (Student's t over documents) would be at "
            f"most {number(result.width)} wide.",
            f"One document was taken to contribute a standard deviation of {number(result.spread)} "
            f"({result.source}), the standard error falling with the square root of their number.",
            *about,
        ),
        references,
        interval_software(result.pilot.interval if result.pilot else None),
    )


def _from_pilot(
    pilot: AgreementResult | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return sentences on the pilot, and what to cite."""
    if pilot is None:
        return (), (FLEISS_COHEN_EVERITT_1969, CANTOR_1996, KISH_1965)
    about = (
        "The spread is that of a pilot.",
        *rated(pilot),
        f"The measure was {measure_name(pilot)}.",
        agreement_value(pilot),
    )
    return about, (pilot.reference,)
