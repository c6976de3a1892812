"""Where assignments and documents are: files, and whatever streams Arrow tables, read in blocks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import attrs
import numpy as np

from qualcode._extras import require
from qualcode.errors import StatisticsError, StoreError
from qualcode.model.checks import shown
from qualcode.scale.sources.alike import alike, without_views
from qualcode.scale.sources.engines import is_frame, named_engine
from qualcode.stats.kernels.blocks import first_of_runs

__all__ = ["File", "Piece", "Share", "Stream", "blocks", "is_stream", "pieces_of", "some_of"]

BLOCK = 1 << 21
"""Rows of a block: enough that few documents are split, few enough for any memory."""


class Piece(Protocol):
    """Something that can be read as Arrow tables, again and again."""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        ...

    @property
    def rows(self) -> int | None:
        """How many rows it has, where that is known without reading it."""
        ...

    def schema(self) -> Any:
        """Return its columns."""
        ...

    def batches(self, columns: Sequence[str], rows: int = BLOCK) -> Iterator[Any]:
        """Yield its record batches, with those of the columns that it has; as long as `rows` where it can."""
        ...

    def only(self, ids: Any, columns: Sequence[str], key: str) -> Any:
        """Return the rows with some ids in the column `key` as a table."""
        ...


@attrs.frozen
class File:
    """A Parquet file, or one of Arrow's own format.

    Parameters
    ----------
    path : str
        Where it is, for whoever reads it.
    """

    path: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path

    @property
    def _is_parquet(self) -> bool:
        return Path(self.path).suffix.lower() in (".parquet", ".pq")

    def _open(self, dictionaries: Sequence[str] = ()) -> Any:
        arrow = require("pyarrow", extra="parquet")
        try:
            if self._is_parquet:
                return require("pyarrow.parquet", extra="parquet").ParquetFile(
                    self.path, read_dictionary=[*dictionaries]
                )
            return require("pyarrow.ipc", extra="parquet").open_file(self.path)
        except (OSError, arrow.ArrowInvalid) as error:
            raise StoreError(
                f"{self.path} cannot be read as {'Parquet' if self._is_parquet else 'an Arrow file'}: "
                f"{error}. Read other formats by DuckDB, Polars or pandas, and give their table"
            ) from error

    @property
    def rows(self) -> int | None:
        """How many rows it has."""
        if not self._is_parquet:
            return None
        with self._open() as file:
            return int(file.metadata.num_rows)

    def schema(self) -> Any:
        """Return its columns."""
        opened = self._open()
        return opened.schema_arrow if self._is_parquet else opened.schema

    def batches(self, columns: Sequence[str], rows: int = BLOCK) -> Iterator[Any]:
        """Yield its record batches."""
        # Ids recur, so that reading them as numbers into a dictionary saves most of the time.
        opened = self._open([name for name in ("document", "code", "coder") if name in columns])
        schema = opened.schema_arrow if self._is_parquet else opened.schema
        names = [name for name in columns if name in schema.names]
        if self._is_parquet:
            yield from opened.iter_batches(batch_size=rows, columns=names, use_threads=False)
            return
        for at in range(opened.num_record_batches):
            yield opened.get_batch(at).select(names)

    def only(self, ids: Any, columns: Sequence[str], key: str) -> Any:
        """Return the rows with some ids; row groups without any of them are not read."""
        if not self._is_parquet:
            return some_of(self, ids, columns, key)
        compute = require("pyarrow.compute", extra="parquet")
        with self._open() as file:
            if not _may_hold(file.metadata, ids, key):
                return file.schema_arrow.empty_table().select(list(columns))
        return require("pyarrow.parquet", extra="parquet").read_table(
            self.path, columns=list(columns), filters=compute.field(key).isin(ids),
            use_threads=False, partitioning=None,
        )  # fmt: skip


def _may_hold(metadata: Any, ids: Any, key: str) -> bool:
    """Tell from what a Parquet file says of its row groups whether any of some ids can be in it.

    Looking through the ids for each row group, as the reader would, takes as long as reading a file.
    """
    first, last = require("pyarrow.compute", extra="parquet").min_max(ids).as_py().values()
    if first is None:
        return False
    at = metadata.schema.to_arrow_schema().get_field_index(key)
    for group in range(metadata.num_row_groups):
        said = metadata.row_group(group).column(at).statistics
        if said is None or not said.has_min_max or (said.min <= last and first <= said.max):
            return True
    return False


@attrs.frozen(eq=False)
class Stream:
    """What streams Arrow tables: a table or reader, a frame of pandas or Polars, a relation of DuckDB.

    Parameters
    ----------
    source : object
        With ``__arrow_c_stream__``.
    name : str
        What it is called in messages.
    """

    source: Any
    name: str

    @property
    def rows(self) -> int | None:
        """How many rows it has, where it says so."""
        try:
            return len(self.source)
        except TypeError:
            return None

    def _reader(self, rows: int = BLOCK) -> Any:
        arrow = require("pyarrow", extra="parquet")
        if isinstance(self.source, arrow.Table):
            return self.source.to_reader(max_chunksize=rows)
        return arrow.RecordBatchReader.from_stream(self.source)

    def schema(self) -> Any:
        """Return its columns."""
        arrow = require("pyarrow", extra="parquet")
        if isinstance(self.source, arrow.Table | arrow.RecordBatchReader):
            return self.source.schema
        return self._reader().schema

    def batches(self, columns: Sequence[str], rows: int = BLOCK) -> Iterator[Any]:
        """Yield its record batches."""
        reader = self._reader(rows)
        names = [name for name in columns if name in reader.schema.names]
        for batch in reader:
            yield without_views(batch.select(names))

    def only(self, ids: Any, columns: Sequence[str], key: str) -> Any:
        """Return the rows with some ids."""
        return some_of(self, ids, columns, key)


def some_of(piece: Piece, ids: Any, columns: Sequence[str], key: str) -> Any:
    """Return the rows of a piece that are of some documents, or whatever else has these ids."""
    arrow = require("pyarrow", extra="parquet")
    compute = require("pyarrow.compute", extra="parquet")
    found = [
        batch.filter(compute.is_in(batch[key], value_set=ids))
        for batch in piece.batches(columns)
        if len(batch)
    ]
    if found:
        return arrow.Table.from_batches(found)
    return arrow.schema([each for each in piece.schema() if each.name in columns]).empty_table()


@attrs.frozen
class Share:
    """Some of the documents, chosen by their ids alone: one of `of` shares.

    Parameters
    ----------
    number, of : int
        Which one, and of how many.
    """

    number: int
    of: int

    def holds(self, id: str) -> bool:
        """Tell whether a document is in it."""
        # Not `hash`, which differs from process to process.
        return crc32(id.encode("utf-8")) % self.of == self.number

    def filtered(self, batch: Any) -> Any:
        """Return the rows of its documents."""
        from qualcode.scale.sources.columns import texts_of

        arrow = require("pyarrow", extra="parquet")
        table = arrow.Table.from_batches([batch])
        ids, number = texts_of(table["document"], "document", "the table of assignments")
        kept = np.array([self.holds(id) for id in ids], dtype=np.bool_)
        return table.filter(arrow.array(kept[number] if kept.size else kept))


def is_stream(source: object) -> bool:
    """Tell whether something streams Arrow tables."""
    return hasattr(source, "__arrow_c_stream__")


def pieces_of(source: Any, what: str, columns: Sequence[str] | None = None) -> tuple[Piece, ...]:
    """Return the pieces of files, folders and patterns, or of what streams Arrow tables.

    Parameters
    ----------
    source : object
        What was given.
    what : str
        What it holds: ``"assignments"`` or ``"documents"``.
    columns : sequence of str, optional
        The columns that are read; all when not given.

    Raises
    ------
    StoreError
        When a pattern or folder has no file.
    StatisticsError
        When it is none of these.
    """
    if is_frame(source):
        raise StatisticsError(
            f"{what} in a frame of {named_engine(source)} cannot be read from here: give them as files or "
            "as a table"
        )
    if columns is not None and type(source).__module__.partition(".")[0] == "pandas":
        # What else it has need not be what Arrow can hold.
        source = source[[name for name in columns if name in source.columns]]
    if is_stream(source):
        return (Stream(source, f"the table of {what}"),)
    if hasattr(source, "collect") and hasattr(source, "lazy"):  # a LazyFrame of Polars
        return pieces_of(source.collect(), what, columns)
    if isinstance(source, str | os.PathLike):
        return tuple(map(File, _paths(os.fspath(source))))
    if isinstance(source, Iterable) and not isinstance(source, bytes):
        found = tuple(piece for each in source for piece in pieces_of(each, what, columns))
        if found:
            return found
    raise StatisticsError(
        f"{what} in {shown(source)} cannot be read: give Parquet files (a path, a pattern such as "
        f"'{what}/*.parquet', or a list of them), an Arrow table or reader, a frame of pandas or Polars, a "
        "relation of DuckDB, or a frame of Spark, Dask or Ray"
    )


def _paths(path: str) -> list[str]:
    if os.path.isdir(path):
        found = sorted(str(each) for each in Path(path).rglob("*.parquet"))
    elif glob_magic := any(sign in path for sign in "*?["):
        found = sorted(glob(path, recursive=True))
    else:
        return [path]
    if not found:
        kind = (
            "no file fits the pattern"
            if not os.path.isdir(path) and glob_magic
            else "no *.parquet in"
        )
        raise StoreError(f"{kind} {path!r}: give the path of Parquet files")
    return found


def blocks(pieces: Sequence[Piece], columns: Sequence[str], share: Share | None) -> Iterator[Any]:
    """Yield the rows of some pieces as tables, each of whole documents where those stand together.

    Of a share of the documents, all pieces are one table.
    """
    arrow = require("pyarrow", extra="parquet")
    if share is not None:
        every = (batch for piece in pieces for batch in piece.batches(columns))
        found = [share.filtered(alike(batch)) for batch in every]
        if found:
            yield arrow.concat_tables(found, promote_options="permissive")
        return
    for piece in pieces:
        held: list[Any] = []
        size = 0
        for batch in piece.batches(columns):
            held.append(arrow.Table.from_batches([batch]))
            size += len(batch)
            if size >= BLOCK:
                whole, rest = _cut(arrow.concat_tables(held, promote_options="permissive"))
                if len(whole):
                    yield whole
                held, size = [rest], len(rest)
        if held:
            yield arrow.concat_tables(held, promote_options="permissive")


def _cut(table: Any) -> tuple[Any, Any]:
    """Return a table up to where its last document begins, and the rest."""
    from qualcode.scale.sources.columns import texts_of

    _, number = texts_of(table["document"], "document", "the table of assignments")
    at = int(np.flatnonzero(first_of_runs(number))[-1])
    return table.slice(0, at), table.slice(at)
