"""Figures that compare groups: shares with intervals, a crosstab as points, and its correspondence map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import (
    GREY,
    PALE,
    beside_legend,
    canvas,
    check_drawn,
    described,
    key_beside,
    key_size,
    look,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
    wrapped,
    write_beside,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.rollup import Crosstab
from qualcode.stats.groups.prevalence import Prevalence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["correspondence", "crosstab", "draw_points", "prevalence"]


@styled
def prevalence(result: Prevalence, *, top: int = 30, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw the share of units that carry each code, theme or domain, with its interval, by group.

    Parameters
    ----------
    result : Prevalence
        The shares.
    top, page : int, default 30 and 1
        How many rows go on a page, the most frequent first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Prevalence, "prevalence(…)")
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
def crosstab(result: Crosstab, *, top: int = 30, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw the counts of each code, theme or domain in each group as points on a line.

    Parameters
    ----------
    result : Crosstab
        The counts.
    top, page : int, default 30 and 1
        How many rows go on a page, those with most in all first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Crosstab, "crosstab(…)")
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


@styled
def correspondence(result: Crosstab, *, top: int = 50, ax: Axes | None = None) -> Axes:
    """Draw a correspondence map: codes and groups near each other go together more than chance has it.

    The first two axes of the simple correspondence analysis of the counts, in symmetric scaling; the label
    of each says how much of the inertia it shows. Rows and columns without any count are left out.

    Parameters
    ----------
    result : Crosstab
        Counts of codes, themes or domains by a variable with three values or more.
    top : int, default 50
        How many codes are drawn at the most, those with most; the axes are of all of them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.

    Raises
    ------
    StatisticsError
        When there are fewer than three rows or columns with counts, which make no map.

    References
    ----------
    Greenacre M (2017). Correspondence analysis in practice, 3rd edition. CRC Press (appendix A).
    """
    check_drawn(result, Crosstab, "crosstab(…)")
    counts = np.asarray(result.counts, dtype=float)
    rows = [
        at for at, node in enumerate(result.nodes) if node.id != UNASSIGNED and counts[at].sum() > 0
    ]
    columns = np.flatnonzero(counts[rows].sum(axis=0) > 0).tolist() if rows else []
    if len(rows) < 3 or len(columns) < 3:
        raise StatisticsError(
            f"a map needs three rows and three columns with counts; there are {len(rows)} and "
            f"{len(columns)}: draw the crosstab itself"
        )
    standard, row_mass, column_mass = _standardised(counts[np.ix_(rows, columns)])
    left, singular, right = np.linalg.svd(standard, full_matrices=False)
    share = singular**2 / (singular**2).sum() if singular.any() else np.zeros_like(singular)
    by_row = left[:, :2] * singular[:2] / np.sqrt(row_mass)[:, None]
    by_column = right[:2].T * singular[:2] / np.sqrt(column_mass)[:, None]
    most = np.argsort(-row_mass, kind="stable")[: check_count(top, what="top", least=3)]
    drawn = np.sort(most).tolist()
    names = [result.nodes[rows[at]].name for at in drawn]
    width, height = key_size(names)
    axes = canvas(ax, 5.8 + width, max(5.4, 1.2 + height))
    axes.axhline(0, color=PALE, linewidth=0.9, zorder=0)
    axes.axvline(0, color=PALE, linewidth=0.9, zorder=0)
    groups = [value_label(result.values[at]) for at in columns]
    # Names of codes lie over each other wherever codes are alike, so that numbers stand for them.
    key_beside(axes, names)
    by_row = by_row[drawn]
    axes.plot(*by_row.T, linestyle="none", **look(0), markersize=5)
    axes.plot(*by_column.T, linestyle="none", **look(1), markersize=7)
    for number, (x, y) in enumerate(by_row.tolist(), start=1):
        axes.annotate(f"{number}", (x, y), (4, 3), textcoords="offset points", fontsize=7.5)
    for (x, y), name in zip(by_column.tolist(), groups, strict=True):
        axes.annotate(
            wrapped(name, 24), (x, y), (0, -6), textcoords="offset points", fontsize=9,
            fontweight="bold", ha="center", va="top",
        )  # fmt: skip
    axes.margins(0.18)
    axes.set_xlabel(f"First axis ({per_cent(float(share[0]))} of the inertia)")
    axes.set_ylabel(f"Second axis ({per_cent(float(share[1]))})")
    axes.set_title(f"What goes with which {result.variable}", loc="left")
    note(
        axes,
        "Circles: codes, by their numbers; squares: groups.\nDistances between both kinds say nothing.",
    )
    if len(drawn) < len(rows):
        note(axes, f"{len(rows) - len(drawn)} more codes are not shown.")
    return described(
        axes,
        f"Correspondence map of {len(names)} codes and {len(groups)} values of {result.variable}; two axes "
        f"show {per_cent(float(share[:2].sum()))} of the inertia.",
    )


def _standardised(counts: Any) -> tuple[Any, Any, Any]:
    """Return the standardised residuals, and the masses of rows and columns."""
    shares = counts / counts.sum()
    row_mass, column_mass = shares.sum(axis=1), shares.sum(axis=0)
    expected = np.outer(row_mass, column_mass)
    return (shares - expected) / np.sqrt(expected), row_mass, column_mass
