"""A save is all or nothing, whatever happens to the process or the disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.faults import Fault, broken_from, faulty, full_at, full_from
from tests.store.making import change_everything, contents, made, opened, private, step

import qualcode as qc
from qualcode.errors import StoreError

ROOT = Path(__file__).resolve().parents[2]
KEPT = {".gitignore", "lock", "cache", "copies.json"}
"""What may stay in the private folder when nothing is going on."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")


def crash(task: str, folder: Path) -> dict[str, object]:
    """Run a task in a process of its own, which forks the processes that die."""
    command = [sys.executable, "-m", "tests.store.crashing", task, str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return found


@needs_fork
def test_a_process_killed_while_it_saves_leaves_a_state_that_was_saved(tmp_path: Path) -> None:
    found = crash("killed", tmp_path)
    assert found["kills"] == 36
    assert found["bad"] == []
    assert found["stray"] == []


@needs_fork
def test_a_process_that_dies_at_any_call_leaves_the_old_or_the_new_state(quick: Path) -> None:
    found = crash("each-call", quick)
    outcomes = found["outcomes"]
    assert isinstance(outcomes, list)
    assert set(outcomes) == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True), "there is one moment of commit"
    assert outcomes.count("old") > 30, "most of the work comes before it"
    assert found["stray"] == []


@needs_fork
def test_dying_while_putting_back_is_harmless_too(quick: Path) -> None:
    found = crash("putting-back", quick)
    assert found["deaths"]
    assert found["bad"] == []


@needs_fork
def test_an_interrupted_creation_can_be_repeated(quick: Path) -> None:
    found = crash("creation", quick)
    assert found["deaths"]
    assert found["bad"] == []


@needs_fork
def test_a_reader_never_sees_half_a_save(quick: Path) -> None:
    found = crash("reading", quick)
    assert found["openings"]
    assert found["bad"] == []


@pytest.fixture
def base(quick: Path) -> Path:
    made(quick / "base")
    return quick / "base"


@pytest.fixture
def new(base: Path) -> dict[str, bytes]:
    folder = base.with_name("new")
    made(folder)
    project = opened(folder)
    change_everything(project)
    project.save()
    return contents(folder)


def attempt(base: Path, folder: Path, fault: Fault) -> tuple[qc.Project, list[str], str | None]:
    """Save a changed copy of a project on a disk that fails; return what went wrong, if anything did."""
    made(folder)
    project = opened(folder)
    change_everything(project)
    with faulty(fault) as calls:
        try:
            project.save()
        except StoreError as error:
            return project, calls, str(error)
    return project, calls, None


def calls_of_a_save(base: Path, folder: Path) -> int:
    _, calls, problem = attempt(base, folder, lambda count, kind: None)
    assert problem is None
    assert {"open", "create", "write", "fsync", "rename", "unlink", "mkdir"} <= set(calls)
    return len(calls)


@pytest.mark.parametrize("kind", [full_at, full_from], ids=["for a moment", "for good"])
def test_a_full_disk_changes_nothing_and_a_later_save_succeeds(
    base: Path, new: dict[str, bytes], quick: Path, kind: Callable[[int], Fault]
) -> None:
    old = contents(base)
    failed = 0
    for number in range(1, calls_of_a_save(base, quick / "count") + 1):
        folder = quick / f"{number}"
        project, _, problem = attempt(base, folder, kind(number))
        if problem is not None:
            failed += 1
            assert "No space left on device" in problem
            assert str(folder) in problem
            assert contents(folder) == old, f"call {number}: half a save is left"
            assert qc.Project.open(folder).state == qc.Project.open(base).state
            project.save()
        assert contents(folder) == new, f"call {number}"
        assert project.is_saved
        step(project)
        project.save()
        assert {name.split("/")[0] for name in private(folder)} <= KEPT, "strays are swept"
        shutil.rmtree(folder)
    assert failed > 30


def test_a_disk_that_is_gone_and_comes_back_has_the_old_state(
    base: Path, new: dict[str, bytes], quick: Path
) -> None:
    old = contents(base)
    for number in range(1, calls_of_a_save(base, quick / "count") + 1, 2):
        folder = quick / f"{number}"
        project, _, problem = attempt(base, folder, broken_from(number))
        if problem is not None and number % 4 == 1:
            qc.Project.open(folder)
            assert contents(folder) == old, f"call {number}"
        if problem is not None:
            project.save()
        assert contents(folder) == new, f"call {number}"
        shutil.rmtree(folder)


def test_an_interruption_from_the_keyboard_leaves_the_old_state(
    base: Path, new: dict[str, bytes], quick: Path
) -> None:
    def interrupted(number: int) -> Fault:
        def fault(count: int, kind: str) -> None:
            if count == number:
                raise KeyboardInterrupt

        return fault

    old = contents(base)
    for number in range(1, calls_of_a_save(base, quick / "count"), 3):
        folder = quick / f"{number}"
        made(folder)
        project = opened(folder)
        change_everything(project)
        try:
            with faulty(interrupted(number)):
                project.save()
        except KeyboardInterrupt:
            if contents(folder) == old:
                project.save()
        assert contents(folder) == new
        shutil.rmtree(folder)


def test_a_full_file_system_is_survived(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    try:
        folder = disk / "study"
        project = made(folder)
        old = contents(folder)
        state = project.state
        project.add_document("x" * 500_000, id="long")
        project.assign(("long", 0, 5), "trust", coder="ana")
        with pytest.raises(StoreError, match="nothing was saved: No space left on device"):
            project.save()
        assert contents(folder) == old
        assert qc.Project.open(folder).state == state
        assert len(project.assignments) == 3, "nothing is lost in memory"
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        project.save()
        assert qc.Project.open(folder).state == project.state
    finally:
        subprocess.run(["umount", str(disk)], check=True)
