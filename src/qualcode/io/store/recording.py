"""What a store needs to know of the project that it saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs

from qualcode.io.store.originals import Originals
from qualcode.model.log.log import Log
from qualcode.model.texts.documents import Document

__all__ = ["Pending", "Recording"]


@attrs.frozen
class Pending:
    """What no file holds yet of a log.

    Parameters
    ----------
    lines : list of bytes
        Its lines: events, and above each the rows that it seals.
    held : int
        How many of the first ones stand at the end of the log's file already, being rows that had no seal.
    head : str
        Id of the log's newest event; empty for a log that nobody goes on with.
    """

    lines: list[bytes]
    held: int
    head: str


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

    def seal(self) -> None:
        """Seal all rows."""

    def seal_but_last(self) -> None:
        """Seal the rows of each author but for the last ones, which may become more."""

    def token(self) -> str:
        """Return random hexadecimal digits, to tell files apart."""

    def begin_new_logs(self) -> None:
        """Let every author go on in a new log."""
