"""Revising a codebook from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

import qualcode as qc
from qualcode.cli import main, shared


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


@pytest.mark.parametrize("command", [["retire", "money"], ["apply"], ["revert", "1"]])
def test_a_revision_needs_a_reason_and_says_how_to_give_it(study: Path, command: list[str]) -> None:
    name, *rest = command
    for reason in ([], ["--reason", " "]):
        result = run(name, study, *rest, *reason)
        assert result.exit_code == 2
        assert 'say why, as in --reason "two things in one"' in result.output
    assert len(qc.Project.open(study).history) == 1


def test_a_reason_is_asked_for_at_a_terminal(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(
        shared, "sys", SimpleNamespace(stdin=terminal, stdout=sys.stdout, stderr=sys.stderr)
    )
    words = ["codebook", "retire", str(study), "money"]
    result = CliRunner().invoke(main, words, input="nobody uses it\n")
    assert result.exit_code == 0, result.output
    assert "Why? It is kept in the history: " in result.stderr
    assert "Why" not in result.stdout
    assert qc.Project.open(study).history[2].reason == "nobody uses it"


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qualcode", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("qualcode, version ")


# Coding a quote, and beginning


def cli(*words: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, words)))


def test_words_are_coded_where_they_stand(study: Path) -> None:
    result = cli("assign", study, "pool  Money", "money", "--memo", "theirs")
    assert result.output == f"{study}: 1 new assignment; there are 3\n"
    made = qc.Project.open(study).assignments.where(code="money")[0]
    assert (made.segment.quote, made.coder, made.memo) == ("pool money", "ana", "theirs")
    again = cli("assign", study, "pool  Money", "money", "--memo", "theirs")
    assert "0 new assignments" in again.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["trust", "money"], "stands in 2 places, a 3–8, a 36–41"),
        (["nowhere", "money"], "does not stand in any document"),
        (["nowhere", "money", "--document", "a"], "does not stand in document 'a'"),
        (["pool money", "money", "--document", "b"], "no document has the id 'b'"),
        (["pool money", "nothing"], "no code has the id or name 'nothing'"),
        (["pool money", "money", "--offsets", "utf-16"], "--offsets is for FILE"),
        (["codings.csv", "--memo", "x"], "--memo is for CODE"),
    ],
)
def test_words_that_cannot_be_coded_are_told(study: Path, words: list[str], message: str) -> None:
    result = cli("assign", study, *words)
    assert result.exit_code != 0
    assert message in result.output
    assert len(qc.Project.open(study).assignments) == 2


def with_material(folder: Path) -> None:
    """Write what the templates read into a folder."""
    (folder / "interviews").mkdir()
    text = "ANA: We trust them.\nBEN: They trust us.\nANA: Good.\nBEN: Yes."
    (folder / "interviews" / "one.txt").write_text(text, encoding="utf-8")
    (folder / "answers.csv").write_text("nr;why\n1;They trust us.\n2;Money.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "codebook"),
    [
        ("interviews", None),
        ("interviews", "collaboration"),
        ("survey", "collaboration"),
        ("team", None),
    ],
)
def test_a_template_is_a_script_that_runs_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, codebook: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUALCODE_CODER", raising=False)
    given = [] if codebook is None else ["--codebook", codebook]
    begun = cli("init", "sub/study", "--template", template, "--coder", "ana", *given)
    assert begun.exit_code == 0, begun.output
    first, following = begun.output.splitlines()[-2:]
    assert following == "next: python sub/study.py"
    needed = "sub/answers.csv" if template == "survey" else "sub/interviews"
    assert first.startswith("first: ")
    assert needed in first
    with_material(tmp_path / "sub")
    for where in (tmp_path, tmp_path / "sub"):
        run = subprocess.run(
            [sys.executable, str(tmp_path / "sub" / "study.py")],
            cwd=where, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert run.stdout
    assert not Path("study").exists()
    project = qc.Project.open("sub/study")
    assert len(project.documents) > 0
    assert "trust" in project.codebook.codes
    assert len(project.history) == (2 if codebook is None else 1), "nothing is done twice"
    log = "".join(each.read_text("utf-8") for each in Path("sub/study/log").glob("*.jsonl"))
    assert str(tmp_path) not in log, "a folder that others share does not name mine"


def test_a_template_says_nothing_of_material_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with_material(tmp_path)
    assert "first: " not in cli("init", "study", "--template", "survey").output


def test_a_script_is_no_module_that_python_or_the_script_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("random", "qualcode", "pandas"):
        assert f"next: python {name}_study.py" in cli("init", name, "--template", "team").output


def test_a_project_in_the_folder_where_one_is_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "harbour").mkdir()
    monkeypatch.chdir(tmp_path / "harbour")
    begun = cli("init", ".", "--template", "team")
    assert "made the project 'harbour'" in begun.output
    assert (tmp_path / "harbour.py").exists()


def test_a_template_is_not_written_over_a_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.py").write_text("mine", encoding="utf-8")
    result = cli("init", "study", "--template", "survey")
    assert result.exit_code == 1
    assert "is not written over" in result.output
    assert Path("study.py").read_text(encoding="utf-8") == "mine"
    assert not Path("study").exists()
