"""Figures of what is like what: a heat map of similarities, a dendrogram, and a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.report.describing.wording import number
from qualcode.report.plot.drawing import (
    GREY,
    HUES,
    PALE,
    canvas,
    check_drawn,
    described,
    key_beside,
    key_size,
    look,
    name_rows,
    name_square,
    note,
    number_points,
    row_lines,
    styled,
    write_beside,
    write_cell,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.shape.clusterings import DISSOLVED, STABLE, Clustering, linked
from qualcode.stats.shape.likenesses import check_several
from qualcode.stats.shape.maps import SimilarityMap
from qualcode.stats.shape.similarities import Similarity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["dendrogram", "ellipse", "similarity", "similarity_map"]


@styled
def similarity(result: Similarity, *, top: int = 40, ax: Axes | None = None) -> Axes:
    """Draw how alike things are as a heat map, what is alike beside each other.

    Parameters
    ----------
    result : Similarity
        The similarities.
    top : int, default 40
        How many things at the most, those that are most like any other; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Similarity, "similarity(…)")
    check_several(result, least=2, what="a heat map")
    top = check_count(top, what="top", least=2)
    from scipy.cluster.hierarchy import leaves_list

    matplotlib = require("matplotlib", extra="plots")
    others = result.values - np.diag(np.full(len(result.ids), np.inf))
    most = np.sort(np.argsort(-others.max(axis=1), kind="stable")[:top])
    apart = result.distances[np.ix_(most, most)]
    order = most[leaves_list(linked(apart, ordered=True))]
    shades = result.values[np.ix_(order, order)].copy()
    np.fill_diagonal(shades, np.nan)
    names = [result.names[at] for at in order.tolist()]
    side = 0.34 * max(len(order), row_lines(names))
    axes = canvas(ax, max(5.6, 3.4 + side), max(4.2, 2.6 + side))
    colours = matplotlib.colormaps["Blues"].with_extremes(bad="#f1f1f1")
    darkest = float(np.nanmax(shades))
    image = axes.imshow(shades, cmap=colours, vmin=min(0.0, float(np.nanmin(shades))), vmax=darkest)
    name_square(axes, names)
    axes.spines[:].set_visible(False)
    for row, column in np.argwhere(~np.isnan(shades) & (shades != 0)).tolist():
        value = float(shades[row, column])
        text = number(value, 2).replace("0.", ".", 1)
        write_cell(axes, row, column, text, size=5.5, dark=value > 0.6 * darkest)
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.5, aspect=40, pad=0.02)
    bar.set_label(f"Similarity ({result.measure.replace('_', ' ')})")
    if len(order) < len(result.ids):
        note(axes, f"{len(result.ids) - len(order)} more {result.noun}s are not shown.")
    known = dict(zip(result.ids, result.names, strict=True))
    pairs = result.to_frame().head(5)[["a", "b", "similarity"]].itertuples(index=False, name=None)
    told = "; ".join(f"{known[one]} and {known[other]} {value:.2f}" for one, other, value in pairs)
    return described(
        axes, f"Heat map of how alike {len(order)} {result.noun}s are. Most alike are: {told}."
    )


@styled
def dendrogram(result: Clustering, *, ax: Axes | None = None) -> Axes:
    """Draw how what is alike was put together, step by step, and how stable each cluster is.

    Parameters
    ----------
    result : Clustering
        The clusters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Clustering, "similarity(…).clusters(…)")
    from scipy.cluster.hierarchy import dendrogram as scipy_dendrogram

    names = [result.of.names[at] for at in result.order.tolist()]
    axes = canvas(ax, 7.6, 1.5 + 0.27 * max(2.0, row_lines(names)))
    colours = _branch_colours(result)
    drawn = scipy_dendrogram(result.tree, no_plot=True, link_color_func=colours.__getitem__)
    # SciPy puts leaves at 5, 15, 25, …
    for across, high, colour in zip(
        drawn["icoord"], drawn["dcoord"], drawn["color_list"], strict=True
    ):
        rows = [(place - 5) / 10 for place in across]
        axes.plot(high, rows, color=colour, linewidth=1.5, solid_joinstyle="miter")
    name_rows(axes, names)
    axes.grid(visible=False)
    axes.set_xlim(0, 1.04 * float(result.tree[-1, 2]) or 1.0)
    axes.set_xlabel(f"Distance (1 less {result.of.measure.replace('_', ' ')}) at which they join")
    own = result.cluster[result.order].tolist()
    first = [own.index(at) for at in range(result.n_clusters)]
    last = [len(own) - 1 - own[::-1].index(at) for at in range(result.n_clusters)]
    beside = [(f"{at + 1}", _how_stable(result, at)) for at in range(result.n_clusters)]
    write_beside(axes, beside, [(one + two) / 2 for one, two in zip(first, last, strict=True)])
    for border in last[:-1]:
        axes.axhline(border + 0.5, color=PALE, linewidth=0.9, zorder=0)
    if result.n_resamples:
        note(
            axes,
            f"At the right: the cluster, and how well samples of {result.of.cluster}s find it again\n"
            f"(mean Jaccard; from {STABLE} stable, up to {DISSOLVED} dissolved).",
        )
    axes.set_title(f"Which {result.of.noun}s are alike", loc="left")
    told = "; ".join(
        f"{at + 1}: {', '.join(name for name, of in zip(names, own, strict=True) if of == at)} "
        f"({_how_stable(result, at)})"
        for at in range(result.n_clusters)
    )
    return described(axes, f"Dendrogram of {len(names)} {result.of.noun}s in clusters. {told}.")


def _how_stable(result: Clustering, at: int) -> str:
    value = float(result.stability[at])
    return "stability not known" if np.isnan(value) else f"stability {number(value, 2)}"


def _branch_colours(result: Clustering) -> dict[int, str]:
    """Return the colour of each branch by its number in the tree: its cluster's, or grey above clusters."""
    n = len(result.cluster)
    of: list[int | None] = result.cluster.tolist()
    colours = {}
    for step, (one, other) in enumerate(result.tree[:, :2].astype(int).tolist()):
        of.append(of[one] if of[one] == of[other] else None)
        own = of[-1]
        colours[n + step] = GREY if own is None else HUES[own % len(HUES)]
    return colours


@styled
def similarity_map(
    result: SimilarityMap, *, clusters: Clustering | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a map: what is alike lies near each other, in an ellipse that says how far it would move.

    Parameters
    ----------
    result : SimilarityMap
        The map; its first two dimensions are drawn.
    clusters : Clustering, optional
        Clusters of the same things, for colours and shapes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, SimilarityMap, "similarity(…).map(…)")
    names = list(result.of.names)
    own: list[int] = [0] * len(names)
    if clusters is not None:
        check_drawn(clusters, Clustering, "similarity(…).clusters(…)", what="clusters")
        of = dict(zip(clusters.of.ids, clusters.cluster.tolist(), strict=True))
        own = [of.get(id, 0) for id in result.of.ids]
    width, height = key_size(names)
    axes = canvas(ax, 5.8 + width, max(5.4, 1.2 + height))
    key_beside(axes, names)
    for at, (x, y) in enumerate(result.points[:, :2].tolist()):
        point, spread = look(own[at]), result.spread[at][:2, :2]
        if not np.isnan(spread).any():
            axes.add_patch(ellipse((x, y), spread, point["color"]))
        axes.plot([x], [y], markersize=5, zorder=2, **point)
    axes.margins(0.12)
    number_points(axes, result.points[:, :2])
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title(f"Which {result.of.noun}s are alike", loc="left")
    told = f"Stress {number(result.stress, 2)}"
    if result.n_resamples:
        told += (
            f"; samples of {result.of.cluster}s give maps with a congruence of "
            f"{number(float(result.congruence.mean()), 2)} on average.\n"
            "Ellipses: where about half of the samples put a point."
        )
    note(axes, f"{told}\nThe axes have no meaning: a map can be turned.")
    return described(
        axes,
        f"Map of {len(names)} {result.of.noun}s by {result.of.measure}, stress "
        f"{number(result.stress, 2)}: {', '.join(names)}.",
    )


def ellipse(centre: tuple[float, float], spread: Any, colour: str) -> Any:
    """Return the ellipse that holds half of a cloud of points with a mean square move from its centre."""
    patches = require("matplotlib.patches", extra="plots")
    values, vectors = np.linalg.eigh(spread)
    # The median of χ² with two degrees of freedom, as for a normal cloud.
    across, high = 2 * np.sqrt(np.maximum(values, 0.0) * 2 * np.log(2))
    turn = float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
    return patches.Ellipse(
        centre, across, high, angle=turn, facecolor=colour, alpha=0.13, edgecolor=colour, zorder=1
    )
