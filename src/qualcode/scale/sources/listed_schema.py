"""What the columns of tables of documents and cases have to hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.scale.sources.columns import is_text
from qualcode.scale.sources.listed import JSON

__all__ = ["check_listed"]


def check_listed(schema: Any, key: str, where: str) -> None:
    """Refuse a table of documents or cases whose own columns hold what they cannot hold.

    Parameters
    ----------
    schema : pyarrow.Schema
        Its columns.
    key : {"document", "case"}
        The column of their ids.
    where : str
        What it is called in messages.

    Raises
    ------
    DocumentError
        With the first such column, and what it should hold.
    """
    types = require("pyarrow", extra="parquet").types
    wanted: dict[str, tuple[str, Callable[[Any], bool]]] = {
        key: ("texts (ids)", is_text),
        "text": ("texts", is_text),
        "length": ("whole numbers (code points)", types.is_integer),
        "cases": ("lists of texts (ids), or one for each document", _is_texts),
        JSON: ("texts (JSON objects)", is_text),
    }
    if key == "case":
        wanted = {name: wanted[name] for name in ("case", JSON)}
    for name, (held, is_so) in wanted.items():
        if name not in schema.names:
            continue
        kind = schema.field(name).type
        if not types.is_null(kind) and not is_so(kind):
            raise DocumentError(f"{where}: column {name!r} holds {kind}, not {held}")


def _is_texts(kind: Any) -> bool:
    types = require("pyarrow", extra="parquet").types
    is_list = types.is_list(kind) or types.is_large_list(kind)
    return is_text(kind.value_type if is_list else kind) or (
        is_list and bool(types.is_null(kind.value_type))
    )
