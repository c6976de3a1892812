"""Saturation of a table of assignments: which codes documents have is found where the table is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import LEVELS
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.results import Material
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.listed import Reads, no_variable
from qualcode.stats.arguments import check_one_of
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Partial, merged
from qualcode.stats.counting.variable_values import natural_order
from qualcode.stats.saturation.found_in_order import (
    SaturationCourse,
    checked_order,
    course,
    presence_partial,
)

if TYPE_CHECKING:
    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["CodesOfDocuments", "TableSaturation", "saturation"]


@attrs.frozen(eq=False)
class CodesOfDocuments:
    """Which codes each document has."""

    reads: Reads = "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return presence_partial(coded)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> Partial:
        """Return it as it is: what follows from it depends on the order of the documents."""
        return partial


@attrs.frozen(eq=False)
class TableSaturation(SaturationCourse):
    """How much of what there is to find a table of assignments has found.

    Its fields are those of `qualcode.stats.saturation.SaturationCourse`, and one more.

    Parameters
    ----------
    counted : Material
        What was counted.
    """

    counted: Material = attrs.field(repr=False, kw_only=True)


@question(called="function", named=ASKED)
def saturation(
    table: Any,
    codebook: Codebook,
    *,
    order: str | Iterable[str] | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    n_orders: int = 1000,
    confidence: float = 0.95,
    random_state: RandomState = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TableSaturation:
    """Return how much of what there is to find a table of assignments has found.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`.
    order : str or iterable of str, optional
        In which order documents are taken: the name of a variable of documents, such as a date, or the ids
        of all documents. That of the table of documents when not given, which is an order only where its
        rows have one: a frame of Spark has none. A table of assignments says nothing of when something was
        assigned.
    level, rollup, base, run, threshold, n_orders, confidence, random_state
        As for `Project.saturation`. Random orders of a million documents take some minutes: give fewer.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Raises
    ------
    StatisticsError
        When nothing is coded, or the order of the documents is not known.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> wanted = project.saturation(random_state=1)
    >>> found = qc.saturation(rows, project.codebook, order=wanted.documents, random_state=1)
    >>> found.to_frame().equals(wanted.to_frame())
    True
    """
    check_one_of(level, LEVELS, what="level")
    asked = Asked(table, codebook, coders, engine, repartition, where)
    if order is None and asked.table.documents is None:
        raise StatisticsError(
            "a table of assignments does not say in which order documents were coded: order=… their ids, or "
            "scan_assignments(…, documents=…) with a table that lists them in order"
        )
    counted, material = asked.count(CodesOfDocuments())
    found = course(
        counted, _documents(asked, order, counted.documents), asked.along(rollup), level, base=base, run=run,
        threshold=threshold, n_orders=n_orders, confidence=confidence, random_state=random_state,
    )  # fmt: skip
    return TableSaturation(**found, new_at="use", counted=material)


def _documents(
    asked: Asked, order: str | Iterable[str] | None, known: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the documents in the order in which they are taken."""
    listed = asked.table.documents
    if order is None and listed is not None:
        return checked_order(listed.ids(), known)
    if not isinstance(order, str):
        return checked_order(order or (), known)
    values = {} if listed is None else listed.values(order)
    if not values:
        raise StatisticsError(no_variable(order, () if listed is None else listed.names))
    without = [id for id in known if id not in values]
    if without:
        raise StatisticsError(
            f"order={order!r}: document {without[0]!r} has no such variable, so that it has no place"
        )
    return tuple(sorted(known, key=lambda id: (natural_order(values[id]), id)))
