"""Effects told narratively: the direction of each source for each outcome, and harvests of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode.report.plot.drawing import (
    AMBER,
    BLUE,
    GREY,
    canvas,
    check_drawn,
    described,
    note,
    styled,
    wrapped,
)
from qualcode.stats.synthesis.votes import EFFECTS, Effect, Votes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["effect_directions", "harvest"]

_SIGNS = {"benefit": "▲", "harm": "▼", "mixed": "◀▶", "none": "◀▶", "unclear": "?"}
_HUES = {"benefit": BLUE, "harm": AMBER, "mixed": GREY, "none": GREY, "unclear": GREY}
_SMALL, _LARGE = 50, 300
_COLUMNS = ("harm", "none", "mixed", "unclear", "benefit")
_HEIGHTS = {"high": 3, "moderate": 2, "low": 1.4, "critically low": 0.8, "": 1.4}


@styled
def effect_directions(result: Votes, *, ax: Axes | None = None) -> Axes:
    """Draw in which direction each source points for each outcome: an effect direction plot.

    Up is a benefit, down a harm, both ways no change or mixed effects, and ? too little evidence. The size
    says how many people a source is about: up to 50, up to 300, or more; a small number how many effects the
    sign stands for, where it is more than one.

    Parameters
    ----------
    result : Votes
        The votes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Votes, "review().votes(…)")
    sources, outcomes = result.sources, [each.outcome for each in result]
    qualities = {each.source: each.quality for each in result.effects if each.quality}
    names = [
        wrapped(f"{each} ({qualities[each]})" if each in qualities else each, 34)
        for each in sources
    ]
    heads = [wrapped(each, 16) for each in outcomes]
    axes = canvas(ax, 2.9 + 0.85 * len(outcomes), 1.5 + 0.3 * len(sources))
    for each in result.effects:
        x, y = outcomes.index(each.outcome), sources.index(each.source)
        axes.text(
            x, y, _SIGNS[each.direction], ha="center", va="center", color=_HUES[each.direction],
            fontsize=_size(each), fontweight="bold",
        )  # fmt: skip
        if each.effects > 1:
            axes.text(x + 0.27, y + 0.2, str(each.effects), ha="left", va="center", fontsize=5.5)
    axes.set_xlim(-0.6, len(outcomes) - 0.4)
    axes.set_ylim(len(sources) - 0.4, -0.6)
    axes.set_xticks(range(len(outcomes)), heads)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(sources)), names)
    axes.tick_params(length=0)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.set_title("Direction of effects", loc="left")
    note(axes, "▲ benefit   ▼ harm   ◀▶ no change or mixed   ? too little evidence")
    if any(each.size is not None for each in result.effects):
        note(axes, "Size: up to 50, up to 300, more than 300 people.")
    if any(each.effects > 1 for each in result.effects):
        note(axes, "Small number: effects that a sign stands for, where more than one.")
    return described(axes, _in_words(result))


def _size(effect: Effect) -> float:
    if effect.size is None:
        return 11.0
    return 8.0 if effect.size < _SMALL else 11.0 if effect.size <= _LARGE else 15.0


@styled
def harvest(result: Votes, *, ax: Axes | None = None) -> Axes:
    """Draw for each outcome a bar for each source, in the column of its direction: a harvest plot.

    The height of a bar says how the source is rated; its number which source it is.

    Parameters
    ----------
    result : Votes
        The votes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Votes, "review().votes(…)")
    sources = result.sources
    used = [each for each in _COLUMNS if any(row.counts[each] for row in result)]
    most = max(max(row.counts[each] for each in used) for row in result)
    width = max(most, 3) + 1.5
    inches = 2.2 + 0.19 * width * len(used)
    axes = canvas(ax, inches, 1.2 + 0.95 * len(result))
    for at, row in enumerate(result):
        floor = -4.0 * at
        for column, direction in enumerate(used):
            own = [
                e for e in result.effects if e.outcome == row.outcome and e.direction == direction
            ]
            own.sort(key=lambda each: -_HEIGHTS.get(each.quality.lower(), 1.4))
            for place, effect in enumerate(own):
                x = column * width + place + 0.75
                height = _HEIGHTS.get(effect.quality.lower(), 1.4)
                axes.bar(x, height, bottom=floor, width=0.72, color=_HUES[direction], zorder=2)
                axes.text(
                    x, floor + height + 0.12, str(sources.index(effect.source) + 1), ha="center",
                    va="bottom", fontsize=6,
                )  # fmt: skip
            axes.plot(
                [column * width, (column + 1) * width - 0.6],
                [floor, floor],
                color=GREY,
                linewidth=0.8,
            )
    axes.set_xlim(-0.3, len(used) * width)
    axes.set_ylim(-4.0 * (len(result) - 1) - 0.5, 4.2)
    axes.set_xticks([(column + 0.5) * width - 0.3 for column in range(len(used))], used)
    axes.set_yticks(
        [-4.0 * at + 1 for at in range(len(result))], [wrapped(r.outcome, 22) for r in result]
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("Harvest of effects", loc="left")
    if any(each.quality for each in result.effects):
        note(axes, "Height: how the source is rated.")
    key = "; ".join(f"{at} {each}" for at, each in enumerate(sources, start=1))
    note(axes, wrapped(key, max(40, int(12 * inches))))
    return described(axes, _in_words(result))


def _in_words(result: Votes) -> str:
    told = "; ".join(
        f"{row.outcome}: "
        + ", ".join(f"{row.counts[each]} {each}" for each in EFFECTS if row.counts[each])
        for row in result
    )
    return f"Direction of effects of {len(result.sources)} sources. {told}."
