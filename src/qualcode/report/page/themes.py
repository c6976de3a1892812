"""The table of a rollup: domains, themes and codes with their numbers, and quotes that stand for themes."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.report.handing.collecting import Quote
from qualcode.report.page.addresses import address
from qualcode.report.page.choosing import is_unused
from qualcode.report.page.colours import NEUTRAL, shared_colour
from qualcode.report.page.quotes import Examples
from qualcode.stats.counting.policies import Policy
from qualcode.stats.counting.rollup import RollupResult, roll_up
from qualcode.stats.groups.prevalence import prevalence

__all__ = ["Row", "Themes", "themes_of"]


@attrs.frozen
class Row:
    """A domain, theme or code in the table of a rollup.

    Parameters
    ----------
    level : str
        ``"domain"``, ``"theme"`` or ``"code"``.
    name : str
        A label for people.
    address : str
        What is behind a # in the address of its number.
    depth : int
        How many levels are above it.
    first : bool
        Whether it is the first row of this address: a theme in two domains has two rows.
    number : int or float
        What the bars count.
    width, low, high : float or None
        In per cent of the widest bar: the bar and, where documents are counted, its interval.
    share : float or None
        Of the base.
    documents, segments : int
        In how many it is.
    interval : (float, float) or None
        Wilson's interval of the share of documents.
    colour : str
        As ``#rrggbb``.
    quotes : tuple of Quote
        Those that stand for it; of themes only.
    outside : bool
        Whether it is what rolls up to nothing, or below that.
    """

    level: str
    name: str
    address: str
    depth: int
    first: bool
    number: float
    width: float
    low: float | None
    high: float | None
    share: float | None
    documents: int
    segments: int
    interval: tuple[float, float] | None
    colour: str
    quotes: tuple[Quote, ...]
    outside: bool


@attrs.frozen
class Themes:
    """The table of a rollup.

    Parameters
    ----------
    rollup : Rollup
        What was counted along.
    result : RollupResult
        What the bars show.
    levels : tuple of str
        Which levels it has, highest first.
    rows : tuple of Row
        Top down.
    unused : tuple of str
        Ids of the codes of the rollup that nothing carries.
    """

    rollup: Rollup
    result: RollupResult
    levels: tuple[str, ...]
    rows: tuple[Row, ...]
    unused: tuple[str, ...]

    @property
    def highest(self) -> tuple[Row, ...]:
        """The rows of the highest level, without what rolls up to nothing."""
        return tuple(row for row in self.rows if row.depth == 0 and not row.outside)

    @property
    def most(self) -> tuple[Row, ...]:
        """Those with the highest count; none when nothing counts."""
        highest = max((row.number for row in self.highest), default=0)
        return tuple(row for row in self.highest if highest and row.number == highest)

    @property
    def least(self) -> tuple[Row, ...]:
        """Those with the lowest count."""
        lowest = min((row.number for row in self.highest), default=0)
        return tuple(row for row in self.highest if row.number == lowest)


def themes_of(
    state: State,
    rollup: Rollup,
    *,
    count: Policy,
    colours: Mapping[str, str],
    examples: Examples,
    quotes: int,
) -> Themes:
    """Return the table of a rollup.

    Parameters
    ----------
    state : State
        What is reported.
    rollup : Rollup
        What to count along.
    count : Policy
        What the bars count.
    colours : mapping of str to str
        Of codes.
    examples : Examples
        Where quotes are chosen.
    quotes : int
        How many stand for each theme.
    """
    table = _Table(state, rollup, count, colours, examples, quotes)
    result = table.result
    top = result.hierarchy.level(result.hierarchy.top)
    inside = frozenset().union(*(node.codes for node in top if node.id != UNASSIGNED))
    levels = tuple(dict.fromkeys(node.level for node in result.hierarchy.nodes))
    unused = tuple(id for id in state.codebook.codes if id in inside and is_unused(result, id))
    return Themes(result.hierarchy.rollup, result, levels, tuple(table.rows()), unused)


class _Table:
    def __init__(
        self,
        state: State,
        rollup: Rollup,
        count: Policy,
        colours: Mapping[str, str],
        examples: Examples,
        quotes: int,
    ) -> None:
        self.codebook = state.codebook
        self.result = roll_up(state, rollup, count=count)
        self.documents = roll_up(state, rollup, count="documents")
        self.segments = roll_up(state, rollup, count="segments")
        self.colours, self.examples, self.quotes = colours, examples, quotes
        self.intervals = self._intervals(state, rollup)
        placed = [each for each in self.result.hierarchy.nodes if each.id != UNASSIGNED]
        self.widest = max((self.result.of(each.id, each.level) for each in placed), default=0)

    def _intervals(
        self, state: State, rollup: Rollup
    ) -> dict[tuple[str, str], tuple[float, float]]:
        found: dict[tuple[str, str], tuple[float, float]] = {}
        if not self.documents.base:
            return found
        for level in dict.fromkeys(each.level for each in self.result.hierarchy.nodes):
            shares = prevalence(state, level=level, rollup=rollup, interval="wilson")
            bounds = shares.shares[None].bounds
            for at, node in enumerate(shares.nodes):
                found[level, node.id] = (float(bounds.low[at]), float(bounds.high[at]))
        return found

    def rows(self) -> list[Row]:
        """Return the rows, top down; of codes those that something carries."""
        rows: list[Row] = []
        seen: set[str] = set()
        for node, path in self.result.hierarchy.walk():
            if not self._is_shown(node, path):
                continue
            # What stands in a theme for codes without one is no theme of the domain.
            outside = path[:1] == (UNASSIGNED,) or node.id == UNASSIGNED
            above = path if outside else [each for each in path if each != UNASSIGNED]
            row = self._row(node, len(above), outside, seen)
            seen.add(row.address)
            rows.append(row)
        return rows

    def _is_shown(self, node: Node, path: tuple[str, ...]) -> bool:
        if node.level == "code":
            return self.result.of(node.id, "code") > 0 or self.segments.of(node.id, "code") > 0
        if node.id == UNASSIGNED:
            return not path and self.segments.of(node.id, node.level) > 0
        return True

    def _row(self, node: Node, depth: int, outside: bool, seen: set[str]) -> Row:
        number = self.result.of(node.id, node.level)
        interval = self.intervals.get((node.level, node.id))
        place = address(node.level, node.id, rollup=self.result.hierarchy.rollup.id)
        base = self.documents.base
        is_of_documents = self.result.count == "documents" and interval and self.widest
        low, high = (
            (self._width(end * base) for end in interval)
            if interval and is_of_documents
            else (None, None)
        )
        return Row(
            level=node.level,
            name=node.name if node.id != UNASSIGNED else f"In no {node.level}",
            address=place,
            depth=depth,
            first=place not in seen,
            number=number,
            width=self._width(number),
            low=low,
            high=high,
            share=self.result.share(node.id, node.level),
            documents=int(self.documents.of(node.id, node.level)),
            segments=int(self.segments.of(node.id, node.level)),
            interval=interval,
            colour=NEUTRAL
            if node.id == UNASSIGNED
            else shared_colour(node.codes, self.codebook, self.colours),
            quotes=self.examples.of(node.codes, self.quotes)
            if node.level == "theme" and node.id != UNASSIGNED
            else (),
            outside=outside,
        )

    def _width(self, number: float) -> float:
        return round(min(100.0, 100 * number / self.widest), 2) if self.widest else 0.0
