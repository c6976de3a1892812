"""Descriptions of a study of agreement: who was compared on what, and what uncoded text meant."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.units import cut_unit
from qualcode.report.describing.wording import (
    Description,
    describe,
    listed,
    not_settled,
    there_were,
)
from qualcode.scale.asked.table_study import TableStudy
from qualcode.stats.agreement import StudySummary
from qualcode.stats.agreement.study import POOLED, SETS, Study

__all__ = ["any_of", "coverage_said", "measured_on", "on_study", "which_nodes"]


@describe.register(Study)
@describe.register(TableStudy)
def _study(result: Study | TableStudy) -> Description:
    study = result.summary(SETS)
    return Description(on_study(study))


def on_study(study: StudySummary) -> tuple[str, ...]:
    """Return sentences on what was compared, on which units, and what uncoded text meant."""
    return (
        f"{measured_on(study)}.",
        f"Compared was {_compared(study)}.",
        f"A unit was {_unit(study.unit)}; {there_were(study.units, 'unit')}.",
        coverage_said(study),
        _uncoded(study),
        _accepted_alike(study),
        _not_compared(study),
        not_settled(study.unsettled),
    )


def _accepted_alike(study: StudySummary) -> str:
    """Return how much of the agreement is with what both were shown."""
    if not study.accepted_alike:
        return ""
    return (
        f"{many(study.accepted_alike, 'code')} had been accepted by two coders from the same suggestion; "
        "there they agree with what they were shown."
    )


def _not_compared(study: StudySummary) -> str:
    """Return who was left out for being no person, if anybody was."""
    others = [each.coder for each in study.counted.left_out]
    return f"Not compared, as they are no persons: {listed(others)}." if others else ""


def _uncoded(study: StudySummary) -> str:
    if study.part == "weight":
        put = "A unit on which a coder had put it without a weight counted as missing"
        absent = "missing, too" if study.uncoded == "missing" else "0"
        return f"{put}; one in a document they had covered on which they had not put it counted as {absent}."
    if study.part == "order":
        return "A unit on which a coder had put none of them counted as missing."
    if study.part == "what":
        return "A unit that a coder had left uncoded counted as missing, so that labels alone were compared."
    if study.uncoded == "missing":
        return "A unit that a coder had left uncoded counted as missing, not as a decision."
    return (
        "A unit that a coder had left uncoded in a document they had covered counted as the decision "
        "that nothing applied."
    )


def measured_on(study: StudySummary, what: str = "Agreement") -> str:
    """Return whose agreement was measured on which documents, as the beginning of a sentence."""
    of = (
        f"of {study.project}, read through the codebook “{study.codebook}”"
        if study.revision is None
        else f"of the project “{study.project}” with the codebook as of revision {study.revision}"
    )
    if study.again is not None:
        return (
            f"{what} of one coder with themselves ({study.again}) was measured on "
            f"{many(study.documents, 'document')} that they had coded twice, {of}"
        )
    return (
        f"{what} between {many(len(study.coders), 'coder')} ({listed(study.coders)}) was measured "
        f"on the {many(study.documents, 'document')} that at least two of them had covered, {of}"
    )


def which_nodes(study: StudySummary) -> str:
    """Return which codes, themes or domains were compared."""
    nodes = many(len(study.nodes), study.level)
    which = (
        f"{nodes} ({listed(study.nodes, most=12)})" if study.chosen else f"{nodes} they had used"
    )
    return f"{which}{f' of the rollup {study.rollup}' if study.rollup else ''}"


def any_of(study: StudySummary) -> str:
    """Return what was looked at: one code, or any of them."""
    if study.of in (SETS, POOLED):
        return f"any of the {which_nodes(study)}"
    return f"the {study.level} {study.of}"


def _compared(study: StudySummary) -> str:
    which = which_nodes(study)
    if study.part == "where":
        return f"whether anything was on a unit, of the {which}"
    if study.part == "weight":
        return (
            f"the greatest weight that a coder had given to the {study.level} {study.of} on a unit"
        )
    if study.part == "order":
        return (
            f"which of these {study.level}s, from the lowest to the highest, was on a unit: {study.of}; the "
            "highest where there were several"
        )
    if study.of == SETS:
        return f"the set of {study.level}s on a unit, among the {which}"
    if study.of == POOLED:
        return f"for each of the {which} whether it was on a unit, all of them together"
    where = f" of the rollup {study.rollup}" if study.rollup else ""
    return f"whether the {study.level} {study.of}{where} was on a unit"


def _unit(unit: str) -> str:
    if unit == "character":
        return "a code point of text, which carried every code with a segment that covered it"
    if unit == "segment":
        return "a distinct coded segment, so that coders met only where their spans were identical"
    return cut_unit(unit)


def coverage_said(study: StudySummary) -> str:
    """Return a sentence on which documents coders had covered."""
    stated, finished, assigned = (
        [coder for coder, source in study.coverage_from.items() if source == wanted]
        for wanted in ("stated", "finished", "assigned")
    )
    if len(assigned) == len(study.coders):
        return "A coder was taken to have covered a document in which they had assigned anything."
    if len(finished) == len(study.coders):
        return "A coder had covered a document that they had marked as finished."
    coverage = study.coverage or {}
    sizes = "; ".join(f"{coder}: {many(len(coverage[coder]), 'document')}" for coder in stated)
    told = [
        f"Which documents a coder had covered was stated ({sizes})." if stated else "",
        f"The documents that {listed(finished)} had covered were those marked as finished."
        if finished
        else "",
        f"A document in which {listed(assigned)} had assigned anything was taken to have been covered, "
        "for want of a mark."
        if assigned
        else "",
    ]
    return " ".join(filter(None, told))
