"""The chains of events in the files of a log: each event is checked against the one that it follows.

The chain counts, and not the name or order of files: a fork, a copy that a file service made, or lines that
a merge moved are all read alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import attrs

from qualcode.io.store.logfile import Fault, LogFile
from qualcode.io.store.vouching import Version, Vouching
from qualcode.model.log.event import Event, digest, words_digest

__all__ = ["Chains", "link_chains"]

_TAKE = "Take the file from version control or a copy"


@attrs.define
class Chains:
    """The events of all files, linked.

    Parameters
    ----------
    events : mapping of str to Event
        By id, each once.
    homes : mapping of str to (LogFile, int)
        For each event, the file and its number in it.
    outdated : bool
        Whether files hold what an erasure has taken out elsewhere.
    """

    events: dict[str, Event] = attrs.field(factory=dict)
    homes: dict[str, tuple[LogFile, int]] = attrs.field(factory=dict)
    outdated: bool = False


def link_chains(files: Sequence[LogFile]) -> Chains:
    """Return the events of all files with what each follows; faults are added to their files.

    Parameters
    ----------
    files : sequence of LogFile
        As read.
    """
    return _Linking(files).run()


class _Linking:
    """Linking the events of files one by one, the first of each chain first."""

    def __init__(self, files: Sequence[LogFile]) -> None:
        self.files = files
        self.chains = Chains()
        self.by_number: defaultdict[int, list[str]] = defaultdict(list)
        """Ids by number, those included that events which do not fit claim to have."""
        self.logs: dict[str, str] = {}
        self.above: dict[int, Event] = {}
        """For each file, the event that was linked last."""
        self.left: defaultdict[str, list[Version]] = defaultdict(list)
        """Of events that an erasure rewrote, each form that a file holds."""

    def run(self) -> Chains:
        waiting = [(file, number) for file in self.files for number in range(len(file.events))]
        # Within a number, in the order of files, which decides nothing.
        waiting.sort(key=lambda each: each[0].events[each[1]].n)
        for file, number in waiting:
            event = file.events[number]
            known = self.chains.events.get(event.id)
            if event.erased:
                self.left[event.id].append(Version(event, file, number))
            if known is not None:
                self._again(file, number, known)
                continue
            problem = self._problem(event, file, number)
            if problem:
                file.faults.append(Fault(file.lines[number], problem))
            else:
                self.chains.events[event.id] = event
                self.chains.homes[event.id] = (file, number)
            # Also where it does not fit: those that follow are judged by themselves.
            self.logs.setdefault(event.id, event.log)
            self.by_number[event.n].append(event.id)
            self.above[id(file)] = event
        self._choose()
        self._check_seen()
        return self.chains

    def _choose(self) -> None:
        """Take of each event that an erasure rewrote the form in which it is left."""
        chains = self.chains
        vouching = Vouching(chains.events, self.left)
        for file, number, problem in vouching.faults:
            what = f"{_named(file.events[number])} {problem}"
            file.faults.append(Fault(file.lines[number], what))
        for id, left in vouching.chosen.items():
            left.event.log = chains.events[id].log
            chains.events[id] = left.event
            chains.homes[id] = (left.file, left.number)
        for id in vouching.unmet:
            file, number = chains.homes[id]
            file.faults.append(
                Fault(
                    file.lines[number],
                    f"{_named(file.events[number])} was pseudonymised in another copy, and this file has it "
                    f"as it was. {_TAKE} that was pseudonymised",
                )
            )
        chains.outdated = any(
            file.events[number].erased != chains.events[file.events[number].id].erased
            for file in self.files
            for number in range(len(file.events))
            if file.events[number].id in vouching.chosen
        )

    def _again(self, file: LogFile, number: int, known: Event) -> None:
        """Take an event that another file or line has as well; the copy counts whose rows are whole."""
        event = file.events[number]
        if event.erased:
            return  # which form of it counts is known when all erasures are
        if event.is_whole and known.is_lost:
            # What stands in for a lost event need not know which one came before it.
            problem = self._problem(event, file, number)
            if problem:
                file.faults.append(Fault(file.lines[number], problem))
                return
            self.chains.events[event.id] = event
            self.chains.homes[event.id] = (file, number)
            self.logs[event.id] = event.log
            self.above[id(file)] = event
            return
        event.prev, event.log = known.prev, known.log
        if event.is_whole and (
            digest(event) != event.id or words_digest(event.words, event.salt) != event.wd
        ):
            file.faults.append(
                Fault(file.lines[number], f"{_named(event)} was changed by hand. {_TAKE}")
            )
        if known.erased:
            self.chains.events[event.id] = event
            self.chains.homes[event.id] = (file, number)
            return
        home, at = self.chains.homes[event.id]
        # What was withheld from a copy counts where another has it.
        if event.completeness != known.completeness:
            if event.completeness > known.completeness:
                self.chains.events[event.id] = event
                self.chains.homes[event.id] = (file, number)
            return
        if file.sizes[number] > home.sizes[at]:
            self.chains.homes[event.id] = (file, number)

    def _problem(self, event: Event, file: LogFile, number: int) -> str:
        """Link an event to the one it follows, and return what is wrong with it, if anything is."""
        previous = self._previous(event, self.above.get(id(file)))
        if previous is None:
            return self._why(event, file)
        event.prev = previous
        if previous:
            log = self.logs.get(previous, "")
            if event.log and log and event.log != log:
                return f"{_named(event)} names another log than it belongs to, {log}. {_TAKE}"
            event.log = log
        if not event.erased and words_digest(event.words, event.salt) != event.wd:
            return f"the words of {_named(event)} were changed by hand. {_TAKE}"
        return ""

    def _previous(self, event: Event, above: Event | None) -> str | None:
        """Return the id of the event that one follows, empty for a first one; None where it fits none."""
        if not event.is_whole or event.erased:
            # Nothing tells whether it is what its id says: until a copy is united that has it, or but the
            # erasure.
            return event.prev if event.prev in self.logs or (event.n == 1 and event.log) else None
        if event.prev:
            return event.prev if event.prev in self.logs and digest(event) == event.id else None
        if event.n == 1 or event.log:
            return "" if event.log and digest(event) == event.id else None
        candidates: Iterable[str] = self.by_number.get(event.n - 1, ())
        if above is not None and above.n == event.n - 1:
            candidates = dict.fromkeys([above.id, *candidates])
        for each in candidates:
            event.prev = each
            if digest(event) == event.id:
                return each
        event.prev = ""
        return None

    def _why(self, event: Event, file: LogFile) -> str:
        before = [each.n for each in file.events if each is not event and each.n < event.n]
        if event.n > 1 and event.n - 1 not in before and not event.prev:
            first, end = max(before, default=0) + 1, event.n - 1
            gone = f"event {first} is" if first == end else f"events {first} to {end} are"
            return f"{gone} missing before {_named(event)}: lines were removed. {_TAKE}"
        if event.prev and event.prev not in self.logs:
            return f"{_named(event)} follows an event that is missing ({event.prev[:12]}). {_TAKE}"
        return f"{_named(event)} was changed by hand, or the one before it was. {_TAKE}"

    def _check_seen(self) -> None:
        for event in self.chains.events.values():
            for id in event.seen:
                if id not in self.logs:
                    file, number = self.chains.homes[event.id]
                    file.faults.append(
                        Fault(
                            file.lines[number],
                            f"{_named(event)} was written by somebody who had seen an event that is missing "
                            f"here ({id[:12]}): a file of the log is gone or was cut off. Take it from "
                            "version control or a copy",
                            follows=True,
                        )
                    )


def _named(event: Event) -> str:
    what = f" {event.target}" if event.target else ""
    return f"event {event.n} ({event.kind}{what})"
