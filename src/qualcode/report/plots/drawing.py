"""What the figures share: style, colours, an empty figure, and text beside rows."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from qualcode._extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["AMBER", "BLUE", "GREY", "HUES", "PALE", "figure", "short", "styled", "write_beside"]

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
    "savefig.dpi": 150,
    "svg.hashsalt": "qualcode",  # ids in SVG files stay the same from run to run
    "axes.unicode_minus": True,
}

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


def styled(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Let a function draw with the style of this module, whatever matplotlib is set to."""

    @functools.wraps(function)
    def drawing(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        style = require("matplotlib.style", extra="plots")
        with style.context(["default", _STYLE]):
            return function(*args, **kwargs)

    return drawing


def figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of a size in inches, and its axes; nothing is shown."""
    made = require("matplotlib.figure", extra="plots").Figure(
        figsize=(width, height), dpi=100, layout="constrained"
    )
    return made, made.add_subplot()


def write_beside(axes: Axes, texts: Sequence[str], places: Sequence[float] | None = None) -> None:
    """Write a line at the right of each row."""
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(texts)) if places is None else list(places), list(texts), fontsize=8)
    right.tick_params(length=0)
    right.spines["right"].set_visible(False)


def short(text: str, width: int) -> str:
    """Return a text cut to fit a label.

    Examples
    --------
    >>> short("Relationships and cultures", 20)
    'Relationships and …'
    """
    return textwrap.shorten(text, width, placeholder=" …") if len(text) > width else text
