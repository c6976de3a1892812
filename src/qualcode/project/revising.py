"""Changing a codebook: a block of changes that takes effect as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, Unpack

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model.checks import check_kind, check_mapping, check_texts, looked_up, shown
from qualcode.model.codebooks import changes
from qualcode.model.codebooks.changes import Change, checked
from qualcode.model.codebooks.codebook import Codebook, Place
from qualcode.model.codebooks.codes import Code, CodeFields, Link, Sense
from qualcode.model.codebooks.draft import Draft
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.answering import answered
from qualcode.model.coding.assignments import Assignment, Assignments
from qualcode.model.coding.queries import Query
from qualcode.model.coding.query_parsing import parse_query
from qualcode.model.fold.history import Revision, revert_fields
from qualcode.model.log.event import Event
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.project.again import Earlier
from qualcode.project.mentions import check_mentions
from qualcode.project.recording import Recorder
from qualcode.project.trying import read_through
from qualcode.project.view import revision_key

__all__ = ["Chooser", "Revising", "Writer"]

Checked = Query | Callable[[Assignment], bool] | Iterable[Segment | Assignment] | None
Chooser = str | Checked
"""Which assignments go to a part: a query, as text too, a function, or the segments themselves."""


class _Writes(Protocol):
    """Makes changes of a codebook, in a log or only to look at them."""

    @property
    def draft(self) -> Draft:
        """The codebook as it stands."""

    @property
    def state(self) -> State:
        """The project's content before the change."""

    def find(self, key: str, /) -> Code:
        """Return the code with an id or name."""

    def __call__(self, change: Change, /) -> None:
        """Make a change, unless all is so already."""

    def revert(self, revision: int | str, /) -> None:
        """Undo an earlier revision."""


class Revising:
    """The codebook being changed inside ``with project.revise(…) as cb:``.

    Each method is one revision. If anything goes wrong in the block, none of them is made. What is so
    already is not made again.

    Parameters
    ----------
    write : Writer or Trial
        Makes the changes.
    """

    def __init__(self, write: _Writes) -> None:
        self._write = write

    @property
    def codebook(self) -> Codebook:
        """The codebook as the changes so far have made it."""
        return self._draft.codebook()

    @property
    def _draft(self) -> Draft:
        return self._write.draft

    def apply(self, change: Change) -> None:
        """Make any change given as a value (see `qualcode.model.codebooks.changes`)."""
        check_kind(change, Change, what="change", error=ChangeError)
        self._write(change)

    def _id(self, code: str) -> str:
        """Return the id of a code given by id or name; a code out of use is the change's to refuse."""
        return self._write.find(code).id

    def add(
        self, id: str, *, name: str = "", parent: str | None = None, **fields: Unpack[CodeFields]
    ) -> None:
        """Add a code.

        Parameters
        ----------
        id : str
            Readable, unique for ever.
        name : str
            A label; the id when not given.
        parent : str, optional
            Id or name of the code it stands under.
        **fields
            ``definition``, ``include``, ``exclude``, ``examples``, ``counterexamples``, ``keywords``,
            ``patterns``, ``colour``, ``codable``, ``attributes``, ``memos``: as for `qualcode.Code`.

        Raises
        ------
        ChangeError
            When the id was ever used for another code.
        """
        known = {field.name for field in attrs.fields(Code)}
        for field in fields:
            if field not in known:
                raise ChangeError(f"a code has no field {field!r}.{did_you_mean(field, known)}")
        above = None if parent is None else self._id(parent)
        self.apply(changes.Add(Code(id, name, parent=above, **fields)))

    def rename(self, code: str, name: str) -> None:
        """Give a code another name; its id, and all that was coded with it, stay."""
        self.apply(changes.Rename(self._id(code), name))

    def redefine(self, code: str, **fields: Unpack[Sense]) -> None:
        """Change what a code means.

        Parameters
        ----------
        code : str
            Id or name.
        **fields
            ``definition``, ``include``, ``exclude``, ``examples``, ``counterexamples``, ``keywords``,
            ``patterns``, ``codable``, ``attributes``, ``memos``: as for `qualcode.Code`.
        """
        self.apply(changes.Redefine(self._id(code), fields))

    def recolour(self, code: str, colour: str | None) -> None:
        """Give a code another colour, ``#rrggbb``, or none."""
        self.apply(changes.Recolour(self._id(code), colour))

    def move(self, code: str, parent: str | None) -> None:
        """Put a code, with all below it, under another, or at the root."""
        self.apply(changes.Move(self._id(code), None if parent is None else self._id(parent)))

    def reorder(self, codes: Iterable[str]) -> None:
        """Put the live codes, all of them, in another order."""
        self.apply(
            changes.Reorder(
                tuple(map(self._id, check_texts(codes, what="codes", error=ChangeError)))
            )
        )

    def merge(self, sources: str | Iterable[str], into: str) -> None:
        """Let one code stand for others from now on; revert it to have them back."""
        self.apply(
            changes.Merge(
                tuple(
                    self._id(source)
                    for source in check_texts(sources, what="sources", error=ChangeError)
                ),
                self._id(into),
            )
        )

    def split(self, code: str, parts: Mapping[str, Chooser] | Mapping[Code, Chooser]) -> None:
        """Divide a code among parts.

        Parameters
        ----------
        code : str
            Id or name of the code to split.
        parts : mapping
            For each part, which assignments it gets. A part is the id of a code; one that does not
            exist yet is added beside the split code, and a `Code` brings its own definition. Which
            ones: a query (``qc.where(text="budget")``) or its text (``"query(calm)"``), a function that
            takes an `Assignment`, the segments or assignments themselves, or None for a part that gets
            nothing yet.

        Notes
        -----
        An assignment that no part claims, or several do, stays undecided: it is still counted for the
        split code and listed in `Project.unresolved` until `decide` gives it to a part.
        """
        source = self._write.find(code)
        wanted = _checked_parts(parts)
        ids = []
        for part in wanted:
            if isinstance(part, Code):
                self.apply(changes.Add(attrs.evolve(part, parent=part.parent or source.parent)))
            elif part not in self._draft.codes:
                self.apply(changes.Add(Code(part, parent=source.parent)))
            ids.append(part.id if isinstance(part, Code) else self._id(part))
        decisions = self._decisions(source.id, dict(zip(ids, wanted.values(), strict=True)))
        self.apply(changes.Split(source.id, tuple(ids), decisions))

    def decide(self, code: str, parts: Mapping[str, Chooser]) -> None:
        """Give undecided assignments of a split code to its parts; as for `split`."""
        source = self._id(code)
        chosen = {self._id(part): chooser for part, chooser in _checked_parts(parts).items()}
        self.apply(changes.Decide(source, self._decisions(source, chosen)))

    def _decisions(self, code: str, parts: Mapping[str, Checked]) -> dict[Place, str]:
        rows = read_through(self.codebook, self._write.state)
        number = rows.codes.index(code)
        claims: dict[Place, list[str]] = {}
        for part, chooser in parts.items():
            for place in _chosen(rows, number, chooser, self._write.state):
                claims.setdefault(place, []).append(part)
        return {place: claimed[0] for place, claimed in claims.items() if len(claimed) == 1}

    def retire(self, code: str) -> None:
        """Take a code out of use; what was coded with it stays and is counted."""
        self.apply(changes.Retire(self._id(code)))

    def restore(self, code: str) -> None:
        """Bring a retired code back into use."""
        self.apply(changes.Restore(self._id(code)))

    def revert(self, revision: int | str) -> None:
        """Undo an earlier revision, keeping all later work.

        Parameters
        ----------
        revision : int or str
            Number, or the start of the id.

        Raises
        ------
        ChangeError
            When a later revision builds on it, or an assignment carries a code that would be gone.
        """
        self._write.revert(revision)

    def link(self, source: str, type: str, target: str, *, note: str = "") -> None:
        """Link two codes by a typed, directed relation, such as ``"supports"``."""
        self.apply(changes.LinkCodes(Link(self._id(source), type, self._id(target), note)))

    def unlink(self, source: str, type: str, target: str) -> None:
        """Remove a link between two codes."""
        self.apply(changes.UnlinkCodes(Link(self._id(source), type, self._id(target))))

    def set_rollup(self, rollup: Rollup) -> None:
        """Define a rollup, or define it anew."""
        self.apply(changes.SetRollup(rollup))

    def drop_rollup(self, rollup: str) -> None:
        """Remove a rollup."""
        self.apply(changes.DropRollup(rollup))

    def describe(self, *, name: str | None = None, description: str | None = None) -> None:
        """Change the codebook's own name or description."""
        now = self._draft
        self.apply(
            changes.Describe(
                now.name if name is None else name,
                now.description if description is None else description,
                now.attributes,
            )
        )


class Writer:
    """Writes codebook changes into a project's log, and takes them back when a block fails.

    Parameters
    ----------
    recorder : Recorder
        The log.
    note : callable
        Told of each event.
    earlier : Earlier or None
        What earlier runs of the script did.
    find : callable
        Returns the code with an id or name.
    coder, time, reason : str
        Of every change.
    """

    def __init__(
        self,
        recorder: Recorder,
        note: Callable[[Event], object],
        earlier: Earlier | None,
        find: Callable[[str], Code],
        *,
        coder: str,
        time: str,
        reason: str,
    ) -> None:
        self._recorder = recorder
        self._note = note
        self._earlier = earlier
        self.find = find
        self._who = {"coder": coder, "time": time}
        self._reason = reason

    @property
    def draft(self) -> Draft:
        """The codebook as it stands."""
        return self._recorder.fold.draft

    def __call__(self, change: Change) -> None:
        """Write a change, unless all is so already."""
        if isinstance(change, changes.Revert):
            for id in change.revisions:
                self.revert(id)
            return
        target, fields, words = change.content()
        coder = self._who["coder"]
        if self._earlier is not None and self._earlier.did(
            change.kind, target, fields, words, coder
        ):
            return
        if not self._settles(change, target) and (
            change.is_made(self.draft) or self._was_added(change, target, fields, words)
        ):
            return
        checked(change, self.draft)
        self._note(self._recorder.change(change, reason=self._reason, **self._who))

    def _settles(self, change: Change, target: str) -> bool:
        """Tell whether a change sets anew what two people set to two values at once."""
        registers = self._recorder.fold.registers
        return registers is not None and any(
            registers.is_open(target, each) for each in change.sets
        )

    def _was_added(
        self, change: Change, target: str, fields: Mapping[str, Any], words: Mapping[str, Any]
    ) -> bool:
        """Tell whether a live code was added just so, whatever was changed of it since."""
        if not isinstance(change, changes.Add):
            return False
        code = self.draft.codes.get(change.code.id)
        if code is None or not code.is_live:
            return False
        timeline = self._recorder.timeline
        return any(
            event.kind == "add"
            and event.target == target
            and event.fields == fields
            and {name: each for name, each in event.words.items() if name != "reason"} == words
            for event in (timeline.events[at] for at in timeline.revisions)
        )

    def revert(self, revision: int | str) -> None:
        """Undo an earlier revision."""
        history = self._recorder.state.history
        target = history[revision_key(revision, what="revision")]
        if self._reverted_before(target):
            return
        kind, fields = revert_fields(history, changes.Revert((target.id,)))
        words = {"reason": self._reason} if self._reason else {}
        if kind == "undo":
            position = self._recorder.timeline.position
            events = [self._recorder.timeline.events[position[id]] for id in fields["of"]]
            check_mentions(self._recorder, events)
        self._note(self._recorder.event(kind, "codebook", fields, words, **self._who))

    def _reverted_before(self, target: Revision) -> bool:
        """Tell whether an earlier run of the script reverted this."""
        if self._earlier is None:
            return False
        event = self._recorder.timeline.events[self._recorder.timeline.position[target.id]]
        kind, fields = "undo", dict[str, Any](of=[event.id])
        if event.kind in ("undo", "redo"):
            kind = "redo" if event.kind == "undo" else "undo"
            fields = {"of": event.fields["of"], "undone": [event.id]}
        return self._earlier.did(kind, "codebook", fields, {}, self._who["coder"]) is not None

    @property
    def state(self) -> State:
        """The project's content before the change."""
        return self._recorder.state


def _checked_parts(parts: object) -> Mapping[Any, Checked]:
    """Return parts of a split and who gets what, checked."""
    checked = check_mapping(parts, what="parts", error=ChangeError)
    if not checked:
        raise ChangeError("parts is empty: name the codes that the assignments go to")
    return {part: _checked_chooser(part, chooser) for part, chooser in checked.items()}


def _checked_chooser(part: object, chooser: object) -> Any:
    if not isinstance(part, str | Code):
        raise ChangeError(f"parts: {shown(part)} is neither the id of a code nor a Code")
    if chooser is None or isinstance(chooser, Query) or callable(chooser):
        return chooser
    if isinstance(chooser, str):
        return parse_query(chooser)
    what = f"parts[{looked_up(getattr(part, 'id', part))}]"
    if not isinstance(chooser, Iterable) or isinstance(chooser, bytes | Mapping):
        raise ChangeError(
            f"{what} must be a query, a function, a list of segments or assignments, or None, not "
            f"{shown(chooser)}"
        )
    items = tuple(chooser)
    for each in items:
        if not isinstance(each, Assignment | Segment):
            raise ChangeError(f"{what}: {shown(each)} is neither a segment nor an assignment")
    return items


def _chosen(rows: Assignments, code: int, chooser: Checked, state: State) -> list[Place]:
    """Return the places of a code's assignments that a chooser claims."""
    if chooser is None:
        return []
    own = rows.take(rows.code == code)
    if isinstance(chooser, Query):
        # Asked of all assignments, so that a criterion on other codes of the segment sees them.
        claimed = rows.take(answered(state.asked(chooser), rows, state) & (rows.code == code))
        return [each.place for each in claimed]
    if callable(chooser):
        return [each.place for each in own if chooser(each)]
    wanted = {
        item.place if isinstance(item, Assignment) else (item.document.id, item.start, item.end)
        for item in chooser
    }
    return [each.place for each in own if wanted & {each.place, each.place[:3]}]
