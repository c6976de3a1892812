"""What the figures share: style, colours, an empty figure, and text beside rows."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "AMBER",
    "BLUE",
    "GREY",
    "HUES",
    "PALE",
    "alt_text",
    "blank",
    "canvas",
    "check_drawn",
    "described",
    "note",
    "short",
    "styled",
    "wrapped",
    "write_beside",
]

BLUE, AMBER, GREY, PALE = "#33658a", "#cc6f1d", "#767676", "#e4e4e4"
# Paul Tol's bright scheme, for what has no order.
HUES = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#882255", "#44aa99")
_STYLE = {
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "legend.frameon": False,
}

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


def styled(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Let a function draw in the style of this module, whatever style is set."""

    @functools.wraps(function)
    def drawing(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        style = require("matplotlib.style", extra="plots")
        with style.context(["default", _STYLE]):
            return function(*args, **kwargs)

    return drawing


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
    return blank(width, height).add_subplot()


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


def note(axes: Axes, text: str) -> None:
    """Write a line below the axes."""
    axes.set_xlabel("\n".join(filter(None, [axes.get_xlabel(), text])))


def wrapped(text: str, width: int) -> str:
    """Return a name on as many lines as it needs: names are never cut, so that none become the same."""
    return "\n".join(textwrap.wrap(text, width)) or text


def write_beside(axes: Axes, rows: Sequence[Sequence[str]], places: Sequence[float]) -> None:
    """Write texts in columns at the right of the axes, a row of them at each place."""
    # Some 4.7 points to a letter of this size, and a gap between columns.
    widths = [4.7 * max(map(len, column), default=0) + 9 for column in zip(*rows, strict=True)]
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
