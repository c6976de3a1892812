"""The laws of conditions on tables: what fits a query is the same in any parts, and as in the project."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.laws.test_scale import (
    as_assigned,
    divided,
    engines,
    everybody,
    listed,
    without_structure,
)

import qualcode as qc
from qualcode.errors import NotFoundError, QueryError, StatisticsError
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import AsOf, Criterion, Every, Query, Within
from qualcode.model.coding.query_names import parts_of
from qualcode.model.state import State
from qualcode.model.texts.documents import Registry
from qualcode.stats.counting.rollup import crosstab, evidence, roll_up
from qualcode.stats.groups.prevalence import prevalence
from qualcode.stats.pairs.cooccurrence import cooccur
from qualcode.testing import codebooks, projects, queries

pa = pytest.importorskip("pyarrow")

some_projects = projects(codebooks=codebooks(min_codes=2)).filter(
    lambda each: bool(each.coders and each.documents)
)
data = st.data()
COUNTS = ("assignments", "segments", "documents", "cases", "coders")


def is_told(query: Query) -> bool:
    """Whether a table says what the query asks for."""
    return not any(
        isinstance(part, AsOf)
        or (isinstance(part, Within | Every) and part.unit == "case")
        or (isinstance(part, Criterion) and part.name in ("since", "until", "origin"))
        for part in parts_of(query)
    )


def names_coders(query: Query, coders: set[str]) -> bool:
    """Whether it names a coder who assigned nothing, whom a table cannot know."""
    return any(
        isinstance(part, Criterion) and part.name == "coder" and not coders.issuperset(part.wanted)
        for part in parts_of(query)
    )


def bare(project: qc.Project) -> State:
    """Return a project's content as far as tables tell it, with variables of cases that differ."""
    state = without_structure(project)
    cases = [
        qc.Case(id=id, variables={"size": at % 3, "kind": "9"} if at % 4 else {})
        for at, id in enumerate(state.cases)
    ]
    documents = [
        attrs.evolve(each, variables={**each.variables, "size": 2}) if at % 3 == 1 else each
        for at, each in enumerate(state.documents.values())
    ]
    return attrs.evolve(
        state,
        cases=Registry(cases, what="case"),
        documents=Registry(documents, what="document"),
    )


def tables(state: State, data: Any) -> qc.scale.AssignmentTable:
    """Return it as tables: variables in columns of their own, or as JSON."""
    cases: dict[str, Any] = {
        "case": pa.array([*state.cases], pa.string()),
        "size": [each.variables.get("size") for each in state.cases.values()],
        "kind": [each.variables.get("kind") for each in state.cases.values()],
    }
    if data.draw(st.booleans()):
        told = [json.dumps(dict(each.variables)) for each in state.cases.values()]
        cases = {"case": cases["case"], "variables": pa.array(told, pa.string())}
    size = [each.variables.get("size") for each in state.documents.values()]
    documents = listed(state).append_column("size", pa.array(size, pa.int64()))
    return qc.scan_assignments(
        divided(data, as_assigned(state)), documents=documents, cases=pa.table(cases)
    )


def asked_of(state: State, data: Any) -> Query:
    query: Query = data.draw(queries(qc.View(state)))
    try:
        state.selected(query)
    except (NotFoundError, QueryError):
        assume(False)
    return query


@settings(max_examples=60)
@given(some_projects, data)
def test_what_fits_in_a_table_is_what_fits_in_the_project(project: qc.Project, data: Any) -> None:
    state, book = bare(project), project.codebook
    query, coders = asked_of(state, data), everybody(project)
    table = tables(state, data)
    options: dict[str, Any] = {
        "coders": coders, "where": data.draw(st.sampled_from([query, str(query)]))
    }  # fmt: skip
    if not is_told(query):
        with pytest.raises(QueryError):
            qc.rollup(table, book, **options)
        return
    if names_coders(query, set(as_assigned(state)["coder"].to_pylist())):
        with pytest.raises(NotFoundError, match="no coder of the table has the id"):
            qc.rollup(table, book, **options)
        return
    engine = data.draw(engines)
    for count in ("assignments", "documents"):
        found = qc.rollup(table, book, **options, count=count, engine=engine)
        wanted = roll_up(state, **options, count=count)
        assert found.counts.tolist() == wanted.counts.tolist()
        assert (found.total, found.base) == (wanted.total, wanted.base)
    assert found.counted.where == str(query)


@settings(max_examples=10)
@given(some_projects, data)
def test_every_question_to_a_table_takes_conditions(project: qc.Project, data: Any) -> None:
    state, book = bare(project), project.codebook
    query = asked_of(state, data)
    assume(is_told(query))
    assume(not names_coders(query, set(as_assigned(state)["coder"].to_pylist())))
    table = tables(state, data)
    options: dict[str, Any] = {"coders": everybody(project), "where": query}
    by_kind = qc.crosstab(table, book, "kind", **options)
    assert by_kind.counts.tolist() == crosstab(state, "kind", **options).counts.tolist()
    rows, wanted = qc.evidence(table, book, level="code", **options), evidence(
        state, level="code", **options
    )  # fmt: skip
    at = [rows.rows.index(id) for id in wanted.rows]
    assert rows.counts[at].tolist() == wanted.counts.tolist()
    level: dict[str, Any] = {"rollup": Rollup.by_tree()}
    for meeting in ({"unit": "document"}, {"meeting": "overlap"}, {"unit": "sentence"}):
        met = qc.cooccurrence(table, book, **meeting, **level, **options)
        assert met.counts.tolist() == cooccur(state, **meeting, **level, **options).counts.tolist()
    shares = qc.prevalence(table, book, interval="wilson", **options).to_frame()
    kept = state.counting(options["coders"]).restricted(where=query)
    assert shares.equals(prevalence(kept, coders=options["coders"], interval="wilson").to_frame())


@settings(max_examples=25)
@given(some_projects, data)
def test_variables_of_cases_are_those_of_their_documents(project: qc.Project, data: Any) -> None:
    """As in the project: a document of several cases is in the group of each, unless it has its own value."""
    state, book = bare(project), project.codebook
    table, coders = tables(state, data), everybody(project)
    for name in ("size", "kind"):
        options: dict[str, Any] = {"coders": coders, "count": data.draw(st.sampled_from(COUNTS))}
        try:
            wanted = crosstab(state, name, **options)
        except StatisticsError:
            with pytest.raises(StatisticsError, match=f"no document has a variable '{name}'"):
                qc.crosstab(table, book, name, **options)
            continue
        found = qc.crosstab(table, book, name, **options, engine=data.draw(engines))
        assert found.values == wanted.values
        assert found.counts.tolist() == wanted.counts.tolist()
        assert found.totals.tolist() == wanted.totals.tolist()
    whole = {"coders": coders, "count": "cases"}
    assert qc.rollup(table, book, **whole).base == roll_up(state, **whole).base


@settings(max_examples=20)
@given(some_projects, st.sampled_from(["document", "case", "sentence"]), data)
def test_shares_by_variables_of_cases(project: qc.Project, unit: str, data: Any) -> None:
    state, book = bare(project), project.codebook
    table = tables(state, data)
    options: dict[str, Any] = {
        "unit": unit, "by": data.draw(st.sampled_from([None, "size", "kind"])),
        "coders": everybody(project), "interval": "wilson",
    }  # fmt: skip
    try:
        wanted = prevalence(state, **options)
    except StatisticsError as error:
        with pytest.raises(StatisticsError, match=re.escape(str(error).split("'")[0])):
            qc.prevalence(table, book, **options)
        return
    assert qc.prevalence(table, book, **options).to_frame().equals(wanted.to_frame())
