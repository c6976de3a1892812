"""A project being changed: who does it, when, what one step is, and how it is taken back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import (
    AssignmentError,
    ChangeError,
    NotFoundError,
    ProjectError,
    WithdrawnError,
    did_you_mean,
)
from qualcode.model.checks import (
    check_choice,
    check_kind,
    check_label,
    check_text,
    looked_up,
    shown,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.memos import Coder, CoderKind
from qualcode.model.fold.history import check_fits
from qualcode.model.ids import fold
from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events, Key
from qualcode.model.log.timeline import SWITCHES, Timeline
from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Document, Registry
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.project.again import Earlier
from qualcode.project.mentions import check_mentions, check_there
from qualcode.project.recording import Recorder
from qualcode.project.steps import Doing, Step, found, written
from qualcode.project.view import View

if TYPE_CHECKING:
    from qualcode.project.revising import Revising

__all__ = ["Clock", "Editing", "now", "timestamp"]

Clock = Callable[[], datetime]

_OPPOSITE = {"undo": "redo", "redo": "undo"}


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def timestamp(clock: Clock) -> str:
    """Return what a clock shows as a time in ISO 8601 and UTC."""
    return clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Editing(View):
    """A project whose content changes.

    Parameters
    ----------
    recorder : Recorder
        Its log.
    clock : callable
        Returns the time that is recorded.
    """

    _earlier: Earlier | None = None
    """What earlier runs of a script did, where it is one that is run again."""

    def __init__(self, recorder: Recorder, *, clock: Clock = now) -> None:
        check_kind(
            recorder, Recorder, what="a project's log", error=ProjectError,
            advice="Project.open_or_create(folder) opens a project or makes one, Project.new(name) makes "
            "one in memory",
        )  # fmt: skip
        self._recorder = recorder
        self._clock = clock
        self._author: str | None = None
        self._steps: list[Step] = []
        self._undone: list[Step] = []
        self._open: Doing | None = None
        self._added: tuple[Timeline | None, int, dict[tuple[str, str], Event]] = (None, 0, {})

    # The present, each part without making the others

    @property
    def state(self) -> State:
        """The content as it is now."""
        return self._recorder.state

    @property
    def log(self) -> Log:
        """Everything that was done, in the order that every copy agrees on."""
        return self._recorder.log

    @property
    def name(self) -> str:
        """The project's name."""
        return self._recorder.fold.name

    @property
    def documents(self) -> Registry[Document]:
        """The documents by id, in the order added."""
        return self._recorder.documents

    @property
    def cases(self) -> Registry[Case]:
        """The cases by id, in the order added."""
        return Registry(self._recorder.fold.cases.values(), what="case")

    @property
    def codebook(self) -> Codebook:
        """The codebook as it stands."""
        return self._recorder.fold.draft.codebook()

    # Who and when

    def _time(self) -> str:
        return timestamp(self._clock)

    @property
    def author(self) -> str:
        """Id of the coder who does what is done without saying who."""
        return self._author if self._author is not None else self._recorder.fold.author

    @contextmanager
    def as_coder(self, coder: str) -> Iterator[None]:
        """Let one coder do what is done in a block, unless another is named.

        Parameters
        ----------
        coder : str
            Id; a coder who is not there yet is added as a person with the first thing they do.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
        >>> _ = project.add_document("We trust them.", id="a")
        >>> with project.as_coder("ana"):
        ...     print(project.assign(("a", 0, 8), "trust").coder)
        ana
        """
        before, self._author = self._author, self._who(Coder(coder).id)
        try:
            yield
        finally:
            self._author = before

    def _who(self, coder: str | None) -> str:
        """Return who does something: the coder named, or else the one who works now."""
        who = self.author if coder is None else Coder(coder).id
        if who not in self._recorder.fold.coders:
            self._check_case(who)
        return who

    def _check_case(self, id: str) -> None:
        """Refuse a new coder whose id differs from another's only in case."""
        made = self._recorder.fold
        for other in (*made.coders, made.author):
            if other != id and fold(other) == fold(id):
                raise ProjectError(
                    f"coder {id!r} differs from {other!r} only in case, and both would have the same "
                    f"file on some systems: did you mean {other!r}?"
                )

    def _doing(self, coder: str | None) -> str:
        """Return who does something, known to the project from now on."""
        who = self._who(coder)
        if who not in self._recorder.fold.coders:
            self._add_coder(Coder(who), by=who)
        return who

    # Steps

    @property
    def steps(self) -> tuple[Step, ...]:
        """What `undo` can take back, the latest last."""
        return tuple(self._steps)

    @property
    def undone(self) -> tuple[Step, ...]:
        """What `redo` can do again, the one that was undone latest last."""
        return tuple(self._undone)

    def written_steps(self, after: int = 0) -> list[dict[str, Any]]:
        """Return `steps` as JSON holds them, for `take_up` in another process.

        Parameters
        ----------
        after : int, default 0
            How many of the first ones are left out.
        """
        return [written(step, self._recorder) for step in self._steps[after:]]

    def take_up(
        self, steps: Iterable[Mapping[str, Any]], undone: Iterable[Mapping[str, Any]] = ()
    ) -> int:
        """Let `undo` and `redo` reach steps that were made before the project was opened.

        Parameters
        ----------
        steps : iterable of mapping
            From `written_steps`, of a process that worked in the same folder, the latest last.
        undone : iterable of mapping, optional
            Those of them that were undone, the one that was undone latest last.

        Returns
        -------
        int
            How many can be undone or done again: a step of which the log does not hold all is passed over,
            and so is one that was undone, or done again, otherwise.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.create("steps", codebook=Codebook("study", codes=[Code("trust")]), coder="ana")
        >>> _ = project.add_document("We trust them.", id="a")
        >>> _ = project.assign(("a", 0, 8), "trust")
        >>> project.save()
        >>> kept = project.written_steps()
        >>> again = Project.open("steps")
        >>> again.take_up(kept)
        2
        >>> _ = again.undo()
        >>> len(again.assignments)
        0
        """
        off = self.log.switches
        gone = {*off.off, *off.rows}

        def kept(given: Iterable[Mapping[str, Any]], *, are_off: bool) -> list[Step]:
            return [
                step
                for step in found(given, self._recorder)
                if are_off != gone.isdisjoint((*step.events, *step.rows))
            ]

        self._steps[:0] = kept(steps, are_off=False)
        self._undone[:0] = kept(undone, are_off=True)
        return len(self._steps) + len(self._undone)

    @contextmanager
    def step(self, *, coder: str | None = None) -> Iterator[None]:
        """Take what is done in a block as one step: all of it or, on an error, nothing; undone at once.

        Parameters
        ----------
        coder : str, optional
            Whose step it is; the project's author when not given.

        Examples
        --------
        >>> from qualcode import Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study"), coder="ana")
        >>> _ = project.add_document("We trust them.", id="a")
        >>> with project.step():
        ...     with project.revise() as codebook:
        ...         codebook.add("trust")
        ...     _ = project.assign(("a", 0, 8), "trust")
        >>> step = project.undo()
        >>> len(project.codebook), len(project.assignments)
        (0, 0)
        """
        with self._step_or_nothing(self._who(coder)):
            yield

    @contextmanager
    def _step(self, coder: str) -> Iterator[None]:
        """Take what is recorded in a block as one step, unless it is part of one already."""
        if self._open is not None:
            yield
            return
        self._open = Doing()
        try:
            yield
        finally:
            done, self._open = self._open, None
            if done.events or done.rows:
                self._steps.append(Step(coder, tuple(done.events), tuple(done.rows)))
                self._undone.clear()
                self._recorded()

    @contextmanager
    def _step_or_nothing(self, coder: str) -> Iterator[Doing]:
        """Take what is recorded in a block as one step; an error leaves everything as it was before."""
        mark = self._recorder.mark()
        with self._step(coder):
            doing = self._open or Doing()
            before = doing.mark
            try:
                yield doing
            except BaseException:
                self._recorder.back_to(mark)
                doing.back_to(before)
                raise

    def _recorded(self) -> None:
        """Do what is due when a step is complete: a project that saves by itself does so here."""

    def _note(self, event: Event) -> Event:
        if self._open is not None:
            self._open.events.append(event.id)
        return event

    def _record(
        self,
        kind: str,
        target: str = "",
        fields: Mapping[str, Any] | None = None,
        words: Mapping[str, Any] | None = None,
        *,
        coder: str,
    ) -> Event:
        """Record an event as a step, or as part of the one that is going on."""
        with self._step(coder):
            event = self._recorder.event(
                kind, target, fields, words, coder=coder, time=self._time()
            )
            return self._note(event)

    def _did(
        self,
        kind: str,
        target: str,
        fields: Mapping[str, Any] | None = None,
        words: Mapping[str, Any] | None = None,
        *,
        coder: str,
    ) -> Event | None:
        """Return the event by which an earlier run of the script did this, if one did.

        Asked before looking whether all is so already, for each call is matched with one event.
        """
        if self._earlier is None:
            return None
        return self._earlier.did(kind, target, fields or {}, words or {}, coder)

    def _is_open(self, target: str, field: str) -> bool:
        """Tell whether two values are in force, so that to set what is shown settles which it is."""
        registers = self._recorder.fold.registers
        return registers is not None and registers.is_open(target, field)

    def _added_so(
        self, kind: str, target: str, fields: Mapping[str, Any], words: Mapping[str, Any]
    ) -> bool:
        """Tell whether a thing was added just so, whatever was said of it since."""
        return self._said_at_first(kind, target) == (fields, words)

    def _said_at_first(self, kind: str, target: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return what was said when a thing was added: fields and words; nothing where it was not."""
        timeline = self._recorder.timeline
        if self._added[0] is not timeline:
            self._added = timeline, 0, {}
        _, looked_at, added = self._added
        for event in timeline.events[looked_at:]:
            if event.kind in ("add-document", "add-case", "add-coder"):
                added.setdefault((event.kind, event.target), event)
        self._added = timeline, len(timeline), added
        known = added.get((kind, target))
        return ({}, {}) if known is None else (known.fields, known.words)

    def _record_row(self, key: Key, **options: Any) -> None:
        if self._earlier is not None:
            self._earlier.acted(key)
        place = self._recorder.row(key, **options)
        if self._open is not None:
            self._open.rows.append(place)

    def _record_rows(self, events: Events) -> None:
        ranges = self._recorder.rows(events)
        if self._open is not None:
            self._open.rows.extend(ranges)

    def undo(self, *, coder: str | None = None, reason: str = "") -> Step:
        """Take back the latest step that was made in this open project.

        One call is one step. What came from elsewhere is never undone by this.

        Parameters
        ----------
        coder : str, optional
            Whose latest step; anybody's when not given.
        reason : str
            Why.

        Raises
        ------
        ProjectError
            When there is no step to take back.
        ChangeError
            When something builds on it that stays.
        """
        reason = check_label(reason, what="reason", error=ProjectError)
        coder = None if coder is None else Coder(coder).id
        own = [at for at, step in enumerate(self._steps) if coder in (None, step.coder)]
        if not own:
            whose = "" if coder is None else f" of {coder!r}"
            raise ProjectError(
                f"there is no step{whose} to undo: only what was done since the project was opened is "
                "undone step by step; use revert for an earlier revision"
            )
        step = self._steps[own[-1]]
        switched = self._switched("undo", step)
        self._check_unused(step, switched)
        self._switch("undo", step, switched, coder, reason)
        del self._steps[own[-1]]
        self._undone.append(step)
        return step

    def redo(self, *, coder: str | None = None, reason: str = "") -> Step:
        """Do again the latest step that was undone, as long as nothing else was done since.

        Parameters
        ----------
        coder : str, optional
            Whose; anybody's when not given.
        reason : str
            Why.

        Raises
        ------
        ProjectError
            When there is nothing to do again.
        ChangeError
            When it builds on another step that is undone.
        """
        reason = check_label(reason, what="reason", error=ProjectError)
        coder = None if coder is None else Coder(coder).id
        own = [at for at, step in enumerate(self._undone) if coder in (None, step.coder)]
        if not own:
            raise ProjectError(
                "there is nothing to redo: nothing was undone, or something was done since"
            )
        step = self._undone[own[-1]]
        switched = self._switched("redo", step)
        self._check_switch(step, switched)
        check_there(self._recorder, step, self._undone[own[-1] + 1 :])
        self._switch("redo", step, switched, coder, reason)
        del self._undone[own[-1]]
        self._steps.append(step)
        return step

    def _switched(self, kind: str, step: Step) -> dict[str, str]:
        """Return what becomes of each event when a step is undone or done again: "undo" or "redo".

        Nothing undoes an undo: to take back a step that reverted something is to do that again.
        """
        back = kind == "undo"
        switched: dict[str, str] = {}
        for id in reversed(step.events) if back else step.events:
            event = self._event(id)
            if event.kind in SWITCHES:
                how = _OPPOSITE[event.kind] if back else event.kind
                switched.update(dict.fromkeys(event.fields["of"], how))
            else:
                switched[id] = kind
        return switched

    def _switch(
        self, kind: str, step: Step, switched: Mapping[str, str], coder: str | None, reason: str
    ) -> None:
        rows = self._recorder.sealed_ranges(list(step.rows)) if step.rows else []
        words = {"reason": reason} if reason else {}
        who = step.coder if coder is None else coder
        for how in (kind, _OPPOSITE[kind]):
            of = [id for id, each in switched.items() if each == how]
            fields: dict[str, Any] = {"of": of}
            if how == kind and rows:
                fields["rows"] = rows
            elif not of:
                continue
            if how != kind:
                fields["undone"] = [id for id in step.events if self._event(id).kind in SWITCHES]
            self._recorder.event(how, "", fields, words, coder=who, time=self._time())
        self._recorded()

    def _event(self, id: str) -> Event:
        timeline = self._recorder.timeline
        return timeline.events[timeline.position[id]]

    def _check_unused(self, step: Step, switched: Mapping[str, str]) -> None:
        """Refuse to undo what something else builds on that stays."""
        self._check_switch(step, switched)
        events = [self._event(id) for id, how in switched.items() if how == "undo"]
        check_mentions(self._recorder, events, step.events, step.rows)

    def _check_switch(self, step: Step, switched: Mapping[str, str]) -> None:
        """Refuse to undo or do again what was reverted since, or what the codebook no longer fits."""
        off = set(self.log.switches.off)
        for id, how in switched.items():
            if (id in off) == (how == "undo"):
                event = self._event(id)
                told = "reverted already" if how == "undo" else "in force already"
                raise ChangeError(f"{event.kind} {event.target} ({event.short}) is {told}")
        off |= {id for id, how in switched.items() if how == "undo"}
        off -= {id for id, how in switched.items() if how == "redo"}
        changed = [id for id in step.events if self._recorder.timeline.is_revision(self._event(id))]
        if changed:
            check_fits(self.history, off, self._event(changed[0]))

    # Coders

    def add_coder(
        self, id: str, *, name: str = "", kind: CoderKind = "person", coder: str | None = None
    ) -> Coder:
        """Add a coder; those who assign or revise without being added are added as persons.

        Adding the same again changes nothing.

        Parameters
        ----------
        id : str
            Short and unique, whatever its case.
        name : str, optional
            A label for people; the id when not given.
        kind : {"person", "machine", "consensus"}, default "person"
            What the coder is. Studies of agreement compare persons, unless others are named.
        coder : str, optional
            Who adds them; the project's author when not given.

        Raises
        ------
        ProjectError
            When the id is there already with another name or kind, or differs from another only in case.
        """
        added = Coder(id, name, kind)
        known = self._recorder.fold.coders.get(added.id)
        target, fields = f"coder:{added.id}", {"kind": added.kind}
        words = {} if added.name == added.id else {"name": added.name}
        self._did("add-coder", target, fields, words, coder=self._who(coder))
        if known is not None and (
            known == added or self._added_so("add-coder", target, fields, words)
        ):
            return known
        if known is not None:
            raise ProjectError(
                f"coder {id!r} is there already, as {known.name!r} ({known.kind}): rename('coder:{id}', …) "
                "changes the name, and set_kind the kind"
            )
        return self._add_coder(added, by=self._who(coder))

    def _add_coder(self, coder: Coder, *, by: str) -> Coder:
        self._check_case(coder.id)
        words = {} if coder.name == coder.id else {"name": coder.name}
        # No step of its own: whoever does something is known from then on, even if it is undone.
        self._recorder.event(
            "add-coder",
            f"coder:{coder.id}",
            {"kind": coder.kind},
            words,
            coder=by,
            time=self._time(),
        )
        return coder

    def set_kind(self, id: str, kind: CoderKind, *, coder: str | None = None) -> Coder:
        """Say that a coder is a person, a machine, or what persons settled on together.

        Parameters
        ----------
        id : str
            The coder.
        kind : {"person", "machine", "consensus"}
            What they are.
        coder : str, optional
            Who says so; the project's author when not given.
        """
        id = check_text(id, what="id", error=ProjectError)
        self._existing(f"coder:{id}")
        changed = attrs.evolve(self._recorder.fold.coders[id], kind=kind)
        done = self._did("set", f"coder:{id}", {"kind": kind}, coder=self._who(coder))
        differs = changed != self._recorder.fold.coders[id] or self._is_open(f"coder:{id}", "kind")
        if differs and done is None:
            who = self._doing(coder)
            self._record("set", f"coder:{id}", {"kind": kind}, coder=who)
        return self._recorder.fold.coders[id]

    def rename(self, target: str, name: str, *, coder: str | None = None) -> None:
        """Give a document, case, coder, code or the project another name; ids stay.

        Parameters
        ----------
        target : str
            ``"document:ID"``, ``"case:ID"``, ``"coder:ID"``, ``"code:ID"`` or ``"project"``; the id alone for
            a document.
        name : str
            The new name.
        coder : str, optional
            Who renames it; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such thing.
        """
        target = check_text(target, what="target", error=ProjectError, empty=False)
        name = check_text(name, what="name", error=ProjectError, empty=False)
        kind, _, id = target.partition(":")
        if not id and target != "project":
            kind, id, target = "document", target, f"document:{target}"
        check_choice(
            kind,
            ("document", "case", "coder", "code", "project"),
            what="what is renamed",
            error=ProjectError,
        )
        if kind == "code":
            with self.revise(coder=coder) as codebook:
                codebook.rename(id, name)
            return
        target = self._existing(target)
        made = self._recorder.fold
        held: Any = {"document": made.documents, "case": made.cases, "coder": made.coders}.get(
            kind, {}
        )
        done = self._did("set", target, {}, {"name": name}, coder=self._who(coder))
        shown = held[target.partition(":")[2]].name if held else made.name
        if (shown != name or self._is_open(target, "name")) and done is None:
            self._record("set", target, {}, {"name": name}, coder=self._doing(coder))

    @abstractmethod
    def revise(
        self, *, coder: str | None = None, reason: str = ""
    ) -> AbstractContextManager[Revising]:
        """Change the codebook in a block that takes effect as a whole, or not at all."""

    # What things are about

    def _existing(self, target: str) -> str:
        """Return what a target names, as the log calls it.

        Raises
        ------
        NotFoundError
            When there is no such thing.
        """
        made = self._recorder.fold
        kind, _, id = target.partition(":")
        if kind == "code":
            return f"code:{made.draft.find(id).id}"
        if kind == "revision":
            number = int(id) if id.isdigit() and len(id) < 10 else id
            return f"revision:{self.history[number].short}"
        if kind == "segment":
            document, _, span = id.rpartition(":")
            start, _, end = span.partition("-")
            if not (start.isdigit() and end.isdigit()):
                raise NotFoundError(f"{target!r} is no segment: 'segment:DOCUMENT:START-END'")
            self._own((document, int(start), int(end)))
            return target
        known: dict[str, Mapping[str, Any]] = {
            "document": made.documents,
            "case": made.cases,
            "coder": made.coders,
            "memo": made.memos,
        }
        if kind in known and id not in known[kind]:
            self._refuse_withdrawn(f"{kind}:{id}")
            raise NotFoundError(f"no {kind} has the id {id!r}.{did_you_mean(id, known[kind])}")
        return target

    def _refuse_withdrawn(self, target: str) -> None:
        """Refuse to do anything with what was withdrawn.

        Raises
        ------
        WithdrawnError
            When it was.
        """
        kind, _, id = target.partition(":")
        if target in self._recorder.fold.out:
            raise WithdrawnError(
                f"{kind} {id!r} was withdrawn, and nothing can be done with it "
                "(project.withdrawals says when and why). Take it out of what you do, or bring it back with "
                "project.reinstate"
            )

    def _code(self, key: str) -> Code:
        """Return the code with this id or name; in a script run again, also by the name it had before."""
        draft = self._recorder.fold.draft
        try:
            return draft.find(key)
        except NotFoundError:
            id = self._earlier.named(key) if self._earlier is not None else None
            if id is None:
                raise
            return draft.codes[id]

    def _words_of(self, given: object) -> str:
        """Return how the words of a document are given, where the whole of it was."""
        id = given.id if isinstance(given, Document) else given
        if not isinstance(id, str) or id not in self._recorder.fold.documents:
            return ""
        return (
            f". {id!r} is a document: for some of its words, project.segment({id!r}).find('…'); for all of "
            f"it, project.segment({id!r})"
        )

    def _own(self, segment: Segment | tuple[str, int, int]) -> Segment:
        """Return a segment of this project's own document."""
        if isinstance(segment, Segment):
            own = self._document(segment.document.id)
            if own is not segment.document and own.text != segment.document.text:
                raise AssignmentError(
                    f"the segment lies in another text than this project's document {own.id!r}"
                )
            return segment
        if not isinstance(segment, tuple) or len(segment) != 3:
            raise AssignmentError(
                f"{shown(segment)} is no segment: give a Segment, or (document id, start, end) in code points"
                f"{self._words_of(segment)}"
            )
        document, start, end = segment
        return Segment(self._document(document), Span(start, end))

    def _document(self, id: object) -> Document:
        documents = self._recorder.fold.documents
        if not isinstance(id, str) or id not in documents:
            if isinstance(id, str):
                self._refuse_withdrawn(f"document:{id}")
            raise NotFoundError(
                f"no document has the id {looked_up(id)}.{did_you_mean(id, documents)}"
            )
        return documents[id]
