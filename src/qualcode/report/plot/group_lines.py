"""Figures of tests: how far groups are apart in each code, and which codes go up or down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualcode.report.describing.inference import p_value
from qualcode.report.describing.wording import number, per_cent
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    HUES,
    PALE,
    canvas,
    check_drawn,
    described,
    note,
    short,
    styled,
    wrapped,
    write_beside,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.groups.following import PATHS, Trajectories
from qualcode.stats.groups.group_tests import GroupTests
from qualcode.stats.groups.trends import Trends

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["group_tests", "trajectories", "trends"]

_ADJUSTED = {"holm": "Holm", "bh": "Benjamini–Hochberg", "by": "Benjamini–Yekutieli"}


@styled
def group_tests(result: GroupTests, *, top: int = 25, ax: Axes | None = None) -> Axes:
    """Draw how far groups are apart in each code, the least likely by chance first.

    With two groups that is the difference of their shares, with more Cramér's V; both with intervals.

    Parameters
    ----------
    result : GroupTests
        The tests.
    top : int, default 25
        How many rows at the most; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, GroupTests, "group_tests(…)")
    top = check_count(top, what="top", least=1)
    of_two = len(result.contrasts) == 1
    bounds = result.contrasts[0].difference_bounds if of_two else result.strength_bounds
    values = result.contrasts[0].difference if of_two else result.strength
    order = np.lexsort((-np.abs(np.nan_to_num(values)), np.nan_to_num(result.p, nan=2.0)))
    left, order = len(order) - top, order[:top]
    _draw_intervals(
        axes := canvas(ax, 7.6, 1.5 + 0.27 * max(2, len(order))), values[order], bounds.low[order],
        bounds.high[order],
    )  # fmt: skip
    names = [result.nodes[at].name for at in order.tolist()]
    adjusted = result.correction != "none"
    ps = result.adjusted if adjusted else result.p
    _rows(axes, names, [_p(float(p)) for p in ps[order]])
    if of_two:
        contrast = result.contrasts[0]
        one, other = value_label(contrast.reference), value_label(contrast.group)
        axes.set_xlabel(
            f"Share of {result.unit}s in {result.by} {other} less that in {result.by} {one}"
        )
    else:
        axes.set_xlabel("Cramér's V")
    how = (
        f"adjusted by {_ADJUSTED[result.correction]}" if adjusted else "not adjusted for being many"
    )
    note(
        axes,
        f"{per_cent(bounds.confidence)} intervals by whole {result.cluster}s; p at the right, {how}",
    )
    if left > 0:
        note(axes, f"{left} more are not shown.")
    axes.set_title(f"How far groups of {result.by} are apart", loc="left")
    told = "; ".join(
        f"{name} {number(float(values[at]), 2)} (p {_p(float(ps[at]))})"
        for name, at in zip(names, order.tolist(), strict=True)
        if not np.isnan(values[at])
    )
    return described(
        axes, f"Forest of {result.level}s by how far groups of {result.by} are apart: {told}."
    )


def _draw_intervals(
    axes: Axes, values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> None:
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    places = np.arange(len(values))
    axes.hlines(places, low, high, color=BLUE, linewidth=1.6)
    axes.plot(
        values,
        places,
        linestyle="none",
        marker="o",
        color=BLUE,
        markersize=6,
        markeredgecolor="#ffffff",
    )


def _rows(axes: Axes, names: list[str], beside: list[str]) -> None:
    axes.set_yticks(range(len(names)), [wrapped(name, 40) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)
    if beside:
        write_beside(axes, [(text,) for text in beside], range(len(names)))


def _p(value: float) -> str:
    return "–" if np.isnan(value) else p_value(value)


@styled
def trends(result: Trends, *, top: int = 6, ax: Axes | None = None) -> Axes:
    """Draw the shares along ordered groups as lines, those that change least likely by chance.

    Parameters
    ----------
    result : Trends
        The trends.
    top : int, default 6
        How many lines at the most; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Trends, "trends(…)")
    top = check_count(top, what="top", least=1, most=len(HUES))
    order = np.argsort(np.nan_to_num(result.tests.p, nan=2.0), kind="stable")
    left, order = len(order) - top, order[:top]
    shares = result.shares
    axes = canvas(ax, 7.2, 4.2)
    markers = ("o", "s", "^", "D", "v", "P", "X", "*")
    told = []
    for at, node in enumerate(order.tolist()):
        p = result.adjusted[node] if result.correction != "none" else result.tests.p[node]
        name = result.nodes[node].name
        axes.plot(
            result.steps, shares[:, node], color=HUES[at], marker=markers[at], markersize=6,
            linewidth=1.6, label=f"{short(name, 34)} (p {_p(float(p))})",
        )  # fmt: skip
        told.append(
            f"{name} from {per_cent(float(shares[0, node]))} to {per_cent(float(shares[-1, node]))}"
        )
    axes.set_xticks(result.steps, [value_label(group) for group in result.groups])
    axes.set_ylim(0, min(1.0, 1.15 * max(0.05, float(np.nanmax(shares[:, order], initial=0.05)))))
    axes.yaxis.set_major_formatter(lambda value, _: per_cent(round(value, 3)))
    axes.set_xlabel(str(result.by))
    axes.set_ylabel(f"Share of {result.unit}s")
    how = (
        f"p adjusted by {_ADJUSTED[result.correction]}"
        if result.correction != "none"
        else "p not adjusted"
    )
    note(
        axes,
        f"{how}, by whole {result.cluster}s" + (f"; {left} more are not shown" if left > 0 else ""),
    )
    axes.set_title(f"What changes along {result.by}", loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8)
    return described(axes, f"Lines of shares along {result.by}: {'; '.join(told)}.")


# What goes up and what goes down are far apart in hue and in grey, and hatched for print.
_PATHS = {
    "always": (BLUE, ""),
    "gained": ("#8fb8d6", "//"),
    "lost": ("#e9b27c", "\\\\"),
    "mixed": ("#b9b9b9", ".."),
    "never": ("#f1f1f1", ""),
}


@styled
def trajectories(result: Trajectories, *, top: int = 25, ax: Axes | None = None) -> Axes:
    """Draw for each code how many cases say it throughout, come to, cease to, do on and off, or never.

    Parameters
    ----------
    result : Trajectories
        The trajectories.
    top : int, default 25
        How many rows at the most, those that most cases ever say; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Trajectories, "trajectories(…)")
    top = check_count(top, what="top", least=1)
    order = np.argsort(result.paths[:, PATHS.index("never")], kind="stable")
    left, order = len(order) - top, order[:top]
    axes = canvas(ax, 7.2, 1.7 + 0.27 * max(2, len(order)))
    begin = np.zeros(len(order))
    for at, path in enumerate(PATHS):
        counts = result.paths[order, at].astype(float)
        colour, hatch = _PATHS[path]
        axes.barh(
            range(len(order)), counts, left=begin, color=colour, hatch=hatch, edgecolor="#ffffff",
            height=0.74, label=path,
        )  # fmt: skip
        begin += counts
    _rows(axes, [result.nodes[at].name for at in order.tolist()], [])
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("Cases")
    if left > 0:
        note(axes, f"{left} more are not shown.")
    first, last = value_label(result.groups[0]), value_label(result.groups[-1])
    axes.set_title(f"How cases go on from {result.by} {first} to {last}", loc="left", pad=24)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=5, fontsize=8, borderpad=0.2)
    told = "; ".join(
        f"{result.nodes[at].name} " + ", ".join(f"{path} {n}" for path, n in counted if n)
        for at, counted in (
            (at, list(zip(PATHS, result.paths[at].tolist(), strict=True))) for at in order.tolist()
        )
    )
    return described(axes, f"Bars of {len(result.cases)} cases for each {result.level}: {told}.")
