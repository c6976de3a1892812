"""How descriptions name what was counted: the units, where codes met, and which codes these were."""

from __future__ import annotations

from qualcode.model.hierarchy import Node
from qualcode.model.rollups import Rollup
from qualcode.report.describing.wording import many, unit_argument

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
    what = f"a {unit}" if unit_argument(unit) == repr(unit) else f"what {unit!r} cuts out"
    return f"{what}, which carried every code with a segment that shared a code point with it"


def where_met(within: str, gap: int | None) -> str:
    """Return a sentence on where codes met."""
    if within != "overlap":
        return f"A unit was {cut_unit(within)}."
    reach = (
        "shared at least one code point"
        if gap is None
        else f"overlapped or lay at most {many(gap, 'code point')} apart"
    )
    return (
        f"Two codes met where their segments {reach}; what was counted is, summed over documents, the "
        "smaller of the number of segments of the one that met the other, and of the other that met "
        "the one."
    )


def by_whom(coders: str, level: str) -> str:
    """Return a sentence on whose codes could meet."""
    if coders == "any":
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
