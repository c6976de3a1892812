"""What persons settled on together where their coding differed, with what each of them had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import attrs

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable
from qualcode.model.times import with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Adjudication", "Adjudications"]


@attrs.frozen
class Adjudication:
    """A decision on the codes of one segment, in the name of a consensus.

    Parameters
    ----------
    document : str
        Id of the document.
    start, end : int
        The segment, in code points, half-open.
    coder : str
        The consensus that it is the coding of.
    codes : tuple of str
        Ids of the codes that were settled on; none where no code applies.
    had : mapping of str to tuple of str
        For each coder who was compared, the codes that they had put there.
    by, time, reason : str
        Who decided, when (UTC), and why.
    event : str
        Id of the event.
    """

    document: str
    start: int
    end: int
    coder: str
    codes: tuple[str, ...]
    had: Mapping[str, tuple[str, ...]] = attrs.field(converter=Frozen, hash=False)
    by: str
    time: str
    reason: str = ""
    event: str = attrs.field(default="", eq=False, repr=False)

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Document id, start, end, and the consensus."""
        return self.document, self.start, self.end, self.coder

    def resolved(self, codebook: Codebook) -> Adjudication:
        """Return it with the codes that stand now for those of then, after merges and decided splits."""
        had = {coder: self._resolved(codebook, codes, coder) for coder, codes in self.had.items()}
        return attrs.evolve(
            self, codes=self._resolved(codebook, self.codes, self.coder), had=cast(Any, had)
        )

    def _resolved(self, codebook: Codebook, codes: tuple[str, ...], coder: str) -> tuple[str, ...]:
        place = (self.document, self.start, self.end, coder)
        return tuple(dict.fromkeys(codebook.resolve(code, place) for code in codes))


class Adjudications(Readable, tuple[Adjudication, ...]):
    """Decisions in the order made, of each place the newest: a tuple that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each decision.

        Columns: document, start, end, coder, codes, had (codes by coder), by, time, reason, event.
        """
        import pandas as pd

        columns = [
            "document", "start", "end", "coder", "codes", "had", "by", "time", "reason", "event",
        ]  # fmt: skip
        rows = [
            (
                each.document, each.start, each.end, each.coder, list(each.codes),
                {coder: list(codes) for coder, codes in each.had.items()}, each.by, each.time,
                each.reason, each.event,
            )
            for each in self
        ]  # fmt: skip
        return with_moments(pd.DataFrame(rows, columns=columns))
