"""Damage is met with an error that names file and line, on opening and on checking alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.making import contents, made, private

import qualcode as qc
from qualcode.errors import HistoryError, QualcodeError, StoreError

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


def without(number: int) -> Edit:
    return line(number, lambda content: b"")


def twice(number: int) -> Edit:
    return line(number, lambda content: content + content)


def conflict(content: bytes) -> bytes:
    first, *others = content.splitlines(keepends=True)
    marks = [b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> theirs\n"]
    return b"".join([first, marks[0], *others, marks[1], *others, marks[2]])


# File, what happens to it, the line that is to be named, and what is said of it.
DAMAGE: dict[str, tuple[str, Edit, int | None, str]] = {
    "truncated line": ("assignments/ana.jsonl", lambda c: c[:-30], 2, "cut off"),
    "truncated line elsewhere": ("memos/ana.jsonl", lambda c: c[:-1], 1, "cut off"),
    "garbage line": ("assignments/ana.jsonl", line(1, lambda c: b"garbage\n"), 1, "not a whole rec"),
    "binary garbage": ("memos/ana.jsonl", line(1, lambda c: b"\xff\xfe\0\n"), 1, "not a whole rec"),
    "half a line": ("assignments/ana.jsonl", line(1, lambda c: c[:40] + b"\n"), 1, "not a whole"),
    "missing field": ("assignments/ana.jsonl", instead(2, '"code"', '"cod"'), 2, "field `code`"),
    "wrong type": ("assignments/ana.jsonl", instead(2, '"start":0', '"start":"0"'), 2, "`int`"),
    "huge offset": ("assignments/ana.jsonl", instead(2, '"end":15', '"end":9999999999'), 2, "`int` <= 21"),
    "conflict in events": ("assignments/ana.jsonl", conflict, 2, "merge conflict"),
    "conflict in documents": ("documents/index.jsonl", conflict, 2, "merge conflict"),
    "conflict in history": ("history.jsonl", conflict, 2, "merge conflict"),
    "no time": ("assignments/ana.jsonl", instead(1, "2026-03-01T", "yesterday "), 1, "not a time"),
    "offset outside": ("assignments/ana.jsonl", instead(2, '"end":15', '"end":99'), 2, "after the te"),
    "offsets reversed": ("assignments/ana.jsonl", instead(2, '"end":15', '"end":0'), 2, "empty or re"),
    "negative offset": ("assignments/ana.jsonl", instead(2, '"start":0', '"start":-2'), 2, "`int` >= 0"),
    "unknown code": ("assignments/ana.jsonl", instead(1, '"trust"', '"trsut"'), 1, "mean 'trust'"),
    "unknown document": ("assignments/ana.jsonl", instead(2, '"b"', '"x"'), 2, "document 'x' does"),
    "document twice": ("documents/index.jsonl", twice(2), 3, "'b' is listed twice"),
    "case twice": ("cases.jsonl", twice(1), 2, "'north' is listed twice"),
    "coder twice": (
        "coders.jsonl",
        lambda c: c + b'{"id":"ana","name":"Another Ana"}\n',
        3,
        "'ana' is listed twice, each time differently",
    ),
    "no such kind of coder": ("coders.jsonl", instead(1, "}", ',"kind":"x"}'), 1, "'x'"),
    "no id": ("documents/index.jsonl", instead(1, '"id":"a"', '"id":"../a"'), 1, "not usable"),
    "no date": ("documents/index.jsonl", instead(1, "2026-02-01", "2026-02-31"), 1, "no date"),
    "no value": ("documents/index.jsonl", instead(1, ':"north"', ':["north"]'), 1, "variable 'site'"),
    "empty memo": ("memos/ana.jsonl", instead(1, "Too wide?", " "), 1, "has no text"),
    "memo on nothing known": ("memos/ana.jsonl", instead(1, "code:", "cod:"), 1, "cannot be about"),
    "missing text": ("documents/a.txt", lambda c: b"", None, ""),
    "edited revision": ("history.jsonl", instead(2, "ana", "anna"), 2, "edited by hand"),
    "edited reason": ("history.jsonl", instead(2, "first reading", "first read"), 2, "edited by hand"),
    "edited root": ("history.jsonl", instead(1, "Money", "Mon"), 1, "edited by hand"),
    "no such change": ("history.jsonl", instead(2, '"kind":"add"', '"kind":"ad"'), 2, "no kind of"),
    "change of another shape": ("history.jsonl", instead(2, '"code":{', '"cod":{'), 2, "fields"),
    "change of no shape": (
        "history.jsonl",
        instead(2, '{"id":"time","name":"Time"}', "[]"),
        2,
        "revision 2 is damaged",
    ),
    "deleted first revision": ("history.jsonl", without(1), 1, "begins with the codebook"),
    "revision twice": ("history.jsonl", twice(2), 3, "the history forks"),
    "empty history": ("history.jsonl", lambda c: b"", None, "missing or empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_by_file_and_line(folder: Path, name: str) -> None:
    made(folder)
    file, edit, number, said = DAMAGE[name]
    if name == "missing text":
        file, number, said = "documents/index.jsonl", 1, r"documents/a\.txt is missing"
        (folder / "documents" / "a.txt").unlink()
    else:
        path = folder / file
        path.write_bytes(edit(path.read_bytes()))
    before, names = contents(folder), private(folder)

    with pytest.raises(QualcodeError) as caught:
        qc.Project.open(folder)
    message = str(caught.value)
    place = f"{folder / file}, line {number}: " if number else f"{folder / file}: "
    assert message.startswith(place), message
    assert re.search(said, message), message
    assert isinstance(caught.value, StoreError | HistoryError)

    problems = qc.check_folder(folder)
    assert any(
        (each.file, each.line) == (file, number) and re.search(said, each.message)
        for each in problems
    ), [str(each) for each in problems]
    assert (contents(folder), private(folder)) == (before, names), "looking changes nothing"


def test_an_edited_text_is_noticed(project: qc.Project, folder: Path) -> None:
    path = folder / "documents" / "a.txt"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    with pytest.raises(StoreError, match=r"index\.jsonl, line 1: documents/a\.txt was changed"):
        qc.Project.open(folder)
    path.write_bytes(b"\xff" + path.read_bytes())
    with pytest.raises(StoreError, match=r"documents/a\.txt is damaged: byte 0 is not UTF-8"):
        qc.Project.open(folder)


def test_the_first_bad_revision_is_named(folder: Path) -> None:
    project = made(folder)
    for number in range(3, 7):
        with project.revise(coder="ana") as cb:
            cb.redefine("trust", definition=f"As of {number}.")
    project.save()
    path = folder / "history.jsonl"
    good = path.read_bytes()

    path.write_bytes(line(5, lambda c: c.replace(b"As of 5.", b"As of 50."))(good))
    with pytest.raises(HistoryError, match=r"history\.jsonl, line 5: revision 5 .* edited by hand"):
        qc.Project.open(folder)

    path.write_bytes(without(4)(good))
    with pytest.raises(HistoryError, match=r"line 4: the chain breaks at revision 4"):
        qc.Project.open(folder)

    lines = good.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    with pytest.raises(HistoryError, match=r"line 4: the chain breaks at revision 4"):
        qc.Project.open(folder)


def test_a_fork_says_what_to_do(project: qc.Project, folder: Path) -> None:
    path = folder / "history.jsonl"
    other = qc.Project.open(folder)
    for which, name in ((other, "theirs"), (project, "ours")):
        with which.revise(coder="ana") as cb:
            cb.rename("trust", name)
    other.save()
    theirs = path.read_bytes()
    path.write_bytes(theirs[: theirs.rindex(b"\n", 0, -1) + 1])
    (folder / "codebook.yaml").unlink()
    project.save()
    path.write_bytes(path.read_bytes() + theirs.splitlines(keepends=True)[-1])
    with pytest.raises(HistoryError, match=r"line 4: the history forks: revisions 3 and 4 .*apply"):
        qc.Project.open(folder)
    (problem,) = (each for each in qc.check_folder(folder) if each.file == "history.jsonl")
    assert problem.line == 4


def test_a_cut_off_history_shows_in_what_was_made_under_it(
    project: qc.Project, folder: Path
) -> None:
    project.assign(("a", 16, 20), "time", coder="ana")
    project.save()
    path = folder / "history.jsonl"
    path.write_bytes(without(2)(path.read_bytes()))
    with pytest.raises(StoreError, match=r"ana\.jsonl, line 3: the code 'time' does not exist"):
        qc.Project.open(folder)
    messages = "\n".join(map(str, qc.check_folder(folder)))
    assert "codebook.yaml: differs from the history (add time)" in messages
    assert re.search(r"assignments/ana\.jsonl, line 3: revision '\w{12}' is not in", messages)


@pytest.mark.parametrize("check", [qc.Project.open, qc.check_folder])
def test_what_is_no_project_and_what_is_newer_is_said(
    folder: Path, check: Callable[[Path], object]
) -> None:
    with pytest.raises(StoreError, match=r"no qualcode project here \(no project.json\)"):
        check(folder)
    made(folder)
    head = folder / "project.json"
    good = head.read_text("utf-8")
    head.write_text(good.replace('"format": 1', '"format": 2'), encoding="utf-8")
    with pytest.raises(
        StoreError, match=r"project\.json: the project has format 2, .*up to 1: upg"
    ):
        check(folder)
    head.write_text(good[:-5], encoding="utf-8")
    with pytest.raises(StoreError, match=r"project\.json: is damaged"):
        check(folder)
    head.unlink()
    with pytest.raises(StoreError, match="no qualcode project here"):
        check(folder)


def test_blank_lines_do_no_harm_and_lines_are_still_named(
    project: qc.Project, folder: Path
) -> None:
    path = folder / "assignments" / "ana.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b"\n\r\n" + second)
    assert qc.Project.open(folder).state == project.state
    assert qc.check_folder(folder) == []
    path.write_bytes(first + b"\n\r\n" + second.replace(b'"end":15', b'"end":99'))
    with pytest.raises(StoreError, match=r"ana\.jsonl, line 4: document 'b': span 0–99 ends after"):
        qc.Project.open(folder)
    assert [problem.line for problem in qc.check_folder(folder)] == [4]


@pytest.mark.parametrize("stretch", [1, 200, 1000])
def test_long_files_are_read_in_stretches(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    for end in range(17, 37):
        memo = f"memo {end}" if end % 5 == 0 else None
        project.assign(("a", 16, end), "trust", coder="ana", memo=memo)
    project.save()
    whole = qc.Project.open(folder).state
    monkeypatch.setattr("qualcode.io.store.parsing._STRETCH", stretch)
    assert qc.Project.open(folder).state == whole == project.state
    assert qc.Project.open(folder).state.events == whole.events

    path = folder / "assignments" / "ana.jsonl"
    good = path.read_bytes()
    for number in (1, 9, 22):
        for change, said in (
            (lambda content: content[:30] + b"\n", "not a whole record"),
            (lambda content: content.replace(b"2026-03-01", b"now"), "is not a time"),
            (lambda content: content.replace(b'"end":', b'"end":9'), "ends after the text"),
        ):
            path.write_bytes(line(number, change)(good))
            with pytest.raises(StoreError, match=rf"ana\.jsonl, line {number}: .*{said}"):
                qc.Project.open(folder)
    path.write_bytes(good[:-20])
    with pytest.raises(StoreError, match=r"ana\.jsonl, line 22: the last line is cut off"):
        qc.Project.open(folder)


def test_the_same_coder_listed_twice_is_one_coder(project: qc.Project, folder: Path) -> None:
    path = folder / "coders.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    assert qc.Project.open(folder).state == project.state
    assert qc.check_folder(folder) == []


def test_an_unreadable_file_is_named(
    project: qc.Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def fail(self: Path) -> bytes:
        if self.suffix == ".jsonl" or self.suffix == ".txt":
            raise OSError(5, "Input/output error")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(StoreError, match=r"history\.jsonl: cannot be read: Input/output error"):
        qc.Project.open(folder)
    files = {problem.file for problem in qc.check_folder(folder)}
    assert {"history.jsonl", "documents/index.jsonl", "assignments/ana.jsonl"} <= files
