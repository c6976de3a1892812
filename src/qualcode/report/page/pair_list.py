"""The pairs of codes that meet most often, and the links that were drawn between codes."""

from __future__ import annotations

import attrs

from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.state import State
from qualcode.report.page.sources import Number, Sources
from qualcode.stats.counting.units import Unit
from qualcode.stats.pairs.cooccurrence import Cooccurrence, cooccur

__all__ = ["Linked", "Pair", "Pairs", "links_of", "pairs_of", "unit_name"]

SHOWN = 25
"""How many pairs a page shows."""

_UNITS = {
    "segment": "segments",
    "document": "documents",
    "case": "cases",
    "sentence": "sentences",
    "paragraph": "paragraphs",
    "line": "lines",
    "turn": "turns",
}


@attrs.frozen
class Pair:
    """Two codes that meet.

    Parameters
    ----------
    first, second : Code
        The codes.
    both : Number
        In how many units both are.
    own : tuple of Number
        In how many units each is.
    same : int
        How many segments carry both.
    jaccard, npmi : float or None
        How strongly they go together; None where it is not defined.
    """

    first: Code
    second: Code
    both: Number
    own: tuple[Number, Number]
    same: int
    jaccard: float | None
    npmi: float | None


@attrs.frozen
class Pairs:
    """The pairs that meet most often, strongest first.

    Parameters
    ----------
    unit : str
        In what they meet, in the plural.
    n_units : int
        How many of those there are.
    pairs : tuple of Pair
        The strongest ones.
    hidden : int
        How many more pairs meet.
    """

    unit: str
    n_units: int
    pairs: tuple[Pair, ...]
    hidden: int


@attrs.frozen
class Linked:
    """A link between two codes, with how often each occurs, and both."""

    link: Link
    source: Code
    target: Code
    own: tuple[Number, Number]
    both: Number


def unit_name(unit: Unit) -> str:
    """Return what the units of counting are called, in the plural."""
    return _UNITS.get(unit, "units") if isinstance(unit, str) else "units"


def _number(sources: Sources, code: Code, count: int) -> Number:
    return Number(count, (sources.node(code.name, frozenset([code.id])),), f"code-{code.id}")


def _both(sources: Sources, first: Code, second: Code, count: int) -> Number:
    nodes = tuple(sources.node(code.name, frozenset([code.id])) for code in (first, second))
    return Number(count, nodes, f"code-{first.id}")


def pairs_of(state: State, *, unit: Unit, sources: Sources, limit: int = SHOWN) -> Pairs:
    """Return the pairs of codes that meet most often.

    Parameters
    ----------
    state : State
        What is reported.
    unit : str, regular expression or callable
        On what units they meet.
    sources : Sources
        Where the segments behind each number are noted.
    limit : int
        How many pairs.
    """
    met = cooccur(state, unit=unit)
    same = cooccur(state, unit="segment")
    table = met.to_frame(measures=("jaccard", "npmi"))
    codes = state.codebook.codes
    pairs = []
    for row in table.head(limit).to_dict("records"):
        first, second = codes[row["a"]], codes[row["b"]]
        pairs.append(
            Pair(
                first,
                second,
                _both(sources, first, second, int(row["both"])),
                (
                    _number(sources, first, int(row["n_a"])),
                    _number(sources, second, int(row["n_b"])),
                ),
                same.both(first.id, second.id),
                _defined(row["jaccard"]),
                _defined(row["npmi"]),
            )
        )
    return Pairs(unit_name(unit), met.n_units, tuple(pairs), max(0, len(table) - limit))


def _defined(value: float) -> float | None:
    return None if value != value else float(value)


def links_of(state: State, *, unit: Unit, sources: Sources) -> tuple[Linked, ...]:
    """Return the links between codes in the order of the codebook."""
    met = cooccur(state, unit=unit)
    codes = state.codebook.codes
    order = {id: at for at, id in enumerate(codes)}
    found = []
    for link in sorted(state.codebook.links, key=lambda link: order[link.source]):
        source, target = codes[link.source], codes[link.target]
        found.append(
            Linked(
                link,
                source,
                target,
                (
                    _number(sources, source, _count(met, source.id, source.id)),
                    _number(sources, target, _count(met, target.id, target.id)),
                ),
                _both(sources, source, target, _count(met, source.id, target.id)),
            )
        )
    return tuple(found)


def _count(met: Cooccurrence, first: str, second: str) -> int:
    """Return in how many units two codes meet; 0 for codes that nothing carries."""
    counted = {node.id for node in met.nodes}
    return met.both(first, second) if {first, second} <= counted else 0
