"""How far reviews rest on the same primary studies: the corrected covered area.

Pieper D, Antoine SL, Mathes T, Neugebauer EA, Eikermann M (2014). Systematic review finds overlapping reviews
were not mentioned in every other overview. Journal of Clinical Epidemiology 67, 368–375.
https://doi.org/10.1016/j.jclinepi.2013.11.007
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import shown
from qualcode.model.readable import many
from qualcode.model.recipe import Answer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BANDS", "CoveredArea", "covered_area"]

BANDS = ((5.0, "slight"), (10.0, "moderate"), (15.0, "high"), (100.0, "very high"))
"""Up to which percentage overlap is called what, as Pieper et al. propose; these bands are questioned."""

_KNOWN = {"": 0, "0": 0, "1": 1, "x": 1, "yes": 1, "no": 0, "true": 1, "false": 0}
_IMPOSSIBLE = ("-", "–", "na", "nan", "impossible")


@attrs.frozen(eq=False)
class CoveredArea(Answer):
    """The overlap of primary studies between reviews.

    Parameters
    ----------
    reviews : tuple of str
        The reviews, in order.
    n_studies, n_inclusions, n_impossible : int
        How many studies any of them includes, how often one is included, and how many cells are impossible.
    cca : float
        The corrected covered area of all reviews, in per cent.
    pairs : array of shape (reviews, reviews)
        That of each pair, in per cent, of the studies that either includes; NaN where neither has any.
    """

    _figure = "qualcode.report.plot.covered_area:covered_area"
    _print_columns = ("review", "other", "both", "either", "cca")

    reviews: tuple[str, ...]
    n_studies: int
    n_inclusions: int
    n_impossible: int
    cca: float
    pairs: npt.NDArray[np.float64] = attrs.field(repr=False)
    _shared: npt.NDArray[np.int64] = attrs.field(repr=False)
    _either: npt.NDArray[np.int64] = attrs.field(repr=False)

    def __len__(self) -> int:
        return len(self.reviews)

    @property
    def band(self) -> str:
        """What Pieper et al. call an overlap of that size."""
        return next(name for most, name in BANDS if self.cca < most or most == BANDS[-1][0])

    @property
    def _print_title(self) -> str:
        return (
            f"Corrected covered area of {many(len(self), 'review')} over "
            f"{many(self.n_studies, 'study', 'studies')}: {self.cca:.1f} % ({self.band})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each pair of reviews.

        Columns: review, other, both (studies that both include), either, cca (per cent).
        """
        import pandas as pd

        rows = [
            (
                self.reviews[a], self.reviews[b], int(self._shared[a, b]), int(self._either[a, b]),
                float(self.pairs[a, b]),
            )
            for a in range(len(self))
            for b in range(a + 1, len(self))
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["review", "other", "both", "either", "cca"])


@question("covered_area", called="function")
def covered_area(studies: pd.DataFrame | Mapping[str, Any]) -> CoveredArea:
    r"""Return how far reviews rest on the same primary studies.

    :math:`CCA = (N - r) / (rc - r - X)`, of `N` inclusions, `r` studies, `c` reviews and `X` cells that are
    impossible, as where a study appeared after a review.

    Parameters
    ----------
    studies : pandas.DataFrame or mapping of str to iterable
        The citation matrix: a row for each study and a column for each review, with 1 (or ``"x"``) where the
        review includes it, 0 or nothing where not, and ``"-"`` where it could not. Or for each review the
        studies that it includes.

    Raises
    ------
    StatisticsError
        For fewer than two reviews, a study that none includes, and a cell that says none of that.

    Examples
    --------
    >>> found = covered_area({"a": ["one", "two"], "b": ["two", "three"]})
    >>> round(found.cca, 1), found.band
    (33.3, 'very high')
    """
    reviews, cells, possible = _matrix(studies)
    if len(reviews) < 2:
        raise StatisticsError(
            "overlap is between two reviews or more: one has none, and it is not zero"
        )
    empty = np.flatnonzero(cells.sum(axis=1) == 0)
    if empty.size:
        raise StatisticsError(
            f"row {int(empty[0]) + 1} of the citation matrix is a study that no review includes: leave it out"
        )
    n_studies, n_reviews = cells.shape
    inclusions, impossible = int(cells.sum()), int((~possible).sum())
    room = n_studies * n_reviews - n_studies - impossible
    if room <= 0:
        raise StatisticsError("no study could be in a second review: overlap is undefined")
    shared = cells.T @ cells
    own = cells.sum(axis=0)
    either = own[:, None] + own[None, :] - shared
    # Of two reviews, a study that only one could include has no second cell.
    two = possible[:, :, None] & possible[:, None, :]
    there = ((cells[:, :, None] | cells[:, None, :]) == 1) & two
    counted = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = 100 * shared / np.where(counted > 0, counted, np.nan)
    return CoveredArea(
        reviews, n_studies, inclusions, impossible, 100 * (inclusions - n_studies) / room, pairs, shared,
        either,
    )  # fmt: skip


def _matrix(
    studies: Any,
) -> tuple[tuple[str, ...], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the reviews, which study is in which, and where it could be."""
    if isinstance(studies, Mapping):
        named = {str(review): [*dict.fromkeys(map(str, ids))] for review, ids in studies.items()}
        rows = {
            id: at for at, id in enumerate(dict.fromkeys(i for ids in named.values() for i in ids))
        }
        cells = np.zeros((len(rows), len(named)), dtype=np.int64)
        for column, ids in enumerate(named.values()):
            cells[[rows[id] for id in ids], column] = 1
        return tuple(named), cells, np.ones(cells.shape, dtype=np.bool_)
    if not hasattr(studies, "columns"):
        raise StatisticsError(
            f"the citation matrix is a frame, or a mapping of reviews to studies, not {shown(studies)}"
        )
    cells = np.zeros(studies.shape, dtype=np.int64)
    possible = np.ones(studies.shape, dtype=np.bool_)
    for column, review in enumerate(studies.columns):
        for row, said in enumerate(studies[review]):
            text = "" if said is None or said != said else str(said).strip().lower()
            text = text.removesuffix(".0")
            if text in _IMPOSSIBLE:
                possible[row, column] = False
            elif text in _KNOWN:
                cells[row, column] = _KNOWN[text]
            else:
                raise StatisticsError(
                    f"row {row + 1}, review {str(review)!r}: {shown(said)} does not say whether the study is "
                    "included: write 1, 0, or - where it could not be"
                )
    return tuple(map(str, studies.columns)), cells, possible
