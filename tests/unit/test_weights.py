"""Counting weights: the sum over the segments of the greatest weight given there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import counting

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report import rollup_text, write_html
from qualcode.report.methods import methods
from qualcode.stats import kernels
from qualcode.stats.conclusions import Ranking
from qualcode.testing import codebooks, projects

# Quarters add up without rounding, in any order.
WEIGHTS = st.none() | st.integers(-8, 12).map(lambda number: number / 4)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[int, int, float | None]], Any]:
    n_codes = draw(st.sampled_from([1, 3, 6]))
    row = st.tuples(st.integers(-2, 5), st.integers(0, n_codes - 1), WEIGHTS)
    nodes = draw(st.lists(st.sets(st.integers(0, n_codes - 1), max_size=5), max_size=5))
    membership = np.zeros((n_codes, len(nodes)), dtype=np.bool_)
    for node, codes in enumerate(nodes):
        membership[list(codes), node] = True
    return draw(st.lists(row, max_size=30)), membership


def columns(rows: list[tuple[int, int, float | None]]) -> tuple[Any, Any, Any]:
    return (
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.float64),
    )


def summed(found: Any, n_nodes: int) -> list[float]:
    node, weight, count = found
    return np.bincount(node, weights=weight * count, minlength=n_nodes).tolist()


@given(tables(), st.data(), st.integers(1, 12))
def test_the_kernel_equals_the_plain_sums(table: Any, data: st.DataObject, block: int) -> None:
    rows, membership = table
    wanted = counting.node_weights(rows, membership)
    got = kernels.weight_counts(*columns(rows), membership, block=block)
    assert got[2].dtype == np.int64
    assert summed(got, len(wanted)) == wanted
    keys = list(zip(got[0].tolist(), got[1].tolist(), strict=True))
    assert keys == sorted(set(keys))
    again = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    assert summed(kernels.weight_counts(*columns(again), membership), len(wanted)) == wanted
    chosen = data.draw(st.sets(st.integers(-2, 5)))
    parts = [[row for row in rows if (row[0] in chosen) == side] for side in (True, False)]
    found = [kernels.weight_counts(*columns(part), membership) for part in parts]
    together = kernels.by_weight(*(np.concatenate(each) for each in zip(*found, strict=True)))
    assert all(np.array_equal(*pair) for pair in zip(together, got, strict=True))


def test_no_order_of_addition_rounds_a_sum() -> None:
    weights = [0.1] * 10 + [1e16, 1.0, -1e16, 2.0**-1074]
    project = qc.Project.new("Study", codebook=qc.Codebook("b", codes=[qc.Code("a")]), coder="ana")
    project.add_document("x" * 20, id="d")
    for at, weight in enumerate(weights):
        project.assign(("d", at, at + 1), "a", weight=weight)
    assert project.rollup(count="weight").total == 2.0
    project.assign(("d", 18, 19), "a", weight=1.7e308)
    project.assign(("d", 19, 20), "a", weight=1.7e308)
    assert project.rollup(count="weight").counts.max() == np.inf


def test_the_kernel_refuses_what_does_not_fit() -> None:
    with pytest.raises(StatisticsError, match="column 'weight' has shape"):
        kernels.weight_counts([0], [0], [1.0, 2.0], [[True]])
    with pytest.raises(StatisticsError, match="holds 1, but"):
        kernels.weight_counts([0], [1], [1.0], [[True]])


@settings(max_examples=80)
@given(projects(codebooks=codebooks(min_codes=2, min_rollups=1)))
def test_a_projects_weights_are_the_plain_sums(project: qc.Project) -> None:
    result = project.rollup(count="weight")
    state = project.state.counting()
    units: dict[Any, int] = {}
    codes = list(state.codebook.codes)
    rows = [
        (units.setdefault(each.place[:3], len(units)), codes.index(each.code.id), each.weight)
        for each in state.assignments
    ]
    hierarchy = lay_over(state.find_rollup(), state.codebook)
    wanted = counting.node_weights(rows, hierarchy.membership)
    assert result.counts.tolist() == pytest.approx(wanted)
    top = [n.level == hierarchy.top and n.id != UNASSIGNED for n in hierarchy.nodes]
    totals = np.ones((len(codes), 2), dtype=np.bool_)
    totals[:, 0] = hierarchy.membership[:, top].any(axis=1)
    assert [result.rolled_up, result.total] == pytest.approx(counting.node_weights(rows, totals))
    assert result.base == result.total
    weighted = {unit for unit, _, weight in rows if weight is not None}
    assert result.unweighted == len(units) - len(weighted)
    per_document = [
        project.restricted(documents=id).rollup(count="weight") for id in project.documents
    ]
    assert sum(each.total for each in per_document) == pytest.approx(result.total)
    assert sum(each.unweighted for each in per_document) == result.unweighted


@pytest.fixture
def project() -> qc.Project:
    themes = [
        qc.Theme("soft", name="Soft", codes=["trust", "care"]),
        qc.Theme("hard", codes="money"),
    ]
    book = qc.Codebook(
        "study",
        codes=[qc.Code("trust"), qc.Code("care"), qc.Code("money"), qc.Code("time")],
        rollups=[qc.Rollup("main", themes=themes)],
    )
    made = qc.Project.new("Study", codebook=book, coder="ana")
    made.set_scale({1: "mentioned", 2: "discussed", 3: "central"})
    made.add_document("One. Two. Three. Four.", id="a", variables={"site": "north"})
    made.add_document("Five.", id="b", variables={"site": "south"})
    one, two, three, four, five = made.segments(unit="sentence")
    for segment, code, weight, coder in (
        (one, "trust", 1, "ana"), (one, "trust", 3, "ben"), (one, "care", 2, "ana"),
        (two, "money", 2, "ana"), (three, "trust", None, "ana"), (four, "time", 1, "ana"),
        (five, "care", 2, "ben"),
    ):  # fmt: skip
        made.assign(segment, code, weight=weight, coder=coder)
    return made


def test_a_segment_counts_with_its_greatest_weight(project: qc.Project) -> None:
    result = project.rollup(count="weight")
    assert {id: result.of(id, "code") for id in ("trust", "care", "money", "time")} == {
        "trust": 3,
        "care": 4,
        "money": 2,
        "time": 1,
    }
    assert (result["soft"], result["hard"]) == (5, 2)
    assert (result.rolled_up, result.total, result.base, result.unweighted) == (7, 8, 8, 1)
    assert result.share("soft") == 5 / 8
    assert project.rollup(count="weight", coders="ana")["soft"] == 2
    assert str(result).endswith("everything coded: 8 weight; 1 segment without a weight")
    assert "(1 segment has no weight and count as nothing)" not in rollup_text(result)
    assert "(1 segment has no weight and counts as nothing)" in rollup_text(result)
    frame = result.to_frame().set_index("id")
    assert frame.loc["total", "count"] == 8


def test_a_merge_keeps_the_greatest_weight(project: qc.Project) -> None:
    before = project.rollup(count="weight")["soft"]
    with project.revise() as cb:
        cb.merge("care", into="trust")
    assert project.rollup(count="weight").of("trust", "code") == before == 5
    (merged,) = [
        each for each in project.assignments if each.coder == "ana" and each.segment.end == 4
    ]
    assert merged.weight == 2


def test_weights_by_a_variable(project: qc.Project) -> None:
    table = project.crosstab("site", count="weight")
    frame = table.to_frame()
    assert frame.loc["soft"].drop("name").to_dict() == {"north": 3, "south": 2, "total": 5}
    assert table.unweighted == 1
    assert (table.counts.sum(axis=1) == table.totals).all()


def test_weights_that_are_no_whole_numbers_are_shown_so(project: qc.Project) -> None:
    project.set_scale({})
    project.assign(("b", 0, 4), "money", weight=0.25)
    result = project.rollup(count="weight")
    assert result["hard"] == 2.25
    assert "2.25" in rollup_text(result)
    assert project.rollup(count="segments")["hard"] == 2


def test_methods_say_what_weights_mean_and_what_has_none(project: qc.Project) -> None:
    text = methods(project.rollup(count="weight"))
    assert "points of weight were counted" in text
    assert "Weights were 1 (mentioned), 2 (discussed) and 3 (central)." in text
    assert "1 segment without a weight counted as nothing." in text
    assert "Of the 8 points of weight counted in all, 7 belonged to a theme" in text
    assert "Weights were" in methods(project.crosstab("site", count="weight"))
    project.set_scale({})
    assert "Weights were" not in methods(project.rollup(count="weight"))


def test_a_ranking_may_count_weights(project: qc.Project) -> None:
    found = project.sensitivity(Ranking(level="code", count="weight"), each_coder=False)
    assert found.base.finding.counts["care"] == 4
    tried = project.sensitivity(Ranking(level="code"), each_coder=False).to_frame()
    assert "weight" not in set(tried["setting"])
    named = project.sensitivity(Ranking(level="code"), each_coder=False, counts=["weight"])
    assert "weight" in set(named.to_frame()["setting"])


def test_nothing_coded_weighs_nothing() -> None:
    result = qc.Project.new("x").rollup(count="weight")
    assert (result.total, result.unweighted, result.share("unassigned")) == (0, 0, None)


def test_a_report_can_show_weights(project: qc.Project, tmp_path: Path) -> None:
    page = write_html(project, tmp_path / "page.html", count="weight").read_text("utf-8")
    assert "of 8 weight" in page
