"""What a report shows unless it is told: which rollups, which variables, and how they are called."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Document, Value
from qualcode.stats.arguments import check_list
from qualcode.stats.counting.rollup import RollupResult
from qualcode.stats.counting.units import Unit
from qualcode.stats.counting.variable_values import own_values

__all__ = ["FEW", "chosen_rollups", "few_valued", "is_unused", "unit_name", "value_label"]

FEW = 12
"""Variables with more values than this are not compared unless they are asked for."""

_UNITS = {
    "segment": "segments",
    "document": "documents",
    "case": "cases",
    "sentence": "sentences",
    "paragraph": "paragraphs",
    "line": "lines",
    "turn": "turns",
}


def chosen_rollups(
    state: State, rollups: Iterable[str | Rollup] | None = None
) -> tuple[Rollup, ...]:
    """Return the rollups asked for; all of the codebook's, or else the code tree, when none are."""
    if rollups is None:
        rollups = tuple(state.codebook.rollups.values()) or (Rollup.by_tree(),)
    elif isinstance(rollups, str | Rollup):
        rollups = (rollups,)
    else:
        rollups = check_list(rollups, what="rollups", of="ids of rollups")
    return tuple(state.find_rollup(each) for each in rollups)


def few_valued(state: State, most: int = FEW) -> tuple[str, ...]:
    """Return the variables of documents, or of their cases, with few enough values to compare."""
    used = {case for document in state.documents.values() for case in document.cases}
    holders: list[Document | Case] = [
        *state.documents.values(),
        *(state.cases[id] for id in state.cases if id in used),
    ]
    values: dict[str, set[Value]] = {}
    for each in holders:
        for name in each.variables:
            values.setdefault(name, set()).update(own_values(each, name))
    return tuple(name for name, found in sorted(values.items()) if 0 < len(found) <= most)


def is_unused(result: RollupResult, code: str) -> bool:
    """Tell whether a code could be assigned, but nothing carries it."""
    record = result.state.codebook.codes[code]
    return record.codable and record.is_live and not result.of(code, "code")


def value_label(value: object) -> str:
    """Return how a variable's value is written for people; groups of a script can be anything."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def unit_name(unit: Unit) -> str:
    """Return what the units of counting are called, in the plural."""
    return _UNITS.get(unit, "units") if isinstance(unit, str) else "units"
