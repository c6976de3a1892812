"""One file of the log: lines of coding, and the events that seal them.

Lines may be repeated, or moved by a merge: each row is known to its seal by a sum, and the seal to the chain
by its digest. A line that was altered or is gone is named.
"""

from __future__ import annotations

import base64
import itertools
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import astuple

from qualcode.errors import AssignmentError
from qualcode.io.store.lines import is_conflict_mark
from qualcode.io.store.rows import RowLine, block_digest
from qualcode.model.collecting import no_garbage_collected
from qualcode.model.log.event import Event
from qualcode.model.log.rows import Events, Flags, Longs, parse_times

__all__ = ["EVENT", "Fault", "LogFile", "all_sums", "is_sealed", "kept_digest", "read_log_file"]

EVENT = b'{"n":'
"""How the line of an event begins, and no other."""
_STRETCH = 1 << 18
"""Bytes that are looked at together: few enough for a processor's cache."""
_LINE_END = ord("\n")
_NUMBERED = ("document", "code", "origin", "time")
_PLAIN = {"start": np.int32, "end": np.int32, "weight": np.float64, "retracted": np.bool_}
_TIME = b',"time":'
_TRIES = 4096
"""How many choices among rows with equal sums are tried before a block is given up."""
_ORDERS = 256
_Place = tuple[int, bytes]
"""Where a row starts in a file, and its line."""

_event_decoder = msgspec.json.Decoder(Event)
_rows_decoder = msgspec.json.Decoder(RowLine)


@attrs.frozen
class Fault:
    """What is wrong with a line.

    Parameters
    ----------
    line : int or None
        Counted from 1; None where the whole file is meant.
    message : str
        What is wrong.
    torn : bool
        Whether it is a last line that was not written to its end.
    follows : bool
        Whether something else that is wrong is the likely cause.
    """

    line: int | None
    message: str
    torn: bool = False
    follows: bool = False


@attrs.define
class LogFile:
    """What a file of the log holds.

    Parameters
    ----------
    path : Path
        The file.
    size : int
        How many of its bytes are whole lines.
    events : list of Event
        In the order of the file; `prev` and `log` are set where the file says them.
    lines : list of int
        The line of each event.
    sizes : list of int
        How many rows each event seals.
    rows : Events
        The rows, in the order of their seals, those without a seal last; `block` counts the seals.
    open_lines : list of (int, bytes)
        Where rows start that have no seal yet, and their lines.
    faults : list of Fault
        What is wrong.
    sealed : list of bytes
        The lines of the rows that each event seals, where they were asked for.
    """

    path: Path
    size: int
    events: list[Event] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    sizes: list[int] = attrs.field(factory=list)
    rows: Events = attrs.field(factory=Events.empty)
    open_lines: list[tuple[int, bytes]] = attrs.field(factory=list)
    faults: list[Fault] = attrs.field(factory=list)
    sealed: list[bytes] = attrs.field(factory=list)


@attrs.define
class _Block:
    """Rows between two events, and the event below them.

    Rows that are whole where they stand are not copied out of the file but while somebody looks at them.
    """

    data: bytes
    start: int
    end: int
    count: int
    """How many lines there are."""
    event: Event | None
    whole: bool = False
    gathered: bytes | None = None
    """The rows that the event seals, where they stand elsewhere in the file."""

    @property
    def rows(self) -> bytes:
        """Their lines."""
        return self.data[self.start : self.end] if self.gathered is None else self.gathered

    def gather(self, lines: Sequence[bytes]) -> None:
        """Take lines that stand elsewhere as the rows that the event seals."""
        self.gathered, self.count, self.whole = b"".join(lines), len(lines), True


def read_log_file(path: Path, data: bytes, *, lines: bool = False, columns: bool = True) -> LogFile:
    """Return what a file of the log holds, and what is wrong with it.

    Parameters
    ----------
    path : Path
        The file.
    data : bytes
        Its content.
    lines : bool, default False
        Whether to keep the lines of the rows too.
    columns : bool, default True
        Whether to keep what the rows say; else they are looked at, and nothing is kept but what is wrong.
    """
    file = LogFile(path, data.rfind(b"\n") + 1)
    if file.size < len(data):
        message = "the last line is cut off, or its end of line is missing"
        file.faults.append(Fault(data.count(b"\n") + 1, message, torn=True))
    data = data[: file.size]
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")  # a checkout may convert line ends; no line holds any
    blocks = list(_blocks(data, file))
    _check_seals(data, blocks, file)
    with no_garbage_collected():
        file.rows = _columns(data, blocks, file, keep=columns)
    if lines:
        file.sealed = [block.rows for block in blocks if block.event is not None]
    return file


def _blocks(data: bytes, file: LogFile) -> Iterator[_Block]:
    starts, events = _line_starts(data)
    above = 0
    for number in np.flatnonzero(events).tolist():
        found, end = int(starts[number]), int(starts[number + 1])
        rows = number - above
        event = _decoded(data[found : end - 1], number + 1, file)
        if event is not None:
            file.events.append(event)
            file.lines.append(number + 1)
        if event is not None or rows:
            yield _Block(data, int(starts[above]), found, rows, event)
        above = number + 1
    if starts[above] < len(data):
        yield _Block(data, int(starts[above]), len(data), len(starts) - 1 - above, None)


def _line_starts(data: bytes) -> tuple[Longs, Flags]:
    """Return where lines start, and the last one ends; and which of them are events."""
    found = [np.zeros(1, dtype=np.int64)]
    signs = np.frombuffer(data, dtype=np.uint8)
    for first in range(0, len(data), _STRETCH):
        ends = np.flatnonzero(signs[first : first + _STRETCH] == _LINE_END)
        found.append(ends + (first + 1))
    starts = np.concatenate(found)
    events = np.ones(len(starts) - 1, dtype=np.bool_)
    for at, sign in enumerate(EVENT):
        lines = np.flatnonzero(events)
        # A line that is shorter ends before what would have to be compared.
        where = np.minimum(starts[lines] + at, len(data) - 1)
        events[lines] = signs[where] == sign
    return starts, events


def _decoded(line: bytes, number: int, file: LogFile) -> Event | None:
    try:
        return _event_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        file.faults.append(Fault(number, f"not a whole event ({error})"))
        return None


def _check_seals(data: bytes, blocks: list[_Block], file: LogFile) -> None:
    """Find for each event the rows that it seals, wherever they stand in the file."""
    for block in blocks:
        event = block.event
        if event is None:
            continue
        if event.withheld and not block.rows:
            block.whole = True
        elif event.rows:
            block.whole = is_sealed(event, block.rows)
        else:
            block.whole = not block.rows
    astray = [block for block in blocks if not block.whole]
    if not astray:
        return
    last = blocks[-1]
    tail = last.start if last.event is None else len(data)
    left = (
        [*_lines(last)]
        if astray == [last] and last.event is None
        else _gather(data, blocks, astray, file)
    )
    file.open_lines = _news([each for each in left if each[0] >= tail], data[:tail])
    if any("not a whole event" in fault.message for fault in file.faults):
        return  # rows that are left over may be those of an event that cannot be read
    for at, line in left:
        if at < tail and not any(line in block.rows for block in blocks if block.whole):
            file.faults.append(Fault(data.count(b"\n", 0, at) + 1, _why_no_row(line)))


def _lines(block: _Block) -> Iterator[_Place]:
    """Yield where each row of a block starts, and its line."""
    at = block.start
    for line in block.rows.splitlines(keepends=True):
        if line != b"\n":
            yield at, line
        at += len(line)


def _news(lines: Sequence[_Place], above: bytes) -> list[_Place]:
    """Return rows without a seal, less those that a merge or a copy repeated.

    A row that says again what its author did last with an assignment says nothing. One that was done, undone
    and done again within a second is another matter, and looks just like it.
    """
    news: list[_Place] = []
    last: dict[bytes, bytes] = {}
    for at, line in lines:
        place = line.partition(_TIME)[0] + _TIME
        if place not in last:
            before = above.rfind(place)
            last[place] = above[before : above.find(b"\n", before) + 1] if before >= 0 else b""
        if line != last[place]:
            news.append((at, line))
        last[place] = line
    return news


def _gather(data: bytes, blocks: list[_Block], astray: list[_Block], file: LogFile) -> list[_Place]:
    """Find the rows of blocks that are not whole among all that stand astray; return what is left."""
    pool: defaultdict[int, list[_Place]] = defaultdict(list)
    for block in astray:
        for at, line in _lines(block):
            pool[zlib.crc32(line) & 0xFFFF].append((at, line))
    used: set[int] = set()
    broken: list[_Block] = []
    for block in astray:
        if block.event is None:
            continue
        found = _found(block, block.event, pool, used)
        if found is None:
            broken.append(block)
            continue
        used.update(at for at, _ in found)
        block.gather([line for _, line in found])
    # An event that stands in the file again, without its rows, says nothing new.
    whole = {_sealing(block.event) for block in blocks if block.event is not None and block.whole}
    broken = [
        block for block in broken if block.event is not None and _sealing(block.event) not in whole
    ]
    if broken:
        # Two copies may have sealed the same rows, each for itself, and a merge kept them once.
        everywhere: defaultdict[int, list[_Place]] = defaultdict(list)
        for block in blocks:
            for at, line in _lines(block):
                everywhere[zlib.crc32(line) & 0xFFFF].append((at, line))
        astray_places = {each for places in pool.values() for each in places}
        for block in [*broken]:
            found = _found(block, block.event, everywhere, ()) if block.event is not None else None
            if found is not None:
                used.update(at for at, line in found if (at, line) in astray_places)
                block.gather([line for _, line in found])
                broken.remove(block)
    for block in broken:
        _name_broken(data, block, pool, file)
    if broken:
        return []
    return sorted(each for places in pool.values() for each in places if each[0] not in used)


def _sealing(event: Event) -> tuple[str, str]:
    """Return an event's id and what it seals, which is other rows where some were erased."""
    return event.id, event.rows_sha


def _found(
    block: _Block, event: Event, pool: Mapping[int, Sequence[_Place]], used: Collection[int]
) -> list[_Place] | None:
    """Return the rows that an event seals, picked by their sums; None where one is altered or gone."""
    if not event.rows:
        return []
    wanted = _sums(event)
    ways: dict[int, list[tuple[_Place, ...]]] = {}
    for each, count in Counter(wanted).items():
        there = [place for place in pool.get(each, ()) if place[0] not in used]
        there.sort(
            key=lambda place: not block.start <= place[0] < block.end
        )  # its own before others
        distinct: dict[tuple[bytes, ...], tuple[_Place, ...]] = {}
        for way in itertools.islice(itertools.permutations(there, count), _ORDERS):
            distinct.setdefault(tuple(line for _, line in way), way)
        if not distinct:
            return None
        ways[each] = list(distinct.values())
    for chosen in itertools.islice(_choices(ways), _TRIES):
        turns = {each: iter(way) for each, way in chosen.items()}
        found = [next(turns[each]) for each in wanted]
        if is_sealed(event, b"".join(line for _, line in found)):
            return found
    return None


def _choices(
    ways: Mapping[int, Sequence[tuple[_Place, ...]]],
) -> Iterator[dict[int, tuple[_Place, ...]]]:
    """Yield the likeliest choice of rows with equal sums, then those that differ from it once, then all."""
    likely = {each: found[0] for each, found in ways.items()}
    yield likely
    for each, found in ways.items():
        for way in found[1:]:
            yield {**likely, each: way}
    for chosen in itertools.product(*ways.values()):
        yield dict(zip(ways, chosen, strict=True))


def is_sealed(event: Event, rows: bytes) -> bool:
    """Tell whether rows are those that an event seals, less those that a repair set aside."""
    if event.kept:
        return kept_digest(event, event.lost, rows) == event.kept
    return block_digest(rows, event.rows_salt) == event.rows_sha


def kept_digest(event: Event, lost: Sequence[int], rows: bytes) -> str:
    """Return the digest of the rows under an event that are left where some are lost."""
    return block_digest(rows, f"{event.rows_salt} {' '.join(map(str, lost))} ")


def all_sums(event: Event) -> list[int]:
    """Return the short sum of each row that an event seals; none where they were damaged themselves."""
    try:
        return [int(each) for each in np.frombuffer(base64.b64decode(event.sums), "<u2")]
    except ValueError:
        return []


def _sums(event: Event) -> list[int]:
    """Return the sums of the rows that are left."""
    lost = set(event.lost)
    return [each for number, each in enumerate(all_sums(event)) if number not in lost]


def _name_broken(
    data: bytes, block: _Block, pool: Mapping[int, Sequence[_Place]], file: LogFile
) -> None:
    """Say which rows of a block are altered or gone."""
    event = block.event
    assert event is not None
    wanted = Counter(_sums(event))
    first = data.count(b"\n", 0, block.start) + 1
    altered = 0
    unmet = wanted.copy()
    for number, row in enumerate(block.rows.splitlines(keepends=True), start=first):
        if row == b"\n":
            continue
        if unmet[zlib.crc32(row) & 0xFFFF] > 0:
            unmet[zlib.crc32(row) & 0xFFFF] -= 1
        else:
            file.faults.append(Fault(number, _why_altered(row)))
            altered += 1
    missing = (
        sum(max(count - len(pool.get(each, ())), 0) for each, count in wanted.items()) - altered
    )
    if missing > 0 or not altered:
        line = first + block.rows.count(b"\n")
        told = f"{missing} of the {event.rows} rows" if missing > 0 else f"the {event.rows} rows"
        file.faults.append(
            Fault(
                line,
                f"{told} of coding that it seals were removed or changed. Take the file from version "
                "control or a copy",
            )
        )


def _why_altered(line: bytes) -> str:
    mark = _conflict_mark(line)
    if mark:
        return mark
    try:
        _rows_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"not a whole row of coding ({error}). Take the file from version control or a copy"
    return (
        "this row of coding was changed by hand, or stands in a block that it does not belong to: its seal "
        "knows another. Take the file from version control or a copy"
    )


def _why_no_row(line: bytes) -> str:
    return _conflict_mark(line) or (
        "no event seals this row of coding: it was changed or added by hand. Take the file from version "
        "control or a copy"
    )


def _conflict_mark(line: bytes) -> str:
    if is_conflict_mark(line):
        return "a mark of a merge conflict is left in it: remove the marks, and keep the lines of both sides"
    return ""


# Columns


class _Columns:
    """Rows as they are decoded, stretch by stretch, put into columns."""

    def __init__(self) -> None:
        self.numbers = {name: _numbering() for name in _NUMBERED}
        self.columns: dict[str, list[npt.NDArray[Any]]] = {
            name: [] for name in (*_NUMBERED, *_PLAIN)
        }
        self.memos: dict[int, str] = {}
        self.made: dict[int, str] = {}
        self.count = 0

    def take(self, lines: Sequence[RowLine]) -> None:
        """Add some rows."""
        count = len(lines)
        said = dict(
            zip(RowLine.__struct_fields__, zip(*map(astuple, lines), strict=True), strict=True)
        )
        for name, table in self.numbers.items():
            number = map(table.__getitem__, said[name])
            self.columns[name].append(np.fromiter(number, np.int32, count))
        for name, kind in _PLAIN.items():
            self.columns[name].append(np.fromiter(said[name], kind, count))
        for found, values in ((self.memos, said["memo"]), (self.made, said["made"])):
            if any(values):
                found.update((row, text) for row, text in enumerate(values, self.count) if text)
        self.count += count

    def events(self, sizes: Sequence[int]) -> Events:
        """Return the rows, given how many each event seals; whose they are is what the chain says.

        Raises
        ------
        AssignmentError
            When a time is none.
        """
        empty = [np.zeros(0, dtype=np.int32)]
        found: dict[str, Any] = {
            name: np.concatenate(parts or empty).astype(_PLAIN.get(name, np.int32), copy=False)
            for name, parts in self.columns.items()
        }
        found["time"] = parse_times(tuple(self.numbers["time"]))[found["time"]]
        moments = parse_times(tuple(self.made.values())).tolist()
        found["coder"] = np.zeros(self.count, dtype=np.int32)
        found["block"] = np.repeat(
            np.arange(len(sizes) + 1, dtype=np.int32), [*sizes, self.count - sum(sizes)]
        )
        for name in _NUMBERED:
            if name != "time":
                found[f"{name}s"] = tuple(self.numbers[name])
        made = dict(zip(self.made, moments, strict=True))
        return Events(**found, coders=("",), memos=self.memos, made=made)


def _columns(data: bytes, blocks: list[_Block], file: LogFile, *, keep: bool) -> Events:
    """Return the rows of blocks that are whole and those without a seal; nothing where they are not kept."""
    # How many there are, and not how many the event says, which its own digest is the judge of.
    sizes = [block.count if block.whole else 0 for block in blocks if block.event is not None]
    fault = _undecodable(data, file.open_lines)
    if fault is not None:
        file.faults.append(fault)
        file.open_lines = []
    columns = _Columns()
    times: set[str] = set()
    try:
        for stretch in _stretches(blocks, file.open_lines):
            lines = _rows_decoder.decode_lines(stretch)
            if keep and lines:
                columns.take(lines)
            times.update(line.time for line in lines if not keep)
        parse_times(tuple(times))
        rows = columns.events(sizes if keep else ())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        file.faults.append(Fault(None, f"a sealed row cannot be read ({error})"))
    except AssignmentError as error:
        file.faults.append(Fault(None, str(error)))
    else:
        file.sizes = sizes
        return rows
    file.sizes = [0] * len(sizes)
    return Events.empty()


def _stretches(blocks: Iterable[_Block], open_lines: Iterable[_Place]) -> Iterator[bytes]:
    """Yield the lines of rows, as many at a time as are quick to decode."""
    waiting: list[bytes] = []
    held = 0
    whole = (block.rows for block in blocks if block.event is not None and block.whole)
    for rows in itertools.chain(whole, (line for _, line in open_lines)):
        waiting.append(rows)
        held += len(waiting[-1])
        if held > _STRETCH:
            yield b"".join(waiting)
            waiting, held = [], 0
    yield b"".join(waiting)


def _undecodable(data: bytes, lines: list[tuple[int, bytes]]) -> Fault | None:
    """Return what is wrong with the first row without a seal that is no row."""
    for at, line in lines:
        try:
            _rows_decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message = _conflict_mark(line) or f"not a whole record ({error})"
            return Fault(data.count(b"\n", 0, at) + 1, message)
    return None


def _numbering() -> defaultdict[str, int]:
    table = defaultdict[str, int](int)
    table.default_factory = table.__len__  # a value not met before gets the next number
    return table
