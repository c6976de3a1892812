"""The diagram of factors: boxes in regions, and arrows between them with the number of sources behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.readable import many
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    HUES,
    below_legend,
    canvas,
    check_drawn,
    described,
    halo,
    note,
    styled,
    wrapped,
)
from qualcode.report.plot.region_layout import Layout, lay_out
from qualcode.stats.arguments import check_count
from qualcode.stats.synthesis.factor_links import FactorLink, FactorLinks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["factor_diagram"]

_LETTERS = 28
_LOOKS: dict[str, tuple[str, Any]] = {
    "supports": (BLUE, "solid"),
    "constrains": (AMBER, "solid"),
    "affects": (GREY, (0, (4, 1.6))),
}
_OTHERS: tuple[tuple[str, Any], ...] = (
    (HUES[3], (0, (1, 1.2))),
    (HUES[5], (0, (6, 1.5, 1, 1.5))),
    (HUES[6], (0, (2, 2))),
    (HUES[7], (0, (5, 1, 1, 1, 1, 1))),
)


@styled
def factor_diagram(
    result: FactorLinks, *, top: int = 80, columns: int = 3, ax: Axes | None = None
) -> Axes:
    """Draw factors as boxes, in a region for each domain, and what bears on what as arrows.

    How an arrow is drawn says its type: a bar at its end for ``"constrains"``, a tip for all others, and a
    line of its own for each. A number on it, and its width, say how many sources stand behind it.

    Parameters
    ----------
    result : FactorLinks
        The links.
    top : int, default 80
        How many arrows at the most, those with most sources; a note says how many there are more.
    columns : int, default 3
        How many columns the regions stand in: 1 for a narrow page.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, FactorLinks, "review().diagram(…)")
    top = check_count(top, what="top", least=1)
    columns = check_count(columns, what="columns", least=1, most=6)
    if not len(result):
        raise StatisticsError(
            "there are no links between factors to draw: make one with review.link(…)"
        )
    most = sorted(result, key=lambda each: -len(each.sources))[:top]
    shown = [each for each in result if each in most]
    touched = {node for each in shown for node in (each.source, each.target)}
    regions = [
        (region, [node for node in nodes if node in touched]) for region, nodes in result.regions
    ]
    regions = [each for each in regions if each[1]]
    nodes = [node for _, held in regions for node in held]
    number = {node: at for at, node in enumerate(nodes)}
    names = [wrapped(node.name, _LETTERS) for node in nodes]
    made = lay_out(
        [name.count("\n") + 1 for name in names],
        [[number[node] for node in held] for _, held in regions],
        [(number[each.source], number[each.target]) for each in shown],
        columns=columns,
    )
    axes = canvas(ax, made.width + 0.2, made.height + 1.1)
    heads = [region.name if region else "Beside the domains" for region, _ in regions]
    _draw_boxes(axes, made, names, heads)
    for way, each in zip(made.arrows, shown, strict=True):
        _draw_arrow(axes, way, each, _look(result, each.type))
    axes.set_xlim(0, made.width)
    axes.set_ylim(made.height, 0)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title("What bears on what", loc="left")
    note(axes, "Number on an arrow: sources behind it.")
    if result.unsourced:
        note(axes, f"No number: no source was given ({len(result.unsourced)}).")
    if len(shown) < len(result):
        note(axes, f"{len(result) - len(shown)} more arrows are not shown.")
    _draw_legend(axes, result, [each.type for each in shown], own=ax is None)
    return described(axes, _in_words(result, shown))


def _look(result: FactorLinks, type: str) -> tuple[str, Any]:
    """Return colour and line of a type: either alone tells it from the others."""
    others = [each for each in result.types if each not in _LOOKS]
    return _LOOKS.get(type) or _OTHERS[others.index(type) % len(_OTHERS)]


def _draw_boxes(axes: Axes, made: Layout, names: list[str], heads: list[str]) -> None:
    patches = require("matplotlib.patches", extra="plots")
    for at, (box, head) in enumerate(zip(made.regions, heads, strict=True)):
        hue = HUES[at % len(HUES)]
        axes.add_patch(
            patches.FancyBboxPatch(
                (box.x, box.y), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.1",
                facecolor=hue, edgecolor="none", alpha=0.16, zorder=0,
            )
        )  # fmt: skip
        axes.text(
            box.x + 0.13, box.y + 0.15, head, va="center", fontsize=8, fontweight="bold", zorder=4,
            color="#222222",
        )  # fmt: skip
    for box, name in zip(made.boxes, names, strict=True):
        axes.add_patch(
            patches.FancyBboxPatch(
                (box.x, box.y), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.05",
                facecolor="#ffffff", edgecolor=GREY, linewidth=0.7, zorder=3,
            )
        )  # fmt: skip
        axes.text(
            box.x + box.width / 2, box.y + box.height / 2, name, ha="center", va="center", fontsize=7,
            linespacing=1.15, zorder=4,
        )  # fmt: skip


def _draw_arrow(axes: Axes, way: Any, link: FactorLink, look: tuple[str, Any]) -> None:
    patches = require("matplotlib.patches", extra="plots")
    path = require("matplotlib.path", extra="plots").Path
    hue, line = look
    codes = [path.MOVETO, *[path.CURVE4] * (len(way.points) - 1)]
    bar = link.type == "constrains"
    axes.add_patch(
        patches.FancyArrowPatch(
            path=path(way.points, codes), color=hue, linestyle=line, zorder=2, shrinkA=0, shrinkB=0,
            linewidth=0.8 + 0.13 * min(len(link.sources), 15), capstyle="butt", mutation_scale=7,
            arrowstyle="-[,widthB=0.95,lengthB=0.0" if bar else "-|>,head_width=0.38,head_length=0.7",
        )
    )  # fmt: skip
    if link.sources:
        axes.text(
            way.label[0], way.label[1], f"{len(link.sources)}", ha="center", va="center", fontsize=6.5,
            color=hue, fontweight="bold", zorder=5, path_effects=halo("#ffffff"),
        )  # fmt: skip


def _draw_legend(axes: Axes, result: FactorLinks, types: list[str], *, own: bool) -> None:
    lines = require("matplotlib.lines", extra="plots")
    handles = []
    for type in result.types:
        if type in types:
            hue, line = _look(result, type)
            handles.append(
                lines.Line2D(
                    [0, 1], [0, 0], color=hue, linestyle=line, linewidth=1.4, label=type, markevery=[1],
                    marker="|" if type == "constrains" else ">", markersize=7,
                )
            )  # fmt: skip
    below_legend(axes, own=own, handles=handles)


def _in_words(result: FactorLinks, shown: list[FactorLink]) -> str:
    most = sorted(shown, key=lambda each: -len(each.sources))[:5]
    told = "; ".join(
        f"{each.source.name} {each.type} {each.target.name} ({many(len(each.sources), 'source')})"
        for each in most
    )
    return (
        f"Diagram of {many(len(shown), 'link')} between factors in "
        f"{many(len(result.regions), 'region')}. With most sources: {told}. to_frame() lists all."
    )
