"""Checking finds everything that is wrong, and goes on after the first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.making import MOMENT, contents, log, made

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


def rows_by_hand(folder: Path, coder: str, *rows: str) -> int:
    """Put rows without a seal behind a log, and return the line of the first."""
    path = log(folder, coder)
    before = path.read_bytes()
    path.write_bytes(before + "".join(f"{row}\n" for row in rows).encode())
    return before.count(b"\n") + 1


def row(**fields: object) -> str:
    given = {"document": "a", "start": 0, "end": 14, "code": "trust", "time": MOMENT, **fields}
    return msgspec.json.encode({**given, "quote": fields.get("quote", "We trust them.")}).decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "truss"}, "the code 'truss' does not exist"),
        ({"document": "q"}, "the document 'q' does not exist"),
        ({"end": 2000}, "a row lies outside its document"),
        ({"start": 14}, "a row lies outside its document"),
        ({"start": -2}, "not a whole record"),
        ({"end": 9999999999}, "not a whole record"),
        ({"start": "0"}, "not a whole record"),
        ({"time": "yesterday"}, "is not a time"),
    ],
)
def test_rows_without_a_seal_are_read_with_care(
    project: qc.Project, folder: Path, fields: dict[str, object], said: str
) -> None:
    """A process that saves by itself and dies leaves such rows; anybody can write them."""
    rows_by_hand(folder, "ana", row(**fields))
    with pytest.raises(QualcodeError, match=said):
        qc.Project.open(folder)
    assert any(said in each.message for each in qc.check_folder(folder))


def test_a_quote_that_is_not_the_text_is_named(project: qc.Project, folder: Path) -> None:
    number = rows_by_hand(folder, "ana", row(start=1), row(quote="We truss them."))
    found = [(each.file, each.line) for each in qc.check_folder(folder)]
    name = f"log/{log(folder, 'ana').name}"
    assert found == [(name, number), (name, number + 1)]


def test_everything_that_is_wrong_is_listed(project: qc.Project, folder: Path) -> None:
    project.add_memo("document:b", "x", coder="ana")
    project.save()
    ana, ben, first = (log(folder, coder) for coder in ("ana", "ben", "project"))
    rewrite(ana, ('"memo":"first"', '"memo":"fist"'), ("Too wide?", "Too wild?"))
    rewrite(ben, ('"retracted":true,', ""))
    rewrite(first, ("North", "South")) if b"North" in first.read_bytes() else None
    (folder / "documents" / "stray.txt").write_text("stray", encoding="utf-8")
    (folder / "log" / "notes.txt").write_bytes(b"")
    (text,) = (folder / "texts").glob("a.*.txt")
    rewrite(text, ("We trust", "We truss"))
    found = {(each.file, each.line) for each in qc.check_folder(folder)}
    assert found == {
        (f"log/{ana.name}", 2),
        (f"log/{ana.name}", 5),
        (f"log/{ben.name}", 3),
        ("log/notes.txt", None),
        ("documents/stray.txt", None),
        (f"texts/{text.name}", None),
    }


def test_an_edited_codebook_is_listed_change_by_change(project: qc.Project, folder: Path) -> None:
    rewrite(folder / "codebook.yaml", ("name: Money", "name: Means"), ("name: Time", "name: Hour"))
    how = "apply it (qualcode codebook apply)"
    assert [str(each) for each in qc.check_folder(folder)] == [
        f"codebook.yaml: differs from the history (rename money to 'Means'): {how}",
        f"codebook.yaml: differs from the history (rename time to 'Hour'): {how}",
    ]


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
