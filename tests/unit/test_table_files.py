"""Tables of codings as people have them: what one reader forgives, each does; and words say where."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import AssignmentError
from qualcode.io.tables.guards import guarded, guarded_formula, unguarded
from qualcode.model.texts.offsets import UNITS, code_points, starts_in
from qualcode.testing import texts

TEXT = "I trust Joan \U0001f4a9. We left. They trust us. We left."


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("c", codes=[qc.Code("trust", name="\u00c9lan"), qc.Code("money")])
    made = qc.Project.new("S", codebook=book)
    made.add_document(TEXT, id="a")
    return made


FILES = {
    "semicolon.csv": b"document;start;end;code\na;0;7;trust\n",
    "tab.csv": b"document\tstart\tend\tcode\na\t0\t7\ttrust\n",
    "tab.tsv": b"document\tstart\tend\tcode\na\t0\t7\ttrust\n",
    "said.csv": b"sep=;\r\ndocument;start;end;code\r\na;0;7;trust\r\n",
    "heads.csv": b" Document ,START,End,Code\na,0,7,trust\n",
    "spaces.csv": b"document, start, end, code\na, 0, 7, trust\n",
    "empty-rows.csv": b",,,\ndocument,start,end,code\n,,,\na,0,7,trust\n, ,,\n",
    "empty-column.csv": b"document,start,end,code,,\na,0,7,trust,,\n",
    "mark.csv": b"\xef\xbb\xbfdocument,start,end,code\na,0,7,trust\n",
    "unicode.txt": "document\tstart\tend\tcode\na\t0\t7\t\u00c9lan\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_table_is_read(project: qc.Project, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    assert project.assign_csv(tmp_path / name, coder="ana") == 1
    assert [each.segment.quote for each in project.assignments] == ["I trust"]


def test_of_several_sheets_the_one_with_codings_is_read(
    project: qc.Project, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["notes", "on this file"])
    sheet = book.create_sheet("codings")
    for row in ([], ["Document", "Start", "End", "Code"], ["a", 0, 7.0, "\u00c9lan"], []):
        sheet.append(row)
    book.save(tmp_path / "codings.xlsx")
    assert project.assign_csv(tmp_path / "codings.xlsx", coder="ana") == 1


def test_another_encoding_is_refused_with_advice_and_read_when_said(
    project: qc.Project, tmp_path: Path
) -> None:
    path = tmp_path / "ansi.csv"
    path.write_bytes("document,start,end,code\na,0,7,\u00c9lan\n".encode("cp1252"))
    with pytest.raises(
        AssignmentError, match=r"ansi\.csv.*line 2: byte .* 'CSV UTF-8' or XLSX.*cp1252"
    ):
        project.assign_csv(path, coder="ana")
    assert project.assign_csv(path, coder="ana", encoding="cp1252") == 1


def test_rows_are_called_by_the_numbers_that_the_program_shows(
    project: qc.Project, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("document,start,end,code\n,,,\na,0,7,trust\na,0,7,trsut\n")
    with pytest.raises(AssignmentError, match=r"rows\.csv: 1 rows .*: row 4: .*'trsut'") as caught:
        project.assign_csv(path, coder="ana")
    assert caught.value.rows == (1,)
    path.write_text("document,start,start,end,code\na,0,0,7,trust\n")
    with pytest.raises(AssignmentError, match=r"rows\.csv: has more than one column 'start'"):
        project.assign_csv(path, coder="ana")


# What is written opens rightly, and comes back


@settings(max_examples=200)
@given(texts() | st.sampled_from(["=1+1", "'=1+1", "''=1", "-x", "\t=x", "'007", "007", "'tis"]))
def test_a_guard_is_taken_away_and_nothing_else(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert unguarded(guarded_formula(text)) == text
    assert not guarded_formula(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_codings_come_back_as_they_were(project: qc.Project, tmp_path: Path, kind: str) -> None:
    memos = ["=cmd|'/c calc'!A1", "@x", "007", "'007", "1-2", "_x0041_", "\u00e9\n- so", "NA"]
    for at, memo in enumerate(memos):
        project.assign(("a", at, at + 9), "money", coder="ana", memo=memo, weight=at / 3)
    path = tmp_path / f"out.{kind}"
    project.write_csv(path)
    other = qc.Project.new("Other", codebook=project.codebook)
    other.add_document(TEXT, id="a")
    assert other.assign_csv(path) == len(memos)
    assert [each.memo for each in other.assignments] == memos
    # Spreadsheets keep numbers to sixteen digits.
    assert [each.weight for each in other.assignments] == pytest.approx([at / 3 for at in range(8)])


def test_csv_opens_rightly_and_statistics_programs_read_it_too(
    project: qc.Project, tmp_path: Path
) -> None:
    project.assign(("a", 0, 7), "trust", coder="ana", memo="=1+1")
    project.assign(("a", 0, 7), "money", coder="007")
    project.write_csv(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfdocument,")
    frame = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert list(frame["memo"]) == ["'=1+1", ""]
    assert list(frame["coder"]) == ["ana", "007"]
    assert frame["name"].iloc[0] == "\u00c9lan"


def test_what_no_cell_of_a_spreadsheet_holds_is_refused(tmp_path: Path) -> None:
    project = qc.Project.new("S", codebook=qc.Codebook("c", codes=[qc.Code("trust")]))
    project.add_document("long " * 8000, id="a")
    project.assign(("a", 0, 40_000), "trust", coder="ana")
    with pytest.raises(AssignmentError, match=r"row 2: the quote has 40,000 characters.*write CSV"):
        project.write_csv(tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


# Offsets of another kind


@given(texts(), st.sampled_from(UNITS))
def test_offsets_in_every_unit_come_back(text: str, unit: str) -> None:
    starts = starts_in(text, unit).tolist()
    assert code_points(text, starts, unit) == list(range(len(text) + 1))
    if unit != "code point":
        assert starts[-1] == len(text.encode(unit + "-le" if unit == "utf-16" else unit)) // (
            2 if unit == "utf-16" else 1
        )
    between = {*range(starts[-1] + 3)} - {*starts}
    assert set(code_points(text, sorted(between), unit)) <= {-1}


def rows(**columns: object) -> pd.DataFrame:
    start = TEXT.index("trust us") + 1  # as UTF-16 counts it, the emoji being two
    return pd.DataFrame(
        {"document": ["a"], "start": [start], "end": [start + 8], "code": "money", **columns}
    )


def test_offsets_are_what_they_are_said_to_be(project: qc.Project) -> None:
    project.assign_frame(rows(), coder="ana", offsets="utf-16")
    assert [each.segment.quote for each in project.assignments] == ["trust us"]
    with pytest.raises(AssignmentError, match=r"offsets must be one of .*not 'utf-32'"):
        project.assign_frame(rows(), coder="ana", offsets="utf-32")
    odd = rows(start=[TEXT.index("\U0001f4a9") + 1])
    with pytest.raises(AssignmentError, match="row 1: 14–39 is no span"):
        project.assign_frame(odd, coder="ana", offsets="utf-16")


def test_the_quotes_prove_the_unit_where_every_row_has_one(project: qc.Project) -> None:
    project.assign_frame(rows(quote=["trust us"]), coder="ana")
    assert [each.segment.quote for each in project.assignments] == ["trust us"]
    without = pd.concat([rows(quote=["trust us"]), rows(quote=[None])])
    with pytest.raises(
        AssignmentError,
        match=r"row 1: the quote 'trust us' is not what stands at .*say offsets='utf-16'",
    ):
        project.assign_frame(without, coder="ana")
    wrong = rows(quote=["They"])
    with pytest.raises(
        AssignmentError, match=r"row 1: the quote 'They' is not .*It stands at 25–29"
    ):
        project.assign_frame(wrong, coder="ana")


# Words without offsets


def test_words_say_where_a_coding_belongs(project: qc.Project) -> None:
    words = pd.DataFrame(
        {"document": "a", "code": "money", "quote": ["I trust Joan", "they  TRUST us."]}
    )
    assert project.assign_frame(words, coder="ana") == 2
    assert [each.segment.quote for each in project.assignments] == [
        "I trust Joan",
        "They trust us.",
    ]


def test_words_that_stand_twice_or_never_are_named(project: qc.Project) -> None:
    words = pd.DataFrame(
        {"document": "a", "code": "money", "quote": ["We left.", "I trust", "We stayed.", None]}
    )
    with pytest.raises(AssignmentError) as caught:
        project.assign_frame(words, coder="ana")
    assert str(caught.value) == (
        "3 rows cannot be assigned, so none was: row 1: 'We left.' stands 2 times in document 'a', at 16–24, "
        "40–48: say which with start and end; row 3: 'We stayed.' does not stand in document 'a'; row 4: it "
        "has neither start and end nor a quote"
    )
    assert caught.value.rows == (0, 2, 3)
    rest = words.drop(words.index[list(caught.value.rows)])
    assert project.assign_frame(rest, coder="ana") == 1


def test_some_rows_may_have_offsets_and_others_words(project: qc.Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "document,start,end,code,quote\na,0,7,money,I trust\na,,,trust,They trust us.\n"
    )
    assert project.assign_csv(path, coder="ana") == 2
    path.write_text("document,start,end,code,quote\na,0,,money,I trust\n")
    with pytest.raises(AssignmentError, match="row 2: 0–'' is no span"):
        project.assign_csv(path, coder="ana")


def test_a_damaged_parquet_file_is_refused(project: qc.Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"Document": ["a"], "START": [0], "end": [7], "code": ["trust"]}).to_parquet(path)
    assert project.assign_csv(path, coder="ana") == 1
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(AssignmentError, match=r"rows\.parquet: cannot be read as a table"):
        project.assign_csv(path, coder="ana")
