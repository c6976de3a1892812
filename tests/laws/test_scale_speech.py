"""The laws of speakers in tables: who speaks is found, or told, and counted as in the project."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_scale import as_assigned, divided, engines, listed
from tests.laws.test_speech import spoken

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.model.state import State
from qualcode.model.texts.documents import Registry
from qualcode.stats.counting.rollup import crosstab, roll_up

pa = pytest.importorskip("pyarrow")

COUNTS = ("assignments", "segments", "documents", "coders", "characters")
GROUPS = ("speaker", "role", "speaker.case", "speaker.site")
data = st.data()
coded = spoken().filter(lambda project: "ada" in project.coders)


def without_texts(documents: Any) -> Any:
    return documents.drop(["text"]).append_column(
        "length", pa.array([len(each) for each in documents["text"].to_pylist()])
    )


def with_cases(state: State) -> State:
    """Return a project's content in which speakers are cases, of which some have a site."""
    documents = []
    for each in state.documents.values():
        people = [
            attrs.evolve(one, case=f"case-{one.name}" if one.name != "BEN" else None)
            for one in each.speakers.items_
        ]
        documents.append(
            attrs.evolve(each, speaking=attrs.evolve(each.speakers, items=tuple(people)))
        )
    cases = [
        qc.Case(id="case-I", variables={"site": "north"}),
        qc.Case(id="case-ANA", variables={"site": "south"}),
        qc.Case(id="case-OLE"),
    ]
    return attrs.evolve(
        state,
        documents=Registry(documents, what="document"),
        cases=Registry(cases, what="case"),
    )


def turns_of(state: State) -> Any:
    rows = [
        (each.id, turn.start, turn.end, turn.name or None, one and one.role, one and one.case)
        for each in state.documents.values()
        for turn, one in zip(each.speakers.turns, each.voices, strict=True)
    ]
    names = ("document", "start", "end", "speaker", "role", "case")
    kinds = (pa.string(), pa.int32(), pa.int64(), pa.string(), pa.string(), pa.string())
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table(
        [pa.array(list(each), kind) for each, kind in zip(columns, kinds, strict=True)],
        names=list(names),
    )


def same(asked: Any, state: State, by: str, **options: Any) -> None:
    try:
        wanted = crosstab(state, by, **options)
    except StatisticsError:
        with pytest.raises(StatisticsError, match="there are no groups by"):
            asked()
        return
    found = asked()
    assert found.values == wanted.values
    assert found.counts.tolist() == wanted.counts.tolist()
    assert found.totals.tolist() == wanted.totals.tolist()


@settings(max_examples=40)
@given(coded, st.sampled_from(GROUPS), st.sampled_from(COUNTS), data)
def test_turns_that_a_table_tells_are_those_of_the_project(
    project: qc.Project, by: str, count: Any, data: Any
) -> None:
    state = with_cases(project.state)
    options: dict[str, Any] = {"count": count, "coders": ["ada"], "level": "code"}
    cases = pa.table({"case": ["case-I", "case-ANA", "case-OLE"], "site": ["north", "south", None]})
    documents = listed(state)
    table = qc.scan_assignments(
        divided(data, as_assigned(state)),
        documents=documents if data.draw(st.booleans()) else without_texts(documents),
        cases=cases,
        turns=turns_of(state),
    )
    engine = data.draw(engines)
    same(
        lambda: qc.crosstab(table, project.codebook, by, **options, engine=engine),
        state,
        by,
        **options,
    )
    for query in ("role(participant)", "code(a) overlaps speaker(I)", "not speaker(ANA)"):
        part = qc.rollup(table, project.codebook, coders="ada", where=query)
        assert part.counts.tolist() == roll_up(state, coders="ada", where=query).counts.tolist()


@settings(max_examples=25)
@given(coded, st.sampled_from(GROUPS[:2]), st.sampled_from(COUNTS), data)
def test_speakers_are_found_in_texts_as_in_the_project(
    project: qc.Project, by: str, count: Any, data: Any
) -> None:
    documents = [qc.Document(id=id, text=each.text) for id, each in project.documents.items()]
    state = attrs.evolve(project.state, documents=Registry(documents, what="document"))
    options: dict[str, Any] = {"count": count, "coders": ["ada"], "level": "code"}
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    same(lambda: qc.crosstab(table, project.codebook, by, **options), state, by, **options)
