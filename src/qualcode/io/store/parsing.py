"""From the lines of an assignments file to columns, a stretch at a time.

A million lines as objects would take half a gigabyte; so they are made for a few megabytes of the file,
turned into numbers, and let go.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from qualcode.errors import AssignmentError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.lines import decode_lines
from qualcode.io.store.restoring import time_fault
from qualcode.model.events import Events, parse_times

__all__ = ["line_of", "parsed_events"]

_STRETCH = 1 << 22
_NUMBERED = ("document", "code", "revision", "origin", "time")
_PLAIN = {"start": np.int32, "end": np.int32, "weight": np.float64, "retracted": np.bool_}


def parsed_events(data: bytes, path: Path) -> Events:
    """Return what the lines of one coder's file say.

    Raises
    ------
    StoreError
        Naming file and line, when a line is truncated, is not JSON, lacks a field or has no time.
    """
    numbers = {name: _numbering() for name in _NUMBERED}
    columns: dict[str, list[Any]] = {name: [] for name in (*_NUMBERED, *_PLAIN)}
    memos: dict[int, str] = {}
    rows = above = 0
    with _no_garbage_collected():
        for stretch in _stretches(data):
            lines = decode_lines(stretch, layout.EventLine, path, above=above)
            above += stretch.count(b"\n")
            for name, table in numbers.items():
                values = map(table.__getitem__, map(attrgetter(name), lines))
                columns[name].append(np.fromiter(values, np.int32, len(lines)))
            for name, kind in _PLAIN.items():
                values = map(attrgetter(name), lines)
                columns[name].append(np.fromiter(values, kind, len(lines)))
            if any(map(attrgetter("memo"), lines)):
                written = enumerate((line.memo for line in lines), start=rows)
                memos.update((row, memo) for row, memo in written if memo)
            rows += len(lines)
    found: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    try:
        times = parse_times(tuple(numbers["time"]))
    except AssignmentError as error:
        lines = decode_lines(data, layout.EventLine, path)
        row = next(row for row, line in enumerate(lines) if time_fault(line.time))
        raise StoreError(f"{path}, line {line_of(data, row)}: {error}") from error
    found["time"] = times[found["time"]]
    found["coder"] = np.zeros(rows, dtype=np.int32)
    vocabularies: dict[str, Any] = {
        f"{name}s": tuple(numbers[name]) for name in _NUMBERED if name != "time"
    }
    return Events(**found, **vocabularies, coders=(layout.coder_of(path),), memos=memos)


def line_of(data: bytes, row: int) -> int:
    """Return the line on which a row stands: blank lines are no rows."""
    return [at for at, line in enumerate(data.split(b"\n"), start=1) if line.strip()][row]


def _numbering() -> defaultdict[str, int]:
    table = defaultdict[str, int](int)
    table.default_factory = table.__len__  # a value not met before gets the next number
    return table


def _stretches(data: bytes) -> Iterator[bytes]:
    """Yield a file in stretches of whole lines; an empty file in one that is empty."""
    start, end = 0, -1
    while end < len(data):
        end = data.find(b"\n", start + _STRETCH) + 1 or len(data)
        yield data[start:end]
        start = end


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
