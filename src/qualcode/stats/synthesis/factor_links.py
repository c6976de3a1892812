"""Links between factors: what is said to support or constrain what, and by which sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.model.asking import question
from qualcode.model.codebooks.codes import Link
from qualcode.model.codebooks.hierarchy import Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.review.content import LinkKey
from qualcode.model.state import State
from qualcode.stats.arguments import check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FactorLink", "FactorLinks", "factor_links"]


@attrs.frozen
class FactorLink:
    """An arrow from one factor to another.

    Parameters
    ----------
    source, target : Node
        The factors it runs from and to.
    type : str
        What it says, such as ``"supports"`` or ``"constrains"``.
    sources : tuple of str
        Ids of the documents, cases and records behind it, in the order given; none where nobody said.
    links : tuple of Link
        The links of the codebook that it stands for.
    """

    source: Node
    type: str
    target: Node
    sources: tuple[str, ...]
    links: tuple[Link, ...] = attrs.field(repr=False)


@attrs.frozen(eq=False)
class FactorLinks(CountedResult):
    """The links between factors, in the order of the codebook.

    Parameters
    ----------
    items : tuple of FactorLink
        The arrows.
    regions : tuple of (Node or None, tuple of Node)
        The factors that any arrow touches, by the domain (or theme) they lie in; None for those in none.
    within : tuple of Link
        Links whose ends lie in the same theme or domain, so that there is no arrow for them.
    level : {"domain", "theme", "code"}
        What the factors are.
    hierarchy : Hierarchy
        The rollup over the codebook.
    state : State
        What was looked at.
    """

    _figure = "qualcode.report.plot.factor_diagram:factor_diagram"
    _print_columns = ("source_name", "type", "target_name", "sources", "source_ids")

    items: tuple[FactorLink, ...] = attrs.field(repr=False)
    regions: tuple[tuple[Node | None, tuple[Node, ...]], ...] = attrs.field(repr=False)
    within: tuple[Link, ...] = attrs.field(repr=False)
    level: str
    hierarchy: Hierarchy = attrs.field(repr=False)
    state: State = attrs.field(repr=False)

    def __iter__(self) -> Iterator[FactorLink]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The factors that any arrow touches."""
        return tuple(node for _, nodes in self.regions for node in nodes)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of arrows, in the order in which they come first."""
        return tuple(dict.fromkeys(each.type for each in self.items))

    @property
    def unsourced(self) -> tuple[FactorLink, ...]:
        """The arrows for which no source was given."""
        return tuple(each for each in self.items if not each.sources)

    @property
    def loops(self) -> tuple[tuple[Node, ...], ...]:
        """Factors that bear on each other in a circle: each reaches every other of its group by arrows."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        nodes = self.nodes
        number = {node: at for at, node in enumerate(nodes)}
        ends = np.array(
            [(number[each.source], number[each.target]) for each in self.items], dtype=np.intp
        ).reshape(-1, 2)
        arrows = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), (len(nodes),) * 2)
        _, group = connected_components(arrows, connection="strong")
        found = [
            tuple(nodes[at] for at in np.flatnonzero(group == each).tolist())
            for each in dict.fromkeys(group.tolist())
        ]
        return tuple(each for each in found if len(each) > 1)

    @property
    def _print_title(self) -> str:
        told = ", ".join(
            f"{sum(each.type == name for each in self.items):,} {name}" for name in self.types
        )
        noun = {"code": "factor"}.get(self.level, self.level)
        lines = [
            f"{many(len(self), 'link')} between {many(len(self.nodes), noun)}"
            + (f": {told}" if told else "")
        ]
        if self.unsourced:
            lines.append(f"{many(len(self.unsourced), 'link')} without a source")
        if self.within:
            lines.append(f"{many(len(self.within), 'link')} within one {self.level}, not shown")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each arrow.

        Columns: source, source_name, type, target, target_name, sources (how many stand behind it),
        source_ids, links (of the codebook, how many), notes.
        """
        import pandas as pd

        rows = [
            (
                each.source.id, each.source.name, each.type, each.target.id, each.target.name,
                len(each.sources), ", ".join(each.sources), len(each.links),
                " ".join(link.note for link in each.links if link.note),
            )
            for each in self.items
        ]  # fmt: skip
        columns = [
            "source", "source_name", "type", "target", "target_name", "sources", "source_ids", "links",
            "notes",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


@question("review().diagram")
def factor_links(
    state: State,
    rollup: str | Rollup | None = None,
    *,
    level: str = "code",
    types: str | Iterable[str] | None = None,
) -> FactorLinks:
    """Return the links between factors, with the sources behind each.

    Parameters
    ----------
    state : State
        The project's content.
    rollup : str or Rollup, optional
        By whose domains and themes the factors are arranged; the codebook's first when not given.
    level : {"domain", "theme", "code"}, default "code"
        What the factors are: links between codes of two themes make one arrow for each type.
    types : str or iterable of str, optional
        Only links of these types.

    Raises
    ------
    NotFoundError
        For a rollup that is not known.
    RollupError
        When the rollup has no such level.

    Examples
    --------
    >>> import qualcode as qc
    >>> found = factor_links(qc.load_project("collaboration-reviews").state, "factors", types="constrains")
    >>> found.items[0].source.id, found.items[0].target.id
    ('cultural-differences', 'positive-relationships')
    """
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    hierarchy.level(level)
    links = [*state.codebook.links]
    if types is not None:
        wanted = [types] if isinstance(types, str) else [*types]
        known = dict.fromkeys(each.type for each in links)
        wanted = [check_one_of(each, known, what="types") for each in wanted]
        links = [each for each in links if each.type in wanted]
    place = _places(hierarchy, level)
    arrows: dict[tuple[Node, str, Node], list[Link]] = {}
    within = []
    for link in links:
        source, target = place[link.source][0], place[link.target][0]
        if source == target:
            within.append(link)
        else:
            arrows.setdefault((source, link.type, target), []).append(link)
    behind = _behind(state)
    items = tuple(
        FactorLink(source, type, target, _sources(behind, each), tuple(each))
        for (source, type, target), each in arrows.items()
    )
    touched = {node for each in items for node in (each.source, each.target)}
    return FactorLinks(
        items, _regions(hierarchy, level, place, touched), tuple(within), level, hierarchy, state
    )


def _sources(behind: Mapping[LinkKey, tuple[str, ...]], links: Iterable[Link]) -> tuple[str, ...]:
    """Return the sources behind some links, each once."""
    found = (behind.get((each.source, each.type, each.target), ()) for each in links)
    return tuple(dict.fromkeys(id for each in found for id in each))


def _behind(state: State) -> dict[LinkKey, tuple[str, ...]]:
    """Return the sources behind each link of the codebook, where the codes that they named went by now."""
    book = state.codebook
    found: dict[LinkKey, tuple[str, ...]] = {}
    for (source, type, target), ids in state.review.link_sources.items():
        if source in book.codes and target in book.codes:
            key = book.resolve(source), type, book.resolve(target)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *ids)))
    return found


def _places(hierarchy: Hierarchy, level: str) -> dict[str, tuple[Node, Node | None]]:
    """Return for each code the node of a level that stands for it, and what that lies in at the top."""
    top = {node.id: node for node in hierarchy.level(hierarchy.top)}
    loose: dict[str, tuple[Node, Node | None]] = {}
    found: dict[str, tuple[Node, Node | None]] = {}
    for node, path in hierarchy.walk():
        if node.level != level:
            continue
        above = top.get(path[0]) if path else None
        outside = UNASSIGNED in (*path, node.id)
        for code in node.codes:
            (loose if outside else found).setdefault(code, (node, None if outside else above))
    return {**loose, **found}


def _regions(
    hierarchy: Hierarchy, level: str, place: dict[str, tuple[Node, Node | None]], touched: set[Node]
) -> tuple[tuple[Node | None, tuple[Node, ...]], ...]:
    """Return the factors that arrows touch by what they lie in, in the order of the rollup."""
    above = dict(place.values())
    held: dict[Node | None, list[Node]] = {}
    for node, _ in hierarchy.walk():
        if node in touched and node.level == level:
            known = held.setdefault(above[node], [])
            if node not in known:
                known.append(node)
    order = [*hierarchy.level(hierarchy.top), None]
    return tuple((region, tuple(held[region])) for region in order if region in held)
