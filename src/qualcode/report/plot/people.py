"""The panel of an evaluated suggester that shows people beside it: a forest of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qualcode.model.readable import many
from qualcode.report.describing.wording import number, per_cent
from qualcode.report.plot.drawing import BLUE, GREY, PALE, fitted, write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qualcode.suggest.judging.human import BesideHumans, CodeBeside, Estimate
    from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation

__all__ = ["codes_beside", "draw_people"]

# Intervals of α that go on below this are cut, and marked with an arrow.
_LOWEST = -0.6
_INK = "#222222"


def codes_beside(evaluation: SuggesterEvaluation, top: int) -> list[CodeBeside]:
    """Return all codes together and the most used ones, by how far people agree on them."""
    found = evaluation.agreement
    if found is None:
        return []
    used: dict[str, int] = {}
    for each in evaluation.by_unit[evaluation.unit].codes:
        used[each.code] = max(used.get(each.code, 0), each.n_test)
    codes = sorted(found.codes, key=lambda each: -used.get(str(each.code), 0))[:top]

    def place(each: CodeBeside) -> tuple[bool, float, float]:
        human, model = each.human.value, each.model.value
        return human is None, -(human or 0.0), -(model or 0.0)

    return [found.overall, *sorted(codes, key=place)]


def draw_people(
    axes: Axes, found: BesideHumans, beside: Sequence[CodeBeside], names: Mapping[str, str]
) -> None:
    """Draw how far people agree with each other, and the suggester with them."""
    lows = [value for each in beside for value in (each.human.low, each.model.low) if value]
    start = max(min([0.0, *lows]), _LOWEST) - 0.03
    for at, each in enumerate(beside):
        _draw_estimate(axes, each.human, at - 0.16, start, "s", _INK)
        _draw_estimate(axes, each.model, at + 0.16, start, "o", BLUE)
    labels, size = fitted([names[str(each.code)] for each in beside[1:]], 38)
    axes.set_yticks(
        range(-1, len(beside)), ["", f"all {len(found.codes)} codes", *labels], fontsize=size
    )
    axes.get_yticklabels()[1].set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(beside) - 0.4, -1.5)
    axes.set_xlim(start, 1.03)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    axes.axhline(0.5, color=PALE, linewidth=1.0, zorder=0)
    columns = [
        ["■ two people", *(_value(each.human) for each in beside)],
        ["● suggester and a person", *(_value(each.model) for each in beside)],
    ]
    shown = columns if found.reason is None else columns[1:]
    write_beside(axes, list(zip(*shown, strict=True)), range(-1, len(beside)))
    axes.set_xlabel(_said(found, len(found.codes) + 1 - len(beside)), fontsize=8)


def _draw_estimate(
    axes: Axes, found: Estimate, at: float, start: float, marker: str, colour: str
) -> None:
    if found.value is None:
        return
    if found.low is not None and found.high is not None:
        axes.plot([max(found.low, start), found.high], [at, at], color=colour, linewidth=1.2)
        if found.low < start:
            axes.plot([start + 0.012], [at], marker="<", color=colour, markersize=4)
    axes.plot(
        [found.value], [at], marker=marker, color=colour, markersize=5, markeredgecolor="#ffffff",
        markeredgewidth=0.6,
    )  # fmt: skip


def _value(found: Estimate) -> str:
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return number(found.value, 2)
    return f"{number(found.value, 2)} [{number(found.low, 2)}, {number(found.high, 2)}]"


def _said(found: BesideHumans, left: int) -> str:
    overall = found.overall
    lines = [
        f"Krippendorff's α of two, mean over pairs, {per_cent(found.confidence)} interval (jackknife by "
        "document)",
        f"{many(overall.n_segments, 'unit')} in {many(overall.n_documents, 'document')}, decided by the "
        "suggester from other documents only",
    ]
    if found.reason is not None:
        lines.append(f"People are not compared: {found.reason}.")
    if left > 0:
        lines.append(f"{many(left, 'less used code')} not shown.")
    return "\n".join(lines)
