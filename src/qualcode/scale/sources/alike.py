"""Tables of different makers, brought to the same types of columns where they have to go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qualcode._extras import require
from qualcode.errors import QualcodeError

__all__ = ["alike", "decoded", "together", "without_views"]

_IDS = ("document", "code", "coder")


def without_views(batch: Any) -> Any:
    """Return a record batch with plain texts: of views, as Polars gives them, Arrow chooses no rows."""
    plain = [_plain(kind) for kind in batch.schema.types]
    if plain == batch.schema.types:
        return batch
    columns = [column.cast(kind) for column, kind in zip(batch.columns, plain, strict=True)]
    return require("pyarrow", extra="parquet").record_batch(columns, names=batch.schema.names)


def _plain(kind: Any) -> Any:
    arrow = require("pyarrow", extra="parquet")
    if arrow.types.is_string_view(kind):
        return arrow.large_string()
    if arrow.types.is_list(kind) or arrow.types.is_large_list(kind):
        held = _plain(kind.value_type)
        return kind if held == kind.value_type else arrow.large_list(held)
    return kind


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
        return arrow.concat_tables([decoded(each) for each in tables], promote_options="permissive")
    except (arrow.ArrowTypeError, arrow.ArrowInvalid) as wrong:
        raise error(
            f"the tables of {what} do not go together: {wrong}. Give each column the same type in all of them"
        ) from wrong


def decoded(table: Any) -> Any:
    """Return a table without dictionaries."""
    arrow = require("pyarrow", extra="parquet")
    for at, field in enumerate(table.schema):
        if arrow.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table[at].cast(field.type.value_type))
    return table
