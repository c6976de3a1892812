"""The review table: what is written comes back, and what does not fit is named and changes nothing."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import MissingExtraError, ProjectError, SuggestionError
from qualcode.io.tables import cells
from qualcode.io.tables.cells import Column, write_cells
from qualcode.io.tables.guards import guarded, unguarded
from qualcode.io.tables.reading import read_cells
from qualcode.io.tables.review_table import ReviewedRow, read_review_table, write_review_table
from qualcode.model.coding.suggestions import (
    Explanation,
    Fingerprint,
    NearSegment,
    PatternMatch,
    PhraseMatch,
    Suggestion,
    Term,
)
from qualcode.model.texts.documents import Document, Registry
from qualcode.testing import texts

NASTY = [
    "=1+1", "+49 30", "-", "- and then", "@SUM(A1)", "'=quoted", "'tis", "''", "\t=x", "\n=x", "＝1+1",
    "007", "1-2", "1/2", "3.10", "5 May 2020", "1e5", "10%", "TRUE", "#N/A", "_x0041_", "a;b", "a,b",
    'say "so"', "\r\nline", "\x01\x0b", "\ufffe", "🙂 e\u0301", "שלום", "{=1}", " ", "NULL",
]  # fmt: skip
FINGERPRINT = Fingerprint("m", "c", "d")
TEXT = "We share one budget. We trust them. They trust us.\n\n= and now?\nWe trust them."
BOOK = qc.Codebook(
    "study",
    codes=[
        qc.Code("trust", name="Trust", definition="=They rely on each other."),
        qc.Code("money", name="Money"),
        qc.Code("people", codable=False),
        qc.Code("gone", status="retired"),
    ],
)
KINDS = ("csv", "xlsx")


# What is written comes back

nasty_texts = (
    st.lists(st.sampled_from(NASTY) | texts(), min_size=1, max_size=4).map("".join).filter(len)
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def suggested(draw: st.DrawFn) -> tuple[Registry[Document], list[Suggestion]]:
    """Return documents, and suggestions for parts of them, made of what spreadsheets stumble on."""
    bodies = draw(st.lists(nasty_texts, min_size=1, max_size=3))
    ids = ("a", "007", "1-2")
    documents = Registry(
        [Document(id=id, text=text) for id, text in zip(ids, bodies, strict=False)],
        what="document",
    )
    found: dict[Any, Suggestion] = {}
    for _ in range(draw(st.integers(0, 4))):
        document = draw(st.sampled_from(list(documents.values())))
        start = draw(st.integers(0, len(document.text) - 1))
        end = draw(st.integers(start + 1, len(document.text)))
        words = draw(nasty_texts)
        code = BOOK[draw(st.sampled_from(["trust", "money"]))]
        found[document.id, start, end, code.id] = Suggestion(
            segment=qc.Segment(document, qc.Span(start, end)),
            code=code,
            rank=draw(st.integers(1, 9)),
            score=draw(numbers),
            probability=draw(st.none() | st.floats(0, 1)),
            status=draw(st.sampled_from(["cold", "learning", "usable"])),
            explanation=Explanation(
                (PatternMatch(start, end, words, words),) * draw(st.integers(0, 2)),
                (Term(start, end, words, draw(numbers)),),
                (NearSegment(document.id, start, end, words, 0.5),),
                draw(st.none() | st.just(PhraseMatch(words, "name", 0.1))),
            ),
            reason=draw(st.none() | st.just(words)),
            suggester=words,
            fingerprint=FINGERPRINT,
        )
    return documents, list(found.values())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(given=suggested())
def test_reading_gives_what_was_written(kind: str, given: Any) -> None:
    documents, suggestions = given
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"review.{kind}")
        assert write_review_table(suggestions, path, codebook=BOOK) == len(suggestions)
        rows = read_review_table(path, documents, BOOK)
    assert [row.suggestion for row in rows] == suggestions
    spoken = [each.segment.speaker for each in suggestions]
    assert [row.suggestion.segment.speaker for row in rows] == spoken
    assert [row.row for row in rows] == list(range(2, len(rows) + 2))
    assert {(row.verdict, row.new_code, row.new_segment, row.memo) for row in rows} <= {
        (None, None, None, "")
    }


@pytest.mark.parametrize("resave", ["semicolon", "tab", "ansi", "no mark"])
@settings(max_examples=40)
@given(given=suggested())
def test_it_survives_what_spreadsheet_programs_do_to_csv(resave: str, given: Any) -> None:
    documents, suggestions = given
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "review.csv")
        write_review_table(suggestions, path)
        resaved(path, resave)
        rows = read_review_table(path, documents, BOOK)
    assert [row.suggestion for row in rows] == suggestions


def lines_of(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    separator = ";" if ";quote;" in text.partition("\n")[0] else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def resaved(path: Path, how: str) -> None:
    """Save a CSV file as spreadsheet programs do in other countries and other versions."""
    lines = lines_of(path)
    # Excel keeps one kind of line end within cells.
    lines = [[re.sub(r"\r\n?", "\n", cell) for cell in line] for line in lines]
    out = io.StringIO(newline="")
    delimiter = {"semicolon": ";", "tab": "\t"}.get(how, ",")
    csv.writer(out, delimiter=delimiter).writerows(lines)
    encoding = {"ansi": "cp1252", "no mark": "utf-8"}.get(how, "utf-8-sig")
    path.write_bytes(out.getvalue().encode(encoding, errors="replace"))


@settings(max_examples=300)
@given(st.lists(st.lists(nasty_texts | texts(), min_size=2, max_size=2), max_size=3))
def test_no_cell_is_taken_for_a_formula_and_all_come_back(rows: list[list[str]]) -> None:
    columns = [Column("a"), Column("b")]
    rows = [[cells.shown(cell) for cell in row] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        write_cells(path, columns, rows, error=SuggestionError)
        lines = lines_of(path)
        back = read_cells(path, needed=["a", "b"], error=SuggestionError)
    for line in lines:
        for cell in line:
            assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)
            assert not re.fullmatch(r"[\d.,/%-]*\d[\d.,/%-]*", cell)
    assert [list(row.values()) for _, row in back.rows] == [
        row for row in rows if any(cell.strip() for cell in row)
    ]


def test_a_long_hostile_cell_takes_no_time() -> None:
    for cell in ("may" * 5000 + "!", "1 " + "e" * 5000 + "x", "'" * 5000, "1" * 5000 + "x"):
        assert unguarded(guarded(cell)) == cell


# What people see


@pytest.fixture
def project() -> qc.Project:
    made = qc.Project.new("Study", codebook=BOOK)
    made.add_documents({"one": TEXT, "two": "They trust nobody."})
    return made


@pytest.fixture
def found(project: qc.Project) -> tuple[Suggestion, ...]:
    """Return suggestions, the first with a probability and with a formula in its evidence."""
    listed = list(project.autocode("trust", text="trust"))
    assert len(listed) == 4
    evidence = Explanation((PatternMatch(0, 1, "=1+1", "x"),))
    listed[0] = attrs.evolve(listed[0], probability=0.354, explanation=evidence)
    return tuple(listed)


def test_csv_opens_right_in_a_spreadsheet_program(found: Any, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    write_review_table(found, path)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdocument,before,quote,after,code,name,probability,why,")
    first = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert list(first) == [
        "document", "before", "quote", "after", "code", "name", "probability", "why", "verdict",
        "new code", "new quote", "memo", "rank", "status", "suggester", "start", "end", "record",
    ]  # fmt: skip
    assert first["probability"] == "35%"
    assert first["quote"] == "We trust them."
    assert first["before"] == "We share one budget. "
    assert first["after"].startswith(" They trust us.")
    assert (first["verdict"], first["memo"]) == ("", "")
    assert first["record"].isascii()


def test_xlsx_has_what_helps_people(found: Any, project: qc.Project, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    suggestions = project.autocode("trust", regex="=.*")
    suggestions.write(path, codebook=project.codebook)
    book = openpyxl.load_workbook(path)
    sheet = book["review"]
    assert book.active is sheet
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:R2"
    assert sheet.protection.sheet is False
    heads = {cell.value: cell for cell in sheet[1]}
    assert all(cell.font.bold for cell in heads.values())
    hidden = [
        name for name, cell in heads.items() if sheet.column_dimensions[cell.column_letter].hidden
    ]
    assert hidden == ["record"]
    quote = sheet["C2"]
    assert (quote.value, quote.data_type, quote.quotePrefix) == ("= and now?", "s", True)
    assert quote.alignment.wrap_text
    assert sheet.column_dimensions["C"].width == 50
    choices = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert choices == {"I2": '"accept,reject,edit"', "J2": "'new code'!$A$1:$A$2"}
    assert [[cell.value for cell in row] for row in book["new code"]] == [
        ["trust", "Trust", "=They rely on each other."], ["money", "Money", None],
    ]  # fmt: skip
    assert book["new code"]["C1"].data_type == "s"

    write_review_table(found, tmp_path / "shares.xlsx")
    shares = openpyxl.load_workbook(tmp_path / "shares.xlsx")["review"]
    assert (shares["G2"].value, shares["G2"].number_format) == (0.354, "0%")
    assert (shares["G3"].value, shares["H2"].value) == (None, "found: =1+1")
    assert shares["H2"].data_type == "s"


def test_very_long_quotes_fit_into_cells(tmp_path: Path) -> None:
    made = qc.Project.new("Long", codebook=BOOK)
    made.add_document("Wörter, 🙂 und mehr. " * 5000, id="long")
    suggestions = list(made.autocode("trust", text="mehr", unit="document"))
    for kind in KINDS:
        path = tmp_path / f"review.{kind}"
        write_review_table(suggestions, path)
        table = read_cells(path, needed=["record", "record 2"], error=SuggestionError)
        assert max(len(cell) for _, row in table.rows for cell in row.values()) <= 32_767
        assert [
            row.suggestion for row in read_review_table(path, made.documents, BOOK)
        ] == suggestions


def test_an_empty_table_can_be_written_and_read(project: qc.Project, tmp_path: Path) -> None:
    for kind in KINDS:
        assert write_review_table([], tmp_path / f"none.{kind}", codebook=BOOK) == 0
        assert read_review_table(tmp_path / f"none.{kind}", project.documents, BOOK) == ()


def test_verdicts_are_not_overwritten_by_accident(found: Any, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    write_review_table(found, path)
    with pytest.raises(SuggestionError, match="exists already"):
        write_review_table(found, path)
    write_review_table(found[:1], path, replace=True)
    with pytest.raises(SuggestionError, match=r"ends with \.csv or \.xlsx"):
        write_review_table(found, tmp_path / "review.ods")
    with pytest.raises(SuggestionError, match="cannot be written"):
        write_review_table(found, tmp_path / "nowhere" / "review.csv")


def test_xlsx_needs_an_extra(found: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"qualcode\[xlsx\]"):
        write_review_table(found, tmp_path / "review.xlsx")
    assert not (tmp_path / "review.xlsx").exists()
    write_review_table(found, tmp_path / "review.csv")


# What people do to it

Rows = list[dict[str, Any]]
Change = Callable[[Rows], Rows]


def changed(path: Path, change: Change) -> Path:
    """Let a person change a table in a spreadsheet program."""
    if path.suffix == ".csv":
        lines = lines_of(path)
    else:
        book = openpyxl.load_workbook(path)
        sheet = book["review"]
        lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    rows = change([dict(zip(lines[0], line, strict=True)) for line in lines[1:]])
    lines = [list(rows[0]), *([row.get(name) for name in rows[0]] for row in rows)]
    if path.suffix == ".csv":
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";").writerows(lines)
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    else:
        sheet.delete_rows(1, sheet.max_row)
        for line in lines:
            sheet.append(line)
        book.save(path)
    return path


@pytest.fixture(params=KINDS)
def table(request: pytest.FixtureRequest, found: Any, tmp_path: Path) -> Path:
    """Return a table of four suggestions of trust: three in document one, one in two."""
    path = tmp_path / f"review.{request.param}"
    write_review_table(found, path, codebook=BOOK)
    return path


def filled(*filling: dict[str, str]) -> Change:
    def fill(rows: Rows) -> Rows:
        return [
            {**row, **more} for row, more in zip(rows, [*filling, *[{}] * len(rows)], strict=False)
        ]

    return fill


def read(path: Path, project: qc.Project) -> tuple[ReviewedRow, ...]:
    return read_review_table(path, project.documents, project.codebook)


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        *[(cell, "accepted") for cell in ("accept", "Accepted", " a ", "YES", "y", "+")],
        *[(cell, "rejected") for cell in ("reject", "REJECTED", "r", "no", "n", "-")],
        ("", None),
        ("  ", None),
    ],
)
def test_verdicts_can_be_written_in_short(
    table: Path, project: qc.Project, cell: str, verdict: str | None
) -> None:
    rows = read(changed(table, filled({"verdict": cell, "memo": " Said twice. "})), project)
    assert (rows[0].verdict, rows[0].memo) == (verdict, "Said twice.")
    assert [row.verdict for row in rows[1:]] == [None] * 3


def test_an_edited_suggestion_has_another_code_or_other_words(
    table: Path, project: qc.Project
) -> None:
    change = filled(
        {"verdict": "edit", "new code": "Money"},
        {"verdict": "e", "new quote": "trust  US"},
        {"verdict": "edited", "new quote": "now?\nWe trust them.", "new code": "money"},
    )
    rows = read(changed(table, change), project)
    assert [row.verdict for row in rows] == ["edited"] * 3 + [None]
    assert [row.new_code for row in rows] == ["money", None, "money", None]
    assert rows[0].new_segment is None
    quotes = [row.new_segment.quote for row in rows if row.new_segment]
    assert quotes == ["trust us", "now?\nWe trust them."]


def test_rows_can_be_sorted_repeated_and_taken_out(table: Path, project: qc.Project) -> None:
    def change(rows: Rows) -> Rows:
        rows = filled({"verdict": "accept"}, {"verdict": "reject"})(rows)
        first = {**rows[0], "verdict": ""}
        noted = {**rows[0], "memo": "sure"}
        return [first, rows[2], rows[1], dict.fromkeys(rows[0]), rows[0], rows[0], noted]

    rows = read(changed(table, change), project)
    assert [(row.row, row.verdict) for row in rows] == [(6, "accepted"), (3, None), (4, "rejected")]
    assert rows[0].memo == "sure"


def test_other_columns_may_go_and_come(table: Path, project: qc.Project) -> None:
    def change(rows: Rows) -> Rows:
        rows = filled({"verdict": "accept"})(rows)
        gone = ("before", "after", "why", "rank", "name")
        rows = [{name: row[name] for name in row if name not in gone} for row in rows]
        return [{"mine": 1, **{name.title(): cell for name, cell in row.items()}} for row in rows]

    assert read(changed(table, change), project)[0].verdict == "accepted"


# What does not fit

WRONG: list[tuple[Change, str]] = [
    (filled({}, {"verdict": "maybe"}), "row 3: the verdict 'maybe' is none"),
    (filled({"verdict": "edit"}), "row 2: it says 'edit', but has neither a new code nor a new quote"),
    (filled({"new code": "money"}), "row 2: it has no verdict, but has a new code: write 'edit'"),
    (
        filled({"verdict": "accept", "new quote": "trust"}),
        "row 2: it says 'accept', but has a new quote",
    ),
    (filled({"verdict": "reject", "new code": "money"}), "it says 'reject', but has a new code"),
    (filled({"verdict": "edit", "new code": "trust"}), "what is new is what was suggested"),
    (filled({"verdict": "edit", "new code": "mony"}), "row 2: .*Did you mean 'money'"),
    (filled({"verdict": "edit", "new code": "people"}), "row 2: 'people' only groups other codes"),
    (filled({"verdict": "edit", "new code": "gone"}), "row 2: 'gone' is retired"),
    (filled({"verdict": "edit", "new quote": "trust nobody"}), "'trust nobody' does not stand in or"),
    (filled({"verdict": "edit", "new quote": "T"}), "'T' stands 3 times in or around"),
    (filled({"quote": "They trust us."}), "its quote is 'They trust us.', and that of its record"),
    (filled({"code": "money"}), "its code is 'money', and that of its record 'trust'"),
    (filled({"start": "1"}), "its start is '1'"),
    (lambda rows: filled({"record": rows[0]["record"][:90]})(rows), "record is missing or damaged"),
    (filled({"record": ""}), "row 2: its record is missing or damaged"),
    (filled({"record": "5"}), "row 2: its record is missing or damaged"),
    (
        lambda rows: filled({"record": rows[0]["record"].replace('"rank":1', '"rank":2')})(rows),
        "row 2: its record was edited",
    ),
    (
        lambda rows: [{**rows[0], "verdict": "a"}, {**rows[0], "verdict": "r"}],
        "row 3: it decides otherwise than row 2 on 'trust' for the same words: 'We trust them.'",
    ),
    (lambda rows: [{k: v for k, v in row.items() if k != "verdict"} for row in rows], "no column 'v"),
    (lambda rows: [{k: v for k, v in row.items() if k != "record"} for row in rows], "no column 'r"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_does_not_fit_is_named_and_nothing_is_done(
    table: Path, project: qc.Project, change: Change, message: str
) -> None:
    before = project.state
    changed(table, change)
    with pytest.raises(SuggestionError, match=message) as caught:
        project.apply_review(table, coder="ana")
    assert str(caught.value).startswith((f"{table}: ", f"{table}, sheet "))
    assert project.state == before


def test_the_first_faults_are_named_and_all_counted(project: qc.Project, tmp_path: Path) -> None:
    suggestions = project.autocode("trust", regex=".", unit=re.compile(r"\w+"))
    assert len(suggestions) > 9
    path = tmp_path / "review.csv"
    suggestions.write(path)
    changed(path, filled({}, *[{"verdict": "?"}] * 7))
    with pytest.raises(SuggestionError) as caught:
        read(path, project)
    text = str(caught.value)
    assert "review.csv: 7 rows cannot be read, so nothing was decided: row 3: " in text
    assert "row 7: " in text
    assert "row 8: " not in text
    assert text.endswith("; and 2 more")


def test_another_text_document_or_code_is_noticed(table: Path, project: qc.Project) -> None:
    other = qc.Project.new("Other", codebook=BOOK)
    other.add_documents({"one": TEXT.replace("trust", "doubt"), "twos": "They trust nobody."})
    with pytest.raises(SuggestionError) as caught:
        read(table, other)
    assert "row 2: the text of document 'one' is another one than was shown: at 21–35 was" in str(
        caught.value
    )
    assert "row 5: no document has the id 'two'. Did you mean 'twos'?" in str(caught.value)
    codeless = qc.Codebook("none", codes=[qc.Code("trusting")])
    with pytest.raises(SuggestionError, match=r"4 rows.*row 2: .*'trust'.*'trusting'"):
        read_review_table(table, project.documents, codeless)


def test_files_that_are_no_tables_are_refused(project: qc.Project, tmp_path: Path) -> None:
    def refused(name: str, content: bytes | None) -> str:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(SuggestionError) as caught:
            read(tmp_path / name, project)
        assert str(caught.value).startswith(str(tmp_path / name))
        return str(caught.value)

    assert "cannot be read as a table" in refused("none.csv", None)
    assert "cannot be read as a table" in refused("none.xlsx", None)
    assert "damaged" in refused("text.xlsx", b"no zip")
    assert "cut off" in refused("cut.xlsx", b"PK\x03\x04")
    assert "no column 'quote', 'code'" in refused("empty.csv", b"")
    assert "it has a, b" in refused("other.csv", b"a,b\n1,2\n")
    assert "cannot be read" in refused("bad.csv", b'a,"b\n1,2\n')
    assert "cut off" in refused("review.ods", b"PK")
    twice = b"quote,code,verdict,verdict,new code,new quote,memo,start,end,record\n"
    assert "more than one column 'verdict'" in refused("twice.csv", twice)
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    assert "it has none" in refused("empty.xlsx", empty.getvalue())


def test_letters_that_an_old_encoding_lost_are_not_guessed(
    project: qc.Project, found: Any, tmp_path: Path
) -> None:
    path = tmp_path / "review.csv"
    write_review_table(found, path)
    content = path.read_text(encoding="utf-8-sig").replace(
        ",trust,Trust,35%,found: =1+1,,,,", ",trust,Trust,35%,found: =1+1,a,,,naïve"
    )
    path.write_bytes(content.encode("cp1252"))
    with pytest.raises(
        SuggestionError, match=r"row 2: letters beyond ASCII .* 'CSV UTF-8' or XLSX"
    ):
        read(path, project)
    path.write_bytes(content.replace("naïve", "plain").encode("cp1252"))
    assert read(path, project)[0].memo == "plain"


# Carrying it out


def test_a_review_is_carried_out_and_logged(table: Path, project: qc.Project) -> None:
    change = filled(
        {"verdict": "accept", "memo": "clear"},
        {"verdict": "reject"},
        {"verdict": "edit", "new code": "money", "new quote": "trust them"},
    )
    shown = [row.suggestion for row in read(table, project)]
    outcome = project.apply_review(changed(table, change), coder="ana", memo="autumn")
    assert attrs.asdict(outcome) == {
        "accepted": 1, "rejected": 1, "edited": 1, "undecided": 1, "known": 0, "retracted": 0,
    }  # fmt: skip
    made = [
        (each.segment.quote, each.code.id, each.coder, each.memo) for each in project.assignments
    ]
    assert made == [
        ("We trust them.", "trust", "ana", "clear"),
        ("trust them", "money", "ana", "autumn"),
    ]
    assert {each.origin for each in project.assignments} == {shown[0].origin}
    kinds = [(each.kind, each.memo, each.became) for each in project.verdicts]
    assert kinds == [
        ("accepted", "clear", (21, 35, "trust")),
        ("rejected", "autumn", None),
        ("edited", "autumn", (66, 76, "money")),
    ]
    assert [each.explanation for each in project.verdicts] == [
        each.explanation for each in shown[:3]
    ]
    assert [each.probability for each in project.verdicts] == [0.354, None, None]


def test_reading_again_logs_only_what_is_new(table: Path, project: qc.Project) -> None:
    changed(table, filled({"verdict": "accept"}, {"verdict": "reject"}))
    project.apply_review(table, coder="ana")
    state = project.state
    again = project.apply_review(table, coder="ana")
    assert (again.known, again.accepted, again.rejected) == (2, 0, 0)
    assert project.state == state
    changed(table, filled({}, {}, {"verdict": "accept"}))
    third = project.apply_review(table, coder="ana")
    assert (third.known, third.accepted, third.undecided) == (2, 1, 1)
    assert len(project.verdicts) == 3
    ben = project.apply_review(table, coder="ben")
    assert (ben.known, ben.accepted) == (0, 2)
    assert len(project.assignments) == 4


def test_what_stays_decided_after_a_merge_is_known(table: Path, project: qc.Project) -> None:
    project.apply_review(changed(table, filled({"verdict": "accept"})), coder="ana")
    with project.revise(coder="ana") as cb:
        cb.merge(["trust"], into="money")
    again = project.apply_review(table, coder="ana")
    assert (again.known, again.accepted) == (1, 0)
    changed(table, filled({}, {"verdict": "accept"}))
    assert project.apply_review(table, coder="ana").accepted == 1
    assert [each.code.id for each in project.assignments] == ["money", "money"]


def test_who_decides_otherwise_takes_back_what_was_assigned(
    table: Path, project: qc.Project
) -> None:
    project.assign(("one", 36, 50), "trust", coder="ana")
    changed(table, filled(*[{"verdict": "accept"}] * 3))
    project.apply_review(table, coder="ana")
    project.apply_review(table, coder="ben")
    changed(
        table,
        filled(
            {"verdict": "reject"}, {"verdict": "reject"}, {"verdict": "edit", "new code": "money"}
        ),
    )
    outcome = project.apply_review(table, coder="ana")
    assert (outcome.rejected, outcome.edited, outcome.retracted) == (2, 1, 2)
    mine = project.assignments.where(coder="ana")
    # What was assigned by hand stays.
    assert [(each.segment.start, each.code.id, each.origin[:4]) for each in mine] == [
        (36, "trust", "hand"), (63, "money", "sugg"),
    ]  # fmt: skip
    assert len(project.assignments.where(coder="ben")) == 3
    project.apply_review(changed(table, filled({"verdict": "accept"})), coder="ana")
    assert [each.kind for each in project.verdicts if each.start == 21] == [
        "accepted", "accepted", "rejected", "accepted",
    ]  # fmt: skip


def test_machines_do_not_decide(table: Path, project: qc.Project) -> None:
    project.add_coder("robot", kind="machine")
    changed(table, filled({"verdict": "accept"}))
    state = project.state
    with pytest.raises(SuggestionError, match="is a machine"):
        project.apply_review(table, coder="robot")
    with pytest.raises(ProjectError, match="id must be text that is not empty"):
        project.apply_review(table, coder=" ")
    assert project.state == state


def test_a_review_is_saved_and_checked(table: Path, project: qc.Project, tmp_path: Path) -> None:
    changed(table, filled({"verdict": "accept"}, {"verdict": "edit", "new code": "money"}))
    project.apply_review(table, coder="ana")
    project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    assert opened.verdicts == project.verdicts
    assert opened.apply_review(table, coder="ana").known == 2
    assert not qc.check_folder(tmp_path / "study")
