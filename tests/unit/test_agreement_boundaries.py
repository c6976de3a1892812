"""Boundary similarity: near misses count half, and order does not matter."""

from __future__ import annotations

from itertools import accumulate, combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import boundary_similarity
from qualcode.stats.agreement.boundary_measures import boundary_agreement


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
    assert (result.value, result.reason) == (None, "no segmentation has a boundary to compare")


texts = st.lists(st.lists(masses(), min_size=0, max_size=3), min_size=1, max_size=4)


@given(texts, st.integers(1, 3))
def test_several_texts_and_coders_are_pooled_over_pairs(given_: Any, reach: int) -> None:
    cost = everything = 0.0
    for text in given_:
        for a, b in combinations(text, 2):
            # A boundary is matched, moved or added, so that B and how many there are give the cost.
            both = boundary_similarity(a, b, max_move=reach)
            count = edits_and_matches(a, b, reach)
            assert both.value is not None
            cost += (1 - both.value) * count
            everything += count
    result = boundary_agreement(given_, max_move=reach)
    if everything:
        assert result.value == pytest.approx(1 - cost / everything)
    else:
        assert result.reason == "no text was segmented by two coders"
    assert result.n_units == 14 * sum(len(text) > 1 for text in given_)


def edits_and_matches(a: list[int], b: list[int], reach: int) -> int:
    """Count the boundaries of both; a match and a move are two of them."""
    first, second = (set(accumulate(each[:-1])) for each in (a, b))
    matches = len(first & second)
    left, right = sorted(first - second), sorted(second - first)
    moves = 0
    for distance in range(1, reach):
        for place in range(15):
            for one, other in ((left, right), (right, left)):
                if place in one and place + distance in other:
                    one.remove(place)
                    other.remove(place + distance)
                    moves += 1
    return matches + moves + len(left) + len(right)


def test_the_interval_leaves_out_one_text_at_a_time() -> None:
    texts = [{"Ann": [2, 3, 6], "Ben": [2, 2, 7]}, {"Ann": [4, 4], "Ben": [8]}, {"Ann": [3]}]
    result = boundary_agreement(texts)
    assert result.interval is not None
    without = [boundary_agreement([text]).value for text in texts[:2]]
    assert without == [0.75, 0.0]
    assert result.interval.standard_error == pytest.approx(0.375)
    assert result.interval.n_clusters == 2
    assert boundary_agreement(texts[:1]).interval is None
    drawn = boundary_agreement(texts, interval="bootstrap", n_resamples=40, random_state=1)
    assert drawn.interval is not None
    assert set(drawn.replicates.tolist()) == {0.0, 0.5, 0.75}  # type: ignore[union-attr]
    alone = boundary_agreement([{"Ann": [3, 1]}, {"Ben": [4]}])
    assert (alone.value, alone.reason) == (None, "no text was segmented by two coders")


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
