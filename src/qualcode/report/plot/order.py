"""Figures of order: what comes after what, and where along the documents codes lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.readable import many
from qualcode.project.view import View
from qualcode.report.plot.drawing import (
    canvas,
    check_drawn,
    described,
    name_rows,
    name_square,
    note,
    paged,
    row_lines,
    styled,
    title_over,
    write_cell,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.order.portraits import Portraits, portraits
from qualcode.stats.order.sequences import LagSequential
from qualcode.stats.order.transition_table import TransitionTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["positions", "sequences"]

_FAR = 2.0
"""Adjusted residuals beyond this have an arrow."""


@styled
def sequences(
    result: TransitionTable | LagSequential, *, top: int = 30, ax: Axes | None = None
) -> Axes:
    """Draw what comes after what as a heat map: how far above chance, or below it.

    A row is what was, a column what came then. Numbers are transitions; an arrow up marks those with an
    adjusted residual of 2 or more, an arrow down those of −2 or less.

    Parameters
    ----------
    result : Sequences, TableSequences or LagSequential
        The transitions.
    top : int, default 30
        How many codes at the most, those with most transitions; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    if not isinstance(result, LagSequential):
        check_drawn(result, TransitionTable, "sequences(…)")
    if not len(result.counts):
        raise StatisticsError("no code was found in any unit, so that there is nothing to draw")
    names = (
        [node.name for node in result.nodes]
        if isinstance(result, TransitionTable)
        else [f"code {at}" for at in range(len(result.counts))]
    )
    most = result.counts.sum(axis=0) + result.counts.sum(axis=1)
    order = np.sort(np.argsort(-most, kind="stable")[: check_count(top, what="top", least=1)])
    counts, z = result.counts[np.ix_(order, order)], result.z[np.ix_(order, order)]
    shown = [names[at] for at in order.tolist()]
    axes = _draw_residuals(counts, z, shown, ax)
    unit = result.unit if isinstance(result, TransitionTable) else "event"
    lag = result.lag
    later = many(lag, unit) if isinstance(lag, int) else f"{lag[0]} to {many(lag[1], unit)}"
    title_over(axes, f"What comes {later} later", own=ax is None)
    axes.set_ylabel("What was")
    axes.set_xlabel(
        f"Above: what came then. Numbers: transitions; ↑ and ↓: residual beyond {_FAR:g}"
    )
    if len(order) < len(names):
        note(axes, f"{len(names) - len(order)} more codes are not shown.")
    far = [
        f"{shown[row]} then {shown[column]} ({int(counts[row, column])})"
        for row, column in sorted(
            np.argwhere(np.nan_to_num(z) >= _FAR).tolist(), key=lambda at: -z[at[0], at[1]]
        )[:8]
    ]
    return described(
        axes, f"Transitions among {len(order)} codes. Far above chance: {'; '.join(far) or 'none'}."
    )


def _draw_residuals(counts: Any, z: Any, names: list[str], ax: Axes | None) -> Axes:
    """Draw the cells: colour for the residual, and in each the count with an arrow where it is far."""
    n = len(names)
    axes = canvas(ax, max(5.6, 3.6 + 0.36 * n), max(4.2, 3.0 + 0.3 * max(n, row_lines(names))))
    matplotlib = require("matplotlib", extra="plots")
    reach = max(3.0, min(6.0, float(np.nanmax(np.abs(z), initial=0.0))))
    colours = matplotlib.colormaps["RdBu_r"].with_extremes(bad="#eeeeee")
    image = axes.imshow(z, cmap=colours, vmin=-reach, vmax=reach, aspect="auto")
    name_square(axes, names)
    axes.spines[:].set_visible(False)
    for row, column in np.argwhere((counts > 0) | (np.nan_to_num(z) <= -_FAR)).tolist():
        far = np.nan_to_num(z[row, column])
        arrow = "↑" if far >= _FAR else "↓" if far <= -_FAR else ""
        write_cell(
            axes, row, column, f"{int(counts[row, column])}{arrow}", size=6.5,
            dark=abs(far) > 0.7 * reach, fontweight="bold" if arrow else "normal",
        )  # fmt: skip
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=40, pad=0.02)
    bar.set_label("adjusted residual: below 0, rarer than in random order; above, more often")
    return axes


@styled
def positions(
    view: View | Portraits,
    *,
    coders: str | None = None,
    parts: int = 20,
    top: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw where along the documents codes lie: which come early in an interview, and which late.

    Each document is cut into parts of one length; a cell is how many documents have the code in that part.
    Codes stand in the order in which they lie on average.

    Parameters
    ----------
    view : View, Project or Portraits
        The project, as it is or as it was; or what its portraits are.
    coders : str, optional
        The id of a coder whose coding is drawn; by the rule of who is counted when not given.
    parts : int, default 20
        Into how many parts documents are cut; portraits are cut already.
    top, page : int, default 40 and 1
        How many codes go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    parts = check_count(parts, what="parts", least=2, most=200)
    found = view
    if not isinstance(found, Portraits):
        check_kind(
            view, View, what="view", error=StatisticsError, advice="pass a project or a view"
        )
        found = portraits(found.state, parts=parts, coders=coders)
    parts = found.parts
    number = np.count_nonzero(found.covered, axis=0).T
    middle = number @ (np.arange(parts) + 0.5) / number.sum(axis=1)
    order = np.argsort(middle, kind="stable").tolist()
    shown, others = paged(order, top, page, "codes")
    names = [found.nodes[at].name for at in shown]
    counts = number[shown]
    matplotlib = require("matplotlib", extra="plots")
    axes = canvas(ax, 8.4, 1.8 + 0.26 * max(2.0, row_lines(names)))
    colours = matplotlib.colormaps["Blues"].with_extremes(under="#f5f5f5")
    most = int(number.max())
    axes.imshow(counts, cmap=colours, aspect="auto", vmin=0.5, vmax=most)
    name_rows(axes, names)
    axes.grid(visible=False)
    for row, column in np.argwhere(counts).tolist():
        count = int(counts[row, column])
        write_cell(axes, row, column, f"{count}", size=6.5, dark=count > 0.6 * most)
    axes.set_xticks([-0.5, parts / 2 - 0.5, parts - 0.5], ["start", "middle", "end"])
    axes.spines[:].set_visible(False)
    axes.set_title("Where along the documents codes lie", loc="left")
    axes.set_xlabel(f"Numbers: documents with the code in that {_fraction(parts)} of their text")
    note(axes, others)
    told = "; ".join(
        f"{name} most in part {int(row.argmax()) + 1}"
        for name, row in zip(names, counts, strict=True)
    )
    return described(axes, f"Codes from those that lie early to those that lie late: {told}.")


def _fraction(parts: int) -> str:
    return {10: "tenth", 20: "twentieth"}.get(parts, f"part of {parts}")
