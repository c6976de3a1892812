"""The laws of counting along a rollup: trees and others, every policy, whatever was revised."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import counted, states

import qualcode as qc
from qualcode.model.codebooks.changes import Merge, Move, Split
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.stats.counting.rollup import RollupResult
from qualcode.testing import codebooks, projects, rollups
from qualcode.testing.counting import COUNTS
from qualcode.testing.laws import Subject, first_broken
from qualcode.testing.variants import with_events

WRITTEN = codebooks(min_rollups=1)
policies = st.sampled_from(COUNTS)
some_projects = projects(codebooks=codebooks(min_codes=2))
data = st.data()


def counts_of(result: RollupResult) -> dict[tuple[str, str], int]:
    return {
        (node.level, node.id): result.of(node.id, node.level) for node in result.hierarchy.nodes
    }


def a_rollup(draw: Any, project: qc.View) -> qc.Rollup:
    """Draw a rollup over the codebook as it stands; following an attribute needs one that has it."""
    written = rollups(codebook=project.codebook).filter(lambda each: each.attribute is None)
    drawn: qc.Rollup = draw.draw(written)
    return drawn


@settings(max_examples=150)
@given(some_projects, policies, data)
def test_counts_equal_the_plain_ones(project: qc.Project, count: Any, data: Any) -> None:
    rollup = a_rollup(data, project)
    result = project.rollup(rollup, count=count)
    if rollup.tree:
        held = states.roots(project.codebook)
    else:
        held = states.nodes(rollup, project.codebook)
        assert held.keys() == counts_of(result).keys()
    rows = counted.counting(project.state, persons=count == "coders")
    wanted = states.rollup_counts(project.state, held, count, rows)
    assert {key: result.of(key[1], key[0]) for key in held} == wanted
    every = {("", ""): set(project.codebook.codes)}
    assert result.total == states.rollup_counts(project.state, every, count, rows)["", ""]


@settings(max_examples=80)
@given(some_projects, policies, data)
def test_the_laws_that_users_check_hold_here(project: qc.Project, count: Any, data: Any) -> None:
    rollup = a_rollup(data, project)
    subject = Subject(lambda view: view.rollup(rollup, count=count), "rollup", rollup, count)
    broken = first_broken(subject, qc.View(project.state))
    assert broken is None, broken


def segments_of(result: RollupResult, node: Any) -> set[tuple[str, int, int]]:
    return {
        (each.document.id, each.start, each.end) for each in result.segments(node.id, node.level)
    }


@settings(max_examples=80)
@given(some_projects, data)
def test_a_nodes_segments_are_the_union_of_what_it_holds(project: qc.Project, data: Any) -> None:
    """Laws 1, 3, 4 and 11."""
    result = project.rollup(a_rollup(data, project))
    nodes: dict[tuple[str, str], Node] = {
        (node.level, node.id): node for node in result.hierarchy.nodes
    }
    below = {"domain": "theme", "theme": "code"}
    for node in nodes.values():
        own = segments_of(result, node)
        assert len(own) == result.of(node.id, node.level)
        assert result.of(node.id, node.level) <= len(result.assignments(node.id, node.level))
        if node.level == "code":
            continue
        parts = [segments_of(result, nodes[below[node.level], child]) for child in node.children]
        assert own == set().union(*parts)
        assert max(map(len, parts), default=0) <= len(own) <= sum(map(len, parts))
        if sum(map(len, parts)) == len(set().union(*parts)):
            assert len(own) == sum(map(len, parts)), "disjoint parts add up"
    for level in {node.level for node in nodes.values()}:
        whole = [segments_of(result, node) for node in result.hierarchy.level(level)]
        assert len(set().union(*whole)) == result.total, "nothing coded is left out"


@settings(max_examples=80)
@given(projects(codebooks=codebooks(min_codes=3)))
def test_in_a_tree_assignments_add_up(project: qc.Project) -> None:
    """Law 2: along the code tree, distinct assignments of the domains add up to all."""
    result = project.rollup("tree", count="assignments")
    assert sum(result.of(node.id, "domain") for node in result.hierarchy.level("domain")) == len(
        project.assignments
    )
    for (level, root), inside in states.roots(project.codebook).items():
        carried = [each for each in project.assignments if each.code.id in inside]
        assert result.of(root, level) == len(carried)


@settings(max_examples=60)
@given(some_projects, policies, data, st.randoms(use_true_random=False))
def test_any_order_and_any_partition(
    project: qc.Project, count: Any, data: Any, random: Any
) -> None:
    """Laws 5 and 14: rows in any order; over any partition of the documents counts add up."""
    rollup = a_rollup(data, project)
    whole = project.rollup(rollup, count=count)
    events = project.state.events.standing()
    order = list(range(len(events)))
    random.shuffle(order)
    shuffled = with_events(project.state, events.take(np.array(order, dtype=np.intp)))
    assert counts_of(shuffled.rollup(rollup, count=count)) == counts_of(whole)
    parts: dict[int, list[str]] = {}
    for document in project.documents:
        parts.setdefault(random.randrange(3), []).append(document)
    if count in ("cases", "coders"):
        return
    added = dict.fromkeys(counts_of(whole), 0)
    for part in parts.values():
        view = qc.View(project.state.restricted(documents=part))
        for key, number in counts_of(view.rollup(rollup, count=count)).items():
            added[key] += number
    assert added == counts_of(whole)


@settings(max_examples=60)
@given(some_projects, policies, data)
def test_naming_a_code_twice_changes_nothing(project: qc.Project, count: Any, data: Any) -> None:
    """Law 6: a code given by itself and by its subtree, a theme given twice, counts once."""
    rollup = a_rollup(data, project)
    redundant = attrs.evolve(
        rollup,
        themes=[
            attrs.evolve(theme, codes=(*theme.codes, *theme.subtrees, *theme.codes))
            for theme in rollup.themes
        ],
        domains=[
            attrs.evolve(domain, themes=(*domain.themes, *domain.themes))
            for domain in rollup.domains
        ],
    )
    once, twice = (project.rollup(each, count=count) for each in (rollup, redundant))
    assert counts_of(twice) == counts_of(once)


def revised(project: qc.Project, change: Any) -> qc.View:
    history = project.history.append(change, coder="x", time=project.history.head.time)
    return qc.View(attrs.evolve(project.state, history=history))


def segments_by_code(view: qc.View, code: str) -> set[tuple[str, int, int]]:
    return {each.place[:3] for each in view.assignments if each.code.id == code}


@settings(max_examples=80)
@given(projects(codebooks=codebooks(min_codes=3, min_rollups=1)), data)
def test_a_merge_is_the_union_and_leaves_common_ancestors_alone(
    project: qc.Project, data: Any
) -> None:
    """Law 8."""
    live = [code.id for code in project.codebook if code.codable]
    if len(live) < 2:
        return
    x, y = data.draw(st.permutations(live))[:2]
    try:
        merged = revised(project, Merge([x], y))
    except qc.errors.ChangeError:
        return  # two codes would have had one name
    both = segments_by_code(project, x) | segments_by_code(project, y)
    assert segments_by_code(merged, y) == both
    # Where a code is merged into one that it stands below, a theme of its subtree becomes a theme of the
    # whole subtree that it is part of now, and with it the domain that holds the theme.
    within = any(code.id == y for code in project.codebook.ancestors(x))
    for id, rollup in project.codebook.rollups.items():
        if rollup.attribute or within:
            continue
        before, after = project.rollup(id), merged.rollup(id)
        for node in before.hierarchy.nodes:
            above_both = {x, y} <= node.codes
            if node.level != "code" and above_both and not rollup.tree:
                assert after.of(node.id, node.level) == before.of(node.id, node.level)
    assert merged.rollup().total == project.rollup().total


@settings(max_examples=80)
@given(projects(codebooks=codebooks(min_codes=2, min_rollups=1)), data)
def test_a_split_under_the_same_parents_leaves_ancestors_alone(
    project: qc.Project, data: Any
) -> None:
    """Law 9: parts and what is undecided partition the code; merging them back is the identity."""
    leaves = [c for c in project.codebook if c.codable and not project.codebook.children(c.id)]
    if not leaves:
        return
    code = data.draw(st.sampled_from(leaves))
    chosen = data.draw(st.lists(st.sampled_from(["one", "two", None]), min_size=60, max_size=60))
    places = sorted(each.place for each in project.assignments if each.code.id == code.id)
    before = {id: project.rollup(id) for id in project.codebook.rollups}
    own = len(places)
    decided = {place: part for place, part in zip(places, chosen, strict=False) if part}
    with project.revise(coder="x") as cb:
        for part in ("one", "two"):
            attributes = dict(code.attributes)
            cb.add(part, name=f"{part} of {code.id} 分", parent=code.parent, attributes=attributes)
        cb.apply(Split(code.id, ("one", "two"), decided))
    parts = {
        part: {each.place for each in project.assignments if each.code.id == part}
        for part in ("one", "two", code.id)
    }
    assert sum(map(len, parts.values())) == own
    assert set().union(*parts.values()) == set(places)
    assert {each.place for each in project.unresolved if each.code.id == code.id} == parts[code.id]
    for id, result in before.items():
        after = project.rollup(id)
        for node in result.hierarchy.nodes:
            if node.level != "code" and not result.hierarchy.rollup.tree:
                assert after.of(node.id, node.level) == result.of(node.id, node.level), node
    assert project.rollup().total == project.rollup().total
    with project.revise(coder="x") as cb:
        cb.decide(code.id, {"one": lambda each: each.place not in decided})
        cb.merge("two", into="one")
    assert {each.place for each in project.assignments if each.code.id == "one"} == set(places)


@settings(max_examples=80)
@given(projects(codebooks=codebooks(min_codes=3)), policies, data)
def test_a_move_changes_only_ancestors_of_one_place_and_not_the_other(
    project: qc.Project, count: Any, data: Any
) -> None:
    """Law 10."""
    live = [code.id for code in project.codebook]
    if len(live) < 2:
        return
    code, parent = data.draw(st.permutations(live))[:2]
    try:
        moved = revised(project, Move(code, parent))
    except qc.errors.ChangeError:
        return
    themes = [qc.Theme(f"t-{number}", subtrees=[id]) for number, id in enumerate(live)]
    subtrees = qc.Rollup("subtrees", themes=themes)
    before, after = (view.rollup(subtrees, count=count) for view in (project, moved))
    above = [{each.id for each in view.codebook.ancestors(code)} for view in (project, moved)]
    for theme, id in zip(themes, live, strict=True):
        if id not in above[0] ^ above[1]:
            assert after.of(theme.id, "theme") == before.of(theme.id, "theme")


@settings(max_examples=60)
@given(some_projects)
def test_characters_are_the_length_of_the_union_of_spans(project: qc.Project) -> None:
    """Law 15."""
    result = project.rollup("tree", count="characters")
    counted = project.state.counting(None).assignments  # not those of a machine, say
    for node in result.hierarchy.level("code"):
        points = {
            (each.segment.document.id, at)
            for each in counted
            if each.code.id == node.id
            for at in range(each.segment.start, each.segment.end)
        }
        assert result.of(node.id, "code") == len(points)


@settings(max_examples=60)
@given(some_projects, data)
def test_documents_at_most_segments_at_most_assignments(project: qc.Project, data: Any) -> None:
    rollup = a_rollup(data, project)
    three = ("documents", "segments", "assignments")
    fewest, middle, most = (counts_of(project.rollup(rollup, count=each)) for each in three)
    for key in middle:
        assert fewest[key] <= middle[key] <= most[key]
    characters = counts_of(project.rollup(rollup, count="characters"))
    assert all((characters[key] > 0) == (middle[key] > 0) for key in middle)


@settings(max_examples=60)
@given(some_projects)
def test_what_is_coded_and_what_is_not_are_everything(project: qc.Project) -> None:
    """Law 11: coded and uncoded text are the text, codes in use and out of use all that is coded."""
    counting = project.state.counting().assignments
    result = project.rollup("tree", count="characters")
    coded = {
        (each.segment.document.id, at)
        for each in counting
        for at in range(each.segment.start, each.segment.end)
    }
    text = {(id, at) for id, each in project.documents.items() for at in range(len(each))}
    assert coded <= text
    assert (result.total, result.base) == (len(coded), len(text))
    assignments = project.rollup("tree", count="assignments")
    in_use = [code.id for code in project.codebook]
    counted = {
        node.id: assignments.of(node.id, "code") for node in assignments.hierarchy.level("code")
    }
    out_of_use = sum(number for id, number in counted.items() if id not in in_use)
    assert sum(counted[id] for id in in_use) + out_of_use == len(counting)


# Tables made of the counts


@settings(max_examples=60)
@given(some_projects, policies, data)
def test_the_frame_says_what_the_counts_are(project: qc.Project, count: Any, data: Any) -> None:
    result = project.rollup(a_rollup(data, project), count=count)
    frame = result.to_frame()
    for row in frame[frame["level"] != "total"].to_dict("records"):
        assert row["count"] == result.of(row["id"], row["level"])
    shown = set(zip(frame["level"], frame["id"], strict=True))
    hidden = counts_of(result).keys() - shown
    assert not any(result.of(id, level) for level, id in hidden)
    assert (frame["count"][frame["id"] == "total"] == result.total).all()


@settings(max_examples=60)
@given(some_projects, data)
def test_a_crosstab_by_a_variable_of_documents_adds_up(project: qc.Project, data: Any) -> None:
    names = {name for each in project.documents.values() for name in each.variables}
    only_theirs = sorted(names - {n for c in project.cases.values() for n in c.variables})
    if not only_theirs:
        return
    variable = data.draw(st.sampled_from(only_theirs))
    rollup = a_rollup(data, project)
    for count in ("assignments", "segments", "documents", "characters"):
        table = project.crosstab(variable, rollup=rollup, count=count)
        result = project.rollup(rollup, count=count)
        assert (table.counts.sum(axis=1) == table.totals).all()
        assert table.totals.tolist() == [result.of(n.id, n.level) for n in table.nodes]


@settings(max_examples=60)
@given(some_projects, data)
def test_the_evidence_of_documents_adds_up_to_segments(project: qc.Project, data: Any) -> None:
    rollup = a_rollup(data, project)
    matrix = project.evidence(rollup=rollup)
    result = project.rollup(rollup)
    for at, node in enumerate(matrix.nodes):
        assert matrix.counts[:, at].sum() == result.of(node.id, node.level)
        presence = (matrix.counts[:, at] > 0).sum()
        assert presence == project.rollup(rollup, count="documents").of(node.id, node.level)
    cases = project.evidence(rollup=rollup, of="case")
    for at, node in enumerate(cases.nodes):
        presence = (cases.counts[:, at] > 0).sum()
        assert presence == project.rollup(rollup, count="cases").of(node.id, node.level)


@settings(max_examples=60)
@given(projects(codebooks=codebooks(min_rollups=1)))
def test_any_rollup_of_any_codebook_can_be_laid_over_it(project: qc.Project) -> None:
    live = {id for id, code in project.codebook.codes.items() if code.status != "merged"}
    for id in [*project.codebook.rollups, "tree"]:
        hierarchy = lay_over(project.state.find_rollup(id), project.codebook)
        assert {node.id for node in hierarchy.level("code")} == live
        assert set().union(*(node.codes for node in hierarchy.level("theme"))) == live
        walked = {(node.level, node.id) for node, _ in hierarchy.walk()}
        assert walked == {(node.level, node.id) for node in hierarchy.nodes}
