"""Odd arguments of the readers and writers of other programs' files are refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode.errors import QualcodeError

ODD: tuple[Any, ...] = (3, 2.5, b"x", ["a"], {"a": 1}, object(), "", "a\0b")
READERS = (
    qc.read_codings, qc.read_doccano, qc.read_labelstudio, qc.read_qualcoder, qc.read_qualitative_coding,
    qc.read_rock, qc.read_rqda, qc.read_taguette, qc.read_webannotation,
)  # fmt: skip
TABLE = "document,code,quote\ni,Trust,We left.\n"


@pytest.mark.parametrize("read", READERS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("odd", ODD, ids=lambda each: type(each).__name__)
def test_an_odd_path_is_refused(
    read: Any, odd: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QualcodeError):
        read(odd)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "name", ["texts", "columns", "codebook", "hierarchy", "offsets", "encoding", "name", "coder"]
)
@pytest.mark.parametrize("odd", ODD[:-2], ids=lambda each: type(each).__name__)
def test_odd_options_are_refused(name: str, odd: Any, tmp_path: Path) -> None:
    path = tmp_path / "segments.csv"
    path.write_text(TABLE)
    with pytest.raises(QualcodeError):
        qc.read_codings(path, **{name: odd})


@pytest.mark.parametrize(
    "write", [qc.write_rock, qc.write_webannotation], ids=lambda each: each.__name__
)
@pytest.mark.parametrize("odd", ODD, ids=lambda each: type(each).__name__)
def test_odd_arguments_of_writers_are_refused(
    write: Any, odd: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = qc.Project.new("S")
    with pytest.raises(QualcodeError):
        write(odd, tmp_path / "out" / "a.jsonld")
    (tmp_path / "held").write_text("x")
    with pytest.raises(QualcodeError):
        write(project, odd)
