"""Appraising sources by instruments: answers, ratings recorded and computed, two people, what it changes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode.errors import NotFoundError, ProjectError, QualcodeError, StatisticsError

LETTERS = dict.fromkeys(range(1, 17), "Y") | {3: "N", 11: "NM", 12: "NM", 15: "NM"}
ALL_MET: dict[object, object] = {**LETTERS}


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook(
        "study",
        codes=[
            qc.Code("trust", attributes={"direction": "supports"}),
            qc.Code("budget", attributes={"direction": "constrains"}),
        ],
        rollups=[
            qc.Rollup(
                "factors",
                themes=[qc.Theme("ties", codes=["trust"]), qc.Theme("money", codes=["budget"])],
            )
        ],
    )
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_case("early")
    for id, text, cases in (
        ("a", "They trust us. We trust them.", ()),
        ("b", "One budget only. They trust us.", ("early",)),
        ("c", "No budget at all.", ("early",)),
    ):
        project.add_document(text, id=id, cases=cases)
    project.assign(("a", 0, 14), "trust")
    project.assign(("b", 0, 16), "budget")
    project.assign(("b", 17, 31), "trust")
    project.assign(("c", 0, 17), "budget")
    return project


def test_partial_answers_come_to_a_rating(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "amstar2", {each: ALL_MET[each] for each in range(1, 9)}, recorded="low")
    half = review.appraisal("amstar2")["a"]
    assert half.missing == ("9", "10", "11", "12", "13", "14", "15", "16")
    assert half.rating is not None
    assert (half.rated("computed"), half.rated("recorded")) == (None, "low")
    review.appraise("a", "amstar2", {each: ALL_MET[each] for each in range(9, 17)})
    whole = review.appraisal()
    assert whole["a"].rated("computed") == "high"
    assert [each.source for each in whole.differences] == ["a"]
    review.appraise("a", "amstar2", {3: None})
    assert review.appraisal()["a"].missing == ("3",)


def test_parts_of_an_item_stand_for_it(project: qc.Project) -> None:
    review = project.review()
    answers = {id: each for id, each in ALL_MET.items() if id != 9}
    review.appraise("a", "amstar2", {**answers, "9a": "no", "9b": "only the other kind of study"})
    found = review.appraisal()["a"]
    assert found.rating is not None
    assert found.rating.critical == ("9",)
    assert found.rated("computed") == "low"
    with pytest.raises(
        ProjectError, match="item 9 is answered twice, as a whole and by its part 9a"
    ):
        review.appraise("a", "amstar2", {9: "yes"})
    assert review.appraisal()["a"] == found


@pytest.mark.parametrize(
    ("answers", "options", "error", "told"),
    [
        ({17: "yes"}, {}, NotFoundError, "no item '17'"),
        ({1: "perhaps"}, {}, ProjectError, "item 1: 'perhaps' is no answer; there are yes, no"),
        ([(1, "yes"), ("1", "no")], {}, ProjectError, "'1' is answered twice"),
        ({1: 3}, {}, ProjectError, "item 1 must be text, not 3"),
        ({1: "yes"}, {"recorded": "fair"}, ProjectError, "must be one of 'high'"),
        (
            {1: "yes"},
            {"quotes": {1: "nobody said so"}},
            ProjectError,
            "does not stand in 'document:a'",
        ),
        ({1: "yes"}, {"quotes": {1: "trust"}}, ProjectError, "stands in 2 places"),
        ({}, {"notes": {2: "why"}}, ProjectError, "there is a note and no value"),
        ({1: "yes"}, {"notes": {40: "why"}}, NotFoundError, "notes: AMSTAR 2 has no item '40'"),
        ("yes", {}, ProjectError, "must be a mapping"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    project: qc.Project, answers: Any, options: dict[str, Any], error: type[Exception], told: str
) -> None:
    before = len(project.log)
    with pytest.raises(error, match=told):
        project.review().appraise("a", "amstar2", answers, **options)
    assert len(project.log) == before


def test_a_source_that_is_not_there_is_refused(project: qc.Project) -> None:
    with pytest.raises(NotFoundError, match="no document or case 'z'"):
        project.review().appraise("z", "amstar2", {1: "yes"})


def test_two_appraise_and_agree(project: qc.Project) -> None:
    review = project.review()
    for source in ("a", "b", "c"):
        review.appraise(source, "amstar2", ALL_MET, coder="ana")
        review.appraise(
            source, "amstar2", {**ALL_MET, 2: "no"} if source == "b" else ALL_MET, coder="ben"
        )
    found = review.appraisal()
    (odd,) = found.disagreements
    assert (odd.source, odd.field, dict(odd.values)) == ("b", "2", {"ana": "yes", "ben": "no"})
    assert found["b"].rating is None
    agreed = found.agreement()
    assert agreed["2"].percent.value == pytest.approx(2 / 3)
    assert agreed["1"].result.value == 1.0
    assert agreed["all"].result.n_units == 48
    done = review.reconcile_appraisal(
        "amstar2", {("b", "2"): "no"}, notes={("b", "2"): "no protocol"}
    )
    assert not done.disagreements
    assert done["b"].rated("computed") == "low"
    assert done["b"].coders == ("ana", "ben", "consensus")
    assert review.appraisal(coders="ana")["b"].rated("computed") == "high"
    # A consensus is nobody who could agree with others.
    assert review.appraisal().agreement().coders == ("ana", "ben")
    with pytest.raises(ProjectError, match="'ben' is a person"):
        review.reconcile_appraisal("amstar2", coder="ben")


def test_nobody_shares_a_source(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "amstar2", ALL_MET, coder="ana")
    with pytest.raises(StatisticsError, match="have a second one fill in"):
        review.appraisal().agreement()


def test_rated_sources_go_into_any_question(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "amstar2", ALL_MET, recorded="low")
    review.appraise("case:early", "amstar2", {**ALL_MET, 2: "no", 4: "no"}, recorded="high")
    assert str(review.rated(at_least="high")) == "document(a)"
    good = review.rated("amstar2", at_least="moderate", by="recorded")
    assert project.rollup("factors", count="documents", where=good)["money"] == 2
    assert len(review.findings("factors", where=good).sources) == 2
    with pytest.raises(ProjectError, match="must be one of"):
        review.rated(at_least="fair")
    with pytest.raises(StatisticsError, match="by must be one of 'recorded', 'computed'"):
        review.rated(at_least="high", by="guessed")  # type: ignore[arg-type]
    review.appraise("case:early", "amstar2", recorded="low")
    with pytest.raises(
        StatisticsError, match="no source has a recorded rating by AMSTAR 2 of at least"
    ):
        review.rated(at_least="high", by="recorded")


def test_what_ratings_change_is_told(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "amstar2", ALL_MET)
    review.appraise("b", "amstar2", {**ALL_MET, 2: "no", 4: "no"})
    found = review.sensitivity("factors", weights={"high": 1, "critically low": 0.25})
    assert [each.id for each in found.subsets] == ["all", "only high", "without high", "weighed"]
    ties, money = found["ties"], found["money"]
    assert [(each.count, each.rank) for each in ties.values()] == [
        (2, 1),
        (1, 1),
        (1, 1),
        (1.25, 1),
    ]
    assert [(each.count, each.rank) for each in money.values()] == [
        (2, 1),
        (0, None),
        (1, 1),
        (0.25, 2),
    ]
    assert found.unrated == ("c",)
    assert found.changes[0] == "only high (1 source): no source is left for money"
    assert found.changes[1].endswith("nothing changes")
    with pytest.raises(StatisticsError, match="'critically low' is missing"):
        review.sensitivity("factors", weights={"high": 1})
    with pytest.raises(StatisticsError, match="none of the 3 sources"):
        review.sensitivity("factors", by="recorded")


def test_an_instrument_of_ones_own(project: qc.Project, tmp_path: Path) -> None:
    said = {
        "id": "own",
        "answers": {"two": {"yes": "met", "no": "weakness"}},
        "items": [{"id": "aim", "text": "clear aim", "answers": "two"}],
        "ratings": ["good", "poor"],
    }
    own = qc.Instrument.of(
        {**said, "rule": lambda answers: "poor" if answers["aim"] == "no" else "good"}
    )
    review = project.review()
    review.appraise("a", own, {"aim": "no"})
    # The log holds no function, so a rule of that kind has to be given again.
    assert review.appraisal("own")["a"].rated("computed") is None
    assert review.appraisal(own)["a"].rated("computed") == "poor"
    with pytest.raises(ProjectError, match="another instrument 'own'"):
        review.appraise("b", {**said, "ratings": ["fine", "poor"]}, {"aim": "yes"})
    (tmp_path / "bad.yaml").write_text(
        "id: bad\nitems:\n  - id: one\n    text: first\n    answers: two\n"
    )
    with pytest.raises(
        ProjectError, match=r"bad.yaml, line 3: .*item one: answers must be one of 'text'"
    ):
        qc.read_instrument(tmp_path / "bad.yaml")
    with pytest.raises(ProjectError, match="end it with a line that asks for none"):
        qc.Instrument.of({**said, "rule": [{"rating": "poor", "other": 1}]})
    with pytest.raises(NotFoundError, match="no instrument named 'amstar'"):
        qc.read_instrument("amstar")


def test_an_instrument_without_ratings_records_none(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "casp-qualitative", {1: "yes", 10: "adds to what is known"})
    assert review.appraisal()["a"].answers["10"] == "adds to what is known"
    with pytest.raises(ProjectError, match="gives no overall rating"):
        review.appraise("a", "casp-qualitative", recorded="high")


def test_what_is_undone_withdrawn_or_erased_is_nowhere(project: qc.Project, tmp_path: Path) -> None:
    review = project.review()
    review.appraise("case:early", "amstar2", {1: "yes", 2: "no"}, quotes={2: "One budget only"})
    review.appraise("a", "amstar2", {1: "yes"})
    step = project.undo()
    assert step.coder == "ana"
    assert [each.source for each in review.appraisal()] == ["case:early"]
    project.redo()
    project.save(tmp_path / "study")
    project.erase("b", reason="asked to")
    with qc.Project.open(tmp_path / "study") as opened:
        assert dict(opened.review().appraisal()["case:early"].answers) == {"1": "yes"}
    project.withdraw("a")
    assert [each.source for each in review.appraisal()] == ["case:early"]


def test_answers_of_others_are_not_in_a_blind_copy(project: qc.Project, tmp_path: Path) -> None:
    project.review().appraise("a", "amstar2", {1: "yes"}, coder="ana")
    project.add_coder("ben")
    project.save(tmp_path / "study")
    blind = project.blind("ben", tmp_path / "blind")
    assert blind.state.review.entries == ()
    assert "instrument:amstar2" in blind.state.review.forms


def test_what_one_answers_at_once_in_two_copies_is_a_conflict(
    project: qc.Project, tmp_path: Path
) -> None:
    project.review().appraise("a", "amstar2", {1: "yes"}, coder="ana")
    project.save(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for folder, answer in (("one", "yes"), ("two", "no")):
        with qc.Project.open(tmp_path / folder) as copy:
            copy.review().appraise("a", "amstar2", {2: answer}, notes={2: folder}, coder="ana")
    whole = qc.merge(tmp_path / "one", tmp_path / "two").project
    (conflict,) = whole.conflicts
    assert "no (two)" in str(conflict)
    whole.resolve(conflict, take=next(each for each in conflict.values if each[0] == "no"))
    assert not whole.conflicts
    assert whole.review().appraisal()["a"].answers["2"] == "no"


def test_another_project_brings_its_answers(project: qc.Project, tmp_path: Path) -> None:
    project.review().appraise(
        "b", "amstar2", {1: "yes"}, quotes={1: "One budget only"}, notes={1: "why"}
    )
    qc.Project.new("Other", codebook=project.codebook).save(tmp_path / "other")
    project.save(tmp_path / "one")
    whole = qc.merge(tmp_path / "other", tmp_path / "one").project
    (entry,) = whole.state.review.entries
    assert (entry.value, entry.note, entry.anchors[0].place) == ("yes", "why", ("b", 0, 15))


def test_a_script_that_runs_again_appraises_once(tmp_path: Path) -> None:
    def script() -> int:
        with qc.Project.open_or_create(tmp_path / "study", codebook="collaboration") as project:
            project.add_document("We trust them.", id="a")
            review = project.review()
            review.appraise("a", "amstar2", {1: "yes", 2: "no"}, quotes={1: "trust"}, coder="ana")
            review.appraise("a", "amstar2", {2: "yes"}, coder="ana")
            review.appraise("a", "amstar2", {1: None}, recorded="low", coder="ana")
            review.reconcile_appraisal("amstar2", {("a", "2"): "partial yes"})
            return len(project.log)

    assert script() == script()


def test_a_past_state_has_the_answers_of_then(project: qc.Project) -> None:
    review = project.review()
    review.appraise("a", "amstar2", ALL_MET)
    moment = project.log.heads()[0]
    review.appraise("a", "amstar2", {2: "no"})
    assert project.at(moment).review().appraisal()["a"].rated("computed") == "high"
    assert not hasattr(project.at(moment).review(), "appraise")


@pytest.mark.parametrize("end", [".csv", ".xlsx"])
def test_a_table_goes_out_and_comes_back(project: qc.Project, tmp_path: Path, end: str) -> None:
    if end == ".xlsx":
        pytest.importorskip("openpyxl")
    review = project.review()
    review.appraise(
        "b", "amstar2", ALL_MET, notes={1: "in its title"}, recorded="low", coder="ana",
        quotes={1: ["One budget only", "They trust us"]},
    )  # fmt: skip
    path = tmp_path / f"table{end}"
    assert review.write_appraisal("amstar2", path, coder="ana") == 3
    assert review.read_appraisal(path, "amstar2", coder="ben") == 1
    ana, ben = (
        [
            (each.field, each.value, each.note, each.anchors)
            for each in project.state.review.entries
            if each.coder == who
        ]
        for who in ("ana", "ben")
    )
    assert sorted(ana) == sorted(ben)
    with pytest.raises(ProjectError, match="already"):
        review.write_appraisal("amstar2", path)


WRONG: tuple[Any, ...] = (3, 3.5, b"x", object(), ["a"], {"a": 1}, "\ud800", True)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: type(each).__name__)
def test_wrong_arguments_have_errors_of_ours_and_leave_nothing(
    project: qc.Project, wrong: Any
) -> None:
    review = project.review()
    review.appraise("a", "amstar2", {1: "yes"}, recorded="low")
    review.extract("a", "impacts", {"outcome": "x"}, row=1)
    before = len(project.log)
    for ask in (
        lambda: review.appraise(wrong, "amstar2", {1: "yes"}),
        lambda: review.appraise("b", wrong, {1: "yes"}),
        lambda: review.appraise("b", "amstar2", {1: wrong}),
        lambda: review.appraise("b", "amstar2", {1: "yes"}, notes={1: wrong}, recorded=wrong),
        lambda: review.appraise("b", "amstar2", {1: "yes"}, quotes={1: wrong}),
        lambda: review.extract("b", wrong, {"outcome": "x"}, row=1),
        lambda: review.extract("b", "impacts", {"effect": wrong}, row=1),
        lambda: review.appraisal(wrong),
        lambda: review.appraisal(coders=wrong),
        lambda: review.rated(at_least=wrong),
        lambda: review.sensitivity("factors", by="recorded", weights=wrong),
        lambda: review.reconcile_appraisal("amstar2", {("a", "1"): wrong}),
        lambda: review.read_extraction(wrong, "impacts"),
        lambda: qc.Instrument.of({"id": "x", "items": wrong}),
        lambda: qc.Template.of({"id": "x", "fields": [{"id": "y", "choices": wrong}]}),
    ):
        with pytest.raises(QualcodeError):
            ask()
    assert len(project.log) == before
