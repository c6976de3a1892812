"""The laws of order on tables: whatever the parts, what follows what is counted as in the project."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.model.values import same
from qualcode.stats.counting.meeting import NodeUnits
from qualcode.stats.order import connections
from qualcode.stats.order import sequences as multiplied
from qualcode.stats.order.connections import connection_counts
from qualcode.stats.order.sequences import stanza_counts
from qualcode.stats.order.stanzas import stanzas
from qualcode.stats.order.text_order import CodedLines
from qualcode.stats.order.transitions import sequences

from .test_scale import (
    as_assigned,
    data,
    divided,
    engines,
    everybody,
    listed,
    some_projects,
    without_structure,
)

some_units = st.sampled_from(["sentence", "turn", "segment", "line"])


def scanned(project: qc.Project, data: Any) -> tuple[Any, Any]:
    """Return a project's state, and its assignments as a table in parts."""
    state = without_structure(project)
    return state, qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))


def check_same(found: Any, wanted: Any) -> None:
    """Compare the public fields of a table's result with those of the project's."""
    for field in attrs.fields(type(found)):
        if field.name not in ("counted", "recipe"):
            assert same(getattr(found, field.name), getattr(wanted, field.name)), field.name


@settings(max_examples=15)
@given(some_projects, some_units, st.sampled_from([1, 2, (1, 3)]), data)
def test_what_follows_what_in_a_table_is_what_does_in_the_project(
    project: qc.Project, unit: str, lag: Any, data: Any
) -> None:
    state, table = scanned(project, data)
    options: dict[str, Any] = {
        "unit": unit, "lag": lag, "coders": everybody(project),
        "level": data.draw(st.sampled_from(["code", "theme"])),
        "uncoded": data.draw(st.sampled_from(["keep", "skip"])),
    }  # fmt: skip
    found = qc.sequences(table, project.codebook, **options, engine=data.draw(engines))
    wanted = sequences(state, **options)
    check_same(found, wanted)
    assert found.to_frame().equals(wanted.to_frame())


def test_sequences_of_a_table_are_told_and_drawn() -> None:
    project = qc.load_project("partnership-interviews")
    rows = project.state.counting().assignments.to_frame()
    found = qc.sequences(rows, project.codebook, unit="segment")
    assert "A unit was a distinct coded segment" in (told := qc.report.methods(found))
    assert "396 assignments" in told
    assert found.plot().get_ylabel() == "What was"
    with pytest.raises(StatisticsError, match="needs the documents"):
        qc.sequences(rows, project.codebook)
    with pytest.raises(StatisticsError, match="ends before it begins"):
        qc.sequences(rows, project.codebook, unit="segment", lag=(3, 1))
    with pytest.raises(StatisticsError, match="must follow each other"):
        qc.sequences(rows, project.codebook, unit="document")


@settings(max_examples=15)
@given(some_projects, some_units, st.sampled_from([None, "kind", "document", "case"]), data)
def test_what_is_connected_in_a_table_is_what_is_in_the_project(
    project: qc.Project, unit: str, by: str | None, data: Any
) -> None:
    state, table = scanned(project, data)
    options: dict[str, Any] = {
        "unit": unit, "by": by, "coders": everybody(project), "window": data.draw(st.integers(1, 5)),
        "level": data.draw(st.sampled_from(["code", "theme"])),
    }  # fmt: skip
    found = qc.stanzas(table, project.codebook, **options, engine=data.draw(engines))
    wanted = stanzas(state, **options)
    # A table lists documents and cases by their ids, and knows the cases of documents alone.
    there = [at for at, each in enumerate(wanted.groups) if by != "case" or wanted.n_units[at]]
    if by == "case":
        found_there = {each for at, each in enumerate(found.groups) if found.n_units[at]}
        assert found_there == {wanted.groups[at] for at in there}
    else:
        assert sorted(map(str, found.groups)) == sorted(map(str, wanted.groups))
    assert found.nodes == wanted.nodes
    for at in there:
        own = found.groups.index(wanted.groups[at])
        assert found.n_units[own] == wanted.n_units[at]
        assert found.counts[own].tolist() == wanted.counts[at].tolist()


@settings(max_examples=20)
@given(st.integers(0, 30), st.integers(1, 6), st.integers(1, 5), st.integers(0, 99))
def test_connections_of_many_kinds_are_those_of_few(
    n_lines: int, window: int, at_once: int, seed: int
) -> None:
    """Counted in one piece or some lines at a time, from whole or sparse tables, they are the same."""
    random = np.random.default_rng(seed)
    document = np.sort(random.integers(0, 6, n_lines))
    unit = np.sort(random.integers(0, max(1, n_lines), 2 * n_lines))
    carried = NodeUnits(unit, random.integers(0, 4, 2 * n_lines), document, document, 5)
    kind = random.integers(0, 3, n_lines)
    whole = connection_counts(CodedLines(carried, range(n_lines)), window, kind, 3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connections, "_CELLS", at_once * 16)
        patched.setattr(multiplied, "_SPARSE", 0)
        some = connection_counts(CodedLines(carried, range(n_lines)), window, kind, 3)
    wanted = stanza_counts(
        unit, carried.node, 5, document=document, window=window, group=kind, n_groups=3
    )
    assert whole.toarray().tolist() == some.toarray().tolist() == wanted.reshape(3, 25).tolist()


def test_connections_of_a_table_are_told_and_drawn() -> None:
    project = qc.load_project("partnership-interviews")
    rows = project.state.counting().assignments.to_frame()
    found = qc.stanzas(rows, project.codebook, unit="segment", by="document")
    assert "for each value of document (" in qc.report.methods(found)
    assert "396 assignments" in str(found)
    found = qc.stanzas(rows, project.codebook, unit="segment")
    assert "In all, there were 395 units." in qc.report.methods(found)
    assert found.plot().get_title(loc="left") == "What is connected"
    with pytest.raises(StatisticsError, match="by='site' is told of documents"):
        qc.stanzas(rows, project.codebook, unit="segment", by="site")
    documents = {
        "document": [*project.documents],
        "text": [each.text for each in project.documents.values()],
    }
    table = qc.scan_assignments(rows, documents=pa.table(documents))
    assert qc.stanzas(table, project.codebook, by="case").groups == ()
    named = pa.table({**documents, "case": ["one", "two"] * (len(project.documents) // 2)})
    found = qc.stanzas(qc.scan_assignments(rows, documents=named), project.codebook, by="case")
    assert found.groups == ("one", "two")
    with pytest.raises(StatisticsError, match="no document has a variable 'site'"):
        qc.stanzas(table, project.codebook, by="site")
    with pytest.raises(StatisticsError, match="by='speaker' asks who speaks"):
        qc.stanzas(table, project.codebook, by="speaker")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connections, "_MOST", 100)
        with pytest.raises(StatisticsError, match="are too many to hold"):
            qc.stanzas(rows, project.codebook, unit="segment", by="document")
