"""A project's content at one moment: what every statistic is computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from qualcode.errors import (
    AssignmentError,
    DocumentError,
    NotFoundError,
    ProjectError,
    did_you_mean,
)
from qualcode.model.checks import check_choice, check_named, check_texts
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import find_rollup
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.adjudications import Adjudication
from qualcode.model.coding.answering import Selected, answered, are_among, selected
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import Coder, Memo
from qualcode.model.coding.proposals import Answer, Disclosure, Proposed
from qualcode.model.coding.queries import Query
from qualcode.model.coding.query_names import without_names
from qualcode.model.coding.query_parsing import as_query
from qualcode.model.coding.suggestions import Verdict
from qualcode.model.coding.summaries import Summary
from qualcode.model.counted import Counted, Marks, Who, count_who, only_counting, only_marks
from qualcode.model.fold.coding_rows import in_force
from qualcode.model.fold.conflicts import conflicts
from qualcode.model.fold.fold import Fold, fold
from qualcode.model.fold.history import History
from qualcode.model.fold.quarantine import Quarantine, quarantine, reworded
from qualcode.model.import_losses import ImportLoss
from qualcode.model.log.log import Log, Mark
from qualcode.model.log.registers import Conflict
from qualcode.model.log.rows import Events, check_origin, format_time
from qualcode.model.restriction import Moment, Restriction
from qualcode.model.review.content import ReviewContent
from qualcode.model.texts.documents import Case, Document, Heard, Registry
from qualcode.model.texts.places import Places
from qualcode.model.texts.speakers import ROLES, Speaker
from qualcode.model.texts.spoken import SEVERAL, Speech, speaker_names
from qualcode.model.times import as_moment
from qualcode.model.unsettled import Unsettled

__all__ = ["State", "state_of"]


@attrs.frozen(eq=False, kw_only=True)
class State:
    """Documents, cases, coders, codebook history, assignments, memos and summaries as of one moment.

    Parameters
    ----------
    name : str
        The project's name.
    history : History
        The codebook's revisions up to this moment.
    documents, cases : Registry
        By id, in the order added.
    coders : mapping of str to Coder
        By id.
    events : Events
        What was assigned and retracted.
    memos : tuple of Memo
        In the order written.
    summaries : tuple of Summary
        What people wrote of cases and themes, in the order written.
    verdicts : tuple of Verdict
        What people made of suggestions, in order.
    proposals : tuple of Proposed
        What machines proposed, in order.
    answers : tuple of Answer
        What people made of those proposals that are no suggestions, in order.
    disclosures : tuple of Disclosure
        Which documents were opened to which programs, in order.
    adjudications : tuple of Adjudication
        What a consensus decided where coders differed, of each place the newest.
    finished : mapping of str to frozenset of str
        For each coder by id, the ids of the documents that they read to the end.
    code_sets : mapping of str to tuple of str
        Named groups of codes.
    scale : mapping of float to str
        What weights mean, by label.
    orders : mapping of str to tuple of str
        Of variables with an order, their values from lowest to highest.
    import_losses : tuple of ImportLoss
        How much files held that are read, and the project could not take over; no part of what is equal.
    views : mapping of str to mapping
        Narrowings saved by name.
    queries : mapping of str to str
        Queries saved by name, as text.
    review : ReviewContent
        What the reviewers decided.
    log : Log
        The log of which all this is the fold.
    narrowed : tuple of Moment or Restriction
        How the project was narrowed to get here; see `at` and `restricted`.
    who : {"everybody", "rule", "persons"}
        Whose assignments `assignments` holds; see `counting`.
    unasked : State or None
        The same before it was restricted to what fits a query; who counted there is who counts here.
    """

    name: str
    history: History
    documents: Registry[Document]
    cases: Registry[Case]
    coders: Mapping[str, Coder]
    events: Events = attrs.field(repr=False)
    memos: tuple[Memo, ...] = attrs.field(default=(), repr=False)
    summaries: tuple[Summary, ...] = attrs.field(default=(), repr=False)
    verdicts: tuple[Verdict, ...] = attrs.field(default=(), repr=False)
    proposals: tuple[Proposed, ...] = attrs.field(default=(), repr=False)
    answers: tuple[Answer, ...] = attrs.field(default=(), repr=False)
    disclosures: tuple[Disclosure, ...] = attrs.field(default=(), repr=False)
    adjudications: tuple[Adjudication, ...] = attrs.field(default=(), repr=False)
    finished: Marks = attrs.field(factory=dict, repr=False)
    code_sets: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)
    scale: Mapping[float, str] = attrs.field(factory=dict, repr=False)
    orders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)
    import_losses: tuple[ImportLoss, ...] = attrs.field(default=(), repr=False)
    views: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, repr=False)
    queries: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    review: ReviewContent = attrs.field(factory=ReviewContent, repr=False)
    log: Log = attrs.field(repr=False)
    narrowed: tuple[Moment | Restriction, ...] = ()
    who: Who = "everybody"
    unasked: State | None = attrs.field(default=None, repr=False)
    _seen: dict[Who, State] = attrs.field(factory=dict, init=False, repr=False)

    @property
    def codebook(self) -> Codebook:
        """The codebook as of this moment."""
        return self.history.codebook

    @cached_property
    def _made(self) -> Fold:
        """What the log makes, for what is asked of it more than once."""
        return fold(self.log)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What was changed at once, does not go together, and nobody has settled yet."""
        return conflicts(self.log, self._made)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The passages whose place in a corrected text is not certain; nothing of them is counted."""
        found = quarantine(self.log, self._made)
        return Quarantine(tuple(each for each in found if each.document in self.documents))

    @cached_property
    def unsettled(self) -> Unsettled:
        """How much waits for a decision, contradicts itself, or was taken out."""
        gone = self.log.hidden.withdrawals
        return Unsettled(
            undecided=len(self.unresolved),
            passages=len(self.quarantine),
            waiting=sum(len(each.assignments) for each in self.quarantine),
            conflicts=len(self.conflicts),
            withheld=bool(self.log.withheld),
            withdrawals=len(gone),
            withdrawn=sum(each.documents for each in gone),
        )

    @cached_property
    def reworded(self) -> Mapping[tuple[str, int, int], str]:
        """The words as they were of coded passages that a correction changed within.

        By document, start and end: code points in the text in force, half-open. Where several passages came
        together, the words of each, one below the other.
        """
        return reworded(self.log, self._made)

    @cached_property
    def assignments(self) -> Assignments:
        """The assignments that stand and count, read through the codebook."""
        if self.who != "everybody":
            return only_counting(self, self.uncounted.assignments)
        return self._read(self.events.standing())

    def _read(self, standing: Events, *, distinct: bool = True) -> Assignments:
        return Assignments.read(
            standing, self.documents, self.codebook, coders=self.coders, cases=self.cases,
            distinct=distinct,
        )  # fmt: skip

    # Queries

    def asked(self, query: Query | str) -> Query:
        """Return a query, given as such or as text, with saved queries in the place of their names.

        Raises
        ------
        QueryError
            When the text cannot be read.
        NotFoundError
            When it calls a query that is not saved.
        """
        return without_names(as_query(query), self.queries)

    def selected(self, query: Query | str) -> Selected:
        """Return what a query selects: assignments that are in sight here, or units."""
        return selected(self.asked(query), self.assignments, self)

    def fitting(self, query: Query | str) -> Assignments:
        """Return the assignments that fit a query."""
        return self.assignments.take(answered(self.asked(query), self.assignments, self))

    def as_it_stood(self, revision: int | str) -> tuple[Assignments, State]:
        """Return the assignments as of a revision, each as it was made, and the state of then."""
        then = self.at(revision=revision)
        return only_counting(then, then._read(then.events.standing(), distinct=False)), then

    @property
    def unresolved(self) -> Assignments:
        """Assignments of split codes that nobody has yet given to a part."""
        split = [code.status == "split" for code in self.codebook.codes.values()]
        chosen = np.array(split, dtype=np.bool_)[self.assignments.code]
        return self.assignments.take(chosen)

    @property
    def names_coders(self) -> bool:
        """Whether coders were named in getting here, who then count whatever their kind."""
        return any(each.coders is not None for each in self.restrictions)

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """What the project was narrowed to, apart from moments."""
        return tuple(each for each in self.narrowed if isinstance(each, Restriction))

    @cached_property
    def unrestricted(self) -> State:
        """The content of the same moment, of everybody and everything."""
        return state_of(self.log, self._made) if self.restrictions else self.uncounted

    @cached_property
    def counted(self) -> Counted:
        """Who is counted, and in how many documents."""
        if self.unasked is None:
            return count_who(self, self.uncounted.assignments)
        # Who counts in a document counts there too where nothing of theirs fits.
        counted = self.unasked.counted
        asked = [each for each in self.restrictions if each.asked is not None][-1]
        told = attrs.evolve(counted, where=(*counted.where, str(asked.asked)))
        if asked.where is not None:
            return told
        rows = self.unasked.assignments
        heard = Heard.of(asked.speakers, asked.roles)
        places = Places.of_columns(rows.document, rows.start, rows.end)
        labels, _ = Speech.of(self.unasked.documents.values()).labels(places, heard.includes)
        return attrs.evolve(told, across=told.across + int(np.count_nonzero(labels == SEVERAL)))

    def counting(
        self,
        coders: str | Iterable[str] | None = None,
        *,
        persons: bool = False,
        where: Query | str | None = None,
    ) -> State:
        """Return the state with the assignments that count; the others are kept, and out of sight.

        Where a coder of the kind ``"consensus"`` has finished a document it alone counts there.
        Elsewhere persons do, and machines nowhere.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders who count instead, whatever their kind.
        persons : bool, default False
            Whether persons count everywhere, whatever a consensus has finished.
        where : Query or str, optional
            Which of these assignments count; all when not given.

        Raises
        ------
        NotFoundError
            For a coder that does not exist.
        """
        if coders is not None:
            named = self.restricted(coders=check_named(coders, what="coders"))
            return named.counting(where=where)
        state = self._seen_by("persons" if persons else "rule")
        return state if where is None else state.restricted(where=where)

    @property
    def uncounted(self) -> State:
        """The state with the assignments of everybody, as they are stored."""
        return self._seen_by("everybody")

    def _seen_by(self, who: Who) -> State:
        """Return the same content counted otherwise; kept, for reading it is what takes long."""
        if who == self.who:
            return self
        if who not in self._seen:
            if "everybody" in (who, self.who):
                before = None if self.unasked is None else self.unasked._seen_by(who)
                other = attrs.evolve(self, who=who, unasked=before)
                other._seen[self.who] = self
            else:
                other = self.uncounted._seen_by(who)
            self._seen[who] = other
        return self._seen[who]

    @property
    def head(self) -> str:
        """The short id of the newest revision."""
        return self.history.head.short

    @property
    def provenance(self) -> tuple[str, ...]:
        """The calls that lead from the project, which grows on, to this state."""
        steps = tuple(map(str, self.narrowed))
        if any(isinstance(each, Moment) for each in self.narrowed):
            return steps
        return (f"at(revision={len(self.history)})", *steps)

    def find_rollup(self, rollup: str | Rollup | None = None) -> Rollup:
        """Return a rollup by id; without one the codebook's first, or else the code tree.

        Raises
        ------
        NotFoundError
            When the codebook has no such rollup.
        RollupError
            When a rollup given as a value names what the codebook does not have.
        """
        return find_rollup(rollup, self.codebook)

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same content, whoever was written down first."""
        if not isinstance(other, State):
            return NotImplemented
        return (
            self.name == other.name
            and self.history == other.history
            and self.codebook == other.codebook
            and self.documents == other.documents
            and self.cases == other.cases
            and dict(self.coders) == dict(other.coders)
            and only_marks(self.finished) == only_marks(other.finished)
            and _arranged(self.memos) == _arranged(other.memos)
            and set(self.summaries) == set(other.summaries)
            and Counter(self.verdicts) == Counter(other.verdicts)
            and _listed(self.proposals) == _listed(other.proposals)
            and set(self.adjudications) == set(other.adjudications)
            and dict(self.code_sets) == dict(other.code_sets)
            and dict(self.scale) == dict(other.scale)
            and dict(self.orders) == dict(other.orders)
            and dict(self.views) == dict(other.views)
            and dict(self.queries) == dict(other.queries)
            and self.review == other.review
            and self._standing() == other._standing()
        )

    __hash__ = None  # type: ignore[assignment]

    def _standing(self) -> Events:
        """Return what stands, over vocabularies that depend on the content alone, in order."""
        standing = self.events.standing()
        for name in ("document", "code", "coder"):
            standing = standing.over(name, tuple(sorted(getattr(standing, f"{name}s"))))
        return standing.take(standing.placed[0])

    def at(
        self,
        moment: int | str | None = None,
        *,
        revision: int | str | None = None,
        time: str | date | None = None,
    ) -> State:
        """Return the state as of a codebook revision, of an event, or of a time.

        As of a revision is: as long as it was the newest one. Everybody's events record what they had
        seen, so no clock is involved.

        Parameters
        ----------
        moment : int or str
            The number of a revision; or the start of the id of any event, for what its author saw.
        revision : int or str
            Number of a revision (negative from the end), or the start of its id.
        time : str, date or datetime
            In ISO 8601 and UTC, included.

        Raises
        ------
        NotFoundError
            When there is no such revision or event, or no codebook yet at that time.
        ProjectError
            When not exactly one is given.
        """
        if sum(each is not None for each in (moment, revision, time)) != 1:
            raise ProjectError(
                "ask for the project as of a revision, of an event or of a time: one of them"
            )
        if isinstance(moment, str):
            log = self.log.as_seen(self.log.position(moment))
            asked = Moment(event=log.timeline.events[self.log.position(moment)].short)
        elif time is not None:
            upto = as_moment(time, what="time")
            self.history.before(format_time(upto))
            log = self.log.as_of_time(upto)
            asked = Moment(time=format_time(upto))
        else:
            known = self.history.number(moment if revision is None else revision)  # type: ignore[arg-type]
            log = self.log.as_of_revision(known)
            asked = Moment(revision=known)
        return _as_narrowed(log, (*self.narrowed, asked), self.who)

    def as_of(self, mark: Mark, narrowed: tuple[Moment | Restriction, ...], who: Who) -> State:
        """Return the state that was narrowed so when the log stood at a mark.

        Parameters
        ----------
        mark : Mark
            Where the log of that state stood.
        narrowed, who
            As the state had them.

        Raises
        ------
        NotFoundError
            When the log does not hold what it is to come back to.
        """
        return _as_narrowed(self.log.as_of(mark), narrowed, who)

    def restricted(
        self,
        *,
        coders: str | Iterable[str] | None = None,
        documents: str | Iterable[str] | None = None,
        origin: str | Iterable[str] | None = None,
        speakers: str | Iterable[str] | None = None,
        roles: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> State:
        """Return the state with some assignments only, or some documents only, or the words of some.

        The codebook and its history stay as they are. A case goes when all of its documents do, and
        so do the memos on a document that goes, and the summaries that were written from it.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders whose assignments stay; all when not given.
        documents : str or iterable of str, optional
            Ids of the documents that stay; all when not given.
        origin : str or iterable of str, optional
            Where the assignments that stay come from: ``"hand"``, ``"import"``, ``"suggestion"``; all when
            not given.
        speakers : str or iterable of str, optional
            Names or aliases of those whose words stay; everybody's when not given.
        roles : {"interviewer", "participant"} or iterable of str, optional
            The roles of those whose words stay. By either, an assignment stays where only they speak in
            its segment; a document, and any other unit, where they speak in it at all.
        where : Query or str, optional
            Which assignments stay, of those of the coders, documents and origins; see `Query`. Documents,
            cases and who has finished what stay as they are.

        Raises
        ------
        NotFoundError
            For a coder or document that does not exist.
        QueryError
            For a query that cannot be read or answered.
        AssignmentError
            For an origin of another kind.
        """
        state = self
        if coders is not None:
            state = state._narrowed_to(Restriction(coders=self.coder_ids(coders)))
        if origin is not None:
            kinds = check_texts(origin, what="origin", error=AssignmentError)
            for kind in kinds:
                check_origin(kind)
            state = state._narrowed_to(Restriction(origin=kinds))
        if documents is not None:
            ids = check_texts(documents, what="documents", error=DocumentError)
            kept = self.documents.only(self.documents[id].id for id in ids)
            state = state._narrowed_to(Restriction(documents=tuple(kept)))
        if speakers is not None or roles is not None:
            state = state._narrowed_to(_as_spoken(state, speakers, roles))
        if where is not None:
            # With the saved queries of now in it: as of another moment it asks for the same.
            asked = state.asked(as_query(where, what="where"))
            state = state._narrowed_to(Restriction(where=asked, who=state.who))
        return state

    def _narrowed_to(self, restriction: Restriction) -> State:
        before = None if self.unasked is None else self.unasked._narrowed_to(restriction)
        if restriction.where is not None:
            before, state = self, self._with_fitting(restriction.where, restriction.who)
        elif restriction.spoken is not None:
            heard = Heard.of(restriction.speakers, restriction.roles)
            before, state = self.spoken_by(heard.includes)
            before = attrs.evolve(
                before, narrowed=(*self.narrowed, restriction), unasked=self.unasked
            )
        elif restriction.coders is not None:
            state = self._with_coders(restriction.coders)
        elif restriction.origin is not None:
            # Who takes an assignment back takes it back whatever its origin.
            kept = self.events.of_origin(restriction.origin) | self.events.retracted
            state = attrs.evolve(self, events=self.events.take(kept))
        else:
            state = self._with_documents(restriction.documents or ())
        return attrs.evolve(
            state,
            narrowed=(*self.narrowed, restriction),
            unasked=before,
        )

    def _with_fitting(self, query: Query, who: Who) -> State:
        return self._with_rows(self._seen_by(who).fitting(query))

    def _with_rows(self, fitting: Assignments) -> State:
        """Return the state with some of the assignments that stand in it."""
        standing = self.events.standing()
        # Numbered, so that what is left is in the order of the log.
        numbered = attrs.evolve(standing, block=np.arange(len(standing), dtype=np.int32))
        made = self._read(numbered, distinct=False)
        kept = np.sort(made.rows.block[are_among(made, fitting)]).astype(np.intp)
        return attrs.evolve(self, events=standing.take(kept))

    def spoken_by(self, theirs: Callable[[Speaker], bool]) -> tuple[State, State]:
        """Return the state with the words of some speakers only.

        Parameters
        ----------
        theirs : callable
            Tells of a speaker whether they are one of them.

        Returns
        -------
        there : State
            With the documents in which they speak, of whose units those count in which they do.
        heard : State
            With those of its assignments in whose segments only they speak.
        """
        listening = {
            id: Heard.of([each.name for each in document.speakers.items_ if theirs(each)], None)
            for id, document in self.documents.items()
        }
        there = self._with_documents(tuple(id for id, each in listening.items() if each.speakers))
        documents = [
            attrs.evolve(
                each, heard=listening[id] if each.heard is None else each.heard & listening[id]
            )
            for id, each in there.documents.items()
        ]
        there = attrs.evolve(there, documents=there.documents.with_items(documents, replace=True))
        rows = there.uncounted.assignments
        places = Places.of_columns(rows.document, rows.start, rows.end)
        only = Speech.of(there.documents.values()).all_of(places, theirs)
        return there, there._with_rows(rows.take(only))

    def _with_coders(self, chosen: tuple[str, ...]) -> State:
        theirs = np.array([each in chosen for each in self.events.coders], dtype=np.bool_)
        return attrs.evolve(
            self,
            coders={id: coder for id, coder in self.coders.items() if id in chosen},
            events=self.events.take(theirs[self.events.coder]),
            verdicts=tuple(each for each in self.verdicts if each.coder in chosen),
            answers=tuple(each for each in self.answers if each.coder in chosen),
            adjudications=tuple(each for each in self.adjudications if each.coder in chosen),
            finished=only_marks(self.finished, coders=chosen),
            review=self.review.of_coders(chosen),
        )

    def _with_documents(self, documents: tuple[str, ...]) -> State:
        kept = self.documents.only(documents)
        left_out = {id for id in self.documents if id not in kept}
        gone = {case for id in left_out for case in self.documents[id].cases}.difference(
            *(document.cases for document in kept.values())
        )
        cases = self.cases.only(id for id in self.cases if id not in gone)
        return attrs.evolve(
            self,
            documents=kept,
            cases=cases,
            memos=tuple(memo for memo in self.memos if _is_about(memo, kept)),
            summaries=tuple(
                each
                for each in self.summaries
                if each.case not in gone and not each.is_from(left_out)
            ),
            verdicts=tuple(each for each in self.verdicts if each.document in kept),
            proposals=tuple(
                each for each in self.proposals if each.document is None or each.document in kept
            ),
            disclosures=tuple(each for each in self.disclosures if each.document in kept),
            adjudications=tuple(each for each in self.adjudications if each.document in kept),
            finished=only_marks(self.finished, documents=kept),
            review=self.review.of_sources(kept, cases),
        )

    def coder_ids(self, coders: Iterable[str] | str | None = None) -> tuple[str, ...]:
        """Return the ids of some coders, or of all, checked.

        Raises
        ------
        NotFoundError
            When one does not exist.
        """
        if coders is None:
            return tuple(self.coders)
        wanted = check_texts(coders, what="coders", error=ProjectError)
        for coder in wanted:
            if coder not in self.coders:
                raise NotFoundError(
                    f"no coder has the id {coder!r}.{did_you_mean(coder, self.coders)}"
                )
        return wanted


def _as_spoken(state: State, speakers: object, roles: object) -> Restriction:
    """Return whose words stay, checked: somebody there speaks who is named.

    Raises
    ------
    ProjectError
        When a role is none.
    NotFoundError
        When nobody is called so, or has such a role.
    """
    names, chosen = None, None
    if speakers is not None:
        speaker_names(speakers, error=ProjectError)
        names = check_texts(speakers, what="speakers", error=ProjectError)
    if roles is not None:
        chosen = check_texts(roles, what="roles", error=ProjectError)
        for role in chosen:
            check_choice(role, ROLES, what="roles", error=ProjectError)
    people = [each for document in state.documents.values() for each in document.speakers.items_]
    for name in names or ():
        if not any(each.is_called(name) for each in people):
            known = dict.fromkeys(each.name for each in people)
            raise NotFoundError(
                f"nobody called {name!r} speaks in a document.{did_you_mean(name, known)}"
            )
    for role in chosen or ():
        if not any(each.role == role for each in people):
            raise NotFoundError(
                f"nobody is known to be {role}: say who is, with set_speakers(documents, roles=…); "
                "project.speakers lists who speaks"
            )
    return Restriction(speakers=names, roles=chosen)


def _as_narrowed(log: Log, narrowed: tuple[Moment | Restriction, ...], who: Who) -> State:
    """Return the content of a log, narrowed; the log is that of the moments asked for already."""
    state = state_of(log, fold(log))
    for each in narrowed:
        if isinstance(each, Restriction):
            state = state._narrowed_to(each)
    return attrs.evolve(state, narrowed=narrowed, who=who)


def state_of(log: Log, made: Fold) -> State:
    """Return the content that the events of a log make together.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        Its fold.
    """
    events = in_force(log, made)
    documents = made.documents
    if made.withdrawn:
        used = {events.documents[at] for at in np.unique(events.document).tolist()}
        # Whose addition was undone here while it was coded there: both hold, and it is listed.
        documents = {**documents, **{id: each for id, each in made.withdrawn.items() if id in used}}
    coders = dict(made.coders)
    for number in np.unique(events.coder).tolist():
        coders.setdefault(events.coders[number], Coder(events.coders[number]))
    return State(
        name=made.name,
        history=History(log, made.draft.codebook()),
        documents=Registry(documents.values(), what="document"),
        cases=Registry(made.cases.values(), what="case"),
        coders=coders,
        events=events,
        memos=tuple(made.memos.values()),
        summaries=tuple(made.summaries.values()),
        verdicts=tuple(made.verdicts),
        proposals=tuple(made.proposals.values()),
        answers=tuple(made.answers),
        disclosures=tuple(made.disclosures),
        adjudications=tuple(made.adjudications.values()),
        finished={coder: frozenset(held) for coder, held in made.finished.items() if held},
        code_sets=dict(made.code_sets),
        scale=dict(made.scale),
        orders=dict(made.orders),
        import_losses=tuple(made.losses),
        views=dict(made.views),
        queries=dict(made.queries),
        review=made.review.content(),
        log=log,
    )


def _is_about(memo: Memo, documents: Registry[Document]) -> bool:
    """Tell whether a memo is about something other than a document that is not there."""
    kind, _, rest = memo.target.partition(":")
    return kind not in ("document", "segment") or rest.split(":")[0] in documents


def _arranged(memos: tuple[Memo, ...]) -> list[Memo]:
    return sorted(memos, key=lambda memo: (memo.time, memo.coder, memo.target, memo.text))


def _listed(proposals: tuple[Proposed, ...]) -> list[str]:
    return sorted(each.content for each in proposals)
