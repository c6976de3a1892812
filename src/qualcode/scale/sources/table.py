"""Tables of assignments that are no project: files, frames and streams, scanned where they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

import attrs

from qualcode.errors import AssignmentError, StatisticsError
from qualcode.model.readable import many
from qualcode.model.texts.documents import Value
from qualcode.scale.sources.catalogue import CaseTable, Catalogue
from qualcode.scale.sources.columns import NEEDED, check_schema
from qualcode.scale.sources.engines import is_frame, named_engine
from qualcode.scale.sources.listed import NO_VARIABLES, Reads, cases_in
from qualcode.scale.sources.paired_frames import FramePiece, check_pair
from qualcode.scale.sources.source import File, Piece, pieces_of
from qualcode.scale.sources.turn_table import TurnTable
from qualcode.stats.counting.variable_values import document_values

__all__ = ["AssignmentTable", "DocumentTable", "as_table", "listed_in", "scan_assignments"]

_READ = (*NEEDED, "weight")


@attrs.frozen(eq=False)
class DocumentTable(Catalogue):
    """The documents that assignments are on.

    Parameters
    ----------
    pieces : tuple of Piece
        Where their rows are.
    cases : CaseTable or None
        The cases that they belong to, where these have variables.
    frame : object or None
        A frame of Spark or Dask, where they are in one: it stays there, and is brought together with the
        assignments.
    turns : TurnTable or None
        Who speaks where; found in the texts when not given.
    """

    things: ClassVar[str] = "documents"
    key: ClassVar[str] = "document"
    own: ClassVar[frozenset[str]] = NO_VARIABLES

    cases: CaseTable | None = None
    frame: Any = None
    turns: TurnTable | None = None

    def columns(self, reads: Reads) -> tuple[str, ...]:
        """Return the columns that are read."""
        names = self.pieces[0].schema().names
        lengths = "length" if "length" in names else "text"
        left_out = {"nothing": {"text"}, "lengths": {"text"} - {lengths}, "texts": set()}[reads]
        return tuple(name for name in names if name not in left_out)

    def of(self, ids: Sequence[str], reads: Reads) -> Any:
        """Return the rows of some documents as an Arrow table."""
        return self.chosen(ids, self.columns(reads))

    def cases_of(self, documents: Any, turns: Any, variables: Collection[str]) -> Any:
        """Return the cases of some documents, and of those who speak in them, as an Arrow table.

        None where there are none, or none of their variables is asked for.
        """
        if self.cases is None or not variables:
            return None
        given = [
            case
            for table, name in ((documents, "cases"), (turns, "case"))
            if table is not None and name in table.schema.names
            for case in table[name].to_pylist()
        ]
        return self.cases.of(cases_in(given), variables)

    def knows(self, variable: str) -> bool:
        """Tell whether documents or cases have a variable of this name."""
        return self.has(variable) or (self.cases is not None and self.cases.has(variable))

    def groups(self, variable: str) -> dict[str, tuple[Value, ...]]:
        """Return the values of each document by its id: its own or, where it has none, those of its cases."""
        if self.cases is None:
            return {id: (value,) for id, value in self.values(variable).items()}
        cases = {each.id: each for each in self.cases.rows((variable,))}
        return {
            each.id: document_values(each, cases, variable)
            for each in self.rows((variable,), ["cases"] if "cases" in self.names else [])
        }


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
            return f"a frame of {named_engine(self.frame)}"
        if all(isinstance(each, File) for each in self.pieces):
            first = self.pieces[0].name
            return (
                first if len(self.pieces) == 1 else f"{many(len(self.pieces), 'file')} ({first}, …)"
            )
        return "a table in memory" if len(self.pieces) == 1 else many(len(self.pieces), "table")

    def __repr__(self) -> str:
        return f"<assignments in {self.name}>"


def scan_assignments(
    source: Any, *, documents: Any = None, cases: Any = None, turns: Any = None
) -> AssignmentTable:
    """Return a table of assignments that is read only when it is counted, and where it is.

    Parameters
    ----------
    source : path, iterable of paths, table or frame
        Parquet files (a path, a folder, a pattern, or several), anything that streams Arrow tables (a table
        or reader of pyarrow, a frame of pandas or Polars, a relation of DuckDB), or a frame of Spark, Dask
        or Ray. Columns: document, start, end (code points, half-open), code, coder (ids), and a weight
        where there are weights. Each row is an assignment that stands.
    documents : path, iterable of paths, table or frame, optional
        The documents, read alike: their ids (``document``), and as far as there are such their ``text``,
        ``length`` (code points), ``cases`` (a list of ids, or one) and ``variables`` (a JSON object, as
        `Project.write_parquet` writes it); any other column is a variable. Needed for units that are cut from
        texts, for cases, and for documents that nobody assigned to. They may be a frame where the assignments
        are one of the same engine, Spark or Dask: both are brought together there, by document.
    cases : path, iterable of paths or table, optional
        The cases that documents belong to, read alike: their ids (``case``), and their variables. Where a
        document has no value of a variable, those of its cases are its values.
    turns : path, iterable of paths or table, optional
        Who speaks where, read alike: ``document``, ``start``, ``end`` (code points, half-open), ``speaker``
        and, where they are known, the speaker's ``role`` (interviewer or participant) and ``case``. All
        documents have turns in it. When not given, speakers are found in the texts.

    Raises
    ------
    AssignmentError, DocumentError, StatisticsError
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
    listed = _documents(documents, cases, turns)
    if listed is not None and listed.frame is not None:
        check_pair(source if is_frame(source) else None, listed.frame)
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


def _documents(documents: Any, cases: Any, turns: Any) -> DocumentTable | None:
    """Return the table of documents, with those of their cases and turns."""
    if documents is None:
        for name, given in (("cases", cases), ("turns", turns)):
            if given is not None:
                raise StatisticsError(
                    f"{name}=… is of no use without the documents: scan_assignments(…, documents=…, {name}=…)"
                )
        return None
    of_cases = None if cases is None else CaseTable(pieces_of(cases, "cases"))
    of_turns = None if turns is None else TurnTable(pieces_of(turns, "turns"))
    listed = listed_in(documents, of_cases, of_turns)
    listed.check_column("document", "their ids")
    if of_turns is not None:
        for name in ("document", "start", "end", "speaker"):
            of_turns.check_column(name, "document, start, end and speaker")
    if of_cases is not None:
        of_cases.check_column("case", "their ids")
        if of_turns is None or "case" not in of_turns.names:
            listed.check_column("cases", "those of the cases that they belong to")
    return listed


def listed_in(
    documents: Any,
    cases: CaseTable | None = None,
    turns: TurnTable | None = None,
    *,
    columns: Sequence[str] | None = None,
) -> DocumentTable:
    """Return a table of documents, wherever they are.

    Parameters
    ----------
    documents : path, iterable of paths, table or frame
        As for `scan_assignments`.
    cases : CaseTable, optional
        The cases that they belong to.
    turns : TurnTable, optional
        Who speaks where.
    columns : sequence of str, optional
        The columns that are read; all when not given.
    """
    if is_frame(documents):
        return DocumentTable((FramePiece(documents),), cases, documents, turns)
    return DocumentTable(pieces_of(documents, "documents", columns), cases, turns=turns)


def as_table(table: Any) -> AssignmentTable:
    """Return a table of assignments, scanned where it was not yet."""
    return table if isinstance(table, AssignmentTable) else scan_assignments(table)
