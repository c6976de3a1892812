"""A copy of a file of the log as events and NumPy columns, so that opening again need not parse the rows.

Beside such copies lies the order of all rows by place, so that the first question need not sort them.

It can be deleted at any time. It is believed only while the file is the one it was made from, and while
its own checksum is right.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from qualcode.errors import StoreError
from qualcode.io.store.layout import make_private
from qualcode.io.store.logfile import LogFile
from qualcode.model.log.columns import Order, is_constant, repeated
from qualcode.model.log.event import Event
from qualcode.model.log.rows import COLUMNS, VOCABULARIES, Events

__all__ = ["clear_cache", "file_looks", "load_log", "load_order", "store_log", "store_order"]

_log = logging.getLogger(__name__)

_VERSION = 4
_ORDER = "order"
_WORTH_IT = 5_000
"""Rows from which a cache is quicker than the file itself."""


class _Cached(msgspec.Struct, array_like=True):
    looks: list[int]
    size: int
    events: list[Event]
    lines: list[int]
    sizes: list[int]
    vocabularies: list[list[str]]
    rows: int
    columns: list[tuple[str, memoryview]]
    """One value where it is that of all rows."""
    memos: dict[int, str]
    made: dict[int, int]


class _Ordered(msgspec.Struct, array_like=True):
    looks: dict[str, list[int]]
    order: memoryview


_decoder = msgspec.msgpack.Decoder(_Cached)
_order_decoder = msgspec.msgpack.Decoder(_Ordered)


def file_looks(path: Path) -> list[int]:
    """Return what changes when a file does; to be asked for before the file is read."""
    status = path.stat()
    return [_VERSION, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _cache_file(private: Path, path: Path) -> Path:
    digest = hashlib.sha256(path.name.encode()).hexdigest()[:16]
    return private / "cache" / f"log-{digest}"


def load_log(private: Path, path: Path, looks: list[int]) -> LogFile | None:
    """Return what a file holds from the cache, or None when there is no copy, or an old one."""
    content = _kept(private, _cache_file(private, path))
    try:
        cached = None if content is None else _decoder.decode(content)
    except msgspec.DecodeError:
        return None
    if cached is None:
        return None
    if cached.looks != looks:
        return None
    columns: dict[str, Any] = {
        name: _column(np.frombuffer(data, dtype), cached.rows)
        for name, (dtype, data) in zip(COLUMNS, cached.columns, strict=True)
    }
    for name, vocabulary in zip(VOCABULARIES, cached.vocabularies, strict=True):
        columns[f"{name}s"] = tuple(vocabulary)
    rows = Events(**columns, memos=cached.memos, made=cached.made)
    return LogFile(path, cached.size, cached.events, cached.lines, cached.sizes, rows)


def _column(values: npt.NDArray[Any], rows: int) -> npt.NDArray[Any]:
    return values if len(values) == rows else repeated(values[0], rows, values.dtype)


def store_log(private: Path, path: Path, looks: list[int], file: LogFile) -> None:
    """Keep a copy of what a file holds, when it is much and the folder can be written to."""
    rows = file.rows
    if len(rows) < _WORTH_IT or file.open_lines:
        return
    columns = [getattr(rows, name) for name in COLUMNS]
    copy = _Cached(
        looks=looks,
        size=file.size,
        events=file.events,
        lines=file.lines,
        sizes=file.sizes,
        vocabularies=[list(getattr(rows, f"{name}s")) for name in VOCABULARIES],
        rows=len(rows),
        columns=[
            (column.dtype.str, column[:1].data if is_constant(column) else column.data)
            for column in columns
        ],
        memos=dict(rows.memos),
        made=dict(rows.made),
    )
    try:
        content = msgspec.msgpack.encode(copy)
    except OverflowError:
        return  # a number that no event has: the chain is going to say so
    _keep(private, _cache_file(private, path), content)


def load_order(private: Path, looks: Mapping[str, list[int]]) -> Order | None:
    """Return the order of all rows by place from the cache, or None when there is none, or an old one.

    Parameters
    ----------
    private : Path
        The folder with the cache.
    looks : mapping of str to list of int
        How each file of the log looked before it was read.
    """
    content = _kept(private, private / "cache" / _ORDER)
    with suppress(msgspec.DecodeError):
        if content is not None and (kept := _order_decoder.decode(content)).looks == dict(looks):
            return np.frombuffer(kept.order, dtype=np.uint32).astype(np.intp)
    return None


def store_order(private: Path, looks: Mapping[str, list[int]], order: Order) -> None:
    """Keep the order of all rows by place, when they are many and the folder can be written to."""
    if len(order) >= _WORTH_IT:
        kept = _Ordered(dict(looks), order.astype(np.uint32).data)
        _keep(private, private / "cache" / _ORDER, msgspec.msgpack.encode(kept))


def _kept(private: Path, cached: Path) -> memoryview | None:
    """Return what was kept in a file of the cache, where it is there and whole."""
    try:
        content = cached.read_bytes()
    except OSError:
        return None  # the files of the log are the truth
    if zlib.crc32(memoryview(content)[4:]) != int.from_bytes(content[:4], "little"):
        _log.info("%s: the copy %s is damaged, and is made anew", private, cached.name)
        return None
    return memoryview(content)[4:]


def _keep(private: Path, cached: Path, content: bytes) -> None:
    draft = cached.with_name(f"{cached.name}-{os.getpid()}.new")
    try:
        make_private(private)
        cached.parent.mkdir(exist_ok=True)
        for stray in cached.parent.glob("*.new"):  # of a process that died while writing it
            stray.unlink(missing_ok=True)
        draft.write_bytes(zlib.crc32(content).to_bytes(4, "little") + content)
        os.replace(draft, cached)
    except OSError:
        # A read-only folder or a full disk: the project opens all the same, only not as fast.
        with suppress(OSError):
            draft.unlink()


def clear_cache(private: Path) -> None:
    """Take away all copies: they may hold what the files do not any more.

    Raises
    ------
    StoreError
        When one cannot be removed.
    """
    try:
        for path in (*(private / "cache").glob("log-*"), private / "cache" / _ORDER):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{private / 'cache'}: cannot be cleared ({error.strerror or error}), and may hold what was "
            "erased: remove the folder"
        ) from error
