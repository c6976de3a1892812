"""Surveys: a row for each respondent becomes a case, each answer to an open question a document."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from tests.unit.making_files import O, archive

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import DocumentError, DuplicateError, QualcodeError
from qualcode.io.raw.sheets import titles_above
from qualcode.io.surveys.columns import Missing, values_of

SPACES = {"o": "office", "t": "table", "x": "text"}
CSV = """nr;age;member since;weight;seen;why;how
007;31;2020-01-31;1,5;true;"Trust; and money.";
012;NA;;0,5;false; ;By bus.
R_3;52;2021-02-28;2;;We meet.
Often.;On foot.
"""


def made(
    folder: Path, text: str | bytes = CSV, name: str = "answers.csv", **options: Any
) -> qc.SurveyProject:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return qc.read_survey(path, **{"open": ["why", "how"], "id": "nr"} | options)


def quoted(text: str = CSV) -> str:
    return text.replace("We meet.\nOften.", '"We meet.\nOften."')


def texts(read: qc.SurveyProject) -> dict[str, str]:
    return {id: document.text for id, document in read.project.documents.items()}


def variables(read: qc.SurveyProject, case: str) -> dict[str, Any]:
    return dict(read.project.cases[case].variables)


def xlsx(*rows: list[Any], sheets: tuple[str, ...] = ("Answers",)) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    for row in rows:
        book.active.append(row)
    for other in sheets[1:]:
        book.create_sheet(other)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def ods(*rows: list[Any]) -> bytes:
    def cell(value: Any) -> str:
        if isinstance(value, int):
            return f'<t:table-cell o:value-type="float" o:value="{value}"/>'
        return f'<t:table-cell o:value-type="string"><x:p>{value or ""}</x:p></t:table-cell>'

    spaces = "".join(f' xmlns:{short}="{O}{name}:1.0"' for short, name in SPACES.items())
    inside = "".join(f"<t:table-row>{''.join(map(cell, row))}</t:table-row>" for row in rows)
    content = (
        f"<o:document-content{spaces}><o:body><o:spreadsheet><t:table t:name='A'>{inside}</t:table>"
        "</o:spreadsheet></o:body></o:document-content>"
    )
    for short, name in SPACES.items():
        content = content.replace(f"<{short}:", f"<{name}:").replace(f"</{short}:", f"</{name}:")
        content = content.replace(f" {short}:", f" {name}:").replace(
            f"xmlns:{short}=", f"xmlns:{name}="
        )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{O}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


# What it makes


def test_a_respondent_is_a_case_and_each_answer_a_document(tmp_path: Path) -> None:
    read = made(tmp_path, quoted())
    assert texts(read) == {
        "007-why": "Trust; and money.",
        "012-how": "By bus.",
        "R_3-why": "We meet.\nOften.",
        "R_3-how": "On foot.",
    }
    assert list(read.project.cases) == ["007", "012", "R_3"]
    answer = read.project.documents["R_3-how"]
    assert (answer.cases, answer.name) == (("R_3",), "R_3: how")
    assert dict(answer.variables) == {"question": "how"}
    assert answer.source == "answers.csv"
    assert read.project.name == "answers"


def test_closed_questions_are_typed_and_missing_ones_missing(tmp_path: Path) -> None:
    read = made(tmp_path, quoted())
    assert variables(read, "007") == {
        "age": 31,
        "member since": dt.date(2020, 1, 31),
        "weight": 1.5,
        "seen": True,
    }
    assert variables(read, "012") == {"weight": 0.5, "seen": False}
    columns = {each.name: each for each in read.survey.columns}
    age, why = columns["age"], columns["why"]
    assert (age.use, age.type, age.answers, age.missing) == ("variable", "whole number", 2, 1)
    assert (why.use, why.variable, why.answers) == ("open", "why", 2)
    assert read.to_frame()["name"].tolist() == list(columns)


def test_they_are_asked_for_by_question_and_variable(tmp_path: Path) -> None:
    read = made(tmp_path, quoted(), codebook=qc.Codebook("c", codes=[qc.Code("meet")]))
    read.project.assign(("R_3-why", 0, 7), "meet", coder="ana")
    by_question = read.project.crosstab("question", level="code", count="documents").to_frame()
    assert list(by_question.columns)[1:-1] == ["how", "why"]
    by_age = read.project.crosstab("age", level="code", count="documents").to_frame()
    assert by_age.loc["meet", 52] == 1


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_tables_are_parted_by_any_of_these(tmp_path: Path, mark: str) -> None:
    text = mark.join(["nr", '"Why, or; not?"']) + "\n" + mark.join(["1", '"a, b; c"'])
    read = made(tmp_path, text, open="Why, or; not?")
    assert texts(read) == {"1-why-or-not": "a, b; c"}


def test_the_mark_may_be_said_as_excel_does(tmp_path: Path) -> None:
    assert texts(made(tmp_path, "sep=;\r\nnr;why\r\n1;a, b\r\n", open="why")) == {"1-why": "a, b"}


def test_spreadsheets_keep_their_types(tmp_path: Path) -> None:
    data = xlsx(
        ["nr", "age", "seen", "day", "zip", "at", "why"],
        ["007", 31, True, dt.date(2026, 1, 31), "01067", dt.time(9, 30), "Trust."],
        [12, None, False, None, "1067", None, 5],
    )
    read = made(tmp_path, data, "a.xlsx", open="why")
    assert texts(read) == {"007-why": "Trust.", "12-why": "5"}
    assert variables(read, "007") == {
        "age": 31, "seen": True, "day": dt.date(2026, 1, 31), "zip": "01067", "at": "09:30:00",
    }  # fmt: skip
    assert variables(read, "12") == {"seen": False, "zip": "1067"}


def test_ods_and_frames_are_read_alike(tmp_path: Path) -> None:
    heads = ["nr", "age", "why"]
    rows: list[list[Any]] = [heads, ["007", 31, "Trust."], ["012", None, "Money."]]
    frame = pd.DataFrame(rows[1:], columns=heads)
    of_frame = qc.read_survey(frame, open="why", id="nr", name="S")
    of_sheet = made(tmp_path, xlsx(*rows), "a.xlsx", open="why")
    of_text = made(tmp_path, "nr,age,why\n007,31,Trust.\n012,,Money.\n", open="why")
    of_ods = made(tmp_path, ods(*rows), "a.ods", open="why")
    for read in (of_frame, of_sheet, of_text, of_ods):
        assert texts(read) == {"007-why": "Trust.", "012-why": "Money."}
        assert variables(read, "007") == {"age": 31}
        assert variables(read, "012") == {}


def test_a_sheet_is_chosen_where_several_hold_something(tmp_path: Path) -> None:
    data = xlsx(["nr", "why"], ["1", "Tea."], sheets=("Answers", "Empty"))
    assert texts(made(tmp_path, data, "a.xlsx", open="why")) == {"1-why": "Tea."}
    with pytest.raises(DocumentError, match="no sheet 'Other'; there are 'Answers', 'Empty'"):
        made(tmp_path, data, "a.xlsx", open="why", sheet="Other")
    with pytest.raises(DocumentError, match="no sheet holds anything"):
        made(tmp_path, xlsx(sheets=("A", "B")), "b.xlsx", open="why")


def test_short_names_of_questions_are_given_or_made(tmp_path: Path) -> None:
    text = "nr,Why did you join in the first place (please explain)?,How?\n1,a,b\n"
    head = "Why did you join in the first place (please explain)?"
    read = made(tmp_path, text, open=[head, "How?"])
    assert list(texts(read)) == ["1-why-did-you-join-in-the-first", "1-how"]
    read = made(tmp_path, text, open={head: "why", "How?": "how"})
    assert list(texts(read)) == ["1-why", "1-how"]


def test_without_ids_respondents_are_called_by_their_rows(tmp_path: Path) -> None:
    read = made(tmp_path, "why\na\n\nb\n", open="why", id=None)
    assert texts(read) == {"row-2-why": "a", "row-4-why": "b"}


def test_respondents_without_an_open_answer_are_cases_all_the_same(tmp_path: Path) -> None:
    read = made(tmp_path, "nr,age,why\n1,30,\n2,40,b\n", open="why")
    assert list(read.project.cases) == ["1", "2"]
    assert list(texts(read)) == ["2-why"]


# Order


def test_ordered_categories_keep_their_order(tmp_path: Path) -> None:
    order = ["never", "sometimes", "often"]
    text = "nr,use,why\n1,often,x\n2,never,x\n3,,x\n4,sometimes,x\n"
    read = made(
        tmp_path,
        text,
        open="why",
        orders={"use": order},
        codebook=qc.Codebook("c", codes=[qc.Code("x")]),
    )
    for id in read.project.documents:
        read.project.assign((id, 0, 1), "x", coder="ana")
    columns = list(read.project.crosstab("use", level="code", count="documents").to_frame().columns)
    assert columns[1:-1] == [*order, "(not known)"]
    assert read.to_frame().set_index("name").loc["use", "order"] == tuple(order)
    assert "ordered: never < sometimes < often" in str(read)
    with pytest.raises(DocumentError, match="row 2: 'often' is not among its ordered categories"):
        made(tmp_path, text, open="why", orders={"use": order[:2]})


def test_ordered_categories_of_a_frame_are_kept() -> None:
    frame = pd.DataFrame({"nr": ["1", "2"], "why": ["x", "y"], "rank": [2.0, 1.0]})
    frame["rank"] = pd.Categorical(frame["rank"], categories=[2.0, 1.0], ordered=True)
    read = qc.read_survey(frame, open="why", id="nr")
    assert read.survey.columns[2].order == ("2", "1")
    assert variables(read, "1") == {"rank": 2}


# Heads


def test_columns_of_one_name_are_kept_apart_and_told(tmp_path: Path) -> None:
    text = "nr,why,why,question,,empty\n1,a,b,c,d,\n"
    read = made(tmp_path, text, open=["why", "why (2)"])
    assert texts(read) == {"1-why": "a", "1-why-2": "b"}
    assert variables(read, "1") == {"question (2)": "c", "column 5": "d"}
    assert [each.name for each in read.losses] == ["why (2)", "question (2)", "column 5"]
    assert "'why' is the head of column 2 too" in read.losses[0].reason


def test_the_heads_of_surveymonkey(tmp_path: Path) -> None:
    text = (
        "Respondent ID,Use,,Why?\n,bus,train,Open-Ended Response\n"
        "1,often,no,Cheap.\n2,no,often,Quick.\n"
    )
    read = made(tmp_path, text, id="Respondent ID", open="Why?")
    assert variables(read, "1") == {"Use – bus": "often", "Use – train": "no"}
    assert texts(read) == {"1-why": "Cheap.", "2-why": "Quick."}
    assert "row 2 holds no respondent" in str(read.losses)


def test_the_heads_of_qualtrics(tmp_path: Path) -> None:
    text = (
        "ResponseId,Q1,Q2\nResponse ID,How old are you?,Why?\n"
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"\n'
        "R_1,30,Cheap.\nR_2,40,Quick.\n"
    )
    read = made(tmp_path, text, id="ResponseId", open={"Q2": "why"})
    assert variables(read, "R_1") == {"Q1": 30}
    assert read.to_frame()["wording"].tolist() == ["Response ID", "How old are you?", "Why?"]


def test_rows_of_heads_may_be_said(tmp_path: Path) -> None:
    text = "nr,Q1\nNumber,Why?\n1,a\n"
    assert texts(made(tmp_path, text, open="Q1", heads=2)) == {"1-Q1": "a"}
    with pytest.raises(DocumentError, match="has 1 rows that are not empty, and needs more than 2"):
        made(tmp_path, "nr,why\n", heads=2)


# Again and more


def test_adding_the_same_again_changes_nothing(tmp_path: Path) -> None:
    read = made(tmp_path, quoted())
    length = len(read.project.log)
    again = read.project.add_survey(tmp_path / "answers.csv", open=["why", "how"], id="nr")
    assert again.documents == ()
    assert len(again.cases) == 3
    read.project.set_variables("case:007", age=32)
    read.project.add_survey(tmp_path / "answers.csv", open=["why", "how"], id="nr")
    assert read.project.cases["007"].variables["age"] == 32
    assert len(read.project.log) == length + 1


def test_a_second_survey_adds_to_the_respondents(tmp_path: Path) -> None:
    read = made(tmp_path, "nr,age,why\n1,30,a\n", open="why")
    (tmp_path / "b.csv").write_text("nr,mood,how\n1,4,b\n2,5,c\n")
    survey = read.project.add_survey(tmp_path / "b.csv", open="how", id="nr")
    assert [each.id for each in survey.documents] == ["1-how", "2-how"]
    assert variables(read, "1") == {"age": 30, "mood": 4}
    (tmp_path / "c.csv").write_text("nr,mood,what\n2,5,c\n1,3,b\n")
    length = len(read.project.log)
    with pytest.raises(DuplicateError, match=r"row 3: '1' is in the project with 'mood' 4"):
        read.project.add_survey(tmp_path / "c.csv", open="what", id="nr")
    assert len(read.project.log) == length, "all or nothing"
    read.project.add_survey(
        tmp_path / "c.csv", open="what", id="nr", variables={"mood": "mood at the end"}
    )
    assert variables(read, "1")["mood at the end"] == 3


def test_a_survey_is_one_step_and_is_kept(tmp_path: Path) -> None:
    read = made(tmp_path, quoted())
    read.project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    assert opened.state == read.project.state
    read.project.undo()
    assert (len(read.project.documents), len(read.project.cases)) == (0, 0)
    with pytest.raises(DuplicateError, match="whose addition was undone"):
        read.project.add_survey(tmp_path / "answers.csv", open=["why", "how"], id="nr")


# What is refused, by row


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("nr,why\n1,a\n2,b\n1,c\n", {}, "rows 2 and 4 have the same id '1'"),
        ("nr,why\n1,a\n,b\n", {}, "row 3: there is no id in 'nr'"),
        ("nr,why\n1,a, b\n", {}, "row 2: has 3 cells, and there are 2 heads"),
        ("nr,why\n1,a\n", {"open": "wy"}, "no column 'wy'; there are nr, why. Did you mean 'why'"),
        ("nr,why\n1,a\n", {"id": "no"}, "id: there is no column 'no'"),
        ("nr,why\n1,a\n", {"id": "why"}, "cannot be both the id and a question"),
        ("nr,why\n1,a\n", {"open": []}, "name at least one column"),
        ("nr,why\n1,a\n", {"open": {"why": "a b"}}, "becomes part of ids"),
        ("nr,why,x\n1,a,2\n", {"variables": ["why"]}, "is the id or an open question"),
        ("nr,why,x\n1,a,2\n", {"variables": {"x": "question"}}, "which question it answers"),
        ("nr,why,x,y\n1,a,2,3\n", {"variables": {"x": "z", "y": "z"}}, "both be the variable 'z'"),
        ("nr,why,x\n1,a,2\n", {"orders": {"z": ["a"]}}, "no column 'z'"),
        ("nr,why,x\n1,a,2\n", {"missing": {"x": [None]}}, "list of texts or numbers"),
        ('nr,why\n1,"a\n', {}, "a quotation mark that is opened"),
        ("", {}, "has 0 rows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    tmp_path: Path, text: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(QualcodeError, match=message):
        made(tmp_path, text, **{"open": "why"} | options)


def test_files_that_are_no_tables_are_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"tables are read from \.csv"):
        made(tmp_path, b"x", "a.sav")
    with pytest.raises(DocumentError, match="is no spreadsheet, or damaged"):
        made(tmp_path, b"PX", "a.xlsx")


def test_empty_rows_between_others_are_told(tmp_path: Path) -> None:
    read = made(tmp_path, "nr,why\n1,a\n,\n\n2,b\n,\n", open="why")
    assert [(each.element, each.reason, each.count) for each in read.losses] == [
        ("empty row", "nothing stands in row 3, 4", 2)
    ]


def test_quotation_marks_within_words_do_not_matter(tmp_path: Path) -> None:
    read = made(tmp_path, 'nr;why\n1;"So" he said\n', open="why")
    assert texts(read)["1-why"].endswith("he said")


# Values


@pytest.mark.parametrize(
    ("cells", "values", "mixed"),
    [
        (["3", "12", ""], (3, 12, None), ""),
        (["007", "12"], ("007", "12"), ""),
        (["1.5", "2"], (1.5, 2.0), ""),
        (["1,000", "2,000"], ("1,000", "2,000"), ""),
        (["1,25", "2"], (1.25, 2.0), ""),
        (["TRUE", "false"], (True, False), ""),
        (["2026-01-31", "2026-02-30"], ("2026-01-31", "2026-02-30"), ""),
        ([1.0, None, float("nan")], (1, None, None), ""),
        ([1, "2"], (1, 2), ""),
        ([1, "two"], ("1", "two"), "text and whole number"),
        ([True, 2], ("True", "2"), "true or false and whole number"),
        (["12345678901234567890"], ("12345678901234567890",), ""),
        ([None, " ", "NA"], (None, None, None), ""),
    ],
)
def test_values_of_a_column(cells: list[Any], values: tuple[Any, ...], mixed: str) -> None:
    found = values_of(
        cells, range(len(cells)), missing=Missing(frozenset({"NA"})), where="x", comma=True
    )
    assert (found.values, found.mixed) == (values, mixed)
    assert [type(each) for each in found.values] == [type(each) for each in values]


def test_a_minus_that_is_set_in_type_is_a_minus(tmp_path: Path) -> None:
    text = "nr,change,why\n1,−99,a\n2,−1.5,b\n3,2,c\n"
    read = made(tmp_path, text, open="why", missing=[-99])
    assert [variables(read, nr) for nr in "123"] == [{}, {"change": -1.5}, {"change": 2.0}]


def test_titles_above_the_heads_are_passed_over_and_listed(tmp_path: Path) -> None:
    rows = [
        ["Residents, 2025"],
        ["exported 3 May"],
        [],
        ["nr", "why", "site"],
        [1, "Trust.", "north"],
    ]
    (tmp_path / "answers.xlsx").write_bytes(xlsx(*rows))
    read = qc.read_survey(tmp_path / "answers.xlsx", open=["why"], id="nr")
    assert variables(read, "1") == {"site": "north"}
    titles = [each.name for each in read.losses if each.element == "title"]
    assert titles == ["Residents, 2025", "exported 3 May"]
    # Who says how many rows of heads there are is believed.
    two = [["", "Use", ""], ["nr", "bus", "why"], ["1", "often", "Trust."]]
    (tmp_path / "two.xlsx").write_bytes(xlsx(*two))
    said = qc.read_survey(tmp_path / "two.xlsx", open=["Use – why"], id="nr", heads=2)
    assert variables(said, "1") == {"Use – bus": "often"}


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Title"], ["nr", "why", "site"], ["1", "a", "b"]], 1),
        ([["Title"], [], ["nr", "why"], ["1", "a"]], 1),
        ([["why", ""], ["They trust us.", "yes"], ["Money.", "no"]], 0),  # a column without a head
        ([["why"], ["They trust us."], ["Money."]], 0),
        ([["Title"], ["1", "2", "3"], ["4", "5", "6"]], 0),
        ([["nr", "why"], ["1", "a"]], 0),
        ([["Title"], ["nr", "why", "site"]], 0),  # no row below
        ([], 0),
    ],
)
def test_a_title_is_alone_in_its_row_above_heads(rows: list[list[str]], count: int) -> None:
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if row]
    assert titles_above(numbered) == count


def test_what_stands_for_no_answer_may_be_said(tmp_path: Path) -> None:
    text = "nr,age,n,why\n1,99,99,-\n2,30,NA,b\n"
    read = made(tmp_path, text, open="why", missing={"age": [99], "why": ["-"]})
    assert variables(read, "1") == {"n": 99}
    assert list(texts(read)) == ["2-why"]
    assert variables(made(tmp_path, text, open="why", missing=[99]), "2") == {"age": 30, "n": "NA"}


@pytest.mark.parametrize("said", [-99, -99.0, "-99", "-99.0", "-99,0"])
@pytest.mark.parametrize("kind", ["point", "comma", "xlsx", "texts"])
def test_a_number_for_no_answer_is_the_same_however_written(
    tmp_path: Path, kind: str, said: float | str
) -> None:
    rows = [["nr", "age", "income", "zip", "why"], ["007", -99, -99.0, "-099", "-99"]]
    rows += [["099", 31, 1.5, "01067", "Trust."], ["1", 40, -99.5, "99", "-99 %"]]
    if kind == "point":
        data: str | bytes = "\n".join(",".join(map(str, row)) for row in rows)
    elif kind == "comma":
        shown = [
            ";".join(str(each).replace(".0", ",0").replace("9.5", "9,5") for each in row)
            for row in rows
        ]
        data = "\n".join(shown).replace("1.5", "1,5").encode("cp1252")
    elif kind == "xlsx":
        data = xlsx(*rows)
    else:
        data = xlsx(rows[0], *([str(each) for each in row] for row in rows[1:]))
    name = "a.xlsx" if kind in ("xlsx", "texts") else "a.csv"
    read = made(tmp_path, data, name, open="why", missing=[said])
    assert variables(read, "007") == {"zip": "-099"}
    assert variables(read, "099") == {"age": 31, "income": 1.5, "zip": "01067"}
    assert variables(read, "1") == {"age": 40, "income": -99.5, "zip": "99"}
    assert texts(read) == {"099-why": "Trust.", "1-why": "-99 %"}


def test_what_may_be_a_thousand_is_not_taken_for_one() -> None:
    assert not Missing(frozenset({"1"}))("1,000")
    assert not Missing(frozenset({"7"}))("007")
    assert not Missing(frozenset({"1"}))(True)


def test_ids_stay_as_they_are_in_every_kind_of_file(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["nr", "why"], ["007", "a"], [1.0, "b"], ["1.50", "c"], ["Zoë", "d"]]
    sheet = made(tmp_path, xlsx(*rows), "a.xlsx", open="why")
    text = "nr;why\r\n007;a\r\n1;b\r\n1.50;c\r\nZoë;d\r\n"
    for read in (sheet, made(tmp_path, text.encode("cp1252"), open="why")):
        assert [case.name for case in read.project.cases.values()] == ["007", "1", "1.50", "Zoë"]
        assert list(read.project.cases)[:3] == ["007", "1", "1.50"]


@pytest.mark.parametrize("said", [["--missing", "-99"], ["--missing=-99,0"]])
def test_a_negative_number_for_no_answer_on_the_command_line(
    tmp_path: Path, said: list[str]
) -> None:
    table, study = tmp_path / "a.csv", tmp_path / "study"
    table.write_bytes("nr;agree;why\n007;5;für mich\n2;-99,0;Nein\n".encode("cp1252"))
    qc.Project.create(study, coder="ana").save()
    options = ["--id", "nr", "--open", "why", "--order", "agree=1,2,3,4,5", *said]
    result = CliRunner().invoke(main, ["survey", str(study), str(table), *options])
    assert result.exit_code == 0, result.output
    assert "agree: whole number, 1 missing, ordered: 1 < 2 < 3 < 4 < 5" in result.output
    cases = qc.Project.open(study).cases
    assert [dict(each.variables) for each in cases.values()] == [{"agree": 5}, {}]


def test_codings_find_documents_by_name_as_well() -> None:
    project = qc.Project.new("S", codebook=qc.Codebook("c", codes=[qc.Code("trust")]))
    frame = pd.DataFrame({"id": ["R_01", "R_02"], "answer": ["I trust", "No"]})
    project.add_documents(frame, text="answer", id="id")
    row = {"start": [0], "end": [7], "code": ["trust"]}
    assert project.assign_frame(pd.DataFrame({"document": ["R_01"], **row}), coder="ana") == 1
    assert project.assignments[0].segment.document.id == "r-01"
    project.add_documents({"a": "One two", "b": "One two"})
    for id in ("a", "b"):
        project.rename(id, "twice")
    with pytest.raises(QualcodeError, match="several documents are called 'twice': a, b"):
        project.assign_frame(pd.DataFrame({"document": ["twice"], **row}), coder="ana")
    with pytest.raises(QualcodeError, match="'R_1' does not exist"):
        project.assign_frame(pd.DataFrame({"document": ["R_1"], **row}), coder="ana")
