"""Figures of how codes and suggestions are used: drift over time, and what being shown a suggestion does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.report.describing.wording import per_cent
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    below_legend,
    canvas,
    check_drawn,
    described,
    look,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
    write_beside,
)
from qualcode.report.plot.estimates import chance
from qualcode.report.plot.people import draw_people
from qualcode.suggest.judging.human import BesideHumans
from qualcode.suggest.judging.shown_and_blind import Anchoring

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qualcode.suggest.codebook.drift import Drift

__all__ = ["anchoring", "beside_people", "drift"]


@styled
def drift(result: Drift, *, top: int = 30, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw how far early and late uses of each code are apart, beside what any order would give.

    Parameters
    ----------
    result : Drift
        The drift of each code.
    top, page : int, default 30 and 1
        How many codes go on a page, the least likely by chance first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    # What measures drift needs SciPy, which reports do without.
    from qualcode.suggest.codebook.drift import Drift

    check_drawn(result, Drift, "suggester(…).drift()")
    tested = sorted((each for each in result if each.p is not None), key=lambda each: each.p or 0.0)
    if not tested:
        raise StatisticsError(
            "no code could be tested for drift, so that there is nothing to draw: to_frame() says why"
        )
    shown, others = paged(tested, top, page, "codes tested")
    names = [result.name_of(each.code) for each in shown]
    axes = canvas(ax, 7.6, 1.7 + 0.28 * max(2.0, row_lines(names)))
    places = np.arange(len(shown))
    for values, marker, label, colour in (
        ([each.expected for each in shown], "D", "in any order", GREY),
        ([each.background for each in shown], "s", "all else that was coded", GREY),
        ([each.distance for each in shown], "o", "the code", BLUE),
    ):
        axes.plot(
            np.array(values, dtype=float), places, marker=marker, linestyle="none", color=colour,
            label=label, markerfacecolor=colour if marker != "D" else "#ffffff", markersize=6,
        )  # fmt: skip
    name_rows(axes, names)
    axes.set_xlim(left=0)
    write_beside(
        axes,
        [
            (chance("p", each.p or 0.0), chance("q", each.q if each.q is not None else 1.0))
            for each in shown
        ],
        range(len(shown)),
    )
    axes.set_xlabel("Distance between the words of early and of late uses")
    note(axes, others)
    axes.set_title("Which codes are used otherwise than at first", loc="left")
    below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{name} {each.distance:.2f}, {chance('p', each.p or 0.0)}"
        for name, each in zip(names, shown, strict=True)
    )
    return described(axes, f"Drift of codes, the least likely by chance first: {told}.")


@styled
def anchoring(result: Anchoring, *, ax: Axes | None = None) -> Axes:
    """Draw how often a code was given to what was shown with it, beside what was coded blind.

    Parameters
    ----------
    result : Anchoring
        Shown pairs beside blind ones.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Anchoring, "anchoring(…)")
    rows = [result.overall, *result.bins, *result.coders]
    axes = canvas(ax, 7.2, 1.7 + 0.34 * max(2.0, row_lines([each.label for each in rows])))
    for at, (label, shift, shares) in enumerate(
        (
            ("shown", -0.14, [each.shown for each in rows]),
            ("blind", 0.14, [each.blind for each in rows]),
        )
    ):
        point = look(at)
        for place, share in enumerate(shares):
            if share.low is not None and share.high is not None:
                axes.plot(
                    [share.low, share.high],
                    [place + shift] * 2,
                    color=point["color"],
                    linewidth=1.5,
                )
        values = np.array([share.value for share in shares], dtype=float)
        axes.plot(
            values, np.arange(len(rows)) + shift, linestyle="none", label=label, markersize=6,
            **point,
        )  # fmt: skip
    name_rows(axes, [each.label for each in rows])
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(lambda value, _: per_cent(value))
    write_beside(
        axes, [(f"{each.shown.n:,} shown", f"{each.blind.n:,} blind") for each in rows],
        range(len(rows)),
    )  # fmt: skip
    axes.set_xlabel(f"Share that got the code, with its {per_cent(result.confidence)} interval")
    if result.bins:
        note(axes, "Rows in between: by the probability that the suggester gave")
    axes.set_title("What being shown a suggestion does", loc="left")
    below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{each.label} {_said(each.shown.value)} shown, {_said(each.blind.value)} blind"
        for each in rows
    )
    return described(axes, f"Share of pairs that got the code: {told}.")


def _said(value: float | None) -> str:
    return "–" if value is None else per_cent(value)


@styled
def beside_people(result: BesideHumans, *, top: int = 20, ax: Axes | None = None) -> Axes:
    """Draw how far people agree with each other on each code, and the suggester with them.

    Parameters
    ----------
    result : BesideHumans
        The agreement among people, and that of the suggester with them.
    top : int, default 20
        How many codes at the most, those on most segments.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(
        result, BesideHumans, what="result", error=StatisticsError,
        advice="pass the agreement of what qc.evaluate_suggester(…) returns",
    )  # fmt: skip
    codes = sorted(result.codes, key=lambda each: -each.n_segments)[:top]
    rows = [result.overall, *codes]
    names = {str(each.code): result.name_of(str(each.code)) for each in codes}
    axes = canvas(ax, 8.0, 1.9 + 0.27 * row_lines([*names.values()], width=38))
    draw_people(axes, result, rows, names)
    axes.set_title("Agreement of people, and of the suggester with them", loc="left")
    said = "; ".join(
        f"{'all codes' if each.code is None else names[each.code]} {_alpha(each.human.value)} people, "
        f"{_alpha(each.model.value)} suggester"
        for each in rows
    )
    return described(axes, f"Krippendorff's α: {said}.")


def _alpha(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
