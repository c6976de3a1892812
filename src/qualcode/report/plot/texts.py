"""Figures of texts: where codes lie in a document, and in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.coding.assignments import Assignments
from qualcode.model.readable import many
from qualcode.model.texts.documents import Document
from qualcode.project.view import View
from qualcode.report.page.colours import code_colours
from qualcode.report.plot.drawing import (
    GREY,
    beside_legend,
    canvas,
    described,
    name_rows,
    note,
    paged,
    row_lines,
    say_empty,
    styled,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["code_spans", "portrait", "portraits"]

_VOICES = 8
"""With more speakers than this, as in a play, a row for each says nothing."""


@styled
def portrait(
    view: View,
    document: str,
    *,
    coders: str | None = None,
    top: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw where in a document each code lies, a row for each code, and who speaks above them.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was.
    document : str
        The document's id.
    coders : str, optional
        The id of a coder whose coding is drawn; by the rule of who is counted when not given.
    top, page : int, default 40 and 1
        How many codes go on a page, in the order in which they first lie there, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    found = view.documents[document]
    rows = view.state.counting(coders).assignments.where(document=document)
    spans = code_spans(rows)
    order = sorted(spans, key=lambda code: min(spans[code]))
    shown, others = paged(order, top, page, "codes")
    colours = code_colours(view.codebook)
    voices = _voices(found)
    names = [*voices, *(view.codebook.codes[code].name for code in shown)]
    axes = canvas(ax, 8.0, 1.4 + 0.27 * max(2.0, row_lines(names)))
    for at, turns in enumerate(voices.values()):
        axes.broken_barh(
            [(start, end - start) for start, end in turns],
            (at - 0.3, 0.6),
            facecolors=GREY,
            linewidth=0,
        )
    for at, code in enumerate(shown, start=len(voices)):
        axes.broken_barh(
            [(start, end - start) for start, end in spans[code]], (at - 0.36, 0.72),
            facecolors=colours[code], edgecolor="#ffffff", linewidth=0.2,
        )  # fmt: skip
    name_rows(axes, names)
    for label in axes.get_yticklabels()[: len(voices)]:
        label.set_fontstyle("italic")
    if not names:
        say_empty(axes, "nothing is coded here")
    axes.set_xlim(0, max(len(found), 1))
    axes.set_xlabel("Characters from the start of the text")
    note(axes, others)
    axes.set_title(wrapped(f"Where codes lie in {found.name}", 90), loc="left")
    told = "; ".join(
        f"{view.codebook.codes[code].name} in {many(len(spans[code]), 'place')}" for code in shown
    )
    return described(axes, f"{many(len(order), 'code')} in {found.name}: {told or 'none'}.")


def _voices(document: Document) -> dict[str, list[tuple[int, int]]]:
    """Return where each speaker speaks, the most talkative first; nobody, where there are too many."""
    found = document.speakers
    turns = {
        name: [(turn.start, turn.end) for turn in found.turns if turn.name == name]
        for name in sorted(found, key=lambda name: -found[name].words)
    }
    return turns if len(turns) <= _VOICES else {}


def code_spans(rows: Assignments) -> dict[str, list[tuple[int, int]]]:
    """Return where each code lies, each stretch once."""
    found: dict[str, set[tuple[int, int]]] = {}
    for code, start, end in zip(
        rows.code.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True
    ):
        found.setdefault(rows.codes[code], set()).add((start, end))
    return {code: sorted(places) for code, places in found.items()}


@styled
def portraits(
    view: View,
    *,
    coders: str | None = None,
    top: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw all documents as strips from start to end, with a lane for each main code.

    Lanes lie in the order of the legend from top to bottom, so that they are told apart without colours; what
    lies under a main code is in its lane, in its own colour. Strips are all of one length.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was.
    coders : str, optional
        The id of a coder whose coding is drawn; by the rule of who is counted when not given.
    top, page : int, default 40 and 1
        How many documents go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    documents = [*view.documents.values()]
    if not documents:
        raise StatisticsError("the project has no documents, so that there is nothing to draw")
    shown, others = paged(documents, top, page, "documents")
    rows = view.state.counting(coders).assignments
    colours = code_colours(view.codebook)
    book = view.codebook
    roots = {code.id: (code, *book.ancestors(code.id))[-1].id for code in book.codes.values()}
    used = {roots[rows.codes[at]] for at in np.unique(rows.code).tolist()}
    lanes = {id: at for at, id in enumerate(id for id in book.codes if id in used)}
    names = [each.name for each in shown]
    height = min(0.6, max(0.3, 0.05 * len(lanes) + 0.08))
    legend = [wrapped(book.codes[id].name, 26) for id in lanes]
    high = 0.17 * (2 + len(legend) + sum(each.count("\n") for each in legend))
    axes = canvas(ax, 8.6, max(1.8 + height * max(2.0, row_lines(names, width=38)), 0.6 + high))
    thick = 0.8 / max(1, len(lanes))
    for at, document in enumerate(shown):
        length = max(len(document), 1)
        axes.broken_barh([(0, 1)], (at - 0.42, 0.84), facecolors="#f1f1f1")
        for code, places in code_spans(rows.where(document=document.id)).items():
            axes.broken_barh(
                [(start / length, (end - start) / length) for start, end in places],
                (at - 0.4 + thick * lanes[roots[code]], thick), facecolors=colours[code], linewidth=0,
            )  # fmt: skip
    name_rows(axes, names, width=38)
    axes.grid(visible=False)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["start", "middle", "end"])
    for id, label in zip(lanes, legend, strict=True):
        axes.plot([], [], marker="s", linestyle="none", color=colours[id], label=label)
    if lanes:
        beside_legend(axes, title="Lanes, from the top")
    note(axes, others)
    axes.set_title("What each document is about, from start to end", loc="left")
    coded = np.unique(rows.document).size
    return described(
        axes,
        f"{many(len(shown), 'document')} as strips, {coded} of all coded, with lanes for "
        f"{', '.join(book.codes[id].name for id in lanes) or 'nothing'}.",
    )
