"""The levels on which coders can be compared: codes, and the themes and domains of each rollup."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import LEVELS, Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.stats.arguments import check_list

__all__ = ["NothingComparedError", "levels_of", "named_nodes", "nodes_at"]


class NothingComparedError(StatisticsError):
    """The arguments are right, but there is no coding yet in which two coders could differ."""


def nodes_at(hierarchy: Hierarchy, level: str, used: Collection[str]) -> tuple[Node, ...]:
    """Return the nodes of a level that hold codes the coders used.

    Raises
    ------
    NothingComparedError
        When there are none.
    """
    found = tuple(
        node for node in hierarchy.level(level) if node.id != UNASSIGNED and node.codes & set(used)
    )
    if not found:
        raise NothingComparedError(f"the coders used no {level} that could be compared")
    return found


def named_nodes(hierarchy: Hierarchy, level: str, codes: Iterable[str] | str) -> tuple[Node, ...]:
    """Return the nodes of a level that are named, each once.

    Raises
    ------
    NotFoundError
        When there is no such node.
    StatisticsError
        When none is named.
    """
    named = tuple(dict.fromkeys(check_texts(codes, what="codes", error=StatisticsError)))
    if not named:
        raise StatisticsError("codes=… names nothing to compare; leave it out to compare all")
    return tuple(hierarchy.node(id, level) for id in named)


def levels_of(
    state: State, rollups: Iterable[str | Rollup] | None
) -> Iterator[tuple[str, Rollup | None]]:
    """Yield the level of codes, then themes and domains of each rollup.

    Parameters
    ----------
    state : State
        Whose codebook.
    rollups : iterable of str or Rollup, optional
        Which; all of the codebook, and the code tree where codes have parents, when not given.
    """
    yield "code", None
    codebook = state.codebook
    if rollups is None:
        nested = any(code.parent for code in codebook.codes.values())
        rollups = [*codebook.rollups, *(["tree"] if nested else [])]
    elif isinstance(rollups, str | Rollup):
        rollups = [rollups]
    rollups = check_list(rollups, what="rollups", of="ids of rollups")
    for each in rollups:
        rollup = state.find_rollup(each)
        top = LEVELS.index(lay_over(rollup, codebook).top)
        yield from ((level, rollup) for level in reversed(LEVELS[top:-1]))
