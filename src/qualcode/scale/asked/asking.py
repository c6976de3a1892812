"""What every question to a table has: the table, a codebook, who counts, and where it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, RollupError, StatisticsError
from qualcode.model.checks import check_kind, check_named
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Hierarchy, find_rollup, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.texts.documents import Value
from qualcode.scale.asked.results import Material
from qualcode.scale.sources.engines import Engine
from qualcode.scale.sources.listed import Listed, no_variable
from qualcode.scale.sources.table import AssignmentTable, as_table
from qualcode.scale.steps.conditions import (
    as_condition,
    asks_turns,
    check_there,
    reads_texts,
    variables_of,
)
from qualcode.scale.steps.plan import Counting, Part, Plan
from qualcode.scale.steps.running import count_table
from qualcode.stats.counting.grouping import NOT_KNOWN, masks_of
from qualcode.stats.counting.policies import Policy
from qualcode.stats.counting.speaking import names_speakers
from qualcode.stats.counting.units import Unit, is_cut, unit_name
from qualcode.stats.counting.variable_values import natural_order

__all__ = ["ASKED", "Asked"]

Flags: TypeAlias = npt.NDArray[np.bool_]

ASKED = ("table", "codebook", "engine")
"""What questions are given that is too large to be written into their recipes."""


class Asked:
    """What every question has: a table, a codebook, who counts, and where."""

    def __init__(
        self,
        table: Any,
        codebook: Codebook,
        coders: str | Iterable[str] | None,
        engine: Engine,
        repartition: bool,
        where: Query | str | None = None,
    ) -> None:
        self.table: AssignmentTable = as_table(table)
        self.codebook = check_kind(codebook, Codebook, what="codebook", error=RollupError)
        self.where = as_condition(where, self.codebook)
        if self.where is not None:
            self._check_told(self.where)
        self.coders = None if coders is None else check_named(coders, what="coders")
        self._engine, self._repartition = engine, repartition

    @property
    def has_texts(self) -> bool:
        """Whether the documents have their text."""
        documents = self.table.documents
        return documents is not None and "text" in documents.columns("texts")

    @property
    def has_turns(self) -> bool:
        """Whether a table tells who speaks."""
        documents = self.table.documents
        return documents is not None and documents.turns is not None

    @property
    def has_lengths(self) -> bool:
        """Whether it is known how long the documents are."""
        documents = self.table.documents
        return documents is not None and not {"text", "length"}.isdisjoint(
            documents.columns("lengths")
        )

    def _check_told(self, where: Query) -> None:
        """Refuse a query about texts and variables that nobody gave."""
        documents = self.table.documents
        if reads_texts(where, turns=self.has_turns) and not self.has_texts:
            raise StatisticsError(
                f"where={str(where)!r} is about texts, which are not given: scan_assignments(…, documents=…) "
                "with a column 'text'"
            )
        for name in sorted(variables_of(where)):
            if documents is None or not documents.knows(name):
                raise NotFoundError(no_variable(name, () if documents is None else documents.names))

    def check_unit(self, unit: Unit) -> None:
        """Refuse units that take documents where there are none."""
        if self.table.documents is None and (unit == "case" or is_cut(unit)):
            raise StatisticsError(
                f"unit={unit_name(unit)!r} needs the documents: scan_assignments(…, documents=…) with "
                f"their {'cases' if unit == 'case' else 'text'}"
            )

    def groups(self, variable: str, unit: Unit, clusters: Sequence[str]) -> dict[Value, Flags]:
        """Return for each value of a variable, in order, which documents have it; of cases, which of these.

        Raises
        ------
        StatisticsError
            When nothing has the variable.
        """
        documents = self.table.documents
        found: Mapping[str, tuple[Value, ...]] = {}
        if documents is not None and unit != "case":
            found = documents.groups(variable)
        elif documents is not None and documents.cases is not None:
            found = {id: (value,) for id, value in documents.cases.values(variable).items()}
        order = sorted({each for values in found.values() for each in values}, key=natural_order)
        if not order:
            raise StatisticsError(
                no_variable(variable, of="case" if unit == "case" else "document")
            )
        return masks_of([found.get(id) or (NOT_KNOWN,) for id in clusters], order)

    def cases_by(self, policy: Policy, variable: str) -> dict[str, Listed] | None:
        """Return all cases by id with a variable, where a policy counts cases, and they are given."""
        documents = self.table.documents
        if policy.name != "cases" or documents is None or documents.cases is None:
            return None
        return {each.id: each for each in documents.cases.rows((variable,))}

    def is_of_speakers(self, variable: str) -> bool:
        """Tell whether groups are those of speakers, as nothing has a variable that is called so.

        Raises
        ------
        StatisticsError
            When they are, and nothing tells who speaks.
        """
        documents = self.table.documents
        if not names_speakers(variable) or (documents is not None and documents.knows(variable)):
            return False
        if not (self.has_turns or self.has_texts):
            raise StatisticsError(
                f"{variable!r} asks who speaks, which is found in texts, or told by turns: "
                "scan_assignments(…, documents=…) with a column 'text', or scan_assignments(…, documents=…, "
                "turns=…)"
            )
        return True

    def of_cases(self, variable: str) -> tuple[str, ...]:
        """Return a variable, if it is one of cases, as what is read."""
        cases = None if self.table.documents is None else self.table.documents.cases
        return (variable,) if cases is not None and cases.has(variable) else ()

    def along(self, rollup: str | Rollup | None) -> Hierarchy:
        """Return the nodes of a rollup."""
        return lay_over(find_rollup(rollup, self.codebook), self.codebook)

    def count(self, counting: Counting) -> tuple[Any, Material]:
        """Return what was counted, and of what."""
        part, material = self.part(counting)
        return counting.finish(part.counted), material

    def part(
        self, counting: Counting, variables: Sequence[str] = (), *, speakers: bool = False
    ) -> tuple[Part, Material]:
        """Return what was counted in all parts together, and of what.

        Parameters
        ----------
        counting : Counting
            What is counted.
        variables : sequence of str
            By which variables of documents or cases.
        speakers : bool, default False
            Whether by who speaks.
        """
        turns = self.has_turns and (
            speakers
            or counting.reads == "texts"
            or (self.where is not None and asks_turns(self.where))
        )
        plan = Plan(self.codebook, counting, self.coders, self.where, (*variables,), turns)
        part = count_table(self.table, plan, engine=self._engine, repartition=self._repartition)
        if self.where is not None:
            check_there(self.where, coders=part.coders, documents=part.documents)
        material = Material(
            self.table.name, self.codebook, len(part.documents), part.assignments,
            tuple(sorted(part.coders)), self.coders is not None,
            None if self.where is None else str(self.where),
            tuple(id for id in self.coders or () if id not in part.coders),
        )  # fmt: skip
        return part, material
