"""Lines of a damaged file of the log, and what can be told of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs
import msgspec

from qualcode.errors import AssignmentError
from qualcode.io.store.logfile import all_sums, is_sealed
from qualcode.io.store.rows import QuotedRow, RowLine, quotes_there
from qualcode.model.log.event import Event
from qualcode.model.log.rows import parse_times

__all__ = [
    "Line",
    "SetAside",
    "by_sums",
    "is_event_id",
    "is_quoted",
    "is_row",
    "is_whole",
    "read_event",
    "shown",
    "why_no_row",
]

_EVENT = b'{"n":'
_ROW = b'{"document":'
_ID = re.compile(rb'"id":"([0-9a-f]{24})"')
_SEEN = re.compile(rb'"seen":\[([^\]]*)\]')
_NAMED = re.compile(rb"[0-9a-f]{24}")
_N = re.compile(rb'"n":(\d{1,9})')
_TIME = re.compile(rb'"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')
_LOG = re.compile(rb'"log":"([^"\\]+)"')

_decode = msgspec.json.Decoder(Event).decode
_decode_row = msgspec.json.Decoder(RowLine).decode
_decode_quoted = msgspec.json.Decoder(QuotedRow).decode


class SetAside(msgspec.Struct, frozen=True, omit_defaults=True):
    r"""A line of a project's files that a repair set aside.

    Parameters
    ----------
    file : str
        Path below the project's folder.
    line : int
        Where it stood, counted from 1.
    why : str
        Why it was set aside.
    text : str
        What it said; a byte that is no UTF-8 as ``\x`` and its two digits.
    time : str
        When it was set aside, in UTC.
    """

    file: str
    line: int
    why: str
    text: str
    time: str = ""

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.why}"


@attrs.define(eq=False)
class Line:
    """A line of a file, and what became of it.

    Parameters
    ----------
    number : int
        Counted from 1; 0 for one that a repair made.
    raw : bytes
        The line, with its end.
    event : Event or None
        What it says, where that is an event.
    sound : bool
        Whether the event is what its id says.
    rows : list of Line
        The rows above an event.
    """

    number: int
    raw: bytes
    event: Event | None = None
    sound: bool = False
    rows: list[Line] = attrs.field(factory=list)

    @property
    def is_event(self) -> bool:
        """Whether it is or was an event, rather than a row."""
        if self.event is not None or self.raw.startswith(_EVENT):
            return True
        return not self.raw.startswith(_ROW) and _N.search(self.raw) is not None

    @property
    def said_id(self) -> str:
        """The id that it names as its own."""
        if self.event is not None:
            return self.event.id
        found = _ID.search(self.raw)
        return found[1].decode() if found else ""

    @property
    def said_number(self) -> int | None:
        """The number that it names as its event's own."""
        found = _N.search(self.raw)
        return int(found[1]) or None if found is not None else None

    @property
    def said_time(self) -> str:
        """The time that it names; empty where it does not."""
        found = _TIME.search(self.raw)
        return found[1].decode() if found is not None else ""

    @property
    def said_log(self) -> str:
        """The log that it names; empty where it does not."""
        found = _LOG.search(self.raw)
        return found[1].decode(errors="replace") if found is not None else ""

    @property
    def said_seen(self) -> list[str]:
        """The ids that it says its author had seen."""
        found = _SEEN.search(self.raw)
        return [] if found is None else [each.decode() for each in _NAMED.findall(found[1])]


def is_quoted(row: Line, texts: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether some version of its text says what a row quotes."""
    said = _decode_quoted(row.raw)
    return not said.document or said.quote in quotes_there(said, texts)


def is_whole(line: Line) -> bool:
    """Tell whether the rows above an event are those that it seals."""
    event = line.event
    if event is None:
        return False
    if not event.rows or (event.withheld and not line.rows):
        return not line.rows
    return is_sealed(event, b"".join(row.raw for row in line.rows))


def by_sums(event: Event, pool: Mapping[int, list[Line]]) -> dict[int, Line]:
    """Return which rows of a pool an event seals, by their number."""
    found: dict[int, Line] = {}
    for number, wanted in enumerate(all_sums(event)[: event.rows]):
        if number not in event.lost and pool[wanted]:
            found[number] = pool[wanted].pop(0)
    return found


def read_event(raw: bytes) -> Event | None:
    """Return the event that a line holds, if it can be read."""
    try:
        event = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return event if is_event_id(event.id) else None


def is_event_id(id: str) -> bool:
    """Tell whether this can be the id of an event."""
    return _NAMED.fullmatch(id.encode()) is not None


def why_no_row(raw: bytes) -> str:
    """Return what is wrong with a row of coding that no event has sealed; nothing where it is one."""
    try:
        parse_times([_decode_row(raw).time])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, AssignmentError) as error:
        return f"not a whole row of coding ({error})"
    return ""


def is_row(raw: bytes) -> bool:
    """Tell whether a line begins like a row of coding."""
    return raw.startswith(_ROW)


def shown(raw: bytes) -> str:
    """Return a line as text, whatever bytes it holds."""
    return raw.rstrip(b"\n").decode("utf-8", errors="backslashreplace")
