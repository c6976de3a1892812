"""Methods paragraphs of studies of agreement, what is behind them, and what programs report."""

from __future__ import annotations

import pytest

import qualcode as qc
from qualcode.report.methods import methods
from qualcode.stats import agreement
from qualcode.stats.coefficients import COEFFICIENTS
from qualcode.stats.pairs.association import association


@pytest.fixture(scope="module")
def everything() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.fixture(scope="module")
def interviews(everything: qc.View) -> qc.View:
    return everything.restricted(coders=["ana", "ben"])


def test_a_study_and_what_comes_of_it(everything: qc.View, interviews: qc.View) -> None:
    study = interviews.study(unit="sentence", coders=["ana", "ben"])
    found = {
        "study": study,
        "unitizing": study.unitizing(),
        "unitizing of a code": study.unitizing("trust", interval="bootstrap", n_resamples=20,
                                               random_state=1),
        "where": study.where_and_what()["where"],
        "what": study.where_and_what(interval="bootstrap", n_resamples=20, random_state=2)["what"],
        "boundaries": study.boundaries(),
        "boundaries of a code": study.boundaries("trust", max_move=3, interval="bootstrap",
                                                 n_resamples=20, random_state=1),
        "diagnostics": study.diagnostics("trust"),
        "plan": study.plan(0.05, of="trust", confidence=0.9),
        "nvivo": study.nvivo(),
        "maxqda": study.maxqda(overlap=0.8, n_codes=40),
        "atlasti": study.atlasti(overlap=0.9),
    }  # fmt: skip
    for name, result in found.items():
        text = methods(result, code=True)
        assert "Agreement between 2 coders (ana and ben) was measured on the 9 documents" in text
        repeated = eval(text.rpartition("Code: ")[2], {"project": everything})
        assert methods(repeated, code=True) == text
        if name != "study":
            assert repeated == result
    assert "Compared was whether anything was on a unit, of the 21 codes" in methods(found["where"])
    what = methods(found["what"])
    assert "the set of codes on a unit" in what
    assert "counted as missing, so that labels alone were compared." in what
    assert "where the set of codes changed" in methods(found["boundaries"])
    moved = methods(found["boundaries of a code"])
    assert "where the code trust began or ended" in moved
    assert "a boundary up to 2 places off counting as moved" in moved
    diagnostics = methods(found["diagnostics"])
    cells = study.diagnostics("trust")
    assert f"both gave it to {cells.both}, the first alone to {cells.only_first}" in diagnostics
    assert f"PABAK {cells.pabak:.3f}" in diagnostics
    plan = methods(found["plan"])
    assert f"That {found['plan'].documents} documents be coded" in plan
    assert "a 90 % interval" in plan
    assert "Compared was whether the code trust was on a unit." in plan
    assert "at least 80 % of the longer" in methods(found["maxqda"])
    assert "for 40 codes" in methods(found["maxqda"])
    assert "shared 90 % of the longer" in methods(found["atlasti"])
    nvivo = found["nvivo"].to_frame()
    assert f"({len(nvivo)} cells)" in methods(found["nvivo"])
    assert f"κ was undefined in {nvivo['kappa'].isna().sum()} cells" in methods(found["nvivo"])


def test_what_is_behind_a_table_of_ratings() -> None:
    ratings = [list("aabbab"), list("abbbab"), list("aabbbb")]

    def close(a: object, b: object) -> float:
        return 0.0 if a == b else 0.5

    left = agreement.leave_one_coder_out(ratings, "fleiss_kappa")
    text = methods(left, code=True)
    assert f"{left.without[0].value:.3f} without coder 1" in text
    assert text.endswith("Code: leave_one_coder_out(ratings, 'fleiss_kappa')")
    disputed = agreement.disagreements(ratings, top=1)
    assert "2 of the 6 units" in methods(disputed)
    assert "the first 1 of them looked at" in methods(disputed)
    own = agreement.disagreements(ratings, distance=close)
    assert methods(own, code=True).endswith("disagreements(ratings, distance=close)")
    alpha = agreement.krippendorff_alpha(ratings, distance=close)
    assert methods(alpha, code=True).endswith("krippendorff_alpha(ratings, distance=close)")
    same = agreement.code_diagnostics([["a", "a"], ["a", "a"]], "a")
    assert f"Cohen's κ ({same.reasons['kappa']})" in methods(same)
    pilot = agreement.cohen_kappa(ratings[:2], clusters=[0, 0, 1, 1, 2, 2])
    planned = agreement.sample_size(0.5, pilot=pilot)
    assert methods(planned, code=True).endswith("Code: sample_size(0.5, pilot=pilot)")
    assumed = agreement.sample_size(
        0.2, kappa=0.7, prevalence=0.3, units_per_document=40, correlation=0.05
    )
    assert "with κ 0.7, prevalence 0.3, 40 units a document" in methods(assumed)
    assert "Cantor (1996)" in methods(assumed)


def test_coefficients_of_counts_are_all_named() -> None:
    text = methods(association([3, 4], [4, 5], [5, 6], 10), code=True)
    assert "computed for 2 pairs of codes" in text
    for each in COEFFICIENTS.values():
        assert f"{each.label}, {each.formula}" in text
        assert each.reference in text
