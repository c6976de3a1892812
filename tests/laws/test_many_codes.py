"""The laws of large codebooks: what is kept sparse counts what is kept whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.model.codebooks import hierarchy
from qualcode.stats import kernels
from qualcode.stats.counting.policies import POLICIES
from qualcode.stats.kernels import pairs
from qualcode.testing import codebooks, projects

from .test_scale import MEETINGS, everybody

some_projects = projects(codebooks=codebooks(min_codes=2)).filter(lambda each: each.coders)

QUESTIONS: dict[str, Any] = {
    **{f"rollup by {each}": lambda project, coders, each=each: project.rollup(count=each, coders=coders)
       for each in POLICIES},
    **{f"pairs {at}": lambda project, coders, each=each: project.cooccurrence(**each, coders=coders)
       for at, each in enumerate(MEETINGS)},
    "evidence": lambda project, coders: project.evidence(coders=coders),
    "prevalence": lambda project, coders: project.prevalence(coders=coders, interval="wilson"),
    "cases": lambda project, coders: project.prevalence("case", coders=coders, interval="wilson"),
    "saturation": lambda project, coders: project.saturation(coders=coders, n_orders=5, random_state=1),
    "portraits": lambda project, coders: project.portraits(coders=coders),
    "words": lambda project, coders: project.words(by="code", coders=coders),
}  # fmt: skip


def told(ask: Any, project: qc.Project) -> Any:
    try:
        return ask(project, everybody(project)).to_frame().to_dict("list")
    except QualcodeError as error:
        return type(error), str(error)


@settings(max_examples=8)
@given(some_projects, st.data())
def test_what_is_sparse_counts_the_same(project: qc.Project, data: Any) -> None:
    names = data.draw(st.lists(st.sampled_from([*QUESTIONS]), min_size=5, max_size=5, unique=True))
    whole = {name: told(QUESTIONS[name], project) for name in names}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hierarchy, "DENSE", -1)
        patched.setattr(pairs, "_MANY", -1)
        sparse = {name: told(QUESTIONS[name], project) for name in names}
    assert repr(sparse) == repr(whole)


def test_a_large_codebook_is_sparse() -> None:
    codes = [qc.Code(f"code-{at}") for at in range(6_000)]
    project = qc.Project.new("Large", codebook=qc.Codebook("large", codes=codes), coder="ana")
    project.add_document("one two three", id="a")
    for code, span in (("code-1", (0, 3)), ("code-5999", (0, 3)), ("code-7", (4, 7))):
        project.assign(("a", *span), code)
    rollup = project.rollup()
    assert not isinstance(rollup.hierarchy.membership, np.ndarray)
    assert (rollup["code-5999"], rollup.total) == (1, 2)
    assert rollup.segments("code-7")[0].quote == "two"
    met = project.cooccurrence()
    assert met.both("code-1", "code-5999") == 1
    assert met.units("code-1", "code-5999")[0].quote == "one"
    assert [node.id for node in met.nodes] == ["code-1", "code-7", "code-5999"]


@settings(max_examples=30)
@given(st.integers(0, 40), st.integers(1, 6), st.integers(0, 99))
def test_pairs_of_many_codes_are_those_of_few(n_rows: int, n_codes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit, code = np.sort(rng.integers(0, 9, n_rows)), rng.integers(0, n_codes, n_rows)
    whole = kernels.pair_counts(unit, code, n_codes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pairs, "_MANY", 0)
        assert kernels.pair_counts(unit, code, n_codes).tolist() == whole.tolist()
