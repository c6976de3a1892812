"""The levels on which coders can be compared: codes, and the themes and domains of each rollup."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Unpack

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import LEVELS, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.stats.agreement._intervals import MeasureOptions
from qualcode.stats.agreement.study.frames import result_row
from qualcode.stats.arguments import check_list

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.agreement.study.study import Study

__all__ = ["by_level", "named_nodes", "nodes_at"]


def nodes_at(
    state: State, level: str, rollup: str | Rollup | None, used: Collection[str]
) -> tuple[Node, ...]:
    """Return the nodes of a level that hold codes the coders used.

    Raises
    ------
    StatisticsError
        When there are none.
    """
    nodes = lay_over(state.rollup(rollup), state.codebook).level(level)
    found = tuple(node for node in nodes if node.id != UNASSIGNED and node.codes & set(used))
    if not found:
        raise StatisticsError(f"the coders used no {level} that could be compared")
    return found


def named_nodes(
    state: State, level: str, rollup: str | Rollup | None, codes: Iterable[str] | str
) -> tuple[Node, ...]:
    """Return the nodes of a level that are named, each once.

    Raises
    ------
    NotFoundError
        When there is no such node.
    StatisticsError
        When none is named.
    """
    hierarchy = lay_over(state.rollup(rollup), state.codebook)
    named = tuple(dict.fromkeys(check_texts(codes, what="codes", error=StatisticsError)))
    if not named:
        raise StatisticsError("codes=… names nothing to compare; leave it out to compare all")
    return tuple(hierarchy.node(id, level) for id in named)


def by_level(
    study: Study,
    measure: str,
    of: str,
    rollups: Iterable[str | Rollup] | None,
    **options: Unpack[MeasureOptions],
) -> pd.DataFrame:
    """Return a measure at the level of codes, and of the themes and domains of each rollup."""
    import pandas as pd

    rows = []
    for level, rollup in _levels(study.state, rollups):
        row: dict[str, Any] = {"rollup": rollup and rollup.id, "level": level}
        try:
            seen = study.at_level(level, rollup)
        except StatisticsError as error:
            rows.append({**row, "nodes": 0, "reason": str(error)})
            continue
        result = seen.agreement(measure, of=of, **options)
        rows.append({**row, "nodes": len(seen.nodes), **result_row(result)})
    columns = ["rollup", "level", "nodes", "value", "low", "high", "observed", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _levels(
    state: State, rollups: Iterable[str | Rollup] | None
) -> Iterator[tuple[str, Rollup | None]]:
    """Yield the level of codes, then themes and domains of each rollup."""
    yield "code", None
    codebook = state.codebook
    if rollups is None:
        nested = any(code.parent for code in codebook.codes.values())
        rollups = [*codebook.rollups, *(["tree"] if nested else [])]
    elif isinstance(rollups, str | Rollup):
        rollups = [rollups]
    rollups = check_list(rollups, what="rollups", of="ids of rollups")
    for each in rollups:
        rollup = state.rollup(each)
        top = LEVELS.index(lay_over(rollup, codebook).top)
        yield from ((level, rollup) for level in reversed(LEVELS[top:-1]))
