"""Copies for one coder without the others' work."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import HistoryError, ProjectError, StoreError
from qualcode.report import methods


@pytest.fixture
def project(tmp_path: Path) -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
    made = qc.Project.create(tmp_path / "study", codebook=book, coder="ana")
    made.add_documents({"a": "We trust them. One budget.", "b": "Nothing much."})
    made.assign(("a", 0, 14), "trust", memo="hushhush")
    made.set_variables("a", site="north")  # seals a row
    made.add_memo("code:trust", "hushhush too")
    made.add_memo("segment:a:3-8", "hushhush here")
    made.reject(made.autocode("money", text="budget"), memo="hushhush no")
    made.assign(("b", 0, 7), "money", coder="ben", memo="mine")
    made.finish("a")
    made.save()
    return made


def test_no_word_and_no_place_of_others_is_in_any_file(project: qc.Project, tmp_path: Path) -> None:
    copy = project.blind("ben", tmp_path / "part")
    for path in (tmp_path / "part").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert "hushhush" not in text
            if path.name.startswith("ana"):
                assert '"start"' not in text
                assert "segment:" not in text
    assert [each.memo for each in copy.assignments] == ["mine"]
    assert copy.documents["a"].variables["site"] == "north"
    assert not copy.verdicts
    assert copy.finished == {}
    assert copy.withheld > 0
    assert "withheld" in methods(copy.rollup())
    assert qc.check_folder(tmp_path / "part") == []


def test_the_copy_is_worked_on_and_copied_and_merged(project: qc.Project, tmp_path: Path) -> None:
    copy = project.blind("ben", tmp_path / "part")
    copy.assign(("a", 15, 26), "money", coder="ben")
    copy.save(tmp_path / "again")
    other = project.blind("cem", tmp_path / "other")
    other.assign(("a", 15, 26), "money", coder="cem")
    other.save()
    both = qc.merge(tmp_path / "again", tmp_path / "other").project
    assert both.withheld > 0
    both.save(tmp_path / "both")
    assert qc.check_folder(tmp_path / "both") == []
    assert {each.coder for each in both.assignments} == {"ben", "cem"}
    whole = qc.merge(tmp_path / "both", project).project
    assert whole.withheld == 0
    assert len(whole.assignments) == 4
    assert len(whole.memos) == 2
    assert len(whole.verdicts) == 1


def test_what_was_withheld_is_checked_when_it_is_there(project: qc.Project, tmp_path: Path) -> None:
    project.blind("ben", tmp_path / "part")
    (file,) = (tmp_path / "part" / "log").glob("ana*")
    assert "withheld" in file.name
    lines = file.read_text("utf-8").splitlines(keepends=True)
    number = next(at for at, line in enumerate(lines) if '"kind":"withheld"' in line)
    # Which event it follows is no secret, and cannot be changed unnoticed.
    prev = lines[number].split('"prev":"')[1][:24]
    lines[number] = lines[number].replace(prev, "0" * 24)
    file.write_text("".join(lines), "utf-8")
    with pytest.raises(HistoryError, match="follows an event that is missing"):
        qc.Project.open(tmp_path / "part")


def test_bad_input_makes_nothing(project: qc.Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        project.blind([], tmp_path / "part")
    with pytest.raises(ProjectError):
        project.blind("ben", 3)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="there is a project already"):
        project.blind("ben", tmp_path / "study")
    assert not (tmp_path / "part").exists()


def test_the_command_makes_a_copy(project: qc.Project, tmp_path: Path) -> None:
    arguments = ["blind", str(project.path), "ben", "--output", str(tmp_path / "part")]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 0, run.output
    assert "a copy for ben" in run.output
    run = CliRunner().invoke(main, ["status", str(tmp_path / "part")])
    assert "this is a blind copy" in run.output
    assert CliRunner().invoke(main, ["log", str(tmp_path / "part")]).exit_code == 0
