"""The report's figures, drawn from the project as it is now."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.errors import NotFoundError, did_you_mean
from qualcode.project.view import View
from qualcode.serve.showing import version_of
from qualcode.serve.sight import Sight

__all__ = ["Figures"]

_DRAWING = threading.Lock()
"""Styles of figures are of the whole process, so one is drawn at a time."""


@attrs.frozen
class _Figure:
    """A figure: what it is called, and what draws it."""

    title: str
    draw: Callable[[View], Any]
    of_all: bool = False
    """Whether it compares coders, so that who is blind does not see it."""
    of_history: bool = False
    """Whether it shows the codebook's history only, and not what was coded."""


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
    "codebook": _Figure(
        "How the codebook changed", lambda view: view.history.plot(), of_history=True
    ),
    "agreement": _Figure(
        "Agreement of coders by code",
        lambda view: view.study(unit="paragraph").plot(),
        of_all=True,
    ),
}


class Figures:
    """The figures of a project: each is drawn again only when what it shows is another."""

    def __init__(self) -> None:
        self._drawn: dict[str, dict[str, Any]] = {}

    def listed(self, view: View, sight: Sight) -> list[dict[str, str]]:
        """Return the figures there are; the `key` of one stays the same as long as its picture does."""
        part = sight.part(view)
        history, coding = _history_key(part), _coding_key(part)
        return [
            {
                "name": name,
                "title": each.title,
                "key": history if each.of_history else _digest(history, coding),
            }
            for name, each in _FIGURES.items()
            if not (each.of_all and sight.blind)
        ]

    def draw(self, view: View, sight: Sight, name: str) -> dict[str, Any]:
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
        (about,) = [each for each in self.listed(view, sight) if each["name"] == name]
        with _DRAWING:
            known = self._drawn.get(name)
            if known is None or known["key"] != about["key"]:
                known = self._drawn[name] = {**about, **_drawn(wanted, sight.part(view))}
        return known


def _drawn(wanted: _Figure, view: View) -> dict[str, str]:
    require("matplotlib", extra="plots")
    from qualcode.report.plot import alt_text

    axes = wanted.draw(view)
    figure = getattr(axes, "figure", axes)
    written = io.StringIO()
    # Without a date the same project gives the same picture.
    figure.savefig(written, format="svg", metadata={"Date": None}, bbox_inches="tight")
    # A figure of several panels has no label.
    alt = alt_text(axes) if hasattr(axes, "get_label") else wanted.title
    return {"alt": alt, "svg": written.getvalue()}


def _history_key(view: View) -> str:
    # What is reverted is so by a later revision.
    return _digest(*(each.id for each in view.history))


def _coding_key(view: View) -> str:
    """Return what tells two states apart in which figures of codes, documents and coders may differ."""
    made = view.assignments
    rows = made.rows
    columns = (rows.document, rows.start, rows.end, rows.coder, made.code)
    return _digest(
        *(
            f"{id} {each.name} {version_of(each)} {each.cases}"
            for id, each in view.documents.items()
        ),
        *map(str, view.coders.values()),
        *(f"{coder} {sorted(finished)}" for coder, finished in view.finished.items()),
        *rows.coders,
        *made.codes,
        *(column.tobytes() for column in columns),
    )


def _digest(*parts: str | bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        said = part if isinstance(part, bytes) else part.encode()
        found.update(b"%d:" % len(said) + said)
    return found.hexdigest()[:16]
