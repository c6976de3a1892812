"""Where disagreement comes from: codes, coders, units; and how much more to code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qualcode.errors import StatisticsError
from qualcode.stats.agreement import (
    MEASURES,
    brennan_prediger,
    code_diagnostics,
    cohen_kappa,
    disagreements,
    gwet_ac1,
    krippendorff_alpha,
    leave_one_coder_out,
    sample_size,
)

N = None


# ------------------------------------------------------------------------------------- one code


def test_diagnostics_agree_with_the_measures() -> None:
    coders = [[1, 1, 1, 0, 0, 1, N], [1, 1, 0, 0, 1, 1, 1]]
    found = code_diagnostics(coders)
    assert (found.both, found.only_first, found.only_second, found.neither) == (3, 1, 1, 1)
    assert found.kappa == cohen_kappa(coders).value
    assert found.pabak == pytest.approx(brennan_prediger(coders).value)
    assert found.kappa_max == pytest.approx(1.0)
    assert found.to_frame().loc[0, "positive_agreement"] == found.positive_agreement


def test_kappa_max_is_lower_where_margins_differ() -> None:
    # Cohen 1960, p. 45 has the same idea for three codes; here one coder gives it twice as often.
    found = code_diagnostics([[1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0]])
    assert found.kappa_max == pytest.approx(0.5)
    assert found.bias_index == pytest.approx(0.25)


def test_a_code_may_be_one_of_many_or_in_sets() -> None:
    assert code_diagnostics([["a", "b", "c"], ["a", "c", "c"]], "a").observed == 1.0
    sets = [[frozenset("ab"), frozenset()], [frozenset("a"), frozenset("b")]]
    assert code_diagnostics(sets, "b").observed == 0.0


def test_what_is_undefined_has_a_reason() -> None:
    always = code_diagnostics([[1, 1], [1, 1]])
    assert always.negative_agreement is None
    assert "every unit" in always.reasons["negative_agreement"]
    assert always.kappa is None
    assert "chance" in always.reasons["kappa"]
    nothing = code_diagnostics([[1, N], [N, 1]])
    assert nothing.observed is None
    assert set(nothing.reasons.values()) == {"no unit was rated by both coders"}


def test_wrong_codes_and_coders_are_refused() -> None:
    with pytest.raises(StatisticsError, match="Did you mean 'trust'"):
        code_diagnostics([["trust"], ["roles"]], "trsut")
    with pytest.raises(StatisticsError, match="two coders"):
        code_diagnostics([[1], [1], [1]])


# --------------------------------------------------------------------------------- one coder out


def test_leaving_out_the_odd_one_raises_agreement() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 60)
    coders = np.array([truth, truth, np.where(rng.random(60) < 0.4, truth, 0)])
    found = leave_one_coder_out(coders)
    frame = found.to_frame()
    assert frame["value"].idxmax() == 2
    assert frame.loc[2, "change"] > 0
    assert frame.loc[2, "value"] == 1.0
    assert found.without[0].value == krippendorff_alpha(coders[1:]).value


def test_leaving_out_works_for_every_measure_with_its_options() -> None:
    coders = [["lo", "hi", "mid", "lo"], ["lo", "hi", "lo", "lo"], ["mid", "hi", "mid", "lo"]]
    order = ["lo", "mid", "hi"]
    found = leave_one_coder_out(coders, distance="ordinal", categories=order)
    direct = krippendorff_alpha(coders[:2], distance="ordinal", categories=order)
    assert found.without[2].value == direct.value
    assert leave_one_coder_out(coders, "gwet_ac1").everyone == gwet_ac1(coders)
    pair = leave_one_coder_out(coders[:2], "fleiss_kappa")
    assert "only one coder" in str(pair.without[0].reason)
    assert pair.to_frame()["change"].isna().all()
    with pytest.raises(StatisticsError, match="fleiss_kappa"):
        leave_one_coder_out(coders, "fleis_kappa")


# --------------------------------------------------------------------------------------- units


def test_units_are_ranked_by_what_they_add_to_the_disagreement() -> None:
    coders = [["a", "a", "b", "c"], ["a", "b", "b", N], ["a", "c", "c", N]]
    found = disagreements(coders, units=["u1", "u2", "u3", "u4"])
    assert [unit.unit for unit in found.units] == ["u2", "u3"]
    assert [unit.share for unit in found.units] == pytest.approx([0.6, 0.4])
    assert found.units[0].labels == {"a": 1, "b": 1, "c": 1}
    assert (found.n_units, found.n_disagreeing) == (3, 2)
    assert list(found.to_frame()["unit"]) == ["u2", "u3"]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_shares_add_up_on_every_scale(level: str) -> None:
    coders = [[1, 2, 3, 4, 4], [1, 3, 3, 1, N], [1, 2, 3, 4, N]]
    found = disagreements(coders, distance=level, top=None)
    assert sum(unit.share for unit in found.units) == pytest.approx(1.0)
    assert found.units[0].unit == (1 if level == "nominal" else 3)
    assert disagreements(coders, distance=level, top=1).units == found.units[:1]


def test_full_agreement_has_no_disputed_units() -> None:
    found = disagreements([[1, 2], [1, 2]], distance="interval")
    assert (found.units, found.n_disagreeing) == ((), 0)
    assert found.to_frame().empty
    with pytest.raises(StatisticsError, match="3 names for 2 units"):
        disagreements([[1, 2], [1, 2]], units="abc")


# ------------------------------------------------------------------------------------ planning


def pilot(documents: int, seed: int = 2) -> Any:
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(documents), 30)
    truth = rng.integers(0, 2, clusters.size)
    right = rng.random(clusters.size) < rng.beta(8, 2, documents)[clusters]
    second = np.where(right, truth, 1 - truth)
    return krippendorff_alpha(np.array([truth, second]), clusters=clusters)


def test_a_pilot_tells_how_many_documents_are_needed() -> None:
    found = sample_size(0.2, pilot=pilot(10))
    wider = sample_size(0.4, pilot=pilot(10))
    assert 2 <= wider.documents < found.documents
    assert "jackknife of krippendorff_alpha over 10 documents" in found.source
    # As many documents give an interval of about that width.
    interval = pilot(found.documents, seed=3).interval
    assert interval.high - interval.low == pytest.approx(0.2, rel=0.5)
    assert found.to_frame().loc[0, "documents"] == found.documents


def test_the_number_of_documents_is_the_least_that_is_enough() -> None:
    from scipy.special import stdtrit

    found = sample_size(0.2, pilot=pilot(10))

    def width(documents: int) -> float:
        return float(2 * stdtrit(documents - 1, 0.975) * found.spread / documents**0.5)

    assert width(found.documents) <= 0.2 < width(found.documents - 1)


def test_assumptions_agree_with_a_simulation() -> None:
    kappa, prevalence, units, documents = 0.6, 0.3, 50, 200
    plan = sample_size(
        0.1, kappa=kappa, prevalence=prevalence, units_per_document=units, correlation=0.0
    )
    rng = np.random.default_rng(0)
    free = prevalence * (1 - prevalence)
    cells = [prevalence**2 + kappa * free, free * (1 - kappa), free * (1 - kappa), 0]
    cells[3] = 1 - sum(cells)
    values = []
    for _ in range(200):
        drawn = rng.choice(4, size=units, p=cells)
        values.append(cohen_kappa([drawn // 2, drawn % 2]).value)
    defined = [value for value in values if value is not None]
    # The spread of κ over single documents is what the plan says one document contributes.
    assert np.std(defined) == pytest.approx(plan.spread, rel=0.2)
    assert plan.documents < documents


def test_units_that_lie_together_need_more_documents() -> None:
    options: Any = {"kappa": 0.7, "prevalence": 0.3, "units_per_document": 40}
    apart = sample_size(0.2, correlation=0.0, **options)
    together = sample_size(0.2, correlation=0.2, **options)
    assert together.documents > apart.documents
    assert together.spread == pytest.approx(apart.spread * (1 + 39 * 0.2) ** 0.5)


@pytest.mark.parametrize(
    "changed",
    [
        {"kappa": None},
        {"kappa": 1.0},
        {"kappa": -0.9},
        {"prevalence": 1.0},
        {"units_per_document": 0},
        {"correlation": 1.5},
        {"width": 0},
        {"width": 1e-6},
        {"confidence": 1},
        {"pilot": "both"},
    ],
)
def test_plans_that_make_no_sense_are_refused(changed: dict[str, Any]) -> None:
    options: dict[str, Any] = {
        "width": 0.2, "kappa": 0.7, "prevalence": 0.3, "units_per_document": 40, "correlation": 0.1
    }  # fmt: skip
    options |= changed
    if options.get("pilot"):
        options["pilot"] = pilot(5)
    with pytest.raises(StatisticsError):
        sample_size(options.pop("width"), **options)


def test_pilots_without_documents_are_refused() -> None:
    ratings = [["a", "b", "a", "b"], ["a", "b", "b", "b"]]
    for result in (gwet_ac1(ratings), gwet_ac1(ratings, interval="analytic")):
        with pytest.raises(StatisticsError, match="clusters"):
            sample_size(0.2, pilot=result)
    one_document = gwet_ac1(ratings, clusters=[0] * 4)
    with pytest.raises(StatisticsError, match="needs two clusters that two coders rated"):
        sample_size(0.2, pilot=one_document)
    no_value = gwet_ac1([["a"], ["a"]], clusters=[0])
    with pytest.raises(StatisticsError, match="every rating is 'a'"):
        sample_size(0.2, pilot=no_value)


# ------------------------------------------------------------------------------------ registry


def test_every_measure_says_what_it_is() -> None:
    for name, measure in MEASURES.items():
        assert measure.name == name == measure.function.__name__
        assert measure.formula
        assert measure.title
        assert str(measure.reference).startswith(measure.reference.authors)
        assert "Examples" in str(measure.function.__doc__)
