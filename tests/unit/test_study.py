"""Agreement studies: what is compared decides the number, so each choice must do what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.stats.agreement import boundary_similarity, cohen_kappa, krippendorff_alpha
from qualcode.stats.agreement.boundary_measures import boundary_agreement

TEXT = "One here. Two here. Three here. Four here."


@pytest.fixture
def project() -> qc.Project:
    rollup = qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"]), qc.Theme("u", codes=["c"])])
    book = qc.Codebook("study", codes=[qc.Code(id) for id in "abc"], rollups=[rollup])
    made = qc.Project.new("Study", codebook=book)
    for id in ("d1", "d2", "d3"):
        made.add_document(TEXT, id=id)
    sentence = made.segments(unit="sentence")
    for at, code in ((0, "a"), (1, "b"), (4, "a"), (5, "b"), (6, "c"), (8, "a")):
        made.assign(sentence[at], code, coder="ana")
    for at, code in ((0, "a"), (1, "a"), (4, "a"), (6, "c"), (7, "c")):
        made.assign(sentence[at], code, coder="ben")
    return made


def test_only_documents_that_two_coders_covered_are_compared(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    assert study.documents == ("d1", "d2")
    assert (study.coders, study.n_units) == (("ana", "ben"), 8)
    read = project.study(unit="sentence", coverage={"ben": ["d1", "d2", "d3"]})
    assert read.documents == ("d1", "d2", "d3")
    assert read.n_units == 12


def test_a_code_is_compared_unit_by_unit(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    ana, ben = study.ratings("a").tolist()
    assert ana == [True, False, False, False, True, False, False, False]
    assert ben == [True, True, False, False, True, False, False, False]
    assert study.agreement("cohen_kappa", of="a").value == cohen_kappa([ana, ben]).value


def test_uncoded_text_is_a_decision_exactly_where_the_study_says_so(project: qc.Project) -> None:
    decided = project.study(unit="sentence").ratings()
    missing = project.study(unit="sentence", uncoded="missing").ratings()
    assert decided[0, 2] == frozenset()
    assert missing[0, 2] is None
    assert missing[0, 0] == frozenset("a")
    agreed = project.study(unit="sentence", uncoded="missing").agreement("percent_agreement")
    assert (agreed.n_units, agreed.value) == (4, 0.75)


def test_sets_are_compared_by_masi_and_pooled_codes_one_after_the_other(
    project: qc.Project,
) -> None:
    study = project.study(unit="sentence")
    by_hand = krippendorff_alpha(study.ratings(), distance="masi").value
    assert study.agreement().value == by_hand
    pooled = study.ratings("pooled")
    assert pooled.shape == (2, 3 * 8)
    assert (pooled[:, 8:16] == study.ratings("b")).all()
    interval = study.agreement("cohen_kappa", of="pooled").interval
    assert interval is None or interval.n_clusters == 2


def test_intervals_are_by_document_unless_asked_otherwise(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    assert study.agreement().interval is None or study.agreement().interval.method == "jackknife"
    boot = study.agreement(interval="bootstrap", random_state=1, n_resamples=50)
    again = study.agreement(interval="bootstrap", random_state=1, n_resamples=50)
    assert boot == again


def test_themes_agree_where_codes_were_confused(project: qc.Project) -> None:
    codes = project.study(unit="sentence").agreement("percent_agreement").value
    themes = project.study(unit="sentence", level="theme").agreement("percent_agreement").value
    assert codes is not None
    assert themes is not None
    assert themes > codes


def test_characters_are_units_too(project: qc.Project) -> None:
    study = project.study(unit="character")
    assert study.n_units == 2 * len(TEXT)
    assert study.ratings("a")[1, :19].tolist() == [True] * 9 + [False] + [True] * 9
    assert not study.ratings("a")[0, 9:].reshape(-1)[: len(TEXT) - 9].any()


def test_a_coder_compared_with_a_copy_agrees_fully(project: qc.Project) -> None:
    rows = project.assignments.where(coder="ana").to_frame()
    project.assign_frame(rows.assign(coder="copy").drop(columns="quote"))
    study = project.study(unit="sentence", coders=["ana", "copy"])
    assert study.agreement().value == 1.0
    assert all(study.per_code()["value"] == 1.0)
    assert len(study.disagreements()) == 0
    assert study.unitizing("a").u_alpha.value == 1.0


def test_the_order_of_coders_and_codes_does_not_matter(project: qc.Project) -> None:
    one = project.study(unit="sentence", coders=["ana", "ben"])
    other = project.study(unit="sentence", coders=["ben", "ana"], codes=["c", "b", "a"])
    assert one.agreement().value == pytest.approx(other.agreement().value)


def test_disagreements_name_the_text_and_who_said_what(project: qc.Project) -> None:
    frame = project.study(unit="sentence").disagreements()
    first = frame[frame["quote"] == "Two here."].iloc[0]
    assert (first["document"], first["ana"], first["ben"]) == ("d1", "b", "a")
    assert frame["share"].sum() == pytest.approx(1.0)


def test_merging_what_coders_confuse_raises_agreement(project: qc.Project) -> None:
    found = project.study(unit="sentence").what_if()
    best = found.iloc[0]
    assert {best["a"], best["b"]} == {"a", "b"}
    before = project.study(unit="sentence").agreement().value
    with project.revise(coder="ana") as cb:
        cb.merge("b", into="a")
    after = project.study(unit="sentence").agreement().value
    assert before is not None
    assert after == pytest.approx(before + best["gain"])


def test_where_and_what_come_apart(project: qc.Project) -> None:
    parts = project.study(unit="sentence").where_and_what()
    assert set(parts) == {"where", "what", "both"}
    assert parts["what"].n_units == 4, "only units that both coded count for what"
    assert parts["where"].n_units == 8


def test_boundaries_are_where_the_codes_on_the_text_change(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    # d1: ana a b - -, ben a a - -;  d2: ana a b c -, ben a - c c
    sets, a = study.boundaries(), study.boundaries("a")
    texts = [[[1, 1, 2], [2, 2]], [[1, 1, 1, 1], [1, 1, 2]]]
    assert sets.value == boundary_agreement(texts).value
    assert sets.interval == boundary_agreement(texts).interval
    one, two = (boundary_similarity(*text) for text in [([1, 3], [2, 2]), ([1, 3], [1, 3])])
    assert (one.value, two.value) == (0.5, 1.0)
    assert a.value == 0.75
    assert study.boundaries("a", max_move=1).value == pytest.approx(1 / 3)
    assert (sets.n_units, sets.n_coders) == (6, 2)
    characters = project.study(unit="character")
    assert characters.boundaries("c").value == pytest.approx(2 / 3), "both cut before and after"
    whole = project.study(unit="document").boundaries()
    assert (whole.value, whole.reason) == (None, "no segmentation has a boundary to compare")
    with pytest.raises(errors.StatisticsError, match="boundaries lie between units of the text"):
        project.study(unit="segment").boundaries()
    with pytest.raises(errors.StatisticsError, match="pooled codes have no boundaries"):
        study.boundaries("pooled")


@pytest.mark.parametrize("kind", ["machine", "consensus"])
def test_only_persons_are_compared_unless_others_are_named(project: qc.Project, kind: Any) -> None:
    project.add_coder("other", kind=kind)
    project.assign(("d1", 0, 9), "a", coder="other")
    assert project.study(unit="sentence").coders == ("ana", "ben")
    assert project.study(unit="sentence", coders=["ana", "other"]).coders == ("ana", "other")
    named = project.restricted(coders=["ana", "other"]).study(unit="sentence")
    assert named.coders == ("ana", "other"), "who is left was named"
    alone = qc.Project.new("Alone", codebook=project.codebook)
    alone.add_document(TEXT, id="d1")
    alone.add_coder("other", kind=kind)
    for coder in ("ana", "other"):
        alone.assign(("d1", 0, 9), "a", coder=coder)
    with pytest.raises(
        errors.StatisticsError, match=rf"other \({kind}\) must be named in coders=…"
    ):
        alone.study(unit="sentence")


def test_leaving_out_each_coder_names_them(project: qc.Project) -> None:
    project.assign(("d1", 0, 9), "c", coder="carl")
    frame = project.study(unit="sentence").leave_one_coder_out()
    assert frame["coder"].tolist() == ["ana", "ben", "carl"]


def test_studies_that_compare_nothing_are_refused(project: qc.Project) -> None:
    with pytest.raises(errors.StatisticsError, match="two coders or more; there is ana"):
        project.study(unit="sentence", coders=["ana"])
    with pytest.raises(errors.NotFoundError, match="no coder has the id 'eve'"):
        project.study(unit="sentence", coders=["ana", "eve"])
    with pytest.raises(errors.StatisticsError, match="cases"):
        project.study(unit="case")
    with pytest.raises(errors.StatisticsError, match="no measure 'kapa'"):
        project.study(unit="sentence").agreement("kapa")
    with pytest.raises(errors.StatisticsError, match="compare 'sets'"):
        project.study(unit="sentence").ratings("aa")
    with pytest.raises(errors.StatisticsError, match="'decision', 'missing'"):
        project.study(unit="sentence", uncoded="no")  # type: ignore[arg-type]
    project.add_coder("dora")
    project.assign(("d3", 0, 9), "a", coder="dora")
    with pytest.raises(errors.StatisticsError, match="no document was covered by two"):
        project.study(unit="sentence", coders=["ben", "dora"])


def test_no_variation_is_undefined_with_a_reason(project: qc.Project) -> None:
    study = project.study(unit="document", codes=["a"])
    result = study.agreement(of="a")
    assert result.value is None
    assert result.reason
    assert result.observed == 1.0
    assert study.per_code()["reason"].notna().all()


def test_segments_as_coded_meet_only_where_they_are_identical(project: qc.Project) -> None:
    project.assign(("d1", 20, 30), "c", coder="ana")
    project.assign(("d1", 20, 31), "c", coder="ben")
    study = project.study(unit="segment", codes=["c"])
    assert np.asarray(study.ratings("c") == True).sum() == 5  # noqa: E712
    assert study.agreement("percent_agreement", of="c").value < 1
