"""Figures of an evaluated suggester: no label covers another, reasons stand in for numbers, shapes tell."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import attrs
import numpy as np
import pytest
from tests.unit.test_plots import covering
from tests.unit.test_suggesting import WORDS, study

import qualcode as qc
from qualcode import errors
from qualcode.model.counted import Counted
from qualcode.report import plot
from qualcode.suggest.judging.human import BesideHumans, CodeBeside, Estimate
from qualcode.suggest.judging.project_evaluation import JudgedOn, SuggesterEvaluation
from qualcode.suggest.judging.results import CodeResult, Evaluation, PromiseResult, Result

pytest.importorskip("sklearn", reason="the suggester needs the extra 'suggest'")
matplotlib = pytest.importorskip("matplotlib", reason="figures need the extra 'plots'")
FigureCanvasAgg = pytest.importorskip("matplotlib.backends.backend_agg").FigureCanvasAgg

LONG = "A code whose name goes on and on as names that committees agree upon will always do"


@cache
def evaluated() -> SuggesterEvaluation:
    project = study()
    documents = ["d00", "d01", "d02", "d03"]
    for number, segment in enumerate(project.segments(unit="sentence", documents=documents)):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words) and number % 5:
                project.assign(segment, code, coder="bo")
    return qc.evaluate_suggester(
        project, budgets=["s50", "s100", "k5"], seeds=[0, 1], precisions=[0.7, 0.9]
    )


# Evaluations made up, for what takes a project of another kind


def made_up(
    *,
    budgets: tuple[str, ...] = ("s100", "s200", "k10"),
    methods: tuple[str, ...] = ("suggester", "prevalence"),
    codes: int = 3,
    reason: str | None = None,
    promises: tuple[PromiseResult, ...] = (),
    agreement: BesideHumans | None = None,
    name: str = "Trust",
) -> SuggesterEvaluation:
    rng = np.random.default_rng(1)
    results = tuple(
        Result(
            budget, seed, method, 100, 4, 50, 0, 0,
            {
                "macro_f1": 0.2 + 0.05 * at, "precision_at_1": 0.3 + 0.05 * at,
                "calibration_error": 0.05 if at == 0 and reason is None else np.nan,
            },
            reason if at == 0 else None,
        )
        for budget in budgets for seed in (0, 1) for at, method in enumerate(methods)
    )  # fmt: skip
    curves = tuple(
        CodeResult(budget, seed, f"code-{at}", 5 * at, 40 - at, 0.4, 0.2, 0.7, 0.5)
        for budget in budgets for seed in (0, 1) for at in range(codes)
    )  # fmt: skip
    claimed = rng.random(400)
    best = np.vstack([claimed, rng.random(400) < claimed])
    on = JudgedOn(
        project="Study", revision="1 (abc)", model="SharedStacker()",
        coders=("ana", "bo"), codes={f"code-{at}": f"{name} {at}" for at in range(codes)},
        chosen=False, decided={"sentence": 150}, learned=("a", "b"), judged=None, complete=None,
        complete_from="assigned", counted=Counted("rule", persons=("ana", "bo"), by_persons=2),
        without_speakers=(),
    )  # fmt: skip
    pooled = {budget: np.empty((2, 0)) if reason else best for budget in budgets}
    return SuggesterEvaluation(
        "stacker",
        {"sentence": Evaluation(results, promises, curves, pooled)},
        agreement,
        None,
        {"agreement": "no document was coded from beginning to end", "anchoring": "nobody"},
        on,
    )


def beside(codes: int, human: Estimate, model: Estimate) -> BesideHumans:
    def row(code: str | None) -> CodeBeside:
        return CodeBeside(code, 90, 9, human, model, Estimate(0.1), {})

    rows = tuple(row(f"code-{at}") for at in range(codes))
    return BesideHumans(row(None), rows, ("ana", "bo"), 0.95)


def promise(wanted: float, attained: float, *, given: bool = True) -> PromiseResult:
    return PromiseResult("s200", 0, "precision", wanted, given, attained, 20, 0.3)


SURE, WIDE = Estimate(0.6, 0.5, 0.7), Estimate(0.1, -0.9, 0.8)
UNDEFINED = Estimate(None, reason="neither used the code")
MANY = ("suggester", "prevalence", "keywords", "TF-IDF logistic regression", "a rule", "a model",
        "another one", "chance")  # fmt: skip


def test_codes_have_their_names_where_these_are_known() -> None:
    found = attrs.evolve(beside(2, SURE, WIDE), names={"code-0": "Shared resources"})
    axes = plot.beside_people(found)
    shown = " ".join(each.get_text() for each in axes.get_yticklabels())
    assert "Shared resources" in shown
    assert "code-0" not in shown
    # Of what has no name known, the id is shown.
    assert "code-1" in shown


FIGURES: dict[str, Callable[[], Any]] = {
    "evaluated": lambda: plot.suggester(evaluated()),
    "of examples": lambda: plot.suggester(evaluated(), budget="k5"),
    "learning curves": lambda: plot.learning_curves(evaluated()),
    "many methods": lambda: plot.suggester(made_up(methods=MANY)),
    "one budget": lambda: plot.suggester(made_up(budgets=("as fitted",), methods=("suggester",))),
    "only examples": lambda: plot.suggester(made_up(budgets=("k5", "k10"))),
    "ranks only": lambda: plot.suggester(
        made_up(reason="ranks only: 77 segments are in documents coded from beginning to end, and "
                "probabilities need 100")
    ),
    "promises": lambda: plot.suggester(
        made_up(promises=(promise(0.6, 0.9), promise(0.7, 0.5), promise(0.72, np.nan),
                          promise(0.74, 0.8), promise(0.95, np.nan, given=False)))
    ),
    "people": lambda: plot.suggester(made_up(codes=30, name=LONG, agreement=beside(30, SURE, WIDE))),
    "undefined agreement": lambda: plot.suggester(
        made_up(agreement=beside(3, UNDEFINED, Estimate(0.4, reason="one document")))
    ),
    "many curves": lambda: plot.learning_curves(made_up(codes=30, name=LONG)),
    "a single curve": lambda: plot.learning_curves(made_up(), ["code-1"]),
}  # fmt: skip


def labels(figure: Any) -> Iterator[Any]:
    """Yield every text that is drawn."""
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        yield from (axes.title, axes._left_title, axes._right_title, *axes.texts)
        if axes.axison:
            for side in (axes.xaxis, axes.yaxis):
                low, high = sorted(side.get_view_interval())
                yield side.label
                for tick in side.get_major_ticks():
                    if low <= tick.get_loc() <= high:
                        yield tick.label1
    for part in (figure, *figure.subfigs):
        yield from part.texts
        yield from (getattr(part, name) for name in ("_suptitle", "_supxlabel", "_supylabel"))
        for legend in part.legends:
            yield from legend.get_texts()


def texts(figure: Any) -> list[str]:
    return [each.get_text() for each in labels(figure) if each is not None and each.get_text()]


def drawn(figure: Any) -> bytes:
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_renders_and_no_label_covers_another(name: str) -> None:
    figure = FIGURES[name]()
    assert drawn(figure).startswith(b"\x89PNG")
    renderer = figure.canvas.get_renderer()
    seen = {
        id(each): each
        for each in labels(figure)
        if each is not None and each.get_text() and each.get_visible()
    }
    shown = [each.get_text() for each in seen.values()]
    boxes = np.array([each.get_window_extent(renderer).extents for each in seen.values()])
    assert [(shown[one], shown[other]) for one, other in covering(boxes)] == []
    left, bottom, right, top = figure.bbox.extents
    inside = (boxes[:, :2] >= [left - 1, bottom - 1]).all(axis=1)
    inside &= (boxes[:, 2:] <= [right + 1, top + 1]).all(axis=1)
    assert [text for text, fits in zip(shown, inside, strict=True) if not fits] == []


@pytest.mark.parametrize("name", ["evaluated", "learning curves"])
def test_the_same_evaluation_gives_the_same_figure_in_any_style(name: str) -> None:
    first = drawn(FIGURES[name]())
    with matplotlib.rc_context({"font.size": 22.0, "lines.linewidth": 9}):
        again = FIGURES[name]()
    assert drawn(again) == first


def test_the_figure_says_what_the_evaluation_found() -> None:
    found = evaluated()
    said = " ".join(" ".join(texts(plot.suggester(found))).split())
    # The most coded for which there are probabilities.
    own = found.by_unit["sentence"]
    error = own.to_frame().set_index(["budget", "method"]).loc[("s100", "suggester")]
    assert f"Expected calibration error {error['calibration_error']:.3f}" in said
    sizes = own.calibration_curve("s100")["n"]
    assert all(str(n) in said.split() for n in sizes)
    assert found.agreement is not None
    human = found.agreement.overall.human
    assert f"{human.value:.2f} [{human.low:.2f}, {human.high:.2f}]" in said
    assert {"Trust between partners", "all 3 codes"} <= set(texts(plot.suggester(found)))
    assert "Promises" not in said
    assert "Precision promised" in said


def test_the_learning_curves_go_through_the_means_of_budgets() -> None:
    found = evaluated()
    (axes,) = plot.suggester(found).axes[:1]
    lines = {line.get_label(): line for line in axes.lines}
    frame = found.by_unit["sentence"].to_frame().set_index(["method", "budget"])["macro_f1"]
    for method in ("suggester", "TF-IDF logistic regression"):
        expected = [frame[method, budget] for budget in ("s50", "s100")]
        assert lines[method].get_ydata() == pytest.approx(expected)
    # Told apart without colours: by marker and by line.
    methods = list(frame.index.unique("method"))
    assert len({lines[method].get_marker() for method in methods}) == len(methods)
    assert len({str(lines[method]._unscaled_dash_pattern) for method in methods}) == len(methods)


def test_a_promise_that_broke_is_marked_by_shape_and_counted() -> None:
    figure = FIGURES["promises"]()
    axes = figure.axes[3]
    markers = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert sorted(markers) == ["X", "o", "o"]
    said = " ".join(" ".join(texts(figure)).split())
    assert "70 % made in 1 of 1 split, broken in 1" in said
    assert "95 % never made" in said


def test_reasons_stand_where_there_is_no_number() -> None:
    said = " ".join(" ".join(texts(FIGURES["ranks only"]())).split())
    assert "No percentages to check: ranks only: 77 segments" in said
    assert "There is none: no document was coded from beginning to end." in said
    alone = attrs.evolve(
        beside(3, UNDEFINED, SURE), overall=CodeBeside(
            None, 90, 9, Estimate(None, reason="there is no second coder"), SURE, UNDEFINED, {}
        )
    )  # fmt: skip
    figure = plot.suggester(made_up(agreement=alone))
    assert "People are not compared: there is no second coder." in " ".join(texts(figure))
    assert "■ two people" not in texts(figure)


def test_few_codes_of_many_are_shown_and_the_rest_counted() -> None:
    figure = plot.suggester(made_up(codes=30, agreement=beside(30, SURE, WIDE)), top=5)
    assert "25 less used codes not shown." in " ".join(texts(figure))
    rows = [label.get_text() for label in figure.axes[-1].get_yticklabels()]
    assert rows[1:] == ["all 30 codes", *(f"Trust {at}" for at in range(5))]
    curves = plot.learning_curves(made_up(codes=30))
    titles = [axes.get_title(loc="left") for axes in curves.axes if axes.get_visible()]
    assert titles == [f"Trust {at}" for at in range(12)]


def test_a_code_has_its_curve_by_id_or_by_name() -> None:
    found = evaluated()
    one, other = plot.learning_curves(found, ["trust"]), plot.learning_curves(
        found, ["Trust between partners"]
    )  # fmt: skip
    assert drawn(one) == drawn(other)
    with pytest.raises(errors.NotFoundError, match="'trusst' was not judged"):
        plot.learning_curves(found, ["trusst"])
    with pytest.raises(errors.StatisticsError, match="no code was judged"):
        plot.learning_curves(found, [])


def test_a_budget_that_was_not_judged_is_refused() -> None:
    with pytest.raises(errors.StatisticsError, match=r"budget 's300'; there is s100, s200 and k10"):
        plot.suggester(made_up(), budget="s300")
    nothing = Evaluation(
        (Result("s100", 0, "suggester", 90, 4, 0, 0, 0, {}, "3 coded segments are left"),),
        (),
        (),
        {},
    )
    empty = attrs.evolve(made_up(), by_unit={"sentence": nothing})
    with pytest.raises(errors.StatisticsError, match=r"nothing was judged, .* 3 coded segments"):
        plot.suggester(empty)
