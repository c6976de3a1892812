"""Many short texts lie together in packs, and every law of texts holds for them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from tests.store.faults import broken_from, faulty
from tests.store.making import clock, codebook, contents, opened, tokens

import qualcode as qc
from qualcode.errors import StoreError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

SECRET = "My name is Zanzibar."


def answers(folder: Path, *, count: int = 120, prefix: str = "r") -> qc.Project:
    """Save a project of many short answers, the strange ones first, and one long text."""
    project = qc.Project.create(
        folder, name="Study", codebook=codebook(), coder="ana", clock=clock, tokens=tokens(prefix)
    )
    texts = {f"{prefix}{at}": f"Answer {at}." for at in range(count)}
    texts |= {"odd": "\ufeffOne\r\ntwo\x00 \u2028 🤝\n", "long": "We trust them. " * 400}
    texts |= {"secret": SECRET, "second": "I am Timbuktu."}
    project.add_documents(texts)
    project.assign((f"{prefix}0", 0, 6), "trust")
    project.save()
    return project


def packs(folder: Path) -> list[Path]:
    return sorted((folder / "texts").glob("*.jsonl"))


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ("git", *who, *arguments), cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def cloned(tmp_path: Path) -> None:
    """Commit a project with a pack, and clone it: `p` and `q`."""
    answers(tmp_path / "p")
    git(tmp_path / "p", "init", "--quiet", "-b", "main")
    git(tmp_path / "p", "add", "--all")
    git(tmp_path / "p", "commit", "-qm", "first")
    git(tmp_path, "clone", "--quiet", "p", "q")


def holds(folder: Path, words: str) -> bool:
    return any(words.encode() in data for data in contents(folder).values())


def test_a_pack_is_opened_as_it_was_saved_and_saving_again_changes_nothing(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    assert len(packs(tmp_path / "p")) == 1
    assert [path.name[:5] for path in (tmp_path / "p" / "texts").glob("*.txt")] == ["long."]
    assert [path.name[:5] for path in (tmp_path / "p" / "documents").glob("*.txt")] == ["long."]
    again, before = opened(tmp_path / "p"), contents(tmp_path / "p")
    assert again.state == project.state
    assert {id: each.text for id, each in again.documents.items()} == {
        id: each.text for id, each in project.documents.items()
    }
    again.save()
    assert contents(tmp_path / "p") == before
    assert qc.check_folder(tmp_path / "p") == []


def test_only_a_project_with_packs_has_the_format_that_knows_them(tmp_path: Path) -> None:
    def format(folder: Path) -> int:
        return int(msgspec.json.decode((folder / "project.json").read_bytes())["format"])

    few = answers(tmp_path / "few", count=10)
    assert (format(tmp_path / "few"), packs(tmp_path / "few")) == (2, [])
    named = msgspec.json.decode((tmp_path / "few" / "project.json").read_bytes())["project"]
    few.add_documents({f"n{at}": f"New {at}." for at in range(100)})
    few.save()
    assert (format(tmp_path / "few"), len(packs(tmp_path / "few"))) == (3, 1)
    assert named == msgspec.json.decode((tmp_path / "few" / "project.json").read_bytes())["project"]
    assert opened(tmp_path / "few").state == few.state


def test_a_packed_text_is_corrected_and_shown_then(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    before = packs(tmp_path / "p")
    project.correct("r7", "Answer seven.")
    project.save()
    assert packs(tmp_path / "p") == before
    (view,) = (tmp_path / "p" / "documents").glob("r7.*.txt")
    assert view.read_text() == "Answer seven."
    assert opened(tmp_path / "p").documents["r7"].text == "Answer seven."
    project.undo()
    project.save()
    assert not view.exists()
    assert qc.check_folder(tmp_path / "p") == []


def test_a_view_of_a_packed_text_that_somebody_made_is_an_edit(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    line = next(
        each for each in packs(tmp_path / "p")[0].read_bytes().split(b"\n") if b'"r7"' in each
    )
    name = f"r7.{msgspec.json.decode(line)['version']}.txt"
    (tmp_path / "p" / "documents" / name).write_text("Answer seven.")
    project = opened(tmp_path / "p")
    assert [edit.document for edit in project.text_edits] == ["r7"]
    project.adopt(coder="ana", reason="misheard")
    project.save()
    assert opened(tmp_path / "p").documents["r7"].text == "Answer seven."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"Answer 7."', b'"Answer 8."', "was changed since it was added"),
        (b'{"document":"r7"', b'{"document":', "is damaged"),
        (b'"document":"r7"', b'"document":"q7"', "no pack has its text"),
    ],
)
def test_damage_in_a_pack_is_an_error_with_its_line(
    tmp_path: Path, old: bytes, new: bytes, told: str
) -> None:
    answers(tmp_path / "p")
    (pack,) = packs(tmp_path / "p")
    pack.write_bytes(pack.read_bytes().replace(old, new))
    with pytest.raises(StoreError, match=told):
        opened(tmp_path / "p")
    problems = qc.check_folder(tmp_path / "p")
    assert any(told in str(each) for each in problems)
    assert any(str(each).startswith(f"texts/{pack.name}, line 8") for each in problems)


def test_line_ends_that_git_changed_in_a_pack_do_no_harm(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    (pack,) = packs(tmp_path / "p")
    pack.write_bytes(pack.read_bytes().replace(b"\n", b"\r\n"))
    assert opened(tmp_path / "p").state == project.state
    assert qc.check_folder(tmp_path / "p") == []


def test_an_erasure_rewrites_the_pack_and_leaves_the_other_texts(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    (pack,) = packs(tmp_path / "p")
    erased = project.erase("secret", reason="asked to")
    assert f"texts/{pack.name}" in erased.files
    assert not holds(tmp_path / "p", "Zanzibar")
    assert holds(tmp_path / "p", "Timbuktu")
    again = opened(tmp_path / "p")
    assert "secret" not in again.documents
    assert len(again.documents) == 123
    assert qc.check_folder(tmp_path / "p") == []


def test_backup_blind_copy_and_copy_have_the_packed_texts(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    project.backup(tmp_path / "one.zip")
    qc.restore(tmp_path / "one.zip", tmp_path / "restored")
    assert opened(tmp_path / "restored").state == project.state
    blind = project.blind("ben", tmp_path / "for-ben")
    assert blind.documents == project.documents
    assert len(packs(tmp_path / "for-ben")) == 1
    project.save(tmp_path / "copy")
    assert opened(tmp_path / "copy").documents == project.documents
    assert qc.check_folder(tmp_path / "copy") == []


@needs_git
def test_two_clones_that_add_packs_unite_by_git_pull(tmp_path: Path) -> None:
    cloned(tmp_path)
    for name, coder in (("p", "ana"), ("q", "ben")):
        project = qc.Project.open_or_create(tmp_path / name, coder=coder)
        project.add_documents({f"{name}-{at}": f"{name} says {at}." for at in range(100)})
        project.save()
        git(tmp_path / name, "add", "--all")
        git(tmp_path / name, "commit", "-qm", "more")
    git(tmp_path / "q", "pull", "--quiet", "--no-rebase", "--no-edit")
    assert len(opened(tmp_path / "q").documents) == 124 + 200
    assert len(packs(tmp_path / "q")) == 3
    assert [each for each in qc.check_folder(tmp_path / "q") if each.file != "codebook.yaml"] == []


@needs_git
def test_what_two_clones_erased_from_one_pack_is_gone_after_a_pull(tmp_path: Path) -> None:
    cloned(tmp_path)
    for name, coder, document in (("p", "ana", "secret"), ("q", "ben", "second")):
        qc.Project.open_or_create(tmp_path / name, coder=coder).erase(document, reason="asked to")
        git(tmp_path / name, "add", "--all")
        git(tmp_path / name, "commit", "-qm", "erased")
    git(tmp_path / "q", "fetch", "--quiet")
    subprocess.run(
        ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "merge", "-q", "--no-edit",
         "origin/main"), cwd=tmp_path / "q", check=False, capture_output=True,
    )  # fmt: skip
    project = opened(tmp_path / "q")
    project.save()
    for words in ("Zanzibar", "Timbuktu"):
        assert not holds(tmp_path / "q", words)
    assert len(opened(tmp_path / "q").documents) == 122
    assert [each for each in qc.check_folder(tmp_path / "q") if each.file != "codebook.yaml"] == []


def test_a_repeated_pack_does_no_harm(tmp_path: Path) -> None:
    project = answers(tmp_path / "p")
    (pack,) = packs(tmp_path / "p")
    shutil.copy(pack, pack.with_name("pack (conflicted copy).jsonl"))
    assert opened(tmp_path / "p").state == project.state
    project = opened(tmp_path / "p")
    project.erase("secret", coder="ana", reason="asked to")
    assert not holds(tmp_path / "p", "Zanzibar")


def add(project: qc.Project) -> None:
    project.add_documents({f"n{at}": f"New {at}." for at in range(100)}, coder="ana")
    project.save()


def erase(project: qc.Project) -> None:
    project.erase("secret", coder="ana", reason="asked to")


@pytest.mark.parametrize("deed", [add, erase])
def test_a_disk_that_breaks_meanwhile_leaves_the_old_or_the_new_packs(
    quick: Path, deed: Callable[[qc.Project], None]
) -> None:
    answers(quick / "old")
    shutil.copytree(quick / "old", quick / "new")
    with faulty(lambda count, kind: None) as calls:
        deed(opened(quick / "new"))
    old, new = contents(quick / "old"), contents(quick / "new")
    outcomes = []
    for number in range(1, len(calls) + 1, 2):
        folder = quick / f"try-{number}"
        shutil.copytree(quick / "old", folder)
        project = opened(folder)
        with faulty(broken_from(number)), suppress(StoreError):
            deed(project)
        opened(folder)  # puts back what was interrupted
        found = contents(folder)
        outcomes.append("old" if found == old else "new" if found == new else f"mixed at {number}")
        assert qc.check_folder(folder) == []
        shutil.rmtree(folder)
    assert set(outcomes) == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True), "there is one moment of commit"
