"""Numbers with their intervals, a row for each, and the figures of results that are no more than that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeGuard

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.report.describing.inference import p_value
from qualcode.report.describing.wording import number, per_cent
from qualcode.report.plot.drawing import (
    BLUE,
    GREY,
    canvas,
    check_drawn,
    described,
    name_rows,
    note,
    paged,
    row_lines,
    short,
    styled,
    write_beside,
)
from qualcode.stats.agreement import THRESHOLDS, AgreementResult
from qualcode.stats.agreement.diagnostics import LeaveOneOut
from qualcode.stats.agreement.unitizing import UnitizingResult
from qualcode.stats.groups.proportions import Proportions
from qualcode.stats.saturation.documents_needed import DocumentsNeeded
from qualcode.stats.saturation.richness import Richness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "Row",
    "chance",
    "draw_rows",
    "estimate",
    "in_words",
    "of_agreement",
    "proportions",
    "richness",
]


@attrs.frozen
class Row:
    """A number with its interval: what it is of, and what is written beside it.

    Parameters
    ----------
    name : str
        What it is of.
    value, low, high : float or None
        The number and the ends of its interval; None or NaN where there is none.
    beside : str
        What is written at the right of the numbers.
    reason : str or None
        Why there is no number.
    shares : bool
        Whether the number is a share, and written in per cent.
    digits : int
        How many decimals it has otherwise.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    beside: str = ""
    reason: str | None = None
    shares: bool = False
    digits: int = 2

    @property
    def told(self) -> str:
        """The number and its interval in words."""
        if not known(self.value):
            return "–"
        text = self._said(self.value)
        if known(self.low) and known(self.high):
            text += f" [{self._said(self.low)}, {self._said(self.high)}]"
        return text

    def _said(self, value: float) -> str:
        return per_cent(round(value, 2)) if self.shares else number(value, self.digits)


def known(value: float | None) -> TypeGuard[float]:
    """Tell whether there is a number."""
    return value is not None and not math.isnan(value)


def chance(letter: str, value: float) -> str:
    """Return how often something comes about by chance, as it is written beside a row.

    Examples
    --------
    >>> chance("q", 0.0312), chance("p", 1e-9)
    ('q = 0.031', 'p < 0.001')
    """
    said = p_value(value)
    return f"{letter} {said}" if said.startswith("<") else f"{letter} = {said}"


def of_agreement(name: str, result: AgreementResult, beside: str) -> Row:
    """Return the row of an agreement."""
    found = result.interval
    low, high = (None, None) if found is None else (found.low, found.high)
    return Row(name, result.value, low, high, beside, result.reason)


def in_words(rows: Sequence[Row]) -> str:
    """Return the numbers of rows in words, for the description of a figure."""
    return "; ".join(f"{row.name} {row.told}" for row in rows)


def draw_rows(
    rows: Sequence[Row],
    *,
    ax: Axes | None,
    lines: Sequence[float] = (),
    within: tuple[float, float] | None = None,
    first: bool = False,
    log: bool = False,
) -> Axes:
    """Draw each row's number as a point with its interval, and write both at the right.

    Parameters
    ----------
    rows : sequence of Row
        From top to bottom.
    ax : Axes or None
        Where to draw; None makes a figure.
    lines : sequence of float
        Values to compare with, as lines from top to bottom.
    within : tuple of float, optional
        What is always seen, whatever the numbers are.
    first : bool
        Whether the first row is of everything, and so stands out.
    log : bool
        Whether the numbers are ratios, so that halves and doubles are as far from 1.
    """
    names = [row.name for row in rows]
    axes = canvas(ax, 8.0, 1.5 + 0.27 * max(2.0, row_lines(names)))
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
    low, high = _reach(rows, lines, within, log=log)
    axes.set_xlim(low, high)
    for line in lines:
        axes.axvline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    _name_lines(axes, lines, low, high)
    if low < 0 < high:
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    for at, row in enumerate(rows):
        _draw_row(axes, row, at, (low, high), overall=first and at == 0)
    name_rows(axes, names)
    axes.grid(visible=False)
    if first:
        axes.get_yticklabels()[0].set_fontweight("bold")
    write_beside(axes, [(row.told, row.beside) for row in rows], range(len(rows)))
    return axes


def _reach(
    rows: Sequence[Row], lines: Sequence[float], within: tuple[float, float] | None, *, log: bool
) -> tuple[float, float]:
    """Return from where to where the axis goes: over all points, and over intervals that are not huge."""
    points = [row.value for row in rows if known(row.value) and math.isfinite(row.value)]
    ends = [end for row in rows for end in (row.low, row.high) if known(end)]
    if log:
        seen = [value for value in (*points, *ends, *lines) if value and math.isfinite(value)]
        seen = [value for value in seen if 1e-3 <= value <= 1e3] or [0.5, 2.0]
        return min(seen) / 1.3, max(seen) * 1.3
    values = [*points, *lines, *(within or ())] or [0.0, 1.0]
    wide = 1.5 * (max(values) - min(values) or 1.0)
    middle = (max(values) + min(values)) / 2
    values += [end for end in ends if abs(end - middle) <= wide]
    room = 0.03 * (max(values) - min(values) or 1.0)
    return min(values) - room, max(values) + room


def _name_lines(axes: Axes, lines: Sequence[float], low: float, high: float) -> None:
    """Write the values of lines above them, the ones beside each other side by side."""
    near = 0.09 * (high - low)
    for line in lines:
        left = any(0 < other - line < near for other in lines)
        right = any(0 < line - other < near for other in lines)
        side = "right" if left and not right else "left" if right and not left else "center"
        axes.annotate(
            number(line) if line != round(line, 1) else f"{line:g}", (line, 1), (0, 2),
            xycoords=("data", "axes fraction"), fontsize=7.5, textcoords="offset points", ha=side,
            color=GREY,
        )  # fmt: skip


def _draw_row(axes: Axes, row: Row, at: int, reach: tuple[float, float], *, overall: bool) -> None:
    start, stop = reach
    if not known(row.value):
        axes.text(
            max(start, min(0.0, stop)), at, " " + short(f"undefined: {row.reason or 'no value'}", 70),
            va="center", fontsize=7.5, color=GREY, style="italic",
        )  # fmt: skip
        return
    if known(row.low) and known(row.high):
        axes.plot(
            [max(row.low, start), min(row.high, stop)], [at, at], color=BLUE,
            linewidth=2.2 if overall else 1.4, solid_capstyle="butt",
        )  # fmt: skip
        # The interval goes on beyond the edge.
        for beyond, edge, marker in ((row.low < start, start, "<"), (row.high > stop, stop, ">")):
            if beyond:
                axes.plot([edge], [at], marker=marker, color=BLUE, markersize=6, clip_on=False)
    if start <= row.value <= stop:
        axes.plot(
            [row.value], [at], marker="D" if overall else "o", color=BLUE, markeredgecolor="#ffffff",
            markersize=7 if overall else 6,
        )  # fmt: skip


@styled
def estimate(
    result: AgreementResult | UnitizingResult | LeaveOneOut,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    ax: Axes | None = None,
) -> Axes:
    """Draw an agreement with its interval, or those that belong together, a row for each.

    Parameters
    ----------
    result : AgreementResult, UnitizingResult or LeaveOneOut
        One agreement and that on each code, where it has them; the three coefficients of free
        segmentation; or an agreement without each coder in turn.
    thresholds : sequence of float, default (0.667, 0.8)
        Where to draw lines.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    if not isinstance(result, UnitizingResult | LeaveOneOut):
        check_drawn(result, AgreementResult, "study(…).agreement()")
    if isinstance(result, AgreementResult):
        title = result.defined.title
        rows = [of_agreement(title, result, f"n = {result.n_units:,}")]
        rows += [Row(str(each.code), each.value, reason=each.reason) for each in result.codes]
    elif isinstance(result, UnitizingResult):
        title = "Agreement on where codes begin and end"
        rows = [
            of_agreement("uα: where, and which", result.u_alpha, ""),
            of_agreement("|uα: coded or not", result.binary_alpha, ""),
            of_agreement("cuα: which, of what both coded", result.cu_alpha, ""),
        ]
    else:
        title = f"{result.everyone.defined.title}, without each coder"
        rows = [of_agreement("all coders", result.everyone, "")]
        rows += [
            of_agreement(f"without coder {at}", each, "")
            for at, each in enumerate(result.without, start=1)
        ]
    axes = draw_rows(rows, ax=ax, lines=list(thresholds), within=(0.0, 1.0), first=len(rows) > 1)
    axes.set_title(title, loc="left", pad=16 if len(thresholds) else 8)
    axes.set_xlabel("Agreement, with its interval where there is one")
    return described(axes, f"{title}: {in_words(rows)}.")


@styled
def proportions(
    result: Proportions, names: Sequence[str] | None = None, *, top: int = 30, page: int = 1,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw shares with their intervals.

    Parameters
    ----------
    result : Proportions
        The shares.
    names : sequence of str, optional
        What they are of; numbers from 0 when not given.
    top, page : int, default 30 and 1
        How many rows go on a page, the largest first, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_kind(
        result, Proportions, what="result", error=StatisticsError,
        advice="pass what qc.stats.proportions(…) returns",
    )  # fmt: skip
    frame = result.to_frame(names).sort_values("share", ascending=False, kind="stable")
    columns = ["label", "share", "low", "high", "count", "reason"]
    rows = [
        Row(
            str(name),
            share,
            low,
            high,
            f"{count:,.0f} of {result.total:,.0f}",
            reason or "nothing to share",
            shares=True,
        )
        for name, share, low, high, count, reason in frame[columns].itertuples(
            index=False, name=None
        )
    ]
    shown, others = paged(rows, top, page, "shares")
    axes = draw_rows(shown, ax=ax, within=(0.0, 1.0))
    axes.set_title("Shares with their intervals", loc="left")
    axes.set_xlabel(
        f"Share of {result.total:,.0f}, with its {per_cent(result.bounds.confidence)} interval"
    )
    note(axes, others)
    return described(axes, f"Shares: {in_words(shown)}.")


@styled
def richness(result: Richness, *, ax: Axes | None = None) -> Axes:
    """Draw an estimate of the number of codes beside the number found.

    Parameters
    ----------
    result : Richness
        The estimate.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Richness, "saturation(…).chao2")
    rows = [
        Row("found", float(result.observed), digits=1, beside=f"in {result.n_documents:,} documents"),
        Row(
            f"estimated, by {result.method}", result.value, result.low, result.high,
            reason=result.reason, digits=1,
        ),
    ]  # fmt: skip
    axes = draw_rows(rows, ax=ax, within=(0.0, float(result.observed)))
    axes.set_title("Codes found, and codes there are", loc="left")
    axes.set_xlabel(f"Codes, with the {per_cent(result.confidence)} interval of the estimate")
    if result.uncertainty_reason:
        note(axes, f"No interval: {result.uncertainty_reason}.")
    return described(axes, f"Codes: {in_words(rows)}.")


@styled
def documents_needed(result: DocumentsNeeded, *, ax: Axes | None = None) -> Axes:
    """Draw how many more documents it takes to have met shares of the codes there are.

    Parameters
    ----------
    result : DocumentsNeeded
        The documents.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, DocumentsNeeded, "saturation(…).needed")
    rows = [
        Row(
            "all but half a code" if share == 1 else f"{per_cent(share)} of the codes",
            more, low, high, f"{number(share * result.estimated, 0)} codes", result.reason, digits=0,
        )
        for share, more, low, high in zip(
            result.shares.tolist(), result.more.tolist(), result.low.tolist(), result.high.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    axes = draw_rows(rows, ax=ax, within=(0.0, float(max(1, result.n_documents))))
    axes.set_title("How many more documents", loc="left")
    axes.set_xlabel(
        f"Documents beyond the {result.n_documents:,} coded, with the {per_cent(result.confidence)} interval"
    )
    return described(axes, f"More documents until so many codes were met: {in_words(rows)}.")
