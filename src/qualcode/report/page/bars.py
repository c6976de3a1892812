"""The bars of a rollup: domains, themes and codes, each as wide as its count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.report.page.colours import shared_colour
from qualcode.report.page.sources import Number, Sources
from qualcode.stats.arguments import check_list
from qualcode.stats.counting.policies import Policy
from qualcode.stats.counting.rollup import RollupResult, roll_up

__all__ = ["Bar", "Bars", "bars_of", "chosen_rollups", "is_unused"]


@attrs.frozen
class Bar:
    """One row of the chart.

    Parameters
    ----------
    level : str
        ``"domain"``, ``"theme"`` or ``"code"``.
    id : str
        Id of the domain, theme or code.
    anchor : str
        Id of the row on the page.
    name : str
        A label for people.
    number : Number
        Its count.
    share : float or None
        Of the base.
    width : float
        In per cent of the widest bar.
    colour : str
        As ``#rrggbb``.
    children : tuple of Bar
        The rows below it.
    """

    level: str
    id: str
    anchor: str
    name: str
    number: Number
    share: float | None
    width: float
    colour: str
    children: tuple[Bar, ...] = ()


@attrs.frozen
class Bars:
    """The chart of one rollup.

    Parameters
    ----------
    rollup : Rollup
        What was counted along.
    inside : Number
        What at least one of its codes is on.
    base : int or float
        What shares are of.
    bars : tuple of Bar
        The rows of the highest level.
    outside : Bar or None
        What rolls up to nothing here.
    unused : tuple of (str, str)
        Ids and names of the codes of the rollup that nothing carries.
    """

    rollup: Rollup
    inside: Number
    base: float
    bars: tuple[Bar, ...]
    outside: Bar | None
    unused: tuple[tuple[str, str], ...]

    @property
    def most(self) -> tuple[Bar, ...]:
        """The rows of the highest level with the highest count; none when nothing counts."""
        highest = max((bar.number.count for bar in self.bars), default=0)
        return tuple(bar for bar in self.bars if highest and bar.number.count == highest)

    @property
    def least(self) -> tuple[Bar, ...]:
        """Those with the lowest count."""
        lowest = min((bar.number.count for bar in self.bars), default=0)
        return tuple(bar for bar in self.bars if bar.number.count == lowest)


def chosen_rollups(
    state: State, rollups: Iterable[str | Rollup] | None = None
) -> tuple[Rollup, ...]:
    """Return the rollups asked for; all of the codebook's, or else the code tree, when none are."""
    if rollups is None:
        rollups = tuple(state.codebook.rollups.values()) or (Rollup.by_tree(),)
    elif isinstance(rollups, str | Rollup):
        rollups = (rollups,)
    else:
        rollups = check_list(rollups, what="rollups", of="ids of rollups")
    return tuple(state.find_rollup(each) for each in rollups)


def codes_inside(result: RollupResult) -> frozenset[str]:
    """Return the codes that roll up to something at the highest level of a rollup."""
    top = result.hierarchy.level(result.hierarchy.top)
    return frozenset().union(*(node.codes for node in top if node.id != UNASSIGNED))


def bars_of(
    state: State, rollup: Rollup, *, count: Policy, sources: Sources, colours: Mapping[str, str]
) -> Bars:
    """Return the chart of one rollup.

    Parameters
    ----------
    state : State
        What is reported.
    rollup : Rollup
        What to count along.
    count : Policy
        What is counted.
    sources : Sources
        Where the segments behind each number are noted.
    colours : mapping of str to str
        Of codes.
    """
    result = roll_up(state, rollup, count=count)
    builder = _Builder(result, sources, colours)
    inside = codes_inside(result)
    top = result.hierarchy.level(result.hierarchy.top)
    bars = tuple(builder.bar(node) for node in top if node.id != UNASSIGNED)
    # What is outside the rollup has nothing in common, so each row has a colour of its own.
    outside = builder.bar(result.hierarchy.node(UNASSIGNED, result.hierarchy.top), alike=False)
    return Bars(
        rollup=rollup,
        inside=Number(
            result.rolled_up, (sources.node(rollup.name, inside),), f"rollup-{rollup.id}"
        ),
        base=result.base,
        bars=bars,
        outside=outside if outside.number.count else None,
        unused=tuple(
            (code, state.codebook.codes[code].name)
            for code in state.codebook.codes
            if code in inside and is_unused(result, code)
        ),
    )


def is_unused(result: RollupResult, code: str) -> bool:
    """Tell whether a code could be assigned, but nothing carries it."""
    record = result.state.codebook.codes[code]
    return record.codable and record.is_live and not result.of(code, "code")


class _Builder:
    def __init__(self, result: RollupResult, sources: Sources, colours: Mapping[str, str]) -> None:
        self.result = result
        self.sources = sources
        self.colours = colours
        self.seen: Counter[str] = Counter()
        self.widest = max(
            (
                result.of(node.id, node.level)
                for node in result.hierarchy.nodes
                if node.id != UNASSIGNED
            ),
            default=0,
        )

    def bar(self, node: Node, above: str | None = None, *, alike: bool = True) -> Bar:
        """Return the row of a node, in the colour of the row above it if there is one."""
        counted = self.result.of(node.id, node.level)
        anchor = self._anchor(node)
        colour = above or shared_colour(node.codes, self.result.state.codebook, self.colours)
        number = self.sources.node(node.name, node.codes)
        return Bar(
            level=node.level,
            id=node.id,
            anchor=anchor,
            name=node.name,
            number=Number(
                counted, (number,), f"code-{node.id}" if node.level == "code" else anchor
            ),
            share=self.result.share(node.id, node.level),
            width=round(min(100.0, 100 * counted / self.widest), 2) if self.widest else 0.0,
            colour=colour,
            children=self._below(node, colour if alike else None),
        )

    def _anchor(self, node: Node) -> str:
        """Return an id for the row; a theme in two domains has two rows."""
        base = f"{self.result.hierarchy.rollup.id}-{node.level}-{node.id}"
        self.seen[base] += 1
        return base if self.seen[base] == 1 else f"{base}-{self.seen[base]}"

    def _below(self, node: Node, colour: str | None) -> tuple[Bar, ...]:
        if node.level == "code":
            return ()
        level = "theme" if node.level == "domain" else "code"
        bars: list[Bar] = []
        for child in node.children:
            below = self.result.hierarchy.node(child, level)
            if level == "theme" and below.id == UNASSIGNED:
                bars += self._below(below, colour)  # codes without a theme stand by themselves
            elif level == "theme" or self.result.of(child, "code"):
                bars.append(self.bar(below, colour))
        return tuple(bars)
