"""What is known of a log at one moment: a value, though the timeline behind it goes on growing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.errors import NotFoundError
from qualcode.model.log.event import Event
from qualcode.model.log.rows import Events, Flags, Longs, format_time, parse_times
from qualcode.model.log.telling import told
from qualcode.model.log.timeline import OPEN, Timeline
from qualcode.model.log.withdrawals import NOTHING, Hidden, hidden_in
from qualcode.model.readable import Readable
from qualcode.model.times import with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Log", "Mark", "Switches"]


@attrs.frozen
class Mark:
    """Where a log stood, to come back to when it has grown.

    Parameters
    ----------
    heads : tuple of str
        Ids of the newest events; see `Log.heads`.
    unsealed : tuple of (str, int)
        For each coder of whom there were rows of coding that no event had sealed yet: how many.
    """

    heads: tuple[str, ...]
    unsealed: tuple[tuple[str, int], ...] = ()


@attrs.frozen
class Switches:
    """What undoing and redoing have left switched off.

    Parameters
    ----------
    off : frozenset of str
        Ids of events that are not in force.
    rows : tuple of (int, int, int)
        Rows of coding that are not: block, first row in it, and the one behind the last.
    disputed : tuple of (str, tuple of int)
        Events that one person undid and another did again at once, with the positions of both.
    """

    off: frozenset[str] = frozenset()
    rows: tuple[tuple[int, int, int], ...] = ()
    disputed: tuple[tuple[str, tuple[int, ...]], ...] = ()


@attrs.frozen(eq=False, repr=False)
class Log(Readable):
    """The events of a project as of one moment, in the order that every copy agrees on.

    Parameters
    ----------
    timeline : Timeline
        The events.
    rows : Events
        The rows of coding, those that were undone included.
    count : int
        How many events there were.
    keep : array of bool, shape (count,), or None
        Which of them are known; all when None.
    """

    _instead = "project.history.plot() draws how the codebook changed"

    timeline: Timeline
    rows: Events
    count: int
    keep: Flags | None = None

    def __len__(self) -> int:
        return self.count if self.keep is None else int(self.keep.sum())

    def __iter__(self) -> Iterator[Event]:
        return (self.timeline.events[at] for at in self.positions)

    def __repr__(self) -> str:
        return f"<Log: {len(self)} events, {len(self.rows)} rows of coding>"

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same events and the same rows of coding."""
        if not isinstance(other, Log):
            return NotImplemented
        return [each.id for each in self] == [each.id for each in other] and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    @property
    def positions(self) -> range | list[int]:
        """Positions of the events that are known, in order."""
        return range(self.count) if self.keep is None else np.flatnonzero(self.keep).tolist()

    def knows(self, at: int) -> bool:
        """Tell whether the event at a position is known."""
        return at < self.count and (self.keep is None or bool(self.keep[at]))

    @cached_property
    def revisions(self) -> tuple[int, ...]:
        """Positions of the events that changed the codebook."""
        return tuple(at for at in self.timeline.revisions if self.knows(at))

    @cached_property
    def switches(self) -> Switches:
        """What undoing and redoing have left switched off."""
        timeline = self.timeline
        writes: dict[str, list[tuple[int, bool]]] = {}
        for at in timeline.switches:
            if not self.knows(at):
                continue
            event = timeline.events[at]
            rows = [f"{seal}:{first}:{end}" for seal, first, end in event.fields.get("rows", ())]
            for what in (*event.fields.get("of", ()), *rows):
                kept = [each for each in writes.get(what, ()) if not timeline.saw(at, each[0])]
                writes[what] = [*kept, (at, event.kind == "redo")]
        # To undo is the safer of the two, should somebody else do it again at the same time.
        off = {what for what, last in writes.items() if not all(on for _, on in last)}
        disputed = tuple(
            (what, tuple(at for at, _ in last))
            for what, last in writes.items()
            if len({on for _, on in last}) > 1
        )
        return Switches(
            frozenset(what for what in off if ":" not in what),
            tuple(self._block_rows(what) for what in sorted(off) if self._has_rows(what)),
            disputed,
        )

    @cached_property
    def hidden(self) -> Hidden:
        """What was withdrawn, also where this is a part of the log that ends before."""
        if not (self.timeline.withdrawals or self.timeline.erasures):
            return NOTHING
        whole = self if self.keep is None else Log(self.timeline, self.rows, self.count)
        return hidden_in(self.timeline, self.count, whole.switches.off)

    def _has_rows(self, what: str) -> bool:
        """Tell whether these are rows of coding, and this copy holds them."""
        return ":" in what and what.partition(":")[0] in self.timeline.block_of

    def _block_rows(self, what: str) -> tuple[int, int, int]:
        seal, first, end = what.split(":")
        lost = self.timeline.events[self.timeline.position[seal]].lost
        # A repair may have set rows aside, and those behind them stand that much nearer to the first.
        start, stop = (int(at) - bisect_left(lost, int(at)) for at in (first, end))
        return self.timeline.block_of[seal], start, stop

    def eras(self) -> Longs:
        """Return for each block of rows how many of the first revisions hold all its author had seen."""
        # Numbers as of this moment: those of the revisions that are known here.
        known = np.searchsorted(self.revisions, self.timeline.revisions, "right")
        number = np.concatenate([[0], known]).astype(np.int64)
        return number[self._block_eras()]

    def _block_eras(self) -> Longs:
        """Return the same among all revisions of the timeline."""
        under, newest = self.timeline.under, self._newest_era
        eras = [newest if self._is_open(at) else under[at] for at in self.timeline.blocks]
        return np.array(eras or [newest], dtype=np.int64)

    @property
    def _newest_era(self) -> int:
        if not self.revisions:
            return 0
        return bisect_left(self.timeline.revisions, self.revisions[-1]) + 1

    def _is_open(self, seal: int) -> bool:
        """Tell whether a block of rows had no seal yet, given where it has one now."""
        return seal == OPEN or seal >= self.count

    @property
    def withheld(self) -> int:
        """How many events a blind copy holds without what they say, or without the rows they seal."""
        return sum(event.withheld and not event.is_lost for event in self)

    @property
    def lost(self) -> tuple[int, int]:
        """How many events, and how many rows of coding, were damaged and set aside by a repair."""
        return sum(event.is_lost for event in self), sum(event.lost_rows for event in self)

    def heads(self) -> tuple[str, ...]:
        """Return the ids of the newest events: those that no other builds on."""
        built_on = {id for event in self for id in (event.prev, *event.seen)}
        return tuple(event.id for event in self if event.id not in built_on)

    def position(self, id: str) -> int:
        """Return the position of an event given by its id or the start of it.

        Raises
        ------
        NotFoundError
            When there is none, or several.
        """
        at = self.timeline.position.get(id)
        if at is None and id:
            found = [at for at in self.positions if self.timeline.events[at].id.startswith(id)]
            if len(found) > 1:
                raise NotFoundError(f"several events have an id that starts with {id!r}")
            at = found[0] if found else None
        if at is None or not self.knows(at):
            raise NotFoundError(f"no event has an id that starts with {id!r}")
        return at

    # Looking back

    def as_of_revision(self, number: int) -> Log:
        """Return the log as long as a revision, given by its number among those known, was the newest."""
        era = bisect_left(self.timeline.revisions, self.revisions[number - 1]) + 1
        eras = np.array(self.timeline.era[: self.count], dtype=np.int64)
        return self._only(eras <= era, (self._block_eras() <= era)[self.rows.block])

    def as_seen(self, *positions: int) -> Log:
        """Return the log as the authors of some events saw it together, the events included."""
        saw = self.timeline.saw
        seen = np.fromiter(
            (any(saw(at, other) for at in positions) for other in range(self.count)),
            np.bool_,
            self.count,
        )
        blocks = [not self._is_open(at) and bool(seen[at]) for at in self.timeline.blocks]
        return self._only(seen, np.array(blocks or [False], dtype=np.bool_)[self.rows.block])

    @cached_property
    def mark(self) -> Mark:
        """Where the log stands."""
        rows = self.rows
        loose = rows.coder[~self._is_sealed()[rows.block]] if len(rows) else rows.coder
        unsealed = zip(rows.coders, np.bincount(loose, minlength=1).tolist(), strict=False)
        return Mark(self.heads(), tuple((coder, count) for coder, count in unsealed if count))

    def as_of(self, mark: Mark) -> Log:
        """Return the log as it stood at a mark, whatever was appended since.

        Raises
        ------
        NotFoundError
            When it does not hold what it is to come back to.
        """
        if mark == self.mark:
            return self
        part = self.as_seen(*map(self.position, mark.heads))
        if not mark.unsealed:
            return part
        # What had no seal then may have got one since: each coder's rows stay in their order.
        rows = self.rows
        blocks = np.array(self.timeline.blocks or [OPEN], dtype=np.int64)
        seals = np.where((blocks == OPEN) | (blocks >= self.count), self.count, blocks)
        chosen = part._is_sealed()[rows.block]
        later = np.flatnonzero(~chosen)
        later = later[np.argsort(seals[rows.block[later]], kind="stable")]
        for coder, count in mark.unsealed:
            number = rows.coders.index(coder) if coder in rows.coders else -1
            own = later[rows.coder[later] == number][:count]
            if len(own) < count:
                raise NotFoundError(f"of {coder!r} there are fewer rows of coding than there were")
            chosen[own] = True
        return attrs.evolve(part, rows=rows.take(chosen))

    def _is_sealed(self) -> Flags:
        """Return for each block of rows whether an event that is known sealed it."""
        return np.array(
            [at != OPEN and self.knows(at) for at in self.timeline.blocks] or [False],
            dtype=np.bool_,
        )

    def as_of_time(self, moment: int) -> Log:
        """Return the log as of a time: microseconds since 1970 in UTC, included.

        Events come when they were recorded, but never before anything that their author had seen, wherever
        the clocks stood; rows of coding, never before anything but coding.
        """
        timeline, rows = self.timeline, self.rows
        moments = parse_times([timeline.moment(at) for at in range(self.count)])
        known = moments <= moment
        sealed = [not self._is_open(at) and bool(known[at]) for at in timeline.blocks]
        # Other rows do not wait for their seal, which may come long after them.
        newest = timeline.moment(self.count - 1) if self.count else ""
        since = [
            newest if self._is_open(at) else timeline.since[at] or newest for at in timeline.blocks
        ]
        seen = parse_times(since or [newest or format_time(0)])
        early = np.maximum(rows.time, seen[rows.block]) <= moment
        return self._only(known, early | np.array(sealed or [False])[rows.block])

    def _only(self, events: Flags, rows: Flags) -> Log:
        """Return the log with some of its events and rows."""
        keep = events if self.keep is None else events & self.keep
        kept = self.rows if rows.all() else self.rows.take(rows)
        return Log(self.timeline, kept, self.count, None if keep.all() else keep)

    # Showing

    _print_columns = ("time", "coder", "what", "reason")

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        # What was done last is what is looked for.
        frame = self.to_frame()
        return frame.tail(most), len(frame)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each event, in order.

        Columns: event (short id), time, coder, kind, target, what (in words), reason, undone, revision (its
        number; None where the codebook did not change), rows (of coding, that it seals), log.
        """
        import pandas as pd

        off, hidden = self.switches.off, self.hidden.events
        number = {at: number for number, at in enumerate(self.revisions, start=1)}
        rows = []
        for at in self.positions:
            event = self.timeline.events[at]
            said = event.target, told(event), event.reason
            if at in hidden:
                said = "", "about what was withdrawn", ""
            rows.append(
                (
                    event.short, event.time, event.author, event.kind, *said,
                    event.id in off, number.get(at), event.rows, event.log,
                )
            )  # fmt: skip
        columns = [
            "event", "time", "coder", "kind", "target", "what", "reason", "undone", "revision", "rows", "log",
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns)
        return with_moments(frame.astype({"revision": "Int64"}))
