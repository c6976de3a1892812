"""A copy of a coder's events as NumPy columns, so that opening again need not parse them.

It can be deleted at any time. It is believed only while the file's size and time of change are those
it was made from.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from qualcode.model.events import COLUMNS, VOCABULARIES, Events

__all__ = ["load_events", "store_events"]

_VERSION = 1
_WORTH_IT = 5_000
"""Rows from which a cache is quicker than the file itself."""


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [_VERSION, status.st_size, status.st_mtime_ns]


def _cache_file(private: Path, path: Path) -> Path:
    digest = hashlib.sha256(path.name.encode()).hexdigest()[:16]
    return private / "cache" / f"events-{digest}.npz"


def load_events(private: Path, path: Path) -> Events | None:
    """Return the events of a file from the cache, or None when there is no copy, or an old one."""
    cached = _cache_file(private, path)
    try:
        with np.load(cached, allow_pickle=False) as arrays:
            head = msgspec.json.decode(arrays["head"].tobytes())
            if head["stamp"] != _stamp(path):
                return None
            columns = {name: arrays[name] for name in COLUMNS}
    except (OSError, ValueError, KeyError, EOFError, msgspec.DecodeError):
        # Missing, or cut off when a process died: the file itself is the truth.
        return None
    vocabularies: dict[str, Any] = {f"{name}s": tuple(head[name]) for name in VOCABULARIES}
    memos = {int(row): text for row, text in head["memos"].items()}
    return Events(**columns, **vocabularies, memos=memos)


def store_events(private: Path, path: Path, events: Events) -> None:
    """Keep a copy of a file's events, when they are many and the folder can be written to."""
    if len(events) < _WORTH_IT:
        return
    head: dict[str, Any] = {name: getattr(events, f"{name}s") for name in VOCABULARIES}
    head["stamp"] = _stamp(path)
    head["memos"] = {str(row): text for row, text in events.memos.items()}
    cached = _cache_file(private, path)
    draft = cached.with_name(f"{cached.stem}-{os.getpid()}.npz")
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            draft,
            head=np.frombuffer(msgspec.json.encode(head), dtype=np.uint8),
            **{name: getattr(events, name) for name in COLUMNS},
        )
        os.replace(draft, cached)
    except OSError:
        # A read-only folder or a full disk: the project opens all the same, only not as fast.
        draft.unlink(missing_ok=True)
