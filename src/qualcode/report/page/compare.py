"""Domains or themes by the values of a variable."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.report.page.colours import shared_colour
from qualcode.report.page.sources import Number, Sources
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.policies import Policy
from qualcode.stats.counting.rollup import crosstab

__all__ = ["Compared", "Comparison", "compare", "value_label"]


@attrs.frozen
class Compared:
    """A domain or theme with its count for each value.

    Parameters
    ----------
    name, colour : str
        Of the domain or theme.
    cells : tuple of (Number, float)
        For each value the count and its share, in per cent of the highest share or count.
    """

    name: str
    colour: str
    cells: tuple[tuple[Number, float], ...]


@attrs.frozen
class Comparison:
    """The highest level of a rollup by the values of a variable.

    Parameters
    ----------
    variable : str
        Its name.
    values : tuple of (str, int)
        Each value, and how many documents have it.
    rows : tuple of Compared
        The domains or themes.
    """

    variable: str
    values: tuple[tuple[str, int], ...]
    rows: tuple[Compared, ...]


def value_label(value: Value) -> str:
    """Return how a variable's value is written for people."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def compare(
    state: State,
    rollup: Rollup,
    variable: str,
    *,
    count: Policy,
    sources: Sources,
    colours: Mapping[str, str],
) -> Comparison:
    """Return the highest level of a rollup by the values of a variable.

    Parameters
    ----------
    state : State
        What is reported.
    rollup : Rollup
        Whose domains, or else themes, are the rows.
    variable : str
        Of documents or cases; see `View.crosstab`.
    count : Policy
        What is counted.
    sources : Sources
        Where the segments behind each number are noted.
    colours : mapping of str to str
        Of codes.
    """
    table = crosstab(state, variable, rollup=rollup, count=count)
    masks = [np.flatnonzero(mask) for mask in variable_groups(state, variable).values()]
    groups = [sources.group(mask.tolist()) for mask in masks]
    sizes = np.array([len(mask) for mask in masks])
    # A bar is a share of the group where the count is of documents, so that groups can be compared.
    lengths = table.counts / sizes if count.name == "documents" else table.counts
    longest = float(lengths.max(initial=0)) or 1.0
    rows = []
    for at, node in enumerate(table.nodes):
        if node.id == UNASSIGNED:
            continue
        number = sources.node(node.name, node.codes)
        cells = tuple(
            (
                Number(counted, (number,), f"rollup-{rollup.id}", group=group),
                round(100 * float(length) / longest, 1),
            )
            for counted, length, group in zip(
                table.counts[at].tolist(), lengths[at].tolist(), groups, strict=True
            )
        )
        colour = shared_colour(node.codes, state.codebook, colours)
        rows.append(Compared(node.name, colour, cells))
    values = tuple(
        (value_label(value), size) for value, size in zip(table.values, sizes.tolist(), strict=True)
    )
    return Comparison(variable, values, tuple(rows))
