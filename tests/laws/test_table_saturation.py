"""The laws of saturation on tables: whatever the parts, what was found when is that of the project."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats.saturation import accumulation, saturation
from qualcode.stats.saturation import accumulation_curve as curves

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

ORDERS = 20


@settings(max_examples=15)
@given(some_projects, data)
def test_what_a_table_has_found_is_what_the_project_has(project: qc.Project, data: Any) -> None:
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    order = data.draw(st.sampled_from([None, tuple(reversed([*state.documents]))]))
    options: dict[str, Any] = {
        "level": data.draw(st.sampled_from(["code", "theme"])), "coders": everybody(project),
        "n_orders": ORDERS, "random_state": 3,
    }  # fmt: skip
    taken = tuple(state.documents) if order is None else order
    try:
        wanted = saturation(state, **options, order=taken)
    except StatisticsError as error:
        with pytest.raises(StatisticsError, match=re.escape(str(error))):
            qc.saturation(table, project.codebook, **options, order=order)
        return
    found = qc.saturation(
        table, project.codebook, **options, order=order, engine=data.draw(engines)
    )
    assert (found.documents, found.codes) == (wanted.documents, wanted.codes)
    assert found.table.tolist() == wanted.table.tolist()
    assert found.to_frame().equals(wanted.to_frame())
    for name in ("guest", "chao2", "ice", "jackknife_1", "jackknife_2", "coverage", "needed"):
        assert getattr(found, name) == getattr(wanted, name), name


@settings(max_examples=20)
@given(st.integers(0, 12), st.integers(1, 9), st.integers(1, 7), st.integers(0, 99))
def test_curves_of_some_documents_at_a_time_are_those_of_all(
    n_codes: int, n_documents: int, at_once: int, seed: int
) -> None:
    """The band is drawn in one piece or in many, and is that of whole curves."""
    table = np.random.default_rng(seed).random((n_codes, n_documents)) < 0.4
    whole = accumulation(table, n_orders=ORDERS, random_state=seed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(curves, "_CELLS", at_once * ORDERS)
        patched.setattr(curves, "_STEPS", at_once)
        assert accumulation(table, n_orders=ORDERS, random_state=seed) == whole
    assert (whole.low <= whole.high).all()
    assert whole.high[-1:].tolist() == [float(table.any(axis=1).sum())]


def test_the_order_is_that_of_the_documents_of_a_variable_or_named() -> None:
    rows = pa.table(
        {
            "document": ["a", "b", "b", "c"],
            "start": [0, 0, 0, 0],
            "end": [1, 1, 1, 1],
            "code": ["x", "x", "y", "z"],
            "coder": ["ana"] * 4,
        }
    )
    book = qc.Codebook("study", codes=[qc.Code(each) for each in "xyz"])
    documents = pa.table({"document": ["c", "a", "b"], "day": [2, 3, 1]})
    table = qc.scan_assignments(rows, documents=documents)

    def taken(order: Any) -> tuple[str, ...]:
        return qc.saturation(table, book, order=order, n_orders=5, random_state=1).documents

    assert taken(None) == ("c", "a", "b")
    assert taken("day") == ("b", "c", "a")
    assert taken(["a", "b", "c"]) == ("a", "b", "c")
    with pytest.raises(StatisticsError, match="names 2 documents, 2 of the 3"):
        taken(["a", "b"])
    with pytest.raises(StatisticsError, match="no document has a variable 'days'"):
        taken("days")
    with pytest.raises(StatisticsError, match="does not say in which order"):
        qc.saturation(rows, book)
    found = qc.saturation(table, book, order="day", random_state=1)
    assert found.new.tolist() == [2, 1, 0]
    assert "in the order b, c, a" in qc.report.methods(found)
    assert found.plot().get_title(loc="left")
