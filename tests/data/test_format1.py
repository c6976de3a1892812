"""A project of format 1 opens for ever, says what it said, and is migrated the same way on every machine."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.data.format1.snapshot import snapshot
from tests.store.faults import broken_from, faulty, full_at, full_from
from tests.store.making import clock, contents, tokens

import qualcode as qc
from qualcode.errors import QualcodeError, StoreError

HERE = Path(__file__).parent / "format1"
OLD = {"history.jsonl", "coders.jsonl", "cases.jsonl", "assignments", "memos", "verdicts"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return old_project(tmp_path / "study")


def old_project(folder: Path) -> Path:
    shutil.copytree(HERE / "project", folder)
    return folder


def opened(folder: Path) -> qc.Project:
    return qc.Project.open(folder, clock=clock, tokens=tokens("later"))


def plain(value: object) -> Any:
    return json.loads(json.dumps(value))


EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


def test_it_says_what_it_said_as_of_every_revision(folder: Path) -> None:
    before = contents(folder)
    found = plain(snapshot(qc.Project.open(folder)))
    assert found.keys() == EXPECTED.keys()
    assert found["revisions"] == EXPECTED["revisions"]
    for number, expected in EXPECTED["at"].items():
        assert found["at"][number] == expected, number
    assert found["now"] == EXPECTED["now"]
    assert qc.check_folder(folder) == []
    assert contents(folder) == before, "opening changes nothing"


def test_it_has_all_that_format_1_could_hold() -> None:
    now = EXPECTED["now"]
    kinds = [kind for kind, *_ in EXPECTED["revisions"]]
    assert {"adopt", "merge", "revert", "split", "decide", "rename", "retire"} <= set(kinds)
    assert kinds.count("revert") == 5
    assert "\r\n" in now["documents"]["a"][1]
    assert {kind for _, kind in now["coders"].values()} == {"person", "machine", "consensus"}
    assert {memo[2].partition(":")[0] for memo in now["memos"]} == {
        "project", "code", "revision", "document", "segment", "case", "coder",
    }  # fmt: skip
    assert {verdict[0] for verdict in now["verdicts"]} == {"accepted", "rejected"}


def test_the_first_save_makes_format_2_and_the_same_everywhere(tmp_path: Path) -> None:
    saved = []
    for name in ("one", "two"):
        folder = old_project(tmp_path / name)
        project = qc.Project.open(folder)
        project.save()
        saved.append(contents(folder))
        assert not OLD & {path.name for path in folder.iterdir()}
        assert qc.check_folder(folder) == []
        again = qc.Project.open(folder)
        assert again.state == project.state
        assert plain(snapshot(again)) == EXPECTED
        again.save()
        assert contents(folder) == saved[-1]
    assert saved[0] == saved[1]
    assert json.loads(saved[0]["project.json"])["format"] == 2


def test_what_is_made_of_it_does_not_depend_on_what_is_done_before_the_save(
    tmp_path: Path,
) -> None:
    saved = []
    for coder in ("ana", "zoe"):
        folder = old_project(tmp_path / coder)
        project = opened(folder)
        project.add_memo("project", coder, coder=coder)
        project.save()
        saved.append(contents(folder))
        assert saved[-1]["codebook.yaml"].startswith(b"# codebook of "), "it says what it shows"
    both = [name for name in saved[0] if name in saved[1]]
    assert any(name.startswith("heads/") for name in both)
    assert all(saved[0][name] == saved[1][name] for name in both), "git has nothing to unite"


def test_edits_that_wait_are_kept_when_it_is_migrated(folder: Path) -> None:
    path = folder / "codebook.yaml"
    edited = path.read_bytes().replace(b"name: ", b"name: New ", 1)
    path.write_bytes(edited)
    qc.Project.open(folder).save()
    assert path.read_bytes() == edited


def test_what_somebody_told_git_is_kept(folder: Path) -> None:
    path = folder / ".gitattributes"
    path.write_bytes(path.read_bytes() + b"*.pdf binary\n")
    qc.Project.open(folder).save()
    text = path.read_text("utf-8")
    assert text.endswith("*.pdf binary\n")
    assert "log/*.jsonl merge=union" in text
    assert "assignments/" not in text


def test_a_copy_is_of_format_2_and_the_old_one_stays(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    project = qc.Project.open(folder)
    project.save(tmp_path / "copy")
    assert contents(folder) == before
    assert plain(snapshot(qc.Project.open(tmp_path / "copy"))) == EXPECTED
    assert qc.check_folder(tmp_path / "copy") == []


def test_work_goes_on(folder: Path) -> None:
    project = opened(folder)
    project.retract(("a", 16, 26), "trust", coder="ana")
    project.assign(("c", 1, 9), "short-money", coder="Ben Öz/1")
    with project.revise(coder="ana", reason="now") as cb:
        cb.redefine("trust", definition="New.")
    project.save()
    again = qc.Project.open(folder)
    assert again.state == project.state
    assert qc.check_folder(folder) == []
    found = plain(snapshot(again))
    assert {number: found["at"][number] for number in EXPECTED["at"] if number != "14"} == {
        number: each for number, each in EXPECTED["at"].items() if number != "14"
    }
    again.revert(len(again.history), coder="ana")
    again.save()
    assert qc.check_folder(folder) == []


@pytest.mark.parametrize("kind", [full_at, full_from, broken_from])
def test_the_migration_is_all_or_nothing(tmp_path: Path, kind: Callable[..., Any]) -> None:
    base = (
        Path("/dev/shm") / f"format1-{os.getpid()}" if os.access("/dev/shm", os.W_OK) else tmp_path
    )
    shutil.rmtree(base, ignore_errors=True)
    try:
        folder = old_project(base / "count")
        old = contents(folder)
        project = opened(folder)
        with faulty(lambda count, name: None) as calls:
            project.save()
        new = contents(folder)
        for number in range(1, len(calls) + 1, 3):
            folder = old_project(base / f"{number}")
            project = opened(folder)
            with faulty(kind(number)), suppress(StoreError):
                project.save()
            qc.Project.open(folder)
            assert contents(folder) in (old, new), number
            project.save()
            assert contents(folder) == new
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(base, ignore_errors=True)


DAMAGE = {
    "assignments/ana.jsonl": ((b'"end":14', b'"end":1400'), "line 1: .*outside document 'a'"),
    "history.jsonl": ((b"they are one", b"they are two"), "line 2: revision 2 was edited by hand"),
    "memos/ana.jsonl": ((b"Begun.", b'Begun."'), "line 1: not a whole record"),
    "coders.jsonl": ((b'"id"', b'"di"'), "line 1: not a whole record"),
    "documents/index.jsonl": (
        (b'"sha256":"', b'"sha256":"0'),
        r"line 1: documents/a\.txt was changed",
    ),
    "verdicts/ana.jsonl": (
        (b'"code":"hope"', b'"code":"hape"'),
        "line 1: the code 'hape' does not",
    ),
    "cases.jsonl": ((b"north", b"no/th"), "line 1: case id 'no/th' is not usable"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    (old, new), said = DAMAGE[name]
    path = folder / name
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    with pytest.raises(QualcodeError, match=f"{name}, {said}"):
        qc.Project.open(folder)
    (problem,) = qc.check_folder(folder)
    assert (problem.file, problem.line) == (name, int(said.split(":")[0].removeprefix("line ")))


@pytest.mark.parametrize("where", ["history.jsonl", "assignments/ana.jsonl", "memos/both.jsonl"])
def test_a_truncated_file_is_named(folder: Path, where: str) -> None:
    path = folder / where
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(QualcodeError, match=rf"{where}, line \d+: the last line is cut off"):
        qc.Project.open(folder)


# Two copies that were migrated apart


def united(one: Path, other: Path, into: Path) -> Path:
    """Put the logs and texts of two copies into one folder, as git does."""
    shutil.copytree(one, into, ignore=shutil.ignore_patterns(".qualcode"))
    for part in ("log", "documents", "heads"):
        for path in (other / part).iterdir():
            there = into / part / path.name
            if not there.exists():
                shutil.copy(path, there)
            elif there.read_bytes() != path.read_bytes() and part != "documents":
                # What union merges make of two files that begin alike.
                mine = there.read_bytes().splitlines(keepends=True)
                new = [
                    line for line in path.read_bytes().splitlines(keepends=True) if line not in mine
                ]
                there.write_bytes(b"".join(mine + new))
    return into


def more(folder: Path, coder: str, code: str, ends: range, *, retracted: bool = False) -> None:
    """Log rows in a file of format 1, as a copy did that went on with the old version."""
    path = folder / "assignments" / f"{coder}.jsonl"
    last = json.loads(path.read_bytes().splitlines()[-1])
    with open(path, "ab") as file:
        for end in ends:
            line = {
                "document": "a", "start": 0, "end": end, "code": code, "time": "2026-02-01T09:00:00Z",
                "revision": last["revision"], "quote": "x",
            }  # fmt: skip
            if retracted:
                line["retracted"] = True
            file.write(json.dumps(line).encode() + b"\n")


def test_the_first_rows_of_a_coder_count_once_too(tmp_path: Path) -> None:
    one, other = old_project(tmp_path / "one"), old_project(tmp_path / "other")
    more(other, "robot", "trust", range(5, 7))
    mine, theirs = opened(one), opened(other)
    mine.retract(("c", 25, 38), "time", coder="robot")
    mine.save()
    theirs.save()
    into = beside(one, other, tmp_path / "union")
    union = qc.Project.open(into)
    assert {each.segment.end for each in union.assignments.where(coder="robot")} == {5, 6}
    heads = union.log.timeline.heads()
    assert sum(name.startswith("robot.1-coding") for name in heads) == 2, "neither can go missing"
    assert qc.check_folder(into) == []


@pytest.mark.parametrize("shared_file", [True, False])
def test_copies_migrated_apart_unite(tmp_path: Path, shared_file: bool) -> None:
    one, other = old_project(tmp_path / "one"), old_project(tmp_path / "other")
    more(other, "ana", "trust", range(5, 9))
    more(other, "ana", "trust", range(5, 6), retracted=True)
    mine, theirs = opened(one), opened(other)
    count = len(mine.assignments)
    assert len(theirs.assignments) == count + 3
    # Both go on before they meet: each takes back a row that both had.
    mine.retract(("a", 16, 20), "trust", coder="ana")
    theirs.retract(("b", 0, 15), "short-money", coder="ana")
    mine.save()
    theirs.save()
    unite = united if shared_file else beside
    into = unite(one, other, tmp_path / "union")
    union = qc.Project.open(into)
    assert qc.check_folder(into) == []
    places = [each.place for each in union.assignments]
    assert len(places) == len(set(places)) == count + 3 - 2
    assert not [each for each in union.conflicts if each.kind == "retracted and assigned"]
    rows = len(union.state.events)
    assert rows == len(mine.state.events) + 5 + 1, "no row counts twice"
    union.save()
    assert qc.Project.open(into).state == union.state


def beside(one: Path, other: Path, into: Path) -> Path:
    """Put the files of two copies beside each other, as file services do."""
    shutil.copytree(one, into, ignore=shutil.ignore_patterns(".qualcode"))
    for path in (other / "log").iterdir():
        there = into / "log" / path.name
        if there.exists() and there.read_bytes() != path.read_bytes():
            there = there.with_name(f"{path.stem} (conflicted copy).jsonl")
        shutil.copy(path, there)
    return into


def test_one_copy_migrated_and_the_other_later(tmp_path: Path) -> None:
    """The shorter one goes on in format 2; the longer is migrated after that."""
    one, other = old_project(tmp_path / "one"), old_project(tmp_path / "other")
    first = opened(one)
    first.save()
    more(other, "Ben Öz%2F1", "trust", range(3, 6))
    opened(other).save()
    again = opened(one)
    for each in list(again.assignments.where(coder="Ben Öz/1")):
        again.retract(each.segment, each.code.id, coder="Ben Öz/1")
    again.save()
    union = qc.Project.open(beside(one, other, tmp_path / "union"))
    found = {each.place for each in union.assignments.where(coder="Ben Öz/1")}
    assert found == {("a", 0, end, "Ben Öz/1") for end in range(3, 6)}
