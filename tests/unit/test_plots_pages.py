"""Figures of many, long and foreign names: whole, on pages, in letters that a font has; and dark ones."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report import plot
from qualcode.report.plot import letters

matplotlib = pytest.importorskip("matplotlib", reason="figures need the extra 'plots'")

LONG = "A coder whose name goes on and on, so that a label of it would have to be cut"


def drawn(figure: Any) -> list[str]:
    """Draw a figure and return the texts in it."""
    figure.draw_without_rendering()
    return [each.get_text() for each in figure.findobj(matplotlib.text.Text)]


def long_study(coders: int = 3, documents: int = 3) -> Any:
    """Return a study by coders with long names, of documents with long names."""
    book = qc.Codebook("b", codes=[qc.Code("x"), qc.Code("y")])
    project = qc.Project.new("Long", codebook=book)
    names = [f"{LONG} {at}" for at in range(coders)]
    ids = [f"{LONG.lower().replace(',', '').replace(' ', '-')}-{at}" for at in range(documents)]
    for id in ids:
        project.add_document("One here. Two here. Three here.", id=id)
    for at, name in enumerate(names):
        for number, segment in enumerate(project.segments("sentence")):
            project.assign(segment, "x" if (number + at) % 3 else "y", coder=name)
    return project.study(unit="sentence")


def whole(figure: Any) -> str:
    return " ".join("".join(drawn(figure)).split()).replace(" ", "")


def test_names_of_coders_and_documents_are_never_cut() -> None:
    study = long_study()
    for axes, names in (
        (study.by_pair().plot(), study.coders),
        (study.by_document().plot(), study.by_document().documents),
        (
            study.difference(study).plot(names=(f"{LONG} a", f"{LONG} b")),
            (f"{LONG} a", f"{LONG} b"),
        ),
    ):
        told = whole(axes.figure)
        for name in names:
            assert name.replace(" ", "") in told
        assert axes.get_title(loc="left") or axes.figure.get_suptitle()


def test_many_documents_and_settings_go_on_pages() -> None:
    course = long_study(2, 5).by_document()
    first, last = course.plot(top=3), course.plot(top=3, page=2)
    assert [len(each.get_xticks()) for each in (first, last)] == [3, 2]
    assert "page=2 has the next" in first.get_xlabel()
    settled = long_study(2, 5).negotiated()
    assert len(settled.plot(top=2, page=3).get_yticks()) == 1
    reviews = qc.load_project("collaboration-reviews")
    for conclusion in (
        qc.conclusions.Ranking("factors", level="theme", count="documents"),
        qc.conclusions.Share("Communication", rollup="factors", level="theme", at_least=0.3),
    ):
        result = reviews.sensitivity(conclusion)
        pages = [result.plot(top=2, page=page) for page in (1, 2)]
        stated = [axes.get_yticklabels()[0].get_text() for axes in pages]
        assert stated == ["as stated", "as stated"]
        assert "Settings 1 to 2" in pages[0].get_xlabel()
        with pytest.raises(errors.StatisticsError, match="page=99"):
            result.plot(page=99)
    assert (
        "more themes, with less, are not shown"
        in reviews.sensitivity(qc.conclusions.Ranking("factors", level="theme", count="documents"))
        .plot()
        .get_xlabel()
    )


def named(*names: str) -> Any:
    codes = [qc.Code(f"code-{at}", name=name) for at, name in enumerate(names)]
    project = qc.Project.new("Letters", codebook=qc.Codebook("b", codes=codes), coder="ana")
    project.add_document("One here.", id="a")
    for code in codes:
        project.assign(("a", 0, 3), code.id)
    return project.rollup("tree").plot(level="code")


def test_letters_are_drawn_by_a_font_that_has_them() -> None:
    name = "विश्वास"
    families, missing = letters._families_for(frozenset(map(ord, name)))
    if missing:
        pytest.skip("no font for Devanagari on this machine")
    axes = named(name, "Trust")
    by_text = {each.get_text(): each.get_fontfamily() for each in axes.get_yticklabels()}
    assert by_text[name] == [letters.FIRST, *families]
    assert by_text["Trust"] == [letters.FIRST]
    drawn(axes.figure)  # without a warning of a missing letter


def test_letters_that_no_font_has_are_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger=letters.__name__):
        named("Trust \U00030000\U000e0100", "Trust")  # the last is a selector, and nothing to see
    if not caplog.records:
        pytest.skip("a font of this machine has the rarest of Chinese letters")
    told = "no font of this machine has 1 letters of a figure (Chinese, Japanese or Korean)"
    assert told in caplog.text


def lightness(colour: Any) -> float:
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def contrast(one: Any, other: Any) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_dark_figure_says_the_same_and_can_be_read() -> None:
    project = qc.load_project("partnership-interviews")
    for axes in (
        project.rollup("domains").plot(level="theme"),
        project.evidence(level="theme").plot(),
        project.cooccurrence(unit="document").network(random_state=1).plot(),
    ):
        before = drawn(axes.figure)
        assert plot.dark(axes) is axes
        assert drawn(axes.figure) == before
        paper = axes.figure.get_facecolor()
        assert lightness(paper) < 0.02
        for text in axes.get_yticklabels() + axes.get_xticklabels():
            assert contrast(text.get_color(), paper) > 7
        for image in axes.images:
            numbers = np.ravel(image.get_array())
            cells = {
                (round(each.get_position()[1]), round(each.get_position()[0])): each
                for each in axes.texts
            }
            shape = image.get_array().shape
            for (row, column), text in cells.items():
                number = numbers[row * shape[1] + column]
                assert contrast(text.get_color(), image.cmap(image.norm(number))) > 3
    with pytest.raises(errors.StatisticsError, match="drawn must be a FigureBase"):
        plot.dark("figure")
