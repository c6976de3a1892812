"""An erasure is all or nothing, leaves nothing behind, and goes through git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.store.crashing import SECRET, holding, with_a_secret
from tests.store.faults import faulty, full_at
from tests.store.making import opened
from tests.store.test_atomic import crash, needs_fork

import qualcode as qc
from qualcode.errors import HistoryError, StoreError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


@needs_fork
@pytest.mark.parametrize("task", ["erasing", "pseudonymising"])
def test_a_process_that_dies_meanwhile_leaves_the_old_or_the_new_state(
    quick: Path, task: str
) -> None:
    found = crash(task, quick)
    outcomes = found["outcomes"]
    assert isinstance(outcomes, list)
    assert set(outcomes) == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True), "there is one moment of commit"
    assert found["left"] == []


def test_a_full_disk_leaves_all_as_it_was_and_it_can_be_erased_later(quick: Path) -> None:
    with_a_secret(quick / "count")
    with faulty(lambda count, kind: None) as calls:
        opened(quick / "count").erase(f"case:{SECRET}")
    failed = 0
    for number in range(1, len(calls) + 1, 3):
        folder = quick / f"{number}"
        with_a_secret(folder)
        project = opened(folder)
        before = project.state
        with faulty(full_at(number)):
            try:
                project.erase(f"case:{SECRET}")
            except StoreError:
                failed += 1
                assert project.state == before
        if "s" in project.documents:
            assert qc.check_folder(folder) == []
            project.erase(f"case:{SECRET}")
        assert qc.check_folder(folder) == []
        assert holding(folder, SECRET) == []
        shutil.rmtree(folder)
    assert failed > 5


def test_what_an_erasure_left_cannot_be_changed_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    project = with_a_secret(folder)
    project.erase("s")
    path = next(
        path for path in (folder / "log").glob("*.jsonl") if b'"kind":"erased"' in path.read_bytes()
    )
    lines = path.read_bytes().split(b"\n")
    at = next(at for at, line in enumerate(lines) if b'"kind":"erased"' in line)
    told = lines[at].replace(b'"kind":"erased"', b'"kind":"memo","target":"code:trust"')
    path.write_bytes(b"\n".join([*lines[:at], told, *lines[at + 1 :]]))
    with pytest.raises(HistoryError, match="was rewritten, and no erasure says so"):
        qc.Project.open(folder)
    assert any("no erasure says so" in problem.message for problem in qc.check_folder(folder))


def test_a_script_that_has_the_project_open_does_not_bring_it_back(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    with_a_secret(folder)
    other = qc.Project.open(folder)
    other.assign(("s", 0, 8), "money", coder="dov", memo=f"{SECRET} again")
    qc.Project.open(folder).erase(f"case:{SECRET}")
    other.save()
    again = qc.Project.open(folder)
    assert "s" not in again.documents
    again.save()
    assert holding(folder, SECRET) == []
    assert qc.check_folder(folder) == []


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )  # fmt: skip
    return done.stdout


@needs_git
@pytest.mark.parametrize("who_merges", ["eraser", "other"])
def test_it_stays_erased_when_clones_are_merged_by_git(tmp_path: Path, who_merges: str) -> None:
    mine, hers = tmp_path / "mine", tmp_path / "hers"
    with_a_secret(mine)
    git(mine, "init", "-q", "-b", "main")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "begin")
    git(tmp_path, "clone", "-q", "mine", "hers")
    theirs = qc.Project.open(hers)
    theirs.assign(("s", 0, 8), "money", coder="dov", memo=f"{SECRET} too")
    theirs.assign(("a", 0, 2), "money", coder="dov", memo="kept")
    theirs.add_memo("document:s", f"{SECRET} as well", coder="dov")
    theirs.save()
    git(hers, "add", "-A")
    git(hers, "commit", "-qm", "work")
    erased = qc.Project.open(mine).erase("case:Zanzibar", reason="asked to")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "erase")
    assert [each.kind for each in erased.remains] == ["git", "copy"]
    assert "main" in str(erased.remains[0])
    here, there = (mine, "../hers") if who_merges == "eraser" else (hers, "../mine")
    git(here, "pull", "-q", "--no-rebase", "--no-edit", there, "main")
    merged = qc.Project.open(here)
    assert "s" not in merged.documents
    assert [each.memo for each in merged.assignments if each.coder == "dov"] == ["kept"]
    assert not merged.is_saved
    merged.save()
    assert qc.check_folder(here) == []
    held = [name for name in holding(here, SECRET) if not name.startswith(".git/")]
    assert held == []
    assert qc.Project.open(here).is_saved


def test_backups_and_copies_beside_the_folder_are_named(tmp_path: Path) -> None:
    project = with_a_secret(tmp_path / "study")
    project.backup(tmp_path / "before.zip")
    shutil.copytree(tmp_path / "study", tmp_path / "old")
    erased = project.erase("s")
    assert [(each.kind, Path(each.where).name) for each in erased.remains] == [
        ("backup", "before.zip"),
        ("copy", "old"),
    ]
    project.backup(tmp_path / "after.zip")
    assert [each.kind for each in project.erase("b").remains] == ["backup", "backup", "copy"]


def test_a_log_with_an_erasure_can_be_backed_up_restored_and_worked_on_blind(
    tmp_path: Path,
) -> None:
    project = with_a_secret(tmp_path / "study")
    project.erase(f"case:{SECRET}")
    project.backup(tmp_path / "study.zip")
    restored = qc.restore(tmp_path / "study.zip", tmp_path / "restored")
    assert restored.state == project.state
    blind = project.blind("ben", tmp_path / "blind")
    blind.assign(("b", 0, 5), "money", coder="ben")
    blind.save()
    whole = qc.merge(project, blind).project
    assert len(whole.assignments) == len(project.assignments) + 1
    whole.save(tmp_path / "whole")
    assert qc.check_folder(tmp_path / "whole") == []
    assert holding(tmp_path / "whole", SECRET) == []


def test_what_a_repair_wrote_beside_the_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    with_a_secret(folder)
    path = max((folder / "log").glob("*.jsonl"), key=lambda each: each.stat().st_size)
    path.write_bytes(path.read_bytes() + b'{"half a line of Zanzibar\n')
    (tmp_path / "study-before-repair-20260101T000000.zip").write_bytes(b"damaged itself")
    with pytest.warns(UserWarning, match="was damaged"):
        project = qc.Project.open(folder, repair=True)
    erased = project.erase(f"case:{SECRET}")
    assert holding(folder, SECRET) == []
    assert [each.kind for each in erased.remains] == ["backup", "backup"]
    assert all(Path(each.where).name.startswith("study-before-repair-") for each in erased.remains)
    assert "may hold it. Delete it" in str(erased.remains[0])


@needs_git
@pytest.mark.parametrize("who_pulls", ["mine", "hers"])
def test_a_pull_of_work_that_did_not_know_of_pseudonyms_is_taken_back_and_made_again(
    tmp_path: Path, who_pulls: str
) -> None:
    mine, hers = tmp_path / "mine", tmp_path / "hers"
    with_a_secret(mine)
    git(mine, "init", "-q", "-b", "main")
    git(mine, "add", "-A")
    git(mine, "commit", "-qm", "begin")
    git(tmp_path, "clone", "-q", "mine", "hers")
    theirs = qc.Project.open(hers)
    theirs.assign(("s", 0, 8), "money", coder="dov", memo=f"{SECRET} too")
    theirs.save()
    qc.Project.open(mine).pseudonymise({SECRET: "P4"})
    for folder in (mine, hers):
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "work")
    here, there = (mine, "../hers") if who_pulls == "mine" else (hers, "../mine")
    git(here, "pull", "-q", "--no-rebase", "--no-edit", there, "main")
    with pytest.raises(HistoryError, match="git reset --hard HEAD~1 takes that back"):
        qc.Project.open(here)
    git(here, "reset", "-q", "--hard", "HEAD~1")
    qc.Project.open(hers).pseudonymise({SECRET: "P4"})
    git(hers, "add", "-A")
    git(hers, "commit", "-qm", "pseudonymise")
    git(here, "pull", "-q", "--no-rebase", "--no-edit", there, "main")
    merged = qc.Project.open(here)
    assert [each.memo for each in merged.assignments if each.coder == "dov"] == ["P4 too"]
    merged.save()
    assert qc.check_folder(here) == []
    assert [name for name in holding(here, SECRET) if not name.startswith(".git/")] == []


@pytest.mark.parametrize("task", ["erase", "pseudonymise"])
def test_stray_files_in_the_folder_are_named(tmp_path: Path, task: str) -> None:
    folder = tmp_path / "study"
    project = with_a_secret(folder)
    assert project.erase("s", dry_run=True).remains == ()
    [view] = (folder / "documents").glob("s.*.txt")
    strays = [f"documents/{view.name}~", "documents/notes.txt", "log/old.jsonl~", "texts/s.txt~"]
    for name in strays:
        shutil.copy(view, folder / name)
    if task == "erase":
        remains = project.erase(f"case:{SECRET}").remains
    else:
        remains = project.pseudonymise({SECRET: "P4"}).remains
    assert {each.kind for each in remains} == {"file"}
    assert sorted(Path(each.where).relative_to(folder).as_posix() for each in remains) == sorted(
        strays
    )
    assert "Look at it, and delete it" in str(remains[0])
    assert holding(folder, SECRET) == sorted(strays)


def test_a_text_that_files_of_an_older_copy_brought_back_is_named(tmp_path: Path) -> None:
    folder, old = tmp_path / "study", tmp_path / "old"
    with_a_secret(folder)
    shutil.copytree(folder, old)
    qc.Project.open(folder).erase(f"case:{SECRET}")
    for path in old.glob("*/*"):
        there = folder / path.relative_to(old)
        if path.is_file() and not there.exists():
            shutil.copy(path, there)
    project = qc.Project.open(folder)
    project.save()
    assert "s" not in project.documents
    held = holding(folder, SECRET)
    told = {each.file: each.message for each in qc.check_folder(folder)}
    assert held == [name for name in told if name.startswith("texts/s.")] != []
    assert all("delete it" in told[name] for name in held)
    assert set(held) <= {
        Path(each.where).relative_to(folder).as_posix()
        for each in project.erase("b").remains
        if each.kind == "file"
    }
