"""Which actions were done: so that one which is sent twice, its answer having got lost, is done once."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec

from qualcode.errors import StoreError
from qualcode.io.store.layout import PRIVATE, make_private

__all__ = ["Done", "DoneList"]

_FILE = "served.jsonl"
_MOST = 5_000
"""How many are remembered: a page that was out of reach sends what it kept, and not a year's work."""

_encode = msgspec.json.Encoder().encode


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action that was done.

    Parameters
    ----------
    id : str
        As the page made it.
    coder : str
        Who did it.
    result : object
        What it was answered with.
    action : str
        What was done.
    steps : list
        What of it can be undone; see `Project.written_steps`.
    """

    id: str
    coder: str
    result: Any = None
    action: str = ""
    steps: list[dict[str, Any]] = []


_decoder = msgspec.json.Decoder(Done)


class DoneList:
    """The actions that were done, on the disk of this machine; git does not see it.

    Parameters
    ----------
    project : Path
        The project's folder.
    """

    def __init__(self, project: Path) -> None:
        self._private = project / PRIVATE
        self._path = self._private / _FILE
        self._known = OrderedDict((each.id, each) for each in self._read())

    def get(self, id: str) -> Done | None:
        """Return what was done under an id."""
        return self._known.get(id)

    def stacks(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return what can be undone, and what can be done again, as all that was done has left it."""
        steps: list[dict[str, Any]] = []
        undone: list[dict[str, Any]] = []
        for done in self._known.values():
            if done.action in ("undo", "redo"):
                source, target = (steps, undone) if done.action == "undo" else (undone, steps)
                own = [at for at, step in enumerate(source) if step["coder"] == done.coder]
                if own:
                    target.append(source.pop(own[-1]))
            elif done.steps:
                steps += done.steps
                undone.clear()
        return steps, undone

    def add(self, done: Done) -> None:
        """Remember that an action was done, on the disk before it returns.

        Raises
        ------
        StoreError
            When the disk does not allow it.
        """
        try:
            make_private(self._private)
            if len(self._known) >= 2 * _MOST:
                self._shorten()
            with open(self._path, "ab") as file:
                # On a line of its own also behind half a line, of a process that died.
                file.write(b"\n" + _encode(done) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"{self._path}: cannot be written to: {error.strerror or error}. Make room or allow writing"
            ) from error
        self._known[done.id] = done

    def _shorten(self) -> None:
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        fresh = self._path.with_suffix(".new")
        with open(fresh, "wb") as file:
            file.writelines(_encode(each) + b"\n" for each in self._known.values())
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)

    def _read(self) -> list[Done]:
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_bytes().splitlines():
            try:
                found.append(_decoder.decode(line))
            except msgspec.DecodeError:
                continue  # empty, or half a line: what it was about was never confirmed
        return found[-_MOST:]
