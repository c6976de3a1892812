"""The laws of erasure: no word left in any byte, every moment as if withdrawn, for good in every union."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_merges import TEMPORARY, merged
from tests.laws.test_unions import DISPUTED, same
from tests.laws.test_withdrawals import moments, named, rest

import qualcode as qc
from qualcode import Project
from qualcode.model.fold.fold import fold
from qualcode.model.state import state_of
from qualcode.testing.picks import Step, steps
from qualcode.testing.project import Plan, plans
from qualcode.testing.union import Copies

WORD = "Qzx7"
"""What is in no other document."""
GONE, CASE = f"{WORD}-1", f"{WORD}-case"
WORDS = (f"{WORD} so", f"{WORD} name", f"{WORD} said", f"{WORD}.docx", GONE)
DEEDS = [
    each for each in (*DISPUTED, "correct", "correct", "place", "withdraw") if each != "in vivo"
]


def marked(plan: Plan) -> Plan:
    """The same with a document and a case more, whose every word can be found."""
    own = qc.Document(
        id=GONE,
        text=f"{WORD} so {WORD}, trust.\r\n{WORD} 🙂 e\u0301 {WORD}",
        name=f"{WORD} name",
        variables={"said": f"{WORD} said"},
        cases=[CASE],
        source=f"{WORD}.docx",
    )
    cases = {**plan.cases, CASE: {"where": f"{WORD} town"}}
    return attrs.evolve(plan, documents=[own, *plan.documents], cases=cases)


def played(plan: Plan) -> Project:
    *_, project = marked(plan).play()
    return project


def without_in_vivo(max_steps: int = 16, taking: Sequence[str] = DEEDS) -> st.SearchStrategy[Plan]:
    """Plans in which no code is named after words of a document: that would be the analyst's own word."""
    kinds = [*taking, *("assign",) * 6, "decide", "decide"]
    return st.builds(
        lambda plan, taken: attrs.evolve(plan, steps=taken),
        plans(max_documents=2, max_text=20, max_steps=1),
        steps(kinds, max_size=max_steps),
    )


def copies_of(max_steps: int = 24) -> st.SearchStrategy[Copies]:
    kinds = ["fork"] * 6 + ["pull"] * 4 + DEEDS

    def made(plan: Plan, taken: list[Step]) -> Copies:
        return Copies(attrs.evolve(marked(plan), steps=taken))

    begun = plans(max_documents=2, max_text=20, max_coders=2, max_steps=1)
    return st.builds(made, begun, steps(kinds, max_size=max_steps, size=10))


def found(folder: Path, *words: str) -> list[str]:
    """Files in which a word stands, as it is, escaped or percent-encoded, or in whose names it does."""
    places = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        name = path.relative_to(folder).as_posix()
        places += [f"{name}: {word}" for word in words if word.encode() in data or word in name]
    return places


def as_if_withdrawn(project: Project, gone: Iterable[str]) -> None:
    """Every moment is the one in which the documents were withdrawn."""
    for state in moments(project):
        assert not set(gone) & named(state)
        same(state_of(state.log, fold(state.log)), attrs.evolve(state, narrowed=(), unasked=None))


@settings(max_examples=40)
@given(without_in_vivo(), st.booleans())
def test_no_byte_of_the_folder_holds_a_word_of_it_and_every_moment_is_as_if_withdrawn(
    plan: Plan, whole_case: bool
) -> None:
    project, author = played(plan), "project"
    what = f"case:{CASE}" if whole_case else GONE
    if (GONE not in project.documents) if not whole_case else (CASE not in project.cases):
        return  # withdrawn on the way
    reached = GONE in project.documents and (
        not whole_case or CASE in project.documents[GONE].cases
    )
    project.withdraw(what, coder=author)
    before = moments(project)
    texts = {
        event.fields["sha256"]
        for event in project.log
        if event.target == f"document:{GONE}" and "sha256" in event.fields
    }
    ids = [(state.log.mark, state.narrowed, state.who) for state in before]
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folder = Path(root) / "study"
        project.save(folder)
        done = project.erase(what, coder=author, reason="asked to")
        assert done.event
        assert qc.check_folder(folder) == []
        words = [CASE, f"{WORD} town"] if whole_case else []
        if reached:
            words += [*WORDS, *texts, *(sha[:8] for sha in texts)]
        assert not found(folder, *words)
        opened = Project.open(folder)
        same(opened.state, project.state)
        for then, (mark, narrowed, who) in zip(before[1:], ids[1:], strict=True):
            now = opened.state.as_of(mark, narrowed, who)
            assert rest(then, GONE) == rest(now, GONE)
            assert {*then.documents} == {*now.documents}
        erased = [each for each in opened.withdrawals if each.erased]
        assert [each.target for each in erased] == [
            what.partition(":")[0] if whole_case else "document"
        ]
        # Saved again, nothing changes.
        files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        opened.save()
        assert files == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=40)
@given(copies_of(), st.data())
def test_in_every_union_it_stays_erased_whoever_goes_on_without_knowing(
    copies: Copies, data: Any
) -> None:
    projects = list(copies.projects)
    numbers = range(len(projects))
    eraser = data.draw(st.sampled_from(numbers))
    if GONE not in projects[eraser].documents:
        return
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        folders = [Path(root) / f"copy-{at}" for at in numbers]
        for project, folder in zip(projects, folders, strict=True):
            project.save(folder)
        projects[eraser].erase(GONE, coder="project")
        # A second one, in another copy or in the same.
        other = data.draw(st.sampled_from(numbers))
        if "d1" in projects[other].documents and data.draw(st.booleans()):
            projects[other].erase("d1", coder="project")
        whole = merged(*folders)
        for order in (data.draw(st.permutations(folders)), [*folders, *folders]):
            same(merged(*order).state, whole.state)
        both = Path(root) / "both"
        whole.save(both)
        assert qc.check_folder(both) == []
        assert not found(both, *WORDS)
        opened = Project.open(both)
        assert opened.is_saved
        same(opened.state, whole.state)
        as_if_withdrawn(opened, [GONE])
        # Old copies again, one after the other: still.
        for folder in folders:
            again = merged(folder, both)
            third = Path(root) / f"again-{folder.name}"
            again.save(third)
            assert qc.check_folder(third) == []
            assert not found(third, *WORDS)
            same(Project.open(third).state, whole.state)


def test_the_union_is_what_withdrawal_leaves(tmp_path: Path) -> None:
    """One eraser and one who goes on: everything about other documents is kept."""
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
    mine = Project.create(tmp_path / "mine", codebook=book, coder="ana")
    mine.add_documents({"a": "We trust them.", GONE: f"{WORD} trusts nobody."})
    mine.assign((GONE, 0, 4), "trust")
    mine.save()
    shutil.copytree(tmp_path / "mine", tmp_path / "hers")
    hers = Project.open(tmp_path / "hers")
    with hers.as_coder("ben"):
        hers.assign((GONE, 0, 4), "money", memo=f"on {WORD}")
        hers.assign(("a", 3, 8), "trust", memo="kept")
        hers.add_memo(f"document:{GONE}", f"{WORD} again")
        hers.finish([GONE, "a"])
    hers.save()
    mine.erase(GONE, reason="asked to")
    whole = qc.merge(tmp_path / "hers", tmp_path / "mine").project
    assert [(each.segment.document.id, each.memo) for each in whole.assignments] == [("a", "kept")]
    assert whole.finished == {"ben": frozenset({"a"})}
    whole.save(tmp_path / "both")
    assert not found(tmp_path / "both", WORD)
    assert qc.check_folder(tmp_path / "both") == []
