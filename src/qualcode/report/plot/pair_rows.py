"""Figures of pairs in rows: coefficients with their intervals, and how far counts are from chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.report.describing.wording import number, per_cent
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    below_legend,
    canvas,
    check_drawn,
    described,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
    write_beside,
)
from qualcode.report.plot.estimates import Row, chance, draw_rows, in_words
from qualcode.stats.pairs.pair_intervals import PairIntervals
from qualcode.stats.pairs.pair_tests import PairTests

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["pair_intervals", "pair_tests"]

_RATIOS = {"odds_ratio", "lift"}
"""Coefficients of which 1 is no association, and a half is as far from it as a double."""


def _names(of: Any) -> dict[str, str]:
    """Return what the nodes of a result of pairs are called, by their ids."""
    return {node.id: node.name for node in of.nodes}


@styled
def pair_intervals(
    result: PairIntervals, *, top: int = 30, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw a coefficient of each pair with its interval, the most frequent pairs first.

    Parameters
    ----------
    result : PairIntervals
        The coefficients.
    top, page : int, default 30 and 1
        How many pairs go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, PairIntervals, "cooccurrence(…).intervals()")
    names = _names(result.of)
    measure = result.measure
    columns = ["a", "b", measure, "low", "high", "both", "reason"]
    rows = [
        Row(f"{names[a]} – {names[b]}", value, low, high, f"n = {both:,}", reason)
        for a, b, value, low, high, both, reason in result.to_frame()[columns].itertuples(
            index=False, name=None
        )
    ]
    shown, others = paged(rows, top, page, "pairs")
    ratio = measure in _RATIOS
    axes = draw_rows(
        shown, ax=ax, lines=[1.0] if ratio else [], within=None if ratio else (0.0, 0.0), log=ratio
    )
    axes.set_title("How strongly codes go together", loc="left", pad=16 if ratio else 8)
    axes.set_xlabel(
        f"{result.coefficient.label}, with its {per_cent(result.confidence)} interval\n"
        "n: how often both are there"
    )
    note(axes, others)
    return described(
        axes, f"{result.coefficient.label} of pairs, with intervals: {in_words(shown)}."
    )


@styled
def pair_tests(result: PairTests, *, top: int = 30, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw how often each pair meets beside how often it would by chance, the least likely first.

    Parameters
    ----------
    result : PairTests
        The tests.
    top, page : int, default 30 and 1
        How many pairs go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, PairTests, "cooccurrence(…).test()")
    names = _names(result.of)
    columns = ["a", "b", "both", "expected", "z", "q"]
    rows, others = paged(
        list(result.to_frame()[columns].itertuples(index=False, name=None)), top, page, "pairs"
    )
    titles = [f"{names[a]} – {names[b]}" for a, b, *_ in rows]
    axes = canvas(ax, 8.0, 1.6 + 0.27 * max(2.0, row_lines(titles)))
    places = np.arange(len(rows))
    both, expected = (np.array([row[at] for row in rows], dtype=float) for at in (2, 3))
    axes.hlines(places, expected, both, color=GREY, linewidth=1.0, zorder=1)
    axes.plot(
        expected, places, marker="D", linestyle="none", markersize=5.5, markerfacecolor="#ffffff",
        color=GREY, label="by chance", zorder=2,
    )  # fmt: skip
    axes.plot(both, places, marker="o", linestyle="none", color=BLUE, label="found", zorder=3)
    name_rows(axes, titles)
    axes.set_xlim(left=0)
    axes.locator_params(axis="x", integer=True)
    beside = [
        ("–", "not tested") if np.isnan(q) else (f"z = {number(z, 1)}", chance("q", q))
        for *_, z, q in rows
    ]
    write_beside(axes, beside, range(len(rows)))
    axes.set_title("How often codes meet, and would by chance", loc="left")
    axes.set_xlabel(f"Units with both; chance: {result.null}")
    note(axes, others)
    below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{title} {row[2]:,} times, {row[3]:.1f} by chance"
        for title, row in zip(titles, rows, strict=True)
    )
    return described(axes, f"Pairs of codes, the least likely by chance first: {told}.")
