"""Figures of how a study went: new codes by document, and the life of the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.codebooks import changes
from qualcode.model.codebooks.changes import Change
from qualcode.model.fold.history import History
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    HUES,
    PALE,
    canvas,
    check_drawn,
    described,
    note,
    styled,
    wrapped,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.saturation.project_saturation import Saturation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["codebook_life", "saturation"]


@styled
def saturation(result: Saturation, *, ax: Axes | None = None) -> Axes:
    """Draw the codes found by document, in the order taken, beside what other orders would have given.

    Parameters
    ----------
    result : Saturation
        What was found.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Saturation, "saturation(…)")
    curve, guest = result.curve, result.guest
    axes = canvas(ax, 7.2, 4.0)
    axes.fill_between(
        curve.documents, curve.low, curve.high, color=BLUE, alpha=0.15, linewidth=0,
        label=f"{curve.confidence:.0%} of random orders",
    )  # fmt: skip
    axes.plot(
        curve.documents,
        curve.expected,
        color=BLUE,
        linewidth=1.3,
        linestyle="--",
        label="their mean",
    )
    axes.plot(
        curve.documents, curve.observed, color="#222222", linewidth=1.8, marker="o", markersize=4,
        label="as taken",
    )  # fmt: skip
    axes.bar(curve.documents, result.new, width=0.5, color=AMBER, alpha=0.7, label="new in it")
    estimate = result.chao2.value
    if estimate is not None and np.isfinite(estimate):
        axes.axhline(estimate, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            f"Chao2: {estimate:.1f}", (1, estimate), (-2, 3), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", fontsize=8, color=GREY,
        )  # fmt: skip
    if guest.reached is not None:
        axes.axvline(guest.reached, color=GREY, linewidth=0.9, linestyle=":")
    axes.set_xlim(0.4, len(result.documents) + 0.6)
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="both", integer=True)
    axes.set_xlabel("Documents")
    axes.set_ylabel(f"{result.level.capitalize()}s found")
    reached = (
        f"dotted line: saturation after {guest.reached} documents"
        if guest.reached is not None
        else "saturation not reached"
    )
    note(
        axes,
        f"{reached} (base {guest.base}, runs of {guest.run}, at most {guest.threshold:.0%} new)",
    )
    axes.set_title("Codes found as documents were read", loc="left")
    axes.legend(loc="lower right", fontsize=8)
    return described(
        axes,
        f"{int(curve.observed[-1]) if len(curve.observed) else 0} {result.level}s found in "
        f"{len(result.documents)} documents; {reached}.",
    )


@styled
def codebook_life(history: History, *, top: int = 60, ax: Axes | None = None) -> Axes:
    """Draw the life of the codebook: when codes were born, renamed, merged, split and retired.

    A code is a line from the revision that made it to the one that ended it. Arrows lead from what was
    merged or split to what it became; a diamond is a change of meaning, a circle another name.

    Parameters
    ----------
    history : History
        The revisions.
    top : int, default 60
        How many codes at the most: those that anything was done to come first; a note says how many there
        are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(
        history, History, what="history", error=StatisticsError, advice="pass project.history"
    )
    top = check_count(top, what="top", least=1)
    life = _Life(history)
    shown = life.chosen(top)
    row = {code: at for at, code in enumerate(shown)}
    last = len(history) + 0.6
    names = history.codebook.codes
    axes = canvas(ax, 8.0, 1.5 + 0.24 * max(4, len(shown)))
    for code, at in row.items():
        begin, end = life.born[code], life.ended.get(code, (last, ""))[0]
        gone = code in life.ended
        axes.plot([begin, end], [at, at], color=GREY if gone else BLUE, linewidth=2.2, zorder=1)
        axes.plot([begin], [at], marker="|", color=BLUE, markersize=8, zorder=2)
        if gone and life.ended[code][1] == "retire":
            axes.plot([end], [at], marker="x", color=GREY, markersize=7, zorder=3)
    for number, code, kind in life.changes:
        if code in row:
            marker, colour = ("o", HUES[2]) if kind == "rename" else ("D", AMBER)
            axes.plot([number], [row[code]], marker=marker, color=colour, markersize=5.5, zorder=4)
    for number, source, target, kind in life.flows:
        if source in row and target in row:
            axes.annotate(
                "", (number, row[target]), (number - 0.25, row[source]), zorder=3,
                arrowprops={"arrowstyle": "-|>", "color": HUES[5] if kind == "split" else HUES[0],
                            "shrinkA": 0, "shrinkB": 3, "linewidth": 1.1},
            )  # fmt: skip
    axes.set_yticks(
        range(len(shown)), [wrapped(names[code].name, 36) for code in shown], fontsize=8
    )
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0.6, last)
    axes.locator_params(axis="x", integer=True)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("Revision of the codebook")
    note(axes, "Arrows: merged or split. Diamond: redefined. Circle: renamed. Cross: retired.")
    if len(life.born) > len(shown):
        note(
            axes,
            f"{len(life.born) - len(shown)} more codes, which nothing was done to, are not shown.",
        )
    axes.set_title("The life of the codebook", loc="left")
    told = "; ".join(history.describe(number) for number in range(2, min(len(history), 12) + 1))
    return described(
        axes,
        f"{len(life.born)} codes over {len(history)} revisions. {told or 'Nothing was revised'}.",
    )


class _Life:
    """What became of each code, by the numbers of the revisions that are in force."""

    def __init__(self, history: History) -> None:
        self.born: dict[str, int] = {}
        self.ended: dict[str, tuple[int, str]] = {}
        self.changes: list[tuple[int, str, str]] = []
        self.flows: list[tuple[int, str, str, str]] = []
        off = history.to_frame()["reverted"].tolist()
        for number, revision in enumerate(history.revisions, start=1):
            if not off[number - 1]:
                self._read(number, revision.change)
        known = history.codebook.codes
        self.born = {code: number for code, number in self.born.items() if code in known}
        self.ended = {code: end for code, end in self.ended.items() if not known[code].is_live}

    def _read(self, number: int, change: Change) -> None:
        kind = change.kind
        match change:
            case changes.Adopt():
                self.born.update(dict.fromkeys(change.codebook.codes, number))
            case changes.Add():
                self.born[change.code.id] = number
            case changes.Merge():
                self.ended.update(dict.fromkeys(change.sources, (number, kind)))
                self.flows += [(number, source, change.into, kind) for source in change.sources]
            case changes.Split():
                self.ended[change.code] = number, kind
                self.flows += [(number, change.code, part, kind) for part in change.parts]
            case changes.Retire():
                self.ended[change.code] = number, kind
            case changes.Rename() | changes.Redefine():
                self.changes.append((number, change.code, kind))
            case _:
                pass

    def chosen(self, top: int) -> list[str]:
        """Return the codes to show: those that anything was done to first, then in order of birth."""
        busy = {code for _, code, _ in self.changes} | self.ended.keys()
        busy |= {code for _, *ends, _ in self.flows for code in ends}
        busy |= {code for code, number in self.born.items() if number > 1}
        order = sorted(self.born, key=lambda code: (code not in busy, self.born[code]))[:top]
        return sorted(order, key=lambda code: self.born[code])
