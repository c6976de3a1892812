"""Tables of assignments that are no project: files, frames and streams, scanned where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.errors import AssignmentError, DocumentError
from qualcode.model.readable import many
from qualcode.model.texts.documents import Value
from qualcode.scale.columns import NEEDED, check_schema
from qualcode.scale.listed import NO_VARIABLES, documents_of
from qualcode.scale.plan import Reads
from qualcode.scale.source import File, Piece, pieces_of
from qualcode.stats.counting.variable_values import own_values

__all__ = ["AssignmentTable", "DocumentTable", "as_table", "is_frame", "scan_assignments"]

_READ = (*NEEDED, "weight")


@attrs.frozen(eq=False)
class DocumentTable:
    """The documents that assignments are on.

    Parameters
    ----------
    pieces : tuple of Piece
        Where their rows are.
    """

    pieces: tuple[Piece, ...]

    def columns(self, reads: Reads) -> tuple[str, ...]:
        """Return the columns that are read."""
        names = self.pieces[0].schema().names
        lengths = "length" if "length" in names else "text"
        left_out = {"nothing": {"text"}, "lengths": {"text"} - {lengths}, "texts": set()}[reads]
        return tuple(name for name in names if name not in left_out)

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns that are variables."""
        names = dict.fromkeys(name for each in self.pieces for name in each.schema().names)
        return tuple(name for name in names if name not in NO_VARIABLES)

    def of(self, ids: Sequence[str], reads: Reads) -> Any:
        """Return the rows of some documents as an Arrow table."""
        arrow = require("pyarrow", extra="parquet")
        wanted, columns = arrow.array(list(ids), type=arrow.string()), self.columns(reads)
        found = [piece.only(wanted, columns) for piece in self.pieces]
        return arrow.concat_tables(found, promote_options="permissive")

    def values(self, variable: str) -> dict[str, Value]:
        """Return the value of a variable of each document that has one, by its id."""
        found: dict[str, Value] = {}
        for piece in self.pieces:
            if variable not in piece.schema().names:
                continue
            for batch in piece.batches(["document", variable]):
                listed = documents_of(batch.to_pydict(), whole=False)
                found |= {each.id: own for each in listed for own in own_values(each, variable)}
        return found

    def ids(self) -> list[str]:
        """Return the ids of all documents."""
        return [
            id
            for piece in self.pieces
            for batch in piece.batches(["document"])
            for id in _plain(batch["document"])
        ]


def _plain(column: Any) -> list[str]:
    """Return texts as a list, by way of numpy, which is some times as fast as a scalar for each."""
    arrow = require("pyarrow", extra="parquet")
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    texts: list[str] = column.to_numpy(zero_copy_only=False).tolist()
    return texts


@attrs.frozen(eq=False, repr=False)
class AssignmentTable:
    """A table of assignments, read where and when it is counted.

    Parameters
    ----------
    pieces : tuple of Piece
        Files, or what streams Arrow tables; none where it is a frame.
    frame : object or None
        A frame of Spark, Dask or Ray.
    documents : DocumentTable or None
        The documents; those that have assignments when not given.
    """

    pieces: tuple[Piece, ...]
    frame: Any = None
    documents: DocumentTable | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return _READ

    @property
    def name(self) -> str:
        """What it is called in messages and results."""
        if self.frame is not None:
            return f"a frame of {type(self.frame).__module__.partition('.')[0].capitalize()}"
        if all(isinstance(each, File) for each in self.pieces):
            first = self.pieces[0].name
            return (
                first if len(self.pieces) == 1 else f"{many(len(self.pieces), 'file')} ({first}, …)"
            )
        return "a table in memory" if len(self.pieces) == 1 else many(len(self.pieces), "table")

    def __repr__(self) -> str:
        return f"<assignments in {self.name}>"


def scan_assignments(source: Any, *, documents: Any = None) -> AssignmentTable:
    """Return a table of assignments that is read only when it is counted, and where it is.

    Parameters
    ----------
    source : path, iterable of paths, table or frame
        Parquet files (a path, a folder, a pattern, or several), anything that streams Arrow tables (a table
        or reader of pyarrow, a frame of pandas or Polars, a relation of DuckDB), or a frame of Spark, Dask
        or Ray. Columns: document, start, end (code points, half-open), code, coder (ids), and a weight
        where there are weights. Each row is an assignment that stands.
    documents : path, iterable of paths or table, optional
        The documents, read alike: their ids (``document``), and as far as there are such their ``text``,
        ``length`` (code points) and ``cases`` (a list of ids, or one); any other column is a variable.
        Needed for units that are cut from texts, for cases, and for documents that nobody assigned to.

    Raises
    ------
    AssignmentError, DocumentError
        When a file lacks a column, or its columns hold what they cannot hold.
    StoreError
        When a file cannot be read, or there is none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> rows = {"document": ["a", "a", "b"], "start": [0, 0, 4], "end": [3, 3, 9],
    ...         "code": ["trust", "budget", "trust"], "coder": ["ana", "ana", "ben"]}
    >>> table = qc.scan_assignments(pa.table(rows))
    >>> codebook = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget")])
    >>> qc.rollup(table, codebook, count="documents")["trust"]
    2
    """
    listed = None if documents is None else DocumentTable(pieces_of(documents, "documents"))
    if listed is not None:
        for piece in listed.pieces:
            if "document" not in piece.schema().names:
                raise DocumentError(
                    f"{piece.name} has no column 'document'; its columns are "
                    f"{', '.join(piece.schema().names)}. A table of documents has their ids in it"
                )
    if is_frame(source):
        return AssignmentTable((), source, listed)
    pieces = pieces_of(source, "assignments", _READ)
    for piece in pieces:
        check_schema(piece.schema(), piece.name)
    weighed = [each.name for each in pieces if "weight" in each.schema().names]
    if weighed and len(weighed) < len(pieces):
        lacking = next(each.name for each in pieces if each.name not in weighed)
        raise AssignmentError(
            f"{weighed[0]} has a column 'weight' and {lacking} has none: give all of them one, empty where "
            "there are no weights, or none"
        )
    return AssignmentTable(pieces, None, listed)


def as_table(table: Any) -> AssignmentTable:
    """Return a table of assignments, scanned where it was not yet."""
    return table if isinstance(table, AssignmentTable) else scan_assignments(table)


def is_frame(source: Any) -> bool:
    """Tell whether something is a frame that lies in partitions elsewhere."""
    module = type(source).__module__
    return any(
        module.startswith(each) for each in ("pyspark.sql", "dask.", "dask_expr", "ray.data")
    )
