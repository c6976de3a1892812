"""What a store needs to know of the project that it saves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import attrs

from qualcode.io.store.logfile import EVENT
from qualcode.io.store.originals import Originals
from qualcode.model.log.log import Log
from qualcode.model.texts.documents import Document

__all__ = ["Lines", "Pending", "Recording"]

Lines: TypeAlias = bytes | Callable[[], list[bytes]]
"""A line, or what makes many of them anew each time, so that nobody need keep them."""


@attrs.frozen
class Pending:
    """What no file holds yet of a log.

    Parameters
    ----------
    lines : sequence of Lines
        Its lines: events, and above each the rows that it seals.
    unsealed : sequence of bytes
        The lines of the rows that have no seal yet, as far as they are to be written without one.
    held : int
        How many of the first lines stand at the end of the log's file already, being rows that had no seal.
    """

    lines: Sequence[Lines]
    unsealed: Sequence[bytes]
    held: int

    @property
    def is_news(self) -> bool:
        """Whether there is a line that no file holds."""
        return len(self.lines) + len(self.unsealed) > self.held

    def blocks(self) -> Iterator[list[bytes]]:
        """Yield the lines that are sealed: events, each with the rows above it."""
        block: list[bytes] = []
        for each in self.lines:
            if not isinstance(each, bytes):
                block += each()
                continue
            block.append(each)
            if each.startswith(EVENT):
                yield block
                block = []

    def whole(self) -> list[bytes]:
        """Return all lines, those without a seal last."""
        return [*(line for block in self.blocks() for line in block), *self.unsealed]


class Recording(Protocol):
    """A log that grows."""

    @property
    def log(self) -> Log:
        """The log as it is now."""

    @property
    def originals(self) -> Originals:
        """Where original files are."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents as they are now."""

    def pending(self) -> Mapping[str, Pending]:
        """Return what no file holds yet, by log."""

    def saved(self, log: str) -> None:
        """Take note that a file holds all there is of a log."""

    def sealing(self, log: str) -> Iterator[list[bytes]]:
        """Seal the rows of a log block by block, and yield the lines of each with its seal."""

    def head_of(self, log: str) -> str:
        """Return the id of a log's newest event; empty for a log that nobody goes on with."""

    def seal_but_last(self) -> None:
        """Seal the rows of each author but for the last ones, which may become more."""

    def token(self) -> str:
        """Return random hexadecimal digits, to tell files apart."""

    def begin_new_logs(self) -> None:
        """Let every author go on in a new log."""
