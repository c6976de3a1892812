"""The figure of learning curves: a small panel for each code."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.report.describing.wording import listed
from qualcode.report.plot.drawing import AMBER, BLUE, GREY, PALE, blank, described, styled, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation
    from qualcode.suggest.judging.results import CodeResult

__all__ = ["learning_curves", "of_examples"]

_COLUMNS, _PANELS = 4, 12


def of_examples(budget: str) -> bool:
    """Return whether a budget is of so many examples a code, and not of whole documents."""
    return budget.startswith("k")


@styled
def learning_curves(evaluation: SuggesterEvaluation, codes: Iterable[str] | None = None) -> Figure:
    """Draw how F1 of each code grows with its examples, with its interval by document.

    A pale point is a split. The line goes through the means of the budgets of whole documents; a hollow
    point is the mean of a budget of examples a code.

    Parameters
    ----------
    evaluation : SuggesterEvaluation
        What was found; drawn is what was found by the suggester's own unit.
    codes : iterable of str, optional
        Ids or names of codes; the twelve most used when not given.

    Raises
    ------
    NotFoundError
        When a code is not among those that were judged.
    StatisticsError
        When there is no code to draw.

    References
    ----------
    Efron B, Stein C (1981). The jackknife estimate of variance. Annals of Statistics 9(3), 586–596.
    doi:10.1214/aos/1176345462
    """
    results = evaluation.by_unit[evaluation.unit].codes
    of: dict[str, list[CodeResult]] = {}
    for each in results:
        if not math.isnan(each.f1):
            of.setdefault(each.code, []).append(each)
    names = evaluation.on.codes
    if codes is None:
        chosen = sorted(of, key=lambda id: -max(each.n_test for each in of[id]))[:_PANELS]
    else:
        chosen = [_known(code, names) for code in codes]
    if not chosen:
        raise StatisticsError("no code was judged, so there is no learning curve to draw")
    columns = min(_COLUMNS, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    width = max(4.0, 2.0 * columns)
    drawn = blank(width, 0.9 + 1.65 * rows)
    panels = drawn.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    most = max((each.n_examples for id in chosen for each in of.get(id, ())), default=1)
    for axes, id in zip(panels, chosen, strict=False):
        _draw_code(axes, of.get(id, []))
        axes.set_title(wrapped(names[id], 22), fontsize=8)
        _by_examples(axes, most)
    for axes in panels[len(chosen) :]:
        axes.set_visible(False)
    for axes in panels[: len(chosen)][-columns:]:
        axes.tick_params(labelbottom=True)
    note = (
        "Examples learned from (spread out on the left). Pale: a split, with its 95 % interval by document. "
        "Filled: mean over splits of a budget of whole documents; hollow: of so many examples a code."
    )
    drawn.supxlabel(textwrap.fill(note, int(14 * width)), fontsize=8)
    drawn.supylabel("F1", fontsize=9)
    for axes, id in zip(panels, chosen, strict=False):
        described(axes, f"F1 of {names[id]} by its examples, {len(of.get(id, []))} splits.")
    return drawn


def _known(code: str, names: Mapping[str, str]) -> str:
    for id, name in names.items():
        if code in (id, name):
            return id
    raise NotFoundError(
        f"the code {code!r} was not judged; {listed(names, most=8)} were."
        + did_you_mean(code, names)
    )


def _draw_code(axes: Axes, splits: Sequence[CodeResult]) -> None:
    if not splits:
        axes.text(
            0.5, 0.5, "nobody assigned it\nwhere it was judged", transform=axes.transAxes,
            ha="center", va="center", fontsize=7.5, color=GREY, style="italic",
        )  # fmt: skip
    budgets: dict[str, list[CodeResult]] = {}
    for each in splits:
        budgets.setdefault(each.budget, []).append(each)
        if not math.isnan(each.low):
            axes.plot(
                [each.n_examples] * 2, [each.low, each.high], color=BLUE, alpha=0.25, linewidth=1.1
            )
        axes.plot([each.n_examples], [each.f1], marker="o", markersize=3, color=BLUE, alpha=0.35)
    means = {
        budget: (np.mean([x.n_examples for x in found]), np.mean([x.f1 for x in found]))
        for budget, found in budgets.items()
    }
    streamed = sorted(mean for budget, mean in means.items() if not of_examples(budget))
    axes.plot(
        [x for x, _ in streamed], [y for _, y in streamed], marker="o", color=BLUE, linewidth=1.5,
        markersize=4.5, zorder=4,
    )  # fmt: skip
    for budget, (x, y) in means.items():
        if of_examples(budget):
            axes.plot(
                [x], [y], marker="D", color=AMBER, markerfacecolor="#ffffff", markersize=5, zorder=5
            )


def _by_examples(axes: Axes, most: int) -> None:
    """Scale by square roots: the first examples change most, and there may be none at all."""
    axes.set_xscale("function", functions=(_root, _square))
    steps = [0, 5, 20, 50, *(m * 10**n for n in range(2, 7) for m in (1, 2, 5))]
    shown = [step for step in steps if step <= most] or [0]
    axes.set_xticks(shown[:3] + shown[3:][-2:] if len(shown) > 5 else shown)
    axes.set_xlim(-0.15, most * 1.08 + 1)
    axes.set_ylim(-0.04, 1.04)
    axes.grid(color=PALE, linewidth=0.7)
    axes.tick_params(labelsize=7.5)


def _root(value: Any) -> Any:
    return np.sign(value) * np.sqrt(np.abs(value))


def _square(value: Any) -> Any:
    return np.sign(value) * np.square(value)
