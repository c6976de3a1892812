"""What the figures share: style, colours, an empty figure, and text beside rows."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.model.readable import shown_width
from qualcode.report.page.colours import PALETTE
from qualcode.report.plot.letters import FIRST, supply_fonts
from qualcode.stats.arguments import check_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

__all__ = [
    "AMBER",
    "BLUE",
    "GREY",
    "HUES",
    "PALE",
    "alt_text",
    "below_legend",
    "beside_legend",
    "blank",
    "canvas",
    "check_drawn",
    "described",
    "fitted",
    "halo",
    "hatched",
    "head_columns",
    "in_points",
    "is_long",
    "key_beside",
    "key_lines",
    "key_size",
    "look",
    "name_rows",
    "name_square",
    "note",
    "number_points",
    "paged",
    "part_cells",
    "row_lines",
    "say_empty",
    "short",
    "styled",
    "title_over",
    "wrapped",
    "write_beside",
    "write_cell",
]

BLUE, AMBER, GREY, PALE = "#33658a", "#cc6f1d", "#767676", "#e4e4e4"
# For what has no order: the colours of the report.
HUES = PALETTE[:8]
_HEAD = 44
"""Names that are longer do not fit above a column."""
_MARKERS = "osD^vPXp"
_HATCHES = ("", "///", "...", "\\\\\\", "xx", "++", "oo", "--")
_STYLE = {
    "font.family": FIRST,
    "font.size": 9.0,
    "hatch.color": "#ffffff",
    "hatch.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "legend.frameon": False,
}

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")
Item = TypeVar("Item")


def styled(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Let a function draw in the style of this module, whatever style is set."""

    @functools.wraps(function)
    def drawing(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        style = require("matplotlib.style", extra="plots")
        with style.context(["default", _STYLE]):
            drawn = function(*args, **kwargs)
        figure: Any = getattr(drawn, "figure", drawn)
        supply_fonts(figure)
        return drawn

    return drawing


def look(at: int) -> dict[str, Any]:
    """Return colour and shape of the points of a group: either alone tells it from the others."""
    return {"color": HUES[at % len(HUES)], "marker": _MARKERS[at % len(_MARKERS)]}


def hatched(at: int) -> dict[str, Any]:
    """Return colour and pattern of the areas of a group: either alone tells it from the others."""
    return {"facecolor": HUES[at % len(HUES)], "hatch": _HATCHES[at % len(_HATCHES)]}


def paged(items: Sequence[Item], top: int, page: int, things: str) -> tuple[list[Item], str]:
    """Return the items of a page, and what to say of the others; nothing, where there is one page.

    Parameters
    ----------
    items : sequence
        What is to be drawn, in order.
    top : int
        How many go on a page.
    page : int
        Which page, from 1.
    things : str
        What they are, in the plural.

    Examples
    --------
    >>> paged("abcde", 2, 2, "codes")
    (['c', 'd'], 'Codes 3 to 4 of 5; page=3 has the next.')
    """
    top = check_count(top, what="top", least=1)
    page = check_count(page, what="page", least=1)
    pages = max(1, -(-len(items) // top))
    if page > pages:
        raise StatisticsError(
            f"page={page}: {len(items):,} {things} are on {pages} page{'s' if pages > 1 else ''} of {top}"
        )
    shown = list(items[(page - 1) * top : page * top])
    if pages == 1:
        return shown, ""
    first = (page - 1) * top + 1
    told = f"{things.capitalize()} {first:,} to {first + len(shown) - 1:,} of {len(items):,}"
    return shown, f"{told}; page={page + 1} has the next." if page < pages else f"{told}."


def check_drawn(result: object, kind: type, call: str, *, what: str = "result") -> None:
    """Refuse what is no result that a figure is for, and say which call gives one."""
    advice = f"pass what project.{call} returns"
    check_kind(result, kind, what=what, error=StatisticsError, advice=advice)


def canvas(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the axes to draw on: those given, or those of a new figure of a size in inches."""
    if ax is not None:
        kind = require("matplotlib.axes", extra="plots").Axes
        check_kind(ax, kind, what="ax", error=StatisticsError, advice="pass axes of matplotlib")
        return ax
    axes: Axes = blank(width, height).add_subplot()
    # Beside long names the axes are narrow, and a title would go on beyond the figure.
    axes.set_title("", loc="left", wrap=True)
    return axes


def blank(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches; nothing is shown."""
    made: Figure = require("matplotlib.figure", extra="plots").Figure(
        figsize=(width, height), dpi=150, layout="constrained"
    )
    return made


def described(axes: Axes, text: str) -> Axes:
    """Say in words what axes show, for who cannot see them; see `alt_text`."""
    # The label of axes is drawn nowhere, and goes with them wherever they go.
    axes.set_label(" ".join(text.split()))
    return axes


def alt_text(axes: Axes) -> str:
    """Return in words what a figure shows, for who cannot see it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        What a function of this module returned.
    """
    return str(axes.get_label())


def title_over(axes: Axes, text: str, *, own: bool) -> None:
    """Write a title over axes whose columns are named above them."""
    # The layout does not foresee where a title of the axes goes when names are above, and lets the
    # colour bar slip under the cells; a title of the figure has room of its own.
    if own:
        axes.figure.suptitle(text, x=0.01, ha="left", fontweight="bold", fontsize=10.5)
    else:
        axes.set_title(text, loc="left")


def note(axes: Axes, text: str) -> None:
    """Write a line below the axes, if there is anything to say."""
    axes.set_xlabel("\n".join(filter(None, [axes.get_xlabel(), text])))


def wrapped(text: str, width: int, *, whole_words: bool = False) -> str:
    """Return a name on as many lines as it needs: names are never cut, so that none become the same.

    Parameters
    ----------
    text : str
        The name.
    width : int
        How many letters a line has.
    whole_words : bool
        Whether a word that is longer than a line stays whole.

    Examples
    --------
    >>> print(wrapped("Relationships and cultures", 20))
    Relationships and
    cultures
    """
    # Letters of East Asian scripts take the room of two.
    letters = max(1, width * len(text) // max(1, shown_width(text)))
    return "\n".join(textwrap.wrap(text, letters, break_long_words=not whole_words)) or text


def fitted(names: Sequence[str], width: int = 40) -> tuple[list[str], float]:
    """Return names on lines, and the size of their letters: where names are very long, wide and small."""
    if max(map(shown_width, names), default=0) > 2 * width:
        return [wrapped(name, 3 * width // 2) for name in names], 7.0
    return [wrapped(name, width) for name in names], 9.0


def name_rows(axes: Axes, names: Sequence[str], *, width: int = 40) -> None:
    """Name the rows of a figure from top to bottom, with a pale line through each."""
    labels, size = fitted(names, width)
    axes.set_yticks(range(len(names)), labels, fontsize=size)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)


def row_lines(names: Sequence[str], *, width: int = 40) -> float:
    """Return how high named rows must be, in rows of a single line, so that no name covers the next."""
    labels, size = fitted(names, width)
    lines = [1 + label.count("\n") for label in labels]
    most = max((one + other for one, other in pairwise(lines)), default=max(lines, default=1))
    # A line of text takes some 0.0165 inches for each point of its size, a row 0.27.
    return len(names) * max(1.0, 0.0165 * size * most / 2 / 0.27)


def is_long(names: Sequence[str]) -> bool:
    """Tell whether a name does not fit above a column, so that numbers stand for all of them."""
    return max(map(shown_width, names), default=0) > _HEAD


def head_columns(axes: Axes, names: Sequence[str], *, size: float = 8.0) -> None:
    """Name columns above them, or number them where a name does not fit."""
    if is_long(names):
        axes.set_xticks(
            range(len(names)), [f"{at}" for at in range(1, len(names) + 1)], fontsize=size
        )
    else:
        axes.set_xticks(
            range(len(names)), names, rotation=55, ha="left", va="bottom", rotation_mode="anchor",
            fontsize=size,
        )  # fmt: skip
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)


def name_square(axes: Axes, names: Sequence[str]) -> None:
    """Name the columns and the rows of a square of cells, which are the same; numbered where too long."""
    head_columns(axes, names)
    labels, size = fitted(_with_numbers(names) if is_long(names) else names)
    axes.set_yticks(range(len(names)), labels, fontsize=min(size, 8.0))


def part_cells(axes: Axes, rows: int, columns: int, *, width: float) -> None:
    """Part the cells of a heat map by white lines, and leave out the frame."""
    axes.set_xticks([at - 0.5 for at in range(columns + 1)], minor=True)
    axes.set_yticks([at - 0.5 for at in range(rows + 1)], minor=True)
    axes.grid(which="minor", color="#ffffff", linewidth=width)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)


def write_cell(
    axes: Axes, row: int, column: int, text: str, *, size: float, dark: bool, **options: Any
) -> Text:
    """Write into a cell of a heat map, in white where it is dark."""
    # Within its cell already, so the layout need not measure it.
    return axes.text(
        column, row, text, ha="center", va="center", fontsize=size, in_layout=False,
        color="#ffffff" if dark else "#222222", **options,
    )  # fmt: skip


def _with_numbers(names: Sequence[str]) -> list[str]:
    """Return names with the numbers that stand for them, from 1."""
    return [f"{number}  {name}" for number, name in enumerate(names, start=1)]


def key_lines(names: Sequence[str]) -> list[str]:
    """Return the lines of a list of what numbers stand for."""
    lines = [wrapped(name, 60).replace("\n", "\n     ") for name in _with_numbers(names)]
    return "\n".join(lines).split("\n")


def key_size(names: Sequence[str]) -> tuple[float, float]:
    """Return how wide and how high that list is, in inches."""
    lines = key_lines(names)
    return 0.2 + 0.062 * max(map(shown_width, lines), default=0), 0.15 * len(lines)


def key_beside(axes: Axes, names: Sequence[str]) -> None:
    """List at the right of the axes what their numbers stand for."""
    axes.annotate(
        "\n".join(key_lines(names)), (1, 1), (12, 0), xycoords="axes fraction",
        textcoords="offset points", va="top", fontsize=7.5, linespacing=1.4, annotation_clip=False,
    )  # fmt: skip


def halo(paper: Any) -> list[Any]:
    """Return the effect of a rim in the colour of the paper, by which letters stand out from lines."""
    effects = require("matplotlib.patheffects", extra="plots")
    return [effects.withStroke(linewidth=2.2, foreground=paper)]


def number_points(axes: Axes, places: Any) -> list[tuple[float, float]]:
    """Write the numbers of points, from 1, as one label where they would cover each other.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits as they will be.
    places : array of float, points × 2
        Where the points are.

    Returns
    -------
    list of (float, float)
        The places of the labels, in points of the figure.
    """
    labels: list[tuple[list[int], tuple[float, float], tuple[float, float]]] = []
    for number, (place, (across, up)) in enumerate(
        zip(places.tolist(), in_points(axes, places), strict=True), start=1
    ):
        near = [
            known
            for known, _, (x, y) in labels
            if abs(up - y) < 9 and -10 < across - x < 6 + 9 * len(known)
        ]
        if near:
            near[0].append(number)
        else:
            labels.append(([number], tuple(place), (across, up)))
    for known, place, _ in labels:
        text = ", ".join(map(str, known))
        axes.annotate(text, place, (4, 3), textcoords="offset points", fontsize=7.5)
    return [at for *_, at in labels]


def in_points(axes: Axes, places: Any) -> list[tuple[float, float]]:
    """Return where places of the data are in the figure, in points as far as its layout is known."""
    axes.autoscale_view()
    found = axes.transData.transform(places) * 72 / axes.figure.dpi
    return [(float(x), float(y)) for x, y in found]


def say_empty(axes: Axes, text: str) -> None:
    """Say within the axes that there is nothing."""
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY,
        style="italic",
    )  # fmt: skip


def beside_legend(axes: Axes, **options: Any) -> None:
    """Put the legend at the right of the axes, where it covers nothing."""
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8, **options)


def below_legend(axes: Axes, *, own: bool, handles: Sequence[Any] | None = None) -> None:
    """Put the legend below a figure of its own; within axes that somebody gave, at the lower right."""
    shown = axes.get_legend_handles_labels()[0] if handles is None else handles
    if own:
        axes.figure.legend(handles=shown, loc="outside lower center", ncols=3, fontsize=8)
    else:
        axes.legend(handles=shown, loc="lower right", fontsize=8)


def write_beside(axes: Axes, rows: Sequence[Sequence[str]], places: Sequence[float]) -> None:
    """Write texts in columns at the right of the axes, a row of them at each place."""
    # Some 4.7 points to a letter of this size, and a gap between columns.
    widths = [
        4.7 * max(map(shown_width, column), default=0) + 9 for column in zip(*rows, strict=True)
    ]
    for place, texts in zip(places, rows, strict=True):
        for at, text in enumerate(texts):
            axes.annotate(
                text,
                (1, place),
                (7 + sum(widths[:at]), 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontsize=8,
                annotation_clip=False,
            )


def short(text: str, width: int) -> str:
    """Return a text cut to fit a label.

    Examples
    --------
    >>> short("Relationships and cultures", 20)
    'Relationships and …'
    """
    return textwrap.shorten(text, width, placeholder=" …") if len(text) > width else text
