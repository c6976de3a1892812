"""The law of values: whatever a project gives travels between processes, and compares by what it holds."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import networkx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from tests.laws.questions import QUESTIONS
from tests.unit.test_suggesting import study

import qualcode as qc
from qualcode.model.codebooks.changes import Retire
from qualcode.model.values import same


def pieces(view: qc.View) -> Iterator[tuple[str, Any]]:
    """Yield everything that a project is made of."""
    yield "view", qc.View(view.state)
    yield "state", view.state
    yield "counted state", view.state.counting()
    yield "log", view.log
    yield "history", view.history
    yield "revision", view.history[1]
    yield "codebook", view.codebook
    yield "code", next(iter(view.codebook.codes.values()))
    yield "documents", view.documents
    yield "document", next(iter(view.documents.values()))
    yield "cases", view.cases
    yield "coders", view.coders
    yield "memos", view.memos
    yield "verdicts", view.verdicts
    yield "assignments", view.assignments
    yield "assignment", view.assignments[0]
    yield "segments", view.segments(unit="sentence")
    yield "segment", view.segments(unit="sentence")[0]
    code = next(iter(view.codebook.codes))
    leaf = [*view.codebook.codes][-1]
    yield "query", (qc.where(code=code) & ~qc.where(text="the")) | qc.where(origin="hand")
    near = qc.where(code=code).within("turn").at(1) | qc.units("turn").speaker("x").text(
        re.compile("a")
    )
    yield (
        "query of places",
        near.followed_by(qc.query("mine"), 20).where(site="north").inside(qc.where()),
    )
    yield "found", view.find(qc.where(code=code).within("turn"))
    yield "preview", view.preview(Retire(leaf))


@pytest.fixture(scope="module")
def two() -> tuple[qc.View, qc.View]:
    """Return two projects that differ."""
    whole = qc.load_project("partnership-interviews")
    return whole, whole.restricted(documents=list(whole.documents)[:5]).at(revision=4)


PIECES = [name for name, _ in pieces(qc.load_project("partnership-interviews"))]


def holds(value: Any, other: Any, *, alike: bool = False) -> None:
    assert value == value
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert copy.copy(value) == value
    assert value != object()
    if not alike:
        assert value != other


@pytest.mark.parametrize("name", PIECES)
def test_what_a_project_is_made_of_travels(name: str, two: tuple[qc.View, qc.View]) -> None:
    one, other = (dict(pieces(each))[name] for each in two)
    # The two have some of it in common.
    shared = ("revision", "code", "document", "coders", "segment", "query", "cases", "verdicts")
    shared = (*shared, "query of places")
    holds(one, other, alike=name in (*shared, "memos", "assignment"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_travels(name: str, two: tuple[qc.View, qc.View]) -> None:
    one = QUESTIONS[name](two[0])
    other = QUESTIONS[name](two[1])
    holds(one, other, alike=name in ("as of", "restricted"))
    assert pickle.loads(pickle.dumps(one)).recipe == one.recipe


def suggesting() -> dict[str, Callable[[Any], Any]]:
    return {
        "suggestions": lambda project: project.suggest(project.suggester().fit(), top=1),
        "suggestion": lambda project: project.suggest(project.suggester().fit(), top=1)[0],
        "search": lambda project: project.autocode("trust", text="trust*"),
        "evaluation": lambda project: qc.evaluate_suggester(
            project, budgets=["s50"], seeds=[0], marked=False
        ),
        "gaps": lambda project: project.suggester().fit().gaps(),
        "drift": lambda project: project.suggester().fit().drift(),
        "doubts": lambda project: project.suggester().fit().doubts(),
    }


@pytest.mark.parametrize("name", suggesting())
def test_what_suggesters_give_travels(name: str) -> None:
    pytest.importorskip("sklearn")
    one = suggesting()[name](study())
    holds(one, None)
    assert getattr(one, "recipe", None) is not None or name in ("suggestion", "doubts")
    if recipe := getattr(one, "recipe", None):
        assert pickle.loads(pickle.dumps(one)).recipe == recipe


@attrs.frozen(eq=False)
class Held:
    what: Any


def test_the_same_is_told_of_everything_that_values_hold() -> None:
    nan = float("nan")
    graph = networkx.Graph([("a", "b", {"weight": nan})])
    alike: list[Callable[[], Any]] = [
        lambda: nan,
        lambda: np.array([1.0, nan]),
        lambda: np.array(["a", nan, None], dtype=object),
        lambda: (1, [nan, {"a": nan}]),
        lambda: pd.DataFrame({"a": [nan, 1.0]}),
        lambda: sparse.csr_matrix([[0.0, nan], [1.0, 0.0]]),
        lambda: Held(np.array([nan])),
        graph.copy,
    ]
    for make in alike:
        assert same(make(), make()), make()
    for one, other in (
        (nan, 1.0),
        (np.zeros(2), np.zeros(3)),
        (np.zeros((1, 2)), np.zeros(2)),
        ((1, 2), [1, 2]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
        (sparse.csr_matrix([[0, 1]]), sparse.csr_matrix([[1, 0]])),
        (graph, networkx.Graph([("a", "c")])),
        (graph, graph.to_directed()),
        (Held(1), Held(2)),
        (np.zeros(2), "two"),
        (None, 0),
    ):
        assert not same(one, other), (one, other)
