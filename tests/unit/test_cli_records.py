"""Search results on the command line: what it prints is what the library answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main

SEARCH = Path(__file__).parents[2] / "docs/examples/search"
FILES = [str(SEARCH / "medline.nbib"), str(SEARCH / "embase.ris")]


def run(*words: str, fails: bool = False) -> str:
    result = CliRunner().invoke(main, [*words])
    assert (result.exit_code != 0) is fails, result.output
    return result.output


def told(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


@pytest.fixture
def study(tmp_path: Path) -> str:
    run("init", str(tmp_path / "study"))
    return str(tmp_path / "study")


def test_records_are_imported_settled_and_exported(study: str, tmp_path: Path) -> None:
    first = told("records", "import", study, *FILES, "--source", "Search of 2026")
    assert [each["new"] for each in first["files"]] == [2, 4]
    assert (first["tied"], first["to_confirm"]) == (1, 1)
    assert told("records", "import", study, *FILES, "--source", "Search of 2026")["tied"] == 0
    found = told("records", "duplicates", study)
    (near,) = found["to_confirm"]
    run("records", "confirm", study, near["first"], near["second"])
    assert told("records", "duplicates", study)["duplicates"] == 2
    run("records", "apart", study, near["second"])
    assert told("records", "duplicates", study)["duplicates"] == 1
    taken = told("records", "decisions", study, str(SEARCH / "rayyan.csv"))
    assert (taken["taken"], taken["unmatched"]) == (4, [])
    out = tmp_path / "out.ris"
    assert told("records", "export", study, str(out))["records"] == 5
    assert len(qc.read_records(out)) == 5


def test_what_is_wrong_is_said_and_nothing_is_written(study: str, tmp_path: Path) -> None:
    before = len(qc.Project.open(study).log)
    assert "no such file" in run("records", "import", study, str(tmp_path / "no.ris"), fails=True)
    assert "no record 'x'" in run("records", "confirm", study, "x", "y", fails=True)
    (tmp_path / "a.csv").write_text("Titel,Jahr\nTrust,2020\n")
    said = run("records", "import", study, str(tmp_path / "a.csv"), fails=True)
    assert "no column holds titles" in said
    assert len(qc.Project.open(study).log) == before
    run("records", "import", study, str(tmp_path / "a.csv"), "--column", "Titel=title")
    assert [each.title for each in qc.Project.open(study).review().records.values()] == ["Trust"]
