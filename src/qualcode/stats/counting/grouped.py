"""Counting within the values of a variable, where a document can have several of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_items
from qualcode.model.codebooks.hierarchy import Membership
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Partial
from qualcode.stats.counting.policies import Counts, Policy

__all__ = [
    "GroupedPartial",
    "Groups",
    "count_groups",
    "finish_groups",
    "merge_groups",
    "partial_groups",
]

Flags: TypeAlias = npt.NDArray[np.bool_]
Groups: TypeAlias = Mapping[Value, Flags]
"""For each value, which documents have it."""


@attrs.frozen(eq=False)
class GroupedPartial(ByValue):
    """What was counted in some whole documents, apart for those that have the same values.

    Parameters
    ----------
    cells : mapping of tuple to Partial
        For each combination of values, what was counted in the documents that have these and no
        others. So a document is in one cell, and every total is a merge of cells.
    """

    cells: Mapping[tuple[Value, ...], Partial]

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cells", Frozen(self.cells))


def partial_groups(
    policy: Policy, coded: Coded, membership: Membership, groups: Groups
) -> GroupedPartial:
    """Count some whole documents, apart for each combination of values.

    Parameters
    ----------
    policy : Policy
        What to count.
    coded : Coded
        What is coded in the documents.
    membership : array of bool, codes × nodes
        As for `Policy.partial`.
    groups : mapping
        For each value, which of the documents have it; each has one at least.
    """
    cell, keys = _cells(groups, len(coded.documents))
    parts = zip(keys, coded.split(cell), strict=False)
    return GroupedPartial({key: policy.partial(part, membership) for key, part in parts})


def merge_groups(policy: Policy, partials: Iterable[GroupedPartial]) -> GroupedPartial:
    """Return what was counted in all parts together.

    Raises
    ------
    DuplicateDocumentError
        When a document is in two of them, and would count twice.
    """
    cells: dict[tuple[Value, ...], list[Partial]] = {}
    for each in check_items(partials, GroupedPartial, what="partials", error=StatisticsError):
        for key, partial in each.cells.items():
            cells.setdefault(key, []).append(partial)
    return GroupedPartial({key: policy.merge(parts) for key, parts in cells.items()})


def finish_groups(
    policy: Policy,
    partial: GroupedPartial,
    membership: Membership,
    *,
    cases: Mapping[Value, Collection[str]] | None = None,
) -> tuple[dict[Value, Counts], Counts]:
    """Return the counts within each value that occurs, and of everything.

    Parameters
    ----------
    policy : Policy
        What was counted.
    partial : GroupedPartial
        What was counted in all parts together.
    membership : array of bool, codes × nodes
        As it was for the parts.
    cases : mapping, optional
        For each value, ids of the cases that have it, where the variable is one of cases.
    """
    within: dict[Value, list[Partial]] = {}
    for key, each in partial.cells.items():
        for value in key:
            within.setdefault(value, []).append(each)
    counts = {
        value: policy.finish(
            policy.merge(parts), membership, cases=None if cases is None else cases[value]
        )
        for value, parts in within.items()
    }
    return counts, policy.finish(policy.merge(partial.cells.values()), membership)


def count_groups(
    policy: Policy,
    coded: Coded,
    membership: Membership,
    groups: Groups,
    *,
    cases: Mapping[Value, Collection[str]] | None = None,
) -> tuple[dict[Value, Counts], Counts]:
    """Count everything at once; the arguments are those of `partial_groups` and `finish_groups`."""
    part = partial_groups(policy, coded, membership, groups)
    return finish_groups(policy, merge_groups(policy, [part]), membership, cases=cases)


def _cells(
    groups: Groups, n_documents: int
) -> tuple[npt.NDArray[np.int64], list[tuple[Value, ...]]]:
    """Return the number of each document's combination of values, and the combinations."""
    values = list(groups)
    held = np.array(list(groups.values()), dtype=np.bool_).reshape(len(values), n_documents)
    cell = held.argmax(axis=0).astype(np.int64)
    keys: list[tuple[Value, ...]] = [(value,) for value in values]
    several = np.flatnonzero(held.sum(axis=0) > 1)
    if several.size:
        patterns, which = np.unique(held[:, several], axis=1, return_inverse=True)
        cell[several] = len(values) + which.ravel()
        keys += [
            tuple(values[at] for at in np.flatnonzero(pattern).tolist()) for pattern in patterns.T
        ]
    return cell, keys
