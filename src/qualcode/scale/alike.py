"""Tables of different makers, brought to the same types of columns where they have to go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qualcode._extras import require
from qualcode.errors import QualcodeError

__all__ = ["alike", "together", "without_views"]

_IDS = ("document", "code", "coder")


def without_views(batch: Any) -> Any:
    """Return a record batch with plain texts: of views, as Polars gives them, Arrow chooses no rows."""
    arrow = require("pyarrow", extra="parquet")
    views = [arrow.types.is_string_view(kind) for kind in batch.schema.types]
    if not any(views):
        return batch
    columns = [
        column.cast(arrow.large_string()) if is_view else column
        for column, is_view in zip(batch.columns, views, strict=True)
    ]
    return arrow.record_batch(columns, names=batch.schema.names)


def alike(batch: Any) -> Any:
    """Return a record batch of assignments with its ids as dictionaries of one type, whatever they were."""
    arrow = require("pyarrow", extra="parquet")
    wanted = arrow.dictionary(arrow.int32(), arrow.string())
    columns = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name in _IDS and column.type != wanted:
            if arrow.types.is_dictionary(column.type):
                column = column.dictionary_decode()
            column = column.cast(arrow.string()).dictionary_encode()
        columns.append(column)
    return arrow.record_batch(columns, names=batch.schema.names)


def together(tables: Sequence[Any], what: str, error: type[QualcodeError]) -> Any:
    """Return some tables as one, their ids and texts without dictionaries.

    Parameters
    ----------
    tables : sequence of pyarrow.Table
        One at least.
    what : str
        What they list, for messages.
    error : type of QualcodeError
        What is raised where they do not go together.
    """
    arrow = require("pyarrow", extra="parquet")
    try:
        return arrow.concat_tables(
            [_decoded(each) for each in tables], promote_options="permissive"
        )
    except (arrow.ArrowTypeError, arrow.ArrowInvalid) as wrong:
        raise error(
            f"the tables of {what} do not go together: {wrong}. Give each column the same type in all of them"
        ) from wrong


def _decoded(table: Any) -> Any:
    arrow = require("pyarrow", extra="parquet")
    for at, field in enumerate(table.schema):
        if arrow.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table[at].cast(field.type.value_type))
    return table
