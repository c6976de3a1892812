"""Figures of texts: where codes lie in a document, and in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.coding.assignments import Assignments
from qualcode.model.texts.documents import Document
from qualcode.project.view import View
from qualcode.report.page.colours import code_colours
from qualcode.report.plot.drawing import GREY, PALE, canvas, described, note, styled, wrapped
from qualcode.stats.arguments import check_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["portrait", "portraits"]

_VOICES = 8
"""With more speakers than this, as in a play, a row for each says nothing."""


@styled
def portrait(
    view: View,
    document: str,
    *,
    coders: str | None = None,
    top: int = 40,
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
    top : int, default 40
        How many codes at the most, those on most of the text; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    top = check_count(top, what="top", least=1)
    found = view.documents[document]
    rows = view.state.counting(coders).assignments.where(document=document)
    spans = _spans(rows)
    order = sorted(spans, key=lambda code: min(spans[code]))
    by_size = sorted(order, key=lambda code: -sum(end - start for start, end in spans[code]))
    shown = [code for code in order if code in set(by_size[:top])]
    colours = code_colours(view.codebook)
    voices = _voices(found)
    axes = canvas(ax, 8.0, 1.4 + 0.27 * max(2, len(shown) + len(voices)))
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
            facecolors=colours[code], edgecolor="#ffffff", linewidth=0.4,
        )  # fmt: skip
    names = [wrapped(view.codebook.codes[code].name, 38) for code in shown]
    names = [*(wrapped(name, 38) for name in voices), *names]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    for label in axes.get_yticklabels()[: len(voices)]:
        label.set_fontstyle("italic")
    axes.set_xlim(0, max(len(found), 1))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("Characters from the start of the text")
    if len(order) > len(shown):
        note(axes, f"{len(order) - len(shown)} more codes are not shown.")
    axes.set_title(wrapped(f"Where codes lie in {found.name}", 90), loc="left")
    told = "; ".join(
        f"{view.codebook.codes[code].name} in {len(spans[code])} places" for code in shown
    )
    return described(axes, f"{len(order)} codes in {found.name}: {told or 'none'}.")


def _voices(document: Document) -> dict[str, list[tuple[int, int]]]:
    """Return where each speaker speaks, the most talkative first; nobody, where there are too many."""
    found = document.speakers
    turns = {
        name: [(turn.start, turn.end) for turn in found.turns if turn.name == name]
        for name in sorted(found, key=lambda name: -found[name].words)
    }
    return turns if len(turns) <= _VOICES else {}


def _spans(rows: Assignments) -> dict[str, list[tuple[int, int]]]:
    """Return where each code lies, each stretch once."""
    found: dict[str, set[tuple[int, int]]] = {}
    for code, start, end in zip(
        rows.code.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True
    ):
        found.setdefault(rows.codes[code], set()).add((start, end))
    return {code: sorted(places) for code, places in found.items()}


@styled
def portraits(
    view: View, *, coders: str | None = None, top: int = 60, ax: Axes | None = None
) -> Axes:
    """Draw all documents as strips from start to end, in the colours of the codes that lie there.

    Where several codes lie, the one on the shortest segment is seen. Strips are all of one length.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was.
    coders : str, optional
        The id of a coder whose coding is drawn; by the rule of who is counted when not given.
    top : int, default 60
        How many documents at the most, the first ones; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    top = check_count(top, what="top", least=1)
    documents = [*view.documents.values()]
    if not documents:
        raise StatisticsError("the project has no documents, so that there is nothing to draw")
    shown = documents[:top]
    rows = view.state.counting(coders).assignments
    colours = code_colours(view.codebook)
    book = view.codebook
    roots = {code.id: (code, *book.ancestors(code.id))[-1].id for code in book.codes.values()}
    axes = canvas(ax, 8.0, 1.8 + 0.26 * max(2, len(shown)))
    seen: dict[str, None] = {}
    for at, document in enumerate(shown):
        length = max(len(document), 1)
        axes.broken_barh([(0, 1)], (at - 0.36, 0.72), facecolors="#f1f1f1")
        spans = [
            (start, end, code)
            for code, places in _spans(rows.where(document=document.id)).items()
            for start, end in places
        ]
        for start, end, code in sorted(spans, key=lambda span: span[0] - span[1]):
            seen.setdefault(roots[code])
            axes.broken_barh(
                [(start / length, (end - start) / length)], (at - 0.36, 0.72),
                facecolors=colours[code],
            )  # fmt: skip
    axes.set_yticks(range(len(shown)), [wrapped(each.name, 38) for each in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["start", "middle", "end"])
    axes.tick_params(axis="y", length=0)
    for id in seen:
        axes.plot(
            [], [], marker="s", linestyle="none", color=colours[id], label=book.codes[id].name
        )
    if seen:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7.5)
    if len(documents) > len(shown):
        note(axes, f"{len(documents) - len(shown)} more documents are not shown.")
    axes.set_title("What each document is about, from start to end", loc="left")
    coded = np.unique(rows.document).size
    return described(axes, f"{len(shown)} documents as strips, {coded} of them coded.")
