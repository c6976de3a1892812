"""The table of readers, what it says of itself, and how others add to it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode.errors import DocumentError, MissingExtraError
from qualcode.io.readers import registry
from qualcode.io.readers.registry import BUILT_IN, Readers, read_file


def loud(file: qc.File) -> Iterator[qc.Read]:
    yield qc.Read(file.decoded().text.upper(), name="loud")


LOUD = qc.Reader("loud", ".loud", "loud texts", loud)


def test_every_reader_of_the_table_can_be_imported() -> None:
    for reader in BUILT_IN:
        assert isinstance(reader.function, str)
        module, _, name = reader.function.partition(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name))
    frame = qc.list_readers().to_frame()
    assert list(frame.columns) == ["name", "suffixes", "reads", "extra"]
    assert len(frame) == len(BUILT_IN)


def test_readers_are_values() -> None:
    assert pickle.loads(pickle.dumps(LOUD)) == LOUD
    assert pickle.loads(pickle.dumps(qc.list_readers())) == qc.list_readers()


def test_a_package_brings_a_reader_by_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, value = "loud", "package:LOUD"

        def load(self) -> Any:
            return LOUD

    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: [Point()])
    assert qc.list_readers().of(Path("a.LOUD")) == LOUD
    assert read_file(qc.File(Path("a.loud"), b"hello"))[0].text == "HELLO"


def test_an_entry_point_that_gives_no_reader_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, value = "broken", "package:nothing"

        def load(self) -> Any:
            raise ModuleNotFoundError("No module named 'package'")

    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: [Point()])
    with pytest.raises(
        DocumentError, match=r"reader 'broken' \(package:nothing\) cannot be imported"
    ):
        qc.list_readers()


def test_two_readers_for_a_kind_are_named_and_one_can_be_chosen() -> None:
    readers = Readers((*BUILT_IN, qc.Reader("other", (".txt", ".x"), "texts", loud)))
    with pytest.raises(
        DocumentError, match=r"'plain' and 'other' both read '\.txt'.*reader='plain'"
    ):
        readers.of(Path("a.txt"))
    assert readers["other"].name == "other"
    with pytest.raises(DocumentError, match=r"no reader 'plian'.*Did you mean 'plain'"):
        readers["plian"]


def test_a_reader_is_chosen_by_name_or_given(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("# One\nhello", encoding="utf-8")
    project = qc.Project.new("S")
    with pytest.raises(DocumentError, match=r"files of kind '\.log' are not read"):
        project.add_documents(tmp_path / "a.log")
    (first,) = project.add_documents(tmp_path / "a.log", reader="markdown")
    assert first.structure.kinds == {"heading": 1}
    (second,) = qc.Project.new("S").add_documents(tmp_path / "a.log", reader=LOUD)
    assert (second.id, second.text) == ("loud", "# ONE\nHELLO")


def test_a_reader_that_fails_is_named() -> None:
    def broken(file: qc.File) -> list[qc.Read]:
        raise KeyError("x")

    with pytest.raises(
        DocumentError, match=r"a\.x: reader 'broken' cannot read it \(KeyError: 'x'\)"
    ):
        qc.Reader("broken", ".x", "nothing", broken).read(qc.File(Path("a.x"), b""))
    wrong: Any = lambda file: ["text"]  # noqa: E731
    with pytest.raises(DocumentError, match="what reader 'wrong' returns must be"):
        qc.Reader("wrong", ".x", "nothing", wrong).read(qc.File(Path("a.x"), b""))


def test_what_makes_no_reader_is_told() -> None:
    with pytest.raises(DocumentError, match="begin with a full stop"):
        qc.Reader("a", "txt", "texts", loud)
    with pytest.raises(DocumentError, match="function must be a function"):
        qc.Reader("a", ".txt", "texts", "nowhere")


@pytest.mark.parametrize("name", ["a.pdf", "a.html", "a.rtf", "a.xlsx", "a.epub"])
def test_a_missing_package_is_named_with_its_extra(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.making_files import epub, pdf

    data = {"a.pdf": pdf("x"), "a.rtf": b"{\\rtf1 x}", "a.epub": epub("<p>x</p>")}.get(name, b"x")
    monkeypatch.setattr("importlib.import_module", _refusing())
    with pytest.raises(MissingExtraError, match=r"pip install 'qualcode\[(documents|xlsx)\]'"):
        read_file(qc.File(Path(name), data))


def _refusing() -> Any:
    import importlib

    real = importlib.import_module

    def without(module: str, package: str | None = None) -> Any:
        if module.partition(".")[0] in ("pypdfium2", "selectolax", "striprtf", "python_calamine"):
            raise ModuleNotFoundError(f"No module named {module!r}")
        return real(module, package)

    return without
