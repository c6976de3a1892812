"""The laws of logs: what uniting copies, looking back and undoing must keep true."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.log import Reference, Row

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.records import codebook_record
from qualcode.model.log.uniting import unite
from qualcode.model.state import State
from qualcode.project.steps import Step
from qualcode.testing import unions
from qualcode.testing.project import Plan, plans
from qualcode.testing.union import Copies, content

# What is fought over most: the codebook, and what is in several copies from the start.
DISPUTED = ("change",) * 6 + (
    "assign", "assign beside", "retract", "rename", "variables", "membership", "memo", "change memo",
    "mark", "organise", "undo", "undo", "in vivo", "kind", "document", "decide", "recode", "adjudicate",
)  # fmt: skip


def disputes(max_steps: int = 40) -> st.SearchStrategy[Copies]:
    return unions(max_steps=max_steps, deeds=DISPUTED)


def said(state: State) -> str:
    """Everything a state says, in the order in which it says it."""
    codebook = json.dumps(codebook_record(state.codebook, decisions=True))
    return codebook + repr(
        (state.conflicts, state.memos, [*state.documents], [*state.cases], state.adjudications)
    )


def same(one: State, other: State) -> None:
    assert one == other
    assert said(one) == said(other)


@settings(max_examples=60)
@given(unions(max_steps=40), st.data())
def test_in_which_order_and_how_often_copies_are_united_does_not_matter(
    copies: Copies, data: Any
) -> None:
    numbers = range(len(copies.logs))
    whole = copies.united()
    same(copies.united(data.draw(st.permutations(numbers))), whole)
    same(copies.united([*numbers, *numbers]), whole)
    *first, last = copies.logs
    same(content(unite([*first, unite([last, *first])])), whole)


@settings(max_examples=60)
@given(disputes())
def test_as_of_an_event_is_what_its_author_saw(copies: Copies) -> None:
    whole = copies.united()
    for shown in copies.shown:
        same(whole.at(shown.event), shown.state)


@settings(max_examples=60)
@given(disputes())
def test_as_of_now_is_now(copies: Copies) -> None:
    for state in (copies.united(), *(project.state for project in copies.projects)):
        same(state.at(-1), state)


@settings(max_examples=40)
@given(disputes())
def test_eras_grow_and_hold_all_that_their_authors_had_seen(copies: Copies) -> None:
    log = unite(copies.logs)
    seen = Reference(log).past
    before: set[str] = set()
    for number in range(1, len(log.revisions) + 1):
        era = log.as_of_revision(number)
        ids = {event.id for event in era}
        assert before <= ids
        assert all(seen[id] <= ids for id in ids)
        assert len(era.revisions) == number
        before = ids
    assert before == {event.id for event in log}


@settings(max_examples=60)
@given(disputes())
def test_what_is_shown_and_listed_is_what_the_slow_way_finds(copies: Copies) -> None:
    log = unite(copies.logs)
    state, reference = content(log), Reference(log)
    assert [event.id for event in log] == reference.order
    assert log.switches.off == {what for what in reference.off if ":" not in what}
    listed = {
        (each.target, each.field, each.events)
        for each in state.conflicts
        if each.kind == "both set"
    }
    assert listed == reference.both_set()
    standing = state.events.standing()
    assert {
        Row(
            standing.documents[standing.document[at]],
            int(standing.start[at]),
            int(standing.end[at]),
            standing.codes[standing.code[at]],
            standing.coders[standing.coder[at]],
        )
        for at in range(len(standing))
    } == reference.standing()


@settings(max_examples=60)
@given(disputes())
def test_nothing_is_part_of_itself(copies: Copies) -> None:
    book = copies.united().codebook
    for code in book.codes.values():
        for field in ("parent", "merged_into"):
            path, at = [code.id], getattr(code, field)
            while at is not None:
                assert at not in path
                path.append(at)
                at = getattr(book.codes[at], field)
    for link in book.links:
        assert {link.source, link.target} <= book.codes.keys()


@settings(max_examples=40)
@given(disputes())
def test_whatever_was_united_can_be_read_counted_and_gone_on_with(copies: Copies) -> None:
    project = copies.project()
    counting = project.state.counting().assignments
    assert project.rollup("tree").total == len(counting.segments())
    assert len(project.log.to_frame()) == len(project.log)
    assert len(project.history.to_frame()) == len(project.history)
    for number in range(1, len(project.history) + 1):
        project.at(revision=number).assignments.to_frame()
    with project.revise(coder="zoe") as cb:
        cb.add("brand-new")
    assert project.codebook.codes["brand-new"].is_live
    settle_all(project)
    assert not [each for each in project.state.conflicts if each.events]


def settle_all(project: qc.Project) -> None:
    for conflict in project.state.conflicts:
        if conflict.events:
            project.settle(conflict, coder="zoe", reason="as it is")


@settings(max_examples=60)
@given(disputes(), st.data())
def test_who_has_seen_both_and_writes_again_settles_it(copies: Copies, data: Any) -> None:
    project = copies.project()
    for conflict in project.state.conflicts:
        kind, _, id = conflict.target.partition(":")
        if (conflict.kind, conflict.field) == ("both set", "name") and kind in ("document", "case"):
            value = data.draw(st.sampled_from([*map(str, conflict.values), "settled"]))
            shown = conflict.taken
            project.rename(conflict.target, value, coder="zoe")
            left = [each.target for each in project.state.conflicts if each.field == "name"]
            if repr(value) not in shown:
                assert conflict.target not in left
        named = (conflict.kind, conflict.field, kind) == ("both set", "definition", "code")
        if named and project.codebook.codes[id].is_live:
            with project.revise(coder="zoe") as cb:
                cb.redefine(id, definition="settled")
            assert project.codebook.codes[id].definition == "settled"
            assert conflict not in project.state.conflicts


# Folding step by step


@settings(max_examples=60)
@given(plans(max_steps=30))
def test_a_project_being_changed_shows_what_its_log_makes(plan: Plan) -> None:
    for project in plan.play():
        same(project.state, content(project.log))


@settings(max_examples=40)
@given(disputes())
def test_a_copy_being_changed_shows_what_its_log_makes(copies: Copies) -> None:
    for project in copies.projects:
        same(project.state, content(project.log))


@settings(max_examples=60)
@given(plans(max_steps=30))
def test_what_is_united_with_itself_stays_what_it_was(plan: Plan) -> None:
    *_, project = plan.play()
    project._recorder.seal()
    same(content(unite([project.log, project.log])), content(project.log))


# Undoing


def told(project: qc.Project) -> dict[str, Any]:
    """What undoing brings back: all but who has ever done something, and that it was undone."""
    state = project.state
    return {
        "name": state.name,
        "codebook": codebook_record(state.codebook, decisions=True),
        "documents": dict(state.documents),
        "cases": dict(state.cases),
        "standing": state._standing(),
        "memos": set(state.memos),
        "verdicts": list(state.verdicts),
        "finished": {coder: ids for coder, ids in state.finished.items() if ids},
        "sets": dict(state.code_sets),
        "views": dict(state.views),
        "queries": dict(state.queries),
        "scale": dict(state.scale),
    }


def without_reverted(said: dict[str, Any], codes: Any) -> dict[str, Any]:
    """A code whose addition is undone keeps its id for ever, and is nothing else."""
    kept = {id: code for id, code in said["codebook"]["codes"].items() if id in codes}
    decisions = {id: each for id, each in said["codebook"].get("decisions", {}).items() if each}
    book = {**said["codebook"], "codes": kept, "decisions": decisions}
    return {**said, "codebook": book}


def assert_undone(before: dict[str, Any], after: dict[str, Any], project: qc.Project) -> None:
    codes = before["codebook"]["codes"]
    assert without_reverted(after, codes) == without_reverted(before, codes)
    for id in after["codebook"]["codes"].keys() - codes.keys():
        assert project.codebook.codes[id].status == "reverted"


@settings(max_examples=60)
@given(plans(max_steps=24))
def test_undoing_every_step_leads_all_the_way_back_and_redoing_forth_again(plan: Plan) -> None:
    """Each step that could be undone at the end gives what was before it; as far as that goes."""
    before: dict[tuple[Step, ...], dict[str, Any]] = {}
    for project in plan.play():
        before[tuple(project._steps)] = told(project)
    undone: list[dict[str, Any]] = []
    while project._steps:
        now = told(project)
        try:
            project.undo()
        except errors.ChangeError:
            assert told(project) == now
            break
        undone.append(now)
        if tuple(project._steps) in before:
            assert_undone(before[tuple(project._steps)], told(project), project)
    for then in reversed(undone):
        project.redo()
        assert_undone(then, told(project), project)


@settings(max_examples=40)
@given(disputes())
def test_only_what_was_done_here_is_undone(copies: Copies) -> None:
    project = copies.project()
    with pytest.raises(errors.ProjectError, match="no step"):
        project.undo()
    before = told(project)
    ids = {event.id for event in project.log}
    project.rename("project", "Zoe's", coder="zoe")
    project.add_memo("project", "by ana", coder="ana")
    project.undo(coder="zoe")
    project.undo(coder="ana")
    assert told(project) == before
    for event in project.log:
        if event.kind == "undo" and event.id not in ids:
            assert not ids & set(event.fields["of"])


# Looking back


def everything(state: State, coders: Iterable[str] = ()) -> tuple[Any, ...]:
    """What a state says of its moment; of some coders, or of all."""
    memos = {(memo.id, memo.text, memo.target) for memo in state.memos}
    known = {id: (each.name, each.kind) for id, each in state.coders.items()}
    return (
        {id: known[id] for id in coders or known},
        codebook_record(state.codebook, decisions=True),
        {id: (d.name, d.variables, d.cases) for id, d in state.documents.items()},
        {id: (case.name, case.variables) for id, case in state.cases.items()},
        state._standing(),
        memos,
        {coder: ids for coder, ids in state.finished.items() if ids},
        dict(state.code_sets),
        dict(state.queries),
        dict(state.scale),
    )


@settings(max_examples=40)
@given(plans(max_steps=24))
def test_all_of_a_moment_is_as_it_was(plan: Plan) -> None:
    """Not the codebook and the coding alone: names, variables, cases, coders, memos, marks."""
    eras: dict[int, Any] = {}
    times: dict[str, Any] = {}
    for project in plan.play():
        now = project._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        eras[len(project.history)] = times[now] = everything(project.state)
    # Within a step, somebody becomes known before they do something.
    for number, then in eras.items():
        assert everything(project.state.at(revision=number), then[0]) == then
    for time, then in times.items():
        assert everything(project.state.at(time=time), then[0]) == then


@settings(max_examples=30)
@given(disputes(24), st.data())
def test_looking_back_twice_is_looking_back_further(copies: Copies, data: Any) -> None:
    state = copies.united()
    narrowed = state
    if state.documents:
        narrowed = state.restricted(documents=data.draw(st.sampled_from([*state.documents])))
    if state.coders and data.draw(st.booleans()):
        narrowed = narrowed.restricted(coders=data.draw(st.sampled_from([*state.coders])))
    for late in range(1, len(state.history) + 1):
        for early in range(1, late + 1):
            same(state.at(late).at(early), state.at(early))
            assert everything(narrowed.at(late).at(early)) == everything(narrowed.at(early))
    for one, other in combinations(copies.shown, 2):
        if one.event in {event.id for event in other.state.log}:
            same(state.at(other.event).at(one.event), one.state)
