"""Descriptions of what follows what, and of what is close to what."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.arrays import order_as_a_whole
from qualcode.report.describing.inference import RATES, RATES_REFERENCE, left_out
from qualcode.report.describing.intervals import interval_method, interval_references, seeded
from qualcode.report.describing.references import (
    ALLISON_LIKER_1982,
    BAKEMAN_GOTTMAN_1997,
    HABERMAN_1973,
    LOTWICK_1982,
    PHIPSON_SMYTH_2010,
    SHAFFER_2016,
    SIEBERT_EVENSTONE_2017,
    YULE_1900,
)
from qualcode.report.describing.units import along, cut_unit, level_of, node_count
from qualcode.report.describing.wording import (
    Description,
    about,
    describe,
    drawn_by,
    each_group,
    material,
    per_cent,
    there_were,
    unresolved,
)
from qualcode.stats.order.connections import ConnectionTable
from qualcode.stats.order.portraits import Portraits
from qualcode.stats.order.proximities import Proximity
from qualcode.stats.order.sequences import LagSequential
from qualcode.stats.order.stanzas import Stanzas
from qualcode.stats.order.transition_table import Lag, TransitionTable

__all__ = ["transitions_counted"]


@describe.register
def _sequences(result: TransitionTable) -> Description:
    level = level_of(result.nodes)
    return Description(
        (
            f"How often each of {node_count(result.nodes)}{along(level, result.rollup)} came after each "
            "was counted and compared with what chance would give.",
            *transitions_counted(result),
            f"For each ordered pair, whether transitions started from the one {level} and whether they "
            "led to the other made a table of two by two, of which adjusted residuals (z) and, as a "
            "strength that does not grow with the number of transitions, Yule's Q were computed; z "
            "takes transitions as independent.",
            _whole(result.overall, result.overall_reason),
            *about(result),
        ),
        [ALLISON_LIKER_1982, HABERMAN_1973, YULE_1900, BAKEMAN_GOTTMAN_1997],
    )


def transitions_counted(result: TransitionTable) -> tuple[str, ...]:
    """Return sentences on what a transition was, and how many there were."""
    level = level_of(result.nodes)
    return (
        f"A unit was {cut_unit(result.unit)}. A transition was a unit and {_later(result.lag)} in the "
        "same document; "
        f"{there_were(result.n_transitions, 'transition')}. A unit with several {level}s counted "
        "for each of them.",
        f"A unit that carried none of the {level}s was a step like any other."
        if result.uncoded == "keep"
        else f"Units that carried none of the {level}s were passed over.",
    )


def _later(lag: Lag) -> str:
    if isinstance(lag, tuple):
        return f"those from {lag[0]} to {lag[1]} units after it, as far as there were any"
    return "the unit after it" if lag == 1 else f"the one {lag} units after it"


def _whole(overall: LagSequential | None, reason: str | None) -> str:
    if overall is None:
        return f"The order as a whole was not tested: {reason}."
    return order_as_a_whole(overall)


@describe.register
def _stanzas(result: ConnectionTable) -> Description:
    level = level_of(result.nodes)
    return Description(
        (
            f"Connections of {node_count(result.nodes)}{along(level, result.rollup)} were counted within "
            f"a window of {many(result.window, 'unit')} that moved over the units of each document: a "
            f"unit connected two {level}s where it carried one of them and the window, which ended with "
            "that unit, the other.",
            f"A unit was {cut_unit(result.unit)}.",
            _of_whom(result),
            "Weights are the counts of connections scaled to a vector of length 1.",
            *about(result),
        ),
        [SIEBERT_EVENSTONE_2017, SHAFFER_2016],
    )


def _of_whom(result: ConnectionTable) -> str:
    if result.by is None:
        return f"In all, {there_were(int(result.n_units[0]), 'unit')}."
    sizes = "; ".join(
        f"{group}: {many(int(size), 'unit')}"
        for group, size in zip(result.groups, result.n_units, strict=True)
    )
    if result.by == "speaker":
        return f"A connection counted for the speaker of the unit that ends the window ({sizes})."
    whose = (
        each_group(result.state, result.by)
        if isinstance(result, Stanzas)
        else f"each value of {result.by}"
    )
    return f"Connections were counted for {whose} ({sizes})."


@describe.register
def _proximity(result: Proximity) -> Description:
    level = result.level
    far = (
        "code points lie between, 0 where segments overlap or touch"
        if result.unit == "character"
        else f"{result.unit}s further on or back it is, 0 being the same one"
    )
    beside: tuple[str, ...] = ()
    if result.n_resamples:
        beside = (
            f"The mean was compared with {many(result.n_resamples, 'randomisation')} in each of which "
            "all places of the other moved on by the same number in each document, those beyond the end "
            f"going to the beginning ({seeded(result.seed)}); two-sided p-values are twice the smaller of "
            "(b + 1)/(m + 1), b of m randomisations having a mean at least as far out either way.",
            f"{RATES['bh'][0].upper()}{RATES['bh'][1:]} over those tested.",
        )
    return Description(
        (
            f"Of {many(len(result.first), 'ordered pair')} of {node_count(result.nodes)}"
            f"{along(level, result.rollup)}, how far it is from each place of the one to the nearest of "
            f"the other in the same document was measured: how many {far}. Documents without the other "
            "were left out.",
            "" if result.unit == "character" else f"A unit was {cut_unit(result.unit)}.",
            f"Means have {per_cent(result.bounds.confidence)} intervals "
            f"({interval_method(result.bounds, 'document')}).",
            left_out(result.bounds.reason, "interval"),
            *beside,
            material(result.state),
            unresolved(result.state),
        ),
        [
            *interval_references("jackknife"),
            *(
                [LOTWICK_1982, PHIPSON_SMYTH_2010, RATES_REFERENCE["bh"]]
                if result.n_resamples
                else []
            ),
        ],
        drawn_by(result.n_resamples),
    )


@describe.register
def _portraits(result: Portraits) -> Description:
    whose = "" if result.by is None else f", within {each_group(result.state, result.by)}"
    return Description(
        (
            f"Each of {many(len(result.documents), 'document')} was cut into "
            f"{many(result.parts, 'part')} of one length, and the share of the text of each part that "
            f"segments of each of {node_count(result.nodes)}{along(result.level, result.rollup)} cover was "
            "measured, overlapping segments being one stretch.",
            f"Means are over documents{whose}, whatever their length, with {per_cent(result.confidence)} "
            "intervals by whole documents (delete-one jackknife, Student's t).",
            material(result.state),
            unresolved(result.state),
        ),
        interval_references("jackknife"),
    )
