"""What a counting function returns, and what there is to count."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.codebooks.hierarchy import Hierarchy
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.project.view import View
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.policies import POLICIES, DocumentThings, Policy, Units
from qualcode.stats.counting.rollup import RollupResult

__all__ = ["COUNTS", "TOTALS", "Counting", "Key", "is_known", "read_counts", "true_counts"]

COUNTS: tuple[str, ...] = tuple(name for name, policy in POLICIES.items() if policy.distinct)
"""The policies that the laws are about: those that count each thing of a union once."""
Counting = Callable[[View], Any]
"""Takes a project, returns a count for each node: what `check_rollup` documents."""
Key = tuple[str, str]
"""Level and id of a node."""
TOTALS: dict[str, Key] = {id: ("total", id) for id in ("rolled-up", "total")}
"""What may be counted besides nodes: all that rolls up to something, and everything coded."""


def read_counts(result: Any, hierarchy: Hierarchy, label: str) -> dict[Key, float]:
    """Return what a counting function returned as a number for each node of the levels it counts.

    Raises
    ------
    StatisticsError
        When it counts what is no node, or something that is no number.
    """
    given = dict(_given(result))
    nodes = {(node.level, node.id) for node in hierarchy.nodes}
    levels: dict[str, list[str]] = {}
    for node in hierarchy.nodes:
        levels.setdefault(node.id, []).append(node.level)
    # An id that several levels have stands for the highest of those that are counted at all.
    shared = {id for id in given if isinstance(id, str) and len(levels.get(id, ())) > 1}
    counted = {levels[id][0] for id in given if id in levels and id not in shared}
    counts: dict[Key, float] = {}
    for id, value in given.items():
        key = id
        if id in levels:
            key = next((each for each in levels[id] if each in counted), levels[id][0]), id
        elif id in TOTALS:
            key = TOTALS[id]
        if key not in nodes and key not in TOTALS.values():
            raise StatisticsError(
                f"{label} counts {id!r}, which is no domain, theme or code of rollup "
                f"{hierarchy.rollup.id!r}.{did_you_mean(str(id), levels)}"
            )
        counts[key] = _number(value, id, label)
    # What is left out of a level that is counted is counted 0, unless its id means another level.
    held = {level for level, _ in counts}
    for level, id in nodes:
        if level in held and id not in shared:
            counts.setdefault((level, id), 0)
    return counts


def _given(result: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(result, RollupResult):
        for node, number in zip(result.hierarchy.nodes, result.counts.tolist(), strict=True):
            yield (node.level, node.id), number
        yield TOTALS["rolled-up"], result.rolled_up
        yield TOTALS["total"], result.total
    elif hasattr(result, "columns"):
        for row in result.to_dict("records"):
            yield (row["level"], row["id"]) if "level" in row else row["id"], row["count"]
    else:
        yield from result.items()


def _number(value: Any, id: Any, label: str) -> float:
    if not isinstance(value, numbers.Real) or math.isnan(value):
        raise StatisticsError(f"{label} counts {value!r} for {id!r}, which is no number")
    return float(value)


def _things(view: View, policy: Policy) -> Iterator[tuple[str, Iterable[Any]]]:
    """Yield for each assignment its code, and what it adds to the set that is counted."""
    coded = Coded.of(view.state.counting(persons=policy.persons))
    rows = view.state.counting(persons=policy.persons).assignments
    unit: list[Any] = [None] * len(rows)
    if isinstance(policy, Units):
        unit = np.asarray(policy.unit(coded)).tolist()
    columns = (rows.document, rows.start, rows.end, rows.code, rows.coder)
    lists = (each.tolist() for each in columns)
    for document, start, end, code, coder, own in zip(*lists, unit, strict=True):
        things: dict[str, Iterable[Any]] = {
            "assignments": [(document, start, end, code, coder)],
            "segments": [(document, start, end)],
            "documents": [document],
            "cases": coded.documents[document].cases,
            "characters": ((document, at) for at in range(start, end)),
            "coders": [coder],
        }
        if isinstance(policy, DocumentThings):
            yield rows.codes[code], policy.of(coded.documents[document])
        else:
            yield rows.codes[code], things.get(policy.name, [(document, own)])


def is_known(policy: Policy) -> bool:
    """Tell whether `true_counts` knows what a policy counts."""
    return policy.name in COUNTS or isinstance(policy, Units | DocumentThings)


def true_counts(view: View, hierarchy: Hierarchy, policy: Policy) -> dict[Key, int]:
    """Return the size of the union that each node stands for, by plain sets."""
    held: dict[str, set[Any]] = {}
    for code, things in _things(view, policy):
        held.setdefault(code, set()).update(things)
    codes: dict[Key, Iterable[str]] = {
        (node.level, node.id): node.codes for node in hierarchy.nodes
    }
    top = [node.codes for node in hierarchy.level(hierarchy.top) if node.id != UNASSIGNED]
    codes[TOTALS["rolled-up"]] = frozenset().union(*top)
    codes[TOTALS["total"]] = held
    nothing: set[Any] = set()
    return {
        key: len(nothing.union(*(held.get(code, ()) for code in inside)))
        for key, inside in codes.items()
    }
