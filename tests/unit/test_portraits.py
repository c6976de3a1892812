"""Document portraits as data: shares of parts, stretches, and means of groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StatisticsError


def study(length: int, spans: list[tuple[int, int, str]]) -> qc.Project:
    codes = [qc.Code("a"), qc.Code("b")]
    rollup = qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"])])
    book = qc.Codebook("s", codes=codes, rollups=[rollup])
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_document("x" * length, id="d", variables={"site": "north"})
    for start, end, code in spans:
        project.assign(("d", start, end), code)
    return project


drawn = st.integers(5, 40).flatmap(
    lambda length: st.tuples(
        st.just(length),
        st.lists(
            st.tuples(st.integers(0, length - 1), st.integers(1, 9), st.sampled_from("ab")),
            min_size=1, max_size=6,
        ),
        st.integers(1, 7),
    )
)  # fmt: skip


@given(drawn)
@settings(max_examples=50)
def test_shares_are_those_of_the_text_that_is_covered(
    given_all: tuple[int, list[tuple[int, int, str]], int],
) -> None:
    length, given_spans, parts = given_all
    spans = [(start, min(start + n, length), code) for start, n, code in given_spans]
    project = study(length, spans)
    for level, ids in (("code", {code for *_, code in spans}), ("theme", {"t"})):
        found = project.portraits(parts=parts, level=level)
        assert {node.id for node in found.nodes} == ids
        stretches = found.spans_frame()
        for at, node in enumerate(found.nodes):
            # 420 points to a character, so that edges of up to seven parts fall between two of them.
            fine = np.zeros(length * 420, dtype=bool)
            for start, end, code in spans:
                if node.id in (code, "t"):
                    fine[420 * start : 420 * end] = True
            right = fine.reshape(parts, -1).mean(axis=1)
            assert found.covered[0, :, at] == pytest.approx(right)
            own = stretches[stretches["id"] == node.id]
            assert (own["end"] - own["start"]).sum() * 420 == fine.sum()
            # Stretches lie apart: what touches or overlaps is one.
            assert (own["start"].to_numpy()[1:] > own["end"].to_numpy()[:-1]).all()


def test_means_are_over_documents_and_by_group() -> None:
    project = study(10, [(0, 5, "a")])
    project.add_document("y" * 1000, id="e", variables={"site": "south"})
    project.assign(("e", 0, 250), "a")
    project.assign(("e", 900, 1000), "b")
    frame = project.portraits(parts=2).to_frame().set_index(["id", "part"])
    assert frame["share"].to_dict() == {
        ("a", 1): 0.75, ("a", 2): 0.0, ("b", 1): 0.0, ("b", 2): pytest.approx(0.1),
    }  # fmt: skip
    assert frame["documents"].tolist() == [2, 0, 0, 1]
    by_site = project.portraits(parts=2, by="site")
    assert (
        by_site.to_frame().set_index(["site", "id", "part"]).loc[("south", "a", 1), "share"] == 0.5
    )
    assert by_site.documents_frame()[["document", "part", "id"]].to_numpy().tolist() == [
        ["d", 1, "a"], ["e", 1, "a"], ["e", 2, "b"],
    ]  # fmt: skip
    assert "within each value of the variable site" in qc.report.methods(by_site)
    drawn_once = project.portraits(parts=2).plot()
    assert [label.get_text() for label in drawn_once.get_yticklabels()] == ["a", "b"]


def test_what_is_not_coded_has_no_portrait() -> None:
    project = study(10, [(0, 5, "a")])
    with pytest.raises(StatisticsError, match="nothing is coded"):
        study(10, []).portraits()
    with pytest.raises(StatisticsError, match="parts must be at least 1"):
        project.portraits(parts=0)
    interviews = qc.load_project("partnership-interviews")
    then, now = interviews.at(revision=3).portraits(), interviews.portraits()
    assert len(then.nodes) < len(now.nodes)
    assert interviews.portraits(coders="ana").counted.named == ("ana",)
