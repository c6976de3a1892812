"""Agreement on numbers and on codes in an order, and errors by a window: laws and slow twins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    cohen_kappa,
    intraclass_correlation,
    krippendorff_alpha,
    lin_concordance,
    pk,
    window_diff,
    window_errors,
)
from qualcode.stats.agreement.score_kernels import FORMS

scores = st.tuples(st.integers(2, 4), st.integers(3, 8)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 6), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


def slow_icc(table: np.ndarray, form: str) -> float | None:
    """Compute it from the analysis of variance, by its definition."""
    k, n = table.shape
    grand = table.mean()
    units = k * ((table.mean(axis=0) - grand) ** 2).sum() / (n - 1)
    coders = n * ((table.mean(axis=1) - grand) ** 2).sum() / (k - 1)
    within = ((table - table.mean(axis=0)) ** 2).sum() / (n * (k - 1))
    rest = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + grand
    residual = (rest**2).sum() / ((n - 1) * (k - 1))
    room = {
        "1,1": units + (k - 1) * within,
        "2,1": units + (k - 1) * residual + k * (coders - residual) / n,
        "3,1": units + (k - 1) * residual,
        "1,k": units,
        "2,k": units + (coders - residual) / n,
        "3,k": units,
    }[form]
    noise = within if form[0] == "1" else residual
    return None if room < 1e-9 else (units - noise) / room


@given(scores, st.sampled_from(FORMS))
@settings(max_examples=80)
def test_an_intraclass_correlation_is_that_of_the_analysis_of_variance(
    table: list[list[int]], form: str
) -> None:
    found = intraclass_correlation(table, form=form).value  # type: ignore[arg-type]
    wanted = slow_icc(np.array(table, dtype=float), form)
    assert (found is None) == (wanted is None)
    assert found == pytest.approx(wanted)


@given(scores)
@settings(max_examples=60)
def test_concordance_is_that_of_pairs_added_up(table: list[list[int]]) -> None:
    above = below = 0.0
    for one, other in combinations(np.array(table, dtype=float), 2):
        above += 2 * ((one - one.mean()) * (other - other.mean())).mean()
        below += one.var() + other.var() + (one.mean() - other.mean()) ** 2
    found = lin_concordance(table).value
    assert (found is None) == (below < 1e-9)
    if found is not None:
        assert found == pytest.approx(above / below, abs=1e-9)


@given(scores, st.integers(-3, 3), st.sampled_from([0.5, 2.0]))
@settings(max_examples=40)
def test_a_scale_of_another_origin_and_step_changes_no_agreement(
    table: list[list[int]], shift: int, step: float
) -> None:
    moved = (np.array(table) * step + shift + 1e4).tolist()
    for form in FORMS:
        first = intraclass_correlation(table, form=form).value
        again = intraclass_correlation(moved, form=form).value
        assert first == pytest.approx(again, abs=1e-6)
    assert lin_concordance(table).value == pytest.approx(lin_concordance(moved).value, abs=1e-6)


@given(scores, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_coders_and_units_does_not_matter(table: list[list[int]], random) -> None:  # type: ignore[no-untyped-def]
    again = [row[:] for row in table]
    random.shuffle(again)
    order = random.sample(range(len(table[0])), len(table[0]))
    again = [[row[at] for at in order] for row in again]
    for form in FORMS:
        first = intraclass_correlation(table, form=form).value
        assert first == pytest.approx(intraclass_correlation(again, form=form).value)


def test_units_that_some_coder_did_not_score_are_left_out() -> None:
    whole = [[1.0, 2, 4, 5], [2.0, 2, 3, 5]]
    holes = [[1.0, 2, 4, 5, 9, None], [2.0, 2, 3, 5, None, 1]]
    for function in (intraclass_correlation, lin_concordance):
        assert function(holes).value == function(whole).value  # type: ignore[operator]
        assert function(holes).n_units == 4  # type: ignore[operator]
    alone = lin_concordance([[1, None, 2], [None, 1, None]])
    assert (alone.value, alone.reason) == (None, "no unit was scored by all coders")


def test_what_has_no_value_says_why() -> None:
    same = intraclass_correlation([[2, 2, 2], [2, 2, 2]])
    assert same.reason == (
        "every unit has the same scores: without variation, agreement cannot be told from chance"
    )
    assert "one unit only" in str(intraclass_correlation([[1], [2]]).reason)
    assert "all scores are the same" in str(lin_concordance([[3, 3], [3, 3]]).reason)
    with pytest.raises(StatisticsError, match="needs numbers, but a rating is 'high'"):
        intraclass_correlation([["low", "high"], ["low", "low"]])
    with pytest.raises(StatisticsError, match="form"):
        intraclass_correlation([[1, 2], [1, 2]], form="4,1")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["1,1", "3,1"])
def test_the_limits_are_where_the_test_of_f_would_just_reject(form: str) -> None:
    """Against the definition: at a limit, the ratio of mean squares is a quantile of F."""
    from scipy import stats

    table = np.array(
        [[9.0, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    )
    k, n = table.shape
    found = intraclass_correlation(table, form=form, interval="analytic")  # type: ignore[arg-type]
    assert found.interval is not None
    assert found.se is None
    value = found.value
    assert value is not None
    ratio = (1 + (k - 1) * value) / (1 - value)
    df = n * (k - 1) if form == "1,1" else (n - 1) * (k - 1)
    for limit, tail in ((found.interval.low, 0.975), (found.interval.high, 0.025)):
        scaled = ratio * (1 - limit) / (1 + (k - 1) * limit)
        assert stats.f.cdf(scaled, n - 1, df) == pytest.approx(tail)


def test_intervals_of_scores_hold_the_true_value() -> None:
    """Lin's limits, and those of ICC(2,1), of 200 samples of two coders who see the same with noise."""
    rng = np.random.default_rng(3)
    held = np.zeros(2)
    for _ in range(200):
        truth, noise = rng.normal(size=40), rng.normal(scale=0.5, size=(2, 40))
        table = truth + noise
        for at, function in enumerate((intraclass_correlation, lin_concordance)):
            interval = function(table, interval="analytic").interval  # type: ignore[operator]
            held[at] += interval.low <= 1 / 1.25 <= interval.high
    assert (held / 200 > 0.9).all()


# Errors by a window


def segmentations(n: int) -> st.SearchStrategy[list[int]]:
    return st.sets(st.integers(1, n - 1)).map(
        lambda places: np.diff([0, *sorted(places), n]).tolist()
    )


def slow_windows(
    hypothesis: list[int], reference: list[int], window: int
) -> Iterator[tuple[int, int]]:
    """Yield how many boundaries lie within each window, by looking at its units."""
    first = [at for at, length in enumerate(hypothesis) for _ in range(length)]
    second = [at for at, length in enumerate(reference) for _ in range(length)]
    for at in range(len(first) - window):
        yield first[at + window] - first[at], second[at + window] - second[at]


@given(
    st.integers(4, 14).flatmap(lambda n: st.tuples(segmentations(n), segmentations(n))),
    st.integers(1, 5),
)
@settings(max_examples=80)
def test_errors_are_the_windows_that_differ(both: tuple[list[int], list[int]], window: int) -> None:
    hypothesis, reference = both
    counts = list(slow_windows(hypothesis, reference, window))
    wide = window_diff(hypothesis, reference, window=window)
    narrow = pk(hypothesis, reference, window=window)
    if not counts:
        assert wide.value is narrow.value is None
        return
    assert wide.value == pytest.approx(np.mean([a != b for a, b in counts]))
    assert narrow.value == pytest.approx(np.mean([(a > 0) != (b > 0) for a, b in counts]))
    assert narrow.value <= wide.value
    assert window_diff(reference, reference, window=window).value == 0.0


def test_errors_of_several_texts_are_added_up_before_they_are_divided() -> None:
    texts = [{"ana": [2, 3, 6], "ben": [2, 2, 7]}, {"ana": [4, 4, 4], "ben": [12]}]
    found = window_errors(texts, reference="ana", window=2)
    counts = [pair for text in texts for pair in slow_windows(text["ben"], text["ana"], 2)]
    assert found.value == pytest.approx(np.mean([a != b for a, b in counts]))
    both = window_errors(texts, window=2)
    assert both.value == found.value, "with one window for both, it is the same both ways"
    with pytest.raises(StatisticsError, match="reference='cyn'"):
        window_errors(texts, reference="cyn")
    for wrong in ([{"ana": [2, 3], "ben": [2, 2]}], [{"ana": [2, 0], "ben": [1, 1]}], [3], 3):
        with pytest.raises(StatisticsError):
            window_errors(wrong)  # type: ignore[arg-type]


def test_lengths_and_sets_of_boundaries_say_the_same() -> None:
    reference, hypothesis = [2, 3, 6], [2, 2, 7]
    sets = [
        [{1} if place + 1 in np.cumsum(each)[:-1] else set() for place in range(10)]
        for each in (hypothesis, reference)
    ]
    assert window_diff(*sets).value == window_diff(hypothesis, reference).value
    assert (
        window_diff(sets[0], reference).n_units == window_diff(hypothesis, reference).n_units == 10
    )


def test_a_study_has_errors_against_a_coder() -> None:
    study = qc.load_project("partnership-interviews").study(unit="sentence", coders=["ana", "ben"])
    one = study.boundaries("trust", measure="pk", reference="ana", window=3)
    other = study.boundaries("trust", measure="pk", reference="ben", window=3)
    assert one.value == other.value
    assert one.interval is not None
    assert one.interval.n_clusters == 9
    with pytest.raises(StatisticsError, match="reference and window go with"):
        study.boundaries("trust", reference="ana")
    with pytest.raises(StatisticsError, match="the study compares ana, ben"):
        study.boundaries("trust", measure="pk", reference="cyn")
    told = qc.report.methods(study.boundaries("trust", measure="window_diff"))
    assert "it is an error: 0 where both cut alike" in told


# Weights and steps of a study


@pytest.fixture
def weighed() -> qc.Project:
    codes = [qc.Code(id) for id in ("trust", "low", "middle", "high")]
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=codes))
    for id in ("a", "b", "c"):
        project.add_document("One here. Two here. Three here. Four here.", id=id)
    project.set_scale({1: "mentioned", 2: "discussed", 3: "central"})
    sentences = project.segments(unit="sentence")
    weights = {
        "ana": [1, 2, 3, None, 1, 1, 2, None, 3, 2, 1, 1],
        "ben": [1, 3, 3, 1, 1, 2, 2, None, 3, 2, None, 1],
    }
    for coder, own in weights.items():
        for at, (sentence, weight) in enumerate(zip(sentences, own, strict=True)):
            if weight is not None:
                project.assign(sentence, "trust", coder=coder, weight=weight)
            step = at + (coder == "ben" and at % 4 == 0)
            project.assign(sentence, ("low", "middle", "high")[step % 3], coder=coder)
    return project


def test_weights_are_compared_where_both_gave_the_code(weighed: qc.Project) -> None:
    study = weighed.study(unit="sentence")
    pairs = [(1, 1), (2, 3), (3, 3), (1, 1), (1, 2), (2, 2), (3, 3), (2, 2), (1, 1)]
    both = [list(each) for each in zip(*pairs, strict=True)]
    assert study.intensity("trust", "lin_concordance").value == lin_concordance(both).value
    alpha = study.intensity("trust")
    assert (alpha.weighting, alpha.n_units) == ("interval", 9)
    # Krippendorff's α knows units that one coder rated, and leaves them out of pairs.
    assert alpha.value == pytest.approx(krippendorff_alpha(both, distance="interval").value)
    kappa = study.intensity("trust", "cohen_kappa", weights="linear")
    assert kappa.value == cohen_kappa(both, weights="linear", categories=[1.0, 2.0, 3.0]).value
    assert alpha.interval is None or alpha.interval.n_clusters == 3


def test_what_is_not_there_may_count_as_zero(weighed: qc.Project) -> None:
    study = weighed.study(unit="sentence")
    found = study.intensity("trust", "intraclass_correlation", absent="zero")
    ana = [1, 2, 3, 0, 1, 1, 2, 0, 3, 2, 1, 1]
    ben = [1, 3, 3, 1, 1, 2, 2, 0, 3, 2, 0, 1]
    assert found.value == intraclass_correlation([ana, ben]).value
    assert "had not put it counted as 0" in qc.report.methods(found)


def test_weights_need_weights_and_places(weighed: qc.Project) -> None:
    study = weighed.study(unit="sentence")
    with pytest.raises(StatisticsError, match="nobody compared gave it a weight"):
        study.intensity("low")
    with pytest.raises(StatisticsError, match="unit='character'"):
        weighed.study(unit="character").intensity("trust")
    with pytest.raises(StatisticsError, match="absent"):
        study.intensity("trust", absent="none")  # type: ignore[arg-type]


def test_codes_in_an_order_agree_in_part(weighed: qc.Project) -> None:
    study = weighed.study(unit="sentence")
    steps = ["low", "middle", "high"]
    found = study.ordinal(steps)
    rows = [
        [next(step for step in steps if step in rating) for rating in row]
        for row in study.ratings()
    ]
    assert found.value == krippendorff_alpha(rows, distance="ordinal", categories=steps).value
    kappa = study.ordinal(steps, "cohen_kappa", weights="quadratic")
    assert kappa.value == cohen_kappa(rows, weights="quadratic", categories=steps).value
    assert "from the lowest to the highest" in qc.report.methods(found, code=True)
    assert found.recipe is not None
    assert found.recipe.run(weighed) == found
    with pytest.raises(StatisticsError, match="give two codes or more, each once"):
        study.ordinal(["low", "low"])
    with pytest.raises(StatisticsError, match="of='lowest'"):
        study.ordinal(["lowest", "high"])
