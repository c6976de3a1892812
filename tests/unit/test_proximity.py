"""Proximity: how far codes lie from each other, and chance that keeps the documents."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats import TextPlaces, nearest

Spans = list[tuple[int, int, int]]


def slowly(
    spans: Spans, size: int, moved: int, *, in_characters: bool
) -> dict[tuple[int, int], int]:
    """Add up the distances pair by pair, as they are defined."""
    found: dict[tuple[int, int], int] = {}
    nodes = {node for _, _, node in spans}
    for a, b in product(nodes, nodes):
        points = {
            (at + moved) % size
            for start, end, node in spans
            if node == b
            for at in range(start, end)
        }
        total = 0
        for start, end, node in spans:
            if node != a:
                continue
            if in_characters:
                gaps = (
                    0 if start <= at < end else start - at - 1 if at < start else at - end
                    for at in points
                )  # fmt: skip
            else:
                gaps = (abs(start - at) for at in points)
            total += min(gaps)
        found[a, b] = total
    return found


placed = st.integers(1, 14).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(
            st.tuples(st.integers(0, size - 1), st.integers(1, 4), st.integers(0, 2)),
            min_size=1, max_size=7,
        ),
    )
)  # fmt: skip


@given(placed, st.booleans())
@settings(max_examples=80)
def test_distances_are_those_of_the_definition(
    drawn: tuple[int, list[tuple[int, int, int]]], in_characters: bool
) -> None:
    size, given_spans = drawn
    spans = sorted(
        {
            (start, min(start + n, size) if in_characters else start + 1, node)
            for start, n, node in given_spans
        },
        key=lambda span: (span[2], span),
    )
    start, end, node = np.array(spans, dtype=np.int64).T
    places = TextPlaces(start, end, node, size, in_characters)
    rotations = np.arange(size)
    for b, others, sums in nearest(places, rotations):
        for moved in range(size):
            right = slowly(spans, size, moved, in_characters=in_characters)
            assert sums[moved].tolist() == [right[a, b] for a in others.tolist()]


def study(lines: dict[str, list[str]]) -> qc.Project:
    codes = [qc.Code(each) for each in "abc"]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    for id, said in lines.items():
        project.add_document("\n".join("words" for _ in said), id=id)
        for at, each in enumerate(said):
            for code in each:
                project.assign((id, 6 * at, 6 * at + 5), code)
    return project


def test_means_are_of_documents_that_have_both() -> None:
    project = study({"d": ["a", "", "b", "a"], "e": ["a", "a", ""], "f": ["ab", "", "", "b"]})
    frame = project.proximity("line", n_resamples=0).to_frame().set_index(["a", "b"])
    assert frame.loc[("a", "b"), ["distance", "count", "documents"]].tolist() == [1, 3, 2]
    assert frame.loc[("b", "a"), ["distance", "count"]].tolist() == [pytest.approx(4 / 3), 3]
    assert frame["p"].isna().all()
    by_text = project.proximity("character", n_resamples=0).to_frame().set_index(["a", "b"])
    # One line break between lines that follow each other, seven characters where a line lies between.
    assert by_text.loc[("a", "b"), "distance"] == pytest.approx((7 + 1 + 0) / 3)
    assert project.proximity("line", codes=["a", "b"], n_resamples=0).matrix().shape == (2, 2)


def test_what_is_always_side_by_side_is_nearer_than_chance() -> None:
    rng = np.random.default_rng(2)
    lines = {}
    for at in range(6):
        said = ["" for _ in range(30)]
        for place in rng.choice(np.arange(0, 28, 4), 3, replace=False).tolist():
            said[place], said[place + 1] = "a", "b"
        said[int(rng.integers(30))] += "c"
        lines[f"d{at}"] = said
    project = study(lines)
    found = project.proximity("line", random_state=1)
    frame = found.to_frame().set_index(["a", "b"])
    assert frame.loc[("a", "b"), "distance"] == 1
    assert frame.loc[("a", "b"), "q"] < 0.05 < frame.loc[("a", "c"), "p"]
    assert frame.loc[("a", "b"), "z"] < -2
    assert found.recipe is not None
    assert found.recipe.run(project) == found
    told = qc.report.methods(found)
    assert "2,000 randomisations in each of which all places of the other moved on" in told
    assert "Lotwick" in told


def test_chance_is_the_mean_over_all_rotations() -> None:
    project = study({"d": ["a", "", "b", "a", "c"]})
    found = project.proximity("line", n_resamples=4000, random_state=3)
    spans = [(0, 1, 0), (3, 4, 0), (2, 3, 1), (4, 5, 2)]
    right = {
        pair: np.mean([slowly(spans, 5, r, in_characters=False)[pair] for r in range(5)])
        for pair in product(range(3), repeat=2)
    }
    for a, b, mean, n in zip(found.first, found.second, found.expected, found.count, strict=True):
        assert mean * n == pytest.approx(right[int(a), int(b)], rel=0.03)


def test_what_has_no_distance_is_refused() -> None:
    project = study({"d": ["a"], "e": ["b"]})
    with pytest.raises(StatisticsError, match="no two codes are in one document"):
        project.proximity("line")
    with pytest.raises(
        NotFoundError, match=r"nothing carries 'd'; codes that anything carries are a, b"
    ):
        project.proximity("line", codes=["a", "d"])
    with pytest.raises(StatisticsError, match="units must follow each other"):
        project.proximity("document")
    both = study({"d": ["ab"]})
    with pytest.raises(StatisticsError, match="too many to hold"):
        both.proximity("line", n_resamples=10**8)
    with pytest.raises(NotFoundError, match="no column 'mean'"):
        both.proximity("line", n_resamples=0).matrix("mean")
    # One line has one rotation, so that nothing is random.
    assert both.proximity("line", random_state=1).to_frame()["p"].isna().all()
