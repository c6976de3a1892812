"""Documents and cases by the value of a variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_one_of, check_variable
from qualcode.stats.counting.variable_values import (
    Holder,
    document_values,
    in_order,
    own_values,
    variable_names,
)

__all__ = ["NOT_KNOWN", "GroupedClusters", "grouped_clusters", "variable_groups"]

NOT_KNOWN = "(not known)"
"""The group of documents or cases without the variable, or with blank text for it."""


def variable_groups(
    state: State, variable: str, *, of: Literal["document", "case"] = "document"
) -> Mapping[Value, npt.NDArray[np.bool_]]:
    """Return for each value of a variable which documents, or cases, have it.

    A document has its own value or, where it has none, those of the cases it belongs to, which may be
    several.

    Returns
    -------
    dict
        Masks by value: in the order that the project has for the variable, or else numbers by size
        and texts by spelling, with the numbers in them by size (``wave 2`` before ``wave 10``). What
        has no value comes last, as `NOT_KNOWN`.

    Raises
    ------
    StatisticsError
        When nothing has the variable.
    """
    check_variable(variable)
    check_one_of(of, ("document", "case"), what="of")
    found = [
        tuple(values) or (NOT_KNOWN,)
        for values in (
            [document_values(each, state.cases, variable) for each in state.documents.values()]
            if of == "document"
            else [own_values(each, variable) for each in state.cases.values()]
        )
    ]
    distinct: set[Value] = {value for values in found for value in values}
    known = in_order(state, distinct - {NOT_KNOWN}, variable)
    if not known:
        names = {*variable_names(state)}
        hint = did_you_mean(variable, names - {variable})
        if variable in names:
            hint = f" {'Cases without documents' if of == 'document' else 'Documents'} have it."
        raise StatisticsError(f"no {of} has a variable {variable!r}.{hint}")
    return masks_of(found, known)


def masks_of(
    held: Sequence[tuple[Value, ...]], order: Iterable[Value]
) -> dict[Value, npt.NDArray[np.bool_]]:
    """Return for each value which documents, or cases, have it; last, which have none.

    Parameters
    ----------
    held : sequence of tuple
        The values of each; `NOT_KNOWN` alone where there is none.
    order : iterable
        The values in order.
    """
    last = [NOT_KNOWN] if (NOT_KNOWN,) in held else []
    return {
        value: np.array([value in values for values in held], dtype=np.bool_)
        for value in (*order, *last)
    }


def cases_with(
    cases: Mapping[str, Holder], variable: str, values: Iterable[Value]
) -> dict[Value, frozenset[str]] | None:
    """Return the cases that have each value themselves, where the variable is one of cases."""
    if not any(variable in case.variables for case in cases.values()):
        return None
    having: dict[Value, set[str]] = {value: set() for value in values}
    for id, case in cases.items():
        for value in own_values(case, variable) or [NOT_KNOWN]:
            having.setdefault(value, set()).add(id)
    return {value: frozenset(ids) for value, ids in having.items()}


@attrs.frozen(eq=False)
class GroupedClusters(ByValue):
    """Documents, or cases, that can only change their group together, and the group of each lot.

    Parameters
    ----------
    cluster : array of int64, one for each document or case
        Its cluster; −1 where the variable is not known.
    values : tuple
        The group of each cluster.
    order : tuple
        The groups there are, in the order of `variable_groups`.
    of : {"document", "case"}
        What the variable belongs to.
    """

    cluster: npt.NDArray[np.int64]
    values: tuple[Value, ...]
    order: tuple[Value, ...]
    of: Literal["document", "case"]

    def sums(self, table: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Add up the rows of a table, one for each document or case, by cluster."""
        known = self.cluster >= 0
        sums = np.zeros((len(self.values), *table.shape[1:]), dtype=np.int64)
        np.add.at(sums, self.cluster[known], table[known])
        return sums


def grouped_clusters(
    state: State, variable: str, *, of: Literal["document", "case"] = "document"
) -> GroupedClusters:
    """Return which documents, or cases, belong to one unit of grouping, and its value of a variable.

    A document with a value of its own is a cluster. Documents that have theirs from a case are one
    cluster with all others of that case: the case has the variable, and they share it.

    Raises
    ------
    StatisticsError
        When nothing has the variable, or a document belongs to cases that differ in it.
    """
    groups = variable_groups(state, variable, of=of)
    known = [value for value in groups if value != NOT_KNOWN]
    held = np.array([groups[value] for value in known])
    number = held.sum(axis=0)
    if number.max(initial=0) > 1:
        at = int(np.argmax(number))
        id = list(state.documents)[at]
        values = ", ".join(repr(known[each]) for each in np.flatnonzero(held[:, at]).tolist())
        raise StatisticsError(
            f"document {id!r} belongs to cases whose {variable!r} is {values}, so it has no one "
            f"group: give the document its own {variable!r}, or compare cases with unit='case'"
        )
    leader = np.arange(held.shape[1])
    from_cases = False
    if of == "document":
        first: dict[str, int] = {}
        for at, document in enumerate(state.documents.values()):
            if own_values(document, variable):
                continue
            for case in document.cases:
                if own_values(state.cases[case], variable):
                    from_cases = True
                    leader[leader == leader[at]] = leader[first.setdefault(case, at)]
    cluster = np.full(held.shape[1], -1, dtype=np.int64)
    leaders, cluster[number > 0] = np.unique(leader[number > 0], return_inverse=True)
    found = tuple(known[each] for each in held[:, leaders].argmax(axis=0).tolist())
    belongs: Literal["document", "case"] = "case" if from_cases or of == "case" else "document"
    return GroupedClusters(cluster, found, tuple(known), belongs)
