"""Queries over assignments: each criterion by itself, together, and when it is misspelt."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors

TEXT = "We share one BUDGET. I trust Joan."


@pytest.fixture
def rows() -> qc.Assignments:
    times = iter(datetime(2026, 1, day, 12, tzinfo=UTC) for day in range(1, 29))
    book = qc.Codebook(
        "study",
        codes=[
            qc.Code("people", name="People"),
            qc.Code("trust", name="Trust", parent="people"),
            qc.Code("money", name="Money"),
            qc.Code("cash", name="Cash"),
        ],
    )
    project = qc.Project.new("Study", codebook=book, clock=lambda: next(times))
    project.add_document(TEXT, id="a", variables={"site": "north", "wave": 1})
    project.add_document("They share it.", id="b", variables={"wave": 2})
    project.assign(("a", 0, 20), "money", coder="ana")
    project.assign(("a", 0, 20), "trust", coder="ben", origin="import:old study")
    project.assign(("a", 21, 34), "people", coder="ana")
    project.assign(("b", 0, 14), "cash", coder="ben", memo="m", weight=2.0)
    project.add_coder("eve")
    return project.assignments


def found(rows: qc.Assignments, **criteria: Any) -> list[str]:
    return [f"{each.code.id} by {each.coder}" for each in rows.where(**criteria)]


MONEY, TRUST, PEOPLE, CASH = "money by ana", "trust by ben", "people by ana", "cash by ben"


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [
        ({}, [TRUST, MONEY, PEOPLE, CASH]),
        ({"code": "People"}, [TRUST, PEOPLE]),
        ({"code": "people", "descendants": False}, [PEOPLE]),
        ({"code": ["money", "Cash"]}, [MONEY, CASH]),
        ({"coder": "ana"}, [MONEY, PEOPLE]),
        ({"coder": ["ana", "ben"], "document": "b"}, [CASH]),
        ({"coder": "eve"}, []),
        ({"document": ["a"]}, [TRUST, MONEY, PEOPLE]),
        ({"variables": {"site": "north"}}, [TRUST, MONEY, PEOPLE]),
        ({"variables": {"wave": [2, 3]}}, [CASH]),
        ({"variables": {"wave": 1, "site": "south"}}, []),
        ({"text": "budget"}, [TRUST, MONEY]),
        ({"text": "one."}, []),
        ({"text": re.compile("BUDGET|share it")}, [TRUST, MONEY, CASH]),
        ({"text": re.compile("budget")}, []),
        ({"also": "money"}, [TRUST, MONEY]),
        ({"also": "people"}, [TRUST, MONEY, PEOPLE]),
        ({"origin": "import"}, [TRUST]),
        ({"origin": "import:old study"}, [TRUST]),
        ({"origin": "suggestion"}, []),
        ({"test": lambda each: each.weight == 2.0}, [CASH]),
    ],
)
def test_a_criterion(rows: qc.Assignments, criteria: Any, wanted: list[str]) -> None:
    assert sorted(found(rows, **criteria)) == sorted(wanted)


def test_times_are_included_at_both_ends(rows: qc.Assignments) -> None:
    times = sorted(each.time for each in rows)
    assert len(rows.where(since=times[1])) == 3
    assert len(rows.where(until=times[1])) == 2
    assert len(rows.where(since=times[1], until=times[1])) == 1
    assert len(rows.where(since="2026-01-01")) == 4
    with pytest.raises(errors.AssignmentError, match="not a time in ISO 8601"):
        rows.where(since="last week")


def test_queries_are_combined(rows: qc.Assignments) -> None:
    query = (qc.where(coder="ana") & ~qc.where(text="budget")) | qc.where(code="cash")
    assert query.text == "((coder 'ana') and (not (text 'budget'))) or (code 'cash')"
    assert [each.code.id for each in rows.where(query)] == ["people", "cash"]
    assert qc.where().text == "all"


def test_a_query_is_asked_after_merges(rows: qc.Assignments) -> None:
    merged = qc.History.start(rows.codebook, coder="x", time="2026-01-01T00:00:00Z").append(
        qc.changes.Merge(["cash"], "money"), coder="x", time="2026-01-02T00:00:00Z"
    )
    read = qc.Assignments.read(rows.rows, rows.documents, merged.codebook)
    assert [each.assigned_as for each in read.where(code="cash")] == ["money", "cash"]


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"code": "trsut"}, "no code has the id or name 'trsut'.*Did you mean 'trust'"),
        ({"coder": "anna"}, "no coder has the id 'anna' here.*Did you mean 'ana'"),
        ({"document": "c"}, "no document has the id 'c' here"),
        ({"variables": {"sight": 1}}, "no document has a variable 'sight'.*Did you mean 'site'"),
        ({"also": "mony"}, "Did you mean 'money'"),
    ],
)
def test_what_does_not_exist_is_named(rows: qc.Assignments, criteria: Any, message: str) -> None:
    with pytest.raises(errors.NotFoundError, match=message):
        rows.where(**criteria)


def test_a_criterion_that_does_not_exist_is_an_error(rows: qc.Assignments) -> None:
    with pytest.raises(TypeError, match="colour"):
        rows.where(colour="red")


def test_no_assignments_can_be_asked_too() -> None:
    project = qc.Project.new("x", codebook=qc.Codebook("b", codes=[qc.Code("trust")]))
    project.add_document("x", id="a", variables={"site": "north"})
    project.add_coder("ana")
    criteria = {"code": "trust", "coder": "ana", "document": "a", "text": "x", "origin": "hand"}
    for name, value in {**criteria, "also": "trust", "since": "2026-01-01"}.items():
        asked: dict[str, Any] = {name: value}
        assert len(project.assignments.where(**asked)) == 0
    assert len(project.assignments.where(variables={"site": "north"})) == 0
    assert len(project.assignments.where(test=lambda each: True)) == 0


def test_dates_and_datetimes_are_times(rows: qc.Assignments) -> None:
    first = datetime.fromisoformat(min(each.time for each in rows))
    assert len(rows.where(since=first)) == 4
    assert len(rows.where(since=date(2026, 1, 1), until=date(9000, 1, 1))) == 4
    assert len(rows.where(until=pd.Timestamp("2026-01-01"))) == 0


@pytest.mark.parametrize(
    "criteria",
    [
        {"code": 3}, {"coder": float("nan")}, {"document": [1]}, {"descendants": "no"}, {"since": 3},
        {"until": pd.NaT}, {"text": b"x"}, {"text": re.compile(b"x")}, {"variables": ["site"]},
        {"variables": {"site": b"x"}}, {"test": "x"}, {"origin": {}},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_criterion_can_be_is_refused_at_once(criteria: dict[str, Any]) -> None:
    (name,) = criteria
    with pytest.raises(errors.AssignmentError, match=name):
        qc.where(**criteria)
