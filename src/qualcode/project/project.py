"""The project: the one object that changes, and the one that talks to a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qualcode.errors import (
    AssignmentError,
    ChangeError,
    DocumentError,
    DuplicateError,
    NotFoundError,
    ProjectError,
    SuggestionError,
    did_you_mean,
)
from qualcode.io import shipped
from qualcode.io.codebook_file import load_codebook, read_codebook
from qualcode.io.documents import Variables, gather_documents
from qualcode.io.review_table import read_review_table
from qualcode.io.store.reading import read_folder, take_back
from qualcode.io.store.stamps import Stamp
from qualcode.io.store.writing import unapplied_edits, write_folder
from qualcode.io.tables import events_from_frame, read_assignment_table
from qualcode.model.assignments import Assignment, Assignments
from qualcode.model.codebook import Codebook
from qualcode.model.diff import Diff, diff
from qualcode.model.documents import (
    Case,
    Document,
    Registry,
    Value,
    cases_labelled,
    check_types,
    check_variables,
)
from qualcode.model.events import Events, check_origin
from qualcode.model.history import History, Revision
from qualcode.model.ids import fold, unique_slug
from qualcode.model.memos import Coder, CoderKind, Memo, segment_target
from qualcode.model.segments import Segment
from qualcode.model.spans import Span
from qualcode.model.state import State
from qualcode.model.suggestions import Kind, Suggestion, Verdict
from qualcode.project.deciding import Decision, Review, decide, review
from qualcode.project.pending import EventLog, Key
from qualcode.project.revising import Revising
from qualcode.project.view import View

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Project", "load_project"]

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Project(View):
    """Documents, a codebook that keeps changing, and what coders assigned.

    Make one with `Project.create`, open one with `Project.open`. Nothing is written before `save`.

    Examples
    --------
    >>> from qualcode import Code
    >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
    >>> project.add_document("We trust them. They trust us.", id="a")
    <Document a: 29 code points>
    >>> for sentence in project.segments(by="sentence"):
    ...     _ = project.assign(sentence, "trust", coder="ana")
    >>> project.rollup(count="segments")["trust"]
    2
    """

    def __init__(
        self,
        state: State,
        *,
        path: Path | None = None,
        saved: State | None = None,
        stamps: Mapping[str, Stamp] | None = None,
        clock: Clock = _now,
    ) -> None:
        super().__init__(state)
        self.path = path
        self._log = EventLog(state.events)
        self._saved = saved
        self._stamps = dict(stamps or {})
        self._clock = clock
        self._applied: bytes | None = None
        self._stale = False

    # Making and opening

    @classmethod
    def new(
        cls,
        name: str,
        *,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = _now,
    ) -> Project:
        """Return a project in memory only; `save` with a path puts it in a folder.

        Parameters
        ----------
        name : str
            A label for people.
        codebook : Codebook, path or str, optional
            A codebook, a codebook file, or the name of a shipped codebook; it becomes the root of the
            history. Without one the project begins with an empty codebook.
        coder : str, default "project"
            Who adopts the codebook.
        clock : callable, optional
            Returns the time that is recorded; for scripts whose output shall be the same each time.
        """
        adopted = Codebook("codebook", name=name) if codebook is None else load_codebook(codebook)
        state = State(
            name=name,
            history=History.start(adopted, coder=coder, time=_timestamp(clock)),
            documents=Registry(what="document"),
            cases=Registry(what="case"),
            coders={},
            events=Events.empty(),
        )
        return cls(state, clock=clock)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        name: str | None = None,
        codebook: str | Path | Codebook | None = None,
        coder: str = "project",
        clock: Clock = _now,
    ) -> Project:
        """Make a project in a new folder, and save it; parameters as for `new`.

        Raises
        ------
        ProjectError
            When the folder exists and holds anything.
        """
        folder = Path(path)
        if folder.is_dir():
            take_back(folder)  # what an interrupted attempt left
        if folder.exists() and not (folder.is_dir() and _is_empty(folder)):
            raise ProjectError(
                f"{folder}: exists already and is not empty. Open it with Project.open, or choose "
                "another folder"
            )
        project = cls.new(name or folder.name, codebook=codebook, coder=coder, clock=clock)
        project.save(folder)
        return project

    @classmethod
    def open(cls, path: str | Path, *, clock: Clock = _now) -> Project:
        """Open a project's folder.

        Raises
        ------
        StoreError
            When it is no project, is damaged, or was written by a newer version.
        """
        folder = Path(path)
        opened = read_folder(folder)
        return cls(
            opened.state,
            path=folder.absolute(),
            saved=opened.state,
            stamps=opened.stamps,
            clock=clock,
        )

    def save(self, path: str | Path | None = None) -> None:
        """Write what is new to the project's folder, all or nothing.

        Parameters
        ----------
        path : str or Path, optional
            A new folder to save to, from then on the project's own; for a project made in memory,
            or for a copy.

        Raises
        ------
        StoreError
            When it cannot be written, someone else has written since, or the codebook file holds
            edits that were not applied. The folder is then as it was.
        """
        folder, saved, stamps = self.path, self._saved, self._stamps
        # Absolute, so that the project is found again wherever the script goes meanwhile.
        if path is not None and Path(path).absolute() != folder:
            folder, saved, stamps = Path(path).absolute(), None, {}
        if folder is None:
            raise ProjectError(
                "the project is in memory only: say where to save it, save('folder')"
            )
        state = self.state
        self._stamps = write_folder(
            folder, state, saved=saved, stamps=stamps, applied=self._applied
        )
        self.path, self._saved = folder, state

    @property
    def is_saved(self) -> bool:
        """Whether the folder holds all there is."""
        return self._saved is self.state

    @property
    def state(self) -> State:
        """The content as it is now."""
        if self._stale:
            self._state = attrs.evolve(self._state, events=self._log.events)
            self._stale = False
        return self._state

    def _set(self, **changes: Any) -> None:
        self._state = attrs.evolve(self.state, **changes)

    # Documents and cases

    def add_document(
        self,
        text: str,
        *,
        id: str | None = None,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        cases: Iterable[str] = (),
        source: str | None = None,
    ) -> Document:
        """Add one document.

        Parameters
        ----------
        text : str
            Kept exactly as given.
        id : str, optional
            Readable and unique; made from the name when not given.
        name : str
            A label for people.
        variables : mapping, optional
            Text, numbers, dates, true and false.
        cases : iterable of str
            Ids or names of cases; those that do not exist yet are made.
        source : str, optional
            Where the text came from.
        """
        chosen = id or unique_slug(
            name, self.documents, default=f"document-{len(self.documents) + 1}"
        )
        document = Document(
            id=chosen, text=text, name=name, variables=variables, cases=tuple(cases), source=source
        )
        return self._add_documents([document])[0]

    def add_documents(
        self,
        source: str | Path | Iterable[str | Path] | Mapping[str, str] | pd.DataFrame,
        *,
        variables: Variables | Iterable[str] = None,
        cases: str | Iterable[str] = (),
        text: str = "text",
        id: str | None = None,
        encoding: str = "utf-8",
        existing: Literal["error", "skip"] = "error",
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Document, ...]:
        """Add documents from files, a mapping of ids to texts, or a data frame.

        Parameters
        ----------
        source : path, glob, folder, several of these, mapping, or pandas.DataFrame
            ``.txt`` and ``.md`` files; a mapping of ids to texts; or a frame with a row for each
            document, such as open answers of a survey.
        variables : mapping or callable, optional
            Variables for every document, or a function that takes a file's path and returns them. For
            a frame: the names of the columns that become variables (all with no other use when not
            given).
        cases : str or iterable of str
            Ids or names of cases for every document; for a frame, the columns that hold them. Cases
            that do not exist yet are made.
        text, id : str
            For a frame: the columns with the text and, if there is one, the id.
        encoding : str, default "utf-8"
            Of files.
        existing : {"error", "skip"}, default "error"
            What to do with a document whose id is there already. ``"skip"`` leaves it alone if its
            text is the same, so that a script can be run again; another text is always an error.
        progress : callable, optional
            Called with how many files are read, and of how many.

        Returns
        -------
        tuple of Document
            Those that were added.

        Raises
        ------
        DocumentError, DuplicateError
            When one cannot be added; then none is.
        """
        documents = gather_documents(
            source,
            variables=variables,
            cases=cases,
            text=text,
            id=id,
            encoding=encoding,
            # To be skipped, a row must have the id again that it had the first time.
            taken=() if existing == "skip" else self.documents,
            progress=progress,
        )
        if existing == "skip":
            documents = [each for each in documents if not self._has(each)]
        return self._add_documents(documents)

    def _has(self, document: Document) -> bool:
        known = self.documents.get(document.id)
        if known is not None and known.text != document.text:
            raise DocumentError(
                f"document {document.id!r} is there already with another text "
                f"({document.source or 'given now'}): offsets into it would no longer be true. Add the "
                "new text under another id"
            )
        return known is not None

    def _add_documents(self, documents: Iterable[Document]) -> tuple[Document, ...]:
        time, revision = _timestamp(self._clock), self.state.head
        found = list(documents)
        cases, ids = cases_labelled(self.cases, (label for each in found for label in each.cases))
        added = tuple(
            attrs.evolve(
                each, cases=[ids[label] for label in each.cases], time=time, revision=revision
            )
            for each in found
        )
        check_types([*self.documents.values(), *added])
        files = {fold(id): id for id in self.documents}
        for id in (each.id for each in added):
            if (other := files.setdefault(fold(id), id)) != id:
                raise DuplicateError(
                    f"document {id!r} differs from {other!r} only in case, and both would have the same "
                    "file on some systems: give one of them another id"
                )
        self._set(documents=self.documents.with_items(added), cases=cases)
        return added

    def add_case(
        self,
        id: str,
        *,
        name: str = "",
        variables: Mapping[str, Value | None] | None = None,
        documents: Iterable[str] = (),
    ) -> Case:
        """Add a case, and say which documents belong to it.

        Parameters
        ----------
        id, name : str
            Readable and unique, and a label for people.
        variables : mapping, optional
            Text, numbers, dates, true and false.
        documents : iterable of str
            Ids of documents.
        """
        case = Case(id=id, name=name, variables=variables)
        check_types([*self.cases.values(), case])
        belonging = [
            attrs.evolve(self.documents[each], cases=(*self.documents[each].cases, id))
            for each in documents
        ]
        self._set(
            cases=self.cases.with_items([case]),
            documents=self.documents.with_items(belonging, replace=True),
        )
        return case

    def set_variables(self, target: str, **variables: Value | None) -> None:
        """Set variables of a document or case; ``None`` removes one.

        Parameters
        ----------
        target : str
            Id of a document or, with ``"case:"`` before it, of a case.
        **variables
            Their new values; variables not named stay.
        """
        kind, _, id = target.rpartition(":")
        owner = self.cases[id] if kind == "case" else self.documents[target]
        merged = check_variables({**owner.variables, **variables}, where=target)
        changed = attrs.evolve(owner, variables=merged)
        registry: Any = self.cases if kind == "case" else self.documents
        replaced = registry.with_items([changed], replace=True)
        check_types(list(replaced.values()))
        self._set(**{"cases" if kind == "case" else "documents": replaced})

    # Coders and memos

    def add_coder(self, id: str, *, name: str = "", kind: CoderKind = "person") -> Coder:
        """Add a coder; those who assign or revise without being added are added as persons.

        Parameters
        ----------
        id : str
            Short and unique, whatever its case.
        name : str, optional
            A label for people; the id when not given.
        kind : {"person", "machine", "consensus"}, default "person"
            What the coder is. Studies of agreement compare persons, unless others are named.

        Raises
        ------
        ProjectError
            When the id is there already, or differs from another only in case.
        """
        coder = Coder(id, name, kind)
        if id in self.coders:
            raise ProjectError(f"coder {id!r} is there already")
        for other in self.coders:
            if fold(other) == fold(id):
                raise ProjectError(
                    f"coder {id!r} differs from {other!r} only in case, and both would have the same "
                    f"file on some systems: did you mean {other!r}?"
                )
        self._set(coders={**self.coders, id: coder})
        return coder

    def _know(self, coder: str) -> None:
        if coder not in self._state.coders:
            self.add_coder(coder)

    def add_memo(self, target: str | Segment, text: str, *, coder: str) -> Memo:
        """Write a memo on anything.

        Parameters
        ----------
        target : str or Segment
            ``"project"``, ``"code:ID"``, ``"document:ID"``, ``"case:ID"``, ``"coder:ID"``,
            ``"revision:NUMBER"`` (or the start of its id), or a segment.
        text : str
            The note.
        coder : str
            Who writes it.

        Raises
        ------
        NotFoundError
            When there is no such thing.
        """
        if isinstance(target, Segment):
            self._own(target)
            target = segment_target(target)
        target = self._existing(target)
        memo = Memo(target, text, coder, _timestamp(self._clock), self.state.head)
        self._know(coder)
        self._set(memos=(*self.memos, memo))
        return memo

    def _existing(self, target: str) -> str:
        kind, _, id = target.partition(":")
        if kind == "code":
            return f"code:{self.codebook[id].id}"
        if kind == "revision":
            number = int(id) if id.isdigit() and len(id) < 10 else id
            return f"revision:{self.history[number].short}"
        known: dict[str, Mapping[str, Any]] = {
            "document": self.documents,
            "case": self.cases,
            "coder": self.coders,
        }
        if kind in known and id not in known[kind]:
            raise NotFoundError(f"no {kind} has the id {id!r}.{did_you_mean(id, known[kind])}")
        return target

    # Assigning

    def assign(
        self,
        segment: Segment | tuple[str, int, int],
        code: str,
        *,
        coder: str,
        memo: str | None = None,
        weight: float | None = None,
        origin: str = "hand",
    ) -> Assignment:
        """Put a code on a segment; doing it twice is doing it once.

        Parameters
        ----------
        segment : Segment, or (document id, start, end)
            Any span of any length; overlapping is fine.
        code : str
            Id or name of a live, codable code.
        coder : str
            Who assigns.
        memo : str, optional
            A note on this assignment.
        weight : float, optional
            A weight, such as an intensity.
        origin : str, default "hand"
            ``"hand"``, ``"import"`` or ``"suggestion"``, with a detail behind a colon if there is one. An
            assignment that stands keeps its own.

        Raises
        ------
        AssignmentError
            When the code is not in use or only groups others, or the segment is of another project.
        SpanError
            When the span is empty, reversed or outside the text.
        NotFoundError
            When there is no such code or document.
        """
        placed = self._own(segment)
        assigned = self._state.codebook.assignable(code)
        check_origin(origin)
        if weight is not None and not abs(weight) < float("inf"):
            raise AssignmentError(f"weight {weight!r} is no finite number")
        self._know(coder)
        key = (placed.document.id, placed.start, placed.end, assigned.id, coder)
        time = _timestamp(self._clock)
        known = self._log.standing(placed.document.id).get(key)
        kept_memo = memo if memo is not None else (known[0] if known else None)
        kept_weight = weight if weight is not None else (known[1] if known else None)
        # Where an assignment came from stays true whatever is noted on it later.
        origin = known[2] if known else origin
        if known != (kept_memo, kept_weight, origin):
            self._log.add(
                key, time=time, revision=self._state.head, origin=origin, memo=kept_memo,
                weight=kept_weight,
            )  # fmt: skip
            self._stale = True
        return Assignment(
            placed, assigned, coder, time, origin, assigned.id, kept_memo, kept_weight
        )

    # Suggestions

    def accept(
        self, suggestions: Suggestion | Iterable[Suggestion], *, coder: str, memo: str = ""
    ) -> tuple[Assignment, ...]:
        """Assign what was suggested, and log that it was accepted, by whom, and what was shown.

        Parameters
        ----------
        suggestions : Suggestion or iterable of Suggestion
            One, or many in bulk: all are accepted, or none.
        coder : str
            The person who accepts. The assignments are theirs, with a suggestion as their origin for ever.
        memo : str
            A note, also on the assignments.

        Raises
        ------
        SuggestionError
            When the coder is a machine.
        AssignmentError
            When a code can no longer be assigned.
        """
        return self._decide(suggestions, "accepted", coder=coder, memo=memo)

    def reject(
        self, suggestions: Suggestion | Iterable[Suggestion], *, coder: str, memo: str = ""
    ) -> None:
        """Log that suggestions were rejected: they are not shown again.

        What the coder had accepted before is taken back. Parameters as for `accept`.
        """
        self._decide(suggestions, "rejected", coder=coder, memo=memo)

    def edit(
        self,
        suggestion: Suggestion,
        *,
        coder: str,
        code: str | None = None,
        segment: Segment | tuple[str, int, int] | None = None,
        memo: str = "",
    ) -> Assignment:
        """Assign another code, or to another segment, than was suggested, and log it.

        Parameters
        ----------
        suggestion : Suggestion
            What was shown.
        coder : str
            The person who decides.
        code : str, optional
            Id or name of the code to assign instead.
        segment : Segment, or (document id, start, end), optional
            What to assign it to instead.
        memo : str
            A note, also on the assignment.

        Raises
        ------
        SuggestionError
            When neither differs from the suggestion, or the coder is a machine.
        """
        if code is None and segment is None:
            raise SuggestionError(
                "nothing is edited: give another code or another segment, or accept the suggestion"
            )
        return self._decide(
            suggestion, "edited", coder=coder, memo=memo, code=code, segment=segment
        )[0]

    def apply_review(self, path: str | Path, *, coder: str, memo: str = "") -> Review:
        """Accept, reject and edit what a review table says; see `Suggestions.write`.

        A table can be read again after more of it was filled in: what the coder decided just so is not logged
        twice. What they decided otherwise before is replaced, and what was assigned for it is taken back.

        Parameters
        ----------
        path : str or Path
            A CSV or XLSX file that was written with `Suggestions.write`, and filled in.
        coder : str
            The person who decided.
        memo : str
            A note for rows that have none of their own.

        Raises
        ------
        SuggestionError
            When the file cannot be read, rows do not fit, or the coder is a machine; nothing is changed then.
        """
        rows = read_review_table(path, self.documents, self.codebook)
        time = _timestamp(self._clock)
        outcome, verdicts = review(self, rows, coder=coder, time=time, own=self._own, memo=memo)
        self._log_verdicts(verdicts, coder)
        return outcome

    def _decide(
        self, suggestions: Suggestion | Iterable[Suggestion], kind: Kind, *, coder: str, **how: Any
    ) -> tuple[Assignment, ...]:
        given = [suggestions] if isinstance(suggestions, Suggestion) else suggestions
        decisions = [Decision(suggestion=each, kind=kind, **how) for each in given]
        verdicts, assigned, _ = decide(
            self, decisions, coder=coder, time=_timestamp(self._clock), own=self._own
        )
        self._log_verdicts(verdicts, coder)
        return assigned

    def _log_verdicts(self, verdicts: tuple[Verdict, ...], coder: str) -> None:
        self._know(coder)
        self._set(verdicts=(*self.verdicts, *verdicts))

    def retract(self, segment: Segment | tuple[str, int, int], code: str, *, coder: str) -> None:
        """Take back an assignment; the log keeps that it was there.

        Raises
        ------
        AssignmentError
            When this coder has no such assignment.
        """
        placed = self._own(segment)
        wanted = self._state.codebook[code].id
        place = (placed.document.id, placed.start, placed.end, coder)
        keys: list[Key] = [
            key
            for key in self._log.standing(placed.document.id)
            if (*key[:3], key[4]) == place and self._state.codebook.resolve(key[3], place) == wanted
        ]
        if not keys:
            raise AssignmentError(
                f"{coder!r} has not assigned {wanted!r} to {placed.start}–{placed.end} of document "
                f"{placed.document.id!r}, so it cannot be retracted"
            )
        for key in keys:
            self._log.add(
                key, time=_timestamp(self._clock), revision=self._state.head, retracted=True
            )
        self._stale = True

    def assign_frame(
        self, frame: pd.DataFrame, *, coder: str | None = None, origin: str = "import"
    ) -> int:
        """Assign all rows of a data frame, or none.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns document, start, end (code points, half-open) and code (id or name); optionally
            coder, memo, weight, and quote, which is then checked against the text.
        coder : str, optional
            For all rows, when there is no column coder.
        origin : str, default "import"
            Where they come from.

        Returns
        -------
        int
            How many assignments are new; those that stand already are not made again.

        Raises
        ------
        AssignmentError
            When a row does not fit; the first such rows are named, and nothing is assigned.
        """
        check_origin(origin)
        events = events_from_frame(
            frame,
            self.documents,
            self.codebook,
            coder=coder,
            origin=origin,
            time=_timestamp(self._clock),
            revision=self.state.head,
        )
        before = self._log.events
        both = Events.concatenate([before, events]) if len(before) else events
        fresh = both.first_of_their_kind(len(before))
        for each in events.coders:
            self._know(each)
        self._log.extend(both.take(fresh))
        self._stale = True
        return len(fresh)

    def assign_csv(
        self, path: str | Path, *, coder: str | None = None, origin: str = "import"
    ) -> int:
        """Assign all rows of a CSV file, or none; columns as for `assign_frame`."""
        return self.assign_frame(read_assignment_table(path), coder=coder, origin=origin)

    def _own(self, segment: Segment | tuple[str, int, int]) -> Segment:
        """Return a segment of this project's own document."""
        # Not self.documents: that would turn the events pending into columns on every call.
        documents = self._state.documents
        if not isinstance(segment, Segment):
            document, start, end = segment
            return Segment(documents[document], Span(start, end))
        own = documents[segment.document.id]
        if own is not segment.document and own.text != segment.document.text:
            raise AssignmentError(
                f"the segment lies in another text than this project's document {own.id!r}"
            )
        return segment

    # The codebook

    @contextmanager
    def revise(self, *, coder: str, reason: str = "") -> Iterator[Revising]:
        """Change the codebook in a block that takes effect as a whole, or not at all.

        Parameters
        ----------
        coder : str
            Who changes it.
        reason : str
            Why.

        Yields
        ------
        Revising
            With a method for each kind of change.
        """
        state = self.state

        def read(codebook: Codebook) -> Assignments:
            return Assignments.read(state.events.standing(), state.documents, codebook)

        revising = Revising(
            self.history, read, coder=coder, reason=reason, time=_timestamp(self._clock)
        )
        yield revising
        _check_mentions(state, revising.codebook)
        self._know(coder)
        self._set(history=revising.history)

    def revert(self, revision: int | str, *, coder: str, reason: str = "") -> Revision:
        """Undo an earlier revision without losing later work, and return the revision that does."""
        with self.revise(coder=coder, reason=reason) as cb:
            cb.revert(revision)
        return self.history.head

    def apply_codebook(
        self, edited: str | Path | Codebook | None = None, *, coder: str, reason: str = ""
    ) -> Diff:
        """Turn an edited codebook into revisions.

        Parameters
        ----------
        edited : path or Codebook, optional
            The project's own codebook file when not given. Ids decide what is a rename; a code that is
            gone is retired.
        coder : str
            Who edited it.
        reason : str
            Why.

        Returns
        -------
        Diff
            The changes made.
        """
        base, applied = self.codebook, self._applied
        if edited is None:
            if self.path is None or self._saved is None:
                raise ProjectError("the project is in memory only, so it has no codebook file")
            # Whoever edited the file saw what was saved, not what was changed here since.
            edited, base = self.path / "codebook.yaml", self._saved.codebook
            applied = edited.read_bytes() if edited.exists() else None
        codebook = edited if isinstance(edited, Codebook) else read_codebook(edited)
        found = diff(base, codebook, retire_missing=True)
        with self.revise(coder=coder, reason=reason) as cb:
            for change in found:
                cb.apply(change)
        self._applied = applied
        return found

    @property
    def has_unapplied_edits(self) -> bool:
        """Whether the codebook file was edited since it was last saved or applied."""
        return self.path is not None and unapplied_edits(self.path, self.codebook)


def load_project(name: str) -> Project:
    """Return a shipped project, in memory: to change and keep it, save it to a folder of your own.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    opened = read_folder(shipped.project_path(name))
    return Project(opened.state)


def _is_empty(folder: Path) -> bool:
    # A folder that git or the desktop has put something hidden into is a fresh one all the same.
    return all(each.name.startswith(".") for each in folder.iterdir())


def _check_mentions(state: State, codebook: Codebook) -> None:
    """Refuse to lose a code, by reverting its addition, that a memo or a verdict is about."""
    gone = state.codebook.codes.keys() - codebook.codes.keys()
    for memo in state.memos:
        if memo.target.removeprefix("code:") in gone and memo.target.startswith("code:"):
            raise ChangeError(
                f"there is a memo on {memo.target.removeprefix('code:')!r} (by {memo.coder}), which would "
                "be gone; retire it instead"
            )
    for verdict in state.verdicts:
        for code in gone.intersection((verdict.code, *(verdict.became or ())[2:])):
            raise ChangeError(
                f"{verdict.coder} {verdict.kind} a suggestion of {code!r}, which would be gone; retire it "
                "instead"
            )


def _timestamp(clock: Clock) -> str:
    return clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
