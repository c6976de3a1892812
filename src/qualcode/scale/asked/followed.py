"""Sequences of a table of assignments: what follows what is counted where the table is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import LEVELS, Membership
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.results import Material
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.listed import Reads
from qualcode.scale.steps.countings import is_cut
from qualcode.stats.arguments import check_one_of
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.counting.partials import Partial, merged
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.order.text_order import check_ordered, coded_lines
from qualcode.stats.order.transition_table import (
    Lag,
    TransitionTable,
    Uncoded,
    lag_range,
    transition_fields,
    transition_partial,
    without_uncoded,
)

__all__ = ["Followed", "TableSequences", "sequences"]


@attrs.frozen(eq=False)
class Followed:
    """How often one node comes a number of units after another.

    Parameters
    ----------
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    unit : str, regular expression or callable
        What follows what.
    lag : int, or pair of int
        How many units later.
    uncoded : {"keep", "skip"}
        Whether a unit that carries none of the nodes is a step.
    """

    membership: Membership
    unit: Unit
    lag: Lag
    uncoded: Uncoded

    @property
    def reads(self) -> Reads:
        """Texts, where they are cut into units."""
        return "texts" if is_cut(self.unit) else "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        lines = coded_lines(coded, self.membership, self.unit)
        if self.uncoded == "skip":
            lines = without_uncoded(lines)
        return transition_partial(coded.ids, lines, self.lag)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> Partial:
        """Return it as it is: what follows from it is told of the nodes that are carried."""
        return partial


@attrs.frozen(eq=False)
class TableSequences(TransitionTable):
    """How often one node of a table of assignments comes a number of units after another.

    Its fields are those of `qualcode.stats.TransitionTable`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)


@question(called="function", named=ASKED)
def sequences(
    table: Any,
    codebook: Codebook,
    *,
    unit: Unit = "turn",
    lag: Lag = 1,
    level: str = "code",
    rollup: str | Rollup | None = None,
    uncoded: Uncoded = "keep",
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableSequences:
    """Count what comes after what in a table of assignments, and compare it with a random order.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`. Units that are cut from texts need documents with their text;
        ``"segment"``, which follow each other as they begin, do not.
    unit, lag, level, rollup, uncoded
        As for `Project.sequences`.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Raises
    ------
    StatisticsError
        For units that follow nothing, and for a lag below 1 or a range that ends before it begins.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("partnership-interviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.sequences(rows, project.codebook, unit="segment")
    >>> bool((found.counts == project.sequences(unit="segment").counts).all())
    True
    """
    lag_range(lag)
    check_one_of(uncoded, ("keep", "skip"), what="uncoded")
    check_one_of(level, LEVELS, what="level")
    unit = check_ordered(unit)
    asked = Asked(table, codebook, coders, engine, repartition, where)
    asked.check_unit(unit)
    nodes, membership = of_level(hierarchy := asked.along(rollup), level)
    counted, material = asked.count(Followed(membership, unit, lag, uncoded))
    found = transition_fields(
        counted, nodes, unit=unit_name(unit), lag=lag, uncoded=uncoded, rollup=hierarchy.rollup
    )
    return TableSequences(**found, counted=material)
