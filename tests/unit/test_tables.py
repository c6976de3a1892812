"""Tables of assignments: each row that does not fit is named, and then none is assigned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import qualcode as qc
from qualcode.errors import AssignmentError


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust", name="Trust"), qc.Code("no")])
    made = qc.Project.new("Study", codebook=book)
    made.add_documents({"a": "We trust them. They trust us.", "12": "Twelve."})
    return made


def frame(**columns: Any) -> pd.DataFrame:
    good = {"document": ["a", "a"], "start": [0, 3], "end": [2, 8], "code": ["trust", "no"]}
    return pd.DataFrame({**good, "coder": ["ana", "ana"], **columns})


FITTING = [
    {"start": ["0", "3"]},
    {"start": [0.0, 3.0]},
    {"start": pd.array([0, 3], dtype="Int64")},
    {"code": pd.Categorical(["Trust", "no"]), "document": pd.Categorical(["a", "a"])},
    {"code": pd.array(["trust", "no"], dtype="string"), "coder": pd.array(["ana"] * 2, "string")},
    {"weight": [None, 0.5]},
    {"weight": ["", "0.5"], "memo": [np.nan, ""]},
    {"quote": ["We", None]},
    {"origin": ["hand", "hand"], "name": ["Trust", "no"], "time": ["2026-01-31T10:00:00Z", ""]},
    {"time": [pd.Timestamp("2026-01-31"), pd.NaT]},
]


@pytest.mark.parametrize("columns", FITTING, ids=str)
def test_what_can_be_understood_is_assigned(project: qc.Project, columns: dict[str, Any]) -> None:
    assert project.assign_frame(frame(**columns)) == 2
    assert [each.segment.quote for each in project.assignments] == ["We", "trust"]
    assert {each.code.id for each in project.assignments} == {"trust", "no"}


def test_numbers_name_documents_codes_and_coders_by_their_digits(project: qc.Project) -> None:
    rows = {"document": [12.0], "start": [0.0], "end": [6.0], "code": ["no"], "coder": [7]}
    project.assign_frame(pd.DataFrame(rows))
    assert [(each.segment.quote, each.coder) for each in project.assignments] == [("Twelve", "7")]


def test_a_column_that_is_not_known_is_refused(project: qc.Project) -> None:
    with pytest.raises(AssignmentError, match=r"column 'wieght'.*Did you mean 'weight'"):
        project.assign_frame(frame(wieght=[1, 2]))


def test_rows_that_are_repeated_become_one_with_all_their_memos(project: qc.Project) -> None:
    rows = pd.concat([frame(memo=["one", "x"]), frame(memo=["two", "x"], weight=[3, np.nan])])
    assert project.assign_frame(rows) == 2
    assert [(each.memo, each.weight) for each in project.assignments] == [
        ("one\ntwo", 3),
        ("x", None),
    ]
    differ = pd.concat([frame(weight=[1, 2]), frame(weight=[1, 3])])
    with pytest.raises(AssignmentError, match=r"row 4: the weight 3 .* row 2 .* 2"):
        project.assign_frame(differ)


WRONG = [
    ({"start": [0, "x"]}, "row 2: 'x'–8 is no span of document 'a', which has 29"),
    ({"start": [0, np.nan]}, "row 2: nan–8 is no span"),
    ({"end": [2, np.inf]}, "row 2: 3–inf is no span"),
    ({"end": [2, 7.5]}, "row 2: 3–7.5 is no span"),
    ({"end": [2, 3]}, "row 2: 3–3 is no span"),
    ({"document": ["a", 13]}, "row 2: the document '13' does not exist"),
    ({"document": ["a", None]}, "row 2: it has no document"),
    ({"document": ["a", ["a"]]}, "row 2: document must be text or a number, not"),
    ({"start": [0, True]}, "row 2: True–8 is no span"),
    ({"memo": ["x", 3]}, "row 2: memo must be text, not 3"),
    ({"time": ["2026-01-31", "soon"]}, "row 2: time 'soon' .* is not a time"),
    ({"code": ["trust", None]}, "row 2: it has no code"),
    ({"code": ["trust", "trsut"]}, "row 2: .*'trsut'.*Did you mean 'trust'"),
    ({"coder": ["ana", None]}, "row 2: it has no coder"),
    ({"coder": ["ana", " "]}, "row 2: it has no coder"),
    ({"coder": ["ana", "a\nb"]}, "row 2: coder .*no line breaks"),
    ({"weight": [1, "much"]}, "row 2: the weight 'much' .*is no finite number"),
    ({"weight": [1, np.inf]}, "row 2: the weight inf .*is no finite number"),
    ({"quote": ["We", "truss"]}, "row 2: the quote 'truss' is not what stands at 3–8: 'trust'"),
    ({"quote": ["We", 5]}, "row 2: quote must be text, not 5"),
]


@pytest.mark.parametrize(("columns", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_row_that_does_not_fit_is_named_and_none_is_assigned(
    project: qc.Project, columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(
        AssignmentError, match=f"^1 rows cannot be assigned, so none was: {message}"
    ):
        project.assign_frame(frame(**columns))
    assert len(project.assignments) == 0
    assert list(project.coders) == ["project"]


def test_the_first_five_bad_rows_are_shown_in_order(project: qc.Project) -> None:
    bad = pd.DataFrame(
        {"document": ["a"] * 9, "start": [*range(9)], "end": [9] * 9, "code": "trust"}
    )
    bad["code"] = bad["code"].where(bad.index % 2 == 0, "trsut")
    bad.loc[[2, 6], "end"] = 99
    with pytest.raises(
        AssignmentError, match=r"row 2: .*row 3: .*row 4: .*row 6: .*row 7: .*and 1 mo"
    ):
        project.assign_frame(bad, coder="ana")


def test_a_table_without_its_columns_is_refused(project: qc.Project) -> None:
    with pytest.raises(
        AssignmentError, match="no column 'code'; it has document, start, end, codes"
    ):
        project.assign_frame(frame().rename(columns={"code": "codes"}))
    with pytest.raises(AssignmentError, match="no column 'coder': say who assigned"):
        project.assign_frame(frame().drop(columns="coder"))
    twice = pd.concat([frame(), frame()[["code"]]], axis=1)
    with pytest.raises(AssignmentError, match="more than one column 'code'"):
        project.assign_frame(twice)
    assert project.assign_frame(frame().iloc[:0]) == 0


def test_every_text_goes_through_csv(project: qc.Project, tmp_path: Path) -> None:
    texts = ["NA", "null", "a,b", 'a "b"', "a\nb", "a\r\nb", "a\rb", " a ", "1.0", "é🤝", "#", "'"]
    for at, text in enumerate(texts):
        project.assign(("a", at, at + 5), "trust", coder="ana", memo=text, weight=at / 3)
    project.write_csv(tmp_path / "rows.csv")
    other = qc.Project.new("Other", codebook=project.codebook)
    other.add_documents({"a": project.documents["a"].text})
    assert other.assign_csv(tmp_path / "rows.csv") == len(texts)
    assert [each.memo for each in other.assignments] == texts
    assert [each.weight for each in other.assignments] == [at / 3 for at in range(len(texts))]


def test_a_file_that_is_no_table_is_named(project: qc.Project, tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match=r"absent\.csv: cannot be read as a table"):
        project.assign_csv(tmp_path / "absent.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AssignmentError, match=r"binary\.csv: cannot be read as a table"):
        project.assign_csv(tmp_path / "binary.csv")
    with pytest.raises(AssignmentError, match="cannot be written"):
        project.write_csv(tmp_path / "nowhere" / "rows.csv")
