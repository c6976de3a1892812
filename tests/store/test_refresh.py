"""Several processes in one project at once: each has what the others did as soon as it asks."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.making import codebook, made, opened

import qualcode as qc
from qualcode.errors import ProjectError

SCRIPT = """
import sys
import qualcode as qc

folder, coder, autosave = sys.argv[1], sys.argv[2], sys.argv[3] == "True"
project = qc.Project.open_or_create(folder, coder=coder, autosave=autosave)
for line in sys.stdin:
    print(repr(eval(line)), flush=True)
"""


class Other:
    """Another process, that does what it is told, a call a line."""

    def __init__(self, folder: Path, coder: str, *, autosave: bool) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), coder, str(autosave)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Other:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.kill()
        self._process.communicate()

    def __call__(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.mark.parametrize("autosave", [False, True])
def test_two_processes_see_each_other(folder: Path, autosave: bool) -> None:
    made(folder)
    with (
        Other(folder, "eve", autosave=autosave) as eve,
        qc.Project.open_or_create(folder, coder="zoe", autosave=autosave) as zoe,
    ):
        for turn in range(3):
            assert eve(f"project.add_memo('project', 'eve {turn}').text") == repr(f"eve {turn}")
            eve(f"project.assign(('a', {turn}, {turn + 3}), 'trust').coder")
            if not autosave:
                eve("project.save()")
            zoe.add_memo("project", f"zoe {turn}")
            zoe.assign(("b", turn, turn + 3), "money")
            assert zoe.refresh() > 0
            assert int(eve("project.refresh()")) > 0
            texts = sorted(memo.text for memo in zoe.memos)
            assert eve("sorted(memo.text for memo in project.memos)") == repr(texts)
            assert eve("len(project.assignments)") == str(len(zoe.assignments))
        zoe.refresh()  # to refresh seals the rows of a process that saves by itself
        assert zoe.refresh() == 0
        assert eve("project.refresh()") == "0"
    again = qc.Project.open(folder)
    assert len(again.memos) == 7
    assert {each.coder for each in again.assignments} == {"ana", "eve", "zoe"}
    assert again.conflicts == ()
    assert qc.check_folder(folder) == []


def test_what_both_changed_at_once_is_listed_in_both(folder: Path) -> None:
    made(folder)
    zoe = opened(folder, "zoe")
    with Other(folder, "eve", autosave=False) as eve:
        eve("project.set_variables('a', site='east')")
        eve("project.correct('b', 'Money is scarce. Nobody decides.')")
        eve("project.save()")
        zoe.set_variables("a", site="west", coder="zoe")
        assert zoe.refresh() > 0
        (conflict,) = zoe.conflicts
        assert set(conflict.values) == {"east", "west"}
        assert zoe.documents["b"].text == "Money is scarce. Nobody decides."
        assert eve("project.refresh() > 0") == "True"
        assert eve("[each.id for each in project.conflicts]") == repr([conflict.id])
        zoe.resolve(conflict, take="eve", coder="zoe", reason="asked her")
        zoe.save()
        eve("project.refresh()")
        assert eve("len(project.conflicts)") == "0"


@pytest.mark.parametrize("autosave", [False, True])
def test_who_was_killed_leaves_what_was_told_and_no_lock(folder: Path, autosave: bool) -> None:
    made(folder)
    zoe = opened(folder, "zoe")
    with Other(folder, "eve", autosave=autosave) as eve:
        eve("project.assign(('a', 0, 4), 'trust').coder")
        eve("project.add_memo('project', 'kept')")
        if not autosave:
            eve("project.save()")
        # It dies while it holds the lock.
        eve("__import__('qualcode').io.store.locking.lock_of(project.path / '.qualcode').acquire()")
        eve.kill()
    zoe.add_memo("project", "mine", coder="zoe")
    assert zoe.refresh() > 0
    assert {memo.text for memo in zoe.memos} == {"Too wide?", "kept", "mine"}
    assert "eve" in {each.coder for each in zoe.assignments}
    assert qc.check_folder(folder) == []


def test_who_waits_for_the_lock_refreshes_as_soon_as_it_is_free(folder: Path) -> None:
    project = made(folder)
    project.add_memo("project", "x", coder="ana")
    lock = FileLock(folder / ".qualcode" / "lock", thread_local=False)
    lock.acquire()
    timer = threading.Timer(0.3, lock.release, kwargs={"force": True})
    timer.start()
    project.refresh()
    timer.join()
    assert project.is_saved


def test_what_was_done_here_can_be_undone_after_it(folder: Path) -> None:
    project = made(folder)
    project.assign(("a", 3, 8), "trust", coder="ana")
    project.assign(("a", 4, 8), "trust", coder="ana")
    other = opened(folder)
    other.assign(("b", 3, 8), "trust", coder="aaa")
    other.add_document("More.", id="0", coder="aaa")
    other.save()
    assert project.refresh() > 0
    project.undo()
    spans = {each.segment.span.start for each in project.assignments if each.coder == "ana"}
    assert 3 in spans
    assert 4 not in spans
    project.redo()
    spans = {each.segment.span.start for each in project.assignments if each.coder == "ana"}
    assert 4 in spans
    assert "0" in project.documents


def test_where_nobody_else_can_be_it_is_refused(folder: Path) -> None:
    with pytest.raises(ProjectError, match="in memory only"):
        qc.Project.new("x").refresh()
    project = made(folder)

    def amid() -> None:
        with project.revise(coder="ana") as cb:
            cb.rename("trust", "Confidence")
            project.refresh()

    with pytest.raises(ProjectError, match="in the midst of a step"):
        amid()
    assert project.codebook["trust"].name == "Trust"


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(("memo", "assign", "retract", "text", "undo", "save", "refresh")),
    ),
    max_size=16,
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, autosave=st.booleans())
def test_in_the_end_all_have_everything(
    quick: Path, deeds: list[tuple[int, str]], autosave: bool
) -> None:
    """Three projects of one folder, that do what they like, and refresh."""
    folder = quick / f"study-{len([*quick.iterdir()])}"
    first = qc.Project.create(folder, codebook=codebook(), coder="p0")
    first.add_document("We trust them.", id="a")
    first.save()
    projects = [
        qc.Project.open_or_create(folder, coder=f"p{number}", autosave=autosave)
        for number in range(3)
    ]
    memos: set[str] = set()
    for at, (number, deed) in enumerate(deeds):
        project = projects[number]
        if deed == "memo":
            project.add_memo("project", f"m{at}")
            memos.add(f"m{at}")
        elif deed == "assign":
            project.assign(("a", at % 10, at % 10 + 2), "trust")
        elif deed == "retract":
            for each in [each for each in project.assignments if each.coder == f"p{number}"][:1]:
                project.retract(each)
        elif deed == "text":
            project.correct("a", f"{project.documents['a'].text} {at}.")
        elif deed == "undo" and any(step.coder == f"p{number}" for step in project._steps):
            before = {memo.text for memo in project.memos}
            project.undo(coder=f"p{number}")
            memos -= before - {memo.text for memo in project.memos}
        elif deed == "save":
            project.save()
        elif deed == "refresh":
            project.refresh()
    for project in (*projects, *projects):
        project.refresh()
    whole = qc.Project.open(folder)
    for project in projects:
        assert project.state == whole.state
        assert project.conflicts == whole.conflicts
    assert {memo.text for memo in whole.memos} == memos
    assert qc.check_folder(folder) == []
