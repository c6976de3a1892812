"""How much must still be coded: a learning curve fitted to what was measured, and followed beyond it.

Quality grows with coding by an inverse power law: fast at first, then ever more slowly, up to a level that
more coding of the same kind does not pass. Three numbers say how; they are known only as well as the splits
agree, and the further beyond the data the curve is followed, the less it tells.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.readable import Readable
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_between, check_confidence, check_count
from qualcode.stats.uncertainty.resampling import RandomState, as_generator

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CURVES", "FAR", "Hindcast", "LearningCurve", "Needed", "fit_curve"]

Floats = NDArray[np.float64]

FAR = 5
"""So many times beyond the largest budget a curve is no more than a guess."""

# What decay is looked for among; beyond, a curve is all but a step or all but a logarithm.
_DECAYS = np.geomspace(0.03, 2.0, 60)
# Three points lie on a curve of three numbers, whatever they are, and nothing would tell that it is wrong.
_LEAST_BUDGETS, _LEAST_SPLITS = 4, 2
# A quality is measured no better than this, however well a few splits agree by chance.
_LEAST_ERROR = 1e-3
# Nobody codes so many segments.
_NEVER = 1e7
CURVES = {
    "macro_f1": "macro-F1",
    "precision_at_1": "P@1",
    "recall_at_3": "R@3",
    "map": "mean average precision",
}
"""The qualities that a curve can be fitted to, and what they are called."""


@frozen
class Needed:
    """How many coded segments it takes to reach a quality.

    Parameters
    ----------
    measure : str
        What is measured.
    target : float
        How much of it is wanted.
    n : float or None
        With how many coded segments the curve reaches it; None when it never does.
    low, high : float
        The interval of that number; infinite where the target may be out of reach.
    reachable : float
        The share that reaches it at all of the curves that agree with the measurements.
    coded : int
        How many segments are coded now.
    confidence : float
        Of the interval.
    reason : str or None
        Why the number is missing, or not to be relied on.
    """

    measure: str
    target: float
    n: float | None
    low: float
    high: float
    reachable: float
    coded: int
    confidence: float
    reason: str | None = None

    @property
    def more(self) -> tuple[float | None, float, float]:
        """How many more segments than are coded now, and the interval of that number."""
        low, high = (max(0.0, n - self.coded) for n in (self.low, self.high))
        return None if self.n is None else max(0.0, self.n - self.coded), low, high

    def __str__(self) -> str:
        name, level = CURVES.get(self.measure, self.measure), f"{self.confidence:.0%}"
        ends = [_rounded(end) for end in (self.low, self.high) if end < _NEVER]
        span = f"{level} interval {' to '.join(ends)}{' or more' if len(ends) == 1 else ''}"
        span = span if ends else f"{level} interval without an end"
        if self.n is None:
            return f"{name} of {self.target:.2f}: {self.reason} ({span} coded segments)"
        more = self.more[0] or 0.0
        what = (
            f"{_rounded(more)} more than the {self.coded:,} coded now"
            if more
            else f"no more than the {self.coded:,} coded now"
        )
        text = (
            f"{name} of {self.target:.2f} takes {_rounded(self.n)} coded segments ({span}), {what}"
        )
        return f"{text}; {self.reason}" if self.reason else text


@frozen
class Hindcast:
    """What a curve fitted to the smaller budgets says of the largest, beside what was measured there.

    Parameters
    ----------
    n : float
        The segments of the largest budget.
    times : float
        How many times as many as the curve was fitted to.
    observed : float
        What was measured.
    expected, low, high : float
        What the curve says, and the interval in which a measurement is then expected.
    """

    n: float
    times: float
    observed: float
    expected: float
    low: float
    high: float

    @property
    def held(self) -> bool:
        """Whether the measurement is in the interval."""
        return self.low <= self.observed <= self.high


@frozen(eq=False)
class LearningCurve(ByValue, Readable):
    r"""Quality by coded segments :math:`n`, as :math:`a - b\,n^{-c}`.

    Parameters
    ----------
    measure : str
        What is measured.
    n : array
        The segments learned from, by budget.
    quality : array, splits × budgets
        What was measured; NaN where nothing was.
    coded : int
        How many segments are coded now.
    level, gap, decay : float
        :math:`a`, where the curve levels off, :math:`b` and :math:`c`.
    misfit : float
        How much further the means are from the curve than their errors explain, at least 1; errors are
        enlarged by it.
    draws : array, draws × 3
        Curves that agree with the measurements as well.
    """

    _figure = "qualcode.report.plot.curve:needed"

    measure: str
    n: Floats = field(repr=False)
    quality: Floats = field(repr=False)
    coded: int
    level: float
    gap: float
    decay: float
    misfit: float = field(repr=False)
    draws: Floats = field(repr=False)

    @property
    def value(self) -> Floats:
        """The mean over splits, by budget."""
        return np.asarray(np.nanmean(self.quality, axis=0), np.float64)

    @property
    def error(self) -> Floats:
        """The standard error of that mean."""
        return _errors(self.quality)

    def at(self, n: ArrayLike, *, confidence: float = 0.95) -> Floats:
        """Return the curve and its interval at some numbers of segments, a row for each: value, low, high.

        Parameters
        ----------
        n : array
            Numbers of coded segments.
        confidence : float, default 0.95
            Of the interval, which is of the curve at each number by itself.
        """
        tail = (1 - check_confidence(confidence)) / 2
        where = np.atleast_1d(np.asarray(n, np.float64))
        if not (where > 0).all():
            raise StatisticsError(f"n is {where.tolist()}: give numbers of coded segments above 0")
        own = _power(np.array([[self.level, self.gap, self.decay]]), where)[0]
        low, high = np.quantile(_power(self.draws, where), [tail, 1 - tail], axis=0)
        return np.column_stack([own, np.minimum(low, own), np.maximum(high, own)])

    def needed(self, target: float, *, confidence: float = 0.95) -> Needed:
        """Return how many coded segments it takes to reach a quality, with its uncertainty.

        Parameters
        ----------
        target : float
            The quality, between 0 and 1.
        confidence : float, default 0.95
            Of the interval.
        """
        target = check_between(target, 0, 1, what="target")
        tail = (1 - check_confidence(confidence)) / 2
        own = float(_reached(np.array([[self.level, self.gap, self.decay]]), target)[0])
        drawn = np.sort(_reached(self.draws, target))
        low = min(own, float(np.quantile(drawn, tail, method="lower")))
        high = max(own, float(np.quantile(drawn, 1 - tail, method="higher")))
        reason = None
        if own >= _NEVER:
            reason = (
                f"the curve levels off at {self.level:.2f}, so that more coding of this kind is not "
                "expected to get there; clearer definitions, examples or fewer codes may"
            )
        elif own > FAR * self.n[-1]:
            reason = (
                f"this is {own / self.n[-1]:,.0f} times what the curve was measured on, and no more "
                f"than a guess: beyond {FAR} times, code more and ask again"
            )
        n = None if own >= _NEVER else own
        reachable = float(np.isfinite(drawn).mean())
        return Needed(self.measure, target, n, low, high, reachable, self.coded, confidence, reason)

    def hindcast(self, *, random_state: RandomState = 0) -> Hindcast:
        """Fit the curve to all budgets but the largest, and see whether it foretells that.

        Parameters
        ----------
        random_state : int or numpy.random.Generator, default 0
            For the interval.

        Raises
        ------
        StatisticsError
            When there are too few budgets to leave one out.
        """
        rng = as_generator(random_state)
        short = fit_curve(
            self.n[:-1],
            self.quality[:, :-1],
            measure=self.measure,
            n_draws=len(self.draws),
            random_state=rng,
        )
        expected = float(short.at(self.n[-1])[0, 0])
        freedom = max(1, int(np.isfinite(self.quality[:, -1]).sum()) - 1)
        noise = self.error[-1] * rng.standard_t(freedom, len(short.draws))
        drawn = _power(short.draws, self.n[-1:])[:, 0] + noise
        low, high = np.quantile(drawn, [0.025, 0.975])
        times = float(self.n[-1] / self.n[-2])
        return Hindcast(
            float(self.n[-1]), times, float(self.value[-1]), expected, float(low), float(high)
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each budget: segments, what was measured and its error, and the curve there."""
        import pandas as pd

        curve = self.at(self.n)
        return pd.DataFrame(
            {
                "n": self.n,
                "observed": self.value,
                "error": self.error,
                "n_splits": np.isfinite(self.quality).sum(axis=0),
                "curve": curve[:, 0],
                "low": curve[:, 1],
                "high": curve[:, 2],
            }
        )


def fit_curve(
    n: ArrayLike,
    quality: ArrayLike,
    *,
    coded: int | None = None,
    measure: str = "macro_f1",
    n_draws: int = 2000,
    random_state: RandomState = 0,
) -> LearningCurve:
    r"""Fit a learning curve to qualities measured on several splits at several budgets.

    The means over splits are fitted by weighted least squares, with :math:`a \le 1`, :math:`b \ge 0` and
    .03 ≤ :math:`c` ≤ 2. The uncertainty is that of splits: splits are given random weights, all budgets of a
    split together, with the tails of the t distribution, and the curve is fitted again. Where the means are
    further from the curve than that explains, it is enlarged.

    Parameters
    ----------
    n : array
        Segments learned from, by budget, growing.
    quality : array, splits × budgets
        What was measured; NaN where nothing was.
    coded : int, optional
        How many segments are coded now; by default as many as the largest budget has.
    measure : str, default "macro_f1"
        What it is.
    n_draws : int, default 2000
        How many curves are drawn for the uncertainty.
    random_state : int or numpy.random.Generator, default 0
        For these.

    Raises
    ------
    StatisticsError
        When there are fewer than four budgets or two splits.

    References
    ----------
    Figueroa RL, Zeng-Treitler Q, Kandula S, Ngo LH (2012). Predicting sample size required for classification
    performance. BMC Medical Informatics and Decision Making 12, 8. doi:10.1186/1472-6947-12-8, eq. 1

    Examples
    --------
    >>> n = np.array([50, 100, 200, 400])
    >>> exact = 0.6 - 2 * n**-0.5
    >>> curve = fit_curve(n, [exact - 0.01, exact, exact + 0.01])
    >>> print(curve.needed(0.55))
    macro-F1 of 0.55 takes 1,600 coded segments (95% interval ...), 1,200 more than the 400 coded now
    >>> print(curve.needed(0.7).reason)
    the curve levels off at 0.60, so that more coding of this kind is not expected to get there; ...
    """
    size = np.asarray(n, np.float64)
    table = np.atleast_2d(np.asarray(quality, np.float64))
    if size.ndim != 1 or table.ndim != 2 or table.shape[1] != size.size:
        raise StatisticsError(
            f"quality has the shape {table.shape} and n {size.shape}: give a row for each split and a "
            "column for each budget"
        )
    if not (size > 0).all() or not (np.diff(size) > 0).all():
        raise StatisticsError(f"n is {size.tolist()}: give numbers above 0, each above the last")
    if np.isinf(table).any() or (table < 0).any() or (table > 1).any():
        raise StatisticsError("quality holds what is no share between 0 and 1")
    enough = np.isfinite(table).sum(axis=0) >= _LEAST_SPLITS
    size, table = size[enough], table[:, enough]
    if size.size < _LEAST_BUDGETS:
        raise StatisticsError(
            f"{size.size} budgets were measured on at least {_LEAST_SPLITS} splits, and a learning curve "
            f"needs {_LEAST_BUDGETS}, or better five or six, each about twice the last: evaluate with more"
        )
    coded = int(size[-1]) if coded is None else check_count(coded, what="coded")
    n_draws = check_count(n_draws, what="n_draws", least=100)
    mean, error = np.nanmean(table, axis=0), _errors(table)
    weight = 1 / error**2
    level, gap, decay = _finely(size, mean, weight)
    freedom = size.size - 3
    off = weight @ (mean - _power(np.array([[level, gap, decay]]), size)[0]) ** 2
    misfit = max(1.0, float(np.sqrt(off / freedom))) if freedom > 0 else 1.0
    drawn = mean + misfit * _deviations(table, error, n_draws, as_generator(random_state))
    return LearningCurve(
        measure,
        size,
        table,
        coded,
        float(level),
        float(gap),
        float(decay),
        misfit,
        _fitted(size, drawn, weight),
    )


def _errors(quality: Floats) -> Floats:
    """Return the standard errors of means over splits.

    A few splits tell little of their spread at one budget, so it is taken halfway to that of all budgets.
    """
    count = np.isfinite(quality).sum(axis=0)
    spread = np.nanvar(quality, axis=0, ddof=1)
    spread = (spread + spread.mean()) / 2
    return np.asarray(np.maximum(np.sqrt(spread / count), _LEAST_ERROR), np.float64)


def _deviations(quality: Floats, error: Floats, n_draws: int, rng: np.random.Generator) -> Floats:
    """Return draws of how far means over splits may be off, draws × budgets.

    The budgets of a split go together: its documents come in the same order in all of them.
    """
    off = np.nan_to_num(quality - np.nanmean(quality, axis=0))
    # Sums over splits with weights of variance one then have the variance of the means.
    scale = error / np.maximum(np.sqrt((off**2).sum(axis=0)), 1e-12)
    normal = rng.standard_normal((n_draws, len(quality)))
    freedom = len(quality) - 1
    tails = np.sqrt(freedom / rng.chisquare(freedom, (n_draws, 1)))
    return np.asarray(tails * (normal @ (off * scale)), np.float64)


def _finely(n: Floats, quality: Floats, weight: Floats) -> Floats:
    """Return level, gap and decay of the best curve for one row of qualities, ever more exactly."""
    decays, step = _DECAYS, _DECAYS[1] / _DECAYS[0]
    while True:
        found = _fitted(n, quality[None, :], weight, decays)[0]
        if step < 1 + 1e-4:
            return np.asarray(found, np.float64)
        low = max(float(found[2] / step), float(_DECAYS[0]))
        high = min(float(found[2] * step), float(_DECAYS[-1]))
        decays, step = np.geomspace(low, high, 21), step**0.1


def _fitted(n: Floats, quality: Floats, weight: Floats, decays: Floats = _DECAYS) -> Floats:
    """Return level, gap and decay of the best curve for each row of qualities.

    For a given decay the curve is a straight line in n to the power of it, and the best is known at once.
    """
    best = np.full(len(quality), np.inf)
    found = np.zeros((len(quality), 3))
    share = weight / weight.sum()
    for decay in decays:
        x = (n / n[-1]) ** -decay
        middle, level = float(share @ x), quality @ share
        slope = ((quality - level[:, None]) @ (share * (x - middle))) / (share @ (x - middle) ** 2)
        gap = np.maximum(-slope, 0.0)
        level = level + gap * middle
        # No quality is above 1.
        through_one = np.maximum((1 - quality) @ (share * x) / (share @ x**2), 0.0)
        gap, level = np.where(level > 1, through_one, gap), np.minimum(level, 1.0)
        off = ((quality - level[:, None] + gap[:, None] * x) ** 2) @ share
        better = off < best
        best = np.where(better, off, best)
        these = np.column_stack([level, gap * n[-1] ** decay, np.full(len(gap), decay)])
        found = np.where(better[:, None], these, found)
    return found


def _power(curves: Floats, n: Floats) -> Floats:
    """Return the values of curves at numbers of segments, curves × numbers."""
    level, gap, decay = curves.T[..., None]
    return np.asarray(level - gap * n**-decay, np.float64)


def _reached(curves: Floats, target: float) -> Floats:
    """Return with how many segments each curve reaches a quality; infinite where it never does."""
    level, gap, decay = curves.T
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        n = (gap / (level - target)) ** (1 / decay)
    return np.asarray(np.where(level > target, np.maximum(n, 1.0), np.inf), np.float64)


def _rounded(n: float) -> str:
    """Return a number of segments to two figures: it is not known better."""
    digits = max(0, math.floor(math.log10(max(n, 1.0))) - 1)
    return f"{round(n / 10**digits) * 10**digits:,}"
