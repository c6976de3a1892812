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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import prod
from operator import attrgetter
from pathlib import Path
from typing import Any

import attrs
import msgspec
import numpy as np

from qualcode.errors import AssignmentError
from qualcode.io.store.rows import RowLine, block_digest
from qualcode.model.events import Events, parse_times
from qualcode.model.log.event import Event

__all__ = ["Fault", "LogFile", "read_log_file"]

_EVENT = b'{"n":'
_STRETCH = 1 << 22
_NUMBERED = ("document", "code", "origin", "time")
_PLAIN = {"start": np.int32, "end": np.int32, "weight": np.float64, "retracted": np.bool_}
_TRIES = 4096

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
    """

    line: int | None
    message: str


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
    """

    path: Path
    size: int
    events: list[Event] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    sizes: list[int] = attrs.field(factory=list)
    rows: Events = attrs.field(factory=Events.empty)
    open_lines: list[tuple[int, bytes]] = attrs.field(factory=list)
    faults: list[Fault] = attrs.field(factory=list)


@attrs.define
class _Block:
    """Rows between two events, and the event below them."""

    start: int
    rows: bytes
    event: Event | None
    whole: bool = False


def read_log_file(path: Path, data: bytes, coder: str) -> LogFile:
    """Return what a file of the log holds, and what is wrong with it.

    Parameters
    ----------
    path : Path
        The file.
    data : bytes
        Its content.
    coder : str
        Whose log it is.
    """
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")  # a checkout may convert line ends; no line holds any
    cut = data.rfind(b"\n") + 1
    file = LogFile(path, cut)
    if cut < len(data):
        message = "the last line is cut off, or its end of line is missing"
        file.faults.append(Fault(data.count(b"\n") + 1, message))
    blocks = list(_blocks(data[:cut], file))
    _check_seals(data, blocks, file)
    with _no_garbage_collected():
        file.rows = _columns(data, blocks, file, coder)
    return file


def _blocks(data: bytes, file: LogFile) -> Iterator[_Block]:
    start = at = 0
    line = 1
    while at < len(data):
        found = at if data.startswith(_EVENT, at) else data.find(b"\n" + _EVENT, at) + 1
        if not found and not data.startswith(_EVENT, at):
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
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        file.faults.append(Fault(number, f"not a whole event ({error})"))
        return None


def _check_seals(data: bytes, blocks: list[_Block], file: LogFile) -> None:
    """Find for each event the rows that it seals, wherever they stand in the file."""
    for block in blocks:
        event = block.event
        if event is None:
            continue
        if not event.rows:
            block.whole = not block.rows
        else:
            block.whole = block_digest(block.rows, event.rows_salt) == event.rows_sha
    astray = [block for block in blocks if not block.whole]
    if not astray:
        return
    last = blocks[-1]
    if astray == [last] and last.event is None:
        # A repeated line says nothing new.
        lines = {line: at for at, line in reversed(list(_lines(last)))}
        above = data[: last.start]
        file.open_lines = sorted((at, line) for line, at in lines.items() if line not in above)
    else:
        _gather(data, blocks, astray, file)


def _lines(block: _Block) -> Iterator[tuple[int, bytes]]:
    """Yield where each row of a block starts, and its line."""
    at = block.start
    for line in block.rows.splitlines(keepends=True):
        yield at, line
        at += len(line)


def _gather(data: bytes, blocks: list[_Block], astray: list[_Block], file: LogFile) -> None:
    pool: defaultdict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for block in astray:
        for at, line in _lines(block):
            pool[zlib.crc32(line) & 0xFFFF].append((at, line))
    broken: list[_Block] = []
    for block in astray:
        if block.event is None:
            continue
        lines = _found(block.event, pool) if block.event.rows else []
        if lines is None:
            broken.append(block)
        else:
            block.rows, block.whole = b"".join(lines), True
    for block in broken:
        _name_broken(data, block, pool, file)
    if broken:
        return
    left = sorted(
        (at, line)
        for found in pool.values()
        for at, line in found
        if not _sealed_elsewhere(line, blocks)
    )
    end = max((block.start for block in blocks if block.event is not None), default=-1)
    file.open_lines = [(at, line) for at, line in left if at > end]
    for at, line in left:
        if at <= end:
            file.faults.append(Fault(data.count(b"\n", 0, at) + 1, _why_no_row(line)))


def _sealed_elsewhere(line: bytes, blocks: Sequence[_Block]) -> bool:
    return any(block.whole and line in block.rows for block in blocks)


def _found(event: Event, pool: dict[int, list[tuple[int, bytes]]]) -> list[bytes] | None:
    """Return the rows that an event seals, picked by their sums; None where one is altered or gone."""
    choices: list[list[bytes]] = []
    for each in _sums(event):
        lines = list(dict.fromkeys(line for _, line in pool.get(each, ())))
        if not lines:
            return None
        choices.append(lines)
    if prod(map(len, choices)) > _TRIES:
        choices = [lines[:1] for lines in choices]
    for picked in itertools.product(*choices):
        if block_digest(b"".join(picked), event.rows_salt) == event.rows_sha:
            return list(picked)
    return None


def _sums(event: Event) -> list[int]:
    """Return the short sum of each row that an event seals; none where they were damaged themselves."""
    try:
        return [int(each) for each in np.frombuffer(base64.b64decode(event.sums), "<u2")]
    except ValueError:
        return []


def _name_broken(
    data: bytes, block: _Block, pool: dict[int, list[tuple[int, bytes]]], file: LogFile
) -> None:
    """Say which rows of a block are altered or gone."""
    event = block.event
    assert event is not None
    wanted = Counter(_sums(event))
    line = data.count(b"\n", 0, block.start) + 1
    altered = []
    for row in block.rows.splitlines(keepends=True):
        if zlib.crc32(row) & 0xFFFF not in wanted:
            altered.append((line, row))
        line += 1
    for number, row in altered:
        file.faults.append(Fault(number, _why_altered(row)))
    gone = sum(count for each, count in wanted.items() if not pool.get(each))
    missing = gone - len(altered)
    if missing > 0 or not altered:
        noun = "row" if missing == 1 else "rows"
        told = f"{missing} {noun} of coding above it" if missing > 0 else "rows of coding above it"
        file.faults.append(
            Fault(
                line,
                f"{told}, which it seals, are gone or were changed. Take the file from version control or "
                "a copy",
            )
        )


def _why_altered(line: bytes) -> str:
    mark = _conflict_mark(line)
    if mark:
        return mark
    try:
        _rows_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
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
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")):
        return "a mark of a merge conflict is left in it: remove the marks, and keep the lines of both sides"
    return ""


# Columns


def _columns(data: bytes, blocks: list[_Block], file: LogFile, coder: str) -> Events:
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
            sizes.append(block.event.rows if block.whole else 0)
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
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
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
    found["coder"] = np.zeros(rows, dtype=np.int32)
    seals = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    found["block"] = np.concatenate([seals, np.full(rows - len(seals), len(sizes), dtype=np.int32)])
    vocabularies: dict[str, Any] = {
        f"{name}s": tuple(numbers[name]) for name in _NUMBERED if name != "time"
    }
    return Events(**found, **vocabularies, coders=(coder,), memos=memos, made=moments)


def _undecodable(data: bytes, lines: list[tuple[int, bytes]]) -> Fault | None:
    """Return what is wrong with the first row without a seal that is no row."""
    for at, line in lines:
        try:
            _rows_decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
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
