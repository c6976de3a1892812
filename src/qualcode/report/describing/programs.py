"""Descriptions of what desktop programs would report on a study."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.agreement import agreement_interval, agreement_value
from qualcode.report.describing.study import coverage_said, measured_on, which_nodes
from qualcode.report.describing.wording import Description, describe, per_cent
from qualcode.stats.agreement import MEASURES, AgreementResult, StudySummary
from qualcode.stats.agreement.study import AtlastiComparison, MaxqdaComparison, NvivoComparison

__all__: list[str] = []


@describe.register
def _nvivo(result: NvivoComparison) -> Description:
    undefined = sum(cell.kappa is None for cell in result.cells)
    return _described(
        result.study,
        "as NVivo's coding comparison query does",
        (
            f"For each code in each document ({many(len(result.cells), 'cell')}), over its characters: "
            f"{_formulas('nvivo_percent_agreement', 'nvivo_kappa')}.",
            f"κ was undefined in {many(undefined, 'cell')}, where NVivo shows 1: both coders had coded "
            "nothing there, or everything."
            if undefined
            else "",
        ),
        ("nvivo_kappa",),
    )


@describe.register
def _maxqda(result: MaxqdaComparison) -> Description:
    return _described(
        result.study,
        "as MAXQDA's intercoder agreement on segments does",
        (
            f"Segments agreed where the other coder had one of the same code and the two shared at least "
            f"{per_cent(result.overlap)} of the longer; text that neither coded did not count.",
            f"{_formulas('maxqda_kappa')}, for {many(result.n_codes, 'code')}.",
            agreement_value(result.kappa),
        ),
        ("maxqda_kappa",),
    )


@describe.register
def _atlasti(result: AtlastiComparison) -> Description:
    return _described(
        result.study,
        "as ATLAS.ti's intercoder agreement does, the codes being one domain",
        (
            f"{_formulas('atlasti_holsti', 'atlasti_c_alpha', 'atlasti_cu_alpha')}. For Holsti's index "
            f"segments matched where they shared {per_cent(result.overlap)} of the longer.",
            *_valued(result.holsti),
            *_valued(result.c_alpha),
            *_valued(result.cu_alpha),
        ),
        ("atlasti_holsti", "atlasti_c_alpha"),
    )


def _described(
    study: StudySummary, how: str, sentences: tuple[str, ...], cited: tuple[str, ...]
) -> Description:
    return Description(
        (
            f"{measured_on(study)}, {how}, on the {which_nodes(study)}.",
            coverage_said(study),
            *sentences,
        ),
        [str(MEASURES[name].reference) for name in cited],
    )


def _formulas(*measures: str) -> str:
    return "; ".join(f"{MEASURES[name].title}, {MEASURES[name].formula}" for name in measures)


def _valued(result: AgreementResult) -> tuple[str, str]:
    return agreement_value(result, result.defined.title), agreement_interval(result, "document")
