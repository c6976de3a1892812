"""Boundary similarity: how alike two segmentations of one text are, near misses counting half.

Two coders who put a boundary one place apart disagree less than two of whom one put none. The
boundary edit distance tells the two apart: it turns one segmentation into the other by moving a
boundary over a short way (a transposition), changing its type, or adding one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence, Set
from itertools import permutations
from numbers import Real
from typing import TypeAlias

import attrs

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import registry
from qualcode.stats.agreement.registry import measure
from qualcode.stats.agreement.result import AgreementResult

__all__ = ["Segmentation", "boundary_similarity"]

Segmentation: TypeAlias = Sequence[int] | Sequence[Set[Hashable]]
Boundaries: TypeAlias = list[set[Hashable]]


@attrs.frozen
class _Edits:
    """The cheapest edits found between two segmentations, and the boundaries both have."""

    matches: int
    additions: int
    substitutions: tuple[tuple[Hashable, Hashable], ...]
    moves: tuple[int, ...]


@measure(
    "Boundary similarity B",
    "1 - (additions + weighted substitutions + weighted moves) / (edits + matches)",
    registry.FOURNIER_2013,
    lowest=0.0,
    takes="text",
)
def boundary_similarity(a: Segmentation, b: Segmentation, *, max_move: int = 2) -> AgreementResult:
    """Return Fournier's boundary similarity of two segmentations of the same text.

    Parameters
    ----------
    a, b : sequence of int, or sequence of set
        The lengths of the segments in order, in whatever unit boundaries are counted (sentences,
        turns); or, where there are several types of boundary, one set of types for each place
        where there could be a boundary (one place fewer than there are units).
    max_move : int, default 2
        How many places a move may touch: 2 allows a boundary one place off. A move over `d` places
        costs d / max_move of an addition.

    Returns
    -------
    AgreementResult
        Undefined where neither segmentation has a boundary (segeval fails there); `n_units`
        is the number of places.

    Raises
    ------
    StatisticsError
        When the two are of different length.

    References
    ----------
    Fournier (2013), Evaluating text segmentation using boundary edit distance, ACL, P13-1167;
    as computed by segeval 2.0.

    Examples
    --------
    >>> boundary_similarity([2, 3, 6], [2, 2, 7]).value
    0.75
    >>> boundary_similarity([2, 3, 6], [5, 6]).value
    0.5
    """
    if max_move < 1:
        raise StatisticsError(f"max_move is {max_move!r}, but a move touches 1 place at least")
    first, second = _boundaries(a), _boundaries(b)
    if len(first) != len(second):
        raise StatisticsError(
            f"the segmentations are of different length ({len(first) + 1} and {len(second) + 1} "
            "units): both must segment the same text"
        )
    types = {boundary for place in (*first, *second) for boundary in place}
    edits = _edits(first, second, max_move)
    count = edits.additions + len(edits.substitutions) + len(edits.moves)
    cost = edits.additions + sum(edits.moves) / max_move
    cost += sum(_substitution_cost(pair, types) for pair in edits.substitutions)
    everything = count + edits.matches
    value = 1 - cost / everything if everything else None
    return AgreementResult(
        measure="boundary_similarity",
        value=value,
        observed=value,
        expected=None,
        n_units=len(first),
        n_coders=2,
        n_categories=len(types),
        reference=str(registry.FOURNIER_2013),
        reason=None if everything else "neither segmentation has a boundary to compare",
    )


def _boundaries(segmentation: Segmentation) -> Boundaries:
    parts = list(segmentation)
    if all(isinstance(part, (set, frozenset)) for part in parts):
        return [set(part) for part in parts if isinstance(part, (set, frozenset))]
    lengths = [part for part in parts if isinstance(part, int)]
    if len(lengths) < len(parts) or any(length < 1 for length in lengths):
        raise StatisticsError(
            f"the segmentation {parts[:8]!r} must be the lengths of its segments, whole numbers "
            "from 1, or one set of boundary types for each place"
        )
    places: Boundaries = []
    for length in lengths:
        places += [set() for _ in range(length - 1)] + [{1}]
    # The end of the last segment is the end of the text, not a boundary.
    return places[:-1]


def _edits(first: Boundaries, second: Boundaries, max_move: int) -> _Edits:
    matches = sum(len(a & b) for a, b in zip(first, second, strict=True))
    only_a = [a - b for a, b in zip(first, second, strict=True)]
    only_b = [b - a for a, b in zip(first, second, strict=True)]
    moves = tuple(_moves(only_a, only_b, max_move))
    substitutions: list[tuple[Hashable, Hashable]] = []
    additions = 0
    types = {boundary for place in (*first, *second) for boundary in place}
    for left, right in zip(only_a, only_b, strict=True):
        substitutions += _cheapest_pairs(left, right, types)
        additions += abs(len(left) - len(right))
    return _Edits(matches, additions, tuple(substitutions), moves)


def _moves(only_a: Boundaries, only_b: Boundaries, max_move: int) -> Iterable[int]:
    """Yield how far boundaries can be moved onto each other, and take them out, nearest first.

    A boundary that is substituted at both places stays: two substitutions are not undone for a
    move. The number of substitutions at a place changes as boundaries are taken out.
    """
    for distance in range(1, max_move):
        for i in range(len(only_a) - distance):
            j = i + distance
            for start, end in ((only_a, only_b), (only_b, only_a)):
                for boundary in sorted(start[i] & end[j], key=str):
                    if (only_a[i] and only_b[i]) and (only_a[j] and only_b[j]):
                        continue
                    start[i].discard(boundary)
                    end[j].discard(boundary)
                    yield distance


def _cheapest_pairs(
    left: Set[Hashable], right: Set[Hashable], types: Set[Hashable]
) -> list[tuple[Hashable, Hashable]]:
    """Pair as many boundaries of two sets as possible, at the least cost."""
    few, many = sorted((left, right), key=len)
    pairings = (
        list(zip(sorted(few, key=str), chosen, strict=True))
        for chosen in permutations(sorted(many, key=str), len(few))
    )
    return min(pairings, key=lambda pairs: sum(_substitution_cost(pair, types) for pair in pairs))


def _substitution_cost(pair: tuple[Hashable, Hashable], types: Set[Hashable]) -> float:
    """Return the cost of changing a type: by distance where types are numbers, else 1."""
    numbers = [boundary for boundary in types if isinstance(boundary, Real)]
    one, other = pair
    if len(numbers) < len(types) or not (isinstance(one, Real) and isinstance(other, Real)):
        return 1.0
    reach = float(max(numbers)) - float(min(numbers)) + 1
    return abs(float(one) - float(other)) / reach
