"""Figures of pairs of codes: a heat map in the order of a clustering, and a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.report.page.choosing import unit_name
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    HUES,
    canvas,
    check_drawn,
    described,
    halo,
    is_long,
    key_beside,
    key_size,
    name_square,
    note,
    row_lines,
    styled,
    title_over,
    wrapped,
    write_cell,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.coefficients import CoefficientLike, coefficient_or_count
from qualcode.stats.pairs.pair_network import PairNetwork
from qualcode.stats.pairs.pair_table import PairTable
from qualcode.stats.pairs.pair_tests import PairTests
from qualcode.stats.shape.clusterings import linked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cooccurrence", "network", "standing_out"]

_NAMED = 30
"""With more codes than this, their names lie over each other and numbers stand for them."""
_Q = 0.05
"""The false discovery rate below which a pair stands out."""


@styled
def cooccurrence(
    result: PairTable,
    *,
    measure: CoefficientLike = "jaccard",
    tests: PairTests | None = None,
    top: int = 40,
    ax: Axes | None = None,
) -> Axes:
    """Draw which codes meet as a heat map, codes that meet alike beside each other.

    Codes stand in the order of an average-linkage clustering of their rows of Jaccard coefficients.

    Parameters
    ----------
    result : PairTable
        What met.
    measure : str or Coefficient, default "jaccard"
        What the shades say: ``"count"`` or a coefficient. The numbers are always counts.
    tests : PairTests, optional
        What `result.test()` found: pairs that chance does not explain get a frame.
    top : int, default 40
        How many codes at the most, those on most units; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, PairTable, "cooccurrence(…)")
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
    names = [result.nodes[at].name for at in order.tolist()]
    side = 0.3 * max(n, row_lines(names))
    axes = canvas(ax, max(5.6, 3.4 + side), max(4.2, 3.0 + side))
    colours = matplotlib.colormaps["Blues"].with_extremes(bad="#f1f1f1")
    image = axes.imshow(shades, cmap=colours, vmin=min(0.0, np.nanmin(shades, initial=0.0)))
    name_square(axes, names)
    axes.spines[:].set_visible(False)
    counts = result.counts[np.ix_(order, order)]
    darkest = np.nanmax(shades, initial=0.0)
    for row, column in np.argwhere(counts).tolist():
        dark = shades[row, column] > 0.6 * darkest
        text = write_cell(axes, row, column, f"{int(counts[row, column])}", size=6.5, dark=dark)
        if row == column:
            text.set_color(GREY)
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.5, aspect=40, pad=0.02)
    shade = coefficient_or_count(measure)
    bar.set_label("number" if shade is None else shade.label)
    place = "spans" if result.unit is None else unit_name(result.unit)
    title_over(axes, f"What meets in {place}", own=ax is None)
    axes.set_xlabel(f"Numbers: {place} with both; on the diagonal, with the code")
    note(axes, _frame(axes, tests, ids))
    if left > 0:
        note(axes, f"{left} more codes are not shown.")
    known = {node.id: node.name for node in result.nodes}
    pairs = result.to_frame().head(5)[["a", "b", "both"]].itertuples(index=False, name=None)
    told = "; ".join(f"{known[one]} and {known[other]} in {both}" for one, other, both in pairs)
    return described(axes, f"Heat map of {n} codes that meet in {place}. Most often meet: {told}.")


def _frame(axes: Axes, tests: PairTests | None, ids: Sequence[str]) -> str:
    """Put a frame around pairs that chance does not explain, and return what to say of it."""
    if tests is None:
        return ""
    patches = require("matplotlib.patches", extra="plots")
    at = {id: number for number, id in enumerate(ids)}
    for one, other in standing_out(tests):
        if one in at and other in at:
            axes.add_patch(
                patches.Rectangle(
                    (at[one] - 0.46, at[other] - 0.46), 0.92, 0.92, fill=False, edgecolor=AMBER,
                    linewidth=1.8,
                )
            )  # fmt: skip
    return f"Frames: more or less often than chance has it (q below {_Q:g})"


def standing_out(tests: PairTests) -> set[tuple[str, str]]:
    """Return the pairs that chance does not explain, each way round."""
    check_drawn(tests, PairTests, "cooccurrence(…).test()", what="tests")
    found = zip(tests.a.tolist(), tests.b.tolist(), (tests.q < _Q).tolist(), strict=True)
    firm = [(one, other) for one, other, holds in found if holds]
    return {*firm, *((other, one) for one, other in firm)}


def _clustered(alike: Any) -> Any:
    """Return the order of rows that puts like beside like; as they are, where nothing tells."""
    from scipy.cluster.hierarchy import leaves_list

    if len(alike) < 3:
        return np.arange(len(alike))
    apart = 1.0 - np.clip((alike + alike.T) / 2, 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    return leaves_list(linked(apart, ordered=True))


@styled
def network(
    result: PairNetwork, *, tests: PairTests | None = None, top: int = 40, ax: Axes | None = None
) -> Axes:
    """Draw a network of codes: full lines for what stands out, pale and broken ones for the rest.

    What stands out is in the backbone (disparity below `alpha` of the result): the weights of its ends do
    not explain it. With `tests`, it is what chance does not explain. Colour and number of a code say its
    community, the size of its point how many units carry it.

    Parameters
    ----------
    result : PairNetwork
        The network.
    tests : PairTests, optional
        What `cooccurrence(…).test()` found.
    top : int, default 40
        How many codes at the most, the most central; a note says how many there are more.
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
    named = shown["name"].tolist()
    long = len(graph) > _NAMED or is_long(named)
    width, height = key_size(named) if long else (0.0, 0.0)
    side = max(6.6, 1.25 * len(graph) ** 0.5)
    axes = canvas(ax, 1.15 * side + width, max(side, 1.0 + height))
    heaviest = max((edge["weight"] for *_, edge in graph.edges(data=True)), default=1.0) or 1.0
    strong = _strong(result, tests, graph)
    for one, other, edge in graph.edges(data=True):
        kept = (one, other) in strong
        xs, ys = zip(place[one], place[other], strict=True)
        axes.plot(
            xs, ys, color=BLUE if kept else GREY, alpha=0.85 if kept else 0.3,
            linestyle="solid" if kept else (0, (2, 2)), solid_capstyle="round",
            linewidth=0.6 + 3.4 * edge["weight"] / heaviest, zorder=1,
        )  # fmt: skip
    most = float(shown["count"].max()) or 1.0
    labels: list[_Label] = []
    columns = shown[["id", "name", "count", "community"]].itertuples(index=False, name=None)
    for number, (id, name, count, community) in enumerate(columns, start=1):
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
        labels.append((f"{number}" if long else wrapped(name, 22), (x, y), size / 2 + 2))
    for (text, at, gap), under in zip(labels, _under(labels, side), strict=True):
        axes.annotate(
            text, at, (0, -gap if under else gap), textcoords="offset points", ha="center",
            va="top" if under else "bottom", fontsize=7.5, zorder=4, path_effects=halo("#ffffff"),
            fontweight="bold" if long else "normal",
        )  # fmt: skip
    if long:
        key_beside(axes, named)
    axes.margins(0.16)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title("Which codes go together", loc="left")
    why = f"disparity below {result.alpha:g}" if tests is None else f"not by chance: q below {_Q:g}"
    axes.set_xlabel(
        f"Full lines: {len(strong) // 2} of {graph.number_of_edges()} that stand out ({why}).\n"
        f"Width: {result.measure}. Number in a point, and its colour: community."
    )
    if len(nodes) > len(shown):
        note(axes, f"{len(nodes) - len(shown)} more codes are not shown.")
    firm = [
        f"{graph.nodes[one]['name']} and {graph.nodes[other]['name']}"
        for one, other in result.edges()[["a", "b"]].itertuples(index=False, name=None)
        if (one, other) in strong
    ][:5]
    return described(
        axes,
        f"Network of {len(graph)} codes; the lines that stand out most are {'; '.join(firm) or 'none'}.",
    )


_Label = tuple[str, tuple[float, float], float]
"""A text, the point it is of, and how far from it."""


def _under(labels: Sequence[_Label], side: float) -> list[bool]:
    """Return which labels go below their points and not above, where they cover less of what is there."""
    places = np.array([place for _, place, _ in labels])
    # To points, nearly: axes are wider than high, with margins of 0.16 all round.
    places *= 72 * side * np.array([1.12, 0.9]) / 1.32 / np.maximum(np.ptp(places, axis=0), 1e-9)
    taken = [
        (x - gap, y - gap, x + gap, y + gap)
        for (x, y), (*_, gap) in zip(places.tolist(), labels, strict=True)
    ]
    chosen = []
    for (x, y), (text, _, gap) in zip(places.tolist(), labels, strict=True):
        lines = text.splitlines()
        half, high = 2.3 * max(map(len, lines)), 10.0 * len(lines)
        boxes = [(x - half, low, x + half, low + high) for low in (y + gap, y - gap - high)]
        covered = [sum(_shared(box, other) for other in taken) for box in boxes]
        chosen.append(bool(covered[1] < covered[0]))
        taken.append(boxes[chosen[-1]])
    return chosen


def _shared(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the area that two boxes (left, bottom, right, top) share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, up)


def _strong(result: PairNetwork, tests: PairTests | None, graph: Any) -> set[tuple[str, str]]:
    """Return the edges that stand out, each way round."""
    if tests is not None:
        return {pair for pair in standing_out(tests) if graph.has_edge(*pair)}
    kept = [(one, other) for one, other, edge in graph.edges(data=True) if edge["p"] < result.alpha]
    return {*kept, *((other, one) for one, other in kept)}


def _near(networkx: Any, graph: Any) -> Any:
    """Return the graph with lengths: the heavier an edge, the nearer its ends."""
    made = networkx.Graph()
    made.add_nodes_from(sorted(graph))
    for one, other, edge in sorted(graph.edges(data=True), key=lambda each: sorted(each[:2])):
        made.add_edge(one, other, weight=max(float(edge["weight"]), 1e-9) ** -0.5)
    return made
