"""Tables of ratings: which of their rows and columns are coders, and which order labels are given.

A table that does not say what it holds is refused, as any number made of it would be about something
else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import shown
from qualcode.stats.arguments import check_list, index_of, is_blank

__all__ = [
    "as_table",
    "frame_rows",
    "given_order",
    "long_rows",
    "rows_of",
    "unit_names",
]


def rows_of(ratings: Any) -> Any:
    """Return ratings with a row for each coder; a frame says what its rows and columns are."""
    if isinstance(ratings, Mapping) or not hasattr(ratings, "columns"):
        return ratings
    columns = list(ratings.columns)
    if {"unit", "coder"} <= set(columns):
        label = [name for name in columns if name not in ("unit", "coder")]
        if label != ["label"]:
            raise StatisticsError(
                f"a frame of ratings with the columns {columns!r}: a long one has 'unit', 'coder' and "
                "'label'; of another, say which columns count with Ratings.from_frame(frame, "
                "coders='coder', units='unit', labels=…)"
            )
        return long_rows(ratings, "coder", "unit", "label")
    return frame_rows(ratings)


_SAYS = (
    "a frame of ratings has a column for each coder, named after them, and a row for each unit; "
    "other frames are read by Ratings.from_frame(frame, coders='rows') or "
    "Ratings.from_frame(frame, coders=…, units=…, labels=…) with names of columns"
)
# Names of columns that a table of units and coders has beside the coders'.
_NO_CODER = {
    "unit", "units", "unit_id", "item", "items", "subject", "segment", "segments", "document",
    "documents", "id", "coder", "coders", "rater", "raters", "label", "labels", "rating", "ratings",
}  # fmt: skip


def frame_rows(frame: Any) -> list[Any]:
    """Return the columns of a frame, each a coder, unless something else is seen to be in them."""
    columns = list(frame.columns)
    if not hasattr(frame, "iloc"):
        raise StatisticsError(
            f"ratings in a {type(frame).__name__} of {type(frame).__module__}: give a pandas "
            "DataFrame, or an array of shape (coders, units)"
        )
    odd = [name for name in columns if str(name).casefold() in _NO_CODER]
    if odd:
        raise StatisticsError(f"the column {odd[0]!r} is no coder: {_SAYS}")
    if columns == list(range(len(columns))) and columns:
        raise StatisticsError(
            f"the columns of the frame have no names, so it does not say whether they are coders: "
            f"{_SAYS}; frame.to_numpy() is read as an array, with a row for each coder"
        )
    _refuse_other_axes(frame, columns)
    rows = [frame.iloc[:, at] for at in range(len(columns))]
    kinds = [
        {isinstance(label, str) for label in row.dropna().unique().tolist() if not is_blank(label)}
        for row in rows
    ]
    if len(set().union(*kinds)) > 1 and all(len(each) < 2 for each in kinds):
        text, other = (
            columns[next(at for at, kind in enumerate(kinds) if which in kind)]
            for which in (True, False)
        )
        raise StatisticsError(
            f"the column {text!r} holds text and {other!r} does not, so they are not the ratings of "
            f"two coders: {_SAYS}"
        )
    labels = [set(row.dropna().unique().tolist()) for row in rows]
    # Two coders may well have no label in common on a unit or two.
    for at, own in enumerate(labels if len(rows) > 2 or len(frame) > 2 else []):
        if own and not any(own & each for other, each in enumerate(labels) if other != at):
            raise StatisticsError(
                f"the column {columns[at]!r} has no label that any other column has, so it does not "
                f"seem to be a coder: {_SAYS}; where it is one, give frame.to_numpy().T"
            )
    return rows


# Names of an axis, as a pivot or a cross table gives them.
_CODERS = {"coder", "coders", "rater", "raters", "annotator", "annotators", "judge", "judges"}


def _refuse_other_axes(frame: Any, columns: list[Any]) -> None:
    """Refuse a frame whose axes say that its columns are not the coders."""
    down, across = (str(axis.name).casefold() for axis in (frame.index, frame.columns))
    if down in _CODERS or across in _NO_CODER - _CODERS:
        raise StatisticsError(
            f"the rows of the frame are called {frame.index.name!r} and its columns "
            f"{frame.columns.name!r}, so its coders are not in the columns: {_SAYS}"
        )
    if columns and set(columns) == set(frame.index):
        raise StatisticsError(
            f"the rows and columns of the frame have the same names, {shown(columns)}: it seems to count "
            f"how often labels met, and ratings are needed; {_SAYS}"
        )


def long_rows(frame: Any, coder: str, unit: str | None, label: str | None) -> list[Any]:
    """Return a row for each coder from a frame with a row for each rating."""
    import pandas as pd

    columns = list(frame.columns)
    for what, name in (("coders", coder), ("units", unit), ("labels", label)):
        if name is None:
            raise StatisticsError(
                f"{what} is not given: of a long frame, name the columns of coders, units and labels, "
                f"which are among {columns!r}"
            )
        if name not in columns:
            raise StatisticsError(
                f"the frame has no column {name!r} for {what}; it has "
                f"{', '.join(map(repr, columns))}.{did_you_mean(str(name), map(str, columns))}"
            )
    who, whom = (pd.factorize(frame[name]) for name in (coder, unit))
    for name, codes in ((coder, who[0]), (unit, whom[0])):
        nameless = (codes < 0) | frame[name].map(is_blank).to_numpy(dtype=bool)
        if nameless.any():
            raise StatisticsError(
                f"row {int(np.argmax(nameless)) + 1} of the frame has no {name!r}: give it one"
            )
    twice = pd.Series(list(zip(who[0], whom[0], strict=True))).duplicated().to_numpy()
    if twice.any():
        at = int(np.argmax(twice))
        raise StatisticsError(
            f"coder {frame[coder].iloc[at]!r} has two ratings of unit {frame[unit].iloc[at]!r}: give "
            "one, or a frozenset where they gave several codes"
        )
    table = np.full((len(who[1]), len(whom[1])), None, dtype=object)
    given = frame[label]
    table[who[0], whom[0]] = _as_row(0, given)
    ordered = isinstance(given.dtype, pd.CategoricalDtype) and given.dtype.ordered
    return [
        pd.Series(row, index=whom[1], dtype=given.dtype if ordered else object) for row in table
    ]


def given_order(rows: Any) -> list[Hashable] | None:
    """Return the categories that ordered pandas categoricals give, in their order, if any does."""
    if isinstance(rows, np.ndarray) or not isinstance(rows, Iterable) or isinstance(rows, Mapping):
        return None
    if not isinstance(rows, Sequence):
        return None
    given: list[Hashable] | None = None
    for row in rows:
        kind: Any = getattr(row, "dtype", None)
        if not getattr(kind, "ordered", False) or not hasattr(kind, "categories"):
            continue
        own = [label for label in kind.categories.tolist() if not is_blank(label)]
        if given is not None and own != given:
            raise StatisticsError(
                f"the coders' ordered categories differ: {given!r} and {own!r}; name them all from "
                "lowest to highest with categories=…"
            )
        given = own
    return given


def unit_names(rows: Any) -> npt.NDArray[Any] | None:
    """Return how the units are named by the index of pandas objects, or None where nothing names them.

    Raises
    ------
    StatisticsError
        When two coders' ratings are about other units, or the same in another order.
    """
    if not isinstance(rows, (list, tuple)):
        return None
    index: Any = None
    for coder, row in enumerate(rows):
        own = index_of(row)
        if index is not None and own is not None and own.tolist() != index.tolist():
            raise StatisticsError(
                f"the ratings of coder {coder} are indexed {shown(own.tolist()[:5])}, those of another "
                f"{shown(index.tolist()[:5])}: make a frame of them, which brings the units together "
                "(pandas.DataFrame({'ana': …, 'ben': …})), or give .to_numpy() of each where the order "
                "is that of the units"
            )
        index = own if index is None else index
    return None if index is None else np.asarray(index.to_numpy(), dtype=object)


def as_table(ratings: Any) -> npt.NDArray[Any]:
    """Return ratings as an array of shape (coders, units) in which no label has changed."""
    if isinstance(ratings, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(ratings)
        objects = np.asarray(ratings).astype(object)
        objects[hidden] = None
        return _two_dimensional(objects)
    if isinstance(ratings, Mapping):
        raise StatisticsError(
            "ratings are a mapping, but must have the shape (coders, units): "
            "pass list(ratings.values()), one sequence of labels for each coder"
        )
    if hasattr(ratings, "__array__"):
        table = np.asarray(ratings)
    else:
        given = check_list(ratings, what="ratings", of="rows, one for each coder")
        table = _stack([_as_row(coder, row) for coder, row in enumerate(given)])
    return _two_dimensional(table)


def _two_dimensional(table: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if table.ndim != 2:
        raise StatisticsError(
            f"ratings have {table.ndim} dimension(s), but must have the shape (coders, units): "
            "one row for each coder, one column for each unit"
        )
    return table


def _as_row(coder: int, row: Any) -> npt.NDArray[Any]:
    if isinstance(row, (str, bytes)) or not isinstance(row, Iterable):
        raise StatisticsError(
            f"the ratings of coder {coder} are {shown(row)}, but must be a sequence of labels: "
            "ratings have the shape (coders, units)"
        )
    if isinstance(row, np.ndarray) and row.ndim == 1 and row.dtype.kind in "biuf":
        return row
    if isinstance(row, (Mapping, Set)):
        kind = "mapping" if isinstance(row, Mapping) else "set"
        raise StatisticsError(
            f"the ratings of coder {coder} are a {kind}, {shown(row)}, which does not say the order of the "
            "units: give a sequence of labels, or a frame with a column for each coder and a row for each "
            "unit, which pandas.DataFrame makes of mappings from units to labels"
        )
    # Element by element, because NumPy would make 1 and "1" the same label, None the label
    # "None", and a tuple a further dimension.
    cells = list(row)
    objects = np.empty(len(cells), dtype=object)
    for unit, cell in enumerate(cells):
        objects[unit] = cell
    return objects


def _stack(rows: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        raise StatisticsError(
            f"the coders rated different numbers of units ({', '.join(map(str, lengths))}): "
            "give each coder one entry for each unit, None where there is no rating"
        )
    return np.stack(rows) if rows else np.empty((0, 0))
