"""What became of files that were brought into a review: searches, and decisions of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from qualcode.io.exchange.losses import Losses
from qualcode.io.references.decisions import ForeignDecision
from qualcode.model.readable import Readable, many

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ImportedDecisions", "ImportedRecords"]


@attrs.frozen(repr=False)
class ImportedRecords(Readable):
    """What became of the files of a search.

    Parameters
    ----------
    rows : tuple
        For each file its name, the source that was searched, how many records it has, how many of them were
        not there before, and how many have no title.
    ids : tuple of str
        The ids of all records of the files, in order.
    tied : int
        How many records were found to be duplicates and tied to an earlier one.
    losses : Losses
        What of the files did not come along.
    """

    rows: tuple[tuple[str, str, int, int, int], ...]
    ids: tuple[str, ...]
    tied: int
    losses: Losses
    _instead = "review.prisma().plot() draws where records went"

    def __repr__(self) -> str:
        records, new = (sum(int(row[at]) for row in self.rows) for at in (2, 3))
        return (
            f"<{many(records, 'record')} of {many(len(self.rows), 'file')}: {new:,} new, "
            f"{many(self.tied, 'duplicate')} tied>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each file: file, source, records, new, without_title."""
        import pandas as pd

        names = ["file", "source", "records", "new", "without_title"]
        return pd.DataFrame([*self.rows], columns=names)


@attrs.frozen(repr=False)
class ImportedDecisions(Readable):
    """What became of decisions that were made in another program.

    Parameters
    ----------
    program : str
        Which one.
    taken : int
        How many decisions were taken over.
    unmatched : tuple of ForeignDecision
        Those on records that are not in the review: nothing became of them.
    losses : Losses
        What of the file did not come along.
    """

    program: str
    taken: int
    unmatched: tuple[ForeignDecision, ...]
    losses: Losses
    _instead = "review.screening() has what is decided"

    def __repr__(self) -> str:
        return (
            f"<{many(self.taken, 'decision')} of {self.program} taken over, {len(self.unmatched):,} on "
            "records that are not here>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each decision that fits no record: title, coder, decision, where."""
        import pandas as pd

        rows = [
            (each.record.title, each.coder, each.stage, each.decision, each.record.where)
            for each in self.unmatched
        ]
        return pd.DataFrame(rows, columns=["title", "coder", "stage", "decision", "where"])
