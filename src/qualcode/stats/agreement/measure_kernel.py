"""What a measure has to provide so that values, intervals and tables follow for all alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

import attrs
import numpy as np

from qualcode.stats.agreement.ratings import FloatArray, Ratings
from qualcode.stats.agreement.unit_sums import Groups, divide

__all__ = [
    "Estimates",
    "Kernel",
    "PerCategory",
    "Replicable",
    "StandardError",
    "chance_corrected",
    "is_table",
    "linearised",
    "spread",
]

# Agreement expected by chance that is this close to 1 is 1 but for rounding.
_ROUNDING = 1e-12


@attrs.frozen(eq=False)
class Estimates:
    """Values of a measure for one or many replicates; NaN where it is undefined."""

    value: FloatArray
    observed: FloatArray
    expected: FloatArray


@attrs.frozen(eq=False)
class PerCategory:
    """A measure for each category against the rest.

    `specific` is the chance that another coder gives the category where one coder did, and `share`
    is the category's share of the ratings.
    """

    labels: tuple[Hashable, ...]
    estimates: Estimates
    specific: FloatArray
    share: FloatArray


@attrs.frozen
class StandardError:
    """A published standard error: its size, its t degrees of freedom (None: normal), the test.

    `irrcac` is its size as irrCAC has it, where that differs. `limits` gives the ends for a level where
    those published are not symmetric; the size may then be unknown (NaN).
    """

    size: float
    df: int | None
    z: float | None = None
    irrcac: float | None = None
    limits: Callable[[float], tuple[float, float]] | None = None


class Replicable(Protocol):
    """A measure as a function of sums, of which one row or many can be given."""

    def paired(self, sums: FloatArray) -> FloatArray:
        """Return the number of units that were rated by two coders or more."""

    def estimates(self, sums: FloatArray) -> Estimates:
        """Return the measure for each row of sums."""


class Kernel(Replicable, Protocol):
    """A measure on given ratings, as a function of sums over groups of units."""

    @property
    def ratings(self) -> Ratings:
        """The ratings measured."""

    def sums(self, groups: Groups) -> FloatArray:
        """Return one row of sums for each group of units."""

    def undefined(self, sums: FloatArray) -> str:
        """Return why the measure is undefined although some units were rated twice."""

    def per_category(self, sums: FloatArray) -> PerCategory | None:
        """Return the measure for each category, or None where categories mean nothing."""

    def standard_error(self, sums: FloatArray) -> StandardError | None:
        """Return the published standard error, or None where there is none."""


def chance_corrected(observed: FloatArray, expected: FloatArray) -> Estimates:
    """Return (observed - expected) / (1 - expected), undefined where chance explains all."""
    room = 1 - expected
    room = np.where(room > _ROUNDING, room, 0.0)
    return Estimates(divide(observed - expected, room), observed, expected)


def linearised(
    estimates: Estimates,
    agreement: FloatArray,
    paired: FloatArray,
    slope: FloatArray,
    *,
    table: bool,
) -> StandardError:
    """Return Gwet's standard error of a chance-corrected coefficient, conditional on coders.

    The variance of the units' terms has n - 1 below, whatever the shape of the ratings. Gwet's
    formulas for a table of two coders who rated every unit have n, and so has irrCAC: that size is
    kept beside it.

    Parameters
    ----------
    estimates : Estimates
        Of all units together.
    agreement, paired, slope : arrays, one entry for each rated unit
        The unit's own agreement; whether two coders rated it; and by how much the agreement
        expected by chance moves with the unit's share of the units.
    table : bool
        Whether the ratings are a table of two coders.

    References
    ----------
    Gwet (2008), doi:10.1348/000711006X126600, eq. 27 and 32; Gwet (2014), Handbook of Inter-Rater
    Reliability, 4th edition, ch. 5.
    """
    n = agreement.size
    value, expected = float(estimates.value), float(estimates.expected)
    terms = (n / paired.sum()) * (agreement - expected * paired) / (1 - expected)
    terms -= (1 - value) * slope / (1 - expected)
    size = spread(terms, value)
    return StandardError(size, n - 1, irrcac=size * float(np.sqrt((n - 1) / n)) if table else None)


def spread(terms: FloatArray, value: float) -> float:
    """Return the standard error of a mean of terms, around a value that it estimates."""
    n = terms.size
    return float(np.sqrt(((terms - value) ** 2).sum() / (n * (n - 1))))


def is_table(ratings: Ratings) -> bool:
    """Return whether two coders rated every unit, so that a table of two has all there is."""
    return len(ratings.codes) == 2 and bool((ratings.codes >= 0).all())
