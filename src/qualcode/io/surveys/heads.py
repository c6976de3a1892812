"""Heads of a survey's table: one row of them or several, names that clash, columns without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from qualcode.errors import DocumentError, did_you_mean
from qualcode.io.exchange.losses import Loss
from qualcode.io.raw.sheets import TITLE, titles_above
from qualcode.model.checks import is_missing

__all__ = ["RESERVED", "Heads", "Row", "read_heads"]

Row = tuple[int, list[Any]]
"""The number that a table's program shows for a row, and its cells."""

RESERVED = "question"
"""The variable of a document that says which question it answers."""

_IMPORT_ID = '{"ImportId"'  # in the third row of heads of Qualtrics
_ANSWER = ("Response", "Open-Ended Response")  # in the second row of heads of SurveyMonkey


@attrs.frozen
class Heads:
    """The heads of a table.

    Parameters
    ----------
    names : tuple of str
        A name for each column, all of them different; empty for a column with nothing in it.
    wordings : tuple of str
        What was asked, where the table says it in a row of its own.
    rows : tuple
        The rows below the heads.
    losses : tuple of Loss
        What was told apart or passed over.
    """

    names: tuple[str, ...]
    wordings: tuple[str, ...]
    rows: tuple[Row, ...] = attrs.field(repr=False)
    losses: tuple[Loss, ...] = ()

    def column(self, name: str, *, what: str, where: str) -> int:
        """Return which column has a name.

        Raises
        ------
        DocumentError
            When none has.
        """
        sought = _spaced(name)
        if sought and sought in self.names:
            return self.names.index(sought)
        known = [each for each in self.names if each]
        raise DocumentError(
            f"{where}: {what}: there is no column {name!r}; there are {', '.join(known)}."
            f"{did_you_mean(sought, known)}"
        )


def read_heads(rows: Sequence[Row], *, heads: int | None, where: str) -> Heads:
    """Return the heads of a table and the rows below them.

    Parameters
    ----------
    rows : sequence of Row
        All rows that are not empty.
    heads : int or None
        How many rows of heads there are; found when not given: the three of Qualtrics, the two of
        SurveyMonkey, or one.
    where : str
        The table's name, for messages.

    Raises
    ------
    DocumentError
        When there are no rows below the heads.

    Examples
    --------
    >>> rows = [(1, ["nr", "Use", ""]), (2, ["", "bus", "train"]), (3, ["007", "often", "no"])]
    >>> read_heads(rows, heads=2, where="a.csv").names
    ('nr', 'Use – bus', 'Use – train')
    """
    titles = titles_above(rows) if heads is None else 0
    above_heads, rows = rows[:titles], rows[titles:]
    number = _number_of_heads(rows) if heads is None else heads
    if len(rows) <= number:
        raise DocumentError(
            f"{where}: has {len(rows)} rows that are not empty, and needs more than {number}: the heads, and "
            "below them a row for each respondent"
        )
    above = [[_spaced(cell) for cell in cells] for _, cells in rows[:number]]
    below = tuple(rows[number:])
    width = max((len(cells) for _, cells in rows), default=0)
    table = [cells + [""] * (width - len(cells)) for cells in above]
    names, wordings = _joined(table)
    found = _Names(names, [any(_filled(cells, at) for _, cells in below) for at in range(width)])
    losses = [
        Loss("note", "title", name=" ".join(filter(None, map(_spaced, cells))), reason=TITLE)
        for _, cells in above_heads
    ]
    losses += found.losses
    if number > 1:
        told = ", ".join(str(row) for row, _ in rows[1:number])
        reason = f"row {told} holds no respondent but goes on with the heads"
        losses.append(Loss("note", "row of heads", reason=reason, count=number - 1))
    return Heads(tuple(found.names), tuple(wordings), below, tuple(losses))


def _spaced(cell: Any) -> str:
    return "" if is_missing(cell) else " ".join(str(cell).split())


def _filled(cells: Sequence[Any], at: int) -> bool:
    return at < len(cells) and bool(_spaced(cells[at]))


def _number_of_heads(rows: Sequence[Row]) -> int:
    if len(rows) > 2 and any(_spaced(cell).startswith(_IMPORT_ID) for cell in rows[2][1]):
        return 3
    second = [_spaced(cell) for cell in rows[1][1]] if len(rows) > 1 else []
    return 2 if second and not second[0] and any(each in _ANSWER for each in second) else 1


def _joined(table: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return a name for each column, and the wording where that stands in a row of its own."""
    top = table[0]
    if len(table) == 1:
        return top, [""] * len(top)
    second = table[1]
    if all(above or not below for above, below in zip(top, second, strict=True)):
        return top, [each if each not in _ANSWER else "" for each in second]
    names, before = [], ""
    for column in zip(*table, strict=True):
        # A head that goes over several columns stands above the first of them.
        before = column[0] or before
        parts = [each for each in column[1:] if each and each not in _ANSWER]
        told = filter(None, (before, *parts))
        names.append(" – ".join(told) if column[0] or parts else "")
    return names, [""] * len(top)


class _Names:
    """Makes the names of columns differ, and tells what was done."""

    def __init__(self, names: Sequence[str], used: Sequence[bool]) -> None:
        self.names: list[str] = []
        self.losses: list[Loss] = []
        given = Counter(names)
        for at, name in enumerate(names):
            if not name and used[at]:
                self._take(f"column {at + 1}", given, reason="has no head, and is called so")
            elif name and (name in self.names or name == RESERVED):
                reason = "says of a document which question it answers: the column is called so"
                if name != RESERVED:
                    first = self.names.index(name) + 1
                    reason = f"is the head of column {first} too: column {at + 1} is called so"
                self._take(name, given, reason=reason, number=2)
            else:
                self.names.append(name)

    def _take(self, name: str, given: Counter[str], *, reason: str, number: int = 1) -> None:
        made = name if number == 1 else f"{name} ({number})"
        while made in self.names or made in given:
            number += 1
            made = f"{name} ({number})"
        self.names.append(made)
        self.losses.append(Loss("note", "head", name=made, reason=f"{name!r} {reason}"))
