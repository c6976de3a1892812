"""Heat maps: documents by themes, and themes by themes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import attrs

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.report.page.colours import heat_bins, heat_level, shared_colour
from qualcode.report.page.sources import Number, Sources
from qualcode.stats.counting.rollup import evidence
from qualcode.stats.counting.units import Unit
from qualcode.stats.pairs.cooccurrence import cooccur

__all__ = ["Cell", "Column", "Group", "Matrix", "Row", "documents_by_themes", "themes_by_themes"]


@attrs.frozen
class Cell:
    """A number in a heat map, and which step of the scale it has; None for a theme's own number."""

    number: Number
    heat: int | None


@attrs.frozen
class Column:
    """A theme at the head of a heat map, with the number of documents or units that carry it."""

    name: str
    colour: str
    number: Number


@attrs.frozen
class Group:
    """A domain above the columns of its themes; the name is empty where there are no domains."""

    name: str
    colour: str
    width: int


@attrs.frozen
class Row:
    """A document or theme with its cells, up to the diagonal where the table is symmetric."""

    name: str
    target: str
    cells: tuple[Cell, ...]
    total: Number | None = None


@attrs.frozen
class Matrix:
    """A heat map.

    Parameters
    ----------
    groups : tuple of Group
        Domains, from left to right.
    columns : tuple of Column
        Themes.
    rows : tuple of Row
        Documents or themes.
    bins : tuple of (int, int)
        The counts that share each colour, both ends included.
    empty : tuple of str
        Names of the documents that have nothing here; they have no row.
    hidden : int
        How many more rows there would be.
    """

    groups: tuple[Group, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bins: tuple[tuple[int, int], ...]
    empty: tuple[str, ...] = ()
    hidden: int = 0

    @property
    def legend(self) -> tuple[tuple[int, int, int], ...]:
        """For each colour its step, and the lowest and highest count that has it."""
        return tuple((heat_level(low, self.bins), low, high) for low, high in self.bins)


def _themes_by_domain(hierarchy: Hierarchy) -> list[tuple[Node | None, Node]]:
    """Return each theme once, with the first domain that it belongs to."""
    themes = {node.id: node for node in hierarchy.level("theme") if node.id != UNASSIGNED}
    domains = [node for node in hierarchy.nodes if node.level == "domain" and node.id != UNASSIGNED]
    placed: dict[str, tuple[Node | None, Node]] = {}
    for domain in domains:
        for child in domain.children:
            placed.setdefault(child, (domain, themes[child]))
    for theme in themes.values():
        placed.setdefault(theme.id, (None, theme))
    return list(placed.values())


def _groups(
    themes: list[tuple[Node | None, Node]], codebook: Codebook, colours: Mapping[str, str]
) -> tuple[Group, ...]:
    return tuple(
        Group(
            domain.name if domain else "",
            shared_colour(domain.codes, codebook, colours) if domain else "transparent",
            len(list(inside)),
        )
        for domain, inside in groupby(themes, key=lambda pair: pair[0])
    )


def documents_by_themes(
    state: State,
    rollup: Rollup,
    *,
    sources: Sources,
    colours: Mapping[str, str],
    limit: int,
) -> Matrix | None:
    """Return the evidence matrix of a rollup, or None when it has no themes.

    Parameters
    ----------
    state : State
        What is reported.
    rollup : Rollup
        Whose themes are the columns.
    sources : Sources
        Where the segments behind each number are noted.
    colours : mapping of str to str
        Of codes.
    limit : int
        How many rows at the most.
    """
    themes = _themes_by_domain(lay_over(rollup, state.codebook))
    if not themes:
        return None
    table = evidence(state, rollup=rollup, level="theme")
    column_of = {node.id: at for at, node in enumerate(table.nodes)}
    counts = table.counts[:, [column_of[theme.id] for _, theme in themes]]
    bins = heat_bins(int(counts.max(initial=0)))
    nodes = [sources.node(theme.name, theme.codes) for _, theme in themes]
    everything = frozenset[str]().union(*(theme.codes for _, theme in themes))
    inside = sources.node(rollup.name, everything)
    in_document = [0] * len(state.documents)
    for segment in sources.of(everything):
        in_document[sources.documents[segment]] += 1

    rows: list[Row] = []
    empty: list[str] = []
    for at, document in enumerate(state.documents.values()):
        if not in_document[at]:
            empty.append(document.name)
            continue
        target = f"document-{document.id}"
        cells = tuple(
            Cell(Number(count, (node,), target, at), heat_level(count, bins))
            for node, count in zip(nodes, counts[at].tolist(), strict=True)
        )
        total = Number(in_document[at], (inside,), target, at)
        rows.append(Row(document.name, target, cells, total))
    columns = tuple(
        Column(
            theme.name,
            shared_colour(theme.codes, state.codebook, colours),
            Number(int((counts[:, at] > 0).sum()), (nodes[at],), f"{rollup.id}-theme-{theme.id}"),
        )
        for at, (_, theme) in enumerate(themes)
    )
    return Matrix(
        _groups(themes, state.codebook, colours),
        columns,
        tuple(rows[:limit]),
        bins,
        tuple(empty),
        max(0, len(rows) - limit),
    )


def themes_by_themes(
    state: State,
    rollup: Rollup,
    *,
    unit: Unit,
    sources: Sources,
    colours: Mapping[str, str],
) -> Matrix | None:
    """Return how often the themes of a rollup meet, or None when there are not three to compare.

    The lower half only, since the table is symmetric, with each theme's own number on the diagonal.
    """
    found = cooccur(state, unit=unit, level="theme", rollup=rollup)
    counted = {node.id: at for at, node in enumerate(found.nodes)}
    hierarchy = lay_over(rollup, state.codebook)
    themes = [(domain, node) for domain, node in _themes_by_domain(hierarchy) if node.id in counted]
    if len(themes) < 3:
        return None
    order = [counted[theme.id] for _, theme in themes]
    counts = found.counts[order][:, order]
    own = counts.diagonal().tolist()
    bins = heat_bins(max(int(counts[at, :at].max(initial=0)) for at in range(len(themes))))
    nodes = [sources.node(theme.name, theme.codes) for _, theme in themes]
    rows = []
    for at, (_, theme) in enumerate(themes):
        target = f"{rollup.id}-theme-{theme.id}"
        met = counts[at, :at].tolist()
        cells = [
            Cell(Number(count, (nodes[at], nodes[other]), target), heat_level(count, bins))
            for other, count in enumerate(met)
        ]
        cells.append(Cell(Number(own[at], (nodes[at],), target), None))
        rows.append(Row(theme.name, target, tuple(cells)))
    columns = tuple(
        Column(
            theme.name,
            shared_colour(theme.codes, state.codebook, colours),
            Number(own[at], (nodes[at],), f"{rollup.id}-theme-{theme.id}"),
        )
        for at, (_, theme) in enumerate(themes)
    )
    return Matrix(_groups(themes, state.codebook, colours), columns, tuple(rows), bins)
