"""Nothing missing goes unnoticed: laws over any project and any damage to a line of its log."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import HistoryError, StoreError
from qualcode.testing import projects


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def saved(place: Path, project: qc.Project) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        root = Path(folder) / "study"
        project.save(root)
        yield root


def logs(root: Path) -> list[Path]:
    return sorted((root / "log").iterdir())


def drawn_line(root: Path, data: Any) -> tuple[Path, list[bytes], int]:
    """Draw a line of a log: its file, all lines of that, and its place among them."""
    path = data.draw(st.sampled_from(logs(root)))
    lines = path.read_bytes().splitlines(keepends=True)
    return path, lines, data.draw(st.integers(0, len(lines) - 1))


def says(line: bytes) -> Any:
    """Return what a line says; the short sums are a help for finding, and say nothing."""
    content = msgspec.json.decode(line)
    if isinstance(content, dict):
        content.pop("sums", None)
    return content


def is_noticed(root: Path, path: Path) -> None:
    with pytest.raises(HistoryError) as caught:
        qc.Project.open(root)
    assert str(caught.value).startswith(str(root / "log")) or str(caught.value).startswith(
        str(root / "heads")
    )
    named = {(each.file, each.line is not None) for each in qc.check_folder(root)}
    assert (f"log/{path.name}", True) in named, named


@settings(max_examples=200)
@given(projects(max_steps=10), st.data())
def test_an_altered_byte_is_noticed(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        path, lines, number = drawn_line(root, data)
        line = lines[number]
        at = data.draw(st.integers(0, len(line) - 2))
        new = data.draw(st.sampled_from(sorted(set(b'0123456789abcf"{}[]:, \\-\xff') - {line[at]})))
        lines[number] = line[:at] + bytes([new]) + line[at + 1 :]
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            assume(says(lines[number]) != says(line))
        path.write_bytes(b"".join(lines))
        is_noticed(root, path)


@settings(max_examples=100)
@given(projects(max_steps=10), st.data())
def test_another_value_is_noticed(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        path, lines, number = drawn_line(root, data)
        content = msgspec.json.decode(lines[number])
        name = data.draw(st.sampled_from(sorted(content.keys() - {"sums", "quote"})))
        value = content.pop(name)
        if data.draw(st.booleans()):
            content[name] = data.draw(
                st.sampled_from(["other", 7, ["x"], {"x": "y"}, None, 0.5]).filter(
                    lambda other: other != value
                )
            )
        changed = msgspec.json.encode(content) + b"\n"
        lines[number] = changed
        path.write_bytes(b"".join(lines))
        is_noticed(root, path)


@settings(max_examples=80)
@given(projects(max_steps=12), st.data())
def test_lines_removed_are_noticed(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        path, lines, first = drawn_line(root, data)
        last = data.draw(st.sampled_from([first + 1, first + 2, len(lines)]))
        path.write_bytes(b"".join(lines[:first] + lines[last:]))
        is_noticed(root, path)


@settings(max_examples=40)
@given(projects(max_steps=12), st.data())
def test_a_file_removed_is_noticed(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        path = data.draw(st.sampled_from(logs(root)))
        path.unlink()
        if data.draw(st.booleans()) and len(logs(root)):
            # Others know of what this copy had written.
            (root / "heads" / f"{path.stem}.json").unlink()
        with pytest.raises((HistoryError, StoreError)):
            qc.Project.open(root)
        assert any(each.file == f"log/{path.name}" for each in qc.check_folder(root))


@settings(max_examples=80)
@given(projects(max_steps=12), st.data())
def test_lines_moved_or_repeated_do_no_harm(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        for _ in range(data.draw(st.integers(1, 3))):
            path, lines, number = drawn_line(root, data)
            line = lines[number] if data.draw(st.booleans()) else lines.pop(number)
            # Behind the last event a row would be one that its author logged again.
            lines.insert(data.draw(st.integers(0, max(len(lines) - 1, 0))), line)
            path.write_bytes(b"".join(lines))
        if data.draw(st.booleans()):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert qc.Project.open(root).state == project.state
        assert qc.check_folder(root) == []


@settings(max_examples=20)
@given(projects(max_steps=8), st.data())
def test_marks_of_a_conflict_are_named(place: Path, project: qc.Project, data: Any) -> None:
    with saved(place, project) as root:
        path, lines, number = drawn_line(root, data)
        lines.insert(number, b"<<<<<<< HEAD\n")
        path.write_bytes(b"".join(lines))
        with pytest.raises(HistoryError, match=rf"line {number + 1}: a mark of a merge conflict"):
            qc.Project.open(root)
        assert (f"log/{path.name}", number + 1) in {
            (each.file, each.line) for each in qc.check_folder(root)
        }
