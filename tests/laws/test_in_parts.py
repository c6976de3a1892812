"""The laws of parts in memory: wherever documents are cut apart, the integers are the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.stats.counting import in_parts
from qualcode.stats.counting import pairing as pairing_module
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.pairing import Pairing
from qualcode.stats.kernels import Meets
from qualcode.testing import codebooks, projects

some_projects = projects(codebooks=codebooks(min_codes=2), min_documents=1)
data = st.data()

MEETINGS: tuple[dict[str, Any], ...] = (
    {"unit": "segment"},
    {"unit": "document", "same_coder": True},
    {"unit": "case"},
    {"unit": "turn", "gap": 1},
    {"unit": None},
    {"unit": None, "gap": 3, "same_coder": True},
    {"unit": None, "inside": True},
    {"unit": None, "min_overlap": 0.5},
)


@pytest.fixture(scope="module", autouse=True)
def many_threads() -> Iterator[None]:
    """Have few rows counted in several threads, whatever pays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_parts, "_PART", 2)
        patch.setattr(in_parts, "_ROWS", 0)
        patch.setattr(in_parts, "_threads", lambda: 3)
        patch.setattr(Meets, "is_compiled", True)
        patch.setattr(pairing_module, "parts_of", lambda coded, least: in_parts.parts_of(coded))
        yield


@settings(max_examples=40)
@given(some_projects, st.sampled_from(MEETINGS), data)
def test_pairs_are_the_same_wherever_documents_are_cut_apart(
    project: qc.Project, asked: dict[str, Any], data: Any
) -> None:
    coded = Coded.of(project.state.uncounted)
    hierarchy = lay_over(project.state.find_rollup("tree"), project.codebook)
    pairing = Pairing(hierarchy.membership, **asked)
    places = pairing.places(coded)
    whole = pairing.finish(pairing.merge([pairing.partial(places)]))
    n = len(coded.documents)
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=4)))
    parts = [pairing.partial(pairing.places(each)) for each in coded.cut(cuts)]
    assert pairing.finish(pairing.merge(data.draw(st.permutations(parts)))) == whole
    assert pairing.count(coded, places) == whole


@settings(max_examples=40)
@given(some_projects)
def test_parts_are_all_documents_in_order_each_once(project: qc.Project) -> None:
    coded = Coded.of(project.state.uncounted)
    parts = in_parts.parts_of(coded)
    assert len(parts) <= 12
    assert [id for part in parts for id in part.ids] == list(coded.ids)
    for name in ("start", "end", "code", "coder", "weight"):
        columns = [getattr(part, name) for part in parts]
        np.testing.assert_array_equal(np.concatenate(columns), getattr(coded, name))
    for part in parts:
        known = {case for each in part.documents for case in each.cases}
        assert known <= set(part.cases)
        assert np.all(np.diff(part.segment) >= 0)
        assert part.segment.min(initial=0) == 0
    assert sum(part.n_segments for part in parts) == coded.n_segments
    assert {case for part in parts for case in part.cases} == set(coded.cases)


def test_an_error_in_a_thread_is_raised_here() -> None:
    def fail(job: int) -> int:
        raise ValueError(f"job {job}")

    with pytest.raises(ValueError, match="job 0"):
        list(in_parts.in_threads(fail, [0, 1, 2]))
