"""Revising a codebook from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import qualcode as qc
from qualcode.cli import main


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project with three codes, one of which is on two segments."""
    monkeypatch.setenv("QUALCODE_CODER", "ana")
    codes = [qc.Code("soft"), qc.Code("trust", name="Trust", parent="soft"), qc.Code("money")]
    book = qc.Codebook("study", codes=codes)
    folder = tmp_path / "study"
    project = qc.Project.create(folder, name="Study", codebook=book, coder="ana")
    project.add_document("We trust them. They pool money, and trust us.", id="a")
    project.assign(("a", 0, 14), "trust")
    project.assign(("a", 15, 45), "trust")
    project.save()
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["codebook", *map(str, words)])


def test_a_code_is_added_with_what_it_means(study: Path) -> None:
    result = run(
        "add", study, "respite", "--name", "Respite", "--parent", "Trust", "--definition", "Time off.",
        "--include", "days", "--include", "nights", "--reason", "interview 4",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:2] == [
        "revision 2: add respite",
        "it touches 0 of 2 assignments",
    ]
    project = qc.Project.open(study)
    code = project.codebook["Respite"]
    assert (code.id, code.parent, code.definition) == ("respite", "trust", "Time off.")
    assert code.include == ("days", "nights")
    assert project.history.head.reason == "interview 4"
    assert project.history.head.coder == "ana"


def test_a_trial_says_what_is_touched_and_saves_nothing(study: Path) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    result = run("merge", study, "trust", "money", "--reason", "one thing", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "it touches 2 of 2 assignments" in result.output
    assert result.output.endswith("nothing was saved\n")
    after = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before if ".qualcode" not in path.parts} == {
        path: data for path, data in before.items() if ".qualcode" not in path.parts
    }


def test_each_revision_does_what_the_library_does(study: Path) -> None:
    for words in (
        ["rename", study, "trust", "Trust in partners"],
        ["redefine", study, "Trust in partners", "--definition", "They rely on each other."],
        ["move", study, "trust"],
        ["split", study, "trust", "ours=text(them)", "theirs"],
        ["merge", study, "money", "theirs"],
        ["retire", study, "soft"],
    ):
        result = run(*words, "--reason", "as agreed")
        assert result.exit_code == 0, result.output
    project = qc.Project.open(study)
    book = project.codebook
    assert book.codes["trust"].name == "Trust in partners"
    assert book.codes["trust"].definition == "They rely on each other."
    assert book.codes["trust"].parent is None
    assert book.codes["trust"].status == "split"
    # The one that nothing decided stays with the code that was split.
    assert [each.code.id for each in project.assignments] == ["ours", "trust"]
    assert len(project.unresolved) == 1
    assert book.codes["money"].merged_into == "theirs"
    assert book.codes["soft"].status == "retired"
    assert {each.reason for each in project.history.revisions[1:]} == {"as agreed"}


def test_what_is_so_already_changes_nothing(study: Path) -> None:
    result = run("rename", study, "trust", "Trust", "--reason", "again", "--json")
    assert json.loads(result.output)["changes"] == []
    assert len(qc.Project.open(study).history) == 1


def test_json_says_what_was_done(study: Path) -> None:
    result = run("rename", study, "trust", "Faith", "--reason", "their word", "--json")
    assert json.loads(result.output) == {
        "changes": ["revision 2: rename trust to 'Faith'"],
        "touched": 2,
        "undecided": 0,
        "saved": True,
        "revision": 2,
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rename", "nothing", "Name"], "no code has the id or name 'nothing'"),
        (["merge", "trust"], "the one that they are merged into"),
        (["redefine", "trust"], "say what changes: --definition"),
        (["split", "trust", "a=text("], "text("),
        (["move", "soft", "trust"], "soft"),
        (["add", "trust"], "trust"),
    ],
)
def test_what_cannot_be_done_is_said_and_saves_nothing(
    study: Path, words: list[str], message: str
) -> None:
    command, *rest = words
    result = run(command, study, *rest, "--reason", "why not")
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert len(qc.Project.open(study).history) == 1


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qualcode", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("qualcode, version ")
