"""Figures of a codebook with its counts: the tree of codes with bars, and a treemap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.readable import shown_width
from qualcode.project.view import View
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    HUES,
    blank,
    canvas,
    check_drawn,
    described,
    fitted,
    key_lines,
    key_size,
    note,
    paged,
    row_lines,
    styled,
    wrapped,
)
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.node_counts import RollupCounts
from qualcode.stats.counting.policies import Count, policy_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["code_tree", "treemap"]

_INDENT = 14.0
_WIDE = 44
"""Names of codes are wrapped at this width."""


@styled
def code_tree(
    view: View | Codebook,
    *,
    count: Count = "segments",
    coders: str | None = None,
    top: int = 60,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the codebook as a tree, with bars for how much carries each code.

    The dark part of a bar is the code itself, the whole bar the code with all below it, each thing once.

    Parameters
    ----------
    view : View, Project or Codebook
        The project, as it is or as it was; or a codebook alone, of which the tree has no bars.
    count : str or Policy, default "segments"
        What to count, as for `Project.rollup`.
    coders : str, optional
        The id of a coder whose coding is counted; by the rule of who is counted when not given.
    top, page : int, default 60 and 1
        How many codes go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    book = view if isinstance(view, Codebook) else _codebook(view)
    order = _in_tree_order(book)
    if not order:
        raise StatisticsError("the codebook has no codes, so that there is nothing to draw")
    shown, others = paged(order, top, page, "codes")
    names = [code.name for code in shown]
    height = 1.2 + 0.25 * max(2.0, row_lines(names, width=_WIDE))
    if isinstance(view, Codebook):
        axes = canvas(ax, 5.2, height)
        axes.set_xticks([])
        axes.spines[:].set_visible(False)
        told = "; ".join(names)
    else:
        axes = canvas(ax, 8.0, height)
        told = _draw_bars(axes, view, shown, count, coders)
    _draw_names(axes, book, shown, inside=isinstance(view, Codebook))
    note(axes, others)
    axes.set_title(wrapped(f"Codes of {book.name or book.id}", 60), loc="left")
    return described(axes, f"The code tree of {book.name or book.id}: {told}.")


def _codebook(view: object) -> Codebook:
    if not isinstance(view, View):
        raise StatisticsError(
            f"view must be a project, a view or a codebook, not {type(view).__name__}: pass the project"
        )
    return view.codebook


def _in_tree_order(book: Codebook) -> list[Code]:
    """Return the codes that are in use, each followed by those below it."""
    found: list[Code] = []

    def walk(parent: str | None) -> None:
        for code in book.children(parent):
            found.append(code)
            walk(code.id)

    walk(None)
    return found


def _draw_bars(
    axes: Axes, view: View, shown: Sequence[Code], count: Count, coders: str | None
) -> str:
    """Draw the bars, and return in words what they say."""
    policy = policy_of(count)
    state = view.state.counting(coders, persons=policy.persons)
    number = {id: at for at, id in enumerate(state.codebook.codes)}
    membership = np.zeros((len(number), 2 * len(shown)), dtype=np.bool_)
    for at, code in enumerate(shown):
        membership[number[code.id], 2 * at] = True
        below = [each.id for each in state.codebook.descendants(code.id, all=True)]
        membership[[number[id] for id in (code.id, *below)], 2 * at + 1] = True
    counts = policy.count(Coded.of(state), membership).nodes
    own, whole = counts[::2], counts[1::2]
    places = np.arange(len(shown))
    axes.barh(places, whole, height=0.6, color=BLUE, alpha=0.3, linewidth=0)
    axes.barh(places, own, height=0.6, color=BLUE, linewidth=0)
    for at in places.tolist():
        text = f"{whole[at]:,g}" + (
            f" ({own[at]:,g} itself)" if own[at] and own[at] < whole[at] else ""
        )
        axes.annotate(
            text, (whole[at], at), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_xlim(0, max(1.0, float(whole.max(initial=0))) * 1.25)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(f"{policy.things}\ndark, of the code itself; pale, with all below it")
    return "; ".join(
        f"{code.name} {count:,g}" for code, count in zip(shown, whole.tolist(), strict=True)
    )


def _draw_names(axes: Axes, book: Codebook, shown: Sequence[Code], *, inside: bool) -> None:
    """Name the rows, each set in by its depth, with lines from a code to those below it.

    They stand left of the axes, or inside where nothing else does.
    """
    collections = require("matplotlib.collections", extra="plots")
    transforms = require("matplotlib.transforms", extra="plots")
    depth = [len(book.ancestors(code.id)) for code in shown]
    names, size = fitted([code.name for code in shown], _WIDE)
    letters = [max(map(shown_width, name.splitlines())) for name in names]
    # A letter is some 0.6 times as wide as it is high.
    room = 8 + max(_INDENT * d + 0.6 * size * each for d, each in zip(depth, letters, strict=True))
    room = 0.0 if inside else room
    axes.set_yticks(range(len(names)), [""] * len(names))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    for at, (name, deep) in enumerate(zip(names, depth, strict=True)):
        axes.annotate(
            name, (0, at), (_INDENT * deep - room, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", annotation_clip=False,
            fontweight="normal" if deep else "bold",
            fontsize=size,
        )  # fmt: skip
    lines = []
    last: dict[int, int] = {}
    for at, deep in enumerate(depth):
        if deep and deep - 1 in last:
            x = _INDENT * (deep - 1) - room + 4
            lines.append([(x, last[deep - 1] + 0.3), (x, at), (x + _INDENT - 6, at)])
        last[deep] = at
    points = transforms.Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans
    at_left = transforms.ScaledTranslation(0, 0, axes.transAxes)
    across = transforms.blended_transform_factory(points + at_left, axes.transData)
    axes.add_collection(
        collections.LineCollection(
            lines, colors=GREY, linewidths=0.7, transform=across, clip_on=False
        ),
        autolim=False,
    )


@attrs.frozen
class _Box:
    """A rectangle of the treemap: what it is of, how much, and what is in it."""

    name: str
    size: float
    parts: tuple[_Box, ...] = ()


@styled
def treemap(result: RollupCounts, *, top: int = 60) -> Axes:
    """Draw a rollup as areas: themes within domains, or codes within themes, as large as their counts.

    The area of a theme is the sum of what is drawn in it, so that a segment with two codes is there twice;
    the numbers are distinct counts. Boxes too small for their names have numbers, which the list explains.

    Parameters
    ----------
    result : RollupCounts
        The counts.
    top : int, default 60
        How many boxes at the most, the largest; the others of each part are one box.
    """
    check_drawn(result, RollupCounts, "rollup(…)")
    boxes = _boxes(result, check_count(top, what="top", least=1))
    if not boxes:
        raise StatisticsError("nothing was counted, so that there is nothing to draw")
    parts = _laid(boxes, (0.0, 0.0, _ACROSS, _DOWN))
    key = [
        box for part, place in parts for box, inner in _within(part, place) if not _fits(box, inner)
    ]
    listed = [f"{box.name}: {box.size:,g}" for box in key]
    width, height = key_size(listed) if key else (0.01, 0.0)
    drawn = blank(6.9 + width, max(5.6, 0.5 + height))
    axes, beside = drawn.subplots(1, 2, width_ratios=[6.9, width])
    beside.set_axis_off()
    axes.set_xlim(0, _ACROSS)
    axes.set_ylim(_DOWN, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_axis_off()
    for at, (part, place) in enumerate(parts):
        _draw_part(axes, part, place, HUES[at % len(HUES)], key)
    if key:
        beside.text(
            0, 1, "\n".join(key_lines(listed)), va="top", fontsize=7.5, linespacing=1.4,
            in_layout=False,
        )  # fmt: skip
    axes.set_title(f"{result.hierarchy.rollup.name}: {result.policy.things}", loc="left")
    told = "; ".join(f"{box.name or 'all'} {box.size:,g}" for box in boxes)
    return described(axes, f"Areas by {result.policy.things}, the sum of their parts: {told}.")


_ACROSS, _DOWN = 480.0, 370.0
"""The size of the treemap in points, nearly."""


def _boxes(result: RollupCounts, top: int) -> list[_Box]:
    """Return the parts of the highest level with what is in them, the largest boxes for themselves."""
    level = result.hierarchy.top
    lower = {"domain": "theme", "theme": "code"}.get(level)
    chosen = [node for node in result.hierarchy.level(level) if node.id != UNASSIGNED]
    if lower is None:
        parts = [_Box("", 1.0, tuple(_box(result, node) for node in chosen))]
    else:
        parts = [
            _Box(
                node.name,
                result.of(node.id, level),
                tuple(_box(result, result.hierarchy.node(id, lower)) for id in node.children),
            )
            for node in chosen
        ]
    sizes = sorted((part.size for each in parts for part in each.parts), reverse=True)
    least = sizes[top - 1] if len(sizes) > top else 0.0
    made = []
    for each in parts:
        large = sorted(
            (part for part in each.parts if part.size >= max(least, 1e-12)),
            key=lambda box: -box.size,
        )
        small = [part for part in each.parts if 0 < part.size < least]
        if small:
            large.append(_Box(f"{len(small)} others", sum(part.size for part in small)))
        if large:
            made.append(attrs.evolve(each, parts=tuple(large)))
    return sorted(made, key=lambda box: -_area(box))


def _box(result: RollupCounts, node: Node) -> _Box:
    return _Box(node.name, float(result.of(node.id, node.level)))


def _area(box: _Box) -> float:
    return sum(part.size for part in box.parts) if box.parts else box.size


Place = tuple[float, float, float, float]


def _laid(boxes: Sequence[_Box], place: Place) -> list[tuple[_Box, Place]]:
    """Return each box with its rectangle (x, y, width, height) within another."""
    squarify = require("squarify", extra="plots")
    x, y, width, height = place
    sizes = squarify.normalize_sizes([_area(box) for box in boxes], width, height)
    found = squarify.squarify(sizes, x, y, width, height)
    return [
        (box, (each["x"], each["y"], each["dx"], each["dy"]))
        for box, each in zip(boxes, found, strict=True)
    ]


def _head(box: _Box, place: Place) -> tuple[str, float]:
    """Return what stands above what a part is made of, and how high that is."""
    if not box.name:
        return "", 0.0
    name = wrapped(f"{box.name} {box.size:,g}", max(6, int(place[2] / 5.6)))
    return name, min(place[3] * 0.4, 13.0 * (1 + name.count("\n")))


def _within(box: _Box, place: Place) -> list[tuple[_Box, Place]]:
    """Return what a part is made of, each with its place below the head."""
    x, y, width, height = place
    _, head = _head(box, place)
    inner = (x + 2, y + head + 2, max(width - 4, 1.0), max(height - head - 4, 1.0))
    return _laid(box.parts, inner)


def _label(box: _Box, place: Place) -> str:
    return f"{wrapped(box.name, max(3, int(place[2] / 4.6)), whole_words=True)}\n{box.size:,g}"


def _fits(box: _Box, place: Place) -> bool:
    """Tell whether the name of a box fits into it."""
    lines = _label(box, place).splitlines()
    return max(map(shown_width, lines)) * 4.4 <= place[2] - 4 and len(lines) * 9.5 <= place[3] - 2


def _draw_part(axes: Axes, box: _Box, place: Place, colour: str, key: list[_Box]) -> None:
    """Draw a part with its name on top, and in it what it is made of."""
    name, head = _head(box, place)
    if name:
        _rectangle(axes, place, colour)
        axes.text(
            place[0] + 4, place[1] + head / 2, name, va="center", fontsize=8, fontweight="bold",
            color="#111111", in_layout=False,
            bbox={"facecolor": "#ffffff", "alpha": 0.8, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    for part, inner in _within(box, place):
        _rectangle(axes, inner, colour, pale=True)
        # The same box can be in two parts of a rollup, and is the same number there.
        text = _label(part, inner) if _fits(part, inner) else f"{1 + key.index(part)}"
        axes.text(
            inner[0] + inner[2] / 2, inner[1] + inner[3] / 2, text, ha="center", va="center",
            fontsize=7, color="#111111", in_layout=False,
        )  # fmt: skip


def _rectangle(axes: Axes, place: Place, colour: Any, *, pale: bool = False) -> None:
    patches = require("matplotlib.patches", extra="plots")
    colors = require("matplotlib.colors", extra="plots")
    red, green, blue = colors.to_rgb(colour)
    mix = 0.78 if pale else 0.25
    face = tuple(each + (1 - each) * mix for each in (red, green, blue))
    x, y, width, height = place
    axes.add_patch(
        patches.Rectangle((x, y), width, height, facecolor=face, edgecolor="#ffffff", linewidth=1.2)
    )
