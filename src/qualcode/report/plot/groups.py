"""Figures that compare groups: shares with intervals, a crosstab as points, and its correspondence map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.compare import value_label
from qualcode.report.plot.drawing import (
    GREY,
    HUES,
    PALE,
    canvas,
    check_drawn,
    described,
    note,
    styled,
    wrapped,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.rollup import Crosstab
from qualcode.stats.groups.prevalence import Prevalence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["correspondence", "crosstab", "prevalence"]

_MARKERS = "osD^vPXp"


def _look(at: int) -> dict[str, Any]:
    """Return colour and shape of a group: either alone tells it from the others."""
    return {"color": HUES[at % len(HUES)], "marker": _MARKERS[at % len(_MARKERS)]}


def _rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [wrapped(name, 40) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)


@styled
def prevalence(result: Prevalence, *, top: int = 30, ax: Axes | None = None) -> Axes:
    """Draw the share of units that carry each code, theme or domain, with its interval, by group.

    Parameters
    ----------
    result : Prevalence
        The shares.
    top : int, default 30
        How many rows at the most, the most frequent ones; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Prevalence, "prevalence(…)")
    top = check_count(top, what="top", least=1)
    groups = list(result.shares.items())
    most = np.max([np.nan_to_num(shares.value) for _, shares in groups], axis=0)
    order = np.argsort(-most, kind="stable")
    left, order = len(order) - top, order[:top]
    axes = canvas(ax, 7.2, 1.3 + (0.22 + 0.1 * len(groups)) * max(2, len(order)))
    told = []
    for at, (value, shares) in enumerate(groups):
        shift = 0.5 * ((at + 1) / (len(groups) + 1) - 0.5)
        look = _look(at)
        places = np.arange(len(order)) + shift
        low, high = shares.bounds.low[order], shares.bounds.high[order]
        axes.hlines(places, low, high, color=look["color"], linewidth=1.6)
        label = None if value is None else value_label(value)
        axes.plot(
            shares.value[order], places, linestyle="none", markersize=5.5,
            markeredgecolor="#ffffff", markeredgewidth=0.6, label=label, **look,
        )  # fmt: skip
        told.append(
            (f"{label}: " if label else "")
            + "; ".join(
                f"{result.nodes[row].name} {per_cent(float(shares.value[row]))}"
                for row in order.tolist()
                if not np.isnan(shares.value[row])
            )
        )
    _rows(axes, [result.nodes[row].name for row in order.tolist()])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel(f"Share of {result.unit}s")
    if any(np.isnan(shares.bounds.low[order]).any() for _, shares in groups):
        note(axes, "Without a line: no interval holds there, for there are too few documents.")
    if left > 0:
        note(axes, f"{left} more are not shown.")
    by = f" by {result.variable}" if result.variable else ""
    level = result.nodes[0].level if result.nodes else "code"
    axes.set_title(f"Share of {result.unit}s with each {level}{by}", loc="left")
    if len(groups) > 1:
        axes.legend(title=result.variable, loc="best", fontsize=8)
    return described(axes, f"Shares of {result.unit}s with intervals{by}: {'. '.join(told)}.")


@styled
def crosstab(result: Crosstab, *, top: int = 30, ax: Axes | None = None) -> Axes:
    """Draw the counts of each code, theme or domain in each group as points on a line.

    Parameters
    ----------
    result : Crosstab
        The counts.
    top : int, default 30
        How many rows at the most, those with most in all; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Crosstab, "crosstab(…)")
    top = check_count(top, what="top", least=1)
    chosen = [at for at, node in enumerate(result.nodes) if node.id != UNASSIGNED]
    chosen.sort(key=lambda at: -float(result.totals[at]))
    left, chosen = len(chosen) - top, chosen[:top]
    counts = np.asarray(result.counts, dtype=float)[chosen]
    axes = canvas(ax, 7.2, 1.5 + 0.32 * max(2, len(chosen)))
    for at, row in enumerate(counts):
        axes.plot([row.min(), row.max()], [at, at], color=GREY, linewidth=1.0, zorder=1)
    for at, value in enumerate(result.values):
        axes.plot(
            counts[:, at], range(len(chosen)), linestyle="none", markersize=7, label=value_label(value),
            markeredgecolor="#ffffff", markeredgewidth=0.6, zorder=2, **_look(at),
        )  # fmt: skip
    _rows(axes, [result.nodes[at].name for at in chosen])
    axes.set_xlim(left=min(0.0, float(counts.min(initial=0))))
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(result.policy.things.capitalize())
    if left > 0:
        note(axes, f"{left} more are not shown.")
    axes.set_title(f"{result.policy.things.capitalize()} by {result.variable}", loc="left")
    axes.legend(title=result.variable, loc="best", fontsize=8)
    told = "; ".join(
        f"{result.nodes[at].name} "
        + ", ".join(
            f"{value_label(value)} {count:g}"
            for value, count in zip(result.values, row.tolist(), strict=True)
        )
        for at, row in zip(chosen, counts, strict=True)
    )
    return described(axes, f"{result.policy.things} by {result.variable}: {told}.")


@styled
def correspondence(result: Crosstab, *, ax: Axes | None = None) -> Axes:
    """Draw a correspondence map: codes and groups near each other go together more than chance has it.

    The first two axes of the simple correspondence analysis of the counts, in symmetric scaling; the label
    of each says how much of the inertia it shows. Rows and columns without any count are left out.

    Parameters
    ----------
    result : Crosstab
        Counts of codes, themes or domains by a variable with three values or more.
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
    axes = canvas(ax, 8.4, max(5.4, 1.2 + 0.19 * len(rows)))
    axes.axhline(0, color=PALE, linewidth=0.9, zorder=0)
    axes.axvline(0, color=PALE, linewidth=0.9, zorder=0)
    names = [result.nodes[at].name for at in rows]
    groups = [value_label(result.values[at]) for at in columns]
    # Names of codes lie over each other wherever codes are alike, so that numbers stand for them.
    listed = "\n".join(f"{number} {name}" for number, name in enumerate(names, start=1))
    axes.annotate(
        listed, (1, 1), (10, 0), xycoords="axes fraction", textcoords="offset points", va="top",
        fontsize=7.5, linespacing=1.5, annotation_clip=False,
    )  # fmt: skip
    axes.plot(*by_row.T, linestyle="none", **_look(0), markersize=5)
    axes.plot(*by_column.T, linestyle="none", **_look(1), markersize=7)
    for number, (x, y) in enumerate(by_row.tolist(), start=1):
        axes.annotate(f"{number}", (x, y), (4, 3), textcoords="offset points", fontsize=7.5)
    for (x, y), name in zip(by_column.tolist(), groups, strict=True):
        axes.annotate(
            name, (x, y), (6, -9), textcoords="offset points", fontsize=9, fontweight="bold"
        )
    axes.margins(0.18)
    axes.set_xlabel(f"First axis ({per_cent(float(share[0]))} of the inertia)")
    axes.set_ylabel(f"Second axis ({per_cent(float(share[1]))})")
    axes.set_title(f"What goes with which {result.variable}", loc="left")
    note(
        axes,
        "Circles: codes, by their numbers; squares: groups. Distances between both kinds say nothing.",
    )
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
