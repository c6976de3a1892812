"""The log of a blind copy: what others coded, noted and decided is there by id alone.

The chain of a log goes through every event, so none can be left out. Of one that is withheld stay its id,
which the next event's digest covers, and what it follows; of rows of coding, the event that seals them.
Only a copy that has the rest can tell whether it is what its id says, so each of these lines says that
something was withheld.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from qualcode.model.codebooks.changes import Decide, change_of
from qualcode.model.log.event import WITHHELD, Event
from qualcode.model.log.timeline import SWITCHES

__all__ = ["blinded"]

_EVENT = b'{"n":'
_NOTED = ("memo", "edit-memo", "withdraw-memo", "summarise", "judge", "fill", "screen")
_CODED = ("verdict", "propose", "answer", "adjudicate", "finish", "unfinish", "seal")
_PRIVATE = frozenset((*_NOTED, *_CODED, WITHHELD))
"""The kinds of event by which others would learn what somebody coded, noted or decided."""

_decode = msgspec.json.Decoder(Event).decode
_encode = msgspec.json.Encoder().encode


def blinded(logs: Mapping[str, Sequence[bytes]], coders: Collection[str]) -> dict[str, bytes]:
    """Return the files of a log without what everybody did but some coders.

    Parameters
    ----------
    logs : mapping of str to sequence of bytes
        The lines of each log, rows above the event that seals them.
    coders : collection of str
        Whose work stays.
    """
    lines = {log: [*map(_read, given)] for log, given in logs.items()}
    events = [
        (log, line) for log, given in lines.items() for line in given if isinstance(line, Event)
    ]
    private = {
        event.id
        for log, event in events
        # What is carried holds what everybody coded, whoever imported it.
        if event.kind == "carry"
        or (log.rpartition(".")[0] not in coders and _is_private(event, coders))
    }
    private |= {
        event.id
        for log, event in events
        if log.rpartition(".")[0] not in coders
        and event.kind in SWITCHES
        and private.issuperset(event.fields.get("of", ()))
    }
    return {
        log: b"".join(_shown(given, private, own=log.rpartition(".")[0] in coders))
        for log, given in lines.items()
    }


def _read(line: bytes) -> Event | bytes:
    return _decode(line) if line.startswith(_EVENT) else line


def _is_private(event: Event, coders: Collection[str]) -> bool:
    if event.kind == "decide":
        change = change_of(event)
        return isinstance(change, Decide) and not any(
            place[3] in coders for place in change.decisions
        )
    about = event.target.partition(":")[0] in ("segment", "memo")
    return event.kind in _PRIVATE or (event.kind == "settle" and about)


def _shown(
    lines: Sequence[Event | bytes], private: Collection[str], *, own: bool
) -> Sequence[bytes]:
    shown: list[bytes] = []
    above = ""
    for line in lines:
        if isinstance(line, bytes):
            if own:
                shown.append(line)
            continue
        event = line
        prev = event.prev or above
        if event.id in private:
            event = Event(
                n=event.n, id=event.id, log="" if prev else event.log, prev=prev, seen=event.seen,
                time=event.time, kind=WITHHELD, withheld=True,
            )  # fmt: skip
        elif event.rows and not own:
            # Without salt and sums, nobody can try out which rows fit the digest.
            event = msgspec.structs.replace(event, withheld=True, rows_salt="", sums="")
        shown.append(_encode(event) + b"\n")
        above = event.id
    return shown
