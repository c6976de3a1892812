"""Descriptions of what is said of pairs of codes: whether they meet by chance, and how strongly."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from qualcode.model.readable import many
from qualcode.report.describing.inference import (
    FISHER,
    FIXED_MARGINS,
    ODDS_RATIOS,
    RANDOMISED,
    RATES,
    RATES_REFERENCE,
    WITHIN_DOCUMENTS,
    curveball,
    left_out,
)
from qualcode.report.describing.intervals import (
    interval_method,
    interval_references,
    seeded,
)
from qualcode.report.describing.order import transitions_counted
from qualcode.report.describing.references import BERGER_1982, LOTWICK_1982, VEECH_2013
from qualcode.report.describing.units import (
    along,
    at_least,
    by_whom,
    level_of,
    node_count,
    where_met,
)
from qualcode.report.describing.wording import (
    Description,
    describe,
    drawn_by,
    listed,
    material,
    number,
    per_cent,
    there_were,
    unresolved,
)
from qualcode.stats.order.transitions import Sequences
from qualcode.stats.pairs.association import interval_scale
from qualcode.stats.pairs.cooccurrence import Cooccurrence
from qualcode.stats.pairs.pair_intervals import PairIntervals
from qualcode.stats.pairs.pair_tests import Null, PairTests
from qualcode.stats.uncertainty.intervals import Bounds

__all__: list[str] = []

_MARGINS = "on how many units each {level} was"
_DENSITY = " and how many {level}s each unit carried"
_WHERE = "units of each {stratum}"
_STRETCHES = _MARGINS.replace("units", _WHERE) + ", in which stretches"
_KEPT: dict[Null, tuple[str, tuple[str, ...]]] = {
    "density": (
        _STRETCHES + ", and how densely it was coded",
        (LOTWICK_1982, *FIXED_MARGINS, BERGER_1982),
    ),
    "rotation": (_STRETCHES, (LOTWICK_1982,)),
    "hypergeometric": (_MARGINS, (VEECH_2013,)),
    "within-document": (_MARGINS.replace("units", "units of each {stratum}"), WITHIN_DOCUMENTS),
    "fixed-margins": (_MARGINS + _DENSITY, FIXED_MARGINS),
    "fixed-margins-within-document": (
        _MARGINS.replace("units", "units of each {stratum}") + _DENSITY,
        FIXED_MARGINS,
    ),
}
"""What chance keeps as it is, and what to cite."""

_MORE_OR_LESS = {
    "two-sided": "more or less often than",
    "greater": "more often than",
    "less": "less often than",
}


@describe.register
def _tests(result: PairTests) -> Description:
    met = result.of
    state, level = met.state, level_of(met.nodes)
    references = _KEPT[result.null][1]
    everything = _least(result) == 0
    sides = "Two-sided" if result.alternative == "two-sided" else "One-sided"
    return Description(
        (
            f"Whether two {level}s{along(level, met.rollup)} met "
            f"{_MORE_OR_LESS[result.alternative]} chance would have it was tested for "
            f"{_which(result, level, 'all' if everything else None)}. "
            f"{where_met(met)} In all, {there_were(met.n_units, 'unit')}.",
            by_whom(met.same_coder, level),
            _chance(result, level),
            f"{sides} {RATES[result.fdr]} over the {result.n_tested:,} pairs tested."
            if result.n_tested > 1
            else "",
            left_out(result.reason, "test"),
            _caveats(result.caveats),
            material(state),
            unresolved(state),
        ),
        [*references, *([RATES_REFERENCE[result.fdr]] if result.n_tested > 1 else [])],
        drawn_by(result.n_resamples),
    )


def _chance(result: PairTests, level: str) -> str:
    stratum = "coder's reading of a document" if result.of.same_coder else "document"
    kept = _KEPT[result.null][0].format(level=level, stratum=stratum)
    modelled = f"Chance was modelled by keeping {kept}"
    if result.n_resamples is None:
        return (
            f"{modelled}. This is Fisher's exact test, also known as the probabilistic model of "
            f"co-occurrence: {FISHER}"
        )
    drawn = many(result.n_resamples, "randomisation")
    how = "; ".join(filter(None, [curveball(result.n_trades, level), seeded(result.seed)]))
    said = f"{modelled}, the rest being random in {drawn} ({how}). {RANDOMISED}"
    errors = result.mc_error[~np.isnan(result.mc_error)]
    if not errors.size:
        return said
    return (
        f"{said} Their Monte Carlo standard error was {number(float(errors.max()), 4)} at the most."
    )


def _caveats(caveats: tuple[str, ...]) -> str:
    if not caveats:
        return ""
    return f"To be borne in mind: {'; moreover, '.join(caveats)}."


@describe.register
def _intervals(result: PairIntervals) -> Description:
    of = result.of
    if isinstance(of, Cooccurrence):
        return _of_cooccurrence(result, of)
    if isinstance(of, Sequences):
        return _of_sequences(result, of)
    return Description(
        (f"{_measured(result)} for {_which(result, 'code', None)}.", *_bounds(result, "document")),
        _interval_references(result),
        software=drawn_by(result.n_resamples),
    )


def _of_cooccurrence(result: PairIntervals, met: Cooccurrence) -> Description:
    state, level = met.state, level_of(met.nodes)
    least = _least(result)
    return Description(
        (
            f"{_measured(result)} for "
            f"{_which(result, level, _that_met(least), ordered=met.directed)}"
            f"{along(level, met.rollup)}. {where_met(met)} In all, "
            f"{there_were(met.n_units, 'unit')}.",
            by_whom(met.same_coder, level),
            *_bounds(result, "case" if met.unit == "case" else "document"),
            material(state),
            unresolved(state),
        ),
        _interval_references(result),
        drawn_by(result.n_resamples),
    )


def _of_sequences(result: PairIntervals, found: Sequences) -> Description:
    state, level = found.state, level_of(found.nodes)
    least = _least(result)
    which = _which(result, level, _that_met(least, "came one after the other"), ordered=True)
    return Description(
        (
            f"{_measured(result)} for {which}{along(level, found.rollup)}.",
            *transitions_counted(found),
            *_bounds(result, "document"),
            material(state),
            unresolved(state),
        ),
        _interval_references(result),
        drawn_by(result.n_resamples),
    )


def _measured(result: PairIntervals) -> str:
    known = result.coefficient
    if result.method in ODDS_RATIOS:
        return f"Odds ratios were estimated, {ODDS_RATIOS[result.method][0]},"
    counts = "a units having both, b and c one of them alone"
    if known.uses_n:
        counts += ", d neither, n = a + b + c + d"
    return f"As a measure of association, {known.label} = {known.formula} was computed ({counts})"


def _bounds(result: PairIntervals, cluster: Literal["document", "case"]) -> tuple[str, ...]:
    share = per_cent(result.confidence)
    if result.method in ODDS_RATIOS:
        return (
            f"{share} intervals took units as independent.",
            left_out(result.reason, "odds ratio"),
        )
    how = Bounds(
        result.low, result.high, result.standard_error, result.reason, result.confidence,
        result.method, result.n_clusters or 0, result.n_resamples, result.seed,
        scale=interval_scale(result.coefficient),
    )  # fmt: skip
    known = result.coefficient
    ends = [number(end, 0) for end in (known.low, known.high) if np.isfinite(end)]
    cut = f", cut off at {listed(ends)}" if ends else ""
    return (
        f"{share} intervals took whole {cluster}s as the units of sampling "
        f"({interval_method(how, cluster)}){cut}.",
        left_out(result.reason, "interval"),
    )


def _interval_references(result: PairIntervals) -> list[str]:
    if result.method in ODDS_RATIOS:
        return [*ODDS_RATIOS[result.method][1]]
    return [result.coefficient.reference, *interval_references(result.method)]


# Which pairs


def _least(result: PairTests | PairIntervals) -> int | None:
    """Return how often pairs had to meet to be among these; None where they were named instead."""
    recipe = result.recipe
    if recipe is None or recipe.argument("pairs") is not None:
        return None
    return recipe.argument("min_count") or 0


def _that_met(least: int | None, met: str = "met") -> str | None:
    """Return which pairs were taken; None where they were named."""
    if least is None:
        return None
    return "all" if least == 0 else f"that {met} {at_least(least)}"


def _which(
    result: PairTests | PairIntervals, level: str, rule: str | None, *, ordered: bool = False
) -> str:
    """Return how many pairs there were, and which: by a rule, or the ones that were named."""
    count, order = len(result.a), "ordered " if ordered else ""
    if rule == "all":
        nodes: Any = result.of.nodes
        return f"all {many(count, f'{order}pair')} of {node_count(nodes)}"
    pairs = many(count, f"{order}pair of {level}s", f"{order}pairs of {level}s")
    if rule is not None:
        return f"the {pairs} {rule}"
    joint = " → " if ordered else "–"
    names = [f"{a}{joint}{b}" for a, b in zip(result.a, result.b, strict=True)]
    return f"{pairs} that had been named{f' ({listed(names, most=8)})' if names else ''}"
