"""The figure of a correspondence analysis: codes and groups on one map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.report.describing.wording import per_cent
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import (
    PALE,
    canvas,
    check_drawn,
    described,
    in_points,
    key_beside,
    key_size,
    look,
    note,
    number_points,
    styled,
    wrapped,
)
from qualcode.report.plot.shape import ellipse
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.rollup import Crosstab
from qualcode.stats.shape.correspondences import (
    Correspondence,
    CorrespondenceAxes,
    check_map,
    correspondence_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["correspondence"]


@styled
def correspondence(
    result: Correspondence | Crosstab, *, top: int = 50, ax: Axes | None = None
) -> Axes:
    """Draw a correspondence map: codes and groups near each other go together more than chance has it.

    The first two axes of the simple correspondence analysis of the counts, in symmetric scaling; the label
    of each says how much of the inertia it shows. Rows and columns without any count are left out. Of a
    `Correspondence`, ellipses say how far groups move in other samples of documents.

    Parameters
    ----------
    result : Correspondence or Crosstab
        What ``project.correspondence(…)`` returns; or counts of codes, themes or domains by a variable with
        three values or more.
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
    spread: Any = None
    if isinstance(result, Correspondence):
        found, by = result.axes, result.by
        names, groups = [node.name for node in result.nodes], list(map(value_label, result.groups))
        spread = result.column_spread
    else:
        check_drawn(result, Crosstab, "crosstab(…)")
        found, names, groups = _of_crosstab(result)
        by = result.variable
    most = np.argsort(-found.row_mass, kind="stable")[: check_count(top, what="top", least=3)]
    drawn = np.sort(most).tolist()
    shown = [names[at] for at in drawn]
    width, height = key_size(shown)
    axes = canvas(ax, 5.8 + width, max(5.4, 1.2 + height))
    axes.axhline(0, color=PALE, linewidth=0.9, zorder=0)
    axes.axvline(0, color=PALE, linewidth=0.9, zorder=0)
    # Names of codes lie over each other wherever codes are alike, so that numbers stand for them.
    key_beside(axes, shown)
    by_row, by_column = found.rows[drawn, :2], found.columns[:, :2]
    axes.plot(*by_row.T, linestyle="none", **look(0), markersize=5)
    axes.plot(*by_column.T, linestyle="none", **look(1), markersize=7)
    for at, place in enumerate(by_column.tolist()):
        if spread is not None and not np.isnan(spread[at]).any():
            axes.add_patch(ellipse(tuple(place), spread[at], look(1)["color"]))
    axes.margins(0.18)
    taken = [*number_points(axes, by_row), *in_points(axes, by_row)]
    at_groups = in_points(axes, by_column)
    for place, (x, y), name in zip(by_column.tolist(), at_groups, groups, strict=True):
        label = wrapped(name, 24)
        half, high = 3 * max(map(len, label.split("\n"))) + 6, 13 * (1 + label.count("\n"))
        # Above where something is below, as far as there is room.
        below, above = (
            sum(abs(across - x) < half and low < up - y < low + high + 9 for across, up in taken)
            for low in (-high - 12.0, 0.0)
        )
        up = below > above
        axes.annotate(
            label, place, (0, 6 if up else -6), textcoords="offset points", fontsize=9,
            fontweight="bold", ha="center", va="bottom" if up else "top",
        )  # fmt: skip
    share = found.share
    axes.set_xlabel(f"First axis ({per_cent(float(share[0]))} of the inertia)")
    axes.set_ylabel(f"Second axis ({per_cent(float(share[1]))})")
    axes.set_title(f"What goes with which {by}", loc="left")
    note(
        axes,
        "Circles: codes, by their numbers; squares: groups.\nDistances between both kinds say nothing.",
    )
    if spread is not None and not np.isnan(spread).all():
        note(axes, "Ellipses: where about half of the samples of documents put a group.")
    if len(drawn) < len(names):
        note(axes, f"{len(names) - len(drawn)} more codes are not shown.")
    return described(
        axes,
        f"Correspondence map of {len(shown)} codes and {len(groups)} values of {by}; two axes "
        f"show {per_cent(float(share[:2].sum()))} of the inertia.",
    )


def _of_crosstab(result: Crosstab) -> tuple[CorrespondenceAxes, list[str], list[str]]:
    """Return the axes of what has counts in a crosstab, and the names of its rows and columns."""
    counts = np.asarray(result.counts, dtype=float)
    rows = [
        at for at, node in enumerate(result.nodes) if node.id != UNASSIGNED and counts[at].sum() > 0
    ]
    columns = np.flatnonzero(counts[rows].sum(axis=0) > 0).tolist() if rows else []
    check_map(len(rows), len(columns))
    return (
        correspondence_axes(counts[np.ix_(rows, columns)]),
        [result.nodes[at].name for at in rows],
        [value_label(result.values[at]) for at in columns],
    )
