"""What waits to be done, and the segments of a code side by side."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import AssignmentError, NotFoundError
from qualcode.testing.history import Clock

TEXT = "We trust them. One budget. We hope."


@pytest.fixture
def project() -> qc.Project:
    codes = [
        qc.Code("trust", definition="d", examples="e"),
        qc.Code("money", definition="d", examples="e"),
        qc.Code("group", codable=False),
    ]
    made = qc.Project.new(
        "Study", codebook=qc.Codebook("study", codes=codes), coder="ana", clock=Clock()
    )
    made.add_documents({"a": TEXT, "b": TEXT})
    for document in ("a", "b"):
        made.assign((document, 0, 14), "trust")
        made.assign((document, 15, 26), "money", coder="ben")
    return made


def test_nothing_to_do_is_said(project: qc.Project) -> None:
    assert project.worklist() == ()
    assert str(project.worklist()) == "nothing waits to be done"
    assert qc.Project.new("Empty").worklist() == ()
    assert list(project.worklist().to_frame().columns)[:2] == ["kind", "about"]
    assert len(project.stale()) == 0


def test_stale_is_what_its_coder_made_before_they_saw_the_change(project: qc.Project) -> None:
    with project.revise() as cb:
        cb.redefine("trust", definition="other")
        cb.redefine("money", examples=["more"])  # the same sense
    project.assign(("a", 27, 35), "trust", coder="ben")
    (task,) = project.worklist()
    assert (task.kind, task.about, task.coder, task.count) == ("stale", "code:trust", "ana", 2)
    assert [each.segment.document.id for each in project.stale("trust", coder="ana")] == ["a", "b"]
    assert len(project.stale(coder="ben")) == 0
    rows = len(project.log.rows)
    assert project.confirm(project.stale()) == 2
    assert project.worklist() == ()
    assert len(project.log.rows) == rows + 2
    assert len(project.assignments) == 5
    project.undo()
    assert len(project.stale()) == 2
    with project.revise() as cb:
        cb.revert(2)
    assert len(project.stale()) == 0


def test_only_what_stands_is_confirmed_and_by_its_own_coder(project: qc.Project) -> None:
    each = project.assignments[0]
    with pytest.raises(AssignmentError, match="is not that of 'ben'"):
        project.confirm(each, coder="ben")
    project.retract(each.segment, "trust")
    with pytest.raises(AssignmentError, match="does not stand"):
        project.confirm(each)
    with pytest.raises(AssignmentError):
        project.confirm(["a"])  # type: ignore[list-item]


def test_codes_and_documents_that_wait(project: qc.Project) -> None:
    project.add_documents({"c": "Not yet.", "d": " "})
    project.finish("a", coder="ana")
    with project.revise() as cb:
        cb.add("new")
        cb.split("money", {"cash": qc.where(document="a"), "funds": None})
    found = project.worklist()
    assert found.counts == {
        "undecided": 1, "owed": 3, "not coded": 1, "empty": 1, "no definition": 3, "no example": 3,
        "never used": 2, "used once": 1,
    }  # fmt: skip
    assert found.of("undecided")[0].call == "cb.decide('money', {'cash': …, 'funds': …})"
    assert [each.coder for each in found.of("owed")] == ["ana", "ben", "ben"]
    project.finish(["a", "b"], coder="ben")
    project.finish("b", coder="ana")
    assert "owed" not in project.worklist().counts


def test_conflicts_and_unapplied_edits_come_first(project: qc.Project, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    project.save(one)
    shutil.copytree(one, two)
    for folder, name in ((one, "X"), (two, "Y")):
        with qc.Project.open(folder) as copy:
            copy.rename("a", name)
    whole = qc.merge(one, two).project
    (task,) = whole.worklist()
    assert task.kind == "conflict"
    assert whole.conflicts[0].id in task.call
    both = tmp_path / "both"
    whole.save(both)
    file = both / "codebook.yaml"
    file.write_text(file.read_text("utf-8").replace("definition: d", "definition: D"), "utf-8")
    assert list(qc.Project.open(both).worklist().counts) == ["edits", "conflict"]
    run = CliRunner().invoke(main, ["worklist", str(both)])
    assert "qualcode codebook apply" in run.output
    run = CliRunner().invoke(main, ["worklist", str(both), "--kind", "conflict", "--json"])
    assert '"kind": "conflict"' in run.output
    assert CliRunner().invoke(main, ["worklist", str(both), "--kind", "x"]).exit_code == 1
    assert (
        "to do        1 edits, 1 conflict" in CliRunner().invoke(main, ["status", str(both)]).output
    )


# Side by side


def test_segments_come_with_what_the_code_meant_then(project: qc.Project) -> None:
    with project.revise() as cb:
        cb.redefine("trust", definition="second")
        cb.add("faith", definition="f")
    project.assign(("a", 27, 35), "trust", coder="ben", memo="here")
    project.assign(("b", 27, 35), "faith", coder="ben")
    with project.revise() as cb:
        cb.merge("faith", "trust")
    found = project.compare("trust")
    frame = found.to_frame()
    assert frame["definition"].tolist() == ["d", "d", "second", "f"]
    assert frame["revision"].tolist() == [1, 1, 3, 3]
    assert frame["changed"].tolist() == [True, False, True, True]
    assert frame["assigned_as"].tolist() == ["trust", "trust", "trust", "faith"]
    assert frame["time"].is_monotonic_increasing
    assert "memo: here" in str(found)
    documents = project.compare("trust", order="document").to_frame()["document"].tolist()
    assert documents == ["a", "a", "b", "b"]
    coders = project.compare("Trust".lower(), order="coder").to_frame()["coder"].tolist()
    assert coders == ["ana", "ana", "ben", "ben"]
    assert len(project.at(revision=1).compare("trust")) == 2
    assert str(project.compare("group")) == "nothing carries the code"
    with pytest.raises(AssignmentError, match="order"):
        project.compare("trust", order="size")  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        project.compare("nothing")


def test_the_command_compares(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "study")
    run = CliRunner().invoke(main, ["compare", str(tmp_path / "study"), "trust"])
    assert run.exit_code == 0, run.output
    assert "— revision 1: d" in run.output


def test_an_empty_document_is_settled_by_text_or_by_who_has_seen_it() -> None:
    made = qc.Project.new("Study", coder="ana")
    made.add_documents({"a": "", "b": " "})
    assert made.worklist().counts == {"empty": 2}
    made.finish("a", coder="ben")
    made.correct("b", "We trust them.", reason="the recording was found")
    assert made.worklist().counts == {"not coded": 1}


FILLED = {
    "take=…, reason=…": "take='ana', reason='so'",
    "project.place(": None,
    "{'cash': …, 'kind': …}": "{'cash': lambda each: True, 'kind': None}",
    "definition=…": "definition='What it means.'",
    "examples=[…]": "examples=['Words of it.']",
    "coder=…": "coder='ana'",
    "…": "None",
}


def done(call: str) -> str:
    """Return the code that a task's call says, with what had to be decided filled in."""
    first = re.split(r", or | or (?=project\.finish)|(?<=\)), (?=cb\.)", call)
    code = first[-1] if "project.finish" in first[-1] else first[0]
    for hole, words in FILLED.items():
        code = code.replace(hole, words) if words is not None else code
    return f"with project.revise(reason='so') as cb: {code}" if code.startswith("cb.") else code


def full(folder: Path) -> qc.Project:
    """Return a project with tasks of every kind that a call can settle."""
    named = {"definition": "d", "examples": "e"}
    codes = [qc.Code(id, **named) for id in ("trust", "money", "odd")] + [qc.Code("hope")]
    made = qc.Project.create(
        folder / "one", codebook=qc.Codebook("study", codes=codes), coder="ana", clock=Clock()
    )
    made.add_documents({"a": f"{TEXT} One more. {TEXT}", "b": "Not yet.", "c": ""})
    for coder in ("ana", "ben"):
        for place, code in (((0, 14), "trust"), ((15, 26), "money"), ((27, 35), "hope")):
            made.assign(("a", *place), code, coder=coder)
    made.assign(("a", 36, 45), "odd", coder="ben")
    made.finish("a", coder="ana")
    with made.revise() as cb:
        cb.redefine("trust", definition="other")
        cb.split("money", {"cash": None, "kind": None})
    made.correct("a", made.documents["a"].text.replace("We hope. One", "Maybe not. One"))
    made.save()
    shutil.copytree(folder / "one", folder / "two")
    for name, coder in (("one", "ana"), ("two", "ben")):
        with qc.Project.open(folder / name) as copy, copy.as_coder(coder):
            copy.rename("code:trust", f"Trust of {coder}")
            copy.set_variables("a", site=coder)
    return qc.merge(folder / "one", folder / "two").project


def test_each_call_settles_its_task(tmp_path: Path) -> None:
    tasks = full(tmp_path / "first").worklist()
    assert set(tasks.counts) == {
        "conflict", "quarantine", "undecided", "stale", "owed", "not coded", "empty",
        "no definition", "no example", "never used", "used once",
    }  # fmt: skip
    project = full(tmp_path / "second")
    for _ in range(3 * len(tasks)):  # a definition makes what was coded before stale
        waiting = project.worklist()
        if not waiting:
            break
        task = waiting[0]
        exec(done(task.call), {"project": project})
        left = {(each.kind, each.about, each.coder) for each in project.worklist()}
        assert (task.kind, task.about, task.coder) not in left or task.kind == "conflict", task
    assert project.worklist() == ()
