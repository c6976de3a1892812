"""Figures of pairs of codes: a heat map in the order of a clustering, and a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.report.page.pair_list import unit_name
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    HUES,
    canvas,
    check_drawn,
    described,
    note,
    styled,
    wrapped,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.coefficients import CoefficientLike
from qualcode.stats.pairs.cooccurrence import Cooccurrence
from qualcode.stats.pairs.pair_network import PairNetwork

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cooccurrence", "network"]


@styled
def cooccurrence(
    result: Cooccurrence,
    *,
    measure: CoefficientLike = "jaccard",
    top: int = 40,
    ax: Axes | None = None,
) -> Axes:
    """Draw which codes meet as a heat map, codes that meet alike beside each other.

    Codes stand in the order of an average-linkage clustering of their rows of Jaccard coefficients.

    Parameters
    ----------
    result : Cooccurrence
        What met.
    measure : str or Coefficient, default "jaccard"
        What the shades say: ``"count"`` or a coefficient. The numbers are always counts.
    top : int, default 40
        How many codes at the most, those on most units; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Cooccurrence, "cooccurrence(…)")
    top = check_count(top, what="top", least=2)
    if len(result.nodes) < 2:
        raise StatisticsError(
            "fewer than two codes were counted, so that there are no pairs to draw"
        )
    matplotlib = require("matplotlib", extra="plots")
    own = np.diagonal(result.counts)
    most = np.argsort(-own, kind="stable")[:top]
    left = len(own) - len(most)
    ids = [result.nodes[at].id for at in most.tolist()]
    alike = result.matrix("jaccard").loc[ids, ids].to_numpy(dtype=float)
    order = most[_clustered(np.nan_to_num(alike))]
    ids = [result.nodes[at].id for at in order.tolist()]
    shades = result.matrix(measure).loc[ids, ids].to_numpy(dtype=float, copy=True)
    np.fill_diagonal(shades, np.nan)
    n = len(order)
    axes = canvas(ax, 3.4 + 0.3 * n, 3.0 + 0.3 * n)
    colours = matplotlib.colormaps["Blues"].with_extremes(bad="#f1f1f1")
    image = axes.imshow(shades, cmap=colours, vmin=min(0.0, np.nanmin(shades, initial=0.0)))
    names = [wrapped(result.nodes[at].name, 34) for at in order.tolist()]
    axes.set_xticks(range(n), names, rotation=55, ha="left", rotation_mode="anchor", fontsize=8)
    axes.set_yticks(range(n), names, fontsize=8)
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.spines[:].set_visible(False)
    counts = result.counts[np.ix_(order, order)]
    darkest = np.nanmax(shades, initial=0.0)
    for row, column in np.argwhere(counts).tolist():
        same = row == column
        dark = not same and shades[row, column] > 0.6 * darkest
        axes.text(
            column, row, f"{int(counts[row, column])}", ha="center", va="center", fontsize=6.5,
            color=GREY if same else "#ffffff" if dark else "#222222", in_layout=False,
        )  # fmt: skip
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.5, aspect=40, pad=0.02)
    bar.set_label(str(getattr(measure, "name", measure)))
    place = "spans" if result.unit is None else unit_name(result.unit)
    axes.set_xlabel(f"Numbers: {place} with both; on the diagonal, with the code")
    if left > 0:
        note(axes, f"{left} more codes are not shown.")
    pairs = result.to_frame().head(5)[["a", "b", "both"]].itertuples(index=False, name=None)
    told = "; ".join(f"{one} and {other} in {both}" for one, other, both in pairs)
    return described(axes, f"Heat map of {n} codes that meet in {place}. Most often meet: {told}.")


def _clustered(alike: Any) -> Any:
    """Return the order of rows that puts like beside like; as they are, where nothing tells."""
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    if len(alike) < 3:
        return np.arange(len(alike))
    apart = 1.0 - np.clip((alike + alike.T) / 2, 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    condensed = squareform(apart, checks=False)
    return leaves_list(optimal_leaf_ordering(linkage(condensed, "average"), condensed))


@styled
def network(result: PairNetwork, *, top: int = 60, ax: Axes | None = None) -> Axes:
    """Draw a network of codes: thick lines for what the weights of their ends do not explain.

    Lines that are in the backbone (disparity below `alpha` of the result) are drawn full, others pale.
    Colour and number of a code say its community, the size of its point how many units carry it.

    Parameters
    ----------
    result : PairNetwork
        The network.
    top : int, default 60
        How many codes at the most, those with most lines; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.

    References
    ----------
    Serrano MÁ, Boguñá M, Vespignani A (2009). Extracting the multiscale backbone of complex weighted
    networks. PNAS 106(16), 6483–6488. doi:10.1073/pnas.0808904106
    """
    check_drawn(result, PairNetwork, "cooccurrence(…).network()")
    networkx = require("networkx", extra="stats")
    top = check_count(top, what="top", least=2)
    nodes = result.to_frame()
    shown = nodes.head(top)
    graph = result.graph.subgraph(shown["id"])
    if not len(graph):
        raise StatisticsError("nothing meets, so that there is no network to draw")
    place = networkx.kamada_kawai_layout(_near(networkx, graph))
    axes = canvas(ax, 7.6, 6.6)
    heaviest = max((edge["weight"] for *_, edge in graph.edges(data=True)), default=1.0) or 1.0
    for one, other, edge in graph.edges(data=True):
        kept = edge["p"] < result.alpha
        xs, ys = zip(place[one], place[other], strict=True)
        axes.plot(
            xs, ys, color=BLUE if kept else GREY, alpha=0.85 if kept else 0.22,
            linewidth=0.6 + 3.4 * edge["weight"] / heaviest, zorder=1, solid_capstyle="round",
        )  # fmt: skip
    most = float(shown["count"].max()) or 1.0
    columns = shown[["id", "name", "count", "community"]].itertuples(index=False, name=None)
    for id, name, count, community in columns:
        x, y = place[id]
        hue = HUES[int(community) % len(HUES)]
        size = 6 + 12 * (count / most) ** 0.5
        axes.plot(
            [x], [y], marker="o", markersize=size, color=hue, markeredgecolor="#ffffff", zorder=2
        )
        axes.annotate(
            f"{int(community) + 1}", (x, y), ha="center", va="center", fontsize=6, color="#ffffff",
            zorder=3,
        )  # fmt: skip
        axes.annotate(
            wrapped(name, 22), (x, y), (0, size / 2 + 2), textcoords="offset points", ha="center",
            va="bottom", fontsize=7.5, zorder=4,
        )  # fmt: skip
    axes.margins(0.16)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    strong = sum(edge["p"] < result.alpha for *_, edge in graph.edges(data=True))
    axes.set_title("Which codes go together", loc="left")
    axes.set_xlabel(
        f"Blue: {strong} of {graph.number_of_edges()} lines that stand out (disparity below "
        f"{result.alpha:g}). Width: {result.measure}. Number and colour: community."
    )
    if len(nodes) > len(shown):
        note(axes, f"{len(nodes) - len(shown)} more codes are not shown.")
    firm = result.edges().head(5)[["a", "b"]].itertuples(index=False, name=None)
    told = "; ".join(f"{one} and {other}" for one, other in firm)
    return described(
        axes, f"Network of {len(graph)} codes; the lines that stand out most are {told or 'none'}."
    )


def _near(networkx: Any, graph: Any) -> Any:
    """Return the graph with lengths: the heavier an edge, the nearer its ends."""
    made = networkx.Graph()
    made.add_nodes_from(sorted(graph))
    for one, other, edge in sorted(graph.edges(data=True), key=lambda each: sorted(each[:2])):
        made.add_edge(one, other, weight=max(float(edge["weight"]), 1e-9) ** -0.5)
    return made
