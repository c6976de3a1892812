"""What took codes and documents out of use."""

from __future__ import annotations

from qualcode.model.fold.fold import Fold
from qualcode.model.log.log import Log

__all__ = ["Removals"]

_ADDS = {"add": "code", "add-document": "document", "add-case": "case"}


class Removals:
    """For codes and documents that are out of use, the events that took them out of it.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        What its events make.
    """

    def __init__(self, log: Log, made: Fold) -> None:
        self._made = made
        self._undone: dict[tuple[str, str], set[int]] = {}
        timeline, off = log.timeline, log.switches.off
        for at in timeline.switches:
            event = timeline.events[at]
            if not log.knows(at) or event.kind != "undo":
                continue
            for id in off.intersection(event.fields.get("of", ())):
                self._note(timeline.position[id], at)

    def _note(self, added: int, undone: int) -> None:
        event = self._made.timeline.events[added]
        kind = _ADDS.get(event.kind)
        if kind is not None:
            id = self._made.letters.meant(kind, event.target.partition(":")[2], added)
            self._undone.setdefault((kind, id), set()).add(undone)

    def of(self, id: str) -> set[int]:
        """Return the positions of the events that took a code out of use."""
        if self._made.draft.codes[id].status == "reverted":
            return self._undone.get(("code", id), set())
        registers = self._made.registers
        last = None if registers is None else registers.last(f"code:{id}", "status")
        return set() if last is None else {last}

    def of_document(self, id: str) -> set[int]:
        """Return the positions of the events that took a document's addition back."""
        return self._undone.get(("document", id), set())
