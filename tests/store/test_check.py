"""Checking finds everything that is wrong, and goes on after the first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.making import contents, made

import qualcode as qc
from qualcode.errors import QualcodeError


def rewrite(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_bytes().decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_bytes(text.encode())


def test_a_sound_project_has_no_problems(project: qc.Project, folder: Path) -> None:
    assert qc.check_folder(folder) == []
    assert qc.check_folder(str(folder)) == []


def test_everything_that_is_wrong_is_listed(project: qc.Project, folder: Path) -> None:
    for start in range(16, 24):
        project.assign(("a", start, start + 3), "trust", coder="ana")
    project.add_memo("document:b", "x", coder="ana")
    project.add_memo(project.segment("b", 0, 5), "x", coder="ana")
    project.add_memo("case:north", "x", coder="ana")
    project.add_memo("coder:ana", "x", coder="ana")
    project.add_memo("revision:1", "x", coder="ana")
    project.save()
    revision = project.history.head.short

    log = folder / "assignments" / "ana.jsonl"
    lines = log.read_bytes().decode().splitlines(keepends=True)
    lines[2] = lines[2].replace('"quote":"The', '"quote":"Tha')
    lines[3] = lines[3].replace('"end":20', '"end":2000')
    lines[4] = lines[4].replace('"trust"', '"truss"')
    lines[5] = lines[5].replace('"document":"a"', '"document":"q"')
    lines[6] = lines[6].replace(revision, "0" * 12)
    lines[7] = "nonsense\n"
    lines[8] = lines[8].replace("2026-03-01", "2026-13-01").replace('"start":22', '"start":25')
    lines[9] = lines[9][:-10]
    log.write_bytes("".join(lines).encode())
    rewrite(
        folder / "memos" / "ana.jsonl",
        ("code:trust", "code:hope"),
        ("document:b", "document:q"),
        (":0-5", ":0-500"),
        ("case:north", "case:south"),
        ("coder:ana", "coder:eve"),
        ('"revision:', '"revision:f0f0'),
    )
    with open(folder / "documents" / "index.jsonl", "ab") as index:
        index.write(index_line(id="b", sha256="0") + index_line(id="gone", sha256="0"))
        index.write(index_line(id="odd", sha256="0", cases='["south"]'))
    (folder / "documents" / "odd.txt").write_text("odd", encoding="utf-8")
    (folder / "documents" / "stray.txt").write_text("stray", encoding="utf-8")
    (folder / "assignments" / "eve.jsonl").write_bytes(b"")
    (folder / "assignments" / "notes.txt").write_bytes(b"")
    (folder / "memos" / "ana.jsonl.orig").write_bytes(b"")
    with open(folder / "cases.jsonl", "ab") as cases:
        cases.write(b'{"id":"north","name":"North"}\n{"id":"a b","name":"No id"}\n')
    with open(folder / "coders.jsonl", "ab") as coders:
        coders.write(b'{"id":" ","name":""}\n{"id":"ben","name":"Benjamin"}\n')
    rewrite(folder / "codebook.yaml", ("name: Money", "name: Means"))

    found = qc.check_folder(folder)
    expected = [
        ("codebook.yaml", None, "differs from the history (rename money to 'Means')"),
        ("coders.jsonl", 3, "coder ' '"),
        ("coders.jsonl", 4, "coder 'ben' is listed twice"),
        ("cases.jsonl", 2, "case 'north' is listed twice"),
        ("cases.jsonl", 3, "case id 'a b' is not usable"),
        ("documents/index.jsonl", 3, "document 'b' is listed twice"),
        ("documents/index.jsonl", 4, "documents/gone.txt is missing"),
        ("documents/index.jsonl", 5, "documents/odd.txt was changed since it was added"),
        ("documents/index.jsonl", 5, "document 'odd' names the case 'south'"),
        ("documents/stray.txt", None, "is not listed in documents/index.jsonl"),
        ("assignments/ana.jsonl", 3, "the quote does not match the text at 16–19 of document 'a'"),
        ("assignments/ana.jsonl", 4, "document 'a': span 17–2000 ends after the text"),
        ("assignments/ana.jsonl", 5, "the code 'truss' does not exist. Did you mean 'trust'?"),
        ("assignments/ana.jsonl", 6, "the document 'q' does not exist."),
        ("assignments/ana.jsonl", 7, f"revision '{'0' * 12}' is not in the history"),
        ("assignments/ana.jsonl", 8, "not a whole record (JSON is malformed"),
        ("assignments/ana.jsonl", 9, "this is not a time in ISO 8601 and UTC"),
        ("assignments/ana.jsonl", 9, "span 25–25 is empty or reversed"),
        ("assignments/ana.jsonl", 10, "the last line is cut off"),
        ("assignments/eve.jsonl", None, "coder 'eve' is not listed in coders.jsonl"),
        ("assignments/notes.txt", None, "is not the file of a coder (CODER.jsonl)"),
        ("memos/ana.jsonl.orig", None, "is not the file of a coder (CODER.jsonl)"),
        ("memos/ana.jsonl", 1, "the memo is about 'code:hope'"),
        ("memos/ana.jsonl", 2, "the memo is about 'document:q'"),
        ("memos/ana.jsonl", 3, "the memo is about 'segment:b:0-500'"),
        ("memos/ana.jsonl", 4, "the memo is about 'case:south'"),
        ("memos/ana.jsonl", 5, "the memo is about 'coder:eve'"),
        ("memos/ana.jsonl", 6, "the memo is about 'revision:f0f0"),
    ]  # fmt: skip
    for problem in found:
        fits = [
            each
            for each in expected
            if each[:2] == (problem.file, problem.line) and problem.message.startswith(each[2])
        ]
        assert len(fits) == 1, f"not expected: {problem}"
        expected.remove(fits[0])
    assert not expected, "not found"


def index_line(**fields: str) -> bytes:
    given = {"id": "x", "name": "x", **fields}
    body = ",".join(
        f'"{name}":{value}' if value.startswith("[") else f'"{name}":"{value}"'
        for name, value in given.items()
    )
    return f"{{{body}}}\n".encode()


def test_every_bad_revision_is_listed(folder: Path) -> None:
    project = made(folder)
    for number in range(3, 7):
        with project.revise(coder="ana") as cb:
            cb.redefine("trust", definition=f"As of {number}.")
    project.save()
    rewrite(folder / "history.jsonl", ("As of 3.", "as of 3."), ("As of 5.", "as of 5."))
    found = [(each.file, each.line) for each in qc.check_folder(folder)]
    assert found == [("history.jsonl", 3), ("history.jsonl", 5)]


def test_a_broken_history_does_not_hide_the_rest(project: qc.Project, folder: Path) -> None:
    rewrite(folder / "history.jsonl", ("Money", "Mon"))
    rewrite(folder / "assignments" / "ana.jsonl", ('"end":14', '"end":99'))
    rewrite(folder / "memos" / "ana.jsonl", ("code:trust", "document:zzz"))
    found = {(each.file, each.line) for each in qc.check_folder(folder)}
    assert found == {("history.jsonl", 1), ("assignments/ana.jsonl", 1), ("memos/ana.jsonl", 1)}


def test_a_text_that_is_gone_is_said_once(project: qc.Project, folder: Path) -> None:
    (folder / "documents" / "a.txt").unlink()
    (problem,) = qc.check_folder(folder)
    assert str(problem) == (
        "documents/index.jsonl, line 1: documents/a.txt is missing, but the document is listed"
    )


def test_an_edited_text_shows_where_quotes_no_longer_match(
    project: qc.Project, folder: Path
) -> None:
    rewrite(folder / "documents" / "a.txt", ("We trust", "We truss"))
    found = [(each.file, each.line) for each in qc.check_folder(folder)]
    assert found == [("documents/index.jsonl", 1), ("assignments/ana.jsonl", 1)]


def test_a_codebook_that_cannot_be_read_is_named_by_line(project: qc.Project, folder: Path) -> None:
    rewrite(folder / "codebook.yaml", ("    parent: people", "    parent: peple"))
    (problem,) = qc.check_folder(folder)
    lines = (folder / "codebook.yaml").read_text("utf-8").splitlines()
    assert problem.file == "codebook.yaml"
    assert problem.line == lines.index("    parent: peple") + 1
    assert "Did you mean 'people'?" in problem.message
    (folder / "codebook.yaml").unlink()
    (problem,) = qc.check_folder(folder)
    assert str(problem).startswith("codebook.yaml: is missing")


def damaged(content: bytes, at: float, how: str, byte: int) -> bytes:
    place = int(at * len(content))
    return {
        "cut": content[:place],
        "flip": content[:place] + bytes([byte]) + content[place + 1 :],
        "add": content[:place] + bytes([byte]) + content[place:],
        "drop": content[:place] + content[place + 1 :],
    }[how]


@settings(max_examples=150)
@given(
    file=st.integers(0, 9),
    at=st.floats(0, 1, exclude_max=True),
    how=st.sampled_from(["cut", "flip", "add", "drop"]),
    byte=st.integers(0, 255),
)
def test_no_damage_makes_opening_or_checking_fail_in_another_way(
    sound: Callable[[], Path], file: int, at: float, how: str, byte: int
) -> None:
    folder = sound()
    names = sorted(contents(folder))
    name = names[file % len(names)]
    path = folder / name
    path.write_bytes(damaged(path.read_bytes(), at, how, byte))
    problems: list[object] = []
    with suppress(QualcodeError):
        problems = list(qc.check_folder(folder))
        problems.append("opened")
        qc.Project.open(folder)
        return
    # What cannot be opened is listed; only a folder that is no project cannot be checked.
    assert problems != ["opened"]
    assert problems or name == "project.json"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that puts one project right again."""
    folder = tmp_path_factory.mktemp("check") / "study"
    made(folder)
    good = contents(folder)

    def restored() -> Path:
        for name, content in good.items():
            if (folder / name).read_bytes() != content:
                (folder / name).write_bytes(content)
        return folder

    return restored
