"""Figures for dark pages: the same hues, light where they were dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.report.plot.drawing import halo

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["dark"]

Drawn = TypeVar("Drawn", "Axes", "Figure")
Colours = npt.NDArray[np.floating[Any]]

# Linear RGB to the cone responses of OKLab, and their cube roots to lightness and two axes of hue
# (Ottosson 2020); lightness there is what looks equally light, whatever the hue.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_DARK = " for dark pages"
_BLACK, _WHITE = 0.93, 0.2
"""How light black and white are in the dark: ink and paper of the report's dark scheme."""


def dark(drawn: Drawn) -> Drawn:
    """Make a figure one for dark pages, and return it.

    What was white is dark, and what was dark is light; hues stay, so that a legend and what a text says of
    colours still hold. Call it last: what is drawn afterwards is not changed.

    Parameters
    ----------
    drawn : matplotlib.axes.Axes or matplotlib.figure.Figure
        What a function of this module returned.

    Examples
    --------
    >>> import qualcode as qc
    >>> themes = qc.load_project("collaboration-reviews").rollup("factors")
    >>> figure = dark(themes.plot(level="theme")).figure
    >>> figure.savefig("themes-dark.png")
    """
    kind = require("matplotlib.figure", extra="plots").FigureBase
    figure: Any = getattr(drawn, "figure", drawn)
    advice = "pass what a function of qualcode.report.plot returned"
    check_kind(figure, kind, what="drawn", error=StatisticsError, advice=advice)
    # Labels along the axes are made when a figure is drawn for the first time.
    figure.draw_without_rendering()
    for artist in figure.findobj():
        _turn(artist)
    return drawn


def _turn(artist: Any) -> None:
    """Change the colours of one artist, and of the box and arrow of a text."""
    beside = (getattr(artist, "_bbox_patch", None), getattr(artist, "arrow_patch", None))
    for each in beside:
        if each is not None:
            _turn(each)
    if hasattr(artist, "get_text") and artist.get_path_effects():
        artist.set_path_effects(halo(_turned("#ffffff")))
    cm = require("matplotlib.cm", extra="plots")
    is_scaled = isinstance(artist, cm.ScalarMappable) and artist.get_array() is not None
    if is_scaled and not artist.cmap.name.endswith(_DARK):
        # Told of it, the colour bar would write its labels anew; its own cells are turned like all others.
        with artist.callbacks.blocked():
            artist.set_cmap(_turned_scale(artist.cmap))
    for part in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
        get, put = getattr(artist, f"get_{part}", None), getattr(artist, f"set_{part}", None)
        # Areas have a colour only by their faces and edges, and figures and axes by their patch.
        is_double = (part == "color" and hasattr(artist, "get_facecolor")) or hasattr(
            artist, "patch"
        )
        if get is None or put is None or is_double or (is_scaled and part == "facecolor"):
            continue
        colours = get()
        if not isinstance(colours, str) or colours not in ("none", "auto"):
            turned = _turned(colours)
            if turned is not None:
                put(turned)


def _turned(colours: Any) -> Any:
    """Return one colour or several turned; None where nothing is seen of them."""
    given = require("matplotlib.colors", extra="plots").to_rgba_array(colours)
    if not given[:, 3].any():  # areas without a face, or without an edge
        return None
    turned = np.column_stack([_lightness_turned(given[:, :3]), given[:, 3]])
    return turned if len(turned) > 1 else tuple(turned[0].tolist())


def _turned_scale(scale: Any) -> Any:
    colors = require("matplotlib.colors", extra="plots")
    steps = scale(np.linspace(0, 1, scale.N))
    turned = np.column_stack([_lightness_turned(steps[:, :3]), steps[:, 3]])
    bad = _turned(scale.get_bad())
    return colors.ListedColormap(turned, name=f"{scale.name}{_DARK}").with_extremes(bad=bad)


def _lightness_turned(rgb: Colours) -> Colours:
    """Return colours of the same hue, as light as they were dark."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    # Middle greys and blues come out light enough to be read, which a straight line would not give.
    lab[:, 0] = _BLACK - (_BLACK - _WHITE) * np.clip(lab[:, 0], 0, 1) ** 1.5
    cones = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    back = np.clip(cones @ np.linalg.inv(_TO_CONES).T, 0, 1)
    coded: Colours = np.where(
        back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055
    ).clip(0, 1)
    return coded
