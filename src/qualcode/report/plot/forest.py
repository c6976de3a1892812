"""The figures of an agreement study: a forest of codes, or of levels, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from qualcode.report.describing.wording import per_cent
from qualcode.report.plot.drawing import (
    PALE,
    check_drawn,
    described,
    note,
    paged,
    styled,
)
from qualcode.report.plot.estimates import Row, draw_rows, in_words, of_agreement
from qualcode.stats.agreement import AgreementResult
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.study import Study
from qualcode.stats.agreement.study.compared import THRESHOLDS, Compared
from qualcode.stats.arguments import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["agreement", "agreement_by_level"]


@styled
def agreement(
    study: Compared,
    measure: MeasureLike = "krippendorff_alpha",
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    top: int = 40,
    page: int = 1,
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
    top, page : int, default 40 and 1
        How many codes go on a page, and which page is drawn; a note says how many codes there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    **options
        As for `Study.agreement`, such as ``interval`` and ``random_state``.
    """
    check_drawn(study, Compared, "study(…)", what="study")
    lines = numbers(thresholds, what="thresholds", ndim=1).tolist()
    overall = study.agreement(measure, **options)
    level = study.nodes[0].level
    found = [study.agreement(measure, of=node.id, **options) for node in study.nodes]
    order = sorted(
        range(len(found)), key=lambda at: (found[at].value is None, -(found[at].value or 0.0))
    )
    order, others = paged(order, top, page, f"{level}s")
    units = study.coded_units
    rows = [
        of_agreement(f"all {len(found)} {level}s, as sets", overall, ""),
        *(of_agreement(study.nodes[at].name, found[at], f"n = {units[at]:,}") for at in order),
    ]
    axes = draw_rows(rows, ax=ax, lines=lines, within=(0.0, 1.0), first=True)
    axes.axhline(0.5, color=PALE, linewidth=1.0, zorder=0)
    axes.set_xlabel(_interval_label(overall.defined.title, [overall, *found]))
    note(axes, "n: units on which any coder had put the code")
    note(axes, others)
    _title(axes, study, lines)
    return described(axes, f"{overall.defined.title} with intervals: {in_words(rows)}.")


@styled
def agreement_by_level(
    study: Study,
    measure: MeasureLike = "krippendorff_alpha",
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    ax: Axes | None = None,
    **options: Unpack[MeasureOptions],
) -> Axes:
    """Draw agreement on codes, and on the themes and domains that each rollup makes of them.

    Where coders differ between codes of one theme, they agree more on themes than on codes.

    Parameters
    ----------
    study : Study
        What is compared.
    measure : str or Measure, default "krippendorff_alpha"
        Its name in `qualcode.stats.agreement.MEASURES`, or a measure of your own.
    thresholds : sequence of float, default (0.667, 0.8)
        Where to draw lines.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    **options
        As for `Study.agreement`, such as ``interval`` and ``random_state``.
    """
    check_drawn(study, Study, "study(…)", what="study")
    lines = numbers(thresholds, what="thresholds", ndim=1).tolist()
    frame = study.by_level(measure, **options)
    overall = study.agreement(measure, **options)
    titles = {each.id: each.name for each in study.state.codebook.rollups.values()}
    rows = []
    for level, rollup, n_nodes, value, low, high, reason in frame[
        ["level", "rollup", "nodes", "value", "low", "high", "reason"]
    ].itertuples(index=False, name=None):
        along = "" if level == "code" else f": {titles.get(rollup, 'by the code tree')}"
        rows.append(
            Row(f"{level}s{along}", value, low, high, f"{n_nodes:,} {level}s", reason or None)
        )
    axes = draw_rows(rows, ax=ax, lines=lines, within=(0.0, 1.0))
    axes.set_xlabel(_interval_label(overall.defined.title, [overall]))
    _title(axes, study, lines)
    return described(axes, f"{overall.defined.title} by level, with intervals: {in_words(rows)}.")


def _title(axes: Axes, study: Compared, lines: Sequence[float]) -> None:
    who = study.coders
    coders = " and ".join(who) if len(who) < 4 else f"{len(who)} coders"
    axes.set_title(f"Agreement of {coders} by {study.unit}", loc="left", pad=16 if lines else 8)


def _interval_label(title: str, rows: Sequence[AgreementResult]) -> str:
    found = next((each.interval for each in rows if each.interval is not None), None)
    if found is None:
        return title
    how = {"jackknife": "jackknife by document", "bootstrap": "bootstrap by document"}
    made = how.get(found.method, found.method)
    return f"{title}, {per_cent(found.confidence)} interval ({made})"
