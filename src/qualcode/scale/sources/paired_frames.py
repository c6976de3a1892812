"""Assignments and documents that are both frames of one engine: brought together there, by document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias
from zlib import crc32

import attrs

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.scale.sources.engines import (
    Engine,
    Sent,
    dask_computed,
    failed,
    frame_columns,
    frame_parts,
    is_of,
    named_engine,
    narrowed,
    of_table,
    spark_parts,
    streamed,
    table_of,
)
from qualcode.scale.sources.source import some_of

__all__ = ["FramePiece", "check_pair", "paired_parts"]

OfPair: TypeAlias = Callable[[Any, Any], bytes]

_LISTED = "is a document"
_BY = "brought together by"


@attrs.frozen(eq=False)
class FramePiece:
    """The documents in a frame, as far as they are asked about here: by their names and single variables.

    Parameters
    ----------
    frame : frame of Spark or Dask
        Where they are.
    """

    frame: Any

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return "the frame of documents"

    @property
    def rows(self) -> None:
        """How many there are, which is not known without reading them."""

    def schema(self) -> Any:
        """Return its columns, by their names alone."""
        arrow = require("pyarrow", extra="parquet")
        return arrow.schema([(name, arrow.null()) for name in frame_columns(self.frame)])

    def batches(self, columns: Sequence[str], rows: int = 0) -> Iterator[Any]:
        """Yield its record batches, with those of the columns that it has."""
        for data in frame_parts(self.frame, columns, streamed, None):
            yield from table_of(data).to_batches()

    def only(self, ids: Any, columns: Sequence[str], key: str = "document") -> Any:
        """Return the rows of some documents."""
        return some_of(self, ids, columns, key)


def check_pair(rows: Any, documents: Any) -> None:
    """Refuse documents in a frame that cannot be brought together with what is assigned.

    Parameters
    ----------
    rows : frame or None
        The assignments, where they are one.
    documents : frame
        The documents.

    Raises
    ------
    StatisticsError
        When they are not frames of the same engine, or of one that cannot do it.
    """
    engine = named_engine(documents)
    if engine == "Ray":
        raise StatisticsError(
            "documents in a dataset of Ray cannot be brought together with assignments: write them as "
            "Parquet files, and give these as documents="
        )
    if rows is None or named_engine(rows) != engine:
        given = "no frame" if rows is None else f"a frame of {named_engine(rows)}"
        raise StatisticsError(
            f"the documents are a frame of {engine}, and the assignments {given}: give both as frames of "
            f"{engine} (it reads Parquet files as well), or the documents as files"
        )


def paired_parts(
    rows: Any,
    row_columns: Sequence[str],
    documents: Any,
    document_columns: Sequence[str],
    function: OfPair,
    engine: Engine,
) -> list[bytes]:
    """Return what a function gives for assignments and their documents, some whole documents at a time.

    Nothing but what the function returns leaves the engine.

    Parameters
    ----------
    rows, documents : frame of Spark or Dask
        Partitioned in whatever way.
    row_columns, document_columns : sequence of str
        The columns to read, of those that they have.
    function : callable
        Takes two Arrow tables: assignments, and all documents that they are on, with others that have none.
    engine : client of Dask, optional
        As for `qualcode.scale.sources.engines.frame_parts`.

    Raises
    ------
    EngineError
        When the engine fails.
    """
    rows, documents = narrowed(rows, row_columns), narrowed(documents, document_columns)
    try:
        found = (
            _on_spark(rows, documents, function)
            if is_of(rows, "pyspark")
            else _on_dask(rows, documents, function, engine)
        )
    except Exception as error:
        raise failed(rows if engine is None else engine, error) from error
    return [bytes(each) for each in found if each]


# Spark: one frame with the rows of both


def _on_spark(rows: Any, documents: Any, function: OfPair) -> list[bytes]:
    sql = require("pyspark.sql.functions", extra="spark")
    names, own = list(rows.columns), list(documents.columns)
    # By number: a variable may be called as a column of assignments is, or have a dot in its name.
    told = [name if name == "document" else f"told {at}" for at, name in enumerate(own)]
    listed = documents.toDF(*told).withColumn(_LISTED, sql.lit(True))
    both = rows.unionByName(listed, allowMissingColumns=True).repartition("document")

    def apart(both: Any) -> bytes:
        is_listed = both[_LISTED].is_valid()
        assigned = both.filter(require("pyarrow.compute", extra="spark").invert(is_listed))
        return function(
            assigned.select(names), both.filter(is_listed).select(told).rename_columns(own)
        )

    return spark_parts(both, apart)


# Dask: two frames, divided alike


def _on_dask(rows: Any, documents: Any, function: OfPair, client: Any) -> list[bytes]:
    dask = require("dask", extra="dask")
    n_parts = max(rows.npartitions, documents.npartitions)
    divided = [
        frame.map_partitions(_numbered).shuffle(_BY, npartitions=n_parts).to_delayed()
        for frame in (rows, documents)
    ]
    there = dask.delayed(Sent.of(partial(_of_pair, function)))
    parts = [there(*pair) for pair in zip(*divided, strict=True)]
    return dask_computed(parts, client)


def _numbered(frame: Any) -> Any:
    """Add a number by document, which is the same in both frames whatever their types of text are."""
    numbers = [crc32(str(id).encode("utf-8")) for id in frame["document"]]
    return frame.assign(**{_BY: numbers}).astype({_BY: "int64"})


def _of_pair(function: OfPair, rows: Any, documents: Any) -> bytes:
    if not len(rows) and not len(documents):
        return b""
    return function(*(of_table(each.drop(columns=_BY)) for each in (rows, documents)))
