"""What a study compares: which coder put what on which unit, as ratings that measures take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.counted import Counted
from qualcode.model.state import State
from qualcode.stats.agreement.result import StudySummary
from qualcode.stats.agreement.study.coding_table import (
    POOLED,
    SETS,
    CoverageFrom,
    Flags,
    Table,
    Uncoded,
    labels_in,
)
from qualcode.stats.agreement.study.compared import Compared

__all__ = ["StudyRatings"]


@attrs.frozen(eq=False, repr=False)
class StudyRatings(Compared):
    """What coders put on the same units: the ratings that a study compares.

    Parameters
    ----------
    state : State
        The project's content.
    table : Table
        Which coder put which code on which unit.
    nodes : tuple of Node
        The codes, themes or domains compared.
    unit : str
        What a unit is.
    uncoded : {"decision", "missing"}
        What a unit means that a coder left uncoded in a document that they covered.
    rollup : Rollup
        Along which the nodes are.
    chosen : bool
        Whether the nodes were named, and not all that anybody used.
    coverage : mapping of str to tuple of str, or None
        The documents that coders covered, where that was stated.
    coverage_from : mapping of str to {"stated", "finished", "assigned"}
        How it is known of each coder what they covered: it was stated; they marked what they finished;
        or, where they marked nothing, they are taken to have covered what they assigned anything in.
    named : bool
        Whether the coders were named, and are not all persons there are.
    again : str or None
        Who is compared with themselves, and at which moments, where it is one coder twice.
    """

    state: State
    table: Table
    nodes: tuple[Node, ...]
    unit: str
    uncoded: Uncoded
    rollup: Rollup
    chosen: bool
    coverage: Mapping[str, tuple[str, ...]] | None
    coverage_from: Mapping[str, CoverageFrom]
    named: bool
    again: str | None = None

    @cached_property
    def accepted_alike(self) -> int:
        """How many codes on a stretch of text two coders or more accepted when they were suggested.

        There they agree with what they were shown, which says little of how they would have coded without.
        ``project.restricted(origin=["hand", "import"]).study(…)`` compares what people coded by themselves.
        """
        rows = self.table.rows
        shown = np.array(
            [origin.startswith("suggestion") for origin in rows.rows.origins], np.bool_
        )
        kept = np.flatnonzero(shown[rows.rows.origin]) if len(rows) else np.zeros(0, np.int64)
        places = np.column_stack(
            [
                rows.document[kept],
                rows.start[kept],
                rows.end[kept],
                rows.code[kept],
                rows.coder[kept],
            ]
        )
        coders = np.unique(np.unique(places, axis=0)[:, :-1], axis=0, return_counts=True)[1]
        return int((coders > 1).sum())

    @property
    def coders(self) -> tuple[str, ...]:
        """Who is compared."""
        return self.table.coders

    @property
    def counted(self) -> Counted:
        """Who is compared, in how many documents, and who is left out for being no person."""
        if self.named:
            return Counted("named", named=self.coders, by_named=len(self.documents))
        left_out = self.state.counting(persons=True).counted.left_out
        return Counted(
            "persons", persons=self.coders, by_persons=len(self.documents), left_out=left_out
        )

    @property
    def documents(self) -> tuple[str, ...]:
        """Documents that at least two of the coders covered, in order."""
        return self.table.documents

    @property
    def clusters(self) -> npt.NDArray[np.int64]:
        """The document of each unit, as a number into `documents`, shape (units,)."""
        return self.table.clusters

    @property
    def n_units(self) -> int:
        """How many units are compared."""
        return len(self.table.clusters)

    @cached_property
    def present(self) -> Flags:
        """Whether the coder put the node on the unit, shape (coders, units, nodes)."""
        return self.table.present(self.nodes)

    @cached_property
    def rated(self) -> Flags:
        """Whether the coder decided about the unit at all, shape (coders, units)."""
        read = self.table.read[:, self.clusters]
        return read & self.present.any(axis=2) if self.uncoded == "missing" else read

    def ratings(self, of: str = SETS) -> npt.NDArray[np.object_]:
        """Return the ratings as a table of shape (coders, units), None where there is none.

        Parameters
        ----------
        of : str, default "sets"
            ``"sets"``: each rating is the frozenset of the codes on the unit. The id of a code, theme
            or domain: whether it is on the unit. ``"pooled"``: that of all of them, one after the
            other, so that there are units × codes columns.
        """
        return labels_in(self.ratings_of(of))

    def clusters_of(self, of: str) -> npt.NDArray[np.int64]:
        """Return the document of each unit of `ratings`, as a number into `documents`."""
        return np.tile(self.clusters, len(self.nodes)) if of == POOLED else self.clusters

    def rated_twice(self, of: str) -> npt.NDArray[np.int64]:
        """Return the document, as a number, of each unit that two coders rated."""
        twice = (self.ratings_of(of).codes >= 0).sum(axis=0) > 1
        documents: npt.NDArray[np.int64] = self.clusters_of(of)[twice]
        return documents

    def summary(
        self, of: str, *, part: Literal["where", "what", "weight", "order"] | None = None
    ) -> StudySummary:
        """Return what a result says of the study that it was computed on.

        Parameters
        ----------
        of : str
            What is compared, as for `ratings`.
        part : {"where", "what", "weight", "order"}, optional
            As for `StudySummary`.
        """
        return StudySummary(
            project=self.state.name,
            revision=f"{len(self.state.history)} ({self.state.head})",
            coders=self.coders,
            level=self.level,
            rollup=None if self.level == "code" else self.rollup.id,
            nodes=tuple(node.id for node in self.nodes),
            chosen=self.chosen,
            unit=self.unit,
            documents=len(self.documents),
            units=self.n_units,
            coverage=self.coverage,
            coverage_from=self.coverage_from,
            counted=self.counted,
            uncoded=self.uncoded,
            of=of,
            part=part,
            accepted_alike=self.accepted_alike,
            unsettled=self.state.unsettled,
            again=self.again,
            names={node.id: node.name for node in self.nodes},
        )
