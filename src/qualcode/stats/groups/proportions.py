"""Prevalence: the share of units that carry each code, with intervals by whole documents."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import (
    check_aligned,
    check_confidence,
    check_one_of,
    check_resamples,
    label_names,
    numbers,
)
from qualcode.stats.groups.differences import group_positions, groups_in_order
from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, cluster_bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Proportions", "proportions", "proportions_by"]

Floats: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = Literal["jackknife", "bootstrap", "wilson"]

_NO_UNITS = "there are no units"


@attrs.frozen(eq=False)
class Proportions(Answer):
    """The share of units that carry each code.

    Parameters
    ----------
    value : array of float
        The shares; NaN where there are no units.
    count : array of float
        Units that carry each code.
    total : float
        All units.
    bounds : Bounds
        Their intervals, cut off at 0 and 1; ``bounds.reason`` says why one is undefined.
    """

    _says = "Shares with intervals"
    _figure = "qualcode.report.plot.estimates:proportions"

    value: Floats
    count: Floats
    total: float
    bounds: Bounds

    def to_frame(self, labels: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a frame with a row for each code.

        Columns: label, count, total, share, low, high, standard_error, n_clusters, reason (why there is
        no interval), note (what to bear in mind of it).
        """
        import pandas as pd

        names = label_names(labels, self.value.size)
        return pd.DataFrame(
            {
                "label": names,
                "count": self.count,
                "total": self.total,
                "share": self.value,
                "low": self.bounds.low,
                "high": self.bounds.high,
                "standard_error": self.bounds.standard_error,
                "n_clusters": self.bounds.n_clusters,
                "reason": self.bounds.reason,
                "note": np.where(self.bounds.reason == "", self.bounds.note or "", ""),
            }
        )


@question()
def proportions(
    carrying: ArrayLike,
    units: ArrayLike,
    *,
    interval: Interval | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> Proportions:
    """Return the share of units that carry each code.

    Parameters
    ----------
    carrying : array, n_documents × n_codes
        How many units of each document carry each code. For the share of documents, 0 or 1.
    units : array, one for each document
        How many units each document has. For the share of documents, 1.
    interval : {"wilson", "jackknife", "bootstrap"}, optional
        Wilson's score interval takes units as independent, which holds only where no document has more
        than one unit. It is the default there and refused elsewhere, and has an answer where all
        documents agree, too. By whole documents: delete one, with Student's t on the logit scale (the
        default elsewhere), or draw them with replacement, which covers too seldom
        (``benchmarks/interval_coverage.py``). Documents without units count for nothing.
    confidence : float, default 0.95
        The nominal coverage.
    n_resamples : int, default 1000
        How many bootstrap samples to draw.
    random_state : int or numpy.random.Generator
        The seed of the bootstrap.

    References
    ----------
    The share is a ratio of sums over documents; its delete-one jackknife: Efron & Stein 1981,
    doi:10.1214/aos/1176345462. Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> shares = proportions([[3, 0], [1, 2], [4, 0], [2, 1]], [5, 5, 8, 4])
    >>> shares.value.round(3), shares.bounds.low.round(3), shares.bounds.high.round(3)
    (array([0.455, 0.136]), array([0.222, 0.007]), array([0.709, 0.781]))
    """
    check_interval(interval)
    confidence, n_resamples = check_confidence(confidence), check_resamples(n_resamples)
    with_code, of_document = _checked(carrying, units)
    interval = interval or fitting_interval(with_code, of_document)
    count, total = with_code.sum(axis=0), float(of_document.sum())
    value = _share(count, np.full(count.shape, total))
    if interval == "wilson":
        bounds = _wilson(with_code, of_document, confidence)
    elif not total:
        nothing = np.full(count.shape, np.nan)
        why = np.full(count.shape, _NO_UNITS, dtype=object)
        bounds = Bounds(nothing, nothing, nothing, why, confidence, interval, len(with_code))
    else:
        bounds = cluster_bounds(
            _share,
            [with_code, of_document[:, None]],
            method=interval,
            confidence=confidence,
            n_resamples=n_resamples,
            random_state=random_state,
            scale="logit",
        )
    cut = attrs.evolve(bounds, low=np.clip(bounds.low, 0, 1), high=np.clip(bounds.high, 0, 1))
    return Proportions(value, count, total, cut)


def proportions_by(
    carrying: ArrayLike,
    units: ArrayLike,
    groups: Sequence[Hashable],
    *,
    order: Sequence[Hashable] | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> dict[Any, Proportions]:
    """Return the shares in each group of documents, or at each point of an ordered time.

    Parameters
    ----------
    carrying, units, interval, confidence, n_resamples, random_state
        As for `proportions`.
    groups : sequence, one for each document
        Its group, year, wave …
    order : sequence, optional
        The groups to report, in their order; sorted otherwise. A group without documents is
        reported as such.

    Examples
    --------
    >>> carrying, years = [[3], [1], [4], [2]], [2021, 2020, 2021, 2020]
    >>> by_year = proportions_by(carrying, [5, 5, 8, 4], years, order=[2020, 2021, 2022])
    >>> {year: round(float(shares.value[0]), 3) for year, shares in by_year.items()}
    {2020: 0.333, 2021: 0.538, 2022: nan}
    >>> str(by_year[2022].bounds.reason[0])
    'there are no units'
    """
    with_code, of_document = _checked(carrying, units)
    check_interval(interval)
    interval = interval or fitting_interval(with_code, of_document)  # the same for all groups
    check_aligned(carrying=carrying, groups=groups)
    names, position = group_positions(groups)
    if position.size != len(with_code):
        raise StatisticsError(
            f"{position.size} groups for {len(with_code)} documents: give one for each"
        )
    wanted = names if order is None else groups_in_order(names, order)
    rng = as_generator(random_state)
    at = {name: number for number, name in enumerate(names)}
    found = {}
    for name in wanted:
        rows = position == at.get(name, -1)
        found[name] = proportions(
            with_code[rows],
            of_document[rows],
            interval=interval,
            confidence=confidence,
            n_resamples=n_resamples,
            random_state=rng,
        )
    return found


def fitting_interval(carrying: NDArray[Any], units: NDArray[Any]) -> Interval:
    """Return Wilson's interval where each document is one unit or none, else the jackknife's."""
    alone = np.isin(units, (0, 1)).all() and np.isin(carrying, (0, 1)).all()
    return "wilson" if alone else "jackknife"


def check_interval(interval: object) -> None:
    """Check that an interval of proportions is known, or is for the data to choose."""
    if interval is not None:
        check_one_of(interval, get_args(Interval), what="interval")


def _checked(carrying: ArrayLike, units: ArrayLike) -> tuple[Floats, Floats]:
    check_aligned(carrying=carrying, units=units)
    with_code = numbers(carrying, what="carrying")
    of_document = numbers(units, what="units")
    if with_code.ndim != 2 or of_document.shape != with_code.shape[:1]:
        raise StatisticsError(
            f"carrying has shape {with_code.shape} and units {of_document.shape}: "
            "give documents × codes, and one number of units for each document"
        )
    bad = ~((with_code >= 0) & (with_code <= of_document[:, None]))
    if bad.any():
        row, column = np.argwhere(bad)[0].tolist()
        raise StatisticsError(
            f"document {row} has {with_code[row, column]:g} units with code {column} "
            f"among {of_document[row]:g} units"
        )
    return with_code, of_document


def _share(count: Any, total: Any) -> Floats:
    shape = np.broadcast_shapes(np.shape(count), np.shape(total))
    share = np.full(shape, np.nan)
    np.divide(count, total, out=share, where=np.broadcast_to(total, shape) > 0)
    return share


def _wilson(with_code: Floats, of_document: Floats, confidence: float) -> Bounds:
    """Return score intervals of the share of documents."""
    from scipy import stats

    most = float(of_document.max(initial=0))
    if most > 1 or np.any(with_code % 1) or np.any(of_document % 1):
        raise StatisticsError(
            "Wilson's interval takes units as independent, so a document must be one unit, and one "
            f"here has {most:g}: use interval='jackknife' for several units in a document"
        )
    # Documents without a unit tell nothing.
    n, n_codes = int(of_document.sum()), with_code.shape[1]
    low, high, error = (np.full(n_codes, np.nan) for _ in range(3))
    if n:
        for code, count in enumerate(with_code.sum(axis=0).tolist()):
            result = stats.binomtest(int(count), n)
            low[code], high[code] = result.proportion_ci(confidence, method="wilson")
            error[code] = np.sqrt(count / n * (1 - count / n) / n)
    why = np.full(n_codes, "" if n else _NO_UNITS, dtype=object)
    return Bounds(low, high, error, why, confidence, "wilson", n)
