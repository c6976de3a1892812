"""Descriptions of appraisals and extractions, of agreement on them, and of what ratings change."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.wording import Description, describe, listed, per_cent
from qualcode.stats.synthesis.appraisal import Appraisal
from qualcode.stats.synthesis.extraction import Extraction
from qualcode.stats.synthesis.filled import FormDisagreements
from qualcode.stats.synthesis.form_agreement import ALL, FormAgreement
from qualcode.stats.synthesis.rating_sensitivity import RatingSensitivity

__all__: list[str] = []


@describe.register
def _appraisal(result: Appraisal) -> Description:
    of = result.instrument
    coders = sorted({coder for row in result for coder in row.coders})
    computed, recorded = result.ratings("computed"), result.ratings("recorded")
    rule = ""
    if computed:
        counts = [
            f"{found} {rating}"
            for rating in of.ratings
            if (found := list(computed.values()).count(rating))
        ]
        rule = f"By the instrument's rule {listed(counts)}."
    said = ""
    if recorded:
        said = (
            f"For {many(len(recorded), 'source')} a rating was recorded as well; it was another than the "
            f"computed one for {len(result.differences):,}."
        )
    odd = len(result.disagreements)
    return Description(
        (
            f"{many(len(result), 'source')} of the project “{result.state.name}” were appraised by "
            f"{of.name}{f' by {listed(coders, most=6)}' if coders else ''}.",
            rule,
            said,
            f"On {many(odd, 'item')} appraisers differed still." if odd else "",
        ),
        (of.reference,) if of.reference else (),
    )


@describe.register
def _extraction(result: Extraction) -> Description:
    sources = len({row.source for row in result})
    coders = sorted({coder for row in result for coder in row.coders})
    quoted = sum(bool(each) for row in result for each in row.quotes.values())
    lacking, odd = sum(len(row.missing) for row in result), len(result.disagreements)
    return Description(
        (
            f"From {many(sources, 'source')} of the project “{result.state.name}” data were extracted by the "
            f"template “{result.template.name}” with {many(len(result.template.fields), 'field')}"
            f"{f', by {listed(coders, most=6)}' if coders else ''}.",
            f"{many(quoted, 'value')} rested on quotes of the source.",
            f"{many(lacking, 'required value')} were missing." if lacking else "",
            f"On {many(odd, 'field')} extractors differed still." if odd else "",
        )
    )


@describe.register
def _disagreements(result: FormDisagreements) -> Description:
    coders = sorted({coder for each in result for coder in each.values})
    return Description(
        (
            f"{listed(coders, most=6)} differed on {many(len(result), 'field')} of a form."
            if result
            else "Nobody differed on any field of the form.",
        )
    )


@describe.register
def _agreement(result: FormAgreement) -> Description:
    whole = result[ALL]
    found = whole.result
    value = "undefined" if found.value is None else f"{found.value:.2f}"
    held = found.interval
    within = "" if held is None else f" [{held.low:.2f}, {held.high:.2f}]"
    share = (
        ""
        if whole.percent.value is None
        else f"{per_cent(whole.percent.value)} of pairs were equal; "
    )
    return Description(
        (
            *describe(result.of).sentences,
            f"Agreement of {listed(result.coders)} was measured for each of "
            f"{many(len(result) - 1, 'field')} by {found.defined.title}, each source a unit. Over all "
            f"fields, {share}{found.defined.title} was {value}{within}.",
        ),
        (*describe(result.of).references, found.reference),
    )


@describe.register
def _sensitivity(result: RatingSensitivity) -> Description:
    unrated = len(result.unrated)
    return Description(
        (
            *describe(result.of).sentences,
            f"It was looked at what becomes of the findings by {result.by} ratings ({result.instrument}), of "
            f"{many(len(result.ratings), 'source')}: with all, without those of each rating, and with the "
            "best alone.",
            f"{many(unrated, 'source')} without a rating counted among all only."
            if unrated
            else "",
            *(f"{each[0].upper()}{each[1:]}." for each in result.changes),
        )
    )
