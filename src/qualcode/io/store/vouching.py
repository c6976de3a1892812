"""What erasures left of events, and which erasure says so.

A line that was rewritten has no longer the digest that is its id. Instead, the event that rewrote it has a
digest of what is left. So an erasure is no way to change a line unnoticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from qualcode.io.store.logfile import LogFile
from qualcode.model.log.event import ERASED, Event, line_digest
from qualcode.model.log.timeline import ERASURES

__all__ = ["Version", "Vouching"]


@attrs.frozen(eq=False)
class Version:
    """A form in which a file holds an event that was rewritten.

    Parameters
    ----------
    event : Event
        The event.
    file : LogFile
        The file.
    number : int
        Its number in it.
    """

    event: Event
    file: LogFile
    number: int

    @property
    def is_whole(self) -> bool:
        """Whether the file holds the rows that it seals."""
        return not self.event.rows or self.file.sizes[self.number] > 0


class Vouching:
    """Which forms of rewritten events hold.

    Parameters
    ----------
    events : mapping of str to Event
        The events that were linked, by id.
    versions : mapping of str to sequence of Version
        The forms of those that were rewritten.
    """

    def __init__(
        self, events: Mapping[str, Event], versions: Mapping[str, Sequence[Version]]
    ) -> None:
        self.chosen: dict[str, Version] = {}
        """For each event that was rewritten, the form that holds."""
        self.faults: list[tuple[LogFile, int, str]] = []
        """Forms that no erasure knows: their place, and what is wrong."""
        self.unmet: list[str] = []
        """Events that were pseudonymised, and of which no file has that form."""
        self._kinds: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._outdated: defaultdict[str, set[str]] = defaultdict(set)
        self._digests = {
            id: {line_digest(each.event): each for each in self._whole_last(own)}
            for id, own in versions.items()
        }
        self._trust([each for each in events.values() if each.kind in ERASURES and not each.erased])
        for id, own in versions.items():
            self._choose(id, own)
        self.unmet = [
            id
            for id, kinds in self._kinds.items()
            if "pseudonymise" in kinds.values() and id in events and id not in versions
        ]

    @staticmethod
    def _whole_last(versions: Sequence[Version]) -> Iterator[Version]:
        yield from sorted(versions, key=lambda each: each.is_whole)

    def _trust(self, erasures: list[Event]) -> None:
        """Take what erasures say, and what those say that they rewrote themselves."""
        known = {each.id for each in erasures}
        while erasures:
            event = erasures.pop()
            for id, (left, *before) in event.fields.get("left", {}).items():
                self._kinds[id][left] = event.kind
                self._outdated[id].update(before)
                version = self._digests.get(id, {}).get(left)
                if version is not None and version.event.kind in ERASURES and id not in known:
                    known.add(id)
                    erasures.append(version.event)

    def _choose(self, id: str, versions: Sequence[Version]) -> None:
        kinds, digests = self._kinds[id], self._digests[id]
        for each in versions:
            if line_digest(each.event) not in kinds:
                problem = (
                    "was rewritten, and no erasure says so: it was changed by hand, or the file with the "
                    "erasure is gone. Take the files from version control or a copy"
                )
                self.faults.append((each.file, each.number, problem))
        held = [left for left in digests if left in kinds]
        if not held:
            return
        newest = [left for left in held if left not in self._outdated[id]] or held
        apart = [left for left in newest if kinds[left] == "pseudonymise"]
        said = [_said(digests[left].event) for left in apart]
        gone = any(digests[left].event.kind == ERASED for left in held)
        if not gone and any(each != said[0] for each in said):
            each = digests[apart[0]]
            problem = (
                "was pseudonymised in two copies apart from each other, and nobody but who has the keys can "
                "unite them: pseudonymise one of the copies with the other's key too, and unite them then"
            )
            self.faults.append((each.file, each.number, problem))
        best = min(
            newest,
            key=lambda left: (
                digests[left].event.kind != ERASED,
                kinds[left] != "pseudonymise",
                left,
            ),
        )
        self.chosen[id] = digests[best]


def _said(event: Event) -> tuple[object, ...]:
    return event.target, event.fields, event.words
