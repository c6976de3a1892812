"""The overlap of primary studies between reviews, as cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.report.plot.drawing import canvas, check_drawn, described, note, styled, wrapped
from qualcode.stats.synthesis.covered_area import CoveredArea

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["covered_area"]

_MOST = 25
_LETTERS = 24


@styled
def covered_area(result: CoveredArea, *, ax: Axes | None = None) -> Axes:
    """Draw for each pair of reviews how many of their primary studies they share.

    Parameters
    ----------
    result : CoveredArea
        The overlap.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, CoveredArea, "review().overlap(…)")
    n = len(result)
    names = [wrapped(each, _LETTERS) for each in result.reviews]
    side = 1.2 + 0.42 * n
    axes = canvas(ax, side + 1.4, side + 0.9)
    lower = np.tril(np.ones((n, n), dtype=bool), -1)
    axes.imshow(
        np.ma.masked_array(result.pairs, ~lower), cmap="Blues", vmin=0, vmax=100, aspect="equal"
    )
    if n <= _MOST:
        for a in range(n):
            for b in range(a):
                value = result.pairs[a, b]
                told = "–" if np.isnan(value) else f"{value:.0f}"
                axes.text(
                    b, a, told, ha="center", va="center", fontsize=7,
                    color="#ffffff" if value > 55 else "#111111",
                )  # fmt: skip
    axes.set_xticks(range(n - 1), names[:-1], rotation=90)
    axes.set_yticks(range(1, n), names[1:])
    axes.set_xlim(-0.5, n - 1.5)
    axes.set_ylim(n - 0.5, 0.5)
    axes.set_title(f"Overlap of primary studies: {result.cca:.1f} % ({result.band})", loc="left")
    note(axes, "Per cent of the studies of both that are in both: corrected covered area.")
    most = sorted(
        (
            (result.pairs[a, b], result.reviews[b], result.reviews[a])
            for a in range(n)
            for b in range(a)
        ),
        key=lambda each: -np.nan_to_num(each[0]),
    )[:3]
    told = "; ".join(f"{one} and {other} {value:.1f} %" for value, one, other in most)
    return described(
        axes,
        f"Overlap of primary studies between {n} reviews: corrected covered area {result.cca:.1f} %. "
        f"Most: {told}.",
    )
