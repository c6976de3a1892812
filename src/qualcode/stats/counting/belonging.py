"""Which documents belong together: those of one case, where that is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_texts, shown
from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Document
from qualcode.stats.counting.variable_values import own_values

__all__ = ["Cluster", "lots"]

Longs: TypeAlias = NDArray[np.int64]
Cluster: TypeAlias = Literal["document", "case"] | Iterable[str]
"""What belongs together: documents alone, those of one case, or those of some cases, by their ids."""


def lots(state: State, cluster: Cluster, *, by: str | None = None) -> Longs:
    """Return for each document the lot that it is in: those that share a case, directly or by others.

    Parameters
    ----------
    state : State
        The project's content.
    cluster : {"document", "case"} or iterable of str
        What belongs together.
    by : str, optional
        A variable. Documents that have their value of it from a case share that value, and are together
        whatever was asked for.

    Raises
    ------
    StatisticsError
        When `cluster` is something else.
    NotFoundError
        For a case that does not exist.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    column = {case: at for at, case in enumerate(state.cases)}
    chosen = _chosen(state, cluster)
    links = [
        (at, len(state.documents) + column[case])
        for at, document in enumerate(state.documents.values())
        for case in document.cases
        if case in chosen or (by is not None and _shares(document, state.cases[case], by))
    ]
    size = len(state.documents) + len(column)
    row, other = np.array(links, dtype=np.int64).reshape(-1, 2).T
    table = coo_array((np.ones(len(links)), (row, other)), shape=(size, size))
    _, label = connected_components(table, directed=False)
    return np.unique(label[: len(state.documents)], return_inverse=True)[1]


def _chosen(state: State, cluster: Cluster) -> frozenset[str]:
    """Return the cases whose documents belong together."""
    if isinstance(cluster, str):
        if cluster == "document":
            return frozenset()
        if cluster == "case":
            return frozenset(state.cases)
        raise StatisticsError(
            f"cluster={shown(cluster)}: give 'document', 'case', or a list of ids of cases"
        )
    ids = check_texts(cluster, what="cluster", error=StatisticsError)
    return frozenset(state.cases[id].id for id in ids)


def _shares(document: Document, case: Case, variable: str) -> bool:
    """Tell whether a document has its value of a variable from a case."""
    return bool(own_values(case, variable)) and not own_values(document, variable)
