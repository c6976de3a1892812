"""Two people code in two branches, and git puts their work together."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.store.making import clock, contents, made

import qualcode as qc
from qualcode.errors import HistoryError, StoreError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    settings = {
        "user.name": "A B",
        "user.email": "a@example.org",
        "core.autocrlf": "true",  # as on many machines: texts must keep their line ends all the same
        "core.safecrlf": "false",
        "init.defaultBranch": "main",
        "commit.gpgsign": "false",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    run = subprocess.run(
        ["git", *options, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert fails or run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)


@pytest.fixture
def repository(folder: Path) -> Path:
    made(folder)
    git(folder, "init", "--quiet")
    commit(folder, "start")
    git(folder, "branch", "other")
    return folder


def both(repository: Path, here: object, there: object, *, fails: bool = False) -> None:
    """Do one thing on the main branch and another on the other branch, and merge."""
    for branch, work in (("main", here), ("other", there)):
        git(repository, "checkout", "--quiet", branch)
        project = qc.Project.open(repository, clock=clock)
        work(project)  # type: ignore[operator]
        project.save()
        commit(repository, f"work on {branch}")
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-edit", "other", fails=fails)


def test_nothing_private_is_committed(repository: Path) -> None:
    assert set(git(repository, "ls-files").split()) == set(contents(repository))
    qc.Project.open(repository)
    assert git(repository, "status", "--porcelain") == ""


def test_a_clone_is_the_same_and_stays_clean(repository: Path, quick: Path) -> None:
    git(quick, "clone", "--quiet", str(repository), "clone")
    clone = quick / "clone"
    assert contents(clone / "documents") == contents(repository / "documents")
    project = qc.Project.open(clone, clock=clock)
    assert project.state == qc.Project.open(repository).state
    assert qc.check_folder(clone) == []
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    assert git(clone, "status", "--porcelain").split() == ["M", "assignments/ana.jsonl"]


def test_two_coders_in_two_branches_merge_cleanly(repository: Path) -> None:
    def ana(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.retract(("b", 0, 15), "money", coder="ana")
        project.add_memo("code:trust", "Still too wide.", coder="ana")

    def ben(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ben", memo="sure")
        project.assign(("b", 16, 22), "time", coder="ben")
        project.add_memo("document:b", "Short.", coder="ben")

    both(repository, ana, ben)
    merged = qc.Project.open(repository, clock=clock)
    assert qc.check_folder(repository) == []
    found = {(each.coder, each.segment.start, each.code.id) for each in merged.assignments}
    assert found == {
        ("ana", 0, "trust"), ("ana", 16, "trust"), ("ben", 16, "trust"), ("ben", 16, "time"),
    }  # fmt: skip
    assert [memo.text for memo in merged.memos_on("document:b")] == ["Short."]
    merged.assign(("a", 0, 2), "trust", coder="ben")
    merged.save()


def test_two_new_coders_in_two_branches_merge_cleanly(repository: Path) -> None:
    both(
        repository,
        lambda project: project.assign(("a", 16, 20), "trust", coder="cem"),
        lambda project: project.assign(("a", 16, 20), "trust", coder="dee"),
    )
    merged = qc.Project.open(repository)
    assert set(merged.coders) == {"ana", "ben", "cem", "dee"}
    assert qc.check_folder(repository) == []


def test_the_same_new_coder_in_two_branches_is_one(repository: Path) -> None:
    def here(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="cem")
        project.assign(("a", 16, 20), "trust", coder="dee")

    def there(project: qc.Project) -> None:
        project.assign(("a", 3, 8), "trust", coder="dee")
        project.assign(("a", 3, 8), "trust", coder="cem")

    both(repository, here, there)
    merged = qc.Project.open(repository)
    assert set(merged.coders) == {"ana", "ben", "cem", "dee"}
    assert len(merged.assignments.where(coder="dee")) == 2
    assert qc.check_folder(repository) == []


def test_one_coder_on_two_branches_keeps_the_work_of_both(repository: Path) -> None:
    def morning(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.assign(("b", 16, 22), "time", coder="ana")
        project.add_memo("project", "Morning.", coder="ana")

    def evening(project: qc.Project) -> None:
        project.assign(("a", 16, 20), "trust", coder="ana")
        project.assign(("b", 16, 30), "money", coder="ana", memo="late")
        project.retract(("a", 0, 14), "trust", coder="ana")
        project.add_memo("project", "Evening.", coder="ana")

    both(repository, morning, evening)
    merged = qc.Project.open(repository)
    assert qc.check_folder(repository) == []
    found = {
        (each.segment.document.id, each.segment.end, each.code.id) for each in merged.assignments
    }
    assert found == {("a", 20, "trust"), ("b", 22, "time"), ("b", 30, "money"), ("b", 15, "money")}
    assert {memo.text for memo in merged.memos_on("project")} == {"Morning.", "Evening."}


def test_two_revisions_in_two_branches_are_a_conflict_that_is_named(repository: Path) -> None:
    def rename(name: str) -> object:
        def work(project: qc.Project) -> None:
            with project.revise(coder="ana") as cb:
                cb.rename("trust", name)

        return work

    both(repository, rename("Confidence"), rename("Faith"), fails=True)
    with pytest.raises(StoreError, match=r"history\.jsonl, line 3: a mark of a merge conflict"):
        qc.Project.open(repository)
    found = {(each.file, each.line) for each in qc.check_folder(repository)}
    assert {("history.jsonl", 3), ("history.jsonl", 5), ("history.jsonl", 7)} <= found
    assert "codebook.yaml" in {file for file, _ in found}

    # Keeping both sides' lines is a fork; keeping one side's is a history again.
    path = repository / "history.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(each for each in lines if each.startswith("{")), encoding="utf-8")
    with pytest.raises(HistoryError, match=r"line 4: the history forks: revisions 3 and 4"):
        qc.Project.open(repository)
    git(repository, "checkout", "--ours", "history.jsonl", "codebook.yaml")
    assert qc.Project.open(repository).codebook["trust"].name == "Confidence"
    assert qc.check_folder(repository) == []


def test_two_branches_that_change_a_document_are_a_conflict(repository: Path) -> None:
    both(
        repository,
        lambda project: project.set_variables("a", site="east"),
        lambda project: project.set_variables("a", site="west"),
        fails=True,
    )
    with pytest.raises(StoreError, match=r"index\.jsonl, line 1: a mark of a merge conflict"):
        qc.Project.open(repository)
