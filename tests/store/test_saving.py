"""What a save writes, what it leaves alone, and when it refuses."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.store.making import change_everything, clock, contents, log, made, step

import qualcode as qc
from qualcode.errors import ProjectError, StoreError
from qualcode.io.store import writing
from qualcode.io.store.journal import journal_text


def looks(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return inode, time of change and size of every file."""
    found = {}
    for name in contents(folder):
        status = (folder / name).stat()
        found[name] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found


def touched(before: dict[str, tuple[int, int, int]], folder: Path) -> set[str]:
    after = looks(folder)
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_one_more_assignment_adds_two_lines_to_one_file(project: qc.Project, folder: Path) -> None:
    before, bytes_before = looks(folder), contents(folder)
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    name = log(folder, "ana").relative_to(folder).as_posix()
    heads = f"heads/{log(folder, 'ana').stem}.json"
    assert touched(before, folder) == {name, heads}
    assert looks(folder)[name][0] == before[name][0], "the file is added to, not replaced"
    old, new = bytes_before[name], contents(folder)[name]
    assert new.startswith(old)
    row, seal = new[len(old) :].splitlines()
    assert row.startswith(b'{"document":"a","start":16,"end":20,"code":"trust"')
    assert b'"kind":"seal","rows":1' in seal


@pytest.mark.parametrize(
    ("change", "coders", "files"),
    [
        (lambda p: p.add_memo("project", "x", coder="ana"), {"ana"}, set()),
        (lambda p: p.reject(p.autocode("trust", text="money"), coder="ana"), {"ana"}, set()),
        (lambda p: p.retract(("a", 0, 14), "trust", coder="ana"), {"ana"}, set()),
        (lambda p: p.add_coder("cem", coder="ana"), {"ana"}, set()),
        (lambda p: p.set_variables("a", site="x", coder="ana"), {"ana"}, set()),
        (lambda p: p.add_case("x", coder="ana"), {"ana"}, set()),
        (lambda p: p.add_document("x", id="c", coder="ana"), {"ana"},
         {"documents/c.2d711642.txt", "texts/c.2d711642.txt"}),
        (lambda p: p.revert(2, coder="ana"), {"ana"}, {"codebook.yaml"}),
        (lambda p: p.assign(("b", 0, 15), "money", coder="ana"), set(), set()),
    ],
    ids=["memo", "verdict", "retraction", "coder", "variable", "case", "document", "revision", "nothing new"],
)  # fmt: skip
def test_a_save_touches_only_the_files_that_hold_what_changed(
    project: qc.Project, folder: Path, change: object, coders: set[str], files: set[str]
) -> None:
    before = looks(folder)
    change(project)  # type: ignore[operator]
    project.save()
    for coder in coders:
        name = log(folder, coder).stem
        files = files | {f"log/{name}.jsonl", f"heads/{name}.json"}
    assert touched(before, folder) == files


def test_saving_twice_writes_once(project: qc.Project, folder: Path) -> None:
    change_everything(project)
    project.save()
    before = looks(folder)
    project.save()
    assert touched(before, folder) == set()
    assert project.is_saved


def test_texts_are_stored_exactly(folder: Path) -> None:
    texts = {
        "windows": "a\r\nb\r\n",
        "mac": "a\rb",
        "marked": "\ufeffmarked",
        "odd": "e\u0301 🤝🏽 \x00 \u2028 \x85 end",
        "empty": "",
    }
    project = qc.Project.create(folder)
    project.add_documents(texts)
    project.save()
    (windows,) = (folder / "texts").glob("windows.*.txt")
    assert windows.read_bytes() == b"a\r\nb\r\n"
    opened = qc.Project.open(folder)
    assert {id: document.text for id, document in opened.documents.items()} == texts
    assert qc.check_folder(folder) == []


def test_documents_with_one_text_have_a_file_each(project: qc.Project, folder: Path) -> None:
    project.add_document("The same.", id="c")
    project.save()
    project.add_document("The same.", id="d")
    project.save()
    assert qc.check_folder(folder) == []
    for path in (folder / "texts").glob("c.*.txt"):
        path.unlink()
    assert qc.check_folder(folder) == [], "what is shown is the same text, and is read instead"
    for path in (folder / "documents").glob("c.*.txt"):
        path.unlink()
    assert len(qc.check_folder(folder)) == 1


def test_coders_of_any_name_have_files_of_their_own(project: qc.Project, folder: Path) -> None:
    names = ["ana/ben", "..", ".hidden", "José Müller", "100%", "a:b*c?", "日本", "ana.jsonl"]
    for name in names:
        project.assign(("a", 0, 2), "trust", coder=name)
        project.add_memo("project", f"by {name}", coder=name)
    project.save()
    opened = qc.Project.open(folder)
    assert opened.state == project.state
    assert {*names} <= set(opened.coders)
    assert len(list((folder / "log").iterdir())) == len(names) + 3
    assert qc.check_folder(folder) == []


def test_a_coder_is_of_the_same_kind_again(project: qc.Project, folder: Path) -> None:
    project.add_coder("robot", kind="machine")
    project.add_coder("settled", kind="consensus")
    project.save()
    kinds = [(id, each.kind) for id, each in qc.Project.open(folder).coders.items()]
    assert kinds[-2:] == [("robot", "machine"), ("settled", "consensus")]


def test_what_would_not_be_read_again_is_refused_before_anything_is_written(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values are checked when they are made; should one get through, it must not get onto the disk."""
    before = contents(folder)
    project.add_document("x", id="c")
    monkeypatch.setattr(
        "qualcode.project.recording.row_lines",
        lambda rows, texts: [b'{"document":"c"}\n'] * len(rows),
    )
    project.assign(("a", 0, 2), "trust", coder="ana")
    with pytest.raises(
        StoreError, match=r"nothing was saved: what would be written to ana\..*read again"
    ):
        project.save()
    assert contents(folder) == before


def test_what_is_written_in_parts_is_all_there_or_none_of_it(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.add_document("word " * 6000, id="long")
    start = np.arange(6000) * 5
    frame = pd.DataFrame({"document": "long", "start": start, "end": start + 4, "code": "trust"})
    frame["coder"] = np.where(start % 10, "ana", "ben")
    project.save()
    before = contents(folder)
    project.assign_frame(frame)
    monkeypatch.setattr(writing, "_PART", 1)
    check, left = writing._check_readable, [4]

    def sometimes(*args: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise StoreError("nothing was saved: this would not be read")
        check(*args)

    monkeypatch.setattr(writing, "_check_readable", sometimes)
    with pytest.raises(StoreError, match="this would not be read"):
        project.save()
    assert contents(folder) == before
    project.save()
    assert qc.check_folder(folder) == []
    opened = qc.Project.open(folder)
    assert opened.state == project.state
    assert len(opened.assignments) == len(project.assignments) > 6000


def test_a_text_that_is_corrected_changes_no_line_that_waits(
    project: qc.Project, folder: Path
) -> None:
    project.add_document("word " * 3000, id="long")
    start = np.arange(3000) * 5
    frame = pd.DataFrame({"document": "long", "start": start, "end": start + 4, "code": "trust"})
    project.assign_frame(frame, coder="ana")
    project.correct("long", "ward " + "word " * 2999, coder="ana")
    project.save()
    assert qc.check_folder(folder) == []
    assert '"quote":"word"' in log(folder, "ana").read_text()
    assert "ward" not in log(folder, "ana").read_text()


def test_permissions_of_a_shared_folder_are_kept(project: qc.Project, folder: Path) -> None:
    shared = [
        folder / "codebook.yaml",
        log(folder, "ana"),
        folder / "heads" / f"{log(folder, 'ana').stem}.json",
    ]
    for path in shared:
        path.chmod(0o664)
    change_everything(project)
    project.save()
    for path in shared:
        assert stat.S_IMODE(path.stat().st_mode) == 0o664


# Others who write


def test_what_two_sessions_of_one_coder_saved_is_all_kept(
    project: qc.Project, folder: Path
) -> None:
    other = qc.Project.open(folder, clock=clock)
    other.assign(("b", 16, 22), "money", coder="ana")
    other.save()
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    other.assign(("b", 24, 30), "money", coder="ana")
    other.save()
    project.assign(("a", 22, 26), "trust", coder="ana")
    project.save()
    again = qc.Project.open(folder)
    assert len(again.assignments) == 6
    assert len([*(folder / "log").glob("ana.*.jsonl")]) == 2, "who came second began a file, once"
    assert qc.check_folder(folder) == []
    assert again.conflicts == ()


Change = Callable[[qc.Project, str], object]


def revision(project: qc.Project, name: str) -> None:
    with project.revise(coder="ana") as cb:
        cb.redefine("trust", definition=name)


@pytest.mark.parametrize(
    ("change", "conflicts"),
    [
        (lambda p, name: p.set_variables("a", site=name, coder="ana"), 1),
        (lambda p, name: p.add_case(name, coder="ana"), 0),
        (revision, 1),
        (lambda p, name: p.add_coder(name, coder="ana"), 0),
        (lambda p, name: p.add_memo("project", name, coder="ana"), 0),
        (lambda p, name: p.add_memo("project", name, coder="dee"), 0),
        (lambda p, name: p.add_document(f"Text {name}", id=f"new-{name}", coder="ana"), 0),
        (lambda p, name: p.add_document(f"Text {name}", id="new", coder="ana"), 1),
        (lambda p, name: p.finish(["a"] if name == "east" else ["b"], coder="ana"), 0),
    ],
    ids=["variable", "case", "revision", "coder", "memo", "new coder", "document", "same id", "finished"],
)  # fmt: skip
def test_two_sessions_lose_nothing_of_any_kind(
    project: qc.Project, folder: Path, change: Change, conflicts: int
) -> None:
    other = qc.Project.open(folder, clock=clock)
    change(other, "east")
    change(project, "west")
    events = {*map(id_of, other.log), *map(id_of, project.log)}
    other.save()
    project.save()
    again = qc.Project.open(folder, clock=clock)
    assert {*map(id_of, again.log)} == events
    assert len(again.conflicts) == conflicts
    assert qc.check_folder(folder) == []
    again.save()
    assert qc.Project.open(folder).state == again.state
    assert qc.check_folder(folder) == []


def id_of(event: Any) -> str:
    return str(event.id)


def test_the_codebook_of_two_sessions_is_made_anew(project: qc.Project, folder: Path) -> None:
    other = qc.Project.open(folder, clock=clock)
    with other.revise(coder="ben") as cb:
        cb.add("east", name="East")
    with project.revise(coder="ana") as cb:
        cb.add("west", name="West")
    other.save()
    project.save()
    again = qc.Project.open(folder, clock=clock)
    assert not again.has_unapplied_edits
    assert {"east", "west"} <= {code.id for code in again.codebook}
    again.save()
    text = (folder / "codebook.yaml").read_text("utf-8")
    assert "East" in text
    assert "West" in text


def test_coders_with_files_of_their_own_do_not_wait_for_each_other(
    project: qc.Project, folder: Path
) -> None:
    other = qc.Project.open(folder, clock=clock)
    other.assign(("b", 16, 22), "money", coder="ben")
    other.save()
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    opened = qc.Project.open(folder)
    assert len(opened.assignments) == 4
    assert qc.check_folder(folder) == []


def test_a_file_in_the_way_is_not_written_over(project: qc.Project, folder: Path) -> None:
    stranger = folder / "documents" / "c.txt"
    stranger.write_text("somebody's notes", encoding="utf-8")
    project.add_document("x", id="c")
    project.save()
    assert stranger.read_text(encoding="utf-8") == "somebody's notes"
    (problem,) = qc.check_folder(folder)
    assert str(problem) == "documents/c.txt: is no text that the log names"


def test_a_project_is_not_saved_over_another(project: qc.Project, tmp_path: Path) -> None:
    made(tmp_path / "other")
    with pytest.raises(StoreError, match="there is a project already"):
        project.save(tmp_path / "other")
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "codebook.yaml").write_text("# mine", encoding="utf-8")
    with pytest.raises(StoreError, match=r"codebook\.yaml: there is such a file already"):
        project.save(tmp_path / "third")
    assert contents(tmp_path / "third") == {"codebook.yaml": b"# mine"}


def test_a_project_can_be_created_where_git_has_been(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / ".git").mkdir(parents=True)
    qc.Project.create(folder)
    assert qc.check_folder(folder) == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    with pytest.raises(ProjectError, match="not empty"):
        qc.Project.create(tmp_path / "full")


def test_a_project_that_went_away_is_not_made_anew(
    project: qc.Project, folder: Path, tmp_path: Path
) -> None:
    folder.rename(folder.with_name("moved"))
    step(project)
    with pytest.raises(StoreError, match="there is no qualcode project here"):
        project.save()
    assert not folder.exists()


# The codebook file, which people edit


def test_edits_that_were_not_applied_are_never_written_over(
    project: qc.Project, folder: Path
) -> None:
    path = folder / "codebook.yaml"
    edited = path.read_text("utf-8").replace("name: Money", "name: Means")
    path.write_text(edited, encoding="utf-8")
    assert project.has_unapplied_edits
    before = contents(folder)
    project.assign(("a", 16, 20), "trust", coder="ana")
    with project.revise(coder="ana") as cb:
        cb.rename("trust", "Confidence")
    with pytest.raises(StoreError, match="not yet part of the history"):
        project.save()
    assert contents(folder) == before, "the assignment was not saved either"
    project.apply_codebook(coder="ana", reason="edited by hand")
    path.write_text(edited.replace("name: People", "name: Persons"), encoding="utf-8")
    with pytest.raises(StoreError, match="not yet part of the history"):
        project.save()
    path.write_text(edited, encoding="utf-8")
    project.save()
    names = {code.name for code in qc.Project.open(folder).codebook}
    assert {"Means", "Confidence", "People"} <= names


def test_edits_that_were_applied_are_saved(project: qc.Project, folder: Path) -> None:
    path = folder / "codebook.yaml"
    edited = path.read_text("utf-8").replace("name: Money", "name: Means  # wider")
    path.write_text(edited, encoding="utf-8")
    found = project.apply_codebook(coder="ana", reason="edited by hand")
    assert [change.kind for change in found] == ["rename"]
    project.save()
    assert path.read_text("utf-8").splitlines()[1:] == edited.splitlines()[1:]
    assert qc.Project.open(folder).codebook["money"].name == "Means"


def test_saving_assignments_does_not_look_at_an_edited_codebook(
    project: qc.Project, folder: Path
) -> None:
    path = folder / "codebook.yaml"
    path.write_text("half an edit: [", encoding="utf-8")
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.save()
    assert path.read_text("utf-8") == "half an edit: ["
    with project.revise(coder="ana") as cb:
        cb.rename("trust", "Confidence")
    with pytest.raises(StoreError, match=r"codebook\.yaml, line 1: .*not valid YAML.*mend it"):
        project.save()
    assert path.read_text("utf-8") == "half an edit: ["


def test_comments_in_the_codebook_file_survive_a_revision(
    project: qc.Project, folder: Path
) -> None:
    path = folder / "codebook.yaml"
    path.write_text(f"# Ours.\n{path.read_text('utf-8')}# The end.\n", encoding="utf-8")
    assert not project.has_unapplied_edits
    with project.revise(coder="ana") as cb:
        cb.rename("trust", "Confidence")
    project.save()
    text = path.read_text("utf-8")
    assert text.splitlines()[1] == "# Ours.", "below the line that says what it was made from"
    assert text.endswith("# The end.\n")
    assert "name: Confidence" in text


def test_a_codebook_file_that_was_removed_is_written_again(
    project: qc.Project, folder: Path
) -> None:
    path = folder / "codebook.yaml"
    before = path.read_bytes()
    path.unlink()
    project.save()
    assert path.read_bytes() == before


# Disks that do not let anybody write


@contextmanager
def somebody_else(folder: Path) -> Iterator[None]:
    """Be a user who may read a folder but not write to it; root may always."""
    everything = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in folder.parents:
        if path.stat().st_uid == os.geteuid():
            modes.setdefault(path, path.stat().st_mode)
            path.chmod(path.stat().st_mode | 0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions of POSIX")
def test_a_read_only_folder_can_be_opened_but_not_saved(quick: Path) -> None:
    folder = quick / "study"
    made(folder)
    before = contents(folder)
    with somebody_else(folder):
        project = qc.Project.open(folder, clock=clock)
        project.assign(("a", 16, 20), "trust", coder="ana")
        with pytest.raises(StoreError, match="cannot be written to: Permission denied"):
            project.save()
        assert qc.check_folder(folder) == []
    assert contents(folder) == before
    assert len(project.assignments) == 3
    project.save()
    assert qc.Project.open(folder).state == project.state


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions of POSIX")
def test_one_file_that_is_read_only_keeps_all_others_as_they_were(quick: Path) -> None:
    folder = quick / "study"
    project = made(folder)
    before = contents(folder)
    change_everything(project)
    for path in [quick, folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    log(folder, "ana").chmod(0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="nothing was saved: Permission denied"):
            project.save()
    finally:
        if root:
            os.seteuid(0)
    assert contents(folder) == before
    log(folder, "ana").chmod(0o666)
    project.save()
    assert qc.Project.open(folder).state == project.state


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions of POSIX")
def test_an_interrupted_save_in_a_read_only_folder_is_named(quick: Path) -> None:
    folder = quick / "study"
    made(folder)
    (folder / ".qualcode" / "journal.json").write_bytes(journal_text([]))
    with (
        somebody_else(folder),
        pytest.raises(StoreError, match=r"has to be taken back first: .*Permission denied"),
    ):
        qc.Project.open(folder)
    qc.Project.open(folder)


def test_a_journal_that_cannot_be_read_is_named_and_kept(project: qc.Project, folder: Path) -> None:
    journal = folder / ".qualcode" / "journal.json"
    journal.write_bytes(b'[{"target"')
    step(project)
    for work in (project.save, lambda: qc.Project.open(folder)):
        with pytest.raises(StoreError, match="a save was interrupted, and what it left cannot be"):
            work()
    assert journal.exists()


def test_a_folder_that_cannot_be_flushed_is_no_obstacle(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    change_everything(project)
    project.save()
    assert qc.Project.open(folder).state == project.state


def test_a_project_is_saved_where_it_is_wherever_the_script_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    qc.Project.create("study")
    opened = qc.Project.open("study")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    opened.add_document("We trust them.", id="a")
    opened.save()
    assert "a" in qc.Project.open(tmp_path / "study").documents


def test_a_file_is_no_project(project: qc.Project, folder: Path) -> None:
    project.save()
    for ask in (qc.Project.open, lambda path: qc.merge(folder, path)):
        with pytest.raises(StoreError, match=r"codebook\.yaml: is a file, .* give the folder"):
            ask(folder / "codebook.yaml")
