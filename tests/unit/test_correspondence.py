"""Correspondence analysis: its laws, and how firm a map is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats import correspondence_axes

tables = st.tuples(st.integers(3, 6), st.integers(3, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(1, 30), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0], max_size=shape[0],
    )
)  # fmt: skip


@given(tables)
@settings(max_examples=40)
def test_distances_are_chi_squared_and_inertia_is_that_of_the_table(rows: list[list[int]]) -> None:
    from scipy.spatial.distance import pdist
    from scipy.stats import chi2_contingency

    table = np.array(rows, dtype=float)
    found = correspondence_axes(table)
    chi2 = float(chi2_contingency(table, correction=False).statistic)
    assert found.inertia.sum() == pytest.approx(chi2 / table.sum(), abs=1e-9)
    profiles = table / table.sum(axis=1, keepdims=True) / np.sqrt(found.column_mass)
    assert pdist(found.rows) == pytest.approx(pdist(profiles), abs=1e-7)
    # The middle is the middle, of rows and of columns.
    assert found.row_mass @ found.rows == pytest.approx(0, abs=1e-7)
    assert found.column_mass @ found.columns == pytest.approx(0, abs=1e-7)
    turned = correspondence_axes(table.T)
    assert turned.inertia == pytest.approx(found.inertia, abs=1e-9)
    if chi2 > 1e-6:
        of_rows, _ = found.contributions()
        big = found.inertia > 1e-9
        assert of_rows[:, big].sum(axis=0) == pytest.approx(1)


def test_counts_are_those_of_the_crosstab() -> None:
    view = qc.load_project("partnership-interviews")
    found = view.correspondence("sector", level="theme", n_resamples=0)
    crosstab = view.crosstab("sector", level="theme").to_frame().drop(columns=["name", "total"])
    assert (
        found.counts.tolist() == crosstab.loc[[node.id for node in found.nodes]].to_numpy().tolist()
    )
    assert found.reason == "no samples were asked for"
    spoken = view.correspondence("speaker", level="theme", n_resamples=0)
    beside = view.crosstab("speaker", level="theme").to_frame()
    ids = [node.id for node in spoken.nodes]
    assert spoken.counts.tolist() == beside.loc[ids, list(spoken.groups)].to_numpy().tolist()
    by_case = view.correspondence("case", level="theme", n_resamples=0)
    evidence = view.evidence(of="case", level="theme").to_frame()
    assert by_case.counts.T.tolist() == evidence.loc[list(by_case.groups), ids].to_numpy().tolist()


def test_what_all_documents_say_alike_does_not_move() -> None:
    codes = [qc.Code(each) for each in "abc"]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    said = {"x": "aab", "y": "bbc", "z": "cca"}
    for at in range(4):
        for group, each in said.items():
            id = f"{group}{at}"
            project.add_document("word " * 9, id=id, variables={"group": group})
            for place, code in enumerate(each):
                project.assign((id, 5 * place, 5 * place + 4), code)
    found = project.correspondence("group", n_resamples=20, random_state=1)
    # A group's documents are all alike, so that its profile is the same in every sample.
    assert np.abs(found.column_spread).max() < 1e-12
    assert np.nanmax(np.abs(found.row_spread)) > 1e-4
    assert found.recipe is not None
    assert found.recipe.run(project) == found
    assert "20 bootstrap samples of whole documents (seed 1)" in qc.report.methods(found)
    alone = project.restricted(documents=["x0", "y0", "z0"])
    assert alone.correspondence("document", n_resamples=5).n_resamples == 5
    with pytest.raises(StatisticsError, match="needs three rows and three columns"):
        project.restricted(documents=["x0", "y0"]).correspondence("group")


def test_a_table_without_counts_is_refused() -> None:
    with pytest.raises(StatisticsError, match="each with counts"):
        correspondence_axes([[1, 0], [2, 0]])
