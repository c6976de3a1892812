"""The laws of merging: copies of one project, in folders, and projects that never were one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_unions import DISPUTED, same

import qualcode as qc
from qualcode.model.log.uniting import unite
from qualcode.testing import unions
from qualcode.testing.history import Clock
from qualcode.testing.project import Plan, Tokens, do, plans
from qualcode.testing.union import Copies, content

_MEMORY = Path("/dev/shm")
TEMPORARY = str(_MEMORY) if _MEMORY.is_dir() else None


def merged(*sources: Any, **options: Any) -> qc.Project:
    return qc.merge(*sources, clock=Clock(10_000), tokens=Tokens(14), **options).project


@settings(max_examples=30)
@given(unions(max_steps=30, max_coders=4, deeds=DISPUTED), st.data())
def test_folders_unite_in_any_order_and_nothing_is_lost(copies: Copies, data: Any) -> None:
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folders = [Path(root) / f"copy-{at}" for at in range(len(copies.projects))]
        for project, folder in zip(copies.projects, folders, strict=True):
            project.save(folder)
        whole = merged(*folders)
        same(whole.state, content(unite(copies.logs)))
        for project in copies.projects:
            assert {event.id for event in project.log} <= {event.id for event in whole.log}
        # Commutative, idempotent, associative.
        shuffled = data.draw(st.permutations([*folders, *folders]))
        same(merged(*shuffled).state, whole.state)
        *first, last = folders
        same(merged(last, merged(*first or [last])).state, whole.state)
        # What is saved can be opened, is sound, and merges with what it was made of without a change.
        both = Path(root) / "both"
        whole.save(both)
        same(qc.Project.open(both).state, whole.state)
        assert qc.check_folder(both) == []
        same(merged(both, *folders).state, whole.state)
        # Every past state of each side can be asked for.
        for shown in copies.shown:
            same(whole.state.at(shown.event), shown.state)


@settings(max_examples=30)
@given(plans(max_steps=20), plans(max_steps=20))
def test_whatever_is_taken_over_is_in_the_result_or_in_the_report(one: Plan, other: Plan) -> None:
    *_, mine = one.play()
    hers = other.begun(Clock(), Tokens(5))
    for step in other.steps:
        do(hers, step.kind, step.picks, other.coders, other.changes)
    found = qc.merge(mine, hers, clock=Clock(10_000), tokens=Tokens(14))
    whole = found.project
    ours = {(item.what, item.theirs): item.ours for item in found.items if item.ours}
    for id, held in hers.documents.items():
        assert whole.documents[ours["document", id]].text == held.text
    for id in hers.coders:
        assert ours["coder", id] in whole.coders
    standing = {(*each.place, each.code.id) for each in whole.state.uncounted.assignments}
    for each in hers.state.uncounted.assignments:
        document, start, end, coder = each.place
        place = (ours["document", document], start, end, ours["coder", coder])
        assert (*place, ours["code", each.code.id]) in standing
    texts = [memo.text for memo in whole.memos]
    assert all(any(text.endswith(memo.text) for text in texts) for memo in hers.memos)
    before = {(*each.place, each.code.id) for each in mine.state.uncounted.assignments}
    assert before <= standing
    # Again, it brings nothing.
    again = qc.merge(whole, hers, clock=Clock(20_000), tokens=Tokens(13))
    assert {item.how for item in again.items} <= {"matched", "kept", "left"}
    assert [event.id for event in again.project.log] == [event.id for event in whole.log]
