"""Whatever is written for others: what is read of it, written and read again, is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings

import qualcode as qc
from qualcode.errors import AssignmentError, CodebookFileError, QualcodeError
from qualcode.testing import codebooks, projects

pytest.importorskip("pyarrow")
pytest.importorskip("openpyxl")


def said(project: qc.Project) -> dict[str, Any]:
    """What a project holds that any format may have a place for."""
    state = project.state.uncounted
    return {
        "documents": {
            id: (each.name, each.text, dict(each.variables), each.cases, each.structure, each.speaking)
            for id, each in state.documents.items()
        },
        "cases": {id: (each.name, dict(each.variables)) for id, each in state.cases.items()},
        "codes": {
            id: (each.name, each.definition, each.colour, each.parent, each.codable)
            for id, each in state.codebook.codes.items()
        },
        "codings": sorted(
            (*each.place, each.code.id, each.memo or "", repr(each.weight)) for each in state.assignments
        ),
        "memos": sorted((each.target, each.text, each.coder) for each in project.memos),
        "sets": dict(project.code_sets),
    }  # fmt: skip


def refi(ending: str, program: str | None = None) -> Any:
    def write(project: qc.Project, folder: Path) -> Path:
        qc.write_refi(project, folder / f"a{ending}", for_program=program)
        return folder / f"a{ending}"

    return write, lambda path: qc.read_refi(path).project


def rock(project: qc.Project, folder: Path) -> Path:
    qc.write_rock(project, folder / "a")
    return folder / "a"


def annotations(project: qc.Project, folder: Path) -> Path:
    qc.write_webannotation(project, folder / "a" / "a.jsonld")
    return folder / "a" / "a.jsonld"


FORMATS: dict[str, tuple[Callable[[qc.Project, Path], Path], Callable[[Path], qc.Project]]] = {
    "qdpx": refi(".qdpx"),
    "qde": refi(".qde"),
    "nvivo": refi(".qdpx", "nvivo"),
    "atlasti": refi(".qdpx", "atlasti"),
    "rock": (rock, lambda path: qc.read_rock(path).project),
    "webannotation": (annotations, lambda path: qc.read_webannotation(path).project),
}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=12)
@given(project=projects())
def test_a_project_that_was_read_is_read_again_as_it_was(name: str, project: qc.Project) -> None:
    write, read = FORMATS[name]
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "1"), Path(folder, "2")
        first.mkdir()
        second.mkdir()
        try:
            found = read(write(project, first))
        except QualcodeError:  # no utterance, or nothing coded: there is nothing to read
            assume(False)
        again = read(write(found, second))
    assert said(again) == said(found)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@settings(max_examples=12)
@given(project=projects())
def test_a_table_of_assignments_gives_them_back(ending: str, project: qc.Project) -> None:
    assume(len(project.assignments))
    assume(all(each.code.is_live for each in project.assignments))  # others are not assigned anew
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"codings{ending}")
        try:
            project.write_csv(path)
        except AssignmentError:  # what no cell can hold is refused by name
            assume(False)
        back = qc.Project.new("Back", codebook=project.codebook)
        for document in project.documents.values():
            back.add_document(document.text, id=document.id)
        for coder in project.coders.values():
            if coder.id not in back.coders:
                back.add_coder(coder.id, name=coder.name, kind=coder.kind)
        back.assign_csv(path)
        again = Path(folder, f"again{ending}")
        back.write_csv(again)
        third = qc.Project.new("Third", codebook=project.codebook)
        for document in project.documents.values():
            third.add_document(document.text, id=document.id)
        third.assign_csv(again)
    assert rows(back) == rows(project)
    assert rows(third) == rows(back)


def rows(project: qc.Project) -> list[tuple[Any, ...]]:
    return sorted(
        (*each.place, each.code.id, each.time, each.memo or "", repr(each.weight))
        for each in project.assignments
    )


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".md", ".qdc", ".yaml"])
@settings(max_examples=12)
@given(book=codebooks())
def test_a_codebook_that_was_read_is_read_again_as_it_was(ending: str, book: qc.Codebook) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "1", f"a{ending}"), Path(folder, "2", f"a{ending}")
        for each in (first, second):
            each.parent.mkdir()
        try:
            qc.write_codebook(book, first)
        except CodebookFileError:  # what no cell can hold is refused by name
            assume(False)
        try:
            found = qc.read_codebook(first)
        except QualcodeError:
            assume(not any(each.is_live for each in book.codes.values()))
            raise
        qc.write_codebook(found, second)
        again = qc.read_codebook(second)
    assert attrs.evolve(again, rollups={}) == attrs.evolve(found, rollups={})
    assert again.rollups == found.rollups
