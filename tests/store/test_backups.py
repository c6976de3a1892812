"""Backups: the whole project in one file, and back."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import ProjectError, QualcodeError, StoreError


@pytest.fixture
def project(tmp_path: Path) -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust")])
    project = qc.Project.create(tmp_path / "study", codebook=book, coder="ana")
    project.add_document("We trust them.\r\n🙂", id="a")
    project.assign(("a", 0, 8), "trust", coder="ana")
    project.save()
    return project


def test_a_backup_is_the_project_and_goes_on(project: qc.Project, tmp_path: Path) -> None:
    made = project.backup(tmp_path / "one.zip")
    assert made.files == 7
    assert made.size == made.path.stat().st_size
    project.backup(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    again = qc.restore(tmp_path / "one.zip", tmp_path / "again")
    assert again.state == project.state
    assert qc.check_folder(tmp_path / "again") == []
    again.assign(("a", 3, 8), "trust", coder="ben")
    again.save()
    assert len(qc.merge(tmp_path / "study", tmp_path / "again").project.assignments) == 2


def test_nothing_is_overwritten_and_nothing_left_out(project: qc.Project, tmp_path: Path) -> None:
    project.backup(tmp_path / "one.zip")
    with pytest.raises(StoreError, match="exists already"):
        project.backup(tmp_path / "one.zip")
    with pytest.raises(StoreError, match="not empty"):
        qc.restore(tmp_path / "one.zip", tmp_path / "study")
    project.assign(("a", 3, 8), "trust", coder="ana")
    with pytest.raises(ProjectError, match="not all that was done is saved"):
        project.backup(tmp_path / "two.zip")
    with pytest.raises(ProjectError, match="in memory only"):
        qc.Project.new("x").backup(tmp_path / "two.zip")
    project.save()
    with pytest.raises(StoreError, match="cannot be written"):
        project.backup(tmp_path / "nowhere" / "two.zip")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one.zip", "study"]


def test_damage_is_named_and_nothing_is_left(project: qc.Project, tmp_path: Path) -> None:
    whole = tmp_path / "one.zip"
    project.backup(whole)
    data = whole.read_bytes()
    damaged = tmp_path / "damaged.zip"
    for at in range(0, len(data), 11):
        damaged.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            again = qc.restore(damaged, tmp_path / f"again-{at}")
        except QualcodeError:
            assert not (tmp_path / f"again-{at}").exists()
        else:
            assert again.state == project.state  # what zip keeps twice, or nobody reads
    for cut in (0, 1, len(data) // 2, len(data) - 1):
        damaged.write_bytes(data[:cut])
        with pytest.raises(StoreError, match="damaged"):
            qc.restore(damaged, tmp_path / "cut")
    with pytest.raises(StoreError, match="no such file"):
        qc.restore(tmp_path / "nothing.zip", tmp_path / "cut")
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_project_is_not_backed_up(project: qc.Project, tmp_path: Path) -> None:
    (text,) = (tmp_path / "study" / "texts").iterdir()
    text.write_bytes(b"other")
    with pytest.raises(StoreError, match="is damaged: texts/a"):
        project.backup(tmp_path / "one.zip")
    assert not (tmp_path / "one.zip").exists()


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil", "log/../../evil", "log/..", "other/x", "x.py"]
)
def test_nothing_is_written_outside_of_the_folder(
    project: qc.Project, tmp_path: Path, name: str
) -> None:
    from qualcode.io.store.backups import _write_zip

    path = tmp_path / "evil.zip"
    _write_zip(path, {name: b"evil"})
    with pytest.raises(StoreError, match="no project has"):
        qc.restore(path, tmp_path / "there")
    assert not (tmp_path / "there").exists()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("log/extra.jsonl", b"never listed")
    with pytest.raises(StoreError):
        qc.restore(path, tmp_path / "there")


def test_a_full_disk_leaves_nothing(
    project: qc.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.backup(tmp_path / "one.zip")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for call in ("replace", "fsync"):
        with monkeypatch.context() as patched:
            patched.setattr(f"qualcode.io.store.backups.os.{call}", full)
            with pytest.raises(StoreError, match="No space left"):
                project.backup(tmp_path / "two.zip")
            with pytest.raises(StoreError, match="No space left"):
                qc.restore(tmp_path / "one.zip", tmp_path / "again")
        assert sorted(each.name for each in tmp_path.iterdir()) == ["one.zip", "study"]
    assert qc.restore(tmp_path / "one.zip", tmp_path / "again").state == project.state


def test_edits_that_wait_are_backed_up_as_they_are(project: qc.Project, tmp_path: Path) -> None:
    file = tmp_path / "study" / "codebook.yaml"
    file.write_text(file.read_text().replace("trust", "trust", 1) + "# mine\n")
    project.backup(tmp_path / "one.zip")
    qc.restore(tmp_path / "one.zip", tmp_path / "again")
    assert (tmp_path / "again" / "codebook.yaml").read_bytes() == file.read_bytes()


def test_wrong_paths_are_named(project: qc.Project) -> None:
    with pytest.raises(ProjectError, match="path"):
        project.backup(7)  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="path"):
        qc.restore(None, "there")  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="folder"):
        qc.restore("one.zip", 7)  # type: ignore[arg-type]
