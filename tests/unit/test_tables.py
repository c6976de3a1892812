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
    {"origin": ["hand", "hand"], "anything": [1, 2]},
]


@pytest.mark.parametrize("columns", FITTING, ids=str)
def test_what_can_be_understood_is_assigned(project: qc.Project, columns: dict[str, Any]) -> None:
    assert project.assign_frame(frame(**columns)) == 2
    assert [each.segment.quote for each in project.assignments] == ["We", "trust"]
    assert {each.code.id for each in project.assignments} == {"trust", "no"}


def test_numbers_in_a_column_of_memos_are_kept(project: qc.Project) -> None:
    project.assign_frame(frame(memo=[5, np.nan]))
    assert [each.memo for each in project.assignments] == ["5.0", None]


WRONG = [
    ({"start": [0, "x"]}, "row 2: x–8 is no span of document 'a', which has 29"),
    ({"start": [0, np.nan]}, "row 2: nan–8 is no span"),
    ({"end": [2, np.inf]}, "row 2: 3–inf is no span"),
    ({"end": [2, 7.5]}, "row 2: 3–7.5 is no span"),
    ({"end": [2, 3]}, "row 2: 3–3 is no span"),
    ({"document": ["a", 12]}, "row 2: the document 12 does not exist. Did you mean '12'"),
    ({"document": ["a", None]}, "row 2: the document .* does not exist"),
    ({"code": ["trust", None]}, "row 2: it has no code"),
    ({"code": ["trust", "trsut"]}, "row 2: .*'trsut'.*Did you mean 'trust'"),
    ({"coder": ["ana", None]}, "row 2: it has no coder"),
    ({"coder": ["ana", " "]}, "row 2: coder ' ': id must be text that is not empty"),
    ({"coder": ["ana", 7]}, "row 2: coder 7 .*: id must be text"),
    ({"weight": [1, "much"]}, "row 2: the weight 'much' is no finite number"),
    ({"weight": [1, np.inf]}, "row 2: the weight 'inf' is no finite number"),
    ({"quote": ["We", "truss"]}, "row 2: the quote 'truss' is not what stands at 3–8: 'trust'"),
    ({"quote": ["We", 5]}, "row 2: the quote '5' is not what stands"),
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
    assert not project.coders


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
