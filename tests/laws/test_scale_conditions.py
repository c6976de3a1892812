"""The laws of conditions on tables: what fits a query is the same in any parts, and as in the project."""

from __future__ import annotations

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
from qualcode.errors import NotFoundError, QueryError
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import AsOf, Criterion, Every, Query, Within
from qualcode.model.coding.query_names import parts_of
from qualcode.model.state import State
from qualcode.model.texts.documents import Registry
from qualcode.stats.counting.rollup import crosstab, evidence, roll_up
from qualcode.stats.groups.prevalence import prevalence
from qualcode.stats.pairs.cooccurrence import cooccur
from qualcode.testing import codebooks, projects, queries

pytest.importorskip("pyarrow")

some_projects = projects(codebooks=codebooks(min_codes=2)).filter(
    lambda each: bool(each.coders and each.documents)
)
data = st.data()


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
    """Return a project's content as far as a table of assignments and one of documents tell it."""
    state = without_structure(project)
    cases = [qc.Case(id=each) for each in state.cases]
    return attrs.evolve(state, cases=Registry(cases, what="case"))


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
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
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
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
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
