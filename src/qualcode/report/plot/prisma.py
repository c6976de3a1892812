"""The flow of a review as PRISMA 2020 draws it: boxes in columns, and arrows between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.report.plot.drawing import (
    GREY,
    canvas,
    check_drawn,
    described,
    note,
    styled,
    wrapped,
)
from qualcode.stats.synthesis.flow import BOXES, Flow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["prisma_flow"]

_WIDTH, _GAP = 2.35, 0.42
_LETTERS = 38
_LINE, _PAD, _BETWEEN = 0.152, 0.14, 0.26
_BAND = 0.34
_LEAST = 1.15

_STAGES = ("Identification", "Screening", "Included")
_OTHER_SOURCES = {
    "website_results": "Websites", "organisation_results": "Organisations",
    "citations_results": "Citation searching", "other_results": "Other sources",
}  # fmt: skip


@attrs.frozen
class _Box:
    """A box: its column and row, what stands in it, and the boxes that arrows lead to."""

    column: int
    row: int
    text: str
    to: tuple[tuple[int, int], ...] = ()

    @property
    def height(self) -> float:
        return (self.text.count("\n") + 1) * _LINE + 2 * _PAD


@styled
def prisma_flow(result: Flow, *, ax: Axes | None = None) -> Axes:
    """Draw the flow of records, reports and studies through a review.

    What a previous version, other sources or single reasons bring is drawn where there is such; a number
    that is not known is a dash.

    Parameters
    ----------
    result : Flow
        The flow.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Flow, "review().prisma()")
    boxes = _laid_out(result)
    if not boxes:
        raise StatisticsError(
            "there is nothing in the flow to draw: import records, or give its boxes"
        )
    n_rows = max(each.row for each in boxes) + 1
    tops, heights, at = [], [], 0.0
    for row in range(n_rows):
        height = max((each.height for each in boxes if each.row == row), default=0.0)
        if row == 0:
            height = max(height, _LEAST)  # so that the stage beside it can be written out
        tops.append(at)
        heights.append(height)
        at += height + (_BETWEEN if height else 0.0)
    n_columns = max(each.column for each in boxes) + 1
    width = _BAND + 0.12 + n_columns * _WIDTH + (n_columns - 1) * _GAP
    axes = canvas(ax, width + 0.15, at + 0.75)
    places = {}
    for each in boxes:
        left = _BAND + 0.12 + each.column * (_WIDTH + _GAP)
        places[each.column, each.row] = (left, tops[each.row], each.height)
    _draw_bands(axes, boxes, tops, heights)
    for each in boxes:
        _draw_box(axes, places[each.column, each.row], each.text)
        for to in each.to:
            if to in places:
                _draw_arrow(axes, places[each.column, each.row], places[to], each.column, to[0])
    axes.set_xlim(0, width + 0.03)
    axes.set_ylim(at, -0.05)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title("Flow of the review", loc="left")
    for box, mark in result.marks.items():
        note(axes, f"{BOXES[box].capitalize()}: {mark}.")
    for stage, number in result.open.items():
        note(axes, f"{number:,} records still wait at the stage {stage}.")
    return described(axes, _in_words(result))


def _n(result: Flow, box: str) -> str:
    number = result[box]
    return "–" if number is None else f"{number:,}"


def _lines(head: str, parts: Mapping[str, object]) -> str:
    """Return a head, and each part on a line of its own below it."""
    told = [wrapped(f"{name} (n = {number})", _LETTERS) for name, number in parts.items()]
    return "\n".join([wrapped(head, _LETTERS), *told])


def _from(result: Flow) -> str:
    parts: dict[str, object] = {}
    for box, name, single in (
        ("database_results", "Databases", result.databases),
        ("register_results", "Registers", result.registers),
    ):
        if len(single) > 1 and sum(single.values()) == result[box]:
            parts |= {each: f"{number:,}" for each, number in single.items()}
        elif result[box] is not None:
            parts[next(iter(single), name)] = _n(result, box)
    return _lines("Records identified from", parts or {"Databases": "–"})


def _reasons(result: Flow, box: str, reasons: Mapping[str, int]) -> str:
    if not reasons:
        return f"Reports excluded (n = {_n(result, box)})"
    return _lines(
        f"Reports excluded (n = {_n(result, box)})",
        {reason: f"{number:,}" for reason, number in reasons.items()},
    )


def _laid_out(result: Flow) -> list[_Box]:
    """Return the boxes, in rows from identification to what is included."""
    previous = any(result[box] is not None for box in ("previous_studies", "previous_reports"))
    others = {
        name: _n(result, box) for box, name in _OTHER_SOURCES.items() if result[box] is not None
    }
    first = 1 if previous else 0
    made: list[_Box] = []
    last = 5
    if previous:
        parts = {
            "Studies": _n(result, "previous_studies"),
            "Reports": _n(result, "previous_reports"),
        }
        made.append(
            _Box(0, 0, _lines("Previous version of the review", parts), ((first, last + 1),))
        )
    if not result.boxes:
        return made
    made += _main_arm(result, first, last)
    if others:
        at = first + 2
        made += [
            _Box(at, 0, _lines("Records identified from other methods", others), ((at, 2),)),
            _Box(
                at, 2, f"Reports sought for retrieval (n = {_n(result, 'other_sought_reports')})",
                ((at, 3), (at + 1, 2)),
            ),
            _Box(at + 1, 2, f"Reports not retrieved (n = {_n(result, 'other_notretrieved_reports')})"),
            _Box(
                at, 3, f"Reports assessed for eligibility (n = {_n(result, 'other_assessed')})",
                ((at + 1, 3), (first, last)),
            ),
            _Box(at + 1, 3, _reasons(result, "other_excluded", result.other_reasons)),
        ]  # fmt: skip
    if previous or result["total_studies"] is not None or result["total_reports"] is not None:
        parts = {"Studies": _n(result, "total_studies"), "Reports": _n(result, "total_reports")}
        made.append(_Box(first, last + 1, _lines("All studies included", parts)))
    return made


def _main_arm(result: Flow, at: int, last: int) -> list[_Box]:
    removed = {
        name: _n(result, box)
        for box, name in (
            ("duplicates", "Duplicates"), ("excluded_automatic", "Automation tools"),
            ("excluded_other", "Other reasons"),
        )
        if result[box] is not None or box == "duplicates"
    }  # fmt: skip
    included = {"Studies": _n(result, "new_studies"), "Reports": _n(result, "new_reports")}
    return [
        _Box(at, 0, _from(result), ((at + 1, 0), (at, 1))),
        _Box(at + 1, 0, _lines("Records removed before screening", removed)),
        _Box(at, 1, f"Records screened (n = {_n(result, 'records_screened')})", ((at + 1, 1), (at, 2))),
        _Box(at + 1, 1, f"Records excluded (n = {_n(result, 'records_excluded')})"),
        _Box(
            at, 2, f"Reports sought for retrieval (n = {_n(result, 'dbr_sought_reports')})",
            ((at + 1, 2), (at, 3)),
        ),
        _Box(at + 1, 2, f"Reports not retrieved (n = {_n(result, 'dbr_notretrieved_reports')})"),
        _Box(
            at, 3, f"Reports assessed for eligibility (n = {_n(result, 'dbr_assessed')})",
            ((at + 1, 3), (at, last)),
        ),
        _Box(at + 1, 3, _reasons(result, "dbr_excluded", result.reasons)),
        _Box(at, last, _lines("Included in the review", included), ((at, last + 1),)),
    ]  # fmt: skip


def _draw_bands(axes: Axes, boxes: list[_Box], tops: list[float], heights: list[float]) -> None:
    """Draw at the left which rows belong to which stage."""
    patches = require("matplotlib.patches", extra="plots")
    for name, first, last in zip(_STAGES, (0, 1, 5), (0, 3, len(tops) - 1), strict=True):
        rows = [row for row in range(first, last + 1) if row < len(tops) and heights[row]]
        if not rows:
            continue
        top, bottom = tops[rows[0]], tops[rows[-1]] + heights[rows[-1]]
        axes.add_patch(
            patches.FancyBboxPatch(
                (0, top), _BAND - 0.08, bottom - top, facecolor=GREY, edgecolor="none", alpha=0.2,
                boxstyle="round,pad=0,rounding_size=0.06",
            )
        )  # fmt: skip
        axes.text(
            (_BAND - 0.08) / 2, (top + bottom) / 2, name, rotation=90, ha="center",
            va="center", fontsize=7.5, fontweight="bold",
        )  # fmt: skip


def _draw_box(axes: Axes, place: tuple[float, float, float], text: str) -> None:
    patches = require("matplotlib.patches", extra="plots")
    left, top, height = place
    axes.add_patch(
        patches.FancyBboxPatch(
            (left, top), _WIDTH, height, boxstyle="round,pad=0,rounding_size=0.04",
            facecolor="#ffffff", edgecolor="#222222", linewidth=0.8, zorder=3,
        )
    )  # fmt: skip
    axes.text(
        left + 0.09, top + height / 2, text, ha="left", va="center", fontsize=7.4, linespacing=1.3,
        zorder=4,
    )  # fmt: skip


def _draw_arrow(
    axes: Axes,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    column: int,
    to: int,
) -> None:
    """Draw an arrow down a column, over to the next one, or round to what is included."""
    look: dict[str, Any] = {"color": "#222222", "linewidth": 0.9, "zorder": 2}
    tip = {"arrowstyle": "-|>,head_width=0.16,head_length=0.3", "shrinkA": 0, "shrinkB": 0}
    (x, y, height), (left, top, tall) = start, end
    if column == to:
        middle = x + _WIDTH / 2
        points = [(middle, y + height), (middle, top)]
    elif y == top:
        level = y + min(height, tall) / 2
        points = [(x + _WIDTH, level), (left, level)]
    else:
        # Down beside everything else, and in from the side.
        middle, level = x + _WIDTH / 2, top + tall / 2
        side = left if to > column else left + _WIDTH
        points = [(middle, y + height), (middle, level), (side, level)]
    axes.plot(*zip(*points[:-1], strict=True), solid_capstyle="butt", **look)
    axes.annotate(
        "", xy=points[-1], xytext=points[-2],
        arrowprops={**tip, "color": look["color"], "linewidth": look["linewidth"], "mutation_scale": 18},
        zorder=2,
    )  # fmt: skip


def _in_words(result: Flow) -> str:
    told = [f"{BOXES[box]} {number:,}" for box, number in result.boxes.items()]
    told += [
        "for " + ", ".join(f"{each} {number:,}" for each, number in reasons.items())
        for reasons in (result.reasons, result.other_reasons)
        if reasons
    ]
    return f"Flow of a review: {'; '.join(told)}."
