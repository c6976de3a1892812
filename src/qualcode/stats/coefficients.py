"""Coefficients of association between two codes, one function each, and the table of them.

Of *n* units, *n_a* carry the first code, *n_b* the second and *both* carry the two. All coefficients
are functions of these four numbers; arrays broadcast, so a whole matrix of pairs is one call.
`COEFFICIENTS` has them all, with formula, range and source. A `Coefficient` of your own goes wherever
the name of one does.

Where a coefficient divides zero by zero it has no value: the arrays hold NaN there, and results say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.checks import check_flag, check_kind, check_text, looked_up, plain_scalar, shown
from qualcode.stats.arguments import check_aligned, check_function, check_list, numbers

__all__ = [
    "BOTH_EVERYWHERE",
    "COEFFICIENTS",
    "NEITHER_USED",
    "ONE_EVERYWHERE",
    "ONE_UNUSED",
    "Coefficient",
    "CoefficientLike",
    "Condition",
    "checked_counts",
    "coefficient",
    "coefficient_or_count",
    "dice",
    "equivalence",
    "g_squared",
    "inclusion",
    "jaccard",
    "lift",
    "npmi",
    "ochiai",
    "odds_ratio",
    "phi",
    "pmi",
    "x_squared",
    "yule_q",
]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.object_]
Formula = TypeVar("Formula", bound=Callable[..., Any])

_RESERVED = (
    "a",
    "b",
    "both",
    "n_a",
    "n_b",
    "n",
    "count",
    "low",
    "high",
    "reason",
    "standard_error",
)


@attrs.frozen
class Condition:
    """When a coefficient has no value, and why.

    Parameters
    ----------
    why : str
        The reason, as results give it.
    holds : callable
        Takes ``both, n_a, n_b, n`` and says of which pairs it is true.
    """

    why: str
    holds: Callable[[Floats, Floats, Floats, Floats], Flags]


def _neither(both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> Flags:
    return np.asarray((n_a == 0) & (n_b == 0))


def _unused(both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> Flags:
    return np.asarray((n_a == 0) | (n_b == 0))


def _everywhere(both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> Flags:
    return np.asarray((n_a == n) | (n_b == n))


def _both_everywhere(both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> Flags:
    return np.asarray(both == n)


NEITHER_USED = Condition("neither code is on any unit", _neither)
"""Neither code is on any unit."""
ONE_UNUSED = Condition("one of the codes is on no unit", _unused)
"""One of the codes is on no unit."""
ONE_EVERYWHERE = Condition("one of the codes is on every unit", _everywhere)
"""One of the codes is on every unit."""
BOTH_EVERYWHERE = Condition("both codes are on every unit", _both_everywhere)
"""Both codes are on every unit."""


def _check_end(_: object, field: attrs.Attribute[float], value: float) -> None:
    plain = plain_scalar(value)
    if not isinstance(plain, int | float) or isinstance(plain, bool) or np.isnan(plain):
        raise StatisticsError(
            f"{field.name}={shown(value)}: give the {'least' if field.name == 'low' else 'greatest'} value "
            "that the coefficient can take, as a number; it can be infinite"
        )


def _check_name(_: object, __: object, name: str) -> None:
    if not isinstance(name, str) or not name.isidentifier() or name in _RESERVED:
        raise StatisticsError(
            f"name={shown(name)}: a coefficient is called like a variable, such as 'kulczynski', and not "
            f"{', '.join(map(repr, _RESERVED))}, which are columns of their own"
        )


def _check_function(_: object, field: attrs.Attribute[Any], value: object) -> None:
    check_function(value, what=field.name)


def _conditions(given: Iterable[Condition]) -> tuple[Condition, ...]:
    conditions = tuple(check_list(given, what="undefined", of="conditions"))
    for each in conditions:
        check_kind(
            each, Condition, what="undefined", error=StatisticsError,
            advice="use those of qc.stats.coefficients, or make one: Condition(why, holds)",
        )  # fmt: skip
    return conditions


@attrs.frozen
class Coefficient:
    """A coefficient of association: one of the table, or one of your own.

    It can be given wherever the name of a coefficient can: in frames, intervals, networks, comparisons of
    groups and conclusions. Frames, reports and methods paragraphs then show it as those of the table.

    Parameters
    ----------
    name : str
        The name of the column in frames.
    function : callable
        Takes ``both, n_a, n_b`` and, where `uses_n`, ``n``, all arrays of floats, and returns an array of
        floats: NaN where the coefficient is undefined. A function of a module or of a script, with a name,
        so that a recipe that used it can be run again.
    formula : str
        With a = both, b and c = one code alone, d = neither, n = all units.
    reference : str
        Where it comes from; what methods paragraphs cite.
    label : str, optional
        What texts call it; `name` when not given.
    low, high : float
        The least and the greatest value it can take; unbounded when not given. Intervals are cut off there,
        and symmetric on a scale that suits them.
    uses_n : bool, default True
        Whether units that carry neither code matter.
    undefined : tuple of Condition
        When it has no value, and why; the first that holds is told.
    strength : bool, default True
        Whether it measures how strong an association is, and not how much evidence there is for one,
        which grows with the number of units and has no interval.

    Examples
    --------
    >>> import numpy as np
    >>> def kulczynski(both, n_a, n_b):
    ...     with np.errstate(invalid="ignore"):
    ...         return (both / n_a + both / n_b) / 2
    >>> mean = Coefficient(
    ...     "kulczynski", kulczynski, "(a / (a + b) + a / (a + c)) / 2", "Kulczyński (1927)",
    ...     low=0, high=1, uses_n=False, undefined=[ONE_UNUSED],
    ... )
    >>> float(mean(3, 4, 6, 10))
    0.625
    """

    name: str = attrs.field(validator=_check_name)
    function: Callable[..., Any] = attrs.field(validator=_check_function)
    formula: str
    reference: str
    label: str = attrs.field(
        default=attrs.Factory(lambda self: self.name, takes_self=True), kw_only=True
    )
    low: float = attrs.field(default=-np.inf, validator=_check_end, kw_only=True)
    high: float = attrs.field(default=np.inf, validator=_check_end, kw_only=True)
    uses_n: bool = attrs.field(default=True, kw_only=True)
    undefined: tuple[Condition, ...] = attrs.field(default=(), converter=_conditions, kw_only=True)
    strength: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name in ("formula", "reference", "label"):
            check_text(getattr(self, name), what=name, error=StatisticsError)
        for name in ("uses_n", "strength"):
            check_flag(getattr(self, name), what=name, error=StatisticsError)
        if self.low >= self.high:
            raise StatisticsError(f"low={self.low:g} is not below high={self.high:g}")

    def __call__(self, both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Floats:
        """Compute the coefficient from all four counts, whether it uses `n` or not.

        Raises
        ------
        StatisticsError
            When the function does not return one number for each pair.
        """
        given = (both, n_a, n_b, n) if self.uses_n else (both, n_a, n_b)
        counts = [np.asarray(each, dtype=np.float64) for each in given]
        values: Floats = numbers(self.function(*counts), what=f"what {self.name} returned")
        shape = np.broadcast_shapes(*(each.shape for each in counts))
        if values.shape != shape:
            raise StatisticsError(
                f"{self.name} returned values of shape {values.shape} for pairs of shape {shape}: "
                "give one for each"
            )
        return values

    def reason(self, both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Texts:
        """Return why it has no value, pair by pair; empty where it has one."""
        counts = np.broadcast_arrays(*checked_counts(both, n_a, n_b, n))
        values = np.broadcast_to(self(*counts), counts[0].shape)
        why = np.full(counts[0].shape, "", dtype=object)
        why[np.isnan(values)] = "it has no value for these counts"
        for each in reversed(self.undefined):
            why[each.holds(*counts)] = each.why
        return why


CoefficientLike: TypeAlias = str | Coefficient
"""The name of a coefficient of the table, or a `Coefficient`."""

_TABLE: dict[str, Coefficient] = {}
COEFFICIENTS: Mapping[str, Coefficient] = MappingProxyType(_TABLE)
"""Every coefficient by name, in the order of the documentation."""


def _coefficient(
    label: str,
    formula: str,
    low: float,
    high: float,
    reference: str,
    *undefined: Condition,
    uses_n: bool = True,
    strength: bool = True,
) -> Callable[[Formula], Formula]:
    """Enter the function below into `COEFFICIENTS`."""

    def enter(function: Formula) -> Formula:
        name = function.__name__
        _TABLE[name] = Coefficient(
            name, function, formula, reference, label=label, low=low, high=high, uses_n=uses_n,
            undefined=undefined, strength=strength,
        )  # fmt: skip
        return function

    return enter


def coefficient(measure: CoefficientLike) -> Coefficient:
    """Return a coefficient by its name, or as it is given.

    Parameters
    ----------
    measure : str or Coefficient
        A name of `COEFFICIENTS`, or a coefficient.

    Raises
    ------
    NotFoundError
        When there is none of that name; the message suggests one.

    Examples
    --------
    >>> coefficient("jaccard").formula
    'a / (a + b + c)'
    """
    if isinstance(measure, Coefficient):
        return measure
    return COEFFICIENTS[_known(measure, tuple(COEFFICIENTS))]


def coefficient_or_count(measure: CoefficientLike) -> Coefficient | None:
    """Return a coefficient, as `coefficient` does; None where the count itself is asked for.

    Parameters
    ----------
    measure : str or Coefficient
        ``"count"``, a name of `COEFFICIENTS`, or a coefficient.

    Raises
    ------
    NotFoundError
        When there is none of that name; the message suggests one.
    """
    if isinstance(measure, str) and measure == "count":
        return None
    if isinstance(measure, Coefficient):
        return measure
    return COEFFICIENTS[_known(measure, ("count", *COEFFICIENTS))]


def _known(name: object, known: tuple[str, ...]) -> str:
    if not isinstance(name, str) or name not in known:
        raise NotFoundError(
            f"measure: {looked_up(name)} is no coefficient; there are {', '.join(known)}."
            f"{did_you_mean(name, known)} One of your own is a qc.stats.coefficients.Coefficient"
        )
    return str(name)


@_coefficient(
    "Jaccard",
    "a / (a + b + c)",
    0,
    1,
    "Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11, "
    "doi:10.1111/j.1469-8137.1912.tb05611.x",
    NEITHER_USED,
    uses_n=False,
)
def jaccard(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike) -> Any:
    """Return, of the units with either code, the share with both.

    Desktop programs report it as the c-coefficient.

    Examples
    --------
    >>> round(float(jaccard(5, 100, 10)), 6)
    0.047619
    """
    a, x, y, _ = checked_counts(both, n_a, n_b)
    return _over(a, x + y - a)


@_coefficient(
    "Dice",
    "2a / (2a + b + c)",
    0,
    1,
    "Dice (1945), Measures of the amount of ecologic association between species, Ecology 26, "
    "doi:10.2307/1932409",
    NEITHER_USED,
    uses_n=False,
)
def dice(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike) -> Any:
    """Return twice the units with both codes, over the two codes' units counted separately."""
    a, x, y, _ = checked_counts(both, n_a, n_b)
    return _over(2 * a, x + y)


@_coefficient(
    "Ochiai (cosine)",
    "a / √((a + b)(a + c))",
    0,
    1,
    "Ochiai (1957), Zoogeographical studies on the soleoid fishes found in Japan and its "
    "neighbouring regions II, Bulletin of the Japanese Society of Scientific Fisheries 22, "
    "doi:10.2331/suisan.22.526",
    ONE_UNUSED,
    uses_n=False,
)
def ochiai(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike) -> Any:
    """Return the cosine between the two codes' columns of units."""
    a, x, y, _ = checked_counts(both, n_a, n_b)
    return _over(a, np.sqrt(x * y))


@_coefficient(
    "Inclusion",
    "a / min(a + b, a + c)",
    0,
    1,
    "Callon, Law and Rip (1986), Mapping the dynamics of science and technology, "
    "doi:10.1007/978-1-349-07408-2",
    ONE_UNUSED,
    uses_n=False,
)
def inclusion(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike) -> Any:
    """Return the share of the rarer code's units that carry the other too."""
    a, x, y, _ = checked_counts(both, n_a, n_b)
    return _over(a, np.minimum(x, y))


@_coefficient(
    "Equivalence",
    "a² / ((a + b)(a + c))",
    0,
    1,
    "Callon, Courtial and Laville (1991), Co-word analysis as a tool for describing the network of "
    "interactions between basic and technological research, Scientometrics 22, "
    "doi:10.1007/BF02019280",
    ONE_UNUSED,
    uses_n=False,
)
def equivalence(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike) -> Any:
    """Return the share of each code's units that carry the other, multiplied."""
    a, x, y, _ = checked_counts(both, n_a, n_b)
    return _over(a * a, x * y)


@_coefficient(
    "Lift",
    "a·n / ((a + b)(a + c))",
    0,
    np.inf,
    "Brin, Motwani and Silverstein (1997), Beyond market baskets: generalizing association rules to "
    "correlations, Proceedings of SIGMOD, doi:10.1145/253260.253327",
    ONE_UNUSED,
)
def lift(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return how many times as often the codes meet as independent codes would."""
    a, x, y, total = checked_counts(both, n_a, n_b, n)
    return _over(a * total, x * y)


@_coefficient(
    "Pointwise mutual information",
    "log₂ lift",
    -np.inf,
    np.inf,
    "Church and Hanks (1990), Word association norms, mutual information, and lexicography, "
    "Computational Linguistics 16, https://aclanthology.org/J90-1003",
    ONE_UNUSED,
)
def pmi(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return the logarithm of lift, in bits: 0 if independent, −∞ where the codes never meet."""
    return _log2(lift(both, n_a, n_b, n))


@_coefficient(
    "Normalised pointwise mutual information",
    "log₂ lift / −log₂(a/n)",
    -1,
    1,
    "Bouma (2009), Normalized (pointwise) mutual information in collocation extraction, "
    "Proceedings of GSCL, pp. 31–40",
    ONE_UNUSED,
    BOTH_EVERYWHERE,
)
def npmi(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return it scaled: −1 where codes never meet, 0 if independent, 1 where they always meet."""
    a, x, y, total = checked_counts(both, n_a, n_b, n)
    # Two roundings of the same logarithm can differ in the last digit and leave the range.
    value = np.clip(_over(_log2(_over(a * total, x * y)), -_log2(_over(a, total))), -1.0, 1.0)
    return np.where((a == 0) & (x * y > 0), -1.0, value)[()]


@_coefficient(
    "φ (Pearson correlation)",
    "(ad − bc) / √((a + b)(c + d)(a + c)(b + d))",
    -1,
    1,
    "Yule (1912), On the methods of measuring association between two attributes, Journal of the "
    "Royal Statistical Society 75, doi:10.2307/2340126",
    ONE_UNUSED,
    ONE_EVERYWHERE,
)
def phi(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return the correlation of the two codes' columns of units."""
    a, x, y, total = checked_counts(both, n_a, n_b, n)
    spread = np.sqrt(x * (total - x)) * np.sqrt(y * (total - y))
    return _over(a * total - x * y, spread)


@_coefficient(
    "Yule's Q",
    "(ad − bc) / (ad + bc)",
    -1,
    1,
    "Yule (1900), On the association of attributes in statistics, Philosophical Transactions of the "
    "Royal Society A 194, doi:10.1098/rsta.1900.0019",
    ONE_UNUSED,
    ONE_EVERYWHERE,
)
def yule_q(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return the odds ratio, scaled to −1 … 1."""
    together, apart = _diagonals(both, n_a, n_b, n)
    return _over(together - apart, together + apart)


@_coefficient(
    "Odds ratio",
    "ad / bc",
    0,
    np.inf,
    "Cornfield (1951), A method of estimating comparative rates from clinical data, Journal of the "
    "National Cancer Institute 11, doi:10.1093/jnci/11.6.1269",
    ONE_UNUSED,
    ONE_EVERYWHERE,
)
def odds_ratio(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return how much a code raises the odds of the other; ∞ where one never goes without it."""
    together, apart = _diagonals(both, n_a, n_b, n)
    return _over(together, apart)


@_coefficient(
    "G² (likelihood ratio)",
    "2 Σ O ln(O/E)",
    0,
    np.inf,
    "Dunning (1993), Accurate methods for the statistics of surprise and coincidence, Computational "
    "Linguistics 19, https://aclanthology.org/J93-1003",
    ONE_UNUSED,
    ONE_EVERYWHERE,
    strength=False,
)
def g_squared(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return the evidence against independence: χ² on one degree of freedom if units are."""
    a, x, y, total = checked_counts(both, n_a, n_b, n)
    cells = (
        (a, x, y),
        (x - a, x, total - y),
        (y - a, total - x, y),
        (total - x - y + a, total - x, total - y),
    )
    sums = np.zeros(np.broadcast_shapes(a.shape, x.shape, y.shape, total.shape))
    for observed, row, column in cells:
        # An empty cell adds nothing: the limit of O ln O.
        fit = np.where(observed > 0, _over(observed * total, row * column), 1.0)
        sums = sums + observed * np.log(fit)
    varies = (x > 0) & (y > 0) & (x < total) & (y < total)
    # Rounding may leave a perfect fit a hair below zero.
    return np.where(varies, np.maximum(2 * sums, 0.0), np.nan)[()]


@_coefficient(
    "X² (Pearson)",
    "Σ (O − E)² / E = n φ²",
    0,
    np.inf,
    "Pearson (1900), On the criterion that a given system of deviations from the probable in the case "
    "of a correlated system of variables is such that it can be reasonably supposed to have arisen "
    "from random sampling, Philosophical Magazine 50, doi:10.1080/14786440009463897",
    ONE_UNUSED,
    ONE_EVERYWHERE,
    strength=False,
)
def x_squared(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Any:
    """Return the squared deviation from independence; it overstates rare codes, G² less so."""
    correlation = phi(both, n_a, n_b, n)
    return np.asarray(n, dtype=np.float64) * correlation**2


def checked_counts(
    both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the counts as floats, having checked that a set of units can have them.

    Raises
    ------
    StatisticsError
        With the first counts that cannot be, and where they are.
    """
    check_aligned(both=both, n_a=n_a, n_b=n_b, n=n)
    a, x, y = (
        numbers(each, what=what) for each, what in ((both, "both"), (n_a, "n_a"), (n_b, "n_b"))
    )
    given_total = None if n is None else numbers(n, what="n")
    try:
        total = x + y if given_total is None else given_total
        np.broadcast_shapes(a.shape, x.shape, y.shape, total.shape)
    except ValueError as error:
        raise StatisticsError(
            f"the counts are no numbers of matching shapes ({error}): "
            "give both as a matrix, n_a as a column, n_b as a row, n as one number"
        ) from None
    rules = (
        ("a count is not finite", np.isfinite(a) & np.isfinite(x) & np.isfinite(y + total)),
        ("a count is negative", (a >= 0) & (x >= 0) & (y >= 0)),
        ("both exceeds n_a or n_b", a <= np.minimum(x, y)),
        ("n_a + n_b − both exceeds n", x + y - a <= total),
    )
    for text, holds in rules:
        if not np.all(holds):
            a, x, y, total, holds = np.broadcast_arrays(a, x, y, total, holds)
            at = np.unravel_index(int(np.argmin(holds)), holds.shape)
            given = "" if n is None else f", n={total[at]:g}"
            raise StatisticsError(
                f"{text}: both={a[at]:g}, n_a={x[at]:g}, n_b={y[at]:g}{given}"
                + (f" at {tuple(int(i) for i in at)}" if at else "")
            )
    return a, x, y, total


def _diagonals(
    both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike
) -> tuple[Floats, Floats]:
    a, x, y, total = checked_counts(both, n_a, n_b, n)
    return a * (total - x - y + a), (x - a) * (y - a)


def _over(above: Any, below: Any) -> Any:
    """Divide: NaN for 0/0 and ±∞ for x/0, without a warning."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.true_divide(above, below)


def _log2(value: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(value)


def __dir__() -> list[str]:
    return list(__all__)
