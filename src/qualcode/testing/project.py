"""Strategies for assignments and whole projects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs
from hypothesis import strategies as st

from qualcode.errors import ChangeError
from qualcode.model.assignments import Assignments
from qualcode.model.changes import Revert
from qualcode.model.codebook import Codebook, Place
from qualcode.model.codes import Code
from qualcode.model.documents import Document, Registry, Value
from qualcode.model.events import Events
from qualcode.model.segments import Segment
from qualcode.model.spans import Span
from qualcode.model.suggestions import (
    Evidence,
    Fingerprint,
    PatternMatch,
    PhraseMatch,
    Suggestion,
    Term,
)
from qualcode.project.project import Project
from qualcode.testing.codebook import codebooks as any_codebooks
from qualcode.testing.history import KINDS, Clock, change_of_kind, weighted
from qualcode.testing.picks import Picks, Step, numbers, steps
from qualcode.testing.text import documents as any_documents
from qualcode.testing.text import variables

__all__ = ["Plan", "assignments", "plans", "projects"]

_CODERS = ("ana", "Ben Öz", "🙂/1", "di.4")
_CASES = ("case-1", "信-2", "c.3")
_MEMOS = (None, "first mention", "信任 🙂, “quoted”", "two\nlines", "a\r\nb")
_WEIGHTS = (None, 0.5, -2.0, 1e-9)
_ORIGINS = ("hand", "import", "suggestion:nearest")


def _numbered_documents(
    least: int, most: int, size: int, cases: Sequence[str] = ()
) -> st.SearchStrategy[list[Document]]:
    """Return a strategy for documents that can stand beside each other in a project."""
    # Texts without anything to code are for later documents; here they would come too often.
    drawn = any_documents(ids=st.just("a"), min_size=1, max_size=size, cases=cases)
    return st.lists(drawn, min_size=least, max_size=most).map(
        lambda found: [
            attrs.evolve(document, id=f"d{number}") for number, document in enumerate(found, 1)
        ]
    )


def _span(length: int, picks: Picks) -> Span:
    """Return a span of a text; the same ones come often, so that codes meet."""
    if picks.chance():
        start = picks.below(length)
        return Span(start, start + 1 + picks.below(length - start))
    cuts = sorted({length * part // 4 for part in range(5)})
    start = picks.below(len(cuts) - 1)
    return Span(cuts[start], cuts[start + 1 + picks.below(len(cuts) - 1 - start)])


@st.composite
def assignments(
    draw: st.DrawFn,
    *,
    documents: Iterable[Document] | None = None,
    codebook: Codebook | None = None,
    min_size: int = 0,
    max_size: int = 12,
    max_coders: int = 3,
) -> Assignments:
    """Return a strategy for assignments: overlapping, touching, the same by several coders.

    Parameters
    ----------
    documents : iterable of Document, optional
        What is coded; a few difficult ones when not given.
    codebook : Codebook, optional
        With what; any when not given.
    min_size, max_size : int
        How often somebody assigns something; doing it again makes no second assignment. Nobody does
        when no document has text, or no code can be assigned.
    max_coders : int
        How many coders, up to four.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(assignments())
    ... def test_a_frame_has_a_row_for_each(assignments):
    ...     assert len(assignments.to_frame()) == len(assignments)
    >>> test_a_frame_has_a_row_for_each()
    """
    given = draw(_numbered_documents(1, 2, 40)) if documents is None else documents
    registry = Registry(given, what="document")
    book = draw(any_codebooks()) if codebook is None else codebook
    filled = [document for document in registry.values() if document.text]
    codes = [code.id for code in book if code.codable]
    made = draw(st.lists(numbers(), min_size=min_size, max_size=max_size))
    rows = [Picks(each) for each in made] if filled and codes else []
    places = [(picks.one(filled), picks) for picks in rows]
    spans = [_span(len(document), picks) for document, picks in places]
    events = Events.from_rows(
        document=[document.id for document, _ in places],
        start=[span.start for span in spans],
        end=[span.end for span in spans],
        code=[picks.one(codes) for picks in rows],
        coder=[picks.one(_CODERS[:max_coders]) for picks in rows],
        weight=[picks.one(_WEIGHTS) for picks in rows],
        memo=[picks.one(_MEMOS) for picks in rows],
        time=["2026-01-05T09:00:00Z"] * len(rows),
        origin=["hand"] * len(rows),
        retracted=[False] * len(rows),
    )
    return Assignments.read(events.standing(), registry, book)


def projects(
    *,
    codebooks: st.SearchStrategy[Codebook] | None = None,
    min_documents: int = 1,
    max_documents: int = 3,
    max_text: int = 60,
    max_cases: int = 2,
    max_coders: int = 3,
    max_steps: int = 16,
    changes: Collection[str] = KINDS,
) -> st.SearchStrategy[Project]:
    """Return a strategy for projects in memory: the codebook changes while the coding goes on.

    Documents with difficult texts and typed variables, in no case, one or several; coders who assign
    the same and other things, decide about suggestions, and take things back; revisions of every kind in
    between; memos. The clock is the same in every run.

    Parameters
    ----------
    codebooks : strategy, optional
        For the codebook that is adopted; `qualcode.testing.codebooks` when not given.
    min_documents, max_documents : int
        How many documents at the start; a few more may be added later.
    max_text : int
        Length of the texts in code points.
    max_cases, max_coders : int
        How many, up to three cases and four coders.
    max_steps : int
        How many assignments, revisions, memos and so on, all together.
    changes : collection of str
        Kinds of codebook change, such as ``"merge"``; an empty one leaves the codebook as it is.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(projects(max_coders=2))
    ... def test_no_segment_is_counted_twice(project):
    ...     segments = project.rollup(count="segments").total
    ...     assert segments <= project.rollup(count="assignments").total
    >>> test_no_segment_is_counted_twice()
    """
    return plans(
        codebooks=codebooks,
        min_documents=min_documents,
        max_documents=max_documents,
        max_text=max_text,
        max_cases=max_cases,
        max_coders=max_coders,
        max_steps=max_steps,
        changes=changes,
    ).map(lambda plan: list(plan.play())[-1])


def plans(
    *,
    codebooks: st.SearchStrategy[Codebook] | None = None,
    min_documents: int = 1,
    max_documents: int = 3,
    max_text: int = 60,
    max_cases: int = 2,
    max_coders: int = 3,
    max_steps: int = 16,
    changes: Collection[str] = KINDS,
) -> st.SearchStrategy[Plan]:
    """Return a strategy for what happens in a project, step by step; parameters as for `projects`."""
    # Assigning comes most often, and the changes of the codebook together about as often as it does.
    kinds = ["assign"] * 6 + ["assign beside"] * 4 + [*_DEEDS] + ["change"] * (8 if changes else 0)
    cases = _CASES[:max_cases]
    return st.builds(
        Plan,
        codebook=any_codebooks() if codebooks is None else codebooks,
        cases=st.fixed_dictionaries({case: variables() for case in cases}),
        documents=_numbered_documents(min_documents, max_documents, max_text, cases),
        steps=steps(kinds, max_size=max_steps),
        coders=st.just(_CODERS[:max_coders]),
        changes=st.just(weighted(changes)),
    )


@attrs.frozen(kw_only=True)
class Plan:
    """What happens in a project, step by step.

    Parameters
    ----------
    codebook : Codebook
        What is adopted.
    cases : mapping
        Ids of cases, and their variables.
    documents : sequence of Document
        What is there from the start.
    steps : sequence of Step
        What is done then.
    coders, changes : sequence of str
        Who does it, and the kinds of codebook change that are made.
    """

    codebook: Codebook
    cases: Mapping[str, Mapping[str, Value]]
    documents: Sequence[Document]
    steps: Sequence[Step]
    coders: Sequence[str]
    changes: Sequence[str]

    def play(self) -> Iterator[Project]:
        """Yield one and the same project, before the first step and after each."""
        project = Project.new("Study", codebook=self.codebook, clock=Clock())
        for case, values in self.cases.items():
            project.add_case(case, variables=values)
        for document in self.documents:
            _add(project, document)
        yield project
        for step in self.steps:
            picks = step.picks
            coder = picks.one(self.coders)
            if step.kind == "change":
                _revise(project, picks.one(self.changes), picks, coder)
            else:
                _DEEDS[step.kind](project, picks, coder)
            yield project


def _add(project: Project, document: Document) -> None:
    project.add_document(
        document.text,
        id=document.id,
        name=document.name,
        variables=document.variables,
        cases=document.cases,
        source=document.source,
    )


def _revise(project: Project, kind: str, picks: Picks, coder: str) -> None:
    change = change_of_kind(kind, project.history, picks, _places(project))
    if change is None:
        return
    try:
        with project.revise(coder=coder, reason=kind) as cb:
            if isinstance(change, Revert):
                cb.revert(change.revision)
            else:
                cb.apply(change)
    except ChangeError:
        return  # two codes would have had one name, or later work builds on what was to be reverted


def _places(project: Project) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = {}
    for each in project.assignments:
        places.setdefault(each.code.id, []).append(each.place)
    return places


def _assign(project: Project, picks: Picks, coder: str) -> None:
    filled = [document for document in project.documents.values() if document.text]
    if filled:
        document = picks.one(filled)
        _put(project, Segment(document, _span(len(document), picks)), picks, coder)


def _put(project: Project, segment: Segment, picks: Picks, coder: str) -> None:
    codes = [code.id for code in project.codebook if code.codable]
    if codes:
        project.assign(
            segment,
            picks.one(codes),
            coder=coder,
            memo=picks.one(_MEMOS),
            weight=picks.one(_WEIGHTS),
            origin=picks.one(_ORIGINS),
        )


def _assign_beside(project: Project, picks: Picks, coder: str) -> None:
    """Put a code, another or the same, on a segment that carries one."""
    if len(project.assignments):
        _put(project, picks.one(project.assignments).segment, picks, coder)


def _retract(project: Project, picks: Picks, coder: str) -> None:
    if len(project.assignments):
        each = picks.one(project.assignments)
        project.retract(each.segment, each.code.id, coder=each.coder)


def _write_memo(project: Project, picks: Picks, coder: str) -> None:
    targets: list[str | Segment] = ["project", f"revision:{len(project.history)}"]
    targets += [f"code:{code}" for code in project.codebook.codes]
    targets += [f"document:{document}" for document in project.documents]
    targets += [each.segment for each in project.assignments]
    project.add_memo(picks.one(targets), picks.one(_MEMOS) or "memo", coder=coder)


def _decide(project: Project, picks: Picks, coder: str) -> None:
    """Accept, reject or edit a suggestion on a segment that carries a code."""
    codes = [code for code in project.codebook if code.codable]
    if not codes or not len(project.assignments):
        return
    suggestion = _suggestion(picks.one(project.assignments).segment, picks.one(codes), picks)
    verdict = picks.one(("accept", "reject", "edit"))
    if verdict == "accept":
        project.accept(suggestion, coder=coder, memo=picks.one(_MEMOS) or "")
    elif verdict == "reject":
        project.reject([suggestion], coder=coder)
    else:
        project.edit(suggestion, coder=coder, code=picks.one(codes).id)


def _suggestion(segment: Segment, code: Code, picks: Picks) -> Suggestion:
    quote = segment.quote
    return Suggestion(
        segment=segment,
        code=code,
        rank=picks.one((1, 2)),
        score=picks.one((0.0, 0.5, 0.125)),
        probability=picks.one((None, 0.75)),
        status=picks.one(("cold", "learning", "usable")),
        evidence=Evidence(
            matches=(PatternMatch(segment.start, segment.end, quote, "*"),),
            terms=(Term(segment.start, segment.end, quote, 0.5),),
            phrase=picks.one((None, PhraseMatch(code.name, "name", 0.25))),
        ),
        reason=picks.one((None, "ranks only")),
        suggester="strategy",
        fingerprint=Fingerprint("0" * 12, "1" * 12, "2" * 12),
    )


def _add_document(project: Project, picks: Picks, coder: str) -> None:
    text = picks.one(("Later we met.", "👍🏽\r\nand then?\r\n\r\nYes", "", "\ufeffBEN: 信任。"))
    cases = picks.some(tuple(project.cases), least=0, most=2)
    project.add_document(text, name=picks.one(("", "later")), cases=cases)


def _set_variables(project: Project, picks: Picks, coder: str) -> None:
    if project.documents:
        project.set_variables(picks.one(list(project.documents)), wave=picks.one((1, None, 2)))


_DEEDS: dict[str, Callable[[Project, Picks, str], None]] = {
    "assign": _assign,
    "assign beside": _assign_beside,
    "retract": _retract,
    "memo": _write_memo,
    "decide": _decide,
    "document": _add_document,
    "variables": _set_variables,
}
