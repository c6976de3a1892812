"""Figures: they render, the same each time, say the numbers, and no label covers another."""

from __future__ import annotations

import io
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.readable import Readable
from qualcode.model.recipe import Answer
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


@cache
def met() -> Any:
    return interviews().cooccurrence(unit="paragraph")


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


def test_figures_of_two_coders_have_the_names_of_codes() -> None:
    compared = small().study(unit="sentence", coders=["ana", "ben"])
    figures = [
        compared.diagnostics("code-0").plot(), compared.nvivo().plot(), compared.maxqda().plot(),
        compared.atlasti().plot(),
    ]  # fmt: skip
    for axes in figures:
        shown = " ".join(each.get_text() for each in axes.get_yticklabels())
        assert "Trust" in shown
        assert "code-" not in shown


@cache
def appraising() -> Any:
    """Return a review in which two people appraised a part of the sources; what they say is invented."""
    review = qc.load_project("collaboration-reviews").review()
    for at, source in enumerate(list(review.state.documents)[:24]):
        answers = {item: "YN"[(at * item) % 7 == 3] for item in range(1, 17)}
        review.appraise(source, "amstar2", answers, recorded="moderate", coder="ana")
        review.appraise(source, "amstar2", answers | {1 + at % 9: "N"}, coder="ben")
    return review


def appraised() -> Any:
    return appraising().appraisal()


def changed_by_ratings() -> Any:
    weights = {"high": 1, "moderate": 0.75, "low": 0.5, "critically low": 0.25}
    return appraising().sensitivity("factors", coder="ana", weights=weights)


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
    "appraisal": lambda: appraised().plot(),
    "appraisal, second page": lambda: appraised().plot(top=10, page=2),
    "items of an appraisal": lambda: plot.appraisal_bars(appraised()),
    "agreement on a form": lambda: appraised().agreement().plot(),
    "what ratings change": lambda: changed_by_ratings().plot(),
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
    "negotiation": lambda: plot.negotiation(
        interviews().study(unit="segment", coders=["ana", "ben"]).negotiated()
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
    "group tests": lambda: plot.group_tests(
        interviews().group_tests("wave", unit="turn", level="theme")
    ),
    "group tests of many": lambda: plot.group_tests(
        interviews().group_tests("site", unit="turn", correction="none"), top=12
    ),
    "trends": lambda: plot.trends(interviews().trends("wave", unit="turn", level="theme")),
    "trajectories": lambda: plot.trajectories(interviews().trajectories("wave")),
    "similarity": lambda: plot.similarity(interviews().similarity("document")),
    "similarity of few": lambda: plot.similarity(
        interviews().similarity("code", unit="turn"), top=5
    ),
    "dendrogram": lambda: plot.dendrogram(
        interviews().similarity("code", unit="turn").clusters(n_resamples=9, random_state=1)
    ),
    "dendrogram without stability": lambda: plot.dendrogram(
        interviews().similarity("document").clusters(2, n_resamples=0)
    ),
    "map": lambda: plot.similarity_map(
        (found := interviews().similarity("document", measure="cosine")).map(
            n_resamples=5, random_state=1
        ),
        clusters=found.clusters(3, n_resamples=0),
    ),
    "map of three dimensions": lambda: plot.similarity_map(
        interviews()
        .similarity("case")
        .map(scaling="classical", n_dimensions=3, n_resamples=5, random_state=1)
    ),
    "words": lambda: plot.words(interviews().words(by="speaker.role"), top=12),
    "words of all": lambda: plot.words(interviews().words()),
    "words of many groups": lambda: plot.words(interviews().words(by="code"), top=8),
    "keyness": lambda: plot.keyness(interviews().words(by="code").keyness("trust")),
    "keyness of one document": lambda: plot.keyness(
        interviews().restricted(documents="int-01").words(by="speaker.role").keyness("participant"),
        top=5,
    ),
    "correspondence with ellipses": lambda: plot.correspondence(
        interviews().correspondence("sector", level="theme", n_resamples=9, random_state=1)
    ),
    "proximity": lambda: plot.proximity(
        interviews().proximity("turn", n_resamples=19, random_state=1), top=8
    ),
    "proximity without chance": lambda: plot.proximity(
        interviews().proximity("character", n_resamples=0), top=5
    ),
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
    "agreement by level": lambda: plot.agreement_by_level(study()),
    "one agreement": lambda: study().agreement().plot(),
    "free segmentation": lambda: study().unitizing().plot(),
    "one code": lambda: study().diagnostics("trust").plot(),
    "without each coder": lambda: qc.stats.agreement.leave_one_coder_out(
        [["a", "b", "b", "a"], ["a", "b", "b", "a"], ["b", "b", "a", "a"]]
    ).plot(),
    "nvivo": lambda: study().nvivo().plot(),
    "maxqda": lambda: study().maxqda().plot(),
    "atlasti": lambda: study().atlasti().plot(),
    "richness": lambda: interviews().saturation(random_state=1).chao2.plot(),
    "meaning saturation": lambda: reviews().meaning_saturation(rollup="factors").plot(),
    "meaning saturation of a group": lambda: (
        interviews().meaning_saturation(by="sector", level="domain").plot(group=2)
    ),
    "documents needed": lambda: reviews().saturation(random_state=1).needed.plot(),
    "accumulation": lambda: interviews().saturation(random_state=1).curve.plot(),
    "new information": lambda: interviews().saturation(random_state=1).guest.plot(),
    "pair intervals": lambda: met().intervals().plot(top=12),
    "odds ratios": lambda: met().odds_ratios().plot(top=12),
    "pair tests": lambda: met().test("hypergeometric").plot(top=12),
    "network": lambda: met().network(random_state=1).plot(),
    "factor diagram": lambda: reviews().review().diagram("factors").plot(),
    "factor diagram, narrow": lambda: reviews().review().diagram("factors").plot(columns=1),
    "factor diagram of themes": lambda: (
        reviews().review().diagram("factors", level="theme").plot(columns=2)
    ),
    "code tree": lambda: plot.code_tree(interviews()),
    "code tree of many": lambda: plot.code_tree(reviews(), count="documents", page=2),
    "codebook alone": lambda: interviews().codebook.plot(),
    "treemap": lambda: plot.treemap(reviews().rollup("factors")),
    "sequences": lambda: interviews().sequences().plot(top=12),
    "lag-sequential": lambda: qc.stats.lag_sequential([[3, 9], [8, 2]]).plot(),
    "positions": lambda: plot.positions(interviews()),
    "differences": lambda: interviews().group_differences(by="site", random_state=1).plot(),
    "differences of pairs": lambda: (
        interviews()
        .group_differences("cooccurrence", by="site", unit="paragraph", min_count=4, random_state=1)
        .plot()
    ),
    "stanzas": lambda: interviews().stanzas(by="role").plot(top=12),
    "epistemic networks": lambda: (
        interviews()
        .epistemic_networks(network="speaker", by="wave", level="theme", random_state=1)
        .plot()
    ),
    "epistemic networks of all": lambda: interviews().epistemic_networks().plot(top=8),
    "progress": lambda: interviews().progress().plot(),
    "speakers": lambda: interviews().documents["int-03"].speakers.plot(),
    "by speaker": lambda: interviews().crosstab("role", level="theme").plot(),
    "proportions": lambda: qc.stats.proportions([[1, 0], [1, 1], [0, 2]], [4, 4, 5]).plot(),
    "nothing coded": lambda: plot.rollup(
        interviews().restricted(origin="suggestion").rollup(), level="code"
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
    assert note.get_xlabel().splitlines()[-1] == "Themes 1 to 5 of 18; page=2 has the next."


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
    with pytest.raises(
        errors.StatisticsError, match=r"no figure for Association: project\.cooccurrence"
    ):
        interviews().cooccurrence(unit="paragraph").association().plot()


def kinds_of(kind: type = Readable) -> set[type]:
    found = {each for sub in kind.__subclasses__() for each in (sub, *kinds_of(sub))}
    return {each for each in found if each.__module__.startswith("qualcode.")}


def test_every_result_has_a_figure_or_says_what_to_plot() -> None:
    for info in pkgutil.walk_packages(qc.__path__, "qualcode."):
        if not info.name.endswith("__main__"):
            import_module(info.name)
    for kind in kinds_of():
        if kind._figure:
            module, _, name = kind._figure.partition(":")
            assert getattr(import_module(module), name) is getattr(plot, name), kind
    shared = Readable._instead
    # Those at the root of others are no result themselves.
    results = {each for each in kinds_of(Answer) if each.__slots__ != () or each._figure}
    lacking = {each.__name__ for each in results if not each._figure and each._instead == shared}
    assert lacking <= {"PairCounts", "StudyRatings"}, lacking


def test_a_page_follows_a_page() -> None:
    result = reviews().rollup("factors")
    names = []
    for page in (1, 2, 3):
        axes = plot.rollup(result, level="theme", top=7, page=page)
        names += [label.get_text() for label in axes.get_yticklabels()]
    whole = plot.rollup(result, level="theme")
    assert names == [label.get_text() for label in whole.get_yticklabels()]
    with pytest.raises(errors.StatisticsError, match=r"page=4: 18 themes are on 3 pages of 7"):
        plot.rollup(result, level="theme", top=7, page=4)


def test_long_names_are_never_cut() -> None:
    longer = [f"{LONG} and then once more, {LONG.lower()}, {at}" for at in range(4)]
    project = small(tuple(longer))
    for axes in (
        project.rollup("tree").plot(level="code"),
        project.plot(),
        plot.code_tree(project),
        plot.evidence(project.evidence(level="code")),
        plot.agreement(project.study(unit="sentence")),
        plot.cooccurrence(project.cooccurrence(unit="document")),
        plot.sequences(project.sequences(unit="sentence")),
        plot.network(project.cooccurrence(unit="document").network(random_state=1)),
    ):
        figure = axes.figure
        drawn(figure)
        texts = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
        told = " ".join(" ".join(texts).split())
        assert all(name in told for name in longer)


def test_bars_of_domains_differ_without_colour() -> None:
    axes = plot.rollup(reviews().rollup("factors"), level="theme")
    patterns = {(bar.get_facecolor(), bar.get_hatch()) for bar in axes.patches}
    assert len({hatch for _, hatch in patterns}) == len(patterns) == 5


def test_points_that_are_equal_are_all_seen() -> None:
    axes = plot.crosstab(interviews().crosstab("site", level="theme"))
    places = [tuple(point) for line in axes.lines[-3:] for point in line.get_xydata().tolist()]
    assert len(set(places)) == len(places)


def test_a_code_tree_counts_each_thing_once() -> None:
    told = plot.alt_text(plot.code_tree(interviews()))
    tree = interviews().rollup("tree")
    for code in interviews().codebook.children(None):
        assert f"{code.name} {tree.of(code.id, 'domain')}" in told
    codes = interviews().codebook
    alone = plot.alt_text(codes.plot())
    assert all(code.name in alone for code in codes)


def test_areas_are_as_large_as_counts() -> None:
    result = interviews().rollup("direction")
    patches = plot.treemap(result).patches
    (constrains, *inner) = patches[:1], *patches[1:]
    sizes = sorted(
        (node for node in result.hierarchy.level("theme") if node.id != "unassigned"),
        key=lambda node: -sum(result.of(child, "code") for child in node.children),
    )
    wanted = sorted(
        (result.of(child, "code") for child in sizes[0].children if result.of(child, "code")),
        reverse=True,
    )
    areas = [box.get_width() * box.get_height() for box in inner[: len(wanted)]]
    np.testing.assert_allclose(
        np.array(areas) / sum(areas), np.array(wanted) / sum(wanted), rtol=1e-6
    )
    assert constrains


def test_pairs_that_chance_does_not_explain_are_framed() -> None:
    met = interviews().cooccurrence(unit="paragraph")
    tests = met.test("hypergeometric")
    firm = int((tests.q < 0.05).sum())
    assert firm
    assert len(plot.cooccurrence(met, tests=tests).patches) == 2 * firm
    network = plot.network(met.network(random_state=1), tests=tests)
    assert f"{firm} of" in network.get_xlabel()
    with pytest.raises(errors.StatisticsError, match=r"pass what project\.cooccurrence"):
        plot.cooccurrence(met, tests=met)  # type: ignore[arg-type]


def test_positions_say_in_how_many_documents_a_code_lies_where() -> None:
    project = small(("Trust", "Money"))
    axes = plot.positions(project, coders="ana", parts=2)
    # Sentences take turns: the first of each document is trust, the second money.
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Trust", "Money"]
    assert {(text.get_position(), text.get_text()) for text in axes.texts} >= {
        ((0, 0), "2"), ((1, 1), "2"),
    }  # fmt: skip


def test_a_figure_of_another_result_says_what_to_pass() -> None:
    with pytest.raises(errors.StatisticsError, match=r"pass what project\.crosstab\(…\) returns"):
        plot.crosstab(interviews().rollup())  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="a map needs three rows and three columns"):
        plot.correspondence(interviews().crosstab("wave"))


def test_a_map_shows_what_the_counts_say() -> None:
    """Against the definition: distances of rows in all dimensions are chi-square distances of profiles."""
    counts = np.array([[20.0, 3, 1], [4, 18, 6], [2, 5, 30], [9, 9, 9]])
    found = qc.stats.correspondence_axes(counts)
    place, rows, columns = found.rows, found.row_mass, found.column_mass
    profiles = counts / counts.sum(axis=1, keepdims=True)
    for one in range(4):
        for other in range(4):
            apart = (profiles[one] - profiles[other]) ** 2 / columns
            assert ((place[one] - place[other]) ** 2).sum() == pytest.approx(apart.sum())
    chi_squared = (
        (counts - np.outer(rows, columns) * counts.sum()) ** 2
        / (np.outer(rows, columns) * counts.sum())
    ).sum()
    assert found.inertia.sum() == pytest.approx(chi_squared / counts.sum())


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
