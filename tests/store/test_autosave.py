"""A project that saves by itself has each call on the disk before it returns."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.store.faults import Fault, broken_from, faulty, full_at, full_from
from tests.store.making import clock, codebook, contents, log, made, opened, private, tokens
from tests.store.test_atomic import crash, needs_fork

import qualcode as qc
from qualcode.errors import HistoryError, StoreError


def autosaving(folder: Path, seed: str = "autosave") -> qc.Project:
    return qc.Project.open_or_create(
        folder, codebook=codebook(), coder="ana", autosave=True, clock=clock, tokens=tokens(seed)
    )


@pytest.fixture
def session(project: qc.Project, folder: Path) -> qc.Project:
    return autosaving(folder)


def killed(project: qc.Project) -> None:
    """Let go of what a process holds, as if it had died."""
    for lock in project._store._sessions.values():
        lock.release()


@needs_fork
def test_what_was_acknowledged_survives_a_kill(quick: Path) -> None:
    found = crash("autosaved", quick)
    assert found["lost"] == []
    assert found["bad"] == []
    assert found["tails"], "some died with rows that nobody had sealed"
    assert found["unsealed"] == 0, "whoever comes next seals them"


def test_each_call_is_on_the_disk(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    assert len(qc.Project.open(folder).assignments) == 3
    session.assign(("a", 16, 21), "trust")
    session.retract(("a", 16, 20), "trust")
    assert qc.Project.open(folder).state == session.state
    session.add_memo("project", "By another.", coder="ben")
    session.add_document("Third.", id="c")
    with session.revise(reason="why not") as cb:
        cb.add("hope")
        cb.add("fear")
    session.undo()
    assert qc.Project.open(folder).state == session.state
    assert session.is_saved
    assert qc.check_folder(folder) == []


def test_an_assignment_costs_a_line(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    before = contents(folder)
    session.assign(("a", 16, 21), "trust")
    after = contents(folder)
    (name,) = (name for name in after if after[name] != before[name])
    assert after[name].startswith(before[name])
    assert after[name].count(b"\n") == before[name].count(b"\n") + 1


def test_leaving_saves_and_seals(folder: Path) -> None:
    with autosaving(folder) as project:
        project.add_document("We trust them.", id="a")
        project.assign(("a", 0, 8), "trust")
    assert log(folder, "ana").read_bytes().splitlines()[-1].startswith(b'{"n":')
    assert qc.Project.open(folder).state == project.state


def half_done(place: Path, *, autosave: bool) -> None:
    with qc.Project.open_or_create(place, codebook=codebook(), autosave=autosave) as project:
        project.add_document("We trust them.", id="a")
        project.assign(("a", 0, 8), "trust", coder="ana")
        with project.revise() as cb:
            cb.add("hope")
            raise ZeroDivisionError


def test_leaving_with_an_error_keeps_what_was_completed(folder: Path) -> None:
    for autosave in (False, True):
        place = folder.with_name(f"study-{autosave}")
        with pytest.raises(ZeroDivisionError) as caught:
            half_done(place, autosave=autosave)
        (note,) = caught.value.__notes__
        assert note == (
            f"What was done before this error is saved in {place}; run the script again to go on."
        )
        again = qc.Project.open(place)
        assert len(again.assignments) == 1
        assert len(again.history) == 1, "what was not completed did not happen"
        assert qc.check_folder(place) == []


def test_a_call_of_several_lines_is_kept_whole_or_not_at_all(folder: Path) -> None:
    failed = 0
    for number in range(1, 60):
        place = folder.with_name(f"study-{number}")
        made(place)
        session = autosaving(place)
        session.assign(("a", 16, 20), "trust")
        with faulty(broken_from(number)), suppress(StoreError):
            with session.revise(reason="three at once") as cb:
                for code in ("hope", "fear", "doubt"):
                    cb.add(code)
            break
        failed += 1
        left = qc.Project.open(place)
        assert len(left.assignments) == 3
        assert len(left.codebook.codes) == 4, f"call {number}: a part of the block is left"
        session.save()
        assert len(qc.Project.open(place).codebook.codes) == 7
    assert failed > 20


def test_a_torn_last_line_of_ones_own_is_no_loss(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    session.assign(("a", 16, 21), "trust")
    killed(session)
    path = log(folder, "ana")
    with open(path, "ab") as file:
        file.write(b'{"document":"a","start":16,"en')
    again = opened(folder)
    assert len(again.assignments) == 4
    again.assign(("a", 16, 22), "trust", coder="ana")
    again.save()
    assert len(qc.Project.open(folder).assignments) == 5
    assert qc.check_folder(folder) == []
    assert path == log(folder, "ana"), "it goes on with the same file"


def test_a_torn_last_line_of_another_copy_is_an_error(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    killed(session)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    path = log(copy, "ana")
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(HistoryError, match=r"ana\..*the last line is cut off"):
        qc.Project.open(copy)


@pytest.mark.parametrize("how", ["open", "autosave"])
def test_the_next_session_seals(session: qc.Project, folder: Path, how: str) -> None:
    session.assign(("a", 16, 20), "trust", memo="kept")
    killed(session)
    assert log(folder, "ana").read_bytes().splitlines()[-1].startswith(b'{"document"')
    again = opened(folder) if how == "open" else autosaving(folder, "later")
    assert again.state == session.state
    again.add_memo("project", "Next.", coder="ana")
    again.save()
    assert b'"rows":1' in log(folder, "ana").read_bytes().splitlines()[-1]
    found = qc.Project.open(folder)
    assert found.state == again.state
    assert {each.memo for each in found.assignments} == {"first", None, "kept"}
    found.retract(("a", 16, 20), "trust", coder="ana")
    found.save()
    assert len(qc.Project.open(folder).assignments) == 2
    assert qc.check_folder(folder) == []


def test_a_copy_of_what_a_dead_session_left_can_be_gone_on_with(
    session: qc.Project, folder: Path
) -> None:
    """Copied before anybody sealed it, as git does; then both go on, and both take the row back."""
    session.assign(("a", 16, 20), "trust")
    session.assign(("a", 16, 21), "trust")
    killed(session)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    for place, end in ((folder, 20), (copy, 21)):
        project = qc.Project.open(place)
        project.assign(("a", 16, 22), "trust", coder="ana")
        project.save()
        project.retract(("a", 16, end), "trust", coder="ana")
        project.save()
        assert len(qc.Project.open(place).assignments) == 4
        assert qc.check_folder(place) == []
    for part in ("log", "heads"):
        for path in (copy / part).iterdir():
            if not (folder / part / path.name).exists():
                shutil.copy(path, folder / part)
    union = qc.Project.open(folder)
    assert {each.segment.end for each in union.assignments.where(coder="ana", document="a")} == {
        14,
        22,
    }
    assert qc.check_folder(folder) == []
    union.save()
    assert qc.Project.open(folder).state == union.state


def test_two_sessions_at_once_lose_nothing(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    other = autosaving(folder, "other")
    for number in range(5):
        session.assign(("a", number, number + 3), "trust")
        other.assign(("b", number, number + 3), "money")
        session.add_memo("project", f"Ours {number}.")
    other.save()
    session.save()
    found = qc.Project.open(folder)
    assert len(found.assignments) == 3 + 10
    assert len(found.memos) == 6
    assert qc.check_folder(folder) == []
    assert found.conflicts == ()
    found.retract(("a", 16, 20), "trust", coder="ana")
    found.save()
    assert len(qc.Project.open(folder).assignments) == 2 + 10


def test_two_that_opened_what_a_dead_session_left(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    killed(session)
    one, two = opened(folder, "one"), opened(folder, "two")
    one.retract(("a", 16, 20), "trust", coder="ana")
    one.save()
    two.assign(("a", 16, 23), "trust", coder="ana")
    two.save()
    found = qc.Project.open(folder)
    assert {each.segment.end for each in found.assignments.where(document="a")} == {14, 23}
    assert qc.check_folder(folder) == []


def test_done_undone_and_done_again_within_a_second(session: qc.Project, folder: Path) -> None:
    """The rows look alike; the last one counts all the same."""
    for _ in range(2):
        session.assign(("a", 16, 20), "trust")
        session.retract(("a", 16, 20), "trust")
    session.add_memo("project", "So far.")
    session.assign(("a", 16, 20), "trust")
    killed(session)
    assert len(qc.Project.open(folder).assignments) == 3
    again = opened(folder)
    again.save()
    assert len(qc.Project.open(folder).assignments) == 3
    again.retract(("a", 16, 20), "trust", coder="ana")
    again.save()
    assert len(qc.Project.open(folder).assignments) == 2


def test_a_disk_that_fails_is_named_and_what_was_done_is_kept(
    session: qc.Project, folder: Path
) -> None:
    session.assign(("a", 16, 20), "trust")
    for fault in (full_from, broken_from):
        with faulty(fault(1)), pytest.raises(StoreError, match=str(folder)):
            session.assign(("a", 16, 21 + len(session.assignments)), "trust")
    session.assign(("a", 16, 22), "trust")
    assert qc.Project.open(folder).state == session.state
    assert len(session.assignments) == 6
    assert qc.check_folder(folder) == []


@pytest.mark.parametrize("kind", [full_at, full_from, broken_from])
def test_a_disk_that_fails_at_the_first_row_of_a_session(
    project: qc.Project, folder: Path, kind: Callable[[int], Fault]
) -> None:
    """Saying that a session goes on needs room as well."""
    for number in range(1, 8):
        session = autosaving(folder, f"{number}")
        with faulty(kind(number)), suppress(StoreError):
            session.assign(("a", 16, 16 + number), "trust")
        session.assign(("a", 17, 17 + number), "trust")
        assert qc.Project.open(folder).state == session.state
        killed(session)


def test_what_is_left_in_the_private_folder(session: qc.Project, folder: Path) -> None:
    session.assign(("a", 16, 20), "trust")
    session.save()
    kept = {name.split("/")[0] for name in private(folder)}
    assert kept == {".gitignore", "lock", "copies.json", "sessions"}


def test_thousands_of_rows_are_sealed_on_the_way(folder: Path) -> None:
    made(folder)
    session = autosaving(folder)
    session.add_document("word " * 500, id="long")
    for start in range(1100):
        session.assign(("long", start, start + 4), "trust")
    killed(session)
    assert qc.Project.open(folder).state == session.state
    again = opened(folder)
    again.save()
    assert len(qc.Project.open(folder).assignments) == 1102
    assert qc.check_folder(folder) == []
