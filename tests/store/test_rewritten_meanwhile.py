"""A process that has a project open while another erases or replaces names in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import StoreError


def begun(folder: Path) -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust")])
    project = qc.Project.create(folder, codebook=book, coder="ana")
    project.add_documents({"one": "Joan owes zloty.", "two": "Fine words."})
    project.save()
    return project


def holding(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_names_do_not_come_back_by_whoever_had_the_project_open(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    project = begun(folder)
    other = qc.Project.open(folder)
    automatic = qc.Project.open_or_create(folder, coder="cem", autosave=True)
    project.pseudonymise({"Joan": "P4"})
    other.assign(("two", 0, 4), "trust", coder="ben")
    for write in (other.save, other.refresh, lambda: automatic.add_memo("project", "a note")):
        with pytest.raises(StoreError, match="names were replaced in it since it was opened here"):
            write()
    assert holding(folder, b"Joan") == []
    assert not qc.check_folder(folder)
    again = qc.Project.open(folder)
    assert again.documents["one"].text == "P4 owes zloty."
    again.assign(("two", 0, 4), "trust", coder="ben")
    again.save()
    assert len(qc.Project.open(folder).assignments) == 1


WORK: dict[str, Callable[[qc.Project], object]] = {
    "nothing": lambda project: None,
    "a memo": lambda project: project.add_memo("document:two", "a note"),
    "coding": lambda project: project.assign(("two", 0, 4), "trust", coder="ben"),
    "coding of what goes": lambda project: project.assign(("one", 0, 4), "trust", coder="ben"),
    "a correction of what goes": lambda project: project.correct("one", "Joan owes much zloty."),
}


@pytest.mark.parametrize("autosave", [False, True])
@pytest.mark.parametrize("work", WORK)
def test_what_was_erased_does_not_come_back_by_whoever_had_the_project_open(
    tmp_path: Path, work: str, autosave: bool
) -> None:
    folder = tmp_path / "study"
    project = begun(folder)
    other = qc.Project.open_or_create(folder, coder="ben", autosave=autosave)
    project.erase("one", reason="consent withdrawn")
    WORK[work](other)
    other.save()
    assert holding(folder, b"zloty") == []
    assert not qc.check_folder(folder)
    assert list(other.documents) == ["two"]
    assert len(qc.Project.open(folder).assignments) == (work == "coding")


@pytest.mark.parametrize("order", [("ours", "theirs"), ("theirs", "ours")])
def test_a_document_that_somebody_put_into_a_case_erased_meanwhile_stays(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    """Who erased the case knew the document, and that it was none of the case's; what is new in it goes."""
    project = qc.Project.create(
        tmp_path / "ours", codebook=qc.Codebook("study", codes=[qc.Code("trust")]), coder="ana"
    )
    project.add_document("JOAN: zloty.", id="joans", cases="joan")
    project.add_document("BEN: precious words", id="bens")
    project.assign(("bens", 5, 13), "trust", memo="of note")
    project.save()
    shutil.copytree(tmp_path / "ours", tmp_path / "theirs")
    project.erase("case:joan")
    with qc.Project.open(tmp_path / "theirs") as theirs:
        theirs.join("bens", "joan", coder="ben")
        theirs.add_document("JOAN: more zloty.", id="new", cases="joan", coder="ben")
    whole = qc.merge(*(tmp_path / each for each in order)).project
    whole.save(tmp_path / "both")
    again = qc.Project.open(tmp_path / "both")
    assert list(again.documents) == ["bens"]
    assert [each.memo for each in again.assignments] == ["of note"]
    assert holding(tmp_path / "both", b"zloty") == []
    assert not qc.check_folder(tmp_path / "both")
