"""Figures: they render, the same each time, say the numbers, and no label covers another."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.plots import plot_agreement, plot_evidence, plot_rollup, plot_sensitivity
from qualcode.stats.conclusions import Agreement, Quantity, Ranking, Share, Together

matplotlib = pytest.importorskip("matplotlib", reason="figures need the extra 'plots'")
FigureCanvasAgg = pytest.importorskip("matplotlib.backends.backend_agg").FigureCanvasAgg

LONG = "A code whose name goes on and on as names that committees agree upon will always do"


@cache
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


@cache
def reviews() -> qc.View:
    return qc.load_project("collaboration-reviews")


def study(**options: Any) -> Any:
    return interviews().study(unit="sentence", coders=["ana", "ben"], **options)


def small(names: tuple[str, ...] = ("Trust", LONG)) -> qc.Project:
    codes = [qc.Code(f"code-{at}", name=name) for at, name in enumerate(names)]
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=codes))
    project.add_documents({"a": "One here. Two here.", "b": "Three here. Four here."})
    for at, segment in enumerate(project.segments(unit="sentence")):
        project.assign(segment, f"code-{at % len(names)}", coder="ana")
        project.assign(segment, f"code-{(at // 2) % len(names)}", coder="ben")
    return project


FIGURES: dict[str, Callable[[], Any]] = {
    "domains": lambda: plot_rollup(reviews().rollup("factors", count="documents")),
    "themes by domain": lambda: plot_rollup(reviews().rollup("factors"), level="theme"),
    "many codes": lambda: plot_rollup(reviews().rollup("factors"), level="code", top=12),
    "long names": lambda: plot_rollup(small().rollup("tree"), level="code"),
    "nothing counted": lambda: plot_rollup(reviews().rollup("factors", count="cases")),
    "evidence": lambda: plot_evidence(reviews().evidence(rollup="factors")),
    "evidence by case": lambda: plot_evidence(interviews().evidence(of="case", level="code")),
    "evidence of nothing": lambda: plot_evidence(
        interviews().restricted(origin="suggestion").evidence(level="domain")
    ),
    "agreement": lambda: plot_agreement(study()),
    "agreement by kappa": lambda: plot_agreement(
        study(level="domain"), "cohen_kappa", interval="bootstrap", n_resamples=30, random_state=1
    ),
    "agreement without intervals": lambda: plot_agreement(study(), clusters=None, thresholds=()),
    "agreement of few": lambda: plot_agreement(small().study(unit="sentence")),
    "ranking": lambda: plot_sensitivity(
        reviews().sensitivity(
            Ranking("factors", level="domain", count="documents"), leave_out="evidence_quality"
        )
    ),
    "ranking of many": lambda: plot_sensitivity(
        reviews().sensitivity(Ranking("factors", level="code", top=4), leave_out="country")
    ),
    "together": lambda: plot_sensitivity(
        interviews().sensitivity(
            Together("trust", "communication", unit="sentence", at_least=1), leave_out="sector"
        )
    ),
    "agreement of a kind": lambda: plot_sensitivity(
        interviews().sensitivity(Agreement(unit="sentence", coders=("ana", "ben"), at_least=0.4))
    ),
    "share": lambda: plot_sensitivity(
        interviews().sensitivity(Share("trust", at_least=0.2, at_most=0.9))
    ),
    "a number": lambda: plot_sensitivity(
        interviews().sensitivity(Quantity(lambda view: len(view.assignments), name="codings"))
    ),
    "undefined as stated": lambda: plot_sensitivity(
        interviews().sensitivity(lambda view: None, leave_out="wave")
    ),
    "infinite as stated": lambda: plot_sensitivity(
        small()
        .restricted(coders="ana")
        .sensitivity(Together("code-0", "code-1", measure="pmi", at_least=0))
    ),
}


def drawn(figure: Any) -> bytes:
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()


def covering(boxes: np.ndarray) -> list[tuple[int, int]]:
    """Return which boxes (left, bottom, right, top) share more than a pixel."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.triu((high - low >= 1).all(axis=2), 1)
    return [(int(one), int(other)) for one, other in np.argwhere(shared)]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_renders_and_no_label_covers_another(name: str) -> None:
    figure = FIGURES[name]()
    assert drawn(figure).startswith(b"\x89PNG")
    renderer = figure.canvas.get_renderer()
    (axes, *_) = figure.axes
    for group in (axes.get_yticklabels(), axes.texts):
        labels = [label for label in group if label.get_text() and label.get_visible()]
        texts = [label.get_text() for label in labels]
        extents = [label.get_window_extent(renderer).extents for label in labels]
        boxes = np.array(extents).reshape(-1, 4)
        assert [(texts[one], texts[other]) for one, other in covering(boxes)] == []
        inside = (boxes[:, 0] >= figure.bbox.x0 - 1) & (boxes[:, 2] <= figure.bbox.x1 + 1)
        assert [text for text, fits in zip(texts, inside, strict=True) if not fits] == []


@pytest.mark.parametrize(
    "name", ["themes by domain", "evidence", "agreement", "ranking", "together"]
)
def test_the_same_result_gives_the_same_figure_in_any_style(name: str) -> None:
    first = drawn(FIGURES[name]())
    with matplotlib.rc_context(
        {"font.size": 22.0, "axes.facecolor": "black", "lines.linewidth": 9}
    ):
        again = FIGURES[name]()
    assert drawn(again) == first


def test_the_bars_say_the_counts() -> None:
    result = reviews().rollup("factors", count="documents")
    (axes,) = plot_rollup(result).axes
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["29 (81 %)", "28 (78 %)", "24 (67 %)", "24 (67 %)", "18 (50 %)"]
    assert axes.get_yticklabels()[0].get_text() == "Resources and capabilities"
    note = plot_rollup(result, level="theme", top=5)
    assert note.get_supxlabel() == "13 more themes are not shown."


def test_the_heat_map_says_every_count() -> None:
    result = reviews().evidence(rollup="factors")
    axes, bar = plot_evidence(result).axes
    assert sum(int(text.get_text()) for text in axes.texts) == result.counts.sum()
    assert [label.get_text() for label in bar.get_xticklabels()] == ["0", "1", "2", "3", "4", "5"]
    with pytest.raises(errors.StatisticsError, match="nothing to draw"):
        plot_evidence(
            qc.Project.new("empty", codebook=reviews().codebook).evidence(rollup="factors")
        )


def test_the_forest_says_every_value_and_every_reason() -> None:
    found = study()
    (axes,) = plot_agreement(found).axes
    texts = " ".join(text.get_text() for text in axes.texts)
    overall = found.agreement()
    assert f"{overall.value:.2f} [{overall.interval.low:.2f}, {overall.interval.high:.2f}]" in texts
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == "all 21 codes, as sets"
    values = found.per_code().set_index("name")["value"]
    assert labels[1:] == list(values.sort_values(ascending=False, kind="stable").index)

    one = small(("Trust",)).study(unit="sentence")
    (axes,) = plot_agreement(one).axes
    assert any("undefined: every rating" in text.get_text() for text in axes.texts)


def test_a_setting_that_fails_is_marked_by_shape_and_word() -> None:
    result = interviews().sensitivity(Share("trust", at_least=0.9), counts=())
    (axes,) = plot_sensitivity(result).axes
    words = [text.get_text() for text in axes.texts]
    failed = [each.setting for each in result.failed]
    assert failed == ["ben alone", "consensus alone"]
    assert words.count("does not hold") == 2
    markers = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert markers.count("X") == 2
    assert markers.count("o") == 2


def test_ranks_say_what_is_level_and_which_way_they_moved() -> None:
    ranking = Ranking("factors", level="domain", count="documents")
    result = reviews().sensitivity(ranking, counts=["assignments"])
    (axes,) = plot_sensitivity(result).axes
    texts = [text.get_text() for text in axes.texts]
    assert texts[:5] == ["1", "2", "3=", "3=", "5"]
    assert texts[5:10] == ["2↓", "1↑", "4↓", "3", "5"]
