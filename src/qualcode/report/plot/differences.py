"""Figures of what groups have: how far they differ, and which codes each connects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.report.describing.wording import number
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import below_legend, check_drawn, described, note, paged, styled
from qualcode.report.plot.estimates import chance
from qualcode.report.plot.groups import draw_points
from qualcode.stats.groups.comparison import GroupComparison
from qualcode.stats.groups.differences import GroupDifferences
from qualcode.stats.order.connections import ConnectionTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["group_differences", "stanzas"]


@styled
def group_differences(
    result: GroupComparison | GroupDifferences,
    *,
    top: int = 30,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic by group, and beside it how often chance alone would set groups so far apart.

    Parameters
    ----------
    result : GroupComparison or GroupDifferences
        The statistic in each group, and the test.
    top, page : int, default 30 and 1
        How many rows go on a page, the least likely by chance first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    if isinstance(result, GroupDifferences):
        found, by, what = result, "group", "statistic"
        names = [f"{at}" for at in range(found.spread.size)]
    else:
        check_drawn(result, GroupComparison, "group_differences(…)")
        found, by, what = result.differences, result.by, result.measure
        names = _names(result)
    q = found.to_frame()["q"].to_numpy()
    order = np.lexsort((-found.spread, np.nan_to_num(found.p, nan=2.0))).tolist()
    shown, others = paged(order, top, page, "rows")
    beside = [
        ("", "not tested")
        if np.isnan(found.p[at])
        else (chance("p", found.p[at]), chance("q", q[at]))
        for at in shown
    ]
    labels = [
        f"{value_label(group)} ({n:,})"
        for group, n in zip(found.groups, found.n_clusters, strict=True)
    ]
    values = found.values.reshape(len(found.groups), -1).T[shown]
    axes = draw_points([names[at] for at in shown], labels, values, ax=ax, beside=beside)
    axes.set_xlabel(
        f"{what.capitalize()} in each group; p by regrouping at random, q over all rows"
    )
    note(axes, others)
    axes.set_title(f"How far groups of {by} differ", loc="left")
    below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{names[at]} {' '.join(each)}" for at, each in zip(shown, beside, strict=True)
    )
    return described(
        axes, f"{what.capitalize()} by {by}, the least likely by chance first: {told}."
    )


def _names(result: GroupComparison) -> list[str]:
    nodes = lay_over(result.rollup, result.state.codebook).level(result.level)
    known = {node.id: node.name for node in nodes}
    if result.statistic == "prevalence":
        return [known[id] for id in result.labels]
    return [f"{known[a]} – {known[b]}" for a, b in result.labels]


@styled
def stanzas(
    result: ConnectionTable, *, top: int = 30, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw how strongly each group connects pairs of codes within the moving window.

    Parameters
    ----------
    result : Stanzas or TableStanzas
        The connections.
    top, page : int, default 30 and 1
        How many pairs go on a page, the strongest first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, ConnectionTable, "stanzas(…)")
    first, second = np.triu_indices(len(result.nodes), k=1)
    weights: Any = np.nan_to_num(result.weights[:, first, second].T)
    there = np.flatnonzero(weights.any(axis=1))
    ranked = there[np.argsort(-weights[there].max(axis=1), kind="stable")]
    shown, others = paged(ranked.tolist(), top, page, "pairs")
    names = [f"{result.nodes[first[at]].name} – {result.nodes[second[at]].name}" for at in shown]
    labels = ["all" if group is None else value_label(group) for group in result.groups]
    axes = draw_points(names, labels, weights[shown], ax=ax)
    axes.set_xlim(left=-0.02 * max(0.1, float(weights[shown].max(initial=0))))
    axes.set_xlabel(
        f"Weight of the connection within {result.window} {result.unit}s, each group scaled to length 1"
    )
    note(axes, others)
    axes.set_title("What is connected" + (f", by {result.by}" if result.by else ""), loc="left")
    if len(labels) > 1:
        below_legend(axes, own=ax is None)
    told = "; ".join(
        name + " " + ", ".join(
            f"{label} {number(weight, 2)}" for label, weight in zip(labels, row.tolist(), strict=True)
        )
        for name, row in zip(names, weights[shown], strict=True)
    )  # fmt: skip
    return described(axes, f"Connections of pairs, the strongest first: {told}.")
