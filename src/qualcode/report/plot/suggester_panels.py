"""The figure of an evaluated suggester: beside baselines, by its own account, and beside people."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.readable import many
from qualcode.report.describing.wording import listed, number, per_cent
from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    HUES,
    PALE,
    blank,
    described,
    row_lines,
    short,
    styled,
)
from qualcode.report.plot.learning_panels import of_examples
from qualcode.report.plot.people import codes_beside, draw_people

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure, SubFigure

    from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation
    from qualcode.suggest.judging.results import Evaluation, PromiseResult, Result

__all__ = ["suggester"]

_KEPT = "#222222"
# Each method has a marker and a line of its own, so that it can be told without colours.
_STYLES: tuple[tuple[str, str, Any], ...] = (
    ("o", BLUE, "solid"),
    ("D", GREY, (0, (1, 1.2))),
    ("^", HUES[2], (0, (4, 1.5))),
    ("s", AMBER, (0, (6, 1.5, 1, 1.5))),
    ("v", HUES[5], (0, (3, 2))),
    ("P", HUES[6], (0, (8, 2))),
    ("X", HUES[7], (0, (2, 1, 2, 3))),
)
_BINS = 10


@styled
def suggester(
    evaluation: SuggesterEvaluation, *, budget: str | None = None, top: int = 20
) -> Figure:
    """Draw what an evaluation found: learning curves, calibration, coverage, agreement.

    *a* is macro-F1, and how often the best code is right, by how much was learned from, beside the
    baselines: means over splits, and the range. *b* is how often the best code was right, by what was
    claimed. *c* is how often it was right when only the surest are shown, with the promises that were made.
    *d* is how far people agree with each other on each code, and the suggester with them. What there is
    no number for has its reason instead.

    Parameters
    ----------
    evaluation : SuggesterEvaluation
        What was found; drawn is what was found by the suggester's own unit.
    budget : str, optional
        How much was learned from in *b* and *c*, such as ``"s500"``; the most for which there are
        probabilities when not given.
    top : int, default 20
        How many codes at the most in *d*, the most used ones; a note says how many there are more.

    Raises
    ------
    StatisticsError
        When nothing was judged with that budget.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML.
    doi:10.48550/arXiv.1706.04599 (reliability diagram, expected calibration error).

    Geifman Y, El-Yaniv R (2017). Selective classification for deep neural networks. NeurIPS.
    doi:10.48550/arXiv.1705.08500 (risk by coverage).
    """
    results = evaluation.by_unit[evaluation.unit]
    chosen = _budget(results, budget)
    beside = codes_beside(evaluation, top)
    names = [evaluation.on.codes[str(each.code)] for each in beside[1:]]
    heights = (
        2.7,
        3.1 if results.best[chosen].size else 1.5,
        1.2 + 0.25 * (row_lines(names, width=38) + 2) if beside else 0.8,
    )
    drawn = blank(8.0, 0.3 + sum(heights))
    upper, middle, lower = drawn.subfigures(3, 1, height_ratios=heights, squeeze=False).ravel()
    drawn.suptitle(
        f"Suggester “{short(evaluation.suggester, 30)}” by {short(evaluation.unit, 30)}: "
        f"{short(evaluation.on.project, 40)}",
        x=0.01, ha="left", fontweight="bold", fontsize=11,
    )  # fmt: skip
    _draw_learning(upper, results)
    _draw_trust(middle, results, chosen)
    last, agreement = lower.subplots(), evaluation.agreement
    if agreement is None:
        why = f"There is none: {evaluation.reasons['agreement']}."
        _say_why(last, "d  Agreement by code", why, width=120)
    else:
        draw_people(last, agreement, beside, evaluation.on.codes)
        who = listed([*agreement.coders, "suggester"], most=5)
        last.set_title(f"d  Agreement by code: {short(who, 40)}")
    for axes in drawn.axes:
        described(axes, f"Panel of the evaluation: {axes.get_title(loc='left')}")
    return drawn


def _budgets(results: Evaluation) -> list[str]:
    """Return the budgets with results: whole documents first, each kind from little to much."""

    def place(budget: str) -> tuple[bool, int]:
        digits = re.search(r"\d+", budget)
        return of_examples(budget), int(digits[0]) if digits else 0

    return sorted({each.budget for each in results.results if each.values}, key=place)


def _budget(results: Evaluation, wanted: str | None) -> str:
    """Return the budget that is wanted, or the largest with probabilities, or else the largest."""
    there = _budgets(results)
    if not there:
        why = next((each.reason for each in results.results if each.reason), "no split was made")
        raise StatisticsError(f"nothing was judged, so there is nothing to draw: {why}")
    if wanted is None:
        known = [name for name in there if results.best[name].size] or there
        return ([name for name in known if not of_examples(name)] or known)[-1]
    if wanted not in there:
        raise StatisticsError(
            f"nothing was judged with the budget {wanted!r}; there is {listed(there)}."
            + did_you_mean(wanted, there)
        )
    return wanted


def _own(results: Evaluation, budget: str) -> list[Result]:
    """Return the results of the suggester, which come first, in the splits that could be judged."""
    own = results.results[0].method
    return [
        each
        for each in results.results
        if each.values and (each.budget, each.method) == (budget, own)
    ]


# a: learning curves


def _draw_learning(part: SubFigure, results: Evaluation) -> None:
    budgets = _budgets(results)
    streamed = sum(not of_examples(name) for name in budgets)
    # Examples of each code are no continuation of whole documents, and stand apart.
    apart = 0.4 if streamed else 0.0
    places = {name: at + apart * of_examples(name) for at, name in enumerate(budgets)}
    panels = part.subplots(1, 2, sharey=True)
    measures = {"macro_f1": "a  Macro-F1 over codes", "precision_at_1": "Best code right (P@1)"}
    learned = [np.mean([each.n_train for each in _own(results, name)]) for name in budgets]
    for axes, (measure, title) in zip(panels, measures.items(), strict=True):
        _draw_methods(axes, results, measure, places)
        axes.set_title(title)
        axes.set_xticks(
            list(places.values()),
            [f"{name}\n{n:,.0f}" for name, n in zip(budgets, learned, strict=True)], fontsize=8,
        )  # fmt: skip
        axes.set_xlim(-0.5, max(places.values()) + 0.5)
        axes.grid(axis="y", color=PALE, linewidth=0.7)
        if 0 < streamed < len(budgets):
            axes.axvline(streamed - 0.3, color=PALE, linewidth=1.0)
    values = [each.values.get(name, 0.0) for each in results.results for name in measures]
    panels[0].set_ylim(0, 1.12 * float(np.nanmax(values)) or 1.0)
    said = (
        "Under the axes: budget (s: whole documents until so many units are coded; k: so many examples a "
        "code), and units learned from."
    )
    if len({each.seed for each in results.results}) > 1:
        said += " Means over splits; upright lines go from the lowest split to the highest."
    _note(part, said)
    handles, labels = panels[0].get_legend_handles_labels()
    part.legend(handles, labels, loc="outside upper right", ncols=4, fontsize=8, handlelength=3.4)


def _draw_methods(
    axes: Axes, results: Evaluation, measure: str, places: Mapping[str, float]
) -> None:
    values: dict[str, dict[str, list[float]]] = {}
    for each in results.results:
        if not math.isnan(each.values.get(measure, math.nan)):
            of_method = values.setdefault(each.method, {})
            of_method.setdefault(each.budget, []).append(each.values[measure])
    for at, (method, found) in enumerate(values.items()):
        marker, colour, line = _STYLES[at if at == 0 else 1 + (at - 1) % (len(_STYLES) - 1)]
        shift = 0.08 * (at - (len(values) - 1) / 2)
        for budget, each_split in found.items():
            axes.plot(
                [places[budget] + shift] * 2, [min(each_split), max(each_split)], color=colour,
                linewidth=1.3, alpha=0.7,
            )  # fmt: skip
        for label, examples in ((short(method, 30), False), (None, True)):
            mean = {
                places[budget] + shift: np.mean(each_split)
                for budget, each_split in sorted(found.items(), key=lambda item: places[item[0]])
                if of_examples(budget) == examples
            }
            axes.plot(
                list(mean), list(mean.values()), marker=marker, color=colour, linestyle=line,
                label=label, linewidth=2.0 if at == 0 else 1.3, markersize=6,
                markeredgecolor="#ffffff", markeredgewidth=0.5, zorder=4 if at == 0 else 3,
            )  # fmt: skip


# b and c: what it claims, and what it promises


def _draw_trust(part: SubFigure, results: Evaluation, budget: str) -> None:
    left, right = part.subplots(1, 2)
    titles = f"b  Claimed and observed, {budget}", f"c  Precision by coverage, {budget}"
    promises = [each for each in results.promises if each.budget == budget]
    if results.best[budget].size:
        _draw_calibration(left, results, budget)
        _draw_coverage(right, results, budget, promises)
        for axes, title in zip((left, right), titles, strict=True):
            axes.set_title(title, pad=17)
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            axes.set_ylabel("Share that was right")
            _in_per_cent(axes.xaxis, axes.yaxis)
        drawn = (
            f"b: Dashed, as claimed; n, units. {_calibration_error(results, budget)}\n"
            "c: Line, the best code of a unit, the surest first"
        )
        if any(each.given and each.kind == "precision" for each in promises):
            drawn += (
                "; dots, promises of precision that were kept (up to three codes a unit); crosses, "
                "promises that were broken"
            )
        drawn += ".\n"
    else:
        reasons = [each.reason for each in _own(results, budget) if each.reason]
        why = reasons[0] if reasons else "the suggester gives ranks only"
        _say_why(left, titles[0], f"No percentages to check: {why}.")
        _say_why(right, titles[1], "No curve, for the same reason.")
        drawn = ""
    _note(part, f"{drawn}{_promises_said(promises)}")


def _draw_calibration(axes: Axes, results: Evaluation, budget: str) -> None:
    curve = results.calibration_curve(budget, bins=_BINS)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.plot(curve["claimed"], curve["observed"], color=BLUE, linewidth=1.0, alpha=0.6, zorder=2)
    most = int(curve["n"].max())
    for at, claimed, observed, n in curve.itertuples(index=False):
        axes.plot(
            [claimed], [observed], marker="o", color=BLUE, markeredgecolor="#ffffff", zorder=3,
            markersize=4 + 8 * math.sqrt(n / most), clip_on=False,
        )  # fmt: skip
        _write_above(axes, (at + 0.5) / _BINS, f"{n:,}")
    _write_above(axes, -0.04, "n")
    axes.set_xlabel("Probability claimed of a unit's best code")


def _write_above(axes: Axes, place: float, text: str) -> None:
    axes.annotate(
        text, (place, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", ha="center",
        fontsize=7, color=GREY,
    )  # fmt: skip


def _calibration_error(results: Evaluation, budget: str) -> str:
    found = [each.values["calibration_error"] for each in _own(results, budget)]
    known = [error for error in found if not math.isnan(error)]
    text = f"Expected calibration error {number(float(np.mean(known)))}"
    if len(known) > 1:
        text += f" ({number(min(known))} to {number(max(known))} in {len(known)} splits)"
    if len(known) < len(found):
        text += f"; no percentages in {many(len(found) - len(known), 'split')}"
    return f"{text}."


def _draw_coverage(
    axes: Axes, results: Evaluation, budget: str, promises: Sequence[PromiseResult]
) -> None:
    curve = results.coverage_curve(budget, points=50)
    axes.plot(curve["coverage"], curve["precision"], color=BLUE, linewidth=1.6, alpha=0.75)
    written: list[float] = []
    for each in promises:
        if each.kind != "precision" or not each.given or math.isnan(each.attained):
            continue
        if all(abs(each.wanted - other) >= 0.06 for other in written):
            written.append(each.wanted)
            axes.axhline(each.wanted, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
            axes.annotate(
                per_cent(each.wanted), (1, each.wanted), (4, 0), va="center", fontsize=7.5,
                xycoords=("axes fraction", "data"), textcoords="offset points", color=GREY,
            )  # fmt: skip
        marker, colour = ("X", AMBER) if each.broken else ("o", _KEPT)
        axes.plot([each.coverage] * 2, [each.wanted, each.attained], color=colour, linewidth=1.0)
        axes.plot(
            [each.coverage], [each.attained], marker=marker, color=colour, markersize=6,
            markeredgecolor="#ffffff", markeredgewidth=0.6, zorder=3, clip_on=False,
        )  # fmt: skip
    axes.set_xlabel("Share of units with a suggestion shown")


def _promises_said(promises: Sequence[PromiseResult]) -> str:
    """Return what became of the promises of each kind, in how many splits."""
    said = []
    for kind in dict.fromkeys(each.kind for each in promises):
        parts, never = [], []
        for wanted in dict.fromkeys(each.wanted for each in promises if each.kind == kind):
            splits = [each for each in promises if (each.kind, each.wanted) == (kind, wanted)]
            given = sum(each.given for each in splits)
            if given:
                broken = sum(each.broken for each in splits)
                made = f"made in {given} of {many(len(splits), 'split')}"
                parts.append(f"{per_cent(wanted)} {made}, broken in {broken}")
            else:
                never.append(per_cent(wanted))
        if never:
            parts.append(f"{listed(never)} never made")
        said.append(f"{kind.capitalize()} promised: {'; '.join(parts)}.")
    return "\n".join(said)


# Shared


def _in_per_cent(*sides: Axis) -> None:
    ticker = require("matplotlib.ticker", extra="plots")
    for side in sides:
        side.set_major_formatter(ticker.PercentFormatter(1.0, decimals=0, symbol=" %"))


def _say_why(axes: Axes, title: str, why: str, *, width: int = 58) -> None:
    """Write the reason where a panel would be."""
    axes.set_title(title)
    axes.set_axis_off()
    axes.text(
        0.0, 1.0, textwrap.fill(why, width), transform=axes.transAxes, va="top", fontsize=8.5,
        color=GREY, style="italic",
    )  # fmt: skip


def _note(part: SubFigure, text: str) -> None:
    """Write lines below the panels of a row, as wide as the figure."""
    lines = [textwrap.fill(line, 138) for line in text.splitlines()]
    part.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7.5)
