"""What every question to a table has: the table, a codebook, who counts, and where it is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qualcode.errors import NotFoundError, RollupError, StatisticsError, did_you_mean
from qualcode.model.checks import check_kind, check_named
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Hierarchy, find_rollup, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.texts.documents import Value
from qualcode.scale.conditions import as_condition, check_there, reads_texts, variables_of
from qualcode.scale.countings import is_cut
from qualcode.scale.engines import Engine
from qualcode.scale.plan import Counting, Plan, finish
from qualcode.scale.results import Material
from qualcode.scale.running import count_table
from qualcode.scale.table import AssignmentTable, as_table
from qualcode.stats.counting.units import Unit, unit_name

__all__ = ["ASKED", "Asked"]

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
    def has_lengths(self) -> bool:
        """Whether it is known how long the documents are."""
        documents = self.table.documents
        return documents is not None and not {"text", "length"}.isdisjoint(
            documents.columns("lengths")
        )

    def _check_told(self, where: Query) -> None:
        """Refuse a query about texts and variables that nobody gave."""
        documents = self.table.documents
        if reads_texts(where) and not self.has_texts:
            raise StatisticsError(
                f"where={str(where)!r} is about texts, which are not given: scan_assignments(…, documents=…) "
                "with a column 'text'"
            )
        known = () if documents is None else documents.variables
        for name in sorted(variables_of(where).difference(known)):
            raise NotFoundError(no_variable(name, known))

    def check_unit(self, unit: Unit) -> None:
        """Refuse units that take documents where there are none."""
        if self.table.documents is None and (unit == "case" or is_cut(unit)):
            raise StatisticsError(
                f"unit={unit_name(unit)!r} needs the documents: scan_assignments(…, documents=…) with "
                f"their {'cases' if unit == 'case' else 'text'}"
            )

    def values(self, variable: str) -> dict[str, Value]:
        """Return the value of a variable of each document that has one, by its id."""
        documents = self.table.documents
        found = {} if documents is None else documents.values(variable)
        if not found:
            raise StatisticsError(no_variable(variable))
        return found

    def along(self, rollup: str | Rollup | None) -> Hierarchy:
        """Return the nodes of a rollup."""
        return lay_over(find_rollup(rollup, self.codebook), self.codebook)

    def count(self, counting: Counting) -> tuple[Any, Material]:
        """Return what was counted, and of what."""
        plan = Plan(self.codebook, counting, self.coders, self.where)
        part = count_table(self.table, plan, engine=self._engine, repartition=self._repartition)
        if self.where is not None:
            check_there(self.where, coders=part.coders, documents=part.documents)
        material = Material(
            self.table.name, self.codebook, len(part.documents), part.assignments,
            tuple(sorted(part.coders)), self.coders is not None,
            None if self.where is None else str(self.where),
        )  # fmt: skip
        return finish(part, plan), material


def no_variable(variable: str, known: Iterable[str] = ()) -> str:
    """Return the message that no document has a variable."""
    return (
        f"no document has a variable {variable!r}: it has to be a column of the table of documents, "
        f"scan_assignments(…, documents=…){did_you_mean(variable, known)}"
    )
