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
from qualcode.report import plot
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
    "domains": lambda: plot.rollup(reviews().rollup("factors", count="documents")),
    "themes by domain": lambda: plot.rollup(reviews().rollup("factors"), level="theme"),
    "many codes": lambda: plot.rollup(reviews().rollup("factors"), level="code", top=12),
    "long names": lambda: plot.rollup(small().rollup("tree"), level="code"),
    "nothing counted": lambda: plot.rollup(reviews().rollup("factors", count="cases")),
    "evidence": lambda: plot.evidence(reviews().evidence(rollup="factors")),
    "evidence by case": lambda: plot.evidence(interviews().evidence(of="case", level="code")),
    "evidence of nothing": lambda: plot.evidence(
        interviews().restricted(origin="suggestion").evidence(level="domain")
    ),
    "agreement": lambda: plot.agreement(study()),
    "agreement by kappa": lambda: plot.agreement(
        study(level="domain"), "cohen_kappa", interval="bootstrap", n_resamples=30, random_state=1
    ),
    "agreement without intervals": lambda: plot.agreement(study(), clusters=None, thresholds=()),
    "agreement of few": lambda: plot.agreement(small().study(unit="sentence")),
    "pairs of coders": lambda: plot.by_pair(
        interviews().study(unit="sentence", coders=["ana", "ben", "consensus"]).by_pair()
    ),
    "pairs of coders without values": lambda: plot.by_pair(
        small(("Trust",)).study(unit="sentence").by_pair("cohen_kappa", of="code-0")
    ),
    "course": lambda: plot.by_document(study().by_document()),
    "course with gaps": lambda: plot.by_document(
        study().by_document("cohen_kappa", of="trust", order="document")
    ),
    "difference": lambda: plot.difference(
        study(codes=["trust", "communication"]).difference(study()), names=("two codes", "all")
    ),
    "difference undefined": lambda: plot.difference(
        study().difference(small(("Trust",)).study(unit="sentence"), of="pooled")
    ),
    "ranking": lambda: plot.sensitivity(
        reviews().sensitivity(
            Ranking("factors", level="domain", count="documents"), leave_out="evidence_quality"
        )
    ),
    "ranking of many": lambda: plot.sensitivity(
        reviews().sensitivity(Ranking("factors", level="code", top=4), leave_out="country")
    ),
    "together": lambda: plot.sensitivity(
        interviews().sensitivity(
            Together("trust", "communication", unit="sentence", at_least=1), leave_out="sector"
        )
    ),
    "agreement of a kind": lambda: plot.sensitivity(
        interviews().sensitivity(Agreement(unit="sentence", coders=("ana", "ben"), at_least=0.4))
    ),
    "share": lambda: plot.sensitivity(
        interviews().sensitivity(Share("trust", at_least=0.2, at_most=0.9))
    ),
    "crosstab": lambda: plot.crosstab(interviews().crosstab("sector", level="theme")),
    "crosstab of codes": lambda: plot.crosstab(interviews().crosstab("site", level="code"), top=9),
    "prevalence": lambda: plot.prevalence(reviews().prevalence(level="domain", rollup="factors")),
    "prevalence by group": lambda: plot.prevalence(
        interviews().prevalence(level="theme", by="site", unit="turn")
    ),
    "prevalence of few": lambda: plot.prevalence(small().prevalence()),
    "correspondence": lambda: plot.correspondence(interviews().crosstab("sector", level="theme")),
    "cooccurrence": lambda: plot.cooccurrence(interviews().cooccurrence(unit="paragraph")),
    "cooccurrence of few": lambda: plot.cooccurrence(small().cooccurrence(unit="document"), top=2),
    "saturation": lambda: plot.saturation(interviews().saturation(random_state=1)),
    "saturation not reached": lambda: plot.saturation(small().saturation(random_state=1)),
    "life": lambda: plot.codebook_life(interviews().history),
    "life of one revision": lambda: plot.codebook_life(reviews().history, top=20),
    "portrait": lambda: plot.portrait(interviews(), "int-03"),
    "portrait of one coder": lambda: plot.portrait(interviews(), "int-03", coders="ana", top=5),
    "portraits": lambda: plot.portraits(interviews()),
    "portraits of nothing coded": lambda: plot.portraits(
        interviews().restricted(origin="suggestion")
    ),
    "a number": lambda: plot.sensitivity(
        interviews().sensitivity(Quantity(lambda view: len(view.assignments), name="codings"))
    ),
    "undefined as stated": lambda: plot.sensitivity(
        interviews().sensitivity(lambda view: None, leave_out="wave")
    ),
    "infinite as stated": lambda: plot.sensitivity(
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
    figure = FIGURES[name]().figure
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
    first = drawn(FIGURES[name]().figure)
    with matplotlib.rc_context(
        {"font.size": 22.0, "axes.facecolor": "black", "lines.linewidth": 9}
    ):
        again = FIGURES[name]().figure
    assert drawn(again) == first


def test_the_bars_say_the_counts() -> None:
    result = reviews().rollup("factors", count="documents")
    axes = plot.rollup(result)
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["29 (81 %)", "28 (78 %)", "24 (67 %)", "24 (67 %)", "18 (50 %)"]
    assert axes.get_yticklabels()[0].get_text() == "Resources and capabilities"
    note = plot.rollup(result, level="theme", top=5)
    assert note.get_xlabel().splitlines()[-1] == "13 more themes are not shown."


def test_the_heat_map_says_every_count() -> None:
    result = reviews().evidence(rollup="factors")
    axes, bar = plot.evidence(result).figure.axes
    assert sum(int(text.get_text()) for text in axes.texts) == result.counts.sum()
    assert [label.get_text() for label in bar.get_xticklabels()] == ["0", "1", "2", "3", "4", "5"]
    with pytest.raises(errors.StatisticsError, match="nothing to draw"):
        plot.evidence(
            qc.Project.new("empty", codebook=reviews().codebook).evidence(rollup="factors")
        )


def test_the_forest_says_every_value_and_every_reason() -> None:
    found = study()
    axes = plot.agreement(found)
    texts = " ".join(text.get_text() for text in axes.texts)
    overall = found.agreement()
    assert f"{overall.value:.2f} [{overall.interval.low:.2f}, {overall.interval.high:.2f}]" in texts
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == "all 21 codes, as sets"
    values = found.per_code().set_index("name")["value"]
    assert labels[1:] == list(values.sort_values(ascending=False, kind="stable").index)

    one = small(("Trust",)).study(unit="sentence")
    axes = plot.agreement(one)
    assert any("undefined: every rating" in text.get_text() for text in axes.texts)


def test_a_setting_that_fails_is_marked_by_shape_and_word() -> None:
    result = interviews().sensitivity(Share("trust", at_least=0.9), counts=())
    axes = plot.sensitivity(result)
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
    axes = plot.sensitivity(result)
    texts = [text.get_text() for text in axes.texts]
    assert texts[:5] == ["1", "2", "3=", "3=", "5"]
    assert texts[5:10] == ["2↓", "1↑", "4↓", "3", "5"]


# What all have in common


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_in_words_what_it_shows(name: str) -> None:
    told = plot.alt_text(FIGURES[name]())
    assert len(told.split()) > 3
    assert "\n" not in told


AXES: dict[str, Callable[[Any], Any]] = {
    "rollup": lambda ax: plot.rollup(reviews().rollup("factors"), level="theme", ax=ax),
    "crosstab": lambda ax: plot.crosstab(interviews().crosstab("site"), ax=ax),
    "prevalence": lambda ax: plot.prevalence(small().prevalence(), ax=ax),
    "agreement": lambda ax: plot.agreement(small().study(unit="sentence"), ax=ax),
    "sensitivity": lambda ax: plot.sensitivity(
        reviews().sensitivity(Ranking("factors", level="domain", count="documents")), ax=ax
    ),
    "saturation": lambda ax: plot.saturation(small().saturation(random_state=1), ax=ax),
    "life": lambda ax: plot.codebook_life(interviews().history, ax=ax),
    "portrait": lambda ax: plot.portrait(interviews(), "int-03", ax=ax),
}


@pytest.mark.parametrize("name", AXES)
def test_a_figure_is_drawn_on_the_axes_given(name: str) -> None:
    figure = matplotlib.figure.Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    made = AXES[name](right)
    assert made is right
    assert right.has_data()
    assert not left.has_data()
    assert drawn(figure).startswith(b"\x89PNG")
    with pytest.raises(errors.StatisticsError, match="pass axes of matplotlib"):
        AXES[name](figure)


def test_a_result_finds_its_figure() -> None:
    for made, name in (
        (interviews().rollup(), "bars"),
        (interviews().crosstab("site"), "segments by site"),
        (interviews().evidence(), "Heat map"),
        (interviews().cooccurrence(unit="paragraph"), "Heat map"),
        (interviews().cooccurrence(unit="paragraph").network(random_state=1), "Network"),
        (interviews().prevalence(), "Shares"),
        (interviews().saturation(random_state=1), "saturation"),
        (study(), "α"),
        (interviews().history, "revisions"),
        (interviews(), "strips"),
    ):
        assert name.lower() in plot.alt_text(made.plot()).lower()
    with pytest.raises(errors.StatisticsError, match="there is no figure for Progress"):
        interviews().progress().plot()


def test_a_figure_of_another_result_says_what_to_pass() -> None:
    with pytest.raises(errors.StatisticsError, match=r"pass what project\.crosstab\(…\) returns"):
        plot.crosstab(interviews().rollup())  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="a map needs three rows and three columns"):
        plot.correspondence(interviews().crosstab("wave"))


def test_a_map_shows_what_the_counts_say() -> None:
    """Against the definition: distances of rows in all dimensions are chi-square distances of profiles."""
    from qualcode.report.plot.groups import _standardised

    counts = np.array([[20.0, 3, 1], [4, 18, 6], [2, 5, 30], [9, 9, 9]])
    standard, rows, columns = _standardised(counts)
    left, singular, _ = np.linalg.svd(standard, full_matrices=False)
    place = left * singular / np.sqrt(rows)[:, None]
    profiles = counts / counts.sum(axis=1, keepdims=True)
    for one in range(4):
        for other in range(4):
            apart = (profiles[one] - profiles[other]) ** 2 / columns
            assert ((place[one] - place[other]) ** 2).sum() == pytest.approx(apart.sum())
    chi_squared = (
        (counts - np.outer(rows, columns) * counts.sum()) ** 2
        / (np.outer(rows, columns) * counts.sum())
    ).sum()
    assert (singular**2).sum() == pytest.approx(chi_squared / counts.sum())


def test_the_life_of_a_codebook_is_what_its_history_says() -> None:
    from qualcode.report.plot.course import _Life

    life = _Life(interviews().history)
    assert life.born["trust"] == 1
    assert life.born["flexible-money"] == 5
    assert life.ended == {"informal-contact": (2, "merge"), "funding": (7, "split")}
    assert (2, "informal-contact", "communication", "merge") in life.flows
    assert {target for _, source, target, _ in life.flows if source == "funding"} == {
        "flexible-money",
        "short-term-money",
    }
    assert (4, "trust", "redefine") in life.changes

    undone = qc.load_project("partnership-interviews")
    undone.revert(2, coder="ana", reason="they differ")
    assert "informal-contact" not in _Life(undone.history).ended


def test_a_portrait_shows_every_segment() -> None:
    axes = plot.portrait(interviews(), "int-03", coders="ana")
    rows = interviews().assignments.where(document="int-03", coder="ana")
    labels = [label.get_text() for label in axes.get_yticklabels()]
    names = {each.code.name.replace("\n", " ") for each in rows}
    assert names <= {label.replace("\n", " ") for label in labels}
    speakers = interviews().documents["int-03"].speakers
    bars = sum(len(each.get_paths()) for each in axes.collections)
    assert bars == len({(each.segment.span, each.code.id) for each in rows}) + len(
        [turn for turn in speakers.turns if turn.name]
    )
