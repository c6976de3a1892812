"""The figures of appraisals: traffic lights, bars by item, agreement, and what ratings change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.readable import many
from qualcode.model.review.instrument_items import COUNTS, Counts, Item
from qualcode.report.plot.drawing import (
    BLUE,
    below_legend,
    canvas,
    check_drawn,
    described,
    fitted,
    head_columns,
    is_long,
    key_beside,
    key_size,
    name_rows,
    note,
    paged,
    part_cells,
    row_lines,
    styled,
    title_over,
    wrapped,
    write_cell,
)
from qualcode.report.plot.estimates import draw_rows, in_words, of_agreement
from qualcode.stats.synthesis.appraisal import Appraisal, Appraised
from qualcode.stats.synthesis.form_agreement import FormAgreement
from qualcode.stats.synthesis.rating_sensitivity import Conclusion, RatingSensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["appraisal", "appraisal_bars", "form_agreement", "rating_sensitivity"]

# Blue, sand and dark orange stay apart for all kinds of colour vision and in grey; each has a sign as well.
_LIGHTS: Mapping[str, tuple[str, str, str]] = {
    "met": (BLUE, "+", "met"),
    "partly": ("#efd9a0", "±", "partly"),
    "weakness": ("#b3541e", "–", "weakness"),
    "none": ("#ececec", "·", "does not apply"),
    "differs": ("#ffffff", "≠", "appraisers differ"),
    "missing": ("#ffffff", "?", "not answered"),
}
_DARK = ("met", "weakness")
_HATCHED = {"met": "", "partly": "...", "weakness": "///", "none": ""}
_WAYS = {"supports": "▲", "constrains": "▼", "mixed": "◆", "not stated": ""}


@styled
def appraisal(result: Appraisal, *, top: int = 40, page: int = 1, ax: Axes | None = None) -> Axes:
    """Draw how each source was appraised: a light for each item, with a sign, and the ratings.

    Parameters
    ----------
    result : Appraisal
        The appraisal.
    top, page : int, default 40 and 1
        How many sources go on a page, and which page is drawn; a note says how many there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Appraisal, "review().appraisal(…)")
    if not len(result):
        raise StatisticsError("no source was appraised: there is nothing to draw")
    rows, others = paged(result.rows, top, page, "sources")
    items = result.instrument.items
    choosing = [each for each in items if each.choices]
    rated = ["computed", "recorded"] if result.instrument.ratings else []
    names = [each.name for each in rows]
    across = len(choosing) + (0.4 + 3 * len(rated) if rated else 0)
    axes = canvas(
        ax, max(6.2, 3.4 + 0.27 * across), 2.0 + 0.27 * max(2.0, row_lines(names, width=34))
    )
    colours = require("matplotlib.colors", extra="plots")
    lights = [[_light(result, each, item) for item in choosing] for each in rows]
    image = [[colours.to_rgb(_LIGHTS[light][0]) for light in row] for row in lights]
    axes.imshow(image, aspect="auto")
    part_cells(axes, len(rows), len(choosing), width=1.4)
    for at, row in enumerate(lights):
        for column, light in enumerate(row):
            write_cell(axes, at, column, _LIGHTS[light][1], size=9, dark=light in _DARK)
    _write_ratings(axes, rows, result.instrument.ratings, rated, len(choosing))
    axes.set_xlim(-0.5, across - 0.5)
    _name_items(axes, choosing, rated)
    labels, size = fitted(names, 34)
    axes.set_yticks(range(len(names)), labels, fontsize=size)
    axes.tick_params(axis="y", length=0)
    title_over(axes, f"Appraisal by {result.instrument.name}", own=ax is None)
    if any(each.critical for each in choosing):
        note(axes, "*: a critical item.")
    note(axes, others)
    used = [each for each in _LIGHTS if any(each in row for row in lights)]
    below_legend(axes, own=ax is None, handles=_legend(used))
    return described(axes, _in_words(result, rows, lights))


def _light(result: Appraisal, row: Appraised, item: Item) -> str:
    answer = result.instrument.answer_of(item, row.answers)
    if answer is not None:
        return item.choice(answer).counts
    return "differs" if {item.id, *item.parts}.intersection(row.differing) else "missing"


def _write_ratings(
    axes: Axes, rows: Sequence[Appraised], ratings: Sequence[str], rated: Sequence[str], first: int
) -> None:
    """Write the ratings beside the lights; one that was recorded otherwise than computed stands out."""
    for at, row in enumerate(rows):
        for column, by in enumerate(rated):
            said = row.rated("recorded" if by == "recorded" else "computed") or "–"
            differs = by == "recorded" and row.rating is not None and row.rating.differs
            axes.text(
                first + 0.2 + 3 * column, at, said + (" ≠" if differs else ""), ha="left",
                va="center", fontsize=7.5, fontweight="bold" if differs else "normal",
                color="#222222",
            )  # fmt: skip


def _name_items(axes: Axes, items: Sequence[Item], rated: Sequence[str]) -> None:
    heads = [each.id + ("*" if each.critical else "") for each in items]
    axes.set_xticks(range(len(items)), heads, fontsize=8)
    for at, by in enumerate(rated):
        axes.text(len(items) + 0.2 + 3 * at, -0.72, by, ha="left", va="bottom", fontsize=8)
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)


def _legend(used: Sequence[str]) -> list[Any]:
    lines = require("matplotlib.lines", extra="plots")
    handles = []
    for each in used:
        colour, sign, told = _LIGHTS[each]
        look = {"markerfacecolor": colour, "markeredgecolor": "#767676", "markeredgewidth": 0.5}
        label = f"{sign}  {told}"
        handles.append(
            lines.Line2D([], [], linestyle="none", marker="s", markersize=9, label=label, **look)
        )
    return handles


def _in_words(result: Appraisal, rows: Sequence[Appraised], lights: Sequence[Sequence[str]]) -> str:
    flat = [light for row in lights for light in row]
    told = [f"{flat.count(each)} {_LIGHTS[each][2]}" for each in _LIGHTS if each in flat]
    held = [each.rated("computed") for each in rows]
    rated = [f"{held.count(each)} {each}" for each in result.instrument.ratings if each in held]
    words = f"Traffic lights of {many(len(rows), 'source')} by {result.instrument.name}: "
    return words + ", ".join(told) + (f". Computed: {', '.join(rated)}." if rated else ".")


@styled
def appraisal_bars(result: Appraisal, *, ax: Axes | None = None) -> Axes:
    """Draw for each item in how many sources it is met, partly met, a weakness, or does not apply.

    Parameters
    ----------
    result : Appraisal
        The appraisal.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, Appraisal, "review().appraisal(…)")
    items = [each for each in result.instrument.items if each.choices]
    if not len(result) or not items:
        raise StatisticsError("no source was appraised by answers to choose from: nothing to draw")
    patches = require("matplotlib.patches", extra="plots")
    names = [f"{each.id}{'*' if each.critical else ''}  {each.text}" for each in items]
    axes = canvas(ax, 8.4, 1.6 + 0.27 * max(2.0, row_lines(names, width=52)))
    lights = [[_light(result, row, item) for row in result.rows] for item in items]
    used = [each for each in COUNTS if any(each in row for row in lights)]
    for at, row in enumerate(lights):
        start = 0
        for each in used:
            count = row.count(each)
            if count:
                _draw_part(axes, at, start, count, each)
            start += count
    name_rows(axes, names, width=52)
    axes.grid(visible=False)
    axes.set_xlim(0, len(result))
    axes.set_xlabel("sources")
    ticker = require("matplotlib.ticker", extra="plots")
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set_title(f"Items of {result.instrument.name}", loc="left")
    if any(each.critical for each in items):
        note(axes, "*: a critical item.")
    note(axes, "Sources without an answer, or on which appraisers differ, are left out.")
    handles = [
        patches.Patch(
            facecolor=_LIGHTS[each][0],
            hatch=_HATCHED[each],
            edgecolor="#ffffff",
            label=f"{_LIGHTS[each][1]}  {_LIGHTS[each][2]}",
        )
        for each in used
    ]
    below_legend(axes, own=ax is None, handles=handles)
    told = [
        f"{item.id}: " + ", ".join(f"{row.count(each)} {_LIGHTS[each][2]}" for each in used)
        for item, row in zip(items, lights, strict=True)
    ]
    return described(axes, f"Bars by item: {'; '.join(told)}.")


def _draw_part(axes: Axes, at: int, start: int, count: int, light: Counts) -> None:
    colour = _LIGHTS[light][0]
    axes.barh(
        at, count, left=start, height=0.74, color=colour, hatch=_HATCHED[light],
        edgecolor="#ffffff", linewidth=0.8,
    )  # fmt: skip
    axes.text(
        start + count / 2, at, f"{count}", ha="center", va="center", fontsize=7.5, in_layout=False,
        color="#ffffff" if light in _DARK else "#222222",
        bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.4},
    )  # fmt: skip


@styled
def form_agreement(result: FormAgreement, *, ax: Axes | None = None) -> Axes:
    """Draw agreement on each field of a form with its interval, above it that on all.

    Parameters
    ----------
    result : FormAgreement
        The agreement.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, FormAgreement, "review().appraisal(…).agreement()")
    *fields, whole = result.rows
    rows = [
        of_agreement(
            each.label if each is whole else f"{each.field}  {each.label}",
            each.result,
            f"n = {each.result.n_units:,}",
        )
        for each in (whole, *fields)
    ]
    axes = draw_rows(rows, ax=ax, within=(0.0, 1.0), first=True)
    axes.set_xlabel(f"{whole.result.defined.title} of {', '.join(result.coders)}")
    note(axes, "n: sources, or rows of them, that two filled in")
    axes.set_title("Agreement field by field", loc="left")
    return described(axes, f"{whole.result.defined.title} by field: {in_words(rows)}.")


@styled
def rating_sensitivity(
    result: RatingSensitivity, *, top: int = 40, page: int = 1, ax: Axes | None = None
) -> Axes:
    """Draw each finding with all sources and with some: how many, their share, its rank and direction.

    Parameters
    ----------
    result : RatingSensitivity
        What ratings change.
    top, page : int, default 40 and 1
        How many findings go on a page, and which page is drawn; a note says how many there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when not given.
    """
    check_drawn(result, RatingSensitivity, "review().sensitivity(…)")
    ordered = sorted(result, key=lambda each: result.rows[each][0].rank or len(result) + 1)
    findings, others = paged(ordered, top, page, "findings")
    names = [each.name for each in findings]
    heads = [
        f"{each.id} ({each.total:g})"
        if each.id == "weighed"
        else f"{each.id} ({len(each.weights)})"
        for each in result.subsets
    ]
    wide, down = key_size(heads) if is_long(heads) else (0.0, 0.0)
    axes = canvas(
        ax, 3.6 + 1.05 * len(heads) + wide, 2.6 + down + 0.27 * max(2.0, row_lines(names, width=36))
    )
    matplotlib = require("matplotlib", extra="plots")
    said = [result.rows[each] for each in findings]
    shares = [[each.share or 0.0 for each in row] for row in said]
    image = axes.imshow(shares, cmap=matplotlib.colormaps["Blues"], vmin=0, vmax=1, aspect="auto")
    part_cells(axes, len(findings), len(heads), width=1.4)
    for at, row in enumerate(said):
        for column, each in enumerate(row):
            _write_conclusion(axes, at, column, each, row[0])
    head_columns(axes, heads)
    if is_long(heads):
        key_beside(axes, heads)
    labels, size = fitted(names, 36)
    axes.set_yticks(range(len(names)), labels, fontsize=size)
    axes.tick_params(axis="y", length=0)
    bar = axes.figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=40, pad=0.03)
    bar.set_label("share of the sources looked at")
    title_over(axes, f"What ratings by {result.instrument} change", own=ax is None)
    note(
        axes,
        "Sources, and the rank of the finding; in bold where rank or direction is another one.",
    )
    note(axes, "▲ supports   ▼ constrains   ◆ mixed")
    note(axes, others)
    return described(axes, wrapped(" ".join(result.changes), 10_000))


def _write_conclusion(
    axes: Axes, row: int, column: int, said: Conclusion, before: Conclusion
) -> None:
    if said.rank is None:
        write_cell(axes, row, column, "none", size=8, dark=False, style="italic")
        return
    moved = (said.rank, said.direction) != (before.rank, before.direction)
    text = f"{said.count:g} · {said.rank}. {_WAYS.get(said.direction or '', '')}"
    write_cell(
        axes, row, column, text, size=8, dark=(said.share or 0.0) > 0.55,
        weight="bold" if moved else "normal",
    )  # fmt: skip
