"""Ratings as every measure of agreement sees them: small integer codes and the list of categories.

Whatever an analyst holds (nested lists, an array with NaN, a data frame, frozensets in an object
array) is turned into codes once, here; everything after that is arithmetic on integers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import shown
from qualcode.stats.agreement.rating_tables import (
    as_table,
    frame_rows,
    given_order,
    long_rows,
    rows_of,
    unit_names,
)
from qualcode.stats.arguments import check_count, check_labels, is_blank

if TYPE_CHECKING:
    import pandas as pd
from qualcode.model.values import ByValue

__all__ = ["Ratings", "RatingsLike", "factorise", "label_order"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[Any]

# Integers spanning less than this are relabelled through a table instead of being sorted.
_TABLE_SPAN = 1 << 16
# Cells looked at together: large enough to amortise the calls, small enough to stay in cache.
_CHUNK = 1 << 17


@attrs.frozen(eq=False)
class Ratings(ByValue):
    """Ratings of units by coders, as codes into a list of categories.

    Parameters
    ----------
    codes : array of int, shape (coders, units)
        Position of each rating in `categories`; -1 where a coder gave none.
    categories : tuple
        The labels, in order. The order matters to ordinal levels and weights only.
    ordered : bool, default False
        Whether the order was given, and not found by sorting.
    units : array, optional
        What the units are called, where a pandas object says it.

    Examples
    --------
    >>> ratings = Ratings.read([["a", "b", None], ["a", "a", "b"]])
    >>> ratings.codes.tolist(), ratings.categories
    ([[0, 1, -1], [0, 0, 1]], ('a', 'b'))
    """

    codes: IntArray
    categories: tuple[Hashable, ...]
    ordered: bool = False
    units: npt.NDArray[Any] | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        coders: str = "columns",
        units: str | None = None,
        labels: str | None = None,
        categories: Sequence[Hashable] | None = None,
    ) -> Ratings:
        """Read ratings from a data frame, having been told what its rows and columns are.

        Parameters
        ----------
        frame : pandas.DataFrame
            A table of units and coders, or a long frame with a row for each rating.
        coders : str, default "columns"
            ``"columns"``: each column is a coder, each row a unit. ``"rows"``: the other way round.
            Or, of a long frame, the name of the column that says who rated.
        units, labels : str, optional
            Of a long frame, the names of the columns that say what was rated, and how. Units and
            coders are in the order in which they first occur.
        categories : sequence, optional
            As for `read`. Where it is not given, and the labels are an ordered categorical, its
            categories and their order are taken as they are.

        Raises
        ------
        StatisticsError
            When a column is missing, or a coder rated a unit twice.

        Examples
        --------
        >>> import pandas as pd
        >>> long = pd.DataFrame({"text": [1, 1, 2], "who": ["ana", "ben", "ana"], "code": list("xyx")})
        >>> read = Ratings.from_frame(long, coders="who", units="text", labels="code")
        >>> read.codes.tolist(), read.categories
        ([[0, 0], [1, -1]], ('x', 'y'))
        """
        if units is None and labels is None and coders in ("columns", "rows"):
            rows = frame_rows(frame if coders == "columns" else frame.T)
        else:
            rows = long_rows(frame, coders, units, labels)
        return cls.read(rows, categories=categories)

    @classmethod
    def read(cls, ratings: RatingsLike, *, categories: Sequence[Hashable] | None = None) -> Ratings:
        """Read ratings from any array-like of shape (coders, units).

        Parameters
        ----------
        ratings : array-like of shape (coders, units), DataFrame, or Ratings
            Any hashable labels; None, NaN (also pandas' NA and NaT) and blank texts are missing
            ratings. A data frame has coders in columns and units in rows, or else columns called
            ``unit``, ``coder`` and ``label`` and a row for each rating; `from_frame` reads others.
        categories : sequence, optional
            All the labels the coders could have given, in order. By default those of an ordered
            pandas categorical, in its order, or else those that occur, sorted.

        Raises
        ------
        StatisticsError
            When the shape is not (coders, units), a label cannot be hashed, a number is infinite,
            or a label is not among `categories`.
        """
        if not isinstance(ratings, Ratings):
            rows = rows_of(ratings)
            categories = given_order(rows) if categories is None else categories
            units = unit_names(rows)
            ratings = cls(*factorise(as_table(rows)), units=units)
        if categories is None:
            return ratings
        codes, wanted = _relabel(
            ratings.codes, ratings.categories, check_labels(categories, what="categories")
        )
        return cls(codes, wanted, ordered=True, units=ratings.units)

    @property
    def n_coders(self) -> int:
        """The number of coders who gave at least one rating."""
        return int((self.codes >= 0).any(axis=1).sum())

    @property
    def n_units(self) -> int:
        """The number of units, rated or not."""
        return int(self.codes.shape[1])

    @property
    def n_categories(self) -> int:
        """The number of categories."""
        return len(self.categories)

    @property
    def values(self) -> FloatArray | None:
        """The categories as numbers, or None when they are not numbers."""
        numbers = [label for label in self.categories if isinstance(label, int | float)]
        return np.array(numbers, dtype=float) if len(numbers) == len(self.categories) else None

    @property
    def positions(self) -> FloatArray:
        """Where each category stands on its scale: its number, or else its rank."""
        values = self.values
        return np.arange(self.n_categories, dtype=float) if values is None else values

    @property
    def given(self) -> Ratings:
        """These ratings without the rows of coders who gave none."""
        some = (self.codes >= 0).any(axis=1)
        return self if some.all() else attrs.evolve(self, codes=self.codes[some])

    def repeated(self, times: IntArray) -> Ratings:
        """Return these ratings with every unit as often as it counts, one after the other."""
        units = None if self.units is None else np.repeat(self.units, times)
        return attrs.evolve(self, codes=np.repeat(self.codes, times, axis=1), units=units)

    def without_coder(self, coder: int) -> Ratings:
        """Return these ratings without one coder's row, with the same categories."""
        coder = check_count(coder, what="coder", most=max(0, len(self.codes) - 1))
        return attrs.evolve(self, codes=np.delete(self.codes, coder, axis=0))


RatingsLike: TypeAlias = npt.ArrayLike | Sequence[Sequence[Any]] | Ratings | Any
"""Ratings, or any table of labels with a row for each coder."""


def factorise(array: npt.NDArray[Any]) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Return an array's codes (-1 where missing) and its labels, sorted where they can be.

    Parameters
    ----------
    array : numpy.ndarray
        Of numbers, strings or any hashable objects, and of any shape.
    """
    if array.dtype.kind in "biu" or array.dtype.kind == "f":
        return _factorise_numbers(array)
    return _factorise_objects(array)


def _factorise_numbers(array: npt.NDArray[Any]) -> tuple[IntArray, tuple[Hashable, ...]]:
    flat = array.ravel()
    if flat.size == 0:
        return np.empty(array.shape, dtype=np.int8), ()
    if flat.dtype.kind == "b":
        flat = flat.view(np.int8)
    low, high = np.fmin.reduce(flat), np.fmax.reduce(flat)
    if np.isnan(low):
        return np.full(array.shape, -1, dtype=np.int8), ()
    _require_finite(low, high)
    codes, values = _table_codes(flat, low, high)
    if codes is None:
        codes, values = _sorted_codes(flat)
    labels = values.astype(bool) if array.dtype.kind == "b" else values
    return codes.reshape(array.shape), tuple(labels.tolist())


def _table_codes(
    flat: npt.NDArray[Any], low: Any, high: Any
) -> tuple[IntArray | None, npt.NDArray[Any]]:
    """Code whole numbers of a small range without sorting; None where they are not such."""
    span = float(high) - float(low)
    if span >= _TABLE_SPAN or float(low) != np.floor(float(low)):
        return None, flat
    first = int(low)
    size = int(span) + 1
    out = np.empty(flat.size, dtype=_smallest_int(size))
    seen = np.zeros(size + 1, dtype=bool)
    for start in range(0, flat.size, _CHUNK):
        cells = flat[start : start + _CHUNK]
        if cells.dtype.kind == "f":
            filled = np.where(np.isnan(cells), first - 1, cells)
            whole = filled.astype(np.int64)
            if not np.array_equal(whole, filled):
                return None, flat
        else:
            whole = cells.astype(np.int64)
        whole -= first
        seen |= np.bincount(whole + 1, minlength=size + 1).astype(bool)
        out[start : start + _CHUNK] = whole
    present = np.flatnonzero(seen[1:])
    if present.size < size:
        table = np.full(size + 1, -1, dtype=out.dtype)
        table[present + 1] = np.arange(present.size)
        out = table[out.astype(np.intp) + 1]
    return out, present + first


def _sorted_codes(flat: npt.NDArray[Any]) -> tuple[IntArray, npt.NDArray[Any]]:
    there = ~np.isnan(flat)
    values, inverse = np.unique(flat[there], return_inverse=True)
    codes = np.full(flat.size, -1, dtype=_smallest_int(values.size))
    codes[there] = inverse
    return codes, values


def _factorise_objects(array: npt.NDArray[Any]) -> tuple[IntArray, tuple[Hashable, ...]]:
    import pandas as pd

    try:
        codes, found = pd.factorize(array.ravel().astype(object))
    except TypeError as error:
        raise StatisticsError(
            f"a label cannot be hashed ({error}): for several codes on one unit give a frozenset"
        ) from error
    labels = [_plain(label) for label in found]
    blank = [at for at, label in enumerate(labels) if is_blank(label)]
    if blank:
        # A blank cell is a missing rating; the codes of the others close the gap.
        kept = [at for at in range(len(labels)) if at not in blank]
        among = np.full(len(labels) + 1, -1)
        among[np.asarray(kept, dtype=np.intp) + 1] = np.arange(len(kept))
        codes, labels = among[codes + 1], [labels[at] for at in kept]
    _require_finite(*(label for label in labels if isinstance(label, float)))
    if any(is_blank(code) for label in labels if isinstance(label, frozenset) for code in label):
        raise StatisticsError(
            "a set of codes holds a blank one: give the empty set where a coder gave no code, and None "
            "where they did not rate"
        )
    order = label_order(labels)
    table = np.empty(len(labels) + 1, dtype=_smallest_int(len(labels)))
    table[0] = -1
    table[np.asarray(order, dtype=np.intp) + 1] = np.arange(len(labels))
    return table[codes + 1].reshape(array.shape), tuple(labels[position] for position in order)


def _require_finite(*numbers: float) -> None:
    if not np.isfinite(numbers).all():
        raise StatisticsError("ratings contain an infinite number, which has no place on a scale")


def _plain(label: Any) -> Hashable:
    """Return a label as a Python object, so that it prints and compares as written."""
    plain: Hashable = label.item() if isinstance(label, np.generic) else label
    return plain


def label_order(labels: Sequence[Hashable]) -> list[int]:
    """Return the order of labels: numbers by size, strings by spelling, sets by their members."""

    def key(position: int) -> tuple[str, float, str]:
        label = labels[position]
        if isinstance(label, int | float):
            return "", float(label), ""
        if isinstance(label, frozenset):
            return "frozenset", float(len(label)), " ".join(sorted(map(str, label)))
        return type(label).__name__, 0.0, str(label)

    return sorted(range(len(labels)), key=key)


def _relabel(
    codes: IntArray, found: tuple[Hashable, ...], wanted: tuple[Hashable, ...]
) -> tuple[IntArray, tuple[Hashable, ...]]:
    position = {label: index for index, label in enumerate(wanted)}
    if len(position) < len(wanted):
        raise StatisticsError(f"categories name a label more than once: {list(wanted)!r}")
    missing = [label for label in wanted if label is None or label != label or is_blank(label)]
    if missing:
        raise StatisticsError(
            f"categories hold {missing[0]!r}, which is what a missing rating looks like: leave it out"
        )
    unknown = [label for label in found if label not in position]
    if unknown:
        hint = did_you_mean(str(unknown[0]), [str(label) for label in wanted])
        raise StatisticsError(
            f"the rating {shown(unknown[0])} is not among the categories {shown(list(wanted))}.{hint}"
        )
    table = np.array([-1, *(position[label] for label in found)])
    return table[codes.astype(np.intp) + 1].astype(_smallest_int(len(wanted))), wanted


def _smallest_int(size: int) -> type[np.signedinteger[Any]]:
    """Return the smallest integer type that holds -1 and the codes below `size`."""
    for kind in (np.int8, np.int16):
        if size <= np.iinfo(kind).max:
            return kind
    return np.int32
