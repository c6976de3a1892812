"""Descriptions of what counts a project: rollups, crosstabs, evidence, co-occurrence, prevalence."""

from __future__ import annotations

from collections.abc import Collection

from qualcode.model.codebooks.hierarchy import LEVELS
from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.report.describing.intervals import (
    interval_method,
    interval_references,
    interval_software,
)
from qualcode.report.describing.units import (
    along,
    by_whom,
    cut_unit,
    level_of,
    node_count,
    where_met,
)
from qualcode.report.describing.wording import (
    Description,
    about,
    describe,
    each_group,
    listed,
    per_cent,
    words_of,
)
from qualcode.scale.asked.results import TableCrosstab
from qualcode.stats.coefficients import COEFFICIENTS
from qualcode.stats.counting.grouping import NOT_KNOWN
from qualcode.stats.counting.node_counts import CrosstabCounts, EvidenceCounts, RollupCounts
from qualcode.stats.counting.policies import POLICIES
from qualcode.stats.counting.rollup import Crosstab, RollupResult
from qualcode.stats.counting.speaking import is_of_speakers
from qualcode.stats.groups.prevalence import Prevalence, PrevalenceShares
from qualcode.stats.pairs.pair_table import BASIC, PairTable

__all__: list[str] = []


def _levels(levels: Collection[str]) -> str:
    return listed(f"each {level}" for level in LEVELS if level in levels)


def _union(levels: Collection[str]) -> str:
    """Return how counts of themes and domains follow from those of codes."""
    if "domain" in levels:
        return (
            "What counted for a theme was the union of what counted for its codes, and for a domain "
            "the union over its themes."
        )
    return "What counted for a theme was the union of what counted for its codes."


def _weights(result: RollupCounts | CrosstabCounts) -> tuple[str, ...]:
    """Return what weights meant, and what had none."""
    if result.policy.distinct:
        return ()
    scale = result.state.scale if isinstance(result, RollupResult | Crosstab) else {}
    labels = [f"{weight:g} ({label})" for weight, label in scale.items()]
    return (
        f"Weights were {listed(labels)}." if labels else "",
        f"{many(result.unweighted, 'segment')} without a weight counted as nothing."
        if result.unweighted
        else "",
    )


@describe.register
def _rollup(result: RollupCounts) -> Description:
    hierarchy = result.hierarchy
    things, policy = result.policy.things, result.policy.how
    levels = list({node.level: None for node in hierarchy.nodes})
    of = "there were" if result.policy.of_all else "coded"
    return Description(
        (
            f"For {_levels(levels)} of the rollup “{hierarchy.rollup.name}”, {things} were counted: "
            f"{policy}.",
            *_weights(result),
            _union(levels),
            *about(result),
            f"Of the {result.total:,} {things} counted in all, {result.rolled_up:,} belonged to a "
            f"{hierarchy.top} of the rollup; what rolled up to nothing was counted in a row of its own.",
            f"Shares were of the {result.base:,} {things} {of}." if result.base else "",
        ),
    )


@describe.register
def _crosstab(result: CrosstabCounts) -> Description:
    if isinstance(result, Crosstab):
        state: State | None = result.state
        spoken = is_of_speakers(result.state, result.variable)
    else:
        state, spoken = None, isinstance(result, TableCrosstab) and result.of_speakers
    each = words_of(result.variable) if spoken else _each(state, result.variable)
    things, policy = result.policy.things, result.policy.how
    level = result.nodes[0].level
    known = [value for value in result.values if value != NOT_KNOWN]
    return Description(
        (
            f"For each {level}{along(level, result.rollup)}, {things} were counted within "
            f"{each} ({listed(known, most=12)}): {policy}.",
            *_weights(result),
            "" if level == "code" else _union([level]),
            f"What had no value of {result.variable} was counted in a column of its own."
            if NOT_KNOWN in result.values
            else "",
            "A segment was of whoever spoke all through it, and of what several said there is a column."
            if spoken
            else "",
            *about(result),
        ),
    )


def _each(state: State | None, variable: str) -> str:
    return f"each value of {variable}" if state is None else each_group(state, variable)


@describe.register
def _evidence(result: EvidenceCounts) -> Description:
    level = level_of(result.nodes)
    return Description(
        (
            f"For each of {many(len(result.rows), result.of)} and each of {node_count(result.nodes)}"
            f"{along(level, result.rollup)}, distinct segments were counted: "
            f"{POLICIES['segments'].how}.",
            "" if level == "code" else _union([level]),
            *about(result),
        ),
    )


@describe.register
def _cooccurrence(result: PairTable) -> Description:
    level = level_of(result.nodes)
    coefficients = [COEFFICIENTS[name] for name in BASIC]
    formulas = listed(f"{each.label} ({each.formula})" for each in coefficients)
    return Description(
        (
            f"For each {'ordered ' if result.directed else ''}pair of {node_count(result.nodes)}"
            f"{along(level, result.rollup)}, it was counted how often they met. {where_met(result)}",
            by_whom(result.same_coder, level),
            f"Of the four counts of a pair (a units with both, b and c with one of them alone, d with "
            f"neither, n = {result.n_units:,} in all), these coefficients were computed: {formulas}.",
            *about(result),
        ),
        [each.reference for each in coefficients],
    )


@describe.register
def _prevalence(result: PrevalenceShares) -> Description:
    state = result.state if isinstance(result, Prevalence) else None
    level = level_of(result.nodes)
    shares = list(result.shares.values())
    units = "coded segment" if result.unit == "segment" else "unit"
    cluster = "case" if result.unit == "case" else "document"
    totals = [many(int(each.total), units) for each in shares]
    of = f" of {totals[0]}"
    if result.variable is not None:
        within = zip(result.shares, totals, strict=True)
        sizes = "; ".join(f"{value}: {total}" for value, total in within)
        of = f" within {_each(state, result.variable)} ({sizes})"
    bounds = shares[0].bounds
    method = interval_method(bounds, cluster, seed=result.seed)
    if len(shares) > 1:
        method += " for the first, and alike for the others"
    return Description(
        (
            f"For each of {node_count(result.nodes)}{along(level, result.rollup)}, the share "
            f"that carried it was computed{of}.",
            "" if result.unit == "segment" else f"A unit was {cut_unit(result.unit)}.",
            f"{per_cent(bounds.confidence)} intervals took whole {cluster}s as the units of "
            f"sampling ({method})."
            if result.nodes
            else "",
            *about(result),
        ),
        interval_references(bounds.method),
        interval_software(bounds),
    )
