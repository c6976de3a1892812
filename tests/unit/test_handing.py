"""Quotes and keywords to hand: what belongs to them, their order, and files that read back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import NotFoundError, QualcodeError, StatisticsError, StoreError

HARM = "=1+1 | <b>*bold*</b> # no head\n- no list\n1. none"


@pytest.fixture(scope="module")
def interviews() -> qc.Project:
    return qc.load_project("partnership-interviews")


def small() -> qc.Project:
    codes = [
        qc.Code("soft", name="Soft things"),
        qc.Code(
            "trust",
            name="Trust",
            parent="soft",
            definition="They rely.",
            examples=["I trust Joan."],
        ),
    ]
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=codes), coder="ana")
    project.add_document(
        f"We trust them.\nI  trust Joan.\n{HARM}", id="a", name="First", variables={"site": "north"},
        cases="c",
    )  # fmt: skip
    project.set_variables("case:c", size=3)
    project.assign(("a", 0, 14), "trust", memo="all of them")
    project.assign(("a", 0, 14), "trust", coder="ben")
    project.assign(project.locate("I trust Joan."), "trust")
    project.assign(("a", 30, 30 + len(HARM)), "trust")
    return project


def test_quotes_have_all_that_belongs_to_them() -> None:
    found = qc.report.quotes(small(), code="soft", variables=["site", "size", "none"])
    assert [each.exemplary for each in found] == [True, False, False]
    first, second, _ = found
    assert first.segment.quote == "I  trust Joan."
    assert second.path == ("Soft things", "Trust")
    assert second.coders == ("ana", "ben")
    assert second.memos == ("all of them",)
    assert second.variables == {"site": "north", "size": 3}
    assert second.source == "First, site: north, size: 3"
    assert "Counted: persons ana and ben in 1 document" in found.caption


def test_quotes_are_those_of_the_count(interviews: qc.Project) -> None:
    counts = interviews.rollup("domains", count="segments")
    for theme in ("ties", "Means", "governance"):
        found = qc.report.quotes(interviews, theme=theme, rollup="domains")
        segments = {each.segment.span for each in found}
        assert segments == {each.span for each in counts.segments(theme)}
    by_query = qc.report.quotes(interviews, "code(trust) by(ana)")
    assert {each.coders for each in by_query} == {("ana",)}
    only = qc.report.quotes(interviews, code="trust", coders="ana")
    rows = interviews.assignments.where(code="trust", coder="ana")
    assert len(only) == len({each.segment for each in rows})


def test_exemplary_quotes_come_first_and_the_rest_in_order(interviews: qc.Project) -> None:
    for path, found in qc.report.quotes(interviews, "all").by_path().items():
        keys = [
            (
                not each.exemplary,
                [*interviews.documents].index(each.segment.document.id),
                each.segment.start,
            )
            for each in found
        ]
        assert keys == sorted(keys), path


def test_what_is_asked_for_is_said_once(interviews: qc.Project) -> None:
    with pytest.raises(StatisticsError, match="give one of query"):
        qc.report.quotes(interviews)
    with pytest.raises(StatisticsError, match="give one of query"):
        qc.report.quotes(interviews, "code(trust)", code="trust")
    with pytest.raises(NotFoundError, match="no node 'tie'"):
        qc.report.quotes(interviews, theme="tie")
    with pytest.raises(QualcodeError, match="trst"):
        qc.report.quotes(interviews, code="trst")


# Files


def test_a_word_file_reads_back(tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="Word files need the extra 'docx'")
    found = qc.report.quotes(small(), code="trust", variables="site")
    path = qc.report.write_quotes(found, tmp_path / "quotes.docx")
    (read,) = qc.read_documents(path)
    said = " ".join(read.text.split())
    for each in found:
        assert " ".join(each.segment.quote.split()) in said
    assert "Soft things › Trust" in said
    assert "They rely." in said
    assert "Memo: all of them" in said


def test_markdown_says_words_as_they_are(tmp_path: Path) -> None:
    found = qc.report.quotes(small(), code="trust")
    text = qc.report.write_quotes(found, tmp_path / "quotes.md").read_text("utf-8")
    # No line of a quote can be a head, a list or a tag: each stands behind the sign of a quotation.
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == ["# Quotes: trust", "## Soft things › Trust"]
    assert "<b>" not in text.replace("\\<", "")
    assert "> \\- no list" in text
    assert "> 1\\. none" in text


def test_a_spreadsheet_has_a_row_for_each(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="spreadsheets need the extra 'xlsx'")
    found = qc.report.quotes(small(), code="trust")
    path = qc.report.write_quotes(found, tmp_path / "quotes.xlsx")
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    column = head.index("quote")
    assert [row[column] for row in rows] == [each.segment.quote for each in found]
    guarded = qc.report.write_quotes(found, tmp_path / "quotes.csv").read_text("utf-8-sig")
    assert "'=1+1" in guarded


def test_a_file_is_not_written_over_unasked(tmp_path: Path) -> None:
    found = qc.report.quotes(small(), code="trust")
    for name in ("quotes.md", "quotes.csv"):
        path = tmp_path / name
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(StoreError, match="exists already"):
            qc.report.write_quotes(found, path)
        assert path.read_text(encoding="utf-8") == "mine"
        qc.report.write_quotes(found, path, replace=True)
        assert path.read_text(encoding="utf-8-sig") != "mine"
    with pytest.raises(StoreError, match=r"as \.docx, \.md"):
        qc.report.write_quotes(found, tmp_path / "quotes.pdf")


# Keywords


def test_keywords_are_found_wherever_they_stand(interviews: qc.Project) -> None:
    found = qc.report.keywords_in_context(interviews, ["money", "partner*"], width=25)
    places = {(each.segment.document.id, each.segment.start) for each in found}
    by_hand = {
        (document.id, match.start())
        for document in interviews.documents.values()
        for match in re.finditer(r"(?i)(?<![\w])(money|partner\w*)(?![\w])", document.text)
    }
    assert places == by_hand
    for each in found:
        text = each.segment.document.text
        assert each.left == " ".join(
            text[max(0, each.segment.start - 25) : each.segment.start].split()
        )
        assert each.right == " ".join(text[each.segment.end : each.segment.end + 25].split())
    assert len(found.to_frame()) == len(found)
    with pytest.raises(StatisticsError, match="say which keywords"):
        qc.report.keywords_in_context(interviews, [])


def test_words_are_handed_out_from_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small().save("study")

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, list(words))
        assert result.exit_code == 0, result.output
        return result.output

    assert run("quotes", "study", "--code", "trust").startswith("3 quotes of trust\n")
    assert (
        run("quotes", "study", "code(trust)", "-o", "q.csv") == "q.csv: 3 quotes of code(trust)\n"
    )
    assert Path("q.csv").exists()
    assert run("context", "study", "trust", "--width", "4").splitlines()[1:] == [
        "a  We  trust  the",
        "a   I  trust  Joa",
    ]
    assert CliRunner().invoke(main, ["quotes", "study"]).exit_code == 1


# Joint displays


def test_a_cell_has_the_numbers_of_the_tests_and_quotes_of_those_counted(
    interviews: qc.Project,
) -> None:
    display = qc.report.joint_display(interviews, "site", unit="turn", variables=["site"])
    tests = interviews.group_tests("site", unit="turn", level="theme")
    assert display.tests.adjusted == pytest.approx(tests.adjusted)
    for at, node in enumerate(display.nodes):
        for column, group in enumerate(display.groups):
            cell = display.cells[at, column]
            assert (cell.count, cell.units) == (tests.counts[column, at], tests.units[column])
            assert len(cell.quotes) == min(2, cell.of)
            assert {quote.code for quote in cell.quotes} <= set(node.codes)
            assert {quote.variables["site"] for quote in cell.quotes} == {group}
            places = {(each.segment.document.id, each.segment.span) for each in cell.quotes}
            assert len(places) == len(cell.quotes), "no passage twice"
    assert display.recipe is not None
    assert display.recipe.run(interviews) == display
    assert "Beside the numbers stand 54 quotes of" in qc.report.methods(display, code=True)


def test_words_of_a_role_are_quoted_for_it(interviews: qc.Project) -> None:
    display = qc.report.joint_display(
        interviews.at(revision=9), "speaker.role", unit="turn", n_quotes=3
    )
    for column, group in enumerate(display.groups):
        for cell in display.cells[:, column]:
            assert {quote.segment.role for quote in cell.quotes} <= {group}


def test_a_joint_display_is_written_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    project = small()
    project.add_document("Trust is earned.", id="b", variables={"site": "<south>"})
    project.assign(("b", 0, 16), "trust")
    display = qc.report.joint_display(project, "site", level="code", rollup="tree", n_quotes=4)
    page = qc.report.write_joint_display(display, tmp_path / "joint.html").read_text("utf-8")
    assert "<b>*bold*" not in page
    assert "&lt;south&gt;" in page
    assert page.count("<blockquote>") == sum(len(cell.quotes) for cell in display.cells.ravel())
    assert "1 of 1 (100 %)" in display._repr_html_()
    table = qc.report.write_joint_display(display, tmp_path / "joint.csv").read_text("utf-8-sig")
    assert "Trust is earned." in table
    pytest.importorskip("openpyxl")
    qc.report.write_joint_display(display, tmp_path / "joint.xlsx")
    with pytest.raises(StoreError, match="exists already"):
        qc.report.write_joint_display(display, tmp_path / "joint.html")
    with pytest.raises(StoreError, match=r"written as \.html, \.xlsx or \.csv"):
        qc.report.write_joint_display(display, tmp_path / "joint.txt")
    with pytest.raises(StatisticsError, match="pass what joint_display"):
        qc.report.write_joint_display(project, tmp_path / "joint.html")  # type: ignore[arg-type]


def test_a_quote_names_who_speaks_unless_its_document_does() -> None:
    project = qc.Project.new("Q", codebook=qc.Codebook("c", codes=[qc.Code("x")]))
    for id, name in (("a", "harbour"), ("b", "Talk with R"), ("c", "talk (r)")):
        project.add_document("I: Why?\nR: So it is.\nI: And now?\nR: Now too.", id=id, name=name)
        project.assign((id, 11, 14), "x", coder="ana")
    assert [each.source for each in qc.report.quotes(project, code="x")] == [
        "harbour, R",
        "Talk with R",
        "talk (r)",
    ]
