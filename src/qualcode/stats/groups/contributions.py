"""What each group of speakers says in one document: the lots of regrouping between such groups."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.speakers import Speaker
from qualcode.stats.counting.speaking import heard_of_groups, value_of

__all__ = ["Contributions", "contributions"]

Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Contributions:
    """What each contribution adds to the sums, and its group.

    Parameters
    ----------
    tables : list of array of int64
        With a row for each contribution.
    values : list
        The group of each.
    order : tuple
        The groups, in order.
    """

    tables: list[Longs]
    values: list[Value]
    order: tuple[Value, ...]


def contributions(
    state: State, by: str, added: Callable[[State], Sequence[Longs]], *, of_cases: bool
) -> Contributions:
    """Return what the members of each group of speakers say in one document, with what it adds to sums.

    What one case says in several documents is one contribution, as one person has one part in a study.

    Parameters
    ----------
    state : State
        What is compared.
    by : str
        ``"speaker"``, ``"role"`` and so on; see `qualcode.stats.counting.speaking.value_of`.
    added : callable
        Returns for the words of some speakers what each document adds to the sums: a row each.
    of_cases : bool
        Whether these rows are of cases.

    Raises
    ------
    StatisticsError
        When there are no groups.
    """
    told = value_of(state.cases, by)
    number: dict[Hashable, int] = {}
    values: list[Value] = []
    lots: list[int] = []
    order: list[Value] = []
    parts: list[Sequence[Longs]] = []
    for value, heard in heard_of_groups(state, by):
        order.append(value)
        parts.append(added(heard))
        own: Iterable[Hashable] = heard.cases if of_cases else _people(heard, value, told)
        for lot in own:
            if (value, lot) not in number:
                number[value, lot] = len(number)
                values.append(value)
            lots.append(number[value, lot])
    summed = []
    for columns in zip(*parts, strict=True):
        table = np.concatenate(columns)
        total = np.zeros((len(number), table.shape[1]), dtype=np.int64)
        np.add.at(total, np.array(lots, dtype=np.int64), table)
        summed.append(total)
    return Contributions(summed, values, tuple(order))


def _people(
    heard: State, value: Value, told: Callable[[Speaker], Value | None]
) -> Iterator[Hashable]:
    """Yield for each document the first one in which the same cases of a group speak."""
    leader: dict[str, str] = {}

    def led(id: str) -> str:
        while leader.setdefault(id, id) != id:
            id = leader[id]
        return id

    first: dict[str, str] = {}
    for document in heard.documents.values():
        for speaker in document.speakers.items_:
            if speaker.case is not None and told(speaker) == value:
                leader[led(document.id)] = led(first.setdefault(speaker.case, document.id))
    for id in heard.documents:
        yield led(id)
