"""Damage is met with an error that names file and line, on opening and on checking alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.making import contents, log, made, opened, private

import qualcode as qc
from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.io.store.journal import _Step, journal_text

ROW = b'{"document":"b","start":1,"end":5,"code":"trust","time":"2026-03-01T09:00:00Z"}\n'

Edit = Callable[[bytes], bytes]


def line(number: int, change: Callable[[bytes], bytes]) -> Edit:
    """Change one line of a file, counted from 1."""

    def edit(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1])
        return b"".join(lines)

    return edit


def instead(number: int, old: str, new: str) -> Edit:
    """Put something else in the place of a text on one line."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return line(number, change)


def another_digit(number: int, before: str) -> Edit:
    """Change the hexadecimal digit that follows something on one line."""

    def change(content: bytes) -> bytes:
        at = content.index(before.encode()) + len(before)
        return content[:at] + (b"1" if content[at : at + 1] == b"0" else b"0") + content[at + 1 :]

    return line(number, change)


def without(number: int) -> Edit:
    return line(number, lambda content: b"")


def twice(number: int) -> Edit:
    return line(number, lambda content: content + content)


def moved(number: int, to: int) -> Edit:
    def edit(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        lines.insert(to - 1, lines.pop(number - 1))
        return b"".join(lines)

    return edit


def conflict(content: bytes) -> bytes:
    first, *others = content.splitlines(keepends=True)
    marks = [b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> theirs\n"]
    return b"".join([first, marks[0], *others, marks[1], *others, marks[2]])


# Whose log, what happens to it, the line that is to be named, and what is said of it.
DAMAGE: dict[str, tuple[str, Edit, int | None, str]] = {
    "truncated line": ("ana", lambda c: c[:-30], 7, "cut off"),
    "truncated row": ("ben", lambda c: c[: c.rindex(b"retracted")], 3, "cut off"),
    "garbage row": ("ana", line(2, lambda c: b"garbage\n"), 2, "not a whole row"),
    "binary garbage": ("ana", line(3, lambda c: b"\xff\xfe\0\n"), 3, "not a whole row"),
    "half a row": ("ana", line(2, lambda c: c[:40] + b"\n"), 2, "not a whole row"),
    "half an event": ("ana", line(5, lambda c: c[:40] + b"\n"), 5, "not a whole event"),
    "missing field": ("ana", instead(3, '"code"', '"cod"'), 3, "field `code`"),
    "row of another code": ("ana", instead(2, '"trust"', '"money"'), 2, "changed by hand"),
    "row of another place": ("ana", instead(3, '"end":15', '"end":14'), 3, "changed by hand"),
    "row taken back": ("ben", instead(3, '"retracted":true,', ""), 3, "changed by hand"),
    "row of one's own": (
        "ben",
        line(4, lambda c: ROW + c),
        4,
        "no event seals this row",
    ),
    "row removed": ("ana", without(2), 3, "1 of the 2 rows of coding that it seals were removed"),
    "rows removed": ("ana", lambda c: without(2)(without(2)(c)), 2, "2 of the 2 rows"),
    "event removed": ("ana", without(5), 5, r"event 3 is missing before event 4 \(verdict"),
    "events removed": ("ana", lambda c: without(5)(without(5)(c)), 5, "events 3 to 4 are missing"),
    "seal removed": ("ana", without(4), 2, "no event seals this row"),
    "last event removed": ("ana", without(7), 7, "is missing, which heads/ana.* knows"),
    "first event removed": ("ben", without(1), 3, "event 1 is missing"),
    "conflict": ("ana", conflict, 2, "merge conflict"),
    "memo changed": ("ana", instead(5, "Too wide?", "Too wild?"), 5, r"words of event 3 \(memo code:tr"),
    "words renamed": ("ana", instead(5, '"words"', '"wordz"'), 5, "words of event 3"),
    "salt changed": ("ana", another_digit(5, '"salt":"'), 5, "words of event 3"),
    "reason changed": ("ana", instead(7, "first reading", "first read"), 7, "words of event 5"),
    "target changed": ("ana", instead(5, "code:trust", "code:money"), 5, "event 3 .* was changed by"),
    "field changed": ("ana", instead(6, '"start":16', '"start":17'), 6, "event 4 .* was changed by"),
    "time changed": ("ana", instead(6, "2026-03-01", "2026-03-02"), 6, "event 4 .* was changed by"),
    "what was seen changed": ("ben", another_digit(1, '"seen":["'), 1, "event 1 .* changed"),
    "number changed": ("project", instead(5, '"n":5', '"n":50'), 5, "events 7 to 49 are missing"),
    "id changed": ("project", another_digit(5, '"id":"'), 5, "event 5 .* was changed by hand"),
    "log changed": ("ana", instead(1, '"log":"ana', '"log":"eve'), 1, "event 1 .* was changed by hand"),
    "seal changed": ("ana", instead(4, '"rows":2', '"rows":1'), 4, "event 2 .* was changed by hand"),
    "digest of rows changed": ("ana", another_digit(4, '"rows_sha":"'), 4, "rows"),
    "salt of rows changed": ("ana", another_digit(4, '"rows_salt":"'), 4, "rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_by_file_and_line(folder: Path, name: str) -> None:
    made(folder)
    coder, edit, number, said = DAMAGE[name]
    path = log(folder, coder)
    path.write_bytes(edit(path.read_bytes()))
    before, names = contents(folder), private(folder)

    with pytest.raises(QualcodeError) as caught:
        qc.Project.open(folder)
    message = str(caught.value)
    assert message.startswith(f"{path}, line {number}: "), message
    assert re.search(said, message), message
    assert isinstance(caught.value, HistoryError)

    problems = qc.check_folder(folder)
    assert any(
        (each.file, each.line) == (f"log/{path.name}", number) and re.search(said, each.message)
        for each in problems
    ), [str(each) for each in problems]
    assert (contents(folder), private(folder)) == (before, names), "looking changes nothing"


@pytest.mark.parametrize(
    ("coder", "edit"),
    [
        ("ana", twice(2)),
        ("ana", twice(5)),
        ("ana", lambda c: c + c),
        ("ben", twice(4)),
        ("ana", moved(2, 3)),
        ("ana", moved(2, 7)),
        ("ana", moved(5, 1)),
        ("ana", moved(4, 1)),
        ("ana", moved(7, 2)),
        ("ana", moved(1, 7)),
        ("ana", lambda c: b"".join(sorted(c.splitlines(keepends=True)))),
        ("ana", lambda c: c.replace(b"\n", b"\r\n")),
        ("ana", lambda c: c.replace(b"}\n", b"}\n\n")),
        ("ben", lambda c: b"".join(reversed(c.splitlines(keepends=True)))),
    ],
)
def test_lines_repeated_or_moved_do_no_harm(
    project: qc.Project, folder: Path, coder: str, edit: Edit
) -> None:
    path = log(folder, coder)
    path.write_bytes(edit(path.read_bytes()))
    again = opened(folder)
    assert again.state == project.state
    assert [each.id for each in again.log] == [each.id for each in project.log]
    assert qc.check_folder(folder) == []
    again.assign(("a", 16, 20), "trust", coder=coder)
    again.save()
    assert qc.Project.open(folder).state == again.state
    assert qc.check_folder(folder) == []


def test_only_the_altered_line_is_named(project: qc.Project, folder: Path) -> None:
    for number in range(20):
        project.add_memo("project", f"Memo {number}.", coder="ana")
    project.save()
    path = log(folder, "ana")
    path.write_bytes(instead(12, "Memo 4", "Memo 5")(path.read_bytes()))
    assert [(each.file, each.line) for each in qc.check_folder(folder)] == [
        (f"log/{path.name}", 12)
    ]
    path.write_bytes(instead(20, '"time":"2026', '"time":"2025')(path.read_bytes()))
    assert [each.line for each in qc.check_folder(folder)] == [12, 20]


def test_a_file_that_is_gone_is_named(project: qc.Project, folder: Path) -> None:
    path = log(folder, "ana")
    path.unlink()
    with pytest.raises(
        HistoryError, match=rf"{path.name}, line 1: event .* which heads/ana.* knows"
    ):
        qc.Project.open(folder)
    assert any(each.file == f"log/{path.name}" for each in qc.check_folder(folder))
    for heads in (folder / "heads").iterdir():
        heads.unlink()
    with pytest.raises(HistoryError, match=r"log/ben\..*seen an event that is missing here"):
        qc.Project.open(folder)


def test_an_end_that_others_know_of_is_missed(project: qc.Project, folder: Path) -> None:
    project.add_memo("project", "Read.", coder="ben")
    project.add_memo("project", "The last one.", coder="ana")
    project.save()
    path = log(folder, "ana")
    path.write_bytes(without(len(path.read_bytes().splitlines()))(path.read_bytes()))
    (folder / "heads" / f"{path.stem}.json").unlink()
    with pytest.raises(HistoryError, match=rf"{path.name}, line \d+: event .* which heads/ben\."):
        qc.Project.open(folder)
    for heads in (folder / "heads").iterdir():
        heads.unlink()
    assert len(qc.Project.open(folder).memos) == 2, "nobody is left who knew of it"


def test_damaged_heads_are_named(project: qc.Project, folder: Path) -> None:
    (path,) = (folder / "heads").glob("ana.*")
    good = path.read_bytes()
    path.write_bytes(good[:-5] + b"\n")
    with pytest.raises(HistoryError, match=rf"{path.name}, line 1: not a whole record"):
        qc.Project.open(folder)
    marks = [b"<<<<<<< HEAD\n", good, b"=======\n", good, b">>>>>>> theirs\n"]
    path.write_bytes(b"".join(marks).replace(b"\n", b"\r\n"))
    assert qc.Project.open(folder).state == project.state, (
        "each line holds, whichever side it is of"
    )


def test_a_log_of_nothing_is_named(project: qc.Project, folder: Path) -> None:
    for each in [*(folder / "log").iterdir(), *(folder / "heads").iterdir()]:
        each.unlink()
    with pytest.raises(StoreError, match="is missing or empty, so the project has no codebook"):
        qc.Project.open(folder)
    assert str(qc.check_folder(folder)[0]).startswith("log: is missing or empty")


def test_rows_under_nobodys_name_are_refused(project: qc.Project, folder: Path) -> None:
    (folder / "log" / "eve.000000.jsonl").write_bytes(ROW)
    with pytest.raises(HistoryError, match=r"eve\.000000\.jsonl, line 1: no event says whose"):
        qc.Project.open(folder)


def test_a_file_of_any_name_counts_by_its_chain(project: qc.Project, folder: Path) -> None:
    path = log(folder, "ana")
    path.rename(path.with_name("Ana's conflicted copy (2).jsonl"))
    assert qc.Project.open(folder).state == project.state
    assert {each.coder for each in qc.Project.open(folder).assignments} == {"ana"}


def test_an_altered_version_of_a_text_is_noticed(project: qc.Project, folder: Path) -> None:
    (path,) = (folder / "texts").glob("a.*.txt")
    (view,) = (folder / "documents").glob("a.*.txt")
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    with pytest.raises(
        StoreError,
        match=rf"{path.name} was changed since it was added.*documents/{path.name} still has it",
    ):
        qc.Project.open(folder)
    (problem,) = qc.check_folder(folder)
    assert problem.file == f"texts/{path.name}"
    path.unlink()
    view.unlink()
    with pytest.raises(
        StoreError, match=rf"{path.name} is missing, but the document is in the log"
    ):
        qc.Project.open(folder)


@pytest.mark.parametrize("check", [qc.Project.open, qc.check_folder])
def test_what_is_no_project_and_what_is_newer_is_said(
    folder: Path, check: Callable[[Path], object]
) -> None:
    with pytest.raises(StoreError, match=r"no qualcode project here \(no project.json\)"):
        check(folder)
    made(folder)
    head = folder / "project.json"
    good = head.read_text("utf-8")
    head.write_text(good.replace('"format": 2', '"format": 4'), encoding="utf-8")
    with pytest.raises(
        StoreError, match=r"project\.json: the project has format 4, .*up to 3: upg"
    ):
        check(folder)
    head.write_text(good[:-5], encoding="utf-8")
    with pytest.raises(StoreError, match=r"project\.json: is damaged"):
        check(folder)
    head.unlink()
    with pytest.raises(StoreError, match=r"no qualcode project here .*but there is a log"):
        check(folder)


@pytest.mark.parametrize("stretch", [1, 200, 1000])
def test_long_files_are_read_in_stretches(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    for end in range(17, 37):
        memo = f"memo {end}" if end % 5 == 0 else None
        project.assign(("a", 16, end), "trust", coder="ana", memo=memo)
        if end % 3 == 0:
            project.save()
    project.save()
    whole = qc.Project.open(folder).state
    monkeypatch.setattr("qualcode.io.store.logfile._STRETCH", stretch)
    assert qc.Project.open(folder).state == whole == project.state
    assert qc.Project.open(folder).state.events == whole.events


@pytest.mark.parametrize("rows", [1500, 3000])
def test_a_line_moved_among_thousands_is_found(folder: Path, rows: int) -> None:
    project = made(folder)
    project.add_document("word " * rows, id="long")
    for start in range(rows):
        project.assign(("long", start, start + 4), "trust", coder="ana")
    project.save()
    path = log(folder, "ana")
    good = path.read_bytes().splitlines(keepends=True)
    lines = list(good)
    lines.insert(20, lines.pop(900))
    lines.insert(1200, lines.pop(300))
    lines.append(lines[500])
    path.write_bytes(b"".join(lines))
    assert qc.Project.open(folder).state == project.state
    path.write_bytes(b"".join([*good[:700], *good[701:]]))
    with pytest.raises(HistoryError, match=r"1 of the 1000 rows"):
        qc.Project.open(folder)
    path.write_bytes(b"".join([*good[:700], good[700].replace(b"trust", b"money"), *good[701:]]))
    with pytest.raises(HistoryError, match=r", line 701: this row of coding was changed by hand"):
        qc.Project.open(folder)


def test_an_unreadable_file_is_named(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def fail(self: Path) -> bytes:
        if self.suffix == ".jsonl" or self.suffix == ".txt":
            raise OSError(5, "Input/output error")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(HistoryError, match=r"ana.*\.jsonl: cannot be read: Input/output error"):
        qc.Project.open(folder)
    files = {problem.file for problem in qc.check_folder(folder)}
    assert {f"log/{log(folder, coder).name}" for coder in ("ana", "ben", "project")} <= files


def test_a_project_file_that_names_an_older_format_is_named(
    project: qc.Project, folder: Path
) -> None:
    head = folder / "project.json"
    head.write_bytes(head.read_bytes().replace(b'"format": 2', b'"format": 1'))
    with pytest.raises(StoreError, match=r"project\.json: says that the project has format 1, but"):
        qc.Project.open(folder)
    assert [each.file for each in qc.check_folder(folder)] == ["project.json"]


def test_a_damaged_journal_is_not_followed(project: qc.Project, folder: Path) -> None:
    """Following it cuts and removes files."""
    path = log(folder, "ana")
    before = contents(folder)
    steps = journal_text(
        [_Step(f"log/{path.name}"), _Step("heads/x.json", copy="0.old", digest="0")]
    )
    journal = folder / ".qualcode" / "journal.json"
    journal.write_bytes(steps.replace(b"heads/x", b"heads/y"))
    with pytest.raises(StoreError, match=r"journal\.json is damaged, so it cannot say"):
        qc.Project.open(folder)
    journal.write_bytes(steps)
    (folder / ".qualcode" / "pending").mkdir()
    (folder / ".qualcode" / "pending" / "0.old").write_bytes(b"other")
    with pytest.raises(StoreError, match=r"0\.old, the copy of heads/x\.json, is damaged"):
        qc.Project.open(folder)
    assert contents(folder) == before


def test_a_row_without_a_seal_that_points_to_nothing_is_named(
    project: qc.Project, folder: Path
) -> None:
    path = log(folder, "ana")
    path.write_bytes(path.read_bytes() + ROW.replace(b'"trust"', b'"hope"'))
    with pytest.raises(StoreError, match=rf"{path.name}: the code 'hope' does not exist"):
        qc.Project.open(folder)
    assert any(each.file == f"log/{path.name}" for each in qc.check_folder(folder))


def test_codebook_edits_that_lead_nowhere_are_named(project: qc.Project, folder: Path) -> None:
    with project.revise(coder="ana", reason="two things") as cb:
        cb.split("money", {"cost": lambda each: True, "time": lambda each: False})
    project.save()
    book = folder / "codebook.yaml"
    book.write_bytes(
        book.read_bytes().replace(b"    status: split\n    parts: [cost, time]\n", b"")
    )
    with pytest.raises(
        StoreError, match=r"codebook\.yaml: no changes lead to .* cannot restore 'money'"
    ):
        assert not qc.Project.open(folder).has_unapplied_edits


@pytest.mark.parametrize("rows", [-1, 0, 1, 9, 2**40])
def test_another_number_of_rows_under_a_seal_is_named(
    project: qc.Project, folder: Path, rows: int
) -> None:
    path = log(folder, "ana")
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"rows":2', b'"rows":%d' % rows, 1))
    with pytest.raises(HistoryError, match=path.name):
        qc.Project.open(folder)
    assert qc.check_folder(folder) != []
