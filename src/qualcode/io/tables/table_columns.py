"""The columns of a frame, checked cell by cell: a text that many rows have is looked at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs
import numpy as np

from qualcode.errors import AssignmentError, QualcodeError
from qualcode.io.tables.frames import cell_label
from qualcode.model.checks import Raised, check_number, is_missing, plain_scalar, shown
from qualcode.model.log.columns import repeated
from qualcode.model.log.rows import Flags, Floats, Ints, Longs
from qualcode.model.texts.spans import LARGEST_OFFSET

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cells", "Fault", "TableColumns", "first_faults", "is_empty"]

T = TypeVar("T")
S = TypeVar("S")


@attrs.frozen
class Fault:
    """What is wrong with a row, which is counted from 0."""

    row: int
    message: str


def first_faults(faults: Iterable[Fault], numbers: Sequence[int] | None = None) -> str:
    """Return what is wrong with the first rows at fault, and how many more there are.

    Rows are called by their numbers in the table's program where these are given, else counted from 1.
    """
    ordered = sorted(faults, key=lambda fault: fault.row)
    told = "; ".join(
        f"row {numbers[fault.row] if numbers else fault.row + 1}: {fault.message}"
        for fault in ordered[:5]
    )
    return told + (f"; and {len(ordered) - 5} more" if len(ordered) > 5 else "")


@attrs.frozen(eq=False)
class Cells(Generic[T]):
    """What the cells of a column hold.

    Parameters
    ----------
    number : array of int, shape (n,)
        For each row the number of its value; -1 where it has none.
    values : list
        The values.
    """

    number: Longs
    values: list[T]

    @classmethod
    def empty(cls, rows: int) -> Cells[Any]:
        """Return the cells of a column that is not there."""
        return cls(np.full(rows, -1), [])

    def __getitem__(self, row: int) -> T | None:
        number = int(self.number[row])
        return None if number < 0 else self.values[number]

    def rows(self) -> list[int]:
        """Return the rows that have a value."""
        return np.flatnonzero(self.number >= 0).tolist()

    def by_row(self) -> dict[int, T]:
        """Return the values of the rows that have one."""
        return {row: self.values[self.number[row]] for row in self.rows()}

    def mapped(self, values: Sequence[S | None]) -> Cells[S]:
        """Return the cells with other values in the place of these; None for none."""
        kept = [value for value in values if value is not None]
        onward = np.full(len(values) + 1, -1)  # the last is for rows that have none
        onward[:-1][[value is not None for value in values]] = np.arange(len(kept))
        return Cells(onward[self.number], kept)

    def over(self, ranks: Mapping[T, int]) -> tuple[Ints, tuple[T, ...]]:
        """Return the cells as numbers into the values, each once and in the order of their ranks."""
        vocabulary = tuple(sorted({*self.values}, key=ranks.__getitem__))
        at = {value: number for number, value in enumerate(vocabulary)}
        onward = np.array([*(at[value] for value in self.values), -1], dtype=np.int32)
        return onward[self.number], vocabulary


class TableColumns:
    """Reads the columns of a frame, and collects what is wrong with its rows: the first fault of each.

    Parameters
    ----------
    frame : pandas.DataFrame
        The frame.
    numbers : sequence of int, optional
        What the rows are called in messages; counted from 1 when not given.
    """

    def __init__(self, frame: pd.DataFrame, numbers: Sequence[int] | None = None) -> None:
        self._frame = frame
        self._numbers = numbers
        self._faults: dict[int, Fault] = {}

    @property
    def faults(self) -> list[Fault]:
        """What is wrong."""
        return list(self._faults.values())

    def add(self, faults: Iterable[Fault]) -> None:
        """Note what is wrong with rows that nothing is known to be wrong with."""
        for fault in faults:
            self._faults.setdefault(fault.row, fault)

    def __contains__(self, name: str) -> bool:
        return name in self._frame

    def __len__(self) -> int:
        return len(self._frame)

    def called(self, row: int) -> int:
        """Return what a row is called in messages."""
        return row + 1 if self._numbers is None else self._numbers[row]

    def empty(self, name: str) -> Flags:
        """Tell of each row whether it has nothing in a column, which may be white space."""
        column = self._frame[name]
        if column.dtype.kind in "fiu":
            return column.isna().to_numpy(dtype=np.bool_)
        return np.array([is_empty(cell) for cell in column], dtype=np.bool_)

    def cells(self, name: str, read: Callable[..., T | None]) -> Cells[T]:
        """Return what the cells of a column hold; none where there is no such column."""
        if name not in self._frame:
            return Cells.empty(len(self))
        number, values = _distinct(self._frame[name])
        found: list[T | None] = []
        wrong: dict[int, str] = {}
        for at, value in enumerate(values):
            try:
                found.append(read(value, what=name, error=AssignmentError))
            except QualcodeError as error:
                found.append(None)
                wrong[at] = str(error)
        self._add_wrong(number, wrong)
        return Cells(number, values).mapped(found)

    def labels(self, name: str, find: Callable[[str], str]) -> Cells[str]:
        """Return what the label in each row stands for."""
        labels = self.cells(name, cell_label)
        known: dict[str, str | None] = {}
        wrong: dict[str, str] = {}
        for label in dict.fromkeys(labels.values):
            try:
                known[label] = find(label)
            except QualcodeError as error:
                known[label], wrong[label] = None, str(error)
        self._add_wrong(
            labels.number,
            {-1: f"it has no {name}"}
            | {at: wrong[label] for at, label in enumerate(labels.values) if label in wrong},
        )
        return labels.mapped([known[label] for label in labels.values])

    def _add_wrong(self, number: Longs, wrong: Mapping[int, str]) -> None:
        if wrong:
            rows = np.flatnonzero(np.isin(number, list(wrong)))
            self.add(Fault(row, wrong[int(number[row])]) for row in rows.tolist())

    def offsets(self, name: str) -> Longs:
        """Return the whole numbers of a column; -1 where it has something else."""
        import pandas as pd

        if name not in self._frame:
            return np.full(len(self), -1)
        column = self._frame[name]
        if column.dtype.kind in "bmMc":  # what pandas would count as numbers, and is none
            return np.full(len(self), -1)
        if column.dtype == object:
            # Not left to pandas, which may refuse what is no Unicode, and names no row.
            column = pd.Series([*map(_number, column)], index=column.index, dtype=np.float64)
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        whole = (numbers == np.floor(numbers)) & (np.abs(numbers) <= LARGEST_OFFSET)
        return np.where(whole, numbers, -1).astype(np.int64)

    def weights(self, name: str) -> Floats:
        """Return the numbers of a column; NaN where it has none."""
        if name in self._frame and self._frame[name].dtype.kind in "fiu":
            numbers = self._frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
            if not np.isinf(numbers).any():
                return numbers
        cells = self.cells(name, _weight)
        if not cells.values:
            return repeated(np.nan, len(self), np.float64)
        return np.array([*cells.values, np.nan], dtype=np.float64)[cells.number]


def _distinct(column: pd.Series[Any]) -> tuple[Longs, list[Any]]:
    """Return the values of a column, each text once, and for each row the number of its; -1 for none."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64), column.cat.categories.tolist()
    # Other values than texts may be equal and yet not the same: 1 is a number, True is none.
    if column.dtype.kind != "O" or pd.api.types.infer_dtype(column, skipna=True) != "string":
        return np.arange(len(column)), column.tolist()
    number, texts = pd.factorize(column)
    return number.astype(np.int64), [*texts]


def _is_no_offset(cell: object) -> bool:
    plain = plain_scalar(cell)
    if isinstance(plain, int) and not isinstance(plain, bool):
        return abs(plain) > LARGEST_OFFSET
    return not isinstance(plain, float | str | Decimal)


def _number(cell: object) -> float:
    """Return the number that a cell is or says; NaN for none."""
    if _is_no_offset(cell) or (isinstance(cell, str) and "_" in cell):
        return math.nan
    try:
        return float(plain_scalar(cell))
    except ValueError:
        return math.nan


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing but white space."""
    return is_missing(cell) or (isinstance(cell, str) and not cell.strip())


def _weight(value: object, *, what: str, error: Raised) -> float | None:
    if is_empty(value):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise error(f"the {what} {shown(value)} is no finite number") from None
    return check_number(
        value, what=f"the {what} {shown(value)} is no finite number: it", error=error
    )
