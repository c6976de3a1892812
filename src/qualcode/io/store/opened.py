"""What was read from a project's folder, of whichever format."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qualcode.io.store.copies import Home
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import Timeline

__all__ = ["Opened", "Tail"]


@attrs.frozen
class Tail:
    """Rows that a session logged and did not seal, because it died.

    Parameters
    ----------
    block : int
        The number of their block.
    lines : list of bytes
        Their lines.
    saved : bool
        Whether the file holds them that their seal will go to.
    """

    block: int
    lines: list[bytes]
    saved: bool


@attrs.frozen
class Opened:
    """A project as read.

    Parameters
    ----------
    timeline : Timeline
        The events, blocks of rows and texts.
    rows : Events
        The rows of coding.
    logs : mapping of str to (str, str)
        By author, the log that this copy may go on writing, and its newest event.
    homes : mapping of str to Home
        By log, the file that this copy writes.
    sizes : mapping of str to int
        For each file of the log, how many of its bytes are whole lines.
    unsaved : mapping of str to list of bytes
        By log, lines that no file of this format holds yet.
    old : tuple of str
        Files of an earlier format, which the next save takes away.
    tails : mapping of str to Tail
        By author, rows that have no seal yet.
    outdated : bool
        Whether files hold what an erasure has taken out elsewhere; the next save takes it out of them.
    """

    timeline: Timeline
    rows: Events
    logs: Mapping[str, tuple[str, str]] = attrs.field(factory=dict)
    homes: Mapping[str, Home] = attrs.field(factory=dict)
    sizes: Mapping[str, int] = attrs.field(factory=dict)
    unsaved: dict[str, list[bytes]] = attrs.field(factory=dict)
    old: tuple[str, ...] = ()
    tails: Mapping[str, Tail] = attrs.field(factory=dict)
    outdated: bool = False
