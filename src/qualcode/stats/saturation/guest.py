"""Saturation as reported by run length: Guest, Namey & Chen 2020."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_number
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_count, numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GuestSaturation", "guest_saturation"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class GuestSaturation(Answer):
    """New information in runs of documents, beside that of the first ones.

    Parameters
    ----------
    base, run : int
        How many documents are the base, and how many a run.
    threshold : float
        The share of new codes at which saturation is taken as reached.
    base_codes : int
        Codes found in the base.
    last : array of int
        The last document of each run, counted from 1.
    new : array of int
        Codes first found in the run.
    share : array of float
        New codes over those of the base.
    reached : int or None
        After how many documents the first run at or below the threshold begins.
    reason : str or None
        Why saturation was not reached, or cannot be told.
    """

    _figure = "qualcode.report.plot.course:new_information"

    base: int
    run: int
    threshold: float
    base_codes: int
    last: Longs
    new: Longs
    share: Floats
    reached: int | None
    reason: str | None = None

    @property
    def notation(self) -> str | None:
        """As the paper writes it: documents before the run, and the run, such as ``"6+2"``."""
        return None if self.reached is None else f"{self.reached}+{self.run}"

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each run; `reason` says why there is no share."""
        import pandas as pd

        why = "" if self.base_codes else self.reason
        return pd.DataFrame(
            {
                "first": self.last - self.run + 1,
                "last": self.last,
                "new": self.new,
                "share": self.share,
                "saturated": self.share <= self.threshold,
                "reason": np.full(len(self.last), why, dtype=object),
            }
        )


@question()
def guest_saturation(
    new: ArrayLike, *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> GuestSaturation:
    """Tell when the last documents brought little that the first had not.

    Parameters
    ----------
    new : array of int, one for each document
        Codes that each document was the first to have, in the order of coding; see `new_codes`.
    base : int, default 4
        The number of first documents to compare with; the paper tries 4, 5 and 6.
    run : int, default 2
        The number of documents looked at together; 2 or 3 in the paper.
    threshold : float, default 0.05
        New codes in a run over codes in the base, at or below which saturation is reached; 0.05
        or 0 in the paper.

    Notes
    -----
    The answer depends on the order of the documents; show `accumulation` beside it.

    References
    ----------
    Guest, Namey & Chen 2020, doi:10.1371/journal.pone.0232076.

    Examples
    --------
    >>> found = guest_saturation([20, 9, 5, 3, 4, 3, 1, 0, 1, 0])
    >>> found.base_codes, found.share[:3].round(2).tolist(), found.notation
    (37, [0.19, 0.11, 0.03], '6+2')
    """
    base = check_count(base, what="base", least=1)
    run = check_count(run, what="run", least=1)
    threshold = check_number(threshold, what="threshold", error=StatisticsError, least=0)
    counts = numbers(
        new, what="new: the number of new codes of each document", ndim=1, whole=True, least=0
    )
    base_codes = int(counts[:base].sum())
    sums = np.cumsum(np.concatenate([[0], counts]))
    last = np.arange(base + run, counts.size + 1)
    fresh = sums[last] - sums[last - run]
    share = fresh / base_codes if base_codes else np.full(fresh.shape, np.nan)
    hits = last[share <= threshold]
    reached = int(hits[0]) - run if hits.size else None
    reason = None
    if not last.size:
        reason = f"{counts.size} documents are fewer than a base of {base} and a run of {run}"
    elif not base_codes:
        reason = f"the first {base} documents have no codes to compare with"
    elif reached is None:
        reason = f"no run of {run} documents brought {threshold:.0%} or less"
    return GuestSaturation(base, run, threshold, base_codes, last, fresh, share, reached, reason)
