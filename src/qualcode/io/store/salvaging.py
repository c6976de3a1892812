"""Making a damaged log sound: what is damaged goes, and with it what cannot be without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from qualcode.errors import NotFoundError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.chains import link_chains
from qualcode.io.store.damaged_lines import (
    Line,
    SetAside,
    by_sums,
    is_event_id,
    is_quoted,
    is_row,
    is_whole,
    read_event,
    shown,
    why_no_row,
)
from qualcode.io.store.journal import Write
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.logfile import is_sealed, kept_digest, read_log_file
from qualcode.io.store.reading import Laid, Read, check_rows, laid_out, rows_astray
from qualcode.io.store.rows import row_sum, texts_by_document
from qualcode.model.fold.conflicts import conflicts
from qualcode.model.fold.fold import fold
from qualcode.model.ids import MARK
from qualcode.model.log.event import (
    LOST,
    LOST_ROWS,
    WITHHELD,
    Event,
    author_of,
    digest,
    words_digest,
)
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import Timeline

__all__ = ["Salvage"]

_encode = msgspec.json.Encoder().encode


class Salvage:
    """The files of a damaged log, being made sound.

    Parameters
    ----------
    root : Path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.aside: list[SetAside] = []
        self.files: dict[str, list[Line]] = {}
        self.tails: dict[str, list[Line]] = {}
        """For each file, the rows at its end that no event has sealed."""
        self.known: dict[str, Event] = {}
        self.heads: dict[str, bytes] = {}
        self.before: dict[str, bytes] = {}

    def run(self) -> Log:
        """Set aside what is damaged, and return the log that is left."""
        for path in sorted((self.root / layout.LOG).glob("*.jsonl")):
            self._take(path)
        named = self._named()
        self._link(named)
        self._stand_in_for(named)
        self._drop_unsound()
        for name in self.files:
            self._sort_rows(name)
        for name, lines in self.files.items():
            why = _why_no_tail(lines)
            if why:
                for row in self.tails[name]:
                    self._set_aside(name, row, why)
                self._count_lost(name, len(self.tails[name]))
                self.tails[name] = []
        return self._judged()

    def writes(self) -> dict[str, Write]:
        """Return what the files become."""
        found = {f"{layout.LOG}/{name}": data for name, data in self._contents().items()}
        found.update(self.heads)
        return {
            name: Write(data or None)
            for name, data in found.items()
            if data != self.before.get(name)
        }

    def _contents(self) -> dict[str, bytes]:
        return {
            name: b"".join(part.raw for line in [*lines] for part in (*line.rows, line))
            + b"".join(row.raw for row in self.tails[name])
            for name, lines in self.files.items()
        }

    def _set_aside(self, name: str, line: Line, why: str) -> None:
        self.aside.append(SetAside(f"{layout.LOG}/{name}", line.number, why, shown(line.raw)))

    # Lines

    def _take(self, path: Path) -> None:
        data = read_bytes(path)
        self.before[f"{layout.LOG}/{path.name}"] = data
        data = data.replace(b"\r\n", b"\n")
        lines: list[Line] = []
        rows: list[Line] = []
        for number, raw in enumerate(data.splitlines(keepends=True), start=1):
            line = Line(number, raw)
            if not raw.strip():
                continue
            if not raw.endswith(b"\n"):
                self._set_aside(path.name, line, "the last line is cut off")
                continue
            if not is_row(raw):
                line.event = read_event(raw)
            if line.is_event:
                line.rows, rows = rows, []
                lines.append(line)
            else:
                rows.append(line)
        self.files[path.name] = lines
        self.tails[path.name] = [row for row in rows if self._is_row(path.name, row)]

    def _is_row(self, name: str, line: Line) -> bool:
        why = why_no_row(line.raw)
        if why:
            self._set_aside(name, line, why)
        return not why

    # Events

    def _named(self) -> dict[str, str]:
        """Return the ids that heads name, with the logs they are of; damaged lines of heads are set aside."""
        named: dict[str, str] = {}
        for path in sorted((self.root / layout.HEADS).glob("*.json")):
            name = f"{layout.HEADS}/{path.name}"
            data = self.before[name] = read_bytes(path)
            kept = b""
            for number, raw in enumerate(data.splitlines(keepends=True), start=1):
                try:
                    heads = msgspec.json.decode(raw, type=dict[str, str])
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    if raw.strip():
                        self.aside.append(SetAside(name, number, "not a whole record", shown(raw)))
                    continue
                sound = {log: id for log, id in heads.items() if is_event_id(id)}
                if sound != heads:
                    self.aside.append(SetAside(name, number, "an id is damaged", shown(raw)))
                kept += raw if sound == heads else _encode(sound) + b"\n"
                named.update({id: log for log, id in sound.items()})
            if kept != data:
                self.heads[name] = kept
        return named

    def _events(self) -> Iterator[tuple[str, int, Line, Event]]:
        for name, lines in self.files.items():
            for at, line in enumerate(lines):
                if line.event is not None:
                    yield name, at, line, line.event

    def _link(self, named: Mapping[str, str]) -> None:
        """Find the events that are what their ids say, and the ids of those that they follow."""
        said = {line.said_id for lines in self.files.values() for line in lines}
        seen = {id for *_, event in self._events() for id in event.seen}
        candidates = {*said, *seen, *named} - {""}
        by_number: defaultdict[int, list[str]] = defaultdict(list)
        for *_, event in self._events():
            by_number[event.n].append(event.id)
        waiting = sorted(self._events(), key=lambda each: each[3].n)
        for *_, line, event in waiting:
            prev = self._previous(event, [*by_number[event.n - 1], *sorted(candidates)])
            if prev is None or not _says_what_it_said(event):
                continue
            if prev and not event.log and prev in self.known:
                event.log = self.known[prev].log
            event.prev, line.sound = prev, True
            old = self.known.get(event.id)
            if old is None or event.completeness > old.completeness:
                self.known[event.id] = event

    def _previous(self, event: Event, candidates: Iterable[str]) -> str | None:
        if not event.is_whole or event.erased:
            # What an erasure left of it is judged when all is read.
            return event.prev if event.prev or (event.n == 1 and event.log) else None
        if event.prev:
            return event.prev if digest(event) == event.id else None
        if event.n == 1 or event.log:
            return "" if event.log and digest(event) == event.id else None
        for each in dict.fromkeys(candidates):
            event.prev = each
            if digest(event) == event.id:
                return each
        event.prev = ""
        return None

    def _stand_in_for(self, named: Mapping[str, str]) -> None:
        """Put an event that says nothing in the place of each that others know and that is lost."""
        while True:
            missing: dict[str, Event | None] = {
                id: event
                for event in self.known.values()
                for id in (event.prev, *event.seen)
                if id and id not in self.known
            }
            missing |= {id: None for id in named if id not in self.known and id not in missing}
            if not missing:
                return
            for id, child in sorted(missing.items()):
                self._stand_in(id, child, named.get(id, ""))

    def _stand_in(self, id: str, child: Event | None, log: str) -> None:
        name, at = self._place(id, child, log)
        lines = self.files.setdefault(name, [])
        self.tails.setdefault(name, [])
        damaged = lines[at] if at < len(lines) and lines[at].said_id == id else None
        number = self._number(id, child, damaged)
        before = [
            line.event
            for line in lines
            if line.sound
            and line.event is not None
            and (number is None or line.event.n < number)
            and self._comes_before(line.event.id, id)
        ]
        above = max(before, key=lambda event: event.n, default=None)
        event = Event(
            n=1 if above is None else number or above.n + 1,
            id=id,
            time=self._time(damaged, above, child),
            kind=WITHHELD,
            withheld=True,
            fields={LOST: True},
        )
        if above is None:
            event.log = log or (damaged.said_log if damaged is not None else "")
            if not author_of(event.log):
                event.log = layout.log_of(Path(name))
        else:
            event.prev, event.log = above.id, above.log
        kept: list[Line] = []
        if damaged is not None:
            if above is not None:
                kept = _sealed_by(damaged)
            if kept and damaged.event is not None:
                said = damaged.event
                event.rows, event.rows_sha, event.rows_salt = (
                    said.rows,
                    said.rows_sha,
                    said.rows_salt,
                )
                event.sums, event.lost, event.kept = said.sums, said.lost, said.kept
                event.withheld = False
            del damaged.rows[len(damaged.rows) - len(kept) :]
            event.fields[LOST_ROWS] = sum(is_row(row.raw) for row in damaged.rows)
            event.seen = [each for each in damaged.said_seen if self._comes_before(each, id)]
        self._replace(lines, at, damaged, event, kept)
        self.known[id] = event

    def _number(self, id: str, child: Event | None, damaged: Line | None) -> int | None:
        """Return the number of a lost event in its log, where anything says so."""
        if child is not None and child.prev == id:
            return child.n - 1
        return None if damaged is None else damaged.said_number

    def _place(self, id: str, child: Event | None, log: str) -> tuple[str, int]:
        """Return the file of a lost event, and the number of its line among the events there."""
        for name, lines in self.files.items():
            for at, line in enumerate(lines):
                if line.said_id == id and not line.sound:
                    return name, at
        # Else before the line that follows it.
        for name, lines in self.files.items():
            for at, line in enumerate(lines):
                if child is not None and line.event is child and child.prev == id:
                    return name, at
        name = layout.log_file((log or f"lost.{id[:6]}").partition("~")[0])
        return name, len(self.files.get(name, ()))

    def _replace(
        self, lines: list[Line], at: int, damaged: Line | None, event: Event, kept: list[Line]
    ) -> None:
        made = Line(0, _line_of(event), event, sound=True, rows=kept)
        if damaged is not None:
            self._give_up(lines, damaged, _why_unsound(damaged, lines))
            at = min(at, len(lines))
        lines.insert(at, made)
        for line in (each for own in self.files.values() for each in own):
            # A line that follows one which is lost says so, whatever stands above it.
            if line.sound and line.event is not None and line.event.prev == event.id:
                line.raw = _line_of(line.event)

    def _give_up(self, lines: list[Line], line: Line, why: str) -> None:
        """Set an event aside, with the rows that it seals."""
        name = next(name for name, own in self.files.items() if own is lines)
        self._set_aside(name, line, why)
        for row in line.rows:
            self._set_aside(name, row, "the event that seals this row of coding was set aside")
        lines.remove(line)

    def _time(self, damaged: Line | None, above: Event | None, child: Event | None) -> str:
        if damaged is not None and damaged.said_time:
            return damaged.said_time
        # Not before what it follows, nor after what follows it.
        return (
            above.time
            if above is not None
            else child.time
            if child is not None
            else "1970-01-01T00:00:00Z"
        )

    def _comes_before(self, id: str, other: str) -> bool:
        """Tell whether an event is there that does not come after another."""
        if id not in self.known:
            return False
        waiting, met = [id], {id}
        while waiting:
            each = waiting.pop()
            if each == other:
                return False
            event = self.known.get(each)
            for parent in (event.prev, *event.seen) if event is not None else ():
                if parent and parent not in met:
                    met.add(parent)
                    waiting.append(parent)
        return True

    def _drop_unsound(self) -> None:
        for name, lines in self.files.items():
            for line in [each for each in lines if not each.sound]:
                self._give_up(lines, line, _why_unsound(line, lines))
                self._count_lost(name, sum(is_row(row.raw) for row in line.rows))

    # Rows

    def _sort_rows(self, name: str) -> None:
        """Leave above each event of a file the rows that it seals, and set aside all others."""
        lines = self.files[name]
        whole = {line.said_id for own in self.files.values() for line in own if is_whole(line)}
        astray: list[Line] = []
        broken: list[Line] = []
        for line in [*lines]:
            event = line.event
            assert event is not None
            if is_whole(line):
                continue
            astray += line.rows
            if event.rows and not (event.withheld and not event.is_whole) and event.id not in whole:
                broken.append(line)
                continue
            line.rows = []
            if event.rows and not event.withheld:
                lines.remove(line)  # it is there again, with its rows
        told = {row.raw for line in lines if line not in broken for row in line.rows}
        taken: set[int] = set()
        noted = 0
        for line in broken:
            assert line.event is not None
            pool: defaultdict[int, list[Line]] = defaultdict(list)
            own = {id(row) for row in line.rows}
            for row in (*sorted(astray, key=lambda row: id(row) not in own), *self.tails[name]):
                if id(row) not in taken:
                    pool[row_sum(row.raw)].append(row)
            found = by_sums(line.event, pool)
            taken |= {id(row) for row in found.values()}
            line.rows = list(found.values())
            before = len(line.event.lost)
            self._mark_lost(line, [at for at in range(line.event.rows) if at not in found])
            noted += len(line.event.lost) - before
        self.tails[name] = [row for row in self.tails[name] if id(row) not in taken]
        unknown = [row for row in astray if id(row) not in taken and row.raw not in told]
        for row in unknown:
            self._set_aside(name, row, "no seal knows this row of coding")
        # Those that a seal misses are noted with it; the others were those of a seal that is lost.
        self._count_lost(name, sum(is_row(row.raw) for row in unknown) - noted)

    def _mark_lost(self, line: Line, lost: Sequence[int]) -> None:
        event = line.event
        assert event is not None
        rows = b"".join(row.raw for row in line.rows)
        event.lost, event.kept = [], ""
        if not is_sealed(event, rows):
            event.lost = list(lost)
            event.kept = kept_digest(event, lost, rows)
        line.raw = _line_of(event)

    def _count_lost(self, name: str, rows: int) -> None:
        """Note with an event that is lost how many rows went with it, best with one of the same file."""
        if rows <= 0:
            return
        for lines in (self.files[name], *self.files.values()):
            for line in reversed(lines):
                event = line.event
                if event is not None and event.is_lost:
                    event.fields = {**event.fields, LOST_ROWS: event.lost_rows + rows}
                    line.raw = _line_of(event)
                    return

    # What it comes to

    def _judged(self) -> Log:
        """Return the log that is left, having held back what cannot be without what is lost."""
        while True:
            read = self._as_read()
            laid = laid_out(self.root, read)
            log = Log(laid.timeline, laid.rows, len(laid.timeline))
            kinds = {event.kind for event in log}
            if not {"begin", "adopt"} <= kinds:
                raise StoreError("the lines with which the project begins are damaged")
            culprit = _culprit(log)
            if culprit is not None:
                self._hold_back(*culprit)
                continue
            outside = rows_astray(laid.timeline, laid.rows)
            if not outside.any() and not self._misquoted(laid.timeline):
                check_rows(self.root, laid.timeline, laid.rows, laid.unsealed)
                return log
            if outside.any() and not self._hold_rows_back(laid, outside):
                check_rows(self.root, laid.timeline, laid.rows, laid.unsealed)

    def _as_read(self) -> Read:
        files = [
            read_log_file(self.root / layout.LOG / name, data, lines=True)
            for name, data in self._contents().items()
            if data
        ]
        chains = link_chains(files)
        for file in files:
            for fault in file.faults:
                raise StoreError(f"{file.path.name}, line {fault.line}: {fault.message}")
        if not chains.events:
            raise StoreError("nothing is left of the log")
        return Read(files, chains, [], {})

    def _hold_back(self, culprit: Event, error: Exception) -> None:
        """Let an event that cannot be without what is lost say nothing, and set it aside."""
        why = f"it cannot be without what is lost: {error}"
        blank = Event(
            n=culprit.n, id=culprit.id, log=culprit.log, prev=culprit.prev, seen=culprit.seen,
            time=culprit.time, kind=WITHHELD, withheld=True, fields={LOST: True},
        )  # fmt: skip
        for name, lines in self.files.items():
            for at, line in enumerate(lines):
                if line.event is None or line.event.id != culprit.id or not line.event.is_whole:
                    continue
                self._set_aside(name, line, why)
                for row in line.rows:
                    self._set_aside(name, row, "the event that seals this row was set aside")
                blank.fields[LOST_ROWS] = len(line.rows) + len(line.event.lost)
                lines[at] = Line(0, _line_of(blank), blank, sound=True)
        if not self.known[culprit.id].is_whole:
            raise StoreError(why)  # it says nothing already, and still nothing goes together
        self.known[culprit.id] = blank

    def _hold_rows_back(self, laid: Laid, outside: np.ndarray) -> bool:
        """Set aside rows of coding that point to what is lost; return whether there were such."""
        why = "its document or its code is lost, or it lies outside of the text"
        events, changed = laid.timeline.events, False
        unsealed = {number: file for file, number in laid.unsealed.items()}
        for number in np.unique(laid.rows.block[outside]).tolist():
            own = np.flatnonzero(laid.rows.block == number)
            bad = {at for at, row in enumerate(own.tolist()) if outside[row]}
            if number in unsealed:
                name = unsealed[number]
                if len(self.tails[name]) == len(own):
                    changed = self._hold_back_of(name, self.tails[name], bad, why)
                continue
            id = events[laid.timeline.blocks[number]].id
            for name, lines in self.files.items():
                for line in lines:
                    if line.said_id == id and len(line.rows) == len(own):
                        changed = self._hold_back_of(name, line.rows, bad, why, line)
        return changed

    def _misquoted(self, timeline: Timeline) -> bool:
        """Set aside rows of a version of a text that is lost; return whether there were such."""
        why = "it is of a version of the text that is lost"
        texts, changed = texts_by_document(timeline), False
        for name, lines in self.files.items():
            for line in [*lines, None]:
                rows = self.tails[name] if line is None else line.rows
                bad = {at for at, row in enumerate(rows) if not is_quoted(row, texts)}
                if bad:
                    changed = self._hold_back_of(name, rows, bad, why, line)
        return changed

    def _hold_back_of(
        self,
        name: str,
        rows: list[Line],
        bad: Collection[int],
        why: str,
        line: Line | None = None,
    ) -> bool:
        """Set aside some rows of those that an event seals, or that none does."""
        for at in sorted(bad, reverse=True):
            self._set_aside(name, rows.pop(at), why)
        if line is None:
            self._count_lost(name, len(bad))
        event = None if line is None else line.event
        if line is not None and event is not None:
            there = [at for at in range(event.rows) if at not in set(event.lost)]
            self._mark_lost(line, sorted({*event.lost, *(there[at] for at in bad)}))
        return True


def _culprit(log: Log) -> tuple[Event, Exception] | None:
    """Return the first event that cannot be folded without what is lost, and why."""
    error = _trouble(log)
    if error is None:
        return _about_nothing(log)
    first, last = 0, len(log.timeline)
    while last - first > 1:
        middle = (first + last) // 2
        found = _trouble(Log(log.timeline, log.rows, middle))
        first, last, error = (middle, last, error) if found is None else (first, middle, found)
    event = log.timeline.events[first]
    if not event.is_whole:
        raise StoreError(f"what is lost leaves nothing that goes together: {error}")
    return event, error


def _why_no_tail(lines: Sequence[Line]) -> str:
    """Return why rows at the end of a file are not simply such that wait for their seal."""
    if not lines:
        return "no event says whose row of coding this is"
    if any(line.event is not None and line.event.is_lost for line in lines):
        # It may have been retracted since, by a row that is gone with the seal of both.
        return "an event that is lost may have sealed this row of coding"
    return ""


def _sealed_by(line: Line) -> list[Line]:
    """Return the rows above a damaged event that are, by its own digest of them, those it seals."""
    event = line.event
    if event is None or not event.rows or event.withheld or event.erased:
        return []
    # Rows above these are those of another event, whose line is damaged or gone.
    rows = line.rows[max(0, len(line.rows) - event.rows + len(event.lost)) :]
    return rows if rows and is_sealed(event, b"".join(row.raw for row in rows)) else []


def _line_of(event: Event) -> bytes:
    return _encode(msgspec.structs.replace(event, log="" if event.prev else event.log)) + b"\n"


def _says_what_it_said(event: Event) -> bool:
    return bool(event.erased) or words_digest(event.words, event.salt) == event.wd


def _why_unsound(line: Line, beside: Sequence[Line]) -> str:
    """Return why an event is not what its id says."""
    if line.event is None:
        return "not a whole event"
    number = line.event.n - 1
    if number and not any(each.said_number == number for each in beside):
        return "it follows no event that is there, and nothing else vouches for it"
    return "the event is damaged"


def _about_nothing(log: Log) -> tuple[Event, Exception] | None:
    """Return the first event about a text that is lost which folding takes, and that nobody can use."""
    added = {event.target for event in log if event.kind == "add-document"}
    versions = log.timeline.texts
    for event in log:
        if event.kind not in ("verdict", "correct", "place"):
            continue
        said = event.fields
        named = [said.get("correction", {}).get("old"), said.get("version"), said.get("in")]
        lost = [sha for sha in named if sha is not None and sha not in versions]
        if event.target.partition(MARK)[0] not in added or lost:
            return event, NotFoundError(f"{event.target}, or a version of its text, is lost")
    return None


def _trouble(log: Log) -> Exception | None:
    try:
        conflicts(log, fold(log))
    except (QualcodeError, LookupError, ValueError, TypeError, AttributeError) as error:
        # Nothing checks whether an event makes sense where one that it builds on is not there.
        return error
    return None
