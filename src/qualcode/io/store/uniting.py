"""Uniting the logs of several copies as opening a folder would that holds the files of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from qualcode.errors import HistoryError
from qualcode.io.store.chains import Chains, link_chains
from qualcode.io.store.logfile import LogFile, read_log_file
from qualcode.io.store.opened import Opened
from qualcode.io.store.reading import Read, laid_out
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import Timeline

__all__ = ["united"]

_encode = msgspec.json.Encoder().encode


def united(copies: Iterable[Mapping[str, bytes]], texts: Mapping[str, str]) -> Opened:
    """Return the union of the logs of copies, as a log that no file holds yet.

    Parameters
    ----------
    copies : iterable of mapping
        For each copy, the content of the files of its log by their names; all rows sealed.
    texts : mapping of str to str
        The texts of all documents by their SHA-256.

    Raises
    ------
    HistoryError
        When an event was altered, or is missing in all of them.
    """
    files = [
        read_log_file(Path(name), data, lines=True)
        for copy in copies
        for name, data in sorted(copy.items())
    ]
    chains = link_chains(files)
    faults = [(file, fault) for file in files for fault in file.faults]
    faults.sort(key=lambda each: each[1].follows)
    if faults:
        file, fault = faults[0]
        raise HistoryError(f"{file.path}, line {fault.line}: {fault.message}")
    # Laying the log out notes in events what their authors must have seen, which no line says.
    said = {id: msgspec.structs.replace(event) for id, event in chains.events.items()}
    laid = laid_out(Path(), Read(files, chains, [], {}), texts)
    unsaved = _by_log(laid.timeline, chains, said)
    return Opened(laid.timeline, laid.rows, unsaved=unsaved, outdated=laid.outdated)


def _by_log(
    timeline: Timeline, chains: Chains, said: Mapping[str, Event]
) -> dict[str, list[bytes]]:
    """Return the lines of each log: events in their order, and above each the rows that it seals."""
    found: dict[str, list[bytes]] = {}
    above: dict[str, str] = {}
    for event in timeline.events:
        own = found.setdefault(event.log, [])
        own += _rows(*chains.homes[event.id])
        # A line says what it follows where that is not the event above it, as in a log that forks.
        follows = (
            event.is_whole and not said[event.id].erased and event.prev == above.get(event.log)
        )
        prev = "" if follows else event.prev
        log = "" if event.prev else event.log
        own.append(_encode(msgspec.structs.replace(said[event.id], prev=prev, log=log)) + b"\n")
        above[event.log] = event.id
    return found


def _rows(file: LogFile, number: int) -> list[bytes]:
    return [line for line in file.sealed[number].splitlines(keepends=True) if line != b"\n"]
