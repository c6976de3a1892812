"""The figure of how near codes lie to each other in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode._extras import require
from qualcode.report.describing.wording import number
from qualcode.report.plot.drawing import (
    canvas,
    check_drawn,
    described,
    name_square,
    note,
    row_lines,
    styled,
    write_cell,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.order.proximities import Proximity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["proximity"]

_Q = 0.05
"""The false discovery rate below which a pair stands out."""


@styled
def proximity(result: Proximity, *, top: int = 25, ax: Axes | None = None) -> Axes:
    """Draw how far it is from each code to the nearest other, beside chance in the same documents.

    A row is the code from which, a column that to which. Numbers are mean distances; bold ones stand out (q
    below .05).

    Parameters
    ----------
    result : Proximity
        The distances.
    top : int, default 25
        How many codes at the most, those with most units in documents that have others; a note says how
        many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Proximity, "proximity(…)")
    top = check_count(top, what="top", least=2)
    n = len(result.nodes)
    weight = np.bincount(result.first, weights=result.count, minlength=n)
    order = np.sort(np.argsort(-weight, kind="stable")[:top])
    square = np.full((3, n, n), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearer = np.log2(np.maximum(result.distance, 1e-9) / np.maximum(result.expected, 1e-9))
    for table, values in zip(square, (result.distance, nearer, result.q), strict=True):
        table[result.first, result.second] = values
    distance, ratio, q = square[:, order[:, None], order[None, :]]
    names = [result.nodes[at].name for at in order.tolist()]
    side = 0.36 * max(len(order), row_lines(names))
    axes = canvas(ax, max(5.6, 3.6 + side), max(4.2, 3.0 + side))
    matplotlib = require("matplotlib", extra="plots")
    # Red where codes are nearer than chance has them, as in the figure of what comes after what.
    colours = matplotlib.colormaps["RdBu"].with_extremes(bad="#eeeeee")
    image = axes.imshow(np.clip(ratio, -2, 2), cmap=colours, vmin=-2, vmax=2, aspect="auto")
    name_square(axes, names)
    axes.spines[:].set_visible(False)
    for row, column in np.argwhere(~np.isnan(distance)).tolist():
        value = float(distance[row, column])
        text = number(value, 1 if value < 9.95 else 0)
        firm = bool(q[row, column] < _Q)
        write_cell(
            axes, row, column, text, size=6.0, dark=abs(np.nan_to_num(ratio[row, column])) > 1.4,
            fontweight="bold" if firm else "normal",
        )  # fmt: skip
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=40, pad=0.02)
    bar.set_ticks([-2, -1, 0, 1, 2], labels=["a quarter", "half", "as far", "twice", "four times"])
    bar.set_label("as far as by chance in the same documents")
    axes.set_ylabel("From")
    axes.set_xlabel(
        f"Above: to the nearest. Numbers: {result.unit}s on average; bold: q below {_Q:g}"
    )
    if len(order) < n:
        note(axes, f"{n - len(order)} more codes are not shown.")
    pairs = sorted(np.argwhere((ratio < 0) & (q < _Q)).tolist(), key=lambda at: ratio[at[0], at[1]])
    told = "; ".join(
        f"{names[row]} to {names[column]} {number(float(distance[row, column]), 1)}"
        for row, column in pairs[:8]
    )
    return described(
        axes,
        f"Distances in {result.unit}s among {len(order)} codes. Nearer than by chance: {told or 'none'}.",
    )
