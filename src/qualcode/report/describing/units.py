"""How descriptions name what was counted: the units, where codes met, and which codes these were."""

from __future__ import annotations

from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.readable import many
from qualcode.report.describing.wording import is_named, per_cent
from qualcode.stats.groups.comparison import GroupComparison
from qualcode.stats.pairs.pair_table import PairTable

__all__ = [
    "UNITS",
    "along",
    "at_least",
    "by_whom",
    "cut_unit",
    "level_of",
    "node_count",
    "where_met",
]

UNITS = {
    "segment": "a distinct coded segment, so that codes met where they were on exactly the same span",
    "document": "a document, which carried every code that was anywhere in it",
    "case": "a case, which carried every code that was anywhere in its documents",
}
"""What a unit is; other units are cut by a segmenter."""


def cut_unit(unit: str) -> str:
    """Return what a unit is that carries codes.

    Examples
    --------
    >>> cut_unit("turn")
    'a turn, which carried every code with a segment that shared a code point with it'
    """
    if unit in UNITS:
        return UNITS[unit]
    what = f"a {unit}" if is_named(unit) else f"what {unit!r} cuts out"
    return f"{what}, which carried every code with a segment that shared a code point with it"


def where_met(met: PairTable | GroupComparison) -> str:
    """Return a sentence on where codes met."""
    if met.meeting == "contained":
        return (
            "What was counted of two codes, in this order, is, summed over documents, the smaller of "
            "the number of segments of the one that lay inside a segment of the other (or were the "
            "same), and of segments of the other that one of the one lay in."
        )
    if met.meeting == "overlap":
        return f"Two codes met where their segments {_reach(met.gap, met.min_overlap)}; {_SMALLER}"
    unit = f"A unit was {cut_unit(met.unit or 'segment')}."
    if met.gap is None:
        return unit
    return (
        f"{unit} Two codes met where they were on the same unit, or on two units of a document with at "
        f"most {many(met.gap, 'other')} between them; {_SMALLER.replace('segments', 'units')}"
    )


_SMALLER = (
    "what was counted is, summed over documents, the smaller of the number of segments of the one that "
    "met the other, and of the other that met the one."
)


def _reach(gap: int | None, min_overlap: int | float | None) -> str:
    if gap is not None:
        return f"overlapped or lay at most {many(gap, 'code point')} apart"
    if isinstance(min_overlap, float):
        return f"shared at least {per_cent(min_overlap)} of the shorter one"
    return f"shared at least {many(min_overlap, 'code point') if min_overlap else 'one code point'}"


def by_whom(same_coder: bool, level: str) -> str:
    """Return a sentence on whose codes could meet."""
    if not same_coder:
        return f"The two {level}s of a pair could be from different coders."
    return (
        f"Both {level}s of a pair had to be from one coder: each coder's reading of a unit was a unit "
        "of its own."
    )


def level_of(nodes: tuple[Node, ...]) -> str:
    """Return what the nodes are; codes where there are none."""
    return nodes[0].level if nodes else "code"


def node_count(nodes: tuple[Node, ...]) -> str:
    """Return how many codes, themes or domains there are."""
    return many(len(nodes), level_of(nodes))


def along(level: str, rollup: Rollup) -> str:
    """Return which rollup themes or domains are of; nothing for codes."""
    return "" if level == "code" else f" of the rollup “{rollup.name}”"


def at_least(count: int) -> str:
    """Return how often something has to happen, such as ``"at least once"``."""
    return f"at least {({1: 'once', 2: 'twice'}).get(count, f'{count} times')}"
