"""Studies of other programs: what they refuse, and the project that is made of them."""

from __future__ import annotations

import attrs
import pytest

import qualcode as qc
from qualcode.errors import AssignmentError, StudyError
from qualcode.io.exchange.study import Codings, ElementCount, Study, StudyCoding, StudyMemo
from qualcode.project.studies import import_study

BOOK = qc.Codebook("wards", codes=[qc.Code("trust"), qc.Code("kinds", codable=False)])


def study(**changes):
    return attrs.evolve(
        Study(
            name="Wards",
            program="taguette",
            codebook=BOOK,
            documents=[
                qc.Document(id="a", text="We trust them.", variables={"wave": 2}, cases=["north"]),
                qc.Document(id="b", text="They left."),
            ],
            cases=[qc.Case(id="north", variables={"beds": 12})],
            coders=[qc.Coder("ana", "Ana Lim"), qc.Coder("ben")],
            codings=[
                StudyCoding("a", 0, 8, "trust", "ana", "2021-05-06T07:08:09Z", "twice", 2),
                StudyCoding("b", 0, 4, "trust"),
            ],
            memos=[
                StudyMemo("segment:a:0-8", "Here.", "ben", "2021-05-07", id="m1"),
                StudyMemo("project", "Begun."),
            ],
            sets={"care": ["trust"]},
            orders={"wave": ["first", "second"]},
            ids={"code:trust": "17"},
            losses=qc.Losses([qc.Loss("loss", "picture", count=2, reason="has no text")]),
        ),
        **changes,
    )


def test_a_project_has_all_that_the_study_has():
    project = import_study(study()).project
    assert project.name == "Wards"
    assert project.codebook == BOOK
    assert {id: each.name for id, each in project.coders.items()} == {
        "project": "project", "ana": "Ana Lim", "ben": "ben",
    }  # fmt: skip
    assert project.documents["a"].cases == ("north",)
    assert project.cases["north"].variables == {"beds": 12}
    assert project.code_sets == {"care": ("trust",)}
    rows = project.assignments.to_frame()
    assert rows[["document", "start", "end", "code", "coder", "origin"]].values.tolist() == [
        ["a", 0, 8, "trust", "ana", "import:taguette"],
        ["b", 0, 4, "trust", "project", "import:taguette"],
    ]
    assert (rows["memo"].tolist()[0], rows["weight"].tolist()[0]) == ("twice", 2)


def test_times_of_the_file_are_kept():
    project = import_study(study()).project
    assert list(project.log.rows.made.values()) == [1620284889000000]
    assert {each.text: each.time for each in project.memos}["Here."] == "2021-05-07"
    ana = [each for each in project.assignments if each.coder == "ana"]
    assert [each.time for each in ana] == ["2021-05-06T07:08:09Z"]
    assert project.assignments.to_frame()["time"][0].isoformat() == "2021-05-06T07:08:09+00:00"
    assert list(project.assignments.where(until="2021-12-31")) == ana
    # The log has when it was read.
    assert project.log.rows.time.min() > 1620284889000000


def test_what_was_imported_is_one_step_that_can_be_undone():
    project = import_study(study()).project
    project.undo()
    assert not project.documents
    assert not project.assignments
    assert not project.memos


def test_saving_and_opening_gives_the_same(tmp_path):
    project = import_study(study()).project
    project.save(tmp_path / "wards")
    opened = qc.Project.open(tmp_path / "wards")
    assert opened.state == project.state
    assert qc.check_folder(tmp_path / "wards") == []


def test_elements_are_counted_where_the_reader_did_not():
    counts = {each.element: each for each in study().elements}
    assert counts["document"] == ElementCount("document", 2, kept=2)
    assert counts["picture"] == ElementCount("picture", 2, lost=2)


def test_one_code_twice_on_a_segment_is_there_once_with_both_memos():
    codings = [
        StudyCoding("a", 0, 8, "trust", "ana", "2022-01-01", "twice"),
        StudyCoding("a", 0, 8, "trust", "ana", "2021-01-01", "really"),
        StudyCoding("a", 0, 8, "trust", "ben"),
    ]
    report = import_study(study(codings=codings))
    first, second = report.project.assignments
    assert (first.coder, first.memo, second.coder) == ("ana", "twice\nreally", "ben")
    assert [each.count for each in report.losses if each.element == "coding"] == [1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"codings": [StudyCoding("a", 0, 15, "trust")]}, "0–15 is no span of document 'a'"),
        ({"codings": [StudyCoding("a", 3, 3, "trust")]}, "3–3 is no span"),
        ({"codings": [StudyCoding("c", 0, 1, "trust")]}, "document 'c', which the study does not"),
        ({"codings": [StudyCoding("a", 0, 1, "trsut")]}, "Did you mean 'trust'"),
        ({"codings": [StudyCoding("a", 0, 1, "trust", "eve")]}, "the coder 'eve'"),
        ({"memos": [StudyMemo("code:x", "Why?")]}, "the code 'x'"),
        ({"memos": [StudyMemo("segment:a:0-99", "Why?")]}, "ends after the text"),
        ({"sets": {"care": ["x"]}}, "the code 'x'"),
        ({"coders": [qc.Coder("Ana"), qc.Coder("ana")]}, "are one id"),
        ({"cases": []}, "the case 'north'"),
        ({"name": ""}, "a study's name"),
    ],
)
def test_a_study_that_does_not_fit_together_is_refused(changes, told):
    with pytest.raises(StudyError, match=told):
        study(**changes)


def test_a_code_that_only_groups_cannot_be_assigned():
    with pytest.raises(AssignmentError, match="kinds"):
        study(codings=[StudyCoding("a", 0, 1, "kinds")])


def test_counts_must_add_up():
    with pytest.raises(StudyError, match="do not add up"):
        ElementCount("code", 3, kept=1, carried=1)


def test_columns_and_rows_are_the_same_codings():
    codings = study().codings
    assert Codings.of(codings)[:1] == codings[:1]
    with pytest.raises(StudyError, match="different lengths"):
        Codings(document=("a",))
