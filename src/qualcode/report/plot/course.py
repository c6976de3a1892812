"""Figures of how a study went: new codes by document, and the life of the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.codebooks import changes
from qualcode.model.codebooks.changes import Change
from qualcode.model.fold.history import History
from qualcode.model.readable import many
from qualcode.report.describing.wording import listed, per_cent
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    HUES,
    PALE,
    below_legend,
    canvas,
    check_drawn,
    described,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.saturation.accumulation_curve import AccumulationCurve
from qualcode.stats.saturation.found_in_order import SaturationCourse
from qualcode.stats.saturation.guest import GuestSaturation
from qualcode.stats.saturation.meaning import MeaningSaturation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["accumulation", "codebook_life", "meaning_saturation", "new_information", "saturation"]


@styled
def saturation(result: SaturationCourse, *, ax: Axes | None = None) -> Axes:
    """Draw the codes found by document, in the order taken, beside what other orders would have given.

    Parameters
    ----------
    result : Saturation or TableSaturation
        What was found.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, SaturationCourse, "saturation(…)")
    curve, guest = result.curve, result.guest
    axes = canvas(ax, 7.6, 4.0)
    _draw_curve(axes, curve)
    axes.bar(
        curve.documents,
        result.new,
        width=0.5,
        color=AMBER,
        alpha=0.7,
        hatch="//",
        label="new in it",
    )
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
    below_legend(axes, own=ax is None)
    return described(
        axes,
        f"{int(curve.observed[-1]) if len(curve.observed) else 0} {result.level}s found in "
        f"{len(result.documents)} documents; {reached}.",
    )


def _draw_curve(axes: Axes, curve: AccumulationCurve) -> None:
    """Draw what was found as documents were taken, over what random orders would have found."""
    axes.fill_between(
        curve.documents, curve.low, curve.high, color=BLUE, alpha=0.15, linewidth=0,
        label=f"{per_cent(curve.confidence)} of random orders",
    )  # fmt: skip
    axes.plot(
        curve.documents, curve.expected, color=BLUE, linewidth=1.3, linestyle="--",
        label="their mean",
    )  # fmt: skip
    dense = len(curve.documents) > 60
    axes.plot(
        curve.documents, curve.observed, color="#222222", linewidth=1.8, label="as taken",
        marker="" if dense else "o", markersize=4,
    )  # fmt: skip


@styled
def accumulation(result: AccumulationCurve, *, ax: Axes | None = None) -> Axes:
    """Draw how many codes were found as documents were taken, over what random orders would have found.

    Parameters
    ----------
    result : AccumulationCurve
        The curve.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, AccumulationCurve, "saturation(…).curve")
    axes = canvas(ax, 7.2, 3.8)
    _draw_curve(axes, result)
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="both", integer=True)
    axes.set_xlabel("Documents")
    axes.set_ylabel("Codes found")
    axes.set_title("Codes found as documents were read", loc="left")
    below_legend(axes, own=ax is None)
    found = int(result.observed[-1]) if len(result.observed) else 0
    return described(axes, f"{found} codes found in {many(len(result.documents), 'document')}.")


@styled
def new_information(result: GuestSaturation, *, ax: Axes | None = None) -> Axes:
    """Draw how much each run of documents brought, beside the threshold of saturation.

    Parameters
    ----------
    result : GuestSaturation
        The runs.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, GuestSaturation, "saturation(…).guest")
    axes = canvas(ax, 7.2, 3.4)
    share = np.nan_to_num(result.share)
    bars = axes.bar(range(len(share)), share, width=0.6, color=BLUE)
    axes.bar_label(bars, [f"{new}" for new in result.new.tolist()], fontsize=8, padding=2)
    axes.axhline(result.threshold, color=AMBER, linewidth=1.1, linestyle=(0, (4, 3)))
    axes.set_ylim(0, 1.15 * max(0.01, result.threshold, float(share.max(initial=0.0))))
    axes.yaxis.set_major_formatter(lambda value, _: per_cent(value))
    labels = [f"{last - result.run + 1}–{last}" for last in result.last.tolist()]
    step = -(-len(labels) // 15) or 1
    axes.set_xticks(range(0, len(labels), step), labels[::step])
    axes.set_xlabel("Documents of each run; numbers: codes first found there")
    axes.set_ylabel("New, of those of the base")
    note(axes, f"Dashed: the threshold, {per_cent(result.threshold)}")
    told = result.reason or f"saturation after {many(result.reached or 0, 'document')}"
    axes.set_title("How much later documents brought", loc="left")
    return described(
        axes, f"New codes in runs of {result.run} documents: {listed(result.new.tolist())}; {told}."
    )


@styled
def codebook_life(
    history: History, *, top: int = 60, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw the life of the codebook: when codes were born, renamed, merged, split and retired.

    A code is a line from the revision that made it to the one that ended it. Arrows lead from what was
    merged or split to what it became; a diamond is a change of meaning, a circle another name.

    Parameters
    ----------
    history : History
        The revisions.
    top, page : int, default 60 and 1
        How many codes go on a page, those that anything was done to on the first ones, and which page is
        drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(
        history, History, what="history", error=StatisticsError, advice="pass project.history"
    )
    life = _Life(history)
    shown, others = paged(life.in_order(), top, page, "codes")
    shown.sort(key=lambda code: life.born[code])
    row = {code: at for at, code in enumerate(shown)}
    last = len(history) + 0.6
    names = history.codebook.codes
    labels = [names[code].name for code in shown]
    axes = canvas(ax, 8.0, 1.5 + 0.24 * max(4.0, row_lines(labels, width=36)))
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
    name_rows(axes, labels, width=36)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0.6, last)
    axes.xaxis.set_major_locator(
        require("matplotlib.ticker", extra="plots").MaxNLocator(integer=True, min_n_ticks=1)
    )
    axes.grid(axis="x", color=PALE, linewidth=0.7)
    axes.set_xlabel("Revision of the codebook")
    note(axes, "Arrows: merged or split. Diamond: redefined. Circle: renamed. Cross: retired.")
    note(axes, others)
    axes.set_title("The life of the codebook", loc="left")
    told = "; ".join(history.describe(number) for number in range(2, min(len(history), 12) + 1))
    return described(
        axes,
        f"{many(len(life.born), 'code')} over {many(len(history), 'revision')}. "
        f"{told or 'Nothing was revised'}.",
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

    def in_order(self) -> list[str]:
        """Return the codes: those that anything was done to first, then in order of birth."""
        busy = {code for _, code, _ in self.changes} | self.ended.keys()
        busy |= {code for _, *ends, _ in self.flows for code in ends}
        busy |= {code for code, number in self.born.items() if number > 1}
        return sorted(self.born, key=lambda code: (code not in busy, self.born[code]))


@styled
def meaning_saturation(
    result: MeaningSaturation, *, group: int = 0, ax: Axes | None = None
) -> Axes:
    """Draw document by document where each theme showed a new side, and where it came up again.

    A filled point is a document that brought new sides, its number how many if several; a hollow one a
    document with the theme and nothing new.

    Parameters
    ----------
    result : MeaningSaturation
        The saturation.
    group : int, default 0
        Which of its groups, by place.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, MeaningSaturation, "meaning_saturation(…)")
    group = check_count(group, what="group", most=len(result.groups) - 1)
    new, own = result.new_sides(group), result.of_group(group)
    carrying = (result.sides.astype(np.int64) @ own) > 0
    there = np.flatnonzero(new.any(axis=1))
    names = [result.nodes[at].name for at in there.tolist()]
    axes = canvas(ax, 7.6, 1.5 + 0.3 * row_lines(names))
    name_rows(axes, names)
    for row, at in enumerate(there.tolist()):
        again = np.flatnonzero(carrying[at] & (new[at] == 0)) + 1
        first = np.flatnonzero(new[at]) + 1
        axes.plot(again, [row] * len(again), "o", color=GREY, markersize=4, markerfacecolor="none")
        axes.plot(first, [row] * len(first), "o", color=BLUE, markersize=8.5)
        for document in first.tolist():
            axes.annotate(
                f"{new[at, document - 1]}", (document, row), ha="center", va="center", fontsize=6,
                color="#ffffff",
            )  # fmt: skip
    axes.set_xlim(0.3, own.shape[1] + 0.7)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("Documents, in the order in which they were coded")
    note(axes, "Filled: so many new sides; hollow: nothing new of it.")
    whose = "" if result.by is None else f" ({result.by}: {result.groups[group]})"
    axes.set_title(f"When {result.level}s had shown all their sides{whose}", loc="left")
    frame = result.to_frame()
    if result.by is not None:
        frame = frame[frame[result.by] == result.groups[group]]
    told = "; ".join(
        f"{name} after {saturated}"
        for name, saturated in frame[["name", "saturated"]].itertuples(index=False, name=None)
    )
    return described(axes, f"Documents after which nothing new came: {told}.")
