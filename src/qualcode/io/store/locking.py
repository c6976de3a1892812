"""One writer at a time, and the name of who it is."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from qualcode.errors import LockedError, StoreError
from qualcode.io.store.layout import make_private

__all__ = ["Holder", "lock_of", "locked"]


class Holder(msgspec.Struct):
    """Who holds the lock."""

    user: str
    process: int
    machine: str
    since: str


def lock_of(private: Path) -> FileLock:
    """Return the lock of a project, which nobody holds by that."""
    return FileLock(private / "lock")


@contextmanager
def locked(
    private: Path, *, wait: float = 0.0, signed: bool = True, lock: FileLock | None = None
) -> Iterator[None]:
    """Hold the project's lock.

    The operating system takes the lock from a process that dies, so none is ever left behind.

    Parameters
    ----------
    private : Path
        The folder the lock lies in.
    wait : float, default 0
        Seconds to wait for another process to finish.
    signed : bool, default True
        Whether to say who holds it; what takes a moment only needs not to.
    lock : FileLock, optional
        One that was made before, for the same folder.

    Raises
    ------
    LockedError
        When another process holds it; the message says which, and since when.
    StoreError
        When the folder cannot be written to.
    """
    who = private / "lock.json"
    if lock is None:
        lock = lock_of(private)
    try:
        if signed:
            make_private(private)
        lock.acquire(timeout=wait)
    except Timeout:
        raise LockedError(
            f"{private.parent}: {_described(who)} is writing to it; try again later"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{private.parent}: cannot be written to: {error.strerror or error}. "
            "Check the folder's permissions and the room on the disk, or copy the project elsewhere"
        ) from error
    try:
        if signed:
            _sign(who)
        yield
    finally:
        if signed:
            with suppress(OSError):  # left behind, it says nothing: the lock itself is gone
                who.unlink()
        lock.release()


def _sign(who: Path) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    holder = Holder(_user(), os.getpid(), platform.node(), now)
    try:
        who.write_bytes(msgspec.json.encode(holder))
    except OSError as error:
        raise StoreError(
            f"{who.parent.parent}: nothing was saved: {error.strerror or error}. Make room or allow "
            "writing, and save again"
        ) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no entry for its user
        return "unknown user"


def _described(who: Path) -> str:
    try:
        holder = msgspec.json.decode(who.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return "another process"
    return f"{holder.user} (process {holder.process} on {holder.machine}, since {holder.since})"
