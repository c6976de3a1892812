"""Shares of units in a table of assignments, with intervals by whole documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from qualcode.model.asking import question
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.texts.documents import Value
from qualcode.scale.asked.asking import ASKED, Asked
from qualcode.scale.asked.results import TablePrevalence
from qualcode.scale.sources.engines import Engine
from qualcode.scale.steps.countings import Carried
from qualcode.stats.arguments import check_unit, check_variable
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.proportions import (
    Interval,
    check_interval,
    fitting_interval,
    proportions,
)
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

__all__ = ["prevalence"]


@question(called="function", named=ASKED)
def prevalence(
    table: Any,
    codebook: Codebook,
    unit: Unit = "document",
    *,
    level: str = "code",
    rollup: str | Rollup | None = None,
    by: str | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
    engine: Engine = None,
    repartition: bool = True,
) -> TablePrevalence:
    """Return what share of units carries each node, with intervals by whole documents.

    Units are counted where the table is; intervals are computed here, from a row for each document.

    Parameters
    ----------
    table, codebook
        As for `qualcode.rollup`. Units that are cut from texts need documents with their text.
    unit, level, rollup
        As for `Project.prevalence`.
    by : str, optional
        A variable of documents or cases, as for `Project.prevalence`: shares within each of its values.
    interval, confidence, n_resamples, random_state
        As for `Project.prevalence`.
    coders, where, engine, repartition
        As for `qualcode.rollup`.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("collaboration-reviews")
    >>> rows = project.state.counting().assignments.to_frame()
    >>> found = qc.prevalence(rows, project.codebook, level="theme", rollup="factors")
    >>> found.to_frame().equals(project.prevalence(level="theme", rollup="factors").to_frame())
    True
    """
    unit = check_unit(unit)
    check_interval(interval)
    asked = Asked(table, codebook, coders, engine, repartition, where)
    asked.check_unit(unit)
    nodes, membership = of_level(hierarchy := asked.along(rollup), level)
    (clusters, carrying, units), material = asked.count(Carried(membership, unit))
    groups = _groups(asked, by, unit, clusters)
    shown = np.flatnonzero(carrying.any(axis=0))
    carrying = carrying[:, shown]
    options: dict[str, Any] = {
        "interval": interval or fitting_interval(carrying, units), "confidence": confidence,
        "n_resamples": n_resamples, "random_state": as_generator(random_state),
    }  # fmt: skip
    shares = {
        value: proportions(carrying[mask], units[mask], **options) for value, mask in groups.items()
    }
    return TablePrevalence(
        tuple(nodes[at] for at in shown.tolist()), unit_name(unit), by, shares, hierarchy.rollup,
        seed_of(random_state) if options["interval"] == "bootstrap" else None, counted=material,
    )  # fmt: skip


def _groups(
    asked: Asked, by: str | None, unit: Unit, clusters: tuple[str, ...]
) -> dict[Value | None, npt.NDArray[np.bool_]]:
    """Return which documents, or cases, have which value of a variable; all of them without one."""
    if by is None:
        return {None: np.ones(len(clusters), dtype=np.bool_)}
    found: dict[Value | None, npt.NDArray[np.bool_]] = {}
    return found | asked.groups(check_variable(by, what="by"), unit, clusters)
