"""Counting with Python sets: slow, obvious, and what the kernels are compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.int64]
Row = tuple[int, int]  # unit, code
Segment = tuple[int, int, int, int]  # document, start, end, code


def units_of_codes(rows: Iterable[Row], n_codes: int) -> list[set[int]]:
    units: list[set[int]] = [set() for _ in range(n_codes)]
    for unit, code in rows:
        units[code].add(unit)
    return units


def units_of_nodes(rows: Iterable[Row], membership: NDArray[np.bool_]) -> list[set[int]]:
    n_codes, n_nodes = membership.shape
    units = units_of_codes(rows, n_codes)
    return [
        set().union(*(units[code] for code in range(n_codes) if membership[code, node]))
        for node in range(n_nodes)
    ]


def _intersections(sets: Sequence[set[int]]) -> Matrix:
    counts = [[len(one & other) for other in sets] for one in sets]
    return np.array(counts, dtype=np.int64).reshape(len(sets), len(sets))


def pair_counts(rows: Iterable[Row], n_codes: int) -> Matrix:
    return _intersections(units_of_codes(rows, n_codes))


def node_counts(rows: Iterable[Row], membership: NDArray[np.bool_]) -> Matrix:
    return np.array([len(units) for units in units_of_nodes(rows, membership)], dtype=np.int64)


def node_pair_counts(rows: Iterable[Row], membership: NDArray[np.bool_]) -> Matrix:
    return _intersections(units_of_nodes(rows, membership))


def crosstab(
    rows: Iterable[Row],
    membership: NDArray[np.bool_],
    group_of_unit: dict[int, int],
    n_groups: int,
) -> Matrix:
    counts = np.zeros((membership.shape[1], n_groups), dtype=np.int64)
    for node, units in enumerate(units_of_nodes(rows, membership)):
        for unit in units:
            counts[node, group_of_unit[unit]] += 1
    return counts


def covered_lengths(segments: Iterable[Segment], membership: NDArray[np.bool_]) -> Matrix:
    """Count the code points of each node one by one."""
    segments = list(segments)
    return np.array(
        [
            len(
                {
                    (document, point)
                    for document, start, end, code in segments
                    if membership[code, node]
                    for point in range(start, end)
                }
            )
            for node in range(membership.shape[1])
        ],
        dtype=np.int64,
    )


def meet(
    one: Segment,
    other: Segment,
    gap: int | None = None,
    min_overlap: int | float | None = None,
    inside: bool = False,
) -> bool:
    """Tell whether one segment meets another, code point by code point."""
    if one[0] != other[0]:
        return False
    points, others = set(range(one[1], one[2])), set(range(other[1], other[2]))
    if inside:
        return points <= others
    shared = len(points & others)
    if isinstance(min_overlap, float):
        return shared >= Fraction(str(min_overlap)) * min(len(points), len(others))
    if min_overlap is not None:
        return shared >= min_overlap
    if shared or gap is None:
        return shared > 0
    between = set(range(min(points | others), max(points | others))) - points - others
    return len(between) <= gap


def meetings(segments: Iterable[Segment], n_codes: int, **how: Any) -> tuple[Matrix, Matrix]:
    """Return what `near_pair_counts` and what `meeting_counts` should return."""
    near = np.zeros((n_codes, n_codes), dtype=np.int64)
    directed = np.zeros((n_codes, n_codes), dtype=np.int64)
    documents: dict[int, set[Segment]] = defaultdict(set)
    for segment in segments:
        documents[segment[0]].add(segment)
    for distinct in documents.values():
        of_code = [{s for s in distinct if s[3] == code} for code in range(n_codes)]
        for a in range(n_codes):
            for b in range(n_codes):
                pairs = {
                    (one, other)
                    for one in of_code[a]
                    for other in of_code[b]
                    if one == other or (a != b and meet(one, other, **how))
                }
                meeting, met = {one for one, _ in pairs}, {other for _, other in pairs}
                directed[a, b] += len(meeting)
                near[a, b] += min(len(meeting), len(met))
    return near, directed


def unit_incidence(
    units: Sequence[tuple[int, int, int]], rows: Sequence[tuple[int, int, int]]
) -> set[tuple[int, int]]:
    """Compare every unit with every row, code point by code point."""
    return {
        (u, r)
        for u, unit in enumerate(units)
        for r, row in enumerate(rows)
        if unit[0] == row[0] and set(range(unit[1], unit[2])) & set(range(row[1], row[2]))
    }


def node_weights(
    rows: Iterable[tuple[int, int, float | None]], membership: NDArray[np.bool_]
) -> list[float]:
    """Add up, node by node, the greatest weight of each unit on the codes of the node."""
    listed = list(rows)
    sums = []
    for node in range(membership.shape[1]):
        greatest: dict[int, float] = {}
        for unit, code, weight in listed:
            if membership[code, node] and weight is not None:
                greatest[unit] = max(greatest.get(unit, weight), weight)
        sums.append(sum(greatest.values()))
    return sums
