"""What follows what in a project, against one unit after another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.coded import coded_project

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats.order.sequences import lag_sequential, transition_counts
from qualcode.stats.order.transition_table import Lag
from qualcode.stats.pairs.association import association
from qualcode.stats.uncertainty.intervals import jackknife_interval

LINES = {"x": ["a", "b", "a", "", "ab"], "y": ["b", "a", "a", "b"], "z": ["c"]}
some_lines = st.dictionaries(
    st.sampled_from(["x", "y", "z"]),
    st.lists(st.sampled_from(["", "a", "b", "c", "ab", "bc"]), min_size=1, max_size=7),
    min_size=1,
)


def plain(lines: dict[str, list[str]], lag: Lag, skip: bool) -> list[tuple[str, str]]:
    """The transitions: what one unit carries, and what any of those at a lag carries."""
    found = []
    first, last = (lag, lag) if isinstance(lag, int) else lag
    for each in lines.values():
        kept = [line for line in each if line or not skip]
        for at, line in enumerate(kept):
            later = [kept[at + step] for step in range(first, last + 1) if at + step < len(kept)]
            if later:
                found.append((line, "".join(later)))
    return found


@settings(max_examples=60)
@given(
    some_lines,
    st.integers(1, 3) | st.sampled_from([(1, 2), (1, 3), (2, 3), (2, 2), (1, 50)]),
    st.booleans(),
)
def test_transitions_equal_the_plain_ones(
    lines: dict[str, list[str]], lag: Lag, skip: bool
) -> None:
    project = coded_project(lines)
    found = project.sequences(unit="line", lag=lag, uncoded="skip" if skip else "keep")
    transitions = plain(lines, lag, skip)
    assert found.n_transitions == len(transitions)
    ids = [node.id for node in found.nodes]
    assert ids == sorted({letter for each in lines.values() for line in each for letter in line})
    for row, a in enumerate(ids):
        for column, b in enumerate(ids):
            both = sum(a in one and b in two for one, two in transitions)
            given_, then = (
                sum(a in one for one, _ in transitions),
                sum(b in two for _, two in transitions),
            )
            assert found.counts[row, column] == both
            if not transitions:
                assert found.reason[row, column] == "there are no transitions"
                continue
            table = association(both, given_, then, len(transitions))
            z = float(table.phi) * np.sqrt(len(transitions))
            assert found.z[row, column] == pytest.approx(z, nan_ok=True)
            assert found.yule_q[row, column] == pytest.approx(float(table.yule_q), nan_ok=True)
            assert bool(found.reason[row, column]) == bool(np.isnan(found.z[row, column]))
            assert found.expected[row, column] == pytest.approx(given_ * then / len(transitions))


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), min_size=1, max_size=3),
    st.integers(1, 2),
)
def test_one_code_on_each_unit_is_the_usual_analysis(texts: list[list[str]], lag: int) -> None:
    project = coded_project({f"d{at}": each for at, each in enumerate(texts)})
    found = project.sequences(unit="line", lag=lag)
    ids = [node.id for node in found.nodes]
    events = [ids.index(letter) for each in texts for letter in each]
    document = [at for at, each in enumerate(texts) for _ in each]
    usual = lag_sequential(transition_counts(events, len(ids), document=document, lag=lag))
    assert np.array_equal(found.counts, usual.counts)
    assert np.allclose(found.z, usual.z, equal_nan=True)
    assert np.allclose(found.yule_q, usual.yule_q, equal_nan=True)
    assert found.overall is not None
    assert found.overall.lr_chi2 == pytest.approx(usual.lr_chi2)
    assert found.overall_reason is None


@settings(max_examples=30)
@given(some_lines, st.integers(1, 3), st.integers(0, 2))
def test_a_wider_range_of_lags_never_counts_less(
    lines: dict[str, list[str]], first: int, more: int
) -> None:
    project = coded_project(lines)
    one, narrow, wide = (
        project.sequences(unit="line", lag=lag)
        for lag in (first, (first, first + more), (first, first + more + 1))
    )
    assert one.n_transitions == narrow.n_transitions == wide.n_transitions
    assert (one.counts <= narrow.counts).all()
    assert (narrow.counts <= wide.counts).all()
    assert (one.n_given == wide.n_given).all()
    same = project.sequences(unit="line", lag=(first, first))
    assert same.lag == first
    assert (same.counts == one.counts).all()
    assert wide.overall is None
    assert "several units come then" in str(wide.overall_reason)


@settings(max_examples=30)
@given(some_lines, st.sampled_from([1, (1, 2)]))
def test_transitions_add_up_over_documents_in_any_order(
    lines: dict[str, list[str]], lag: Lag
) -> None:
    project = coded_project(lines)
    whole = project.sequences(unit="line", lag=lag)
    turned = coded_project(dict(reversed(lines.items()))).sequences(unit="line", lag=lag)
    assert (whole.counts == turned.counts).all()
    ids = [node.id for node in whole.nodes]
    added = np.zeros_like(whole.counts)
    for document in project.documents:
        part = project.restricted(documents=document).sequences(unit="line", lag=lag)
        at = [ids.index(node.id) for node in part.nodes]
        added[np.ix_(at, at)] += part.counts
    assert (added == whole.counts).all()


def test_frames_show_what_comes_often_enough() -> None:
    found = coded_project(LINES).sequences(unit="line")
    frame = found.to_frame()
    assert list(frame) == [
        "given", "then", "count", "expected", "probability", "z", "yule_q", "reason"
    ]  # fmt: skip
    assert frame["count"].sum() == found.counts.sum()
    assert frame["z"].is_monotonic_decreasing
    first = frame[(frame["given"] == "a") & (frame["then"] == "b")].iloc[0]
    assert (first["count"], first["probability"]) == (2, 0.5)
    assert len(found.to_frame(min_count=0)) == 9
    nothing = found.to_frame(min_count=0).set_index(["given", "then"]).loc[("c", "a")]
    assert nothing["reason"] == "nothing follows it"
    assert np.isnan(nothing[["z", "yule_q", "probability"]].astype(float)).all()
    assert found.overall is None
    assert "several nodes" in str(found.overall_reason)


def test_uncoded_units_are_events_of_the_whole_table() -> None:
    found = coded_project({"x": ["a", "", "b", "a", ""]}).sequences(unit="line")
    assert found.overall is not None
    assert found.overall.counts.tolist() == [[0, 0, 2], [1, 0, 0], [0, 1, 0]]


def test_intervals_leave_out_whole_documents() -> None:
    lines = {"x": ["a", "b", "a", "a", "b"], "y": ["b", "a", "a", "b", "b"], "z": list("abaaab")}
    found = coded_project(lines).sequences(unit="line")
    frame = found.intervals("phi").to_frame().set_index(["a", "b"])
    left = []
    for one in lines:
        rest = plain({id: each for id, each in lines.items() if id != one}, 1, False)
        columns = [[a == "a" for a, _ in rest], [b == "b" for _, b in rest]]
        left.append(float(np.corrcoef(np.array(columns, dtype=float))[0, 1]))
    error = np.sqrt(2 / 3 * np.sum((np.array(left) - np.mean(left)) ** 2))
    here = frame.loc[("a", "b")]
    assert here["standard_error"] == pytest.approx(error)
    bounds = jackknife_interval(left, here["phi"], scale="fisher")
    assert here["low"] == pytest.approx(bounds.low)


def test_themes_and_turns() -> None:
    book = qc.Codebook(
        "b",
        codes=[qc.Code("a"), qc.Code("b"), qc.Code("c")],
        rollups=[
            qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"]), qc.Theme("u", codes=["c"])])
        ],
    )
    project = qc.Project.new("Study", codebook=book)
    project.add_document("ANA: one\nBEN: two\nANA: three", id="d")
    for turn, codes in zip(project.segments(unit="turn"), ("ab", "c", "b"), strict=True):
        for code in codes:
            project.assign(turn, code, coder="ana")
    found = project.sequences(level="theme", rollup="r")
    assert [node.id for node in found.nodes] == ["t", "u"]
    assert found.counts.tolist() == [[0, 1], [1, 0]], "two codes of a theme are the theme, once"
    assert found.overall is not None
    assert project.sequences(unit="segment").n_transitions == 2


def test_what_follows_nothing_is_refused() -> None:
    project = coded_project(LINES)
    calls: list[tuple[Any, str]] = [
        (lambda: project.sequences(unit="document"), "must follow each other within a document"),
        (lambda: project.sequences(unit="case"), "must follow each other within a document"),
        (lambda: project.sequences(unit="line", lag=0), "lag must be at least 1"),
        (lambda: project.sequences(unit="line", lag=(0, 2)), "lag must be at least 1"),
        (lambda: project.sequences(unit="line", lag=(3, 2)), "ends before it begins"),
        (lambda: project.sequences(unit="line", uncoded="drop"), "'keep', 'skip'"),  # type: ignore[arg-type]
        (lambda: project.sequences(unit="lines"), "Did you mean 'line'"),
    ]
    for call, message in calls:
        with pytest.raises(StatisticsError, match=message):
            call()
    empty = coded_project({"d": ["", ""]}).sequences(unit="line")
    assert empty.to_frame().empty
    assert empty.n_transitions == 1
