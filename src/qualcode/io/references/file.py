"""What a reader of references is given, and what it gives back."""

from __future__ import annotations

from pathlib import Path

import attrs

from qualcode.io.exchange.losses import Losses
from qualcode.io.raw.decoding import decode
from qualcode.model.mappings import Frozen
from qualcode.model.review.records import Record

__all__ = ["Found", "ReferenceFile"]


@attrs.frozen
class ReferenceFile:
    """A file of references, as its reader is given it.

    Parameters
    ----------
    path : Path
        Where it is; for messages.
    data : bytes
        What it holds.
    format : str
        The name of the format that it is read as.
    encoding : str or None
        The encoding that was said, if one was.
    columns : mapping of str to str
        What was said of a table: for its columns, the field of a record that each holds.
    """

    path: Path
    data: bytes = attrs.field(repr=False)
    format: str = ""
    encoding: str | None = None
    columns: Frozen[str, str] = attrs.field(factory=lambda: Frozen({}), hash=False)

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.path.name

    @property
    def text(self) -> str:
        """What it holds as text; the encoding is found with evidence unless one was said."""
        return decode(self.data, encoding=self.encoding, where=str(self.path)).text


@attrs.frozen
class Found:
    """The records that a reader found, and what did not come along."""

    records: tuple[Record, ...]
    losses: Losses
