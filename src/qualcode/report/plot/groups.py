"""Figures that compare groups: shares with intervals, and a crosstab as points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import (
    GREY,
    beside_legend,
    canvas,
    check_drawn,
    described,
    look,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
    wrapped,
    write_beside,
)
from qualcode.stats.counting.node_counts import CrosstabCounts
from qualcode.stats.groups.prevalence import PrevalenceShares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["crosstab", "draw_points", "prevalence"]


@styled
def prevalence(
    result: PrevalenceShares, *, top: int = 30, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw the share of units that carry each code, theme or domain, with its interval, by group.

    Parameters
    ----------
    result : PrevalenceShares
        The shares.
    top, page : int, default 30 and 1
        How many rows go on a page, the most frequent first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, PrevalenceShares, "prevalence(…)")
    groups = list(result.shares.items())
    most = np.max([np.nan_to_num(shares.value) for _, shares in groups], axis=0)
    level = result.nodes[0].level if result.nodes else "code"
    order, others = paged(np.argsort(-most, kind="stable").tolist(), top, page, f"{level}s")
    names = [result.nodes[row].name for row in order]
    axes = canvas(ax, 7.2, 1.4 + (0.2 + 0.12 * min(len(groups), 6)) * max(2.0, row_lines(names)))
    told = []
    for at, (value, shares) in enumerate(groups):
        shift = 0.5 * ((at + 1) / (len(groups) + 1) - 0.5)
        point = look(at)
        places = np.arange(len(order)) + shift
        low, high = shares.bounds.low[order], shares.bounds.high[order]
        axes.hlines(places, low, high, color=point["color"], linewidth=1.6)
        label = None if value is None else value_label(value)
        axes.plot(
            shares.value[order], places, linestyle="none", markersize=5.5,
            markeredgecolor="#ffffff", markeredgewidth=0.6, label=label, **point,
        )  # fmt: skip
        told.append(
            (f"{label}: " if label else "")
            + "; ".join(
                f"{result.nodes[row].name} {per_cent(float(shares.value[row]))}"
                for row in order
                if not np.isnan(shares.value[row])
            )
        )
    name_rows(axes, names)
    highest = max((float(np.nanmax(each.bounds.high, initial=0)) for _, each in groups), default=0)
    limit = min(1.0, np.ceil(4 * max(highest, float(most.max(initial=0)), 0.01)) / 4)
    axes.set_xlim(-0.02 * limit, 1.02 * limit)
    ticks = np.arange(0, limit + 1e-9, 0.25 if limit > 0.75 else 0.05 if limit < 0.3 else 0.1)
    axes.set_xticks(ticks, [per_cent(round(float(at), 2)) for at in ticks])
    axes.set_xlabel(f"Share of {result.unit}s")
    if any(np.isnan(shares.bounds.low[order]).any() for _, shares in groups):
        note(axes, "Without a line: no interval holds there, for there are too few documents.")
    note(axes, others)
    by = f" by {result.variable}" if result.variable else ""
    axes.set_title(f"Share of {result.unit}s with each {level}{by}", loc="left")
    if len(groups) > 1:
        beside_legend(axes, title=result.variable)
    return described(axes, f"Shares of {result.unit}s with intervals{by}: {'. '.join(told)}.")


@styled
def crosstab(
    result: CrosstabCounts, *, top: int = 30, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw the counts of each code, theme or domain in each group as points on a line.

    Parameters
    ----------
    result : CrosstabCounts
        The counts.
    top, page : int, default 30 and 1
        How many rows go on a page, those with most in all first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, CrosstabCounts, "crosstab(…)")
    chosen = [at for at, node in enumerate(result.nodes) if node.id != UNASSIGNED]
    chosen.sort(key=lambda at: -float(result.totals[at]))
    level = result.nodes[0].level if result.nodes else "code"
    chosen, others = paged(chosen, top, page, f"{level}s")
    counts = np.asarray(result.counts, dtype=float)[chosen]
    axes = draw_points(
        [result.nodes[at].name for at in chosen], [*map(value_label, result.values)], counts, ax=ax
    )
    axes.set_xlim(left=min(0.0, float(counts.min(initial=0))))
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(result.policy.things.capitalize())
    note(axes, others)
    axes.set_title(f"{result.policy.things.capitalize()} by {result.variable}", loc="left")
    beside_legend(axes, title=result.variable)
    told = "; ".join(
        f"{result.nodes[at].name} "
        + ", ".join(
            f"{value_label(value)} {count:g}"
            for value, count in zip(result.values, row.tolist(), strict=True)
        )
        for at, row in zip(chosen, counts, strict=True)
    )
    return described(axes, f"{result.policy.things} by {result.variable}: {told}.")


def draw_points(
    names: Sequence[str],
    groups: Sequence[str],
    values: Any,
    *,
    ax: Axes | None,
    beside: Sequence[Sequence[str]] = (),
) -> Axes:
    """Draw a row of points for each name, a point for each group, and a line between the farthest.

    Parameters
    ----------
    names, groups : sequence of str
        Of rows, and of the points in each.
    values : array of float, names × groups
        Where the points are; NaN for none.
    ax : Axes or None
        Where to draw; None makes a figure.
    beside : sequence of sequence of str
        What is written at the right of each row, instead of a legend there.
    """
    axes = canvas(ax, 7.6, 1.5 + 0.32 * max(2.0, row_lines(names)))
    shifts = _apart(values)
    for at, row in enumerate(values):
        there = row[~np.isnan(row)]
        if len(there):
            axes.plot([there.min(), there.max()], [at, at], color=GREY, linewidth=1.0, zorder=1)
    for at, group in enumerate(groups):
        axes.plot(
            values[:, at], np.arange(len(names)) + shifts[:, at], linestyle="none", markersize=7,
            label=wrapped(group, 30), markeredgecolor="#ffffff", markeredgewidth=0.6, zorder=2,
            **look(at),
        )  # fmt: skip
    name_rows(axes, names)
    if beside:
        write_beside(axes, beside, range(len(names)))
    return axes


def _apart(counts: Any) -> Any:
    """Return how far up or down each point is moved, so that those of equal counts are all seen."""
    shifts = np.zeros(counts.shape)
    for row, values in enumerate(counts):
        for value in np.unique(values):
            (same,) = np.nonzero(values == value)
            shifts[row, same] = 0.24 * (np.arange(len(same)) - (len(same) - 1) / 2)
    limit = np.abs(shifts).max(initial=0.0)
    return shifts * min(1.0, 0.4 / limit) if limit else shifts
