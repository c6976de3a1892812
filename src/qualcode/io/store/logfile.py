"""One file of the log: lines of coding, and the events that seal them.

Lines may be repeated, or moved by a merge: each row is known to its seal by a sum, and the seal to the chain
by its digest. A line that was altered or is gone is named.
"""

from __future__ import annotations

import base64
import gc
import itertools
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

import attrs
import msgspec
import numpy as np

from qualcode.errors import AssignmentError
from qualcode.io.store.lines import is_conflict_mark
from qualcode.io.store.rows import RowLine, block_digest
from qualcode.model.log.event import Event
from qualcode.model.log.rows import Events, parse_times

__all__ = ["EVENT", "Fault", "LogFile", "all_sums", "is_sealed", "kept_digest", "read_log_file"]

EVENT = b'{"n":'
"""How the line of an event begins, and no other."""
_STRETCH = 1 << 22
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
    """Rows between two events, and the event below them."""

    start: int
    rows: bytes
    event: Event | None
    whole: bool = False


def read_log_file(path: Path, data: bytes, *, lines: bool = False) -> LogFile:
    """Return what a file of the log holds, and what is wrong with it.

    Parameters
    ----------
    path : Path
        The file.
    data : bytes
        Its content.
    lines : bool, default False
        Whether to keep the lines of the rows too.
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
    with _no_garbage_collected():
        file.rows = _columns(data, blocks, file)
    if lines:
        file.sealed = [block.rows for block in blocks if block.event is not None]
    return file


def _blocks(data: bytes, file: LogFile) -> Iterator[_Block]:
    start = at = 0
    line = 1
    while at < len(data):
        found = at if data.startswith(EVENT, at) else data.find(b"\n" + EVENT, at) + 1
        if not found and not data.startswith(EVENT, at):
            break
        end = data.index(b"\n", found) + 1
        rows = data[start:found]
        line += rows.count(b"\n")
        event = _decoded(data[found : end - 1], line, file)
        if event is not None:
            file.events.append(event)
            file.lines.append(line)
            yield _Block(start, rows, event)
        elif rows:
            yield _Block(start, rows, None)
        line += 1
        start = at = end
    if start < len(data):
        yield _Block(start, data[start:], None)


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
        block.rows, block.whole = b"".join(line for _, line in found), True
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
                block.rows, block.whole = b"".join(line for _, line in found), True
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
    end = block.start + len(block.rows)
    ways: dict[int, list[tuple[_Place, ...]]] = {}
    for each, count in Counter(wanted).items():
        there = [place for place in pool.get(each, ()) if place[0] not in used]
        there.sort(key=lambda place: not block.start <= place[0] < end)  # its own before others
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


def _columns(data: bytes, blocks: list[_Block], file: LogFile) -> Events:
    numbers = {name: _numbering() for name in _NUMBERED}
    columns: dict[str, list[Any]] = {name: [] for name in (*_NUMBERED, *_PLAIN)}
    memos: dict[int, str] = {}
    made: dict[int, str] = {}
    sizes: list[int] = []
    rows = 0
    waiting: list[bytes] = []
    held = 0

    def take() -> None:
        nonlocal rows, held
        lines = _rows_decoder.decode_lines(b"".join(waiting))
        waiting.clear()
        held = 0
        for name, table in numbers.items():
            values = map(table.__getitem__, map(attrgetter(name), lines))
            columns[name].append(np.fromiter(values, np.int32, len(lines)))
        for name, kind in _PLAIN.items():
            columns[name].append(np.fromiter(map(attrgetter(name), lines), kind, len(lines)))
        for name, found in (("memo", memos), ("made", made)):
            if any(map(attrgetter(name), lines)):
                said = enumerate(map(attrgetter(name), lines), start=rows)
                found.update((row, value) for row, value in said if value)
        rows += len(lines)

    for block in blocks:
        if block.event is not None:
            # How many there are, and not how many the event says, which its own digest is the judge of.
            sizes.append(block.rows.count(b"\n") if block.whole else 0)
            if block.whole:
                waiting.append(block.rows)
                held += len(block.rows)
            if held > _STRETCH:
                take()
    fault = _undecodable(data, file.open_lines)
    if fault is not None:
        file.faults.append(fault)
        file.open_lines = []
    waiting += (line for _, line in file.open_lines)
    try:
        take()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        file.faults.append(Fault(None, f"a sealed row cannot be read ({error})"))
        file.sizes = [0] * len(sizes)
        return Events.empty()
    file.sizes = sizes
    found: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    try:
        times = parse_times(tuple(numbers["time"]))
        found["time"] = times[found["time"]]
        moments = dict(zip(made, parse_times(tuple(made.values())).tolist(), strict=True))
    except AssignmentError as error:
        file.faults.append(Fault(None, str(error)))
        file.sizes = [0] * len(sizes)
        return Events.empty()
    # Whose they are is what the chain says.
    found["coder"] = np.zeros(rows, dtype=np.int32)
    seals = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    found["block"] = np.concatenate([seals, np.full(rows - len(seals), len(sizes), dtype=np.int32)])
    vocabularies: dict[str, Any] = {
        f"{name}s": tuple(numbers[name]) for name in _NUMBERED if name != "time"
    }
    return Events(**found, **vocabularies, coders=("",), memos=memos, made=moments)


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


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    # Looking for garbage among so many short-lived objects takes as long as making them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
