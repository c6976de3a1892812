"""Agreement pair by pair of coders: who codes like whom."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Unpack

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.estimating import result_row
from qualcode.stats.agreement.measure_registry import Measure, MeasureLike, measure_of_ratings
from qualcode.stats.agreement.ratings import FloatArray, Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult, OfStudy, StudySummary
from qualcode.stats.arguments import check_labels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PairwiseAgreement", "pairwise_agreement"]


@attrs.frozen(eq=False)
class PairwiseAgreement(OfStudy):
    """A measure for each pair of coders, on what both of them rated.

    Parameters
    ----------
    coders : tuple
        Who was compared.
    pairs : tuple of AgreementResult
        The measure for the first and second coder, the first and third, and so on.
    study : StudySummary or None
        What was compared, where the ratings are those of a study.
    """

    _figure = "qualcode.report.plot.coders:by_pair"

    coders: tuple[Hashable, ...]
    pairs: tuple[AgreementResult, ...]
    study: StudySummary | None = attrs.field(default=None, repr=False)

    @property
    def defined(self) -> Measure:
        """The measure, with its title, formula and reference."""
        return self.pairs[0].defined

    @property
    def _print_title(self) -> str:
        return f"{self.defined.title} of each pair of {len(self.coders)} coders"

    @property
    def values(self) -> FloatArray:
        """The values, coders × coders; NaN on the diagonal and where a pair has no value."""
        values = np.full((len(self.coders), len(self.coders)), np.nan)
        for (a, b), result in zip(self._places, self.pairs, strict=True):
            if result.value is not None:
                values[a, b] = values[b, a] = result.value
        return values

    @property
    def matrix(self) -> pd.DataFrame:
        """The values as a frame with the coders on both axes."""
        import pandas as pd

        return pd.DataFrame(self.values, index=list(self.coders), columns=list(self.coders))

    @property
    def _places(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.coders)), 2))

    def of(self, first: Hashable, second: Hashable) -> AgreementResult:
        """Return the agreement of two of the coders."""
        for (a, b), result in zip(self._places, self.pairs, strict=True):
            if {self.coders[a], self.coders[b]} == {first, second} and first != second:
                return result
        raise StatisticsError(
            f"there is no pair of {first!r} and {second!r}; the coders are {list(self.coders)!r}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each pair.

        Columns: a, b, units (that both rated), value, low, high, observed, reason (why the value, or else
        its interval, is undefined).
        """
        import pandas as pd

        rows = [
            {
                "a": self.coders[a],
                "b": self.coders[b],
                "units": result.n_units,
                **result_row(result),
            }
            for (a, b), result in zip(self._places, self.pairs, strict=True)
        ]
        return pd.DataFrame(rows)


@question()
def pairwise_agreement(
    ratings: RatingsLike,
    measure: MeasureLike = "krippendorff_alpha",
    *,
    coders: Sequence[Hashable] | None = None,
    categories: Sequence[Hashable] | None = None,
    **options: Unpack[MeasureOptions],
) -> PairwiseAgreement:
    """Return a measure for each pair of coders.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        As the measure takes them.
    measure : str or Measure, default "krippendorff_alpha"
        Its name in `MEASURES`, or a measure of your own.
    coders : sequence, optional
        Names of the coders; their positions when not given.
    categories : sequence, optional
        The labels that could have been given.
    **options
        What the measure takes, such as ``distance`` or ``clusters``.

    Raises
    ------
    StatisticsError
        When there are fewer than two coders, or not a name for each.

    Examples
    --------
    >>> coders = [["a", "b", "b", "a"], ["a", "b", "b", "a"], ["b", "b", "a", "a"]]
    >>> pairwise_agreement(coders, coders=["ana", "ben", "cyn"]).matrix.round(2)
          ana   ben   cyn
    ana   NaN  1.00  0.12
    ben  1.00   NaN  0.12
    cyn  0.12  0.12   NaN
    """
    function = measure_of_ratings(measure).function
    read = Ratings.read(ratings, categories=categories)
    names = tuple(range(len(read.codes))) if coders is None else check_labels(coders, what="coders")
    if len(names) != len(read.codes) or len(names) < 2:
        raise StatisticsError(
            f"there are {len(names)} names for {len(read.codes)} coders: pairs need two coders or more, and "
            "a name for each"
        )
    return PairwiseAgreement(
        names,
        tuple(
            function(attrs.evolve(read, codes=read.codes[[a, b]]), **options)
            for a, b in combinations(range(len(names)), 2)
        ),
    )
