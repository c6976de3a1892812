"""The laws of storing: what was saved is opened, and what says the same is the same bytes."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.records import codebook_from_record, codebook_record
from qualcode.testing import codebooks, histories, odd_values, projects
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
    place, at_once = new_folder(folder), new_folder(folder)
    sizes: dict[str, int] = {}
    for project in plan.play():
        project.save(place if project.path is None else None)
        files = content(place)
        for name in sizes:
            if name.startswith("log/"):
                assert len(files[name]) >= sizes[name], "files of the log only grow"
            if name.startswith("texts/"):
                assert len(files[name]) == sizes[name], "texts never change"
        sizes = {name: len(data) for name, data in files.items()}
        assert qc.Project.open(place).state == project.state
    project.save(at_once)
    # The codebook's file keeps the order its reader gave it, and each copy knows what it saw when it saved.
    assert rest(at_once) == rest(place)
    assert codebook_record(qc.read_codebook(place / "codebook.yaml")) == codebook_record(
        qc.read_codebook(at_once / "codebook.yaml")
    )
    assert qc.check_folder(place) == []


def rest(folder: Path) -> dict[str, bytes]:
    """Return all files but views and heads."""
    return {
        name: data
        for name, data in content(folder).items()
        if name != "codebook.yaml" and not name.startswith("heads/")
    }


@settings(max_examples=25)
@given(plans(max_steps=10), st.data())
def test_two_sessions_lose_nothing(folder: Path, plan: Plan, data: Any) -> None:
    """One opens while the other works on: what both save is all there."""
    place = new_folder(folder)
    break_after = data.draw(st.integers(0, len(plan.steps)))
    stale = None
    for number, project in enumerate(plan.play()):
        if number == break_after:
            project.save(place)
            stale = qc.Project.open(place)
    assert stale is not None
    stale.add_memo("project", "written without knowing", coder="late")
    stale.add_memo("project", "and again", coder="ana")
    stale.add_document("new", id="late-document")
    for each in data.draw(st.permutations([project, stale])):
        each.save()
    again = qc.Project.open(place)
    assert {event.id for event in again.log} == {
        event.id for each in (project, stale) for event in each.log
    }
    assert len(again.state.events) >= len(project.state.events)
    assert qc.check_folder(place) == []
    again.save()
    assert qc.Project.open(place).state == again.state
    before = content(place)
    again.save()
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


TARGETS = ("project", "code:trust", "document:a", "case:c", "coder:ana", "revision:1")
FIELDS = ("name", "definition", "include", "keywords", "colour", "examples", "attributes")


class Odd:
    """Draws what people pass by mistake, and now and then what they should."""

    def __init__(self, data: Any) -> None:
        self.draw = data.draw

    def __call__(self) -> Any:
        return self.draw(odd_values() | st.sampled_from(["x", "A name", 0.25, ["trust"]]))

    def pick(self, *given: Any) -> Any:
        return self.draw(st.sampled_from(given))


def framed(odd: Odd) -> pd.DataFrame:
    """Return a row of coding with one cell that is odd."""
    row = {"document": "a", "start": 0, "end": 5, "code": "trust"}
    name = odd.pick("memo", "weight", "coder", "start")
    return pd.DataFrame({column: [value] for column, value in {**row, name: odd()}.items()})


CALLS: dict[str, Callable[[qc.Project, Odd], object]] = {
    "document": lambda p, odd: p.add_document(odd(), id="b"),
    "document's fields": lambda p, odd: p.add_document(
        "Text.", id=odd(), name=odd(), variables=odd(), cases=odd(), source=odd()
    ),
    "a field of a document": lambda p, odd: p.add_document(
        "Text.", **{odd.pick("id", "name", "source", "cases"): odd()}
    ),
    "documents": lambda p, odd: p.add_documents(odd()),
    "documents of one": lambda p, odd: p.add_documents({"x": odd()}),
    "case": lambda p, odd: p.add_case(odd()),
    "case's fields": lambda p, odd: p.add_case("new", name=odd(), variables={"v": odd()}),
    "coder": lambda p, odd: p.add_coder(odd()),
    "coder's name": lambda p, odd: p.add_coder("new", name=odd(), kind="machine"),
    "variable": lambda p, odd: p.set_variables("a", v=odd()),
    "variables": lambda p, odd: p.set_variables("case:c", variables={"w": odd(), "v": odd()}, coder="ana"),
    "odd variables": lambda p, odd: p.set_variables("a", variables=odd()),
    "memo": lambda p, odd: p.add_memo(odd.pick(*TARGETS), odd(), coder="ana"),
    "memo by": lambda p, odd: p.add_memo("project", "x", coder=odd()),
    "memo on": lambda p, odd: p.add_memo(odd(), "x"),
    "journal": lambda p, odd: p.write_journal(odd()),
    "assign": lambda p, odd: p.assign(("a", 0, 5), "trust", coder=odd()),
    "assign with": lambda p, odd: p.assign(
        ("a", 0, 5), "trust", **{odd.pick("memo", "weight", "origin"): odd()}
    ),
    "assign where": lambda p, odd: p.assign(("a", odd(), odd()), "trust"),
    "assign frame": lambda p, odd: p.assign_frame(framed(odd), coder="ana"),
    "code": lambda p, odd: revise(p, lambda cb: cb.add(odd())),
    "code's fields": lambda p, odd: revise(
        p, lambda cb: cb.add("new", **{odd.pick(*FIELDS): odd()})
    ),
    "rename": lambda p, odd: revise(p, lambda cb: cb.rename("trust", odd())),
    "redefine": lambda p, odd: revise(p, lambda cb: cb.redefine("trust", definition=odd())),
    "reason": lambda p, odd: revise(p, lambda cb: cb.rename("trust", "Other"), reason=odd()),
    "describe": lambda p, odd: revise(p, lambda cb: cb.describe(name=odd(), description=odd())),
    "link": lambda p, odd: revise(p, lambda cb: cb.link("trust", odd(), "money", note=odd())),
    "rename project": lambda p, odd: p.rename("project", odd()),
    "rename document": lambda p, odd: p.rename("document:a", odd()),
    "scale": lambda p, odd: p.set_scale(odd()),
    "label of the scale": lambda p, odd: p.set_scale({1: odd()}),
    "code set": lambda p, odd: p.set_codes(odd(), ["trust"]),
    "codes of a set": lambda p, odd: p.set_codes("ours", odd()),
    "view": lambda p, odd: p.save_view(odd(), documents=odd()),
    "finish": lambda p, odd: p.finish(odd()),
    "undo": lambda p, odd: p.undo(),
}  # fmt: skip


def revise(project: qc.Project, change: Callable[[Any], object], **given: Any) -> None:
    with project.revise(**given) as cb:
        change(cb)


@settings(max_examples=150)
@given(st.data())
def test_what_is_accepted_is_read_again(folder: Path, data: Any) -> None:
    """Whatever people pass: what is not refused is saved, and what is saved is opened."""
    odd = Odd(data)
    project = qc.Project.new(
        "Study", codebook=qc.Codebook("s", codes=[qc.Code("trust"), qc.Code("money")]), coder="ana"
    )
    project.add_document("We trust them. They trust us.", id="a")
    project.add_case("c")
    for name in data.draw(st.lists(st.sampled_from([*CALLS]), min_size=1, max_size=6)):
        with warnings.catch_warnings(), suppress(errors.QualcodeError):
            warnings.simplefilter("ignore")
            CALLS[name](project, odd)
    place = new_folder(folder)
    project.save(place)
    opened = qc.Project.open(place)
    assert opened.state == project.state
    assert everything(opened) == everything(project)
    assert [event.id for event in opened.log] == [event.id for event in project.log]
    assert qc.check_folder(place) == []
    before = content(place)
    opened.save()
    assert content(place) == before
