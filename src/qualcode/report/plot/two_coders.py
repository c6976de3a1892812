"""Figures of two coders: one code taken apart, and the numbers that other programs give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode.report.describing.wording import listed
from qualcode.report.plot.drawing import (
    below_legend,
    canvas,
    check_drawn,
    described,
    hatched,
    note,
    paged,
    styled,
)
from qualcode.report.plot.estimates import Row, draw_rows, in_words
from qualcode.stats.agreement.diagnostics import CodeDiagnostics
from qualcode.stats.agreement.study.program_comparisons import (
    AtlastiComparison,
    MaxqdaComparison,
    NvivoComparison,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["diagnostics", "program_comparison"]


@styled
def diagnostics(result: CodeDiagnostics, *, ax: Axes | None = None) -> Axes:
    """Draw on how many units both coders put a code, only one of them, and neither.

    Parameters
    ----------
    result : CodeDiagnostics
        The code taken apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, CodeDiagnostics, "study(…).diagnostics(…)")
    first, second = ("the first", "the second") if result.study is None else result.study.coders
    code = str(result.code)
    name = code if result.study is None else result.study.name_of(code)
    parts = {
        "both": result.both,
        f"only {first}": result.only_first,
        f"only {second}": result.only_second,
    }
    axes = canvas(ax, 7.2, 2.0)
    start = 0
    for at, (label, count) in enumerate(parts.items()):
        axes.barh([0], [count], left=start, height=0.5, label=f"{label}: {count:,}", **hatched(at))
        start += count
    axes.set_yticks([0], [name])
    axes.set_ylim(-0.5, 0.5)
    axes.set_xlim(0, max(1, start))
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("Units with the code")
    note(axes, f"Neither: {result.neither:,}")
    axes.set_title(f"Who put {name} where", loc="left")
    below_legend(axes, own=ax is None)
    told = listed(f"{label} {count:,}" for label, count in parts.items())
    return described(axes, f"Units with {name}: {told}; neither {result.neither:,}.")


@styled
def program_comparison(
    result: NvivoComparison | MaxqdaComparison | AtlastiComparison,
    *,
    top: int = 40,
    page: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the agreement on each code as NVivo, MAXQDA or ATLAS.ti computes it.

    Parameters
    ----------
    result : NvivoComparison, MaxqdaComparison or AtlastiComparison
        Drawn are the mean κ of each code over documents, the per cent agreement, and c-α.
    top, page : int, default 40 and 1
        How many codes go on a page, and which page is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    if isinstance(result, NvivoComparison):
        title, rows = "κ by code as NVivo gives it, mean over documents", _nvivo(result)
    elif isinstance(result, AtlastiComparison):
        title = "c-α by code as ATLAS.ti gives it"
        rows = [
            Row(result.study.name_of(each.code), each.c_alpha, reason=each.reason)
            for each in result.codes
        ]
    else:
        check_drawn(result, MaxqdaComparison, "study(…).maxqda()")
        title = "Agreement by code as MAXQDA gives it"
        rows = [
            Row(
                result.study.name_of(each.code),
                None if each.percent is None else each.percent / 100,
                beside=f"{each.agreements:,} of {each.total:,}", reason="nobody coded it", shares=True,
            )
            for each in result.codes
        ]  # fmt: skip
    rows.sort(key=lambda row: (row.value is None, -(row.value or 0.0)))
    shown, others = paged(rows, top, page, "codes")
    axes = draw_rows(shown, ax=ax, within=(0.0, 1.0))
    axes.set_title(title, loc="left")
    axes.set_xlabel(f"{' and '.join(result.coders)}; these measures have no interval")
    note(axes, others)
    return described(axes, f"{title}: {in_words(shown)}.")


def _nvivo(result: NvivoComparison) -> list[Row]:
    frame = result.averages("code")
    frame = frame[frame["weighting"] == "equal"]
    return [
        Row(
            result.study.name_of(code),
            None if kappa != kappa else kappa,
            reason="undefined in every document",
        )
        for code, kappa in zip(frame["code"], frame["kappa"], strict=True)
    ]
