"""What a scoring suggester has learned, as far as shortlists are made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qualcode.model.coding.suggestions import Explanation, NearRow, Status
    from qualcode.suggest.bench.coded_texts import CodeText
    from qualcode.suggest.bench.trust import Trust

__all__ = ["Scored"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@runtime_checkable
class Scored(Protocol):
    """What a scoring suggester has learned, as far as shortlists are made from it."""

    @property
    def codebook(self) -> tuple[CodeText, ...]:
        """The codes, a column of the scores each."""
        ...

    @property
    def statuses(self) -> tuple[Status, ...]:
        """How much is known of each code: cold, learning or usable."""
        ...

    @property
    def trust(self) -> Trust:
        """Scores of segments of documents left out, beside what was decided about them."""
        ...

    @property
    def calibration(self) -> Callable[[Floats], Floats]:
        """What turns scores into probabilities."""
        ...

    def known(self, texts: Sequence[str]) -> Bools:
        """Return which texts have anything in them that was learned.

        Parameters
        ----------
        texts : sequence of str
            Segments.
        """
        ...

    def explain(self, text: str, codes: Sequence[int]) -> Sequence[Explanation[NearRow] | None]:
        """Return why each of some codes is suggested for a segment; None where that cannot be told.

        Where an attribute `explains_later` is true, this is asked when somebody looks, which may be long
        after something else was fitted: what is told must not change then.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
        """
        ...
