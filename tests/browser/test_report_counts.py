"""What a report's own script counts under filters is what the library counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import qualcode as qc
from qualcode.errors import NotFoundError
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.report import write_html
from qualcode.report.page.choosing import chosen_rollups, few_valued, value_label
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.rollup import evidence, roll_up
from qualcode.stats.pairs.cooccurrence import cooccur
from qualcode.testing import projects

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EVERYTHING = {"coder": "", "variable": "", "value": "", "speaker": "", "role": ""}
COUNTS = ("documents", "segments", "assignments", "cases", "coders", "characters", "weight")

# What the page counts: each node by each policy, the base of shares, segments of documents, and pairs.
SCRIPT = """filter => {
  const count = new Count(filter);
  const nodes = DATA.rollups.flatMap((rollup) =>
    rollup.nodes.map((node) => [rollup.id, node.level, node.id, node.codes]));
  const levels = [...new Set(nodes.map(([rollup, level]) => JSON.stringify([rollup, level])))];
  const policies = Object.keys(POLICIES);
  const cells = (codes) => [...byDocument(count.segments(codes))].filter((_, at) => count.documents[at]);
  return {
    base: Object.fromEntries(policies.map((policy) => [policy, count.base(policy)])),
    counts: nodes.map(([rollup, level, id, codes]) =>
      [rollup, level, id, policies.map((policy) => count.of(codes, policy))]),
    cells: nodes.map(([rollup, level, id, codes]) => [rollup, level, id, cells(codes)]),
    pairs: levels.map((key) => {
      const chosen = nodes.filter(([rollup, level]) => JSON.stringify([rollup, level]) === key);
      const table = meetings(count, chosen.map((node) => node[3]));
      return [...JSON.parse(key), chosen.map((node) => node[2]), [...table]];
    }),
    units: allUnits(count),
    policies,
  };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def narrowed(view: qc.View, filter: dict[str, str]) -> tuple[State, str | None]:
    """Return the state as the library narrows it, and the coder who alone counts, if any."""
    state = view.state
    if filter["variable"]:
        groups = variable_groups(state, filter["variable"])
        value: Value = next(each for each in groups if value_label(each) == filter["value"])
        at = np.flatnonzero(groups[value]).tolist()
        ids = list(state.documents)
        state = state.restricted(documents=[ids[each] for each in at])
    for name, option in (("speaker", "speakers"), ("role", "roles")):
        if filter[name]:
            state = state.restricted(**{option: [filter[name]]})
    return state, filter["coder"] or None


def filters_of(view: qc.View) -> list[dict[str, str]]:
    """Return filters of each kind, and some of several kinds together."""
    state = view.state
    people = [each for document in state.documents.values() for each in document.speakers.items_]
    choices: list[list[dict[str, str]]] = [
        [{}, *({"coder": each} for each in state.coders)],
        [{}, *(
            {"variable": name, "value": value_label(value)}
            for name in few_valued(state)
            for value in list(variable_groups(state, name))[:3]
        )],
        [{}, *({"speaker": name} for name in dict.fromkeys(each.name for each in people))],
        [{}, *({"role": role} for role in dict.fromkeys(each.role for each in people) if role)],
    ]  # fmt: skip
    alone = [each for kind in choices for each in kind[1:]]
    several = list(itertools.product(*choices))[1::7]
    together = [{key: value for part in parts for key, value in part.items()} for parts in several]
    return [EVERYTHING | each for each in ({}, *alone[:14], *together[:10])]


def check_counts(found: dict[str, Any], view: qc.View, filter: dict[str, str], unit: Any) -> None:
    try:
        state, coder = narrowed(view, filter)
    except NotFoundError:  # who was chosen does not speak in these documents
        assert not any(number for *_, numbers in found["counts"] for number in numbers)
        return
    rollups = {each.id: each for each in chosen_rollups(view.state)}
    results = {
        (id, count): roll_up(state, each, count=count, coders=coder)
        for id, each in rollups.items()
        for count in COUNTS
    }
    first = next(iter(rollups))
    for count in COUNTS:
        base = found["base"][count]
        assert base is None or base == pytest.approx(results[first, count].base), (filter, count)
    for id, level, node, numbers in found["counts"]:
        for count, number in zip(found["policies"], numbers, strict=True):
            assert number == pytest.approx(results[id, count].of(node, level)), (
                filter,
                count,
                level,
                node,
            )
    for id, level, node, cells in found["cells"]:
        table = evidence(state, rollup=rollups[id], level=level, coders=coder)
        column = [at for at, each in enumerate(table.nodes) if each.id == node]
        assert cells == (table.counts[:, column[0]].tolist() if column else [0] * len(cells)), (
            filter,
            node,
        )
    for id, level, nodes, pairs in found["pairs"]:
        met = cooccur(state, unit=unit, level=level, rollup=rollups[id], coders=coder)
        assert found["units"] in (None, met.n_units)
        known = {each.id: at for at, each in enumerate(met.nodes)}
        for (one, other), both in zip(itertools.product(nodes, nodes), pairs, strict=True):
            if "unassigned" in (one, other):
                continue  # what rolls up to nothing is paired with nothing
            there = one in known and other in known
            assert both == (met.counts[known[one], known[other]] if there else 0), (
                filter,
                one,
                other,
            )


def check_page(page: Page, view: qc.View, path: Path, unit: str, every: int = 1) -> None:
    write_html(view, path, unit=unit)
    page.goto(path.as_uri())
    for filter in filters_of(view)[::every]:
        check_counts(page.evaluate(SCRIPT, filter), view, filter, unit)


@pytest.mark.parametrize("unit", ["document", "paragraph", "case"])
def test_filters_count_as_the_library_does(page: Page, tmp_path: Path, unit: str) -> None:
    check_page(
        page, qc.load_project("partnership-interviews"), tmp_path / "report.html", unit, every=3
    )


@settings(
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(project=projects(max_steps=14))
def test_filters_of_any_project_count_as_the_library_does(
    page: Page, tmp_path: Path, project: qc.Project
) -> None:
    check_page(page, project, tmp_path / "report.html", "segment", every=2)
