"""What is in a file of any kind: told before anything is made of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.unit.making_files import docx, p
from tests.unit.test_cli import ran, refused

import qualcode as qc
from qualcode.errors import StudyError

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
QDC = (
    '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="{g}1" name="A" isCodable="true">'
    '<NoteRef targetGUID="{g}9"/><Code guid="{g}2" name="B" isCodable="true"/></Code></Codes>'
    '<Sets><Set guid="{g}3" name="s"><Description>Why.</Description><MemberCode guid="{g}1"/></Set></Sets>'
    "</CodeBook>"
).replace("{g}", "00000000-0000-0000-0000-00000000000")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    return tmp_path


def counts(found: qc.Inspected) -> dict[str, tuple[int, int]]:
    return {each.element: (each.read, each.lost) for each in found.elements}


def test_a_project_is_told_as_import_would_tell_it(here: Path) -> None:
    found = qc.inspect_file("programs/homes.qda")
    report = qc.read_qualcoder("programs/homes.qda")
    assert (found.kind, found.source) == ("project", "qualcoder")
    assert (found.elements, found.losses) == (report.elements, report.losses)


def test_a_document_is_told_with_its_speakers_and_what_is_left_out(here: Path) -> None:
    Path("joan.docx").write_bytes(
        docx("".join(map(p, ["I: Who pays?", "R: We do.", "I: All?", "R: Yes."])))
    )
    found = qc.inspect_file("joan.docx")
    assert (found.kind, found.source) == ("documents", "docx")
    assert counts(found)["turn"] == (4, 0)
    assert "joan: speakers I, R" in found.remarks


def test_a_codebook_is_told_with_what_has_no_place(here: Path) -> None:
    Path("codes.qdc").write_text(QDC)
    found = qc.inspect_file("codes.qdc")
    assert counts(found) == {
        "code": (2, 0), "rollup": (1, 0), "theme": (1, 0), "NoteRef": (1, 1), "Description": (1, 1),
    }  # fmt: skip
    Path("codes.csv").write_text("code;definition\nTrust;They rely.\n")
    assert qc.inspect_file("codes.csv").kind == "codebook"


def test_a_table_is_told_by_what_it_holds(here: Path) -> None:
    survey = qc.inspect_file("survey.csv")
    assert survey.kind == "table"
    assert any("read_survey" in each for each in survey.remarks)
    assert counts(survey)["row"][0] == len(Path("survey.csv").read_text().splitlines()) - 1
    Path("said.csv").write_text("speaker,text\nI,Who pays?\nR,We do.\nI,All?\n")
    assert qc.inspect_file("said.csv").kind == "documents"
    Path("segments.csv").write_text("document,code,segment\na,Trust,We trust them.\n")
    assert qc.inspect_file("segments.csv").kind == "project"


def test_nothing_is_written_and_what_is_nothing_is_refused(here: Path) -> None:
    before = sorted(here.rglob("*"))
    assert json.loads(ran("inspect", "survey.csv", "--json"))["kind"] == "table"
    assert "(project" not in ran("inspect", "programs/homes.qda")
    with pytest.raises(StudyError, match="no such file"):
        qc.inspect_file("nowhere.docx")
    with pytest.raises(StudyError, match="offsets= means nothing for a document"):
        qc.inspect_file("README.md", offsets="utf-16")
    Path("pic.exe").write_bytes(b"MZ")
    assert "are not read" in refused("inspect", "pic.exe")
    Path("pic.exe").unlink()
    assert sorted(here.rglob("*")) == before
