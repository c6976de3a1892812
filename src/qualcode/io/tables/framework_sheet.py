"""The framework matrix as a file: to be worked on in a spreadsheet program and read back, or to be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from qualcode.errors import ProjectError, StoreError
from qualcode.io.raw.markdown import literal
from qualcode.io.raw.new_files import write_file
from qualcode.io.tables.cells import Cell, Column, Marked, Table, clean, write_cells, write_tables
from qualcode.io.tables.cells import shown as as_shown
from qualcode.io.tables.reading import Cells, check_told, read_tables
from qualcode.model.checks import check_flag, check_kind, check_path
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.coding.summaries import CellKey, Place
from qualcode.model.readable import many
from qualcode.model.texts.documents import Case, Document, Registry
from qualcode.stats.counting.framework import Framework, FrameworkCell, cell_key, variable_of

__all__ = ["SheetCell", "read_framework_cells", "write_framework"]

_FITS = 32_000
"""Code units of UTF-16 that a cell of a spreadsheet holds, with room to spare: it is cut after 32,767."""
_TOO_MANY = "too many to list"
_KEYS = ("case", "level", "node", "rollup", "written", "segments")
_NODE = re.compile(r"\(([^()\s]+)\)\Z")
_PACKED = re.compile(
    r"(?P<document>\S+)@(?P<sum>[0-9a-f]+):(?P<start>\d{1,10})-(?P<end>\d{1,10})\Z"
)
_SUM = 12
"""Hexadecimal digits by which a text is known again."""

_ABOUT = (
    "The first sheet is the framework matrix: write in its yellow cells, and read the file back with "
    "read_framework, or `qualcode framework import`.",
    "Rows may be sorted, filtered and taken out, and columns taken out; a cell that is emptied withdraws its "
    "summary. Leave the sheet 'cells' as it is: it says what stood in each cell, so that what was changed on "
    "both sides is told and nothing is overwritten.",
    "An orange cell is stale: the segments that its summary was written from have changed since. Its note "
    "says how. The sheet 'segments' has the segments of each cell.",
)


@attrs.frozen
class SheetCell:
    """A cell as a file has it.

    Parameters
    ----------
    key : tuple of str
        Case, level, node and rollup.
    text : str
        What stands there; empty for nothing.
    written : str
        Short id of the event that had written what stood there when the file was made; empty for none.
    segments : str
        The segments that were coded so then; see `places`.
    where : str
        File and row, for messages.
    """

    key: CellKey
    text: str
    written: str
    segments: str
    where: str = ""

    def places(self, documents: Registry[Document]) -> frozenset[Place] | None:
        """Return where the segments are that were coded so; None where the file does not tell.

        Those in a text that was corrected since are left out: their author saw other words.
        """
        if self.segments == _TOO_MANY:
            return None
        return frozenset(_unpacked(self.segments, documents))


def write_framework(matrix: Framework, path: str | Path, *, replace: bool = False) -> Path:
    """Write a framework matrix, to be worked on in a spreadsheet program or to be read.

    Parameters
    ----------
    matrix : Framework
        From `View.framework`.
    path : str or Path
        A file that ends with ``.xlsx``: the matrix on one sheet, the segments of its cells on another, and
        what is needed to read it back; with ``.csv``: a row for each cell, to be read back as well; or with
        ``.md``, to be read by people.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        When it ends otherwise, is there already, cannot be written, or a summary does not fit into a cell.
    MissingExtraError
        For .xlsx, when openpyxl is not installed (extra ``xlsx``).

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.load_project("partnership-interviews")
    >>> matrix = project.framework("direction", sort="sector")
    >>> qc.write_framework(matrix, "matrix.xlsx").name
    'matrix.xlsx'
    """
    check_kind(
        matrix, Framework, what="matrix", error=ProjectError,
        advice="pass what project.framework(…) returns",
    )  # fmt: skip
    target = check_path(path, what="path", error=StoreError)
    replace = check_flag(replace, what="replace", error=StoreError)
    kind = target.suffix.lower()
    if kind not in _WRITERS:
        raise StoreError(f"{target}: a framework matrix is written as .xlsx, .csv or .md")
    _WRITERS[kind](matrix, target, replace)
    return target


# XLSX


def _write_xlsx(matrix: Framework, path: Path, replace: bool) -> None:
    for cell in matrix:
        if _units(cell.text) > _FITS:
            raise StoreError(
                f"{path}: the summary of {cell.node.id!r} in {cell.case.id!r} has "
                f"{_units(cell.text):,} characters, and a cell of a sheet holds {_FITS:,}: write a .csv file"
            )
    tables = [_sheet(matrix), _segments(matrix), _cells(matrix), _about()]
    write_tables(path, tables, error=StoreError, replace=replace)


def _sheet(matrix: Framework) -> Table:
    heads = {node.id: _head(node) for node in matrix.nodes}
    shown = _heads_beside(matrix, {"case", "name", *heads, *heads.values()})
    columns = [Column("case", 14), Column("name", 22), *(Column(clean(name), 18) for name in shown)]
    columns += [Column(head, 40, fill_in=True) for head in heads.values()]
    rows: list[list[Cell]] = []
    for case in matrix.cases:
        beside = map(as_shown, _beside(matrix, case))
        cells = (matrix.filled[case.id, node.id] for node in matrix.nodes)
        rows.append([case.id, as_shown(case.name), *beside, *map(_marked, cells)])
    return Table("matrix", columns, rows, fixed=2)


def _marked(cell: FrameworkCell) -> Cell:
    text = clean(cell.text)
    return Marked(text, f"Stale: {cell.why}.") if cell.is_stale else text


def _head(node: Node) -> str:
    return node.id if node.name == node.id else f"{' '.join(clean(node.name).split())} ({node.id})"


def _segments(matrix: Framework) -> Table:
    columns = [
        Column("case", 14), Column(matrix.level, 24), Column("document", 14), Column("speaker", 18),
        Column("quote", 90), Column("start", 8), Column("end", 8),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            cell.case.id, as_shown(cell.node.name), segment.document.id, as_shown(segment.speaker or ""),
            as_shown(segment.quote), segment.start, segment.end,
        ]
        for cell in matrix
        for segment in cell.segments
    ]  # fmt: skip
    return Table("segments", columns, rows, fixed=2)


def _cells(matrix: Framework) -> Table:
    columns = [
        Column("case", 14), Column("level", 8), Column("node", 20), Column("rollup", 14),
        Column("written", 14), Column("segments", 30), Column("coder", 12), Column("time", 20),
        Column("stale", 30),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for cell in matrix:
        packed = _packed(cell, matrix.state.unrestricted.documents)
        rows.append(
            [*_keys(matrix, cell), packed if len(packed) <= _FITS else _TOO_MANY, *_by(cell)]
        )
    return Table("cells", columns, rows, plain=True)


def _about() -> Table:
    return Table("about", [Column("about this file", 100)], [[line] for line in _ABOUT])


def _heads_beside(matrix: Framework, taken: Collection[str]) -> list[str]:
    """Return the heads of the variables that are shown, told apart from those that are taken."""
    return [f"variable.{name}" if name in taken else name for name in matrix.variables]


def _beside(matrix: Framework, case: Case) -> list[str]:
    """Return the values of the variables that are shown beside a case; empty where it has none."""
    values = (variable_of(matrix.state, case, name) for name in matrix.variables)
    return ["" if value is None else str(value) for value in values]


def _keys(matrix: Framework, cell: FrameworkCell) -> list[Cell]:
    case, level, node, rollup = cell_key(matrix.hierarchy, cell.case.id, cell.node)
    return [case, level, node, rollup, "" if cell.summary is None else cell.summary.id]


def _by(cell: FrameworkCell) -> list[Cell]:
    made = cell.summary
    return ["", "", ""] if made is None else [as_shown(made.coder), made.time, cell.why]


def _packed(cell: FrameworkCell, documents: Mapping[str, Document]) -> str:
    return " ".join(
        f"{id}@{documents[id].checksum[:_SUM]}:{start}-{end}"
        for id, start, end in sorted(cell.coded)
    )


def _unpacked(text: str, documents: Registry[Document]) -> Iterator[Place]:
    for part in text.split():
        found = _PACKED.match(part)
        if found is None:
            continue
        document = documents.get(found["document"])
        start, end = int(found["start"]), int(found["end"])
        same = document is not None and document.checksum.startswith(found["sum"])
        if document is not None and same and start < end <= len(document.text):
            yield document.id, start, end


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# CSV


def _write_csv(matrix: Framework, path: Path, replace: bool) -> None:
    shown = _heads_beside(matrix, {*_KEYS, "summary", "coder", "time", "stale", "name"})
    names = [
        "case", "level", "node", "rollup", "written", "name", *shown, "summary", "segments", "coder", "time",
        "stale",
    ]  # fmt: skip
    documents = matrix.state.unrestricted.documents
    beside = {case.id: _beside(matrix, case) for case in matrix.cases}
    rows: list[list[Cell]] = [
        [
            *_keys(matrix, cell), cell.node.name, *beside[cell.case.id], clean(cell.text),
            _packed(cell, documents), *_by(cell),
        ]
        for cell in matrix
    ]  # fmt: skip
    write_cells(path, [*map(Column, names)], rows, error=StoreError, replace=replace)


# Markdown


def _write_markdown(matrix: Framework, path: Path, replace: bool) -> None:
    text = "\n".join(_lines(matrix)) + "\n"
    write_file(path, text.encode(), replace=replace)


def _lines(matrix: Framework) -> Iterator[str]:
    title, *rest = matrix.caption.splitlines()
    yield f"# {literal(title)}"
    for line in rest:
        yield from ("", literal(line))
    for case in matrix.cases:
        yield from ("", f"## {literal(case.name)}")
        values = ((name, variable_of(matrix.state, case, name)) for name in matrix.variables)
        told = [f"{name}: {value}" for name, value in values if value is not None]
        if told:
            yield from ("", literal(", ".join(told)))
        for node in matrix.nodes:
            cell = matrix.filled[case.id, node.id]
            if cell.summary is None and not cell.segments:
                continue
            yield from ("", f"### {literal(node.name)}", "")
            yield literal(cell.text) if cell.text else "*(no summary yet)*"
            yield from ("", f"*{literal(_rests(cell))}*")


def _rests(cell: FrameworkCell) -> str:
    """Say what a cell rests on, and who wrote it."""
    told = many(len(cell.segments), "segment")
    if cell.summary is not None:
        told += f"; written by {cell.summary.coder}, {cell.summary.time[:10]}"
    return f"{told}; stale: {cell.why}" if cell.is_stale else told


_WRITERS: Mapping[str, Callable[[Framework, Path, bool], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
    ".md": _write_markdown,
}


# Reading


def read_framework_cells(path: Path) -> tuple[SheetCell, ...]:
    """Read the cells of a file that `write_framework` wrote, as a spreadsheet program saved it.

    Parameters
    ----------
    path : Path
        An .xlsx or .csv file. Rows may have been sorted, filtered and taken out, and columns taken out.

    Returns
    -------
    tuple of SheetCell
        In the order of the file.

    Raises
    ------
    ProjectError
        When it cannot be read, or lacks what says what stood in each cell; when a case has two rows, or a
        column of the matrix is none of its own.
    """
    tables = read_tables(path, error=ProjectError, lossy=True)
    keyed = next((each for each in tables if {*_KEYS} <= {*each.columns}), None)
    if keyed is None:
        raise ProjectError(
            f"{path}: no sheet of it has the columns {', '.join(_KEYS)}, which say what stood in each cell: "
            "give a file that write_framework wrote, with its sheet 'cells' as it was"
        )
    if "summary" in keyed.columns:
        return tuple(_of_rows(keyed))
    others = (each for each in tables if each is not keyed and "quote" not in each.columns)
    sheet = next((each for each in others if "case" in each.columns), None)
    if sheet is None:
        raise ProjectError(f"{path}: it has no sheet with the matrix, a row for each case")
    return tuple(_of_sheet(sheet, keyed))


def _of_rows(table: Cells) -> Iterator[SheetCell]:
    seen: set[CellKey] = set()
    for number, row in table.rows:
        where = f"{table.where}, row {number}"
        text = row["summary"]
        check_told(text, lossy=table.lossy, error=ProjectError)
        key = _key(row)
        if key in seen:
            raise ProjectError(
                f"{where}: {key[2]!r} in the case {key[0]!r} has a row already: keep one"
            )
        seen.add(key)
        yield SheetCell(key, text, row["written"], row["segments"], where)


def _key(row: Mapping[str, str]) -> CellKey:
    return row["case"].strip(), row["level"].strip(), row["node"].strip(), row["rollup"].strip()


def _of_sheet(sheet: Cells, keyed: Cells) -> Iterator[SheetCell]:
    held = {(row["case"].strip(), row["node"].strip()): row for _, row in keyed.rows}
    nodes = {node for _, node in held}
    at_case = sheet.columns.index("case")
    columns = list(_node_columns(sheet, nodes))
    seen: set[str] = set()
    for number, cells in zip(sheet.numbers, sheet.table, strict=True):
        where, case = f"{sheet.where}, row {number}", cells[at_case].strip()
        if case in seen:
            raise ProjectError(f"{where}: the case {case!r} has a row already: keep one")
        seen.add(case)
        for at, node in columns:
            known = held.get((case, node))
            if known is None:
                if cells[at].strip():
                    yield SheetCell((case, "", node, ""), cells[at], "", "", where)
                continue
            yield SheetCell(_key(known), cells[at], known["written"], known["segments"], where)


def _node_columns(sheet: Cells, nodes: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the columns that hold summaries, with the ids of their nodes."""
    known, found = {*nodes}, dict[str, int]()
    for at, head in enumerate(sheet.heads):
        named = _NODE.search(head)
        id = named[1] if named is not None else head
        if id not in known:
            continue
        if id in found:
            raise ProjectError(f"{sheet.where}: two columns are {id!r}: keep one")
        found[id] = at
        yield at, id
