"""Decisions that the rest of the coding would not have led to expect: worth a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from attrs import field, frozen

from qualcode.model.codebooks.codes import Code
from qualcode.model.readable import Readable
from qualcode.model.texts.segments import Segment
from qualcode.suggest.stacker.fitted import FittedStack

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Doubt", "Doubts", "doubts"]

At = TypeVar("At")
Of = TypeVar("Of")


@frozen
class Doubt(Generic[At, Of]):
    """A decision that other documents would not have led to expect.

    Parameters
    ----------
    segment : Segment, or int on plain text
        The segment; on plain text its row in the data that was learned from.
    code : Code, or str on plain text
        The code; on plain text its id.
    assigned : bool
        Whether people put it there: if so, it was not expected; if not, it was.
    score : float
        Of the code, learned from other documents only.
    """

    segment: At
    code: Of = field(repr=lambda code: repr(getattr(code, "id", code)))
    assigned: bool
    score: float

    def placed(
        self: Doubt[int, str], segment: Callable[[int], Segment], codes: Mapping[str, Code]
    ) -> Doubt[Segment, Code]:
        """Return the doubt about a segment and a code of a project.

        Parameters
        ----------
        segment : callable
            Returns the segment of a row.
        codes : mapping of str to Code
            The codes by id.
        """
        return Doubt(segment(self.segment), codes[self.code], self.assigned, self.score)


class Doubts(Readable, tuple[Doubt[Segment, Code], ...]):
    """Doubtful decisions: a tuple that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each decision: document, start, end, quote, code, name, assigned, score."""
        import pandas as pd

        columns = ["document", "start", "end", "quote", "code", "name", "assigned", "score"]
        rows = [
            (
                each.segment.document.id, each.segment.start, each.segment.end, each.segment.quote,
                each.code.id, each.code.name, each.assigned, each.score,
            )
            for each in self
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def doubts(fitted: FittedStack) -> Iterator[Doubt[int, str]]:
    """Yield the decisions that are most at odds with those on other documents: worth a second look.

    Codes that were put where nothing like them was expected, and codes that may have been forgotten, take
    turns: of the first there are always more, and they would crowd the others out.

    Parameters
    ----------
    fitted : FittedStack
        The suggester.
    """
    trust = fitted.trust
    surprise = np.where(trust.assigned, 1 - trust.score, trust.score)
    order = np.argsort(-surprise, axis=None, kind="stable")
    put = trust.assigned.ravel()[order]
    for pair in zip_longest(order[put].tolist(), order[~put].tolist()):
        for cell in pair:
            if cell is not None:
                row, code = divmod(cell, trust.score.shape[1])
                yield Doubt(
                    int(trust.rows[row]),
                    fitted.codebook[code].id,
                    bool(trust.assigned[row, code]),
                    float(trust.score[row, code]),
                )
