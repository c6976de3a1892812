"""The laws of reading a later export into a project: nothing twice, and nothing of one's own overwritten."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from tests.laws.test_refi import assert_same, content, names_differ, new_file, xml_of

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.project.refi import read_refi, write_refi
from qualcode.testing import projects
from qualcode.testing.project import Plan, do, plans


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("again")


def go_on(project: qc.Project, plan: Plan) -> None:
    project._steps.clear()  # what was read is there to stay
    for step in plan.steps:
        with suppress(QualcodeError):  # what it has a name for already, say
            do(project, step.kind, step.picks, plan.coders, plan.changes)


def logged(project: qc.Project) -> tuple[list[str], int]:
    project._recorder.seal()
    return [event.id for event in project.log], len(project.log.rows)


@settings(max_examples=15)
@given(projects())
def test_the_same_file_again_changes_nothing(folder: Path, there: qc.Project) -> None:
    file = new_file(folder)
    write_refi(there, file)
    here = read_refi(file).project
    before = logged(here)
    report = read_refi(file, into=here, take_back=True)
    assert not report.items
    assert logged(here) == before


@settings(max_examples=15)
@given(projects(), plans())
def test_what_is_as_it_was_there_stays_as_it_is_here(
    folder: Path, there: qc.Project, plan: Plan
) -> None:
    file = new_file(folder)
    write_refi(there, file)
    here = read_refi(file).project
    go_on(here, plan)
    before, said = logged(here), content(here)
    read_refi(file, into=here)
    assert content(here) == said
    assert logged(here) == before


@settings(max_examples=25)
@given(projects(), plans())
def test_a_later_export_comes_to_what_it_is_alone(
    folder: Path, there: qc.Project, plan: Plan
) -> None:
    first, second = new_file(folder), new_file(folder)
    write_refi(there, first)
    here = read_refi(first).project
    go_on(there, plan)
    assume(names_differ(there))
    write_refi(there, second)
    before = logged(here)
    preview = read_refi(second, into=here, take_back=True, dry_run=True)
    assert logged(here) == before
    report = read_refi(second, into=here, take_back=True)
    assert report.items == preview.items
    for item in report.items:
        if item.how == "gone":
            here.withdraw(f"{item.what}:{item.ours}".removeprefix("document:"))
    fresh = read_refi(second).project
    here.rename("project", fresh.name)
    assert_same(here, fresh)
    now = logged(here)
    assert {item.how for item in read_refi(second, into=here, take_back=True).items} <= {"left"}
    assert logged(here) == now


@settings(max_examples=15)
@given(projects(), plans(), plans())
def test_what_was_changed_on_both_sides_comes_to_rest(
    folder: Path, there: qc.Project, ours: Plan, theirs: Plan
) -> None:
    first, second = new_file(folder), new_file(folder)
    write_refi(there, first)
    here = read_refi(first).project
    go_on(here, ours)
    go_on(there, theirs)
    write_refi(there, second)
    read_refi(second, into=here)
    before, said = logged(here), content(here)
    report = read_refi(second, into=here)
    assert content(here) == said, str(report)
    assert logged(here) == before
    again = new_file(folder)
    write_refi(here, again)
    assume(names_differ(here))
    assert_same(read_refi(again).project, here)


@settings(max_examples=15)
@given(projects())
def test_other_guids_for_the_same_change_nothing_that_is_counted(
    folder: Path, there: qc.Project
) -> None:
    assume(names_differ(there))
    first, second = new_file(folder, ".qde"), new_file(folder, ".qde")
    write_refi(there, first)

    def other(found: re.Match[str]) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, found[0]))

    guid = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    second.write_text(re.sub(guid, other, xml_of(first).decode()), "utf-8", newline="")
    here = read_refi(first).project
    said = content(here)
    report = read_refi(second, into=here, take_back=True)
    assert content(here) == said, str(report)
    assert {item.how for item in report.items} <= {"matched"}
    write_refi(here, first)
    assert_same(read_refi(first).project, here)
