"""Merging copies of one project, and projects that never were one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import NotFoundError, ProjectError

BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money", definition="Funds.")])
TEXTS = {"a": "We trust them. One budget.", "b": "Nothing much."}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    mine, hers = tmp_path / "mine", tmp_path / "hers"
    project = qc.Project.create(mine, name="Study", codebook=BOOK, coder="ana")
    project.add_documents(TEXTS)
    project.assign(("b", 0, 7), "money")
    project.save()
    shutil.copytree(mine, hers)
    return mine, hers


def other(**codes: str) -> qc.Project:
    book = qc.Codebook("pilot", codes=[qc.Code(id, name) for id, name in codes.items()])
    project = qc.Project.new("Pilot", codebook=book, coder="zoe")
    project.add_documents({"first": TEXTS["a"], "b": "Quite another text."})
    return project


def test_what_each_side_brought_is_told(two: tuple[Path, Path]) -> None:
    for folder, coder in zip(two, ("ana", "ben"), strict=True):
        with qc.Project.open(folder) as project, project.as_coder(coder):
            project.assign(("a", 0, 14), "trust")
            with project.revise() as cb:
                cb.redefine("trust", definition=f"as {coder} has it")
    found = qc.merge(*two)
    assert [side.brought["rows"] for side in found.sides] == [1, 1]
    assert [side.brought["revisions"] for side in found.sides] == [1, 1]
    assert found.to_frame()["coders"].tolist() == [0, 1]
    assert [each.kind for each in found.conflicts] == ["both set"]
    assert "1 open conflict" in str(found)
    assert len(found.project.assignments) == 3


def test_the_sides_stay_as_they_were(two: tuple[Path, Path]) -> None:
    before = {path: path.read_bytes() for path in two[0].parent.rglob("*") if path.is_file()}
    qc.merge(*two).project.save(two[0].parent / "both")
    for path, data in before.items():
        assert path.read_bytes() == data
    with pytest.raises(qc.errors.StoreError, match="there is a project already"):
        qc.merge(*two).project.save(two[0])


def test_what_is_not_saved_is_merged_too(two: tuple[Path, Path]) -> None:
    one, other = map(qc.Project.open, two)
    one.assign(("a", 0, 2), "trust", coder="ana")
    other.assign(("a", 3, 8), "trust", coder="ben")
    whole = qc.merge(one, other).project
    assert {each.coder for each in whole.assignments.where(code="trust")} == {"ana", "ben"}
    # Both go on, and what they merged is merged with them again without a double.
    one.assign(("a", 3, 8), "money", coder="ana")
    assert len(qc.merge(whole, one, other).project.assignments) == 4


def test_rows_that_a_dead_process_left_without_a_seal_come_once(two: tuple[Path, Path]) -> None:
    mine, hers = two
    shutil.rmtree(hers)
    project = qc.Project.open_or_create(mine, coder="ana", autosave=True)
    project.assign(("a", 0, 2), "trust")
    shutil.copytree(mine, hers)
    project._store._sessions.clear()
    whole = qc.merge(mine, hers).project
    assert len(whole.log.rows) == 2
    assert len(whole.assignments) == 2


def test_edits_of_the_codebook_file_that_were_not_applied_are_told(two: tuple[Path, Path]) -> None:
    file = two[1] / "codebook.yaml"
    file.write_text(file.read_text("utf-8").replace("Funds.", "Means."), encoding="utf-8")
    found = qc.merge(*two)
    assert [side.unapplied for side in found.sides] == [False, True]
    assert "were left" in str(found.sides[1])


def test_a_project_merged_is_worked_on_and_saved(two: tuple[Path, Path]) -> None:
    both = two[0].parent / "both"
    whole = qc.merge(*two).project
    whole.assign(("a", 0, 14), "trust", coder="ana")
    whole.save(both)
    whole.assign(("a", 15, 26), "money", coder="ana")
    whole.save()
    assert len(qc.Project.open(both).assignments) == 3
    assert qc.check_folder(both) == []


# Projects that never were one


def test_documents_are_matched_by_their_text_and_others_renamed(two: tuple[Path, Path]) -> None:
    found = qc.merge(two[0], other(trust="Trust"))
    items = {(each.what, each.theirs): each for each in found.items}
    assert items["document", "first"].ours == "a"
    assert items["document", "b"].ours == "b-2"
    assert items["document", "b"].how == "renamed"
    assert found.project.documents["b-2"].text == "Quite another text."


def test_codes_are_matched_by_id_by_name_and_as_given(two: tuple[Path, Path]) -> None:
    theirs = other(money="Geld", faith="Trust", hope="Hope", time="Time")
    for code in ("money", "faith", "hope", "time"):
        theirs.assign(("first", 0, 2), code)
    found = qc.merge(two[0], theirs, codes={"hope": "trust", "time": None})
    items = {
        each.theirs: each for each in found.items if each.what == "code" and each.how != "kept"
    }
    assert (items["money"].ours, items["money"].note) == ("money", "by id")
    assert (items["hope"].ours, items["hope"].note) == ("trust", "as given")
    assert items["time"].ours == "time"
    assert items["faith"].ours in ("trust", "faith")
    whole = found.project
    carried = {each.code.id for each in whole.assignments.where(coder="zoe")}
    assert carried == {items[id].ours for id in ("money", "faith", "hope", "time")}
    assert "Geld" in whole.memos_on("code:money")[0].text
    assert {each.origin for each in whole.assignments.where(coder="zoe")} == {"import:merge"}


def test_the_same_id_can_be_kept_apart(two: tuple[Path, Path]) -> None:
    theirs = other(trust="Trust")
    theirs.assign(("first", 0, 2), "trust")
    whole = qc.merge(two[0], theirs, codes={"trust": None}).project
    assert [each.code.id for each in whole.assignments.where(coder="zoe")] == ["trust-2"]


def test_times_memos_weights_and_marks_are_kept(two: tuple[Path, Path]) -> None:
    theirs = other(trust="Trust")
    made = theirs.assign(("first", 0, 8), "trust", memo="m", weight=2.0)
    memo = theirs.add_memo("document:first", "Read.")
    theirs.add_memo(memo, "Twice.", links=[memo])
    theirs.finish("first")
    whole = qc.merge(two[0], theirs).project
    (each,) = whole.assignments.where(coder="zoe")
    assert (each.time, each.memo, each.weight) == (made.time, "m", 2.0)
    first, second = whole.memos_on("document:a")[0], whole.memos[-2]
    assert (first.time, first.coder) == (memo.time, "zoe")
    assert second.target == f"memo:{first.id}"
    assert second.links == (first.id,)
    assert whole.finished["zoe"] == {"a"}


def test_what_both_have_and_say_otherwise_stays_and_is_told(two: tuple[Path, Path]) -> None:
    with qc.Project.open(two[0]) as mine:
        mine.set_variables("a", site="north", wave=1)
        mine.assign(("a", 0, 8), "trust", coder="zoe", memo="here")
    theirs = other(trust="Trust")
    theirs.set_variables("first", site="south", size=3, wave="one")
    theirs.assign(("first", 0, 8), "trust", memo="there")
    found = qc.merge(two[0], theirs)
    assert dict(found.project.documents["a"].variables) == {"site": "north", "wave": 1, "size": 3}
    kept = {each.what: each.note for each in found.items if each.how == "kept"}
    assert "site is 'south' there" in kept["document"]
    assert "there'" in kept["assignment"]


def test_codes_out_of_use_that_are_carried_come_along(two: tuple[Path, Path]) -> None:
    theirs = other(old="Old", idle="Idle", one="One", two="Two")
    for code in ("old", "one", "two"):
        theirs.assign(("first", 0, 8), code)
    with theirs.revise() as cb:
        cb.retire("old")
        cb.retire("idle")
        cb.merge("one", "two")
    found = qc.merge(two[0], theirs)
    book = found.project.codebook
    assert (book.codes["old"].status, "idle" in book.codes, "one" in book.codes) == (
        "retired",
        False,
        False,
    )
    assert {each.code.id for each in found.project.assignments.where(coder="zoe")} == {"old", "two"}
    assert any(each.how == "left" and "idle" in each.theirs for each in found.items)


def test_coders_can_be_told_who_they_are(two: tuple[Path, Path]) -> None:
    theirs = other(trust="Trust")
    theirs.assign(("first", 0, 8), "trust")
    whole = qc.merge(two[0], theirs, coders={"zoe": "ana"}).project
    assert {each.coder for each in whole.assignments} == {"ana"}
    with pytest.raises(NotFoundError, match="no coder 'joe'"):
        qc.merge(two[0], theirs, coders={"joe": "ana"})
    with pytest.raises(NotFoundError):
        qc.merge(two[0], theirs, codes={"nothing": "trust"})


def test_a_dry_run_makes_no_project(two: tuple[Path, Path]) -> None:
    found = qc.merge(two[0], other(trust="Trust"), dry_run=True)
    assert len(found.items_frame()) == len(found.items) > 0
    assert "dry run" in str(found)
    with pytest.raises(ProjectError, match="dry run"):
        _ = found.project


def test_what_is_no_project_is_refused(two: tuple[Path, Path]) -> None:
    with pytest.raises(ProjectError, match="nothing to merge"):
        qc.merge()
    with pytest.raises(ProjectError, match="is no project"):
        qc.merge(two[0], 3)  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="copies of one project"):
        qc.merge(*two, codes={"a": "b"})


def test_the_command_merges(two: tuple[Path, Path]) -> None:
    both = str(two[0].parent / "both")
    run = CliRunner().invoke(main, ["merge", *map(str, two), "--output", both])
    assert run.exit_code == 0, run.output
    assert "0 open conflicts" in run.output
    assert len(qc.Project.open(both).assignments) == 1
    run = CliRunner().invoke(main, ["merge", *map(str, two)])
    assert run.exit_code == 1
    assert "--output" in run.output
    run = CliRunner().invoke(main, ["merge", *map(str, two), "--dry-run", "--code", "x"])
    assert run.exit_code == 2


def test_variables_of_another_type_stay_behind_and_are_told(two: tuple[Path, Path]) -> None:
    with qc.Project.open(two[0]) as mine:
        mine.set_variables("a", wave=1)
    theirs = other(trust="Trust")
    theirs.add_documents({"c": "One.", "d": "Two."}, variables={"wave": "first"})
    found = qc.merge(two[0], theirs)
    assert {"c", "d", "b-2"} <= found.project.documents.keys()
    notes = {each.theirs: each.note for each in found.items if each.what == "document"}
    assert "without its variables {'wave': 'first'}" in notes["c"]
    assert notes["b"] == "its id is that of another text here"


def test_a_shipped_project_merges_with_a_copy_of_it(tmp_path: Path) -> None:
    project = qc.load_project("partnership-interviews")
    project.save(tmp_path / "copy")
    with qc.Project.open(tmp_path / "copy") as copy:
        copy.add_memo("project", "Read again.", coder="zoe")
    found = qc.merge(qc.load_project("partnership-interviews"), tmp_path / "copy")
    assert not found.items
    assert len(found.project.memos) == len(project.memos) + 1
    assert found.conflicts == project.conflicts


def test_documents_with_one_text_are_matched_one_to_one() -> None:
    one, other = qc.Project.new("One"), qc.Project.new("Other")
    one.add_document("Yes.", id="a")
    one.add_document("No.", id="b")
    for id in ("a", "b"):
        other.add_document("Yes.", id=id)
    found = qc.merge(one, other)
    assert list(found.project.documents) == ["a", "b", "b-2"]
    again = qc.merge(found.project, other)
    assert {each.how for each in again.items} == {"matched"}
    assert list(again.project.documents) == ["a", "b", "b-2"]


def test_a_code_that_was_renamed_when_it_was_taken_over_is_known_again() -> None:
    one = qc.Project.new("One", codebook=qc.Codebook("b", codes=[qc.Code("aims", codable=False)]))
    other = qc.Project.new("Other", codebook=qc.Codebook("b", codes=[qc.Code("aims")]))
    for project in (one, other):
        project.add_document("We aim high.", id="a")
    other.assign(("a", 0, 12), "aims", coder="ben")
    found = qc.merge(one, other)
    assert found.project.codebook.codes["aims-2"].name == "aims (Other)"
    again = qc.merge(found.project, other)
    assert list(again.project.codebook.codes) == ["aims", "aims-2"]
    assert len(again.project.assignments) == 1
    assert len(again.project.log) == len(found.project.log)
