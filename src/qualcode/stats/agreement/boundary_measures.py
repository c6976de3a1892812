"""Boundary similarity: how alike segmentations of one text are, near misses counting half.

Two coders who put a boundary one place apart disagree less than two of whom one put none. The
boundary edit distance tells the two apart: it turns one segmentation into the other by moving a
boundary over a short way (a transposition), changing its type, or adding one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from itertools import combinations, permutations
from numbers import Real
from typing import TypeAlias, Unpack

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import plain_scalar, shown
from qualcode.stats.agreement.agreement_intervals import IntervalOptions, Settings, by_document
from qualcode.stats.agreement.estimating import estimate_of_texts
from qualcode.stats.agreement.measure_kernel import Estimates
from qualcode.stats.agreement.measure_registry import Reference, measure
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.unit_sums import divide
from qualcode.stats.arguments import MOST, check_count, check_list

__all__ = ["Segmentation", "boundary_agreement", "boundary_similarity"]

Segmentation: TypeAlias = Sequence[int] | Sequence[Set[Hashable]]
"""How long the parts are into which a coder cut a text."""
Boundaries: TypeAlias = list[set[Hashable]]


@measure(
    "Boundary similarity B",
    "1 - (additions + weighted substitutions + weighted moves) / (edits + matches)",
    Reference(
        "Fournier (2013)",
        "Evaluating text segmentation using boundary edit distance, ACL, P13-1167",
    ),
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
    parts = [check_list(each, what=what, of="lengths") for each, what in ((a, "a"), (b, "b"))]
    return boundary_agreement([parts], max_move=max_move)


def boundary_agreement(
    texts: Sequence[Mapping[str, Segmentation | None] | Sequence[Segmentation | None]],
    *,
    max_move: int = 2,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the boundary similarity of several coders on several texts.

    The edits and the matches of all pairs of coders and all texts are added up before one is divided
    by the other, so that each boundary counts alike, whichever text it is in.

    Parameters
    ----------
    texts : sequence of mapping or of sequence
        For each text, the segmentation by each coder, as `boundary_similarity` takes it; None, or no
        entry, for a coder who did not segment the text.
    max_move : int, default 2
        As for `boundary_similarity`.
    **options
        An interval, see `IntervalOptions`. The clusters are the texts, so ``clusters`` is not to be
        given; with two texts or more there is a jackknife by default.

    Returns
    -------
    AgreementResult
        `n_units` is the number of places in texts that two coders segmented.

    Raises
    ------
    StatisticsError
        When segmentations of one text are of different length.

    Examples
    --------
    >>> texts = [{"Ann": [2, 3, 6], "Ben": [2, 2, 7]}, {"Ann": [4, 4], "Ben": [8]}]
    >>> result = boundary_agreement(texts)
    >>> result.value, result.interval.n_clusters
    (0.5, 2)
    """
    max_move = check_count(max_move, what="max_move", least=1)
    documents = [
        read_boundaries(text) for text in check_list(texts, what="texts", of="segmentations")
    ]
    settings = Settings.read(by_document(options, np.arange(len(documents)), len(documents)))
    sums = np.zeros((len(documents), _Similarity.width))
    for row, document in zip(sums, documents, strict=True):
        row[:] = _document_sums(list(document.values()), max_move)
    reason = None if sums[:, 3].any() else "no segmentation has a boundary to compare"
    if not any(len(document) > 1 for document in documents):
        reason = "no text was segmented by two coders"
    return estimate_of_texts(
        "boundary_similarity",
        _Similarity(),
        sums,
        settings,
        n_coders=len({coder for document in documents for coder in document}),
        n_categories=len({type_ for each in documents for type_ in _types(*each.values())}),
        reason=reason,
        weighting=_moving(max_move),
    )


def _moving(max_move: int) -> str:
    """Return in words what a near miss is."""
    if max_move == 1:
        return "no boundary counting as moved"
    reach = f"{max_move - 1} place" + ("s" if max_move > 2 else "")
    return f"a boundary up to {reach} off counting as moved"


@attrs.frozen
class _Similarity:
    """Boundary similarity on rows of sums over texts.

    A row has: whether two coders segmented the text; the places where there could be a boundary;
    the cost of the edits; and the number of edits and matches. The last three are over pairs of
    coders, but for the places.
    """

    width = 4

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""
        return sums[..., 0]

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""
        value: FloatArray = 1 - divide(sums[..., 2], sums[..., 3])
        return Estimates(value, value, np.full_like(value, np.nan))


@attrs.frozen
class _Edits:
    """The cheapest edits found between two segmentations, and the boundaries both have."""

    matches: int
    additions: int
    substitutions: tuple[tuple[Hashable, Hashable], ...]
    moves: tuple[int, ...]


def read_boundaries(
    text: Mapping[str, Segmentation | None] | Sequence[Segmentation | None],
) -> dict[Hashable, Boundaries]:
    """Return the boundaries by each coder who segmented a text.

    Parameters
    ----------
    text : mapping or sequence
        One of the texts that `boundary_agreement` takes.

    Raises
    ------
    StatisticsError
        When the segmentations are of different length.
    """
    items: Iterable[tuple[Hashable, Segmentation | None]]
    items = (
        text.items()
        if isinstance(text, Mapping)
        else enumerate(check_list(text, what="texts: each", of="segmentations"))
    )
    found: dict[Hashable, Boundaries] = {
        coder: _boundaries(given) for coder, given in items if given is not None
    }
    lengths = sorted({len(each) + 1 for each in found.values()})
    if len(lengths) > 1:
        raise StatisticsError(
            f"the segmentations are of different length ({' and '.join(map(str, lengths))} units): "
            "all must segment the same text"
        )
    return found


def _document_sums(segmentations: Sequence[Boundaries], max_move: int) -> FloatArray:
    """Return the sums of one text, as `_Similarity` takes them; nothing without two coders."""
    if len(segmentations) < 2:
        return np.zeros(_Similarity.width)
    cost = everything = 0.0
    for first, second in combinations(segmentations, 2):
        edits, types = _edits(first, second, max_move), _types(first, second)
        cost += edits.additions + sum(edits.moves) / max_move
        cost += sum(_substitution_cost(pair, types) for pair in edits.substitutions)
        everything += edits.additions + len(edits.substitutions) + len(edits.moves) + edits.matches
    return np.array([1.0, len(segmentations[0]), cost, everything])


def _types(*segmentations: Boundaries) -> set[Hashable]:
    return {boundary for each in segmentations for place in each for boundary in place}


def _boundaries(segmentation: Segmentation) -> Boundaries:
    parts = list(check_list(segmentation, what="a segmentation", of="lengths"))
    if all(isinstance(part, (set, frozenset)) for part in parts):
        return [set(part) for part in parts if isinstance(part, (set, frozenset))]
    lengths = [part for part in map(plain_scalar, parts) if isinstance(part, int) and part < MOST]
    if len(lengths) < len(parts) or any(length < 1 for length in lengths):
        raise StatisticsError(
            f"the segmentation {shown(parts[:8])} must be the lengths of its segments, whole numbers "
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
    types = _types(first, second)
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
