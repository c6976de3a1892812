"""The law of who is counted, on projects with coders of every kind and any finished marks."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import counted as plain
from tests.reference.states import Row

import qualcode as qc
from qualcode.model.state import State
from qualcode.testing import projects
from qualcode.testing.variants import with_events

KINDS = st.sampled_from(["person", "machine", "consensus"])
data = st.data()


@st.composite
def marked_states(draw: Any) -> State:
    """Return the state of a project whose coders are of any kind and finished any documents."""
    project = draw(projects())
    there = st.frozensets(st.sampled_from([*project.documents]))
    marks = draw(st.dictionaries(st.sampled_from([*project.coders, "reader"]), there))
    for coder, documents in marks.items():
        for document in sorted(documents):
            project.finish(document, coder=coder)
    for id in [*project.coders]:
        project.set_kind(id, draw(KINDS))
    return project.state


def rows_of(state: State) -> set[Row]:
    return {
        Row(
            each.segment.document.id, each.segment.start, each.segment.end, each.code.id, each.coder
        )
        for each in state.assignments
    }


def some_coders(data: Any, state: State) -> list[str]:
    drawn: list[str] = data.draw(
        st.lists(st.sampled_from([*state.coders]), min_size=1, unique=True)
    )
    return drawn


@settings(max_examples=150)
@given(marked_states(), data)
def test_what_counts_equals_the_plain_rule(state: State, data: Any) -> None:
    assert rows_of(state.counting()) == plain.counting(state)
    assert rows_of(state.counting(persons=True)) == plain.counting(state, persons=True)
    assert rows_of(state.counting().uncounted) == rows_of(state)
    if state.coders:
        named = some_coders(data, state)
        assert rows_of(state.counting(named)) == plain.counting(state, named)
        assert rows_of(state.counting().counting(named)) == plain.counting(state, named)
        assert rows_of(state.counting(named).counting(persons=True)) == plain.counting(state, named)


@settings(max_examples=80)
@given(marked_states(), data)
def test_it_does_not_matter_who_was_written_down_first(state: State, data: Any) -> None:
    shuffled = data.draw(st.permutations(list(state.coders)))
    marks = data.draw(st.permutations(list(state.finished)))
    order = np.array(data.draw(st.permutations(range(len(state.events.coders)))), dtype=np.int64)
    number = np.argsort(order).astype(np.int32)
    events = attrs.evolve(
        state.events,
        coders=tuple(state.events.coders[at] for at in order.tolist()),
        coder=number[state.events.coder] if len(state.events) else state.events.coder,
    )
    other = attrs.evolve(
        state,
        coders={id: state.coders[id] for id in shuffled},
        finished={id: state.finished[id] for id in marks},
        events=events,
    )
    assert other == state
    one, two = state.counting(), other.counting()
    assert rows_of(one) == rows_of(two)
    assert set(one.counted.coders) == set(two.counted.coders)
    assert attrs.evolve(
        one.counted, persons=(), consensus=(), named=(), left_out=()
    ) == attrs.evolve(two.counted, persons=(), consensus=(), named=(), left_out=())


@settings(max_examples=80)
@given(marked_states(), data)
def test_parts_of_a_project_count_as_they_do_in_the_whole(state: State, data: Any) -> None:
    some = data.draw(st.lists(st.sampled_from([*state.documents]), unique=True))
    rows = rows_of(state.counting())
    within = {row for row in rows if row.document in some}
    assert rows_of(state.counting().restricted(documents=some)) == within
    assert rows_of(state.restricted(documents=some).counting()) == within
    assert rows_of(state.at(len(state.history)).counting()) == rows


@settings(max_examples=80)
@given(marked_states())
def test_the_documents_are_told_apart_without_rest(state: State) -> None:
    found = state.counting().counted
    assert found.by_persons + found.by_consensus + found.by_nobody == len(state.documents)
    settled = [id for id in state.documents if plain.finishers(state, id, "consensus")]
    assert found.by_consensus == len(settled)
    rows = rows_of(state.counting())
    assert {row.coder for row in rows} <= set(found.coders)
    gone = rows_of(state) - rows
    assert {each.coder: each.documents for each in found.left_out} == {
        id: len({row.document for row in gone if row.coder == id})
        for id in {row.coder for row in gone}
    }


@given(marked_states())
def test_what_is_left_out_is_there_for_questions_about_persons(state: State) -> None:
    view, counting = qc.View(state), qc.View(state.counting())
    assert rows_of(view.rollup(count="coders").state) == plain.counting(state, persons=True)
    assert rows_of(counting.rollup(count="coders").state) == plain.counting(state, persons=True)
    assert counting.rollup().total == view.rollup().total
    # The log goes on as it was: nothing is dropped from it.
    assert state.counting().events is state.events
    assert with_events(state, state.events).state.counting().counted == state.counting().counted
