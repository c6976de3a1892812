"""The gallery: it shows every figure, and says in words what is in each picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts import gallery

pytest.importorskip("matplotlib", reason="figures need the extra 'plots'")
pytest.importorskip("sklearn", reason="the suggester needs the extra 'suggest'")

READING = gallery.ROOT / "docs" / "explanation" / "reading-figures.md"


def anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@pytest.mark.no_cover
def test_the_gallery_is_what_the_figures_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run draws all of them: the page has their words, and each gives a picture."""
    once = list(gallery.drawn())
    monkeypatch.setattr(gallery, "drawn", lambda: iter(once))
    assert gallery.PAGE.read_text("utf-8") == gallery.page(), "run scripts/gallery.py"
    gallery.draw_pictures(tmp_path)
    made = {path.stem for path in tmp_path.glob("*.png") if path.stat().st_size > 5000}
    page = gallery.PAGE.read_text("utf-8") + (gallery.ROOT / "docs" / "index.md").read_text("utf-8")
    assert made == set(re.findall(r"pictures/(\w+)\.png", page))


def test_every_figure_is_in_the_gallery() -> None:
    from qualcode.report import plot

    shown = {each.name for section in gallery.SECTIONS.values() for each in section}
    assert set(plot.__all__) - {"alt_text", "dark"} <= shown


def test_every_figure_says_how_to_read_it() -> None:
    titles = re.findall(r"^## (.*)$", READING.read_text("utf-8"), flags=re.MULTILINE)
    known = {anchor(title) for title in titles}
    linked = {each.read for section in gallery.SECTIONS.values() for each in section}
    assert linked == known
