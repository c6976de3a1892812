"""A rollup laid over a codebook: the nodes to count, and which codes each of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, RollupError, did_you_mean
from qualcode.model.checks import check_choice, check_kind, looked_up, shown
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.themes import UNASSIGNED, Domain, Rollup, Theme
from qualcode.model.ids import unique_slug

__all__ = ["LEVELS", "Hierarchy", "Level", "Membership", "Node", "find_rollup", "lay_over"]

Membership: TypeAlias = Any
"""Which code counts for which node: an array of bool, codes × nodes, or a sparse one where that is large."""
DENSE = 1 << 25
"""Cells up to which a membership is an array that is not sparse."""

Level = Literal["domain", "theme", "code"]
LEVELS: tuple[Level, ...] = ("domain", "theme", "code")


@attrs.frozen
class Node:
    """A domain, theme or code in a rollup, with the codes it holds.

    Parameters
    ----------
    level : {"domain", "theme", "code"}
        What it is.
    id, name : str
        Of the domain, theme or code; the id `UNASSIGNED` is for what rolls up to nothing.
    codes : frozenset of str
        Ids of the codes whose assignments count for it.
    children : tuple of str
        Ids of the nodes one level below.
    """

    level: Level
    id: str
    name: str
    codes: frozenset[str] = attrs.field(repr=False)
    children: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Hierarchy:
    """The nodes of a rollup over a codebook.

    Parameters
    ----------
    rollup : Rollup
        The rollup.
    codes : tuple of str
        Ids of all codes of the codebook, in order.
    nodes : tuple of Node
        Domains, then themes, then codes, each level in order. At each level that exists a last node,
        `UNASSIGNED`, holds what rolls up to nothing there; so totals reconcile.
    """

    rollup: Rollup
    codes: tuple[str, ...] = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)

    @cached_property
    def membership(self) -> Membership:
        """Which code counts for which node, shape (codes, nodes)."""
        number = {code: at for at, code in enumerate(self.codes)}
        shape = len(self.codes), len(self.nodes)
        column = np.repeat(np.arange(len(self.nodes)), [len(node.codes) for node in self.nodes])
        held = (number[code] for node in self.nodes for code in node.codes)
        row = np.fromiter(held, dtype=np.intp, count=len(column))
        if shape[0] * shape[1] > DENSE:
            from scipy.sparse import csr_array

            return csr_array((np.ones(len(row), dtype=np.bool_), (row, column)), shape=shape)
        table = np.zeros(shape, dtype=np.bool_)
        table[row, column] = True
        return table

    def under(self, node: int) -> npt.NDArray[np.bool_]:
        """Return which of the codes count for a node, given by its place among the nodes."""
        codes = self.nodes[node].codes
        return np.array([code in codes for code in self.codes], dtype=np.bool_)

    def level(self, level: str) -> tuple[Node, ...]:
        """Return the nodes of one level.

        Raises
        ------
        RollupError
            When there is no such level, or the rollup has no domains.
        """
        if not isinstance(level, str) or level not in LEVELS:
            raise RollupError(
                f"there is no level {looked_up(level)}; levels are {', '.join(LEVELS)}"
            )
        found = tuple(node for node in self.nodes if node.level == level)
        if not found and level != "code":  # a codebook may have no codes yet
            raise RollupError(f"rollup {self.rollup.id!r} has no {level}s")
        return found

    def members(self, level: str) -> Membership:
        """Return which code counts for which node of one level: the columns of `membership` in its order."""
        return self.membership[:, np.flatnonzero([node.level == level for node in self.nodes])]

    @property
    def top(self) -> Level:
        """The highest level that the rollup has."""
        return self.nodes[0].level

    def node(self, id: str, level: str | None = None) -> Node:
        """Return the node with an id or a name; the highest one where levels share it.

        Raises
        ------
        NotFoundError
            When there is none, or when several nodes of a level have the name.
        """
        if level is not None:
            level = check_choice(level, LEVELS, what="level", error=RollupError)
        if isinstance(id, str):
            for each in LEVELS if level is None else (level,):
                if node := self._by_key.get((each, id)):
                    return node
            if named := self._named(id, level):
                return named
        known = [name for node in self.nodes for name in (node.id, node.name)]
        raise NotFoundError(
            f"rollup {self.rollup.id!r} has no {level or 'node'} {looked_up(id)}.{did_you_mean(id, known)}"
        )

    def _named(self, name: str, level: str | None) -> Node | None:
        """Return the highest node of a name, where there is one."""
        found = [each for each in self._by_name.get(name, ()) if level in (None, each.level)]
        first = [each for each in found if each.level == found[0].level]
        if len(first) > 1:
            ids = ", ".join(repr(each.id) for each in first)
            raise NotFoundError(
                f"rollup {self.rollup.id!r} has several nodes named {name!r}: say which by its id, {ids}"
            )
        return first[0] if first else None

    def walk(self) -> Iterator[tuple[Node, tuple[str, ...]]]:
        """Yield each node with the ids above it, top down; a node in two places comes twice."""

        def below(node: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
            yield node, path
            if node.level != "code":
                lower = LEVELS[LEVELS.index(node.level) + 1]
                for child in node.children:
                    yield from below(self._by_key[lower, child], (*path, node.id))

        for root in self.level(self.top):
            yield from below(root, ())

    @cached_property
    def _by_name(self) -> dict[str, list[Node]]:
        named: dict[str, list[Node]] = {}
        for node in self.nodes:
            named.setdefault(node.name, []).append(node)
        return named

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Node]:
        return {(node.level, node.id): node for node in self.nodes}


def find_rollup(rollup: str | Rollup | None, codebook: Codebook) -> Rollup:
    """Return a rollup by id; without one the codebook's first, or else the code tree.

    Raises
    ------
    NotFoundError
        When the codebook has no such rollup.
    RollupError
        When a rollup given as a value names what the codebook does not have.
    """
    if isinstance(rollup, Rollup):
        rollup.check(codebook.codes)
        return rollup
    rollups = codebook.rollups
    if rollup is None:
        return next(iter(rollups.values()), Rollup.by_tree())
    if not isinstance(rollup, str):
        raise RollupError(f"rollup must be the id of a rollup, or a Rollup, not {shown(rollup)}")
    if rollup in rollups:
        return rollups[rollup]
    if rollup == "tree":
        return Rollup.by_tree()
    if any(rollup in code.attributes for code in codebook.codes.values()):
        return Rollup.by_attribute(rollup)
    raise NotFoundError(
        f"the codebook has no rollup, and its codes no attribute, {rollup!r}; there are "
        f"{', '.join([*rollups, 'tree'])}.{did_you_mean(rollup, rollups)}"
    )


def lay_over(rollup: Rollup, codebook: Codebook) -> Hierarchy:
    """Return the nodes of a rollup over a codebook as it stands.

    Examples
    --------
    >>> from qualcode.model.codebooks.codes import Code
    >>> book = Codebook("study", codes=[Code("trust"), Code("budget"), Code("other")])
    >>> rollup = Rollup("r", themes=[Theme("soft", codes=["trust"]), Theme("hard", codes=["budget"])])
    >>> [(node.level, node.id) for node in lay_over(rollup, book).nodes][:3]
    [('theme', 'soft'), ('theme', 'hard'), ('theme', 'unassigned')]
    """
    check_kind(rollup, Rollup, what="rollup", error=RollupError)
    check_kind(codebook, Codebook, what="codebook", error=RollupError)
    themes, domains = rollup.themes, rollup.domains
    if rollup.attribute is not None:
        themes = _themes_by_attribute(rollup.attribute, codebook)
    elif rollup.tree:
        themes, domains = _levels_by_tree(codebook)
    counted = [code for code in codebook.codes.values() if code.status != "merged"]
    place = {id: at for at, id in enumerate(codebook.codes)}
    members = {theme.id: _members(theme, codebook, place) for theme in themes}
    theme_nodes = [
        Node("theme", theme.id, theme.name, frozenset(members[theme.id]), tuple(members[theme.id]))
        for theme in themes
    ]
    placed = {code for codes in members.values() for code in codes}
    loose = tuple(code.id for code in counted if code.id not in placed)
    theme_nodes.append(Node("theme", UNASSIGNED, "(no theme)", frozenset(loose), loose))
    domain_nodes = _domain_nodes(domains, theme_nodes) if domains else []
    code_nodes = [Node("code", code.id, code.name, frozenset([code.id])) for code in counted]
    return Hierarchy(rollup, tuple(codebook.codes), (*domain_nodes, *theme_nodes, *code_nodes))


def _members(theme: Theme, codebook: Codebook, place: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of a theme in the codebook's order, without those merged away."""
    chosen = {*theme.codes, *theme.subtrees}
    for root in theme.subtrees:
        chosen.update(code.id for code in codebook.descendants(root, all=True))
    resolved = {codebook.resolve(code) for code in chosen}
    return tuple(sorted(resolved & place.keys(), key=place.__getitem__))


def _domain_nodes(domains: tuple[Domain, ...], themes: list[Node]) -> list[Node]:
    codes = {theme.id: theme.codes for theme in themes}
    in_domains = {theme for domain in domains for theme in domain.themes}
    loose = tuple(theme.id for theme in themes if theme.id not in in_domains)
    groups = [
        *((each.id, each.name, each.themes) for each in domains),
        (UNASSIGNED, "(no domain)", loose),
    ]
    return [
        Node("domain", id, name, frozenset().union(*(codes[theme] for theme in inside)), inside)
        for id, name, inside in groups
    ]


def _themes_by_attribute(attribute: str, codebook: Codebook) -> tuple[Theme, ...]:
    values: dict[str, list[str]] = {each: [] for each in codebook.attributes.get(attribute, ())}
    for code in codebook.codes.values():
        if attribute in code.attributes and code.status != "merged":
            values.setdefault(code.attributes[attribute], []).append(code.id)
    if not values:
        raise RollupError(f"no code has the attribute {attribute!r} to roll up by")
    themes: dict[str, Theme] = {}
    for number, (value, codes) in enumerate(values.items(), start=1):
        # "+" makes no id, "Supports" the same as "supports".
        id = unique_slug(value, {*themes, UNASSIGNED}, default=f"value-{number}")
        themes[id] = Theme(id, value, codes=codes)
    return tuple(themes.values())


def _levels_by_tree(codebook: Codebook) -> tuple[tuple[Theme, ...], tuple[Domain, ...]]:
    def node_id(code: Code) -> str:
        return (
            unique_slug(code.id, codebook.codes, default="") if code.id == UNASSIGNED else code.id
        )

    themes: list[Theme] = []
    domains: list[Domain] = []
    for root in codebook.children(all=True):
        if root.status == "merged":
            continue
        inside = [
            Theme(node_id(child), child.name, subtrees=[child.id])
            for child in codebook.children(root.id, all=True)
        ]
        if root.codable or not inside:
            inside.insert(0, Theme(node_id(root), root.name, codes=[root.id]))
        themes += inside
        domains.append(Domain(node_id(root), root.name, [theme.id for theme in inside]))
    return tuple(themes), tuple(domains)
