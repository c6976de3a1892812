"""Versions of texts are kept for ever, and shown in files that people may edit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.store.making import clock, contents, made, opened

import qualcode as qc
from qualcode.errors import StoreError
from qualcode.io.store import layout

CORRECTED = "Money is scarce. Nobody decides."


def views(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_bytes().decode()
        for path in sorted((folder / "documents").glob("*.txt"))
    }


def view(folder: Path, document: str) -> Path:
    (path,) = (folder / "documents").glob(f"{document}.*.txt")
    return path


def as_before(folder: Path) -> None:
    """Make a folder what it was when versions were not kept apart from the files to be read."""
    for path in (folder / "texts").iterdir():
        path.rename(folder / "documents" / path.name)
    (folder / "texts").rmdir()
    (folder / "documents" / ".gitignore").unlink()
    told = layout.GIT_ATTRIBUTES_2 + "*.docx binary\n"
    (folder / ".gitattributes").write_text(told, encoding="utf-8")


def test_views_are_of_the_versions_in_force(project: qc.Project, folder: Path) -> None:
    first = views(folder)
    assert [*first.values()] == [project.documents[id].text for id in ("a", "b")]
    project.correct("b", CORRECTED, coder="ana")
    project.save()
    assert [*views(folder).values()] == [project.documents["a"].text, CORRECTED]
    assert len([*(folder / "texts").iterdir()]) == 3
    project.undo(coder="ana")
    project.save()
    assert views(folder) == first
    project.withdraw("b", coder="ana", reason="asked to")
    project.save()
    assert [*views(folder)] == [view(folder, "a").name]
    project.reinstate("b", coder="ana", reason="asked to")
    project.save()
    assert views(folder) == first


@pytest.mark.parametrize("autosave", [False, True])
def test_a_correction_that_is_saved_as_it_is_made_is_shown(folder: Path, autosave: bool) -> None:
    made(folder)
    with qc.Project.open_or_create(folder, coder="ana", autosave=autosave) as project:
        project.add_document("One.", id="c")
        project.correct("c", "One two.")
        project.correct("c", "One two three.")
        if autosave:
            assert view(folder, "c").read_text() == "One two three."
    assert view(folder, "c").read_text() == "One two three."
    assert qc.check_folder(folder) == []


def test_views_are_made_again_by_the_next_save(project: qc.Project, folder: Path) -> None:
    before = contents(folder)
    shutil.rmtree(folder / "documents")
    opened(folder).save()
    assert contents(folder) == before


def test_an_edited_view_is_never_written_over(project: qc.Project, folder: Path) -> None:
    edited = view(folder, "b")
    edited.write_text("My own words.", encoding="utf-8")
    for deed in (
        lambda p: p.save(),
        lambda p: p.add_memo("project", "x", coder="ana"),
        lambda p: p.correct("b", CORRECTED, coder="ana"),
        lambda p: p.withdraw("b", coder="ana", reason="asked to"),
    ):
        again = opened(folder)
        deed(again)
        again.save()
        assert edited.read_text() == "My own words."
        (problem,) = qc.check_folder(folder)
        assert problem.file == f"documents/{edited.name}"
        assert problem.waits
    assert opened(folder).state == again.state


def test_an_edited_view_goes_into_a_backup(project: qc.Project, folder: Path) -> None:
    view(folder, "b").write_text("My own words.", encoding="utf-8")
    project.backup(folder.parent / "one.zip")
    qc.restore(folder.parent / "one.zip", folder.parent / "restored")
    assert contents(folder.parent / "restored") | {"documents/.gitignore": b""} == contents(
        folder
    ) | {"documents/.gitignore": b""}


def test_a_folder_without_versions_opens_and_is_saved_with_them(
    project: qc.Project, folder: Path
) -> None:
    project.correct("b", CORRECTED, coder="ana")
    project.save()
    whole = contents(folder)
    as_before(folder)
    again = opened(folder)
    assert again.state == project.state
    assert qc.check_folder(folder) == []
    again.save()
    told = layout.GIT_ATTRIBUTES + "*.docx binary\n"
    assert contents(folder) == whole | {".gitattributes": told.encode()}
    opened(folder).save()
    assert contents(folder) == whole | {".gitattributes": told.encode()}


def test_in_a_folder_without_versions_an_edit_is_refused_with_what_to_do(
    project: qc.Project, folder: Path
) -> None:
    as_before(folder)
    edited = view(folder, "b")
    edited.write_text("My own words.", encoding="utf-8")
    with pytest.raises(
        StoreError, match=rf"{edited.name} was changed.* open the project and save it"
    ):
        opened(folder)
    (problem,) = qc.check_folder(folder)
    assert problem.file == f"documents/{edited.name}"
    assert not problem.waits
    with pytest.raises(StoreError, match="is damaged"):
        project.backup(folder.parent / "one.zip")


def test_a_blind_copy_and_a_union_have_every_version(project: qc.Project, folder: Path) -> None:
    project.correct("b", CORRECTED, coder="ana")
    project.save()
    copy = project.blind("ben", folder.parent / "for-ben")
    copy.correct("a", "We trust them.", coder="ben")
    copy.save()
    assert len([*(folder.parent / "for-ben" / "texts").iterdir()]) == 4
    merged = qc.merge(folder, folder.parent / "for-ben").project
    merged.save(folder.parent / "both")
    assert len([*(folder.parent / "both" / "texts").iterdir()]) == 4
    assert [*views(folder.parent / "both").values()] == ["We trust them.", CORRECTED]
    assert qc.check_folder(folder.parent / "both") == []


def test_two_documents_of_one_id_have_a_view_each(folder: Path) -> None:
    made(folder)
    shutil.copytree(folder, folder.parent / "other")
    for place, text in ((folder, "Mine."), (folder.parent / "other", "Hers.")):
        project = opened(place, seed=text)
        project.add_document(text, id="new", coder="ana")
        project.save()
    merged = qc.merge(folder, folder.parent / "other").project
    merged.save(folder.parent / "both")
    both = folder.parent / "both"
    assert {"Mine.", "Hers."} < set(views(both).values())
    twice = next(id for id in merged.documents if "#" in id)
    merged.correct(twice, "Theirs.", coder="ana")
    merged.save()
    assert "Theirs." in views(both).values()
    assert len(views(both)) == 4
    assert qc.check_folder(both) == []
    assert qc.Project.open(both, clock=clock).state == merged.state
