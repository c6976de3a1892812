"""The laws of storing: what was saved is opened, and what says the same is the same bytes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode import errors
from qualcode.model.records import codebook_from_record, codebook_record
from qualcode.testing import codebooks, histories, projects
from qualcode.testing.history import KINDS
from qualcode.testing.project import Plan, plans


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("projects")


def new_folder(within: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=within)) / "study"


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of every file that is part of the project."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".qualcode" not in path.relative_to(folder).parts
    }


def everything(project: qc.Project) -> dict[str, Any]:
    """All that a project says, with what equality leaves out: order, notes, times."""
    return {
        "codebook": json.dumps(codebook_record(project.codebook, decisions=True)),
        "revisions": [attrs.astuple(each, recurse=False) for each in project.history],
        "documents": [attrs.asdict(each) for each in project.documents.values()],
        "cases": [attrs.asdict(each) for each in project.cases.values()],
        "coders": list(project.coders.items()),
        "assignments": list(project.assignments),
        "unresolved": list(project.unresolved),
        "memos": sorted(project.memos, key=lambda memo: (memo.time, memo.coder)),
    }


@settings(max_examples=25)
@given(projects())
def test_what_is_opened_is_what_was_saved(folder: Path, project: qc.Project) -> None:
    place = new_folder(folder)
    project.save(place)
    opened = qc.Project.open(place)
    assert opened.state == project.state
    assert everything(opened) == everything(project)
    assert qc.check_folder(place) == []
    assert not opened.has_unapplied_edits

    before = content(place)
    opened.save()
    project.save()
    assert content(place) == before, "saving what is saved changes no byte"
    copy = new_folder(folder)
    opened.save(copy)
    assert content(copy) == before, "a copy of what was opened has the same bytes"


@settings(max_examples=15)
@given(plans(max_steps=10))
def test_saving_after_each_step_is_saving_at_the_end(folder: Path, plan: Plan) -> None:
    """Opened in between, too, so that what was added goes behind what another process wrote."""
    place, at_once = new_folder(folder), new_folder(folder)
    sizes: dict[str, int] = {}
    for project in plan.play():
        project.save(place if project.path is None else None)
        files = content(place)
        for name in sizes:
            if name.startswith(("assignments/", "memos/", "history")):
                assert len(files[name]) >= sizes[name], "files of events only grow"
        sizes = {name: len(data) for name, data in files.items()}
        assert qc.Project.open(place).state == project.state
    project.save(at_once)
    # The codebook file keeps the order its reader gave it; all else is the same to the byte.
    saved, whole = content(place), content(at_once)
    codebook, other = saved.pop("codebook.yaml"), whole.pop("codebook.yaml")
    assert saved == whole
    del codebook, other
    assert codebook_record(qc.read_codebook(place / "codebook.yaml")) == codebook_record(
        qc.read_codebook(at_once / "codebook.yaml")
    )


@settings(max_examples=15)
@given(plans(max_steps=10), st.data())
def test_two_sessions_one_after_the_other(folder: Path, plan: Plan, data: Any) -> None:
    """Work saved, opened again, and continued is the same as work done in one go."""
    place = new_folder(folder)
    break_after = data.draw(st.integers(0, len(plan.steps)))
    for number, project in enumerate(plan.play()):
        if number == break_after:
            project.save(place)
            stale = qc.Project.open(place)
    if project.is_saved:
        return
    project.save()
    assert qc.Project.open(place).state == project.state
    if len(project.state.events) > len(stale.state.events):
        stale.add_memo("project", "written without knowing", coder="late")
        stale.add_document("new", id="late-document")
        before = content(place)
        # Only what both wrote is refused; nothing may be half written.
        try:
            stale.save()
        except errors.StoreError:
            assert content(place) == before


@settings(max_examples=60)
@given(
    codebooks(max_codes=5) | histories(max_changes=6, kinds=KINDS).map(lambda each: each.codebook)
)
def test_a_codebook_file_is_read_as_it_was_written(folder: Path, codebook: qc.Codebook) -> None:
    path = new_folder(folder).with_suffix(".yaml")
    qc.write_codebook(codebook, path)
    read = qc.read_codebook(path)
    assert json.dumps(codebook_record(read)) == json.dumps(codebook_record(codebook))
    written = path.read_bytes()
    qc.write_codebook(read, path)
    assert path.read_bytes() == written


@settings(max_examples=60)
@given(histories(max_changes=8), st.data())
def test_a_codebook_file_that_is_written_again_says_the_new(
    folder: Path, history: qc.History, data: Any
) -> None:
    """Whatever stood there: another order, more codes, fewer; comments and style are kept."""
    path = new_folder(folder).with_suffix(".yaml")
    old = history.at(data.draw(st.integers(1, len(history))))
    qc.write_codebook(old, path)
    marked = "# a comment of the author\n" + path.read_text(encoding="utf-8")
    path.write_bytes(marked.encode())
    qc.write_codebook(history.codebook, path)
    read = qc.read_codebook(path)
    assert codebook_record(read) == codebook_record(history.codebook)
    assert [*read.codes] == [*history.codebook.codes]
    assert [*read.rollups] == [*history.codebook.rollups]
    assert path.read_text(encoding="utf-8").startswith("# a comment of the author\n")


@settings(max_examples=60)
@given(codebooks(), st.data())
def test_a_record_is_the_codebook(codebook: qc.Codebook, data: Any) -> None:
    record = codebook_record(codebook, decisions=True)
    again = codebook_from_record(json.loads(json.dumps(record)))
    assert again == codebook
    assert codebook_record(again, decisions=True) == record


@settings(max_examples=25)
@given(projects(max_steps=10), st.data())
def test_a_truncated_line_is_named(folder: Path, project: qc.Project, data: Any) -> None:
    place = new_folder(folder)
    project.save(place)
    files = [name for name, bytes in content(place).items() if name.endswith("jsonl") and bytes]
    name = data.draw(st.sampled_from(files))
    path = place / name
    path.write_bytes(path.read_bytes()[: -data.draw(st.integers(1, 5))])
    with pytest.raises(errors.QualcodeError, match=f"{path.name}"):
        qc.Project.open(place)
    assert any(problem.file == name for problem in qc.check_folder(place))
