"""Folders of Parquet files: tables written in pieces and read in pieces, each with a fixed schema."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from qualcode._extras import require
from qualcode.errors import StoreError

__all__ = ["SCHEMAS", "read_pieces", "read_said", "write_tables"]

FORMAT = 1
_SAID = b"qualcode"
_ROWS = 50_000
"""Rows that are in memory at once."""

SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "documents": {
        "document": "string", "name": "string", "text": "large_string", "length": "int32",
        "cases": "list<string>", "variables": "string",
    },
    "cases": {"case": "string", "name": "string", "variables": "string"},
    "assignments": {
        "document": "string", "start": "int32", "end": "int32", "code": "string", "name": "string",
        "coder": "string", "time": "timestamp", "origin": "string", "weight": "double",
        "memo": "string", "assigned_as": "string", "quote": "string",
    },
    "codebook": {
        "code": "string", "name": "string", "parent": "string", "definition": "string",
        "status": "string", "codable": "bool",
    },
    "log": {"file": "string", "line": "large_string"},
    "texts": {"sha256": "string", "text": "large_string"},
    "originals": {"sha256": "string", "name": "string", "content": "large_binary"},
}  # fmt: skip
"""The columns of each file, by its name without the ending, and what they hold."""


def write_tables(
    folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]], said: Mapping[str, Any]
) -> None:
    """Write a folder with a file for each table, all or nothing.

    Parameters
    ----------
    folder : Path
        Is not there yet, or empty.
    tables : mapping of str to iterable of mapping
        By name, pieces: for each column its values. No more than a piece of one table is in memory.
    said : mapping
        What all files say of themselves.

    Raises
    ------
    StoreError
        When there is something in the folder, or it cannot be written.
    MissingExtraError
        When pyarrow is not installed (extra ``parquet``).
    """
    arrow, parquet = _arrow()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StoreError(f"{folder}: exists already and is not empty: choose another folder")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        draft.mkdir(parents=True)
        for name, pieces in tables.items():
            schema = _schema(arrow, name).with_metadata(
                {_SAID: msgspec.json.encode({"format": FORMAT, **said})}
            )
            with parquet.ParquetWriter(
                draft / f"{name}.parquet", schema, compression="zstd"
            ) as file:
                for piece in pieces:
                    file.write_table(arrow.table(dict(piece), schema=schema))
        if folder.exists():
            folder.rmdir()
        os.replace(draft, folder)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read_pieces(folder: Path, name: str) -> Iterator[dict[str, list[Any]]]:
    """Yield the values of a table's columns, some rows at a time.

    Raises
    ------
    StoreError
        When the file is missing, damaged or of other columns.
    """
    file = _opened(folder, name)
    arrow, _ = _arrow()
    if (missing := [each for each in SCHEMAS[name] if each not in file.schema_arrow.names]) != []:
        raise StoreError(f"{folder / name}.parquet: has no column {missing[0]!r}")
    try:
        for batch in file.iter_batches(batch_size=_ROWS):
            yield {column: batch[column].to_pylist() for column in SCHEMAS[name]}
    except (OSError, arrow.ArrowException) as error:
        raise StoreError(f"{folder / name}.parquet: is damaged: {error}") from error


def read_said(folder: Path) -> dict[str, Any]:
    """Return what the files of a folder say of themselves.

    Raises
    ------
    StoreError
        When it is no folder that `write_tables` wrote, or of a newer format.
    """
    path = folder / "log.parquet"
    data = (_opened(folder, "log").schema_arrow.metadata or {}).get(_SAID)
    try:
        said: dict[str, Any] = msgspec.json.decode(data or b"", type=dict)
    except msgspec.DecodeError as error:
        raise StoreError(f"{path}: was not written by qualcode: nothing says of what") from error
    if said.get("format") != FORMAT:
        raise StoreError(
            f"{path}: has format {said.get('format')}, but this version of qualcode reads format {FORMAT}: "
            "upgrade qualcode (pip install --upgrade qualcode)"
        )
    return said


def _opened(folder: Path, name: str) -> Any:
    arrow, parquet = _arrow()
    path = folder / f"{name}.parquet"
    try:
        return parquet.ParquetFile(path)
    except FileNotFoundError as error:
        raise StoreError(f"{path}: is missing: give a folder that write_parquet wrote") from error
    except (OSError, arrow.ArrowException) as error:
        raise StoreError(f"{path}: cannot be read as Parquet: {error}") from error


def _arrow() -> tuple[Any, Any]:
    return require("pyarrow", extra="parquet"), require("pyarrow.parquet", extra="parquet")


def _schema(arrow: Any, name: str) -> Any:
    made = {
        "timestamp": arrow.timestamp("us", tz="UTC"),
        "list<string>": arrow.list_(arrow.string()),
        "double": arrow.float64(),
        "bool": arrow.bool_(),
    }
    return arrow.schema(
        [
            (column, made.get(kind) or getattr(arrow, kind)())
            for column, kind in SCHEMAS[name].items()
        ]
    )
