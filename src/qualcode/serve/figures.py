"""The report's figures, drawn from the project as it is now."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.errors import NotFoundError, did_you_mean
from qualcode.project.view import View
from qualcode.serve.sight import Sight

__all__ = ["draw", "figures"]

_DRAWING = threading.Lock()
"""Styles of figures are of the whole process, so one is drawn at a time."""


@attrs.frozen
class _Figure:
    """A figure: what it is called, and what draws it."""

    title: str
    draw: Callable[[View], Any]
    of_all: bool = False
    """Whether it compares coders, so that who is blind does not see it."""


_FIGURES: Mapping[str, _Figure] = {
    "codes": _Figure("Codes by documents", lambda view: view.rollup(count="documents").plot()),
    "portraits": _Figure("Where codes lie in the documents", lambda view: view.plot()),
    "cooccurrence": _Figure(
        "Codes that meet in a paragraph",
        lambda view: view.cooccurrence(unit="paragraph").plot(),
    ),
    "network": _Figure(
        "Network of codes that meet in a paragraph",
        lambda view: view.cooccurrence(unit="paragraph").network().plot(),
    ),
    "saturation": _Figure("New codes by document", lambda view: view.saturation().plot()),
    "codebook": _Figure("How the codebook changed", lambda view: view.history.plot()),
    "agreement": _Figure(
        "Agreement of coders by code",
        lambda view: view.study(unit="paragraph").plot(),
        of_all=True,
    ),
}


def figures(sight: Sight) -> list[dict[str, str]]:
    """Return the figures there are."""
    return [
        {"name": name, "title": each.title}
        for name, each in _FIGURES.items()
        if not (each.of_all and sight.blind)
    ]


def draw(view: View, sight: Sight, name: str) -> dict[str, Any]:
    """Return a figure as SVG, with its title and what it shows in words.

    Raises
    ------
    NotFoundError
        When there is none of that name.
    MissingExtraError
        When matplotlib is not installed.
    StatisticsError
        When there is too little to draw.
    """
    if name not in _FIGURES:
        raise NotFoundError(f"there is no figure {name!r}.{did_you_mean(name, _FIGURES)}")
    wanted = _FIGURES[name]
    if wanted.of_all:
        sight.refuse_blind("this figure")
    with _DRAWING:
        require("matplotlib", extra="plots")
        from qualcode.report.plot import alt_text

        axes = wanted.draw(sight.part(view))
        figure = getattr(axes, "figure", axes)
        written = io.StringIO()
        # Without a date the same project gives the same picture.
        figure.savefig(written, format="svg", metadata={"Date": None}, bbox_inches="tight")
        # A figure of several panels has no label.
        alt = alt_text(axes) if hasattr(axes, "get_label") else wanted.title
    return {"name": name, "title": wanted.title, "alt": alt, "svg": written.getvalue()}
