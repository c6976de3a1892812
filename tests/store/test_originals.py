"""Original files: kept by their digest, part of saving, checking, backups and unions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qualcode as qc

HEARD = "Café: we trust them.".encode("utf-16")


@pytest.fixture
def study(tmp_path: Path) -> tuple[qc.Project, Path]:
    """A project in a folder, and a file that is more than its text."""
    file = tmp_path / "joan.txt"
    file.write_bytes(HEARD)
    (tmp_path / "plain.txt").write_bytes(b"We left.")
    project = qc.Project.create(tmp_path / "study", codebook=qc.Codebook("s"), coder="ana")
    return project, file


def _kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "originals").glob("*"))]


def test_a_file_is_kept_byte_for_byte_and_given_back(study: tuple[qc.Project, Path]) -> None:
    project, file = study
    project.add_documents([file, file.with_name("plain.txt")])
    file.unlink()  # what was added does not depend on it any more
    assert project.read_original("joan") == HEARD
    project.save()
    assert project.path is not None
    assert _kept(project.path) == [HEARD]
    again = qc.Project.open(project.path)
    assert again.state == project.state
    assert again.read_original("joan") == HEARD
    assert again.documents["joan"].original == qc.Original(
        again.documents["joan"].original.sha256, "joan.txt", len(HEARD)
    )
    assert "originals/* -text\n" in (project.path / ".gitattributes").read_text()
    assert qc.check_folder(project.path) == []


def test_text_that_is_all_there_is_to_a_file_is_not_kept_twice(
    study: tuple[qc.Project, Path],
) -> None:
    project, file = study
    project.add_documents(file.with_name("plain.txt"))
    with pytest.raises(qc.errors.NotFoundError, match="its text is all there was"):
        project.read_original("plain")
    project.save()
    assert project.path is not None
    assert not (project.path / "originals").exists()


@pytest.mark.parametrize("originals", [False, 10])
def test_files_are_not_kept_where_that_is_not_wanted(
    study: tuple[qc.Project, Path], originals: bool | int
) -> None:
    project, file = study
    added = project.add_documents(file, originals=originals)
    project.save()
    assert project.path is not None
    assert not (project.path / "originals").exists()
    told = [str(each) for each in added.losses]
    assert told == ([] if originals is False else [
        "note: original file 'joan.txt': has 42 bytes, and up to 10 are kept (originals=)"
    ])  # fmt: skip


def test_saving_by_itself_keeps_them_too(tmp_path: Path) -> None:
    (tmp_path / "joan.txt").write_bytes(HEARD)
    project = qc.Project.open_or_create(tmp_path / "study", coder="ana", autosave=True)
    project.add_documents(tmp_path / "joan.txt")
    assert _kept(tmp_path / "study") == [HEARD]


def test_a_script_that_is_run_again_keeps_one(tmp_path: Path) -> None:
    (tmp_path / "joan.txt").write_bytes(HEARD)
    before = []
    for _ in range(2):
        with qc.Project.open_or_create(tmp_path / "study", coder="ana") as project:
            project.add_documents(tmp_path / "joan.txt")
        before.append(sorted((tmp_path / "study" / "log").glob("*"))[0].read_bytes())
    assert before[0] == before[1]
    assert _kept(tmp_path / "study") == [HEARD]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(HEARD[::-1]), "was changed"),
        (lambda path: path.with_name("stray.docx").write_bytes(b"PK"), "is no original file"),
    ],
)
def test_damage_is_found_by_check_and_refused_by_backup(
    study: tuple[qc.Project, Path], harm, told: str
) -> None:
    project, file = study
    project.add_documents(file)
    project.save()
    assert project.path is not None
    harm(next((project.path / "originals").glob("*")))
    problems = qc.check_folder(project.path)
    assert len(problems) == 1
    assert told in problems[0].message
    assert qc.Project.open(project.path).documents["joan"].text.startswith("Café")
    with pytest.raises(qc.errors.StoreError, match=told):
        project.backup(file.with_name("study.zip"))


def test_a_backup_holds_them(study: tuple[qc.Project, Path]) -> None:
    project, file = study
    project.add_documents(file)
    project.save()
    project.backup(file.with_name("study.zip"))
    back = qc.restore(file.with_name("study.zip"), file.with_name("back"))
    assert back.read_original("joan") == HEARD


def test_copies_unite_with_theirs(study: tuple[qc.Project, Path], tmp_path: Path) -> None:
    project, file = study
    project.save()
    assert project.path is not None
    shutil.copytree(project.path, tmp_path / "hers")
    project.add_documents(file)
    project.save()
    hers = qc.Project.open(tmp_path / "hers")
    file.with_name("ben.txt").write_bytes("Über: no.".encode("utf-16"))
    hers.add_documents(file.with_name("ben.txt"))  # not saved: it has its file all the same
    both = qc.merge(project, hers).project
    del project, hers
    both.save(tmp_path / "both")
    again = qc.Project.open(tmp_path / "both")
    assert again.read_original("joan") == HEARD
    assert again.read_original("ben").decode("utf-16") == "Über: no."
    assert qc.check_folder(tmp_path / "both") == []


def test_a_project_that_never_was_one_brings_its_own(
    study: tuple[qc.Project, Path], tmp_path: Path
) -> None:
    project, file = study
    other = qc.Project.new("Other")
    other.add_documents(file)
    merged = qc.merge(project, other).project
    merged.save(tmp_path / "both")
    assert qc.Project.open(tmp_path / "both").read_original("joan") == HEARD


def test_a_copy_and_a_blind_one_take_them_along(
    study: tuple[qc.Project, Path], tmp_path: Path
) -> None:
    project, file = study
    project.add_documents(file)
    project.save()
    blind = project.blind("ben", tmp_path / "blind")
    assert blind.read_original("joan") == HEARD
    project.save(tmp_path / "copy")
    for folder in ("blind", "copy"):
        assert _kept(tmp_path / folder) == [HEARD]
        assert qc.check_folder(tmp_path / folder) == []


def test_a_save_that_fails_leaves_none(
    study: tuple[qc.Project, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualcode.io.store import journal

    project, file = study
    project.add_documents(file)
    assert project.path is not None
    before = sorted(path for path in project.path.rglob("*") if path.is_file())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.shutil, "copyfileobj", full)
    with pytest.raises(qc.errors.StoreError, match="nothing was saved"):
        project.save()
    assert sorted(path for path in project.path.rglob("*") if path.is_file()) == before
    monkeypatch.undo()
    project.save()
    assert _kept(project.path) == [HEARD]
