"""Events: who changed what, when, why and having seen what; each named by a digest of all that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = [
    "ERASED",
    "LOST",
    "LOST_ROWS",
    "SHORT",
    "WITHHELD",
    "Event",
    "author_of",
    "digest",
    "line_digest",
    "make_event",
    "stub",
    "words_digest",
]

SHORT = 12
"""How many characters of an id people are shown."""
_LENGTH = 24

WITHHELD = "withheld"
"""The kind of an event of which a blind copy holds only that it is there, and what it follows."""

ERASED = "erased"
"""The kind of an event of which nothing is left but that it is there, and what it follows."""

LOST = "lost"
"""The field of such an event that says that it was damaged, and not kept from anybody."""

LOST_ROWS = "rows"
"""The field of such an event that says how many rows of coding were set aside with it."""

_encode = msgspec.json.Encoder(order="sorted").encode


class Event(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One event of a log. It never changes; only reading a file sets what the file leaves out.

    Parameters
    ----------
    log : str
        Name of the log that it belongs to, ``AUTHOR.REPLICA``: one author working in one copy.
    n : int
        Its number in that log, from 1.
    prev : str
        Id of the event before it in its log; empty for the first.
    seen : list of str
        Ids of the newest events of other logs that its author had seen and no event before it names.
    time : str
        When it was recorded, in UTC (ISO 8601).
    kind : str
        What was done, such as ``"rename"`` or ``"add-document"``.
    target : str
        What it was done to, such as ``"code:trust"``.
    fields : mapping
        What else it says: ids, numbers, choices.
    words : mapping
        What it says in people's words: names, texts, memos, reasons. They can be erased without breaking
        the chain, which knows them by `wd` only.
    salt, wd : str
        Random characters, and the digest of them with the words.
    rows : int
        How many rows of coding it seals: those that its author logged since the event before.
    rows_sha, rows_salt, sums : str
        Their digest, random characters for it, and a short sum of each, by which a damaged row is found.
    lost : list of int
        Which of these rows a repair set aside, as they were damaged; in order, from 0.
    kept : str
        Digest of the others.
    withheld : bool
        Whether this copy was made without its rows or, where its kind is `WITHHELD`, without what it says.
    erased : str
        Where an erasure took something out of it or of its rows: random characters for the digest by which
        that erasure knows what is left; see `line_digest`.
    id : str
        The digest of all that but of words, salts, sums, `lost`, `kept`, `withheld` and `erased`, and of the
        id before; of what it said first, where something was erased.
    """

    n: int
    id: str = ""
    log: str = ""
    prev: str = ""
    seen: list[str] = []
    time: str
    kind: str
    target: str = ""
    fields: dict[str, Any] = {}
    words: dict[str, Any] = {}
    salt: str = ""
    wd: str = ""
    rows: int = 0
    rows_sha: str = ""
    rows_salt: str = ""
    sums: str = ""
    lost: list[int] = []
    kept: str = ""
    withheld: bool = False
    erased: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it says what it did, so that its digest can be checked."""
        return self.kind != WITHHELD

    @property
    def is_lost(self) -> bool:
        """Whether a repair put it there for an event that was damaged."""
        return self.kind == WITHHELD and LOST in self.fields

    @property
    def lost_rows(self) -> int:
        """How many rows of coding a repair set aside that it sealed, or that may have been its own."""
        noted = self.fields.get(LOST_ROWS, 0) if self.is_lost else 0
        return len(self.lost) + (noted if isinstance(noted, int) else 0)

    @property
    def completeness(self) -> tuple[bool, bool, int, bool]:
        """How much of it is there, to be compared with what another copy has of the same event."""
        return self.is_whole, not self.withheld, -len(self.lost), not self.kept

    @property
    def author(self) -> str:
        """Id of the coder who did it."""
        return author_of(self.log)

    @property
    def short(self) -> str:
        """The first twelve characters of the id."""
        return self.id[:SHORT]

    @property
    def reason(self) -> str:
        """Why, where somebody said so."""
        return str(self.words.get("reason", ""))


def author_of(log: str) -> str:
    """Return the author whose log this is: what stands before the last dot of its name."""
    return log.rpartition(".")[0]


def words_digest(words: Mapping[str, Any], salt: str) -> str:
    """Return the digest by which the chain knows an event's words; nothing for none without a salt."""
    if not words and not salt:
        return ""
    return _digest_of(words, salt.encode())


def digest(event: Event) -> str:
    """Return the id that an event must have."""
    # The first event names the log; all others belong to it by their chain.
    log = "" if event.prev else event.log
    content = (
        event.prev, log, event.n, event.seen, event.time, event.kind, event.target, event.fields,
        event.wd, event.rows, event.rows_sha,
    )  # fmt: skip
    return _digest_of(content)


def _digest_of(content: object, salt: bytes = b"") -> str:
    try:
        encoded = _encode(content)
    except OverflowError:
        return ""  # no event was ever made with such a number, so it has none that is right
    return hashlib.sha256(salt + encoded).hexdigest()[:_LENGTH]


def line_digest(event: Event) -> str:
    """Return the digest by which an erasure knows what is left of an event and, by its seal, of its rows."""
    log = "" if event.prev else event.log
    content = (
        event.erased, event.id, event.prev, log, event.n, event.seen, event.time, event.kind, event.target,
        event.fields, event.words, event.rows, event.rows_sha,
    )  # fmt: skip
    return _digest_of(content)


def stub(event: Event, salt: str = "") -> Event:
    """Return an event without anything that it says, but for the seal of its rows."""
    return msgspec.structs.replace(
        event,
        kind=ERASED,
        target="",
        fields={},
        words={},
        salt="",
        wd="",
        erased=salt or event.erased,
    )


def make_event(**content: Any) -> Event:
    """Return an event with its digests, from everything but those."""
    event = Event(**content)
    event.wd = words_digest(event.words, event.salt)
    event.id = digest(event)
    return event
