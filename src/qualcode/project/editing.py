"""A project being changed: its clock, the log of events, coders and memos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from qualcode.errors import AssignmentError, NotFoundError, ProjectError, did_you_mean
from qualcode.model.ids import fold
from qualcode.model.memos import Coder, CoderKind, Memo, segment_target
from qualcode.model.segments import Segment
from qualcode.model.spans import Span
from qualcode.model.state import State
from qualcode.project.pending import EventLog
from qualcode.project.view import View

__all__ = ["Clock", "Editing", "now", "timestamp"]

Clock = Callable[[], datetime]


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
    state : State
        The content at first.
    clock : callable
        Returns the time that is recorded.
    """

    def __init__(self, state: State, *, clock: Clock = now) -> None:
        super().__init__(state)
        self._log = EventLog(state.events)
        self._clock = clock
        self._stale = False

    @property
    def state(self) -> State:
        """The content as it is now."""
        if self._stale:
            self._state = attrs.evolve(self._state, events=self._log.events)
            self._stale = False
        return self._state

    def _set(self, **changes: Any) -> None:
        self._state = attrs.evolve(self.state, **changes)

    def _time(self) -> str:
        return timestamp(self._clock)

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
        memo = Memo(target, text, coder, self._time(), self.state.head)
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
