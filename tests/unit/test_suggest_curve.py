"""How much must still be coded: curves with known numbers, hindcasts, and what cannot be known."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.report import methods
from qualcode.suggest.judging.curve import FAR, LearningCurve, fit_curve
from qualcode.suggest.judging.results import Evaluation, Result

N = np.array([50.0, 100, 200, 400, 800])


def drawn(rng: np.random.Generator, n: np.ndarray, level: float, decay: float, splits: int):
    """Return a true curve, and what several splits measured of it."""
    gap = 0.6 * level * 50**decay

    def true(where: object) -> np.ndarray:
        return level - gap * np.asarray(where, float) ** -decay

    shared, own = rng.standard_normal((splits, 1)), rng.standard_normal((splits, n.size))
    return true, np.clip(true(n) + 0.02 * (0.7 * shared + 0.7 * own), 0, 1)


@pytest.mark.parametrize("splits", [3, 5])
def test_intervals_hold_the_truth_beyond_what_was_measured(splits: int) -> None:
    rng = np.random.default_rng(splits)
    at, needed, hindcasts = [], [], []
    for level in np.linspace(0.35, 0.9, 8):
        for decay in (0.2, 0.35, 0.5, 0.7):
            true, quality = drawn(rng, N, level, decay, splits)
            curve = fit_curve(N, quality, n_draws=300)
            _, low, high = curve.at(4 * N[-1])[0]
            at.append(low <= true(4 * N[-1]) <= high)
            found = curve.needed(float(true(3 * N[-1])))
            needed.append(found.low <= 3 * N[-1] <= found.high)
            hindcasts.append(curve.hindcast().held)
    assert min(map(np.mean, (at, needed, hindcasts))) >= 0.88


@given(
    level=st.floats(0.2, 0.95),
    decay=st.floats(0.1, 0.8),
    start=st.floats(0.3, 0.9),
    times=st.floats(0.5, FAR - 0.5),
)
@settings(max_examples=25)
def test_an_exact_curve_is_found_and_followed(
    level: float, decay: float, start: float, times: float
) -> None:
    gap = start * level * 50**decay
    curve = fit_curve(N, np.tile(level - gap * N**-decay, (2, 1)), n_draws=100)
    where = times * N[-1]
    value = level - gap * where**-decay
    assert curve.at(where)[0, 0] == pytest.approx(value, abs=0.005)
    found = curve.needed(value)
    assert found.n is not None
    assert found.low <= found.n <= found.high
    assert curve.at(found.n)[0, 0] == pytest.approx(value, abs=1e-6)


def test_more_of_the_target_takes_more_coding() -> None:
    _, quality = drawn(np.random.default_rng(1), N, 0.7, 0.4, 5)
    curve = fit_curve(N, quality)
    needed = [curve.needed(target) for target in (0.3, 0.4, 0.5, 0.6)]
    assert all(a.n < b.n for a, b in pairwise(needed))
    assert all(each.low <= each.n <= each.high for each in needed)
    wide, narrow = curve.needed(0.5), curve.needed(0.5, confidence=0.5)
    assert wide.low <= narrow.low <= narrow.high <= wide.high


def test_what_is_out_of_reach_or_far_is_said() -> None:
    exact = 0.6 - 2 * N**-0.5
    curve = fit_curve(N, [exact - 0.005, exact, exact + 0.005], coded=900)
    out = curve.needed(0.8)
    assert out.n is None
    assert math.isinf(out.high)
    assert out.more[0] is None
    assert "levels off at 0.60" in str(out)
    far = curve.needed(0.59)
    assert far.n == pytest.approx(40_000, rel=0.05)
    assert "no more than a guess" in str(far)
    reached = curve.needed(0.5)
    assert reached.more[0] == 0
    assert "no more than the 900 coded now" in str(reached)
    # Infinite only where some curve agrees with the data and never gets there.
    assert (out.reachable < 1) == math.isinf(out.high)


def test_a_curve_that_does_not_rise_reaches_nothing_more() -> None:
    flat = fit_curve(N, [[0.4, 0.41, 0.39, 0.4, 0.4], [0.4, 0.39, 0.41, 0.4, 0.4]])
    assert flat.needed(0.9).n is None
    assert flat.needed(0.2).n == pytest.approx(1, abs=60)


def test_the_order_of_splits_and_gaps_in_them_are_taken() -> None:
    _, quality = drawn(np.random.default_rng(2), N, 0.7, 0.4, 5)
    some = quality.copy()
    some[0, -1] = np.nan
    one, other = fit_curve(N, some), fit_curve(N, some[::-1])
    assert (one.level, one.gap) == pytest.approx((other.level, other.gap))
    assert one == fit_curve(N, some)
    frame = one.to_frame()
    assert frame["n_splits"].tolist() == [5, 5, 5, 5, 4]
    assert (frame["low"] <= frame["curve"]).all()


@pytest.mark.parametrize(
    ("n", "quality", "what"),
    [
        (N[:3], np.full((3, 3), 0.3), "needs 4"),
        (N, np.full((1, 5), 0.3), "at least 2 splits"),
        (N[::-1], np.full((3, 5), 0.3), "each above the last"),
        (N, np.full((3, 4), 0.3), "a column for each budget"),
        (N, np.full((3, 5), 30.0), "no share"),
    ],
)
def test_too_little_is_refused(n: np.ndarray, quality: np.ndarray, what: str) -> None:
    with pytest.raises(StatisticsError, match=what):
        fit_curve(n, quality)
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        fit_curve(N, np.full((2, 5), 0.3)).needed(80)


def evaluation(
    budgets: tuple[str, ...] = ("s50", "s100", "s200", "s400", "k10"), **left: int
) -> Evaluation:
    results = tuple(
        Result(
            budget, seed, method, int(budget[1:]), 4, left.get(budget, 50), 0, 0,
            {"macro_f1": 0.7 - (1 + at) * int(budget[1:]) ** -0.5 + 0.01 * seed},
        )
        for budget in budgets for seed in (0, 1) for at, method in enumerate(("suggester", "chance"))
    )  # fmt: skip
    return Evaluation(results, (), (), {})


def test_an_evaluation_has_a_curve_of_its_budgets_of_documents() -> None:
    curve = evaluation().curve(coded=200)
    assert curve.n.tolist() == [50, 100, 200, 400]
    assert curve.coded == 200
    assert isinstance(curve, LearningCurve)
    assert evaluation().curve(method="chance").value[0] < curve.value[0]
    with pytest.raises(NotFoundError, match="was not judged"):
        evaluation().curve(method="chances")
    with pytest.raises(StatisticsError, match="precision_at_1"):
        evaluation().curve("p_at_1")
    with pytest.raises(StatisticsError, match="evaluate with more"):
        evaluation(("s50", "s100", "s200", "k10")).curve()
    with pytest.raises(StatisticsError, match="3 budgets"):
        evaluation(s400=20).curve()


def test_the_paragraph_says_what_was_fitted_to_what() -> None:
    text = methods(evaluation().curve())
    assert "inverse power law" in text
    assert "2 random splits" in text
    assert "beyond 400 units it is an extrapolation" in text
    assert "doi:10.1186/1472-6947-12-8" in text


def test_the_figure_shows_the_points_and_what_is_needed() -> None:
    pytest.importorskip("matplotlib")
    from qualcode.report import plot

    exact = 0.6 - 2 * N**-0.5
    curve = fit_curve(N, [exact - 0.005, exact, exact + 0.005])
    axes = plot.needed(curve, [0.55, 0.9])
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in diamonds] == pytest.approx([1600], rel=0.03)
    assert axes.get_ylabel() == "macro-F1"
    assert plot.needed(curve, 0.55).get_xlim()[1] == pytest.approx(FAR * 800)
