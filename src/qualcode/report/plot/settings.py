"""The figure of a sensitivity analysis: a row for each setting, the conclusion as stated on top."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, TypeGuard

from qualcode._extras import require
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.readable import many
from qualcode.report.describing.wording import plain
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    PALE,
    canvas,
    check_drawn,
    described,
    note,
    paged,
    short,
    styled,
    title_over,
    wrapped,
    write_beside,
)
from qualcode.stats.conclusions import Ranking
from qualcode.stats.conclusions.conclusion import Bounded
from qualcode.stats.conclusions.kinds import ranks
from qualcode.stats.conclusions.sensitivity_analysis import Sensitivity, Setting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sensitivity"]

_SECTIONS = {
    "base": "",
    "coder": "by coder",
    "count": "counted by",
    "unit": "by unit",
    "leave out": "left out",
}
_MARKERS = {True: ("o", BLUE), False: ("X", AMBER), None: ("o", GREY)}
_WORDS = {True: "holds", False: "does not hold", None: ""}
_COLUMNS = 9
"""No more columns of ranks than this are drawn."""


@styled
def sensitivity(
    result: Sensitivity, *, top: int = 40, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw how a conclusion moves, a row for each setting.

    For a number: where it is in each setting, beside a line for the conclusion as stated. For a
    ranking: which rank each of the first ones has in each setting. A dot is a setting in which the
    conclusion holds, a cross one in which it does not.

    Parameters
    ----------
    result : Sensitivity
        What was found.
    top, page : int, default 40 and 1
        How many settings go on a page below the conclusion as stated, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Sensitivity, "sensitivity(…)")
    settings, others = paged(result.settings, top, page, "settings")
    rows, headings = _rows(result.base, settings)
    if isinstance(result.conclusion, Ranking):
        axes = _ranks(result, result.conclusion, rows, headings, ax)
    else:
        axes = _numbers(result, rows, headings, ax)
    note(axes, others)
    failed = ", ".join(each.setting for each in result.failed) or "none"
    return described(
        axes,
        f"{_title(result)}, in {len(result.settings)} settings; it does not hold in: {failed}.",
    )


def _rows(
    base: Setting, settings: Iterable[Setting]
) -> tuple[list[tuple[float, Setting]], list[tuple[float, str]]]:
    """Return where each setting's row is, and where the headings of the sections are."""
    rows: list[tuple[float, Setting]] = []
    headings: list[tuple[float, str]] = []
    at = 0.0
    for varied, group in groupby((base, *settings), key=lambda each: each.varied):
        if _SECTIONS[varied]:
            headings.append((at + 0.2, _SECTIONS[varied]))
            at += 1.0
        for each in group:
            rows.append((at, each))
            at += 1.0
    return rows, headings


def _numbers(
    result: Sensitivity,
    rows: list[tuple[float, Setting]],
    headings: list[tuple[float, str]],
    ax: Axes | None,
) -> Axes:
    values = [each.value for _, each in rows if _is_finite(each.value)]
    bounds = _bounds(result)
    axes = canvas(ax, 8.0, 1.6 + 0.28 * (len(rows) + len(headings)))
    low, high = min([*values, *bounds], default=0.0), max([*values, *bounds], default=1.0)
    room = 0.06 * (high - low or 1.0)
    axes.set_xlim(low - room, high + room)
    for bound in bounds:
        axes.axvline(bound, color=AMBER, linewidth=1.0, linestyle=(0, (4, 3)), zorder=0)
        axes.annotate(
            f"{bound:g}", (bound, 1), (0, 2), xycoords=("data", "axes fraction"), fontsize=7.5,
            textcoords="offset points", ha="center", color=AMBER,
        )  # fmt: skip
    start = result.base.value if _is_finite(result.base.value) else None
    if start is not None:
        axes.axvline(start, color=GREY, linewidth=0.9, zorder=0)
    for at, each in rows:
        marker, colour = _MARKERS[each.holds]
        if not _is_finite(each.value):
            text = f"undefined: {each.reason}" if each.value is None else plain(each.value)
            text = short(text, 68)
            behind = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1}
            axes.text(
                low, at, text, va="center", fontsize=7.5, color=GREY, style="italic", bbox=behind
            )
            continue
        if start is not None:
            axes.plot([start, each.value], [at, at], color=colour, linewidth=1.2, alpha=0.6)
        size = 8 if each is result.base else 7
        axes.plot(
            [each.value], [at], marker=marker, color=colour, markersize=size, markeredgewidth=0
        )
    _name_rows(axes, rows, headings)
    write_beside(axes, [_beside(each) for _, each in rows], [at for at, _ in rows])
    axes.set_title(_title(result), loc="left", pad=16 if bounds else 8)
    axes.set_xlabel(_legend(result))
    return axes


def _is_finite(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _bounds(result: Sensitivity) -> list[float]:
    conclusion = result.conclusion
    if not isinstance(conclusion, Bounded):
        return []
    return [each for each in (conclusion.at_least, conclusion.at_most) if each is not None]


def _ranks(
    result: Sensitivity,
    conclusion: Ranking,
    rows: list[tuple[float, Setting]],
    headings: list[tuple[float, str]],
    ax: Axes | None,
) -> Axes:
    base = result.base.finding.counts
    first = conclusion.first(base)
    others = sorted((id for id in base if id not in first), key=lambda id: -base[id])
    columns = [*first, *others][: max(_COLUMNS, len(first))]
    as_stated = ranks(base)
    axes = canvas(ax, 3.4 + 0.62 * len(columns), 2.6 + 0.28 * (len(rows) + len(headings)))
    for at, each in rows:
        if not each.finding.counts:
            text = short(f"undefined: {each.reason}", 14 * max(3, len(columns)))
            axes.text(-0.4, at, text, va="center", fontsize=7.5, color=GREY, style="italic")
            continue
        now = ranks(each.finding.counts)
        for column, id in enumerate(columns):
            level = "=" if list(now.values()).count(now[id]) > 1 else ""
            _draw_rank(axes, column, at, f"{now[id]}{level}", now[id] - as_stated[id])
    if len(first) < len(columns):
        axes.axvline(len(first) - 0.5, color=GREY, linewidth=0.9)
    names = {node.id: node.name for node in _nodes(result, conclusion)}
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_xticks(
        range(len(columns)), [wrapped(names[id], 34) for id in columns], rotation=40, ha="left",
        rotation_mode="anchor",
    )  # fmt: skip
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.spines[:].set_visible(False)
    _name_rows(axes, rows, headings)
    write_beside(axes, [_beside(each) for _, each in rows], [at for at, _ in rows])
    title_over(axes, _title(result), own=ax is None)
    axes.set_xlabel(
        "Rank in each setting: blue, higher than as stated; orange, lower; =, level with\n"
        "another. At the right, Kendall's τ_b with the order as stated, and whether the\n"
        "first ones keep theirs.",
        fontsize=8,
    )
    hidden = len(base) - len(columns)
    if hidden > 0:
        are = "is" if hidden == 1 else "are"
        note(axes, f"{many(hidden, f'more {conclusion.level}')}, with less, {are} not shown.")
    return axes


def _nodes(result: Sensitivity, conclusion: Ranking) -> tuple[Node, ...]:
    rollup = result.state.find_rollup(conclusion.rollup)
    return lay_over(rollup, result.state.codebook).level(conclusion.level)


def _draw_rank(axes: Axes, column: int, at: float, rank: str, moved: int) -> None:
    colour = PALE if moved == 0 else BLUE if moved < 0 else AMBER
    patches = require("matplotlib.patches", extra="plots")
    axes.add_patch(
        patches.Rectangle((column - 0.46, at - 0.43), 0.92, 0.86, color=colour, linewidth=0)
    )
    sign = "" if moved == 0 else "↑" if moved < 0 else "↓"
    ink = "#222222" if moved == 0 else "#ffffff"
    axes.text(column, at, f"{rank}{sign}", ha="center", va="center", fontsize=8.5, color=ink)


def _name_rows(
    axes: Axes, rows: list[tuple[float, Setting]], headings: list[tuple[float, str]]
) -> None:
    at = [*(place for place, _ in rows), *(place for place, _ in headings)]
    labels = [*(wrapped(each.setting, 38) for _, each in rows), *(text for _, text in headings)]
    axes.set_yticks(at, labels)
    axes.set_ylim(max(at) + 0.7, -0.7)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for number_, label in enumerate(axes.get_yticklabels()):
        if number_ == 0:
            label.set_fontweight("bold")
        if number_ >= len(rows):
            label.set_color(GREY)
            label.set_fontstyle("italic")


def _beside(each: Setting) -> tuple[str, str, str]:
    value = "" if each.value is None else plain(each.value)
    return value, _WORDS[each.holds], many(each.documents, "document")


def _title(result: Sensitivity) -> str:
    title = result.conclusion.title
    return textwrap.fill(title[0].upper() + title[1:], 78)


def _legend(result: Sensitivity) -> str:
    text = "Grey line: as stated."
    if _bounds(result):
        text += " Dashed: the bound. Dot: the conclusion holds; cross: it does not."
    return text
