"""The laws of histories: what replaying, reverting, comparing and looking back must keep true."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.changes import (
    Add,
    Change,
    Merge,
    Move,
    Recolour,
    Redefine,
    Rename,
    Retire,
    Revert,
    change_from_record,
    change_of,
)
from qualcode.model.codebooks.diff import diff
from qualcode.model.codebooks.records import codebook_record
from qualcode.model.log.event import Event, digest, make_event, words_digest
from qualcode.model.log.timeline import Missing, Timeline
from qualcode.testing import codebooks, histories, projects
from qualcode.testing.counting import COUNTS
from qualcode.testing.history import KINDS
from qualcode.testing.project import Plan, plans

FORWARD = tuple(kind for kind in KINDS if kind != "revert")


def said(codebook: qc.Codebook) -> str:
    """Everything a codebook says, order and notes included: more than equality looks at."""
    return json.dumps(codebook_record(codebook, decisions=True))


def after(history: qc.History, changes: Iterable[Change]) -> qc.Codebook:
    for change in changes:
        history = history.append(change, coder="x", time=history.head.time)
    return history.codebook


@settings(max_examples=100)
@given(histories(max_changes=10))
def test_replaying_to_a_revision_and_then_the_rest_is_replaying_all(history: qc.History) -> None:
    assert said(history.upto(-1).codebook) == said(history.codebook)
    for number in range(1, len(history) + 1):
        part = history.upto(number)
        assert said(part.codebook) == said(history.at(number))
        for revision in history.revisions[number:]:
            part = part.append(
                revision.change, coder=revision.coder, time=revision.time, reason=revision.reason
            )
        assert part == history
        assert said(part.codebook) == said(history.codebook)


@settings(max_examples=100)
@given(histories(max_changes=10))
def test_a_revision_written_and_read_is_the_same_revision(history: qc.History) -> None:
    for revision in history:
        line = msgspec.json.decode(
            msgspec.json.encode({"kind": revision.change.kind, **revision.change.record()})
        )
        assert change_from_record(line) == revision.change
        if isinstance(revision.change, Revert):
            continue
        target, fields, words = revision.change.content()
        event = make_event(
            log="x.1",
            n=1,
            time="",
            kind=revision.change.kind,
            target=target,
            fields=fields,
            words=words,
        )
        read = msgspec.json.decode(msgspec.json.encode(event), type=Event)
        assert change_of(read) == revision.change
        assert digest(read) == event.id


@settings(max_examples=60)
@given(histories(max_changes=8), st.data())
def test_an_event_is_named_by_all_that_it_says(history: qc.History, data: Any) -> None:
    event = data.draw(st.sampled_from([*history.log]))
    assert digest(event) == event.id
    for name, value in (
        ("time", "2026"), ("kind", "another"), ("target", "code:another"), ("seen", ["x"]),
        ("n", 99), ("prev", "another"), ("fields", {"another": 1}), ("rows", 7), ("rows_sha", "x"),
        ("wd", words_digest({"reason": "another"}, event.salt)),
    ):  # fmt: skip
        assert digest(msgspec.structs.replace(event, **{name: value})) != event.id
    missing = [each for each in history.log if each.id != event.id]
    if any(event.id in (each.prev, *each.seen) for each in missing):
        with pytest.raises(Missing):
            Timeline(missing)


@settings(max_examples=100)
@given(histories(max_changes=10))
def test_reverting_what_is_newest_takes_it_back(history: qc.History) -> None:
    head = history.head
    if isinstance(head.change, qc.changes.Adopt):
        with pytest.raises(errors.ChangeError, match="root of the history"):
            history.append(Revert(head.id), coder="x", time=head.time)
        return
    back = history.append(Revert(head.id), coder="x", time=head.time)
    assert_taken_back(back.codebook, history.at(-2))
    again = back.append(Revert(back.head.id), coder="x", time=head.time)
    assert said(again.codebook) == said(history.codebook)
    with pytest.raises(errors.ChangeError, match="reverted already"):
        back.append(Revert(head.id), coder="x", time=head.time)


def assert_taken_back(book: qc.Codebook, before: qc.Codebook) -> None:
    """A code whose addition was reverted keeps its id for ever, and is nothing else."""
    gone = book.codes.keys() - before.codes.keys()
    assert {book.codes[id].status for id in gone} <= {"reverted"}
    record = codebook_record(book, decisions=True)
    for id in gone:
        del record["codes"][id]
    for id, decided in [*record.get("decisions", {}).items()]:
        if not decided and id not in before.decisions:
            del record["decisions"][id]
    assert record == codebook_record(before, decisions=True)


# Differences


@settings(max_examples=150)
@given(histories(max_changes=10, kinds=FORWARD), st.data())
def test_a_difference_applied_gives_the_other_codebook(history: qc.History, data: Any) -> None:
    first = data.draw(st.integers(1, len(history)))
    second = data.draw(st.integers(first, len(history)))
    old, new = history.at(first), history.at(second)
    reached = after(history.upto(first), diff(old, new))
    assert said_without_order(reached) == said_without_order(new)
    assert [code.id for code in reached] == [code.id for code in new]
    assert list(reached.rollups) == list(new.rollups)
    assert not diff(new, new)


def said_without_order(codebook: qc.Codebook) -> Any:
    """What a codebook says, but for the order of codes that are out of use, and of links."""
    record = codebook_record(codebook, decisions=True)
    record["links"] = sorted(map(str, record.get("links", ())))
    return record


@settings(max_examples=150)
@given(histories(kinds=FORWARD, max_changes=4), st.data())
def test_what_people_edit_in_a_file_becomes_revisions(history: qc.History, data: Any) -> None:
    """Two codebooks that grew apart from one: what one has more, less or otherwise."""
    book = history.codebook
    kinds = ("add", "rename", "redefine", "move", "recolour", "reorder", "link", "unlink")
    own = [attrs.evolve(code) for code in book.codes.values()]
    start = attrs.evolve(book, codes=own)
    edited = data.draw(histories(codebooks=st.just(start), kinds=kinds, max_changes=6)).codebook
    gone = data.draw(st.sampled_from([None, *_leaves_of(edited)]))
    if gone is not None:
        edited = attrs.evolve(
            edited,
            codes=[code for code in edited.codes.values() if code.id != gone],
            links=[link for link in edited.links if gone not in (link.source, link.target)],
            rollups=(),
        )
    found = diff(book, edited, retire_missing=True)
    reached = after(history, found)
    assert len(diff(reached, edited, retire_missing=True)) == 0
    if gone in book.codes:
        assert reached.codes[gone].status == "retired"
        return
    assert said_without_order(reached) == said_without_order(edited)


def _leaves_of(book: qc.Codebook) -> list[str]:
    """Return the live codes that no other refers to."""
    above = {code.parent for code in book.codes.values()}
    onward = {id for code in book.codes.values() for id in (code.merged_into, *code.parts)}
    return [code.id for code in book if code.id not in above | onward]


# What changes no count


def everything_counted(view: qc.View, codes: list[str]) -> dict[str, Any]:
    rollup = qc.Rollup(
        "one-by-one", themes=[qc.Theme(f"t-{n}", codes=[c]) for n, c in enumerate(codes)]
    )
    counted: dict[str, Any] = {}
    for count in COUNTS:
        result = view.rollup(rollup, count=count)
        counted[count] = [result.of(code, "code") for code in codes], result.total
    return counted


@settings(max_examples=80)
@given(projects(), st.data())
def test_rename_move_recolour_and_redefine_change_no_count(project: qc.Project, data: Any) -> None:
    live = [code.id for code in project.codebook]
    codes = [id for id, code in project.codebook.codes.items() if code.status != "merged"]
    before = everything_counted(project, codes)
    if not live:
        return
    one, other = data.draw(st.sampled_from(live)), data.draw(st.sampled_from(live))
    for change in (
        Rename(one, "Another name 🙂"),
        Recolour(one, "#123456"),
        Redefine(one, {"definition": "another", "codable": False, "memos": "why"}),
        Move(one, None if one == other else other),
    ):
        try:
            with project.revise(coder="x") as cb:
                cb.apply(change)
        except errors.ChangeError:
            continue
        assert everything_counted(project, codes) == before, change


def places_by_code(view: qc.View) -> dict[str, set[Any]]:
    places: dict[str, set[Any]] = {}
    for each in view.assignments:
        places.setdefault(each.code.id, set()).add(each.place)
    return places


@settings(max_examples=100)
@given(projects(changes=("add", "rename", "move", "redefine", "link")), st.data())
def test_reverting_a_merge_restores_each_code_and_keeps_later_work(
    project: qc.Project, data: Any
) -> None:
    codable = [code.id for code in project.codebook if code.codable]
    if len(codable) < 2:
        return
    into, *sources = data.draw(st.permutations(codable))[:3]
    before = places_by_code(project)
    try:
        with project.revise(coder="x") as cb:
            cb.merge(sources, into=into)
    except errors.ChangeError:
        return
    merge = len(project.history)
    merged = places_by_code(project)
    assert merged.get(into, set()) == set().union(*(before.get(c, set()) for c in (into, *sources)))
    assert not merged.keys() & set(sources)

    # Later work: more of the target, some of it on the same segments; a new name; a new code.
    document = project.add_document("Later text, with more in it.", id="later-work")
    project.assign((document.id, 0, 5), into, coder="ana")
    with project.revise(coder="x") as cb:
        cb.rename(into, "Both of them 🙂")
        cb.add("newer")
    project.assign((document.id, 0, 5), "newer", coder="ana")
    on_it = [each for each in project.assignments if each.code.id == into]
    taken = data.draw(st.sampled_from(on_it))
    project.retract(taken.segment, into, coder=taken.coder)

    project.revert(merge, coder="x")
    restored = places_by_code(project)
    wanted = dict(before)
    wanted[into] = {*before.get(into, ()), ("later-work", 0, 5, "ana")}
    for code in (into, *sources):
        wanted[code] = wanted.get(code, set()) - {taken.place}
    wanted["newer"] = {("later-work", 0, 5, "ana")}
    assert restored == {code: places for code, places in wanted.items() if places}
    assert project.codebook[into].name == "Both of them 🙂"
    assert all(project.codebook.codes[source].is_live for source in sources)


@settings(max_examples=60)
@given(projects(), st.data())
def test_reverting_any_revision_and_reverting_that_is_no_change(
    project: qc.Project, data: Any
) -> None:
    number = data.draw(st.integers(1, len(project.history)))
    before, codebook = places_by_code(project), said(project.codebook)
    try:
        back = project.revert(number, coder="x")
    except errors.ChangeError:
        assert (places_by_code(project), said(project.codebook)) == (before, codebook)
        return
    project.revert(back.id, coder="x")
    assert (places_by_code(project), said(project.codebook)) == (before, codebook)


def test_what_carries_assignments_or_memos_is_not_reverted_away() -> None:
    """Met by a law: checking the saved project found a memo on a code that was gone."""
    project = qc.Project.new("x", codebook=qc.Codebook("b", codes=[qc.Code("trust")]))
    project.add_document("text", id="a")
    with project.revise(coder="ana") as cb:
        cb.add("noted")
        cb.add("used")
    project.add_memo("code:noted", "why?", coder="ana")
    project.assign(("a", 0, 4), "used", coder="ana")
    with pytest.raises(
        errors.ChangeError, match=r"a memo on 'noted' \(by ana\).*retire it instead"
    ):
        project.revert(2, coder="ana")
    project.retract(("a", 0, 4), "used", coder="ana")
    with pytest.raises(errors.ChangeError, match=r"or carried it once.*retire it instead"):
        project.revert(3, coder="ana")
    assert len(project.history) == 3


# Looking back


def snapshot(view: qc.View) -> dict[str, Any]:
    """What is kept for every moment."""
    rollup = view.rollup("tree")
    return {
        "codebook": said(view.codebook),
        "documents": {
            id: (each.name, each.variables, each.cases) for id, each in view.documents.items()
        },
        "cases": {id: (each.name, each.variables) for id, each in view.cases.items()},
        "events": len(view.state.events),
        "assignments": [
            (
                each.place,
                each.code,
                each.assigned_as,
                each.time,
                each.origin,
                each.memo,
                each.weight,
            )
            for each in view.assignments
        ],
        "unresolved": len(view.unresolved),
        "memos": view.memos,
        "counts": {(n.level, n.id): rollup.of(n.id, n.level) for n in rollup.hierarchy.nodes},
    }


@settings(max_examples=60)
@given(plans(max_steps=14))
def test_as_of_a_revision_the_project_is_as_it_really_was(plan: Plan) -> None:
    seen: dict[int, dict[str, Any]] = {}
    times: dict[str, dict[str, Any]] = {}
    for project in plan.play():
        seen[len(project.history)] = snapshot(project)
        # The plan's clock is a minute later each time it is read.
        now = project._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        times[now] = seen[len(project.history)]
    for number, then in seen.items():
        assert snapshot(project.at(revision=number)) == then
    for time, then in times.items():
        assert snapshot(project.at(time=time)) == then
    assert snapshot(project.at(-1)) == snapshot(project)


@settings(max_examples=60)
@given(plans(max_steps=12))
def test_looking_back_twice_is_looking_back_further(plan: Plan) -> None:
    *_, project = plan.play()
    for number in range(1, len(project.history) + 1):
        earlier = project.at(revision=number)
        for before in range(1, number + 1):
            assert snapshot(earlier.at(revision=before)) == snapshot(project.at(revision=before))


@settings(max_examples=60)
@given(projects(), st.data())
def test_a_preview_says_what_a_change_touches_and_changes_nothing(
    project: qc.Project, data: Any
) -> None:
    live = [code.id for code in project.codebook]
    if not live:
        return
    code = data.draw(st.sampled_from(live))
    before = snapshot(project)
    touched = [each for each in project.assignments if each.code.id == code]
    for change in (Rename(code, "Another 🙂"), Recolour(code, None), Add(qc.Code("newer"))):
        preview = project.preview(change)
        own = [] if isinstance(change, Add) else touched
        assert preview.assignments == len(own)
        assert preview.segments == len({each.place[:3] for each in own})
        assert preview.documents == len({each.segment.document.id for each in own})
        assert preview.coders == len({each.coder for each in own})
    assert snapshot(project) == before


@settings(max_examples=40)
@given(codebooks(min_codes=2))
def test_codes_that_stand_above_others_are_not_retired(codebook: qc.Codebook) -> None:
    history = qc.History.start(codebook, coder="x", time="")
    for code in codebook:
        if codebook.children(code.id):
            with pytest.raises(errors.ChangeError, match="below it"):
                history.append(Retire(code.id), coder="x", time="")


@settings(max_examples=40)
@given(codebooks(min_codes=3), st.data())
def test_merging_in_two_steps_is_merging_in_one(codebook: qc.Codebook, data: Any) -> None:
    a, b, c = data.draw(st.permutations([code.id for code in codebook]))[:3]
    history = qc.History.start(codebook, coder="x", time="")
    try:
        once = history.append(Merge([a, b], c), coder="x", time="").codebook
        twice = after(history, [Merge([a], c), Merge([b], c)])
    except errors.ChangeError:
        return
    # Which place in a rollup decides depends on the order, so rollups are left out.
    assert attrs.evolve(once, rollups=()) == attrs.evolve(twice, rollups=())
    assert {once.resolve(code) for code in (a, b, c)} == {c}
