"""uα, |uα, cuα and (k)uα: equal to the slow oracle, place by place, and obeying their laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import agreement as oracle

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import krippendorff_alpha, unitizing_alpha

Segments = list[tuple[int, int, str]]
LENGTH = 12


@st.composite
def segmentations(draw: st.DrawFn) -> Segments:
    """Draw segments of one coder: cuts of the continuum, some of the pieces labelled."""
    cuts = sorted(draw(st.sets(st.integers(1, LENGTH - 1), max_size=4)) | {0, LENGTH})
    labels = [draw(st.sampled_from(["", "a", "b", "c"])) for _ in cuts[1:]]
    pieces = zip(cuts, cuts[1:], labels, strict=False)
    return [(start, end, label) for start, end, label in pieces if label]


def continua(coders: int) -> st.SearchStrategy[list[list[Segments]]]:
    return st.lists(
        st.lists(segmentations(), min_size=coders, max_size=coders), min_size=1, max_size=3
    )


@given(st.integers(2, 3).flatmap(continua))
def test_the_family_equals_the_oracle(documents: list[list[Segments]]) -> None:
    lengths = [LENGTH] * len(documents)
    found = unitizing_alpha(documents, lengths)
    expected = oracle.unitizing(documents, lengths)
    for result, value in (
        (found.u_alpha, expected["u"]),
        (found.binary_alpha, expected["|u"]),
        (found.cu_alpha, expected["cu"]),
    ):
        assert (result.value is None) == (value is None)
        if value is None:
            assert result.reason
        else:
            assert result.value == pytest.approx(value)


@given(
    st.integers(2, 3).flatmap(
        lambda m: st.lists(st.lists(st.sampled_from("abc"), min_size=5, max_size=5),
                           min_size=m, max_size=m)
    )
)  # fmt: skip
def test_units_of_length_one_without_gaps_are_alpha(coders: list[list[str]]) -> None:
    segments = [[(at, at + 1, label) for at, label in enumerate(coder)] for coder in coders]
    found, alpha = unitizing_alpha(segments, 5), krippendorff_alpha(coders)
    for result in (found.u_alpha, found.cu_alpha):
        assert (result.value is None) == (alpha.value is None)
        if alpha.value is not None:
            assert result.value == pytest.approx(alpha.value)
    for one, other in zip(found.cu_alpha.codes, alpha.codes, strict=True):
        assert one.code == other.code
        assert (one.value is None) == (other.value is None)
        if one.value is not None:
            assert one.value == pytest.approx(other.value)


@settings(max_examples=40)
@given(continua(3), st.permutations(range(3)), st.permutations("abc"))
def test_coders_documents_and_labels_may_change_places(
    documents: list[list[Segments]], coders: list[int], names: list[str]
) -> None:
    rename = dict(zip("abc", names, strict=True))
    changed = [
        [[(s, e, rename[label]) for s, e, label in document[coder]] for coder in coders]
        for document in reversed(documents)
    ]
    lengths = [LENGTH] * len(documents)
    one, other = unitizing_alpha(documents, lengths), unitizing_alpha(changed, lengths)
    for first, second in (
        (one.u_alpha, other.u_alpha),
        (one.binary_alpha, other.binary_alpha),
        (one.cu_alpha, other.cu_alpha),
    ):
        assert (first.value is None) == (second.value is None)
        if first.value is not None:
            assert first.value == pytest.approx(second.value)


@given(segmentations())
def test_a_coder_agrees_with_themselves(segments: Segments) -> None:
    found = unitizing_alpha([segments, segments], LENGTH)
    for result in (found.u_alpha, found.binary_alpha, found.cu_alpha):
        assert result.value == pytest.approx(1.0) or result.reason


def documents(n: int) -> list[dict[str, Segments]]:
    return [
        {
            "ann": [(0, 3 + i % 3, "a"), (6, 10, "b")],
            "ben": [(0, 4, "a"), (7, 9 + i % 2, "b" if i % 4 else "a")],
        }
        for i in range(n)
    ]


def test_several_documents_have_intervals_by_document() -> None:
    found = unitizing_alpha(documents(8), [12] * 8)
    for result in (found.u_alpha, found.binary_alpha, found.cu_alpha):
        assert result.interval is not None
        assert (result.interval.method, result.interval.n_clusters) == ("jackknife", 8)
        assert result.n_units == 8
    drawn = unitizing_alpha(documents(8), [12] * 8, interval="bootstrap", random_state=1)
    assert 0 <= drawn.u_alpha.probability_below(0.667) <= 1
    assert unitizing_alpha(documents(1)[0], 12).u_alpha.interval is None


def test_the_jackknife_leaves_out_a_document() -> None:
    found = unitizing_alpha(documents(6), [12] * 6).u_alpha
    values = []
    for left_out in range(6):
        rest = [document for i, document in enumerate(documents(6)) if i != left_out]
        values.append(float(unitizing_alpha(rest, [12] * 5).u_alpha))
    mean = sum(values) / 6
    assert found.se == pytest.approx((5 / 6 * sum((v - mean) ** 2 for v in values)) ** 0.5)


def test_a_coder_may_skip_documents() -> None:
    both, ann_only = documents(2)
    del ann_only["ben"]
    found = unitizing_alpha([both, ann_only], [12, 12])
    assert found.u_alpha.value == unitizing_alpha(both, 12).u_alpha.value
    assert found.u_alpha.n_units == 1
    none = unitizing_alpha([both, {"ann": [], "ben": None}], [12, 12])
    assert none.u_alpha.value == found.u_alpha.value


@pytest.mark.parametrize(
    ("continuum", "reason"),
    [
        ({}, "no continuum was coded by two coders"),
        ({"ann": [(0, 3, "a")]}, "no continuum was coded by two coders"),
        ({"ann": [], "ben": []}, "no coder coded anything"),
        ({"ann": [(0, 9, "a")], "ben": [(0, 9, "a")]}, "one piece"),
    ],
)
def test_what_cannot_be_told_from_chance_is_a_reason(continuum: Any, reason: str) -> None:
    found = unitizing_alpha(continuum, 9)
    assert found.u_alpha.value is None
    assert reason in str(found.u_alpha.reason)
    assert found.cu_alpha.value is None


def test_labels_that_never_meet_are_a_reason() -> None:
    found = unitizing_alpha({"ann": [(0, 3, "a")], "ben": [(5, 8, "b")]}, 9)
    assert found.cu_alpha.reason == "no text was coded by two coders"
    assert found.u_alpha.value is not None
    assert found.u_alpha.value < 0


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ([(3, 3, "a")], "empty or outside"),
        ([(-1, 3, "a")], "empty or outside"),
        ([(3, 13, "a")], "empty or outside"),
        ([(0, 5, "a"), (4, 6, "b")], "overlapping segments 'a' and 'b' at 4"),
    ],
)
def test_impossible_segments_are_refused(segments: Segments, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        unitizing_alpha({"ann": segments, "ben": []}, 12)


def test_wrong_options_are_refused() -> None:
    with pytest.raises(StatisticsError, match="2 lengths"):
        unitizing_alpha([{}], [1, 2])
    with pytest.raises(StatisticsError, match="give none"):
        unitizing_alpha(documents(2), [12, 12], clusters=[1, 2])
    with pytest.raises(StatisticsError, match="not known for text"):
        unitizing_alpha(documents(2), [12, 12], interval="analytic")


def test_results_are_frames() -> None:
    found = unitizing_alpha(documents(3), [12] * 3)
    assert list(found.to_frame()["measure"]) == [
        "unitizing_alpha.u_alpha",
        "unitizing_alpha.binary_alpha",
        "unitizing_alpha.cu_alpha",
    ]
    assert list(found.per_code["code"]) == ["a", "b"]
