"""Disks that fail: every call that changes a file is counted, and the chosen ones go wrong."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Fault = Callable[[int, str], None]
"""Called with the number and the kind of each call, before it is made; raises, or ends the process."""

TAKES_ROOM = {"create", "write", "mkdir"}


def full_at(number: int) -> Fault:
    """Let one call fail, as if the disk were full for a moment."""

    def fault(count: int, kind: str) -> None:
        if count == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fault


def full_from(number: int) -> Fault:
    """Let every call fail that needs room, from one on."""

    def fault(count: int, kind: str) -> None:
        if count >= number and kind in TAKES_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fault


def broken_from(number: int) -> Fault:
    """Let every call fail from one on, as if the disk were gone."""

    def fault(count: int, kind: str) -> None:
        if count >= number:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    return fault


def dead_at(number: int) -> Fault:
    """End the process at a call, as a power cut would."""

    def fault(count: int, kind: str) -> None:
        if count == number:
            os._exit(9)

    return fault


class _File:
    """A file whose writing can fail, half done."""

    def __init__(self, file: Any, tick: Callable[[str], None]) -> None:
        self._file = file
        self._tick = tick

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        self._file.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self._file.__exit__(*args)

    def write(self, content: Any) -> int:
        half = len(content) // 2
        self._file.write(content[:half])
        self._file.flush()
        self._tick("write")
        self._file.write(content[half:])
        return len(content)

    def truncate(self, size: int | None = None) -> int:
        self._tick("truncate")
        return int(self._file.truncate(size))


@contextmanager
def faulty(fault: Fault) -> Iterator[list[str]]:
    """Let a disk fail; yields the kinds of the calls made so far."""
    calls: list[str] = []

    def tick(kind: str) -> None:
        calls.append(kind)
        fault(len(calls), kind)

    def counted(kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            tick(kind)
            return original(*args, **kwargs)

        return call

    opening = io.open

    def open_file(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if not set(mode) & set("wax+"):
            return opening(file, mode, *args, **kwargs)
        tick("open" if os.path.exists(file) else "create")
        return _File(opening(file, mode, *args, **kwargs), tick)

    kinds = {"replace": "rename", "unlink": "unlink", "mkdir": "mkdir", "fsync": "fsync"}
    originals = {name: getattr(os, name) for name in kinds}
    try:
        for name, kind in kinds.items():
            setattr(os, name, counted(kind, originals[name]))
        builtins.open = io.open = open_file  # type: ignore[assignment]
        yield calls
    finally:
        builtins.open = io.open = opening
        for name, original in originals.items():
            setattr(os, name, original)
