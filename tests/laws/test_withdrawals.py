"""The laws of withdrawal: no trace at any moment, nothing of others changed, and it holds in every copy."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_merges import TEMPORARY
from tests.laws.test_unions import DISPUTED, same

from qualcode import Project, View, check_folder, restore
from qualcode.model.fold.fold import fold
from qualcode.model.state import State, state_of
from qualcode.testing import projects, unions
from qualcode.testing.union import Copies

DEEDS = (*DISPUTED, "correct", "correct", "place", "withdraw", "withdraw", "withdraw")


def moments(project: Project) -> list[State]:
    """States that can be asked for: now, as of revisions, as of events."""
    state, events = project.state, [event.id for event in project.log]
    revisions = range(1, len(project.history) + 1)
    return [
        state,
        *(state.at(revision=number) for number in revisions[:3]),
        *(state.at(id) for id in events[:: len(events) // 4]),
    ]


def named(state: State) -> set[str]:
    """The documents that anything in a state is about."""
    view = View(state)
    found = {*state.documents, *(state.events.documents[at] for at in set(state.events.document))}
    for frame in (
        state.uncounted.assignments.to_frame(),
        view.quarantine.to_frame(),
        view.corrections.to_frame(),
    ):
        found |= {*frame["document"]}
    found |= {each.document for each in state.verdicts}
    found |= {each.document for each in state.adjudications}
    found |= {id for marks in state.finished.values() for id in marks}
    found |= {id for each in state.views.values() for id in each.get("documents", ())}
    found |= {place[0] for each in state.codebook.decisions.values() for place in each}
    found |= {place[0] for place in state.reworded}
    targets = [memo.target for memo in state.memos]
    targets += [each.target for each in state.conflicts]
    events = state.log.to_frame()
    targets += [*events["target"][~events["kind"].isin(["withdraw", "reinstate"])]]
    for target in targets:
        kind, _, id = target.partition(":")
        found |= {id} if kind == "document" else set()
        found |= {id.rpartition(":")[0]} if kind == "segment" else set()
    return found


def rest(state: State, document: str) -> tuple[Any, ...]:
    """What a state holds of everything but one document."""
    others = tuple(id for id in state.documents if id != document)
    part = state._with_documents(others)
    about = [memo for memo in part.memos if not memo.target.startswith("memo:")]
    return (
        dict(part.documents),
        sorted(map(str, part.uncounted.assignments)),
        sorted(map(str, about)),
        sorted(map(str, part.verdicts)),
        sorted(map(str, part.adjudications)),
        {coder: marks for coder, marks in part.finished.items() if marks},
        part.codebook.codes,
    )


@settings(max_examples=40)
@given(projects(), st.data())
def test_what_is_withdrawn_leaves_no_trace_and_everything_else_as_it_was(
    project: Project, data: Any
) -> None:
    document = data.draw(st.sampled_from(list(project.documents)))
    states, whole, author = moments(project), project.state, project.author
    marks = [(state.log.mark, state.narrowed) for state in states]
    project.withdraw(document, coder=author, reason="asked to")
    for then, (mark, narrowed) in zip(states, marks, strict=True):
        now = project.state.as_of(mark, narrowed, then.who)
        assert document not in named(now)
        assert rest(then, document) == rest(now, document)
    assert [each.target for each in project.withdrawals] == [f"document:{document}"]
    project.reinstate(document, coder=author)
    assert project.state == whole


@settings(max_examples=40)
@given(unions(max_steps=30, deeds=DEEDS), st.data())
def test_it_holds_in_every_union_whoever_knew_of_it(copies: Copies, data: Any) -> None:
    numbers = range(len(copies.logs))
    whole = copies.united()
    same(copies.united(data.draw(st.permutations(numbers))), whole)
    same(state_of(whole.log, fold(whole.log)), whole)
    gone = {
        each.target.partition(":")[2]
        for each in whole.log.hidden.withdrawals
        if each.target.startswith("document:")
    }
    assert not gone & named(whole)
    assert not gone & named(whole.at(revision=1))


@settings(max_examples=30)
@given(projects(max_steps=12), st.data())
def test_of_a_case_its_documents_go_too_whatever_is_saved_in_between(
    project: Project, data: Any
) -> None:
    if not project.cases:
        return
    case = data.draw(st.sampled_from(list(project.cases)))
    gone = {id for id, each in project.documents.items() if case in each.cases}
    whole, author = project.state, project.author
    withdrawn = project.withdraw(f"case:{case}", coder=author)
    assert withdrawn.documents == len(gone)
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folder = Path(root) / "study"
        project.save(folder)
        assert check_folder(folder) == []
        opened = Project.open(folder)
        assert opened.state == project.state
        assert opened.withdrawals == project.withdrawals
        for state in (
            opened.state,
            opened.state.at(revision=1),
            opened.state.at(time="2100-01-01"),
        ):
            assert not gone & named(state)
            assert case not in state.cases
            assert not any(case in each.cases for each in state.documents.values())
            assert f"case:{case}" not in {memo.target for memo in state.memos}
        opened.backup(Path(root) / "backup.zip")
        again = restore(Path(root) / "backup.zip", Path(root) / "again")
        again.reinstate(f"case:{case}", coder=author)
        assert again.state == whole
