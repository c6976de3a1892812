"""Studies at other levels, with stated coverage, and as pilots for the next one."""

from __future__ import annotations

import re

import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.texts.segmenters import by_line
from qualcode.stats.agreement import sample_size

TEXT = "One here. Two here. Three here. Four here."


@pytest.fixture
def project() -> qc.Project:
    codes = [qc.Code("root", codable=False), *(qc.Code(id, parent="root") for id in "ab")]
    rollups = [
        qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"]), qc.Theme("u", codes=["c"])]),
        qc.Rollup("empty", themes=[qc.Theme("nothing", codes=["d"])]),
    ]
    book = qc.Codebook("study", codes=[*codes, qc.Code("c"), qc.Code("d")], rollups=rollups)
    made = qc.Project.new("Study", codebook=book)
    for id in ("d1", "d2", "d3"):
        made.add_document(TEXT, id=id)
    sentence = made.segments(unit="sentence")
    for at, code in ((0, "a"), (1, "b"), (4, "a"), (5, "b"), (6, "c"), (8, "a"), (9, "c")):
        made.assign(sentence[at], code, coder="ana")
    for at, code in ((0, "a"), (1, "a"), (4, "a"), (6, "c"), (7, "c"), (8, "b")):
        made.assign(sentence[at], code, coder="ben")
    return made


def test_every_level_is_in_one_frame(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    frame = study.by_level()
    levels = [(row.level, row.nodes) for row in frame.itertuples()]
    assert levels == [("code", 3), ("theme", 2), ("theme", 0), ("theme", 3), ("domain", 2)]
    assert frame["rollup"].iloc[1:].tolist() == ["r", "empty", "tree", "tree"]
    assert frame["value"].iloc[0] == study.agreement().value
    themes = project.study(unit="sentence", level="theme", rollup="r").agreement()
    assert frame["value"].iloc[1] == themes.value
    assert themes.interval is not None
    assert frame["low"].iloc[1] == themes.interval.low
    assert frame["reason"].iloc[2] == "the coders used no theme that could be compared"
    assert study.by_level("percent_agreement", rollups=["r"])["level"].tolist() == ["code", "theme"]


def test_a_codebook_without_levels_has_the_codes_alone() -> None:
    made = qc.Project.new("Flat", codebook=qc.Codebook("flat", codes=[qc.Code("a")]))
    made.add_document(TEXT, id="d1")
    for coder, end in (("ana", 9), ("ben", 19)):
        made.assign(("d1", 0, end), "a", coder=coder)
    frame = made.study(unit="sentence").by_level(of="pooled")
    assert frame["level"].tolist() == ["code"]


def test_a_study_of_chosen_codes_has_no_other_levels(project: qc.Project) -> None:
    chosen = project.study(unit="sentence", codes="a")
    assert [node.id for node in chosen.nodes] == ["a"]
    with pytest.raises(errors.StatisticsError, match="chosen codes only"):
        chosen.by_level()
    with pytest.raises(errors.StatisticsError, match="chosen codes only"):
        chosen.at_level("theme")
    with pytest.raises(errors.StatisticsError, match="names nothing to compare"):
        project.study(unit="sentence", codes=[])


def test_stated_coverage_adds_who_found_nothing(project: qc.Project) -> None:
    project.add_coder("carl")
    study = project.study(unit="sentence", coverage={"carl": "d1"})
    assert study.coders == ("ana", "ben", "carl")
    assert study.ratings()[2, :4].tolist() == [frozenset()] * 4
    assert study.ratings()[2, 4:].tolist() == [None] * 8
    assert study.coverage == {"carl": ("d1",)}


def test_stated_coverage_leaves_out_what_lies_outside(project: qc.Project) -> None:
    study = project.study(unit="sentence", coverage={"ana": ["d2", "d1"]})
    assert study.documents == ("d1", "d2")
    assert study.coverage == {"ana": ("d1", "d2")}
    segments = project.study(unit="segment", coverage={"ana": ["d1"]})
    assert segments.n_units == 2, "ben's segments elsewhere are no units"
    with pytest.raises(errors.NotFoundError, match="no coder has the id 'anna'"):
        project.study(unit="sentence", coverage={"anna": ["d1"]})
    with pytest.raises(errors.NotFoundError, match="d9"):
        project.study(unit="sentence", coverage={"ana": ["d9"]})
    with pytest.raises(errors.StatisticsError, match="ana 0"):
        project.study(unit="sentence", coverage={"ana": []})


def test_documents_without_text_have_no_units(project: qc.Project) -> None:
    project.add_document("", id="d4")
    everything = {coder: list(project.documents) for coder in ("ana", "ben")}
    assert project.study(unit="document", coverage=everything).documents == ("d1", "d2", "d3")


def test_a_study_says_what_it_is(project: qc.Project) -> None:
    study = project.study(unit=re.compile(r"\w+\."), uncoded="missing")
    assert repr(study) == (
        r"<Study of ana, ben on 3 codes: 12 units (\w+\.) in 3 documents, uncoded is missing>"
    )
    assert project.study(unit=by_line).unit == "by_line"


def test_coders_named_twice_are_one(project: qc.Project) -> None:
    with pytest.raises(errors.StatisticsError, match="there is ana"):
        project.study(unit="sentence", coders=["ana", "ana"])


def test_the_probability_of_low_agreement_is_a_share_of_bootstraps(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    found = study.probability_below(random_state=3, n_resamples=200)
    drawn = study.agreement(interval="bootstrap", random_state=3, n_resamples=200)
    assert found == {each: drawn.probability_below(each) for each in (0.667, 0.8)}
    assert study.probability_below(1.1, random_state=3) == {1.1: 1.0}
    one_code = project.study(unit="document", codes=["a"])
    with pytest.raises(errors.StatisticsError, match="is undefined: "):
        one_code.probability_below(of="a", random_state=3)


def test_a_study_plans_the_next_one(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    pilot = study.agreement("percent_agreement", of="pooled")
    assert study.plan(0.1, measure="percent_agreement", of="pooled") == sample_size(
        0.1, pilot=pilot
    )
    wide = study.plan(0.3, confidence=0.9)
    narrow = study.plan(0.1, confidence=0.9)
    assert narrow.documents > wide.documents


def test_a_code_is_taken_apart(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    found = study.diagnostics("a")
    assert (found.both, found.only_first, found.only_second, found.neither) == (2, 1, 1, 8)
    assert found.code == "a"
    with pytest.raises(errors.StatisticsError, match="compare one of"):
        study.diagnostics("d")


def test_measures_on_text_are_no_measures_of_units(project: qc.Project) -> None:
    study = project.study(unit="sentence")
    with pytest.raises(errors.StatisticsError, match="takes what coders marked in a text"):
        study.agreement("nvivo_kappa")
    with pytest.raises(errors.StatisticsError, match="Did you mean 'cohen_kappa'"):
        study.leave_one_coder_out("cohen_kapa")
