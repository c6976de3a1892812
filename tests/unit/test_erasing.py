"""Erasing documents and cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.test_cli import run
from tests.unit.test_withdrawing import WORD, project, shown  # noqa: F401  # a fixture

import qualcode as qc
from qualcode.errors import ChangeError, NotFoundError, ProjectError


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_dry_run_says_what_would_go_and_does_nothing(project: qc.Project, tmp_path: Path) -> None:  # noqa: F811
    project.save(tmp_path / "study")
    before, state = files(tmp_path / "study"), project.state
    would = project.erase("gone-7", dry_run=True)
    assert (would.documents, would.rows, would.event) == (1, 1, "")
    assert str(would).startswith("a dry run, nothing was erased: document:gone-7: 1 document, ")
    assert (files(tmp_path / "study"), project.state) == (before, state)
    done = project.erase("gone-7")
    assert (done.documents, done.rows, done.events) == (1, 1, would.events)


def test_what_is_withdrawn_can_be_erased_and_not_reinstated(project: qc.Project) -> None:  # noqa: F811
    project.withdraw("case:joan", reason="asked to")
    assert project.erase("case:joan").documents == 2
    with pytest.raises(NotFoundError, match="is not withdrawn"):
        project.reinstate("case:joan")
    with pytest.raises(NotFoundError, match="no document has the id"):
        project.erase("gone-7")
    assert [(each.target, each.documents, each.erased) for each in project.withdrawals] == [
        ("case", 2, True)
    ]
    assert WORD not in shown(project)


def test_it_cannot_be_undone(project: qc.Project) -> None:  # noqa: F811
    project.erase("gone-7")
    with pytest.raises(ProjectError, match="no step to undo"):
        project.undo()
    with pytest.raises((ChangeError, NotFoundError)):
        project.revert(project.log.heads()[0])


def test_what_quotes_it_goes_or_is_told(project: qc.Project, tmp_path: Path) -> None:  # noqa: F811
    with project.revise(reason="examples") as cb:
        cb.redefine("trust", examples=[f"I trust {WORD}", "We trust them."])
        cb.redefine("money", definition=f"What {WORD} is not about")
    project.add_memo("code:money", "a plain memo")
    project.add_memo("code:trust", f"see what {WORD} says")
    project.save(tmp_path / "study")
    found = project.erase("gone-7")
    assert found.examples == (f"I trust {WORD}",)
    assert project.codebook["trust"].examples == ("We trust them.",)
    assert project.at(revision=2).codebook["trust"].examples == ("We trust them.",)
    assert {(each.where, each.field) for each in found.quoted} == {
        ("case:joan", "alias"),
        ("code:money", "definition"),
        ("code:trust", "text"),
    }
    held = [name for name, data in files(tmp_path / "study").items() if WORD.encode() in data]
    assert sorted(name.partition("/")[0] for name in held) == ["codebook.yaml", "log"]
    assert b"I trust " + WORD.encode() not in b"".join(files(tmp_path / "study").values())


def test_that_short_quotes_were_not_looked_for_is_said(project: qc.Project) -> None:  # noqa: F811
    project.add_document("We met Ada Berg there.", id="short")
    with project.revise() as cb:
        cb.redefine("trust", examples=["Ada Berg"], definition="As Ada Berg has it")
    told = project.erase("short", dry_run=True)
    assert (told.examples, told.quoted) == ((), ())
    assert "not looked for" in str(told)
    assert (
        "find_names (qualcode names) lists what looks like names, and pseudonymise replaces them"
        in str(told)
    )
    assert "not looked for" in str(project.erase("short"))
    project.pseudonymise({"Ada Berg": "P9"})
    assert "Ada" not in shown(project)


def test_an_edited_codebook_file_is_applied_first(project: qc.Project, tmp_path: Path) -> None:  # noqa: F811
    project.save(tmp_path / "study")
    path = tmp_path / "study" / "codebook.yaml"
    path.write_text(path.read_text().replace("name: study", "name: A study"))
    if not project.has_unapplied_edits:
        pytest.skip("the codebook's file does not say its name so")
    with pytest.raises(ProjectError, match="apply them first"):
        project.erase("gone-7")


def test_the_command_line_asks_before_it_erases(project: qc.Project, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "study"
    project.save(folder)
    before = files(folder)
    asked = run("erase", str(folder), "gone-7", "--reason", "asked to")
    assert asked.exit_code == 0
    assert "nothing was done: say --yes to erase it" in asked.output
    assert files(folder) == before
    backup = tmp_path / "before.zip"
    done = run("erase", str(folder), "gone-7", "--yes", "--backup", str(backup), "--json")
    said = json.loads(done.output)
    assert said["documents"] == 1
    assert [each["kind"] for each in said["remains"]] == ["backup"]
    assert backup.exists()
    assert "gone-7" not in qc.Project.open(folder).documents
    assert run("check", str(folder)).exit_code == 0
    again = run("erase", str(folder), "gone-7", "--yes")
    assert again.exit_code == 1
    assert "no document has the id 'gone-7'" in again.output
