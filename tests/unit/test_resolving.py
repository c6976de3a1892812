"""Conflicts are settled one way or the other, by value or by author, and stay so in every copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.unit.test_settling import CHANGES

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import ChangeError, NotFoundError, ProjectError
from qualcode.report import methods


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money"), qc.Code("time")])
    made = qc.Project.create(tmp_path / "ana", codebook=book, coder="eve")
    made.add_documents({"a": "We trust.", "b": "They do.", "c": "So."})
    made.add_case("one", documents="b")
    made.add_coder("joint")
    made.add_memo("project", "First.")
    made.assign(("a", 0, 2), "money")
    made.save()
    return tmp_path / "ana"


def at_once(folder: Path, *deeds: Any) -> qc.Project:
    """Let ana and ben do one thing each, and merge."""
    other = folder.with_name("ben")
    shutil.copytree(folder, other)
    for copy, deed in zip((folder, other), deeds, strict=True):
        with qc.Project.open(copy) as project, project.as_coder(copy.name):
            deed(project)
    return qc.merge(folder, other).project


def revise(*call: Any, **fields: Any) -> Any:
    def deed(project: qc.Project) -> None:
        with project.revise() as cb:
            getattr(cb, call[0])(*call[1:], **fields)

    return deed


@pytest.mark.parametrize("taken", ["ana", "ben"])
@pytest.mark.parametrize("name", list(CHANGES))
def test_either_side_can_be_taken(folder: Path, name: str, taken: str) -> None:
    change = CHANGES[name]
    project = at_once(folder, lambda p: change(p, 0), lambda p: change(p, 1))
    (conflict,) = project.conflicts
    assert {side.coder for side in conflict.sides} == {"ana", "ben"}
    (wanted,) = [side.value for side in conflict.sides if side.coder == taken]
    before = qc.merge(project).project
    project.resolve(conflict, take=taken, coder="eve", reason="talked")
    assert project.conflicts == ()
    # It holds in the copy that hears of it, and there the value is what was taken.
    again = qc.merge(before, project, folder, folder.with_name("ben")).project
    assert again.conflicts == ()
    assert again.state == project.state
    registers = project._recorder.fold.registers
    assert registers is not None
    assert registers.value(conflict.target, conflict.field) == wanted
    assert project.log.to_frame()["reason"].iloc[-1] == "talked"


def test_a_value_or_an_event_names_a_side(folder: Path) -> None:
    project = at_once(
        folder,
        lambda p: p.set_variables("a", site="north"),
        lambda p: p.set_variables("a", site="south"),
    )
    (conflict,) = project.conflicts
    with pytest.raises(NotFoundError, match="no side is 'west'"):
        project.resolve(conflict, take="west", coder="new")
    assert "new" not in project.coders
    assert project.conflicts == (conflict,)
    project.resolve(conflict.id, take="north")
    assert project.documents["a"].variables["site"] == "north"
    with pytest.raises(NotFoundError, match="no open conflict"):
        project.resolve(conflict.id)
    with pytest.raises(ProjectError, match="no open conflict of this project"):
        project.resolve(conflict)
    project.undo()
    assert project.conflicts == (conflict,)
    project.resolve(conflict, take=conflict.sides[0].event[:10])
    assert project.documents["a"].variables["site"] == conflict.sides[0].value


def test_as_shown_is_settled_as_shown(folder: Path) -> None:
    project = at_once(folder, revise("rename", "trust", "A"), revise("rename", "trust", "B"))
    name = project.codebook["trust"].name
    project.resolve(project.conflicts[0], reason="fine")
    assert project.conflicts == ()
    assert project.codebook["trust"].name == name


@pytest.mark.parametrize(("taken", "target"), [("ana", "money"), ("ben", "time")])
def test_one_of_two_merges_is_taken(folder: Path, taken: str, target: str) -> None:
    project = at_once(folder, revise("merge", "trust", "money"), revise("merge", "trust", "time"))
    (conflict,) = project.conflicts
    project.resolve(conflict, take=taken)
    assert project.codebook.codes["trust"].merged_into == target
    assert project.conflicts == ()


def test_what_was_changed_while_it_was_removed_comes_back(folder: Path) -> None:
    project = at_once(folder, revise("retire", "trust"), revise("rename", "trust", "Faith"))
    (conflict,) = project.conflicts
    assert conflict.kind == "changed while removed"
    project.resolve(conflict, take="ben", coder="eve")
    assert project.codebook["trust"].name == "Faith"
    assert project.codebook["trust"].is_live
    assert project.conflicts == ()


def test_what_was_used_while_it_was_removed_comes_back_or_stays_out(folder: Path) -> None:
    def assign(project: qc.Project) -> None:
        project.assign(("a", 0, 2), "trust")

    project = at_once(folder, revise("retire", "trust"), assign)
    (conflict,) = project.conflicts
    other = qc.merge(project).project
    project.resolve(conflict, take="ben")
    assert project.codebook["trust"].is_live
    other.resolve(conflict, take="ana")
    assert not other.codebook.codes["trust"].is_live
    assert project.conflicts == other.conflicts == ()


@pytest.mark.parametrize(("take", "left"), [("retracted", 0), ("assigned", 1)])
def test_an_assignment_is_taken_back_or_kept(folder: Path, take: str, left: int) -> None:
    def again(project: qc.Project) -> None:
        project.assign(("a", 0, 2), "money", coder="eve", memo="yes")

    def back(project: qc.Project) -> None:
        project.retract(("a", 0, 2), "money", coder="eve")

    project = at_once(folder, back, again)
    (conflict,) = project.conflicts
    with pytest.raises(NotFoundError, match="'retracted' or 'assigned'"):
        project.resolve(conflict, take="eve")
    project.resolve(conflict, take=take, coder="ana")
    assert len(project.assignments) == left
    assert project.conflicts == ()


def test_two_things_under_one_id_both_stay(folder: Path) -> None:
    project = at_once(
        folder,
        lambda p: p.add_document("One.", id="d"),
        lambda p: p.add_document("Two.", id="d"),
    )
    (conflict,) = project.conflicts
    with pytest.raises(ProjectError, match=r"both stay, .*; then take='shown'$"):
        project.resolve(conflict, take="ana")
    project.resolve(conflict)
    assert project.conflicts == ()


def test_what_cannot_be_taken_changes_nothing(folder: Path) -> None:
    project = at_once(folder, revise("rename", "trust", "Cash"), revise("rename", "trust", "Dosh"))
    (conflict,) = project.conflicts
    hidden, shown = conflict.sides
    with project.revise(coder="zoe") as cb:
        cb.add("fund", name=hidden.value)
    count = len(project.log)
    with pytest.raises(ChangeError, match="both named"):
        project.resolve(conflict, take=hidden.coder, coder="new")
    assert len(project.log) == count
    assert "new" not in project.coders
    assert project.codebook["trust"].name == shown.value
    assert project.conflicts == (conflict,)


def test_open_conflicts_are_counted_and_stated(folder: Path) -> None:
    project = at_once(folder, revise("rename", "trust", "A"), revise("rename", "trust", "B"))
    assert "1 change made at once in different copies" in methods(project.rollup())
    both = folder.with_name("both")
    project.save(both)
    run = CliRunner().invoke(main, ["status", str(both)])
    assert "conflicts    1" in run.output
    run = CliRunner().invoke(main, ["conflicts", str(both)])
    id = run.output.split()[0]
    assert "ana: A" in run.output
    arguments = ["conflicts", str(both), "--resolve", id, "--take", "ana", "--reason", "so"]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 0, run.output
    assert qc.Project.open(both).codebook["trust"].name == "A"
    project = qc.Project.open(both)
    assert "at once in different copies" not in methods(project.rollup())


@pytest.mark.parametrize(("taken", "text"), [("ana", "We all trust."), ("ben", "We trust her.")])
def test_one_of_two_texts_is_taken_with_all_that_is_coded(
    folder: Path, taken: str, text: str
) -> None:
    project = at_once(
        folder,
        lambda p: (p.correct("a", "We all trust."), p.assign(("a", 7, 12), "trust")),
        lambda p: (p.correct("a", "We trust her."), p.assign(("a", 3, 8), "trust")),
    )
    (conflict,) = project.conflicts
    assert str(conflict).startswith("document:a: both set (text): text ")
    assert all(side.told.startswith("text ") for side in conflict.sides)
    project.resolve(conflict, take=taken)
    assert project.documents["a"].text == text
    moved = [each.segment.quote for each in project.assignments.where(code="trust")]
    waiting = [each for passage in project.quarantine for each in passage.assignments]
    assert set(moved) <= {"trust"}
    assert len({each.coder for each in project.assignments.where(code="trust")}) + len(
        [each for each in waiting if each[0] == "trust"]
    ) == len({"ana", "ben"})
    assert project.conflicts == ()


@pytest.mark.parametrize(("taken", "coded"), [("ana", ["Other"]), ("ben", [])])
def test_one_of_two_places_of_a_passage_is_taken(
    folder: Path, taken: str, coded: list[str]
) -> None:
    with qc.Project.open(folder) as project:
        project.correct("a", "Other words.")
    project = at_once(
        folder,
        lambda p: p.place(p.quarantine[0], (0, 5)),
        lambda p: p.place(p.quarantine[0], None),
    )
    (conflict,) = project.conflicts
    assert {side.told for side in conflict.sides} == {"0-5", "nowhere"}
    project.resolve(conflict, take=taken)
    assert [each.segment.quote for each in project.assignments] == coded
    assert project.conflicts == ()


def test_one_assignment_with_two_memos_by_one_coder_is_listed(folder: Path) -> None:
    place = ("a", 0, 2), "trust"
    project = at_once(
        folder,
        lambda p: p.assign(*place, coder="eve", memo="sure"),
        lambda p: p.assign(*place, coder="eve", weight=0.5),
    )
    (conflict,) = project.conflicts
    assert conflict.kind == "assigned differently"
    assert conflict.target == "segment:a:0-2 trust by eve"
    assert {side.told for side in conflict.sides} == {
        "memo 'sure', no weight", "no memo, weight 0.5",
    }  # fmt: skip
    (side,) = [each for each in conflict.sides if each.value == ("sure", None)]
    before = qc.merge(project).project
    project.resolve(conflict, take=side.event)
    (made,) = project.assignments.where(code="trust")
    assert (made.memo, made.weight, project.conflicts) == ("sure", None, ())
    again = qc.merge(before, project).project
    assert (again.conflicts, again.state) == ((), project.state)
    before.assign(*place, coder="eve", memo="both", weight=0.5)
    assert before.conflicts == ()
    assert before.undo()
    before.resolve(before.conflicts[0])
    assert before.conflicts == ()


def test_alike_assignments_by_one_coder_are_no_conflict(folder: Path) -> None:
    def deed(project: qc.Project) -> None:
        project.assign(("a", 0, 2), "trust", coder="eve", memo="sure", weight=1.0)

    assert at_once(folder, deed, deed).conflicts == ()
