"""Figures of agreement: pairs of coders, documents in the order of coding, two studies compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qualcode._extras import require
from qualcode.model.readable import many, shown_width
from qualcode.report.describing.wording import number, per_cent
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    PALE,
    canvas,
    check_drawn,
    described,
    is_long,
    key_beside,
    key_size,
    name_rows,
    name_square,
    note,
    paged,
    part_cells,
    row_lines,
    short,
    styled,
    title_over,
    wrapped,
    write_beside,
    write_cell,
)
from qualcode.stats.agreement import (
    THRESHOLDS,
    AgreementCourse,
    AgreementDifference,
    Negotiation,
    PairwiseAgreement,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qualcode.stats.agreement import AgreementResult

__all__ = ["by_document", "by_pair", "difference", "negotiation"]

_FOOT = 44
"""How many letters a line of a name below the axes has."""


@styled
def by_pair(result: PairwiseAgreement, *, ax: Axes | None = None) -> Axes:
    """Draw the agreement of each pair of coders as a heat map with its numbers.

    Parameters
    ----------
    result : PairwiseAgreement
        What `Study.by_pair` returns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, PairwiseAgreement, "study(…).by_pair(…)")
    matplotlib = require("matplotlib", extra="plots")
    n = len(result.coders)
    names = [str(coder) for coder in result.coders]
    wide, down = key_size(names) if is_long(names) else (0.0, 0.0)
    height = max(0.6 * n, 0.27 * row_lines(names))
    axes = canvas(ax, max(4.6, 2.6 + 0.75 * n) + wide, max(2.6 + height, 1.6 + down))
    colours = matplotlib.colormaps["Blues"].with_extremes(bad="#f1f1f1")
    values = result.values
    least = min(0.0, float(np.nanmin(values, initial=0.0)))
    image = axes.imshow(values, cmap=colours, vmin=least, vmax=1.0, aspect="auto")
    name_square(axes, names)
    if is_long(names):
        key_beside(axes, names)
    title_over(axes, "How far each two coders agree", own=ax is None)
    part_cells(axes, n, n, width=1.4)
    for row in range(n):
        for column in range(n):
            if row == column:
                continue
            value = values[row, column]
            text = "–" if np.isnan(value) else number(float(value), 2)
            dark = value > least + 0.6 * (1 - least)
            write_cell(axes, row, column, text, size=9, dark=dark)
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.7, aspect=30, pad=0.03)
    bar.set_label(result.defined.title)
    bar.ax.tick_params(length=0)
    undefined = sum(each.value is None for each in result.pairs)
    if undefined:
        axes.set_xlabel(f"–: {many(undefined, 'pair')} without a value")
    told = "; ".join(
        f"{a} and {b} {'undefined' if value is None else number(value, 2)}"
        for a, b, value in (
            (row.a, row.b, each.value)
            for row, each in zip(result.to_frame().itertuples(), result.pairs, strict=True)
        )
    )
    return described(axes, f"Heat map of {result.defined.title} for each pair of coders: {told}.")


@styled
def by_document(
    result: AgreementCourse,
    *,
    thresholds: tuple[float, ...] = THRESHOLDS,
    top: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the agreement in each document, and over all documents up to each.

    Parameters
    ----------
    result : AgreementCourse
        What `Study.by_document` returns.
    thresholds : sequence of float, default (0.667, 0.8)
        Where to draw lines; Krippendorff's for tentative and for firm conclusions when not given.
    top, page : int, default 40 and 1
        How many documents go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, AgreementCourse, "study(…).by_document(…)")
    shown, others = paged(range(len(result.documents)), top, page, "documents")
    names = [result.documents[at] for at in shown]
    values, so_far = result.values[shown], result.so_far[shown]
    axes = canvas(ax, max(5.4, 2.0 + 0.42 * len(names)), 3.4 + _foot_height(names))
    places = np.arange(len(names))
    for line in thresholds:
        axes.axhline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        axes.annotate(
            number(line), (1, line), (3, 0), xycoords=("axes fraction", "data"), fontsize=7.5,
            textcoords="offset points", va="center", color=GREY,
        )  # fmt: skip
    axes.plot(places, so_far, color=BLUE, linewidth=1.8, label="all documents up to this one")
    axes.plot(
        places, values, linestyle="none", marker="o", markersize=6, color=AMBER,
        markeredgecolor="#ffffff", label="this document alone",
    )  # fmt: skip
    missing = np.flatnonzero(np.isnan(values))
    low = min(0.0, float(np.nanmin([*values, *so_far], initial=0.0)))
    if missing.size:
        axes.plot(missing, np.full(missing.size, low), linestyle="none", marker="x", color=GREY)
        note(axes, "×: the measure is undefined in this document alone")
    axes.set_xticks(
        places, [wrapped(name, _FOOT) for name in names], rotation=45, ha="right", va="top",
        rotation_mode="anchor", fontsize=8,
    )  # fmt: skip
    axes.set_ylim(low - 0.05, 1.05)
    axes.set_ylabel(result.defined.title)
    if result.tau is not None and result.p is not None:
        note(axes, f"Kendall's τ with the order: {number(result.tau, 2)} (p = {number(result.p)})")
    note(axes, others)
    how = "as they were coded" if result.order == "time" else "in the order of the project"
    axes.set_title(f"Agreement by document, {how}", loc="left")
    axes.legend(loc="lower right", fontsize=8)
    told = "; ".join(
        f"{id} {'undefined' if np.isnan(value) else number(float(value), 2)}"
        for id, value in zip(names, values, strict=True)
    )
    return described(axes, f"{result.defined.title} in each document, {how}: {told}.")


def _foot_height(names: Sequence[str]) -> float:
    """Return the room, in inches, that slanted names below the axes need."""
    return 0.4 + 0.045 * max((min(shown_width(name), _FOOT) for name in names), default=0)


@styled
def difference(
    result: AgreementDifference,
    *,
    names: tuple[str, str] = ("first study", "second study"),
    ax: Axes | None = None,
) -> Axes:
    """Draw the agreement in two studies and their difference, with intervals.

    Parameters
    ----------
    result : AgreementDifference
        What `Study.difference` returns.
    names : pair of str
        What the studies are called.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, AgreementDifference, "study(…).difference(…)")
    rows: list[tuple[str, AgreementResult | AgreementDifference]] = [
        (names[0], result.first),
        (names[1], result.second),
        ("difference", result),
    ]
    labels = [wrapped(name, 30) for name, _ in rows]
    axes = canvas(ax, 6.4, 1.7 + 0.27 * row_lines(labels, width=30))
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    texts, told = [], []
    for at, (name, each) in enumerate(rows):
        said = f"undefined: {each.reason}" if each.value is None else number(each.value, 2)
        if each.value is not None:
            if each.interval is not None:
                axes.plot(
                    [each.interval.low, each.interval.high], [at, at], color=BLUE, linewidth=2
                )
                said += f" [{number(each.interval.low, 2)}, {number(each.interval.high, 2)}]"
            axes.plot(
                [each.value], [at], marker="D" if at == 2 else "o", color=AMBER if at == 2 else BLUE,
                markersize=7, markeredgecolor="#ffffff",
            )  # fmt: skip
        texts.append((short(said, 60),))
        told.append(f"{name} {said}")
    axes.axhline(1.5, color=PALE, linewidth=1.0, zorder=0)
    axes.set_yticks(range(3), labels)
    axes.set_ylim(2.6, -0.6)
    axes.tick_params(axis="y", length=0)
    write_beside(axes, texts, range(3))
    axes.set_title("Agreement in two studies, and the difference", loc="left")
    made = result.interval
    sure = "" if made is None else f", {per_cent(made.confidence)} intervals by document"
    axes.set_xlabel(f"{result.first.defined.title}{sure}")
    return described(axes, f"{result.first.defined.title} in two studies: {'; '.join(told)}.")


@styled
def negotiation(
    result: Negotiation, *, top: int = 60, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw for each document how many coded units coders agreed on, settled, and left open.

    Parameters
    ----------
    result : Negotiation
        What `Study.negotiated` returns.
    top, page : int, default 60 and 1
        How many documents go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Negotiation, "study(…).negotiated(…)")
    every = result.to_frame()
    shown, others = paged(range(len(every)), top, page, "documents")
    frame = every.iloc[shown]
    names = [str(id) for id in frame["document"]]
    axes = canvas(ax, 6.8, 1.6 + 0.28 * max(2, row_lines(names)))
    left = np.zeros(len(frame))
    for name, label, colour, hatch in (
        ("agreed", "agreed before discussion", BLUE, ""),
        ("decided", "settled", AMBER, "//"),
        ("open", "open", PALE, ""),
    ):
        counts = frame[name].to_numpy(dtype=float)
        axes.barh(
            range(len(frame)), counts, left=left, color=colour, hatch=hatch, edgecolor="#ffffff",
            height=0.72, label=label,
        )  # fmt: skip
        left += counts
    name_rows(axes, names)
    axes.grid(visible=False)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("Units with a code")
    said = [
        f"{name} {per_cent(round(share, 3))}"
        for name, share in (("before discussion", result.before), ("after it", result.after))
        if share is not None
    ]
    if said:
        note(axes, f"Agreed {', '.join(said)}")
    note(axes, others)
    axes.set_title("Agreement before and after discussion", loc="left", pad=24)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, fontsize=8, borderpad=0.2)
    told = "; ".join(
        f"{row.document} {row.agreed} agreed, {row.decided} settled, {row.open} open"
        for row in frame.itertuples()
    )
    return described(axes, f"Bars of coded units by document: {told}.")
