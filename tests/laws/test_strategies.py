"""The public strategies: they reach what is difficult, keep to their sizes, and are repeatable."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode import testing
from qualcode.model.log.uniting import unite
from qualcode.testing import (
    assignments,
    codebooks,
    documents,
    histories,
    projects,
    rollups,
    texts,
    unions,
)
from qualcode.testing.history import KINDS
from qualcode.testing.picks import Picks

# Found by drawing alone: what is asked here is whether it comes, not how small it gets.
DRAWING = settings(
    max_examples=3000, phases=[Phase.generate], database=None, deadline=None, derandomize=True
)


def reaches(strategy: st.SearchStrategy[Any], what: Callable[[Any], object]) -> None:
    find(strategy, lambda value: bool(what(value)), settings=DRAWING)


@pytest.mark.parametrize(
    "part",
    [
        "\r\n",
        "\r",
        "\n\n",
        "\ufeff",
        "\u0301",
        "🙂",
        "👩‍👩‍👧‍👦",
        "信任",
        "ثقة",
        "\u2028",
        "ANA: ",
        "Dr. ",
    ],
)
def test_texts_hold_what_is_difficult(part: str) -> None:
    reaches(texts(), lambda text: part in text)


@pytest.mark.parametrize(
    "what",
    [
        lambda document: document.variables.keys() >= {"site", "wave", "score"},
        lambda document: len(document.cases) == 2,
        lambda document: document.name != document.id and document.source,
        lambda document: document.text == "",
    ],
)
def test_documents_come_in_many_forms(what: Callable[[qc.Document], object]) -> None:
    reaches(documents(cases=("c", "d")), what)


@pytest.mark.parametrize(
    "what",
    [
        lambda book: any(len(book.ancestors(code.id)) > 1 for code in book),
        lambda book: any(not code.codable for code in book),
        lambda book: list(book.codes) and book.codes[next(iter(book.codes))].parent,
        lambda book: len(book.links) == 2,
        lambda book: any(link.note for link in book.links),
        lambda book: book.attributes,
        lambda book: any(code.include and code.memos for code in book),
        lambda book: any(len(code.keywords) == 2 and len(code.patterns) == 2 for code in book),
        lambda book: any(rollup.tree for rollup in book.rollups.values()),
        lambda book: any(rollup.attribute for rollup in book.rollups.values()),
    ],
)
def test_codebooks_come_in_many_forms(what: Callable[[qc.Codebook], object]) -> None:
    reaches(codebooks(), what)


@pytest.mark.parametrize(
    "what",
    [
        lambda rollup: (
            len({c for t in rollup.themes for c in t.codes})
            < sum(len(t.codes) for t in rollup.themes)
        ),
        lambda rollup: (
            len({t for d in rollup.domains for t in d.themes})
            < sum(len(d.themes) for d in rollup.domains)
        ),
        lambda rollup: any(theme.subtrees for theme in rollup.themes),
        lambda rollup: any(not (t.codes or t.subtrees) for t in rollup.themes),
        lambda rollup: rollup.tree,
    ],
    ids=["a code in two themes", "a theme in two domains", "a subtree", "an empty theme", "a tree"],
)
def test_rollups_are_more_than_trees(what: Callable[[qc.Rollup], object]) -> None:
    book = qc.Codebook("b", codes=[qc.Code("a"), qc.Code("b", parent="a"), qc.Code("c")])
    reaches(rollups(codebook=book), what)


@pytest.mark.parametrize("kind", KINDS)
def test_histories_hold_every_kind_of_change(kind: str) -> None:
    reaches(histories(), lambda history: any(each.change.kind == kind for each in history))


@pytest.mark.parametrize(
    "what",
    [
        lambda rows: len({each.place[:3] for each in rows}) < len({each.place for each in rows}),
        lambda rows: len(rows.segments()) < len(rows),
        lambda rows: any(each.memo and each.weight for each in rows),
        lambda rows: any(
            a.segment.span.overlap(b.segment.span) and a.segment != b.segment
            for a in rows
            for b in rows
            if a.segment.document == b.segment.document
        ),
    ],
    ids=["two coders agree", "two codes on a segment", "memo and weight", "spans overlap"],
)
def test_assignments_meet(what: Callable[[qc.Assignments], object]) -> None:
    reaches(assignments(), what)


@pytest.mark.parametrize(
    "what",
    [
        lambda project: any(each.assigned_as != each.code.id for each in project.assignments),
        lambda project: len(project.unresolved),
        lambda project: any(book_decisions(project)),
        lambda project: project.state.events.retracted.any(),
        lambda project: any(memo.target.startswith("segment:") for memo in project.memos),
        lambda project: len({each.coder for each in project.assignments}) == 3,
        lambda project: any(len(each.cases) > 1 for each in project.documents.values()),
        lambda project: any(
            each.revision != project.history[1].short for each in project.documents.values()
        ),
    ],
    ids=[
        "a merge is followed",
        "a split is undecided",
        "a split is decided",
        "something is retracted",
        "a segment has a memo",
        "three coders",
        "two cases",
        "a document is added later",
    ],
)
def test_projects_hold_what_happens_in_studies(what: Callable[[qc.Project], object]) -> None:
    reaches(projects(max_steps=24), what)


@pytest.mark.parametrize(
    "what",
    [
        lambda copies: len(copies.logs) == 3,
        lambda copies: len({log.timeline.linear for log in copies.logs}) == 2,
        lambda copies: any("~" in name for name in unite(copies.logs).timeline.heads()),
        lambda copies: "both set" in {each.kind for each in copies.united().conflicts},
        lambda copies: "same id" in {each.kind for each in copies.united().conflicts},
        lambda copies: "used while removed" in {each.kind for each in copies.united().conflicts},
    ],
    ids=["three", "one is united", "a log is forked", "set by two", "one id", "used while removed"],
)
def test_copies_hold_what_happens_when_people_work_apart(what: Callable[[Any], object]) -> None:
    reaches(unions(max_steps=40), what)


@pytest.mark.parametrize(
    "what",
    [
        lambda project: project.finished,
        lambda project: project.code_sets or project.scale,
        lambda project: project.views,
        lambda project: project.queries,
        lambda project: any(memo.links for memo in project.memos),
        lambda project: {"edit-memo"} <= {event.kind for event in project.log},
        lambda project: {"undo", "redo"} <= {event.kind for event in project.log},
        lambda project: any(event.reason == "in vivo" for event in project.log),
        lambda project: any(coder.kind == "consensus" for coder in project.coders.values()),
    ],
)
def test_projects_hold_what_is_done_besides(what: Callable[[qc.Project], object]) -> None:
    reaches(projects(max_steps=24), what)


def book_decisions(project: qc.Project) -> list[Any]:
    return [
        part
        for source, places in project.codebook.decisions.items()
        for place, part in places.items()
        if any(each.place == place and each.assigned_as == source for each in project.assignments)
    ]


@given(st.data())
def test_sizes_are_kept(data: Any) -> None:
    low, high = sorted((data.draw(st.integers(0, 30)), data.draw(st.integers(0, 30))))
    assert low <= len(data.draw(texts(min_size=low, max_size=high))) <= high
    least, most = 1 + low // 10, 1 + high // 10
    book = data.draw(
        codebooks(min_codes=least, max_codes=most, min_rollups=least, max_rollups=most)
    )
    assert least <= len(book) <= most
    assert least <= len(book.rollups) <= most
    assert len(data.draw(histories(max_changes=most))) <= 1 + most
    project = data.draw(
        projects(min_documents=least, max_documents=least, max_coders=1, max_cases=1, max_steps=3)
    )
    assert least <= len(project.documents) <= least + 3
    assert len({each.coder for each in project.assignments}) <= 1
    assert [*project.cases] in (["case-1"], ["case-1", "later-case"])
    assert len(data.draw(assignments(max_size=most))) <= most


@settings(max_examples=25)
@given(projects(changes=()))
def test_a_project_without_changes_has_the_codebook_it_adopted(project: qc.Project) -> None:
    assert len(project.history) == 1


def test_the_same_steps_make_the_same_project() -> None:
    def drawn() -> list[str]:
        noted: list[str] = []

        @settings(max_examples=20, database=None, derandomize=True, deadline=None)
        @given(projects())
        def note(project: qc.Project) -> None:
            noted.append(project.history.head.id + repr(project))

        note()
        return noted

    assert drawn() == drawn()


def test_projects_shrink_to_what_matters() -> None:
    project = find(
        projects(max_steps=3),
        lambda project: len(project.assignments) > 0 and len(project.history) > 1,
        settings=settings(DRAWING, phases=[Phase.generate, Phase.shrink]),
    )
    assert [document.text for document in project.documents.values()] == ["a"]
    assert [each.place for each in project.assignments] == [("d1", 0, 1, "ana")]
    assert len(project.history) == 2
    assert len(project.codebook.codes) <= 2


def test_numbers_choose_what_is_there_then() -> None:
    picks = Picks(b"\x05\x01\x01\x02")
    assert picks.one("abc") == "c"
    assert picks.some("abcd", least=2, most=2) == ("b", "d"), "1 of 1, then b of abcd, d of acd"
    assert picks.one("xyz") == "x", "zeros follow"
    assert not picks.chance()


# What is missing


def test_every_name_that_is_promised_is_there() -> None:
    assert set(testing.__all__) == set(dir(testing))
    for name in testing.__all__:
        assert getattr(testing, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'texst'"):
        _ = testing.texst


def test_without_hypothesis_the_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import qualcode.testing\n"
        "try:\n"
        "    from qualcode.testing import texts\n"
        "except qualcode.errors.MissingExtraError as error:\n"
        "    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'qualcode[testing]'" in ran.stdout
