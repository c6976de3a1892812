"""The report for a word processor, read back."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli.app import main
from qualcode.errors import StoreError


@pytest.fixture(scope="module")
def project() -> qc.Project:
    return qc.load_project("partnership-interviews")


def texts(file: Path) -> list[tuple[str, str]]:
    """Return style and text of each paragraph."""
    return [(each.style.name, each.text) for each in docx.Document(str(file)).paragraphs]


def test_a_report_has_method_themes_codebook_and_limits(
    project: qc.Project, tmp_path: Path
) -> None:
    file = qc.write_docx(project, tmp_path / "report.docx", rollups=["domains"])
    found = texts(file)
    chapters = [text for style, text in found if style == "Heading 1"]
    assert chapters == ["Method", "Themes by domain", "Codebook", "Limits"]
    words = " ".join(text for _, text in found)
    assert project.codebook["trust"].definition in words
    assert str(project.rollup("domains").counted) in words
    assert "Assignments of split codes that wait for a decision (1)" in words
    quotes = [text.strip("“”") for style, text in found if style == "Quote"]
    known = {each.segment.quote for each in project.assignments}
    assert quotes
    assert all(any(quote in each for each in known) for quote in quotes)


def test_the_numbers_are_those_of_the_library(project: qc.Project, tmp_path: Path) -> None:
    file = qc.write_docx(project, tmp_path / "report.docx", rollups=["domains"], quotes=1)
    table = next(
        each
        for each in docx.Document(str(file)).tables
        if each.cell(0, 0).text.startswith("Domain")
    )
    rows = [[cell.text.strip() for cell in row.cells] for row in table.rows[1:]]
    documents = project.rollup("domains", count="documents")
    segments = project.rollup("domains", count="segments")
    assert len(rows) == sum(
        node.level != "code" and "unassigned" not in (node.id, *path)
        for node, path in documents.hierarchy.walk()
    )
    names = {node.name: node for node in documents.hierarchy.nodes if node.level != "code"}
    for name, number, share, _, several in rows:
        node = names[name]
        assert number == str(int(documents.of(node.id, node.level)))
        assert several == str(int(segments.of(node.id, node.level)))
        assert share == f"{100 * (documents.share(node.id, node.level) or 0):.0f} %"


def test_as_of_a_revision_the_report_is_that_of_then(project: qc.Project, tmp_path: Path) -> None:
    file = qc.write_docx(project.at(revision=1), tmp_path / "then.docx", quotes=0)
    found = texts(file)
    assert any("As of revision 1 of the codebook" in text for _, text in found)
    assert not any(style == "Quote" for style, _ in found)


def test_what_is_withdrawn_is_not_in_it(tmp_path: Path) -> None:
    project = qc.load_project("partnership-interviews")
    gone = {
        each.segment.quote for each in project.assignments if each.segment.document.id == "int-04"
    }
    project.withdraw("int-04")
    words = " ".join(
        text for _, text in texts(qc.write_docx(project, tmp_path / "r.docx", quotes=50))
    )
    kept = {each.segment.quote for each in project.assignments}
    assert not any(quote in words for quote in gone - kept if len(quote) > 40)


def test_an_empty_project_and_odd_characters_have_a_report(tmp_path: Path) -> None:
    qc.write_docx(qc.Project.new("Empty"), tmp_path / "empty.docx")
    book = qc.Codebook("b", codes=[qc.Code("a", "Bell \x07", definition="<b>\x0b & so")])
    project = qc.Project.new("Odd \x00", codebook=book)
    project.add_document("Ring \x07 twice.\r\nYes.", id="a")
    project.assign(("a", 0, 19), "a", coder="ana")
    found = texts(qc.write_docx(project, tmp_path / "odd.docx"))
    assert ("Heading 2", "Bell \N{REPLACEMENT CHARACTER}") in found


def test_what_cannot_be_written_is_said(project: qc.Project, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"ends with \.docx"):
        qc.write_docx(project, tmp_path / "report.odt")
    (tmp_path / "report.docx").write_bytes(b"mine")
    with pytest.raises(StoreError, match="replace=True"):
        qc.write_docx(project, tmp_path / "report.docx")
    assert (tmp_path / "report.docx").read_bytes() == b"mine"


def test_the_command_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "r.docx"
    ran = CliRunner().invoke(main, ["docx", "partnership-interviews", str(file), "--quotes", "1"])
    assert (ran.exit_code, ran.output.strip()) == (0, str(file))
    assert texts(file)[0][1] == "Partnership interviews"
