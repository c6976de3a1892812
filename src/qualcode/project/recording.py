"""Recording what is done: every author's events go into a log of their own, and into the fold at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Self

import attrs
import msgspec
import numpy as np

from qualcode.io.store.opened import Opened, Tail
from qualcode.io.store.originals import Originals
from qualcode.io.store.recording import Lines, Pending
from qualcode.io.store.rows import (
    BLOCK,
    RowTuple,
    block_digest,
    column_lines,
    row_lines,
    sums_of,
    tuples_of,
)
from qualcode.model.codebooks.changes import Change
from qualcode.model.fold.coding_rows import in_force
from qualcode.model.fold.fold import Fold, fold
from qualcode.model.log.event import Event, make_event
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events, Key, format_time
from qualcode.model.log.timeline import ERASURES, OPEN, Timeline
from qualcode.model.state import State, state_of
from qualcode.model.texts.documents import Document, Registry
from qualcode.project.pending import EventLog, Held

__all__ = ["Mark", "Recorder", "RowRange", "Tokens"]

Tokens = Callable[[int], str]
"""Returns random hexadecimal digits, twice as many as the number it is given."""

RowRange = tuple[int, int, int]
"""A block of rows, the first row in it, and the one behind the last."""

_ON_DOCUMENTS = (
    "add-document", "correct", "join", "leave", "redo", "reinstate", "set", "undo", "withdraw",
)  # fmt: skip
_ON_ALL = ("correct", "place", "redo", "reinstate", "undo", "withdraw")
"""What changes the meaning of events that came before it."""
_ON_TEXTS = ERASURES | {*_ON_ALL}
"""What may change a text, and so what stands where rows are."""

_SOMEBODY = ("document:", "case:", "segment:")
"""What may have to be erased some day."""

_line = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Event)


@attrs.define
class _Tail:
    """A block of rows of one author that no event has sealed yet."""

    block: int
    rows: list[RowTuple] = attrs.field(factory=list)
    lines: list[bytes] = attrs.field(factory=list)
    """As many of them as were made into lines already."""

    def __len__(self) -> int:
        return len(self.rows)

    def written(self, texts: Mapping[str, str]) -> list[bytes]:
        """Return the rows as lines."""
        self.lines += row_lines(self.rows[len(self.lines) :], texts)
        return self.lines


@attrs.define
class _Whole:
    """A block that came whole: where in the columns its rows are, of which nothing else is kept."""

    block: int
    first: int
    end: int
    lines: list[bytes] = attrs.field(factory=list)
    """The rows as lines, where they were written without a seal."""

    def __len__(self) -> int:
        return self.end - self.first


@attrs.frozen
class Mark:
    """Where a log stands.

    Parameters
    ----------
    events, blocks, rows : int
        How many events, blocks of rows, and rows there are.
    lines : mapping of str to int
        How many lines each log has that no file holds.
    ends : mapping
        By author, the log that is continued and the id of its newest event.
    """

    events: int
    blocks: int
    rows: int
    lines: Mapping[str, int]
    ends: Mapping[str, tuple[str, str]]


class Recorder:
    """The log of a project that is being changed.

    Parameters
    ----------
    timeline : Timeline
        The events there are.
    rows : Events
        The rows of coding there are.
    logs : mapping of str to (str, str)
        By author, the name of the log that may be continued here, and the id of its newest event.
    tails : mapping of str to Tail
        By author, rows that have no seal yet.
    unsaved : mapping of str to list of bytes
        By log, lines of what there is that no file holds yet.
    originals : Originals, optional
        Where original files are.
    tokens : callable, optional
        Where salts and the names of new logs come from; for scripts whose output shall be the same each time.
    """

    def __init__(
        self,
        timeline: Timeline,
        rows: Events,
        *,
        logs: Mapping[str, tuple[str, str]] | None = None,
        tails: Mapping[str, Tail] | None = None,
        unsaved: Mapping[str, list[bytes]] | None = None,
        originals: Originals | None = None,
        tokens: Tokens = secrets.token_hex,
    ) -> None:
        self.timeline = timeline
        self.originals = Originals() if originals is None else originals
        self.fold: Fold = fold(Log(timeline, rows, len(timeline)))
        self.coding = EventLog(
            rows.numbered_as_counted(self.fold.documents, self.fold.draft.codes, self.fold.coders)
        )
        self._unsaved: dict[str, list[Lines]] = {
            log: [*lines] for log, lines in (unsaved or {}).items()
        }
        self._held: dict[str, int] = {}
        """For each log, how many of its unsaved lines a file holds: rows that wait for their seal."""
        self._ends = dict(logs or {})
        self._tokens = tokens
        self._tails: dict[str, list[_Tail | _Whole]] = {}
        for author, tail in (tails or {}).items():
            own = tuples_of(rows.take(rows.block == tail.block))
            self._tails[author] = [_Tail(tail.block, own, list(tail.lines))]
            self._held[self._ends[author][0]] = len(tail.lines) if tail.saved else 0
        self._state: State | None = None
        self._documents: Registry[Document] | None = None

    @classmethod
    def of(cls, opened: Opened, tokens: Tokens, originals: Originals | None = None) -> Self:
        """Return the recorder that goes on with what was read."""
        return cls(
            opened.timeline,
            opened.rows,
            logs=opened.logs,
            tails=opened.tails,
            unsaved=opened.unsaved,
            originals=originals,
            tokens=tokens,
        )

    # The present

    @property
    def log(self) -> Log:
        """The log as it is now."""
        return Log(self.timeline, self.coding.events, len(self.timeline))

    @property
    def state(self) -> State:
        """The content as it is now."""
        if self._state is None:
            self._state = state_of(self.log, self.fold)
        return self._state

    @property
    def documents(self) -> Registry[Document]:
        """The documents as they are now."""
        if self._documents is None:
            self._documents = self.state.documents
        return self._documents

    def standing(self, document: str) -> dict[Key, Held]:
        """Return memo, weight and origin of each assignment that stands in a document, by its key."""
        return self.coding.standing(document, lambda: in_force(self.log, self.fold))

    def mark(self) -> Mark:
        """Return where the log stands, with all rows sealed, to come back to."""
        self.seal()
        lines = {name: len(lines) for name, lines in self._unsaved.items()}
        timeline = self.timeline
        return Mark(len(timeline), len(timeline.blocks), len(self.coding), lines, dict(self._ends))

    def back_to(self, mark: Mark) -> None:
        """Forget what was recorded since a mark."""
        self.timeline = self.timeline.upto(mark.events, mark.blocks)
        self.coding.cut(mark.rows)
        self._unsaved = {name: self._unsaved[name][:number] for name, number in mark.lines.items()}
        self._ends = dict(mark.ends)
        self._tails = {}
        self.fold = fold(self.log)
        self._documents = None
        self._changed()

    @property
    def token_of(self) -> Tokens:
        """Where random digits come from."""
        return self._tokens

    def token(self) -> str:
        """Return random hexadecimal digits, to tell files apart."""
        return self._tokens(3)

    def begin_new_logs(self) -> None:
        """Let every author go on in a new log: the ones so far are another copy's to continue."""
        self._ends.clear()

    def seal_but_last(self) -> None:
        """Seal the rows of each author but for the last ones, which may become more."""
        for author in list(self._tails):
            self._seal_all(author, keep_last=True)

    def pending(self) -> dict[str, Pending]:
        """Return what no file holds yet, by log."""
        unsealed = {
            self._end_of(author)[0]: self._written(tails[-1])
            for author, tails in self._tails.items()
        }
        return {
            log: Pending(self._unsaved.get(log, ()), unsealed.get(log, ()), self._held.get(log, 0))
            for log in dict.fromkeys([*self._unsaved, *unsealed])
        }

    def head_of(self, log: str) -> str:
        """Return the id of a log's newest event; empty for a log that nobody goes on with."""
        return dict(self._ends.values()).get(log, "")

    def saved(self, log: str) -> None:
        """Take note that a file holds all there is of a log."""
        self._unsaved.pop(log, None)
        self._held[log] = sum(
            len(tails[-1].lines)
            for author, tails in self._tails.items()
            if self._end_of(author)[0] == log
        )

    @property
    def has_news(self) -> bool:
        """Whether there is anything that no file holds yet."""
        return any(each.is_news for each in self.pending().values())

    def _changed(self) -> None:
        self._state = None

    # Events

    def change(self, change: Change, *, coder: str, time: str, reason: str) -> Event:
        """Record a codebook change that was checked."""
        target, fields, words = change.content()
        if reason:
            words = {**words, "reason": reason}
        return self.event(change.kind, target, fields, words, coder=coder, time=time)

    def event(
        self,
        kind: str,
        target: str = "",
        fields: Mapping[str, Any] | None = None,
        words: Mapping[str, Any] | None = None,
        *,
        coder: str,
        time: str,
    ) -> Event:
        """Record an event, and let it take effect."""
        for author in list(self._tails):
            self._seal_all(author, keep_last=author == coder)
        if kind in _ON_TEXTS:
            self._make_lines()
        event = self._append(coder, time, kind, target, dict(fields or {}), dict(words or {}))
        at = self.timeline.position[event.id]
        if kind in _ON_ALL:
            self.fold = fold(self.log)
            self.coding.forget()
        else:
            self.fold.apply(at)
        if kind in _ON_DOCUMENTS:
            self._documents = None
        self._changed()
        return event

    def _append(
        self,
        coder: str,
        time: str,
        kind: str,
        target: str,
        fields: dict[str, Any],
        words: dict[str, Any],
        lines: list[bytes] | None = None,
    ) -> Event:
        name, prev = self._end_of(coder)
        tail = self._tails.pop(coder, None)
        if tail and lines is None:
            lines = self._sealed_lines(tail[0])
        sealed = self._sealed(tail[0], name, lines) if tail and lines is not None else {}
        event = make_event(
            log=name,
            n=self.timeline.events[self.timeline.position[prev]].n + 1 if prev else 1,
            prev=prev,
            seen=self.timeline.unseen(prev),
            time=time,
            kind=kind,
            target=target,
            fields=fields,
            words=words,
            # Whoever has the log could try out which id or text fits an event's id, were it not for the salt.
            salt=self._tokens(8) if words or target.startswith(_SOMEBODY) else "",
            **sealed,
        )
        line = _event_line(event)
        # What takes effect is what a file will say, so that opening it cannot say anything else.
        said = _decoder.decode(line)
        event.fields, event.words = said.fields, said.words
        at = self.timeline.append(event)
        if tail:
            self.timeline.seal(tail[0].block, at)
        self._ends[coder] = name, event.id
        self._unsaved.setdefault(name, []).append(line)
        return event

    @property
    def ends(self) -> Mapping[str, tuple[str, str]]:
        """By author, the log that is continued here, and the id of its newest event."""
        return dict(self._ends)

    def _end_of(self, coder: str) -> tuple[str, str]:
        """Return the log that an author's events go to, one that only this copy continues, and its end."""
        if coder not in self._ends:
            self._ends[coder] = f"{coder}.{self._tokens(3)}", ""
        return self._ends[coder]

    def _sealed_lines(self, tail: _Tail | _Whole) -> list[bytes]:
        """Return the lines of rows that are to be sealed; of a block that came whole, nobody keeps them."""
        if isinstance(tail, _Whole) and not tail.lines:
            return self._lines_of(tail)
        return self._written(tail)

    def _sealed(self, tail: _Tail | _Whole, log: str, lines: list[bytes]) -> dict[str, Any]:
        """Return what an event says of the rows that it seals, having put them before it."""
        unsaved = self._unsaved.setdefault(log, [])
        if isinstance(tail, _Whole) and not tail.lines:
            unsaved.append(partial(self._lines_of, tail))
        else:
            unsaved.extend(lines)
        salt = self._tokens(8)
        return {
            "rows": len(lines),
            "rows_sha": block_digest(b"".join(lines), salt),
            "rows_salt": salt,
            "sums": sums_of(lines),
        }

    def _written(self, tail: _Tail | _Whole) -> list[bytes]:
        """Return the lines of rows that may be written without a seal."""
        if isinstance(tail, _Tail):
            return tail.written(self._texts())
        if not tail.lines:
            tail.lines = self._lines_of(tail)
        return tail.lines

    def _lines_of(self, whole: _Whole) -> list[bytes]:
        """Return the rows of a block that came whole as lines."""
        return column_lines(self.coding.columns.between(whole.first, whole.end), self._texts())

    def _make_lines(self) -> None:
        """Make the lines of all rows now, while the texts are those that they were assigned in."""
        for log, lines in self._unsaved.items():
            if not all(isinstance(each, bytes) for each in lines):
                self._unsaved[log] = [
                    line
                    for each in lines
                    for line in ([each] if isinstance(each, bytes) else each())
                ]

    def _texts(self) -> Mapping[str, str]:
        return _Texts(self.fold)

    def _seal_all(self, author: str, *, keep_last: bool = False) -> None:
        """Seal the rows of an author; the last ones are left to the author's own next event."""
        while len(self._tails.get(author, ())) > keep_last:
            self._seal_first(author)

    def _seal_first(self, author: str) -> list[bytes]:
        """Seal the first block of an author's rows, and return its lines with the seal."""
        tail, *rest = self._tails[author]
        self._tails[author] = [tail]
        lines = self._sealed_lines(tail)
        event = self._append(author, self._last_time(tail), "seal", "", {}, {}, lines)
        if rest:
            self._tails[author] = rest
        return [*lines, _event_line(event)]

    def _last_time(self, tail: _Tail | _Whole) -> str:
        if isinstance(tail, _Tail):
            return str(tail.rows[-1][5])
        return format_time(int(self.coding.columns.time[tail.end - 1]))

    def sealing(self, log: str) -> Iterator[list[bytes]]:
        """Seal the rows of a log block by block, and yield the lines of each with its seal."""
        authors = [author for author in self._tails if self._end_of(author)[0] == log]
        for author in authors:
            while author in self._tails:
                self._changed()
                yield self._seal_first(author)

    def seal(self) -> None:
        """Seal all rows, so that they can be saved."""
        if self._tails:
            for author in list(self._tails):
                self._seal_all(author)
            self._changed()

    # Blocks of rows, by names that hold when the log is read again

    def block_name(self, block: int) -> tuple[str, int]:
        """Return which event seals a block, or is going to: the name of its log, and its number there."""
        at = self.timeline.blocks[block]
        if at != OPEN:
            return self.timeline.events[at].log, self.timeline.events[at].n
        names = {number: name for name, number in self._open_blocks()}
        return names[block]

    def blocks(self) -> dict[tuple[str, int], int]:
        """Return all blocks by name."""
        sealed = {
            (self.timeline.events[at].log, self.timeline.events[at].n): number
            for number, at in enumerate(self.timeline.blocks)
            if at != OPEN
        }
        return {**sealed, **dict(self._open_blocks())}

    def _open_blocks(self) -> Iterator[tuple[tuple[str, int], int]]:
        for author, tails in self._tails.items():
            log, newest = self._end_of(author)
            known = self.timeline.events[self.timeline.position[newest]].n if newest else 0
            for number, tail in enumerate(tails, start=known + 1):
                yield (log, number), tail.block

    # Rows of coding

    def row(
        self,
        key: tuple[str, int, int, str, str],
        *,
        time: str,
        origin: str = "hand",
        memo: str | None = None,
        weight: float | None = None,
        retracted: bool = False,
        made: int | None = None,
    ) -> RowRange:
        """Record that an assignment was made or taken back, and return where."""
        tail = self._tail(key[4])
        row = (*key, time, origin, weight, retracted, memo, made)
        tail.rows.append(row)
        self.coding.add(row, tail.block)
        self._changed()
        return tail.block, len(tail.rows) - 1, len(tail.rows)

    def _tail(self, coder: str) -> _Tail:
        tails = self._tails.setdefault(coder, [])
        if tails and isinstance(tail := tails[-1], _Tail) and len(tail) < BLOCK:
            return tail
        tail = _Tail(self._new_block())
        tails.append(tail)
        return tail

    def _new_block(self) -> int:
        self.timeline.blocks.append(OPEN)
        return len(self.timeline.blocks) - 1

    def rows(self, events: Events) -> list[RowRange]:
        """Record many rows at once, each coder's together and by place, and return where."""
        order = events.placed[0]
        order = order[np.argsort(events.coder[order], kind="stable")]
        if not np.array_equal(order, np.arange(len(events))):
            events = events.take(order)
        ranges: list[RowRange] = []
        behind = np.searchsorted(events.coder, np.arange(len(events.coders)), side="right")
        first = 0
        for coder, end in zip(events.coders, behind.tolist(), strict=True):
            while first < end:
                ranges.append(self._put(events, coder, first, end))
                first += ranges[-1][2] - ranges[-1][1]
        block = np.repeat([at for at, _, _ in ranges], [end - at for _, at, end in ranges])
        self.coding.extend(attrs.evolve(events, block=block.astype(np.int32)))
        self._changed()
        return ranges

    def _put(self, events: Events, coder: str, first: int, end: int) -> RowRange:
        """Put as many rows as a block has room for behind those of a coder that have no seal."""
        known = len(self.coding)
        tails = self._tails.setdefault(coder, [])
        begun = bool(tails) and isinstance(tails[-1], _Tail) and len(tails[-1]) < BLOCK
        if not begun and end - first >= BLOCK:
            whole = _Whole(self._new_block(), known + first, known + first + BLOCK)
            tails.append(whole)
            return whole.block, 0, BLOCK
        tail = self._tail(coder)
        there = len(tail)
        tail.rows += tuples_of(events.between(first, min(end, first + BLOCK - there)))
        return tail.block, there, len(tail)

    def sealed_ranges(self, ranges: list[RowRange]) -> list[list[Any]]:
        """Return rows as events name them: by the id of their seal."""
        self.seal()
        events = self.timeline.events
        return [
            [events[self.timeline.blocks[block]].id, first, end] for block, first, end in ranges
        ]


class _Texts(Mapping[str, str]):
    """The texts of a fold's documents, by id."""

    def __init__(self, made: Fold) -> None:
        self._made = made

    def __getitem__(self, id: str) -> str:
        held = self._made.documents.get(id) or self._made.withdrawn[id]
        return held.text

    def __iter__(self) -> Any:
        return iter(self._made.documents)

    def __len__(self) -> int:
        return len(self._made.documents)


def _event_line(event: Event) -> bytes:
    """Return an event as a line of its log, without what the lines before it say."""
    shown = msgspec.structs.replace(event, log="" if event.prev else event.log, prev="")
    return _line(shown) + b"\n"
