"""Coefficients of association against sets of units, and their laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import pairs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats import coefficients
from qualcode.stats.coefficients import COEFFICIENTS, coefficient
from qualcode.stats.pairs.association import association

UNITS = st.integers(0, 12)


@st.composite
def two_codes(draw: st.DrawFn) -> tuple[set[int], set[int], int]:
    n = draw(UNITS)
    units = st.sets(st.integers(0, max(0, n - 1)), max_size=n)
    return draw(units), draw(units), n


@given(two_codes())
def test_every_coefficient_equals_its_textbook_formula(
    codes: tuple[set[int], set[int], int],
) -> None:
    first, second, n = codes
    found = association(len(first & second), len(first), len(second), n)
    for name, value in pairs.coefficients(first, second, n).items():
        if value is None:
            assert math.isnan(found.value(name)), name
            assert found.reason(name)[()], name
        else:
            assert float(found.value(name)) == pytest.approx(value, abs=1e-9), name
            assert found.reason(name)[()] == "", name


@given(two_codes())
def test_laws(codes: tuple[set[int], set[int], int]) -> None:
    first, second, n = codes
    both = len(first & second)
    one = association(both, len(first), len(second), n)
    other = association(both, len(second), len(first), n)
    for name, each in COEFFICIENTS.items():
        value = float(one.value(name))
        assert value == pytest.approx(float(other.value(name)), nan_ok=True), "symmetric"
        if not math.isnan(value):
            assert each.low - 1e-9 <= value <= each.high + 1e-9, "within its range"
    if first and second:
        assert float(one.equivalence) == pytest.approx(float(one.ochiai) ** 2)
        assert float(one.jaccard) <= float(one.dice) + 1e-12 <= float(one.inclusion) + 2e-12
    if first and first == second and len(first) < n:
        for name in ("jaccard", "dice", "ochiai", "inclusion", "npmi", "phi", "yule_q"):
            assert float(one.value(name)) == pytest.approx(1)


@given(st.lists(two_codes(), min_size=1, max_size=5))
def test_arrays_are_worked_through_cell_by_cell(
    codes: list[tuple[set[int], set[int], int]],
) -> None:
    counts = [[len(a & b), len(a), len(b), n] for a, b, n in codes]
    together = association(*np.array(counts).T)
    for at, row in enumerate(counts):
        alone = association(*row)
        for name in COEFFICIENTS:
            assert np.array_equal(together.value(name)[at], alone.value(name), equal_nan=True)


def test_a_matrix_of_pairs_in_one_call() -> None:
    counts = np.array([[4, 2, 0], [2, 3, 0], [0, 0, 0]])
    own = counts.diagonal()
    found = association(counts, own[:, None], own[None, :], 10)
    assert found.jaccard.shape == (3, 3)
    assert np.allclose(found.phi[:2, :2], found.phi[:2, :2].T)
    assert set(found.reason("phi")[2]) == {"one of the codes is on no unit"}
    frame = found.to_frame()
    undefined = frame[list(COEFFICIENTS)].isna().any(axis=1)
    assert ((frame["reason"] != "") == undefined).all()
    assert list(frame.columns) == ["both", "n_a", "n_b", "n", *COEFFICIENTS, "reason"]
    assert len(frame) == 9


def test_a_frame_says_which_coefficients_are_undefined_and_why() -> None:
    frame = association(5, 5, 5, 5).to_frame()
    assert np.isnan(frame.loc[0, "npmi"])
    assert str(frame.loc[0, "reason"]).startswith("npmi: both codes are on every unit; phi: ")
    assert association([[1, 2]], 4, 5, 20).to_frame()["reason"].tolist() == ["", ""]


def test_limits_that_are_values() -> None:
    never = association(0, 3, 4, 10)
    assert (float(never.pmi), float(never.npmi), float(never.odds_ratio)) == (-math.inf, -1, 0)
    always = association(4, 4, 4, 10)
    assert (float(always.odds_ratio), float(always.yule_q)) == (math.inf, 1)


def test_the_table_names_every_function() -> None:
    assert all(getattr(coefficients, name) is each.function for name, each in COEFFICIENTS.items())
    assert all(each.formula and each.reference and each.label for each in COEFFICIENTS.values())
    assert float(coefficient("jaccard")(5, 100, 10, 1000)) == pytest.approx(0.047619, abs=5e-7)


def test_an_unknown_coefficient_is_refused_with_a_suggestion() -> None:
    with pytest.raises(NotFoundError, match=r"Did you mean 'jaccard'\?"):
        coefficient("jacard")


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ((4, 3, 5, 10), "both exceeds n_a or n_b: both=4, n_a=3, n_b=5, n=10"),
        ((1, 6, 6, 10), "n_a [+] n_b − both exceeds n"),
        ((-1, 3, 3, 10), "negative"),
        ((float("nan"), 3, 3, 10), "not finite"),
        ((1, 2, 3, "many"), "n must be numbers"),
        (([1, 1], [2, 2, 2], 3, 10), "matching shapes"),
        (([1, 4], [3, 3], [5, 5], 10), r"at \(1,\)"),
    ],
)
def test_impossible_counts_are_refused(counts: tuple[object, ...], message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        association(*counts)  # type: ignore[arg-type]


def test_no_unit_at_all_is_undefined_everywhere() -> None:
    nothing = association(0, 0, 0, 0)
    for name in COEFFICIENTS:
        assert math.isnan(nothing.value(name))
        assert nothing.reason(name)[()]
