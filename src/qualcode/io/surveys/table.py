"""The table that a survey is in: a file or a pandas frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import DocumentError
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.raw.sheets import Sheet, read_sheets
from qualcode.io.surveys.heads import Row
from qualcode.io.tables.frames import check_frame
from qualcode.model.checks import check_path, is_missing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Table", "open_table"]


@attrs.frozen
class Table:
    """A table as it was given.

    Parameters
    ----------
    where : str
        Its name, for messages.
    source : str or None
        The file's name, which its documents keep.
    sheet : Sheet
        Its rows.
    rows : tuple of Row
        Those that are not empty, with their numbers.
    orders : mapping of int to tuple of str
        Of a frame: the categories of its ordered columns, which are counted from 0.
    texts : bool
        Whether texts become the numbers and dates that they look like.
    """

    where: str
    source: str | None
    sheet: Sheet = attrs.field(repr=False)
    rows: tuple[Row, ...] = attrs.field(repr=False)
    orders: Mapping[int, tuple[str, ...]] = attrs.field(factory=dict, repr=False)
    texts: bool = True


def open_table(source: Any, *, sheet: str | None, encoding: str | None) -> Table:
    """Return the table in a file or a pandas frame.

    Raises
    ------
    DocumentError
        When there is none.
    """
    if hasattr(source, "columns"):
        return _of_frame(check_frame(source, error=DocumentError))
    path = check_path(source, what="source", error=DocumentError)
    found = read_sheets(path.suffix, read_bytes(path), encoding=encoding, where=str(path))
    chosen = _chosen(found, sheet, path)
    where = f"{path}, sheet {chosen.name!r}" if len(found) > 1 else str(path)
    return Table(where, path.name, chosen, _filled(chosen.rows, first=1))


def _chosen(found: Sequence[Sheet], sheet: str | None, path: Path) -> Sheet:
    names = ", ".join(repr(each.name) for each in found)
    if sheet is not None:
        for each in found:
            if each.name == sheet:
                return each
        raise DocumentError(f"{path}: there is no sheet {sheet!r}; there are {names}")
    full = [each for each in found if _filled(each.rows, first=1)]
    if len(found) == 1 or len(full) == 1:
        return (full or found)[0]
    raise DocumentError(
        f"{path}: {'several sheets hold' if full else 'no sheet holds'} anything ({names})"
        + (f"; say which is meant, as sheet={full[0].name!r}" if full else "")
    )


def _of_frame(frame: pd.DataFrame) -> Table:
    names = [_named(each) for each in frame.columns]
    cells = frame.set_axis(range(len(names)), axis="columns").to_dict("records")
    rows = [names, *([row[at] for at in range(len(names))] for row in cells)]
    orders = {
        at: tuple(_category(label) for label in kind.categories.tolist())
        for at, kind in enumerate(frame.dtypes)
        if getattr(kind, "ordered", False) and hasattr(kind, "categories")
    }
    return Table("the frame", None, Sheet("", rows), _filled(rows, first=0), orders, texts=False)


def _named(label: Any) -> str:
    """Return the name of a frame's column; heads above one another are joined."""
    if not isinstance(label, tuple):
        return "" if is_missing(label) else str(label)
    return " – ".join(
        str(each) for each in label if str(each) and not str(each).startswith("Unnamed:")
    )


def _category(label: Any) -> str:
    """Return a category as its values are kept: whole numbers as such."""
    whole = isinstance(label, float) and label.is_integer()
    return str(int(label)) if whole else str(label)


def _filled(rows: Sequence[list[Any]], *, first: int) -> tuple[Row, ...]:
    return tuple(
        (number, row)
        for number, row in enumerate(rows, start=first)
        if any(not is_missing(cell) and str(cell).strip() for cell in row)
    )
