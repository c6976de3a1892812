"""Boundary similarity: near misses count half, and order does not matter."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import boundary_similarity


@st.composite
def masses(draw: st.DrawFn, length: int = 15) -> list[int]:
    cuts = sorted(draw(st.sets(st.integers(1, length - 1), min_size=1)) | {0, length})
    return [end - start for start, end in pairwise(cuts)]


@given(masses(), masses(), st.integers(1, 4))
def test_it_is_symmetric_and_a_share(a: list[int], b: list[int], reach: int) -> None:
    one = boundary_similarity(a, b, max_move=reach).value
    other = boundary_similarity(b, a, max_move=reach).value
    assert one == other
    assert one is not None
    assert 0 <= one <= 1


@given(masses())
def test_a_segmentation_is_like_itself(a: list[int]) -> None:
    assert boundary_similarity(a, a).value == 1.0


@given(masses())
def test_reading_backwards_keeps_matches(a: list[int]) -> None:
    assert boundary_similarity(a[::-1], a[::-1]).value == 1.0


@pytest.mark.parametrize(
    ("a", "b", "max_move", "value"),
    [
        ([2, 3, 6], [3, 2, 6], 1, 1 / 3),  # no moves: one match of three
        ([2, 3, 6], [3, 2, 6], 2, 0.75),  # one move of one place costs a half
        ([2, 3, 6], [4, 1, 6], 2, 1 / 3),  # two places away is too far
        ([2, 3, 6], [4, 1, 6], 3, 1 - (2 / 3) / 2),
    ],
)
def test_moves_cost_by_their_reach(a: Any, b: Any, max_move: int, value: float) -> None:
    assert boundary_similarity(a, b, max_move=max_move).value == pytest.approx(value)


def test_types_that_are_not_numbers_are_simply_different() -> None:
    scene, chapter = frozenset({"scene"}), frozenset({"chapter"})
    assert boundary_similarity([scene, frozenset()], [chapter, frozenset()]).value == 0.0
    assert boundary_similarity([scene | chapter], [chapter]).value == 0.5


def test_the_cheapest_substitution_is_chosen() -> None:
    # 1 becomes 2 at a cost of 1/3; 3 is added.
    assert boundary_similarity([{1, 3}], [{2}]).value == pytest.approx(1 - (1 / 3 + 1) / 2)


def test_without_boundaries_there_is_nothing_to_compare() -> None:
    result = boundary_similarity([11], [11])
    assert (result.value, result.reason) == (None, "neither segmentation has a boundary to compare")


@pytest.mark.parametrize(
    ("a", "b", "options", "message"),
    [
        ([2, 3], [2, 4], {}, "different length"),
        ([2, 0], [2], {}, "whole numbers from 1"),
        ([2.5, 1], [2], {}, "whole numbers from 1"),
        ([2, 3], [5], {"max_move": 0}, "max_move"),
    ],
)
def test_impossible_segmentations_are_refused(
    a: Any, b: Any, options: dict[str, int], message: str
) -> None:
    with pytest.raises(StatisticsError, match=message):
        boundary_similarity(a, b, **options)
