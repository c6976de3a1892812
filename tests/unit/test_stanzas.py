"""The moving window over a project's turns, against one line after another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import sequences
from tests.reference.coded import coded_project

import qualcode as qc
from qualcode.errors import StatisticsError

some_lines = st.dictionaries(
    st.sampled_from(["x", "y", "z"]),
    st.lists(st.sampled_from(["", "a", "b", "c", "ab", "bc"]), min_size=1, max_size=7),
    min_size=1,
)


@settings(max_examples=40)
@given(some_lines, st.integers(1, 5))
def test_connections_equal_the_plain_ones(lines: dict[str, list[str]], window: int) -> None:
    variables = {id: {"wave": 1 if id == "x" else 2} for id in lines}
    project = coded_project(lines, variables=variables)
    found = project.stanzas(unit="line", window=window, by="wave")
    ids = [node.id for node in found.nodes]
    every = [{ids.index(letter) for letter in line} for each in lines.values() for line in each]
    document = [at for at, each in enumerate(lines.values()) for _ in each]
    wave = [found.groups.index(1 if id == "x" else 2) for id, each in lines.items() for _ in each]
    wanted = sequences.stanzas(every, document, wave, window)
    for group, a, b in np.ndindex(found.counts.shape):
        assert found.counts[group, a, b] == wanted.get((group, a, b), 0)
    assert found.n_units.tolist() == [wave.count(at) for at in range(len(found.groups))]
    whole = project.stanzas(unit="line", window=window)
    assert whole.groups == (None,)
    assert np.array_equal(whole.counts[0], found.counts.sum(axis=0))


def test_weights_have_length_one() -> None:
    project = coded_project(
        {"x": ["a", "b", "c"], "y": ["a", ""]}, variables={"x": {"w": 1}, "y": {"w": 2}}
    )
    found = project.stanzas(unit="line", window=2, by="w")
    frame = found.to_frame()
    assert frame.to_dict("list") == {
        "w": [1, 1],
        "a": ["a", "b"],
        "b": ["b", "c"],
        "count": [1, 1],
        "weight": pytest.approx([0.5**0.5] * 2),
        "n": [3, 3],
    }
    assert np.isnan(found.weights[1]).all(), "nothing is connected in y"
    graph = found.to_graph(1)
    assert graph.edges["a", "b"]["count"] == 1
    with pytest.raises(StatisticsError, match="there is no group 3"):
        found.to_graph(3)


def test_a_document_counts_for_each_of_its_cases_values() -> None:
    project = coded_project(
        {"x": ["a", "b"], "y": ["ab"]},
        cases={"x": ["p", "q"], "y": ["q"]},
        case_variables={"p": {"town": "north"}, "q": {"town": "south"}},
    )
    found = project.stanzas(unit="line", by="town")
    assert found.groups == ("north", "south")
    assert found.counts[:, 0, 1].tolist() == [1, 2]
    assert found.n_units.tolist() == [2, 3]


def test_connections_are_those_of_who_speaks_last() -> None:
    book = qc.Codebook("b", codes=[qc.Code("a"), qc.Code("b")])
    project = qc.Project.new("Study", codebook=book)
    project.add_document("First.\nANA: one\nBEN: two\nANA: three", id="d")
    turns = project.segments(unit="turn")
    for at, code in ((1, "a"), (2, "b")):
        project.assign(turns[at], code, coder="ana")
    found = project.stanzas(window=2, by="speaker")
    assert found.groups == ("ANA", "BEN")
    assert found.counts[:, 0, 1].tolist() == [1, 0]
    assert found.n_units.tolist() == [2, 1]
    found = project.stanzas(window=2, unit="line", by="speaker")
    assert found.groups == ("ANA", "BEN", "(not known)")
    assert found.n_units.tolist() == [2, 1, 1]
    with pytest.raises(StatisticsError, match="of no speaker it is known"):
        project.stanzas(by="role")


def test_what_has_no_window_is_refused() -> None:
    project = coded_project({"x": ["a"]})
    with pytest.raises(StatisticsError, match="must follow each other"):
        project.stanzas(unit="document")
    with pytest.raises(StatisticsError, match="window must be at least 1"):
        project.stanzas(unit="line", window=0)
    with pytest.raises(StatisticsError, match="no document has a variable 'site'"):
        project.stanzas(unit="line", by="site")
    empty = coded_project({"d": ["", ""]}).stanzas(unit="line")
    assert empty.to_frame().empty
