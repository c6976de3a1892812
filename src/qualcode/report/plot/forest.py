"""The figure of an agreement study: a forest of codes with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from qualcode.report.describing.wording import number, per_cent
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    PALE,
    canvas,
    check_drawn,
    described,
    short,
    styled,
    write_beside,
)
from qualcode.stats.agreement import AgreementResult
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.study import Study
from qualcode.stats.agreement.study.study_agreement import THRESHOLDS
from qualcode.stats.arguments import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["agreement"]


@styled
def agreement(
    study: Study,
    measure: MeasureLike = "krippendorff_alpha",
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    ax: Axes | None = None,
    **options: Unpack[MeasureOptions],
) -> Axes:
    """Draw agreement on each code with its interval, above it that on everything.

    Parameters
    ----------
    study : Study
        What is compared.
    measure : str or Measure, default "krippendorff_alpha"
        Its name in `qualcode.stats.agreement.MEASURES`, or a measure of your own.
    thresholds : sequence of float, default (0.667, 0.8)
        Where to draw lines; Krippendorff's for tentative and for firm conclusions when not given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    **options
        As for `Study.agreement`, such as ``interval`` and ``random_state``.
    """
    check_drawn(study, Study, "study(…)", what="study")
    thresholds = numbers(thresholds, what="thresholds", ndim=1).tolist()
    found = [study.agreement(measure, of=node.id, **options) for node in study.nodes]
    order = sorted(range(len(found)), key=lambda at: (found[at].value is None, -_value(found[at])))
    names = [study.nodes[at].name for at in order]
    rows = [study.agreement(measure, **options), *(found[at] for at in order)]
    labels = [f"all {len(names)} {study.nodes[0].level}s, as sets", *names]
    units = [None, *(int(study.present[:, :, at].any(axis=0).sum()) for at in order)]
    axes = canvas(ax, 8.0, 1.5 + 0.27 * len(rows))
    low = min([0.0, *(each.interval.low if each.interval else _value(each) for each in rows)])
    start = max(low, -1.0) - 0.03
    axes.set_xlim(start, 1.03)
    for line in thresholds:
        axes.axvline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        axes.annotate(
            number(line), (line, 1), (0, 2), xycoords=("data", "axes fraction"), fontsize=7.5,
            textcoords="offset points", ha="center", color=GREY,
        )  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    for at, each in enumerate(rows):
        _draw_estimate(axes, each, at, start, overall=at == 0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [short(label, 40) for label in labels])
    axes.get_yticklabels()[0].set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.axhline(0.5, color=PALE, linewidth=1.0, zorder=0)
    beside = [_estimate_texts(each, count) for each, count in zip(rows, units, strict=True)]
    write_beside(axes, beside, range(len(rows)))
    axes.set_xlabel(_interval_label(rows[0].defined.title, rows))
    axes.set_title(f"Agreement of {' and '.join(study.coders)} by {study.unit}", loc="left", pad=16)
    told = "; ".join(f"{label} {texts[0]}" for label, texts in zip(labels, beside, strict=True))
    return described(axes, f"{rows[0].defined.title} with intervals: {told}.")


def _value(result: AgreementResult) -> float:
    return 0.0 if result.value is None else result.value


def _draw_estimate(
    axes: Axes, result: AgreementResult, at: int, start: float, *, overall: bool
) -> None:
    if result.value is None:
        axes.text(
            max(start, 0.0) + 0.01, at, short(f"undefined: {result.reason}", 70), va="center",
            fontsize=7.5, color=GREY, style="italic",
        )  # fmt: skip
        return
    if result.interval is not None:
        low, high = result.interval.low, result.interval.high
        axes.plot([max(low, start), high], [at, at], color=BLUE, linewidth=2.2 if overall else 1.4)
        if low < start:  # the interval goes on beyond the edge
            axes.plot([start + 0.012], [at], marker="<", color=BLUE, markersize=5)
    axes.plot(
        [result.value], [at], marker="D" if overall else "o", color=BLUE, markeredgecolor="#ffffff",
        markersize=7 if overall else 6,
    )  # fmt: skip


def _estimate_texts(result: AgreementResult, units: int | None) -> tuple[str, str]:
    value = "–" if result.value is None else number(result.value, 2)
    if result.interval is not None:
        value += f" [{number(result.interval.low, 2)}, {number(result.interval.high, 2)}]"
    return value, "" if units is None else f"n = {units:,}"


def _interval_label(title: str, rows: Sequence[AgreementResult]) -> str:
    found = next((each.interval for each in rows if each.interval is not None), None)
    units = "n: units on which any coder had put the code"
    if found is None:
        return f"{title}\n{units}"
    how = {"jackknife": "jackknife by document", "bootstrap": "bootstrap by document"}
    made = how.get(found.method, found.method)
    return f"{title}, {per_cent(found.confidence)} interval ({made})\n{units}"
