"""What became of each file that documents were to be read from: a report to look at and to keep."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qualcode.io.exchange.losses import Losses
from qualcode.model.readable import Readable, many
from qualcode.model.texts.documents import Document

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Added", "FileReport", "Status"]

Status = Literal["added", "there already", "empty", "failed", "not read"]


_NOTHING = Losses()


@attrs.frozen
class FileReport:
    """What became of one file.

    Parameters
    ----------
    file : str
        Its path.
    status : {"added", "there already", "empty", "failed", "not read"}
        ``"failed"`` where a reader could not read it, ``"not read"`` where there is none for its kind.
    documents : tuple of str
        Ids of the documents made of it.
    reader : str
        Which one read it.
    encoding : str
        The encoding of its text, and what told so.
    reason : str
        Why nothing was added.
    losses : Losses
        What of the file is not in its documents.
    """

    file: str
    status: Status
    documents: tuple[str, ...] = ()
    reader: str = ""
    encoding: str = ""
    reason: str = ""
    losses: Losses = _NOTHING

    def __str__(self) -> str:
        told = self.reason or ", ".join(self.documents)
        lost = f" ({many(self.losses.total, 'thing')} left out)" if self.losses else ""
        return f"{self.file}: {self.status}{': ' if told else ''}{told}{lost}"


class Added(Readable, tuple[Document, ...]):
    """The documents that were added, as a tuple, with what became of every file.

    Examples
    --------
    >>> from pathlib import Path
    >>> Path("notes").mkdir()
    >>> _ = Path("notes/ana.txt").write_text("We share one budget.")
    >>> _ = Path("notes/plan.pptx").write_bytes(b"PK")
    >>> import qualcode as qc
    >>> added = qc.Project.new("Study").add_documents("notes")
    >>> len(added), added.counts
    (1, {'added': 1, 'not read': 1})
    >>> print(added.left_out[0].file)
    notes/plan.pptx
    """

    files: tuple[FileReport, ...]

    def __new__(cls, documents: Iterable[Document] = (), files: Iterable[FileReport] = ()) -> Added:
        """Make it; parameters as the attributes."""
        made = super().__new__(cls, documents)
        made.files = tuple(files)
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (tuple(self), self.files)

    @property
    def left_out(self) -> tuple[FileReport, ...]:
        """The files of which nothing was added, though they were not there already."""
        return tuple(each for each in self.files if each.status not in ("added", "there already"))

    @property
    def counts(self) -> dict[str, int]:
        """How many files there are of each status."""
        found: dict[str, int] = {}
        for each in self.files:
            found[each.status] = found.get(each.status, 0) + 1
        return found

    @property
    def losses(self) -> Losses:
        """What is not in the documents, of all files together."""
        return sum((each.losses for each in self.files), Losses())

    def __repr__(self) -> str:
        if not self.left_out:
            return super().__repr__()
        return f"<{len(self)} documents added; {len(self.left_out)} files left out: see print() of this>"

    def __str__(self) -> str:
        if not self.files:
            return super().__repr__()
        counts = ", ".join(f"{number} {status}" for status, number in self.counts.items())
        shown = [
            each
            for each in self.files
            if each.status not in ("added", "there already") or each.losses
        ]
        lines = [textwrap.fill(str(each), 80, subsequent_indent="    ") for each in shown]
        return "\n".join([f"files: {counts}", *lines])

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each file.

        Columns: file, status, documents, reader, encoding, losses (how many), reason.
        """
        import pandas as pd

        rows = [
            (e.file, e.status, list(e.documents), e.reader, e.encoding, e.losses.total, e.reason)
            for e in self.files
        ]
        names = ["file", "status", "documents", "reader", "encoding", "losses", "reason"]
        return pd.DataFrame(rows, columns=names)
