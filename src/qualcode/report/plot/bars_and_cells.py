"""Figures of counts: the bars of a rollup, and the heat map of an evidence matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.colours import heat_bins
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    HUES,
    canvas,
    check_drawn,
    described,
    note,
    short,
    styled,
    wrapped,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.rollup import Evidence, RollupResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["evidence", "rollup"]


@styled
def rollup(
    result: RollupResult, *, level: str | None = None, top: int = 30, ax: Axes | None = None
) -> Axes:
    """Draw the counts of one level of a rollup as bars, the highest first.

    Parameters
    ----------
    result : RollupResult
        The counts.
    level : {"domain", "theme", "code"}, optional
        The highest level when not given.
    top : int, default 30
        How many bars at the most; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, RollupResult, "rollup(…)")
    top = check_count(top, what="top", least=1)
    shown = result.hierarchy.top if level is None else level
    nodes = [node for node in result.hierarchy.level(shown) if node.id != UNASSIGNED]
    if shown == "code":
        nodes = [node for node in nodes if result.of(node.id, shown)]
    nodes.sort(key=lambda node: -result.of(node.id, shown))
    left, nodes = len(nodes) - top, nodes[:top]
    counts = [result.of(node.id, shown) for node in nodes]
    things = result.policy.things
    hues = _domain_hues(result, nodes)
    names = [wrapped(node.name, 44) for node in nodes]
    lines = sum(1 + name.count("\n") for name in names)
    axes = canvas(ax, 7.2, 1.3 + 0.3 * max(2, (lines + len(names)) / 2) + (0.3 if hues else 0))
    axes.barh(
        range(len(nodes)), counts, color=[hues.get(node.id, BLUE) for node in nodes], height=0.72
    )
    axes.set_yticks(range(len(nodes)), names)
    axes.set_ylim(len(nodes) - 0.4, -0.6)
    for at, (node, count) in enumerate(zip(nodes, counts, strict=True)):
        share = result.share(node.id, shown)
        axes.annotate(
            f"{count:,}" if share is None else f"{count:,} ({per_cent(round(share, 2))})",
            (count, at), (4, 0), textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    axes.set_xlim(0, max([*counts, 1]) * 1.18)
    axes.locator_params(axis="x", integer=True)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(f"{things} (share of {result.base:,})" if result.base else things)
    axes.set_title(f"{result.hierarchy.rollup.name}: {shown}s by {things}", loc="left")
    if hues:
        _name_hues(axes, result, hues, own=ax is None)
    if left > 0:
        note(axes, f"{left} more {shown}s are not shown.")
    told = "; ".join(f"{node.name} {count:,}" for node, count in zip(nodes, counts, strict=True))
    return described(axes, f"Bars of {things} for each {shown}, the highest first: {told}.")


def _domain_hues(result: RollupResult, nodes: Sequence[Node]) -> dict[str, str]:
    """Return a colour for each theme by its first domain, where there are a few domains."""
    if not nodes or nodes[0].level != "theme" or result.hierarchy.top != "domain":
        return {}
    domains = [node for node in result.hierarchy.level("domain") if node.id != UNASSIGNED]
    if len(domains) > len(HUES):
        return {}
    hues: dict[str, str] = {}
    for domain, hue in zip(domains, HUES, strict=False):
        for theme in domain.children:
            hues.setdefault(theme, hue)
    return {node.id: hues.get(node.id, GREY) for node in nodes}


def _name_hues(axes: Axes, result: RollupResult, hues: dict[str, str], *, own: bool) -> None:
    patches = require("matplotlib.patches", extra="plots")
    domains = [node for node in result.hierarchy.level("domain") if node.id != UNASSIGNED]
    handles = [
        patches.Patch(color=hue, label=short(domain.name, 30))
        for domain, hue in zip(domains, HUES, strict=False)
        if hue in hues.values()
    ]
    if own:
        axes.figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8)
    else:
        axes.legend(handles=handles, loc="lower right", fontsize=8)


@styled
def evidence(result: Evidence, *, ax: Axes | None = None) -> Axes:
    """Draw an evidence matrix as a heat map with its numbers.

    Parameters
    ----------
    result : Evidence
        How many distinct segments of each document or case carry each node.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    colors = require("matplotlib.colors", extra="plots")
    matplotlib = require("matplotlib", extra="plots")
    check_drawn(result, Evidence, "evidence(…)")
    n_rows, n_columns = result.counts.shape
    if not n_rows or not n_columns:
        raise StatisticsError(
            f"there are {n_rows} {result.of}s and {n_columns} columns: there is nothing to draw"
        )
    bins = heat_bins(max(1, int(result.counts.max())))
    shades = matplotlib.colormaps["Blues"](np.linspace(0.12, 0.85, len(bins)))
    colormap = colors.ListedColormap(["#f5f5f5", *shades])
    norm = colors.BoundaryNorm([-0.5, 0.5, *(high + 0.5 for _, high in bins)], colormap.N)
    axes = canvas(ax, 3.0 + 0.34 * n_columns, 2.3 + 0.23 * n_rows)
    image = axes.imshow(result.counts, cmap=colormap, norm=norm, aspect="auto")
    axes.set_xticks(
        range(n_columns), [short(node.name, 34) for node in result.nodes], rotation=50, ha="left",
        rotation_mode="anchor",
    )  # fmt: skip
    axes.set_yticks(range(n_rows), [short(_row_name(result, id), 34) for id in result.rows])
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.set_xticks(np.arange(n_columns + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(n_rows + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#ffffff", linewidth=1.2)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    strong = bins[len(bins) // 2][1]
    for row, column in np.argwhere(result.counts).tolist():
        count = int(result.counts[row, column])
        ink = "#ffffff" if count > strong else "#222222"
        # Within its cell already, so the layout need not measure it.
        axes.text(
            column,
            row,
            f"{count}",
            ha="center",
            va="center",
            fontsize=7,
            color=ink,
            in_layout=False,
        )
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=40, pad=0.02)
    edges = [0.0, *((low + high) / 2 for low, high in bins)]
    names = ["0", *(f"{low}" if low == high else f"{low}–{high}" for low, high in bins)]
    bar.set_ticks(edges, labels=names)
    bar.ax.tick_params(length=0)
    bar.set_label("distinct segments")
    level = result.nodes[0].level
    return described(
        axes,
        f"Heat map of distinct segments, {n_rows} {result.of}s by {n_columns} {level}s, from 0 to "
        f"{int(result.counts.max())} in a cell.",
    )


def _row_name(result: Evidence, id: str) -> str:
    state = result.state
    return state.documents[id].name if result.of == "document" else state.cases[id].name
