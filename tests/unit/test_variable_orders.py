"""Variables with an order keep it wherever they are tabulated, and after saving."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import qualcode as qc
from qualcode.errors import DocumentError
from qualcode.stats.groups.differences import group_positions

ANSWERS = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]


def frame(categories: list[str] = ANSWERS, ids: str = "abcde") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": list(ids),
            "answer": ["tea"] * 5,
            "view": pd.Categorical(ANSWERS, categories=categories, ordered=True),
            "wave": [f"wave {number}" for number in (11, 10, 3, 2, 1)],
        }
    )


def survey() -> qc.Project:
    project = qc.Project.new("Survey", codebook=qc.Codebook("c", codes=[qc.Code("tea")]))
    project.add_documents(frame(), text="answer", id="id")
    for id in project.documents:
        project.assign((id, 0, 3), "tea", coder="ana")
    return project


def columns(project: qc.Project, variable: str) -> list[str]:
    return list(project.crosstab(variable, level="code").to_frame().columns)[1:-1]


def test_an_ordered_categorical_keeps_its_order_in_tables(tmp_path: Path) -> None:
    project = survey()
    assert columns(project, "view") == ANSWERS
    shares = project.prevalence(by="view").to_frame()
    assert list(dict.fromkeys(shares["view"])) == ANSWERS
    apart = project.group_differences(by="view", random_state=1).to_frame().columns
    assert [name for name in apart if "=" in name] == [f"view={answer}" for answer in ANSWERS]
    project.save(tmp_path / "study")
    assert columns(qc.Project.open(tmp_path / "study"), "view") == ANSWERS


def test_numbers_in_texts_are_sorted_by_size() -> None:
    assert columns(survey(), "wave") == [f"wave {number}" for number in (1, 2, 3, 10, 11)]


def test_blank_text_is_no_value() -> None:
    project = survey()
    for id, site in zip(project.documents, ["north", "", " ", "north", "south"], strict=True):
        project.set_variables(id, site=site, coder="ana")
    assert columns(project, "site") == ["north", "south", "(not known)"]
    apart = project.group_differences(by="site", random_state=1)
    assert (apart.differences.groups, apart.left_out) == (("north", "south"), 2)


def test_an_order_may_grow_but_not_lose_values() -> None:
    project = survey()
    revision = len(project.log)
    assert project.add_documents(frame(), text="answer", id="id") == ()
    assert len(project.log) == revision, "the same again is nothing new"
    short = frame(ids="fghij").assign(
        view=pd.Categorical(["Agree"] * 5, categories=["Agree"], ordered=True)
    )
    with pytest.raises(DocumentError, match="the order of 'view'"):
        project.add_documents(short, text="answer", id="id")
    project.add_documents(frame([*ANSWERS, "No answer"], "fghij"), text="answer", id="id")
    assert columns(project, "view") == ANSWERS


def test_groups_of_an_ordered_categorical_keep_its_order() -> None:
    groups = pd.Categorical(
        ["high", "low", "high"], categories=["low", "mid", "high"], ordered=True
    )
    names, position = group_positions(groups)
    assert (names, position.tolist()) == (("low", "high"), [1, 0, 1])
