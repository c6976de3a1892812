"""The project as an analyst uses it: what works, and what is refused with a helpful word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors

TEXT = "We share one budget. I trust Joan. Nobody decides."


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook(
        "study",
        codes=[
            qc.Code("people", name="People", codable=False),
            qc.Code("trust", name="Trust", parent="people"),
            qc.Code("faith", name="Faith", parent="people"),
            qc.Code("money", name="Money"),
        ],
    )
    made = qc.Project.new("Study", codebook=book, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    made.add_document(TEXT, id="a", variables={"site": "north", "age": 40})
    made.add_document("They trust us.", id="b", variables={"site": "south"})
    return made


def test_documents_come_from_a_mapping_and_from_files(tmp_path: Path) -> None:
    (tmp_path / "One Two.txt").write_bytes(b"\xef\xbb\xbfa\r\nb")
    (tmp_path / "three.md").write_text("# c", encoding="utf-8")
    project = qc.Project.new("x")
    project.add_documents({"zero": "0"})
    added = project.add_documents(tmp_path, variables=lambda path: {"length": len(path.name)})
    assert [document.id for document in added] == ["one-two", "three"]
    assert project.documents["one-two"].text == "a\r\nb"
    assert project.documents["three"].variables["length"] == len("three.md")
    assert project.documents["three"].source == (tmp_path / "three.md").as_posix()


def test_adding_again_skips_the_same_text_and_refuses_another(project: qc.Project) -> None:
    assert project.add_documents({"a": TEXT}, existing="skip") == ()
    with pytest.raises(errors.DuplicateError, match="another text"):
        project.add_documents({"a": "other"}, existing="skip")
    assert project.add_documents({"a": TEXT}, variables={"site": "north", "age": 40}) == (), (
        "the same again changes nothing"
    )
    with pytest.raises(errors.DuplicateError, match="'a' exists already"):
        project.add_documents({"c": "new", "a": TEXT}, variables={"site": "east"})
    assert "c" not in project.documents, "nothing is added when one cannot be"
    project.add_documents({"a": TEXT}, variables={"site": "east"}, existing="skip")
    assert project.documents["a"].variables["site"] == "north"


def test_a_variable_keeps_its_type(project: qc.Project) -> None:
    with pytest.raises(errors.DocumentError, match="'age' is whole number in 'a' but text in 'c'"):
        project.add_document("x", id="c", variables={"age": "old"})
    project.add_document("x", id="c", variables={"age": 41.5, "seen": date(2026, 1, 2)})
    project.set_variables("c", age=None)
    assert dict(project.documents["c"].variables) == {"seen": date(2026, 1, 2)}


def test_cases_hold_several_documents_and_documents_several_cases(project: qc.Project) -> None:
    project.add_case("north", variables={"size": 3}, documents=["a"])
    project.add_case("both", documents=["a", "b"])
    assert project.documents["a"].cases == ("north", "both")
    project.set_variables("case:both", size=5)
    assert project.cases["both"].variables["size"] == 5
    with pytest.raises(errors.NotFoundError, match="no document has the id 'c'"):
        project.add_case("wrong", documents=["c"])
    assert "wrong" not in project.cases


def test_assigning_twice_is_assigning_once(project: qc.Project) -> None:
    for _ in range(2):
        project.assign(("a", 0, 20), "Money", coder="ana")
    project.assign(("a", 0, 20), "money", coder="ben")
    assert len(project.assignments) == 2
    project.assign(("a", 0, 20), "money", coder="ana", memo="first", weight=2.0)
    project.assign(("a", 0, 20), "money", coder="ana")
    first = project.assignments[0]
    assert (first.memo, first.weight, first.origin) == ("first", 2.0, "hand")


@pytest.mark.parametrize(
    ("segment", "code", "error", "message"),
    [
        (("a", 0, 999), "trust", errors.SpanError, "ends after the text, which has 50"),
        (("a", 5, 5), "trust", errors.SpanError, "empty or reversed"),
        (("a", -1, 5), "trust", errors.SpanError, "starts before the text"),
        (("z", 0, 5), "trust", errors.NotFoundError, "no document has the id 'z'"),
        (("a", 0, 5), "trsut", errors.NotFoundError, "Did you mean 'trust'"),
        (("a", 0, 5), "people", errors.AssignmentError, "only groups other codes.*trust"),
    ],
)
def test_what_cannot_be_assigned_is_refused(
    project: qc.Project,
    segment: tuple[str, int, int],
    code: str,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        project.assign(segment, code, coder="ana")
    assert len(project.assignments) == 0


def test_codes_out_of_use_say_what_to_use_instead(project: qc.Project) -> None:
    with project.revise(coder="ana") as cb:
        cb.merge("faith", into="trust")
        cb.retire("money")
    with pytest.raises(errors.AssignmentError, match=r"'faith' is merged.*assign 'trust'"):
        project.assign(("a", 0, 5), "faith", coder="ana")
    with pytest.raises(errors.AssignmentError, match=r"'money' is retired.*restore"):
        project.assign(("a", 0, 5), "money", coder="ana")


def test_a_segment_of_another_text_is_refused(project: qc.Project) -> None:
    stranger = qc.Document(id="a", text="Something else.")
    with pytest.raises(errors.AssignmentError, match="another text"):
        project.assign(qc.segment([stranger], unit="document")[0], "trust", coder="ana")


def test_retracting_follows_merges(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "faith", coder="ana")
    with project.revise(coder="ana") as cb:
        cb.merge("faith", into="trust")
    with pytest.raises(errors.AssignmentError, match="'ben' has not assigned"):
        project.retract(("a", 0, 5), "trust", coder="ben")
    project.retract(("a", 0, 5), "trust", coder="ana")
    assert len(project.assignments) == 0
    project.revert(2, coder="ana")
    assert len(project.assignments) == 0, "what was retracted stays retracted"


def test_merged_duplicates_are_one_and_keep_both_memos(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "faith", coder="ana", memo="one")
    project.assign(("a", 0, 5), "trust", coder="ana", memo="two")
    with project.revise(coder="ana") as cb:
        cb.merge("faith", into="trust")
    assert [each.memo for each in project.assignments] == ["one\ntwo"]
    project.revert(2, coder="ana")
    assert sorted(each.memo or "" for each in project.assignments) == ["one", "two"]


def test_a_block_of_changes_takes_effect_as_a_whole_or_not_at_all(project: qc.Project) -> None:
    def revise() -> None:
        with project.revise(coder="eve") as cb:
            cb.rename("trust", "Confidence")
            cb.retire("people")

    with pytest.raises(errors.ChangeError, match="2 codes below it"):
        revise()
    assert project.codebook["trust"].name == "Trust"
    assert len(project.history) == 1
    assert "eve" not in project.coders


def test_reverting_an_addition_that_was_used_is_refused(project: qc.Project) -> None:
    with project.revise(coder="ana") as cb:
        cb.add("new")
    project.assign(("a", 0, 5), "new", coder="ana")
    with pytest.raises(errors.ChangeError, match="addition of new: assignments carry it"):
        project.revert(2, coder="ana")
    project.retract(("a", 0, 5), "new", coder="ana")


def test_a_revert_that_others_build_on_names_them(project: qc.Project) -> None:
    with project.revise(coder="ana") as cb:
        cb.add("new")
        cb.add("below", parent="new")
    with pytest.raises(errors.ChangeError, match=r"revision 3 \(add below\)"):
        project.revert(2, coder="ana")
    with pytest.raises(errors.ChangeError, match="root of the history"):
        project.revert(1, coder="ana")


def test_previews_count_without_changing(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "faith", coder="ana")
    project.assign(("a", 0, 5), "faith", coder="ben")
    project.assign(("b", 0, 5), "faith", coder="ben")
    preview = project.preview(qc.changes.Merge(["faith"], into="trust"))
    assert (preview.assignments, preview.segments, preview.documents, preview.coders) == (
        3,
        2,
        2,
        2,
    )
    assert len(project.history) == 1
    with pytest.raises(errors.ChangeError, match="no code has that id"):
        project.preview(qc.changes.Retire("nothing"))


def test_memos_go_on_anything_that_exists(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="ana")
    for target in ("project", "code:Trust", "document:a", "coder:ana", "revision:1"):
        project.add_memo(target, "note", coder="ana")
    segment = project.segment("a", 0, 5)
    project.add_memo(segment, "here", coder="ana")
    assert [memo.text for memo in project.memos_on(segment)] == ["here"]
    assert len(project.memos_on("code:trust")) == 1
    for wrong in ("document:z", "case:z", "coder:z"):
        with pytest.raises(errors.NotFoundError):
            project.add_memo(wrong, "note", coder="ana")
    with pytest.raises(errors.ProjectError, match="cannot be about 'nonsense'"):
        project.add_memo("nonsense", "note", coder="ana")


def test_coders_that_differ_only_in_case_are_refused(project: qc.Project) -> None:
    project.add_coder("ana", name="Ana Lim")
    with pytest.raises(errors.ProjectError, match="did you mean 'ana'"):
        project.assign(("a", 0, 5), "trust", coder="Ana")
    assert project.add_coder("ana", name="Ana Lim") == project.coders["ana"]
    with pytest.raises(errors.ProjectError, match="there already"):
        project.add_coder("ana")


def test_a_frame_is_assigned_whole_or_not_at_all(project: qc.Project) -> None:
    frame = pd.DataFrame(
        {
            "document": ["a", "a", "b"],
            "start": [0, 0, 0],
            "end": [20, 20, 14],
            "code": ["Money", "trust", "trust"],
            "quote": [TEXT[:20], TEXT[:20], "They trust us."],
            "memo": ["m", None, None],
        }
    )
    assert project.assign_frame(frame, coder="ana") == 3
    assert project.assign_frame(frame, coder="ana") == 0
    assert project.assignments.where(code="money")[0].memo == "m"
    assert {each.origin for each in project.assignments} == {"import"}
    for column, value, message in (
        ("end", 99, "row 3: 0–99 is no span of document 'b'"),
        ("document", "c", "row 3: the document 'c' does not exist"),
        ("code", "people", "row 3: 'people' only groups other codes"),
        ("quote", "They trust me.", "row 3: the quote"),
    ):
        wrong = frame.copy()
        wrong.loc[2, column] = value
        with pytest.raises(errors.AssignmentError, match=message):
            project.assign_frame(wrong, coder="ben")
    with pytest.raises(errors.AssignmentError, match="no column 'coder'"):
        project.assign_frame(frame)
    assert "ben" not in project.coders
    assert len(project.assignments) == 3


def test_a_row_assigned_retracted_and_imported_again_stands(project: qc.Project) -> None:
    frame = pd.DataFrame({"document": ["a"], "start": [0], "end": [5], "code": ["trust"]})
    project.assign(("a", 0, 5), "trust", coder="ana")
    project.retract(("a", 0, 5), "trust", coder="ana")
    assert project.assign_frame(frame, coder="ana") == 1
    assert len(project.assignments) == 1


def test_assignments_go_through_csv(project: qc.Project, tmp_path: Path) -> None:
    project.assign(("a", 0, 20), "money", coder="ana", memo='a "quoted"\nmemo', weight=0.5)
    project.assign(("b", 0, 14), "trust", coder="ben")
    project.write_csv(tmp_path / "codings.csv")
    other = qc.Project.new("Other", codebook=project.codebook)
    other.add_documents({"a": TEXT, "b": "They trust us."})
    assert other.assign_csv(tmp_path / "codings.csv") == 2
    columns = ["document", "start", "end", "code", "coder", "weight", "memo", "quote"]
    pd.testing.assert_frame_equal(
        other.assignments.to_frame()[columns], project.assignments.to_frame()[columns]
    )


def test_the_past_is_kept(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="ana")
    with project.revise(coder="ana") as cb:
        cb.add("new")
    project.assign(("a", 0, 5), "new", coder="ana")
    project.add_document("later", id="c")
    then = project.at(revision=1)
    assert (len(then.assignments), len(then.documents)) == (1, 2)
    assert len(project.at(revision=-1).assignments) == 2
    assert len(project.at(time="2026-01-01T00:00:00Z").documents) == 3
    with pytest.raises(errors.NotFoundError, match="there are revisions 1 to 2"):
        project.at(revision=9)
    with pytest.raises(errors.NotFoundError, match="no codebook yet"):
        project.at(time="2020-01-01T00:00:00Z")
    with pytest.raises(errors.ProjectError, match="one of them"):
        project.at()


def test_a_project_in_memory_needs_a_place_to_save(project: qc.Project, tmp_path: Path) -> None:
    with pytest.raises(errors.ProjectError, match="say where to save"):
        project.save()
    project.save(tmp_path / "study")
    assert project.is_saved
    project.assign(("a", 0, 5), "trust", coder="ana")
    assert not project.is_saved
    project.save()
    assert qc.Project.open(tmp_path / "study").state == project.state
    with pytest.raises(errors.ProjectError, match="not empty"):
        qc.Project.create(tmp_path / "study")


def test_a_codebook_is_applied_as_revisions(project: qc.Project) -> None:
    edited = qc.Codebook(
        "study",
        codes=[
            qc.Code("people", name="People", codable=False),
            qc.Code("trust", name="Confidence", definition="Reliance.", parent="people"),
            qc.Code("money", name="Money", colour="#112233"),
            qc.Code("time", name="Time"),
        ],
    )
    found = project.apply_codebook(edited, coder="ana", reason="meeting")
    assert [change.kind for change in found] == ["add", "redefine", "recolour", "rename", "retire"]
    assert [code.id for code in project.codebook] == ["people", "trust", "money", "time"]
    assert project.codebook.codes["faith"].status == "retired"
    assert len(project.apply_codebook(edited, coder="ana")) == 0


def test_applied_edits_can_be_saved_with_later_changes(tmp_path: Path) -> None:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
    project = qc.Project.create(tmp_path / "study", codebook=book)
    file = tmp_path / "study" / "codebook.yaml"
    file.write_text(
        file.read_text("utf-8").replace("name: trust", "name: Trust  # said so"), "utf-8"
    )
    with project.revise(coder="ana") as cb:
        cb.add("time")
    with pytest.raises(errors.StoreError, match="edits that are not yet part of the history"):
        project.save()
    project.apply_codebook(coder="ana")
    assert project.codebook["time"].is_live, "the file was edited before there was this code"
    with project.revise(coder="ana") as cb:
        cb.rename("money", "Money")
    project.save()
    assert "name: Trust  # said so" in file.read_text("utf-8")
    assert not project.has_unapplied_edits
    assert qc.check_folder(tmp_path / "study") == []


def test_cases_from_a_table_keep_their_names(project: qc.Project) -> None:
    answers = pd.DataFrame(
        {"text": ["x", "y", "z"], "who": ["Participant 1", "Participant 2", "Participant 1"]}
    )
    project.add_documents(answers, cases="who")
    assert {case.id: case.name for case in project.cases.values()} == {
        "participant-1": "Participant 1",
        "participant-2": "Participant 2",
    }
    project.add_document("more", cases=["Participant 2"])
    assert len(project.cases) == 2
    assert project.documents["row-3"].cases == ("participant-1",)
