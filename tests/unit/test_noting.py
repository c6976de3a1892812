"""Memos, the journal, code sets, scales of weights, saved views, codes in vivo, and recoding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors

TEXT = "We share one budget. I trust Joan. Nobody decides."


@pytest.fixture
def project() -> qc.Project:
    times = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(999))
    book = qc.Codebook("study", codes=[qc.Code("trust", name="Trust"), qc.Code("money")])
    made = qc.Project.new("Study", codebook=book, coder="eve", clock=lambda: next(times))
    made.add_document(TEXT, id="a", variables={"site": "north"})
    made.add_document("They trust us.", id="b", cases="one")
    return made


# Memos


def test_a_memo_is_edited_and_withdrawn_and_the_log_keeps_it(project: qc.Project) -> None:
    memo = project.add_memo("code:trust", "Too wide?", coder="ana")
    written = list(project.log)[-1]
    edited = project.edit_memo(memo, "Settled.", coder="ben")
    assert (edited.id, edited.text, edited.coder, edited.time) == (
        memo.id,
        "Settled.",
        "ana",
        memo.time,
    )
    assert project.memos == (edited,)
    assert project.edit_memo(memo.id, "Settled.") == edited
    project.withdraw_memo(memo.id, reason="written twice")
    assert project.memos == ()
    assert [each.text for each in project.at(written.id).memos] == ["Too wide?"]
    assert [event.kind for event in project.log][-2:] == ["edit-memo", "withdraw-memo"]
    assert list(project.log)[-1].reason == "written twice"
    for again in (lambda: project.edit_memo(memo, "x"), lambda: project.withdraw_memo(memo)):
        with pytest.raises(errors.NotFoundError, match="or it was withdrawn"):
            again()
    project.undo()
    assert project.memos == (edited,)


def test_memos_link_to_memos_and_are_about_memos(project: qc.Project) -> None:
    first = project.add_memo("project", "One.")
    second = project.add_memo("code:trust", "Two.", links=first)
    third = project.add_memo(first, "About one.", links=[first.id, second])
    assert (second.links, third.links) == ((first.id,), (first.id, second.id))
    assert third.target == f"memo:{first.id}"
    assert project.memos_on(first) == project.memos_on(f"memo:{first.id}") == (third,)
    with pytest.raises(errors.NotFoundError, match="no memo has the id 'zz'"):
        project.add_memo("project", "x", links="zz")
    with pytest.raises(errors.NotFoundError, match="no memo has the id 'zz'"):
        project.add_memo("memo:zz", "x")
    with pytest.raises(errors.ProjectError, match="links"):
        project.add_memo("project", "x", links=3)  # type: ignore[arg-type]


def test_the_same_memo_again_is_the_same_memo(project: qc.Project) -> None:
    memo = project.add_memo("code:Trust", "note", coder="ana")
    count = len(project.log)
    assert project.add_memo("code:trust", "note", coder="ana") == memo
    assert len(project.log) == count
    assert project.add_memo("code:trust", "note", coder="ben") != memo
    assert len(project.memos_on("code:Trust")) == 2
    for wrong in ("", " ", None, 3):
        with pytest.raises(errors.ProjectError):
            project.add_memo("project", wrong)  # type: ignore[arg-type]


def test_memos_on_what_add_memo_takes(project: qc.Project) -> None:
    project.add_memo("revision:1", "why")
    project.add_memo("code:Trust", "n")
    assert [memo.text for memo in project.memos_on("revision:1")] == ["why"]
    assert [memo.text for memo in project.memos_on("code:Trust")] == ["n"]
    with pytest.raises(errors.ProjectError, match="cannot be about 'kode:a'"):
        project.memos_on("kode:a")


def test_the_journal_is_read_by_date(project: qc.Project) -> None:
    memo = project.add_memo("code:trust", "Too wide?")
    project.write_journal("Began.", coder="ana", links=memo)
    project.write_journal("Went on.")
    frame = project.journal()
    assert list(frame.columns) == ["time", "coder", "text", "links", "memo"]
    assert frame["text"].tolist() == ["Began.", "Went on."]
    assert frame["coder"].tolist() == ["ana", "eve"]
    assert frame["links"].tolist() == [[memo.id], []]
    assert frame["time"].is_monotonic_increasing
    project.edit_memo(frame["memo"][1], "Went on, slowly.")
    assert project.journal()["text"].tolist() == ["Began.", "Went on, slowly."]


# Code sets


def test_code_sets_are_named_and_apart_from_rollups(project: qc.Project) -> None:
    project.set_codes("key", ["Trust", "money", "trust"])
    project.set_codes("soft", "trust")
    assert dict(project.code_sets) == {"key": ("trust", "money"), "soft": ("trust",)}
    assert len(project.assignments.where(code=project.code_sets["key"])) == 0
    then = project.at(list(project.log)[-1].id)
    project.set_codes("soft", [])
    assert dict(project.code_sets) == {"key": ("trust", "money")}
    assert "soft" in then.code_sets
    with pytest.raises(errors.NotFoundError, match="Did you mean 'trust'"):
        project.set_codes("odd", "trsut")
    with pytest.raises(errors.ProjectError, match="name"):
        project.set_codes("", "trust")


# Weights


def test_a_scale_says_what_weights_mean_and_refuses_others(project: qc.Project) -> None:
    project.set_scale({3: "central", 1: "mentioned", 2: "discussed"}, coder="ana")
    assert dict(project.scale) == {1: "mentioned", 2: "discussed", 3: "central"}
    project.assign(("a", 0, 20), "money", weight=2)
    with pytest.raises(errors.AssignmentError, match=r"weight 4 is not on .*1 \(mentioned\), 2"):
        project.assign(("a", 0, 20), "money", weight=4)
    with pytest.raises(errors.ProjectError, match="the weights 2, which the scale lacks"):
        project.set_scale({1: "no", 5: "yes"})
    project.set_scale({})
    project.assign(("a", 0, 20), "money", weight=4.5)
    assert project.assignments[0].weight == 4.5
    for wrong in ({"much": "x"}, {1: ""}, {1: 3}, [1], {float("nan"): "x"}):
        with pytest.raises(errors.ProjectError, match="labels"):
            project.set_scale(wrong)  # type: ignore[arg-type]


def test_weights_of_a_frame_keep_to_the_scale(project: qc.Project) -> None:
    project.set_scale({1: "mentioned", 2: "central"})
    frame = pd.DataFrame({"document": ["a"], "start": 0, "end": 5, "code": "trust", "weight": 3})
    with pytest.raises(
        errors.AssignmentError, match=r"none was: row 1: weight 3: not on .*2 \(central"
    ):
        project.assign_frame(frame, coder="ana")
    assert len(project.assignments) == 0
    assert project.assign_frame(frame.assign(weight=2), coder="ana") == 1


# Saved views


def test_a_narrowing_is_saved_by_name(project: qc.Project) -> None:
    project.set_variables("case:one", wave=2)
    for document, end in (("a", 5), ("b", 4)):
        project.assign((document, 0, end), "trust", coder="ana")
    project.assign(("b", 0, 4), "money", coder="ben")
    shown = project.save_view("wave 2, by ana", variables={"wave": 2}, coders="ana")
    assert list(shown.documents) == ["b"]
    assert [each.coder for each in shown.assignments] == ["ana"]
    assert project.views == ("wave 2, by ana",)
    project.add_document("More.", id="c", cases="one")
    assert list(project.view("wave 2, by ana").documents) == ["b", "c"], "looked up anew"
    project.save_view("a", documents="a", origin=["hand"])
    assert list(project.view("a").documents) == ["a"]
    project.drop_view("a")
    assert project.views == ("wave 2, by ana",)
    with pytest.raises(errors.NotFoundError, match="no view has the name 'wave 2'"):
        project.view("wave 2")
    with pytest.raises(errors.NotFoundError, match="no view has the name 'a'"):
        project.drop_view("a")
    with pytest.raises(errors.ProjectError, match="narrow nothing"):
        project.save_view("all")
    with pytest.raises(errors.NotFoundError, match="no coder"):
        project.save_view("odd", coders="zz")
    assert project.views == ("wave 2, by ana",)


# In vivo


def test_the_words_of_a_segment_make_a_code(project: qc.Project) -> None:
    made = project.assign(("a", 35, 50), in_vivo=True, coder="ana")
    assert (made.code.id, made.code.name) == ("nobody-decides", "Nobody decides")
    assert made.code.examples == ("Nobody decides.",)
    assert project.history.head.coder == "ana"
    again = project.assign(("a", 35, 49), in_vivo=True)
    assert again.code.id == "nobody-decides", "the same words are the same code"
    assert len(project.history) == 2
    project.undo()
    project.undo()
    assert project.codebook.codes["nobody-decides"].status == "reverted"
    assert len(project.assignments) == 0, "the code and the assignment are one step"


def test_codes_much_like_the_words_are_shown_first(project: qc.Project) -> None:
    segment = project.segment("b", 5, 10)
    assert project.assign(segment, in_vivo=True).code.id == "trust"
    wide = project.segment("b", 0, 14)
    with pytest.raises(
        errors.AssignmentError, match=r"much like 'They trust us': 'trust' \(Trust\)"
    ):
        project.assign(wide, in_vivo=True)
    assert len(project.history) == 1
    assert project.assign(wide, in_vivo="new").code.id == "they-trust-us"


def test_what_makes_no_code_in_vivo_is_refused(project: qc.Project) -> None:
    project.add_document("… ! " + "word " * 60, id="long")
    for segment, options, message in (
        (("long", 0, 3), {}, "no words"),
        (("long", 4, 300), {}, "too many for the name"),
        (("a", 0, 20), {"code": "trust"}, "leave out code 'trust'"),
    ):
        with pytest.raises(errors.AssignmentError, match=message):
            project.assign(segment, in_vivo=True, **options)  # type: ignore[arg-type]
    with pytest.raises(errors.AssignmentError, match="in_vivo"):
        project.assign(("a", 0, 20), in_vivo="yes")  # type: ignore[arg-type]
    with pytest.raises(errors.AssignmentError, match="say which code"):
        project.assign(("a", 0, 20))
    assert len(project.history) == 1


def test_words_of_a_code_that_was_merged_lead_to_where_it_went(project: qc.Project) -> None:
    project.assign(("a", 35, 50), in_vivo=True)
    with project.revise() as cb:
        cb.merge("nobody-decides", into="money")
    assert project.assign(("a", 35, 49), in_vivo=True).code.id == "money"


# Recoding


def test_recoding_keeps_memo_weight_and_origin(project: qc.Project) -> None:
    made = project.assign(("a", 0, 20), "trust", coder="ana", memo="why", weight=2, origin="import")
    changed = project.recode(made, "money")
    assert (changed.code.id, changed.coder) == ("money", "ana")
    (found,) = project.assignments
    assert (found.code.id, found.memo, found.weight, found.origin) == ("money", "why", 2, "import")
    assert project.recode(found, "money").code.id == "money"
    with pytest.raises(errors.AssignmentError, match="no assignment of 'trust'"):
        project.recode(made, "money")
    with pytest.raises(errors.AssignmentError, match="the assignment is by 'ana'"):
        project.recode(found, "trust", coder="ben")
    with pytest.raises(errors.AssignmentError, match="assignment"):
        project.recode(("a", 0, 20), "trust")  # type: ignore[arg-type]
    project.undo()
    (found,) = project.assignments
    assert (found.code.id, found.memo) == ("trust", "why")


# Frames


def test_a_frame_gives_memos_and_weights_to_what_stands(project: qc.Project) -> None:
    row = {"document": "a", "start": 0, "end": 5, "code": "trust", "coder": "ana"}

    def held() -> list[tuple[Any, ...]]:
        return [(each.memo, each.weight, each.origin) for each in project.assignments]

    project.assign(("a", 0, 5), "trust", coder="ana")
    assert project.assign_frame(pd.DataFrame([{**row, "memo": "later", "weight": 3}])) == 0
    assert held() == [("later", 3, "hand")]
    assert project.assign_frame(pd.DataFrame([{**row, "weight": 2}])) == 0
    assert held() == [("later", 2, "hand")], "what a row does not say stays"
    count = len(project.log)
    project.assign_frame(pd.DataFrame([{**row, "memo": "later", "weight": 2}]))
    assert (held(), len(project.log)) == ([("later", 2, "hand")], count)
    project.undo()
    assert held() == [("later", 3, "hand")]


def test_a_frame_whose_rows_repeat_keeps_all_memos(project: qc.Project) -> None:
    row = {"document": "a", "start": 0, "end": 5, "code": "trust", "coder": "ana"}
    frame = pd.DataFrame([{**row, "memo": "one"}, {**row, "memo": "two"}])
    assert project.assign_frame(frame) == 1
    (found,) = project.assignments
    assert found.memo is not None
    assert "two" in found.memo


def test_a_frame_keeps_when_it_was_made_and_refuses_unknown_columns(project: qc.Project) -> None:
    row = {"document": "a", "start": 0, "end": 5, "code": "trust", "coder": "ana"}
    project.assign_frame(pd.DataFrame([{**row, "time": "2021-12-30"}]))
    frame = project.assignments.to_frame()
    assert frame["time"].astype(str).str.startswith("2021-12-30").all(), "when it was made"
    with pytest.raises(errors.AssignmentError, match="'wieght'"):
        project.assign_frame(pd.DataFrame([{**row, "wieght": 2}]))


def test_ids_and_choices_that_look_right_are_checked(project: qc.Project) -> None:
    added = project.add_document("t", id="n", cases="P12")
    assert (added.cases, list(project.cases)) == (("P12",), ["one", "P12"])
    with pytest.raises(errors.QualcodeError, match=r"0\.5"):
        project.assign(("a", 0.5, 3.9), "trust")  # type: ignore[arg-type]
    with pytest.raises(errors.DocumentError, match="existing"):
        project.add_documents({"q": "t"}, existing="skipp")  # type: ignore[arg-type]
