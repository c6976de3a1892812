"""The laws of pseudonymising: no name left in any byte, every place exact at every moment, counts kept."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_erasures import WORD, copies_of, found, played, without_in_vivo
from tests.laws.test_merges import TEMPORARY, merged
from tests.laws.test_unions import same

import qualcode as qc
from qualcode.model.state import State
from qualcode.model.texts.replacing import Moved, Replacing
from qualcode.project.sharing import names_in
from qualcode.testing.union import Copies

LONG = {WORD: "Participant-9"}
"""No shorter than the name, so that passages which cut it stay apart."""
TEXTS = st.text(alphabet="Joan .'é\n-x🙂\u0301", max_size=40)


def moments(project: qc.Project) -> list[State]:
    events = [event.id for event in project.log]
    state = project.state
    return [
        state,
        state.at(revision=1),
        *(state.at(id) for id in events[:: max(len(events) // 6, 1)]),
    ]


def coded(state: State, replacing: Replacing) -> Counter[Any]:
    """What is coded, as it is to be after names are replaced."""
    edits = {id: replacing.edits(each.text) for id, each in state.documents.items()}
    return Counter(
        (
            replacing.of(each.segment.document.id),
            *Moved(edits[each.segment.document.id]).span(each.segment.start, each.segment.end),
            each.code.id, each.coder, None if each.memo is None else replacing.of(each.memo),
        )
        for each in state.uncounted.assignments
    )  # fmt: skip


def as_coded(state: State) -> Counter[Any]:
    return Counter(
        (
            each.segment.document.id, each.segment.start, each.segment.end, each.code.id, each.coder,
            each.memo,
        )
        for each in state.uncounted.assignments
    )  # fmt: skip


def named(folder: Path, project: qc.Project) -> list[str]:
    """Where the name still stands; within a longer word, which a correction may have made, it is none."""
    texts = project.log.timeline.texts.values()
    if any(WORD.casefold() in each.casefold() for each in texts):
        return list(names_in(folder, Replacing(LONG)))
    return found(folder, WORD, WORD.lower(), WORD.upper())


def said(state: State, replacing: Replacing) -> Any:
    """What else there is, with the names replaced."""
    return (
        {replacing.of(id): replacing.of(each.text) for id, each in state.documents.items()},
        {replacing.of(id): replacing.of(each.name) for id, each in state.cases.items()},
        [replacing.of(memo.text) for memo in state.memos],
        {coder: sorted(map(replacing.of, marks)) for coder, marks in state.finished.items()},
        len(state.verdicts),
        len(state.adjudications),
        len(state.conflicts),
        len(state.quarantine),
        state.codebook.codes,
    )


@settings(max_examples=40)
@given(without_in_vivo())
def test_every_place_is_exact_at_every_moment_and_no_byte_holds_the_name(plan: Any) -> None:
    project, replacing = played(plan), Replacing(LONG)
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folder = Path(root) / "study"
        project.save(folder)
        before = moments(project)
        counts = [
            each.total
            for each in (project.rollup(count=name) for name in ("segments", "documents"))
        ]
        would = project.pseudonymise(LONG, dry_run=True)
        done = project.pseudonymise(LONG, key=Path(root) / "key.csv")
        assert done.places == would.places
        assert done.quotes == would.quotes
        assert qc.check_folder(folder) == []
        assert not named(folder, project)
        same(qc.Project.open(folder).state, project.state)
        nothing = Replacing({"there is no such name": "x"})
        events = [event.id for event in project.log]
        for then, now in zip(before, [project.state, project.state.at(revision=1), *(
            project.state.at(id) for id in events[:-1][:: max((len(events) - 1) // 6, 1)]
        )], strict=True):  # fmt: skip
            assert coded(then, replacing) == as_coded(now)
            assert said(then, replacing) == said(now, nothing)
        assert counts == [
            each.total
            for each in (project.rollup(count=name) for name in ("segments", "documents"))
        ]


@settings(max_examples=25)
@given(copies_of(), st.data())
def test_copies_with_the_same_key_unite_to_what_their_union_would_be(
    copies: Copies, data: Any
) -> None:
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folders = [Path(root) / f"copy-{at}" for at in range(len(copies.projects))]
        for project, folder in zip(copies.projects, folders, strict=True):
            project.save(folder)
        replacing, nothing = Replacing(LONG), Replacing({"there is no such name": "x"})
        whole = merged(*folders)
        then = whole.state
        for project in copies.projects:
            project.pseudonymise(LONG, coder="project")
        both = merged(*data.draw(st.permutations(folders)))
        assert coded(then, replacing) == as_coded(both.state)
        assert said(then, replacing)[:4] == said(both.state, nothing)[:4]
        both.save(Path(root) / "both")
        assert qc.check_folder(Path(root) / "both") == []
        assert not named(Path(root) / "both", both)
        same(merged(*folders).state, both.state)


@given(TEXTS, st.data())
def test_replacements_move_every_span_with_its_words(given_text: str, data: Any) -> None:
    replacing = Replacing({"Joan": "P4", "Joan x": "Q"}, inflections={"Joan": ["Joané"]})
    edits = replacing.edits(given_text)
    new, moved = replacing.of(given_text), Moved(edits)
    assert not replacing.edits(new)
    assert moved.end(len(given_text)) == len(new)
    for each in edits:
        assert given_text[each.start : each.end] == each.old
        first, last = moved.span(each.start, each.end)
        assert new[first:last] == each.new
    if given_text:
        start = data.draw(st.integers(0, len(given_text) - 1))
        end = data.draw(st.integers(start + 1, len(given_text)))
        first, last = moved.span(start, end)
        assert 0 <= first < last <= len(new)
        if not moved.is_cut(start, end):
            inside = [each for each in edits if start <= each.start and each.end <= end]
            quote, at = "", start
            for each in inside:
                quote += given_text[at : each.start] + each.new
                at = each.end
            assert new[first:last] == quote + given_text[at:end]
