"""Figures of words: how often they are used, and which set a group apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.report.describing.wording import number
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    beside_legend,
    canvas,
    check_drawn,
    described,
    look,
    name_rows,
    note,
    row_lines,
    styled,
    write_beside,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.words.frequencies import WordFrequencies, rates
from qualcode.stats.words.keywords import Keyness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["keyness", "words"]

_GROUPS = 6
"""With more groups than this, their points cannot be told apart."""


@styled
def words(result: WordFrequencies, *, top: int = 20, ax: Axes | None = None) -> Axes:
    """Draw how often the most frequent words are used, with intervals, by group.

    Parameters
    ----------
    result : WordFrequencies
        The frequencies.
    top : int, default 20
        How many words, the most frequent of all groups together.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, WordFrequencies, "words(…)")
    top = check_count(top, what="top", least=1)
    largest = sorted(range(len(result.groups)), key=lambda at: -int(result.parts[at].size.sum()))[
        :_GROUPS
    ]
    chosen = sorted(largest)
    rows = result.most_frequent(result.whole, top=top)
    names = [result.words[at] for at in rows.tolist()]
    axes = canvas(ax, 7.2, 1.4 + (0.2 + 0.1 * len(chosen)) * max(2.0, row_lines(names)))
    told = []
    for order, at in enumerate(chosen):
        part, group = result.parts[at], result.groups[at]
        label = None if group is None else result.label(group)
        places = np.arange(len(rows)) + 0.6 * ((order + 1) / (len(chosen) + 1) - 0.5)
        bounds, point = rates(part, rows), look(order)
        value = 1000 * part.totals[rows] / max(1, int(part.size.sum()))
        axes.hlines(
            places, 1000 * bounds.low, 1000 * bounds.high, color=point["color"], linewidth=1.4
        )
        axes.plot(
            value, places, linestyle="none", markersize=5, markeredgecolor="#ffffff",
            markeredgewidth=0.6, label=label, **point,
        )  # fmt: skip
        each = ", ".join(
            f"{name} {number(float(rate), 1)}" for name, rate in zip(names[:5], value, strict=False)
        )
        told.append(f"{label}: {each}" if label else each)
    name_rows(axes, names)
    axes.set_xlim(left=0)
    axes.set_xlabel("Of 1,000 words")
    if len(chosen) < len(result.groups):
        note(axes, f"{len(result.groups) - len(chosen)} more groups are not shown.")
    by = f" by {result.by}" if result.by else ""
    axes.set_title(f"How often words are used{by}", loc="left")
    if len(chosen) > 1:
        beside_legend(axes, title=result.by)
    return described(axes, f"Rates of {len(names)} words{by}, of 1,000. {'; '.join(told)}.")


@styled
def keyness(result: Keyness, *, top: int = 15, ax: Axes | None = None) -> Axes:
    """Draw which words a group uses more, and which less, than the reference, with intervals.

    Parameters
    ----------
    result : Keyness
        The comparison.
    top : int, default 15
        How many words of either kind, those that differ most surely (by G²).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Keyness, "words(by=…).keyness(…)")
    top = check_count(top, what="top", least=1)
    surest = np.argsort(-result.g_squared, kind="stable")
    more = [at for at in surest.tolist() if result.log_ratio[at] > 0][:top]
    less = [at for at in surest.tolist() if result.log_ratio[at] < 0][:top]
    order = np.array([*more, *less[::-1]], dtype=np.int64)
    names = [result.words[at] for at in order.tolist()]
    axes = canvas(ax, 7.2, 1.7 + 0.27 * max(2.0, row_lines(names)))
    ratio, bounds = result.log_ratio[order], result.bounds
    for at, (row, value) in enumerate(zip(order.tolist(), ratio.tolist(), strict=True)):
        colour = BLUE if value > 0 else AMBER
        if not np.isnan(bounds.low[row]):
            axes.hlines(at, bounds.low[row], bounds.high[row], color=colour, linewidth=1.6)
        axes.plot(
            [value], [at], marker="o" if value > 0 else "s", markersize=6, color=colour,
            markeredgecolor="#ffffff", markeredgewidth=0.6, linestyle="none",
        )  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=0.9)
    name_rows(axes, names)
    other = "all else" if result.reference is None else result.of.label(result.reference)
    own = result.of.label(result.group)
    beside = [
        (f"{int(result.count[at])}", f"{int(result.reference_count[at])}") for at in order.tolist()
    ]
    write_beside(axes, beside, range(len(order)))
    axes.set_xlabel("Log ratio: 1 is twice as often, 2 four times, −1 half as often")
    note(axes, f"At the right: how often the word is used, here and in {other}.")
    if np.isnan(bounds.low[order]).any():
        note(axes, "Without a line: no interval holds there, for there are too few documents.")
    axes.set_title(f"Words of {own} beside {other}", loc="left")
    said = "; ".join(
        f"{word} {number(float(value), 1)}" for word, value in zip(names, ratio, strict=True)
    )
    return described(axes, f"Log ratios of {len(names)} words of {own} beside {other}: {said}.")
