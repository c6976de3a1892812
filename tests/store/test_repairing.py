"""Damaged lines of a log are named and set aside, and what does not need them is as it was."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.store.making import contents, log, made, opened, tokens

import qualcode as qc
from qualcode.cli.app import main
from qualcode.errors import HistoryError, StoreError
from qualcode.io.store.repairing import Repair

UNVOUCHED = "it follows no event that is there, and nothing else vouches for it"


def repaired(folder: Path) -> Repair:
    done = qc.repair_folder(folder)
    assert done is not None
    assert [each for each in qc.check_folder(folder) if each.file != "codebook.yaml"] == []
    assert qc.repair_folder(folder) is None
    return done


def replaced(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


def test_a_sound_project_is_left_alone(project: qc.Project, folder: Path) -> None:
    before = contents(folder)
    assert qc.repair_folder(folder) is None
    assert qc.Project.open(folder, repair=True).state == project.state
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_damaged_row_is_set_aside_by_its_sum(project: qc.Project, folder: Path) -> None:
    path = log(folder, "ana")
    replaced(path, b'"start":0,"end":14', b'"start":0,"end":13')
    with pytest.raises(HistoryError, match="line 2: this row of coding was changed by hand"):
        qc.Project.open(folder)
    done = repaired(folder)
    assert [str(each) for each in done.lines] == [
        f"log/{path.name}, line 2: no seal knows this row of coding"
    ]
    assert '"start":0,"end":13' in done.lines[0].text
    assert done.lost == (0, 1)
    again = opened(folder)
    assert [each.code.id for each in again.assignments] == ["money"]
    assert again.memos == project.memos
    assert again.documents == project.documents
    assert again.set_aside == done.lines
    assert again.lost == (0, 1)


def test_undoing_still_takes_back_the_rows_it_meant(project: qc.Project, folder: Path) -> None:
    """The rows behind one that was set aside keep their numbers under the seal."""
    with qc.Project.open_or_create(folder, coder="zoe") as work:
        for end in range(2, 8):
            work.assign(("a", 0, end), "trust")
        work.undo()
    (path,) = (folder / "log").glob("zoe.*")
    whole = {each.segment.span.end for each in opened(folder).assignments if each.coder == "zoe"}
    assert whole == {2, 3, 4, 5, 6}
    replaced(path, b'"end":3', b'"end":4')
    repaired(folder)
    left = {each.segment.span.end for each in opened(folder).assignments if each.coder == "zoe"}
    assert left == {2, 4, 5, 6}
    again = opened(folder)
    again.assign(("a", 0, 9), "trust", coder="zoe")
    again.save()
    assert qc.check_folder(folder) == []


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda line: line.replace(b"Too wide?", b"Too wise?"), "the event is damaged"),
        (lambda line: line.replace(b'"kind":"memo"', b'"kind":"meno"'), "the event is damaged"),
        (lambda line: line.replace(b'"n":3', b'"n":33'), UNVOUCHED),
        (lambda line: line[:40] + b"\xff" + line[41:], "the event is damaged"),
        (lambda line: line[:-20] + b"\n", "not a whole event"),
        (lambda line: b"", UNVOUCHED),
    ],
)
def test_a_damaged_event_is_lost_and_nothing_else(
    project: qc.Project, folder: Path, damage: Callable[[bytes], bytes], why: str
) -> None:
    path = log(folder, "ana")
    lines = path.read_bytes().splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if b"Too wide?" in line)
    lines[at] = damage(lines[at])
    path.write_bytes(b"".join(lines))
    done = repaired(folder)
    assert [each.why for each in done.lines] == [why]
    assert done.lost == (1, 0)
    again = opened(folder)
    assert again.memos == ()
    assert again.assignments == project.assignments
    assert again.codebook == project.codebook
    assert again.withheld == 0


@pytest.fixture
def blocks(folder: Path) -> tuple[Path, list[bytes], list[int]]:
    """A log with three blocks of ten rows, its lines, and where its seals stand."""
    project = qc.Project.create(
        folder, codebook=qc.Codebook("s", codes=[qc.Code("t")]), coder="ana"
    )
    project.add_document("word " * 30, id="d")
    for block in range(3):
        for at in range(10 * block, 10 * block + 10):
            project.assign(("d", 5 * at, 5 * at + 4), "t")
        project.add_memo("project", f"block {block}")
        project.save()
    path = log(folder, "ana")
    lines = path.read_bytes().splitlines(keepends=True)
    return path, lines, [at for at, line in enumerate(lines) if b'"rows":' in line]


@pytest.mark.parametrize("block", range(3))
@pytest.mark.parametrize(
    ("damage", "kept"),
    [
        (lambda line: b"garbage{\n", False),
        (lambda line: b"", False),
        (lambda line: line[:-20] + b"\n", False),
        (lambda line: line.replace(b'"time":"2', b'"time":"1'), True),
    ],
)
def test_rows_whose_seal_is_lost_are_counted_and_other_blocks_stay(
    blocks: tuple[Path, list[bytes], list[int]],
    block: int,
    damage: Callable[[bytes], bytes],
    *,
    kept: bool,
) -> None:
    path, lines, seals = blocks
    folder = path.parent.parent
    whole = folder.parent / "whole"
    shutil.copytree(folder, whole)
    lines[seals[block]] = damage(lines[seals[block]])
    path.write_bytes(b"".join(lines))
    done = repaired(folder)
    left = opened(folder)
    assert left.lost == done.lost
    assert left.lost[1] == (0 if kept else 10)
    assert len(left.assignments) == 30 - left.lost[1]
    for first, second in ((whole, folder), (folder, whole)):
        united = qc.merge(first, second).project
        assert united.lost == (0, 0)
        assert united.assignments == opened(whole).assignments
    left.erase("d", coder="ana", reason="asked to")
    assert qc.check_folder(folder) == []
    assert len(opened(folder).assignments) == 0


def test_a_seal_that_follows_a_lost_one_keeps_its_rows(folder: Path) -> None:
    with qc.Project.open_or_create(
        folder, codebook=qc.Codebook("s", codes=[qc.Code("t")]), coder="ana", autosave=True
    ) as project:
        project.add_document("word " * 2000, id="d")
        for at in range(2000):
            project.assign(("d", 5 * at, 5 * at + 4), "t")
    path = log(folder, "ana")
    lines = path.read_bytes().splitlines(keepends=True)
    first, _ = (at for at, line in enumerate(lines) if b'"kind":"seal"' in line)
    lines[first] = b"garbage{\n"
    path.write_bytes(b"".join(lines))
    assert repaired(folder).lost == (1, 1000)
    starts = [each.segment.span.start for each in opened(folder).assignments]
    assert starts == [5 * at for at in range(1000, 2000)]
    told = CliRunner().invoke(main, ["status", str(folder)])
    assert "lost         1 event and 1,000 rows of coding" in told.output


def test_a_cut_off_end_is_told_by_what_others_know(project: qc.Project, folder: Path) -> None:
    path = log(folder, "ana")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    done = repaired(folder)
    assert done.lines == ()
    assert done.lost == (1, 0)
    assert [code.id for code in opened(folder).codebook] == ["people", "trust", "money"]


def test_what_cannot_be_without_the_lost_is_held_back(project: qc.Project, folder: Path) -> None:
    path = log(folder, "project")
    replaced(path, b'"target":"document:b"', b'"target":"document:c"')
    done = repaired(folder)
    whys = [each.why for each in done.lines]
    assert whys.count("its document or its code is lost, or it lies outside of the text") == 3
    assert any("document:b, or a version of its text, is lost" in why for why in whys)
    again = opened(folder)
    assert list(again.documents) == ["a"]
    assert [each.segment.quote for each in again.assignments] == ["We trust them."]
    assert len(again.memos) == 1


def test_rows_of_a_lost_version_of_a_text_are_set_aside(project: qc.Project, folder: Path) -> None:
    project.correct("a", "Well: we trust them. They trust us, mostly.", coder="ben")
    project.save()
    again = opened(folder, seed="later")
    again.assign(("a", 6, 20), "trust", coder="cem")
    again.save()
    (path,) = [each for each in (folder / "log").glob("ben.*") if b'"correct"' in each.read_bytes()]
    replaced(path, b'"kind":"correct"', b'"kind":"cocrect"')
    done = repaired(folder)
    assert "it is of a version of the text that is lost" in [each.why for each in done.lines]
    assert {each.coder for each in opened(folder).assignments} == {"ana"}
    assert opened(folder).documents["a"].text == "We trust them.\r\nThey trust us 🤝, mostly."


def test_a_whole_copy_brings_everything_back(project: qc.Project, folder: Path) -> None:
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    replaced(log(folder, "project"), b'"target":"document:b"', b'"target":"document:c"')
    replaced(log(folder, "ana"), b'"start":0,"end":14', b'"start":0,"end":13')
    repaired(folder)
    for first, second in ((copy, folder), (folder, copy)):
        whole = qc.merge(first, second).project
        assert whole.lost == (0, 0)
        assert whole.assignments == project.assignments
        assert whole.documents == project.documents
        assert whole.memos == project.memos
    # Putting the file itself back does as well.
    shutil.copy(log(copy, "project"), log(folder, "project"))
    assert opened(folder).documents == project.documents


def test_the_folder_as_it_was_is_beside_it(project: qc.Project, folder: Path) -> None:
    replaced(log(folder, "ana"), b"Too wide?", b"Too wise?")
    before = contents(folder)
    with pytest.warns(UserWarning, match="was damaged. 1 line was set aside"):
        qc.Project.open(folder, repair=True)
    (backup,) = folder.parent.glob("study-before-repair-*.zip")
    with zipfile.ZipFile(backup) as archive:
        for name, data in before.items():
            assert name == "documents/.gitignore" or archive.read(name) == data


def test_where_the_beginning_is_lost_nothing_is_done(project: qc.Project, folder: Path) -> None:
    replaced(log(folder, "project"), b'"kind":"adopt"', b'"kind":"adapt"')
    before = contents(folder)
    with pytest.raises(StoreError, match="the lines with which the project begins are damaged"):
        qc.repair_folder(folder)
    with pytest.raises(StoreError, match="cannot be repaired"):
        qc.Project.open(folder, repair=True)
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_texts_are_not_what_lines_can_repair(project: qc.Project, folder: Path) -> None:
    (path,) = (folder / "texts").glob("a.*.txt")
    path.write_bytes(b"other")
    before = contents(folder)
    with pytest.raises(StoreError, match=rf"{path.name} was changed"):
        qc.repair_folder(folder)
    assert contents(folder) == before


def test_on_the_command_line(project: qc.Project, folder: Path) -> None:
    run = CliRunner().invoke
    replaced(log(folder, "ana"), b'"start":0,"end":14', b'"start":0,"end":13')
    assert run(main, ["status", str(folder)]).exit_code == 1
    told = run(main, ["check", str(folder), "--repair"])
    assert told.exit_code == 0, told.output
    assert "1 line was set aside, in set-aside/" in told.output
    assert "no seal knows this row of coding" in told.output
    told = run(main, ["status", str(folder)])
    assert "lost         0 events and 1 row of coding" in told.output
    assert "set aside    1 line," in told.output


def test_a_blind_copy_is_repaired(folder: Path) -> None:
    project = made(folder)
    project.blind("ben", folder.parent / "for-ben")
    copy = qc.Project.open(folder.parent / "for-ben", tokens=tokens("blind"))
    copy.add_memo("project", "one", coder="ben")
    copy.save()
    (path,) = [
        each
        for each in (folder.parent / "for-ben" / "log").glob("ben.*")
        if b'"one"' in each.read_bytes()
    ]
    replaced(path, b'"one"', b'"two"')
    done = repaired(folder.parent / "for-ben")
    assert done.lost == (1, 0)
    united = qc.merge(folder, folder.parent / "for-ben").project
    assert united.assignments == project.assignments
