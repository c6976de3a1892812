"""What desktop programs report: checked character by character."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    AgreementResult,
    atlasti_c_alpha,
    atlasti_cu_alpha,
    atlasti_holsti,
    cohen_kappa,
    krippendorff_alpha,
    maxqda_kappa,
    nvivo_kappa,
    nvivo_percent_agreement,
    percent_agreement,
)

LENGTH = 20
spans = st.lists(
    st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH)).filter(lambda s: s[0] < s[1]),
    max_size=3,
)


def characters(coded: list[tuple[int, int]]) -> list[bool]:
    return [any(start <= at < end for start, end in coded) for at in range(LENGTH)]


def same(one: AgreementResult, other: AgreementResult) -> None:
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert one.value == pytest.approx(other.value)
    else:
        assert one.reason


@given(spans, spans)
def test_nvivo_counts_characters(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    table = [characters(a), characters(b)]
    same(nvivo_percent_agreement(a, b, LENGTH), percent_agreement(table))
    same(nvivo_kappa(a, b, LENGTH), cohen_kappa(table))


@given(spans, spans)
def test_atlasti_binary_alpha_counts_characters(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    coders = [[(start, end, "x") for start, end in coder] for coder in (a, b)]
    same(atlasti_c_alpha(coders, LENGTH), krippendorff_alpha([characters(a), characters(b)]))


def test_atlasti_cu_alpha_counts_what_two_coders_labelled() -> None:
    ann, ben = [(0, 4, "a"), (6, 9, "b")], [(2, 6, "a"), (6, 8, "c")]
    labels = [[None] * 10, [None] * 10]
    for row, coder in zip(labels, (ann, ben), strict=True):
        for start, end, label in coder:
            row[start:end] = [label] * (end - start)  # type: ignore[list-item]
    same(atlasti_cu_alpha([ann, ben], 10), krippendorff_alpha(labels))
    with pytest.raises(StatisticsError, match="overlapping"):
        atlasti_cu_alpha([[(0, 4, "a"), (2, 6, "b")], ben], 10)


def test_atlasti_has_intervals_by_document() -> None:
    documents = [
        {"ann": [(0, 5, "a"), (5, 9, "b")], "ben": [(0, 4 + i, "a"), (6, 9, "b")]} for i in range(3)
    ]
    for measure in (atlasti_c_alpha, atlasti_cu_alpha):
        result = measure(documents, [10, 10, 10])
        assert result.interval is None or result.interval.n_clusters == 3
    drawn = atlasti_c_alpha(documents, [10] * 3, interval="bootstrap", random_state=1)
    assert drawn.interval is not None
    skipped = atlasti_c_alpha([*documents, {"ann": [(0, 5, "a")]}], [10] * 4)
    assert skipped.value == atlasti_c_alpha(documents, [10] * 3).value


def test_nothing_coded_is_a_reason() -> None:
    assert nvivo_percent_agreement([], [], 100).value == 1.0
    assert "nothing" in str(nvivo_kappa([], [], 100).reason)
    assert nvivo_percent_agreement([], [], 0).reason == "the document is empty"
    assert maxqda_kappa([], []).reason == "no coder coded a segment"
    assert atlasti_holsti([], []).reason == "no coder coded a segment"
    assert atlasti_c_alpha([[], []], 10).reason


ANN = [(0, 50, "trust"), (60, 90, "roles"), (100, 140, "aims")]
BEN = [(0, 48, "trust"), (60, 90, "aims"), (101, 140, "aims")]


def test_maxqda_matches_segments_of_either_coder() -> None:
    # Two pairs match, so four of six segments agree; chance is one in three.
    result = maxqda_kappa(ANN, BEN)
    assert (result.observed, result.n_units, result.n_categories) == (4 / 6, 6, 3)
    assert result.value == pytest.approx((4 / 6 - 1 / 3) / (1 - 1 / 3))
    assert maxqda_kappa(ANN, BEN, overlap=1.0).observed == 0.0


def test_maxqda_with_one_code_has_no_kappa() -> None:
    result = maxqda_kappa([(0, 9, "trust")], [(0, 9, "trust")])
    assert (result.value, result.observed) == (None, 1.0)
    assert "n_codes" in str(result.reason)


def test_holsti_is_the_same_share() -> None:
    assert atlasti_holsti(ANN, BEN, overlap=0.9).value == maxqda_kappa(ANN, BEN).observed


@pytest.mark.parametrize(
    "call",
    [
        lambda: nvivo_kappa([(5, 5)], [], 10),
        lambda: nvivo_percent_agreement([(5, 11)], [], 10),
        lambda: maxqda_kappa(ANN, BEN, n_codes=2),
        lambda: maxqda_kappa(ANN, BEN, overlap=0),
        lambda: atlasti_holsti(ANN, BEN, overlap=1.1),
        lambda: atlasti_c_alpha([ANN, BEN], 139),
    ],
)
def test_impossible_arguments_are_refused(call: Any) -> None:
    with pytest.raises(StatisticsError):
        call()
