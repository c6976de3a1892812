"""The framework matrices of a report: what people wrote of cases, theme by theme."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.model.codebooks.hierarchy import LEVELS
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.report.page.choosing import value_label
from qualcode.stats.counting.framework import Framework, framework, values_of

__all__ = ["case_values", "frameworks_of"]


def case_values(state: State, variables: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return the values of each case, by its id and the variable, as the filter of a report has them.

    Parameters
    ----------
    state : State
        What is reported.
    variables : sequence of str
        The variables that the report can be filtered by.
    """
    return {
        case.id: {
            name: [value_label(value) for value in held]
            for name in variables
            if (held := values_of(state, case, name))
        }
        for case in state.cases.values()
    }


def frameworks_of(state: State, rollups: Sequence[Rollup]) -> tuple[Framework, ...]:
    """Return the matrices that have a summary: of the rollups reported, and of codes.

    Parameters
    ----------
    state : State
        What is reported.
    rollups : sequence of Rollup
        Which rollups are.
    """
    written = {(each.level, each.rollup) for each in state.summaries}
    found = [
        framework(state, rollup, level=level)
        for rollup in rollups
        for level in LEVELS
        if (level, rollup.id) in written
    ]
    if ("code", "") in written:
        found.append(framework(state, level="code"))
    return tuple(each for each in found if each.written)
