"""Everything that has rows shows them as a frame, with the columns that its documentation names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode.model.recipe import Answer

COLUMNS: dict[str, tuple[Callable[[qc.View], Any], str]] = {
    "documents": (
        lambda view: view.documents,
        "id name characters cases source time date role sector site wave",
    ),
    "cases": (lambda view: view.cases, "id name kind population setting sector years_in_post"),
    "coders": (lambda view: view.coders, "id name kind"),
    "memos": (lambda view: view.memos, "target time coder text revision links id"),
    "memos on one thing": (
        lambda view: view.memos_on("project"),
        "target time coder text revision links id",
    ),
    "conflicts": (
        lambda view: view.conflicts,
        "kind target field values taken events coders proposal id",
    ),
    "history": (
        lambda view: view.history,
        "revision time coder kind change reason reverted id",
    ),
    "log": (
        lambda view: view.log,
        "event time coder kind target what reason undone revision rows log",
    ),
    "segments": (lambda view: view.segments(unit="turn"), "document start end speaker quote"),
    "assignments": (
        lambda view: view.assignments,
        "document start end code name coder time origin weight memo assigned_as quote",
    ),
    "verdicts": (
        lambda view: view.verdicts,
        "verdict coder time document start end code became probability rank status explanation "
        "suggester fingerprint memo",
    ),
    "study": (
        lambda view: view.study(unit="turn", coders=["ana", "ben"]),
        "document start end quote ana ben",
    ),
    "search": (
        lambda view: view.autocode("trust", text="trust*"),
        "document start end speaker quote code name rank probability score status matched words "
        "phrase nearest suggester fingerprint",
    ),
}


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_are_shown_with_these_columns(name: str, interviews: qc.View) -> None:
    get, columns = COLUMNS[name]
    rows = get(interviews)
    frame = rows.to_frame()
    assert list(frame.columns) == columns.split()
    assert len(frame) == (rows.n_units if name == "study" else len(rows))
    said = type(rows).to_frame.__doc__
    for column in columns.split()[: {"documents": 6, "cases": 2}.get(name, 20)]:
        if name != "study" or column not in interviews.coders:
            assert re.search(rf"\b{column}\b", said), column


def test_variables_do_not_hide_what_a_document_has() -> None:
    project = qc.Project.new("Study")
    project.add_document("One.", id="a", variables={"name": "x", "site": "north"})
    project.add_document("Two.", id="b")
    frame = project.documents.to_frame()
    assert frame["name"].tolist() == ["a", "b"]
    assert frame["variable.name"].tolist()[0] == "x"
    assert pd.isna(frame["site"].tolist()[1])
    assert frame["characters"].tolist() == [4, 4]


def test_coders_and_memos_are_the_mapping_and_the_tuple_that_they_were() -> None:
    project = qc.Project.new("Study", coder="ana")
    project.add_memo("project", "Morning.", coder="ana")
    assert isinstance(project.memos, tuple)
    assert project.coders == dict(project.state.coders)
    assert project.memos.to_frame()["text"].tolist() == ["Morning."]
    assert "ana" in project.coders.to_frame()["id"].tolist()


def every(kind: type) -> list[type]:
    return [each for own in kind.__subclasses__() for each in (own, *every(own))]


def test_every_answer_has_a_frame() -> None:
    bases = {
        "Compared",
        "ComparedRatings",
        "CountedResult",
        "CountedOf",
        "CountedWords",
        "Likenesses",
        "OfStudy",
        "PairCounts",
        "StudyAgreement",
        "StudyRatings",
    }
    without = [each.__name__ for each in every(Answer) if not hasattr(each, "to_frame")]
    assert set(without) <= bases
