"""The chains of events in the files of a log: each event is checked against the one that it follows.

The chain counts, and not the name or order of files: a fork, a copy that a file service made, or lines that
a merge moved are all read alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import attrs

from qualcode.io.store.logfile import Fault, LogFile
from qualcode.model.log.event import Event, digest, words_digest

__all__ = ["Chains", "link_chains"]


@attrs.define
class Chains:
    """The events of all files, linked.

    Parameters
    ----------
    events : mapping of str to Event
        By id, each once.
    homes : mapping of str to (LogFile, int)
        For each event, the file and its number in it.
    """

    events: dict[str, Event] = attrs.field(factory=dict)
    homes: dict[str, tuple[LogFile, int]] = attrs.field(factory=dict)


def link_chains(files: Sequence[LogFile]) -> Chains:
    """Return the events of all files with what each follows; faults are added to their files.

    Parameters
    ----------
    files : sequence of LogFile
        As read.
    """
    chains = Chains()
    by_number: defaultdict[int, list[str]] = defaultdict(list)
    waiting: list[tuple[LogFile, int]] = [
        (file, number) for file in files for number in range(len(file.events))
    ]
    # From the first of each chain on; within a number, in the order of files, which decides nothing.
    waiting.sort(key=lambda each: each[0].events[each[1]].n)
    own: dict[int, str] = {}
    for file, number in waiting:
        event = file.events[number]
        if event.id in chains.events and event.id:
            _same_again(chains, file, number)
            continue
        previous = _previous(event, own.get(id(file)), by_number, chains)
        if previous is None:
            file.faults.append(Fault(file.lines[number], _why(event, file, number, by_number)))
            continue
        event.prev = previous
        event.log = event.log or chains.events[previous].log
        # What was erased is known to be, and has no words left to compare.
        if event.wd and event.words and words_digest(event.words, event.salt) != event.wd:
            file.faults.append(
                Fault(file.lines[number], f"the words of {_named(event)} were changed by hand")
            )
            continue
        chains.events[event.id] = event
        chains.homes[event.id] = (file, number)
        by_number[event.n].append(event.id)
        own[id(file)] = event.id
    _check_seen(chains)
    return chains


def _same_again(chains: Chains, file: LogFile, number: int) -> None:
    """Let the copy count whose rows are whole."""
    id = file.events[number].id
    home, at = chains.homes[id]
    if file.sizes[number] > home.sizes[at]:
        chains.homes[id] = (file, number)


def _previous(
    event: Event,
    above: str | None,
    by_number: defaultdict[int, list[str]],
    chains: Chains,
) -> str | None:
    """Return the id of the event that this one follows, empty for a first one; None where it fits none."""
    if event.prev:
        known = event.prev in chains.events
        return event.prev if known and digest(event) == event.id else None
    if event.n == 1 or event.log:
        return "" if event.log and digest(event) == event.id else None
    candidates: Iterable[str] = by_number.get(event.n - 1, ())
    if above is not None and chains.events[above].n == event.n - 1:
        candidates = dict.fromkeys([above, *candidates])
    for each in candidates:
        event.prev = each
        if digest(event) == event.id:
            return each
    event.prev = ""
    return None


def _why(event: Event, file: LogFile, number: int, by_number: defaultdict[int, list[str]]) -> str:
    take = "Take the file from version control or a copy"
    before = [each.n for each in file.events if each is not event and each.n < event.n]
    if event.n > 1 and event.n - 1 not in before and not event.prev:
        last = max(before, default=0)
        first, end = last + 1, event.n - 1
        gone = f"event {first} is" if first == end else f"events {first} to {end} are"
        return f"{gone} missing before {_named(event)}: lines were removed. {take}"
    if event.prev:
        return f"{_named(event)} follows an event that is missing, or was changed by hand. {take}"
    return f"{_named(event)} was changed by hand, or the one before it was. {take}"


def _named(event: Event) -> str:
    what = f" {event.target}" if event.target else ""
    return f"event {event.n} ({event.kind}{what})"


def _check_seen(chains: Chains) -> None:
    for event in list(chains.events.values()):
        for id in event.seen:
            if id not in chains.events:
                file, number = chains.homes[event.id]
                file.faults.append(
                    Fault(
                        file.lines[number],
                        f"{_named(event)} was written by somebody who had seen an event that is missing "
                        f"here ({id[:12]}): a file of the log is gone or was cut off. Take it from version "
                        "control or a copy",
                    )
                )
