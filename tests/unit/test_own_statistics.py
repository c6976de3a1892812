"""A coefficient and a measure of your own go wherever the names of built-in ones do."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats.agreement import MEASURES, Ratings, cohen_kappa, own_measure
from qualcode.stats.coefficients import (
    COEFFICIENTS,
    ONE_UNUSED,
    Coefficient,
    Condition,
    coefficient,
    jaccard,
)


def mean_share(both: Any, n_a: Any, n_b: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return (both / n_a + both / n_b) / 2


def like_jaccard(both: Any, n_a: Any, n_b: Any) -> Any:
    return jaccard(both, n_a, n_b)


def kappa(ratings: Ratings) -> float:
    found = cohen_kappa(ratings).value
    return float("nan") if found is None else found


OWN = Coefficient(
    "mean_share", mean_share, "(a / (a + b) + a / (a + c)) / 2", "Kulczyński (1927)",
    label="the mean share", low=0, high=1, uses_n=False, undefined=[ONE_UNUSED],
)  # fmt: skip
AGAIN = Coefficient(
    "again", like_jaccard, "a / (a + b + c)", "Jaccard (1912)", low=0, high=1, uses_n=False
)
KAPPA = own_measure("kappa_again", kappa, formula="as Cohen's", reference="Cohen (1960)")


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.fixture(scope="module")
def met(interviews: qc.View) -> Any:
    return interviews.cooccurrence("turn")


@pytest.fixture(scope="module")
def study(interviews: qc.View) -> Any:
    return interviews.study(unit="turn", coders=["ana", "ben"])


@pytest.mark.parametrize("value", [OWN, coefficient("npmi"), KAPPA, MEASURES["gwet_ac1"]])
def test_they_travel(value: Any) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert hash(value) == hash(copy.copy(value))


def test_the_same_formula_gives_the_same_everywhere(interviews: qc.View, met: Any) -> None:
    frame = met.to_frame(measures=["jaccard", AGAIN])
    assert frame["jaccard"].equals(frame["again"].rename("jaccard"))
    assert met.matrix(AGAIN).equals(met.matrix("jaccard"))
    one, other = met.intervals(), met.intervals(AGAIN)
    for name in ("value", "low", "high", "standard_error"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
    assert (one.measure, other.measure) == ("jaccard", "again")
    drawn = [met.network(each, n_resamples=3, random_state=1) for each in ("jaccard", AGAIN)]
    assert drawn[0].to_frame().equals(drawn[1].to_frame())
    asked: dict[str, Any] = {"by": "sector", "n_resamples": 9, "random_state": 1}
    groups = [
        interviews.group_differences("cooccurrence", measure=each, **asked)
        for each in ("jaccard", AGAIN)
    ]
    assert groups[0].to_frame().equals(groups[1].to_frame())
    pair = list(met.to_frame().loc[0, ["a", "b"]])
    held = [
        qc.conclusions.Together(*pair, unit="turn", measure=each, at_least=0.1).find(
            interviews.state.counting()
        )
        for each in ("jaccard", AGAIN)
    ]
    assert held[0].value == held[1].value


def test_an_own_coefficient_is_told_and_can_be_asked_for_again(
    interviews: qc.View, met: Any
) -> None:
    for found in (
        met.intervals(OWN),
        met.network(OWN, n_resamples=0, random_state=1),
        interviews.group_differences(
            "cooccurrence", by="sector", measure=OWN, n_resamples=5, random_state=1
        ),
    ):
        text = qc.report.methods(found)
        assert "the mean share = (a / (a + b) + a / (a + c)) / 2" in text
        assert "Kulczyński (1927)" in text
        assert found.recipe.run(interviews) == found
    unnamed = met.intervals(Coefficient("one", lambda a, x, y, n: a / n, "a / n", "this study"))
    with pytest.raises(StatisticsError, match="cannot be run again"):
        unnamed.recipe.run(interviews)


def test_why_an_own_coefficient_has_no_value() -> None:
    pair = qc.stats.association([0, 2], [0, 4], [3, 4], 9)
    assert pair.value(OWN).tolist()[1] == 0.5
    assert pair.reason(OWN).tolist() == ["one of the codes is on no unit", ""]
    bare = Coefficient("bare", mean_share, "as above", "this study", uses_n=False)
    assert pair.reason(bare).tolist() == ["it has no value for these counts", ""]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "both"}, "columns of their own"),
        ({"name": "mean share"}, "called like a variable"),
        ({"function": 3}, "function must be a function"),
        ({"low": 2}, "low=2 is not below high=1"),
        ({"high": float("nan")}, "give the greatest value"),
        ({"reference": None}, "reference"),
        ({"undefined": ["never"]}, "undefined"),
        ({"uses_n": "no"}, "uses_n"),
    ],
)
def test_what_is_no_coefficient_is_refused(changed: dict[str, Any], message: str) -> None:
    given = {
        "name": "own", "function": mean_share, "formula": "a", "reference": "b", "low": 0, "high": 1
    }  # fmt: skip
    with pytest.raises(StatisticsError, match=message):
        Coefficient(**given | changed)


def test_a_function_of_the_wrong_shape_is_told(met: Any) -> None:
    wrong = Coefficient("wrong", lambda *counts: 1.0, "1", "this study")
    with pytest.raises(StatisticsError, match="wrong returned values of shape"):
        met.to_frame(measures=wrong)
    with pytest.raises(NotFoundError, match=r"is a qc\.stats\.coefficients\.Coefficient"):
        met.to_frame(measures=[3])


def test_built_in_ones_are_one_list() -> None:
    pair = qc.stats.association(3, 4, 6, 10)
    assert [*pair.values] == [*COEFFICIENTS]
    assert all(getattr(pair, name) is pair.value(name) for name in COEFFICIENTS)
    assert set(COEFFICIENTS) <= {*dir(pair), *dir(qc.stats.coefficients)}
    with pytest.raises(AttributeError, match="no attribute 'jacard'"):
        pair.jacard  # noqa: B018
    assert isinstance(ONE_UNUSED, Condition)


@pytest.mark.parametrize("options", [{}, {"interval": "bootstrap", "n_resamples": 20}])
def test_an_own_measure_gives_what_the_formula_gives(study: Any, options: dict[str, Any]) -> None:
    code = study.nodes[0].id
    asked = {"of": code, "random_state": 1, **options}
    own, known = study.agreement(KAPPA, **asked), study.agreement("cohen_kappa", **asked)
    assert own.value == pytest.approx(known.value)
    assert own.interval.low == pytest.approx(known.interval.low)
    assert own.interval.high == pytest.approx(known.interval.high)
    assert (own.measure, own.defined) == ("kappa_again", KAPPA)


def test_an_own_measure_is_told_and_can_be_asked_for_again(interviews: qc.View, study: Any) -> None:
    found = study.agreement(KAPPA, of="pooled")
    text = qc.report.methods(found)
    assert "The measure was kappa_again: as Cohen's." in text
    assert "Cohen (1960)" in text
    assert found.recipe.run(interviews) == found
    assert (
        study.per_code(KAPPA)["value"]
        .round(9)
        .equals(study.per_code("cohen_kappa")["value"].round(9))
    )
    assert study.plan(0.2, measure=KAPPA, of="pooled").documents >= 2
    said = qc.conclusions.Agreement(unit="turn", coders=("ana", "ben"), measure=KAPPA, of="pooled")
    assert said.find(interviews.state).value == pytest.approx(found.value)
    assert said.sentence.startswith("kappa_again of ana and ben")


def test_measures_that_are_none_are_refused(study: Any) -> None:
    with pytest.raises(StatisticsError, match="no measure has yet"):
        own_measure("cohen_kappa", kappa, formula="f", reference="r")
    with pytest.raises(StatisticsError, match="give the least value"):
        own_measure("own", kappa, formula="f", reference="r", lowest="none")  # type: ignore[arg-type]
    words = own_measure("words", str, formula="f", reference="r")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="words returned"):
        study.agreement(words)
    with pytest.raises(StatisticsError, match="there is no option 'weights'"):
        study.agreement(KAPPA, weights="linear")
    never = own_measure("never", lambda ratings: np.nan, formula="f", reference="r")
    assert study.agreement(never).reason == "never has no value for these ratings"
    assert study.agreement(KAPPA, of="pooled", interval="analytic").interval is None
