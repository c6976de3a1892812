"""The history of a codebook: the revisions that the log holds, of which the codebook is the fold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import ChangeError, NotFoundError
from qualcode.model.codebooks.changes import Adopt, Change, Revert, change_of, checked
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.draft import Draft
from qualcode.model.fold.fold import fold
from qualcode.model.log.event import SHORT, Event, make_event
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import CODEBOOK, Timeline
from qualcode.model.readable import Card, Readable
from qualcode.model.said import Said
from qualcode.model.times import time_shown, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "Revision", "check_fits", "revert_fields"]


@attrs.frozen
class Revision(Card):
    """One codebook change: what, by whom, when and why.

    Parameters
    ----------
    change : Change
        What was changed.
    coder : str
        Who changed it.
    time : str
        When, in UTC (ISO 8601).
    reason : str
        Why.
    id : str
        Id of the event, a digest of all that and of what its author had seen.
    """

    change: Change
    coder: str
    time: str
    reason: str
    id: str = attrs.field(repr=lambda id: id[:SHORT])

    @classmethod
    def of(cls, event: Event) -> Revision:
        """Return the revision that an event is."""
        return cls(change_of(event), event.author, event.time, event.reason, event.id)

    @property
    def short(self) -> str:
        """The first twelve characters of the id, by which people name the revision."""
        return self.id[:SHORT]

    @property
    def _head(self) -> str:
        return f"revision {self.short}, {time_shown(self.time)}, {self.coder}: {self.change}"

    @property
    def _notes(self) -> tuple[str, ...]:
        return (f"reason: {self.reason}",) if self.reason else ()


@attrs.frozen(eq=False, repr=False)
class History(Readable):
    """The revisions of a codebook, numbered from 1, the adopted codebook.

    Parameters
    ----------
    log : Log
        The log that holds them.
    codebook : Codebook
        What they make together.

    Examples
    --------
    >>> from qualcode.model.codebooks.changes import Add
    >>> from qualcode.model.codebooks.codes import Code
    >>> history = History.start(Codebook("study"), coder="ana", time="2026-01-01T00:00:00Z")
    >>> history = history.append(Add(Code("trust")), coder="ana", time="2026-01-02T00:00:00Z")
    >>> len(history), list(history.codebook.codes), list(history.at(1).codes)
    (2, ['trust'], [])
    """

    _figure = "qualcode.report.plot.course:codebook_life"

    log: Log
    codebook: Codebook
    _own: bool = attrs.field(default=False, kw_only=True)
    """Whether the events are those of histories only, and may be added to."""

    @classmethod
    def start(
        cls, codebook: Codebook, *, coder: str, time: str, reason: str = "adopted"
    ) -> History:
        """Return the history that begins with a codebook."""
        empty = cls(Log(Timeline(), Events.empty(), 0), Draft().codebook(), own=True)
        return empty.append(Adopt(codebook), coder=coder, time=time, reason=reason)

    # Reading

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The revisions, from the adoption on."""
        return tuple(map(Revision.of, self._events))

    @cached_property
    def _events(self) -> tuple[Event, ...]:
        return tuple(self.log.timeline.events[at] for at in self.log.revisions)

    def __getitem__(self, revision: int | str) -> Revision:
        """Return a revision given by number (negative from the end) or the start of its id."""
        return Revision.of(self._events[self.number(revision) - 1])

    def __iter__(self) -> Iterator[Revision]:
        return iter(self.revisions)

    def __len__(self) -> int:
        return len(self.log.revisions)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        return [each.id for each in self._events] == [each.id for each in other._events]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<History: {len(self)} revisions>"

    @cached_property
    def head(self) -> Revision:
        """The newest revision."""
        return self[-1]

    def number(self, revision: int | str) -> int:
        """Return the number of a revision given by number (negative from the end) or start of its id.

        Raises
        ------
        NotFoundError
            When there is none, or the start of the id is that of several.
        """
        if isinstance(revision, int) and not isinstance(revision, bool):
            if not 1 <= abs(revision) <= len(self):
                raise NotFoundError(
                    f"there is no revision {revision}; there are revisions 1 to {len(self)}"
                )
            return revision if revision > 0 else len(self) + 1 + revision
        if not isinstance(revision, str):
            raise NotFoundError(
                f"{revision!r} is no revision: give its number (int), or the start of its id (str)"
            )
        numbered = enumerate(self._events, start=1)
        found = [number for number, each in numbered if each.id.startswith(revision)]
        if len(found) != 1 or not revision:
            problem = "several revisions have" if found else "no revision has"
            raise NotFoundError(f"{problem} an id that starts with {revision!r}")
        return found[0]

    def at(self, revision: int | str) -> Codebook:
        """Return the codebook as of a revision, given by number or start of its id."""
        return self.upto(revision).codebook

    def before(self, time: str) -> int:
        """Return the number of the newest revision made at or before a time (UTC, ISO 8601).

        Raises
        ------
        NotFoundError
            When the history began later.
        """
        numbered = enumerate(self._events, start=1)
        found = [number for number, each in numbered if each.time <= time]
        if not found:
            raise NotFoundError(
                f"at {time} there was no codebook yet: the history begins at {self._events[0].time}"
            )
        return found[-1]

    def upto(self, revision: int | str) -> History:
        """Return the history as it was when a revision was the newest."""
        number = self.number(revision)
        if number == len(self):
            return self
        log = self.log.as_of_revision(number)
        return History(log, fold(log, codebook_only=True).draft.codebook())

    _print_columns = ("revision", "time", "coder", "change", "reason", "reverted")

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        frame = self.to_frame()
        return frame.tail(most), len(frame)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each revision: revision, time, coder, kind, change, reason, reverted, id."""
        import pandas as pd

        off = self.log.switches.off
        rows = [
            (
                number,
                each.time,
                each.author,
                "revert" if each.kind in ("undo", "redo") else each.kind,
                self.describe(number),
                each.reason,
                self._is_off(each, off),
                each.short,
            )
            for number, each in enumerate(self._events, start=1)
        ]
        columns = ["revision", "time", "coder", "kind", "change", "reason", "reverted", "id"]
        return with_moments(pd.DataFrame(rows, columns=columns))

    def _is_off(self, event: Event, off: frozenset[str]) -> bool:
        """Tell whether an event is not in force; a revert is not when what it undid was done again."""
        if event.kind == "undo":
            return not any(id in off for id in event.fields["of"])
        if event.kind == "redo":
            return any(id in off for id in event.fields["of"])
        return event.id in off

    def describe(self, revision: int | str) -> str:
        """Return in a few words what a revision changed."""
        return f"{self.sentence(revision)}"

    def sentence(self, revision: int | str) -> str:
        """Return what a revision changed as `describe` does, where it can be for other languages too."""
        change = self[revision].change
        if not isinstance(change, Revert):
            return change.sentence
        targets = [self.number(id) for id in change.revisions if self._holds(id)]
        told = (
            Said("revision", number=target, what=self[target].change.sentence) for target in targets
        )
        return Said("revert-revision", what=tuple(told))

    def _holds(self, id: str) -> bool:
        at = self.log.timeline.position.get(id)
        return at is not None and self.log.knows(at) and at in self.log.revisions

    # Writing

    def append(self, change: Change, *, coder: str, time: str, reason: str = "") -> History:
        """Return the history with one more revision.

        Raises
        ------
        ChangeError
            When the change does not fit the codebook, or a revert would leave a later change without
            what it builds on.
        """
        draft = Draft(self.codebook)
        if isinstance(change, Revert):
            target, words = "codebook", dict[str, Any]()
            kind, fields = revert_fields(self, change)
        else:
            checked(change, draft)
            kind = change.kind
            target, fields, words = change.content()
        log = self.log
        # A history is a value, so what is appended to it must not be seen by others of its log.
        timeline, rows = log.timeline, log.rows
        if not self._own or log.keep is not None or log.count < len(timeline):
            timeline, rows = Timeline(log), Events.empty()
        heads, prev = timeline.heads(), ""
        name = f"{coder}.history"
        if name in heads:
            prev = heads[name]
        event = make_event(
            log=name,
            n=1 + (timeline.events[timeline.position[prev]].n if prev else 0),
            prev=prev,
            seen=timeline.unseen(prev),
            time=time,
            kind=kind,
            target=target,
            fields=fields,
            words={**words, "reason": reason} if reason else words,
        )
        timeline.append(event)
        grown = Log(timeline, rows, len(timeline))
        if isinstance(change, Revert):
            return History(grown, fold(grown, codebook_only=True).draft.codebook(), own=True)
        change.make(draft)
        return History(grown, draft.codebook(), own=True)


def revert_fields(history: History, change: Revert) -> tuple[str, dict[str, Any]]:
    """Return the kind and fields of the event that reverts revisions, having checked that it can.

    To revert a revert is to do again what it undid.

    Raises
    ------
    ChangeError
        When the adoption is to be reverted, a revision is reverted already, or a later change builds on it.
    """
    log = history.log
    off = log.switches.off
    events = [history._events[history.number(id) - 1] for id in change.revisions]
    undone: set[str] = set()
    for event in events:
        number = history.number(event.id)
        if event.kind == "adopt":
            raise ChangeError(
                "the adopted codebook cannot be reverted: it is the root of the history"
            )
        if history._is_off(event, off):
            raise ChangeError(f"revision {number} ({history.describe(number)}) is reverted already")
        undone |= {event.kind} if event.kind in ("undo", "redo") else {"change"}
    if len(undone & {"undo", "change"}) == 2:
        raise ChangeError("a revert and a change cannot be reverted in one: revert one by one")
    of = [
        id
        for event in events
        for id in (event.fields["of"] if event.kind in ("undo", "redo") else [event.id])
    ]
    again = undone == {"undo"}
    check_fits(history, off - {*of} if again else off | {*of}, events[0])
    fields = {"of": of}
    ids = [event.id for event in events]
    if ids != of:
        fields["undone"] = ids
    return ("redo" if again else "undo"), fields


def check_fits(history: History, off: Collection[str], event: Event) -> None:
    """Refuse to undo an event, or do it again, when a change that fits today would fit no more.

    Parameters
    ----------
    history : History
        The history as it stands.
    off : collection of str
        Ids of all events that are undone then.
    event : Event
        The event, for the message.

    Raises
    ------
    ChangeError
        When a change would no longer fit.
    """
    misfits = _misfits(history.log, history.log.switches.off)
    for at, error in _misfits(history.log, off).items():
        if at not in misfits:
            first = history.number(event.id)
            number = history.log.revisions.index(at) + 1
            raise ChangeError(
                f"cannot revert revision {first} ({history.describe(first)}): revision {number} "
                f"({history.describe(number)}) does not fit: {str(error).rstrip('.')}. Revert that one first"
            ) from error


def _misfits(log: Log, off: Collection[str]) -> dict[int, ChangeError]:
    """Return the revisions, by position, whose changes do not fit where they stand."""
    found: dict[int, ChangeError] = {}
    draft = Draft()
    for at in log.revisions:
        event = log.timeline.events[at]
        if event.kind not in CODEBOOK or event.id in off:
            continue
        change = change_of(event)
        try:
            checked(change, draft)
        except ChangeError as error:
            found[at] = error
        else:
            change.make(draft)
    return found
