"""Figures of who did and who said how much: coders in documents, speakers in a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.readable import many
from qualcode.model.texts.speakers import Speakers
from qualcode.report.describing.wording import per_cent
from qualcode.report.plot.drawing import (
    BLUE,
    below_legend,
    canvas,
    check_drawn,
    described,
    hatched,
    name_rows,
    note,
    paged,
    row_lines,
    styled,
    write_beside,
)
from qualcode.stats.counting.coding_progress import Progress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["progress", "speakers"]


@styled
def progress(result: Progress, *, top: int = 40, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw how many documents each coder has finished, begun and not yet touched.

    Parameters
    ----------
    result : Progress
        How far coders have come.
    top, page : int, default 40 and 1
        How many coders go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Progress, "progress()")
    who, others = paged(range(len(result.coders)), top, page, "coders")
    finished = result.finished[:, who].sum(axis=0)
    begun = ((result.assignments > 0) & ~result.finished)[:, who].sum(axis=0)
    left = len(result.documents) - finished - begun
    names = [result.state.coders[result.coders[at]].name for at in who]
    axes = canvas(ax, 7.6, 1.7 + 0.3 * max(2.0, row_lines(names)))
    start = np.zeros(len(who))
    for at, (label, widths) in enumerate((("finished", finished), ("begun", begun))):
        axes.barh(range(len(who)), widths, left=start, height=0.66, label=label, **hatched(at))
        start = start + widths
    axes.barh(
        range(len(who)), left, left=start, height=0.66, label="not begun", facecolor="#eeeeee"
    )
    name_rows(axes, names)
    axes.grid(visible=False)
    axes.set_xlim(0, max(1, len(result.documents)))
    axes.locator_params(axis="x", integer=True)
    assigned = result.assignments[:, who].sum(axis=0).tolist()
    write_beside(axes, [(many(each, "assignment"),) for each in assigned], range(len(who)))
    axes.set_xlabel("Documents")
    note(axes, others)
    axes.set_title("How far coders have come", loc="left")
    below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{name} finished {done}, begun {part}, not begun {rest}"
        for name, done, part, rest in zip(
            names, finished.tolist(), begun.tolist(), left.tolist(), strict=True
        )
    )
    return described(axes, f"Of {many(len(result.documents), 'document')}: {told}.")


@styled
def speakers(result: Speakers, *, top: int = 30, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw how much each speaker of a document says, the most talkative first.

    Parameters
    ----------
    result : Speakers
        The speakers of a document.
    top, page : int, default 30 and 1
        How many speakers go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(
        result, Speakers, what="result", error=StatisticsError,
        advice="pass project.documents[…].speakers",
    )  # fmt: skip
    order = sorted(result.values(), key=lambda each: -each.words)
    shown, others = paged(order, top, page, "speakers")
    words = [each.words for each in shown]
    whole = sum(each.words for each in order)
    axes = canvas(ax, 7.2, 1.4 + 0.3 * max(2.0, row_lines([each.name for each in shown])))
    axes.barh(range(len(shown)), words, height=0.66, color=BLUE)
    name_rows(axes, [each.name for each in shown])
    axes.grid(visible=False)
    axes.set_xlim(0, max([*words, 1]))
    axes.locator_params(axis="x", integer=True)
    beside = [
        (f"{each.words:,} ({per_cent(each.words / whole) if whole else '–'})",
         many(each.turns, "turn"), each.role or "")
        for each in shown
    ]  # fmt: skip
    write_beside(axes, beside, range(len(shown)))
    axes.set_xlabel("Words")
    note(axes, others)
    axes.set_title("Who says how much", loc="left")
    told = "; ".join(f"{each.name} {many(each.words, 'word')}" for each in shown)
    return described(axes, f"{many(len(order), 'speaker')}: {told or 'none'}.")
