"""The laws of counting tables: whatever the parts and the engine, the integers are those of the project."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import DuplicateDocumentError, StatisticsError
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Registry
from qualcode.scale import finish, merge, partial
from qualcode.scale.steps.countings import ByPolicy
from qualcode.scale.steps.plan import Plan
from qualcode.stats.counting.policies import POLICIES
from qualcode.stats.counting.rollup import crosstab, evidence, roll_up
from qualcode.stats.groups.prevalence import prevalence
from qualcode.stats.pairs.cooccurrence import cooccur
from qualcode.testing import codebooks, projects

pa = pytest.importorskip("pyarrow")

some_projects = projects(codebooks=codebooks(min_codes=2)).filter(lambda each: each.coders)
data = st.data()

MEETINGS: tuple[dict[str, Any], ...] = (
    {"unit": "segment"},
    {"unit": "segment", "same_coder": True},
    {"unit": "document", "level": "theme"},
    {"unit": "case"},
    {"unit": "case", "same_coder": True},
    {"unit": "sentence"},
    {"unit": "turn", "gap": 1},
    {"unit": "paragraph", "same_coder": True},
    {"meeting": "overlap"},
    {"meeting": "overlap", "gap": 3, "same_coder": True},
    {"meeting": "contained", "level": "theme"},
)


def everybody(project: qc.Project) -> tuple[str, ...]:
    return tuple(sorted(project.coders))


def as_assigned(state: State) -> Any:
    """Return the rows of a project as they were assigned, before merges and splits."""
    rows = state.events.standing()
    kept = [at for at, each in enumerate(rows.document) if rows.documents[each] in state.documents]
    rows = rows.take(np.array(kept, dtype=np.intp))
    return pa.table(
        {
            "document": pa.array([rows.documents[at] for at in rows.document], pa.string()),
            "start": pa.array(rows.start, pa.int64()),
            "end": pa.array(rows.end, pa.int32()),
            "code": pa.array([rows.codes[at] for at in rows.code], pa.string()),
            "coder": pa.array([rows.coders[at] for at in rows.coder], pa.string()),
            "weight": rows.weight,
        }
    )


def listed(state: State) -> Any:
    documents = list(state.documents.values())
    return pa.table(
        {
            "document": pa.array([each.id for each in documents], pa.string()),
            "text": pa.array([each.text for each in documents], pa.string()),
            "cases": pa.array([list(each.cases) for each in documents], pa.list_(pa.string())),
            "kind": pa.array([f"{len(each.text) % 3}" for each in documents], pa.string()),
        }
    )


def divided(draw: Any, rows: Any) -> list[Any]:
    """Return the rows in any order, in parts of any size: documents are split, and scattered."""
    order = draw.draw(st.permutations(range(len(rows))))
    rows = rows.take(pa.array(order, pa.int64()))
    if draw.draw(st.booleans()):
        rows = rows.set_column(0, "document", rows["document"].dictionary_encode())
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    ends = [0, *cuts, len(rows)]
    return [rows.slice(low, high - low) for low, high in pairwise(ends)]


def without_structure(project: qc.Project) -> State:
    """Return a project's content with documents of which nothing but the text and cases is known."""
    state = project.state
    documents = [
        qc.Document(
            id=each.id, text=each.text, cases=each.cases,
            variables={"kind": f"{len(each.text) % 3}"},
        )
        for each in state.documents.values()
    ]  # fmt: skip
    return attrs.evolve(state, documents=Registry(documents, what="document"))


def backwards(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> Iterator[bytes]:
    """An engine that counts copies of what it was given, and finishes the last part first."""
    for job in reversed(jobs):
        yield pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(job)))


@settings(max_examples=15)
@given(some_projects, st.sampled_from([*POLICIES]), data)
def test_a_table_in_any_parts_counts_what_the_project_does(
    project: qc.Project, count: Any, data: Any
) -> None:
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    coders = data.draw(st.sets(st.sampled_from(everybody(project)), min_size=1))
    options: dict[str, Any] = {"count": count, "coders": coders}
    found = qc.rollup(table, project.codebook, **options, engine=data.draw(engines))
    wanted = roll_up(state, **options)
    for name in ("rolled_up", "total", "base", "unweighted"):
        if name == "base" and count == "cases":
            continue  # a table knows the cases of documents alone
        assert getattr(found, name) == getattr(wanted, name), name
    assert found.counts.tolist() == wanted.counts.tolist()
    within = qc.crosstab(table, project.codebook, "kind", **options)
    expected = crosstab(state, "kind", **options)
    assert within.values == expected.values
    assert within.counts.tolist() == expected.counts.tolist()


engines = st.sampled_from([None, map, backwards])


@settings(max_examples=15)
@given(some_projects, st.sampled_from(MEETINGS), data)
def test_what_meets_in_a_table_is_what_meets_in_the_project(
    project: qc.Project, asked: dict[str, Any], data: Any
) -> None:
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    options = {**asked, "coders": everybody(project), "rollup": Rollup.by_tree()}
    found = qc.cooccurrence(table, project.codebook, **options, engine=data.draw(engines))
    wanted = cooccur(state, **options)
    assert found.nodes == wanted.nodes
    assert found.counts.tolist() == wanted.counts.tolist()
    if asked.get("unit") != "case":
        assert found.n_units == wanted.n_units
    if "meeting" not in asked:
        assert found.to_frame(measures=["jaccard"]).equals(
            wanted.to_frame(measures=["jaccard"])
        ) or (found.n_units != wanted.n_units)


@settings(max_examples=12)
@given(some_projects, data)
def test_the_evidence_of_a_table_is_that_of_the_project(project: qc.Project, data: Any) -> None:
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    coders = everybody(project)
    found = qc.evidence(table, project.codebook, level="code", coders=coders)
    wanted = evidence(state, level="code", coders=coders)
    rows = [found.rows.index(id) for id in wanted.rows]
    assert sorted(found.rows) == sorted(wanted.rows)
    assert found.counts[rows].tolist() == wanted.counts.tolist()


@settings(max_examples=12)
@given(some_projects, st.sampled_from(["document", "case", "sentence", "segment"]), data)
def test_the_shares_of_a_table_are_those_of_the_project(
    project: qc.Project, unit: str, data: Any
) -> None:
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    by = None if unit == "case" else data.draw(st.sampled_from([None, "kind"]))
    options: dict[str, Any] = {"unit": unit, "by": by, "coders": everybody(project)}
    try:
        wanted = prevalence(state, **options, interval="wilson")
    except StatisticsError as error:
        with pytest.raises(StatisticsError, match=re.escape(str(error))):
            qc.prevalence(table, project.codebook, **options, interval="wilson")
        return
    found = qc.prevalence(table, project.codebook, **options, interval="wilson")
    assert found.nodes == wanted.nodes
    assert [*found.shares] == [*wanted.shares]
    for value, shares in found.shares.items():
        assert shares.count.tolist() == wanted.shares[value].count.tolist()
        if unit != "case":
            assert shares.total == wanted.shares[value].total


@settings(max_examples=12)
@given(some_projects, st.sampled_from([*POLICIES.values()]), data)
def test_parts_of_whole_documents_unite_in_any_order(
    project: qc.Project, policy: Any, data: Any
) -> None:
    state = without_structure(project)
    rows, documents = as_assigned(state), listed(state)
    membership = np.eye(len(project.codebook.codes), dtype=np.bool_)
    plan = Plan(project.codebook, ByPolicy(policy, membership, "lengths"))
    share = data.draw(st.lists(st.integers(0, 2), min_size=len(documents), max_size=len(documents)))
    ids = documents["document"].to_pylist()
    parts = []
    for number in range(3):
        own = pa.array([id for id, at in zip(ids, share, strict=True) if at == number], pa.string())
        of = [pa.compute.is_in(each["document"], value_set=own) for each in (rows, documents)]
        parts.append(partial(rows.filter(of[0]), plan, documents.filter(of[1])))
    whole = finish(partial(rows, plan, documents), plan)
    assert finish(merge(data.draw(st.permutations(parts)), plan), plan) == whole
    if parts[0].documents:
        with pytest.raises(DuplicateDocumentError, match="in more than one part"):
            merge([*parts, parts[0]], plan)
