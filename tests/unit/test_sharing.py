"""Copies for an archive or a colleague."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.laws.test_erasures import DEEDS, WORD, found, played, without_in_vivo
from tests.laws.test_merges import TEMPORARY
from tests.unit.test_cli import run

import qualcode as qc
from qualcode.errors import ProjectError
from qualcode.model.texts.replacing import Replacing

NAMES = {"Joan": "P4"}


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust", memos=["of Joan"]), qc.Code("old")])
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_document(
        "I trust Joan.", id="02-joan", variables={"age": 51, "site": "north"}, cases="Joan",
        source="/home/ana/joan.docx",
    )  # fmt: skip
    project.add_document("Gone for good.", id="gone")
    project.add_document("Nobody else.", id="b", variables={"site": "south"})
    project.assign(("02-joan", 0, 13), "trust", memo="ask Joan again", weight=0.5)
    project.assign(("b", 0, 6), "trust", coder="ben")
    project.add_memo("code:trust", "Too wide?")
    project.add_memo("document:b", "a memo on b")
    project.correct("b", "Nobody else!", reason="a secret reason")
    project.save_view("south", variables={"site": "south"})
    project.save_view("old ones", variables={"age": 51})
    with project.revise(reason="done") as cb:
        cb.retire("old")
    project.withdraw("gone")
    return project


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_it_has_what_was_chosen_and_nothing_of_the_past(
    project: qc.Project, tmp_path: Path
) -> None:
    state = project.state
    folder = tmp_path / "to-share"
    shared = project.sharing_copy(
        folder, names=NAMES, variables="site", memos=["code"], key=tmp_path / "key.csv"
    )
    assert project.state == state
    copy = qc.Project.open(folder)
    assert copy.state == shared.project.state
    assert qc.check_folder(folder) == []
    assert {id: each.text for id, each in copy.documents.items()} == {
        "02-P4": "I trust P4.",
        "b": "Nobody else!",
    }
    assert {id: dict(each.variables) for id, each in copy.documents.items()} == {
        "02-P4": {"site": "north"},
        "b": {"site": "south"},
    }
    assert [(each.coder, each.memo, each.weight, each.origin) for each in copy.assignments] == [
        ("ana", None, 0.5, "hand"),
        ("ben", None, None, "hand"),
    ]
    assert [memo.text for memo in copy.memos] == ["Too wide?"]
    assert copy.codebook["trust"].memos == ("of P4",)
    assert list(copy.state.views) == ["south"]
    assert len(copy.history) == 1
    assert len(copy.withdrawals) == 0
    held = everything(folder)
    for word in (b"oan", b"Gone for", b"secret", b"again", b"docx", b"a memo on", b"Nobody else."):
        assert word not in held, word
    assert (tmp_path / "key.csv").exists()


def test_it_is_no_copy_of_this_log(project: qc.Project, tmp_path: Path) -> None:
    """United with it, it would take out of this one what it was made without."""
    shared = project.sharing_copy(tmp_path / "to-share")
    ids = {event.id for event in project.log}
    assert ids.isdisjoint(event.id for event in shared.project.log)
    whole = qc.merge(project, shared.project).project
    assert [memo.text for memo in whole.memos] >= [memo.text for memo in project.memos]
    assert len(whole.assignments) == len(project.assignments)


def test_a_name_that_is_left_removes_the_copy_and_is_told(
    project: qc.Project, tmp_path: Path
) -> None:
    project.assign(("b", 0, 6), "trust", coder="joan")
    with pytest.raises(ProjectError, match=r"still held names, so the copy was removed: .*joan"):
        project.sharing_copy(tmp_path / "to-share", names=NAMES)
    assert not (tmp_path / "to-share").exists()


def test_what_cannot_be_is_refused_first(project: qc.Project, tmp_path: Path) -> None:
    folder = tmp_path / "to-share"
    with pytest.raises(ProjectError, match="memos"):
        project.sharing_copy(folder, memos=["dreams"])
    with pytest.raises(ProjectError, match="cannot lie in the project's folder"):
        project.sharing_copy(folder, names=NAMES, key=folder / "key.csv")
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(ProjectError, match="not empty"):
        project.sharing_copy(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["to-share", "mine.txt"]


def test_the_command_line_says_first_what_it_would_do(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "study")
    key, folder = tmp_path / "key.csv", tmp_path / "to-share"
    key.write_text("name,pseudonym,of\nJoan,P4,\n", encoding="utf-8")
    arguments = ["share", str(tmp_path / "study"), "--output", str(folder), "--names", str(key)]
    asked = run(*arguments)
    assert "→ P4" in asked.output
    assert "nothing was written" in asked.output
    assert not folder.exists()
    done = run(*arguments, "--variable", "all", "--memos", "all", "--yes")
    assert done.exit_code == 0, done.output
    copy = qc.Project.open(folder)
    assert dict(copy.documents["02-P4"].variables) == {"age": 51, "site": "north"}
    assert {memo.text for memo in copy.memos} == {"Too wide?", "a memo on b"}
    assert copy.assignments[0].memo == "ask P4 again"


STEADY = [
    each for each in DEEDS if each not in ("change", "correct", "place", "kind", "undo", "withdraw")
]
"""Not those after which a passage that cuts a name in two waits, and is placed where the name is another."""


@settings(max_examples=25)
@given(without_in_vivo(taking=STEADY))
def test_any_project_is_shared_as_it_is_now(plan: Any) -> None:
    project, replacing = played(plan), Replacing({WORD: "Participant-9"})
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folder = Path(root) / "to-share"
        shared = project.sharing_copy(folder, names=replacing.names, variables="all")
        copy = qc.Project.open(folder)
        assert copy.state == shared.project.state
        assert qc.check_folder(folder) == []
        if not any(WORD in each.text for each in copy.documents.values()):
            assert not found(folder, WORD, WORD.lower())
        assert {replacing.of(id) for id in project.documents} == set(copy.documents)
        # A passage that cuts a name in two may wait here, and have its place where the name is another.
        if not project.quarantine:
            for count in ("segments", "documents", "coders"):
                assert copy.rollup(count=count).total == project.rollup(count=count).total
        assert len(copy.verdicts) == len(project.verdicts)
        assert len(copy.memos) == 0
