"""Strategies for assignments and whole projects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import attrs
from hypothesis import strategies as st

from qualcode.errors import (
    AssignmentError,
    ChangeError,
    DuplicateError,
    NotFoundError,
    ProjectError,
    RollupError,
    SpanError,
    StatisticsError,
    SuggestionError,
)
from qualcode.model.codebooks.changes import Revert
from qualcode.model.codebooks.codebook import Codebook, Place
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import CoderKind
from qualcode.model.coding.queries import code as code_query
from qualcode.model.coding.queries import where
from qualcode.model.coding.suggestions import (
    Explanation,
    Fingerprint,
    PatternMatch,
    PhraseMatch,
    Suggestion,
    Term,
)
from qualcode.model.log.rows import Events
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.records import Record
from qualcode.model.review.templates import Template
from qualcode.model.texts.documents import Document, Registry, Value
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.project.project import Project
from qualcode.testing.codebook import codebooks as any_codebooks
from qualcode.testing.history import KINDS, Clock, change_of_kind, weighted
from qualcode.testing.picks import Picks, Step, numbers, steps
from qualcode.testing.text import documents as any_documents
from qualcode.testing.text import variables

__all__ = ["DEEDS", "Plan", "Tokens", "assignments", "do", "plans", "projects"]

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
        How many documents at the start, which nobody undoes; a few more may be added later.
    max_text : int
        Length of the texts in code points.
    max_cases, max_coders : int
        How many, up to three cases at the start and four coders; one more case may be added later.
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
    ).map(_played)


def _played(plan: Plan) -> Project:
    """Return the project after the last step; what it begins with is there to stay."""
    played = plan.play()
    project = next(played)
    project._steps.clear()
    for _ in played:
        pass
    return project


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
    kinds = [kind for kind in DEEDS if changes or kind not in _ON_CODEBOOK]
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
        project = self.begun(Clock(), Tokens())
        yield project
        for step in self.steps:
            do(project, step.kind, step.picks, self.coders, self.changes)
            yield project

    def begun(self, clock: Clock, tokens: Tokens) -> Project:
        """Return the project before the first step."""
        project = Project.new("Study", codebook=self.codebook, clock=clock, tokens=tokens)
        for case, values in self.cases.items():
            project.add_case(case, variables=values)
        for document in self.documents:
            _add(project, document)
        return project


class Tokens:
    """Stands in for random digits: the same in every run, different for each copy of a project.

    Parameters
    ----------
    copy : int
        The number of the copy.
    """

    def __init__(self, copy: int = 0) -> None:
        self._copy = copy
        self._count = 0

    def __call__(self, size: int) -> str:
        """Return hexadecimal digits, twice as many as the number given."""
        self._count += 1
        return f"{self._count * 16 + self._copy:0{2 * size}x}"[-2 * size :]


def do(
    project: Project, kind: str, picks: Picks, coders: Sequence[str], changes: Sequence[str]
) -> None:
    """Do something in a project, if it can be done there.

    Parameters
    ----------
    project : Project
        The project.
    kind : str
        One of `DEEDS`.
    picks : Picks
        What they choose among.
    coders, changes : sequence of str
        Who may do it, and the kinds of codebook change that may be made.
    """
    coder = picks.one(coders)
    if kind == "change":
        _revise(project, picks.one(changes), picks, coder)
    else:
        _DEEDS[kind](project, picks, coder)


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
    """Accept, reject or edit a suggestion on a segment that carries a code; machines do not decide."""
    codes = [code for code in project.codebook if code.codable]
    known = project.coders.get(coder)
    machine = known is not None and known.kind == "machine"
    if machine or not codes or not len(project.assignments):
        return
    suggestion = _suggestion(picks.one(project.assignments).segment, picks.one(codes), picks)
    verdict = picks.one(("accept", "reject", "edit"))
    if verdict == "accept":
        project.accept(suggestion, coder=coder, memo=picks.one(_MEMOS) or "")
    elif verdict == "reject":
        project.reject([suggestion], coder=coder)
    else:
        project.edit(suggestion, coder=coder, code=picks.one(codes).id)


def _propose(project: Project, picks: Picks, coder: str) -> None:
    """Have a machine propose a coding, a code, a merge or a memo; or a person decide about one: one call."""
    machine = picks.one(("assistant", "other-assistant"))
    known = project.coders.get(machine)
    codes = list(project.codebook.codes)
    how = picks.one(("coding", "memo", "merge", "accept", "reject"))
    with suppress(AssignmentError, ChangeError, NotFoundError, SpanError, SuggestionError):
        # Rejected before, in several places, of a code out of use, or no longer fitting.
        if how in ("accept", "reject"):
            _answer(project, picks, coder, accept=how == "accept")
        elif known is not None and known.kind != "machine":
            return
        elif how == "memo":
            project.propose_memo(f"revision:{len(project.history)}", "look again", coder=machine)
        elif how == "coding" and len(project.assignments):
            project.propose(
                picks.one(project.assignments).segment,
                code=picks.one([*codes, "a code of its own"]),
                why=picks.one(_MEMOS) or "",
                coder=machine,
            )
        elif how == "merge" and len(codes) > 1:
            with project.propose_revision(coder=machine, why="one meaning") as codebook:
                codebook.merge(picks.one(codes), into=picks.one(codes))


def _answer(project: Project, picks: Picks, coder: str, *, accept: bool) -> None:
    who = project.coders.get(coder)
    if len(project.proposals) and (who is None or who.kind != "machine"):
        decide = project.accept if accept else project.reject
        decide(picks.one(project.proposals), coder=coder, memo=picks.one(_MEMOS) or "")


def _suggestion(segment: Segment, code: Code, picks: Picks) -> Suggestion:
    quote = segment.quote
    return Suggestion(
        segment=segment,
        code=code,
        rank=picks.one((1, 2)),
        score=picks.one((0.0, 0.5, 0.125)),
        probability=picks.one((None, 0.75)),
        status=picks.one(("cold", "learning", "usable")),
        explanation=Explanation(
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
    try:
        project.add_document(text, name=picks.one(("", "later")), cases=cases)
    except DuplicateError:
        return  # it is there already, in other cases or under another name


def _set_variables(project: Project, picks: Picks, coder: str) -> None:
    targets = [*project.documents, *(f"case:{case}" for case in project.cases)]
    if targets:
        project.set_variables(
            picks.one(targets), variables={"wave": picks.one((1, None, 2))}, coder=coder
        )


def _rename(project: Project, picks: Picks, coder: str) -> None:
    targets = ["project", *(f"document:{document}" for document in project.documents)]
    targets += [f"case:{case}" for case in project.cases]
    targets += [f"coder:{each}" for each in project.coders]
    project.rename(picks.one(targets), picks.one(("Another", "信任 🙂", "null")), coder=coder)


def _membership(project: Project, picks: Picks, coder: str) -> None:
    """Let a document join a case, a new one perhaps, or leave it."""
    if not project.documents:
        return
    document = picks.one(list(project.documents))
    case = picks.one([*project.cases, "later-case"])
    if case not in project.cases:
        if not project._recorder.fold.letters.knows("case", case):
            project.add_case(case, documents=document, name=picks.one(("", "Later")), coder=coder)
    elif case in project.documents[document].cases:
        project.leave(document, case, coder=coder)
    else:
        project.join(document, case, coder=coder)


def _change_memo(project: Project, picks: Picks, coder: str) -> None:
    if not project.memos:
        return
    memo = picks.one(project.memos)
    what = picks.one(("edit", "link", "withdraw"))
    if what == "edit":
        project.edit_memo(memo, picks.one(("edited", "信任, again")), coder=coder)
    elif what == "link":
        project.write_journal(picks.one(("today", "later")), coder=coder, links=memo)
    else:
        project.withdraw_memo(memo, coder=coder)


def _summarise(project: Project, picks: Picks, coder: str) -> None:
    """Write a cell of the framework matrix, or empty one."""
    written = project.summaries
    if written and picks.chance():
        each = picks.one(written)
        with suppress(NotFoundError, RollupError):  # the codebook has no such theme any more
            project.withdraw_summary(
                each.case, each.node, rollup=each.rollup or None, level=each.level, coder=coder
            )  # fmt: skip
    elif project.cases:
        rollup = project.state.find_rollup()
        level = picks.one(("theme", "code"))
        nodes = [each for each in lay_over(rollup, project.codebook).nodes if each.level == level]
        nodes = [each for each in nodes if each.id != UNASSIGNED]
        if nodes:
            project.summarise(
                picks.one(list(project.cases)), picks.one(nodes).id, picks.one(_MEMOS) or "summed up",
                rollup=rollup.id, level=level, coder=coder,
            )  # fmt: skip


def _judge(project: Project, picks: Picks, coder: str) -> None:
    """Judge a finding, or take a judgement back."""
    rollup = project.state.find_rollup()
    nodes = [each for each in lay_over(rollup, project.codebook).nodes if each.level == "theme"]
    nodes = [each for each in nodes if each.id != UNASSIGNED]
    if nodes:
        component, level = picks.one((("methods", "minor"), ("overall", "low"), ("overall", None)))
        said = level and (level, picks.one(_MEMOS) or "")
        project.review().judge(
            picks.one(nodes).id, {component: said}, rollup=rollup.id, coder=coder
        )


def _link(project: Project, picks: Picks, coder: str) -> None:
    """Say which sources stand behind a link, a new one perhaps; or take some back, or the link."""
    review, links = project.review(), project.codebook.links
    codes = [code.id for code in project.codebook]
    behind = [*project.documents, *(f"case:{case}" for case in project.cases)]
    if links and picks.chance():
        each = picks.one(links)
        with suppress(NotFoundError):  # it does not stand behind it
            review.unlink(
                each.source, each.type, each.target, coder=coder,
                sources=picks.some(behind, least=0, most=1),
            )  # fmt: skip
    elif len(codes) > 1:
        one, other = picks.one(codes), picks.one(codes)
        if one != other:
            review.link(
                one, picks.one(("supports", "affects")), other, coder=coder,
                sources=picks.some(behind, least=0, most=2),
            )  # fmt: skip


_APPRAISING = Instrument.of(
    {
        "id": "sound",
        "items": [
            {"id": "aim", "text": "the aim is clear", "answers": {"yes": "met", "no": "weakness"}},
            {"id": "worth", "text": "what it is worth"},
        ],
        "ratings": ["good", "poor"],
        "rule": [{"rating": "poor", "other": 1}, {"rating": "good"}],
    }
)
_EXTRACTING = Template.of(
    {
        "id": "told",
        "rows": "outcome",
        "fields": [{"id": "what"}, {"id": "how-many", "type": "integer"}],
    }
)


def _fill_in(project: Project, picks: Picks, coder: str) -> None:
    """Appraise a source, extract from it, take that back, or agree: one call."""
    sources = [
        *(f"document:{id}" for id in project.documents),
        *(f"case:{id}" for id in project.cases),
    ]
    if not sources:
        return
    review, source = project.review(), picks.one(sources)
    text = project.documents[source[9:]].text if source.startswith("document:") else ""
    said = picks.one(_MEMOS) or None
    if picks.one((True, False)):
        answers = {"aim": picks.one(("yes", "no", None)), "worth": said}
        recorded = picks.one(("good", "poor", None))
        review.appraise(source, _APPRAISING, answers, recorded=recorded, coder=coder)
        return
    quotes = (
        {"what": Segment(project.documents[source[9:]], Span(0, len(text)))}
        if text and said
        else {}
    )
    values = {"what": said, "how-many": picks.one((1, 2, None))}
    review.extract(
        source, _EXTRACTING, values, row=picks.one(("1", "the other")), quotes=quotes, coder=coder
    )


_FOUND = tuple(
    Record(title=f"Study {at}", authors=("Okoye, B.",), year=2000 + at, number=at)
    for at in range(4)
)


def _screen(project: Project, picks: Picks, coder: str) -> None:
    """Say what a review asks, bring in records, decide on one, or draw some for a second coder: one call."""
    review = project.review()
    held = review.records
    what = picks.one(("ask", "find", "decide", "decide", "decide", "draw"))
    if what == "ask":
        review.describe(question=picks.one(("Does it?", "How?")), coder=coder)
    elif what == "find" or not held:
        found = picks.some(_FOUND, least=1, most=3)
        review.add_records(found, source=picks.one(("Medline", "Embase")), coder=coder)
    elif what == "decide":
        stage = picks.one(("title-abstract", "full-text"))
        decision = picks.one(("include", "exclude", "maybe", None))
        reason = picks.one(("no review", "too old")) if decision == "exclude" else ""
        gone = project.state.review.ties.duplicates([*held])
        review.screen(
            picks.one([each for each in held if each not in gone]), decision, reason=reason,
            note=picks.one(_MEMOS) or "", stage=stage, coder=coder,
        )  # fmt: skip
    else:
        review.sample(coder, share=0.5, random_state=picks.one((1, 2)), by=coder)


def _tie(project: Project, picks: Picks, coder: str) -> None:
    """Say that records are one publication, or that they are not: one call."""
    review = project.review()
    held = list(review.records)
    if len(held) < 2:
        review.add_records(_FOUND, source="Scopus", coder=coder)
    elif picks.one((True, False)):
        review.confirm_duplicates(*picks.some(held, least=2, most=3), coder=coder)
    else:
        review.keep_apart(*picks.some(held, least=2, most=2), coder=coder)


def _mark(project: Project, picks: Picks, coder: str) -> None:
    if project.documents:
        document = picks.one(list(project.documents))
        if document in project.finished.get(coder, ()):
            project.unfinish(document, coder=coder)
        else:
            project.finish(document, coder=coder)


def _set_kind(project: Project, picks: Picks, coder: str) -> None:
    if project.coders:
        kinds: tuple[CoderKind, ...] = ("person", "machine", "consensus")
        kind = picks.one(kinds)
        project.set_kind(picks.one(list(project.coders)), kind, coder=coder)


def _organise(project: Project, picks: Picks, coder: str) -> None:
    """Name a set of codes, a narrowing or a query, or say what weights mean."""
    what = picks.one(("set", "view", "scale", "query"))
    if what == "set":
        codes = list(project.codebook.codes)
        chosen = picks.some(codes, least=0, most=2) if codes else ()
        project.set_codes(picks.one(("these", "those")), chosen, coder=coder)
    elif what == "view":
        chosen = picks.some(list(project.documents))
        if chosen:
            project.save_view(picks.one(("mine", "yours")), documents=chosen, coder=coder)
    elif what == "query":
        codes = [code.id for code in project.codebook]
        query = code_query(picks.one(codes)) if codes else where()
        unit = picks.one(("turn", "sentence", "paragraph"))
        project.save_query(picks.one(("one", "other")), query.within(unit), coder=coder)
    else:
        labels = {weight: f"means {weight}" for weight in _WEIGHTS if weight is not None}
        project.set_scale(labels if picks.chance() else {}, coder=coder)


def _recode(project: Project, picks: Picks, coder: str) -> None:
    codes = [code.id for code in project.codebook if code.codable]
    if codes and len(project.assignments):
        project.recode(picks.one(project.assignments), picks.one(codes))


def _in_vivo(project: Project, picks: Picks, coder: str) -> None:
    """Make a code of the words of a segment, if they can be the name of one."""
    filled = [document for document in project.documents.values() if document.text]
    if filled:
        document = picks.one(filled)
        segment = Segment(document, _span(len(document), picks))
        try:
            project.assign(segment, coder=coder, in_vivo="new")
        except (AssignmentError, ChangeError):
            return  # no words, or too many


def _correct(project: Project, picks: Picks, coder: str) -> None:
    """Correct a text: take words away, put others in, say something twice, or go back to what was there."""
    filled = [document for document in project.documents.values() if document.text]
    if not filled:
        return
    document = picks.one(filled)
    text, span = document.text, _span(len(document), picks)
    words = picks.one(("", "信任 🙂", "and then. ", text[span.start : span.end] * 2))
    texts = [text[: span.start] + words + text[span.end :]]
    texts += [each.before for each in project.corrections if each.document == document.id]
    project.correct(document.id, picks.one(texts), coder=coder)


def _place_passage(project: Project, picks: Picks, coder: str) -> None:
    """Place what waits in the quarantine, where it is proposed, anywhere, or nowhere."""
    waiting = project.quarantine
    if not waiting:
        return
    passage = picks.one(waiting)
    length = len(project.documents[passage.document])
    where = [each.span for each in passage.candidates] + ([_span(length, picks)] if length else [])
    project.place(passage, picks.one([*where, None]), coder=coder)


def _adjudicate(project: Project, picks: Picks, coder: str) -> None:
    """Decide for a consensus on what is coded or on any place, or finish what is decided."""
    filled = [document for document in project.documents.values() if document.text]
    codes = [code.id for code in project.codebook if code.codable]
    if not filled or not codes:
        return
    rows = project.assignments
    document = picks.one(filled)
    span = _span(len(document), picks)
    place = picks.one(rows).segment if len(rows) and not picks.chance() else Segment(document, span)
    try:
        project.adjudicate(
            place,
            picks.some(codes, least=0, most=2),
            coder="settled",
            by=coder,
            reason=picks.one(("", "talked over")),
        )
        if picks.chance():
            project.finish_decided(coder="settled", by=coder)
    except (ProjectError, StatisticsError, AssignmentError):
        return  # somebody made a person of it, there are not two to compare, or a split is undecided


def _withdraw(project: Project, picks: Picks, coder: str) -> None:
    """Withdraw a document or a case, or bring one back."""
    there = [*project.documents, *(f"case:{id}" for id in project.cases)]
    gone = [each.target for each in project.withdrawals]
    if gone and (picks.chance() or not there):
        project.reinstate(picks.one(gone), coder=coder)
    elif there:
        project.withdraw(picks.one(there), coder=coder, reason="asked to")


def _undo(project: Project, picks: Picks, coder: str) -> None:
    """Take back the latest step, of one coder or of anybody, or do it again."""
    whose = picks.one((None, coder))
    try:
        if picks.chance():
            project.redo(coder=whose)
        else:
            project.undo(coder=whose)
    except (ChangeError, ProjectError):
        return  # there is none, or something builds on it


_DEEDS: dict[str, Callable[[Project, Picks, str], None]] = {
    "assign": _assign,
    "assign beside": _assign_beside,
    "retract": _retract,
    "memo": _write_memo,
    "decide": _decide,
    "propose": _propose,
    "document": _add_document,
    "variables": _set_variables,
    "rename": _rename,
    "membership": _membership,
    "change memo": _change_memo,
    "summarise": _summarise,
    "judge": _judge,
    "link": _link,
    "fill in": _fill_in,
    "screen": _screen,
    "tie": _tie,
    "mark": _mark,
    "kind": _set_kind,
    "organise": _organise,
    "recode": _recode,
    "in vivo": _in_vivo,
    "correct": _correct,
    "place": _place_passage,
    "undo": _undo,
    "adjudicate": _adjudicate,
    "withdraw": _withdraw,
}
_NEVER_UNASKED = ("withdraw", "adjudicate")
"""What is done only where it is asked for: after it, not everything that was assigned counts."""
_ON_CODEBOOK = ("change", "in vivo", "link")

DEEDS = (
    ("assign",) * 8
    + ("assign beside",) * 6
    + ("change",) * 12
    + (
        *(each for each in _DEEDS if each not in _NEVER_UNASKED),
        "undo",
    )
)
"""What can be done, the more often the more it is listed."""
