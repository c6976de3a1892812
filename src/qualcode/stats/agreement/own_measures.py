"""Measures of agreement of your own: a function from ratings to a number is all that one needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Unpack

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_kind, check_text, plain_scalar, shown
from qualcode.stats.agreement.agreement_intervals import IntervalOptions
from qualcode.stats.agreement.estimating import estimate
from qualcode.stats.agreement.measure_kernel import Estimates
from qualcode.stats.agreement.measure_registry import MEASURES, Measure, Reference
from qualcode.stats.agreement.ratings import FloatArray, IntArray, Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.unit_sums import Groups
from qualcode.stats.arguments import check_function

__all__ = ["own_measure"]

# How many times units may be told apart by the groups that they are drawn in.
_CELLS = 1 << 27


def own_measure(
    name: str,
    value: Callable[[Ratings], float],
    *,
    formula: str,
    reference: Reference | str,
    title: str | None = None,
    lowest: float = float("-inf"),
) -> Measure:
    """Return a measure of agreement that can be given wherever the name of one can.

    Its intervals come from computing it again on the ratings without each document, or on documents drawn
    with replacement.

    Parameters
    ----------
    name : str
        What results call it; like a variable, such as ``"perreault_leigh"``.
    value : callable
        Takes `Ratings` and returns a number; NaN where the measure is undefined. A function of a module or of
        a script, with a name, so that a recipe that used it can be run again.
    formula : str
        What it computes, in one line; po and pe are agreement observed and expected by chance.
    reference : Reference or str
        Where it is defined; what methods paragraphs cite.
    title : str, optional
        What papers call it; `name` when not given.
    lowest : float, optional
        The least value it can take, at which intervals are cut off.

    Raises
    ------
    StatisticsError
        When the name is that of a measure there is, or an argument is not what it should be.

    Examples
    --------
    >>> from qualcode.stats.agreement import own_measure
    >>> import numpy as np
    >>> def alike(ratings):
    ...     rated = (ratings.codes >= 0).all(axis=0)
    ...     codes = ratings.codes[:, rated]
    ...     return np.mean((codes == codes[0]).all(axis=0)) if rated.any() else float("nan")
    >>> unanimity = own_measure(
    ...     "unanimity", alike, formula="units alike / units", reference="this study", lowest=0
    ... )
    >>> unanimity.function([["a", "b", "b", "a"], ["a", "b", "a", "a"]]).value
    0.75
    """
    check_text(name, what="name", error=StatisticsError)
    if name in MEASURES or not name.isidentifier():
        raise StatisticsError(
            f"name={name!r}: give a name like that of a variable that no measure has yet"
        )
    check_function(value, what="value")
    check_text(formula, what="formula", error=StatisticsError)
    if not isinstance(reference, Reference):
        check_text(reference, what="reference", error=StatisticsError)
    title = name if title is None else check_text(title, what="title", error=StatisticsError)
    least = plain_scalar(lowest)
    if not isinstance(least, int | float) or isinstance(least, bool) or np.isnan(least):
        raise StatisticsError(f"lowest={shown(lowest)}: give the least value it can take")
    return OwnFunction(name, value, formula, reference, title, float(least)).measure


@attrs.frozen
class OwnFunction:
    """What a measure of your own computes, as a function like those of `MEASURES`.

    Parameters
    ----------
    name, value, formula, reference, title, lowest
        As for `own_measure`.
    """

    name: str
    value: Callable[[Ratings], float]
    formula: str
    reference: Reference | str
    title: str
    lowest: float

    @property
    def measure(self) -> Measure:
        """The measure that has this function."""
        return Measure(
            self.name, self.title, self.formula, self.reference, self.lowest, self, "ratings"
        )

    def __call__(
        self,
        ratings: RatingsLike,
        *,
        categories: Sequence[Hashable] | None = None,
        **options: Unpack[IntervalOptions],
    ) -> AgreementResult:
        """Compute the measure; arguments are those of `measure_again`."""
        return measure_again(self, ratings, categories=categories, **options)


@question("own_measure", called="function")
def measure_again(
    function: OwnFunction,
    ratings: RatingsLike,
    *,
    categories: Sequence[Hashable] | None = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return a measure of your own on ratings, with its interval.

    Parameters
    ----------
    function : OwnFunction
        The function of the measure.
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    categories : sequence, optional
        The labels that could have been given, by default those that were.
    **options
        An interval, see `IntervalOptions`; there is no analytic one.
    """
    check_kind(function, OwnFunction, what="function", error=StatisticsError)
    read = Ratings.read(ratings, categories=categories)
    return estimate(function.measure, _Recomputed(read, function), options)


@attrs.frozen(eq=False)
class _Recomputed:
    """A measure that is no function of sums: a row of them says how often each unit is taken."""

    ratings: Ratings
    function: OwnFunction

    def sums(self, groups: Groups) -> FloatArray:
        n = self.ratings.n_units
        if groups.of_unit is None:
            return np.ones((1, n)) if groups.times is None else groups.times[None, :].astype(float)
        if groups.size * n > _CELLS:
            raise StatisticsError(
                f"{self.function.name} cannot be computed again for each of {groups.size:,} groups of "
                f"{n:,} units: give clusters=…, the document of each unit, or compare larger units"
            )
        taken = np.zeros((groups.size, n))
        taken[groups.of_unit, np.arange(n)] = 1.0 if groups.times is None else groups.times
        return taken

    def paired(self, sums: FloatArray) -> FloatArray:
        twice = np.count_nonzero(self.ratings.codes >= 0, axis=0) > 1
        return np.asarray(sums @ twice.astype(float))

    def estimates(self, sums: FloatArray) -> Estimates:
        rows = np.atleast_2d(sums).astype(np.int64)
        found = np.array([self._value(row) for row in rows]).reshape(sums.shape[:-1])
        nothing = np.full(found.shape, np.nan)
        return Estimates(found, nothing, nothing)

    def _value(self, taken: IntArray) -> float:
        ratings = attrs.evolve(self.ratings, codes=np.repeat(self.ratings.codes, taken, axis=1))
        value = plain_scalar(self.function.value(ratings))
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value.item()
        if not isinstance(value, int | float):
            raise StatisticsError(
                f"{self.function.name} returned {shown(value)}: give a number, NaN where it is undefined"
            )
        return float(value)

    def undefined(self, sums: FloatArray) -> str:
        return f"{self.function.name} has no value for these ratings"

    def per_category(self, sums: FloatArray) -> None:
        return None

    def standard_error(self, sums: FloatArray) -> None:
        return None
