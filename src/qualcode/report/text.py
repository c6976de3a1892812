"""Rollups and pairs as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_flag, check_kind
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED
from qualcode.model.readable import shown_width, table_text
from qualcode.report.page.choosing import is_unused, unit_name
from qualcode.report.tables import pairs_frame
from qualcode.stats.arguments import check_count
from qualcode.stats.coefficients import CoefficientLike
from qualcode.stats.counting.rollup import RollupResult
from qualcode.stats.pairs.cooccurrence import Cooccurrence

__all__ = ["pairs_text", "rollup_text"]

_EIGHTHS = " ▏▎▍▌▋▊▉"
_WIDEST = 100_000
"""Columns of text are not cut shorter than this."""


def _padded(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    cut = text if shown_width(text) <= width else set_cell_size(text, width - 1) + "…"
    return set_cell_size(cut, width)


def rollup_text(
    result: RollupResult, *, width: int = 100, level: str | None = None, ascii: bool = False
) -> str:
    """Return the counts of a rollup as an indented tree with a bar for each.

    Parameters
    ----------
    result : RollupResult
        From `View.rollup`.
    width : int, default 100
        How many characters a line has.
    level : {"domain", "theme", "code"}, optional
        Show this level only.
    ascii : bool, default False
        Draw the bars with ``#``, for a terminal that has no blocks.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> print(rollup_text(project.rollup("factors", count="documents"), level="domain", width=60))
    Factors by domain: 29 of 36 documents
    Motivation and purpose      ██████████████████▏    24   67%
    Relationships and cultures  █████████████████████▏ 28   78%
    Resources and capabilities  ██████████████████████ 29   81%
    Governance and leadership   ██████████████████▏    24   67%
    External factors            █████████████▋         18   50%
    (no domain)                                        21
    everything coded                                   36
    """
    check_kind(
        result,
        RollupResult,
        what="result",
        error=StatisticsError,
        advice="pass what project.rollup(…) returns",
    )
    width = check_count(width, what="width", least=1, most=_WIDEST)
    check_flag(ascii, what="ascii", error=StatisticsError)
    rows = list(_rows(result, level))
    counts = [result.of(node.id, node.level) for node, _ in rows]
    names = ["  " * depth + node.name for node, depth in rows]
    shown = [f"{count:.6g}" if isinstance(count, float) else str(count) for count in counts]
    whole = f"{result.total:.6g}" if isinstance(result.total, float) else str(result.total)
    digits = max([2, len(whole), *map(len, shown)])
    longest = max([shown_width(name) for name in (*names, "everything coded")])
    label = min(longest, max(24, width // 2))
    room = max(8, width - label - digits - 10)
    widest = max(
        (count for (node, _), count in zip(rows, counts, strict=True) if node.id != UNASSIGNED),
        default=0,
    )
    head = f"{result.hierarchy.rollup.name}: {result.rolled_up} of {result.base} {result.count}"
    lines = [head]
    for (node, _), name, count, number in zip(rows, names, counts, shown, strict=True):
        # What is outside the rollup is no part of the comparison.
        plain = node.id == UNASSIGNED
        drawn = "" if plain else _bar(count, widest, room, ascii=ascii)
        share = None if plain else result.share(node.id, node.level)
        per_cent = "" if share is None else f"{100 * share:.0f}%"
        lines.append(
            f"{_padded(name, label)}  {_padded(drawn, room)} {number:>{digits}}  {per_cent:>4}".rstrip()
        )
    total = f"{_padded('everything coded', label)}  {' ' * room} {whole:>{digits}}"
    lines.append(total)
    if result.unweighted:
        one = result.unweighted == 1
        noun = "segment has no weight and counts" if one else "segments have no weight and count"
        lines.append(f"({result.unweighted} {noun} as nothing)")
    unused = [code for code in result.hierarchy.codes if is_unused(result, code)]
    if unused and level in (None, "code"):
        noun = (
            "code that nothing carries is" if len(unused) == 1 else "codes that nothing carries are"
        )
        lines.append(f"({len(unused)} {noun} not shown)")
    return "\n".join(lines)


def _rows(result: RollupResult, level: str | None) -> Iterable[tuple[Node, int]]:
    """Yield the nodes to show with their depth; below what rolls up to nothing, none."""
    hierarchy = result.hierarchy
    if level is not None:
        found = [(node, 0) for node in hierarchy.level(level)]
    else:
        found = [
            (node, len(path))
            for node, path in hierarchy.walk()
            if UNASSIGNED not in path and (node.level != "code" or result.of(node.id, "code"))
        ]
    for node, depth in found:
        counted = result.of(node.id, node.level)
        if counted or (node.id != UNASSIGNED and node.level != "code"):
            yield node, depth


def _bar(count: float, widest: float, room: int, *, ascii: bool) -> str:
    if not widest:
        return ""
    if ascii:
        return "#" * max(bool(count), int(room * count // widest))
    full, eighths = divmod(int(8 * room * count // widest), 8)
    drawn = "█" * full + _EIGHTHS[eighths].strip()
    return drawn or ("▏" if count else "")


def pairs_text(
    met: Cooccurrence,
    *,
    measure: CoefficientLike = "count",
    min_count: int = 1,
    top: int | None = 20,
    width: int = 100,
) -> str:
    """Return the strongest pairs as a table, with a line that says how they were counted.

    Parameters
    ----------
    met : Cooccurrence
        From `View.cooccurrence`.
    measure : str or Coefficient, default "count"
        What the pairs are sorted by: ``"count"`` or a coefficient.
    min_count : int, default 1
        Leave out pairs that meet less often.
    top : int or None, default 20
        How many pairs; None for all.
    width : int, default 100
        How many characters a line has.
    """
    width = check_count(width, what="width", least=1, most=_WIDEST)
    if top is not None:
        top = check_count(top, what="top")
    table = pairs_frame(met, measure=measure, min_count=min_count)
    shown = table if top is None else table.head(top)
    level = met.nodes[0].level if met.nodes else "code"
    noun = "pair" if len(table) == 1 else "pairs"
    head = f"{len(table)} {noun} of {level}s meet in {_place(met)} ({met.n_units} in all)"
    if len(shown) < len(table):
        head += f"; the {len(shown)} strongest by {getattr(measure, 'name', measure)}:"
    columns = [name for name in shown.columns if name not in ("a", "b", "n")]
    if not shown["reason"].any():
        columns.remove("reason")
    heads = [
        "first" if name == "name_a" else "second" if name == "name_b" else name for name in columns
    ]
    return f"{head}\n" + table_text(heads, shown[columns].to_numpy(dtype=object), width=width)


def _place(met: Cooccurrence) -> str:
    """Return where codes met, in the plural."""
    if met.meeting is None:
        return unit_name(met.unit or "segment")
    return "overlapping segments" if met.meeting == "overlap" else "segments inside others"
