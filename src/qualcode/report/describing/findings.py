"""Descriptions of findings, of confidence in them, and of links between factors."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.model.review.cerqual import OVERALL
from qualcode.report.describing.references import LEWIN_2018
from qualcode.report.describing.wording import Description, describe, listed, material, unresolved
from qualcode.stats.synthesis.evidence_table import EvidenceTable
from qualcode.stats.synthesis.factor_links import FactorLinks
from qualcode.stats.synthesis.findings import Findings
from qualcode.stats.synthesis.narrative import Narrative
from qualcode.stats.synthesis.summary import SummaryOfFindings

__all__: list[str] = []


@describe.register
def _findings(result: Findings) -> Description:
    odd = [each.name for each in result.contradictions]
    told = (
        f"Of {listed(odd, most=6)} some sources had it support and others constrain."
        if odd
        else "No finding was contradicted: none was supporting in some sources and constraining in others."
    )
    return Description(
        (
            f"{many(len(result), 'finding')} on the {result.level}s of “{result.rollup.name}” were drawn "
            "from "
            f"{many(len(result.sources), result.of)}, each a source where any of its segments was coded so; "
            f"{result.how}.",
            "A source counted as mixed where its segments pointed both ways.",
            told,
            material(result.state),
            unresolved(result.state),
        )
    )


@describe.register
def _summary(result: SummaryOfFindings) -> Description:
    coders = sorted({coder for row in result for coder in row.coders})
    whole = sum(OVERALL in row.judged for row in result)
    who = f" by {listed(coders, most=6)}" if coders else ""
    return Description(
        (
            *describe(result.of).sentences,
            f"Confidence in {whole:,} of {many(len(result), 'finding')} was judged{who} after "
            "GRADE-CERQual, by "
            "methodological limitations, coherence, adequacy of data and relevance; the overall judgement "
            "was "
            "made by people and not computed.",
        ),
        (LEWIN_2018,),
    )


@describe.register
def _evidence_table(result: EvidenceTable) -> Description:
    rated = {id for row in result for id in row.ratings}
    told = f"{many(len(rated), result.of.of)} had been rated." if rated else ""
    return Description((*describe(result.of).sentences, told))


@describe.register
def _narrative(result: Narrative) -> Description:
    return Description(
        (
            *describe(result.of).sentences,
            "A skeleton with the sources behind each code, by direction, and with quotes was written on as a "
            "narrative synthesis.",
        )
    )


@describe.register
def _links(result: FactorLinks) -> Description:
    told = listed(
        f"{sum(each.type == name for each in result):,} “{name}”" for name in result.types
    )
    loops = listed((" and ".join(node.name for node in each) for each in result.loops), most=3)
    return Description(
        (
            f"{many(len(result), 'link')} between {many(len(result.nodes), result.level)} of the codebook "
            "as of "
            f"revision {len(result.state.history)} were drawn{f': {told}' if told else ''}.",
            f"For {len(result.unsourced):,} of them no source was given."
            if result.unsourced
            else "",
            f"Bearing on each other in a circle: {loops}." if loops else "",
        )
    )
