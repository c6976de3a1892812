"""The figure of epistemic networks: networks as points, codes as places, and what groups connect more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode._extras import require
from qualcode.report.describing.wording import number, per_cent
from qualcode.report.page.choosing import value_label
from qualcode.report.plot.drawing import (
    GREY,
    HUES,
    below_legend,
    canvas,
    check_drawn,
    described,
    key_beside,
    key_size,
    look,
    note,
    styled,
)
from qualcode.report.plot.estimates import chance
from qualcode.stats.arguments import check_count
from qualcode.stats.epistemic.networks import EpistemicNetworks
from qualcode.stats.epistemic.space import EpistemicSpace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["epistemic_space"]

_LINES = 12
"""Connections that are drawn: more hide each other."""


@styled
def epistemic_space(
    result: EpistemicNetworks | EpistemicSpace, *, top: int = 12, ax: Axes | None = None
) -> Axes:
    """Draw networks as points along the first two axes, and the codes whose connections lead there.

    A point is a network; a large one the mean of a group, with a box as its interval along each axis. Lines
    join codes that one of two compared groups connects more than the other: full, the reference; broken,
    the other. Without two groups they join what all connect most. Codes lie farther out than points, and
    are drawn nearer to the middle in proportion.

    Parameters
    ----------
    result : EpistemicNetworks or EpistemicSpace
        The networks.
    top : int, default 12
        How many codes at the most, those with most connections; a note says how many there are more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    if isinstance(result, EpistemicSpace):
        space, names, title = result, list(result.codes), "What networks connect"
    else:
        check_drawn(result, EpistemicNetworks, "epistemic_networks(…)")
        space, names = result.space, [node.name for node in result.nodes]
        title = f"What each {result.network} connects" + (f", by {result.by}" if result.by else "")
    points, places = _plane(space.axes.points), _plane(space.placement.codes)
    shown = _shown(space, check_count(top, what="top", least=2))
    nearer = _nearer(points, places[shown])
    named = [names[at] for at in shown]
    width, height = key_size(named)
    axes = canvas(ax, 7.4 + width, max(6.4, 1.6 + height))
    axes.axhline(0, color="#e4e4e4", linewidth=0.8, zorder=0)
    axes.axvline(0, color="#e4e4e4", linewidth=0.8, zorder=0)
    lines = _draw_lines(axes, space, places / nearer, shown)
    for at, code in enumerate(shown, start=1):
        x, y = places[code] / nearer
        axes.plot([x], [y], "o", color="#222222", markersize=11, zorder=3)
        axes.annotate(
            f"{at}", (x, y), ha="center", va="center", fontsize=6.5, color="#ffffff", zorder=4
        )
    _draw_networks(axes, space, points)
    key_beside(axes, named)
    axes.margins(0.08)
    axes.set_title(title, loc="left")
    _label_axes(axes, space, nearer)
    if len(shown) < len(names):
        note(axes, f"{len(names) - len(shown)} more codes are not shown.")
    if space.groups:
        below_legend(axes, own=ax is None)
    told = "; ".join(
        f"{names[one]} with {names[other]}{f' in {whose}' if whose else ''}"
        for one, other, whose in lines[:6]
    )
    return described(
        axes,
        f"{space.n_connected} networks of {len(names)} codes. Most connected: {told or 'none'}.",
    )


def _plane(table: Any) -> Any:
    """Return the first two columns; the second is 0 where there is one axis only."""
    return np.column_stack([table, np.zeros(len(table))])[:, :2]


def _shown(space: EpistemicSpace, top: int) -> list[int]:
    """Return the codes with most connections, in their order."""
    ends = np.zeros(len(space.codes))
    for side in np.triu_indices(len(space.codes), k=1):
        np.add.at(ends, side, np.nansum(space.weights, axis=0))
    placed = np.flatnonzero(~np.isnan(space.placement.codes).any(axis=1))
    return sorted(placed[np.argsort(-ends[placed], kind="stable")][:top].tolist())


def _nearer(points: Any, places: Any) -> float:
    """Return by what codes are drawn nearer to the middle, so that they lie just around the points."""
    far = float(np.abs(places).max(initial=0)) / max(1e-9, float(np.nanmax(np.abs(points))))
    return max(1.0, float(f"{far / 1.3:.1g}"))


def _draw_lines(
    axes: Axes, space: EpistemicSpace, places: Any, shown: Sequence[int]
) -> list[tuple[int, int, str]]:
    """Draw the strongest connections among some codes, and return them with the group that has more."""
    first, second = np.triu_indices(len(space.codes), k=1)
    inside = np.isin(first, shown) & np.isin(second, shown)
    if space.contrast is None:
        weight, labels = np.nanmean(space.weights, axis=0), ["", ""]
    else:
        mean = {place.group: place.weights for place in space.places}
        pair = space.contrast.reference, space.contrast.group
        weight, labels = mean[pair[1]] - mean[pair[0]], [value_label(each) for each in pair]
    strength = np.where(inside, np.abs(weight), 0.0)
    lines = []
    for at in np.argsort(-strength, kind="stable")[:_LINES].tolist():
        if strength[at] <= 0:
            break
        more = int(weight[at] > 0 and space.contrast is not None)
        hue = GREY
        if space.contrast is not None:
            hue = HUES[space.groups.index(pair[more]) % len(HUES)]
        axes.plot(
            *places[[first[at], second[at]]].T, color=hue, alpha=0.75, zorder=1,
            linestyle=(0, (3, 1.2)) if more else "solid",
            linewidth=0.5 + 4.0 * strength[at] / strength.max(),
        )  # fmt: skip
        lines.append((int(first[at]), int(second[at]), labels[more]))
    return lines


def _draw_networks(axes: Axes, space: EpistemicSpace, points: Any) -> None:
    """Draw the networks, and the mean of each group in a box as large as its intervals."""
    patches = require("matplotlib.patches", extra="plots")
    for at, place in enumerate(space.places):
        own = points[[group == place.group for group in space.group]]
        kind = look(at)
        axes.scatter(own[:, 0], own[:, 1], s=18, alpha=0.6, linewidths=0, zorder=2, **kind)
        mean, low, high = (_plane(each[None, :])[0] for each in (place.mean, place.low, place.high))
        if np.isnan(mean).any():
            continue
        if not np.isnan([low, high]).any():
            axes.add_patch(
                patches.Rectangle(
                    low, *(high - low), fill=False, edgecolor=kind["color"], linewidth=1.2, zorder=5,
                    linestyle="solid" if at == 0 else (0, (3, 1.2)),
                )
            )  # fmt: skip
        axes.scatter(
            mean[:1], mean[1:], s=110, edgecolors="#ffffff", linewidths=1.0, zorder=6,
            label=f"{value_label(place.group)} ({place.n})", **kind,
        )  # fmt: skip
    if not space.places:
        axes.scatter(
            points[:, 0], points[:, 1], s=18, color=HUES[0], alpha=0.7, linewidths=0, zorder=2
        )


def _label_axes(axes: Axes, space: EpistemicSpace, nearer: float) -> None:
    names = [
        f"{name} ({per_cent(round(share, 2))} of variance)"
        for name, share in zip(space.axes.names, space.axes.variance.tolist(), strict=True)
    ]
    axes.set_xlabel(names[0])
    if len(names) > 1:
        axes.set_ylabel(names[1])
    if nearer > 1:
        note(axes, f"Codes are drawn {nearer:g} times nearer to the middle.")
    far = space.contrast
    if far is not None:
        pair = value_label(far.reference), value_label(far.group)
        note(axes, f"Lines: what {pair[0]} (full) or {pair[1]} (broken) connects more.")
        note(
            axes,
            f"Distance of the mean networks: {number(far.distance, 2)}, "
            f"{chance('p', far.distance_p)} by regrouping.",
        )
