"""The laws of order on tables: whatever the parts, what follows what is counted as in the project."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.model.values import same
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
