"""Units by group, with what belongs together: whole documents, and all documents of a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_unit, check_variable
from qualcode.stats.counting.belonging import Cluster, lots
from qualcode.stats.counting.grouping import NOT_KNOWN, variable_groups
from qualcode.stats.counting.speaking import is_of_speakers
from qualcode.stats.counting.units import Unit
from qualcode.stats.groups.prevalence import carried_units, spoken_units

__all__ = ["GroupedUnits", "grouped_units", "share_columns", "shares_of"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class GroupedUnits(ByValue):
    """Units, and those that carry each node, by cluster and group.

    Parameters
    ----------
    state : State
        Whose assignments are counted.
    nodes : tuple of Node
        The codes, themes or domains that anything carries.
    rollup : Rollup
        Along which they are.
    groups : tuple
        The values of the variable, in order.
    carrying : array of int64, clusters × groups × nodes
        Units that carry each node.
    units : array of int64, clusters × groups
        All units.
    cluster : {"document", "case"}
        Whether each cluster is one document, or some are all documents of a case.
    left_out : int
        How many documents (or cases, where these are the units) have no value of the variable.
    """

    state: State
    nodes: tuple[Node, ...]
    rollup: Rollup
    groups: tuple[Value, ...]
    carrying: Longs
    units: Longs
    cluster: Literal["document", "case"]
    left_out: int


def grouped_units(
    state: State,
    by: str,
    *,
    unit: Unit,
    level: str,
    rollup: str | Rollup | None,
    coders: Iterable[str] | str | None,
    cluster: Cluster,
) -> GroupedUnits:
    """Return the units of each group; the arguments as for `group_tests`.

    Raises
    ------
    StatisticsError
        When nothing has the variable, there is one group only, or nothing is coded.
    """
    check_variable(by, what="by")
    unit = check_unit(unit)
    state = state.counting(coders)
    found = carried_units(state, unit, level=level, rollup=rollup)
    tables: dict[Value, tuple[Longs, Longs]]
    if is_of_speakers(state, by):
        spoken = spoken_units(state, by, found, unit, level, rollup)
        tables = {value: each for value, each in spoken.items() if value is not None}
    else:
        masks = variable_groups(state, by, of="case" if unit == "case" else "document")
        tables = {
            value: (found.carrying * mask[:, None], found.units * mask)
            for value, mask in masks.items()
        }
    unknown = tables.pop(NOT_KNOWN, None)
    groups = tuple(tables)
    if len(groups) < 2 or not found.nodes:
        what = "nothing is coded" if not found.nodes else f"there is one group only, {groups[0]!r}"
        raise StatisticsError(f"there is nothing to compare by {by!r}: {what}")
    number = np.arange(len(found.units)) if unit == "case" else lots(state, cluster, by=by)
    carrying = np.zeros((number.max() + 1, len(groups), len(found.nodes)), dtype=np.int64)
    units = np.zeros(carrying.shape[:2], dtype=np.int64)
    for at, (with_node, every) in enumerate(tables.values()):
        np.add.at(carrying[:, at], number, with_node)
        np.add.at(units[:, at], number, every)
    # Without a unit in any group a cluster tells nothing.
    there = units.any(axis=1)
    together = unit == "case" or len(np.unique(number)) < len(number)
    left_out = 0 if unknown is None else int(np.count_nonzero(unknown[1]))
    return GroupedUnits(
        state, found.nodes, found.rollup, groups, carrying[there], units[there],
        "case" if together else "document", left_out,
    )  # fmt: skip


def shares_of(counts: Longs, units: Longs) -> NDArray[np.float64]:
    """Return the share of units that carry each node in each group; NaN where a group has none.

    Parameters
    ----------
    counts : array of int64, groups × nodes
        Units that carry each node.
    units : array of int64, shape (groups,)
        All units.
    """
    shares = counts / np.maximum(units, 1)[:, None]
    return np.where(units[:, None] > 0, shares, np.nan)


def share_columns(
    by: str, nodes: Sequence[Node], groups: Sequence[Value], shares: NDArray[np.float64]
) -> dict[str, Any]:
    """Return what frames show of each node: id, name, and for each group, such as ``site=north``, the share.

    Parameters
    ----------
    by : str
        The variable.
    nodes, groups : sequence
        The nodes, and the values of the variable.
    shares : array of float, groups × nodes
        What `shares_of` returns.
    """
    return {
        "id": [node.id for node in nodes],
        "name": [node.name for node in nodes],
        **{f"{by}={group}": row for group, row in zip(groups, shares, strict=True)},
    }
