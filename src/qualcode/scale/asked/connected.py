"""Connections in a table of assignments: what a moving window holds is counted where the table is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import LEVELS, Membership
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.texts.documents import Value
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.results import Material
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.listed import Reads, no_variable
from qualcode.scale.steps.countings import is_cut
from qualcode.stats.arguments import check_count, check_one_of, check_variable
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouping import NOT_KNOWN
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.counting.partials import Partial, merged
from qualcode.stats.counting.sums_by_key import Key, SumsByKey
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.counting.variable_values import document_values, natural_order
from qualcode.stats.order.connections import (
    ConnectionTable,
    connection_fields,
    connection_partial,
)
from qualcode.stats.order.text_order import check_ordered, coded_lines

__all__ = ["Connected", "TableStanzas", "stanzas"]


@attrs.frozen(eq=False)
class Connected:
    """Which nodes are close to which, within a window that moves over the units of each document.

    Parameters
    ----------
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    unit : str, regular expression or callable
        What the window moves over.
    window : int
        How many units it holds.
    by : str or None
        Whose connections: a variable of documents or cases, ``"document"`` or ``"case"``.
    own : bool
        Whether it is documents or cases themselves: nothing has a variable that is called so.
    """

    membership: Membership
    unit: Unit
    window: int
    by: str | None
    own: bool

    @property
    def reads(self) -> Reads:
        """Texts, where they are cut into units."""
        return "texts" if is_cut(self.unit) else "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        lines = coded_lines(coded, self.membership, self.unit)
        number: dict[Key, int] = {}
        kind = np.array(
            [number.setdefault(key, len(number)) for key in self._held(coded)], dtype=np.int64
        )
        return connection_partial(
            coded.ids, lines, self.window, tuple(number), kind[lines.document]
        )

    def _held(self, coded: Coded) -> list[Key]:
        """Return the groups of each document."""
        by = self.by
        if by is None:
            return [(None,)] * len(coded.documents)
        if self.own and by == "document":
            return [(each.id,) for each in coded.documents]
        if self.own:
            return [tuple(each.cases) for each in coded.documents]
        return [document_values(each, coded.named, by) or (NOT_KNOWN,) for each in coded.documents]

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> tuple[Partial, tuple[Value | None, ...]]:
        """Return what was counted, and the groups in order, what has no value last."""
        units = partial.arrays["units"]
        assert isinstance(units, SumsByKey)
        groups = {value for key in units.keys for value in key}
        if self.by is None or self.own:
            return partial, tuple(sorted(groups, key=natural_order)) if self.by else (None,)
        if not groups - {NOT_KNOWN}:
            raise StatisticsError(no_variable(self.by))
        return partial, tuple(
            sorted(groups, key=lambda value: (value == NOT_KNOWN, natural_order(value)))
        )


@attrs.frozen(eq=False)
class TableStanzas(ConnectionTable):
    """Connections of nodes within a moving window, in a table of assignments.

    Its fields are those of `qualcode.stats.ConnectionTable`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)


@question(called="function", named=ASKED)
def stanzas(
    table: Any,
    codebook: Codebook,
    *,
    unit: Unit = "turn",
    window: int = 4,
    level: str = "code",
    rollup: str | Rollup | None = None,
    by: str | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableStanzas:
    """Count connections of nodes within a window that moves over the units of a table's documents.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`. Units that are cut from texts need documents with their text;
        ``"segment"``, which follow each other as they begin, do not.
    unit, window, level, rollup
        As for `Project.stanzas`.
    by : str, optional
        Whose connections: a variable of documents or cases, ``"document"`` or ``"case"``. Speakers are told
        apart in projects only. A document that belongs to cases with different values counts for each.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Raises
    ------
    StatisticsError
        For units that follow nothing, a window below 1, and a variable that nothing has.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("partnership-interviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.stanzas(rows, project.codebook, unit="segment")
    >>> bool((found.counts == project.stanzas(unit="segment").counts).all())
    True
    """
    window = check_count(window, what="window", least=1)
    check_one_of(level, LEVELS, what="level")
    unit = check_ordered(unit)
    by = None if by is None else check_variable(by, what="by")
    asked = Asked(table, codebook, coders, engine, repartition, where)
    asked.check_unit(unit)
    if by is not None and by != "document" and asked.table.documents is None:
        raise StatisticsError(
            f"by={by!r} is told of documents: scan_assignments(…, documents=…) with a column "
            f"{'cases' if by == 'case' else by!r}"
        )
    if by is not None and asked.is_of_speakers(by):
        raise StatisticsError(
            f"by={by!r} asks who speaks, and connections in a table are told apart by documents: give a "
            "variable of documents or cases, or ask a project"
        )
    nodes, membership = of_level(hierarchy := asked.along(rollup), level)
    documents = asked.table.documents
    own = by in ("document", "case") and not (documents is not None and documents.knows(by))
    counting = Connected(membership, unit, window, by, own)
    part, material = asked.part(counting, () if by is None or own else (by,))
    counted, groups = counting.finish(cast(Partial, part.counted))
    return TableStanzas(
        **connection_fields(counted, nodes, groups, by=by), unit=unit_name(unit), window=window, by=by,
        rollup=hierarchy.rollup, counted=material,
    )  # fmt: skip
