"""The laws of co-occurrence, wherever codes meet and whoever assigned them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import counted, states

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.stats.pairs.cooccurrence import Cooccurrence
from qualcode.testing import codebooks, projects, rollups
from qualcode.testing.variants import by_another_coder, in_reverse, logged_twice

Options = dict[str, Any]


def halves(document: qc.Document) -> list[tuple[int, int]]:
    """A segmenter of one's own, whose units overlap and come in no order."""
    middle, end = len(document.text) // 2, len(document.text)
    units = [(middle // 2, end), (0, middle), (middle, end), (0, middle)]
    return [(start, stop) for start, stop in units if start < stop]


WITHIN: list[Options] = [
    {"unit": "segment"},
    {"meeting": "overlap"},
    {"meeting": "overlap", "gap": 0},
    {"meeting": "overlap", "gap": 3},
    {"meeting": "overlap", "min_overlap": 2},
    {"meeting": "overlap", "min_overlap": 0.5},
    {"meeting": "contained"},
    {"unit": "sentence"},
    {"unit": "sentence", "gap": 0},
    {"unit": "paragraph"},
    {"unit": "line"},
    {"unit": "turn"},
    {"unit": "document"},
    {"unit": "case"},
    {"unit": re.compile(r"\w+")},
    {"unit": re.compile(r"\w+"), "gap": 1},
    {"unit": halves},
    {"unit": halves, "gap": 0},
]
# Where a unit of the one meets a unit of the other, rather than one unit carrying both.
NEAR = [each for each in WITHIN if "meeting" in each or "gap" in each]
places = st.sampled_from(WITHIN)
readers = st.booleans()
some_projects = projects(codebooks=codebooks(min_codes=2), max_steps=20, changes=("merge", "split"))


def all_nodes(view: qc.View, rollup: qc.Rollup | None, level: str) -> list[Node]:
    hierarchy = lay_over(view.state.find_rollup(rollup), view.codebook)
    return [node for node in hierarchy.level(level) if node.id != UNASSIGNED]


def as_dict(found: Cooccurrence) -> dict[tuple[str, str], int]:
    ids = [node.id for node in found.nodes]
    return {
        (a, b): int(found.counts[row, column])
        for row, a in enumerate(ids)
        for column, b in enumerate(ids)
        if found.counts[row, column]
    }


@pytest.mark.parametrize(
    "options", WITHIN, ids=lambda options: re.sub(r" at 0x\w+", "", str(options))
)
@pytest.mark.parametrize("same_coder", [False, True])
def test_the_fast_count_equals_the_plain_one(options: Options, same_coder: bool) -> None:
    @settings(max_examples=25)
    @given(some_projects, st.data())
    def holds(project: qc.Project, data: Any) -> None:
        written = rollups(codebook=project.codebook).filter(lambda each: each.attribute is None)
        rollup = data.draw(written)
        hierarchy = lay_over(rollup, project.codebook)
        for level in ("code", "theme", "domain"):
            if level == "domain" and hierarchy.top != "domain":
                continue
            found = project.cooccurrence(
                **options, same_coder=same_coder, level=level, rollup=rollup
            )
            nodes = all_nodes(project, rollup, level)
            wanted, n_units = states.cooccurrence(
                project.state,
                nodes,
                counted.counting(project.state, persons=False),
                **options,
                same_coder=same_coder,
            )
            shown = [at for at in range(len(nodes)) if wanted[at, at]]
            assert [node.id for node in found.nodes] == [nodes[at].id for at in shown]
            assert found.counts.tolist() == wanted[np.ix_(shown, shown)].tolist()
            assert found.n_units == n_units

    holds()


@settings(max_examples=100)
@given(some_projects, places, readers)
def test_symmetric_with_own_counts_and_never_above_the_smaller(
    project: qc.Project, options: Options, same_coder: bool
) -> None:
    found = project.cooccurrence(**options, same_coder=same_coder)
    own = np.diagonal(found.counts)
    if options.get("meeting") == "contained":
        assert found.directed
    else:
        assert (found.counts == found.counts.T).all()
    assert (found.counts <= np.minimum(own[:, None], own[None, :])).all()
    assert (found.counts >= 0).all()
    assert (own <= found.n_units).all()
    counts = {"segment": "segments", "document": "documents", "case": "cases"}
    policy: Any = counts.get(str(options.get("unit")))
    if policy and not same_coder:
        result = project.rollup("tree", count=policy)
        assert own.tolist() == [result.of(node.id, "code") for node in found.nodes]
    for measure in ("jaccard", "dice"):
        values = found.matrix(measure).to_numpy()
        values = values[~np.isnan(values)]
        assert ((values >= 0) & (values <= 1)).all()


@settings(max_examples=60)
@given(some_projects, places)
def test_duplicates_change_nothing(project: qc.Project, options: Options) -> None:
    once = project.cooccurrence(**options)
    for again in (logged_twice(project), by_another_coder(project)):
        assert as_dict(again.cooccurrence(**options)) == as_dict(once)
    same = project.cooccurrence(**options, same_coder=True)
    assert as_dict(logged_twice(project).cooccurrence(**options, same_coder=True)) == as_dict(same)


@settings(max_examples=60)
@given(some_projects, places, readers)
def test_documents_add_up_and_their_order_does_not_matter(
    project: qc.Project, options: Options, same_coder: bool
) -> None:
    whole = as_dict(project.cooccurrence(**options, same_coder=same_coder))
    assert as_dict(in_reverse(project).cooccurrence(**options, same_coder=same_coder)) == whole
    if options.get("unit") == "case":
        return  # a case can have documents in both parts
    added: dict[tuple[str, str], int] = {}
    for document in project.documents:
        view = qc.View(project.state.restricted(documents=document))
        for pair, count in as_dict(view.cooccurrence(**options, same_coder=same_coder)).items():
            added[pair] = added.get(pair, 0) + count
    assert added == whole


@settings(max_examples=60)
@given(some_projects, places)
def test_one_coder_alone_is_any_or_the_same(project: qc.Project, options: Options) -> None:
    for coder in {each.coder for each in project.assignments}:
        alone = qc.View(project.state.restricted(coders=coder))
        either, same = (alone.cooccurrence(**options, same_coder=each) for each in (False, True))
        assert as_dict(either) == as_dict(same)
        assert either.n_units == same.n_units


@settings(max_examples=60)
@given(some_projects, places, readers, st.data())
def test_the_units_behind_a_count_are_as_many(
    project: qc.Project, options: Options, same_coder: bool, data: Any
) -> None:
    found = project.cooccurrence(**options, same_coder=same_coder)
    if not found.nodes:
        return
    ids = st.sampled_from([node.id for node in found.nodes])
    a, b = data.draw(ids), data.draw(ids)
    units = found.units(a, b)
    if options in NEAR:
        if a == b:
            assert len(units) <= found.both(a, a)
        assert len(units) == 0 or found.both(a, b) > 0
    elif not same_coder:
        assert len(units) == found.both(a, b)
    else:
        assert len(units) <= found.both(a, b)
        assert bool(units) == bool(found.both(a, b))
    with pytest.raises(errors.NotFoundError):
        found.both("no-such-code", a)


# Set laws of themes and domains


def unit_set(project: qc.View, within: Any, codes: frozenset[str]) -> set[Any]:
    key: dict[str, Callable[[Any], list[Any]]] = {
        "segment": lambda each: [each.place[:3]],
        "document": lambda each: [each.segment.document.id],
        "case": lambda each: [*each.segment.document.cases],
    }
    return {
        unit
        for each in project.state.counting(None).assignments  # not those of a machine, say
        if each.code.id in codes
        for unit in key[within](each)
    }


@settings(max_examples=80)
@given(some_projects, st.sampled_from(["segment", "document", "case"]), st.data())
def test_themes_meet_in_the_intersection_of_their_units(
    project: qc.Project, within: str, data: Any
) -> None:
    """Law 13 of rollups: never the sum over pairs of codes."""
    written = rollups(codebook=project.codebook).filter(lambda each: each.attribute is None)
    rollup = data.draw(written)
    levels = ["theme", "domain"] if rollup.domains or rollup.tree else ["theme"]
    for level in levels:
        if not project.codebook.codes:
            continue
        found = project.cooccurrence(unit=within, level=level, rollup=rollup)  # type: ignore[arg-type]
        sets = {node.id: unit_set(project, within, node.codes) for node in found.nodes}
        assert as_dict(found) == {
            (a, b): len(sets[a] & sets[b]) for a in sets for b in sets if sets[a] & sets[b]
        }


@settings(max_examples=60)
@given(some_projects)
def test_wider_places_hold_at_least_whether_codes_meet(project: qc.Project) -> None:
    """Codes that share a segment overlap; codes that overlap lie within every gap, and so on."""
    chains: list[list[Options]] = [
        [
            {"unit": "segment"},
            {"meeting": "contained"},
            {"meeting": "overlap", "min_overlap": 1.0},
            {"meeting": "overlap", "min_overlap": 0.5},
            {"meeting": "overlap"},
            {"meeting": "overlap", "gap": 0},
            {"meeting": "overlap", "gap": 5},
            {"unit": "document"},
        ],
        [
            {"meeting": "overlap", "min_overlap": 4},
            {"meeting": "overlap", "min_overlap": 1},
            {"unit": "document"},
        ],
        [
            {"unit": "sentence"},
            {"unit": "sentence", "gap": 0},
            {"unit": "sentence", "gap": 2},
            {"unit": "document"},
        ],
    ]
    for steps in chains:
        pairs = [set(as_dict(project.cooccurrence(**options))) for options in steps]
        for narrower, wider in pairwise(pairs):
            assert narrower <= wider


@settings(max_examples=60)
@given(some_projects, readers)
def test_a_least_overlap_of_one_is_any_overlap(project: qc.Project, same_coder: bool) -> None:
    any_, one = (
        project.cooccurrence(meeting="overlap", min_overlap=least, same_coder=same_coder)
        for least in (None, 1)
    )
    assert (any_.counts == one.counts).all()


@settings(max_examples=60)
@given(some_projects, readers)
def test_to_be_inside_is_to_share_the_whole_shorter_one(
    project: qc.Project, same_coder: bool
) -> None:
    inside = project.cooccurrence(meeting="contained", same_coder=same_coder)
    whole = project.cooccurrence(meeting="overlap", min_overlap=1.0, same_coder=same_coder)
    assert (np.maximum(inside.counts, inside.counts.T) <= whole.counts).all()
    assert (np.diagonal(inside.counts) == np.diagonal(whole.counts)).all()
    either = (inside.counts + inside.counts.T) > 0
    assert (either == (whole.counts > 0)).all()


@settings(max_examples=60)
@given(some_projects, st.sampled_from(["sentence", "turn"]), readers)
def test_a_wider_gap_between_units_never_counts_less(
    project: qc.Project, within: str, same_coder: bool
) -> None:
    same, *wider = (
        project.cooccurrence(within, gap=gap, same_coder=same_coder)  # type: ignore[arg-type]
        for gap in (None, 0, 1, 99)
    )
    for narrow, wide in pairwise([same, *wider]):
        assert (narrow.counts <= wide.counts).all()
        assert narrow.n_units == wide.n_units
        assert (np.diagonal(narrow.counts) == np.diagonal(wide.counts)).all()


@settings(max_examples=40)
@given(some_projects, places)
def test_the_frame_and_the_graph_say_what_the_matrix_says(
    project: qc.Project, options: Options
) -> None:
    found = project.cooccurrence(**options)
    frame, matrix = found.to_frame(), found.matrix()
    apart = found.counts.copy() if found.directed else np.triu(found.counts)
    np.fill_diagonal(apart, 0)
    assert len(frame) == np.count_nonzero(apart)
    for row in frame.to_dict("records"):
        assert row["both"] == matrix.loc[row["a"], row["b"]] == found.both(row["a"], row["b"])
        assert row["n_a"] == found.both(row["a"], row["a"])
        assert row["n"] == found.n_units
    assert frame["both"].is_monotonic_decreasing
    pytest.importorskip("networkx")
    if found.directed:
        with pytest.raises(errors.StatisticsError, match="an edge has no direction"):
            found.to_graph()
        return
    graph = found.to_graph()
    assert graph.number_of_nodes() == len(found.nodes)
    edges = {(*sorted((a, b)), count) for a, b, count in graph.edges(data="count")}
    assert edges == {(*sorted((r["a"], r["b"])), r["both"]) for r in frame.to_dict("records")}


def test_what_defines_no_cooccurrence_is_refused() -> None:
    project = qc.Project.new("x", codebook=qc.Codebook("b", codes=[qc.Code("trust")]))
    with pytest.raises(
        errors.StatisticsError, match=r"'sentense' is no unit.*Did you mean 'sentence'"
    ):
        project.cooccurrence(unit="sentense")
    for where in ({"meeting": "overlap"}, {"unit": "sentence"}):
        with pytest.raises(errors.StatisticsError, match="give 0 or more"):
            project.cooccurrence(**where, gap=-1)  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="give it as meeting='overlap'"):
        project.cooccurrence(unit="overlap")
    with pytest.raises(errors.StatisticsError, match="give one of the two"):
        project.cooccurrence(unit="sentence", meeting="overlap")
    with pytest.raises(errors.StatisticsError, match="meeting"):
        project.cooccurrence(meeting="near")  # type: ignore[arg-type]
    for within in ("segment", "document", "case"):
        with pytest.raises(errors.StatisticsError, match="a gap is a number of units between two"):
            project.cooccurrence(unit=within, gap=2)  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="only one of these"):
        project.cooccurrence(meeting="contained", gap=2)
    with pytest.raises(errors.StatisticsError, match="it goes with meeting='overlap'"):
        project.cooccurrence(unit="sentence", min_overlap=3)
    with pytest.raises(errors.StatisticsError, match="same_coder"):
        project.cooccurrence(same_coder="any")  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="a share of the shorter segment"):
        project.cooccurrence(meeting="overlap", min_overlap=30.5)
