"""Figures of counts: the bars of a rollup, and the heat map of an evidence matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.readable import many
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.colours import heat_bins
from qualcode.report.plot.drawing import (
    BLUE,
    HUES,
    below_legend,
    canvas,
    check_drawn,
    described,
    fitted,
    hatched,
    head_columns,
    is_long,
    key_beside,
    key_size,
    name_rows,
    note,
    paged,
    part_cells,
    row_lines,
    say_empty,
    styled,
    title_over,
    wrapped,
    write_cell,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.node_counts import EvidenceCounts, RollupCounts
from qualcode.stats.counting.rollup import Evidence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["evidence", "rollup"]


@styled
def rollup(
    result: RollupCounts,
    *,
    level: str | None = None,
    top: int = 30,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the counts of one level of a rollup as bars, the highest first.

    Parameters
    ----------
    result : RollupCounts
        The counts.
    level : {"domain", "theme", "code"}, optional
        The highest level when not given.
    top, page : int, default 30 and 1
        How many bars go on a page, and which page is drawn; a note says how many bars there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, RollupCounts, "rollup(…)")
    shown = result.hierarchy.top if level is None else level
    nodes = [node for node in result.hierarchy.level(shown) if node.id != UNASSIGNED]
    if shown == "code":
        nodes = [node for node in nodes if result.of(node.id, shown)]
    nodes.sort(key=lambda node: -result.of(node.id, shown))
    most = max([result.of(node.id, shown) for node in nodes[:1]], default=0)
    nodes, others = paged(nodes, top, page, f"{shown}s")
    counts = [result.of(node.id, shown) for node in nodes]
    things = result.policy.things
    looks = _domain_looks(result, nodes)
    names = [node.name for node in nodes]
    axes = canvas(ax, 7.2, 1.3 + 0.3 * max(2.0, row_lines(names, width=44)) + (0.3 if looks else 0))
    for at, (node, count) in enumerate(zip(nodes, counts, strict=True)):
        axes.barh([at], [count], height=0.72, **looks.get(node.id, {"color": BLUE}))
    name_rows(axes, names, width=44)
    axes.grid(visible=False)
    for at, (node, count) in enumerate(zip(nodes, counts, strict=True)):
        share = result.share(node.id, shown)
        axes.annotate(
            f"{count:,}" if share is None else f"{count:,} ({per_cent(round(share, 2))})",
            (count, at), (4, 0), textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    if not nodes:
        say_empty(axes, f"no {shown} was counted")
    axes.set_xlim(0, max(most, 1) * 1.18)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(f"{things} (share of {result.base:,})" if result.base else things)
    axes.set_title(f"{result.hierarchy.rollup.name}: {shown}s by {things}", loc="left")
    if looks:
        _name_domains(axes, result, looks, own=ax is None)
    note(axes, others)
    told = "; ".join(f"{node.name} {count:,}" for node, count in zip(nodes, counts, strict=True))
    return described(
        axes, f"Bars of {things} for each {shown}, the highest first: {told or 'none'}."
    )


def _domains(result: RollupCounts) -> list[Node]:
    return [node for node in result.hierarchy.level("domain") if node.id != UNASSIGNED]


def _domain_looks(result: RollupCounts, nodes: Sequence[Node]) -> dict[str, dict[str, Any]]:
    """Return how each theme's bar looks by its first domain, where there are a few domains."""
    if not nodes or nodes[0].level != "theme" or result.hierarchy.top != "domain":
        return {}
    domains = _domains(result)
    if len(domains) > len(HUES):
        return {}
    looks: dict[str, dict[str, Any]] = {}
    for at, domain in enumerate(domains):
        for theme in domain.children:
            looks.setdefault(theme, hatched(at))
    return looks


def _name_domains(axes: Axes, result: RollupCounts, looks: Mapping[str, Any], *, own: bool) -> None:
    patches = require("matplotlib.patches", extra="plots")
    handles = [
        patches.Patch(label=wrapped(domain.name, 34), **hatched(at))
        for at, domain in enumerate(_domains(result))
        if hatched(at) in looks.values()
    ]
    below_legend(axes, own=own, handles=handles)


@styled
def evidence(
    result: EvidenceCounts,
    *,
    top: int = 60,
    across: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw an evidence matrix as a heat map with its numbers.

    Parameters
    ----------
    result : EvidenceCounts
        How many distinct segments of each document or case carry each node.
    top, page : int, default 60 and 1
        How many rows go on a page, and which page is drawn; a note says how many rows there are.
    across : int, default 40
        How many columns at the most, those with most; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    colors = require("matplotlib.colors", extra="plots")
    matplotlib = require("matplotlib", extra="plots")
    check_drawn(result, EvidenceCounts, "evidence(…)")
    n_rows, n_columns = result.counts.shape
    if not n_rows or not n_columns:
        raise StatisticsError(
            f"there are {n_rows} {result.of}s and {n_columns} columns: there is nothing to draw"
        )
    bins = heat_bins(max(1, int(result.counts.max())))
    shades = matplotlib.colormaps["Blues"](np.linspace(0.12, 0.85, len(bins)))
    colormap = colors.ListedColormap(["#f5f5f5", *shades])
    norm = colors.BoundaryNorm([-0.5, 0.5, *(high + 0.5 for _, high in bins)], colormap.N)
    rows, others = paged(range(n_rows), top, page, f"{result.of}s")
    columns = _fullest(result, check_count(across, what="across", least=1))
    counts = result.counts[np.ix_(rows, columns)]
    names = [_row_name(result, result.rows[at]) for at in rows]
    heads = [result.nodes[at].name for at in columns]
    wide, down = key_size(heads) if is_long(heads) else (0.0, 0.0)
    axes = canvas(
        ax,
        max(4.6, 3.2 + 0.34 * len(heads)) + wide,
        max(1.5 + down, 2.5 + 0.26 * max(2.0, row_lines(names, width=34))),
    )
    image = axes.imshow(counts, cmap=colormap, norm=norm, aspect="auto")
    head_columns(axes, heads, size=9.0)
    if is_long(heads):
        key_beside(axes, heads)
    labels, size = fitted(names, 34)
    axes.set_yticks(range(len(names)), labels, fontsize=size)
    part_cells(axes, len(names), len(heads), width=1.2)
    strong = bins[len(bins) // 2][1]
    for row, column in np.argwhere(counts).tolist():
        count = int(counts[row, column])
        write_cell(axes, row, column, f"{count}", size=7, dark=count > strong)
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.8, aspect=50, pad=0.02)
    edges = [0.0, *((low + high) / 2 for low, high in bins)]
    steps = ["0", *(f"{low}" if low == high else f"{low}–{high}" for low, high in bins)]
    bar.set_ticks(edges, labels=steps, fontsize=7.5)
    bar.ax.tick_params(length=0)
    bar.set_label("distinct segments")
    level = result.nodes[0].level
    title_over(axes, f"Which {level}s, in which {result.of}s", own=ax is None)
    note(axes, others)
    if len(columns) < n_columns:
        note(axes, f"{n_columns - len(columns)} more {level}s, with less, are not shown.")
    return described(
        axes,
        f"Heat map of distinct segments, {many(len(rows), result.of)} by {many(len(columns), level)}, from 0 "
        f"to {int(counts.max())} in a cell.",
    )


def _fullest(result: EvidenceCounts, across: int) -> list[int]:
    """Return the columns to draw, in their order: all, or those with most."""
    most = np.argsort(-result.counts.sum(axis=0), kind="stable")[:across]
    return sorted(most.tolist())


def _row_name(result: EvidenceCounts, id: str) -> str:
    if not isinstance(result, Evidence):
        return id
    state = result.state
    return state.documents[id].name if result.of == "document" else state.cases[id].name
