"""Whole numbers that add up apart for each group of something, where a part knows only some of the groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.counting.partials import Kind
from qualcode.stats.counting.variable_values import natural_order

__all__ = ["Key", "SumsByKey", "member_table"]

Key: TypeAlias = tuple[Value | None, ...]
"""The groups that something is in at once: the values of a document whose cases differ, say."""


@attrs.frozen(eq=False)
class SumsByKey(ByValue):
    """Whole numbers that add up, apart for each combination of groups.

    Parameters
    ----------
    keys : tuple of tuple
        The combinations, each once; after uniting, in order.
    values : sparse array of int64, keys × anything
        The numbers; as wide in every part.
    """

    kind: ClassVar[Kind] = "sum"
    keys: tuple[Key, ...]
    values: Any

    @classmethod
    def joined(cls, parts: Sequence[SumsByKey]) -> SumsByKey:
        """Return the sum for each key."""
        from scipy.sparse import vstack

        keys = sorted({key for part in parts for key in part.keys}, key=_place)
        number = {key: at for at, key in enumerate(keys)}
        onto = member_table([(number[key],) for part in parts for key in part.keys], len(keys))
        return cls(tuple(keys), onto.T.tocsr() @ vstack([part.values for part in parts], "csr"))

    def by_group(self, groups: Sequence[Value | None]) -> Any:
        """Return the sums of each group, as a sparse array: those of all keys that it is in."""
        number = {group: at for at, group in enumerate(groups)}
        held = [[number[group] for group in key if group in number] for key in self.keys]
        return member_table(held, len(groups)).T.tocsr() @ self.values


def member_table(held: Sequence[Sequence[int]], n_groups: int) -> Any:
    """Return a sparse array, things × groups: 1 where a thing is in a group.

    Parameters
    ----------
    held : sequence of sequence of int
        The numbers of the groups that each thing is in.
    n_groups : int
        How many there are.
    """
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *map(len, held)])
    column: npt.NDArray[np.int64] = np.array([at for each in held for at in each], dtype=np.int64)
    return csr_array((np.ones(len(column), np.int64), column, ends), shape=(len(held), n_groups))


def _place(key: Key) -> Any:
    return [natural_order(value) for value in key]
