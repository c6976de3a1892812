"""When probabilities are given, what is promised, and the measures of an evaluation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, f1_score
from tests.reference import suggest as slow

from qualcode.errors import StatisticsError
from qualcode.suggest.bench.trust import (
    Calibration,
    Trust,
    _design_effect,
    _precision_bound,
    best_f1_cuts,
    effective_documents,
    rank_codes,
    wanting,
)
from qualcode.suggest.judging import metrics

probabilities = st.lists(st.integers(0, 20).map(lambda tenth: tenth / 20), min_size=1, max_size=10)


def simulated(n: int, n_documents: int, seed: int = 0) -> Trust:
    """Segments whose scores are their true probabilities."""
    rng = np.random.default_rng(seed)
    score = rng.beta(0.6, 2.0, (n, 4))
    document = np.sort(rng.integers(0, n_documents, n))
    return Trust(score, rng.random((n, 4)) < score, document, np.arange(n))


def test_ranks_only_below_the_evidence_for_probabilities() -> None:
    assert "99 segments" in str(wanting(np.arange(99)))
    assert "1.23 documents" in str(wanting(np.r_[np.zeros(180, int), np.arange(1, 21)]))
    assert wanting(np.arange(100) % 3) is not None  # 34, 33, 33: not quite three
    assert wanting(np.arange(100) % 4) is None
    trust = simulated(99, 10)
    assert trust.promise(0.5).threshold is None
    assert trust.shortlist(0.5).reason == trust.reason


def test_effective_documents_do_not_exceed_documents() -> None:
    assert effective_documents(np.array([0, 0, 1, 2, 2])) <= 3
    assert effective_documents(np.arange(7)) == 7


@given(hits=st.integers(0, 30), misses=st.integers(0, 30))
def test_bound_is_no_higher_than_clopper_pearson_of_independent_segments(
    hits: int, misses: int
) -> None:
    n = hits + misses
    if n == 0:
        return
    right = np.r_[np.ones(hits), np.zeros(misses)]
    # A document for each: there is nothing that segments could share but the sampling.
    expected = binomtest(hits, n, alternative="greater").proportion_ci(0.95).low
    assert _precision_bound(right, np.arange(n)) <= expected + 1e-9


def test_bound_of_many_independent_segments_is_clopper_pearson() -> None:
    right = np.arange(4000) % 4 > 0
    expected = binomtest(3000, 4000, alternative="greater").proportion_ci(0.95).low
    assert _design_effect(right.astype(float), np.arange(4000)) == pytest.approx(1.0, abs=1e-3)
    assert _precision_bound(right.astype(float), np.arange(4000)) == pytest.approx(
        expected, abs=1e-4
    )


def test_fewer_documents_promise_less() -> None:
    # A share that is the same in every document, so that nothing but their number differs.
    right = np.tile(np.arange(12) % 4 > 0, 20).astype(float)
    bounds = [_precision_bound(right, np.repeat(np.arange(n), 240 // n)) for n in (4, 5, 10, 20)]
    assert bounds == sorted(bounds)
    assert bounds[0] < bounds[-1]


def test_resemblance_within_documents_weakens_the_bound() -> None:
    right = np.r_[np.ones(50), np.zeros(10)]
    spread, together = np.arange(60) % 10, np.arange(60) // 10
    assert _precision_bound(right, together) < _precision_bound(right, spread)
    assert _design_effect(right, np.zeros(60, int)) == 60


def test_promised_precision_is_kept_on_new_data() -> None:
    broken = given_ = 0
    for seed in range(60):
        cut = simulated(400, 20, seed).promise(0.6, top=2)
        new = simulated(4000, 20, seed + 1000)
        if cut.threshold is not None:
            shown = (rank_codes(new.score) < 2) & (new.score >= cut.threshold)
            given_ += 1
            broken += new.assigned[shown].mean() < 0.6
    assert given_ >= 50
    assert broken <= 0.1 * given_


def test_the_longest_list_that_keeps_a_promise_is_shown() -> None:
    cut = simulated(600, 20).promise(0.5)
    assert cut.observed is not None
    assert cut.bound is not None
    assert cut.observed > cut.bound >= 0.5
    trust = simulated(600, 20)
    shown = (rank_codes(trust.score) < 3) & (trust.score >= (cut.threshold or 0))
    assert cut.n == shown.sum()
    ordered = np.sort(trust.score[rank_codes(trust.score) < 3])[::-1]
    assert ordered[cut.n - 1] == cut.threshold


def test_a_higher_promise_shows_less() -> None:
    trust = simulated(600, 20)
    cuts = [trust.promise(wanted).threshold for wanted in (0.3, 0.4, 0.5, 0.6, 0.7)]
    assert all(low is not None for low in cuts)
    assert cuts == sorted(cuts)  # type: ignore[type-var]
    impossible = trust.promise(0.999)
    assert impossible.threshold is None
    assert "99.9%" in str(impossible.reason) or "100%" in str(impossible.reason)


def test_shortlists_reach_their_recall() -> None:
    attained = []
    for seed in range(40):
        cut = simulated(400, 20, seed).shortlist(0.8)
        assert cut.threshold is not None
        new = simulated(2000, 20, seed + 1000)
        attained.append(slow.recall_of_lists(new.score, new.assigned, cut.threshold))
    assert np.mean(attained) >= 0.8


def test_shortlist_observes_what_it_says() -> None:
    trust = simulated(200, 20)
    cut = trust.shortlist(0.7)
    assert cut.threshold is not None
    assert cut.observed is not None
    expected = slow.recall_of_lists(trust.score, trust.assigned, cut.threshold)
    assert cut.observed == pytest.approx(expected)
    assert trust.shortlist(0.9999).threshold is None


@pytest.mark.parametrize("wish", [0, 1, 80, -0.1])
def test_a_promise_is_a_share(wish: float) -> None:
    with pytest.raises(StatisticsError, match="share between 0 and 1"):
        simulated(100, 10).promise(wish)


def test_calibration_leaves_few_segments_alone_and_mends_many() -> None:
    rng = np.random.default_rng(0)
    score = rng.random((6000, 2))
    assigned = rng.random((6000, 2)) < score**2
    few = Calibration.of(score[:500], assigned[:500])
    assert (few(score) == score).all()
    many = Calibration.of(score, assigned)
    before, after = np.abs(score - score**2).mean(), np.abs(many(score) - score**2).mean()
    assert after < 0.6 * before
    line = np.linspace(0, 1, 50)
    assert (np.diff(many(line)) >= 0).all()


@given(probabilities)
def test_cut_has_the_best_expected_f1(values: list[float]) -> None:
    cut = best_f1_cuts(np.array(values)[:, None])[0]
    expected = slow.best_f1_cut(values)

    def f1(threshold: float) -> float:
        shown = [p for p in values if p >= threshold]
        return 2 * sum(shown) / (len(shown) + sum(values)) if shown else 0.0

    if sum(values):
        assert f1(cut) == pytest.approx(f1(expected))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 20))
def test_measures_equal_other_implementations(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    score, assigned = rng.random((n, 4)), rng.random((n, 4)) < 0.4
    each, decided = metrics.average_precision(score, assigned), score > 0.5
    f1 = metrics.code_f1(decided, assigned)
    for code in range(4):
        if assigned[:, code].any():
            assert each[code] == pytest.approx(
                slow.average_precision(score[:, code].tolist(), assigned[:, code].tolist())
            )
            assert each[code] == pytest.approx(
                average_precision_score(assigned[:, code], score[:, code])
            )
            assert f1[code] == pytest.approx(f1_score(assigned[:, code], decided[:, code]))
        else:
            assert np.isnan(each[code])
            assert np.isnan(f1[code])


def test_measures_of_ranks_leave_uncoded_segments_out() -> None:
    score = np.array([[0.9, 0.5, 0.1, 0.0], [0.1, 0.2, 0.3, 0.4], [1.0, 0.0, 0.0, 0.0]])
    assigned = np.array([[1, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]], bool)
    assert metrics.precision_at_1(score, assigned) == 1.0
    assert metrics.recall_at_3(score, assigned) == pytest.approx((0.5 + 1.0) / 2)
    assert np.isnan(metrics.precision_at_1(score[2:], assigned[2:]))
    assert np.isnan(metrics.recall_at_3(score[2:], assigned[2:]))
