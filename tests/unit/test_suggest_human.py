"""How well humans agree, beside how well the suggester agrees with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import krippendorff_alpha
from qualcode.stats.uncertainty.intervals import jackknife_interval
from qualcode.suggest.judging.human import beside_humans

Bools = NDArray[np.bool_]


def made(
    n: int = 120, n_codes: int = 3, seed: int = 0, noise: tuple[float, ...] = (0.1, 0.2, 0.3)
) -> tuple[dict[str, Bools], list[str], list[str]]:
    """Coders who see the same truth, each with noise of their own."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n, n_codes)) < 0.4
    names = ["ana", "ben", "cem", "machine"]
    decided = {
        name: truth ^ (rng.random(truth.shape) < share)
        for name, share in zip(names, noise, strict=False)
    }
    return decided, [f"d{i // 10}" for i in range(n)], [f"c{i}" for i in range(n_codes)]


def test_two_coders_and_one_code_is_krippendorffs_alpha_with_its_interval() -> None:
    decided, documents, codes = made(n_codes=1)
    model = decided.pop("cem")
    found = beside_humans(decided, model, documents, codes)
    expected = krippendorff_alpha([own[:, 0] for own in decided.values()], clusters=documents)
    assert expected.interval is not None
    human = found.overall.human
    assert human.value == pytest.approx(expected.value)
    assert (human.low, human.high) == pytest.approx((expected.interval.low, expected.interval.high))
    assert found.codes[0].human == human
    for name, own in decided.items():
        pair = krippendorff_alpha([own[:, 0], model[:, 0]], clusters=documents)
        assert pair.interval is not None
        beside = found.overall.by_coder[name]
        assert beside.value == pytest.approx(pair.value)
        assert beside.low == pytest.approx(pair.interval.low)


def test_means_are_over_pairs_and_over_humans() -> None:
    decided, documents, codes = made(noise=(0.1, 0.2, 0.3, 0.15))
    model = decided.pop("machine")
    found = beside_humans(decided, model, documents, codes)
    ana, ben, cem = decided.values()

    def alpha(one: Bools, other: Bools, kept: Any = slice(None)) -> float:
        return float(krippendorff_alpha([one[kept].ravel(), other[kept].ravel()]))

    def values(kept: Any = slice(None)) -> tuple[float, float]:
        human = np.mean([alpha(a, b, kept) for a, b in ((ana, ben), (ana, cem), (ben, cem))])
        return float(human), float(np.mean([alpha(own, model, kept) for own in (ana, ben, cem)]))

    human, with_model = values()
    overall = found.overall
    assert (overall.code, overall.n_segments, overall.n_documents) == (None, 120, 12)
    assert overall.human.value == pytest.approx(human)
    assert overall.model.value == pytest.approx(with_model)
    assert overall.difference.value == pytest.approx(human - with_model)
    without = [values(np.array(documents) != name) for name in dict.fromkeys(documents)]
    expected = jackknife_interval([h - m for h, m in without], human - with_model)
    assert overall.difference.low == pytest.approx(expected.low)
    assert overall.difference.high == pytest.approx(expected.high)


def test_a_suggester_that_copies_a_human_agrees_with_that_one() -> None:
    decided, documents, codes = made()
    found = beside_humans(decided, decided["ana"], documents, codes)
    assert found.overall.by_coder["ana"].value == 1
    assert "no spread" in str(found.overall.by_coder["ana"].reason)
    assert found.coders == ("ana", "ben", "cem")
    frame = found.to_frame()
    assert frame["code"].isna().tolist() == [True, False, False, False]
    assert frame["code"].tolist()[1:] == codes
    assert frame["with ana"].tolist() == [1.0] * 4
    assert (frame["human_low"] < frame["human"]).all()


def test_only_segments_of_two_humans_and_the_suggester_count() -> None:
    decided, documents, codes = made()
    model = decided.pop("cem")
    covered = {"ana": np.arange(120) < 80, "ben": np.arange(120) >= 30}
    judged = np.arange(120) % 20 < 15
    found = beside_humans(decided, model, documents, codes, covered=covered, judged=judged)
    kept = covered["ana"] & covered["ben"] & judged
    shorter = beside_humans(
        {name: own[kept] for name, own in decided.items()},
        model[kept],
        [name for name, use in zip(documents, kept, strict=True) if use],
        codes,
    )
    assert found == shorter
    assert found.overall.n_segments == kept.sum()


def test_humans_who_cover_different_parts() -> None:
    decided, documents, codes = made(noise=(0.1, 0.2, 0.3, 0.15))
    model = decided.pop("machine")
    half = np.arange(120) < 60
    covered = {"ana": np.ones(120, bool), "ben": half, "cem": ~half}
    found = beside_humans(decided, model, documents, codes, covered=covered)
    assert found.overall.n_segments == 120
    ana, ben, cem = decided.values()
    first = float(krippendorff_alpha([ana[half].ravel(), ben[half].ravel()]))
    second = float(krippendorff_alpha([ana[~half].ravel(), cem[~half].ravel()]))
    # Ben and Cem have no segment in common, and are no pair.
    assert found.overall.human.value == pytest.approx((first + second) / 2)
    assert found.overall.human.low is not None


def test_order_of_coders_segments_and_codes_decides_nothing() -> None:
    decided, documents, codes = made()
    model = decided["ben"] ^ decided["cem"]
    found = beside_humans(decided, model, documents, codes)
    order = np.random.default_rng(4).permutation(120)
    turned = beside_humans(
        {name: decided[name][order][:, ::-1] for name in reversed(decided)},
        model[order][:, ::-1],
        [documents[i] for i in order],
        codes[::-1],
    )
    for one, other in zip(
        (found.overall, *found.codes), (turned.overall, *turned.codes[::-1]), strict=True
    ):
        for name in ("human", "model", "difference"):
            assert getattr(one, name).value == pytest.approx(getattr(other, name).value)
            assert getattr(one, name).low == pytest.approx(getattr(other, name).low)


def test_scores_are_cut_into_decisions() -> None:
    decided, documents, codes = made()
    score = np.where(decided["ana"], 0.6, 0.4)
    at_half = beside_humans(decided, score, documents, codes, cuts=0.5)
    assert at_half == beside_humans(decided, decided["ana"], documents, codes)
    each = beside_humans(decided, score, documents, codes, cuts=[0.5, 0.5, 0.6])
    assert each == at_half
    with pytest.raises(StatisticsError, match=r"scores need cuts=…"):
        beside_humans(decided, score, documents, codes)


def test_one_coder_has_nobody_to_agree_with() -> None:
    decided, documents, codes = made()
    found = beside_humans({"ana": decided["ana"]}, decided["ben"], documents, codes)
    assert found.reason == "there is no second coder"
    assert found.overall.human.value is None
    assert found.overall.difference.reason == "there is no second coder"
    assert found.overall.model.value is not None
    assert found.overall.model == found.overall.by_coder["ana"]


def test_coders_without_a_common_segment_say_so() -> None:
    decided, documents, codes = made()
    model = decided.pop("cem")
    half = np.arange(120) < 60
    apart = beside_humans(decided, model, documents, codes, covered={"ana": half, "ben": ~half})
    assert apart.reason == "no segment was decided about by two humans"
    assert apart.overall.n_segments == 120
    both = {"ana": half, "ben": half}
    unjudged = beside_humans(decided, model, documents, codes, covered=both, judged=~half)
    assert unjudged.reason is not None
    assert unjudged.reason.startswith("the suggester decided about no segment")
    assert unjudged.overall.n_segments == 0
    assert unjudged.overall.model.value is None


def test_a_code_that_nobody_used_is_undefined_with_a_reason() -> None:
    decided, documents, codes = made()
    model = decided["ana"].copy()
    for own in (*decided.values(), model):
        own[:, 1] = False
    found = beside_humans(decided, model, documents, codes)
    assert found.codes[1].human.value is None
    assert "without variation" in str(found.codes[1].human.reason)
    assert found.codes[0].human.value is not None
    assert found.overall.human.value is not None


def test_one_document_gives_no_interval() -> None:
    decided, _, codes = made()
    found = beside_humans(decided, decided["ana"], ["d"] * 120, codes)
    assert found.overall.human.value is not None
    assert found.overall.human.low is None
    assert "fewer than two clusters" in str(found.overall.human.reason)


def test_the_difference_is_as_sure_as_the_simulation_says() -> None:
    """A suggester as noisy as the humans: the interval of the difference covers 0 nearly always."""
    covered = []
    for seed in range(40):
        decided, documents, codes = made(seed=seed, noise=(0.2, 0.2, 0.2, 0.2))
        model = decided.pop("machine")
        difference = beside_humans(decided, model, documents, codes).overall.difference
        assert difference.low is not None
        assert difference.high is not None
        covered.append(difference.low <= 0 <= difference.high)
    assert np.mean(covered) >= 0.87
    decided, documents, codes = made(noise=(0.1, 0.1, 0.1, 0.4))
    worse = beside_humans(decided, decided.pop("machine"), documents, codes).overall.difference
    assert worse.low is not None
    assert worse.low > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decided": {}}, "0 humans"),
        ({"model": np.zeros((3, 1))}, "decisions of the suggester have the shape"),
        ({"decided": {"ana": np.full((4, 2), 0.5)}}, "neither True nor False"),
        ({"covered": {"ben": np.ones(4, bool)}}, "give the same humans"),
        ({"covered": {"ana": np.ones(3, bool)}}, "covered of ana has the shape"),
        ({"judged": np.ones(4)}, "judged has the shape"),
        ({"model": np.ones((4, 2)), "cuts": [0.5] * 3}, "cuts have the shape"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {
        "decided": {"ana": np.zeros((4, 2), bool)},
        "model": np.zeros((4, 2), bool),
        "documents": list("aabb"),
        "codes": ["x", "y"],
    }
    with pytest.raises(StatisticsError, match=message):
        beside_humans(**(given | change))
