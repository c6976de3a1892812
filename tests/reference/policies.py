"""Counting by any policy over everything at once, with Python sets: slow and obvious."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from qualcode.model.coding.assignments import Assignment
from qualcode.model.state import State
from qualcode.model.texts.documents import Value

__all__ = ["base", "columns", "count", "unweighted"]


def things(each: Assignment, policy: str) -> set[object]:
    """Return what an assignment adds to the set that is counted."""
    document, start, end, coder = each.place
    held: dict[str, set[object]] = {
        "assignments": {(document, start, end, coder, each.code.id)},
        "segments": {(document, start, end)},
        "documents": {document},
        "cases": {*each.segment.document.cases},
        "characters": {(document, at) for at in range(start, end)},
        "coders": {coder},
        # The policies of the tests' own.
        "readings": {(document, coder)},
        "initials": {document[0]},
    }
    return held[policy]


def count(rows: Iterable[Assignment], codes: set[str], policy: str) -> float:
    """Return the count of a node that holds some codes."""
    mine = [each for each in rows if each.code.id in codes]
    if policy != "weight":
        return len(set().union(*(things(each, policy) for each in mine)))
    greatest: dict[object, float] = {}
    for each in mine:
        if each.weight is not None:
            key = each.place[:3]
            greatest[key] = max(greatest.get(key, each.weight), each.weight)
    return float(sum(map(Fraction, greatest.values())))


def unweighted(rows: Iterable[Assignment]) -> int:
    """Return how many segments have no weight."""
    listed = list(rows)
    having = {each.place[:3] for each in listed if each.weight is not None}
    return len({each.place[:3] for each in listed} - having)


def base(state: State, policy: str) -> int | None:
    """Return how many there are, coded or not; None where only what is coded can be counted."""
    held: dict[str, int] = {
        "documents": len(state.documents),
        "cases": len(state.cases),
        "characters": sum(len(each.text) for each in state.documents.values()),
        "initials": len({id[0] for id in state.documents}),
    }
    return held.get(policy)


def values_of(state: State, document: str, variable: str) -> set[Value | None]:
    """Return a document's own value, or else those of its cases; None where it has none."""
    own = state.documents[document]
    if variable in own.variables:
        return {own.variables[variable]}
    cases = [state.cases[case] for case in own.cases]
    return {case.variables[variable] for case in cases if variable in case.variables} or {None}


def columns(
    state: State, variable: str, codes: set[str], policy: str
) -> Mapping[Value | None, float]:
    """Return the count of a node within each value of a variable, None standing for no value."""
    rows = list(state.assignments)
    values = {id: values_of(state, id, variable) for id in state.documents}
    of_cases = any(variable in case.variables for case in state.cases.values())
    found: dict[Value | None, float] = {}
    for value in set().union(*values.values()):
        inside = [each for each in rows if value in values[each.segment.document.id]]
        if policy == "cases" and of_cases:
            carrying: set[str] = set()
            for each in inside:
                if each.code.id in codes:
                    carrying |= {
                        case
                        for case in each.segment.document.cases
                        if state.cases[case].variables.get(variable) == value
                    }
            found[value] = len(carrying)
        else:
            found[value] = count(inside, codes, policy)
    return found
