"""A copy of a coder's events as NumPy columns, so that opening again need not parse them.

It can be deleted at any time. It is believed only while the file is the one it was made from, and while
its own checksum is right.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from qualcode.io.store.layout import make_private
from qualcode.model.events import COLUMNS, VOCABULARIES, Events

__all__ = ["file_looks", "load_events", "store_events"]

_VERSION = 2
_WORTH_IT = 5_000
"""Rows from which a cache is quicker than the file itself."""


class _Cached(msgspec.Struct, array_like=True):
    looks: list[int]
    vocabularies: list[list[str]]
    columns: list[tuple[str, memoryview]]
    memos: dict[int, str]


_decoder = msgspec.msgpack.Decoder(_Cached)


def file_looks(path: Path) -> list[int]:
    """Return what changes when a file does; to be asked for before the file is read."""
    status = path.stat()
    return [_VERSION, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _cache_file(private: Path, path: Path) -> Path:
    digest = hashlib.sha256(path.name.encode()).hexdigest()[:16]
    return private / "cache" / f"events-{digest}"


def load_events(private: Path, path: Path, looks: list[int]) -> Events | None:
    """Return the events of a file from the cache, or None when there is no copy, or an old one."""
    try:
        content = _cache_file(private, path).read_bytes()
        if zlib.crc32(memoryview(content)[4:]) != int.from_bytes(content[:4], "little"):
            return None
        cached = _decoder.decode(memoryview(content)[4:])
    except (OSError, msgspec.DecodeError):
        return None  # the file itself is the truth
    if cached.looks != looks:
        return None
    columns: dict[str, Any] = {
        name: np.frombuffer(data, dtype)
        for name, (dtype, data) in zip(COLUMNS, cached.columns, strict=True)
    }
    for name, vocabulary in zip(VOCABULARIES, cached.vocabularies, strict=True):
        columns[f"{name}s"] = tuple(vocabulary)
    return Events(**columns, memos=cached.memos)


def store_events(private: Path, path: Path, looks: list[int], events: Events) -> None:
    """Keep a copy of a file's events, when they are many and the folder can be written to."""
    if len(events) < _WORTH_IT:
        return
    columns = [getattr(events, name) for name in COLUMNS]
    content = msgspec.msgpack.encode(
        _Cached(
            looks=looks,
            vocabularies=[list(getattr(events, f"{name}s")) for name in VOCABULARIES],
            columns=[(column.dtype.str, column.data) for column in columns],
            memos=dict(events.memos),
        )
    )
    cached = _cache_file(private, path)
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
