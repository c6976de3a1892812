"""Descriptions of screening, of the flow through a review, of overlap, and of votes by direction."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.model.review.screening import STAGES
from qualcode.report.describing.references import (
    BOON_THOMSON_2021,
    CALLAGHAN_2020,
    PAGE_2021,
    PIEPER_2014,
)
from qualcode.report.describing.wording import Description, describe, listed
from qualcode.stats.synthesis.covered_area import CoveredArea
from qualcode.stats.synthesis.flow import Flow
from qualcode.stats.synthesis.screening import ScreeningAgreement, ScreeningResult
from qualcode.stats.synthesis.stopping import StoppingRule
from qualcode.stats.synthesis.votes import Votes

__all__: list[str] = []


@describe.register
def _screening(result: ScreeningResult) -> Description:
    first, last = (result.counts()[stage] for stage in STAGES)
    coders = sorted({each.coder for row in result for each in row.decisions})
    told = [
        f"{many(len(result), 'record')} were screened by title and abstract"
        + (f" by {listed(coders, most=6)}" if coders else ""),
        f"{last['records']:,} came to the full text, and {len(result.included):,} were included",
    ]
    asked = result.state.review.screening.criteria
    if asked:
        told.append(f"criteria were set beforehand ({asked})")
    samples = result.state.review.screening.samples
    told += [
        f"{len(each.records):,} of {each.among:,} were drawn for {each.coder} to screen as well"
        for each in samples.values()
    ]
    waiting = first.get("open", 0) + last.get("open", 0)
    if waiting:
        told.append(f"{many(waiting, 'decision')} were still open")
    if result.disagreements:
        told.append(f"screeners still differed on {many(len(result.disagreements), 'record')}")
    return Description((f"{'; '.join(told)}.",))


@describe.register
def _agreement(result: ScreeningAgreement) -> Description:
    told = []
    for each in result:
        value, interval = each.result.value, each.result.interval
        said = "undefined" if value is None else f"{value:.3f}"
        if interval is not None:
            said += (
                f" ({interval.confidence:.0%} interval {interval.low:.3f} to {interval.high:.3f})"
            )
        told.append(
            f"at the stage {each.stage} {each.result.defined.title} was {said} on "
            f"{many(each.result.n_units, 'record')}"
        )
    return Description(
        (
            f"Agreement of {listed(result.coders, most=6)} on which records go on, a maybe counted as an "
            f"inclusion: {'; '.join(told)}.",
        ),
        tuple(dict.fromkeys(each.result.reference for each in result)),
    )


@describe.register
def _flow(result: Flow) -> Description:
    told = "; ".join(f"{each.what} {each.n:,}" for each in result.to_frame().itertuples())
    missing = len(result.unknown)
    left = (
        f" {many(missing, 'number')} of it {'is' if missing == 1 else 'are'} not known."
        if missing
        else ""
    )
    return Description(
        (
            f"The flow of records, reports and studies follows PRISMA 2020 and reconciles: {told}.{left}",
        ),
        (PAGE_2021,),
    )


@describe.register
def _stopping(result: StoppingRule) -> Description:
    bound = result.missed_at_most
    more = (
        ""
        if bound is None
        else f" At most {many(bound, 'relevant record')} may be unseen at that level."
    )
    return Description(
        (
            f"{result.screened:,} of {many(result.total, 'record')} were screened in a learned order, "
            f"{result.found:,} of them relevant. Whether fewer than {result.target:.0%} of the relevant ones "
            f"were found was tested by a hypergeometric test over all ends of the order (p = {result.p:.3g}; "
            f"screening {'might stop' if result.is_met else 'had to go on'} at a level of "
            f"{1 - result.confidence:.2g}).{more}",
        ),
        (CALLAGHAN_2020,),
        ("SciPy",),
    )


@describe.register
def _overlap(result: CoveredArea) -> Description:
    apart = (
        f", {many(result.n_impossible, 'cell')} of which could hold none"
        if result.n_impossible
        else ""
    )
    return Description(
        (
            f"Overlap of {many(len(result), 'review')} was measured by the corrected covered area: "
            f"{result.cca:.1f} % of {many(result.n_studies, 'primary study', 'primary studies')}, included "
            f"{result.n_inclusions:,} times{apart}.",
        ),
        (PIEPER_2014,),
    )


@describe.register
def _votes(result: Votes) -> Description:
    told = [
        f"{each.outcome}: {each.counts['benefit']} of {each.n} a benefit"
        + (f" ({each.low:.2f} to {each.high:.2f}; p = {each.p:.3g})" if each.p is not None else "")
        for each in result
    ]
    return Description(
        (
            f"Effects of {many(len(result.sources), 'source')} were told by direction and not by "
            "significance; a source pointed where seven in ten of its effects did, and was mixed otherwise. "
            "Votes were counted among sources with a benefit or a harm, with Wilson intervals "
            f"({result.confidence:.0%}) and exact two-sided sign tests: {'; '.join(told)}.",
        ),
        (BOON_THOMSON_2021,),
        ("SciPy",),
    )
