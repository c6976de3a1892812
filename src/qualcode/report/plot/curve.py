"""The figure of how much must still be coded: a learning curve, followed beyond what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from qualcode.report.plot.drawing import AMBER, BLUE, GREY, PALE, canvas, described, styled
from qualcode.suggest.judging.curve import CURVES, FAR, LearningCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["needed"]


@styled
def needed(
    curve: LearningCurve,
    targets: float | Iterable[float] = (),
    *,
    confidence: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw a learning curve with its interval, as far as it tells anything, and what is needed for targets.

    Points are means over splits with the interval of twice their standard error. Beyond the largest budget
    the curve is dashed. A target is a line across, and what it needs a point on the curve with its interval.

    Parameters
    ----------
    curve : LearningCurve
        What was fitted.
    targets : float or iterable of float, optional
        Qualities that are wanted.
    confidence : float, default 0.95
        Of the intervals.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    wanted = [targets] if isinstance(targets, int | float) else list(targets)
    found = [curve.needed(target, confidence=confidence) for target in wanted]
    axes = canvas(ax, 6.4, 3.9)
    last = float(curve.n[-1])
    far = FAR * last
    where = np.geomspace(curve.n[0], far, 200)
    value, low, high = curve.at(where, confidence=confidence).T
    axes.fill_between(where, low, high, color=BLUE, alpha=0.15, linewidth=0)
    seen = where <= last
    axes.plot(where[seen], value[seen], color=BLUE, linewidth=1.6)
    axes.plot(where[~seen], value[~seen], color=BLUE, linewidth=1.6, linestyle="--")
    axes.errorbar(
        curve.n, curve.value, 2 * curve.error, fmt="o", color=BLUE, markersize=4.5, linewidth=1.1
    )
    axes.axvline(curve.coded, color=GREY, linewidth=0.9, linestyle=":")
    axes.annotate(
        f"coded now: {curve.coded:,}", (curve.coded, 1), (3, -3), xycoords=("data", "axes fraction"),
        textcoords="offset points", va="top", fontsize=8, color=GREY,
    )  # fmt: skip
    for each in found:
        axes.axhline(each.target, color=AMBER, linewidth=0.9)
        if each.n is not None and each.n <= far:
            ends = [max(each.low, float(curve.n[0])), min(each.high, far)]
            axes.plot(ends, [each.target] * 2, color=AMBER, linewidth=3.5, alpha=0.45)
            axes.plot([each.n], [each.target], marker="D", color=AMBER, markersize=5.5, zorder=5)
    axes.set_xscale("log")
    axes.set_xlim(curve.n[0] * 0.9, far)
    ticks = [m * 10**e for e in range(1, 10) for m in (1, 2, 5) if curve.n[0] <= m * 10**e <= far]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    top = max([float(np.max(high)), float(np.max(curve.value)), *wanted])
    axes.set_ylim(0, min(1.04, math.ceil(10 * top + 0.5) / 10))
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.set_xlabel("Coded segments (dashed: beyond what was measured)")
    axes.set_ylabel(CURVES.get(curve.measure, curve.measure))
    axes.set_title("How much more coding would bring", loc="left")
    told = "; ".join(map(str, found))
    return described(
        axes,
        f"{CURVES.get(curve.measure, curve.measure)} by coded segments, {curve.coded:,} now, from "
        f"{float(curve.value[0]):.2f} to {float(curve.value[-1]):.2f}. {told}",
    )
