"""The laws of queries: each is what sets of rows and units say, and is read as it is written."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.reference.queries import Oracle, place_of
from tests.reference.states import Row

import qualcode as qc
from qualcode.model.coding.criteria import UNITS
from qualcode.model.coding.queries import Criterion, Query
from qualcode.testing import projects, queries, texts
from qualcode.testing.picks import Picks, numbers

_OPERATORS = ["and", "or", "not", "within", "followed by", "overlaps", "at(1)"]
_SIGNS = ["(", ")", "where(", "a=", "[", "]", ",", '"', "regex("]
PIECES = [*_OPERATORS, *_SIGNS, "code(a)", "by(x)", "turn", "200", "units(sentence)", "all"]
TIMED = ("since", "until", "origin")


TEXTS = (
    "ANA: We share one budget.\n\nBEN: Do you? It’s a\nlot.",
    "Who asked? Dr. Lim. \u2019Twas 🙂 e\u0301 she. They share it all, all of it.",
    "信任。 We trust. One  BUDGET\r\nfor all.\n\nAna: No!",
)


@st.composite
def coded(draw: st.DrawFn) -> qc.Project:
    """Return a strategy for projects in which much is coded, in places that meet in every way."""
    book = qc.Codebook(
        "c",
        codes=[qc.Code("a"), qc.Code("a1", parent="a"), qc.Code("b"), qc.Code("m"), qc.Code("s")],
    )
    project = qc.Project.new("Coded", codebook=book, coder="ana")
    for coder in ("ana", "ben", "🙂"):
        project.add_coder(coder)
    project.add_case("north", variables={"site": "north"})
    project.add_case("south", variables={"site": "south", "wave": 1})
    for at, text in enumerate(
        draw(st.lists(st.sampled_from(TEXTS) | texts(), min_size=1, max_size=3))
    ):
        variables = draw(st.sampled_from([{}, {"wave": 1}, {"wave": 2, "site": "south"}]))
        cases = draw(st.sampled_from([(), ("north",), ("south",), ("north", "south")]))
        project.add_document(text, id=f"d{at}", variables=variables, cases=cases)
    filled = [each for each in project.documents.values() if each.text]
    coders = st.sampled_from(["ana", "ben", "🙂"])

    def assign(most: int) -> None:
        for _ in range(draw(st.integers(0, most)) if filled else 0):
            document = draw(st.sampled_from(filled))
            picks = Picks(draw(numbers(3)))
            start = picks.below(len(document))
            end = min(len(document), start + 1 + picks.below(30))
            code = draw(st.sampled_from(["a", "a1", "b", "m", "s"]))
            if project.codebook.codes[code].status == "live":
                project.assign((document.id, start, end), code, coder=draw(coders))

    assign(12)
    with project.revise(reason="joined") as codebook:
        codebook.merge("m", into="b")
    assign(4)
    with project.revise(reason="apart") as codebook:
        codebook.split("s", {"s1": qc.where(coder="ana"), "a1": None})
    assign(4)
    for number in draw(st.lists(st.integers(0, 30), max_size=2, unique=True)):
        if number < len(project.assignments):
            each = project.assignments[number]
            project.retract(each.segment, each.code.id, coder=each.coder)
    return project


def asked_of(project: qc.View, data: Any) -> Query:
    query: Query = data.draw(queries(project))
    try:
        project.state.selected(query)
    except qc.errors.NotFoundError:
        assert "at(" in str(query), "only of then it may ask for what was not there yet"
        assume(False)
    return query


def same_kind(project: qc.View, data: Any, number: int) -> list[Query]:
    """Draw queries that can be combined."""
    unit = data.draw(st.sampled_from([None, *UNITS]))
    if unit == "case" and not project.cases:
        unit = None
    drawn = [asked_of(project, data) for _ in range(number)]
    if unit is not None:
        return [each.within(unit) for each in drawn]
    return [qc.where().overlaps(each) for each in drawn]


def has_times(query: Query) -> bool:
    """Whether it asks for what merged assignments have several of."""
    return any(f"{name}(" in str(query) for name in TIMED)


def rows_of(rows: qc.Assignments) -> set[Row]:
    return {Row(*each.place[:3], each.code.id, each.coder) for each in rows}


def selection(view: qc.View, query: Query) -> Any:
    """What is selected, as the oracle has it: rows, or the places or names of units."""
    found = view.state.selected(query)
    if found.units is None:
        return rows_of(view.assignments.take(found.flags))
    if found.units.names:
        chosen = zip(found.units.names, found.flags.tolist(), strict=True)
        return {name for name, there in chosen if there}
    ids = tuple(view.documents)
    places = found.units.taken(found.flags)
    return {
        (ids[at], start, end)
        for at, start, end in zip(
            places.document.tolist(), places.start.tolist(), places.end.tolist(), strict=True
        )
    }


def by_oracle(view: qc.View, query: Query) -> Any:
    oracle = Oracle(view.state)
    found = oracle.select(query)
    unit = oracle.kind(query)
    if unit is None:
        return found
    return {each.name if unit == "case" else next(iter(each.places)) for each in found}


@settings(max_examples=150)
@given(coded() | projects(max_steps=16), st.data())
def test_a_query_selects_what_sets_say(project: qc.Project, data: Any) -> None:
    query = asked_of(project, data)
    assume(not has_times(query))
    assert selection(project, query) == by_oracle(project, query)


@settings(max_examples=80)
@given(coded(), st.data())
def test_an_assignment_fits_units_that_it_shares_text_with(project: qc.Project, data: Any) -> None:
    query = asked_of(project, data)
    found = rows_of(project.state.fitting(query))
    selected = selection(project, query)
    unit = Oracle(project.state).kind(query)
    if unit is None:
        assert found == selected
    elif unit == "segment":
        assert {place_of(row) for row in found} == selected
    elif unit == "case":
        documents = {id for id, each in project.documents.items() if selected & set(each.cases)}
        assert found == {row for row in rows_of(project.assignments) if row.document in documents}
    else:
        assert found == {
            row
            for row in rows_of(project.assignments)
            if any(
                row.document == document and max(row.start, start) < min(row.end, end)
                for document, start, end in selected
            )
        }


@settings(max_examples=100)
@given(coded(), st.data())
def test_the_laws_of_sets_hold_within_each_kind(project: qc.Project, data: Any) -> None:
    a, b, c = same_kind(project, data, 3)

    def found(query: Query) -> list[bool]:
        flags: list[bool] = project.state.selected(query).flags.tolist()
        return flags

    assert found(~(a & b)) == found(~a | ~b)
    assert found(~(a | b)) == found(~a & ~b)
    assert found(~~a) == found(a)
    assert found(a & b) == found(b & a)
    assert found(a | b) == found(b | a)
    assert found((a & b) & c) == found(a & (b & c))
    assert found((a | b) | c) == found(a | (b | c))
    assert found(a & (b | c)) == found((a & b) | (a & c))
    assert found(a & (a | b)) == found(a)
    assert not any(found(a & ~a))
    assert all(found(a | ~a))


@settings(max_examples=100)
@given(coded(), st.data())
def test_lifting_goes_through_what_is_combined(project: qc.Project, data: Any) -> None:
    a, b = (asked_of(project, data) for _ in range(2))
    unit = data.draw(st.sampled_from(("sentence", "paragraph", "turn", "document", "segment")))

    def found(query: Query) -> list[bool]:
        flags: list[bool] = project.state.selected(query).flags.tolist()
        return flags

    one, other = a.within(unit), b.within(unit)
    both = qc.where() & qc.where()  # of one kind, whatever a and b are
    assert found((a & b).within(unit)) == found(one & other)
    assert found((a | b).within(unit)) == found(one | other)
    assert found((~a).within(unit)) == found(~one)
    assert found(one.within(unit)) == found(one)
    assert found(both.within(unit)) == found(qc.where().within(unit))


@settings(max_examples=300)
@given(queries())
def test_a_query_is_read_as_it_is_written(query: Query) -> None:
    assert qc.parse_query(str(query)) == query
    assert str(qc.parse_query(str(query))) == str(query)
    spaced = re.sub(r"([()])", r"\n \1 ", str(query)) if '"' not in str(query) else str(query)
    assert qc.parse_query(spaced) == query


@settings(max_examples=150)
@given(queries())
def test_a_query_is_a_value_and_printed_as_the_call_that_makes_it(query: Query) -> None:
    names = {"code": qc.code, "where": qc.where, "units": qc.units, "query": qc.query, "re": re}
    import datetime

    made = eval(repr(query), {**names, "datetime": datetime})
    assert made == query
    assert repr(made) == repr(query)
    assert hash(made) == hash(query)
    for copied in (pickle.loads(pickle.dumps(query)), copy.deepcopy(query)):
        assert copied == query


@settings(max_examples=300)
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(PIECES),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_is_read_or_refused_at_a_place(text: str) -> None:
    try:
        query = qc.parse_query(text)
    except qc.errors.QueryError as error:
        refused = error
    else:
        assert qc.parse_query(str(query)) == query
        return
    if refused.at is not None:
        assert 0 <= refused.at <= len(text)
        assert f"at {refused.at}" in str(refused)


@settings(max_examples=60)
@given(coded(), st.data())
def test_what_fits_is_what_a_restriction_leaves(project: qc.Project, data: Any) -> None:
    query = asked_of(project, data)
    state = project.state
    for seen in (state, state.counting(), state.counting(persons=True)):
        kept = seen.restricted(where=query)
        assert kept.assignments == seen.fitting(query)
        assert kept.documents == seen.documents
        assert attrs_but_where(kept.counted) == attrs_but_where(seen.counted)
        assert kept.counted.where == (str(query),)
        assert kept.counting(persons=True).counted.where == (str(query),)


def attrs_but_where(counted: Any) -> Any:
    return attrs.evolve(counted, where=())


@settings(max_examples=60)
@given(coded(), st.data())
def test_counting_what_fits_is_counting_a_project_without_the_rest(
    project: qc.Project, data: Any
) -> None:
    query = asked_of(project, data)
    kept = project.state.counting().restricted(where=query)
    for count in ("assignments", "segments", "documents", "characters", "cases"):
        counted = project.rollup("tree", count=count, where=query)
        assert np.array_equal(counted.counts, qc.View(kept).rollup("tree", count=count).counts)
        assert counted.state.assignments == kept.assignments
        assert counted.recipe.run(project) == counted
    met = project.cooccurrence("sentence", where=query)
    whole = project.cooccurrence("sentence")
    assert met.n_units == whole.n_units
    for one in met.nodes:
        for other in met.nodes:
            assert met.both(one.id, other.id) <= whole.both(one.id, other.id)


@settings(max_examples=60)
@given(coded(), st.data())
def test_what_is_found_stands_there_with_its_codes(project: qc.Project, data: Any) -> None:
    query = asked_of(project, data)
    found = project.find(query)
    assert found == project.find(str(query))
    oracle = Oracle(project.state)
    unit = oracle.kind(query)
    places = [(each.document.id, each.start, each.end) for each in found]
    assert len(set(places)) == len(places)
    order = [(list(project.documents).index(id), start, end) for id, start, end in places]
    assert order == sorted(order)
    selected = selection(project, query)
    if unit is None:
        assert set(places) == {place_of(row) for row in selected}
    elif unit != "case":
        assert set(places) == selected
    for place, codes in zip(places, found.codes, strict=True):
        exact = unit in (None, "segment")
        there = {
            row.code
            for row in oracle.rows
            if (place_of(row) == place if exact else row.document == place[0]
                and max(row.start, place[1]) < min(row.end, place[2]))
        }  # fmt: skip
        assert set(codes) == there
    assert len(found.to_frame()) == len(found)


@settings(max_examples=40)
@given(coded(), st.data())
def test_a_saved_query_stands_for_itself(project: qc.Project, data: Any) -> None:
    query = asked_of(project, data)
    assume("at(" not in str(query))
    saved = project.save_query("mine", query, coder="ana")
    assert project.queries["mine"] == saved
    named = qc.query("mine")
    assert (
        project.state.selected(named).flags.tolist() == project.state.selected(query).flags.tolist()
    )
    assert project.find("not query(mine)").items == project.find(~saved).items


def test_nothing_is_found_in_nothing() -> None:
    project = qc.Project.new("Empty", codebook=qc.Codebook("c", codes=[qc.Code("a")]))
    for text in ("code(a)", "all", "units(sentence)", "code(a) within case", "not code(a) within turn",
                 "code(a) overlaps code(a)", "code(a) followed by all within 3", "all at(1)"):  # fmt: skip
        assert len(project.find(text)) == 0, text
        assert len(project.restricted(where=text).assignments) == 0


@pytest.mark.parametrize("name", ["since", "until", "origin"])
def test_criteria_of_one_event_partition_too(name: str) -> None:
    given = {"since": "2026-01-01", "until": "2026-01-01", "origin": "hand"}[name]
    query = qc.where(**{name: given})
    assert isinstance(query, Criterion)
    view = qc.load_project("partnership-interviews")
    rows = view.assignments
    assert len(rows.where(query)) + len(rows.where(~query)) == len(rows)
