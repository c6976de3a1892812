"""A project's content at one moment: what every statistic is computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs
import numpy as np

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.assignments import Assignments
from qualcode.model.codebook import Codebook
from qualcode.model.counted import Counted, Marks, Who, count_who, only_counting, only_marks
from qualcode.model.documents import Case, Document, Registry
from qualcode.model.events import Events, check_origin, format_time, parse_times, row_order
from qualcode.model.history import History
from qualcode.model.memos import Coder, Memo
from qualcode.model.rollups import Rollup
from qualcode.model.suggestions import Verdict

__all__ = ["State"]


@attrs.frozen(eq=False, kw_only=True)
class State:
    """Documents, cases, coders, codebook history, assignments and memos as of one moment.

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
    verdicts : tuple of Verdict
        What people made of suggestions, in order.
    finished : mapping of str to frozenset of str
        For each coder by id, the ids of the documents that they read to the end.
    narrowed : tuple of str
        How the project was narrowed to get here, as calls to make again; see `at` and `restricted`.
    who : {"everybody", "rule", "persons"}
        Whose assignments `assignments` holds; see `counting`.
    """

    name: str
    history: History
    documents: Registry[Document]
    cases: Registry[Case]
    coders: Mapping[str, Coder]
    events: Events = attrs.field(repr=False)
    memos: tuple[Memo, ...] = attrs.field(default=(), repr=False)
    verdicts: tuple[Verdict, ...] = attrs.field(default=(), repr=False)
    finished: Marks = attrs.field(factory=dict, repr=False)
    narrowed: tuple[str, ...] = ()
    who: Who = "everybody"
    _seen: dict[Who, State] = attrs.field(factory=dict, init=False, repr=False)

    @property
    def codebook(self) -> Codebook:
        """The codebook as of this moment."""
        return self.history.codebook

    @cached_property
    def assignments(self) -> Assignments:
        """The assignments that stand and count, read through the codebook."""
        if self.who != "everybody":
            return only_counting(self, self.uncounted.assignments)
        return Assignments.read(
            self.events.standing(), self.documents, self.codebook, coders=self.coders
        )

    @property
    def unresolved(self) -> Assignments:
        """Assignments of split codes that nobody has yet given to a part."""
        split = [code.status == "split" for code in self.codebook.codes.values()]
        chosen = np.array(split, dtype=np.bool_)[self.assignments.code]
        return self.assignments.take(chosen)

    @property
    def names_coders(self) -> bool:
        """Whether coders were named in getting here, who then count whatever their kind."""
        return any(call.startswith("restricted(coders=") for call in self.narrowed)

    @cached_property
    def counted(self) -> Counted:
        """Who is counted, and in how many documents."""
        return count_who(self, self.uncounted.assignments)

    def counting(
        self, coders: str | Iterable[str] | None = None, *, persons: bool = False
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

        Raises
        ------
        NotFoundError
            For a coder that does not exist.
        """
        if coders is not None:
            return self.restricted(coders=coders).counting()
        return self._seen_by("persons" if persons else "rule")

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
                other = attrs.evolve(self, who=who)
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
        if any(call.startswith("at(") for call in self.narrowed):
            return self.narrowed
        return (f"at(revision={len(self.history)})", *self.narrowed)

    def rollup(self, rollup: str | Rollup | None = None) -> Rollup:
        """Return a rollup by id; without one the codebook's first, or else the code tree.

        Raises
        ------
        NotFoundError
            When the codebook has no such rollup.
        RollupError
            When a rollup given as a value names what the codebook does not have.
        """
        if isinstance(rollup, Rollup):
            rollup.check(self.codebook.codes)
            return rollup
        rollups = self.codebook.rollups
        if rollup is None:
            return next(iter(rollups.values()), Rollup.by_tree())
        if rollup in rollups:
            return rollups[rollup]
        if rollup == "tree":
            return Rollup.by_tree()
        if any(rollup in code.attributes for code in self.codebook.codes.values()):
            return Rollup.by_attribute(rollup)
        raise NotFoundError(
            f"the codebook has no rollup, and its codes no attribute, {rollup!r}; there are "
            f"{', '.join([*rollups, 'tree'])}.{did_you_mean(rollup, rollups)}"
        )

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same content, whoever was written down first."""
        if not isinstance(other, State):
            return NotImplemented
        return (
            self.name == other.name
            and self.history == other.history
            and self.documents == other.documents
            and self.cases == other.cases
            and dict(self.coders) == dict(other.coders)
            and only_marks(self.finished) == only_marks(other.finished)
            and _arranged(self.memos) == _arranged(other.memos)
            and Counter(self.verdicts) == Counter(other.verdicts)
            and self._standing() == other._standing()
        )

    __hash__ = None  # type: ignore[assignment]

    def _standing(self) -> Events:
        """Return what stands, over vocabularies that depend on the content alone, in order."""
        standing = self.events.standing()
        for name in ("document", "code", "coder"):
            standing = standing.over(name, tuple(sorted(getattr(standing, f"{name}s"))))
        return standing.take(row_order(standing))

    def at(self, revision: int | str | None = None, *, time: str | None = None) -> State:
        """Return the state as of a codebook revision, or of a time.

        As of a revision is: as long as it was the newest one. Every document, assignment and memo
        records the revision under which it was made, so no clock is involved.

        Parameters
        ----------
        revision : int or str
            Number of a revision (negative from the end), or the start of its id.
        time : str
            Time in ISO 8601 and UTC, included.

        Raises
        ------
        NotFoundError
            When there is no such revision, or no codebook yet at that time.
        ProjectError
            When both or neither are given.
        """
        if (revision is None) == (time is None):
            raise ProjectError(
                "ask for the project as of a revision or as of a time: one of the two"
            )
        if time is not None:
            moment = int(parse_times([time])[0])
            known = self.history.before(format_time(moment))
            asked = f"at(time={time!r})"
            events = self.events.time <= moment
            made = {
                each
                for each in {
                    *(d.time for d in self.documents.values()),
                    *(m.time for m in self.memos),
                    *(v.time for v in self.verdicts),
                }
                if each is None or parse_times([each])[0] <= moment
            }
            documents = [each for each in self.documents.values() if each.time in made]
            memos = [each for each in self.memos if each.time in made]
            verdicts = [each for each in self.verdicts if each.time in made]
        else:
            known = self.history.number(revision if revision is not None else -1)
            asked = f"at(revision={known})"
            under = self._revisions_upto(known)
            events = np.array([each in under for each in self.events.revisions], dtype=np.bool_)[
                self.events.revision
            ]
            documents = [each for each in self.documents.values() if each.revision in under]
            memos = [each for each in self.memos if each.revision in under]
            verdicts = [each for each in self.verdicts if each.revision in under]
        return attrs.evolve(
            self,
            history=self.history.upto(known),
            documents=Registry(documents, what="document"),
            events=self.events.take(events),
            memos=tuple(memos),
            verdicts=tuple(verdicts),
            finished=only_marks(self.finished, documents=[each.id for each in documents]),
            narrowed=(*self.narrowed, asked),
        )

    def restricted(
        self,
        *,
        coders: str | Iterable[str] | None = None,
        documents: str | Iterable[str] | None = None,
        origin: str | Iterable[str] | None = None,
    ) -> State:
        """Return the state with assignments of some coders or origins only, or some documents only.

        The codebook and its history stay as they are. A case goes when all of its documents do, and
        so do the memos on a document that goes.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders whose assignments stay; all when not given.
        documents : str or iterable of str, optional
            Ids of the documents that stay; all when not given.
        origin : str or iterable of str, optional
            Where the assignments that stay come from: ``"hand"``, ``"import"``, ``"suggestion"``; all when
            not given.

        Raises
        ------
        NotFoundError
            For a coder or document that does not exist.
        AssignmentError
            For an origin of another kind.
        """
        state = self
        if coders is not None:
            chosen = self.coder_ids(coders)
            theirs = np.array([each in chosen for each in self.events.coders], dtype=np.bool_)
            state = attrs.evolve(
                state,
                coders={id: coder for id, coder in self.coders.items() if id in chosen},
                events=state.events.take(theirs[state.events.coder]),
                verdicts=tuple(each for each in state.verdicts if each.coder in chosen),
                finished=only_marks(state.finished, coders=chosen),
                narrowed=(*state.narrowed, f"restricted(coders={list(chosen)!r})"),
            )
        if origin is not None:
            kinds = [origin] if isinstance(origin, str) else list(origin)
            for kind in kinds:
                check_origin(kind)
            # Who takes an assignment back takes it back whatever its origin.
            kept = state.events.of_origin(kinds) | state.events.retracted
            state = attrs.evolve(
                state,
                events=state.events.take(kept),
                narrowed=(*state.narrowed, f"restricted(origin={kinds!r})"),
            )
        if documents is not None:
            state = state._with_documents(documents)
        return state

    def _with_documents(self, documents: str | Iterable[str]) -> State:
        ids = [documents] if isinstance(documents, str) else list(documents)
        kept = self.documents.only(self.documents[id].id for id in ids)
        gone = {
            case
            for id, document in self.documents.items()
            if id not in kept
            for case in document.cases
        }.difference(*(document.cases for document in kept.values()))
        return attrs.evolve(
            self,
            documents=kept,
            cases=self.cases.only(id for id in self.cases if id not in gone),
            memos=tuple(memo for memo in self.memos if _is_about(memo, kept)),
            verdicts=tuple(each for each in self.verdicts if each.document in kept),
            finished=only_marks(self.finished, documents=kept),
            narrowed=(*self.narrowed, f"restricted(documents={list(kept)!r})"),
        )

    def _revisions_upto(self, number: int) -> set[str | None]:
        return {None, *(each.short for each in self.history.revisions[:number])}

    def coder_ids(self, coders: Iterable[str] | str | None = None) -> tuple[str, ...]:
        """Return the ids of some coders, or of all, checked.

        Raises
        ------
        NotFoundError
            When one does not exist.
        """
        if coders is None:
            return tuple(self.coders)
        wanted = (coders,) if isinstance(coders, str) else tuple(coders)
        for coder in wanted:
            if coder not in self.coders:
                raise NotFoundError(
                    f"no coder has the id {coder!r}.{did_you_mean(coder, self.coders)}"
                )
        return wanted


def _is_about(memo: Memo, documents: Registry[Document]) -> bool:
    """Tell whether a memo is about something other than a document that is not there."""
    kind, _, rest = memo.target.partition(":")
    return kind not in ("document", "segment") or rest.split(":")[0] in documents


def _arranged(memos: tuple[Memo, ...]) -> list[Memo]:
    return sorted(memos, key=lambda memo: (memo.time, memo.coder, memo.target, memo.text))
